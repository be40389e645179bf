"""What generated array code may call: NumPy's ufuncs, and kernels for what NumPy lacks.

Every kernel works on whole blocks with NumPy's ufuncs alone, element by element, so that a value does not depend
on its neighbours or on how an array is cut; a pass costs a fifth of a nanosecond each. The last argument is the
array to fill, as for a ufunc; it must be none of the operands. SciPy is asked for erf only: the complementary
error function is our own (SciPy's loses 500 ULP on [1, 26] and takes as long). Kernels know nothing of plans.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["KERNELS"]

Array = NDArray[np.float64]


def _number(value: float) -> Array:
    """An array without axes: a ufunc takes it in 0.2 us less than a Python number."""
    array = np.array(value)
    array.setflags(write=False)
    return array


ZERO, HALF, ONE, TWO = map(_number, (0.0, 0.5, 1.0, 2.0))
MINUS_HALF = _number(-0.5)
INF = float("inf")  # of either width: as an array it would make float32 wide
LOG_2 = 0.6931471805599453
SPLIT = _number(134217729.0)  # 2**27 + 1
FARTHEST = _number(40.0)  # exp(-40**2/2) is 0

# (1 + 2z)*exp(z**2)*erfc(z) as a polynomial in t = (z - 4)/(z + 4) for 0 <= z <= 27.6, highest power first, by
# Chebyshev interpolation in 200 bits; it is off by 2**-56 at most, of a value between 1 and 1.25.
ERFCX = tuple(map(_number, (
    -1.8697909852778526e-09, -1.3830047546437634e-08, -7.758871634981745e-09, 1.1570573063291136e-07,
    6.301873591913903e-08, -8.354655371790442e-07, 3.0093004877487124e-07, 5.71799448165682e-06,
    -1.1224507834230549e-05, -2.440316708217433e-05, 0.00015062213454889497, -0.0001992555221526357,
    -0.0007577733155537015, 0.005031969760946764, -0.01619773406280402, 0.037167515561691455,
    -0.06633036581122782, 0.09373283499685661, -0.1010390660363647, 0.06809705425473522,
    0.015379652102620947, -0.1396211168405629, 1.2329951186255526,
)))  # fmt: skip
# a**3 times a quotient in a**2, exact to 1e-17 up to 1.25; highest powers first, which are a**8 and a**10
TANH_REST = (
    tuple(map(_number, (1430.0, 289575.0, 16081065.0, 218243025.0))),
    tuple(map(_number, (1485.0, 315315.0, 18918900.0, 310134825.0, 654729075.0))),
)
ROOT_2 = 1.4142135623730951
# 4, 8 and 2 for z, and what they are for a = z*sqrt(2)
OF_Z = _number(4.0), _number(8.0), TWO
OF_A = _number(4 * ROOT_2), _number(8 * ROOT_2), _number(ROOT_2)


def _room(a: Any, out: Any) -> Any:
    return np.empty(np.shape(a)) if out is None else out


def at_least(a: Any, low: Any, out: Any = None) -> Any:
    return np.asarray(a).clip(low, INF, out)  # in half the time of maximum


def at_most(a: Any, high: Any, out: Any = None) -> Any:
    return np.asarray(a).clip(-INF, high, out)


def clip(a: Any, low: Any, high: Any, out: Any = None) -> Any:
    return np.asarray(a).clip(low, high, out)


FEW = 2048  # elements, for which one call of np.where takes no longer than seven of other functions
# By size of a float: whole numbers as wide, and 1 as one of them.
WHOLE = {size: (kind, np.array(1, kind)) for size, kind in ((4, np.int32), (8, np.int64))}


def choose(condition: Any, yes: Any, no: Any, out: Any = None) -> Any:
    """yes where the condition holds, else no: by bits, 1 ns each, where np.where takes 0.8 to 4 as its branches go."""
    if out is None or not np.ndim(condition) or out.size <= FEW:
        return _kept(np.where(condition, yes, no), out)
    kind, one = WHOLE[out.itemsize]
    fails = condition.astype(kind)
    fails -= one  # 0 where it holds, else all bits
    bits, yes = out.view(kind), yes.view(kind)
    np.bitwise_xor(yes, no.view(kind), bits)
    bits &= fails
    bits ^= yes
    return out


def zero_where(condition: Any, a: Any, out: Any = None) -> Any:
    """0 where the condition holds, else a."""
    if out is None or not np.ndim(condition):
        return _kept(np.where(condition, 0.0, a), out)
    kind, one = WHOLE[out.itemsize]
    fails = condition.astype(kind)
    fails -= one
    np.bitwise_and(fails, a.view(kind), out.view(kind))
    return out


def _kept(value: Any, out: Any) -> Any:
    """The value, in `out` where there is one."""
    return value if out is None else np.copyto(out, value)


def over(e: Any, out: Any = None) -> Any:
    out = np.add(e, ONE, _room(e, out))
    return np.divide(ONE, out, out)


def share(e: Any, out: Any = None) -> Any:
    out = np.add(e, ONE, _room(e, out))
    return np.divide(e, out, out)


def erfcx(z: Any, scale: tuple[Array, Array, Array], out: Any = None) -> Any:
    """exp(z**2)*erfc(z) for z >= 0, or of z = a/sqrt(2) from a; `scale` says which."""
    shift, twice, double = scale
    out = _room(z, out)
    t = np.add(z, shift)
    t = np.divide(twice, t, _room(z, t))
    np.subtract(ONE, t, t)
    np.multiply(t, ERFCX[0], out)
    out += ERFCX[1]
    for coefficient in ERFCX[2:]:
        out *= t
        out += coefficient
    np.multiply(z, double, t)
    t += ONE
    return np.divide(out, t, out)


def gauss(a: Any, out: Any = None) -> Any:
    """exp(-a**2/2): with p = a*a rounded, and e what that lost, exp(-p/2) and its part -e/2."""
    out = _room(a, out)
    a = clip(a, -FARTHEST, FARTHEST)
    upper = a.astype(np.float32).astype(np.float64)  # 24 bits, whose square is exact
    rest = np.subtract(a, upper, _room(a, None))
    rest *= np.add(a, upper, out)
    np.multiply(a, a, out)
    upper = np.multiply(upper, upper, _room(a, None))
    upper -= out
    upper += rest
    upper *= MINUS_HALF
    out *= MINUS_HALF
    np.exp(out, out)
    upper *= out
    out += upper
    return out


def normal(a: Any, g: Any, out: Any = None) -> Any:
    """The normal distribution function from a and gauss(a): the nearer tail, then 1 or 0 minus it with a's sign."""
    out = _room(a, out)
    tail = erfcx(np.abs(a, out), OF_A)
    tail *= g
    tail *= HALF
    sign = np.copysign(ONE, a, out)
    tail *= sign
    return np.subtract(at_least(sign, ZERO), tail, out)


