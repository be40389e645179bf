"""A formula with switches (Max, Min, Abs, sign, Piecewise) as smooth formulas on adjoining intervals.

On every interval each switch has one arm in force for all parameters of the box, so that differentiating needs no
rule for corners there; at a point, `at_point` puts the arms that the one rule of corners prescribes. A switch that
cannot be solved, or two places whose order the domains leave open, raise Unsolved. Nothing here differentiates.

    >>> x = sympy.Symbol("x", real=True)
    >>> for piece in pieces(sympy.Min(sympy.Max(0, x), 6), x, Box()): print(piece.low, piece.high, piece.formula)
    -oo 0 0
    0 6 x
    6 oo 6

Where no closed form is known, `isolate` may name the places instead: it is told a formula and the interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Dummy, Expr, Integer, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from neurogebra.language.functions import Word
from neurogebra.symbolic.floats import number
from neurogebra.symbolic.reach import fits
from neurogebra.symbolic.roots import BORDERS, Unsolved, places
from neurogebra.symbolic.sides import finite
from neurogebra.symbolic.signs import ANY, NEGATIVE, POSITIVE, ZERO, Box

__all__ = ["SWITCHES", "VANISHING", "Isolate", "NoValue", "Piece", "at_point", "pieces", "switches"]

SWITCHES = (sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.floor, sympy.ceiling, sympy.Piecewise)
NO_NUMBERS = (sympy.zoo, sympy.nan, sympy.I, sympy.AccumBounds)
# Stands for the 0 that sign(u) and Abs(u)/u are at u = 0, so that 0 times an infinite slope stays undefined.
VANISHING = Dummy("vanishing", real=True)
MOST_PIECES = 64
# All zeros and poles of a formula of `x` alone between two ends. It raises Unsolved where some may be missing.
Isolate = Callable[[Expr, Symbol, Expr, Expr], list[Expr]]


# The signs of left minus right for which each relation holds.
HOLDS: dict[type, frozenset[int]] = {
    sympy.StrictGreaterThan: POSITIVE,
    sympy.GreaterThan: POSITIVE | ZERO,
    sympy.StrictLessThan: NEGATIVE,
    sympy.LessThan: NEGATIVE | ZERO,
    sympy.Equality: ZERO,
    sympy.Unequality: ANY - ZERO,
}


@dataclass(frozen=True)
class Piece:
    """The smooth `formula` that holds between `low` and `high`, both left out.

    Where none does, because it divides by 0 there, `hole` is what was written so and has no value: 1/Max(0, x).
    """

    low: Expr
    high: Expr
    formula: Expr
    hole: Expr | None = None


class NoValue(Unsolved):
    """The formula has a pole where its slope is asked for."""


class _Split(Exception):
    """An interval has a switching place inside it."""


def switches(e: Expr, x: Symbol) -> list[Expr]:
    """The parts of `e` that switch when `x` passes some place; a Piecewise that parameters decide does not."""
    return [s for s in e.atoms(*SWITCHES) if _turns(s, x)] if e.has(*SWITCHES) else []


def _turns(switch: Expr, x: Symbol) -> bool:
    if isinstance(switch, sympy.Piecewise):
        return any(condition.has(x) for _, condition in switch.args)
    return bool(switch.has(x))


# Intervals ------------------------------------------------------------------------------------------------


def pieces(e: Expr, x: Symbol, box: Box, isolate: Isolate | None = None) -> list[Piece]:
    """The smooth formulas of `e` from left to right, over the domain of `x`."""
    whole = box.range(x)
    low = -sympy.oo if whole.low == -sympy.oo else sympy.Rational(whole.low)
    high = sympy.oo if whole.high == sympy.oo else sympy.Rational(whole.high)
    return _Walk(x, box, isolate).split(e, low, high, {})


class _Walk:
    """One formula taken apart; remembers where each switch changes."""

    def __init__(self, x: Symbol, box: Box, isolate: Isolate | None) -> None:
        self.x, self.box, self.isolate = x, box, isolate
        self._places: dict[Expr, list[Expr]] = {}

    def split(self, e: Expr, low: Expr, high: Expr, isolated: Mapping[Expr, list[Expr]]) -> list[Piece]:
        """The pieces between two ends; `isolated` has what is known of any interval around this one."""
        known = dict(isolated)
        arms = _Arms(self.x, lambda g: self.sign_between(g, low, high, known))
        try:
            formula = arms.resolve(e)
        except _Split as split:
            place: Expr = split.args[0]
        else:
            return [Piece(low, high, formula, arms.holes[0] if arms.holes and not finite(formula) else None)]
        found = self.split(e, low, place, known) + self.split(e, place, high, known)
        if len(found) > MOST_PIECES:
            raise Unsolved(f"the formula {e} has more than {MOST_PIECES} pieces")
        return found

    def sign_between(self, g: Expr, low: Expr, high: Expr, isolated: dict[Expr, list[Expr]]) -> frozenset[int]:
        """The sign of `g` on the whole interval; a place inside interrupts the walk."""
        if not g.has(self.x):
            return self.box.sign(g)
        for place in isolated[g] if g in isolated else self.places(g, low, high, isolated):
            if self._inside(place, low, high):
                raise _Split(place)
        return self._sampled(g, low, high)

    def places(self, g: Expr, low: Expr, high: Expr, isolated: dict[Expr, list[Expr]]) -> list[Expr]:
        """Where `g` can change its sign: in closed form on the whole line, else isolated between the two ends."""
        if g not in self._places:
            try:
                self._places[g] = places(g, self.x, self.box)
            except Unsolved:
                if self.isolate is None or g.free_symbols | low.free_symbols | high.free_symbols != {self.x}:
                    raise
                isolated[g] = self.isolate(g, self.x, low, high)
                return isolated[g]
        return self._places[g]

    def _inside(self, place: Expr, low: Expr, high: Expr) -> bool:
        above = POSITIVE if low == -sympy.oo else self.box.sign(place - low)
        below = POSITIVE if high == sympy.oo else self.box.sign(high - place)
        if 1 not in above or 1 not in below:
            return False
        if -1 in above or -1 in below:
            other = low if -1 in above else high
            raise Unsolved(f"which of {place} and {other} is larger is open")
        return True

    def _sampled(self, g: Expr, low: Expr, high: Expr) -> frozenset[int]:
        """No zero and no pole lies inside, so the sign at one point of it is the sign at all of them.

        A 0 among the answers comes from parameters for which `g` vanishes altogether.
        """
        seen: set[int] = set()
        for at in self.box.points((low.free_symbols | high.free_symbols | g.free_symbols) - {self.x}):
            inside = _points_between(number(low, at), number(high, at))
            values = [v for v in (number(g, {**at, self.x: x}) for x in inside) if v == v]
            if values:
                seen.add(next(((v > 0) - (v < 0) for v in values if v), 0))
        if seen <= ZERO and not (seen and self.box.zero(g)):  # floats take 2**(a**30) - 1 for 0 where a is 0.1
            raise Unsolved(f"the sign of {g} is open")
        return frozenset(seen)


def _points_between(low: float, high: float) -> list[float]:
    """A few points inside, none of them a round number; none where the interval is empty."""
    if low >= high:
        return []
    if low == -sympy.oo and high == sympy.oo:
        return [0.7310, -1.3170, 5.2310]
    if low == -sympy.oo:
        return [high - h * max(1.0, abs(high)) for h in (0.2731, 1.9137, 0.0173)]
    if high == sympy.oo:
        return [low + h * max(1.0, abs(low)) for h in (0.2731, 1.9137, 0.0173)]
    return [low + (high - low) * share for share in (0.5371, 0.2139, 0.8317)]


# Points ---------------------------------------------------------------------------------------------------


def at_point(e: Expr, x: Symbol, point: Expr, box: Box) -> Expr:
    """The smooth formula whose slope at `point` is the slope of `e` there by the rule of corners.

    Its value there is that of `e` too. VANISHING stands for 0 in the answer.
    """

    def sign(g: Expr) -> frozenset[int]:
        if not fits(g, {x: point, VANISHING: Integer(0)}):
            raise NoValue(f"{g} has no value at {point}")
        here = g.subs({x: point, VANISHING: 0})
        if here.has(sympy.nan, sympy.zoo, sympy.oo):
            raise NoValue(f"{g} has no value at {point}")
        return ZERO if box.zero(here) else box.sign(here)

    return _Arms(x, sign, VANISHING).resolve(e)


# Switches replaced by the arms in force -------------------------------------------------------------------


@dataclass(frozen=True)
class _Arms:
    """Puts, for each switch that depends on `x`, what is in force where `sign` looks."""

    x: Symbol
    sign: Callable[[Expr], frozenset[int]]
    zero: Expr = sympy.S.Zero
    holes: list[Expr] = field(default_factory=list)  # parts that have no value of their own, from the inside out

    def resolve(self, e: Expr) -> Expr:
        if not e.has(*SWITCHES) or not e.has(self.x):
            return e
        if isinstance(e, sympy.Piecewise):
            return self._piecewise(e)
        args = [self.resolve(a) for a in e.args]
        if sympy.nan in args:
            return sympy.nan
        if isinstance(e, sympy.Max | sympy.Min):
            return self._winner(args, 1 if isinstance(e, sympy.Max) else -1)
        if isinstance(e, sympy.Abs):
            return (self._way(args[0]) or self.zero) * args[0]
        if isinstance(e, sympy.sign):
            return self._way(args[0]) or self.zero
        if isinstance(e, sympy.floor | sympy.ceiling):
            raise Unsolved(f"the jumps of {e} have no end")
        if all(a.is_number for a in args):
            return self._of_numbers(e, args)
        if e.is_Mul and 0 in args:
            return sympy.S.Zero  # also where it stands beside log(0)
        return e.func(*args) if args != list(e.args) else e

    def _of_numbers(self, e: Expr, args: list[Expr]) -> Expr:
        """`e` of numbers as it evaluates: 1/0 is nan and log(0) is -oo, where SymPy has zoo for both."""
        if e.func in BORDERS and args[0] == BORDERS[e.func]:
            slope = e.fdiff()
            self.holes.append(slope if finite(slope) else sympy.sqrt(e))  # 1/where(x > 0, x, 0) has no form
            return -sympy.oo
        if isinstance(e, Word) and args[0].is_infinite:
            return e.elementary(args[0])
        whole = sympy.S.Zero if e.is_Mul and 0 in args else e.func(*args)
        if whole.has(*NO_NUMBERS) or e.is_Pow and args[1].is_negative and not _divides(args[0]):
            self.holes.append(e)
            return sympy.nan
        return whole

    def _way(self, g: Expr) -> Integer:
        """The sign of `g` that counts; beside a 0 the other one, because both arms are equal where g is 0."""
        strict = self.sign(g) - ZERO
        if len(strict) > 1:
            raise Unsolved(f"the sign of {g} is open")
        return Integer(next(iter(strict), 0))

    def _winner(self, args: list[Expr], way: int) -> Expr:
        best = args[:1]
        for a in args[1:]:
            ahead = way * self._way(a - best[0])
            if ahead >= 0:
                best = [a] if ahead else [*best, a]
        free = [a for a in best if not a.has(self.x)]
        return free[0] if free else sympy.Add(*best) / len(best)

    def _piecewise(self, e: Expr) -> Expr:
        arms: list[tuple[Expr, Any]] = []
        for formula, condition in e.args:
            truth = self._truth(condition)
            if truth is not False:
                arms.append((self.resolve(formula), sympy.true if truth else condition))
            if truth:
                break
        return sympy.Piecewise(*arms) if arms else sympy.nan

    def _truth(self, c: Any) -> bool | None:
        """Whether the condition holds; None where parameters alone decide it and the box leaves them open."""
        if isinstance(c, BooleanAtom):
            return bool(c)
        if isinstance(c, Relational):
            signs = self.sign(self.resolve(c.lhs) - self.resolve(c.rhs))
            truth = True if signs <= HOLDS[c.func] else None if signs & HOLDS[c.func] else False
        elif isinstance(c, sympy.And | sympy.Or):
            decisive = isinstance(c, sympy.Or)
            truths = [self._truth(a) for a in c.args]
            truth = decisive if decisive in truths else None if None in truths else not decisive
        else:
            return self._truth(c.to_nnf())
        if truth is None and c.has(self.x):
            raise Unsolved(f"whether {c} holds is open")
        return truth


def _divides(e: Expr) -> bool:
    """Whether there is a quotient by a number: not by expm1(0), but by erfc(40), which is 0 in floats."""
    return finite(e) and not (number(e, {}) == 0 and e.rewrite(sympy.exp) == 0)
