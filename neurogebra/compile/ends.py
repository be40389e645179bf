"""Values at infinity: the limit of a plan, found by walking out on the exact target.

On x = 2**32, 2**64, ... 2**1024 a formula of this vocabulary settles or grows so plainly that the sequence
decides: steady growth is oo, gaps that shrink are a finite limit, anything else is nan. sympy.limit is not
used: it raises TypeError on relu6, leaves symbolic parameters undecided and takes up to 844 ms. A walk over
leading terms was tried on paper first; it cannot see squareplus at -oo, whose leading terms cancel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from neurogebra.compile import to_exact
from neurogebra.compile.plan import Plan

__all__ = ["at_infinity", "limit"]

STATIONS = tuple(1 << k for k in range(5, 11))  # exponents of x: 2**32 ... 2**1024
SETTLED = 2.0**-70  # relative gap of the last two values of a finite limit
VANISHED = 2.0**-1000  # at x = 2**1024: what falls like 1/x, or faster
STEADY = 0.8  # of the gap before: log(x) doubles its gaps, log(log(x)) keeps them, what settles halves them


def at_infinity(plan: Plan, variables: int, values: Sequence[float]) -> tuple[float, ...]:
    """The outputs where one variable is infinite; nan where any input is nan or two are infinite."""
    infinite = [k for k in range(variables) if math.isinf(values[k])]
    if any(math.isnan(v) for v in values) or len(infinite) != 1:
        return (math.nan,) * len(plan.outputs)
    (k,) = infinite
    rest = tuple((n, v) for i, (n, v) in enumerate(zip(plan.inputs, values, strict=True)) if i != k)
    return tuple(limit(plan, o, plan.inputs[k], values[k] > 0, rest) for o in range(len(plan.outputs)))


@lru_cache(maxsize=4096)
def limit(plan: Plan, output: int, variable: str, up: bool, others: tuple[tuple[str, float], ...]) -> float:
    """The limit of one output as `variable` goes to oo (`up`) or -oo, the other inputs fixed."""
    fixed = dict(others)
    sign = 1 if up else -1
    values = [to_exact.midpoint(plan, plan.outputs[output], {**fixed, variable: sign << k}) for k in STATIONS]
    return _destination(values)


def _destination(values: list[Any]) -> float:
    if any(v is None for v in values):
        return math.nan
    sizes = [abs(v) for v in values]
    gaps = [b - a for a, b in pairwise(sizes)]
    if len({v > 0 for v in values}) == 1 and all(0 < STEADY * a <= b for a, b in pairwise(gaps)):
        return math.copysign(math.inf, values[-1])
    if sizes[-1] < VANISHED or (sizes[-1] < SETTLED and all(b <= a / 2 for a, b in pairwise(sizes[-4:]))):
        return 0.0
    gap = abs(values[-1] - values[-2])
    return float(values[-1]) if gap <= SETTLED * sizes[-1] else math.nan
