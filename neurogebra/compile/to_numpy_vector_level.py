"""The error of a backward pass, told once for a row: of c*(a + b) where b is about the row, as in s*(g - sum(g*s)).

The relative errors of c and a are counted, and a is no larger than the sum and b together, so that the largest value
of a row and the bound on b say enough: three passes instead of the twenty that a bound on each element takes.
Outputs of another form have no level; they keep those bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Symbol

from neurogebra.compile.ops import U
from neurogebra.compile.roundings import Known

__all__ = ["Level", "level"]

Array = NDArray[np.float64]
SLACK = 1 + 1e-9  # of bounds that are themselves rounded
LEAST = 1e-280  # of the largest value of a row: above it no product was spoilt by underflow


class _Term(NamedTuple):
    """elements*row, with the roundings of the product; where there are no elements, they are 1."""

    elements: Expr
    row: Expr
    units: float


class Level(NamedTuple):
    """c*(a + b): `units` relative to the value; the terms of b beside c, with what a's roundings make of them."""

    common: Expr
    units: float
    terms: tuple[_Term, ...]

    @property
    def elements(self) -> set[str]:
        """The names in products about elements."""
        parts = [self.common, *(term.elements for term in self.terms)]
        return {symbol.name for part in parts for symbol in part.free_symbols}

    def bound(self, value: Array, rows: list[tuple[Any, Any]], parts: list[Any]) -> Array:
        """The bound for each row, (rows, 1); inf where all values are tiny.

        `rows`: the terms' rows with their errors; `parts`: what `common` and the terms' elements are at most.
        """
        top = np.maximum(value.max(axis=1, keepdims=True), -value.min(axis=1, keepdims=True))
        common, *sizes = (np.abs(part) for part in parts)
        found = self.units * U * top
        for term, size, (row, error) in zip(self.terms, sizes, rows, strict=True):
            found = found + common * size * (error + term.units * U * np.abs(row))
        bound: Array = np.where(top >= LEAST, found * SLACK, np.inf)
        return bound


def level(output: Expr, count: Callable[[Expr], Known | None], rows: Collection[Symbol]) -> Level | None:
    """The level of an output; None where it is of another form. `rows`: symbols with one value a row."""
    factors = sympy.Mul.make_args(output)
    sums = [factor for factor in factors if factor.is_Add and not factor.free_symbols <= set(rows)]
    if len(sums) != 1 or len(sums[0].args) != 2:
        return None
    common = sympy.Mul(*(factor for factor in factors if factor is not sums[0]))
    split = [term.as_independent(*(term.free_symbols - set(rows)), as_Add=False) for term in sums[0].args]
    terms = [_Term(elements, row, 0.0) for row, elements in split]
    parts = [common, *(term.elements for term in terms)]
    known = [found for part in parts if (found := count(part)) is not None]
    if len(known) < len(parts) or not all(_grows(part, rows) for part in parts):
        return None
    free = [k for k, term in enumerate(terms) if abs(term.row) == 1]
    if len(free) != 1:
        return None
    own = known[1 + free[0]].units
    (other,) = (k for k in range(2) if k != free[0])
    product = 1.1 if terms[other].elements != 1 else 0.0
    bounded = terms[other]._replace(units=known[1 + other].units + own + product)
    return Level(common, known[0].units + own + 2.1, (bounded,))  # a product with c and one addition


def _grows(product: Expr, rows: Collection[Symbol]) -> bool:
    """Whether a product of elements is largest, in size, where each of them is."""
    for factor in sympy.Mul.make_args(product):
        base, power = factor.as_base_exp()
        if not (base.is_Symbol or base.is_Rational or base.free_symbols <= set(rows)):
            return False
        if base.is_Symbol and base not in rows and not (power.is_Integer and power > 0):
            return False
    return True
