"""Balls to the numbers of a dtype: the one nearest number, or None while the ball holds several.

Rounding is to nearest, ties to even, once, from the exact binary ends of the ball, with subnormals and
overflow as IEEE 754 has them; so float16 and bfloat16 are never rounded through float64. It knows no formula.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from neurogebra.compile.to_ball_arithmetic import INFINITY, arb

__all__ = ["FORMATS", "Format", "nearest"]


class Format(NamedTuple):
    """A binary floating-point format: digits of precision, exponent of the least subnormal, of overflow."""

    precision: int
    least: int
    overflow: int


FORMATS: dict[str, Format] = {
    "float64": Format(53, -1074, 1024),
    "float32": Format(24, -149, 128),
    "float16": Format(11, -24, 16),
    "bfloat16": Format(8, -133, 128),
}


def nearest(enclosure: arb, spec: Format) -> float | None:
    """The number of the format that every point of the ball rounds to; None where there are several.

    A ball that is thinner than 2**-4096 of its size and still holds a midpoint is taken to be that midpoint.
    """
    if not enclosure.is_finite():
        return float(enclosure.mid()) if abs(enclosure) == INFINITY else None
    low, high = rounded_point(enclosure.lower(), spec), rounded_point(enclosure.upper(), spec)
    if low == high:
        return low + 0.0  # -0.0 and 0.0 count as equal; the oracle says 0.0
    if enclosure.rel_accuracy_bits() < 4096:
        return None
    middle = (arb(low) + arb(high)) / 2
    return rounded_point(middle, spec) if enclosure.contains(middle) else None


def rounded_point(point: arb, spec: Format) -> float:
    """The exact number `point` rounded to nearest, ties to even; subnormals and overflow as IEEE says."""
    if spec.precision == 53:
        return float(point)
    mantissa, exponent = (int(part) for part in point.man_exp())
    sign, size = (-1, -mantissa) if mantissa < 0 else (1, mantissa)
    length = size.bit_length()
    unit = max(exponent + length - spec.precision, spec.least)
    shift = unit - exponent  # bits that do not fit
    if exponent + length > spec.overflow:
        return sign * math.inf
    if shift > length + 1:
        return 0.0
    if shift > 0:
        size, rest = divmod(size, 1 << shift)
        half = 1 << (shift - 1)
        size += rest > half or (rest == half and size & 1)
    else:
        size <<= -shift
    return sign * (math.inf if size.bit_length() + unit > spec.overflow else math.ldexp(size, unit))
