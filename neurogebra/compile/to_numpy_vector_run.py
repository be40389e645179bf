"""One block of rows in float64: the stages in order, each element with a bound or a count of roundings.

Where nothing cancels a count for the whole stage is enough, and values are computed alone; an element so small that
it may have lost more turns the block to bounds, an array of them for each stage. Sums are compensated, by halves. It
decides nothing: what is to be done with a wide bound is known elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sympy import Expr

from neurogebra.compile.lower import lower
from neurogebra.compile.ops import U
from neurogebra.compile.plan import Plan, plan
from neurogebra.compile.roundings import COUNTED, EXPONENTIAL, REST, SUMMED, Known
from neurogebra.compile.stages import Stage
from neurogebra.compile.to_numpy_kernels import tail_add
from neurogebra.compile.to_numpy_source import certified_source, compile_source, plain_source
from neurogebra.compile.to_numpy_vector_pairs import Rows

if TYPE_CHECKING:
    from neurogebra.compile.to_numpy_vector import Program

__all__ = ["Run", "Step", "Value"]

Array = NDArray[np.float64]
MARGIN = 2.0**-48  # of the size of an exponent: what its difference from the largest may be wrong by
TINY = 5e-324
LEAST = 1e-290  # smaller elements may have lost digits to underflow


class Value(NamedTuple):
    """Elements (n, rows) or one value a row (rows,), and a bound on their error, as it is or relative; else exact."""

    value: Array
    bound: Array | None = None
    units: float = 0.0  # of 2**-53, relative

    @property
    def error(self) -> Array | None:
        """The bound on each error."""
        return self.bound if self.bound is not None or not self.units else np.abs(self.value) * (self.units * U)


class Step:
    """Element-wise formulas as one function of named values with bounds."""

    def __init__(self, formulas: Sequence[Expr], exact: set[str]) -> None:
        names = sorted({symbol.name for formula in formulas for symbol in formula.free_symbols})
        self.plan: Plan = plan(formulas, names)
        self.rough = [name for name in names if name not in exact]
        lowered = lower(self.plan, self.rough)
        self._function = compile_source(certified_source(lowered, self.rough))
        self._plain = compile_source(plain_source(lowered))

    def plain(self, values: Mapping[str, Value]) -> Any:
        """The value alone."""
        return self._plain(*(values[name].value for name in self.plan.inputs))[0]

    def __call__(self, values: Mapping[str, Value]) -> list[tuple[Any, Any]]:
        given = [values[name] for name in self.plan.inputs]
        errors = [0.0 if values[name].error is None else values[name].error for name in self.rough]
        return list(self._function(*(each.value for each in given), *errors))


class Run:
    """One block in float64."""

    def __init__(self, program: Program, x: Array, parameters: Mapping[str, float], g: Array | None) -> None:
        self.program, self.shape = program, x.shape
        self.values: dict[str, Value] = {name: Value(np.float64(value)) for name, value in parameters.items()}  # type: ignore[arg-type]
        self.values["x"] = Value(x)
        if g is not None:
            self.values["~g"] = Value(g)
        self.places = np.arange(x.shape[1])
        self.winners: dict[str, NDArray[np.intp]] = {}
        self.exponents: dict[str, Array] = {}
        self.lost = False  # whether a stage needed bounds

    def without_bounds(self) -> Array | None:
        """The output where a count of roundings is enough; None where each element needs its bound."""
        for stage, step, known in zip(
            self.program.staged.stages, self.program.steps, self.program.roundings.stages, strict=True
        ):
            self._stage(stage, step, known)
        known = self.program.roundings.output
        if known is None or known.units > COUNTED or self.lost:
            return None
        value = np.asarray(self.program.last.plain(self._paired() if self.program.matrix else self.values))
        size = np.abs(value)
        return value if size.min() >= LEAST and size.max() < np.inf else None  # nan fails both

    def output(self) -> tuple[Any, Any]:
        """The output with the bound on each element, after `without_bounds`."""
        return self.program.last(self._paired() if self.program.matrix else self.values)[0]

    def _paired(self) -> dict[str, Value]:
        """The values with elements as rows, and those about the column's element beside them."""
        columns = self.program.columns
        paired = {name: _spread(value, 1) for name, value in self.values.items()}
        known = ((column, own) for column, own in columns.items() if own in self.values)
        return paired | {column: _spread(self.values[own], 0) for column, own in known}

    def _stage(self, stage: Stage, step: Step, known: Known | None) -> None:
        name, winner = stage.symbol.name, stage.winner.name if stage.winner is not None else ""
        if stage.kind == "argmax":  # one near the largest is as good: it takes no bounds
            u = np.ascontiguousarray(np.broadcast_to(step.plain(self.values), self.shape))
            self.winners[name], self.exponents[name] = u.argmax(axis=0), u
            self.values[name] = Value(self.values["x"].value[self.winners[name], self.places])
            return
        elements = self._counted(step, known) if known is not None else None
        elements = elements or self._bounded(stage, step, winner)
        if stage.kind.startswith("threshold"):
            self._threshold(stage, elements.value)
        elif stage.kind == "each":
            self.values[name] = elements
        elif stage.kind in ("total", "others", "rest") and elements.units and known is not None and known.sign:
            self.values[name] = self._of_one_sign(stage.kind, elements, winner)
        else:
            self.values[name] = getattr(self, f"_{stage.kind}")(elements.value, elements.error, winner)

    def _counted(self, step: Step, known: Known) -> Value | None:
        """Elements with a count of roundings; None where one of them is so small that it may have lost more."""
        if any(self.values[name].units == 0 for name in step.rough):
            return None  # what it is made of has bounds
        value = np.ascontiguousarray(np.broadcast_to(step.plain(self.values), self.shape))
        if not known.units:
            return Value(value)
        size = np.abs(value)
        return Value(value, None, known.units) if size.min() >= LEAST and size.max() < np.inf else None

    def _bounded(self, stage: Stage, step: Step, winner: str) -> Value:
        """Elements with a bound each."""
        self.lost = True
        value, error = step(self.values)[0]
        value = np.ascontiguousarray(np.broadcast_to(value, self.shape))
        error = None if _exactly(error) else np.ascontiguousarray(np.broadcast_to(error, self.shape))
        if stage.kind == "each" and winner:
            error = self._faded(winner, value, error)
        return Value(value, error)

    def _of_one_sign(self, kind: str, elements: Value, winner: str) -> Value:
        """Sums of elements of one sign, with a count of roundings; `rest` is one of exponentials alone."""
        value, units = elements.value, elements.units + SUMMED
        if kind == "total":
            return Value(_compensated(value), None, units)
        if kind == "rest" and units > EXPONENTIAL + SUMMED:
            return self._rest(value, elements.error, winner)
        index = self.winners[winner], self.places
        without = value.copy()
        without[index] = 0.0
        others = _compensated(without)
        if kind == "others":
            return Value(others, None, units)
        rest = (value[index] - value) + others
        rest[index] = others
        return Value(rest, None, units + REST)

    def _faded(self, winner: str, value: Array, error: Array | None) -> Array | None:
        """The bound of an exponential: none at the winner's x, next to none so far below that it is 0."""
        if error is None:
            return error
        x = self.values["x"].value
        error = np.where(x == self.values[winner].value, 0.0, error)
        if np.isfinite(error).all():
            return error
        u = self.exponents[winner]
        top = u[self.winners[winner], self.places]
        below = u - top < -1000 - MARGIN * np.maximum(np.abs(u), np.abs(top))
        return np.where(below & (value == 0), TINY, error)

    def _total(self, value: Array, error: Array | None, winner: str) -> Value:
        return _sum(value, error)

    def _others(self, value: Array, error: Array | None, winner: str) -> Value:
        index = self.winners[winner], self.places
        value = value.copy()
        value[index] = 0.0
        if error is not None:
            error = error.copy()
            error[index] = 0.0
        return _sum(value, error)

    def _rest(self, value: Array, error: Array | None, winner: str) -> Value:
        index = self.winners[winner], self.places
        error = np.zeros(self.shape) if error is None else error
        found = self._others(value, error, winner)
        others, wrong = found.value, found.error
        assert wrong is not None
        kept = value[index] - value
        rest = kept + others
        bound = wrong + error + error[index] + U * (np.abs(kept) + np.abs(rest)) * 1.01
        rest[index], bound[index] = others, wrong
        return Value(rest, bound)

    def _largest(self, value: Array, error: Array | None, winner: str) -> Value:
        return Value(value.max(axis=0), None if error is None else error.max(axis=0))

    def _hardmax(self, value: Array, error: Array | None, winner: str) -> Value:
        first = np.zeros(self.shape)
        first[value.argmax(axis=0), self.places] = 1.0
        return Value(first) if error is None else Value(np.full(self.shape, np.nan))

    def _winners(self, value: Array, error: Array | None, winner: str) -> Value:
        tied = value == value.max(axis=0)
        share = tied / tied.sum(axis=0)
        return Value(share, U * share if error is None else np.full(self.shape, np.inf))

    def _threshold(self, stage: Stage, u: Array) -> None:
        """By pairs of floats always, from exact inputs; a bound of its own is left to the rows' second chance."""
        name = stage.symbol.name
        inputs = {symbol.name for symbol in stage.formula.free_symbols}
        if not inputs <= self.program.exact:
            lost = np.full(self.shape[1], np.nan)
            self.values[name], self.values[f"{name}t"] = Value(lost), Value(lost, lost)
            return
        parameters = {key: float(self.values[key].value) for key in self.program.parameters}
        head, tail, error = Rows(self.program, self.values["x"].value, parameters, None).threshold(stage, u)
        self.values[name], self.values[f"{name}t"] = Value(head), Value(tail, error)


