"""What sign an expression of parameters can have while every parameter stays inside its domain.

The answer is the set of signs that may occur, so that "cannot tell" is simply the full set {-1, 0, 1}: by exact
interval arithmetic with fractions, which is right for every sum and product that names a parameter once; then, for
one parameter, by counting roots; then by evaluation at points spread over the domains. Nothing here knows variables,
switches or derivatives.

    >>> alpha, lamda = sympy.symbols("alpha lamda", real=True)
    >>> box = Box({"alpha": Interval.parse("[0, 1]"), "lamda": Interval.parse("(0, oo)")})
    >>> sorted(box.sign(alpha - 1)), sorted(box.sign(2 * lamda)), sorted(box.sign(alpha - lamda))
    ([-1, 0], [1], [-1, 0, 1])
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

import sympy
from sympy import Expr, Symbol

from neurogebra.language import functions as words
from neurogebra.language.interval import REALS, Interval
from neurogebra.record import Record
from neurogebra.symbolic.crossing import Crossing
from neurogebra.symbolic.floats import LOST, number
from neurogebra.symbolic.reach import fits, too_large

__all__ = ["ANY", "NEGATIVE", "POSITIVE", "ZERO", "Box"]

POSITIVE = frozenset({1})
NEGATIVE = frozenset({-1})
ZERO = frozenset({0})
ANY = frozenset({-1, 0, 1})

DRAWS = 7  # points of each domain, ends included
TRIALS = 24  # combinations of them where several parameters meet
NEAR = 1e-6  # of an open end, or of 1 where that is smaller
SURELY = 1e-6  # a float this far from 0 is not 0


class Range(Record):
    """Numbers between two ends; Fractions are exact, floats only for the infinite ends."""

    low: Fraction | float
    high: Fraction | float
    low_closed: bool = False
    high_closed: bool = False

    def sign(self) -> frozenset[int]:
        below = self.low < 0
        above = self.high > 0
        zero = (below or self.low == 0 and self.low_closed) and (above or self.high == 0 and self.high_closed)
        return frozenset(s for s, there in ((-1, below), (0, zero), (1, above)) if there)

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low, self.high_closed, self.low_closed)

    def __add__(self, other: Range) -> Range:
        return Range(
            self.low + other.low,
            self.high + other.high,
            self.low_closed and other.low_closed,
            self.high_closed and other.high_closed,
        )

    def __mul__(self, other: Range) -> Range:
        ends = [_times(a, b) for a in self._ends() for b in other._ends()]
        (low, open_low), (high, closed_high) = min(ends), max((v, not o) for v, o in ends)
        return Range(low, high, not open_low, closed_high)

    def _ends(self) -> list[tuple[Fraction | float, bool]]:
        return [(self.low, not self.low_closed), (self.high, not self.high_closed)]

    def inverse(self) -> Range:
        if 0 in self.sign():
            return EVERYTHING
        low = 1 / self.high if self.high else -math.inf
        high = 1 / self.low if self.low else math.inf
        closed_low = self.high_closed and not math.isinf(self.high)
        closed_high = self.low_closed and not math.isinf(self.low)
        return Range(Fraction(low) if low == 0 else low, Fraction(high) if high == 0 else high, closed_low, closed_high)


def _times(a: tuple[Fraction | float, bool], b: tuple[Fraction | float, bool]) -> tuple[Fraction | float, bool]:
    """The product of two ends, and whether it is left out; 0 times oo is 0, reached where the 0 is."""
    if a[0] == 0 or b[0] == 0:
        reached = a[0] == 0 and not a[1] or b[0] == 0 and not b[1]
        return Fraction(0), not reached
    return a[0] * b[0], a[1] or b[1]


EVERYTHING = Range(-math.inf, math.inf)
ABOVE_0 = Range(Fraction(0), math.inf)
FROM_0 = Range(Fraction(0), math.inf, True)


def _same_sign(limit: float) -> Callable[[Range], Range]:
    """The range of an increasing function through 0 that stays between -limit and limit."""

    def image(u: Range) -> Range:
        signs, top = u.sign(), limit if math.isinf(limit) else Fraction(limit)
        return Range(
            -top if -1 in signs else Fraction(0),
            top if 1 in signs else Fraction(0),
            -1 not in signs and 0 in signs,
            1 not in signs and 0 in signs,
        )

    return image


def _exp(u: Range) -> Range:
    low, high = (Fraction(1) if u.low >= 0 else Fraction(0)), (Fraction(1) if u.high <= 0 else math.inf)
    return Range(low, high, u.low == 0 and u.low_closed, u.high == 0 and u.high_closed)


def _between_0_and_1(u: Range) -> Range:
    half = Fraction(1, 2)
    low, high = (half if u.low >= 0 else Fraction(0)), (half if u.high <= 0 else Fraction(1))
    return Range(low, high, u.low == 0 and u.low_closed, u.high == 0 and u.high_closed)


def _abs(u: Range) -> Range:
    return u if u.low >= 0 else -u if u.high <= 0 else Range(Fraction(0), max(-u.low, u.high), True)


# How far a function's value can lie, given its argument's range.
FUNCTIONS: dict[type, Callable[[Range], Range]] = {
    sympy.exp: _exp,
    sympy.log: lambda u: _same_sign(math.inf)(u + Range(Fraction(-1), Fraction(-1), True, True)),
    sympy.tanh: _same_sign(1),
    sympy.erf: _same_sign(1),
    sympy.sinh: _same_sign(math.inf),
    sympy.asinh: _same_sign(math.inf),
    sympy.atan: _same_sign(2),
    sympy.Abs: _abs,
    words.tanh_: _same_sign(1),
    words.expm1: _same_sign(math.inf),
    words.log1p: _same_sign(math.inf),
    words.sigmoid: _between_0_and_1,
    words.Phi: _between_0_and_1,
}


class Box:
    """The domains of the parameters; a symbol without one may be any real number."""

    def __init__(self, domains: Mapping[str, Interval] | None = None) -> None:
        self.domains = domains or {}
        self._signs: dict[Expr, frozenset[int]] = {}

    def sign(self, e: Expr) -> frozenset[int]:
        """The signs that `e` takes, or cannot be shown not to take, inside the box."""
        if e not in self._signs:
            self._signs[e] = self._sign(e)
        return self._signs[e]

    def _sign(self, e: Expr) -> frozenset[int]:
        signs = self.range(e).sign()
        if len(signs) == 1 or len(signs) == 2 and 0 in signs:
            return signs
        if self.zero(e):
            return ZERO
        counted = self._by_counting_roots(e)
        if counted is not None:
            return counted
        values = [number(e, at) for at in self.points(e.free_symbols)]
        seen = frozenset((v > 0) - (v < 0) for v in values if math.isfinite(v))
        return signs if seen <= ZERO or {-1, 1} <= seen else seen  # 2**(a**30) - 1 is 0 to a float where a is 0.1

    def _by_counting_roots(self, e: Expr) -> frozenset[int] | None:
        """Exactly, for a quotient of polynomials in one parameter: whether roots of odd order lie inside."""
        symbols = e.free_symbols
        if len(symbols) != 1 or not e.is_rational_function():
            return None
        top, bottom = sympy.together(e).as_numer_denom()
        polynomial = sympy.Poly(top * bottom, *symbols)
        if not (polynomial.domain.is_QQ or polynomial.domain.is_ZZ):
            return None
        whole = self.range(next(iter(symbols)))
        low, high = (None if math.isinf(end) else sympy.Rational(end) for end in (whole.low, whole.high))
        inside, touched = False, False
        for factor, order in polynomial.sqf_list()[1]:
            at_low = low is not None and factor.eval(low) == 0
            at_high = high is not None and factor.eval(high) == 0
            between = factor.count_roots(low, high) - at_low - at_high > 0
            inside |= between and order % 2 == 1
            touched |= between or (at_low and whole.low_closed) or (at_high and whole.high_closed)
        values = [number(e, at) for at in self.points(symbols)]
        seen = frozenset((v > 0) - (v < 0) for v in values if math.isfinite(v))
        return ANY if inside else seen | ZERO if touched else seen

    def zero(self, e: Expr) -> bool:
        """Whether `e` is 0 everywhere: one float shows that it is not, three times 50 digits that it is."""
        if e.is_Atom:
            return bool(e == 0)
        if any(place.makes_zero(e) for place in e.atoms(Crossing)):
            return True
        confirmed = 0
        for at in self.points(e.free_symbols):
            if abs(number(e, at)) > SURELY:
                return False
            digits_of = {s: sympy.Float(v, 400) for s, v in at.items()}  # of fractions SymPy takes roots for minutes
            if not fits(e, digits_of):
                if too_large(e, digits_of):  # 2**(a**30) - 1, which is 0 to 50 digits where a is small
                    return False
                continue
            try:
                digits = sympy.N(e.xreplace(digits_of), 50, maxn=400)
            except (TypeError, ValueError):  # a condition on log(-1), and Max of it
                continue
            if digits.is_real and digits.is_finite:
                if abs(digits) > sympy.Float("1e-40"):
                    return False
                confirmed += 1
            if confirmed == 3:
                break
        return confirmed > 0

    def points(self, symbols: Iterable[Symbol]) -> list[dict[Symbol, float]]:
        """Values for the symbols, spread over their domains, the same at every call."""
        names = sorted(symbols, key=lambda s: str(s.name))
        if not names:
            return [{}]
        draws = [self.domains.get(s.name, REALS).draws(DRAWS) for s in names]
        columns = [[d[(i * (2 * k + 1) + k + i // DRAWS) % len(d)] for i in range(TRIALS)] for k, d in enumerate(draws)]
        rows = dict.fromkeys(zip(*columns, strict=True))
        spread = [dict(zip(names, row, strict=True)) for row in rows]
        return spread + [{**spread[0], s: end} for s in names for end in self._beside_open_ends(s)]

    def _beside_open_ends(self, symbol: Symbol) -> list[float]:
        """What a domain without its end comes near to: exp(a) - 2.7 on (-1, 1) is positive beyond 0.9933 only."""
        domain = self.domains.get(symbol.name, REALS)
        open_ends = ((domain.low, NEAR, domain.low_closed), (domain.high, -NEAR, domain.high_closed))
        beside = (end + step * max(1.0, abs(end)) for end, step, closed in open_ends if not closed)
        return [at for at in beside if math.isfinite(at) and at in domain]

    def range(self, e: Expr) -> Range:
        """An interval that `e` cannot leave; exact where no parameter occurs twice."""
        if e.is_Rational:
            value = Fraction(int(e.p), int(e.q))
            return Range(value, value, True, True)
        if e.is_Symbol:
            return _range_of(self.domains.get(e.name, REALS))
        if e.is_number:
            return _range_of_number(e)
        if e.is_Add:
            return _fold(lambda a, b: a + b, [self.range(a) for a in e.args])
        if e.is_Mul:
            return _fold(lambda a, b: a * b, [self.range(a) for a in e.args])
        if e.is_Pow:
            return self._power(e)
        if e.func in FUNCTIONS:
            return FUNCTIONS[e.func](self.range(e.args[0]))
        return ABOVE_0 if e.is_positive else FROM_0 if e.is_nonnegative else EVERYTHING

    def _power(self, e: Expr) -> Range:
        base, exponent = self.range(e.base), e.exp
        if exponent.is_Integer:
            n = abs(int(exponent))
            whole = base if n % 2 else _abs(base)
            power = _fold(lambda a, b: a * b, [whole] * n) if n <= 8 else EVERYTHING
            return power if exponent > 0 else power.inverse()
        if base.sign() == POSITIVE:
            return ABOVE_0
        return FROM_0 if exponent.is_positive else ABOVE_0 if exponent.is_negative else EVERYTHING


def _fold(operation: Callable[[Range, Range], Range], ranges: list[Range]) -> Range:
    total = ranges[0]
    for other in ranges[1:]:
        total = operation(total, other)
    return total


def _range_of(domain: Interval) -> Range:
    low = domain.low if math.isinf(domain.low) else Fraction(domain.low)
    high = domain.high if math.isinf(domain.high) else Fraction(domain.high)
    return Range(low, high, domain.low_closed, domain.high_closed)


def _range_of_number(e: Expr) -> Range:
    """A constant such as sqrt(2)*pi between two fractions; 25 digits are known, 20 are used."""
    if not fits(e):
        return EVERYTHING
    value = sympy.N(e, 25)
    if not (value.is_Float and value.is_finite):
        return EVERYTHING
    middle = Fraction(int(sympy.Rational(value).p), int(sympy.Rational(value).q))
    margin = abs(middle) / 10**20
    return Range(middle - margin, middle + margin) if abs(middle) > LOST else EVERYTHING
