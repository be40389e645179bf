"""What is known of one smooth formula between two places: enclosures of f, f', f'', ... at points, on cells, at ends.

Each is asked of the formula as written first and of its other spellings where that is too wide, because 1 + erf(x)
far out on the left is a sum that nothing is left of. At infinities and poles leading terms speak (tails.py). What no
spelling tells raises Open or Unsure; switches, and how a piece is cut into cells, are for others.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import sympy
from sympy import Expr, Symbol

from neurogebra.claims import tails
from neurogebra.claims.cells import FINE, Cell, Open, Place, certain, exact_ball
from neurogebra.compile.to_ball import Oracle
from neurogebra.compile.to_ball_arithmetic import Corner, Undefined, Unsure, arb, ctx
from neurogebra.symbolic.recognise import to_words

__all__ = ["RADII", "Enclosed"]

HIGHEST = 6  # derivatives enclosed at once: an f' that vanishes at 0 to order 5 is still decided there
COARSE, FINER = 128, (1024, 4096)  # bits for enclosures over wide intervals, and at points where a value may be 0
RADII = (4.0, 8.0, 16.0, 32.0, 64.0, 96.0, 128.0, 256.0, 2.0**10, 2.0**14, 2.0**20)
EXACT = 200  # bits to which a root is known


class Enclosed:
    """A formula of one variable, smooth between `low` and `high`."""

    def __init__(self, formula: Expr, x: Symbol, low: Expr, high: Expr) -> None:
        self.formula, self.x, self.low, self.high = formula, x, low, high
        self.oracle = Oracle(formula)
        self._points: dict[str, list[arb]] = {}
        self._roots: dict[tuple[int, str], arb] = {}
        self._derivatives = {0: formula}
        self._tails: dict[tuple[int, int, float], tails.Tail] = {}

    def derivative(self, k: int) -> Expr:
        if k not in self._derivatives:
            self._derivatives[k] = self.derivative(k - 1).diff(self.x)
        return self._derivatives[k]

    def at(self, point: arb) -> list[arb]:
        """f, f', ... at a point of the closed piece; what 4096 bits cannot tell from 0 is 0.

        A point that is a ball itself, such as a root, is known to FINE bits, and more would tell no more.
        """
        key = point.str(100)
        if key not in self._points:
            found = self._known_at(point, FINE)
            for bits in FINER if point.is_exact() else ():
                if all(certain(value) or value.is_zero() for value in found):
                    break
                found = self._known_at(point, bits)
            if not all(value.is_finite() for value in found):
                raise Unsure("a value is not known")
            self._points[key] = [value if certain(value) else arb(0) for value in found]
        return self._points[key]

    def _known_at(self, point: arb, bits: int) -> list[arb]:
        """f, f', ... by the first spelling that knows each: 2**-32700 is left of sums of 1 in gelu at -212."""
        found = list(self.oracle.series(self.x.name, {self.x.name: point}, HIGHEST, bits))
        for other in self.respelt:
            if all(certain(value) or value.is_zero() for value in found):
                break
            try:
                series = other.series(self.x.name, {self.x.name: point}, HIGHEST, bits)
            except (Undefined, Unsure, Corner):
                continue
            found = [old if certain(old) or old.is_zero() else new for old, new in zip(found, series, strict=True)]
        return found

    @cached_property
    def respelt(self) -> list[Oracle]:
        """The formula in words, which cancel less, and with logarithms of quotients taken apart, which add up less."""
        apart = to_words(sympy.expand_log(self.formula, force=True))  # where a part is negative it has no value
        return [Oracle(e) for e in dict.fromkeys((to_words(self.formula), apart)) if e != self.formula]

    def value(self, k: int, place: Place, side: int) -> Any:
        """f^(k) at a place of the piece: a ball, or oo or -oo; at its ends the limit from inside."""
        if place.at is not None:
            try:
                return self.at(place.at)[k]
            except (Undefined, Unsure, Corner):
                pass
        limit = self.limit(k, side)
        return limit if limit in (sympy.oo, -sympy.oo) else limit if isinstance(limit, arb) else tails.value(limit)

    def limit(self, k: int, side: int) -> Any:
        """The limit of f^(k) at one end: an exact number, a ball, oo or -oo. Open where it swings, or may."""
        try:
            return self.end(k, side).limit()
        except tails.Beyond as reason:
            raise Open(f"what {self.formula} tends to at {self.high if side > 0 else self.low}: {reason}") from None

    def end(self, k: int, side: int) -> tails.Tail:
        """The tail of f^(k) at the right end (side 1) or the left one."""
        reasons = ""
        for R in RADII:
            try:
                tail = self.tail(k, side, R)
                tail.sign()
                return tail
            except tails.Beyond as reason:
                reasons = str(reason)
        try:  # a limit may exist where the sign is open
            return self.tail(k, side, RADII[-1])
        except tails.Beyond:
            raise Open(f"what {self.formula} does at {self.high if side > 0 else self.low}: {reasons}") from None

    def tail(self, k: int, side: int, R: float) -> tails.Tail:
        """The tail of f^(k) from |x| = R on, or from 1/R beside a finite end. Beyond where it cannot be held."""
        if (k, side, R) not in self._tails:
            place = self.high if side > 0 else self.low
            formula = self.derivative(k)
            if place in (sympy.oo, -sympy.oo):
                tail = tails.of(formula, self.x, side, R)
            else:  # x = place - side/y, y from R on
                tail = tails.of(formula.subs(self.x, place - side / self.x), self.x, 1, R)
            self._tails[k, side, R] = tail
        return self._tails[k, side, R]

    def end_place(self, side: int) -> Place:
        place = self.high if side > 0 else self.low
        return Place(None, side) if place in (sympy.oo, -sympy.oo) else Place(exact_ball(place))

    # -- on cells ----------------------------------------------------------------------------------------

    def hull(self, oracle: Oracle, a: arb, b: arb) -> list[arb]:
        """f, f', ... on a cell: by walking the formula, or by Taylor's around the middle where that is narrower."""
        name, whole, bits = self.x.name, a.union(b), COARSE if b - a > 0.5 else FINE
        hull = list(oracle.series(name, {name: whole}, HIGHEST, bits))
        if all(certain(each) for each in hull[:4]):
            return hull
        with ctx.workprec(bits):
            middle = whole.mid()
            centre, step = oracle.series(name, {name: middle}, HIGHEST, bits), whole - middle
            for k in range(3, -1, -1):
                around = centre[k] + step * (centre[k + 1] + step / 2 * (centre[k + 2] + step / 3 * hull[k + 3]))
                if around.rad() < hull[k].rad():
                    hull[k] = around
        return hull

    def root(self, k: int, cell: Cell) -> arb:
        """The one root of f^(k) in a cell where f^(k) is monotone, to EXACT bits."""
        key = (k, cell.low.str(40) + cell.high.str(40))
        if key not in self._roots:
            with ctx.workprec(FINE):
                self._roots[key] = self._newton(k, cell)
        return self._roots[key]

    def _newton(self, k: int, cell: Cell) -> arb:
        """By Newton's steps as long as each is less than half the one before, else by halving what is left."""
        a, b, rising = cell.low, cell.high, cell.signs[k][0] < 0
        at, last = ((a + b) / 2).mid(), b - a
        for _ in range(400):
            f, slope = self._two(k, at)
            if f.contains(arb(0)):
                return at.union(at + arb(2) ** -EXACT * (abs(at) + arb(2) ** -EXACT))
            a, b = (a, at) if (f > 0) == rising else (at, b)
            near = (at - f / slope).mid() if slope > 0 or slope < 0 else at
            step = abs(near - at)
            if step < arb(2) ** -(EXACT // 2) * abs(at):  # the next step would be the square of this one
                reach = arb(2) ** -(EXACT + 8) * abs(near) + arb(2) ** -(2 * EXACT)
                low, high = (near - reach).mid(), (near + reach).mid()
                inside = cell.low < low and high < cell.high
                if inside and self._two(k, low)[0] * self._two(k, high)[0] < 0:
                    return low.union(high)
            if float((b - a).upper()) < 2.0**-EXACT * abs(float(at)):
                return a.union(b)
            fast = 2 * step < last and a < near and near < b
            at, last = (near, step) if fast else (((a + b) / 2).mid(), b - a)
        raise Open(f"a root of derivative {k} near {cell.low.str(8, radius=False)} is not found")

    def _two(self, k: int, point: arb) -> tuple[arb, arb]:
        found = self.oracle.series(self.x.name, {self.x.name: point}, k + 1, FINE)
        return found[k], found[k + 1]
