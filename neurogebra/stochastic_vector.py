"""Functions of a whole vector with noise added to every element, such as the Gumbel-softmax.

A vector formula in which noise stands beside x only, as x + g, has at x and g the value of its deterministic form at
x + g; so only the input is moved, and values, Jacobian and backward pass are those of that form, to its accuracy. A
formula that uses its noise in any other way is refused. What is drawn, and how, is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from neurogebra.backward import in_kind_of
from neurogebra.errors import UsageError
from neurogebra.shapes import shape_of
from neurogebra.stochastic import Noisy, check_generator
from neurogebra.vector import OWN, VectorExpression

if TYPE_CHECKING:
    import sympy

__all__ = ["StochasticVector"]


class StochasticVector(Noisy, VectorExpression):
    """A function of a vector with noise: deterministic by default, drawn with `rng`.

    >>> import numpy as np
    >>> gumbel_softmax = forge.get("gumbel_softmax")
    >>> gumbel_softmax.eval(x=[0.0, 0.0])
    array([0.5, 0.5])
    >>> gumbel_softmax.eval(x=[0.0, 0.0], rng=np.random.default_rng(0)).round(4)
    array([0.2368, 0.7632])

    `axis` is as for VectorExpression; noise may be given by name, in the shape of x.
    """

    @property
    def readable(self) -> sympy.Expr:
        """The formula without its noise; the entry has it as written."""
        if self._readable is None and self._parent is None:
            from neurogebra.vector_parts import without_noise

            self._set(_readable=without_noise(self, [each.name for each in self._noises]))
        return super().readable

    def eval(self, *values: Any, axis: Any = OWN, **named: Any) -> Any:
        """The values along `axis`, with noise where it is drawn with `rng` or given; as `VectorExpression.eval`."""
        values, named, x = self._moved(values, named)
        return _as_given(super().eval(*values, axis=axis, **named), x)

    __call__ = eval

    def value_and_grad(self, *values: Any, axis: Any = OWN, **named: Any) -> tuple[Any, Any]:
        """The values and the Jacobian, with the same noise."""
        values, named, x = self._moved(values, named)
        value, slope = super().value_and_grad(*values, axis=axis, **named)
        return _as_given(value, x), _as_given(slope, x)

    def vjp(
        self,
        cotangent: Any,
        /,
        *values: Any,
        axis: Any = OWN,
        by: str | Sequence[str] | None = None,
        **named: Any,
    ) -> Any:
        """The backward pass, through noise that is given or drawn as `eval` would; as `VectorExpression.vjp`."""
        values, named, x = self._moved(values, named)
        found = super().vjp(cotangent, *values, axis=axis, by=by, **named)
        if isinstance(found, dict):
            return {name: _as_given(each, x) if name == "x" else each for name, each in found.items()}
        return _as_given(found, x) if by in (None, "x") else found

    def draw(self, rng: Any, *values: Any, axis: Any = OWN, **named: Any) -> dict[str, Any]:
        """The noise that `eval(..., rng=rng)` would draw, by name; the axis plays no part."""
        return super().draw(rng, *values, **named)

    _draw = draw

    def _moved(self, values: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any], Any]:
        """The arguments with noise added to x, and x as it was given; the arguments as they are without noise."""
        given, rest, rng = self._told(named)
        if rng is not None:
            check_generator(self.name, rng)
            given = {**super().draw(rng, *values, **rest), **given}
        if not given:
            return values, rest, None
        (x,), parameters = self._bind(values, rest)
        for name, value in given.items():
            if shape_of(value) not in ((), shape_of(x)):
                raise UsageError(
                    f"{self.name} takes a number or an array of the shape of x, {shape_of(x)}, for {name};"
                    f" got {shape_of(value)}."
                )
        told = dict(zip(self._params, parameters, strict=True))
        if type(x) in (float, int):
            return (), {**told, "x": float(x) + sum(map(float, given.values()))}, None
        import numpy as np

        from neurogebra.compile.to_numpy import as_array

        total = as_array(x).astype(np.float64)
        for value in given.values():
            total = total + as_array(value)
        return (), {**told, "x": total}, x


def _as_given(answer: Any, x: Any) -> Any:
    """In the kind and dtype that x had, None where it is so already: noise is added in float64, by NumPy."""
    return answer if x is None else in_kind_of(answer, x)
