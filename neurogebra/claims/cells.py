"""Intervals on which signs are decided: what enclosures of g, g', g'', ... on a cell and at its ends say of g inside.

A cell is decided where its enclosure avoids 0, where g is monotone, or where g vanishes at one end to an order whose
derivative has one sign; everything else is for whoever cuts it in two. Nothing here knows formulas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from neurogebra.compile.to_ball import Oracle
from neurogebra.compile.to_ball_arithmetic import arb, ctx

__all__ = ["FINE", "Budget", "Cell", "Open", "Place", "Segment", "certain", "exact_ball", "signs_in"]

FINE = 320  # bits of values at points, and of the numbers that claims are compared with
MOST_OF_A_STRETCH = 6_000  # cells, a second's work; the hungriest entry, softclamp_gelu, needs 4,200
MOST_OF_ALL = 60_000  # cells of one entry at all its parameter values; softclamp_gelu needs 34,000


class Open(ArithmeticError):
    """Nobody can tell; the text says what."""


@dataclass
class Budget:
    """Cells that may still be cut: work is counted and not timed, so that every machine gives the same verdicts."""

    most: int = MOST_OF_ALL
    cut: int = 0

    def spent(self, here: int) -> str:
        """Which count is used up, after `here` cells of one stretch, in words; nothing while there is some left."""
        if here > MOST_OF_A_STRETCH:
            return f" after {MOST_OF_A_STRETCH} cells, the most that one stretch is cut into"
        return "" if self.cut < self.most else f" after {self.most} cells, the most that one entry is cut into"


@dataclass(frozen=True)
class Place:
    """A point of the line: a ball, or one of the two infinities (`at` None)."""

    at: arb | None
    way: int = 0  # for an infinity

    def __str__(self) -> str:
        return ("oo" if self.way > 0 else "-oo") if self.at is None else self.at.str(17, radius=False)


@dataclass(frozen=True)
class Segment:
    """One sign of a derivative between two places of one piece; `zero_left`: it is 0 at its left place."""

    left: Place
    right: Place
    sign: int
    zero_left: bool


@dataclass
class Cell:
    """An interval on which the sign of each derivative is known, or one root of it lies inside."""

    low: arb
    high: arb
    signs: dict[int, tuple[int, int]] = field(default_factory=dict)  # order -> signs beside both ends


def signs_in(hull: Any, left: list[arb], right: list[arb]) -> tuple[int, int] | None:
    """The signs of g just inside both ends of a cell, from enclosures of g, g', ... on it and at its ends.

    One root lies inside where they differ; then g is monotone. None where the enclosures do not tell.
    """
    if hull[0] > 0 or hull[0] < 0:
        s = 1 if hull[0] > 0 else -1
        return s, s
    if hull[0].is_zero():
        return 0, 0
    p, q = vanishing(left), vanishing(right)
    if p is None or q is None:
        return None
    if p and not q and p < len(hull) and certain(hull[p]):
        return certain(hull[p]), certain(hull[p])
    if q and not p and q < len(hull) and certain(hull[q]):
        s = certain(hull[q]) * (-1) ** q
        return s, s
    if not p and not q and certain(hull[1]):
        return certain(left[0]), certain(right[0])
    return None


def vanishing(values: list[arb]) -> int | None:
    """The order to which g vanishes at a point; None beyond what is enclosed."""
    return next((j for j, value in enumerate(values) if certain(value)), None)


def certain(ball: arb) -> int:
    """The sign of every number in the ball; 0 where they have none in common."""
    return 1 if ball > 0 else -1 if ball < 0 else 0


def exact_ball(e: Expr) -> arb:
    """The number to FINE bits."""
    with ctx.workprec(FINE):
        return Oracle(e).ball({}, FINE)
