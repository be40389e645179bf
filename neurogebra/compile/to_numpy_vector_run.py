"""One block of rows in float64: the stages in order, each element with a bound or a count of roundings.

Where nothing cancels a count for the whole stage is enough, and values are computed alone; a row with an element so
small that it may have lost more is not `good`. A careful run has bounds instead, an array of them for each stage.
It decides nothing: what is to be done with a wide bound is known elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.ops import U
from neurogebra.compile.roundings import COUNTED, REST, SCALED, SUMMED, Known
from neurogebra.compile.stages import Stage
from neurogebra.compile.stages_plain import LEVELLED
from neurogebra.compile.to_numpy_vector_level import Level
from neurogebra.compile.to_numpy_vector_pairs import Rows
from neurogebra.compile.to_numpy_vector_step import REDUCTIONS, Step, Value, bounded_sum, is_exact, of_shape, spread
from neurogebra.compile.to_numpy_vector_sums import compensated, summed, threshold

if TYPE_CHECKING:
    from neurogebra.compile.to_numpy_vector import Program

__all__ = ["Run"]

Array = NDArray[np.float64]
MARGIN = 2.0**-48  # of the size of an exponent: what its difference from the largest may be wrong by
TINY = 5e-324
LEAST = 1e-290  # smaller elements may have lost digits to underflow
LOG_LEAST = float(np.log(LEAST)) * (1 - 1e-9)
SMALLEST = 1e-300  # of an exponential that is then divided by the largest
HIGHEST = 690.0  # an exponent up to here leaves room for a sum
LOWEST = 700.0  # below -700, whose exponential is below LEAST, np.exp takes four times as long
FAR = 4000.0  # below 0: what is 0 beside exp(-690), even times the largest float


class Run:
    """One block in float64; a careful one has a bound on each element wherever one of the block may be small.

    `level`: one bound for each row is asked for, where that is possible.
    """

    def __init__(
        self, program: Program, x: Array, parameters: Mapping[str, float], g: Array | None, level: bool = False
    ) -> None:
        self.program, self.shape, self.careful = program, x.shape, program.careful
        self.level = program.level if level else None
        self.values: dict[str, Value] = {name: Value(np.float64(value)) for name, value in parameters.items()}  # type: ignore[arg-type]
        self.values["x"] = Value(x)
        if g is not None:
            self.values["~g"] = Value(g)
        self.places = np.arange(len(x))
        self.good: NDArray[np.bool_] = np.ones(len(x), dtype=np.bool_)
        self.far: NDArray[np.bool_] | None = None  # exponentials that are 0, so far are they below the largest
        self.winners: dict[str, NDArray[np.intp]] = {}
        self.exponents: dict[str, Array] = {}
        self.sizes: dict[str, Array] = {}  # the largest element of a row, where it is known
        self.lost = False  # whether a stage needed bounds
        if g is not None and program.leading is not None and not program.careful:
            first = of_shape(program.lead.plain(self.values), x.shape).argmax(axis=1)
            self.values[LEVELLED.name] = Value(g - g[self.places, first][:, None], None, 1.0)

    def output(self, room: Array | None = None) -> tuple[Array, Array | None]:
        """The output, in `room` if it may be, and its bounds; None where `good` says all that there is to be asked."""
        program = self.program
        for stage, step, known in zip(program.staged.stages, program.steps, program.roundings.stages, strict=True):
            self._stage(stage, step, known)
        values = self._paired() if program.matrix else self.values
        known, shape = program.roundings.output, program.shape(*self.shape)
        if known is not None and known.units <= COUNTED and not self.lost:
            value = program.last.plain(values, room)
            if self._sized(value):
                return of_shape(value, shape), None
        if self.level is not None and not self.lost:
            return self._levelled(*self.level, shape)
        value, error = program.last(values)[0]
        return of_shape(value, shape), None if is_exact(error) else of_shape(error, shape)

    def _levelled(self, level: Level, rows: Step, products: Step, shape: tuple[int, ...]) -> tuple[Array, Array]:
        """The output, with one bound for each row."""
        value = of_shape(self.program.last.plain(self.values), shape)
        largest = self.values | {name: Value(self._size(name)) for name in level.elements}
        return value, level.bound(value, rows(self.values), products.plain_all(largest))

    def _size(self, name: str) -> Array:
        """The largest size of each row."""
        value = self.values[name].value
        if name in self.sizes or np.ndim(value) < 2 or value.shape[1] == 1:
            return self.sizes.get(name, np.abs(value))
        size: Array = np.maximum(value.max(axis=1, keepdims=True), -value.min(axis=1, keepdims=True))
        return size

    def _paired(self) -> dict[str, Value]:
        """The values with the row's elements before the column's, and those about the column's element beside them."""
        columns = self.program.columns
        paired = {name: spread(value, 2) for name, value in self.values.items()}
        known = ((column, own) for column, own in columns.items() if own in self.values)
        return paired | {column: spread(self.values[own], 1) for column, own in known}

    def _sized(self, value: Any) -> bool:
        """Whether no element is so small that it may have lost digits; unless careful, rows in which one is are marked.

        An exponential that is 0 for every float is not small: what is made of it is 0 as well.
        """
        if np.ndim(value) < 2:
            return bool(LEAST <= abs(value) < np.inf)
        lowest, highest = value.min(), value.max()
        if lowest >= LEAST and highest < np.inf:
            return True
        size = np.abs(value)
        if size.min() >= LEAST and max(highest, -lowest) < np.inf:
            return True
        if self.careful:
            return False
        sound = (size >= LEAST) & (size < np.inf)
        if self.far is not None and size.shape == self.far.shape:
            sound |= (size == 0) & self.far
        self.good &= sound.reshape(len(size), -1).all(axis=1)
        return True

    # Stages -------------------------------------------------------------------------------------------------

    def _stage(self, stage: Stage, step: Step, known: Known | None) -> None:
        name, winner = stage.symbol.name, stage.winner.name if stage.winner is not None else ""
        if stage.kind == "argmax":  # one near the largest is as good: it takes no bounds
            u = of_shape(step.plain(self.values), self.shape)
            self.winners[name], self.exponents[name] = u.argmax(axis=1), u
            self.values[name] = Value(self._at(self.values["x"].value, name))
            return
        if stage.kind == "each" and winner in self.program.own_exponents and not self.careful:
            self.values[name] = self._exponential(winner)
            return
        if name in self.program.own_exponentials and not self.careful:
            self.values[name] = self._plain_exponential(stage, known)
            return
        elements = self._counted(step, known, stage.kind == "each") if known is not None else None
        elements = elements or self._bounded(stage, step, winner)
        if stage.kind.startswith("threshold"):
            self._threshold(stage, elements.value)
        elif stage.kind == "each":
            self.values[name] = elements
        elif stage.kind in ("total", "others", "rest") and elements.units and known is not None and known.sign:
            self.values[name] = self._of_one_sign(stage, elements, winner)
        elif stage.kind in ("total", "others", "rest") and elements.bound is None and not self.careful:
            self.values[name] = self._of_any_sign(stage.kind, elements, winner)
        elif stage.kind in REDUCTIONS:
            self.values[name] = REDUCTIONS[stage.kind](elements.value, elements.error)
        else:
            found = self._others if stage.kind == "others" else self._rest
            self.values[name] = found(elements.value, elements.error, winner)

    def _at(self, value: Array, winner: str) -> Array:
        """The winner's element of each row."""
        return value[self.places, self.winners[winner]][:, None]

    def _exponential(self, winner: str) -> Value:
        """exp(u - u(M)) as exp(u)*exp(-u(M)), whose arguments are floats as they are: no difference is rounded."""
        u = self.exponents[winner]
        top = self._at(u, winner)
        value = np.exp(u)
        lowest, scale = value.min(axis=1, keepdims=True), np.exp(-top)
        fine = ((np.abs(top) <= HIGHEST) & (lowest >= SMALLEST) & (lowest * scale >= LEAST))[:, 0]
        if not fine.all():
            sound = value >= np.maximum(SMALLEST, LEAST / scale)
            fine |= self._but_far(u, sound) & (np.abs(top) <= HIGHEST)[:, 0]
        self.good &= fine
        value *= scale
        return Value(self._with(value, winner, 1.0), None, SCALED)

    def _plain_exponential(self, stage: Stage, known: Known | None) -> Value:
        """exp(x) or exp(-x)."""
        x = self.values["x"].value
        u = x if stage.formula.args[0].is_Symbol else -x
        lowest = u.min()
        value = np.exp(u) if lowest > -LOWEST else np.where(u < -FAR, 0.0, np.exp(np.maximum(u, -LOWEST)))
        largest = value.max(axis=1)
        fine = largest <= 1 / LEAST
        self.sizes[stage.symbol.name] = largest[:, None]
        if not (lowest > LOG_LEAST and fine.all()):
            fine = self._but_far(u, (value >= LEAST) & (value <= 1 / LEAST))
        self.good &= fine
        assert known is not None
        return Value(value, None, known.units)

    def _but_far(self, u: Array, sound: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which rows are sound but for elements so far below the largest that they are 0."""
        far = u < -FAR
        self.far = far if self.far is None else self.far & far
        rows: NDArray[np.bool_] = np.logical_and((far | sound).all(axis=1), ~far.all(axis=1))
        return rows

    def _counted(self, step: Step, known: Known, sized: bool) -> Value | None:
        """Elements with a count of roundings; None where one of them is so small that it may have lost more.

        In sums only the sum has to be of size (`sized`: these are no terms of one), unless careful.
        """
        if any(self.values[name].units == 0 for name in step.rough):
            return None  # what it is made of has bounds
        value = of_shape(step.plain(self.values), self.shape)
        if not known.units:
            return Value(value)
        return Value(value, None, known.units) if not (sized or self.careful) or self._sized(value) else None

    def _bounded(self, stage: Stage, step: Step, winner: str) -> Value:
        """Elements with a bound each."""
        self.lost = True
        value, error = step(self.values)[0]
        value = of_shape(value, self.shape)
        error = None if is_exact(error) else of_shape(error, self.shape)
        if stage.kind == "each" and winner:
            error = self._faded(winner, value, error)
        return Value(value, error)

    def _of_one_sign(self, stage: Stage, elements: Value, winner: str) -> Value:
        """Sums of elements of one sign, with a count of roundings; `rest` is one of exponentials alone."""
        kind, value, units = stage.kind, elements.value, elements.units + SUMMED
        if kind == "rest" and units > self.program.exponential + SUMMED:
            return self._rest(value, elements.error, winner)
        size = self.sizes.get(stage.formula.name) if kind == "total" and stage.formula.is_Symbol else None
        total = self._sum(value if kind == "total" else self._without(value, winner), size)
        if not self.careful:
            self.good &= (np.abs(total) >= LEAST)[:, 0]
        if kind != "rest":
            return Value(total, None, units)
        return Value(self._all_but_own(value, total, winner), None, units + REST)

    def _of_any_sign(self, kind: str, elements: Value, winner: str) -> Value:
        """Sums that may cancel: a bound from the sum of the sizes, the same for all elements but the winner's."""
        value, units = elements.value, elements.units * U
        terms = value if kind == "total" else self._without(value, winner)
        total = self._sum(terms)
        size = np.abs(terms).sum(axis=1, keepdims=True) * (1 + 1e-12) if units or kind == "rest" else 0.0
        bound = (1.1 * U) * np.abs(total) + units * size + value.shape[1] * TINY
        if kind != "rest":
            return Value(total, bound)
        own = self._at(value, winner)
        wide = bound + (units + 2.2 * U) * (np.abs(own) + size) + 1.1 * U * np.abs(total)
        bounds = self._with(np.repeat(wide, value.shape[1], axis=1), winner, bound[:, 0])
        return Value(self._all_but_own(value, total, winner), bounds)

    def _with(self, value: Array, winner: str, at_winner: Any) -> Array:
        """The same array, changed at the winner's element of each row."""
        value[self.places, self.winners[winner]] = at_winner
        return value

    def _without(self, value: Array, winner: str) -> Array:
        return self._with(value.copy(), winner, 0.0)

    def _all_but_own(self, value: Array, total: Array, winner: str) -> Array:
        """For each element the sum of all others, from `total`, the sum of all but the winner's."""
        rest = self._at(value, winner) - value
        rest += total
        return self._with(rest, winner, total[:, 0])

    def _sum(self, value: Array, size: Array | None = None) -> Array:
        return compensated(value) if self.careful else summed(value, size)

    def _faded(self, winner: str, value: Array, error: Array | None) -> Array | None:
        """The bound of an exponential: none at the winner's x, next to none so far below that it is 0."""
        if error is None:
            return error
        error = np.where(self.values["x"].value == self.values[winner].value, 0.0, error)
        if np.isfinite(error).all():
            return error
        u = self.exponents[winner]
        top = self._at(u, winner)
        below = u - top < -1000 - MARGIN * np.maximum(np.abs(u), np.abs(top))
        return np.where(below & (value == 0), TINY, error)

    def _others(self, value: Array, error: Array | None, winner: str) -> Value:
        return bounded_sum(self._without(value, winner), None if error is None else self._without(error, winner))

    def _rest(self, value: Array, error: Array | None, winner: str) -> Value:
        error = np.zeros(self.shape) if error is None else error
        others, wrong, _ = self._others(value, error, winner)
        assert wrong is not None
        kept, rest = self._at(value, winner) - value, self._all_but_own(value, others, winner)
        bound = wrong + error + self._at(error, winner) + U * (np.abs(kept) + np.abs(rest)) * 1.01
        return Value(rest, self._with(bound, winner, wrong[:, 0]))

    def _threshold(self, stage: Stage, u: Array) -> None:
        """By pairs of floats always, from exact inputs; a bound of its own is left to the rows' second chance."""
        name = stage.symbol.name
        inputs = {symbol.name for symbol in stage.formula.free_symbols}
        if not inputs <= self.program.exact:
            lost = np.full((len(u), 1), np.nan)
            self.values[name], self.values[f"{name}t"] = Value(lost), Value(lost, lost)
            return
        if stage.kind == "threshold1" and stage.formula.is_Symbol and not self.careful:
            head, tail, error = threshold(u)
        else:
            parameters = {key: float(self.values[key].value) for key in self.program.parameters}
            rows = Rows(self.program, np.ascontiguousarray(self.values["x"].value.T), parameters, None)
            head, tail, error = (part[:, None] for part in rows.threshold(stage, np.ascontiguousarray(u.T)))
        self.values[name], self.values[f"{name}t"] = Value(head), Value(tail, error)
