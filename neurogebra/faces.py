"""How an expression is looked at: explained, derived, drawn, and shown by notebooks.

Each face is one method that hands the expression to a module of the room `show`, which is loaded only then, so
that evaluating and listing stay as light as they are. A face never changes the expression. Which words, lines or
colours are shown is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sympy

    from neurogebra.expression import Expression
    from neurogebra.show.derive import Derivation

__all__ = ["Faces"]


class Faces:
    """explain, derive, plot, sketch, and what notebooks ask for."""

    if TYPE_CHECKING:

        @property
        def formula(self) -> str: ...

        @property
        def readable(self) -> sympy.Expr: ...

    def _shown(self) -> sympy.Expr:
        """The formula that is typeset; a kind of expression may show itself by other letters than it computes with."""
        return self.readable

    @property
    def _itself(self) -> Expression:
        return self  # type: ignore[return-value]  # the one class that has these faces

    def explain(self, level: str = "intermediate") -> str:
        """What it is, as text for a 'beginner', an 'intermediate' or an 'advanced' reader. Raises UsageError."""
        from neurogebra.show.explain import explain

        return explain(self._itself, level)

    def derive(self, variable: str = "x") -> Derivation:
        """The derivative step by step: each rule applied, ending in the form that `gradient` gives.

        >>> print(forge.get("square").derive("x"))
        d/dx(x**2)
          = 2*x    power rule

        Typeset in a notebook. Raises UnknownVariable.
        """
        from neurogebra.show.derive import derive

        return derive(self._itself, variable)

    def plot(self, ax: Any = None, derivatives: Iterable[int] | int | None = None, **values: Any) -> Any:
        """Draw it and its slope with matplotlib; answers with the Axes, which may be given.

        `derivatives` are orders to draw beside it: 1, [1, 2] or []. `x=(-3, 3)` is the interval, else what is
        worth seeing. A list for a parameter draws a curve for each: `plot(alpha=[0.01, 0.1, 0.3])`, without
        slopes unless asked for. Kinks are marked, asymptotes dashed, extrema dotted.
        Raises UsageError where it has no curve, MissingExtra where matplotlib is not installed.
        """
        from neurogebra.show.plot import plot

        return plot(self._itself, ax, derivatives, **values)

    def sketch(self) -> str:
        """The curve in seven lines of text. Raises UsageError where it has none: several variables, or vectors."""
        from neurogebra.show.sketch import sketch

        return sketch(self._itself)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.formula}$"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The card that a notebook shows."""
        from neurogebra.show.card import bundle

        return bundle(self._itself, repr(self))
