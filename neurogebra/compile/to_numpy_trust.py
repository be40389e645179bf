"""Where the fast array form of a formula may be trusted: intervals of x, found once per parameter values.

At about three thousand points, dense near 0 and reaching to both ends of the float range, the formula is
evaluated with the bound on its error; a point is trusted when the bound is narrow enough for the dtype or, near
a root, for the absolute bar. Where the bound is wider, up to 32 ULP, pairs of floats are asked at thousands of random
points: a stretch is trusted if it was found within 4 ULP, or 6 where the bound is no more than 12, so that it is
proven within 32 and measured within 4 to 6; errors of 7 were seen there, 1 in 10,000 elements, and none above 8.
In the tails, where bounds on underflowed values say nothing, they are asked the first time an array reaches there.
An interval is trusted only if all points in it are; the rest is computed exactly. It knows no blocks and no buffers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.ops import ENOUGH
from neurogebra.compile.to_numpy_passes import FEW

__all__ = [
    "FLOAT32",
    "FLOAT64",
    "WHOLE_LINE",
    "Trust",
    "common",
    "ends_agree",
    "examine",
    "examine_tails",
    "joined",
    "last_place",
    "near_roots",
    "watch",
]

Array = NDArray[np.float64]
Certified = Callable[[Array], tuple[Array, Array]]  # values, and bounds on their errors
Fast = Callable[[Array], Array]
Truth = Callable[[Array], tuple[Array, Array]]  # values, and where they are proved
EPS = 2.0**-52


@dataclass(frozen=True)
class Trust:
    """Closed intervals of x, in order and apart."""

    intervals: tuple[tuple[float, float], ...]

    @property
    def whole(self) -> bool:
        """Whether every finite float is trusted."""
        return self == WHOLE_LINE

    def doubtful(self, x: Array) -> NDArray[np.intp]:
        """Indices of the elements outside all intervals."""
        if not self.intervals:
            return np.arange(x.size)
        x = np.asarray(x, np.float64)
        wrong = ~((x >= self.intervals[0][0]) & (x <= self.intervals[-1][1]))  # nan too
        for (_, low), (high, _) in pairwise(self.intervals):
            wrong |= (x > low) & (x < high)
        return np.flatnonzero(wrong)


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


def _grid() -> Array:
    """Positive points: every fourth power of two, 32 points a binade where arrays live, sixteenths up to 8."""
    crooked = 1.3719886811400708  # a full mantissa: at 2**k and k/16 products are exact, and errors hide
    wide = np.array([crooked * 2.0**k for k in range(-1074, 1023, 4)])  # NumPy's power would report an underflow
    near = crooked * 2.0 ** np.arange(-30, 12, 1 / 32)
    even = np.arange(1, 40 * 16) / 16 * (1 + crooked * 2.0**-30)
    return np.unique(np.concatenate([wide, near, even, [np.finfo(np.float64).max]]))


POSITIVE = _grid()
GRID = np.concatenate([-POSITIVE[::-1], [0.0], POSITIVE])
WHOLE_LINE = Trust(((float(GRID[0]), float(GRID[-1])),))


@dataclass(frozen=True)
class Tolerance:
    """How wide a bound may be, relative to the value's last place, and near roots."""

    units: float
    floor: float


FLOAT64 = Tolerance(ENOUGH, 0.0)
FLOAT32 = Tolerance(2.0**24, 2.0**-160)  # 2**-28 relative: a sixteenth of the rounding to float32
WIDE = Tolerance(32.0, 0.0)  # what may be trusted where it was also measured, at
MOST_POINTS = 16_000  # or, where the stretch is short, 65 in each gap of the grid,
NEIGHBOURS = 8  # gaps away from one that failed,
FAR = 64.0  # and this near to 0
JUMP = 8  # floats on either side of an inexact switch that are left to the exact target
MOST_GAPS = 64
BELOW_LARGEST = float(np.nextafter(np.finfo(np.float64).max, 0.0))


def examine(
    certified: Certified, switches: Callable[[Array], tuple[Array, ...]], fast: Fast, truth: Truth, single: bool
) -> Trust:
    """The trusted intervals, tails aside.

    They are parted where one of `switches` (inexact conditions) changes, and for float32, which owes every digit
    at a root too, around each root.
    """
    tolerance = FLOAT32 if single else FLOAT64
    with np.errstate(all="ignore"):
        value, error = (np.broadcast_to(part, GRID.shape) for part in certified(GRID))
        gaps = [_around(place) for truth in _truths(switches) for place in _changes(truth)]
        if single:
            signs = _changes(lambda x: np.nan_to_num(np.sign(np.broadcast_to(certified(x)[0], x.shape))))
            gaps += [
                _until_good(root, certified, tolerance) for root in signs if not _settled(root, certified, tolerance)
            ]
        good = _good(GRID, value, error, tolerance)
        if len(gaps) > MOST_GAPS:
            return Trust(())
        wide = [] if single else _measured(value, error, good, fast, truth)
    intervals = list(joined([*_runs(GRID, good), *wide]).intervals)
    for low, high in gaps:
        ends = [part for a, b in intervals for part in ((a, min(b, low)), (max(a, high), b))]
        intervals = [(a, b) for a, b in ends if a <= b]
    return joined(intervals)


