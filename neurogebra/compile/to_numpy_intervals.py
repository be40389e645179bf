"""Intervals of x in which an array form is trusted, and the cheapest look that shows a block to lie in them.

A block of a cache's size is looked at for each answer, so that the look is one pass over it wherever one tells
enough. Where values, not inputs, decide (near roots, in float32), the trust says how small a value may be. It knows
nothing of how trust is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOTHING", "WHOLE_LINE", "Trust", "common", "ends_agree", "joined", "watch"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Trust:
    """Closed intervals of x, in order and apart. Outside `firm`, values nearer to 0 than `least` are not trusted."""

    intervals: tuple[tuple[float, float], ...]
    least: float = 0.0
    firm: tuple[float, float] = (0.0, 0.0)

    @property
    def whole(self) -> bool:
        """Whether every finite float is trusted."""
        return self.intervals == WHOLE_LINE.intervals

    def doubtful(self, x: Array) -> NDArray[np.intp]:
        """Indices of the elements outside all intervals."""
        if not self.intervals:
            return np.arange(x.size)
        wrong = ~((x >= self.intervals[0][0]) & (x <= self.intervals[-1][1]))  # nan too
        least, most = np.fmin.reduce(x, initial=np.inf), np.fmax.reduce(x, initial=-np.inf)
        for (_, low), (high, _) in pairwise(self.intervals):
            if low < most and high > least:
                wrong |= (x > low) & (x < high)
        return np.flatnonzero(wrong)

    def faint(self, x: Array, value: Array) -> NDArray[np.intp]:
        """Indices of the elements whose value is nearer to 0 than is trusted."""
        size = np.abs(value)
        if size.min() >= self.least:
            return NOTHING
        return np.flatnonzero((size < self.least) & ((x < self.firm[0]) | (x > self.firm[1])))


LARGEST = float(np.finfo(np.float64).max)
WHOLE_LINE = Trust(((-LARGEST, LARGEST),))
NOTHING: NDArray[np.intp] = np.empty(0, dtype=np.intp)


def joined(intervals: Iterable[tuple[float, float]]) -> Trust:
    """All of them, those that overlap as one."""
    parts: list[tuple[float, float]] = []
    for low, high in sorted(intervals):
        if parts and low <= parts[-1][1]:
            parts[-1] = (parts[-1][0], max(high, parts[-1][1]))
        else:
            parts.append((low, high))
    return Trust(tuple(parts))


def common(trusts: Iterable[Trust]) -> Trust:
    """What all of them trust."""
    first, *others = trusts
    for other in others:
        both = ((max(a, c), min(b, d)) for a, b in first.intervals for c, d in other.intervals)
        first = joined((low, high) for low, high in both if low <= high)
    return first


def ends_agree(fast: Callable[[Array], Any], limits: tuple[float, float]) -> tuple[bool, bool, bool]:
    """Whether the fast form gives the limits at -oo and oo, and nan for nan, by itself."""
    with np.errstate(all="ignore"):
        low, high, nan = np.broadcast_to(fast(np.array([-np.inf, np.inf, np.nan])), (3,))
    return bool(low == limits[0]), bool(high == limits[1]), bool(np.isnan(nan))


def watch(trust: Trust, left: bool, right: bool, nan: bool) -> Callable[[Array], bool]:
    """The cheapest look at a block that shows all of it trusted: one pass where an end of the line is right.

    `left`, `right` and `nan` say whether the fast form is right there by itself.
    """
    least, most = np.minimum.reduce, np.maximum.reduce  # both are nan where an element is
    low, high = next(((a, b) for a, b in trust.intervals if a <= 0 <= b), (np.inf, -np.inf))
    first, last = WHOLE_LINE.intervals[0]
    if right and high == last:
        if left and low == first:
            return (lambda x: True) if nan else (lambda x: bool(least(x) >= -np.inf))
        return lambda x: bool(least(x) >= low)
    if left and low == first:
        return lambda x: bool(most(x) <= high)
    if min(-low, high) > 1e150:
        return _finite
    # a sum of squares is no less than each, takes a third of the time of two ends, and often tells of a thousand
    square = min(-low, high) ** 2 if low <= 0 <= high else 0.0
    return lambda x: bool((x.size <= 8192 and x.dot(x) < square) or (least(x) >= low and most(x) <= high))


def _finite(x: Array) -> bool:
    """By the sum of squares, in two parts: of a product of more than 10,000 BLAS makes a matter of several threads."""
    if x.size <= 8192:
        return isfinite(x.dot(x))
    head, tail = x[:8192], x[8192:]
    return isfinite(head.dot(head) + tail.dot(tail))
