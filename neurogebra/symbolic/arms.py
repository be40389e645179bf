"""Smooth formulas on adjoining intervals and values at the places between, written as one Piecewise.

Arms go from right to left and each condition is one comparison of the variable, so that the first that holds
decides and a reader sees the places in order. Neighbours that say the same become one arm, and a place keeps an arm
of its own only where neither neighbour has its value. Nothing here knows where the formulas come from.

    >>> x = sympy.Symbol("x", real=True)
    >>> arranged(x, [Integer(0), Integer(6)], [Integer(0), Integer(1), Integer(0)], [Integer(0), Integer(0)])
    Piecewise((0, x >= 6), (1, x > 0), (0, True))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from sympy import Expr, Integer, Symbol

__all__ = ["arranged"]


def arranged(x: Symbol, points: Sequence[Expr], formulas: Sequence[Expr], values: Sequence[Expr | None]) -> Expr:
    """`formulas[i]` below `points[i]`, the last one above them all; `values[i]` at `points[i]`, None for either."""
    if len(set(formulas)) == 1:
        odd = [(v, sympy.Eq(x, p)) for p, v in zip(points, values, strict=True) if not _has(formulas[0], x, p, v)]
        if len(odd) == 1:
            return sympy.Piecewise((formulas[0], sympy.Ne(x, odd[0][1].rhs)), (odd[0][0], True))
        return sympy.Piecewise(*odd, (formulas[0], True))
    arms: list[tuple[Expr, Any]] = []
    above = formulas[-1]
    for point, below, value in reversed(list(zip(points, formulas, values, strict=False))):
        right, left = _has(above, x, point, value), _has(below, x, point, value)
        if above == below and right:
            continue
        arms.append((above, sympy.Ge(x, point) if right and not left else sympy.Gt(x, point)))
        if not right and not left:
            arms.append((value if value is not None else Integer(0), sympy.Ge(x, point)))
        above = below
    return sympy.Piecewise(*arms, (above, True))


def _has(formula: Expr, x: Symbol, point: Expr, value: Expr | None) -> bool:
    """Whether the formula has the value at the point; any will do where none is prescribed."""
    return value is None or bool(formula.subs(x, point) == value)
