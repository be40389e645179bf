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

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.ops import ENOUGH
from neurogebra.compile.to_numpy_intervals import Trust, joined

__all__ = [
    "FLOAT32",
    "FLOAT64",
    "GRID",
    "LARGEST_SIZE",
    "changes",
    "examine",
    "examine_tails",
    "last_place",
    "near_roots",
]

Array = NDArray[np.float64]
Certified = Callable[[Array], tuple[Array, Array]]  # values, and bounds on their errors
Fast = Callable[[Array], Array]
Truth = Callable[[Array], tuple[Array, Array]]  # values, and where they are proved
EPS = 2.0**-52


def _grid() -> Array:
    """Positive points: every fourth power of two, 32 points a binade where arrays live, sixteenths up to 8."""
    crooked = 1.3719886811400708  # a full mantissa: at 2**k and k/16 products are exact, and errors hide
    wide = np.array([crooked * 2.0**k for k in range(-1074, 1023, 4)])  # NumPy's power would report an underflow
    near = crooked * 2.0 ** np.arange(-30, 12, 1 / 32)
    even = np.arange(1, 40 * 16) / 16 * (1 + crooked * 2.0**-30)
    return np.unique(np.concatenate([wide, near, even, [np.finfo(np.float64).max]]))


POSITIVE = _grid()
GRID = np.concatenate([-POSITIVE[::-1], [0.0], POSITIVE])


@dataclass(frozen=True)
class Tolerance:
    """How wide a bound may be, relative to the value's last place, and near roots."""

    units: float
    floor: float


FLOAT64 = Tolerance(ENOUGH, 0.0)
FLOAT32 = Tolerance(2.0**24, 2.0**-160)  # 2**-28 relative: a sixteenth of the rounding to float32
WIDE = Tolerance(32.0, 0.0)  # what may be trusted where the form was also measured
MOST_POINTS = 16_000  # at which it is measured, and no more than 65 of them in one gap of the grid
NEIGHBOURS = 8  # gaps on either side of one that failed are not trusted
FAR = 64.0  # the form is not measured farther than this from 0
JUMP = 8  # floats on either side of an inexact switch that are left to the exact target
MOST_GAPS = 64
AROUND = 32  # floats on either side of an overflow
SECTIONS = np.linspace(0.0, 1.0, 65)  # the truth takes hardly longer for 65 points than for one
LARGEST_SIZE = 2048.0  # 4 eps of more, as of exp(exp(x)), would excuse errors that a root does not
BELOW_LARGEST = float(np.nextafter(np.finfo(np.float64).max, 0.0))


def examine(
    certified: Certified, switches: Callable[[Array], tuple[Array, ...]], fast: Fast, truth: Truth, single: bool
) -> Trust:
    """The trusted intervals, tails aside.

    They are parted where one of `switches` (inexact conditions, signs of divisors) changes, and for float32, which
    owes every digit at a root too, around each root.
    """
    tolerance = FLOAT32 if single else FLOAT64
    with np.errstate(all="ignore"):
        value, error = (np.broadcast_to(part, GRID.shape) for part in certified(GRID))
        gaps = [_around(place) for place in changes(switches)]
        if single:
            signs = _places(lambda x: np.nan_to_num(np.sign(np.broadcast_to(certified(x)[0], x.shape))))
            gaps += [
                _until_good(root, certified, tolerance) for root in signs if not _settled(root, certified, tolerance)
            ]
        good = _good(GRID, value, error, tolerance)
        zero = [(0.0, 0.0)] if _right_at_0(fast, truth, single) else []
        if len(gaps) > MOST_GAPS:
            return Trust(())
        wide = [] if single else _measured(value, error, good, fast, truth)
    intervals = list(joined([*_runs(GRID, good), *wide]).intervals)
    for low, high in gaps:
        ends = [part for a, b in intervals for part in ((a, min(b, low)), (max(a, high), b))]
        intervals = [(a, b) for a, b in ends if a <= b]
    return joined(intervals + zero)


def _right_at_0(fast: Fast, truth: Truth, single: bool) -> bool:
    """Whether 0, of which arrays are full, gives what is proved; a bound for underflow, as of x/30, cannot show it."""
    zero = np.zeros(1)
    got, (true, proved) = fast(zero), truth(zero)
    return bool(_right(got, true, proved, single)[0]) and bool(got[0]) == bool(true[0])


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


def changes(switches: Callable[[Array], tuple[Array, ...]]) -> list[float]:
    """The last float before each place where one of some step functions changes."""
    return [
        place
        for k in range(len(switches(GRID)))
        for place in _places(lambda x, k=k: np.broadcast_to(switches(x)[k], x.shape))  # type: ignore[misc]
    ]


