"""The course of one function on the whole line: its stretches between the places where switches turn over.

Where f or f' repeats itself for ever, on the whole line or beyond a switch, one period stands for all. The signs on
each stretch are stretch.py's to prove, and what follows from them images.py's to say; places that can neither be solved
nor isolated raise Open.
"""

from __future__ import annotations

import sympy
from sympy import Expr, Integer, Symbol

from neurogebra.claims.cells import Open
from neurogebra.claims.isolated import Isolator
from neurogebra.claims.poles import has_pole, with_values, without_poles
from neurogebra.claims.stretch import Stretch
from neurogebra.compile.to_ball_arithmetic import arb
from neurogebra.language.interval import Interval
from neurogebra.symbolic.roots import Unsolved
from neurogebra.symbolic.signs import Box
from neurogebra.symbolic.switches import pieces

__all__ = ["Profile", "period"]


class Profile:
    """A formula of one variable, every other symbol a number, cut into stretches."""

    def __init__(
        self, formula: Expr, x: Symbol, domain: Interval | None = None, isolate: Isolator | None = None
    ) -> None:
        isolate = isolate or Isolator()
        budget = isolate.budget
        self.formula, self.x, self.domain = formula, x, domain
        self.box = Box({x.name: domain} if domain else {})
        try:
            found = pieces(formula, x, self.box, isolate)
        except Unsolved as reason:
            raise Open(str(reason)) from None
        self.known: dict[tuple[Expr, int], arb | None] = {}  # f and f' at single places, for whoever asks again
        self.stretches: list[Stretch] = []
        self._over: dict[int, list[Stretch]] = {}
        cut = [without_poles(part, x) for each in found for part in with_values(each, x)]
        if not cut:
            raise Open(f"{formula} has no value anywhere")
        for piece in (part for parts in cut for part in parts):
            last = self.stretches[-1] if self.stretches else None
            if last is not None and last.high != piece.low:
                raise Open(f"{formula} has no value between {last.high} and {piece.low}")
            same = last is not None and last.formula == piece.formula and not has_pole(piece.formula, x, piece.low)
            if last is not None and same:  # a switch that changes nothing
                self.stretches[-1] = Stretch(last.formula, x, last.low, piece.high, budget)
            else:
                self.stretches.append(Stretch(piece.formula, x, piece.low, piece.high, budget))

    @property
    def breaks(self) -> list[Expr]:
        """Where stretches meet."""
        return [stretch.high for stretch in self.stretches[:-1]]

    @property
    def points(self) -> list[Expr]:
        """Those places, and the ends of the domain that belong to it: f has a value there beside all stretches."""
        domain = self.domain
        ends = [(domain.low, domain.low_closed), (domain.high, domain.high_closed)] if domain else []
        return [*self.breaks, *(sympy.Rational(end) for end, closed in ends if closed)]

    def over(self, k: int) -> list[Stretch]:
        """The stretches that show all that f^(k) does: of an endless one that repeats itself, one period."""
        if k not in self._over:
            self._over[k] = [wave_of(each, min(k, 1)) or each for each in self.stretches] if k < 2 else self.over(1)
        return self._over[k]

    def repeats(self, k: int = 0) -> bool:
        """Whether f (k = 0) or f' (k = 1) repeats itself for ever somewhere."""
        return any(stretch.is_wave for stretch in self.over(k))


def wave_of(stretch: Stretch, k: int) -> Stretch | None:
    """One period of an endless stretch whose f^(k) repeats itself; both its ends are met again inside the stretch."""
    if stretch.low != -sympy.oo and stretch.high != sympy.oo:
        return None
    length = period(stretch.derivative(k), stretch.x)
    if length is None:
        return None
    low = stretch.low if stretch.low != -sympy.oo else Integer(0) if stretch.high == sympy.oo else stretch.high - length
    return Stretch(stretch.formula, stretch.x, low, low + length, stretch.budget, is_wave=True)


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