def erfc(a: Any, out: Any = None) -> Any:
    a = np.asarray(a)
    z = np.minimum(np.abs(a), 28.0)
    upper = z.astype(np.float32).astype(np.float64)
    rest = (upper - z) * (upper + z)
    value = erfcx(z, OF_Z) * np.exp(-upper * upper)
    value += value * np.expm1(rest)
    sign = np.copysign(ONE, a)
    return np.add(ONE - sign, value * sign, out)


def erf(a: Any, out: Any = None) -> Any:
    from scipy.special import erf as scipy_erf

    return scipy_erf(a, out)


def softplus(a: Any, out: Any = None) -> Any:
    """log(1 + exp(a)) as it stands, which keeps its digits; where exp overflows, from 709.8 on, it is a.

    Two passes, where |a| and the larger of a and 0 beside log1p(exp(-|a|)) are five.
    """
    out = np.log1p(np.exp(a, _room(a, out)), out)
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
    return _kept(np.where(a < 1, near, (a - LOG_2) + np.log1p(np.exp(-2.0 * a))), out)


def tanh_rest(a: Any, out: Any = None) -> Any:
    """a - tanh(a); near 0 by a quotient of its continued fraction, whose terms are all positive."""
    a = np.asarray(a)
    out = np.tanh(a, _room(a, out))
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


def with_tail(v: Any, tail: Any, out: Any = None) -> Any:
    shift = np.array(tail) if np.shape(tail) == np.shape(v) else None
    shift = np.where(v == 0, 0.0, tail) if shift is None else zero_where(v == 0, tail, shift)
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
    lost += cross
    if a is not b:
        cross = a2 * b1
    lost += cross
    return np.add(lost, a2 * b2, out)


def _split(a: Any) -> tuple[Any, Any]:
    c = SPLIT * a
    rest = c - a
    in_place = np.ndim(c) > 0
    upper = np.subtract(c, rest, rest if in_place else None)
    return upper, np.subtract(a, upper, c if in_place else None)


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
    "tail_corrected": corrected,
    "larger": np.maximum,
    "smaller": np.minimum,
    "ceiling": np.ceil,
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
            at_least, at_most, clip, choose, zero_where, over, share, erfc, erf, gauss, normal, softplus,
            softplus_tail, log_cosh, tanh_rest, corrected, with_tail, exp_tail, expm1_tail, tail_add, tail_mul, select,
            grow, away, root_slope, unsettled,
            picked,
        )
    },
}  # fmt: skip
