"""Vectorised numbers of 106 bits with an exponent of their own and a bound on their error.

A number is (hi + lo)*2**e within a relative error of r, so nothing overflows, underflows or loses digits
unseen, and a step costs some 50 ns an element where one exact evaluation takes 100 us. It is made of
float64 additions and products alone, and it knows nothing of plans or of any function beyond the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.to_numpy_kernels import tail_add, tail_mul

__all__ = [
    "ADD", "ARITHMETIC", "BEYOND", "LIMIT", "MUL", "Pair", "abs_", "add", "apart", "constant", "div", "exact",
    "finish", "mul", "neg", "pick", "plain", "quick", "scale", "sized", "sqrt", "sub", "tail_mul", "tiny",
    "two_add", "two_mul", "two_sum", "vast", "with_sign", "without",
]  # fmt: skip

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
Two = tuple[Any, Any]  # an unevaluated sum of two floats or arrays

# Of one operation, relative: at most 3, 5, 9.8 and 4 times 2**-106 (Joldes, Muller, Popescu 2017).
ADD, MUL, DIV, ROOT = 2.0**-104, 2.0**-103, 2.0**-102, 2.0**-102
LIMIT = 1 << 30  # a larger exponent is a bound only: see `vast` and `tiny`
FURTHEST = 1 << 44  # bounds are cut to this exponent, except those that count as BEYOND
BEYOND = 1 << 50  # stands for what is larger than 2**(2**(2**29)), or below its inverse: exp(-u) for a vast u
NOTHING = -(1 << 41)  # the exponent of 0


class Pair(NamedTuple):
    """(hi + lo)*2**e, 1/2 <= |hi| < 1 or hi = 0. `r` bounds the relative error; 0 is exact, inf is unknown.

    With |e| > LIMIT only the size is known, and r is inf: see `vast` and `tiny`.
    """

    hi: Array
    lo: Array
    e: Whole
    r: Array


def vast(a: Pair) -> Mask:
    """At least 2**(e - 1), of the sign of hi; at most 2**(2**(2**20)) unless e is BEYOND."""
    return a.e > LIMIT


def tiny(a: Pair) -> Mask:
    """Between -2**e and 2**e, of either sign."""
    small: Mask = (a.e < -LIMIT) & (a.hi != 0)
    return small


def unknown(a: Pair) -> Mask:
    return np.isinf(a.r) & (np.abs(a.e) <= LIMIT)


def exact(x: Array) -> Pair:
    """Finite float64 numbers."""
    hi, e = np.frexp(x)
    return Pair(hi, np.zeros_like(hi), np.where(hi == 0, NOTHING, e.astype(np.int64)), np.zeros_like(hi))


def constant(value: Fraction) -> Pair:
    if not value:
        return exact(np.zeros(1))
    e = abs(value.numerator).bit_length() - value.denominator.bit_length()
    scaled = value / Fraction(2) ** e
    hi = float(scaled)
    lo = float(scaled - Fraction(hi))
    r = 0.0 if Fraction(hi) + Fraction(lo) == scaled else 2.0**-105
    return finish(np.array([hi]), np.array([lo]), np.array([e]), np.array([r]))


def power(k: Whole) -> Array:
    """2.0**k for -1022 <= k <= 1023, by its bits."""
    return ((k + 1023) << 52).view(np.float64)


def plain(a: Pair) -> Two:
    """hi and lo with the exponent, cut to [2**-900, 2**900], inside."""
    s = power(np.clip(a.e, -900, 900))
    return a.hi * s, a.lo * s


def finish(h: Array, low: Array, e: Any, r: Any) -> Pair:
    """h + low brought into form; h is their rounded sum, not subnormal."""
    k = ((h.view(np.int64) >> 52) & 2047) - 1022
    s = power(-k)
    hi, lo, e = h * s, low * s, e + k
    ordinary = (r < np.inf) & (np.abs(h) > 0) & (np.abs(e) <= LIMIT)
    return Pair(hi, lo, e, r) if ordinary.all() else _special(h, hi, lo, e, r)


def _special(h: Array, hi: Array, lo: Array, e: Whole, r: Array) -> Pair:
    h, hi, lo, e, r = np.broadcast_arrays(h, hi, lo, e, r)
    zero = (h == 0) & (r == 0)
    kept = (np.abs(e) > LIMIT) & (r < 0.5) & ~zero & (h == h)
    e = np.where(kept, np.where(e > 0, e - 2, e + 2), e)
    lost = ~zero & ~kept & ~((r < np.inf) & (np.abs(h) > 0) & (np.abs(e) <= LIMIT))
    e = np.where(zero, NOTHING, np.where(lost, 0, _bound(e)))
    hi = np.where(zero, 0.0, np.where(lost | kept, np.copysign(0.5, h), hi))
    lo = np.where(zero | lost | kept, 0.0, lo)
    return Pair(hi, lo, e, np.where(lost | kept, np.inf, r))


def _bound(e: Any) -> Any:
    """An exponent that is a bound, rounded towards 0 to what may be kept."""
    near = np.clip(e, -FURTHEST, FURTHEST)
    return np.where(np.abs(e) < BEYOND >> 4, near, np.where(e > 0, BEYOND, -BEYOND))


def pick(mask: Mask, a: Pair, b: Pair) -> Pair:
    """a where mask, else b."""
    return _joined(np.where(mask, x, y) for x, y in zip(a, b, strict=True))


def _joined(parts: Iterable[Any]) -> Pair:
    hi, lo, e, r = parts
    return Pair(hi, lo, e, r)


def apart(mask: Mask, inside: Any, outside: Any, a: Pair) -> Pair:
    """inside(a) where mask, else outside(a), each computed where it is needed only."""
    a = _joined(np.broadcast_arrays(*a, mask)[:4])
    if mask.all():
        return cast(Pair, inside(a))
    if not mask.any():
        return cast(Pair, outside(a))
    result = _joined(np.empty_like(part) for part in a)
    for where, function in ((mask, inside), (~mask, outside)):
        for target, part in zip(result, function(_joined(part[where] for part in a)), strict=True):
            target[where] = part
    return result


# sums and products of two floats ---------------------------------------------------------------------------


def two_sum(a: Any, b: Any) -> Two:
    s = a + b
    return s, tail_add(a, b, s)


def quick(a: Any, b: Any) -> Two:
    """a + b for |a| >= |b|."""
    s = a + b
    return s, b - (s - a)


def two_add(a: Two, b: Two) -> Two:
    s, low = two_sum(a[0], b[0])
    t, lower = two_sum(a[1], b[1])
    s, low = quick(s, low + t)
    return quick(s, low + lower)


def two_mul(a: Two, b: Two) -> Two:
    p = a[0] * b[0]
    return quick(p, tail_mul(a[0], b[0], p) + (a[0] * b[1] + a[1] * b[0]))


def two_div(a: Two, b: Two) -> Two:
    q = a[0] / b[0]
    p = q * b[0]
    rest = ((a[0] - p) - tail_mul(q, b[0], p)) + (a[1] - q * b[1])
    return quick(q, rest / b[0])


# arithmetic ------------------------------------------------------------------------------------------------


def neg(a: Pair) -> Pair:
    return Pair(-a.hi, -a.lo, a.e, a.r)


def abs_(a: Pair) -> Pair:
    return with_sign(a, a.hi < 0)


def with_sign(a: Pair, negative: Mask) -> Pair:
    sign = np.where(negative, -1.0, 1.0)
    return Pair(a.hi * sign, a.lo * sign, a.e, a.r)


def scale(a: Pair, k: int) -> Pair:
    """a*2**k for a small k."""
    return Pair(a.hi, a.lo, a.e + k, a.r)


def sub(a: Pair, b: Pair) -> Pair:
    return add(a, neg(b))


def add(a: Pair, b: Pair) -> Pair:
    top = np.maximum(a.e, b.e)
    one, two = a.e - top, b.e - top
    s, t = power(np.maximum(one, -1000)), power(np.maximum(two, -1000))
    ah, bh = a.hi * s, b.hi * t
    h, low = two_add((ah, a.lo * s), (bh, b.lo * t))
    finite = _finite(a, b)
    ra, rb = (a.r, b.r) if finite else (np.where(tiny(a), 1.0, a.r), np.where(tiny(b), 1.0, b.r))
    r = (np.abs(ah) * ra + np.abs(bh) * rb) / np.abs(h) + ADD
    free = a.r + b.r == 0
    if free.any():
        whole = (a.lo == 0) & (b.lo == 0) & (one > -900) & (two > -900)
        r = np.where(free & (whole | (h == 0) | (a.hi == 0) | (b.hi == 0)), 0.0, r)
    return finish(h, low, top, r) if finite else _mixed_sum(a, b, finish(h, low, top, r))


def _mixed_sum(a: Pair, b: Pair, result: Pair) -> Pair:
    """The sum where an operand is vast, tiny or unknown."""
    top = np.maximum(a.e, b.e)
    big = vast(a) | vast(b)
    sign = np.where(a.e > b.e, a.hi, b.hi)
    both = vast(a) & vast(b) & (np.abs(a.e - b.e) < BEYOND >> 1)  # which is larger is not known
    clash = (a.hi * b.hi < 0) & (both | (np.abs(a.e - b.e) < 10))
    result = sized(result, big, sign, top - 1)
    result = sized(result, (top < -LIMIT) & (tiny(a) | tiny(b)), sign, top + 1)
    return without(result, unknown(a) | unknown(b) | (big & clash))


def sized(p: Pair, mask: Mask, sign: Array, e: Whole) -> Pair:
    """p, but of known size alone where mask."""
    parts: tuple[Any, ...] = (np.copysign(0.5, sign), 0.0, _bound(e), np.inf)
    return _joined(np.where(mask, new, old) for new, old in zip(parts, p, strict=True))


def without(p: Pair, mask: Mask) -> Pair:
    """p, unknown where mask and where its size is no longer beyond LIMIT."""
    lost = mask | unknown(p)
    return _joined(np.where(lost, x, y) for x, y in zip((0.5, 0.0, 0, np.inf), p, strict=True))


def _finite(a: Pair, b: Pair) -> bool:
    return bool(a.r.max(initial=0.0) < np.inf and b.r.max(initial=0.0) < np.inf)


def mul(a: Pair, b: Pair) -> Pair:
    h, low = two_mul((a.hi, a.lo), (b.hi, b.lo))
    r = (a.r + b.r) + (a.r * b.r + MUL)
    free = a.r + b.r == 0
    if free.any():
        r = np.where(free & (((a.lo == 0) & (b.lo == 0)) | (h == 0)), 0.0, r)
    if _finite(a, b):
        zero = h == 0
        return finish(h, low, a.e + b.e, np.where(zero, 0.0, r) if zero.any() else r)
    return _mixed_product(a, b, h, low, a.e + b.e, r, vast(b), tiny(b))


def div(a: Pair, b: Pair) -> Pair:
    h, low = two_div((a.hi, a.lo), (b.hi, b.lo))
    r = np.where(b.r < 1, (a.r + b.r) / (1 - b.r) + DIV, np.inf)
    r = np.where(a.hi == 0, a.r, r)
    none = b.hi == 0
    if _finite(a, b) and not none.any():
        return finish(h, low, a.e - b.e, r)
    lost = none | tiny(b) | ((b.r >= 1) & (np.abs(b.e) <= LIMIT))
    e = np.where(lost, 0, a.e - b.e)
    return without(_mixed_product(a, b, np.where(lost, 0.5, h), low, e, r, none & False, vast(b)), lost)


def _mixed_product(a: Pair, b: Pair, h: Any, low: Any, e: Any, r: Any, b_vast: Mask, b_tiny: Mask) -> Pair:
    """h, low, e, r where a factor is vast, tiny or unknown; b's kind is given, as 1/vast is tiny."""
    zero = h == 0
    big, small = vast(a) | b_vast, tiny(a) | b_tiny
    loose = ((a.r >= 0.5) & (np.abs(a.e) <= LIMIT)) | ((b.r >= 0.5) & (np.abs(b.e) <= LIMIT))
    alone = ((big ^ small) | (e < -(BEYOND >> 1))) & ~loose & ~zero  # vast times what is tiny beyond is tiny
    result = finish(h, low, e, np.where(zero, 0.0, r))
    result = sized(result, alone, h, np.where(e > 0, e - 2, e + 2))
    return without(result, unknown(a) | unknown(b) | (~alone & ~zero & (big | small)))


def sqrt(a: Pair) -> Pair:
    odd = a.e & 1
    s = np.where(odd == 1, 2.0, 1.0)
    h, low = a.hi * s, a.lo * s
    root = np.sqrt(h)
    p = root * root
    rest = ((h - p) - tail_mul(root, root, p)) + low
    h, low = quick(root, np.where(root > 0, rest / (2 * root), 0.0))
    r = np.where(a.hi == 0, a.r, np.where((a.r < 0.5) & (a.hi > 0), a.r + ROOT, np.inf))
    e = (a.e - odd) >> 1
    if _finite(a, a):
        return finish(h, low, e, r)
    result = sized(finish(np.where(h == h, h, 0.5), low, e, r), vast(a), a.hi, e - 1)
    return without(result, unknown(a) | tiny(a) | (a.hi < 0))


ARITHMETIC: dict[str, Callable[..., Pair]] = {
    "neg": neg, "abs": abs_, "add": add, "sub": sub, "mul": mul, "div": div, "sqrt": sqrt,
}  # fmt: skip
