"""A smooth formula on all of [R, oo) or (-oo, -R]: its leading terms with rigorous enclosures of the rest.

No ball reaches infinity, so beyond R a formula is held as a sum of balls times exp(c*M + ...)*y**p*log(y)**l,
y being the size of x, in falling order; terms are merged exactly where their coefficients are exact, so that
1 - tanh(x)**2 keeps its tail. The sign, the limit and the asymptote are then read from the leading terms. What no
such sum can hold (a tower of exponentials, a sine that leads) raises Beyond; nothing here knows switches.

    >>> x = sympy.Symbol("x", real=True)
    >>> tail = of(x*words.sigmoid(x), x, -1, R=16)          # at -oo: x*exp(x), and smaller terms
    >>> tail.sign(), tail.limit()
    (-1, 0)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, Symbol

from neurogebra.claims.growth import (
    BITS,
    LOGARITHM,
    ONE,
    TWO,
    UNIT,
    Beyond,
    Coefficient,
    Monomial,
    derivative_at,
    exactly,
    value,
)
from neurogebra.claims.terms import Tail
from neurogebra.compile.to_ball_arithmetic import Corner, Undefined, Unsure, arb, ctx
from neurogebra.language import functions as words

__all__ = ["Beyond", "Tail", "of", "value"]

WIDE = arb(0, 1)  # where a sine may lie


def of(formula: Expr, x: Symbol, side: int, R: float) -> Tail:
    """The tail of a smooth formula without switches at oo (side 1) or -oo (side -1), from |x| = R on."""
    with ctx.workprec(BITS):
        try:
            return _Walk(x, side, arb(R)).tail(formula)
        except (Undefined, Unsure, Corner, ZeroDivisionError, RecursionError, StopIteration) as reason:
            raise Beyond(str(reason)) from reason


class _Walk:
    """One formula on one tail; shared parts once."""

    def __init__(self, x: Symbol, side: int, R: arb) -> None:
        self.x, self.side, self.R = x, side, R
        self.seen: dict[Expr, Tail] = {}

    def tail(self, e: Expr) -> Tail:
        if e not in self.seen:
            self.seen[e] = self._made(e)
        return self.seen[e]

    def _made(self, e: Expr) -> Tail:
        if e == self.x:
            return Tail({Monomial(power=ONE): exactly(Integer(self.side))}, self.R)
        if not e.has(self.x):
            return Tail({UNIT: exactly(e)}, self.R)
        if e.is_Add:
            return self._folded(Tail.__add__, e.args)
        if e.is_Mul:
            return self._folded(Tail.__mul__, e.args)
        if e.is_Pow:
            return self._power(e)
        rule = RULES.get(e.func)
        if rule is None:
            raise Beyond(f"no rule for {e.func}")
        return rule(self.tail(e.args[0]))

    def _folded(self, operation: Callable[[Tail, Tail], Tail], parts: Iterable[Expr]) -> Tail:
        tails = [self.tail(part) for part in parts]
        total = tails[0]
        for each in tails[1:]:
            total = operation(total, each)
        return total

    def _power(self, e: Expr) -> Tail:
        if not e.exp.has(self.x):
            return self.tail(e.base).power(e.exp)
        return exp(self.tail(e.exp) * log(self.tail(e.base)))


# Functions ------------------------------------------------------------------------------------------------


def exp(u: Tail) -> Tail:
    """exp: what grows becomes a monomial, the constant a factor, what vanishes a series."""
    grows, constant, rest = u.split()
    key = UNIT
    for m, c in grows.terms:
        if c.exact is None or (m.logs and m != LOGARITHM):
            raise Beyond("an exponential of what is not known exactly")
        key = key * (Monomial(power=c.exact) if m.logs else Monomial(((m, c.exact),)))
    factor = derivative_at(sympy.exp, 0, constant)
    outside = Tail({key: factor}, u.R)
    return outside * rest.taken(sympy.exp) if rest.terms else outside


def log(u: Tail) -> Tail:
    """log(c*m*(1 + rest))."""
    if not u.terms:
        raise Beyond("log of 0")
    m, c = u.terms[0]
    if not c.ball > 0 or m.logs:
        raise Beyond("log of what may be negative, or of a logarithm")
    total = Tail({UNIT: Coefficient(c.ball.log(), None if c.exact is None else sympy.log(c.exact))}, u.R)
    total += Tail({n: exactly(k) for n, k in m.grows}, u.R)
    if m.power != 0:
        total += Tail({LOGARITHM: exactly(m.power)}, u.R)
    rest = u.relative_rest()
    return total + rest.taken(lambda v: sympy.log(1 + v)) if rest.terms else total


def way_of(u: Tail) -> int:
    """1 or -1 where u tends to oo or -oo, else 0."""
    if not u.terms or u.terms[0][0].way() <= 0:
        return 0
    return u.sign()


def one_over(u: Tail) -> Tail:
    return u.power(Integer(-1))


def sized(u: Tail) -> Tail:
    return u if u.sign() > 0 else -u


def decay(u: Tail, times: int = 1) -> Tail:
    """exp(-times*|u|) where u grows."""
    return exp(sized(u).scaled(Integer(-times)))


def rule(function: Callable[[Expr], Expr], far: Callable[[Tail, int], Tail]) -> Callable[[Tail], Tail]:
    """A function that has a Taylor series where u stays bounded, and a form of its own where u grows."""
    return lambda u: far(u, way) if (way := way_of(u)) else u.taken(function)


def _tanh(u: Tail, way: int) -> Tail:
    w = decay(u, 2)
    return (u.constant(ONE) - w.scaled(TWO) * one_over(u.constant(ONE) + w)).scaled(Integer(way))


def _sigmoid(u: Tail, way: int) -> Tail:
    w = decay(u)
    below = one_over(u.constant(ONE) + w)
    return below if way > 0 else w * below


def _softplus(u: Tail, way: int) -> Tail:
    small = decay(u).taken(lambda v: sympy.log(1 + v))
    return u + small if way > 0 else small


def _sech2(u: Tail, way: int) -> Tail:
    w = decay(u, 2)
    return w.scaled(Integer(4)) * (u.constant(ONE) + w).power(Integer(-2))


def _log_cosh(u: Tail, way: int) -> Tail:
    return sized(u) - u.constant(sympy.log(2)) + decay(u, 2).taken(lambda v: sympy.log(1 + v))


def _erfc(u: Tail, way: int) -> Tail:
    """exp(-u**2)/(u*sqrt(pi))*(1 - 1/(2u**2) + 3/(4u**4) - ...), whose error is less than its first term left out."""
    v = sized(u)
    square = v * v
    over = one_over(square)
    third = over * over * over
    rest = Tail({m: Coefficient(c.ball * arb(0).union(arb(15) / 8)) for m, c in third.terms}, u.R)
    series = u.constant(ONE) - over.scaled(Rational(1, 2)) + (over * over).scaled(Rational(3, 4)) - rest
    small = exp(-square) * one_over(v) * series.scaled(1 / sympy.sqrt(sympy.pi))
    return small if way > 0 else u.constant(TWO) - small


def _erf(u: Tail, way: int) -> Tail:
    return u.constant(ONE) - _erfc(u, way)


def _Phi(u: Tail, way: int) -> Tail:
    return _erfc(u.scaled(-1 / sympy.sqrt(2)), -way).scaled(Rational(1, 2))


def _phi(u: Tail, way: int) -> Tail:
    return exp((u * u).scaled(Rational(-1, 2))).scaled(1 / sympy.sqrt(2 * sympy.pi))


def _atan(u: Tail, way: int) -> Tail:
    return (u.constant(sympy.pi / 2) - one_over(sized(u)).taken(sympy.atan)).scaled(Integer(way))


def _asinh(u: Tail, way: int) -> Tail:
    v = sized(u)
    return log(v + (v * v + u.constant(ONE)).power(Rational(1, 2))).scaled(Integer(way))


def _sinh(u: Tail, way: int) -> Tail:
    return (exp(u) - exp(-u)).scaled(Rational(1, 2))


def _cosh(u: Tail, way: int) -> Tail:
    return (exp(u) + exp(-u)).scaled(Rational(1, 2))


def _swings(u: Tail, way: int) -> Tail:
    return Tail({UNIT: Coefficient(WIDE)}, u.R)


RULES: dict[Any, Callable[[Tail], Tail]] = {
    sympy.exp: exp,
    sympy.log: log,
    words.expm1: lambda u: exp(u) - u.constant(ONE),
    words.log1p: lambda u: log(u + u.constant(ONE)) if way_of(u) else u.taken(words.log1p),
    sympy.sin: rule(sympy.sin, _swings),
    sympy.cos: rule(sympy.cos, _swings),
    sympy.tanh: rule(sympy.tanh, _tanh),
    words.tanh_: rule(sympy.tanh, _tanh),
    words.sigmoid: rule(words.sigmoid, _sigmoid),
    words.softplus: rule(words.softplus, _softplus),
    words.sech2: rule(words.sech2, _sech2),
    words.log_cosh: rule(words.log_cosh, _log_cosh),
    sympy.erf: rule(sympy.erf, _erf),
    sympy.erfc: rule(sympy.erfc, _erfc),
    words.erfc: rule(sympy.erfc, _erfc),
    words.Phi: rule(words.Phi, _Phi),
    words.phi: rule(words.phi, _phi),
    sympy.atan: rule(sympy.atan, _atan),
    sympy.asinh: rule(sympy.asinh, _asinh),
    sympy.sinh: rule(sympy.sinh, _sinh),
    sympy.cosh: rule(sympy.cosh, _cosh),
}