def _exactly(error: Any) -> bool:
    return isinstance(error, float) and error == 0.0


def _spread(value: Value, axis: int) -> Value:
    """Elements (n, rows) as (n, 1, rows) or (1, n, rows); what is no element stays."""
    if np.ndim(value.value) < 2:
        return value
    bound = value.bound if value.bound is None or np.ndim(value.bound) < 2 else np.expand_dims(value.bound, axis)
    return Value(np.expand_dims(value.value, axis), bound, value.units)


def _compensated(value: Array) -> Array:
    """The sum over the first axis, by halves, with every rounding kept."""
    terms, low = value, np.zeros(value.shape[1:])
    while len(terms) > 1:
        half = len(terms) // 2
        one, two, odd = terms[:half], terms[half : 2 * half], terms[2 * half :]
        added = one + two
        low = low + tail_add(one, two, added).sum(axis=0)
        terms = np.concatenate([added, odd]) if len(odd) else added
    total: Array = terms[0] + low
    return total


def _sum(value: Array, error: Array | None) -> Value:
    """The sum over the first axis: its error is one rounding, and those of the terms."""
    total = _compensated(value)
    levels = len(value).bit_length() + 1
    bound = U * np.abs(total) + len(value) * levels * 2.0**-105 * np.abs(value).sum(axis=0)
    if error is not None:
        bound = bound + error.sum(axis=0) * (1 + 1e-12 * len(value))
    return Value(total, bound)
