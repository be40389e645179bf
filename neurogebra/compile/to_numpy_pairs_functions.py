"""Exponentials, logarithms and the hyperbolic functions on pairs, each with the error it adds and passes on.

Two cores (expm1 and log1p near 0) reduce their argument to a table of 106-bit values and a short series;
every other function is made of them by identities in which nothing cancels, so that its bound comes from its
parts. Their own errors stay below half of what is claimed for them. Nothing here knows plans or float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neurogebra.compile.to_numpy_pairs_arithmetic import (
    ADD,
    BEYOND,
    LIMIT,
    MUL,
    Array,
    Pair,
    Two,
    abs_,
    add,
    apart,
    div,
    exact,
    finish,
    mul,
    neg,
    pick,
    plain,
    quick,
    scale,
    sized,
    sqrt,
    sub,
    tail_mul,
    tiny,
    two_add,
    two_mul,
    two_sum,
    vast,
    with_sign,
    without,
)
from neurogebra.compile.to_numpy_pairs_tables import INVERSE, LOG_2, ONE, looked_up, number

__all__ = ["CORE", "ELEMENTARY", "exp", "like_itself", "log1p", "passed_by"]

CORE = 2.0**-102  # of expm1 and log1p, by counting their last operations; 2**-104.4 is the worst seen
FINE = 256  # steps of the table of expm1 in [-3/8, 3/8]
FAR = 38  # exp(2**38) has the exponent 2**38.5, beyond LIMIT


def passed_by(a: Pair, factor: Any) -> Any:
    """factor*r, and 2**-800 where a is only known to be tiny."""
    passed = factor * a.r
    return passed if passed.max(initial=0.0) < np.inf else np.where(tiny(a), 2.0**-800, passed)


def like_itself(a: Pair, e: int, result: Pair) -> Pair:
    """f(a) where |f(a) - a| <= 2|a|**2: a itself below 2**e, with e <= -104, else the result."""
    itself = a.e < e
    same = Pair(a.hi, a.lo, a.e, np.where(a.hi == 0, a.r, a.r + MUL))
    return pick(itself, same, result) if itself.any() else result


# the exponential -------------------------------------------------------------------------------------------


def _expm1_core(t: Two) -> Two:
    """exp(t) - 1 for |t| < 0.37."""
    j = np.rint(t[0] * FINE)
    s = two_sum(t[0] - j / FINE, t[1])
    x = s[0]
    p = x * (1 / 720 + x * (1 / 5040 + x * (1 / 40320 + x * (1 / 362880 + x * (1 / 3628800)))))
    high, low = quick(INVERSE[5][0], p)
    series = (high, low + INVERSE[5][1])
    for n in (4, 3, 2):
        q = two_mul(series, s)
        high, low = quick(INVERSE[n][0], q[0])
        series = (high, low + (q[1] + INVERSE[n][1]))
    q = two_mul(two_mul(series, s), s)
    high, low = quick(x, q[0])
    m = quick(high, low + (q[1] + s[1]))
    table = looked_up("expm1", FINE, 96, j)
    return two_add(two_add(table, two_mul(table, m)), m)


def _exp_reduced(x: Any, low: Any) -> tuple[Array, Two]:
    """k and exp(t) - 1 with x + low = k*log(2) + t, for |x| <= 2**39; t is wrong by |x|*2**-104 at most."""
    k = np.rint(x * 1.4426950408889634)
    p = k * LOG_2[0]
    high, rest = two_sum(x, -p)
    return k, _expm1_core(two_sum(high, rest + ((low - tail_mul(k, LOG_2[0], p)) - k * LOG_2[1])))


def exp(a: Pair) -> Pair:
    x, low = plain(a)
    far = a.e > FAR
    any_far = bool(far.any())
    if any_far:
        x, low = np.where(far, 0.0, x), np.where(far, 0.0, low)
    k, m = _exp_reduced(x, low)
    high, rest = two_sum(1.0, m[0])
    d = passed_by(a, np.abs(x)) + np.abs(x) * MUL
    r = np.where(d < 0.5, d + d * d, np.inf) + CORE
    result = finish(*quick(high, rest + m[1]), k.astype(np.int64), r)
    if not any_far:
        return result
    certain = far & (vast(a) | ((a.r < 0.5) & ((a.hi < 0) | (a.e < 1 << 18))))
    size = np.where(vast(a), BEYOND, 1 << FAR) * np.where(a.hi > 0, 1, -1)
    return without(sized(result, certain, ONE.hi, size), far & ~certain)


def expm1(a: Pair) -> Pair:
    near = np.abs(plain(a)[0]) < 0.34
    return apart(near, _expm1_near, lambda b: sub(exp(b), ONE), a)


def _expm1_near(a: Pair) -> Pair:
    result = finish(*_expm1_core(plain(a)), 0, np.where(a.r < 0.5, 1.5 * a.r, np.inf) + CORE)
    return like_itself(a, -104, result)


# logarithms ------------------------------------------------------------------------------------------------


def _log1p_core(u: Two) -> Two:
    """log(1 + u) for 0.7 < 1 + u < 1.42: one Newton step, whose error is 2**-107 of the value."""
    y = np.log1p(u[0])
    m = _expm1_core((y, 0.0))
    rest, lower = two_add(u, (-m[0], -m[1]))
    d = (rest + lower) / (1.0 + m[0])
    return quick(y, d)


def _log(whole: Pair, near: Two | None, passed: Array) -> Pair:
    """log of a positive `whole`; `near`: whole - 1 with all its digits; `passed`: whole's relative error."""
    low = whole.hi < 0.7071
    s = np.where(low, 2.0, 1.0)
    k = whole.e - low
    u = two_sum(whole.hi * s - 1.0, whole.lo * s)
    around = k == 0
    if near is not None:
        u = (np.where(around, near[0], u[0]), np.where(around, near[1], u[1]))
    positive = (whole.hi > 0) & (np.abs(k) <= LIMIT)
    u = (np.where(positive, u[0], 0.0), np.where(positive, u[1], 0.0))
    k = np.where(positive, k, 0).astype(np.float64)
    p = k * LOG_2[0]
    value = two_add((p, tail_mul(k, LOG_2[0], p) + k * LOG_2[1]), _log1p_core(u))
    r = 1.5 * passed / np.abs(value[0]) + CORE
    r = np.where((value[0] == 0) & (passed == 0), 0.0, r)
    return finish(*value, 0, np.where(positive & (passed < 0.25), r, np.inf))