def _places(step: Callable[[Array], Array]) -> list[float]:
    """The same of one, by bisection."""
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
    with np.errstate(all="ignore"):
        true, proved = truth(GRID[asked])
        confirmed[asked] = _right(fast(GRID[asked]), true, proved, single)
        infinite = np.zeros(GRID.shape, dtype=bool)
        infinite[asked] = np.isinf(true)
        confirmed[np.abs(GRID) < 4] = False
        inward = np.logical_and.accumulate(confirmed) | np.logical_and.accumulate(confirmed[::-1])[::-1]
        # between the last finite truth and the first infinite one the fast form may overflow too early: 0.9*x**2
        found = joined(_runs(GRID, inward & ~infinite) + _runs(GRID, inward & infinite) + trust.intervals)
        edges = [gap for gap in pairwise(found.intervals) if _overflows_alike(gap, fast, truth, single)]
    return joined([*found.intervals, *((low, high) for (_, low), (high, _) in edges)])


def _right(got: Array, true: Array, proved: Array, single: bool) -> NDArray[np.bool_]:
    """Where the fast form gives what is proved."""
    units = 2.0**20 if single else 4.0
    near = np.abs(got - true) <= units * last_place(true)
    return np.asarray(proved & ((got == true) | (near & np.isfinite(got))))


def _overflows_alike(
    gap: tuple[tuple[float, float], tuple[float, float]], fast: Fast, truth: Truth, single: bool
) -> bool:
    """Whether the fast form overflows in this gap at the float at which the truth does.

    The place is found by sections of the gap, and the floats around it are compared: further away from it an error of
    a few last places, which is what the forms have beside an overflow, cannot change what is finite.
    """
    (_, low), (high, _) = gap
    first, last = np.isfinite(truth(np.array([low, high]))[0])
    if first == last:
        return False
    while True:
        points = low * (1 - SECTIONS) + high * SECTIONS  # a gap may be wider than the largest float
        points = np.unique(points[(points > low) & (points < high)])
        if not points.size:  # nor has it a middle among the least floats
            break
        changed = int(np.argmin(np.append(np.isfinite(truth(points)[0]) == first, False)))
        low, high = np.append(low, points)[changed], np.append(points, high)[changed]
    around = low + np.arange(-AROUND, AROUND + 1) * np.spacing(abs(low))
    return bool(_right(fast(around), *truth(around), single).all())


def _good(x: Array, value: Array, error: Array, tolerance: Tolerance) -> NDArray[np.bool_]:
    limit = tolerance.units * last_place(value) + tolerance.floor
    if tolerance is FLOAT64:
        limit = np.maximum(limit, near_roots(x, value, error) * (2 * EPS))
    return np.asarray((error <= limit) & np.isfinite(value))


def last_place(value: Array) -> Array:
    """The last place of each value. NumPy says oo for the largest float, by which half of it would be near enough."""
    return np.spacing(np.minimum(np.abs(value), BELOW_LARGEST))


def near_roots(x: Array, value: Array, error: Array) -> Array:
    """The largest |f| over 1/16 <= |x| <= 5 at points within 0.7 of a root other than 0, else 0.

    A root is where the sign surely changes and the size does not grow on both sides, as it does at a pole: with one, f
    has no size. The edge of a stretch of zeros is a root, as of hard_sigmoid at -3; underflow, beside tiny values, is
    none.
    """
    known = (np.abs(value) > error) & np.isfinite(value)  # what is not is noise, as of tanh(x)/x near 0
    moderate = (np.abs(x) >= 1 / 16) & (np.abs(x) <= 5)  # 1/x is of any size next to 0
    size = np.max(np.abs(value), initial=0.0, where=known & moderate)
    sure = np.flatnonzero(known)
    at, side, high = x[sure], np.sign(value[sure]), np.abs(value[sure])
    pole = (high[:-1] > np.roll(high, 1)[:-1]) & (high[1:] > np.roll(high, -1)[1:])
    change = (side[1:] != side[:-1]) & (at[1:] * at[:-1] > 0)
    before, after = np.abs(np.roll(value, 1)), np.abs(np.roll(value, -1))
    edge = (np.maximum(before, after) > 1e-6) & (error <= 5e-324)
    zero = (value == 0) & (x != 0) & ((error < np.minimum(before, after)) | edge)
    roots = np.concatenate([at[1:][change], x[zero]])
    roots = roots[np.abs(roots) <= 5]
    if not roots.size or np.any(change & pole & (np.abs(at[1:]) <= 5)):
        return np.zeros_like(x)
    gap = np.min(np.abs(x[:, None] - roots[None, :]), axis=1)
    return np.where(gap <= 0.7, min(size, LARGEST_SIZE), 0.0)


def _runs(x: Array, good: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
    return tuple((float(x[a]), float(x[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True))
