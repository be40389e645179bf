"""Where a formula jumps or bends, and how: exact places and exact one-sided values, parameters included.

Every place where a switch changes is looked at in rising order of derivative until the two sides differ; a place
where four derivatives agree is no corner, so that celu written with Max and Min has one in its second derivative
alone. What cannot be solved is returned as a sentence, never left out; `isolate` may name places that have no closed
form. Nothing here knows what an entry declares.

    >>> import sympy
    >>> x = Symbol("x", real=True)
    >>> find(sympy.Min(sympy.Max(0, x), 6), x).corners[1]
    Corner(at=6, order=1, left=1, right=0, gradient=0)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from sympy import Expr, Symbol

from neurogebra.language.interval import Interval
from neurogebra.symbolic.gradient import Slopes
from neurogebra.symbolic.roots import Unsolved
from neurogebra.symbolic.sides import finite, side, value
from neurogebra.symbolic.signs import Box
from neurogebra.symbolic.switches import VANISHING, Isolate, Piece, at_point, pieces

__all__ = ["HIGHEST_ORDER", "Corner", "Found", "find"]

HIGHEST_ORDER = 4


@dataclass(frozen=True)
class Corner:
    """At `at` the derivative number `order` (0: the value) tends to `left` and to `right`, which differ.

    `gradient` is the value of the first derivative there, None where it has none. A value that differs from two
    equal sides is a corner of order 0. A side may be oo or -oo, and then both may.
    """

    at: Expr
    order: int
    left: Expr
    right: Expr
    gradient: Expr | None


@dataclass(frozen=True)
class Found:
    """The corners from left to right, and a sentence for each thing that could not be decided."""

    corners: tuple[Corner, ...]
    undecided: tuple[str, ...]


def find(
    expr: Expr, variable: Symbol, domains: Mapping[str, Interval] | None = None, isolate: Isolate | None = None
) -> Found:
    """All corners of `expr` in `variable`, every parameter anywhere inside its domain."""
    box = Box(domains)
    try:
        found = pieces(expr, variable, box, isolate)
    except Unsolved as reason:
        return Found((), (_sentence(reason),))
    search = _Search(expr, variable, box)
    corners: list[Corner] = []
    undecided: list[str] = []
    for left, right in pairwise(found):
        try:
            corner = search.between(left, right)
        except Unsolved as reason:
            undecided.append(_sentence(reason))
        else:
            corners += [corner] if corner is not None else []
    return Found(tuple(corners), tuple(undecided))


def _sentence(reason: Unsolved) -> str:
    text = str(reason)
    return f"{text[0].upper()}{text[1:]}."


class _Search:
    """One formula, looked at place by place."""

    def __init__(self, e: Expr, x: Symbol, box: Box) -> None:
        self.e, self.x, self.box = e, x, box
        self.slopes = Slopes(x, box)

    def between(self, left: Piece, right: Piece) -> Corner | None:
        """The corner where two pieces meet, if there is one."""
        place, before, after = left.high, left.formula, right.formula
        for order in range(HIGHEST_ORDER + 1):
            low, high = self._side(before, place, -1), self._side(after, place, 1)
            bends = not (finite(low) and finite(high) and self.box.zero(low - high))
            if bends or (order == 0 and not self._continuous(place, low)):
                return Corner(place, order, low, high, self._gradient(left, right))
            if before == after:
                return None
            before, after = self.slopes.of(before), self.slopes.of(after)
        return None

    def _side(self, e: Expr, place: Expr, way: int) -> Expr:
        limit = side(e, self.x, place, way, self.box)
        if limit is None:
            raise Unsolved(f"what {e} tends to at {place} is not known")
        return limit

    def _continuous(self, place: Expr, limit: Expr) -> bool:
        """Whether the value at a place is what both sides tend to."""
        here = value(at_point(self.e, self.x, place, self.box).subs(VANISHING, 0), self.x, place, self.box)
        return here is not None and self.box.zero(here - limit)

    def _gradient(self, left: Piece, right: Piece) -> Expr | None:
        slopes = self.slopes.of(left.formula), self.slopes.of(right.formula)
        return self.slopes.at(self.e, left.high, *slopes)
