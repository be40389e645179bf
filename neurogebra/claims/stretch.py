"""One smooth formula between two places where switches turn over: the signs of f, f' and f'' on it, proven.

The piece is bisected until enclosures by Taylor arithmetic decide every sign or leave one root of a monotone
derivative; what lies beyond a large R, or beside a pole, is decided by leading terms (tails.py). What stays undecided
raises Open with a sentence, never a guess; it knows no switches and no claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

import sympy
from sympy import Expr, Symbol

from neurogebra.claims import tails
from neurogebra.claims.cells import FINE, Budget, Cell, Open, Place, Segment, certain, exact_ball, signs_in
from neurogebra.compile.to_ball import Oracle
from neurogebra.compile.to_ball_arithmetic import Corner, Undefined, Unsure, arb, ctx
from neurogebra.symbolic.recognise import to_words

__all__ = ["Stretch"]

HIGHEST = 6  # derivatives enclosed at once: an f' that vanishes at 0 to order 5 is still decided there
COARSE, FINER = 128, (1024, 4096)  # bits for enclosures over wide intervals, and at points where a value may be 0
NARROW = 2.0**-40
UNEVEN = 0.4853  # bisecting 2*pi would cut within 1e-16 of where 1 + sin(x) touches 0
RADII = (4.0, 8.0, 16.0, 32.0, 64.0, 96.0, 128.0, 256.0, 2.0**10, 2.0**14, 2.0**20)
EXACT = 200  # bits to which a root is known


class Stretch:
    """One smooth formula between two places where switches turn over."""

    def __init__(
        self, formula: Expr, x: Symbol, low: Expr, high: Expr, budget: Budget | None = None, is_wave: bool = False
    ) -> None:
        self.formula, self.x, self.low, self.high, self.is_wave = formula, x, low, high, is_wave
        self.budget = budget or Budget()
        self.oracle = Oracle(formula)
        self._points: dict[str, list[arb]] = {}
        self._roots: dict[tuple[int, str], arb] = {}
        self._derivatives = {0: formula}
        self._tails: dict[tuple[int, int, float], tails.Tail] = {}
        self._segments: dict[tuple[int, bool], list[Segment]] = {}
        self._cells = 0

    # -- enclosures --------------------------------------------------------------------------------------

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
                tail = self._tail(k, side, R)
                tail.sign()
                return tail
            except tails.Beyond as reason:
                reasons = str(reason)
        try:  # a limit may exist where the sign is open
            return self._tail(k, side, RADII[-1])
        except tails.Beyond:
            raise Open(f"what {self.formula} does at {self.high if side > 0 else self.low}: {reasons}") from None

    def _tail(self, k: int, side: int, R: float) -> tails.Tail:
        if (k, side, R) not in self._tails:
            place = self.high if side > 0 else self.low
            formula = self.derivative(k)
            if place in (sympy.oo, -sympy.oo):
                tail = tails.of(formula, self.x, side, R)
            else:  # x = place - side/y, y from R on
                tail = tails.of(formula.subs(self.x, place - side / self.x), self.x, 1, R)
            self._tails[k, side, R] = tail
        return self._tails[k, side, R]

    # -- signs -------------------------------------------------------------------------------------------

    def segments(self, k: int, strict: bool = True) -> list[Segment]:
        """The signs of f^(k) from left to right, neighbours with one sign and no zero between them joined.

        Where not `strict`, tails on which it swings for ever are left out; `swings` has what f^(k - 1) does there.
        """
        if (k, strict) not in self._segments:
            self._segments[k, strict] = self._joined(k, self._cut, strict)
        return self._segments[k, strict]

    def swings(self, k: int) -> list[arb]:
        """Balls around f^(k) on each tail where f^(k + 1) has no sign."""
        before, cells, after = self._cut
        found = []
        for side, signs, at in ((-1, before, cells[0].low), (1, after, cells[-1].high)):
            if self._has_tail(side) and k + 1 not in signs:
                try:
                    with ctx.workprec(FINE):
                        found.append(self._tail(k, side, abs(float(at))).values())
                except tails.Beyond as reason:
                    raise Open(str(reason)) from None
        return found

    @cached_property
    def _cut(self) -> tuple[dict[int, int], list[Cell], dict[int, int]]:
        """Signs in the left tail, cells, signs in the right tail."""
        low, before = self._inner(-1)
        high, after = self._inner(1)
        if not low < high:
            raise Open(f"the piece from {self.low} to {self.high} is too short")
        points = [low, *(p for p in (arb(0),) if low < p and p < high), high]
        cells = [cell for a, b in pairwise(points) for cell in self._cells_of(a, b)]
        return before, cells, after

    def _inner(self, side: int) -> tuple[arb, dict[int, int]]:
        """Where the cells end on one side, and the signs of f, f', f'' beyond; none beyond an ordinary point."""
        place, other = (self.high, self.low) if side > 0 else (self.low, self.high)
        infinite = place in (sympy.oo, -sympy.oo)
        if not infinite:
            try:
                point = tails.value(place) if not place.is_Rational else exact_ball(place)
                self.at(point)
                return point, {}
            except (Undefined, Unsure, Corner):
                pass
        signs: dict[int, int] = {}
        R = RADII[0]
        least = 2 * abs(float(other)) if infinite and other not in (sympy.oo, -sympy.oo) else 0.0
        if not infinite and other not in (sympy.oo, -sympy.oo):
            least = 2 / float(abs(self.high - self.low))
        for k in range(3):
            for radius in RADII:
                if radius < max(R, least):
                    continue
                try:
                    signs[k] = self._tail(k, side, radius).sign()
                    R = radius
                    break
                except tails.Beyond:
                    continue
        R = next((r for r in RADII if r >= max(R, least)), RADII[-1])
        return (arb(side * R) if infinite else exact_ball(place) - side / arb(R)), signs

    def _cells_of(self, low: arb, high: arb) -> Iterator[Cell]:
        """Cells from left to right, by bisection."""
        todo = [(low, high)]
        while todo:
            a, b = todo.pop()
            self._cells += 1
            self.budget.cut += 1
            cell = self._cell(a, b)
            width = float(b - a)
            done = cell.decided
            if done or self.budget.spent(self._cells) or width < NARROW * max(1.0, abs(float(a))):
                yield cell
            else:
                middle = self._touching(cell) if width < 0.5 else None
                middle = arb(float(a + (b - a) * UNEVEN)) if middle is None else middle
                todo += [(middle, b), (a, middle)]

    def _touching(self, cell: Cell) -> arb | None:
        """The point where an undecided f^(k) touches 0 without crossing it, as 1 + sin(x) does."""
        for k in range(3):
            ends = cell.signs.get(k + 1, (0, 0))
            if k not in cell.signs and ends[0] * ends[1] < 0:
                point = self.root(k + 1, cell)
                if self.at(point)[k] == 0:
                    return point
        return None

    def _cell(self, a: arb, b: arb) -> Cell:
        """First by the formula as written; where that is too wide, by its other spellings."""
        cell = Cell(a, b)
        for oracle in (self.oracle, *self.respelt):
            try:
                hull = self._hull(oracle, a, b)
                left, right = self.at(a), self.at(b)
            except (Undefined, Unsure, Corner):
                continue
            for k in range(4):
                signs = cell.signs.get(k) or signs_in(hull[k:], left[k:], right[k:])
                if signs is not None:
                    cell.signs[k] = signs
            if cell.decided or b - a > 1:
                break
        return cell

    def _hull(self, oracle: Oracle, a: arb, b: arb) -> list[arb]:
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

    def _joined(self, k: int, cut: tuple[dict[int, int], list[Cell], dict[int, int]], strict: bool) -> list[Segment]:
        before, cells, after = cut
        if self.derivative(k) == 0:
            return [Segment(self.end_place(-1), self.end_place(1), 0, False)]
        found: list[Segment] = []

        def add(left: Place, right: Place, sign: int, zero_left: bool) -> None:
            if found and found[-1].sign == sign and not zero_left:
                found[-1] = Segment(found[-1].left, right, sign, found[-1].zero_left)
            else:
                found.append(Segment(left, right, sign, zero_left))

        if before or (self._has_tail(-1) and (strict or k in before)):
            add(self.end_place(-1), Place(cells[0].low), self._tail_sign(before, k, -1), False)
        for cell in cells:
            if k not in cell.signs:
                where = f"[{cell.low.str(8, radius=False)}, {cell.high.str(8, radius=False)}]"
                raise Open(f"the sign of derivative {k} on {where} stays open{self.budget.spent(self._cells)}")
            low, high = Place(cell.low), Place(cell.high)
            zero = bool(found) and self.at(cell.low)[k] == 0 and cell.signs[k] != (0, 0)
            s, t = cell.signs[k]
            if s == t:
                add(low, high, s, zero)
            else:
                root = Place(self.root(k, cell))
                add(low, root, s, zero)
                add(root, high, t, True)
        if after or (self._has_tail(1) and (strict or k in after)):
            add(Place(cells[-1].high), self.end_place(1), self._tail_sign(after, k, 1), False)
        return found

    def end_place(self, side: int) -> Place:
        place = self.high if side > 0 else self.low
        return Place(None, side) if place in (sympy.oo, -sympy.oo) else Place(exact_ball(place))

    def _has_tail(self, side: int) -> bool:
        return self.end_place(side).at is None

    def _tail_sign(self, signs: dict[int, int], k: int, side: int) -> int:
        if k not in signs:
            raise Open(f"the sign of derivative {k} towards {self.high if side > 0 else self.low} stays open")
        return signs[k]

    def root(self, k: int, cell: Cell) -> arb:
        """The one root of f^(k) in a cell where f^(k) is monotone, to EXACT bits."""
        key = (k, cell.low.str(40) + cell.high.str(40))
        if key not in self._roots:
            with ctx.workprec(FINE):
                self._roots[key] = self._newton(k, cell)
        return self._roots[key]

    def _newton(self, k: int, cell: Cell) -> arb:
        a, b, rising = cell.low, cell.high, cell.signs[k][0] < 0
        for _ in range(400):
            middle = ((a + b) / 2).mid()
            f, slope = self._two(k, middle)
            step = f / slope if slope > 0 or slope < 0 else arb(0)
            close = (middle - step).mid()
            if not (a < close and close < b):
                close = middle
            for guess in (middle, close):
                value, _ = self._two(k, guess)
                if value.contains(arb(0)):
                    return guess.union(guess + arb(2) ** -EXACT * (abs(guess) + arb(2) ** -EXACT))
                if (value > 0) == rising:
                    b = guess if guess < b else b
                else:
                    a = guess if guess > a else a
            reach = arb(2) ** -(EXACT + 8) * abs(close) + arb(2) ** -(2 * EXACT)
            low, high = (close - reach).mid(), (close + reach).mid()
            if low > a and high < b and self._two(k, low)[0] * self._two(k, high)[0] < 0:
                return low.union(high)
            if float((b - a).upper()) < 2.0**-EXACT * abs(float(middle)):
                return a.union(b)
        raise Open(f"a root of derivative {k} near {cell.low.str(8, radius=False)} is not found")

    def _two(self, k: int, point: arb) -> tuple[arb, arb]:
        found = self.oracle.series(self.x.name, {self.x.name: point}, k + 1, FINE)
        return found[k], found[k + 1]
