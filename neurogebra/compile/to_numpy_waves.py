"""Where the array form of a formula with waves may be trusted: proven for all floats between neighbouring points.

No grid sees every wave, so the certified form is run on cells (`to_numpy_cells`): a cell is trusted if at each of
its floats the bound is narrow enough, for float64 relative to the value or, within reach of a root, for the absolute
bar. The proof takes some milliseconds, so that it waits until as many elements were computed one by one, each by the
very test that the proof makes: an answer is the same to the last bit before and after. It knows no blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.to_numpy_cells import Cells, over_cells
from neurogebra.compile.to_numpy_forms import Code
from neurogebra.compile.to_numpy_intervals import WHOLE_LINE, Trust, common
from neurogebra.compile.to_numpy_source import certified_source
from neurogebra.compile.to_numpy_trust import EPS, FLOAT32, FLOAT64, LARGEST_SIZE, last_place

__all__ = ["WAVES", "Waves", "proven"]

Array = NDArray[np.float64]
Certified = Callable[[Array], tuple[Array, Array]]  # values, and bounds on their errors
OnCells = Callable[[Cells], tuple[Any, Any]]  # the same on cells
WAVES = {"sin", "cos", "tan", "floor", "ceiling"}
WORTH = 1 << 17  # elements with a bound each, at 40 ns more than without, cost what the proof does
FINE = 112  # cells are sixteenths up to here, and halve or double beyond
ROUNDS, MOST = 4, 4096  # so often are cells halved that fail, as long as they are no more than this
FINEST = 2.0**-10  # and as long as they are wider than this share of x, or of 1 where x is larger
BAR = 3.5 * EPS  # of the largest |f|; the promise allows 4
REACH = 0.71  # from where a root is said to be, a thirty-second at most from where it is: the bar says 0.75
NEAR = np.arange(-100, 101) / 20  # at these the largest |f| is taken, as where the promise is measured
SHELLS = (0, 10 * 16, 28 * 16, FINE * 16)  # in sixteenths, between which roots are looked for as they are asked for
FAINT = 2.0**-45  # of the largest |f|: up to such an error float32 is doubted only where |f| < 2**29*error
MOST_INTERVALS = 64  # the nearest to 0
LARGEST = WHOLE_LINE.intervals[0][1]


def _tiles() -> tuple[Array, Array]:
    """Cells that hold every finite float between them."""
    small, large = (np.ldexp(1.0, np.arange(a, b)) for a, b in ((-1074, -4), (7, 1024)))
    edges = np.concatenate([small, np.arange(1, FINE * 16 + 1) / 16, large, [LARGEST]])
    low, high = edges[:-1], edges[1:]
    return np.concatenate([-high[::-1], [0.0], low]), np.concatenate([-low[::-1], [0.0], high])


class Roots:
    """Where a function has roots, and how large it is: what the absolute bar around them is made of."""

    def __init__(self, certified: Certified) -> None:
        sizes = np.abs(certified(NEAR)[0])
        self.size = min(float(np.max(sizes, initial=0.0, where=np.isfinite(sizes))), LARGEST_SIZE)
        self._certified = certified
        self._seen: tuple[int, Array] = 0, np.empty(0)  # shells, and the roots in them: of one moment, for threads

    def bar(self, low: Array, high: Array | None = None) -> Array:
        """The error that is allowed at points, or in all of each cell: 0 out of reach of a root."""
        high = low if high is None else high
        places = self.within(float(np.max(np.maximum(-low, high), initial=0.0)) + 1)
        if not places.size:
            return np.zeros(low.shape)
        right = np.searchsorted(places, low / 2 + high / 2)
        neighbours = [places[np.clip(right + side, 0, places.size - 1)] for side in (-1, 0)]
        distances = [np.maximum(np.abs(low - root), np.abs(high - root)) for root in neighbours]
        return np.where(np.minimum(*distances) <= REACH, BAR * self.size, 0.0)

    def within(self, reach: float) -> Array:
        """All roots up to there, and perhaps more: small arrays seldom reach far."""
        seen, places = self._seen
        for first, last in list(pairwise(SHELLS))[seen:]:
            if 16 * reach <= first:
                break
            x = np.arange(max(first - 1, 1), last + 2) / 16 * (1 + 2.0**-30)  # at few bits errors hide
            places = np.sort(np.concatenate([places, self._found(np.concatenate([-x[::-1], x]))]))
            seen += 1
        self._seen = seen, places
        return places

    def _found(self, x: Array) -> Array:
        value, error = (np.broadcast_to(part, x.shape) for part in self._certified(x))
        sign = np.where(np.abs(value) > error, np.sign(value), 0)
        crossed = (sign[1:] * sign[:-1] < 0) & (x[1:] - x[:-1] < 1 / 9)
        return np.concatenate([(x[1:][crossed] + x[:-1][crossed]) / 2, self._touched(x, np.abs(value))])

    def _touched(self, x: Array, size: Array) -> Array:
        """Extrema that are 0 to twelve digits, as of 1 + sin(2x): 65 points a round, the least of them kept."""
        least = (size[1:-1] < size[:-2]) & (size[1:-1] <= size[2:]) & (size[1:-1] < self.size / 4)
        at, room = x[1:-1][least & (x[2:] - x[:-2] < 1 / 7)], 1 / 16
        for _ in range(4 if at.size else 0):
            points = at[:, None] + room * np.arange(-32, 33) / 32
            size = np.abs(np.broadcast_to(self._certified(points.reshape(-1))[0], points.size)).reshape(points.shape)
            best = np.argmin(size, axis=1)
            at, least, room = points[np.arange(at.size), best], size.min(axis=1) <= 1e-12 * self.size, room / 32
        return at[least] if at.size else at


class Waves:
    """What is known of a formula with waves at one set of parameter values."""

    def __init__(self, code: Code, parameters: tuple[float, ...]) -> None:
        self.code, self.parameters = code, tuple(map(np.float64, parameters))
        self.outputs = range(len(code.lowered.outputs))
        self._asked = {False: 0, True: 0}
        self._roots: dict[int, Roots] = {}
        self._trusts: dict[bool, list[Trust]] = {}
        self._somewhere: dict[bool, bool] = {}

    def certified(self, x: Array) -> tuple[tuple[Any, Any], ...]:
        """Each output, and the bounds on its error; numbers where they are constant."""
        return self.code.certified(x, *self.parameters)

    def roots(self, k: int) -> Roots:
        """Of an output."""
        if k not in self._roots:
            self._roots[k] = Roots(lambda x: self.certified(x)[k])
        return self._roots[k]

    def near_roots(self, k: int, x: Array, error: Array, enough: Array) -> Array:
        """What is enough for the bounds of an output, near roots where it is not enough as it is."""
        if np.any(error > enough):
            roots = self.roots(k)
            wide = np.flatnonzero((error > enough) & (error <= BAR * roots.size))
            enough[wide] = np.maximum(enough[wide], roots.bar(x[wide]))
        return enough

    def worth(self, size: int, single: bool) -> bool:
        """Whether the fast form is the way for an array of this size: it is proven somewhere, and the proof pays."""
        self._asked[single] += size
        return (self._asked[single] > WORTH or self.code.rounded_once) and self._known_somewhere(single)

    @property
    def ready(self) -> bool:
        """Whether the fast form is the way for float64 arrays of any size."""
        return False in self._trusts and self._known_somewhere(False)

    def _known_somewhere(self, single: bool) -> bool:
        if single not in self._somewhere:
            self._somewhere[single] = bool(common(self.trusts(single)).intervals)
        return self._somewhere[single]

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
    intervals = sorted(_runs(low, high, good | faint), key=lambda ends: max(ends[0], -ends[1]))[:MOST_INTERVALS]
    firm = next(((a, b) for a, b in _runs(low, high, good) if a <= 0 <= b), (np.inf, -np.inf))
    return Trust(tuple(sorted(intervals)), 2.0**29 * largest, firm)


def _runs(low: Array, high: Array, good: Any) -> list[tuple[float, float]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
    return [(float(low[a]), float(high[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True)]