def _measured(
    value: Array, error: Array, good: NDArray[np.bool_], fast: Fast, truth: Truth
) -> list[tuple[float, float]]:
    """The gaps of the grid with a bound of up to 32 ULP in which, and near which, the fast form was measured well."""
    near = near_roots(GRID, value, error) * EPS
    bounded = (error <= np.maximum(WIDE.units * last_place(value), 4 * near)) & np.isfinite(value)
    asked = np.flatnonzero(bounded[1:] & bounded[:-1] & ~(good[1:] & good[:-1]) & (np.abs(GRID[1:]) <= FAR))
    if not asked.size:
        return []
    each = min(MOST_POINTS // asked.size, 64) + 1
    low, high = GRID[asked, None], GRID[asked + 1, None]
    x = (low + (high - low) * np.random.default_rng(0).random((asked.size, each))).reshape(-1)
    got, (true, proved) = fast(x), truth(x)
    units = error / last_place(value)
    room = np.clip(12 - np.maximum(units[asked], units[asked + 1]) / 2, 4, 6)
    allowed = np.maximum(
        np.repeat(room, each) * last_place(true), np.repeat(np.minimum(near[asked], near[asked + 1]), each)
    )
    wrong = ~(proved & (np.abs(got - true) <= allowed)).reshape(-1, each).all(axis=1)
    failed = np.zeros(GRID.size, dtype=bool)
    failed[asked[wrong]] = True
    for _ in range(NEIGHBOURS):
        failed[1:] |= failed[:-1].copy()
        failed[:-1] |= failed[1:].copy()
    return [(float(GRID[i]), float(GRID[i + 1])) for i in asked[~failed[asked]]]


def _truths(switches: Callable[[Array], tuple[Array, ...]]) -> list[Callable[[Array], Array]]:
    def one(k: int) -> Callable[[Array], Array]:
        return lambda x: np.broadcast_to(switches(x)[k], x.shape)

    return [one(k) for k in range(len(switches(GRID)))]


def _changes(step: Callable[[Array], Array]) -> list[float]:
    """The last float before each place where a step function changes, by bisection."""
    places = []
    steps = step(GRID)
    for i in np.flatnonzero(steps[1:] != steps[:-1])[: MOST_GAPS + 1]:
        low, high = float(GRID[i]), float(GRID[i + 1])
        while low < (middle := low + (high - low) / 2) < high:
            same = bool(step(np.array([middle]))[0] == steps[i])
            low, high = (middle, high) if same else (low, middle)
        places.append(low)
    return places


def _around(place: float) -> tuple[float, float]:
    """The floats next to the gap that a switch leaves."""
    room = JUMP * float(np.spacing(abs(place)))
    return place - room, place + room


def _settled(root: float, certified: Certified, tolerance: Tolerance) -> bool:
    """Whether the bound holds at the very floats beside a root, as at 0 for most: then nothing is left out."""
    return _all_good(np.array([root, np.nextafter(root, np.inf)]), certified, tolerance)


def _all_good(x: Array, certified: Certified, tolerance: Tolerance) -> bool:
    value, error = (np.broadcast_to(part, x.shape) for part in certified(x))
    return bool(_good(x, value, error, tolerance).all())


def _until_good(root: float, certified: Certified, tolerance: Tolerance) -> tuple[float, float]:
    """The gap around a root in which the bound is too wide."""
    width = max(abs(root) * EPS, 2.0**-1074)
    while width < 1:
        if _all_good(np.array([root - width, root + width]), certified, tolerance):
            break
        width *= 2
    return root - width, root + width


def examine_tails(trust: Trust, fast: Fast, truth: Truth, single: bool) -> Trust:
    """`trust` and what `truth` (values, and where they are proved) confirms from each end inwards."""
    confirmed = np.ones(GRID.shape, dtype=bool)
    asked = trust.doubtful(GRID)
    asked = asked[np.abs(GRID[asked]) >= 4]
    if not asked.size:
        return trust
    units = 2.0**20 if single else 4.0
    with np.errstate(all="ignore"):
        got, (true, proved) = fast(GRID[asked]), truth(GRID[asked])
        near = np.abs(got - true) <= units * last_place(true)
        right = (got == true) | (near & np.isfinite(got))
    confirmed[asked] = proved & right
    confirmed[np.abs(GRID) < 4] = False
    inward = np.logical_and.accumulate(confirmed) | np.logical_and.accumulate(confirmed[::-1])[::-1]
    infinite = np.zeros(GRID.shape, dtype=bool)
    infinite[asked] = np.isinf(true)
    # between the last finite truth and the first infinite one the fast form may overflow too early: 0.9*x**2
    return joined(_runs(GRID, inward & ~infinite) + _runs(GRID, inward & infinite) + trust.intervals)


def _good(x: Array, value: Array, error: Array, tolerance: Tolerance) -> NDArray[np.bool_]:
    limit = tolerance.units * last_place(value) + tolerance.floor
    if tolerance is FLOAT64:
        limit = np.maximum(limit, near_roots(x, value, error) * (2 * EPS))
    return np.asarray((error <= limit) & np.isfinite(value))


def last_place(value: Array) -> Array:
    """The last place of each value. NumPy says oo for the largest float, by which half of it would be near enough."""
    return np.spacing(np.minimum(np.abs(value), BELOW_LARGEST))


def near_roots(x: Array, value: Array, error: Array) -> Array:
    """The largest |f| over |x| <= 5 at points within 0.7 of a root other than 0, else 0.

    The edge of a stretch of zeros is a root, as of hard_sigmoid at -3; underflow, beside tiny values, is none.
    """
    inner = np.abs(x) <= 5
    size = np.max(np.abs(value[inner]), initial=0.0, where=np.isfinite(value[inner]))
    change = (np.sign(value[1:]) * np.sign(value[:-1]) < 0) & (x[1:] * x[:-1] > 0)
    before, after = np.abs(np.roll(value, 1)), np.abs(np.roll(value, -1))
    edge = (np.maximum(before, after) > 1e-6) & (error <= 5e-324)
    zero = (value == 0) & (x != 0) & (((before != 0) & (after != 0)) | edge)
    roots = np.concatenate([x[1:][change], x[zero]])
    roots = roots[np.abs(roots) <= 5]
    if not roots.size:
        return np.zeros_like(x)
    gap = np.min(np.abs(x[:, None] - roots[None, :]), axis=1)
    return np.where(gap <= 0.7, size, 0.0)


def _runs(x: Array, good: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
    return tuple((float(x[a]), float(x[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True))


def ends_agree(fast: Callable[[Array], Any], limits: tuple[float, float]) -> tuple[bool, bool, bool]:
    """Whether the fast form gives the limits at -oo and oo, and nan for nan, by itself."""
    with np.errstate(all="ignore"):
        low, high, nan = np.broadcast_to(fast(np.array([-np.inf, np.inf, np.nan])), (3,))
    return bool(low == limits[0]), bool(high == limits[1]), bool(np.isnan(nan))


def watch(trust: Trust, left: bool, right: bool, nan: bool) -> Callable[[Array], bool]:
    """The cheapest look at a block that shows all of it trusted: one pass where an end of the line is right.

    `left`, `right` and `nan` say whether the fast form is right there by itself. Of few elements the sum of squares
    says in half the time that they are far from both ends.
    """
    look = _look(trust, left, right, nan)
    reach = max((min(-low, high) for low, high in trust.intervals), default=0.0) / 2
    if reach < 128 or (trust.whole and left and right and nan):
        return look
    near = min(reach, 1e150) ** 2
    return lambda x: (x.size <= FEW and float(np.dot(x, x)) <= near) or look(x)


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
        whole = (left and from_left == first, right and from_right == last)
        if all(whole):
            return lambda x: least(np.abs(x)) >= hole
        return lambda x: least(np.abs(x)) >= hole and least(x) >= from_left and most(x) <= from_right
    if right and high == last:
        if left and low == first:
            return (lambda x: True) if nan else (lambda x: least(x) >= -np.inf)
        return lambda x: least(x) >= low
    if left and low == first:
        return lambda x: most(x) <= high
    if min(-low, high) > 1e150:
        return lambda x: bool(_squares(x) < np.inf)
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


def _squares(x: Array) -> float:
    """Their sum, in parts: of a product of more than 10,000 BLAS makes a matter of several threads."""
    total = 0.0
    for start in range(0, x.size, 8192):
        part = x[start : start + 8192]
        total += np.dot(part, part)
    return total
