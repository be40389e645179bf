"""Arithmetic on balls and on Taylor series of balls, with the care that python-flint leaves to its caller.

Each operation encloses the true value or raises: Undefined where there is no real value for certain, Corner
where a series would need a side, Unsure where more bits may settle it. arb's own operators are nan on powers
of balls around 0, lose the sign of infinity and have no limits for 0/0; those cases are handled here, once.
This is the only importer of flint; it knows no trees and no functions beyond exp, log and powers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

from neurogebra.errors import MissingExtra

try:
    from flint import arb, arb_series, ctx, fmpq
except ImportError as missing:  # not '.[verify]': an installed package has no checkout to name
    reason = "checking by ball arithmetic needs python-flint, the extra 'verify', which is not installed"
    raise MissingExtra(f"{reason}: pip install python-flint") from missing

__all__ = [
    "INFINITY",
    "Corner",
    "N",
    "Number",
    "Undefined",
    "Unsure",
    "arb",
    "arb_series",
    "ctx",
    "exp",
    "fmpq",
    "general_power",
    "head",
    "log",
    "power",
    "power_half",
    "ratio",
    "reciprocal",
    "times",
]

Number = arb | arb_series
N = TypeVar("N", arb, arb_series)
Either = TypeVar("Either", arb, arb_series, Number)

# Beyond exp(2**(2**11)) a value counts as infinite: at 1024 bits arb still gives exp of every float64, so
# only towers such as exp(exp(1e300)) come here. `times` keeps such infinities away from tiny factors.
INFINITY = arb("inf")
SATURATES = arb(2) ** 4096
TAME = arb(2) ** (2**60)  # an infinity may swallow factors between 1/TAME and TAME


class Undefined(ArithmeticError):
    """The formula has no real value here, for certain: log(-1), 1/0."""


class Corner(ArithmeticError):
    """The point lies exactly where a switch turns over: a series must say on which side."""


class Unsure(ArithmeticError):
    """The balls are too wide to decide; more bits may help."""


def head(u: Number) -> arb:
    """The value: a ball itself, or the constant term of a series."""
    return u[0] if isinstance(u, arb_series) else u


def exp(u: Either) -> Either:
    """exp(u); of a tower beyond all bounds, INFINITY."""
    if isinstance(u, arb_series):
        return u.exp()
    if u > SATURATES and not u.exp().is_finite():
        return INFINITY
    return arb(0, 1 / TAME) if u == -INFINITY else u.exp()


def log(u: Either) -> Either:
    """log(u), minus infinity at 0."""
    at = head(u)
    if at.is_finite() and at > 0:
        return u.log()
    if at < 0:
        raise Undefined("log of a negative number")
    if at == 0:
        if isinstance(u, arb):
            return -INFINITY
        raise Corner("log at 0")
    raise Unsure("log of a ball around 0")


def power_half(u: Either) -> Either:
    """The square root of u, 0 at 0 though it bends there."""
    at = head(u)
    if at > 0:
        return u.sqrt()
    if at < 0:
        raise Undefined("square root of a negative number")
    if at == 0:
        if isinstance(u, arb):
            return arb(0)
        raise Corner("square root at 0")
    raise Unsure("square root of a ball around 0")


def is_infinite(u: Number) -> bool:
    return isinstance(u, arb) and abs(u) == INFINITY


def times(factors: Sequence[Number]) -> Number:
    """The product; an infinity swallows only factors that are surely neither 0 nor tiny."""
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    if isinstance(result, arb_series) or result.is_finite():
        return result
    sign = 1
    for factor in factors:
        if isinstance(factor, arb) and (factor * TAME > 1 or factor * TAME < -1):
            sign = sign if factor > 0 else -sign
        else:
            return arb.nan()
    if not any(is_infinite(factor) for factor in factors):
        return result
    return INFINITY if sign > 0 else -INFINITY


def ratio(top: Number | int, bottom: Number) -> Number:
    """top / bottom. Two series that both start at 0 are divided as limits, which costs orders."""
    at = head(bottom)
    if at == 0:
        if isinstance(bottom, arb) or isinstance(top, int) or not head(top) == 0:
            raise Undefined("division by 0")
        if isinstance(top, arb):
            return arb(0)
        try:
            return top / bottom
        except (ValueError, ZeroDivisionError) as pole:
            raise Undefined("a pole") from pole
    if is_infinite(bottom):
        return top * arb(0, 1 / TAME)
    if not (at > 0 or at < 0):
        raise Unsure("division by a ball around 0")
    return top / bottom


def power(base: Number, exponent: int) -> Number:
    """base ** exponent for small whole exponents, by squaring; `arb.__pow__` is nan on balls around 0."""
    result: Number = arb(1)
    square, left = base, abs(exponent)
    while left:
        if left & 1:
            result = square * result
        left >>= 1
        if left:
            square = square * square
    return ratio(arb(1), result) if exponent < 0 else result


def reciprocal(u: N) -> N:
    """1/u."""
    return cast(N, ratio(1, u))


def general_power(base: Number, exponent: Number) -> Number:
    """base ** exponent where the exponent is any number: whole exponents take any base, others base >= 0."""
    if isinstance(exponent, arb) and exponent.is_integer():
        n = int(str(exponent.unique_fmpz()))
        if abs(n) <= 128:
            return power(base, n)
        if head(base) < 0:
            size = exp(exponent * log(-base))
            return -size if n % 2 else size
    at = head(base)
    if at < 0 and isinstance(exponent, arb):
        raise Undefined("a negative base under an exponent that is not whole")
    if at < 0 or at == 0:
        return power_of_zero(base, exponent)
    return exp(times([exponent, log(base)]))


def power_of_zero(base: Number, exponent: Number) -> Number:
    if isinstance(base, arb_series) or isinstance(exponent, arb_series):
        raise Corner("a power at 0")
    if exponent > 0:
        return arb(0)
    raise Undefined("0 to a negative power") if exponent < 0 else Unsure("an exponent around 0")