def log(a: Pair) -> Pair:
    return _log(a, None, a.r)


def log1p(a: Pair) -> Pair:
    whole = add(ONE, a)
    near = plain(a)
    passed = passed_by(a, np.abs(near[0])) / np.abs(plain(whole)[0])
    passed = np.where(whole.r < 0.5, passed, np.inf)  # whole is a mere stand-in where it is unknown
    around = whole.e - (whole.hi < 0.7071) == 0
    return like_itself(a, -104, _log(whole, near, passed + np.where(around, 0.0, ADD)))


# exponential family ----------------------------------------------------------------------------------------


def sigmoid(a: Pair) -> Pair:
    e = exp(neg(abs_(a)))
    return div(pick(a.hi >= 0, ONE, e), add(ONE, e))


def softplus(a: Pair) -> Pair:
    tail = log1p(exp(neg(abs_(a))))
    left = (a.hi <= 0) | tiny(a)
    return tail if left.all() else pick(left, tail, add(a, tail))


def tanh(a: Pair) -> Pair:
    m = expm1(neg(scale(abs_(a), 1)))
    return with_sign(div(neg(m), add(scale(ONE, 1), m)), a.hi < 0)


def sech2(a: Pair) -> Pair:
    e = exp(neg(scale(abs_(a), 1)))
    below = add(ONE, e)
    return div(scale(e, 2), mul(below, below))


def log_cosh(a: Pair) -> Pair:
    return apart(a.e > 1, _log_cosh_far, _log_cosh_near, abs_(a))


def _log_cosh_far(a: Pair) -> Pair:
    return sub(add(a, log1p(exp(neg(scale(a, 1))))), number("log_2"))


def _log_cosh_near(a: Pair) -> Pair:
    half = sinh(scale(a, -1))
    return log1p(scale(mul(half, half), 1))


def sinh(a: Pair) -> Pair:
    return with_sign(apart(a.e > 0, _sinh_far, _sinh_near, abs_(a)), a.hi < 0)


def _sinh_far(a: Pair) -> Pair:
    return scale(sub(exp(a), exp(neg(a))), -1)


def _sinh_near(a: Pair) -> Pair:
    m = expm1(a)
    return scale(add(m, div(m, add(ONE, m))), -1)


def cosh(a: Pair) -> Pair:
    return scale(add(exp(a), exp(neg(a))), -1)


def power_of(a: Pair, b: Pair) -> Pair:
    """a**b for a > 0; 0 for a = 0 < b."""
    zero = (a.hi == 0) & (a.r == 0) & (b.hi > 0) & ((b.r < 1) | vast(b))
    value = exp(mul(b, log(a)))
    value = pick(zero, exact(np.zeros(1)), value) if zero.any() else value
    huge = vast(a) & (a.hi > 0) & (b.r < 0.5) & (b.e >= -6) & (b.e <= 30)
    if not huge.any():
        return value
    size = np.where(a.e < BEYOND, a.e >> 7, BEYOND) * np.where(b.hi > 0, 1, -1)
    return sized(value, huge & (np.abs(size) > LIMIT), ONE.hi, size)


def asinh(a: Pair) -> Pair:
    size = abs_(a)
    square = mul(a, a)
    more = div(square, add(ONE, sqrt(add(ONE, square))))
    return with_sign(log1p(add(size, more)), a.hi < 0)


def acosh(a: Pair) -> Pair:
    less = sub(a, ONE)
    return log1p(add(less, sqrt(mul(less, add(a, ONE)))))


def atanh(a: Pair) -> Pair:
    size = abs_(a)
    return with_sign(scale(log1p(div(scale(size, 1), sub(ONE, size))), -1), a.hi < 0)


ELEMENTARY: dict[str, Callable[..., Pair]] = {
    "exp": exp, "expm1": expm1, "log": log, "log1p": log1p, "pow": power_of, "sigmoid": sigmoid,
    "softplus": softplus, "tanh": tanh, "sech2": sech2, "log_cosh": log_cosh, "sinh": sinh, "cosh": cosh,
    "asinh": asinh, "acosh": acosh, "atanh": atanh,
}  # fmt: skip
