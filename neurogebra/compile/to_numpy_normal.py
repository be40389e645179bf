"""Kernels of the normal distribution and the error function, for arrays: exp(-a**2), Phi, erf and erfc.

The square of an argument is carried exactly, because exp multiplies its relative error by up to 1,400, and both
tails come from one polynomial for erfcx, so that they keep their digits as far as float64 reaches. SciPy is asked for
erf only: its erfc loses 500 ULP on [1, 26] and takes as long. Ufuncs go by their own names here, as sixty look-ups in
NumPy's module take a tenth of what a thousand elements do. Kernels know nothing of plans.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import absolute, add, bitwise_and, divide, empty, exp, maximum, minimum, multiply, subtract
from numpy.typing import NDArray

from neurogebra.compile.to_numpy_passes import HALF, ONE, TWO, ZERO, number, room

__all__ = ["Phi", "bell", "erf", "erfc", "gauss", "normal", "times_normal"]

Array = NDArray[np.float64]

# (1 + 9z/8)*exp(z**2)*erfc(z), which is flat at 0, as a polynomial in t = (z - 3)/(z + 3) for 0 <= z <= 27.7, highest
# power first, by Chebyshev interpolation in 400 bits; it is off by 2**-55.8 at most, of a value between 0.65 and 1.
ERFCX = tuple(map(number, (
    -2.2757773087912637e-09, -5.140237361929197e-09, 1.6057655357285727e-08, 5.21291152640272e-08,
    -5.526336698447838e-08, -3.281178332529106e-07, 9.535399632513965e-08, 1.8202585810665712e-06,
    1.3778494701666382e-07, -1.0377086094930519e-05, -7.067800491716327e-07, 6.474133262896422e-05,
    -3.1127542879735295e-05, -0.0004188563487126735, 0.0008011737084485855, 0.001732421950642883,
    -0.011503167494530843, 0.027751546929902882, -0.035737631897079354, 0.007249679551188029,
    0.08069787267533046, -0.21901405471390548, 0.783130036418581,
)))  # fmt: skip
ROOT_2 = 1.4142135623730951
# 3, 9/8 and 1 for z; what they are for a = z*sqrt(2), where half of erfcx is wanted
OF_Z = number(3.0), number(1.125), ONE
OF_A = number(3 * ROOT_2), number(2.25 / ROOT_2), TWO
FARTHEST = 40.0  # exp(-40**2/2) is 0
FAR = number(FARTHEST)
MINUS_HALF, MINUS_ONE = number(-0.5), number(-1.0)
UPPER, SIGN, BITS_OF_HALF = (np.array(bits, np.int64) for bits in (-(2**27), -(2**63), 0x3FE << 52))


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


def erfcx(z: Any, scale: tuple[Array, Array, Array]) -> Any:
    """exp(z**2)*erfc(z) for z >= 0, or half of it for z = a/sqrt(2) from a; `scale` says which."""
    shift, slope, one = scale
    out, t = empty(z.shape), empty(z.shape)
    subtract(z, shift, t)
    add(z, shift, out)
    divide(t, out, t)
    multiply(t, ERFCX[0], out)
    add(out, ERFCX[1], out)
    for coefficient in ERFCX[2:]:
        multiply(out, t, out)
        add(out, coefficient, out)
    multiply(z, slope, t)
    add(t, one, t)
    return divide(out, t, out)


def normal(a: Any, g: Any, out: Any = None) -> Any:
    """The normal distribution function from a and gauss(a)."""
    out = room(a, out)
    tail = erfcx(absolute(a, out), OF_A)
    tail *= g
    return _on_its_side(tail, a, out)


def Phi(a: Any, out: Any = None) -> Any:
    """The normal distribution function, in fewer passes than with the density beside it."""
    z = _clipped_size(a, room(a, out))
    return _on_its_side(_faded(erfcx(z, OF_A), z), a, z)


def times_normal(a: Any, out: Any = None) -> Any:
    """a*Phi(a) = max(a, 0) - |a|*Phi(-|a|)."""
    z = _clipped_size(a, room(a, out))
    tail = erfcx(z, OF_A)
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
    value = erfcx(z, OF_Z)
    value *= exp(-upper * upper)
    value += value * np.expm1(rest)
    sign = np.copysign(ONE, a)
    return add(ONE - sign, value * sign, out)


def erf(a: Any, out: Any = None) -> Any:
    """SciPy's, which errs by 3 ULP at most."""
    from scipy.special import erf as scipy_erf

    return scipy_erf(a, out)
