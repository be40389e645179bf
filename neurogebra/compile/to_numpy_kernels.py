"""What generated array code may call: NumPy's ufuncs, and kernels for what NumPy lacks.

Every kernel works on whole blocks with NumPy alone, so that sixteen thousand elements stay in the cache and a
pass costs a fraction of a nanosecond each; SciPy is asked for erf only. The complementary error function is
our own (SciPy's loses 500 ULP on [1, 26] and takes longer). Kernels know nothing of plans.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["KERNELS"]

Array = NDArray[np.float64]

ROOT_HALF = 0.7071067811865476
LOG_2 = 0.6931471805599453
SPLIT = 134217729.0  # 2**27 + 1

# With w = z/(z + 3) and t = (z - 3)/(z + 3): (1 + 2z)*exp(z**2)*erfc(z) = 1 + w*Q(t) for z >= 0. Q, highest
# power first, by Chebyshev interpolation in 160 bits; the first term left out is 2e-17 of 1. 3.1 * 2**-53 at worst.
ERFCX = (
    2.296552149243454e-10, 1.5166423934227031e-09, -9.794807846307444e-10, -1.5861013152445403e-08,
    -6.817627163119787e-09, 9.000957702559024e-08, 1.0738320026817692e-07, -3.899406141962069e-07,
    -8.368699067650384e-07, 1.5499257787327596e-06, 5.390469706860997e-06, -6.853094930061578e-06,
    -3.334598797340253e-05, 4.3244789479725295e-05, 0.00020695327588376736, -0.0004172728282528189,
    -0.0011423915857785303, 0.004919772295675327, 0.0001390113200529478, -0.047680041156459164,
    0.18429609584557516, -0.42284342267623737, 0.6821337400817206, -0.7772583287886212,
    0.5060161165394593,
)  # fmt: skip


# Q as five polynomials of degree 4 in t, to be joined by powers of t**5: one small matrix product then does the
# work of forty passes over the block.
_PARTS = np.array(ERFCX[::-1]).reshape(5, 5)


CHUNK = 2048  # so that the matrix product stays in the cache, and on one thread


def erfcx(z: Array) -> Array:
    """exp(z**2)*erfc(z) for z >= 0."""
    flat = z.reshape(-1)
    result = np.empty(flat.shape)
    for start in range(0, flat.size, CHUNK):
        part = slice(start, start + CHUNK)
        _erfcx(flat[part], result[part])
    return result.reshape(z.shape)


def _erfcx(z: Array, out: Array) -> None:
    s = z + 3.0
    np.divide(1.0, s, out=s)
    powers = np.empty((5, z.size))
    powers[0] = 1.0
    t = np.multiply(s, -6.0, out=powers[1])
    t += 1.0
    square = np.multiply(t, t, out=powers[2])
    np.multiply(square, t, out=powers[3])
    fourth = np.multiply(square, square, out=powers[4])
    parts = _PARTS @ powers
    fourth *= t
    q = parts[4]
    for part in parts[3::-1]:
        q *= fourth
        q += part
    s *= z
    q *= s
    q += 1.0
    below = np.multiply(z, 2.0, out=s)
    below += 1.0
    np.divide(q, below, out=out)


def gauss(a: Any) -> Any:
    """exp(-a**2/2): the upper 24 bits of a are squared exactly, the rest enters as a short series."""
    a = np.minimum(np.abs(a), 40.0)  # beyond 38.6 the value is 0
    upper = a.astype(np.float32).astype(np.float64)
    rest = a - upper
    rest *= a + upper
    rest *= -0.5  # |rest| < 1e-4
    series = rest * (1 / 6)
    series += 0.5
    series *= rest
    series += 1.0
    series *= rest
    upper *= upper
    upper *= -0.5
    value = np.exp(upper, out=upper)
    series *= value
    value += series
    return value


def normal(a: Any, g: Any) -> Any:
    """The normal distribution function from a and gauss(a)."""
    z = np.multiply(np.abs(a), ROOT_HALF)
    tail = erfcx(z)
    tail *= g
    tail *= 0.5
    np.subtract(1.0, tail, out=tail, where=np.asarray(a) > 0)
    return tail


def erfc(a: Any) -> Any:
    a = np.asarray(a)
    z = np.abs(a)
    upper = z.astype(np.float32).astype(np.float64)
    rest = (upper - z) * (upper + z)
    value = erfcx(z) * np.exp(-upper * upper)
    value += value * np.expm1(rest)
    return np.where(a < 0, 2.0 - value, np.where(z > 28, 0.0, value))


def erf(a: Any) -> Any:
    from scipy.special import erf as scipy_erf

    return scipy_erf(a)


def softplus(a: Any) -> Any:
    value = np.abs(a)
    np.negative(value, out=value)
    np.exp(value, out=value)
    np.log1p(value, out=value)
    value += np.maximum(a, 0.0)
    return value


def softplus_tail(a: Any, tail: Any) -> Any:
    value = softplus(a)
    return value + tail * np.minimum(value, 1.0)


def log_cosh(a: Any) -> Any:
    a = np.abs(a)
    half = np.sinh(np.minimum(a, 1.0) / 2)
    near = np.log1p(2.0 * half * half)
    return np.where(a < 1, near, (a - LOG_2) + np.log1p(np.exp(-2.0 * a)))


def corrected(v: Any, slope: Any, tail: Any) -> Any:
    return v + slope * tail


def with_tail(v: Any, tail: Any) -> Any:
    return v + v * np.where(v == 0, 0.0, tail)


def expm1_tail(a: Any, tail: Any) -> Any:
    value = np.expm1(a)
    return value + tail * (value + 1.0)


def tail_add(a: Any, b: Any, s: Any) -> Any:
    """The rounding error of s = a + b, exactly (Knuth)."""
    c = s - a
    return (a - (s - c)) + (b - c)


def tail_mul(a: Any, b: Any, p: Any) -> Any:
    """The rounding error of p = a*b, exactly (Dekker)."""
    a1, a2 = _split(a)
    b1, b2 = _split(b)
    lost = a1 * b1
    lost -= p
    lost += a1 * b2
    lost += a2 * b1
    lost += a2 * b2
    return lost


def _split(a: Any) -> tuple[Any, Any]:
    c = SPLIT * a
    upper = c - (c - a)
    return upper, a - upper


def select(condition: Any, yes: Any, no: Any) -> Any:
    return np.where(condition, yes, no)


# Bounds on errors: what the certificates of `ops.py` call.


def grow(error: Any) -> Any:
    return np.where(error < 1, error + error * error, np.inf)


def away(value: Any, error: Any) -> Any:
    return np.where(value > error, value - error, 5e-324)


def root_slope(v: Any, error: Any) -> Any:
    return np.where(v != 0, 1 / np.asarray(v), np.inf)


def unsettled(doubt: Any) -> Any:
    return np.where(doubt, np.inf, 0.0)


def picked(first: Any, gap: Any, ea: Any, eb: Any) -> Any:
    certain = np.where(first, ea, eb)
    return np.where(gap > np.add(ea, eb), certain, np.maximum(ea, eb))


KERNELS: dict[str, Any] = {
    "pow": np.power,
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
            erfc, erf, gauss, normal, softplus, softplus_tail, log_cosh, corrected, with_tail, expm1_tail,
            tail_add, tail_mul, select, grow, away, root_slope, unsettled, picked,
        )
    },
}  # fmt: skip
