"""Stages with 106 bits: the second chance of rows for which float64 is not enough, and all thresholds.

Every value is a pair of floats with an exponent and a bound of its own, so nothing overflows and no exponential
underflows; sums are taken by halves. A threshold is settled by trying the elements above it until they are those
that lie above it (Michelot 1986; Martins and Astudillo 2016, arXiv:1602.02068; Peters, Niculae and Martins 2019,
arXiv:1905.05702). It knows no axes and leaves no value out: where even 106 bits prove nothing they are the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.stages import Stage
from neurogebra.compile.to_numpy_pairs import Block, larger, rounded
from neurogebra.compile.to_numpy_pairs_arithmetic import Pair, add, div, exact, mul, pick, sqrt, sub

if TYPE_CHECKING:
    from neurogebra.compile.to_numpy_vector import Program

__all__ = ["Rows"]

Array = NDArray[np.float64]
KNOWN = 2.0**-40  # a relative error below this is no loss to speak of; above, float64 may know more
SPARE = 8  # elements beyond those that float64 sees above a threshold: it may misjudge one that is close
ROUNDS = 60  # attempts at a threshold; the set of elements above it only changes where rounding misjudged one


class Rows:
    """Some rows, (n, rows), with 106 bits."""

    def __init__(self, program: Program, x: Array, parameters: Mapping[str, float], g: Array | None) -> None:
        self.program, self.shape, self.x, self.parameters = program, x.shape, x, dict(parameters)
        self.pairs: dict[str, Pair] = {name: exact(np.array([value])) for name, value in parameters.items()}
        self.pairs["x"] = exact(x)
        if g is not None:
            self.pairs["~g"] = exact(g)
        self.winners: dict[str, NDArray[np.intp]] = {}
        self.places = np.arange(x.shape[1])

    def output(self) -> tuple[Array, NDArray[np.bool_]]:
        """The output, rounded once, and whether its size is known: not where everything cancels."""
        for stage, step in zip(self.program.staged.stages, self.program.steps, strict=True):
            self._stage(stage, step)
        rows, *inner = self.program.shape(*self.shape[::-1])
        last, shape = self.program.last, (*inner, rows)
        block = Block(last.plan, self._inputs(last, shape))
        pair = _of_shape(block.pair(last.plan.outputs[0]), (prod(shape),))
        value, proved = rounded(pair)
        return value.reshape(shape), (proved | (pair.r < KNOWN)).reshape(shape)

    def threshold(self, stage: Stage, u: Array) -> tuple[Array, Array, Array]:
        """Head, tail, and a bound on the tail's error. `u`: the stage in float64, to leave out what is far below."""
        power, n = int(stage.kind[-1]), len(u)
        count = int(_support(u - u.max(axis=0), power).sum(axis=0).max(initial=0)) + SPARE
        kept = self if count >= n else self._only(np.argpartition(-u, count, axis=0)[:count])
        head, pair = _threshold(kept._elements(self.program.steps[self.program.staged.stages.index(stage)]), power)
        tail = _float64(pair)
        return head, tail, np.abs(tail) * (pair.r * 1.01 + 2.0**-52) + 2.0**-98  # the threshold lies within 1 of u

    def _only(self, index: NDArray[np.intp]) -> Rows:
        """The same rows with some of their elements."""
        return Rows(self.program, np.take_along_axis(self.x, index, axis=0), self.parameters, None)

    def _stage(self, stage: Stage, step: Any) -> None:
        name, winner = stage.symbol.name, stage.winner.name if stage.winner is not None else ""
        u = self._elements(step)
        if stage.kind == "argmax":
            self.winners[name] = _first_largest(u)
            self.pairs[name] = exact(self.x[self.winners[name], self.places])
        elif stage.kind.startswith("threshold"):
            head, self.pairs[f"{name}t"] = _threshold(u, int(stage.kind[-1]))
            self.pairs[name] = exact(head)
        elif stage.kind in ("others", "rest"):
            index = self.winners[winner], self.places
            self.pairs[name] = _rest(u) if stage.kind == "rest" else _total(_put(u, index, 0.0))
        elif winner:  # an exponential: 1 where x is the winner's, exactly
            same = self.x == self.x[self.winners[winner], self.places]
            self.pairs[name] = _put(u, same, 1.0)
        else:
            self.pairs[name] = REDUCE[stage.kind](u)

    def _elements(self, step: Any) -> Pair:
        block = Block(step.plan, self._inputs(step, self.shape))
        found = _of_shape(block.pair(step.plan.outputs[0]), (self.shape[0] * self.shape[1],))
        return _pair(part.reshape(self.shape) for part in found)

    def _inputs(self, step: Any, shape: tuple[int, ...]) -> list[Pair]:
        """Every input, flat and of the size of `shape`."""
        columns = self.program.columns
        inputs = []
        for name in step.plan.inputs:
            pair = self.pairs[columns.get(name, name)]
            if pair.hi.ndim == 2 and len(shape) == 3:
                axis = 0 if name in columns else 1
                pair = _pair(np.expand_dims(part, axis) for part in pair)
            inputs.append(_pair(part.reshape(-1) for part in _of_shape(pair, shape)))
        return inputs


def _pair(parts: Iterable[Any]) -> Pair:
    hi, lo, e, r = parts
    return Pair(hi, lo, e, r)


def _of_shape(pair: Pair, shape: tuple[int, ...]) -> Pair:
    return _pair(np.ascontiguousarray(np.broadcast_to(part, shape)) for part in pair)


def _float64(u: Pair) -> Array:
    return np.ldexp(u.hi, np.clip(u.e, -1200, 1200))


