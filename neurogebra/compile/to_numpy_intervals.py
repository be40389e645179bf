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
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.to_numpy_passes import FEW, ONE

__all__ = ["NEAR", "NOTHING", "WHOLE_LINE", "Trust", "common", "ends_agree", "joined", "watch"]

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

    @property
    def reach(self) -> float:
        """How far from 0 every element is trusted."""
        return max((min(-low, high) for low, high in self.intervals), default=0.0)

    def doubtful(self, x: Array) -> NDArray[np.intp]:
        """Indices of the elements outside all intervals."""
        if not self.intervals:
            return np.arange(x.size)
        x = np.asarray(x, np.float64)  # in float32 the largest float would be oo
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


NEAR = 100.0  # the least reach for which the sum of squares of a thousand elements tells something
NARROW = 25.0  # the least one for which the sum of their fourth powers does
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


class Ends(NamedTuple):
    """Where the fast form is right by itself: at -oo, at oo, at nan."""

    left: bool
    right: bool
    nan: bool
    shown: bool  # nan is what it gives wherever it is wrong


def ends_agree(fast: Callable[[Array], Any], limits: tuple[float, float]) -> Ends:
    """How the fast form fares at -oo and oo, of which `limits` are the truth, and at nan."""
    with np.errstate(all="ignore"):
        low, high, nan = np.broadcast_to(fast(np.array([-np.inf, np.inf, np.nan])), (3,))
    left, right, passed = bool(low == limits[0]), bool(high == limits[1]), bool(np.isnan(nan))
    return Ends(left, right, passed, passed and (left or bool(np.isnan(low))) and (right or bool(np.isnan(high))))


def watch(trust: Trust, left: bool, right: bool, nan: bool) -> Callable[[Array], bool]:
    """The cheapest look at a block that shows all of it trusted: one pass where an end of the line is right.

    `left`, `right` and `nan` say whether the fast form is right there by itself. Of few elements a sum of powers
    says in a third of the time that they are far from both ends, and from 0 where that matters.
    """
    look = _look(trust, left, right, nan)
    near = None if trust.whole and left and right and nan else _near(trust)
    return look if near is None else lambda x: (x.size <= FEW and near(x)) or look(x)


def _near(trust: Trust) -> Callable[[Array], bool] | None:
    """Whether a sum of powers shows few elements to be trusted; None where the range is too narrow for sums to tell."""
    around = _around_0(trust)
    reach = (trust.reach if around is None else min(-around[0], around[2])) * 0.99
    if reach >= NEAR:
        most = min(reach, 1e75) ** 2

        def within(x: Array) -> bool:
            return float(x.dot(x)) <= most

    elif reach >= NARROW:
        most = reach**4

        def within(x: Array) -> bool:
            squares = x * x
            return float(squares.dot(squares)) <= most

    else:
        return None
    if around is None:
        return within
    largest = 0.99 / max(around[1], 1e-75) ** 2

    def within_and_off_0(x: Array) -> bool:
        if not within(x):
            return False
        inverses = ONE / x
        return float(inverses.dot(inverses)) <= largest

    return within_and_off_0


def _look(trust: Trust, left: bool, right: bool, nan: bool) -> Callable[[Array], bool]:
    """The look at any number of elements."""

    def least(x: Array) -> float:  # nan where an element is; a float, as float32 would take the largest float for oo
        return float(np.minimum.reduce(x))

    def most(x: Array) -> float:
        return float(np.maximum.reduce(x))

    low, high = next(((a, b) for a, b in trust.intervals if a <= 0 <= b), (np.inf, -np.inf))
    first, last = WHOLE_LINE.intervals[0]
    around = _around_0(trust)
    if around is not None:
        from_left, hole, from_right = around
        zero = (0.0, 0.0) in trust.intervals

        def off_0(x: Array) -> bool:
            size = np.abs(x)
            return least(size) >= hole or (zero and bool(((size >= hole) | (size == 0)).all()))

        if left and from_left == first and right and from_right == last:
            return off_0
        return lambda x: off_0(x) and least(x) >= from_left and most(x) <= from_right
    if right and high == last:
        if left and low == first:
            return (lambda x: True) if nan else (lambda x: least(x) >= -np.inf)
        return lambda x: least(x) >= low
    if left and low == first:
        return lambda x: most(x) <= high
    if min(-low, high) > 1e150:
        return _finite
    return lambda x: least(x) >= low and most(x) <= high


def _around_0(trust: Trust) -> tuple[float, float, float] | None:
    """The ends of a trusted range with gaps close to 0 only, as of 1/x and phish, and how far from 0 they reach.

    A look for elements so near to 0 is three passes and finds one in 10,000 blocks; without it each block is searched.
    """
    wide = [(a, b) for a, b in trust.intervals if b - a > 0.01]
    if len(wide) != 2 or not wide[0][1] < 0 < wide[1][0]:
        return None
    (low, before), (after, high) = wide
    hole = max(-before, after)
    return (low, hole, high) if hole < 1e-4 else None


def _finite(x: Array) -> bool:
    """By the sum of squares, in parts: of a product of more than 10,000 BLAS makes a matter of several threads."""
    parts = (x[start : start + 8192] for start in range(0, x.size, 8192))
    return isfinite(sum(float(np.dot(part, part)) for part in parts))
