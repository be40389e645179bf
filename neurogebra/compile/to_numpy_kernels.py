"""What generated array code may call: NumPy's ufuncs, and kernels for what NumPy lacks.

Every kernel works on whole blocks with NumPy's ufuncs alone, element by element, so that a value does not depend
on its neighbours or on how an array is cut; a pass costs a fifth of a nanosecond each. The last argument is the
array to fill, as for a ufunc; it must be none of the operands. Kernels know nothing of plans.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurogebra.compile.to_numpy_normal import Phi, bell, erf, erfc, gauss, normal, times_normal
from neurogebra.compile.to_numpy_passes import (
    INF,
    ONE,
    at_least,
    at_most,
    choose,
    clip,
    kept,
    number,
    room,
    zero_where,
)

__all__ = ["KERNELS"]

FOUR = number(4.0)
LOG_2 = 0.6931471805599453
HALVES = 134217729.0  # 2**27 + 1
SPLIT = number(HALVES)
# a**3 times a quotient in a**2, exact to 1e-17 up to 1.25; highest powers first, which are a**8 and a**10
TANH_REST = (
    tuple(map(number, (1430.0, 289575.0, 16081065.0, 218243025.0))),
    tuple(map(number, (1485.0, 315315.0, 18918900.0, 310134825.0, 654729075.0))),
)


def over(e: Any, out: Any = None) -> Any:
    out = np.add(e, ONE, room(e, out))
    return np.divide(ONE, out, out)


def share(e: Any, out: Any = None) -> Any:
    out = np.add(e, ONE, room(e, out))
    return np.divide(e, out, out)


def hump(e: Any, out: Any = None) -> Any:
    below = np.add(e, ONE)
    below *= below
    out = np.multiply(e, FOUR, room(e, out))
    return np.divide(out, below, out)


def softplus(a: Any, out: Any = None) -> Any:
    """log(1 + exp(a)) as it stands, which keeps its digits; where exp overflows, from 709.8 on, it is a.

    Two passes, where |a| and the larger of a and 0 beside log1p(exp(-|a|)) are five.
    """
    out = room(a, out)
    np.log1p(np.exp(a, out), out)
    if not np.maximum.reduce(out, None, initial=0.0) < INF:  # or nan
        np.copyto(out, a, where=np.equal(out, INF))
    return out


def softplus_tail(a: Any, tail: Any, out: Any = None) -> Any:
    value = softplus(a)
    return np.add(value, tail * np.minimum(value, ONE), out)


def log_cosh(a: Any, out: Any = None) -> Any:
    a = np.abs(a)
    half = np.sinh(np.minimum(a, ONE) / 2)
    near = np.log1p(2.0 * half * half)
    return kept(np.where(a < 1, near, (a - LOG_2) + np.log1p(np.exp(-2.0 * a))), out)


def tanh_rest(a: Any, out: Any = None) -> Any:
    """a - tanh(a); near 0 by a quotient of its continued fraction, whose terms are all positive."""
    a = np.asarray(a)
    out = np.tanh(a, room(a, out))
    np.subtract(a, out, out)
    near = np.flatnonzero(np.abs(a) < 1.25)
    if near.size:
        u = a.take(near)
        s = u * u
        above, below = s + TANH_REST[0][0], s + TANH_REST[1][0]
        for value, coefficients in zip((above, below), TANH_REST, strict=True):
            for coefficient in coefficients[1:]:
                value *= s
                value += coefficient
        s *= above
        s /= below
        s *= u
        out.put(near, s)
    return out


def exp_tail(a: Any, tail: Any, out: Any = None) -> Any:
    return with_tail(np.exp(a), tail, out)


def corrected(v: Any, slope: Any, tail: Any, out: Any = None) -> Any:
    return np.add(v, slope * tail, out)


def rough_sin(a: Any, out: Any = None) -> Any:
    return kept(np.sin(np.asarray(a, np.float32)), out)


def rough_cos(a: Any, out: Any = None) -> Any:
    return kept(np.cos(np.asarray(a, np.float32)), out)


def with_tail(v: Any, tail: Any, out: Any = None) -> Any:
    if np.ndim(v) and np.shape(tail) == np.shape(v):
        shift = zero_where(v == 0, tail, np.array(tail))
    else:
        shift = np.where(v == 0, 0.0, tail)
    shift *= v
    return np.add(v, shift, out)


def expm1_tail(a: Any, tail: Any, out: Any = None) -> Any:
    value = np.expm1(a)
    return np.add(value, tail * (value + ONE), out)


def tail_add(a: Any, b: Any, s: Any, out: Any = None) -> Any:
    """The rounding error of s = a + b, exactly (Knuth)."""
    c = np.subtract(s, a)
    rest = np.subtract(s, c)
    room = None if np.ndim(rest) == 0 else rest
    rest = np.subtract(a, rest, room)
    c = np.subtract(b, c, None if np.ndim(c) == 0 else c)
    return np.add(rest, c, out)


def tail_mul(a: Any, b: Any, p: Any, out: Any = None) -> Any:
    """The rounding error of p = a*b, exactly (Dekker)."""
    a1, a2 = _split(a)
    b1, b2 = (a1, a2) if a is b else _split(b)
    lost = a1 * b1
    lost -= p
    cross = a1 * b2
    if np.ndim(a2) == 0 and a2 == 0:  # a number of few bits, as 30
        return np.add(lost, cross, out)
    lost += cross
    if a is not b:
        cross = a2 * b1
    lost += cross
    return np.add(lost, a2 * b2, out)


def tail_div(a: Any, b: Any, q: Any, out: Any = None) -> Any:
    """What q = a/b leaves of a, over b."""
    p = np.multiply(q, b)
    rest = np.subtract(a, p)
    rest -= tail_mul(q, b, p)
    return np.divide(rest, b, out)


def _split(a: Any) -> tuple[Any, Any]:
    if np.ndim(a) == 0:
        a = float(a)  # whose arithmetic takes a tenth of the time
        c = HALVES * a
        upper = c - (c - a)
        return upper, a - upper
    c = SPLIT * a
    rest = c - a
    upper = np.subtract(c, rest, rest)
    return upper, np.subtract(a, upper, c)


def select(condition: Any, yes: Any, no: Any) -> Any:
    return np.where(condition, yes, no)


# Bounds on errors: what the certificates of `ops.py` call.


def grow(error: Any) -> Any:
    return np.where(error < 1, error + error * error, np.inf)


def away(value: Any, error: Any) -> Any:
    return np.where(value > error, value - error, 5e-324)


def root_slope(v: Any, error: Any) -> Any:
    v = np.asarray(v)
    return np.where(8 * error < v * v, 0.52, 1.0) / np.where(v != 0, v, 5e-324)


def unsettled(doubt: Any) -> Any:
    return np.where(doubt, np.inf, 0.0)


def picked(first: Any, gap: Any, ea: Any, eb: Any) -> Any:
    certain = np.where(first, ea, eb)
    return np.where(gap > np.add(ea, eb), certain, np.maximum(ea, eb))


KERNELS: dict[str, Any] = {
    "pow": np.power,
    "ratio": share,
    "tail_corrected": corrected,
    "larger": np.maximum,
    "smaller": np.minimum,
    "ceiling": np.ceil,
    "heaviside": np.heaviside,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "both": np.logical_and,
    "either": np.logical_or,
    "other": np.logical_not,
    **{
        name: getattr(np, name)
        for name in "abs sqrt exp expm1 log log1p sin cos tan sinh cosh tanh floor sign copyto empty_like".split()
    },
    **{name: getattr(np, name) for name in "add subtract multiply divide negative less less_equal equal".split()},
    "not_equal": np.not_equal,
    **{
        f.__name__: f
        for f in (
            at_least, at_most, clip, choose, zero_where, over, share, hump, erfc, erf, bell, gauss, normal,
            Phi, times_normal, softplus, softplus_tail, log_cosh, tanh_rest, corrected, rough_sin, rough_cos,
            with_tail, exp_tail, expm1_tail, tail_add, tail_mul, tail_div, select,
            grow, away, root_slope, unsettled,
            picked,
        )
    },
}  # fmt: skip
