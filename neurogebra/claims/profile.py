"""The course of one function on the whole line: its stretches between the places where switches turn over.

Where f' repeats itself for ever, one period stands for all of them. The signs on each stretch are stretch.py's to
prove, and what follows from them images.py's to say; places that cannot be solved raise Open.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import sympy
from sympy import Expr, Integer, Symbol

from neurogebra.claims.cells import Open, Place, Segment
from neurogebra.claims.stretch import Stretch
from neurogebra.language.interval import Interval
from neurogebra.symbolic.roots import Unsolved, places
from neurogebra.symbolic.signs import Box
from neurogebra.symbolic.switches import Piece, pieces

__all__ = ["Open", "Place", "Profile", "Segment", "Stretch", "period"]


class Profile:
    """A formula of one variable, every other symbol a number, cut into stretches.

    `wave` is one period where f' repeats itself: what it does there it does everywhere.
    """

    def __init__(self, formula: Expr, x: Symbol, domain: Interval | None = None) -> None:
        self.formula, self.x, self.domain = formula, x, domain
        try:
            found = pieces(formula, x, Box({x.name: domain} if domain else {}))
        except Unsolved as reason:
            raise Open(str(reason)) from None
        self.stretches: list[Stretch] = []
        cut = [without_poles(each, x) for each in found]
        for piece in (part for parts in cut for part in parts):
            last = self.stretches[-1] if self.stretches else None
            same = last is not None and last.formula == piece.formula and not _has_pole(piece.formula, x, piece.low)
            if last is not None and same:  # a switch that changes nothing
                self.stretches[-1] = Stretch(last.formula, x, last.low, piece.high)
            else:
                self.stretches.append(Stretch(piece.formula, x, piece.low, piece.high))

    @property
    def breaks(self) -> list[Expr]:
        """Where stretches meet."""
        return [stretch.high for stretch in self.stretches[:-1]]

    @cached_property
    def wave(self) -> Stretch | None:
        """One period of a formula whose slope repeats itself."""
        length = period(self.formula.diff(self.x), self.x) if not self.breaks and not self.domain else None
        return None if length is None else Stretch(self.formula, self.x, Integer(0), length)

    @cached_property
    def repeats(self) -> bool:
        """Whether f itself repeats itself."""
        return self.wave is not None and period(self.formula, self.x) is not None

    def over(self, k: int) -> list[Stretch]:
        """The stretches that show all that f^(k) does."""
        return [self.wave] if self.wave is not None and (k or self.repeats) else self.stretches


def _has_pole(e: Expr, x: Symbol, place: Expr) -> bool:
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


def period(e: Expr, x: Symbol) -> Expr | None:
    """A period, where x stands only in sines and cosines whose frequencies have a common measure."""
    waves = e.atoms(sympy.sin, sympy.cos)
    if not waves or e.xreplace({w: sympy.Dummy() for w in waves}).has(x):
        return None
    frequencies = [w.args[0].diff(x) for w in waves]
    if any(f.has(x) or f == 0 for f in frequencies):
        return None
    shares = [f / frequencies[0] for f in frequencies]
    if not all(share.is_Rational for share in shares):
        return None
    measure = sympy.Rational(sympy.gcd_list([abs(share) for share in shares]))
    return 2 * sympy.pi / abs(frequencies[0] * measure)
