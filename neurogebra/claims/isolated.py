"""Places where a switch without a closed form turns over, found by enclosures: every zero in a bracket of its own.

The line is cut until enclosures and leading terms decide the sign of the formula or prove it monotone around one zero,
so that none is missed and each bracket, narrowed to 30 digits, holds one zero at which the slope is not 0. A zero that
is only touched, or one that swings for ever, raises Unsolved. What switches there is for others to know.
"""

from __future__ import annotations

import math
from fractions import Fraction

from sympy import Expr, Rational, Symbol

from neurogebra.claims.cells import FINE, Budget, Open, certain
from neurogebra.claims.poles import without_poles
from neurogebra.claims.stretch import Stretch
from neurogebra.compile.to_ball import Oracle
from neurogebra.compile.to_ball_arithmetic import Corner, Undefined, Unsure, arb, ctx, fmpq
from neurogebra.symbolic.crossing import Crossing
from neurogebra.symbolic.reach import fits
from neurogebra.symbolic.roots import Unsolved
from neurogebra.symbolic.switches import Piece

__all__ = ["Isolator"]

DIGITS = 30  # of a bracket; a Crossing is narrowed further when more are asked for
SIMPLE = 200  # the largest denominator of a fraction that is tried as the place itself


class Isolator:
    """Finds all zeros and poles of a formula between two ends; remembers what it found, and shares its budget."""

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self._found: dict[tuple[Expr, Expr, Expr], list[Expr] | Unsolved] = {}

    def __call__(self, g: Expr, x: Symbol, low: Expr, high: Expr) -> list[Expr]:
        """The places from left to right, ends left out. Unsolved with the reason where they are not all known."""
        key = (g, low, high)
        if key not in self._found:
            try:
                self._found[key] = self._places(g, x, low, high)
            except (Open, Undefined, Unsure, Corner) as reason:
                self._found[key] = Unsolved(f"where {g} changes its sign is not solved for {x}: {reason}")
            except Unsolved as reason:
                self._found[key] = reason
        found = self._found[key]
        if isinstance(found, Unsolved):
            raise found
        return found

    def _places(self, g: Expr, x: Symbol, low: Expr, high: Expr) -> list[Expr]:
        found: list[Expr] = []
        for index, part in enumerate(without_poles(Piece(low, high, g), x)):
            found += [part.low] if index else []
            stretch = Stretch(g, x, part.low, part.high, self.budget, orders=1)
            zeros = [segment.left.at for segment in stretch.segments(0) if segment.zero_left]
            found += [place(g, x, zero) for zero in zeros if zero is not None]
        return found


def place(g: Expr, x: Symbol, zero: arb) -> Expr:
    """The exact place of a zero: a fraction where a simple one, or the ball itself, is it, else a Crossing."""
    near = Fraction(float(zero)).limit_denominator(SIMPLE)
    simple = Rational(near.numerator, near.denominator)
    if fits(g, {x: simple}) and g.subs(x, simple) == 0 and zero.overlaps(arb(fmpq(near.numerator, near.denominator))):
        return simple
    unit = Fraction(10) ** (math.floor(math.log10(abs(float(zero)) or 1e-300)) + 1 - DIGITS)
    middle = round(Fraction(*map(int, fraction(zero.mid()))) / unit)
    low, high = ((middle + way) * unit for way in (-1, 1))
    if not crosses(g, x, low, high):
        raise Unsolved(f"whether {g} changes its sign near {x} = {zero.str(17, radius=False)} is open")
    return Crossing(g, x, *(Rational(end.numerator, end.denominator) for end in (low, high)))


def fraction(exact: arb) -> tuple[int, int]:
    """Numerator and denominator of a ball without radius."""
    mantissa, exponent = (int(part) for part in exact.man_exp())
    return (mantissa << exponent, 1) if exponent >= 0 else (mantissa, 1 << -exponent)


def crosses(g: Expr, x: Symbol, low: Fraction, high: Fraction) -> bool:
    """Whether g is monotone between two fractions, with other signs at them: it has one zero there."""
    oracle = Oracle(g)
    with ctx.workprec(FINE):
        a, b = (arb(fmpq(end.numerator, end.denominator)) for end in (low, high))
        left, right = (certain(oracle.ball({x.name: end}, FINE)) for end in (low, high))
        slope = certain(oracle.series(x.name, {x.name: a.union(b)}, 1, FINE)[1])
    return left * right < 0 and slope == right