def _put(u: Pair, index: Any, value: float) -> Pair:
    """u with an exact number at some places."""
    parts = [part.copy() for part in u]
    for part, new in zip(parts, exact(np.array([value])), strict=True):
        part[index] = new[0]
    return _pair(parts)


def _halved(u: Pair, join: Any) -> Pair:
    """All rows of u joined two by two."""
    while len(u.hi) > 1:
        u = _half(u, join)
    return _rows(u, 0)


def _half(u: Pair, join: Any) -> Pair:
    """The first half of the rows joined with the second; an odd row stays behind them."""
    half = len(u.hi) // 2
    joined = _of_shape(join(_rows(u, slice(half)), _rows(u, slice(half, 2 * half))), (half, *u.hi.shape[1:]))
    return _stacked(joined, _rows(u, slice(2 * half, None)))


def _rest(u: Pair) -> Pair:
    """For each row the sum of all others, by additions alone: down the tree of sums, each time with the other half."""
    levels = [u]
    while len(levels[-1].hi) > 1:
        levels.append(_half(levels[-1], add))
    rest = exact(np.zeros((1, *u.hi.shape[1:])))
    for sums in levels[-2::-1]:
        half = len(sums.hi) // 2
        both = [add(_rows(rest, slice(half)), _rows(sums, part)) for part in (slice(half, 2 * half), slice(half))]
        first, second = (_of_shape(part, (half, *u.hi.shape[1:])) for part in both)
        rest = _stacked(first, second, _rows(rest, slice(half, None)))
    return rest


def _rows(u: Pair, which: Any) -> Pair:
    return _pair(part[which] for part in u)


def _stacked(*parts: Pair) -> Pair:
    return _pair(np.concatenate(same) for same in zip(*parts, strict=True))


def _total(u: Pair) -> Pair:
    return _halved(u, add)


def _largest(u: Pair) -> Pair:
    return _halved(u, larger)


def _tied(u: Pair) -> NDArray[np.bool_]:
    gap = sub(u, _of_shape(_largest(u), u.hi.shape))
    tied: NDArray[np.bool_] = np.broadcast_to(gap.hi >= 0, u.hi.shape)
    return tied


def _first_largest(u: Pair) -> NDArray[np.intp]:
    first: NDArray[np.intp] = _tied(u).argmax(axis=0)
    return first


def _hardmax(u: Pair) -> Pair:
    first = np.zeros(u.hi.shape)
    first[_first_largest(u), np.arange(u.hi.shape[1])] = 1.0
    return exact(first)


def _winners(u: Pair) -> Pair:
    tied = _tied(u)
    return div(exact(tied.astype(np.float64)), _of_shape(exact(tied.sum(axis=0).astype(np.float64)), u.hi.shape))


def _threshold(u: Pair, power: int) -> tuple[Array, Pair]:
    """The t for which sum(Max(0, u - t)**power) is 1, as a float64 and the rest: 2**1000 - 1 has no 106 bits."""
    top = _largest(u)
    z = sub(u, _of_shape(top, u.hi.shape))  # not above 0
    z = _of_shape(z, u.hi.shape)
    above = _support(_float64(z), power)
    t = _level(z, above, power)
    for _ in range(ROUNDS):
        now = _of_shape(sub(z, _of_shape(t, u.hi.shape)), u.hi.shape).hi > 0
        if (now == above).all():
            break
        above = now
        t = _level(z, above, power)
    head = _float64(top) + _float64(t)
    tail = add(t, sub(top, exact(head)))
    gone = np.isinf(tail.r)  # they cancel to 2**-100 of a threshold: a tie for every float64
    return head, pick(gone, Pair(tail.hi * 0.0, tail.lo * 0.0, exact(tail.hi * 0.0).e, tail.hi * 0.0), tail)


def _support(z: Array, power: int) -> NDArray[np.bool_]:
    """The elements above the threshold, as float64 sees it: more and more of the largest, while that lowers it."""
    ordered = -np.sort(-z, axis=0)
    k = np.arange(1, len(z) + 1)[:, None]
    mean = np.cumsum(ordered, axis=0) / k
    if power == 1:
        level = mean - 1 / k
    else:
        spread = np.maximum(np.cumsum(ordered * ordered, axis=0) / k - mean * mean, 0.0)
        level = mean - np.sqrt(np.maximum(1 / k - spread, 0.0))
    count = np.maximum((ordered > level).sum(axis=0), 1)
    lowest = ordered[count - 1, np.arange(z.shape[1])]
    above: NDArray[np.bool_] = z >= lowest
    return above


def _level(z: Pair, above: NDArray[np.bool_], power: int) -> Pair:
    """The threshold if these elements are those above it."""
    one = exact(np.ones(z.hi.shape[1]))
    count = exact(above.sum(axis=0).astype(np.float64))
    chosen = _put(z, ~above, 0.0)
    if power == 1:
        return _divided(sub(_total(chosen), one), count)
    mean = div(_total(chosen), count)
    apart = _put(_of_shape(sub(z, _of_shape(mean, z.hi.shape)), z.hi.shape), ~above, 0.0)
    spread = _total(_of_shape(mul(apart, apart), z.hi.shape))
    left = sub(one, spread)
    left = Pair(np.maximum(left.hi, 0.0), np.where(left.hi > 0, left.lo, 0.0), left.e, left.r)
    return sub(mean, sqrt(div(left, count)))


def _divided(a: Pair, count: Pair) -> Pair:
    """a/count, exactly where count is a power of two: a tie with the threshold is then seen to be one."""
    return pick(count.hi == 0.5, Pair(a.hi, a.lo, a.e - count.e + 1, a.r), div(a, count))


REDUCE = {
    "each": lambda u: u,
    "total": _total,
    "largest": _largest,
    "hardmax": _hardmax,
    "winners": _winners,
}
