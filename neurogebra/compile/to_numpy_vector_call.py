"""A formula over a vector called with arrays of any shape: the axes moved to where rows are columns, and back.

What people give comes in all shapes and dtypes; the programs work on rows, (rows, n). Answers have the
dtype of x, rounded once, and the shape of the table below: the axis as it was, doubled or gone, and
for Jacobians at the end. Nothing given is changed. It knows no names and no entries.

    same      as x                           concat    the axis twice as long, or, with several, refused
    reduce    x without the axes             alternate as x; two formulas take turns
    Jacobian  (rest..., n, n): values by elements; reduce: (rest..., n)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Integer, Symbol

from neurogebra.compile.axes import places
from neurogebra.compile.choose import LOCK, as_float
from neurogebra.compile.stages import COTANGENT, staged
from neurogebra.compile.stages_plain import LEVELLED, leading, plainly_staged, vanishes
from neurogebra.compile.to_numpy import as_array
from neurogebra.compile.to_numpy_frameworks import in_kind
from neurogebra.compile.to_numpy_vector import First, Program
from neurogebra.errors import UsageError, brief
from neurogebra.language.interval import Interval
from neurogebra.language.reductions import COLUMN, DELTA, X
from neurogebra.symbolic.jacobian import slope

__all__ = ["VectorFunction", "function"]

Array = NDArray[Any]
Domains = tuple[tuple[str, Interval], ...]


class VectorFunction:
    """A formula (`halves`: two where they are joined) by what the axis becomes: same, concat, reduce, alternate.

    `matrix`: it is a Jacobian, in x, x_j and delta_ij.
    """

    def __init__(self, halves: tuple[Expr, ...], shape: str, matrix: bool, domains: Domains) -> None:
        self.halves, self.matrix, self.domains = halves, matrix, dict(domains)
        self.shape = shape  # alternate is as same: the halves take turns
        self.form = "rows" if shape == "reduce" else "elements"
        self._programs: dict[tuple[str, frozenset[str]], tuple[Program, ...]] = {}

    def value(self, owner: str, x: Any, axis: Any, parameters: Mapping[str, float]) -> Any:
        """The values, or the Jacobian, for one x; a float for a number where there is one value."""
        call = _Call(owner, x, axis, self.shape)
        if call.empty:
            return call.answer(np.empty(call.jacobian_shape() if self.matrix else call.value_shape(), call.dtype))
        if self.matrix:
            return call.answer(call.jacobian([self._jacobian(k, call, parameters) for k in range(len(self.halves))]))
        room = _Room(call, call.value_shape(), self.shape == "reduce")
        if self.shape == "alternate":
            for k, program in enumerate(self._made("value", parameters)):
                room.rows[:, k::2] = program(call.rows, parameters, None, call.single)[:, k::2]
            return call.answer(room.whole())
        parts = np.split(room.rows, len(self.halves), axis=-1) if len(self.halves) > 1 else [room.rows]
        for program, part in zip(self._made("value", parameters), parts, strict=True):
            program(call.rows, parameters, None, call.single, part)
        return call.answer(room.whole())

    def pulled(self, owner: str, cotangent: Any, x: Any, axis: Any, parameters: Mapping[str, float]) -> Any:
        """The cotangent times the Jacobian, in the shape of x, without the Jacobian."""
        call = _Call(owner, x, axis, self.shape)
        parts = call.cotangents(cotangent)
        if call.empty:
            return call.answer(np.empty(call.array.shape, call.dtype))
        room, programs = _Room(call, call.array.shape), self._made("pulled", parameters)
        if len(programs) == 1:
            programs[0](call.rows, parameters, parts[0], call.single, room.rows)
        else:  # rounded once, after the sum
            single = call.single
            room.rows[...] = sum(p(call.rows, parameters, g, single) for p, g in zip(programs, parts, strict=True))
        return call.answer(room.whole())

    def dotted(self, owner: str, cotangent: Any, x: Any, axis: Any, parameters: Mapping[str, float]) -> float:
        """The sum of cotangent times value: what a change of a parameter does, if this is the derivative by it."""
        call = _Call(owner, x, axis, self.shape)
        parts = [part.astype(np.float64, copy=False) for part in call.cotangents(cotangent)]
        if call.empty:
            return 0.0
        values = [program(call.rows, parameters) for program in self._made("value", parameters)]
        products = (v.reshape(g.shape) * g for v, g in zip(values, parts, strict=True))
        with np.errstate(all="ignore"):
            return float(sum(product.sum() for product in products))

    def _jacobian(self, k: int, call: _Call, parameters: Mapping[str, float]) -> Array:
        off = self._made("off", parameters)[k](call.rows, parameters, None, call.single)
        if self.form == "elements":
            diagonal = np.arange(off.shape[-1])
            off[:, diagonal, diagonal] = self._made("diagonal", parameters)[k](call.rows, parameters, None, call.single)
        return off

    def _made(self, what: str, parameters: Mapping[str, float]) -> tuple[Program, ...]:
        ones = frozenset(name for name, value in parameters.items() if value == 1)  # x/1 needs no quotient
        if (what, ones) not in self._programs:
            with LOCK:
                halves = (half.xreplace({Symbol(name, real=True): Integer(1) for name in ones}) for half in self.halves)
                made = tuple(self._program(what, half, tuple(parameters)) for half in halves)
                self._programs[what, ones] = made
        return self._programs[what, ones]

    def _program(self, what: str, half: Expr, names: tuple[str, ...]) -> Program:
        above = [name for name, domain in self.domains.items() if domain.low >= 0 and 0 not in domain]
        forms = {"value": self.form, "off": "elements" if self.form == "rows" else "pairs"}
        formula = self._formula(what, half)
        made = staged([formula], self.domains, sharp=what != "off")
        form = forms.get(what, "elements")
        return Program(made, names, form, what == "pulled", above, self._first(what, half, formula))

    def _first(self, what: str, half: Expr, formula: Expr) -> First:
        """The stages to try first; a cotangent of which a constant part makes no difference loses its largest part."""
        if what != "pulled" or self.form == "rows":
            return First(plainly_staged([formula], self.domains), None)
        level = leading(half)
        of_ones = slope(half, X, self.domains).pulled(Integer(1), False)
        if level is None or not vanishes(of_ones):
            return First(plainly_staged([formula], self.domains), None)
        return First(plainly_staged([formula.xreplace({COTANGENT: LEVELLED})], self.domains), level)

    def _formula(self, what: str, half: Expr) -> Expr:
        if what == "off":
            return half.xreplace({COLUMN: X} if self.form == "rows" else {DELTA: 0})
        if what == "diagonal":
            return half.xreplace({DELTA: 1, COLUMN: X})
        if what == "pulled":
            return slope(half, X, self.domains).pulled(COTANGENT, self.form == "rows")
        return half


@lru_cache(maxsize=1024)
def function(halves: tuple[Expr, ...], shape: str, matrix: bool, domains: Domains) -> VectorFunction:
    """The one VectorFunction of these formulas."""
    return VectorFunction(halves, shape, matrix, domains)


class _Call:
    """One x with its axes: as (rows, n) for the programs, and the way back."""

    def __init__(self, owner: str, x: Any, axis: Any, shape: str) -> None:
        given = as_array(as_float(x) if type(x) is int else x)
        self.owner, self.given, self.number, self.flat = owner, x, type(x) in (float, int), given.ndim == 0
        self.array = given.reshape(1) if self.flat else given
        self.dtype, self.single, self.shape = given.dtype, given.dtype.itemsize < 8, shape
        self.axes = tuple(sorted(places(owner, axis, self.array.ndim)))
        self.count = prod(self.array.shape[a] for a in self.axes)
        if shape == "concat" and len(self.axes) > 1:
            raise UsageError(f"{owner} joins its two halves along one axis; axis={brief(axis)} names {len(self.axes)}.")
        if shape == "reduce" and self.count == 0:
            raise UsageError(f"{owner} needs at least one element along the axis; x has shape {self.array.shape}.")
        self.rest = tuple(a for a in range(self.array.ndim) if a not in self.axes)
        self.rest_shape = tuple(self.array.shape[a] for a in self.rest)
        self.empty = self.array.size == 0

    @property
    def rows(self) -> Array:
        return self.as_rows(self.array)

    def as_rows(self, array: Array) -> Array:
        """(rows, n) of whatever dtype; where memory allows the same numbers, not their copy."""
        moved = np.transpose(array, (*self.rest, *self.axes))
        sizes = moved.shape[: len(self.rest)], moved.shape[len(self.rest) :]
        return moved.reshape([prod(part) for part in sizes])

    def value_shape(self) -> tuple[int, ...]:
        if self.shape == "reduce":
            return self.rest_shape
        if self.shape in ("same", "alternate"):
            return self.array.shape
        (axis,) = self.axes
        return tuple(size * (1 + (a == axis)) for a, size in enumerate(self.array.shape))

    def jacobian_shape(self) -> tuple[int, ...]:
        values = {"concat": (2 * self.count,), "reduce": ()}.get(self.shape, (self.count,))
        return (*self.rest_shape, *values, self.count)

    def jacobian(self, halves: list[Array]) -> Array:
        """Pairs of shape (rows, n, n), or (rows, n), with the rows as they were."""
        if self.shape == "alternate":
            halves[0][:, 1::2] = halves[1][:, 1::2]
            halves = halves[:1]
        return np.concatenate(halves, axis=1).reshape(self.jacobian_shape())

    def cotangents(self, cotangent: Any) -> list[Array]:
        """The cotangent as the programs take it, one for each half."""
        given = as_array(cotangent, f"{self.owner}: the cotangent cannot be")
        wanted = self.value_shape()
        shape: tuple[int, ...] = wanted if not self.flat else (2,) if self.shape == "concat" else ()
        if given.shape != shape:
            raise UsageError(
                f"{self.owner} has values of shape {shape} here, so the cotangent has that shape; got {given.shape}."
            )
        if self.shape == "reduce":
            return [given.reshape(-1, 1)]
        rows = self.as_rows(given.reshape(wanted))
        if self.shape == "alternate":
            turns = np.arange(rows.shape[1]) % 2
            return [np.where(turns == k, rows, 0.0) for k in (0, 1)]
        return np.split(rows, 2, axis=1) if self.shape == "concat" else [rows]

    def answer(self, found: Array) -> Any:
        """In the kind and dtype of x, rounded once; for a number a float where there is one value."""
        if self.flat and found.size == 1:
            found = found.reshape(())
        with np.errstate(all="ignore"):
            found = np.asarray(found, dtype=self.dtype, order="C")
        return float(found) if self.number and found.ndim == 0 else in_kind(found, self.given)


class _Room:
    """An answer of a shape of its own, to be filled as (rows, n) or (rows,)."""

    def __init__(self, call: _Call, shape: tuple[int, ...], reduced: bool = False) -> None:
        self._call, self._whole = call, np.empty(shape, call.dtype)
        self.rows: Array = self._whole.reshape(-1) if reduced else call.as_rows(self._whole)

    def whole(self) -> Array:
        """The answer in its own shape."""
        if np.may_share_memory(self.rows, self._whole):
            return self._whole
        order = (*self._call.rest, *self._call.axes)
        moved = self.rows.reshape([self._whole.shape[a] for a in order])
        return np.transpose(moved, np.argsort(order))
