"""erf, erfc and the normal distribution on vectorised pairs.

All of them come from erfcx(z) = exp(z**2)*erfc(z) for z >= 0: a table of Taylor polynomials below 16, the
asymptotic series beyond; erf near 0 has its own series, so that it keeps its relative accuracy. The table is
made at first use, in 0.2 s, from mpmath with 400 bits, because its recurrence loses 180 of them.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from neurogebra.compile.to_numpy_pairs_arithmetic import (
    Array,
    Pair,
    Two,
    abs_,
    apart,
    div,
    finish,
    mul,
    neg,
    pick,
    plain,
    quick,
    scale,
    sub,
    tiny,
    two_mul,
    two_sum,
)
from neurogebra.compile.to_numpy_pairs_functions import exp, passed_by
from neurogebra.compile.to_numpy_pairs_tables import ONE, context, number, two

__all__ = ["GAUSSIAN"]

STEPS = 16  # centres in a unit
REACH = 16  # erfcx from its table below, from the asymptotic series above
TERMS = 20  # |t| <= 1/32 and |coefficient| <= 1/gamma(n/2 + 1): the first left out is 2**-123
PAIRED = 10  # leading coefficients as sums of two floats: the next times t**n are below 2**-57
OWN = 2.0**-100
# (-1)**n*(2n - 1)!!, for the asymptotic series in 1/(2*z**2) < 2**-9; the first left out is 2**-111 of 1.
ASYMPTOTIC = [1]
for _n in range(1, 23):
    ASYMPTOTIC.append(-(2 * _n - 1) * ASYMPTOTIC[-1])
# (-1)**n/(n!*(2n + 1)), for erf(x)/x*sqrt(pi)/2 in x**2 < 2**-6; the first left out is 2**-118 of 1.
NEAR = [Fraction(1)]
for _n in range(1, 14):
    NEAR.append(-NEAR[-1] * Fraction(2 * _n - 1, _n * (2 * _n + 1)))


@lru_cache(maxsize=1)
def _erfcx_table() -> tuple[Array, Array]:
    """Taylor coefficients, highest power last, as (TERMS, centres); their low parts for the first PAIRED."""
    mp = context()
    slope = 2 / mp.sqrt(mp.pi)
    columns = []
    for j in range(STEPS * REACH + 1):
        z = mp.mpf(j) / STEPS
        a = [mp.exp(z * z) * mp.erfc(z)]
        a.append(2 * z * a[0] - slope)
        for n in range(1, TERMS - 1):
            a.append(2 * (z * a[n] + a[n - 1]) / (n + 1))
        columns.append([two(c) for c in a])
    both: Array = np.array(columns).transpose(2, 1, 0)
    return both[0].copy(), both[1, :PAIRED].copy()


def _horner(x: Two, plain_part: Any, paired: list[Two]) -> Two:
    """paired[0] + x*(paired[1] + ... + x*plain_part)."""
    *first, last = paired
    high, low = quick(last[0], x[0] * plain_part)
    value: Two = (high, low + last[1])
    for c in reversed(first):
        p = two_mul(value, x)
        high, low = quick(c[0], p[0])
        value = (high, low + (p[1] + c[1]))
    return value


def _erfcx_near(a: Pair) -> Pair:
    z, low = plain(a)
    j = np.rint(z * STEPS)
    index = np.minimum(j, STEPS * REACH).astype(np.int64)
    t = two_sum(z - j / STEPS, low)
    high_row, low_row = _erfcx_table()
    p = high_row[-1].take(index)
    for row in high_row[-2 : PAIRED - 1 : -1]:
        p = p * t[0] + row.take(index)
    paired: list[Two] = [(high_row[n].take(index), low_row[n].take(index)) for n in range(PAIRED)]
    passed = passed_by(a, np.minimum(z, 1.0))  # |z*erfcx'(z)/erfcx(z)| <= min(1, 1.2*z)
    return finish(*_horner(t, p, paired), 0, np.where(passed < 0.25, 2.5 * passed, np.inf) + OWN)


def _erfcx_far(a: Pair) -> Pair:
    """1/(z*sqrt(pi)) times the asymptotic series."""
    w = div(ONE, scale(mul(a, a), 1))
    x = plain(w)
    p = float(ASYMPTOTIC[-1])
    for c in ASYMPTOTIC[-2:8:-1]:
        p = p * x[0] + float(c)
    series = finish(*_horner(x, p, [(float(c), 0.0) for c in ASYMPTOTIC[:9]]), 0, passed_by(w, 0.01) + OWN)
    return div(series, mul(a, number("root_pi")))


def _erfcx(a: Pair) -> Pair:
    return apart(a.e > 4, _erfcx_far, _erfcx_near, a)


def erfc(a: Pair) -> Pair:
    size = abs_(a)
    value = mul(_erfcx(size), exp(neg(mul(a, a))))
    left = (a.hi < 0) & ~tiny(a)
    return pick(left, sub(scale(ONE, 1), value), value) if left.any() else value


def erf(a: Pair) -> Pair:
    return apart(a.e < -2, _erf_near, _erf_far, a)


def _erf_near(a: Pair) -> Pair:
    square = mul(a, a)
    x = plain(square)
    p = float(NEAR[-1])
    for c in NEAR[-2:7:-1]:
        p = p * x[0] + float(c)
    paired: list[Two] = [(float(c), float(c - Fraction(float(c)))) for c in NEAR[:8]]
    series = finish(*_horner(x, p, paired), 0, passed_by(square, 0.01) + OWN)
    return mul(mul(a, number("erf_slope")), series)


def _erf_far(a: Pair) -> Pair:
    far = sub(ONE, erfc(abs_(a)))
    return pick(a.hi < 0, neg(far), far)


def normal(a: Pair) -> Pair:
    """The normal distribution function."""
    return scale(erfc(neg(div(a, number("root_2")))), -1)


def density(a: Pair) -> Pair:
    """The normal density."""
    return div(exp(neg(scale(mul(a, a), -1))), number("root_2_pi"))


GAUSSIAN: dict[str, Callable[[Pair], Pair]] = {"erf": erf, "erfc": erfc, "Phi": normal, "phi": density}
