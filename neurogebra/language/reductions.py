"""What a formula over a whole vector may say besides: sums, maxima, thresholds, and places of maxima.

Each is a SymPy function that evaluates nothing and hides what it runs over: inside, x is every element of the
axis in turn. How a derivative passes through one is told by `symbolic.jacobian`, which contracts the delta on
the spot; SymPy's own Sum leaves derivatives that nobody can read. Nothing here knows arrays.

    sum(u)                   over the axis                   hardmax(u)     1 at the first largest u, else 0
    max(u), min(u)           the largest, the smallest       winners(u)     1/k at each of the k largest u, else 0
    simplex_threshold(u, p)  the t for which sum(Max(0, u - t)**p) is 1; p is 1 or 2
    concat(u, v)             u's elements, then v's; only around a whole formula
    alternate(u, v)          u at the first element, v at the second, u at the third; likewise
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, TypeVar

from sympy import Expr, Function, Symbol

from neurogebra.errors import FormulaError

__all__ = [
    "COLUMN",
    "DELTA",
    "VALUE",
    "X",
    "Alternate",
    "Concat",
    "Hardmax",
    "Joined",
    "Largest",
    "Node",
    "Threshold",
    "Total",
    "Winners",
]

T = TypeVar("T")
X: Final = Symbol("x", real=True)
COLUMN: Final = Symbol("x_j", real=True)  # the element by which a Jacobian's column differentiates
DELTA: Final = Symbol("delta_ij", real=True)  # 1 where row and column are one element
VALUE: Final = {X: Symbol("s_i", real=True), COLUMN: Symbol("s_j", real=True)}  # the function's own values


class Node(Function):  # type: ignore[misc]
    """A function of a whole vector that SymPy leaves as it was written."""

    word: ClassVar[str]
    is_extended_real = True

    @classmethod
    def eval(cls, *arguments: Expr) -> None:
        return None

    @property
    def shown(self) -> tuple[Expr, ...]:
        """The arguments that people write."""
        return tuple(self.args)

    def _eval_derivative(self, symbol: Symbol) -> Expr:
        raise FormulaError(f"{self.word}(...) runs over a whole vector; its derivative is .gradient({symbol.name!r}).")

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = ", ".join(printer._print(_indexed(part, "k")) for part in self.shown)
        return _raised(rf"{self._latex_head()}\left({text}\right)", exp)

    def _latex_head(self) -> str:
        return rf"\operatorname{{{_spelled(self.word)}}}"


class _Over(Node):
    """A sum or a maximum, typeset as a sign with its index k below."""

    nargs = 1

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        inner = _indexed(self.args[0], "k")
        text = rf"\{self.word}_{{k}} {_bracketed(inner, printer._print(inner))}"
        return _raised(text, exp, bracket=True)


class Total(_Over):
    """sum(u)"""

    word = "sum"

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_positive else None


class Largest(_Over):
    """max(u)"""

    word = "max"


class Threshold(Node):
    """simplex_threshold(u, p)"""

    nargs = 2
    word = "simplex_threshold"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = printer._print(_indexed(self.args[0], "k"))
        below = "" if self.args[1] == 1 else f"_{{{self.args[1]}}}"
        return _raised(rf"\tau{below}\left({text}\right)", exp)


class _Placed(Node):
    """A function with a value for each element; the second argument says of which, X or COLUMN."""

    nargs = 2

    @property
    def shown(self) -> tuple[Expr, ...]:
        return (self.args[0],)

    def at(self, place: Symbol) -> Expr:
        """The same for another element."""
        return self.func(self.args[0], place)

    def _latex_head(self) -> str:
        letter = "j" if self.args[1] == COLUMN else "i"
        return rf"{super()._latex_head()}_{{{letter}}}"


class Hardmax(_Placed):
    """hardmax(u)"""

    word = "hardmax"


class Winners(_Placed):
    """winners(u)"""

    word = "winners"


class Joined(Node):
    """Two formulas, whose values are joined to those of one."""

    nargs = 2

    @staticmethod
    def together(first: list[T], second: list[T]) -> list[T]:
        """The values of the whole, from those of both formulas at all elements."""
        raise NotImplementedError


class Alternate(Joined):
    """alternate(u, v)"""

    word = "alternate"

    @staticmethod
    def together(first: list[T], second: list[T]) -> list[T]:
        return [pair[k % 2] for k, pair in enumerate(zip(first, second, strict=True))]

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        first, second = (printer._print(part) for part in self.args)
        return rf"\begin{{cases}} {first} & i = 1, 3, \dots \\ {second} & i = 2, 4, \dots \end{{cases}}"


class Concat(Joined):
    """concat(u, v)"""

    word = "concat"

    @staticmethod
    def together(first: list[T], second: list[T]) -> list[T]:
        return [*first, *second]

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return r"\left(" + ",\\; ".join(printer._print(part) for part in self.args) + r"\right)"


def _indexed(expr: Expr, letter: str) -> Expr:
    """`expr` with x as x_k; what stands inside an inner sum has an index of its own already."""
    return expr.xreplace({X: Symbol(f"x_{letter}", real=True)})


def _raised(text: str, exp: str | None, bracket: bool = False) -> str:
    if not exp:
        return text
    return rf"\left({text}\right)^{{{exp}}}" if bracket else f"{text}^{{{exp}}}"


def _bracketed(inner: Expr, text: str) -> str:
    return rf"\left({text}\right)" if inner.is_Add or inner.could_extract_minus_sign() else text


def _spelled(word: str) -> str:
    return word.replace("_", r"\_")
