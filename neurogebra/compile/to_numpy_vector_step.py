"""What the stages of a vector formula compute with: values that know their error, and formulas as functions of them.

An error is a bound on each element, one for a row, or a count of roundings for a whole stage; what is exact carries
none. Formulas come with their bounds or, several times as fast, alone. Rows and blocks are chosen elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sympy import Expr

from neurogebra.compile.lower import lower
from neurogebra.compile.ops import U
from neurogebra.compile.plan import Plan, plan
from neurogebra.compile.to_numpy_source import certified_source, compile_source, one_ufunc, plain_source
from neurogebra.compile.to_numpy_vector_sums import compensated

__all__ = ["REDUCTIONS", "Step", "Value", "bounded_sum", "is_exact", "of_shape", "spread"]

Array = NDArray[np.float64]


class Value(NamedTuple):
    """Elements (rows, n) or one value a row (rows, 1), and a bound on their error, as it is or relative; else exact."""

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
        self._at_once = one_ufunc(lowered)

    def plain(self, values: Mapping[str, Value], room: Array | None = None) -> Any:
        """The value alone; where one ufunc makes it, in `room`."""
        if room is None or self._at_once is None:
            return self.plain_all(values)[0]
        ufunc, names = self._at_once
        return ufunc(*(values[name].value for name in names), out=room)

    def plain_all(self, values: Mapping[str, Value]) -> list[Any]:
        """The values of all formulas."""
        return list(self._plain(*(values[name].value for name in self.plan.inputs)))

    def __call__(self, values: Mapping[str, Value]) -> list[tuple[Any, Any]]:
        given = [values[name] for name in self.plan.inputs]
        errors = [0.0 if values[name].error is None else values[name].error for name in self.rough]
        return list(self._function(*(each.value for each in given), *errors))


def is_exact(error: Any) -> bool:
    """Whether generated source says of a value that it has no error."""
    return isinstance(error, float) and error == 0.0


def of_shape(value: Any, shape: tuple[int, ...]) -> Array:
    """The value in this shape: as it is, with axes of one element, or repeated."""
    if np.shape(value) == shape:
        return value  # type: ignore[no-any-return]
    if np.size(value) == prod(shape):
        return np.asarray(value).reshape(shape)
    return np.ascontiguousarray(np.broadcast_to(value, shape))


def spread(value: Value, axis: int) -> Value:
    """Elements (rows, n) as (rows, n, 1) or (rows, 1, n), by the axis that is new; what is no element stays."""
    if np.ndim(value.value) < 2:
        return value
    bound = value.bound if value.bound is None or np.ndim(value.bound) < 2 else np.expand_dims(value.bound, axis)
    return Value(np.expand_dims(value.value, axis), bound, value.units)


def bounded_sum(value: Array, error: Array | None) -> Value:
    """The sum of each row: its error is one rounding, and those of the terms."""
    total, n = compensated(value), value.shape[1]
    bound = U * np.abs(total) + n * (n.bit_length() + 1) * 2.0**-105 * np.abs(value).sum(axis=1, keepdims=True)
    if error is not None:
        bound = bound + error.sum(axis=1, keepdims=True) * (1 + 1e-12 * n)
    return Value(total, bound)


def _largest(value: Array, error: Array | None) -> Value:
    return Value(value.max(axis=1, keepdims=True), None if error is None else error.max(axis=1, keepdims=True))


def _hardmax(value: Array, error: Array | None) -> Value:
    first = np.zeros(value.shape)
    first[np.arange(len(value)), value.argmax(axis=1)] = 1.0
    return Value(first) if error is None else Value(np.full(value.shape, np.nan))


def _winners(value: Array, error: Array | None) -> Value:
    tied = value == value.max(axis=1, keepdims=True)
    share = tied / tied.sum(axis=1, keepdims=True)
    return Value(share, U * share if error is None else np.full(value.shape, np.inf))


REDUCTIONS = {"total": bounded_sum, "largest": _largest, "hardmax": _hardmax, "winners": _winners}
"""Kind of stage -> what it makes of all elements of a row and the bounds on them."""
