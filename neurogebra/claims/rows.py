"""A vector function at a few rows, a gated unit at a few pairs, in rigorous balls: what a single one disproves.

Small whole numbers come before others, because a reader checks [0, 1] in the head. Rows disprove and never prove:
that nothing is found here says nothing. What is true of a property it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sympy import Symbol

from neurogebra.claims.cells import FINE
from neurogebra.claims.sets import Part, compare
from neurogebra.claims.setting import Setting
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, arb
from neurogebra.compile.to_ball_vector import vector_balls

__all__ = ["HALVES", "MOVE", "PAIRS", "ROWS", "Row", "apart", "disproof_at", "moved", "swapped", "values_at"]

Row = tuple[float, ...]

MOVE: Final = 1.0
STEP: Final = 2.0**-10
ROWS: Final[tuple[Row, ...]] = (
    (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 2.0), (-1.0, 0.0), (-2.0, -1.0), (0.5, -0.5), (1.0, 2.0, 3.0),
    (0.0, 0.0, 0.0), (3.0, -1.0, 0.5), (-1.0, -2.0, -3.0), (10.0, 0.0), (-10.0, 10.0), (2.0, 1.75, 1.5, -40.0),
)  # fmt: skip
HALVES: Final = (Symbol("a", real=True), Symbol("b", real=True))
#: a and b of a gated unit
PAIRS: Final[tuple[Row, ...]] = tuple((a, b) for b in (1, 2, -1, 3, -3, 10, -10, 0) for a in (1, -1, 2, 3, -10, 0))


def disproof_at(s: Setting, name: str, value: Any) -> str:
    """The simplest pair or row that disproves a claim, in words; nothing where none is found."""
    if name == "range":
        parts = s.region(value)
        for row, found in known(s):
            outside = next((each for each in found if not any(holds(part, each) for part in parts)), None)
            if outside is not None:
                return f": at {_written(s, row)} it is {_said(outside)}"
    if name == "sums_to" and (other := apart(s, s.ball(value))):
        return f": at {_written(s, other[0])} it sums to {_said(other[1])}"
    if name == "shift" and value != "none" and (gap := moved(s, MOVE if value == "equivariant" else 0.0)):
        row, before, after = gap
        there = _written(s, tuple(each + MOVE for each in row))
        return f": at {_written(s, row)} a value is {_said(before)}, at {there} it is {_said(after)}"
    if name == "lipschitz" and s.subject.entry.kind == "vector" and (far := stretched(s, s.ball(value))):
        return f": at {_written(s, far[0])} a value moves {_said(far[1])} times as far as the elements"
    if name == "order" and value != "none" and (gap := swapped(s, 1 if value == "kept" else -1)):
        row, larger, smaller = gap
        return f": at {_written(s, row)} the larger element has {_said(larger)}, the smaller one {_said(smaller)}"
    return ""


def _written(s: Setting, row: Row) -> str:
    if s.subject.entry.kind == "gated":
        return f"a = {row[0]:g}, b = {row[1]:g}"
    return f"x = [{', '.join(f'{each:g}' for each in row)}]"


def _said(value: arb) -> str:
    return str(value.str(17, radius=False))


def values_at(s: Setting, row: Row) -> list[arb] | None:
    """The values at a row, or the one at a pair; None where they are not known there."""
    try:
        if s.subject.entry.kind == "gated":
            found = [s.oracle.ball(dict(zip((half.name for half in HALVES), row, strict=True)), FINE)]
        else:
            found = vector_balls(s.formula, row, {}, FINE)
    except (Undefined, Unsure):
        return None
    return found if all(value.is_finite() for value in found) else None


def holds(part: Part, value: arb) -> bool:
    """Whether a part may hold a value; ends as wide as their digits count as the value where they meet it."""
    low = not isinstance(part.low, arb) or value > part.low or (part.low_in and value.overlaps(part.low))
    high = not isinstance(part.high, arb) or value < part.high or (part.high_in and value.overlaps(part.high))
    return bool(low and high)


def known(s: Setting) -> Iterator[tuple[Row, list[arb]]]:
    for row in PAIRS if s.subject.entry.kind == "gated" else ROWS:
        found = values_at(s, row)
        if found is not None:
            yield row, found


def apart(s: Setting, total: Any) -> tuple[Row, arb] | None:
    """A row whose values sum to another number than this one, and that sum; `total` may be wide."""
    for row, found in known(s):
        here = sum(found, arb(0))
        if not here.overlaps(total) and (total.rad() > 1e-60 or compare(here, total) != 0):
            return row, here
    return None


def moved(s: Setting, by: float) -> tuple[Row, arb, arb] | None:
    """A row whose values do not grow by `by` when MOVE is added to its elements: one value before and after."""
    for row, before in known(s):
        after = values_at(s, tuple(each + MOVE for each in row)) or []
        for one, other in zip(before, after, strict=False):
            if compare(other, one + by) != 0:
                return row, one, other
    return None


def stretched(s: Setting, most: Any) -> tuple[Row, arb] | None:
    """A row from which a small step moves a value more than `most` times as far as any element, and how far."""
    for row, before in known(s):
        for others in (-STEP, STEP):  # the first element away from the others, or all together
            after = values_at(s, (row[0] + STEP, *(each + others for each in row[1:]))) or []
            far = [abs(other - one) / STEP for one, other in zip(before, after, strict=False)]
            found = next((each for each in far if isinstance(most, arb) and each > most), None)
            if found is not None:
                return row, found
    return None


def swapped(s: Setting, way: int) -> tuple[Row, arb, arb] | None:
    """A row in which the larger of two elements has the smaller value (way 1) or the larger (-1): both values."""
    for row, found in known(s):
        pairs = [(i, j) for i in range(len(row)) for j in range(len(row)) if row[i] > row[j]]
        for i, j in pairs:
            if compare(found[i], found[j]) == -way:
                return row, found[i], found[j]
    return None
