"""What generated scalar code may call: `math`, and kernels for what it lacks.

Each errs by no more than its row of `ops.py` says, which the tests measure. Kernels know nothing of plans.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

__all__ = ["KERNELS"]

SPLIT = 134217729.0  # 2**27 + 1
HALF_1 = 0.7071067690849304  # 1/sqrt(2) as 24 bits and the rest, for an exact product with half a float
HALF_2 = 1.210161710447897e-08
ROOT_HALF = 0.7071067811865476
OVER_ROOT_PI = 0.5641895835477563
LOG_2 = 0.6931471805599453


def exp(a: float) -> float:
    return math.exp(a) if a < 709.7 else math.inf


def expm1(a: float) -> float:
    return math.expm1(a) if a < 709.7 else math.inf


def grow(error: float) -> float:
    """A bound on exp(error) - 1."""
    return error + error * error if error < 1 else math.inf


def away(value: float, error: float) -> float:
    """The least a value can be; 0 or less makes the bound infinite."""
    return value - error if value > error else 5e-324


def tanh_rest(a: float) -> float:
    """a - tanh(a); near 0 by a quotient of its continued fraction, whose terms are all positive."""
    if not -1.25 < a < 1.25:
        return a - math.tanh(a)
    s = a * a
    above = (((s + 1430) * s + 289575) * s + 16081065) * s + 218243025
    below = ((((s + 1485) * s + 315315) * s + 18918900) * s + 310134825) * s + 654729075
    return a * (s * above / below)


def root_slope(v: float, error: float) -> float:
    """More than 1/(root + root of the least it can be of), half of 1/v where the error is small."""
    return (0.52 if 8 * error < v * v else 1.0) / v if v else math.inf


def unsettled(doubt: bool) -> float:
    return math.inf if doubt else 0.0


def picked(first: bool, gap: float, ea: float, eb: float) -> float:
    """The bound of the larger or smaller of two values; none where one is nan, which Python's comparisons pass by."""
    if gap > ea + eb:
        return ea if first else eb
    if not gap <= ea + eb:
        return math.inf
    return ea if ea > eb else eb


def larger(a: float, b: float) -> float:
    return a if a >= b else b


def smaller(a: float, b: float) -> float:
    return a if a <= b else b


def tail_add(a: float, b: float, s: float) -> float:
    """The rounding error of s = a + b, exactly (Knuth)."""
    c = s - a
    return (a - (s - c)) + (b - c)


def tail_mul(a: float, b: float, p: float) -> float:
    """The rounding error of p = a*b, exactly (Dekker)."""
    c = SPLIT * a
    a1 = c - (c - a)
    a2 = a - a1
    c = SPLIT * b
    b1 = c - (c - b)
    b2 = b - b1
    return ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


def tail_div(a: float, b: float, q: float) -> float:
    """What q = a/b leaves of a, over b."""
    p = q * b
    return ((a - p) - tail_mul(q, b, p)) / b


def with_tail(v: float, tail: float) -> float:
    return v + v * tail if v else v


def expm1_tail(a: float, tail: float) -> float:
    v = expm1(a)
    return v + tail * (v + 1)


def softplus(a: float) -> float:
    return a + math.log1p(math.exp(-a)) if a > 0 else math.log1p(math.exp(a))


def softplus_tail(a: float, tail: float) -> float:
    v = softplus(a)
    return v + tail * (v if v < 1 else 1.0)


def log_cosh(a: float) -> float:
    if -1 < a < 1:
        s = math.sinh(a / 2)
        return math.log1p(2 * s * s)
    a = abs(a)
    return (a - LOG_2) + math.log1p(math.exp(-2 * a))


def _exp_of_square(factor: float, a: float) -> float:
    """exp(factor*a**2): the square of the upper half of a is exact, the rest is small."""
    if a > 40 or a < -40:
        return 0.0
    c = SPLIT * a
    upper = c - (c - a)
    value = math.exp(factor * upper * upper)
    rest = factor * (a - upper) * (a + upper)  # below 3e-5
    return value + value * (rest * (1 + rest / 2 * (1 + rest / 3)))


def normal(a: float, g: float) -> float:
    """Phi(a) by erfc(-a/sqrt(2)), with the rounding error of the argument put back (g is gauss(a))."""
    z = a * -ROOT_HALF
    lost = 0.0
    if -40 < a < 40:
        c = SPLIT * a
        upper = c - (c - a)
        lower = a - upper
        lost = ((-upper * HALF_1 - z) - upper * HALF_2) - (lower * HALF_1 + lower * HALF_2)
    correction = OVER_ROOT_PI * g * lost
    return 1 - (math.erfc(-z) / 2 + correction) if a > 0 else math.erfc(z) / 2 - correction


def sign(a: float) -> float:
    return (a > 0) - (a < 0) if a == a else a  # nan of an infinity that has lost its tail has no sign


def both(a: bool, b: bool) -> bool:
    return a and b


def either(a: bool, b: bool) -> bool:
    return a or b


def other(a: bool) -> bool:
    return not a


KERNELS: dict[str, Any] = {
    "inf": math.inf,
    "ulp": math.ulp,
    "pow": math.pow,
    "ceiling": math.ceil,
    "bell": partial(_exp_of_square, -1.0),
    "gauss": partial(_exp_of_square, -0.5),
    **{
        name: getattr(math, name)
        for name in (
            "sqrt log log1p sinh cosh tanh asinh acosh atanh sin cos tan asin acos atan erf erfc floor".split()
        )
    },
    **{
        f.__name__: f
        for f in (
            exp, expm1, grow, away, root_slope, unsettled, picked, larger, smaller, tail_add, tail_mul, tail_div,
            with_tail, expm1_tail, softplus, softplus_tail, log_cosh, tanh_rest, normal, sign, both, either, other,
        )
    },
}  # fmt: skip
