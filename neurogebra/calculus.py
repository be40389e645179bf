"""New expressions from one or two: derivatives, compositions, simplified and integrated forms.

A derivative remembers what it is the derivative of, because what is evaluated comes from that formula's words and
not from the slope as shown; one that cannot be formed is refused at once, not when it is used. Nothing is
simplified unasked. How a formula is differentiated or rewritten is left to the rooms of SymPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neurogebra.errors import UsageError, brief

if TYPE_CHECKING:
    import sympy

    from neurogebra.expression import Expression

__all__ = ["Calculus"]


class Calculus:
    """gradient, compose, simplify, expand, integrate."""

    if TYPE_CHECKING:
        _params: dict[str, Any]
        _parent: tuple[Expression, str] | None
        _order: int

        @property
        def name(self) -> str: ...
        @property
        def words(self) -> sympy.Expr: ...
        @property
        def _itself(self) -> Expression: ...
        def _with(self, **attributes: Any) -> Expression: ...
        def _check_known(self, name: object) -> None: ...
        def _variable_names(self) -> tuple[str, ...]: ...

    def gradient(self, variable: str = "x", order: int = 1) -> Expression:
        """The derivative by `variable`, as an expression you can evaluate or differentiate again.

        >>> forge.get("leaky_relu").gradient("x").eval(x=-3)
        0.01

        At a kink the entry's own convention is used: leaky_relu has slope alpha at 0, as torch does. `variable` may
        be a parameter: `gradient("alpha")`. Raises UnknownVariable, and UsageError unless `order` is 1 or more.
        """
        if type(order) is not int or not 1 <= order <= 16:
            raise UsageError(f"order is a whole number from 1 to 16; got {brief(order)}.")
        self._check_known(variable)
        slope = self._itself
        for _ in range(order):
            slope = slope._slope(variable)
        return slope

    def _slope(self, variable: str) -> Expression:
        same = self._parent is not None and self._parent[1] == variable
        order = self._order + 1 if same else 1
        root = self._root(order - 1)
        power = "" if order == 1 else str(order)
        slope = self._with(
            _name=f"d{power}({root})/d({variable}){power}",
            _parent=(self._itself, variable),
            _order=order,
            _variables=self._variable_names(),
            _text=None,
            _readable=None,
            _words=None,
            _entry=None,
            _metadata={},
            _compiled=None,
        )
        _ = slope.words  # what cannot be differentiated is refused here, not when it is used
        return slope

    def _root(self, steps: int) -> str:
        """The name of what was differentiated `steps` times by the last variable."""
        e = self._itself
        for _ in range(steps):
            assert e._parent is not None
            e = e._parent[0]
        return e.name

    def compose(self, inner: Expression) -> Expression:
        """f.compose(g) is f(g): `inner` feeds the one variable of this expression, never a parameter.

        >>> forge.get("relu").compose(forge.get("linear")).eval(x=-2)
        0

        Raises UsageError where this has several variables or works on vectors, InputError where `inner` is none.
        """
        from neurogebra.expression_algebra import fed

        return fed(self._itself, inner)

    def _as_part(self) -> None:
        """Refuse to be part of a formula of single numbers; an element-wise expression never does."""

    def clone(self) -> Expression:
        """An equal expression."""
        return self._with()

    def simplify(self) -> Expression:
        """SymPy's simplify, which may take long; never done unasked. Raises FormulaError for what has no words here."""
        return self._rewritten("simplify")

    def expand(self) -> Expression:
        """Products and powers of sums multiplied out."""
        return self._rewritten("expand")

    def integrate(self, variable: str = "x") -> Expression:
        """An antiderivative by `variable`, on both sides of every pole: of 1/x it is log(Abs(x)).

        FormulaError where SymPy finds none in the formula language that holds wherever this is defined: whatever it
        finds is tried out first, for the present parameter values.
        """
        self._check_known(variable)
        self._as_part()
        from neurogebra.antiderivative import antiderivative

        return antiderivative(self._itself, variable)

    def _rewritten(self, how: str) -> Expression:
        from neurogebra.expression_algebra import rewritten

        return rewritten(self._itself, how)
