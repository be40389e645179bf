"""Formulas with noise: symbols that are drawn by chance, and stand for something fixed where nothing is drawn.

Without a generator the answer is the deterministic form that the entry declares, so that what has noise can be
read, checked and differentiated like any other formula. With `rng`, every element has noise of its own, and the
same seed gives the same numbers. Derivatives take the noise that was drawn as given: none goes through it.

    uniform      rng.uniform(low, high)             low <= high
    normal       rng.normal(mean, deviation)        deviation >= 0
    bernoulli    1 where rng.random() < probability, else 0
    gumbel       rng.gumbel(location, scale)        scale >= 0
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from neurogebra.catalogue.parts import Noise, Param
from neurogebra.errors import InputError, UsageError
from neurogebra.expression import Expression
from neurogebra.language.interval import REALS
from neurogebra.shapes import shape_of

if TYPE_CHECKING:
    import sympy

__all__ = [
    "Noisy",
    "StochasticExpression",
    "check_generator",
]

#: distribution -> how it is drawn, and what has to hold of what it is told
DRAWN: Final[dict[str, tuple[Callable[..., Any], Callable[..., Any], str]]] = {
    "uniform": (lambda g, n, low, high: g.uniform(low, high, n), lambda low, high: low <= high, "low <= high"),
    "normal": (lambda g, n, mean, width: g.normal(mean, width, n), lambda mean, width: width >= 0, "deviation >= 0"),
    "bernoulli": (lambda g, n, p: (g.random(n) < p) * 1.0, lambda p: (p >= 0) & (p <= 1), "0 <= probability <= 1"),
    "gumbel": (lambda g, n, place, scale: g.gumbel(place, scale, n), lambda place, scale: scale >= 0, "scale >= 0"),
}


def check_generator(owner: str, rng: Any) -> None:
    """Refuse anything but a numpy Generator: a seed, a RandomState and the module numpy.random among them."""
    import numpy as np

    if not isinstance(rng, np.random.Generator):
        raise InputError(
            f"{owner} draws noise with a numpy Generator: rng=np.random.default_rng(seed);"
            f" rng was given as {type(rng).__name__}."
        )


class Noisy(Expression):
    """What every kind of expression with noise has: the symbols that are drawn, and drawing them."""

    @property
    def noise(self) -> dict[str, str]:
        """Each symbol that is drawn, and how: {'a': 'uniform(lower, upper)'}."""
        return {each.name: f"{each.distribution}({', '.join(map(str, each.told.values()))})" for each in self._noises}

    @property
    def _noises(self) -> tuple[Noise, ...]:
        e: Expression = self
        while e._parent is not None:
            e = e._parent[0]
        return e.entry.noise if e.entry else ()

    def _told(self, named: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], Any]:
        """Of a call's keywords: the noise that it gives, what is no noise, and the generator."""
        names = [each.name for each in self._noises]
        given = {name: named[name] for name in names if name in named}
        rest = {name: value for name, value in named.items() if name not in names and name != "rng"}
        return given, rest, named.get("rng")

    def draw(self, rng: Any, *values: Any, **named: Any) -> dict[str, Any]:
        """The noise that `eval(..., rng=rng)` would draw, by name: what is needed to use the same twice.

        >>> import numpy as np
        >>> rrelu = forge.get("rrelu")
        >>> noise = rrelu.draw(np.random.default_rng(0), x=[-1.0, 2.0])
        >>> rrelu.eval(x=[-1.0, 2.0], **noise), rrelu.gradient("x").eval(x=[-1.0, 2.0], **noise)
        (array([-0.25770035,  2.        ]), array([0.25770035, 1.        ]))
        """
        check_generator(self.name, rng)
        return {each.name: self._drawn(each, rng, values, named) for each in self._noises}

    _draw = draw

    def _plain(self, **attributes: Any) -> Expression:
        """An expression without noise that differs in its formula and these attributes."""
        plain = Expression.__new__(Expression)
        plain._set(**{name: value for name, value in self.__dict__.items() if name not in _OF_THE_FORMULA})
        plain._set(_variables=self._variable_names(), **attributes)
        return plain

    def _drawn(self, noise: Noise, rng: Any, values: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """One number, or an array with one for each element of the input."""
        import numpy as np

        variables, parameters = self._bind(values, dict(named))
        told = [np.asarray(self._fixed(str(text), parameters)) for text in noise.told.values()]
        draw, allowed, words = DRAWN[noise.distribution]
        if not np.all(allowed(*told)):
            formulas = ", ".join(f"{word} = {text}" for word, text in noise.told.items())
            raise UsageError(f"{self.name} draws {noise.name} with {formulas}, and {words} does not hold.")
        shape = np.broadcast_shapes(*map(shape_of, (*variables, *parameters)))
        return draw(rng, shape or None, *told)

    def _fixed(self, formula: str, parameters: Sequence[Any]) -> Any:
        """A formula of parameters, of no variable: a number, or an array where a parameter is one."""
        constants = tuple(sorted(self._constants.items()))
        return _of_parameters(formula, tuple(self._params), constants).eval(*parameters)


@lru_cache(maxsize=1024)
def _of_parameters(formula: str, names: tuple[str, ...], constants: tuple[tuple[str, str], ...]) -> Expression:
    """A formula in which parameters are the variables; text is read once, not at every draw."""
    from neurogebra.expression_parts import constant

    made = Expression.__new__(Expression)
    made._set(_name=formula, _constants=dict(constants))
    made._set(_readable=constant(made, formula), _variables=names)
    return made


class StochasticExpression(Noisy):
    """An expression with noise: deterministic by default, drawn with `rng`.

    >>> rrelu = forge.get("rrelu")
    >>> rrelu.eval(x=-48.0)
    -11.0
    >>> import numpy as np
    >>> rrelu.eval(x=[-1.0, -1.0, 2.0], rng=np.random.default_rng(0))
    array([-0.25770035, -0.18120557,  2.        ])
    >>> rrelu.eval(x=-48.0, a=0.25)
    -12.0

    Noise may be given by name, as numbers or arrays that broadcast. `draw` gives what a call would draw. Parameters
    that only say how noise is drawn have slope 0 where it was. Sums and compositions are of the deterministic form.
    """

    kind = "stochastic"
    _written: Expression | None = None

    @property
    def readable(self) -> sympy.Expr:
        """The formula with what stands for the noise where nothing is drawn; the entry has it as written."""
        if self._readable is None and self._parent is None:
            from neurogebra.expression_parts import deterministic

            self._set(_readable=deterministic(self, self._noises))
        return super().readable

    @property
    def written(self) -> Expression:
        """The formula with its noise, each symbol of which is a parameter here."""
        if self._written is None:
            self._set(_written=self._with_noise() if self._parent is None else _slope_of(*self._parent))
            assert self._written is not None
            self._written._function()  # whatever is made from it below shares its compiled form
        assert self._written is not None
        return self._written._with(_params={**self._written._params, **self._params})

    def _with_noise(self) -> Expression:
        rows = {each.name: Param(each.name, math.nan, "", REALS, REALS) for each in self._noises}
        return self._plain(_rows={**self._rows, **rows}, _params={**self._params, **dict.fromkeys(rows, 0.0)})

    def _slope(self, variable: str) -> Expression:
        slope = super()._slope(variable)
        slope._set(_written=None)
        return slope

    def eval(self, /, *values: Any, **named: Any) -> Any:
        """The value, of the deterministic form unless noise is drawn with `rng` or given; else as `Expression.eval`."""
        form, named = self._form(values, named)
        return super().eval(*values, **named) if form is self else form.eval(*values, **named)

    __call__ = eval

    def value_and_grad(self, *values: Any, **named: Any) -> tuple[Any, Any]:
        """The value and the derivative, with the same noise; as `Expression.value_and_grad`."""
        form, named = self._form(values, named)
        return super().value_and_grad(*values, **named) if form is self else form.value_and_grad(*values, **named)

    def vjp(self, cotangent: Any, /, *values: Any, by: str | Sequence[str] | None = None, **named: Any) -> Any:
        """The backward pass, through noise that is given or drawn as `eval` would; as `Expression.vjp`."""
        form, named = self._form(values, named)
        if form is self:
            return super().vjp(cotangent, *values, by=by, **named)
        return form.vjp(cotangent, *values, by=by, **named)

    def _form(self, values: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Expression, dict[str, Any]]:
        """The formula to evaluate, with the noise that it needs: itself where there is none."""
        given, rest, rng = self._told(named)
        if rng is None and not given:
            return self, rest
        if rng is not None:
            check_generator(self.name, rng)
        for each in self._noises:
            if each.name not in given:
                given[each.name] = (
                    self._fixed(each.deterministic, self._bind(values, dict(rest))[1])
                    if rng is None
                    else self._drawn(each, rng, values, rest)
                )
        return self.written, {**rest, **given}


#: what is of the deterministic formula only
_OF_THE_FORMULA: Final = ("_readable", "_words", "_fast", "_compiled", "_written")


def _slope_of(parent: Expression, variable: str) -> Expression:
    assert isinstance(parent, StochasticExpression)
    return parent.written.gradient(variable)
