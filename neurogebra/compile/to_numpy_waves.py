"""Where the array form of a formula with waves may be trusted: proven for all floats between neighbouring points.

No grid sees every wave, so the certified form is run on cells (`to_numpy_cells`): a cell is trusted if at each of
its floats the bound is narrow enough, for float64 relative to the value or, within reach of a root, for the absolute
bar. The proof takes some milliseconds, so that it waits until as many elements were computed one by one, each by the
very test that the proof makes: an answer is the same to the last bit before and after. It knows no blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.to_numpy_cells import Cells, over_cells
from neurogebra.compile.to_numpy_forms import Code
from neurogebra.compile.to_numpy_intervals import WHOLE_LINE, Trust, common
from neurogebra.compile.to_numpy_source import certified_source
from neurogebra.compile.to_numpy_trust import EPS, FLOAT32, FLOAT64, last_place

__all__ = ["WAVES", "Roots", "Waves", "proven"]

Array = NDArray[np.float64]
Certified = Callable[[Array], tuple[Array, Array]]  # values, and bounds on their errors
OnCells = Callable[[Cells], tuple[Any, Any]]  # the same on cells
WAVES = {"sin", "cos", "tan", "floor", "ceiling"}
WORTH = 1 << 17  # elements with a bound each, at 40 ns more than without, cost what the proof does
FINE = 112.0  # cells are sixteenths up to here, and halve or double beyond
ROUNDS, MOST = 4, 4096  # cells that fail are halved so often, if they are no more than these, and no
FINEST = 2.0**-10  # narrower, of x or of 1
BAR = 3.5 * EPS  # of the largest |f|, which the promise takes at other points, and allows 4
REACH = 0.68  # from where a root is said to be, an eighth at most from where it is: the bar says 0.75
NEAR = 5.0  # |x| over which the largest |f| is taken
FAINT = 2.0**-45  # of that, an error for which float32 is doubted only where values are faint, |f| < 2**29*error
MOST_INTERVALS = 64
LARGEST = WHOLE_LINE.intervals[0][1]


def _tiles() -> tuple[Array, Array]:
    """Cells that hold every finite float between them."""
    small, large = (2.0 ** np.arange(a, b) for a, b in ((-1074, -4), (7, 1024)))
    edges = np.concatenate([small, np.arange(1, FINE * 16 + 1) / 16, large, [LARGEST]])
    low, high = edges[:-1], edges[1:]
    return np.concatenate([-high[::-1], [0.0], low]), np.concatenate([-low[::-1], [0.0], high])


class Roots:
    """Where a function has roots, and how large it is: what the absolute bar around them is made of."""

    def __init__(self, certified: Certified) -> None:
        x = np.arange(1, FINE * 16 + 1) / 16 * (1 + 2.0**-30)  # full mantissas: else products are exact and errors hide
        x = np.concatenate([-x[::-1], x])
        value, error = (np.broadcast_to(part, x.shape) for part in certified(x))
        sizes = np.abs(value[(np.abs(x) <= NEAR) & np.isfinite(value)])
        self.size = float(sizes.max(initial=0.0))
        sure = np.abs(value) > error
        crossed = self._crossed(x[sure], np.sign(value[sure]))
        self.places = np.sort(np.concatenate([crossed, self._touched(certified, x, value)]))

    def _crossed(self, x: Array, sign: Array) -> Array:
        change: Any = (sign[1:] != sign[:-1]) & (x[1:] * x[:-1] > 0) & (x[1:] - x[:-1] < 1 / 8)
        return np.asarray((x[1:][change] + x[:-1][change]) / 2)

    def _touched(self, certified: Certified, x: Array, value: Array) -> Array:
        """Extrema that are 0 to twelve digits, as of 1 + sin(2x): nine points a round, the least of them kept."""
        a = np.abs(value)
        least = (a[1:-1] < a[:-2]) & (a[1:-1] <= a[2:]) & (a[1:-1] < self.size / 4) & (np.abs(x[1:-1]) > 1 / 8)
        at, room = x[1:-1][least], 1 / 16
        for _ in range(12 if at.size else 0):
            points = at[:, None] + room * np.arange(-4, 5) / 4
            a = np.abs(np.broadcast_to(certified(points.reshape(-1))[0], points.size)).reshape(points.shape)
            best = np.argmin(a, axis=1)
            at, least, room = points[np.arange(at.size), best], a.min(axis=1), room / 4
        return at[least <= 1e-12 * self.size] if at.size else at

    def bar(self, low: Array, high: Array | None = None) -> Array:
        """The error that is allowed at points, or in all of each cell: 0 out of reach of a root."""
        high = low if high is None else high
        if not self.places.size:
            return np.zeros(low.shape)
        right = np.searchsorted(self.places, low / 2 + high / 2).clip(1, max(self.places.size - 1, 1))
        distances = [
            np.maximum(np.abs(low - root), np.abs(high - root))
            for root in (self.places[right - 1], self.places[np.minimum(right, self.places.size - 1)])
        ]
        return np.where(np.minimum(*distances) <= REACH, BAR * self.size, 0.0)


class Waves:
    """What is known of a formula with waves at one set of parameter values."""

    def __init__(self, code: Code, parameters: tuple[float, ...]) -> None:
        self.code, self.parameters = code, tuple(map(np.float64, parameters))
        self.outputs = range(len(code.lowered.outputs))
        self._asked = {False: 0, True: 0}
        self._roots: dict[int, Roots] = {}
        self._trusts: dict[bool, list[Trust]] = {}

    def certified(self, x: Array) -> list[tuple[Array, Array]]:
        """Each output with the bounds on its error."""
        found = self.code.certified(x, *self.parameters)
        return [(np.broadcast_to(value, x.shape), np.broadcast_to(error, x.shape)) for value, error in found]

    def roots(self, k: int) -> Roots:
        """The roots of an output."""
        if k not in self._roots:
            self._roots[k] = Roots(lambda x: self.certified(x)[k])
        return self._roots[k]

    def near_roots(self, k: int, x: Array, error: Array, enough: Array) -> Array:
        """What is enough for the bounds of an output, near roots where it is not enough as it is."""
        wide = np.flatnonzero(error > enough)
        if wide.size:
            enough[wide] = np.maximum(enough[wide], self.roots(k).bar(x[wide]))
        return enough

    def worth(self, size: int, single: bool) -> bool:
        """Whether the fast form is the way for an array of this size: it is proven somewhere, and the proof pays."""
        self._asked[single] += size
        return (self._asked[single] > WORTH or self.code.rounded_once) and self._somewhere(single)

    @property
    def ready(self) -> bool:
        """Whether the fast form is the way for float64 arrays of any size."""
        return False in self._trusts and self._somewhere(False)

    def _somewhere(self, single: bool) -> bool:
        return bool(common(self.trusts(single)).intervals)

    def trusts(self, single: bool) -> list[Trust]:
        """Where each output is trusted."""
        if single not in self._trusts:
            with np.errstate(all="ignore"):
                self._trusts[single] = [self._proven(k, single) for k in self.outputs]
        return self._trusts[single]

    def _proven(self, k: int, single: bool) -> Trust:
        if self.code.rounded_once:
            return WHOLE_LINE
        return proven(lambda x: self._on_cells(x, *self.parameters)[k], self.roots(k), single)

    @cached_property
    def _on_cells(self) -> Callable[..., Any]:
        return over_cells(certified_source(self.code.lowered))


def proven(on_cells: OnCells, roots: Roots, single: bool) -> Trust:
    """The intervals in which the bound is narrow enough at every float."""
    low, high = _tiles()
    rows: list[list[Array]] = []
    for left in range(ROUNDS, -1, -1):
        good, faint, error = _verdicts(on_cells, roots, low, high, single)
        size = np.maximum(np.abs(low), np.abs(high)).clip(0, 1)
        again = ~(good | faint) & (high - low < 1) & (high - low > FINEST * size)
        again &= (left > 0) & (np.count_nonzero(again) <= MOST)
        rows.append([part[~again] for part in (low, high, good, faint, error)])
        low, high = low[again], high[again]
        middle = low / 2 + high / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        if not low.size:
            break
    columns = [np.concatenate(parts) for parts in zip(*rows, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return _trust(*(column[order] for column in columns))


def _verdicts(on_cells: OnCells, roots: Roots, low: Array, high: Array, single: bool) -> tuple[Any, Any, Array]:
    """For each cell: whether the bound is narrow enough, whether it is where values are not faint, and the bound."""
    value, error = on_cells(Cells(low, high))
    value = value if isinstance(value, Cells) else Cells(np.float64(value), np.float64(value))
    bound = np.broadcast_to(error.high if isinstance(error, Cells) else error, low.shape)
    least = np.broadcast_to(np.maximum(np.maximum(value.low, -value.high), 0.0), low.shape)
    tolerance = FLOAT32 if single else FLOAT64
    limit = tolerance.units * last_place(least) + tolerance.floor
    known = np.isfinite(least)
    good = known & (bound <= (limit if single else np.maximum(limit, roots.bar(low, high))))
    return good, known & ~good & single & (bound <= FAINT * roots.size), bound


def _trust(low: Array, high: Array, good: Any, faint: Any, error: Array) -> Trust:
    largest = float(np.max(error[faint & (np.abs(low) < FINE)], initial=0.0))
    faint &= error <= largest
    intervals = sorted(_runs(low, high, good | faint), key=lambda ends: ends[0] - ends[1])[:MOST_INTERVALS]
    firm = next(((a, b) for a, b in _runs(low, high, good) if a <= 0 <= b), (np.inf, -np.inf))
    return Trust(tuple(sorted(intervals)), 2.0**29 * largest, firm)


def _runs(low: Array, high: Array, good: Any) -> list[tuple[float, float]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
    return [(float(low[a]), float(high[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True)]
