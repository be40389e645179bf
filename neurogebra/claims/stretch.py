"""One smooth formula between two places where switches turn over: the signs of f, f' and f'' on it, proven.

The piece is bisected until enclosures by Taylor arithmetic decide every sign or leave one root of a monotone
derivative; what lies beyond a large R, or beside a pole, is decided by leading terms (tails.py). What stays undecided
raises Open with a sentence, never a guess; it knows no switches and no claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import sympy
from sympy import Expr, Symbol

from neurogebra.claims import tails
from neurogebra.claims.cells import FINE, Budget, Cell, Open, Place, Segment, exact_ball, signs_in
from neurogebra.claims.enclosed import RADII, Enclosed
from neurogebra.compile.to_ball_arithmetic import Corner, Undefined, Unsure, arb, ctx

__all__ = ["Stretch"]

ORDERS = 3  # signs of f, f' and f''
NARROW = 2.0**-40
UNEVEN = 0.4853  # bisecting 2*pi would cut within 1e-16 of where 1 + sin(x) touches 0


class Stretch(Enclosed):
    """A formula between two places where switches turn over; `is_wave`: one period of an endless one.

    Where only the signs of f, or of f and f', will be asked for, `orders` is 1 or 2, and cells are cut for those alone.
    """

    def __init__(
        self,
        formula: Expr,
        x: Symbol,
        low: Expr,
        high: Expr,
        budget: Budget,
        is_wave: bool = False,
        orders: int = ORDERS,
    ) -> None:
        super().__init__(formula, x, low, high)
        self.budget, self.is_wave, self.orders = budget, is_wave, orders
        self._segments: dict[tuple[int, bool], list[Segment]] = {}
        self._cells = 0

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
                        found.append(self.tail(k, side, abs(float(at))).values())
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
        for k in range(self.orders):
            for radius in RADII:
                if radius < max(R, least):
                    continue
                try:
                    signs[k] = self.tail(k, side, radius).sign()
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
            done = self._decided(cell)
            if done or self.budget.spent(self._cells) or width < NARROW * max(1.0, abs(float(a))):
                yield cell
            else:
                middle = self._touching(cell) if width < 0.5 else None
                middle = arb(float(a + (b - a) * UNEVEN)) if middle is None else middle
                todo += [(middle, b), (a, middle)]

    def _touching(self, cell: Cell) -> arb | None:
        """The point where an undecided f^(k) touches 0 without crossing it, as 1 + sin(x) does."""
        for k in range(self.orders):
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
                hull = self.hull(oracle, a, b)
                left, right = self.at(a), self.at(b)
            except (Undefined, Unsure, Corner):
                continue
            for k in range(4):
                signs = cell.signs.get(k) or signs_in(hull[k:], left[k:], right[k:])
                if signs is not None:
                    cell.signs[k] = signs
            if self._decided(cell) or b - a > 1:
                break
        return cell

    def _decided(self, cell: Cell) -> bool:
        return all(k in cell.signs for k in range(self.orders))

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

    def _has_tail(self, side: int) -> bool:
        return self.end_place(side).at is None

    def _tail_sign(self, signs: dict[int, int], k: int, side: int) -> int:
        if k not in signs:
            raise Open(f"the sign of derivative {k} towards {self.high if side > 0 else self.low} stays open")
        return signs[k]
