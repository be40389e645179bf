"""Terms of a formula far out: coefficients times exp(sum of c*M(y))*y**p*log(y)**l, y being the size of x.

They form a scale: of two different ones one grows beyond any multiple of the other, and where their quotient falls
from R on, so that it is bounded by its value at R, is decided here by rigorous enclosures. Exact numbers are kept
beside their balls, because only what is exact can cancel. Nothing here knows formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key, lru_cache
from typing import Any, NamedTuple

import sympy
from sympy import Expr, Integer, Symbol

from neurogebra.compile.to_ball import Oracle, ball
from neurogebra.compile.to_ball_arithmetic import arb, ctx
from neurogebra.symbolic.reach import divides_evenly

__all__ = [
    "BITS",
    "LOGARITHM",
    "ONE",
    "TWO",
    "UNIT",
    "ZERO",
    "Beyond",
    "Coefficient",
    "Monomial",
    "ball_power",
    "derivative_at",
    "exactly",
    "in_falling_order",
    "is_short",
    "product",
    "sum_of",
    "value",
]

BITS = 192
SHORT = 64
DUMMY = Symbol("u", real=True)
ZERO, ONE, TWO = Integer(0), Integer(1), Integer(2)


class Beyond(ArithmeticError):
    """This tail cannot be held, or not from this R on."""


class Monomial(NamedTuple):
    """exp(sum of c*M(y))*y**power*log(y)**logs; `grows` holds (M, c), monomials themselves, the largest first."""

    grows: tuple[tuple[Any, Expr], ...] = ()
    power: Expr = ZERO
    logs: int = 0

    def __mul__(self, other: Monomial) -> Monomial:  # type: ignore[override]
        return Monomial(_merged(self.grows, other.grows), self.power + other.power, self.logs + other.logs)

    def __truediv__(self, other: Monomial) -> Monomial:
        return self * other.raised(Integer(-1))

    def raised(self, p: Expr) -> Monomial:
        """To the power p. Beyond where a logarithm would get a power that is not whole."""
        if self.logs and not p.is_Integer:
            raise Beyond("a broken power of a logarithm")
        return Monomial(tuple((m, c * p) for m, c in self.grows if p != 0), self.power * p, int(self.logs * p))

    def way(self) -> int:
        """1 where it tends to oo, -1 where it tends to 0, 0 where it is 1."""
        leading = self.grows[0][1] if self.grows else self.power if self.power != 0 else Integer(self.logs)
        return _sign(leading)

    def bound(self, R: arb) -> arb:
        """A ball around all its values on [R, oo); it must tend to 0 and fall from R on. 1 for the unit."""
        if self.way() == 0:
            return arb(1)
        if self.way() > 0 or not self._falls(R):
            raise Beyond("a term that does not fall yet")
        return arb(0).union(self.at(R).upper())

    def _falls(self, R: arb) -> bool:
        """Whether y*d(log)/dy is below 0 for all y >= R.

        Each exponent c*M adds c*M*rate(M); as M_j/M_0 falls, so is rate(M_j) below rate(M_0), and what opposes the
        leading exponent is largest, beside it, at R.
        """
        small = value(self.power) + (self.logs / R.log() if self.logs > 0 else arb(0))
        if not self.grows:
            return bool(small < 0 or (self.power == 0 and self.logs < 0))
        lead, c0 = self.grows[0]
        size = lead.at(R) * lead.rate(R)
        against = small / size if small > 0 else arb(0)
        for m, c in self.grows[1:]:
            against += abs(value(c)) * (m / lead).bound(R).upper()
        return bool(size > 0 and lead._rises(R) and value(c0) + against < 0)

    def _rises(self, R: arb) -> bool:
        return not self.grows and bool(self.power > 0) or self.raised(Integer(-1))._falls(R)

    def rate(self, y: arb) -> arb:
        """y*d(log)/dy."""
        total = value(self.power) + (self.logs / y.log() if self.logs else arb(0))
        for m, c in self.grows:
            total += value(c) * m.at(y) * m.rate(y)
        return total

    def at(self, y: arb) -> arb:
        """Its value at one y."""
        result = y ** value(self.power) * (y.log() ** self.logs if self.logs else arb(1))
        for m, c in self.grows:
            result *= (value(c) * m.at(y)).exp()
        return result


UNIT = Monomial()
LOGARITHM = Monomial(logs=1)


class Coefficient(NamedTuple):
    """A number: its ball, and the exact number where it is known."""

    ball: arb
    exact: Expr | None = None


def exactly(e: Expr) -> Coefficient:
    """An exact number as a coefficient."""
    return Coefficient(value(e), e)


# Numbers --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def value(e: Expr) -> arb:
    """The ball of an exact number."""
    with ctx.workprec(BITS):
        return Oracle(e).ball({}, BITS)


def is_short(p: Expr) -> bool:
    """Whether SymPy raises numbers to it at once: 2**(p/q) with the 2**53 of a float below takes minutes."""
    return not p.is_Rational or (abs(int(p.p)) <= SHORT and int(p.q) <= SHORT)


def _sign(e: Expr) -> int:
    size = value(e)
    return 1 if size > 0 else -1 if size < 0 else 0


def sum_of(a: Coefficient, b: Coefficient) -> Coefficient:
    """The sum, exact where both are: what cancels is then exactly 0."""
    exact = None if a.exact is None or b.exact is None else _plain(a.exact + b.exact)
    return exactly(exact) if exact is not None else Coefficient(a.ball + b.ball)


def product(a: Coefficient, b: Coefficient) -> Coefficient:
    """The product, exact where both are."""
    exact = None if a.exact is None or b.exact is None else a.exact * b.exact
    return Coefficient(a.ball * b.ball, exact)


def _plain(e: Expr) -> Expr:
    """A sum that is 0 must say so."""
    if e.is_Rational:
        return e
    if value(e).contains(arb(0)):
        e = sympy.expand(e)
    may_vanish = e != 0 and value(e).contains(arb(0)) and divides_evenly(e)
    return ZERO if may_vanish and sympy.simplify(e) == 0 else e


def ball_power(c: arb, p: Expr) -> arb:
    """c**p for a ball; a power that is not whole needs c > 0."""
    if p.is_Integer:
        return c ** int(p)
    return (c.log() * value(p)).exp()


def derivative_at(function: Callable[[Expr], Expr], k: int, at: Coefficient) -> Coefficient:
    """The k-th derivative of a function of SymPy at a coefficient. Beyond where it has no finite value there."""
    formula = _differentiated(function(DUMMY), k)
    if at.exact is not None:
        exact = formula.subs(DUMMY, at.exact)
        if exact.has(sympy.nan, sympy.zoo, sympy.oo):
            raise Beyond("a function where it has no value")
        return exactly(exact)
    found = ball(formula, {DUMMY.name: at.ball}, BITS)
    if not found.is_finite():
        raise Beyond("a function of what is too wide")
    return Coefficient(found)


@lru_cache(maxsize=1024)
def _differentiated(formula: Expr, k: int) -> Expr:
    return sympy.diff(formula, DUMMY, k) if k else formula


def _merged(a: tuple[tuple[Monomial, Expr], ...], b: tuple[tuple[Monomial, Expr], ...]) -> tuple[tuple[Any, Expr], ...]:
    if not a or not b:
        return a or b
    sums: dict[Monomial, Expr] = dict(a)
    for m, c in b:
        sums[m] = _plain(sums.get(m, ZERO) + c)
    return tuple(in_falling_order([(m, c) for m, c in sums.items() if c != 0]))


def in_falling_order(terms: list[tuple[Monomial, Any]]) -> list[tuple[Monomial, Any]]:
    """In falling order of growth."""
    by_growth = cmp_to_key(_compared)
    return sorted(terms, key=lambda term: by_growth(term[0]), reverse=True) if len(terms) > 1 else terms


@lru_cache(maxsize=8192)
def _compared(a: Monomial, b: Monomial) -> int:
    """1 where a outgrows b, -1 where b outgrows a."""
    return (a / b).way()
