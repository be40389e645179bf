"""A sum of terms in falling order on [R, oo), with rigorous enclosures of what was left out, and its arithmetic.

Terms are merged exactly where their coefficients are exact, so that 1 - tanh(x)**2 keeps its tail; a smooth function
of what stays bounded is a Taylor polynomial with an enclosed rest. Sign, limit and values on the whole tail are read
from it. What cannot be held, or not from this R on, raises Beyond.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Expr, Integer

from neurogebra.claims.growth import (
    ONE,
    UNIT,
    ZERO,
    Beyond,
    Coefficient,
    Monomial,
    ball_power,
    derivative_at,
    exactly,
    in_falling_order,
    is_short,
    product,
    sum_of,
    value,
)
from neurogebra.compile.to_ball_arithmetic import arb

__all__ = ["Tail"]

MOST_TERMS = 6
ORDER = 3  # terms of a function's expansion that keep exact coefficients


class Tail:
    """A sum of terms in falling order on [R, oo); made by `of` and by arithmetic."""

    def __init__(self, terms: dict[Monomial, Coefficient], R: arb) -> None:
        self.R = R
        kept = [(m, c) for m, c in terms.items() if not (c.exact == 0 or c.ball.is_zero())]
        self.terms = in_falling_order(kept)
        while len(self.terms) > MOST_TERMS:
            small, c = self.terms.pop()
            into, kept_c = self.terms[-1]
            ratio = (small / into).bound(R)
            self.terms[-1] = into, Coefficient(kept_c.ball + c.ball * ratio)

    # -- what is read from it --------------------------------------------------------------------------

    def whole(self) -> arb:
        """The coefficient of the leading term with all smaller terms taken in: f = whole*monomial on the tail."""
        lead, c = self.terms[0]
        total: arb = c.ball
        for m, small in self.terms[1:]:
            total += small.ball * (m / lead).bound(self.R)
        return total

    def sign(self) -> int:
        """Its sign everywhere on the tail. Beyond where it may change."""
        if not self.terms:
            return 0
        whole = self.whole()
        if whole > 0 or whole < 0:
            return 1 if whole > 0 else -1
        raise Beyond("the sign of the leading term is open")

    def limit(self) -> Expr | arb:
        """The limit at infinity: oo, -oo, an exact number, or a ball."""
        if not self.terms:
            return ZERO
        m, c = self.terms[0]
        way = m.way()
        if way < 0:
            return ZERO
        if way == 0:
            if c.exact is None and c.ball.rad() > 1e-30:
                raise Beyond("it swings")
            return c.exact if c.exact is not None else c.ball
        if not (c.ball > 0 or c.ball < 0):
            raise Beyond("the sign of the leading term is open")
        return sympy.oo if c.ball > 0 else -sympy.oo

    def values(self) -> arb:
        """A ball around all its values on the tail."""
        total = arb(0)
        for m, c in self.terms:
            total += c.ball * m.bound(self.R)
        return total

    # -- arithmetic ------------------------------------------------------------------------------------

    def __add__(self, other: Tail) -> Tail:
        sums = dict(self.terms)
        for m, c in other.terms:
            sums[m] = sum_of(sums[m], c) if m in sums else c
        return Tail(sums, self.R)

    def __neg__(self) -> Tail:
        return self.scaled(Integer(-1))

    def __sub__(self, other: Tail) -> Tail:
        return self + -other

    def scaled(self, e: Expr) -> Tail:
        return Tail({m: product(c, exactly(e)) for m, c in self.terms}, self.R)

    def __mul__(self, other: Tail) -> Tail:
        sums: dict[Monomial, Coefficient] = {}
        for m, c in self.terms:
            for n, d in other.terms:
                key, term = m * n, product(c, d)
                sums[key] = sum_of(sums[key], term) if key in sums else term
        return Tail(sums, self.R)

    def constant(self, e: Expr) -> Tail:
        return Tail({UNIT: exactly(e)}, self.R)

    def power(self, p: Expr) -> Tail:
        """(c*m*(1 + rest))**p."""
        if p.is_Integer and 0 <= p <= 4:
            result = self.constant(ONE)
            for _ in range(int(p)):
                result = result * self
            return result
        if not self.terms:
            raise Beyond("a power of 0")
        m, c = self.terms[0]
        if not (c.ball > 0 or (c.ball < 0 and p.is_Integer)):
            raise Beyond("a power of what may be negative")
        exact = None if c.exact is None or not is_short(p) and c.exact != 1 else c.exact**p
        size = value(exact) if exact is not None else ball_power(c.ball, p)
        outside = Tail({m.raised(p): Coefficient(size, exact)}, self.R)
        rest = self.relative_rest()
        return outside if not rest.terms else outside * rest.taken(lambda u: (1 + u) ** p)

    def relative_rest(self) -> Tail:
        """What stands beside the leading term c*m, divided by it: the rest in c*m*(1 + rest)."""
        m, c = self.terms[0]
        inverse = Coefficient(1 / c.ball, None if c.exact is None else 1 / c.exact)
        return Tail({n / m: product(d, inverse) for n, d in self.terms[1:]}, self.R)

    def split(self) -> tuple[Tail, Coefficient, Tail]:
        """What grows, the constant, and what vanishes."""
        parts: dict[int, dict[Monomial, Coefficient]] = {-1: {}, 0: {}, 1: {}}
        for m, c in self.terms:
            parts[m.way()][m] = c
        constant = next(iter(parts[0].values()), exactly(ZERO))
        return Tail(parts[1], self.R), constant, Tail(parts[-1], self.R)

    def taken(self, function: Callable[[Expr], Expr]) -> Tail:
        """A smooth function of a tail that stays bounded, by Taylor's theorem around its limit."""
        grows, constant, rest = self.split()
        if grows.terms:
            raise Beyond("a function of what grows")
        if not rest.terms:
            return Tail({UNIT: derivative_at(function, 0, constant)}, self.R)
        around = constant.ball + rest.values()
        power, result, factorial = self.constant(ONE), Tail({}, self.R), 1
        for k in range(ORDER):
            slope = derivative_at(function, k, constant)
            over = Coefficient(slope.ball / factorial, None if slope.exact is None else slope.exact / factorial)
            result = result + Tail({m: product(c, over) for m, c in power.terms}, self.R)
            power = power * rest
            factorial *= k + 1
        last = derivative_at(function, ORDER, Coefficient(around)).ball / factorial
        return result + Tail({m: Coefficient(c.ball * last) for m, c in power.terms}, self.R)
