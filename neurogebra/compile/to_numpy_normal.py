"""Kernels of the normal distribution and the error function, for arrays: exp(-a**2), Phi, erf and erfc.

The square of an argument is carried exactly, because exp multiplies its relative error by up to 1,400, and both
tails come from one table of polynomials for erfcx, so that they keep their digits as far as float64 reaches; to look a
polynomial of degree 6 up takes two thirds of the time of one of degree 22 for all numbers. SciPy is asked for
erf only: its erfc loses 500 ULP on [1, 26] and takes as long. Ufuncs go by their own names here, as sixty look-ups in
NumPy's module take a tenth of what a thousand elements do. Kernels know nothing of plans.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy import absolute, add, bitwise_and, empty, exp, maximum, minimum, multiply, right_shift, subtract
from numpy.typing import NDArray

from neurogebra.compile.to_numpy_passes import HALF, ONE, ZERO, number, room

__all__ = ["Phi", "bell", "erf", "erfc", "gauss", "normal", "times_normal"]

Array = NDArray[np.float64]

FARTHEST = 40.0  # exp(-40**2/2) is 0
FAR = number(FARTHEST)
MINUS_HALF, MINUS_ONE = number(-0.5), number(-1.0)
UPPER, SIGN, BITS_OF_HALF, BITS_OF_ONE = (
    np.array(bits, np.int64) for bits in (-(2**27), -(2**63), 0x3FE << 52, 0x3FF << 52)
)
# The cells of erfcx: 64 in each octave of z + 1, so that the upper bits of z + 1 are their numbers.
CELLS_IN_OCTAVE = 64
BITS_IN_CELL = np.array(52 - 6, np.int64)
CELLS = 5 * CELLS_IN_OCTAVE + 18  # to z + 1 = 41
DEGREE = 6
SHARES = {5: 7 / 4, 3: -7 / 8, 1: 7 / 64}


def bell(a: Any, out: Any = None) -> Any:
    """exp(-a**2)."""
    return _of_square(a, MINUS_ONE, out)


def gauss(a: Any, out: Any = None) -> Any:
    """exp(-a**2/2)."""
    return _of_square(a, MINUS_HALF, out)


def _of_square(a: Any, factor: Any, out: Any) -> Any:
    """exp(factor*a**2) from p = a*a rounded, and what that lost; the square of the upper 26 bits of a is exact."""
    out = room(a, out)
    a = np.asarray(a).clip(-FARTHEST, FARTHEST)
    upper = bitwise_and(a.view(np.int64), UPPER, out.view(np.int64)).view(np.float64)
    both = empty((2, *out.shape))
    square, lost = both[0, ...], both[1, ...]
    multiply(a, a, square)
    subtract(a, upper, lost)
    a += upper
    lost *= a
    upper *= upper
    upper -= square
    lost += upper
    both *= factor
    exp(square, out)
    lost *= out
    return add(out, lost, out)


def erfcx(z: Any, k: int) -> Any:
    """k/2*exp(k*z**2/2)*erfc(z*sqrt(k/2)) for 0 <= z <= 40: erfcx(z) for k = 2, half of erfcx(z/sqrt(2)) for k = 1."""
    out = empty(z.shape)
    cell = out.view(np.int64)
    add(z, ONE, out)
    subtract(cell, BITS_OF_ONE, cell)
    right_shift(cell, BITS_IN_CELL, cell)
    rows = _cells(k).take(cell, axis=1, mode="clip")
    t = rows[-1, ...]
    subtract(z, t, t)
    multiply(rows[0, ...], t, out)
    for i in range(1, DEGREE):
        add(out, rows[i, ...], out)
        multiply(out, t, out)
    return add(out, rows[DEGREE, ...], out)


@lru_cache(maxsize=2)
def _cells(k: int) -> Array:
    """A polynomial for each cell, highest power first, and the centre of the cell, as (DEGREE + 2, cells).

    They are Taylor's with one term more, which is spread over lower ones as Chebyshev's polynomial of its degree has
    them: for |t| <= 1, t**7 is 7/4*t**5 - 7/8*t**3 + 7/64*t but for 2**-6.
    """
    import mpmath

    mp, columns = mpmath.MPContext(), []
    mp.prec = 150  # the recurrence loses 80
    root = mp.sqrt(mp.mpf(k) / 2)
    slope = k * root / mp.sqrt(mp.pi)
    for n in range(CELLS):
        octave, part = divmod(n, CELLS_IN_OCTAVE)
        half = 2.0**octave / (2 * CELLS_IN_OCTAVE)
        centre = 2.0**octave - 1 + (2 * part + 1) * half
        z = root * centre
        c = [k * mp.exp(z * z) * mp.erfc(z) / 2]
        c.append(k * centre * c[0] - slope)  # of f' = k*z*f - slope
        for i in range(1, DEGREE + 1):
            c.append(k * (centre * c[i] + c[i - 1]) / (i + 1))
        *c, last = map(float, c)
        for power, share in SHARES.items():
            c[power] += share * last * half ** (DEGREE + 1 - power)
        columns.append([*reversed(c), centre])
    return np.array(columns).T.copy()


def normal(a: Any, g: Any, out: Any = None) -> Any:
    """The normal distribution function from a and gauss(a)."""
    out = room(a, out)
    tail = erfcx(_clipped_size(a, out), 1)
    tail *= g
    return _on_its_side(tail, a, out)


def Phi(a: Any, out: Any = None) -> Any:
    """The normal distribution function, in fewer passes than with the density beside it."""
    z = _clipped_size(a, room(a, out))
    return _on_its_side(_faded(erfcx(z, 1), z), a, z)


def times_normal(a: Any, out: Any = None) -> Any:
    """a*Phi(a) = max(a, 0) - |a|*Phi(-|a|)."""
    z = _clipped_size(a, room(a, out))
    tail = erfcx(z, 1)
    tail *= z  # first: where the product with an exponential is subnormal nothing may follow
    tail = _faded(tail, z)
    maximum(a, ZERO, out=z)
    return subtract(z, tail, z)


def _clipped_size(a: Any, out: Any) -> Any:
    return minimum(absolute(a, out), FAR, out=out)


def _faded(value: Any, z: Any) -> Any:
    """value*exp(-z**2/2), in place; the upper 26 bits of z have an exact square, whose exponential is one of two."""
    both = empty((2, *z.shape))
    square, rest = both[0, ...], both[1, ...]
    bitwise_and(z.view(np.int64), UPPER, square.view(np.int64))
    subtract(z, square, rest)
    rest *= z + square
    square *= square
    both *= MINUS_HALF
    exp(both, both)
    value *= square
    value *= rest
    return value


def _on_its_side(tail: Any, a: Any, out: Any) -> Any:
    """The tail left of 0, right of it 1 minus the tail: 0 or 1, minus the tail with the sign of a."""
    tail_bits, bits = tail.view(np.int64), out.view(np.int64)
    bitwise_and(np.asarray(a).view(np.int64), SIGN, bits)
    tail_bits |= bits
    bits |= BITS_OF_HALF  # copysign(1/2, a)
    add(out, HALF, out)
    return subtract(out, tail, out)


def erfc(a: Any, out: Any = None) -> Any:
    """The nearer tail of the error function, or 2 minus it."""
    a = np.asarray(a)
    z = minimum(absolute(a), 28.0)
    upper = z.astype(np.float32).astype(np.float64)
    rest = (upper - z) * (upper + z)
    value = erfcx(z, 2)
    value *= exp(-upper * upper)
    value += value * np.expm1(rest)
    sign = np.copysign(ONE, a)
    return add(ONE - sign, value * sign, out)


def erf(a: Any, out: Any = None) -> Any:
    """SciPy's, which errs by 3 ULP at most."""
    from scipy.special import erf as scipy_erf

    return scipy_erf(a, out)
