"""Smooth formulas on adjoining intervals and values at the places between, written as one Piecewise.

Arms go from right to left and each condition is one comparison of the variable, so that the first that holds
decides and a reader sees the places in order. Neighbours that say the same become one arm, and a place keeps an arm
of its own only where neither neighbour has its value. Nothing here knows where the formulas come from.

    >>> x = sympy.Symbol("x", real=True)
    >>> zero, one, six = map(sympy.Integer, (0, 1, 6))
    >>> places = [Place(zero, zero, False), Place(six, zero, True)]
    >>> arranged(x, places, [zero, one, zero], lambda a, b: a == b)
    Piecewise((0, x >= 6), (1, x > 0), (0, True))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Symbol

from neurogebra.symbolic.reach import fits

__all__ = ["Place", "arranged", "closed"]

Same = Callable[[Expr, Expr], bool]


@dataclass(frozen=True)
class Place:
    """Where two formulas meet, the value there (None for either's), and which side takes it when both have it."""

    at: Expr
    value: Expr | None
    to_the_right: bool


def arranged(x: Symbol, places: Sequence[Place], formulas: Sequence[Expr], same: Same) -> Expr:
    """`formulas[i]` below `places[i]`, the last one above them all. `same` says whether two constants are equal."""
    if len(set(formulas)) == 1:
        return _with_odd_points(x, [p for p in places if not _has(formulas[0], x, p, same)], formulas[0])
    arms: list[tuple[Expr, Any]] = []
    above = formulas[-1]
    for place, below in reversed(list(zip(places, formulas, strict=False))):
        right, left = _has(above, x, place, same), _has(below, x, place, same)
        if above == below and right:
            continue
        arms.append((above, sympy.Ge(x, place.at) if right and (place.to_the_right or not left) else x > place.at))
        if not right and not left:
            arms.append((place.value, sympy.Ge(x, place.at)))
        above = below
    return sympy.Piecewise(*arms, (above, True))


def _with_odd_points(x: Symbol, odd: list[Place], formula: Expr) -> Expr:
    """One formula everywhere but at some points."""
    if len(odd) == 1:
        return sympy.Piecewise((formula, sympy.Ne(x, odd[0].at)), (odd[0].value, True))
    return sympy.Piecewise(*((p.value, sympy.Eq(x, p.at)) for p in odd), (formula, True))


def closed(e: Expr) -> Expr:
    """`e` with True last in all its cases: SymPy takes it from cases inside an arm that repeat that arm's condition."""
    if not any(map(_open, e.atoms(sympy.Piecewise))):
        return e
    return e.replace(_open, lambda cases: sympy.Piecewise(*cases.args[:-1], (cases.args[-1][0], True)))


def _open(e: Any) -> bool:
    return isinstance(e, sympy.Piecewise) and e.args[-1][1] != sympy.true


def _has(formula: Expr, x: Symbol, place: Place, same: Same) -> bool:
    """Whether the formula has the value at the place; any will do where none is prescribed."""
    if place.value is None:
        return True
    if not fits(formula, {x: place.at}):
        return False
    here = formula.subs(x, place.at)
    return bool(here == place.value) or same(here, place.value)
