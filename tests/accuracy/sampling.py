"""Where a function is put to the test: inputs of one dtype, the same at every run.

Up to half lie around the landmarks of f, f' and f'': each place where one of them changes sign or size class
(zero, subnormal, normal, infinite, undefined), found by bisection on the oracle down to neighbouring numbers,
and each declared kink. The rest is drawn from the dtype's whole bit space and from where people work. Nothing
here judges a result.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy

from neurogebra.compile.to_ball import FORMATS, Oracle, Undecided, Value

__all__ = ["Bits", "Sample", "dtype_of", "inputs", "landmarks", "sample"]

BITS = {"float64": 64, "float32": 32, "float16": 16, "bfloat16": 16}
AROUND = (0, 1, 2, 3, 10, 100, 10**4, 10**6, 10**9)  # steps away from a landmark, in units in the last place
LANDMARKS = 24  # for each order: an oscillating function has no end of roots


@dataclass(frozen=True)
class Sample:
    """How many inputs to draw, and how finely landmarks are located (bisection steps; 64 is to the bit)."""

    count: int
    steps: int = 64
    grid: int = 60
    seed: int = 1


def dtype_of(name: str) -> numpy.dtype:
    """NumPy's dtype, bfloat16 from ml_dtypes."""
    if name == "bfloat16":
        import ml_dtypes

        return numpy.dtype(ml_dtypes.bfloat16)
    return numpy.dtype(name)


class Bits:
    """The finite numbers of a dtype in their order: -largest ... 0 ... largest as whole numbers."""

    def __init__(self, name: str) -> None:
        self.dtype, self.whole = dtype_of(name), numpy.dtype(f"uint{BITS[name]}")
        largest = math.ldexp(2 - 2.0 ** (1 - FORMATS[name].precision), FORMATS[name].overflow - 1)
        self.last = int(numpy.array(largest, self.dtype).view(self.whole))

    def number(self, place: int) -> float:
        """The number at a place; places beyond the ends are the ends."""
        size = numpy.array(min(abs(place), self.last), self.whole).view(self.dtype)
        return -float(size) if place < 0 else float(size)

    def place(self, number: float) -> int:
        """The place of the number of this dtype that is nearest to `number`."""
        with numpy.errstate(all="ignore"):
            rounded = numpy.array(abs(number), self.dtype)
        return int(math.copysign(min(int(rounded.view(self.whole)), self.last), number))


def sample(
    oracle: Oracle,
    variable: str,
    values: Mapping[str, Value],
    dtype: str,
    size: Sample,
    kinks: Iterable[float] = (),
) -> numpy.ndarray:
    """All inputs for one formula with these parameter values, as an array of the dtype."""
    return inputs(dtype, size, landmarks(oracle, variable, values, dtype, size), list(kinks))


def inputs(dtype: str, size: Sample, marks: Sequence[float], kinks: Sequence[float] = ()) -> numpy.ndarray:
    """`size.count` numbers: bit space, everyday, around the marks; 0, both ends and kinks always."""
    bits, chance = Bits(dtype), random.Random(f"{dtype} {size.seed}")
    drawn = {0, 1, -1, bits.last, -bits.last, bits.place(FORMATS_NORMAL[dtype]), -bits.place(1.0)}
    drawn |= {bits.place(kink) + step for kink in kinks for step in (-1, 0, 1)}
    marks = [*marks, *kinks]
    near = [bits.place(mark) + sign * step for mark in marks for step in AROUND for sign in (-1, 1)]
    near += [bits.place(mark * (1 + chance.uniform(-1, 1) * 10.0**-k)) for mark in marks for k in range(5)]
    most = size.count // 2
    drawn |= set(near if len(near) <= most else chance.sample(near, most))
    left = max(0, size.count - len(drawn))
    drawn |= {chance.randint(-bits.last, bits.last) for _ in range(left // 2)}
    drawn |= {bits.place(everyday(chance)) for _ in range(left - left // 2)}
    return numpy.array([bits.number(place) for place in sorted(drawn)]).astype(bits.dtype)


def everyday(chance: random.Random) -> float:
    """Of normal and uniform spread, in both tails as far as exponentials reach, and close to 0."""
    kind = chance.randrange(5)
    if kind == 0:
        return chance.gauss(0, 1)
    if kind == 1:
        return chance.uniform(-10, 10)
    if kind == 2:
        return chance.uniform(-50, 50)
    tail = 10 ** (chance.uniform(0, 3.2) if kind == 3 else chance.uniform(-6, 0))
    return chance.choice((-1, 1)) * tail


def landmarks(
    oracle: Oracle, variable: str, values: Mapping[str, Value], dtype: str, size: Sample, orders: int = 2
) -> list[float]:
    """Where f, f' or f'' changes sign or size class, each as the two numbers beside the change."""
    bits = Bits(dtype)
    classes: dict[int, tuple[int, ...]] = {}

    def look(place: int) -> tuple[int, ...]:
        if place not in classes:
            classes[place] = size_classes(oracle, variable, values, bits.number(place), dtype, orders)
        return classes[place]

    found: list[float] = []
    places = grid(bits, size.grid)
    for order in range(orders + 1):
        changes = [(a, b) for a, b in pairwise(places) if look(a)[order] != look(b)[order]]
        for low, high in changes[:: max(1, len(changes) // LANDMARKS)]:
            low_class = look(low)[order]
            for _ in range(size.steps):
                middle = (low + high) // 2
                if middle in (low, high):
                    break
                low, high = (middle, high) if look(middle)[order] == low_class else (low, middle)
            found += [bits.number(low), bits.number(high)]
    return sorted(set(found))


def grid(bits: Bits, count: int) -> list[int]:
    """Places to look at first: evenly in the bit space, and in the exponent from 0.01 to 2000."""
    even = {round(bits.last * k / count) for k in range(-count, count + 1)}
    working = {bits.place(sign * 10 ** (-2 + 5.3 * k / count)) for k in range(count + 1) for sign in (-1, 1)}
    return sorted(even | working)


def size_classes(
    oracle: Oracle, variable: str, values: Mapping[str, Value], point: float, dtype: str, orders: int
) -> tuple[int, ...]:
    """For each order: 0 zero, 1 subnormal, 2 normal, 3 infinite, signed; 4 undefined, 5 cannot tell."""
    try:
        truths = oracle.derivatives(variable, {**values, variable: point}, orders, dtype)
    except Undecided:
        return (5,) * (orders + 1)
    return tuple(size_class(truth, dtype) for truth in truths)


def size_class(truth: float, dtype: str) -> int:
    if math.isnan(truth):
        return 4
    size = abs(truth)
    kind = 0 if size == 0 else 1 if size < FORMATS_NORMAL[dtype] else 2 if size < math.inf else 3
    return -kind if truth < 0 else kind


FORMATS_NORMAL = {name: math.ldexp(1.0, f.least + f.precision - 1) for name, f in FORMATS.items()}
