"""A smooth formula cut where a denominator is 0, so that each part is smooth inside, and ended where a logarithm ends.

Only poles that have a closed form are cut at, and only logarithms of straight lines end a piece; what has another pole
or end stays open when its signs are asked for. It knows denominators and logarithms, and nothing else.
"""

from __future__ import annotations

from itertools import pairwise

import sympy
from sympy import Expr, Symbol

from neurogebra.symbolic.roots import Unsolved, places
from neurogebra.symbolic.signs import Box
from neurogebra.symbolic.switches import Piece

__all__ = ["has_pole", "with_values", "without_poles"]


def has_pole(e: Expr, x: Symbol, place: Expr) -> bool:
    """Whether a formula has no finite value at a place."""
    return bool(e.subs(x, place).has(sympy.zoo, sympy.nan, sympy.oo))


def without_poles(piece: Piece, x: Symbol) -> list[Piece]:
    """The piece cut where a denominator is 0, so that each part is smooth inside."""
    bases = {power.base for power in piece.formula.atoms(sympy.Pow) if power.exp.is_negative and power.base.has(x)}
    poles: set[Expr] = set()
    for base in bases:
        try:
            poles |= set(places(base, x, Box({})))
        except Unsolved:
            continue  # what has a pole there stays open when its signs are asked for
    inside = sorted((p for p in poles if piece.low < p and p < piece.high), key=lambda p: float(p))
    ends = [piece.low, *inside, piece.high]
    return [Piece(low, high, piece.formula) for low, high in pairwise(ends)]


def with_values(piece: Piece, x: Symbol) -> list[Piece]:
    """The part of a piece on which no line is negative that a logarithm is taken of; nothing where none is left."""
    low, high = piece.low, piece.high
    for line in (log.args[0] for log in piece.formula.atoms(sympy.log)):
        slope = line.diff(x)
        if slope.is_Rational and slope != 0:
            end = -line.subs(x, 0) / slope
            if slope > 0 and low < end:
                low = end
            elif slope < 0 and end < high:
                high = end
    return [Piece(low, high, piece.formula)] if low < high else []
