"""Sine, cosine and their inverses on pairs, each with the error it adds and passes on.

The argument is reduced by pi/2 in four floats, so that a float64 argument keeps its relative accuracy next to
a root, and then to a table of 106-bit values; the inverse is one Newton step from float64. Beyond 2**30 only exact
arguments, below 2**1100, have a value: what whole turns leave of each power of two is looked up. Others are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neurogebra.compile.to_numpy_pairs_arithmetic import (
    MUL,
    Pair,
    Two,
    abs_,
    add,
    div,
    finish,
    mul,
    pick,
    plain,
    quick,
    scale,
    sqrt,
    sub,
    tail_mul,
    two_add,
    two_mul,
    two_sum,
    with_sign,
)
from neurogebra.compile.to_numpy_pairs_functions import like_itself, passed_by
from neurogebra.compile.to_numpy_pairs_tables import INVERSE, ONE, half_pi, looked_up, number, turned

__all__ = ["CIRCULAR"]

NEAR, FAR = 30, 1100  # exponents
OWN = 2.0**-101  # of sin, cos and atan; 2**-105 is the worst seen
COARSE = 64  # steps of the table of sin and cos in [-13/16, 13/16]


def _sin_cos_core(t: Two) -> tuple[Two, Two]:
    """Sine and cosine for |t| < 0.8, the sine with its relative accuracy."""
    j = np.rint(t[0] * COARSE)
    s = two_sum(t[0] - j / COARSE, t[1])
    square = two_mul(s, s)
    q = square[0]
    odd = _series(square, (3, 5), q * (-1 / 5040 + q * (1 / 362880 + q * (-1 / 39916800 + q / 6227020800))))
    even = _series(square, (2, 4, 6), q * (1 / 40320 + q * (-1 / 3628800 + q / 479001600)))
    sine = two_add(s, two_mul(s, two_mul(square, odd)))
    drop = two_mul(square, even)  # cos(s) - 1
    ts, tc = looked_up("sin", COARSE, 52, j), looked_up("cos", COARSE, 52, j)
    return (
        two_add(ts, two_add(two_mul(ts, drop), two_mul(tc, sine))),
        two_add(tc, two_add(two_mul(tc, drop), two_mul((-ts[0], -ts[1]), sine))),
    )


def _series(square: Two, factorials: tuple[int, ...], p: Any) -> Two:
    """-1/n0! + square*(1/n1! - ... + square*p) for the n in `factorials`."""
    *first, last = [_signed(n) for n in factorials]
    high, low = quick(last[0], p)
    series = (high, low + last[1])
    for c in reversed(first):
        q = two_mul(series, square)
        high, low = quick(c[0], q[0])
        series = (high, low + (q[1] + c[1]))
    return series


def _signed(n: int) -> Two:
    high, low = INVERSE[n]
    return (high, low) if n % 4 < 2 else (-high, -low)


def _circular(a: Pair, quarter: int) -> Pair:
    """sin(a + quarter*pi/2)."""
    x, low = plain(a)
    far = a.e > NEAR
    if far.any():
        x, low = np.array(x), np.array(low)
        x[far], low[far] = _without_turns(*(part[far] for part in a))
    k = np.rint(x * 0.6366197723675814)
    first, *others = half_pi()
    p = k * first
    t = two_add(two_sum(x, -p), two_sum(low, -tail_mul(k, first, p)))
    for c in others:
        p = k * c
        t = two_add(t, (-p, -tail_mul(k, c, p)))
    sine, cosine = _sin_cos_core(t)
    quadrant = (k.astype(np.int64) + quarter) & 3
    odd = quadrant & 1 == 1
    sign = np.where(quadrant > 1, -1.0, 1.0)
    high, low = (np.where(odd, c, s) * sign for s, c in zip(sine, cosine, strict=True))
    d = passed_by(a, np.abs(x)) + np.abs(x) * 2.0**-154 + np.abs(t[0]) * MUL + np.where(far, 2.0**-94, 0.0)
    r = np.where(d == 0, 0.0, d / np.abs(high)) + OWN
    return finish(high, low, 0, np.where(r <= 0.5, r, np.inf))


def _without_turns(hi: Any, lo: Any, e: Any, r: Any) -> Two:
    """A number below 32 in size that differs from (hi + lo)*2**e by whole turns, to 2**-94; nan if unknown."""
    turn = [4 * c for c in half_pi()]
    rest: Two = (np.zeros_like(hi), np.zeros_like(hi))
    for part, bits in ((hi, 53), (lo, 106)):
        whole = part * 2.0**bits  # times 2**(e - bits), of which a turn leaves a number below 2*pi
        powers = np.where((r == 0) & (whole == np.rint(whole)) & (e <= FAR), e - bits, FAR)
        known, where = np.unique(powers, return_inverse=True)
        parts = np.array([turned(int(k)) for k in known if k < FAR] + [(np.nan,) * 4] * int(known[-1] == FAR))
        turns = np.rint(whole * parts[where, 0] / turn[0])
        for c, full in zip(parts.T, turn, strict=True):
            p, q = whole * c[where], turns * full
            rest = two_add(rest, two_sum(p, -q))
            rest = two_add(rest, two_sum(tail_mul(whole, c[where], p), -tail_mul(turns, full, q)))
    return rest


def sin(a: Pair) -> Pair:
    return like_itself(a, -104, _circular(a, 0))


def cos(a: Pair) -> Pair:
    return _circular(a, 1)


def tan(a: Pair) -> Pair:
    return div(sin(a), cos(a))


def atan(a: Pair) -> Pair:
    size = abs_(a)
    big = size.e > 0
    if not big.any():
        return with_sign(_atan_core(size), a.hi < 0)
    value = _atan_core(pick(big, div(ONE, size), size))
    return with_sign(pick(big, sub(number("half_pi"), value), value), a.hi < 0)


def _atan_core(w: Pair) -> Pair:
    """0 <= w <= 1, by one Newton step."""
    x, low = plain(w)
    y = np.arctan(x)
    (s, sl), (c, cl) = _sin_cos_core((y, np.zeros_like(y)))
    rest, lower = two_add(two_mul((x, low), (c, cl)), (-s, -sl))
    value = quick(y, (rest + lower) / (c + x * s))
    result = finish(*value, 0, np.where(w.r < 0.25, 2 * w.r, np.inf) + OWN)
    return like_itself(w, -104, result)


def asin(a: Pair) -> Pair:
    root = sqrt(mul(sub(ONE, a), add(ONE, a)))
    return scale(atan(div(a, add(ONE, root))), 1)


def acos(a: Pair) -> Pair:
    size = abs_(a)
    value = scale(atan(sqrt(div(sub(ONE, size), add(ONE, size)))), 1)
    return pick(a.hi < 0, sub(number("pi"), value), value)


CIRCULAR: dict[str, Callable[[Pair], Pair]] = {
    "sin": sin, "cos": cos, "tan": tan, "atan": atan, "asin": asin, "acos": acos,
}  # fmt: skip
