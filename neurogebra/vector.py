"""VectorExpression: a formula over a whole vector, such as softmax, which evaluates along an axis.

It is an Expression whose formula may use sum, max and their like, so it is listed, explained, pickled and given
parameters as all are; its gradient by x is the Jacobian, and vjp multiplies by it without building it. It is no part
of formulas of single numbers: one calls one after the other. Formulas, derivatives and arrays are left to their
rooms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from neurogebra.errors import AxisOutOfRange, FormulaError, InputError, UsageError
from neurogebra.expression import Expression
from neurogebra.shapes import shape_of

if TYPE_CHECKING:
    import sympy

    from neurogebra.compile.to_numpy_vector_call import VectorFunction

__all__ = ["OWN", "VectorExpression"]

OWN: Final = "own"  # the axis that a function's file names: the last but for softmax2d


class VectorExpression(Expression):
    """A formula over a vector x, with a name and parameters.

    >>> f = VectorExpression("cubed", "Max(0, x)**3/sum(Max(0, x)**3)")
    >>> f.eval(x=[1.0, -2.0, 2.0])
    array([0.11111111, 0.        , 0.88888889])
    >>> print(VectorExpression("soft", "exp(x/T)/sum(exp(x/T))", params={"T": 2}).gradient("x"))
    s_i*(delta_ij - s_j)/T

    In `formula` x is one element of the axis, and inside sum(...) or max(...) each in turn; sum(1) is how many there
    are. The words are sum, max and min of one argument, hardmax, winners, simplex_threshold(u, 1 or 2), and around a
    whole formula concat(u, v) or alternate(u, v); see `neurogebra.language.reductions`. A file says the same with
    `kind: vector`. Arguments and errors are those of Expression.
    """

    kind = "vector"
    _vectorised: VectorFunction | None = None

    def _read(self, formula: str | sympy.Expr) -> sympy.Expr:
        from neurogebra.vector_parts import read

        return read(formula)

    def _refuse_strangers(self) -> None:
        strangers = [name for name in self._variable_names() if name != "x"]
        if strangers:
            raise FormulaError(
                f"{strangers[0]!r} is neither x, an element of the vector, nor a parameter of {self.name}."
            )

    # What it is ---------------------------------------------------------------------------------------------

    @property
    def readable(self) -> sympy.Expr:
        """The formula as written; a Jacobian's in x, x_j and delta_ij."""
        if self._readable is None:
            from neurogebra import vector_parts as parts

            self._set(_readable=parts.read_entry(self) if self._parent is None else parts.derivative(self, "readable"))
        assert self._readable is not None
        return self._readable

    @property
    def words(self) -> sympy.Expr:
        """The formula as it is evaluated."""
        if self._words is None:
            from neurogebra import vector_parts as parts

            self._set(_words=parts.words_of(self) if self._parent is None else parts.derivative(self, "words"))
        assert self._words is not None
        return self._words

    @property
    def shape(self) -> str:
        """What becomes of the axis: 'same', 'concat' (twice as long) or 'reduce' (gone)."""
        from neurogebra.vector_parts import axis_becomes

        return axis_becomes(self._base().readable)

    @property
    def is_jacobian(self) -> bool:
        """Whether its values are about pairs of elements."""
        return self._parent is not None and (self._parent[1] == "x" or self._above().is_jacobian)

    def _above(self) -> VectorExpression:
        assert self._parent is not None and isinstance(self._parent[0], VectorExpression)
        return self._parent[0]

    def _base(self) -> VectorExpression:
        return self if self._parent is None else self._above()._base()

    @property
    def formula(self) -> str:
        """LaTeX with indices: x_i is the element, x_k runs through a sum."""
        from neurogebra.language.vectors import vector_latex

        return vector_latex(self._shown())

    def _shown(self) -> sympy.Expr:
        """A Jacobian by the function's own values."""
        from neurogebra.vector_parts import shown

        return shown(self)

    def __str__(self) -> str:
        from neurogebra.language.writer import write

        return write(self._shown())

    def __repr__(self) -> str:
        values = f", params={self._params}" if self._params else ""
        return f"VectorExpression({self.name!r}, {str(self)!r}{values})"

    def _checked(self, name: str, value: Any) -> Any:
        value = super()._checked(name, value)
        if type(value) is not float:
            raise InputError(f"{self.name} takes one number for {name}; got an array of shape {value.shape}.")
        return value

    @property
    def _axes(self) -> str:  # type: ignore[override]  # its formula says so
        return self.shape

    def _bind(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[list[Any], list[Any]]:
        if "channel_axis" in named:
            raise UsageError(
                f"{self.name} takes one number for each parameter, so there are no channels; the axis along which it"
                f" works is axis={self._own_axis()}."
            )
        return super()._bind(values, named)

    # Evaluation ---------------------------------------------------------------------------------------------

    def eval(self, *values: Any, axis: Any = OWN, **named: Any) -> Any:
        """The values along `axis`: a whole number, several in a tuple, or None for all elements; left out, the last.

        >>> forge.get("softmax").eval(x=[[1000.0, 0.0], [0.0, 0.0]])
        array([[1. , 0. ],
               [0.5, 0.5]])
        >>> forge.get("softmax").eval(x=[1.0, 2.0, 3.0], temperature=0.5).round(4)
        array([0.0159, 0.1173, 0.8668])
        >>> forge.get("softmax").eval(x=2.0)
        1.0

        Some functions have an axis of their own: softmax2d works along -3, the channels of pictures. A number is an
        axis of one element.

        Arrays of any shape are accepted, lists are arrays. The answer keeps kind (NumPy, torch, jax) and dtype (float16
        to float64, bfloat16; integers give float64); lower precision is computed in float64 and rounded once. Its shape
        is that of x, with the axis doubled for 'concat' and gone for 'reduce' (see `shape`). A Jacobian has the shape
        (rest..., n, n) with the axes at the end, (rest..., n) where the axis is reduced; n is the number of elements
        along the axes.

        An element at -inf takes no part in softmax. Where the limit depends on the way there, as for a row of nothing
        but -inf, the values are nan; nan makes its row nan.

        Raises AxisOutOfRange (a ValueError and an IndexError), UsageError (a ValueError) for an axis given twice,
        InputError (a TypeError), and for parameters what `Expression.eval` raises.
        """
        variables, parameters = self._bind(values, named)
        named_parameters = dict(zip(self._params, parameters, strict=True))
        return self._vector_function().value(self.name, variables[0], self._along(axis, variables[0]), named_parameters)

    __call__ = eval

    def value_and_grad(self, *values: Any, axis: Any = OWN, **named: Any) -> tuple[Any, Any]:
        """The values and the Jacobian, in the shapes that `eval` tells. Arguments and errors are those of `eval`."""
        return self.eval(*values, axis=axis, **named), self.gradient("x").eval(*values, axis=axis, **named)

    def vjp(
        self,
        cotangent: Any,
        /,
        *values: Any,
        axis: Any = OWN,
        by: str | Sequence[str] | None = None,
        **named: Any,
    ) -> Any:
        """The backward pass: for each element of x, the sum of cotangent times derivative. No Jacobian is built.

        >>> softmax = forge.get("softmax", params={"temperature": 2})
        >>> softmax.vjp([1.0, 0.0, 0.0], x=[1.0, 2.0, 3.0]).round(7)
        array([ 0.0758036, -0.0286189, -0.0471847])

        For softmax it is s*(g - sum(g*s))/temperature. `cotangent` has the shape of the values, the answer the shape
        of x. `by` may name a parameter, whose answer is one float, or be a list of names, answered with a dict.
        Raises UsageError (a ValueError) for another shape, and what `eval` raises.
        """
        if self.is_jacobian:
            raise UsageError(f"{self.name} is a Jacobian; vjp is about a function: {self._base().name}.vjp(...).")
        from neurogebra.backward import asked

        variables, parameters = self._bind(values, named)
        given = dict(zip(self._params, parameters, strict=True))
        names, alone = asked(self, by, ["x"])
        x, along = variables[0], self._along(axis, variables[0])
        found: dict[str, Any] = {}
        for name in names:
            if name == "x":
                found[name] = self._vector_function().pulled(self.name, cotangent, x, along, given)
            else:
                slope = self.gradient(name)
                assert isinstance(slope, VectorExpression)
                found[name] = slope._vector_function().dotted(self.name, cotangent, x, along, given)
        return found[names[0]] if alone else found

    def _along(self, axis: Any, x: Any) -> Any:
        """The axis of a call; AxisOutOfRange where x has not the one that the function's file names."""
        if not isinstance(axis, str) or axis != OWN:
            return axis
        own = self._own_axis()
        if own != -1 and len(shape_of(x)) < -own:
            raise AxisOutOfRange(
                f"{self.name} works along axis {own}, and x has shape {shape_of(x)}; name another axis, such as"
                " axis=-1."
            )
        return own

    def _own_axis(self) -> int:
        entry = self._base().entry
        return -1 if entry is None else entry.axis

    def _identity(self) -> tuple[Any, ...]:
        """Also the axis that the file names: with the same formula along another one values differ."""
        return *super()._identity(), self._own_axis()

    def _vector_function(self) -> VectorFunction:
        if self._vectorised is None:
            from neurogebra.vector_parts import function_of

            self._set(_vectorised=function_of(self))
        assert self._vectorised is not None
        return self._vectorised

    # Calculus -----------------------------------------------------------------------------------------------

    def _slope(self, variable: str) -> Expression:
        if self.is_jacobian and variable == "x":
            raise UsageError(f"{self.name} is a matrix already; by x there is one derivative, the Jacobian.")
        slope = self._with(_parent=None)
        slope._set(**vars(super()._slope(variable)))
        return slope

    def _with(self, **attributes: Any) -> Expression:
        other = super()._with(**attributes)
        other.__dict__.pop("_vectorised", None)
        return other

    def _as_part(self) -> None:
        raise UsageError(
            f"{self.name} works on a whole vector, so it is no part of a formula of single numbers; call one after the"
            f" other, {self.name}.eval(x=relu.eval(x=...)), or write one formula as a VectorExpression."
        )
