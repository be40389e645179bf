"""Formulas over a vector for arrays: stages in float64 with a bound on every element, in pairs where that is wide.

Rows lie side by side as columns of an (n, rows) array, so that halves of an axis are whole blocks of memory and a
row's value broadcasts by itself. A row in which one bound is too wide is computed again with 106 bits. An
infinity is where two far values agree: a masked element is 0 in softmax, and a row of nothing but -inf, which has
no such value, is nan. It knows no axes and no entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.choose import LOCK
from neurogebra.compile.roundings import Roundings, roundings
from neurogebra.compile.stages import Staged
from neurogebra.compile.to_numpy_trust import FLOAT32, FLOAT64
from neurogebra.compile.to_numpy_vector_pairs import Rows, far_pairs
from neurogebra.compile.to_numpy_vector_run import Run, Step

__all__ = ["Program"]

Array = NDArray[np.float64]
BLOCK = 16384  # elements of one block of rows, or of their matrices
ABSOLUTE = 2.0**-48  # of the largest value of a row, where values pass through 0; bounds add worst cases, as ENOUGH


class Program:
    """Stages and one output, ready to run. `form` is what the output has a value for: rows, elements or pairs.

    `signed`: it passes through 0 inside a row, where the bar is absolute: of the size of the row's largest value.
    """

    def __init__(
        self, staged: Staged, parameters: Sequence[str], form: str, signed: bool = False, positive: Sequence[str] = ()
    ) -> None:
        self.positive = tuple(positive)
        self.staged, self.parameters, self.form, self.signed = staged, tuple(parameters), form, signed
        self.matrix = form == "pairs"
        self.columns = {column.name: own.name for column, own in staged.columns.items()}
        self.exact = {"x", "x_j", "~g", *parameters}
        self.exact |= {s.symbol.name for s in staged.stages if s.kind in ("argmax", "hardmax")}
        self.exact |= {s.symbol.name for s in staged.stages if s.kind.startswith("threshold")}
        self.exact |= {column for column, own in self.columns.items() if own in self.exact}

    @cached_property
    def roundings(self) -> Roundings:
        """What is known of stages and output before any array is seen."""
        return roundings(self.staged, self.positive)

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

    def shape(self, n: int, rows: int) -> tuple[int, ...]:
        """The shape of the output."""
        return {"rows": (rows,), "elements": (n, rows), "pairs": (n, n, rows)}[self.form]

    def __call__(
        self, x: Array, parameters: Mapping[str, float], g: Array | None = None, single: bool = False
    ) -> Array:
        """The output for x of shape (n, rows); nan where a row of x holds nan, at infinities the limit."""
        with np.errstate(all="ignore"):
            if np.isfinite(x).all():
                return self._finite(x, parameters, g, single)
            missing, infinite = np.isnan(x), np.isinf(x).any(axis=0)
            inner = np.where(missing, 0.0, x)
            output = self._finite(np.where(infinite, 0.0, inner), parameters, g, single)
            where = np.flatnonzero(infinite)
            if where.size:
                part = g if g is None else g[..., where]
                near, far = (self._finite(p, parameters, part, single) for p in far_pairs(inner[:, where]))
                output[..., where] = _alike(_limit(near, far), inner[:, where])
            if missing.any():
                output[self._spoilt(missing)] = np.nan
        return output

    def _spoilt(self, missing: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where nan goes: to its own element, or to the whole row where the axis is reduced."""
        reduced = bool(self.staged.stages) or self.form == "rows"
        rows = np.broadcast_to(missing.any(axis=0), missing.shape) if reduced else missing
        own = rows[:, None, :] & (rows[None, :, :] if reduced else np.eye(len(rows), dtype=np.bool_)[:, :, None])
        spoilt: NDArray[np.bool_] = {"rows": rows.any(axis=0), "elements": rows, "pairs": own}[self.form]  # type: ignore[assignment]
        return spoilt

    def _finite(self, x: Array, parameters: Mapping[str, float], g: Array | None, single: bool) -> Array:
        n, rows = x.shape
        shape = self.shape(n, rows)  # rows in front, as most arrays have them: each block is turned in the cache
        output = np.moveaxis(np.empty((rows, *shape[:-1])), 0, -1)
        step, doubts = max(1, BLOCK // (n * n if self.matrix else n)), []
        for start in range(0, rows, step):
            part = slice(start, start + step)
            cotangent = None if g is None else g[..., part]
            run = Run(self, np.ascontiguousarray(x[:, part]), parameters, cotangent)
            output[..., part], where, zero = self._block(run, single)
            doubts.append((where + start, zero))
        where, zero = (np.concatenate(parts, axis=-1) for parts in zip(*doubts, strict=True))
        for start in range(0, where.size, 4 * step):  # with 106 bits, which is slow for few rows at a time
            some, hidden = where[start : start + 4 * step], zero[..., start : start + 4 * step]
            cotangent = None if g is None else g[..., some]
            better, known = Rows(self, np.ascontiguousarray(x[:, some]), parameters, cotangent).output()
            output[..., some] = np.where(known, better, np.where(hidden, 0.0, output[..., some]))
        return output

    def _block(self, run: Run, single: bool) -> tuple[Array, NDArray[np.intp], NDArray[np.bool_]]:
        """The output in float64, the rows in doubt, and which of their values may as well be 0."""
        tolerance, shape = FLOAT32 if single else FLOAT64, self.shape(*run.shape)
        free = run.without_bounds()
        if free is not None:
            return np.broadcast_to(free, shape), _NO_ROWS, np.empty((*shape[:-1], 0), dtype=np.bool_)
        value, error = (np.broadcast_to(part, shape) for part in run.output())
        enough = tolerance.units * np.spacing(np.abs(value)) + tolerance.floor
        if self.signed and not single:
            enough = np.maximum(enough, ABSOLUTE * np.abs(value).max(axis=0))
        bad = ~((error <= enough) & np.isfinite(value)).reshape(-1, shape[-1]).all(axis=0)
        where = np.flatnonzero(bad)
        size, bound = np.abs(value[..., where]), error[..., where]
        return value, where, (size <= bound) & (bound < np.inf)


_NO_ROWS: NDArray[np.intp] = np.empty(0, dtype=np.intp)


def _limit(near: Array, far: Array) -> Array:
    """The value at two far places where they agree; an infinity where both are beyond all bounds; else nan."""
    same = np.abs(near - far) <= 8 * np.spacing(np.abs(far))
    beyond = (np.abs(near) > 1e280) & (np.abs(far) > np.abs(near)) & (near * np.sign(far) > 0)
    return np.where(same, far, np.where(beyond, np.copysign(np.inf, far), np.nan))


def _alike(values: Array, x: Array) -> Array:
    """Elements at the same infinity cannot be told apart: where one of them has no value, none has."""
    for infinity in (np.inf, -np.inf):
        here = x == infinity
        if values.ndim == 3:
            here = here[:, None, :] & here[None, :, :]
        if values.ndim == here.ndim:
            lost = (np.isnan(values) & here).reshape(-1, x.shape[1]).any(axis=0)
            values = np.where(here & lost, np.nan, values)
    return values
