"""Operators of expressions: sums, products, powers and signs, with numbers on either side.

The result is an expression again and keeps every parameter; a name that means two things is kept apart as
alpha_2. An operand that is neither an expression nor a number is left to Python, which raises TypeError.
Formulas are combined elsewhere; this file only says which sign means what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["Arithmetic"]


class Arithmetic:
    """+ - * / ** with expressions and numbers, unary + and -, and abs."""

    __array_ufunc__ = None  # array*f is refused, instead of becoming an array of expressions

    def __add__(self, other: Any) -> Expression:
        return _combined("+", self, other)

    def __radd__(self, other: Any) -> Expression:
        return _combined("+", other, self)

    def __sub__(self, other: Any) -> Expression:
        return _combined("-", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return _combined("-", other, self)

    def __mul__(self, other: Any) -> Expression:
        return _combined("*", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return _combined("*", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return _combined("/", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return _combined("/", other, self)

    def __pow__(self, other: Any) -> Expression:
        return _combined("**", self, other)

    def __rpow__(self, other: Any) -> Expression:
        return _combined("**", other, self)

    def __neg__(self) -> Expression:
        return _one_sided("neg", self)

    def __pos__(self) -> Expression:
        return self  # type: ignore[return-value]  # the one class that has these operators

    def __abs__(self) -> Expression:
        return _one_sided("abs", self)


def _combined(sign: str, left: Any, right: Any) -> Expression:
    from neurogebra.expression_algebra import combined

    result: Expression = combined(sign, left, right)  # or NotImplemented, which Python asks for
    return result


def _one_sided(how: str, operand: Any) -> Expression:
    from neurogebra.expression_algebra import rewritten

    return rewritten(operand, how)
