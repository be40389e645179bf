"""A number that no formula names: the one place between two fractions where a formula of one variable is 0.

It is exact, as pi is: SymPy computes with it as with any real number and asks for as many digits as it needs, so that
ends of pieces need not be closed forms. Whoever makes one has proven that there is one zero between its ends and no
more. Nothing here isolates zeros.

    >>> x = sympy.Symbol("x", real=True)
    >>> place = Crossing(x*sympy.exp(-x) - sympy.Rational(1, 5), x, sympy.Rational(1, 4), sympy.Rational(1, 3))
    >>> print(place, place.is_positive, sympy.N(place*sympy.exp(-place), 30))
    0.2591711018190737 True 0.200000000000000000000000000000
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import AtomicExpr, Expr, Rational, Symbol

__all__ = ["Crossing"]

STEPS = 40  # each doubles the digits that are right; the first few may only bisect
FIRST = 256  # bits
SPARE = 64  # bits lost in sums beside the zero
BITS_OF_A_DIGIT = 3.33
SHOWN = 16  # digits in print


class Crossing(AtomicExpr):  # type: ignore[misc]
    """The one zero of `formula`, which has no other symbol than `x`, between `low` and `high`; its slope is not 0."""

    is_number = True
    is_real = True
    is_commutative = True

    __slots__ = ("_known", "formula", "high", "low", "x")
    formula: Expr
    x: Symbol
    low: Rational
    high: Rational
    _known: tuple[int, Rational]  # bits to which it is known, and a fraction so close to it

    def __new__(cls, formula: Expr, x: Symbol, low: Rational, high: Rational) -> Crossing:
        made: Crossing = AtomicExpr.__new__(cls)
        made.formula, made.x, made.low, made.high = formula, x, low, high
        made._known = 0, (low + high) / 2
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.formula, self.x, self.low, self.high

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.__getnewargs__()

    def makes_zero(self, e: Expr) -> bool:
        """Whether `e` is 0 because it is the formula of this place, or its negative, with the place put in."""
        back = e.xreplace({self: self.x})
        return not e.has(self.x) and any(sympy.expand(back + way * self.formula) == 0 for way in (-1, 1))

    def _eval_is_positive(self) -> bool | None:
        return True if self.low >= 0 else False if self.high <= 0 else None

    def _eval_is_negative(self) -> bool | None:
        return True if self.high <= 0 else False if self.low >= 0 else None

    def _eval_is_zero(self) -> bool | None:
        return False if self.low >= 0 or self.high <= 0 else None

    def _eval_evalf(self, prec: int) -> sympy.Float:
        bits, point = self._known
        if bits < prec + 16:
            bits = max(FIRST, 1 << (prec + 16).bit_length())  # SymPy asks for 50 precisions in a row
            point = self._near(point, bits)
            self._known = bits, point
        return sympy.Float(point, precision=prec)

    def _near(self, point: Rational, bits: int) -> Rational:
        """A fraction that many bits close to it: by Newton's rule, by halves where that leaves the ends."""
        low, high, slope = self.low, self.high, self.formula.diff(self.x)
        rising = self._put_in(self.formula, high, bits) > 0
        for _ in range(STEPS):
            value = self._put_in(self.formula, point, bits)
            low, high = (low, point) if (value > 0) == rising else (point, high)
            step = Rational(int(sympy.Rational(value / self._put_in(slope, point, bits)) * 2 ** (2 * bits)), 4**bits)
            if abs(step) * 2**bits <= abs(point):
                break
            close = point - step
            point = close if low < close < high else (low + high) / 2
        return point

    def _put_in(self, formula: Expr, point: Rational, bits: int) -> sympy.Float:
        """A formula there in floats of more bits; words that SymPy does not evaluate by itself are asked to."""
        found = formula.xreplace({self.x: sympy.Float(point, precision=bits + SPARE)})
        return found if found.is_Float else found.evalf(int((bits + SPARE) / BITS_OF_A_DIGIT))

    def _sympystr(self, printer: Any) -> str:
        return str(sympy.N(self, SHOWN))
