"""Formulas over a vector for arrays: stages in float64 with what is known of their error, in pairs where that is wide.

Rows are taken in blocks that stay in the cache. A row whose values are not proven at the first go is computed
with a bound on every element of every stage, and if one is too wide, with 106 bits. An infinity is where two far
values agree: a masked element is 0 in softmax, and a row of nothing but -inf, which has no such value, is nan. It
knows no axes and no entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Symbol

from neurogebra.compile.choose import LOCK
from neurogebra.compile.roundings import COUNTED, EXPONENTIAL, SCALED, Roundings, roundings
from neurogebra.compile.stages import Staged
from neurogebra.compile.to_numpy_trust import FLOAT32, FLOAT64
from neurogebra.compile.to_numpy_vector_ends import alike, far_pairs, limit
from neurogebra.compile.to_numpy_vector_level import Level, level
from neurogebra.compile.to_numpy_vector_pairs import Rows
from neurogebra.compile.to_numpy_vector_run import Run
from neurogebra.compile.to_numpy_vector_step import Step
from neurogebra.language.reductions import COLUMN, X

__all__ = ["First", "Program"]

Array = NDArray[Any]
Where = NDArray[np.intp]
BLOCK = 65536  # elements of one block of rows, or of their matrices: few are at work, and a call costs 1 us
SHORT = 64  # elements of a row: a sum of its own takes 30 ns before it has added anything
LOWEST = -1e300  # stands for -oo where exp(x) is all that is made of x
ABSOLUTE = 2.0**-48  # of the largest value of a row, where values pass through 0; bounds add worst cases, as ENOUGH


class First(NamedTuple):
    """The stages that are tried first; `leading` says at which element the cotangent is made 0."""

    staged: Staged
    leading: Expr | None


class Program:
    """Stages and one output, ready to run. `form` is what the output has a value for: rows, elements or pairs.

    `signed`: it passes through 0 inside a row, where the bar is absolute: of the size of the row's largest value.
    `positive`: the parameters that are above 0. `first`: other stages for the same output, tried before these.
    """

    def __init__(
        self,
        staged: Staged,
        parameters: Sequence[str],
        form: str,
        signed: bool,
        positive: Sequence[str],
        first: First | None = None,
    ) -> None:
        self.positive, self._first, self.careful = tuple(positive), first, True
        self.exponential, self.leading = EXPONENTIAL, first.leading if first else None
        self.staged, self.parameters, self.form, self.signed = staged, tuple(parameters), form, signed
        self.matrix = form == "pairs"
        self.columns = {column.name: own.name for column, own in staged.columns.items()}
        self.exact = {"x", "x_j", "~g", *parameters}
        self.exact |= {s.symbol.name for s in staged.stages if s.kind in ("argmax", "hardmax")}
        self.exact |= {s.symbol.name for s in staged.stages if s.kind.startswith("threshold")}
        self.exact |= {column for column, own in self.columns.items() if own in self.exact}
        self.own_exponentials = {s.symbol.name for s in staged.stages if s.formula in (sympy.exp(X), sympy.exp(-X))}
        self.own_exponents = {s.symbol.name for s in staged.stages if s.kind == "argmax" and s.formula in (X, -X)}

    @cached_property
    def roundings(self) -> Roundings:
        """What is known of stages and output before any array is seen."""
        return roundings(self.staged, self.positive, self.exponential)

    @cached_property
    def quick(self) -> Program:
        """What is tried first: plain stages where their roundings can be counted, else our own, at less expense."""
        found = [Program(self.staged, self.parameters, self.form, self.signed, self.positive)]
        if self._first is not None:
            found.insert(0, Program(self._first.staged, self.parameters, self.form, self.signed, self.positive))
            found[0].leading = self._first.leading
        for program in found:
            program.careful, program.exponential = False, SCALED
        return found[0] if found[0].countable or not found[-1].roundings.output else found[-1]

    @cached_property
    def fades(self) -> bool:
        """Whether x is nothing but the exponent of exp(x), which is 0 at -oo: elements may be masked."""
        others = [*self.staged.outputs, *(s.formula for s in self.staged.stages if s.formula != sympy.exp(X))]
        return not any(formula.has(X, COLUMN) for formula in others)

    @property
    def countable(self) -> bool:
        """Whether the output, or if it passes through 0 each stage, has a count of roundings."""
        output = self.roundings.output
        stages = zip(self.staged.stages, self.roundings.stages, strict=True)
        counted = all(known is not None or not stage.formula.has(sympy.exp) for stage, known in stages)
        return counted and (self.signed or (output is not None and output.units <= COUNTED))

    @cached_property
    def level(self) -> tuple[Level, Step, Step] | None:
        """How a bound for whole rows is found, with the steps for its rows and its products; None: not at all."""
        if not self.signed or self.matrix or self.form == "rows":
            return None
        rows = {Symbol(name, real=True) for name in self.parameters}
        for stage in self.staged.stages:
            if stage.kind in ("total", "others", "largest", "argmax"):
                rows.add(stage.symbol)
        found = level(self.staged.outputs[0], self.roundings.of, rows)
        if found is None:
            return None
        with LOCK:
            row = Step([term.row for term in found.terms], self.exact)
            return found, row, Step([found.common, *(term.elements for term in found.terms)], self.exact)

    @cached_property
    def lead(self) -> Step:
        """What is largest at the element whose cotangent is subtracted from all."""
        with LOCK:
            return Step([] if self.leading is None else [self.leading], self.exact)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """One for each stage."""
        with LOCK:
            return tuple(Step([stage.formula], self.exact) for stage in self.staged.stages)

    @cached_property
    def last(self) -> Step:
        """The outputs."""
        with LOCK:
            return Step(self.staged.outputs, self.exact)

    def shape(self, rows: int, n: int) -> tuple[int, ...]:
        """The shape of the output."""
        return {"rows": (rows,), "elements": (rows, n), "pairs": (rows, n, n)}[self.form]

    def __call__(
        self,
        x: Array,
        parameters: Mapping[str, float],
        g: Array | None = None,
        single: bool = False,
        output: Array | None = None,
    ) -> Array:
        """The output for x of shape (rows, n), in `output` where it is given, rounded once to its dtype.

        It is nan where a row of x holds nan, at infinities the limit.
        """
        output = np.empty(self.shape(*x.shape)) if output is None else output
        with np.errstate(all="ignore"):
            infinite = self._finite(x, parameters, g, single, output)
            if infinite.size:
                self._at_infinities(x, parameters, g, single, output, infinite)
        return output

    def _at_infinities(
        self, x: Array, parameters: Mapping[str, float], g: Array | None, single: bool, output: Array, where: Where
    ) -> None:
        """Rows with an infinity or nan, some blocks at a time."""
        step = self._rows_at_once(x.shape[1])
        for start in range(0, where.size, step):
            some = where[start : start + step]
            inner, part = x[some].astype(np.float64, copy=False), None if g is None else g[some]
            missing = np.isnan(inner)
            inner = np.where(missing, 0.0, inner)
            near, far = (self(each, parameters, part, single) for each in far_pairs(inner))
            found = alike(limit(near, far), inner)
            if missing.any():
                found[self._spoilt(missing)] = np.nan
            output[some] = found

    def _spoilt(self, missing: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where nan goes: to its own element, or to the whole row where the axis is reduced."""
        reduced = bool(self.staged.stages) or self.form == "rows"
        rows: Any = np.broadcast_to(missing.any(axis=1, keepdims=True), missing.shape) if reduced else missing
        own = rows[:, :, None] & (rows[:, None, :] if reduced else np.eye(rows.shape[1], dtype=np.bool_))
        spoilt: NDArray[np.bool_] = {"rows": rows.any(axis=1), "elements": rows, "pairs": own}[self.form]
        return spoilt

    def _rows_at_once(self, n: int) -> int:
        return max(1, BLOCK // (n * n if self.matrix else n))

    def _finite(self, x: Array, parameters: Mapping[str, float], g: Array | None, single: bool, output: Array) -> Where:
        """The output of all rows of finite numbers; returned is where the others are."""
        step, doubts, infinite = self._rows_at_once(x.shape[1]), [], []
        for start in range(0, len(x), step):
            part = slice(start, start + step)
            block, cotangent = _block(x, part), None if g is None else _block(g, part)
            odd = masked = _NONE
            if not np.isfinite(block.sum()):  # or it is too large
                if self.quick.fades:
                    masked = (block == -np.inf).any(axis=1)
                    block = np.maximum(block, LOWEST)
                odd = np.logical_not(np.isfinite(block).all(axis=1))
                if odd.all():
                    infinite.append(start + np.flatnonzero(odd))
                    continue
                block = np.where(odd[:, None], 0.0, block)
            run, room = Run(self.quick, block, parameters, cotangent, level=True), output[part]
            value, error = run.output(room if room.shape == block.shape and room.dtype == np.float64 else None)
            if value is not room:
                room[...] = value
            bad = ~self._good(run, value, error, single)
            infinite.append(start + np.flatnonzero(odd | masked & bad))
            doubts.append(start + np.flatnonzero(bad & ~odd & ~masked))
        doubtful = np.concatenate([_NO_ROWS, *doubts])
        if doubtful.size:
            self._carefully(x, parameters, g, single, output, doubtful)
        return np.concatenate([_NO_ROWS, *infinite])

    def _carefully(
        self, x: Array, parameters: Mapping[str, float], g: Array | None, single: bool, output: Array, where: Where
    ) -> None:
        """Rows in doubt: with a bound on each element of each stage, then with 106 bits."""
        step = 4 * self._rows_at_once(x.shape[1])  # which are slow for few rows at a time
        for start in range(0, where.size, step):
            some = where[start : start + step]
            block, cotangent = _block(x, some), None if g is None else _block(g, some)
            if self.quick.level is not None:  # its bound was one for the whole row
                run = Run(self.quick, block, parameters, cotangent)
                value, error = run.output()
                output[some] = value
                left = ~self._good(run, value, error, single)
                some, block = some[left], block[left]
                cotangent = None if cotangent is None else cotangent[left]
                if not some.size:
                    continue
            run = Run(self, block, parameters, cotangent)
            value, error = run.output()
            output[some] = value
            bad = np.flatnonzero(~self._good(run, value, error, single))
            if not bad.size:
                continue
            turned = None if cotangent is None else np.ascontiguousarray(cotangent[bad].T)
            better, known = Rows(self, np.ascontiguousarray(block[bad].T), parameters, turned).output()
            better, known = np.moveaxis(better, -1, 0), np.moveaxis(known, -1, 0)
            value, error = value[bad], np.broadcast_to(0.0 if error is None else error, value.shape)[bad]
            hidden = (np.abs(value) <= error) & (error < np.inf)  # may as well be 0
            output[some[bad]] = np.where(known, better, np.where(hidden, 0.0, value))

    def _good(self, run: Run, value: Array, error: Array | None, single: bool) -> NDArray[np.bool_]:
        """Which rows are proven: those of the run that have, where there are bounds, narrow ones."""
        return run.good if error is None else run.good & self._proven(value, error, single)

    def _proven(self, value: Array, error: Array, single: bool) -> NDArray[np.bool_]:
        """Which rows have a bound that is narrow enough for all of their values."""
        good: NDArray[np.bool_]
        value = value.reshape(len(value), -1)
        error = np.broadcast_to(error.reshape(len(error), -1), value.shape)
        tolerance, size = FLOAT32 if single else FLOAT64, np.abs(value)
        largest = size.max(axis=1)
        absolute = ABSOLUTE * largest if self.signed and not single else 0.0 * largest
        good = (error.max(axis=1) <= absolute) & (largest < np.inf)
        for last_place in (_below_last_place, np.spacing):  # the second is ten times as slow
            bad = np.flatnonzero(~good)
            if bad.size:
                enough = tolerance.units * last_place(size[bad]) + tolerance.floor
                enough = np.maximum(enough, absolute[bad, None])
                good[bad] = (error[bad] <= enough).all(axis=1) & (largest[bad] < np.inf)
        return good


_NO_ROWS: Where = np.empty(0, dtype=np.intp)
_NONE = np.array(False)


def _block(array: Array, rows: Any) -> Array:
    """Some rows in float64; short ones as columns in memory, so that they are added up and compared side by side."""
    block = array[rows]
    return np.asarray(block, dtype=np.float64, order="F" if block.shape[1] <= SHORT else "C")


def _below_last_place(size: Array) -> Array:
    return size * 2.0**-53
