"""Sets of numbers as parts: points and intervals of balls, whose ends belong or not, put in order and joined.

Ends that 120 bits cannot tell apart are one, so that a set found in two ways is the same set; what is not known well
enough to compare stays open. Where the numbers come from, and what is claimed of them, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

import sympy

from neurogebra.claims.cells import FINE, Open
from neurogebra.compile.to_ball_arithmetic import arb, ctx

__all__ = ["Part", "compare", "largest_size", "union"]

SAME = arb(2) ** -120


@dataclass(frozen=True)
class Part:
    """The numbers between two ends, each an arb, oo or -oo, and whether the ends belong."""

    low: Any
    high: Any
    low_in: bool
    high_in: bool

    @property
    def is_point(self) -> bool:
        return self.low_in and self.high_in and compare(self.low, self.high) == 0

    def __str__(self) -> str:
        if self.is_point:
            return "{" + shown(self.low) + "}"
        return f"{'[' if self.low_in else '('}{shown(self.low)}, {shown(self.high)}{']' if self.high_in else ')'}"


def shown(end: Any) -> str:
    return str(end) if not isinstance(end, arb) else str(float(end.mid()))


def compare(a: Any, b: Any) -> int:
    """-1, 0 or 1; numbers that 120 bits cannot tell apart are equal."""
    infinite = {sympy.oo: 1, -sympy.oo: -1}
    p, q = (0 if isinstance(v, arb) else infinite[v] for v in (a, b))
    if p or q:
        return (p > q) - (p < q)
    with ctx.workprec(FINE):
        gap = a - b
        if abs(gap) <= SAME * (abs(a) + abs(b)) or gap.is_zero() or abs(gap) < arb(2) ** -220:
            return 0
        if gap > 0 or gap < 0:
            return 1 if gap > 0 else -1
    raise Open("two numbers are not known well enough to compare")


def union(parts: Iterable[Part]) -> list[Part]:
    """The parts from left to right, those that touch joined."""
    found: list[Part] = []
    for part in _ordered(list(parts)):
        last = found[-1] if found else None
        if last is None or not _touch(last, part):
            found.append(part)
            continue
        way = compare(part.high, last.high)
        high_in = part.high_in if way > 0 else last.high_in or (way == 0 and part.high_in)
        low_in = last.low_in or (compare(part.low, last.low) == 0 and part.low_in)
        found[-1] = Part(last.low, part.high if way > 0 else last.high, low_in, high_in)
    return found


def _ordered(parts: list[Part]) -> list[Part]:
    def earlier(a: Part, b: Part) -> int:
        return compare(a.low, b.low) or b.low_in - a.low_in

    return sorted(parts, key=cmp_to_key(earlier))


def _touch(left: Part, right: Part) -> bool:
    way = compare(right.low, left.high)
    return way < 0 or (way == 0 and (right.low_in or left.high_in))


def largest_size(parts: list[Part]) -> Any:
    """The least upper bound of |v| over a set."""
    low, high = parts[0].low, parts[-1].high
    below = -low
    return high if compare(high, below) >= 0 else below
