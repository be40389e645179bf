"""The middle target: arrays with 106 bits and a proof, where float64 is not enough and balls are too slow.

Every element carries a bound on its error, so that `good` marks exactly those whose float64 value is proved
to be within 0.54 ULP; the others (total cancellation, undecided switches, points outside the domain) are
the caller's to settle. It takes the exact plan, since pairs need no lowering, and knows nothing of float32.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.plan import Plan, Step
from neurogebra.compile.to_numpy_pairs_arithmetic import (
    ARITHMETIC,
    LIMIT,
    Array,
    Mask,
    Pair,
    constant,
    exact,
    neg,
    pick,
    sized,
    sub,
    tiny,
    vast,
    without,
)
from neurogebra.compile.to_numpy_pairs_circular import CIRCULAR
from neurogebra.compile.to_numpy_pairs_functions import ELEMENTARY
from neurogebra.compile.to_numpy_pairs_gauss import GAUSSIAN
from neurogebra.compile.to_numpy_pairs_tables import number

__all__ = ["BLOCK", "Block", "evaluate", "larger", "rounded"]

BLOCK = 4096  # elements; a dozen arrays of 32 KiB are at work in a step
ENOUGH = 2.0**-58 * (1 - 2.0**-20)  # the bounds are computed in float64: a little room for their rounding
Truth = tuple[Mask, Mask]  # value, and whether it is certain


def evaluate(
    plan: Plan, values: Mapping[str, NDArray[np.float64] | float]
) -> list[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """One (value, good) per output, for finite 1-D arrays or floats that broadcast. Never warns."""
    inputs = [np.atleast_1d(np.asarray(values[name], dtype=np.float64)) for name in plan.inputs]
    size = np.broadcast_shapes((1,), *(x.shape for x in inputs))[0]
    results = [(np.empty(size), np.empty(size, dtype=np.bool_)) for _ in plan.outputs]
    with np.errstate(all="ignore"):
        for start in range(0, size, BLOCK):
            part = slice(start, start + BLOCK)
            block = Block(plan, [x if x.size == 1 else x[part] for x in inputs])
            for (value, good), output in zip(results, plan.outputs, strict=True):
                value[part], good[part] = rounded(block.pair(output))
    return results


def rounded(a: Pair) -> tuple[Array, Mask]:
    """The nearest float64 in one rounding: for a subnormal one hi is rounded to odd, and ldexp decides."""
    zero = (a.hi == 0) | (a.e < -1100)
    below = np.minimum(-1021 - a.e, 60)
    subnormal = (below > 0) & ~zero
    hi = a.hi
    if subnormal.any():
        bits = hi.view(np.int64)
        even = (bits & 1 == 0) & (a.lo != 0)
        sticky = bits + np.where((a.lo > 0) == (hi > 0), 1, -1)
        hi = np.where(subnormal & even, sticky, bits).view(np.float64)
    value = np.where(zero, 0.0, np.ldexp(hi, np.clip(a.e, -1200, 1200)))
    proved = a.r <= ENOUGH * np.where(below > 0, np.ldexp(1.0, np.maximum(below, 0)), 1.0)
    size_alone = ((a.e < -1100) | (a.e > 1100)) & (a.r < 0.5)
    return value, proved | size_alone | vast(a) | tiny(a)


class Block:
    """One pass over one block of inputs; steps are computed when first needed."""

    def __init__(self, plan: Plan, inputs: Sequence[Array | Pair]) -> None:
        self.steps = plan.steps
        self.inputs = dict(zip(plan.inputs, inputs, strict=True))
        self.pairs: dict[int, Pair] = {}
        self.truths: dict[int, Truth] = {}

    def pair(self, i: int) -> Pair:
        if i not in self.pairs:
            self.pairs[i] = self._compute(self.steps[i])
        return self.pairs[i]

    def truth(self, i: int) -> Truth:
        if i not in self.truths:
            self.truths[i] = self._decide(self.steps[i])
        return self.truths[i]

    def _compute(self, step: Step) -> Pair:
        if step.op == "input":
            given = self.inputs[str(step.data)]
            return given if isinstance(given, Pair) else exact(given)
        if step.op == "const":
            return constant(step.data) if isinstance(step.data, Fraction) else number(str(step.data))
        if step.op == "select":
            condition, yes, no = step.args
            value, certain = self.truth(condition)
            return _unless(certain, pick(value, self.pair(yes), self.pair(no)))
        return WORDS[step.op](*(self.pair(a) for a in step.args))

    def _decide(self, step: Step) -> Truth:
        if step.op in LOGIC:
            return LOGIC[step.op](*(self.truth(a) for a in step.args))
        sign, certain = _sign(sub(self.pair(step.args[0]), self.pair(step.args[1])))
        return ORDER[step.op](sign), certain


# switches --------------------------------------------------------------------------------------------------


def _unless(certain: Mask, a: Pair) -> Pair:
    """a, unknown where not certain."""
    return a if certain.all() else without(a, ~certain)


def _sign(a: Pair) -> tuple[Array, Mask]:
    return np.sign(a.hi), (a.r < 1) | vast(a)


def _either(a: Truth, b: Truth) -> Truth:
    return a[0] | b[0], (a[1] & b[1]) | (a[0] & a[1]) | (b[0] & b[1])


def _other(a: Truth) -> Truth:
    return ~a[0], a[1]


def _both(a: Truth, b: Truth) -> Truth:
    return _other(_either(_other(a), _other(b)))


def larger(a: Pair, b: Pair) -> Pair:
    """The larger; where that is open, either is as good, with the larger error, if it is small."""
    sign, certain = _sign(sub(a, b))
    result = pick(sign >= 0, a, b)
    if certain.all():
        return result
    r = np.maximum(a.r, b.r)
    result = result._replace(r=np.where(certain, result.r, np.where(r < 0.25, 2 * r, np.inf)))
    small = ~certain & (a.e < -LIMIT) & (b.e < -LIMIT)
    result = sized(result, small, np.ones(1), np.maximum(a.e, b.e))
    return without(result, ~certain & ~small & ~(r < 0.25))


def _min(a: Pair, b: Pair) -> Pair:
    return neg(larger(neg(a), neg(b)))


def _signum(a: Pair) -> Pair:
    sign, certain = _sign(a)
    return _unless(certain, exact(sign))


def _floor(a: Pair) -> Pair:
    """Certain where no whole number lies within the error, and for whole float64 numbers."""
    s = np.ldexp(1.0, np.clip(a.e, -900, 100))
    high, low = a.hi * s, a.lo * s
    down = np.floor(high)
    from_low = np.floor(low)
    whole = down == high
    floor = np.where(whole, down + from_low, down)
    above = np.where(whole, low - from_low, (high - down) + low)
    room = np.minimum(above, 1.0 - above)
    error = np.where(tiny(a), 2.0**-900, np.abs(high) * a.r * (1 + 2.0**-50))
    certain = ((a.r == 0) & (a.e <= 53)) | ((room > error) & (a.e <= 50) & ~(tiny(a) | np.isinf(a.r)))
    itself = (a.r == 0) & (a.lo == 0) & (a.e > 53)  # a float64 from 2**53 up is whole
    return pick(itself, a, _unless(certain | itself, exact(floor)))


def _ceiling(a: Pair) -> Pair:
    return neg(_floor(neg(a)))


WORDS: dict[str, Callable[..., Pair]] = {
    **ARITHMETIC,
    **ELEMENTARY,
    **CIRCULAR,
    **GAUSSIAN,
    "max": larger,
    "min": _min,
    "sign": _signum,
    "floor": _floor,
    "ceiling": _ceiling,
}
ORDER: dict[str, Callable[[Array], Mask]] = {
    "lt": lambda sign: sign < 0,
    "le": lambda sign: sign <= 0,
    "eq": lambda sign: sign == 0,
    "ne": lambda sign: sign != 0,
}
LOGIC: dict[str, Callable[..., Truth]] = {"and": _both, "or": _either, "not": _other}
