"""A small picture of f and f' as inline SVG: lines, axes and marks, a few kilobytes and no script.

It is text of numbers that were computed here and of nothing that anyone wrote, so that it cannot carry anything
into a page; its colours are those of the page's style sheet, light or dark. Points are rounded to a tenth of
a pixel, which keeps the picture the same on machines that differ in a last bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from neurogebra.show.curve import Curve, Line, asymptotes, extrema, kinks, steps
from neurogebra.show.proven import number

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["svg"]

WIDTH, HEIGHT = 320, 190
LEFT, RIGHT, TOP, BOTTOM = 34, 10, 8, 20  # room for the numbers beside the axes
POINTS = 160
OVER = 0.5  # a slope may stick out of the function's own heights by half of them; the rest is cut off
HIGHEST, FINEST = 1e300, 1e-9  # what is higher is cut off too, and heights that differ by less are drawn as one


def svg(expression: Expression) -> str:
    """The picture as one `<svg>` element. Raises UsageError where the expression has no curve."""
    return _Picture(Curve.of(expression)).markup()


class _Picture:
    """The frame: pixels for numbers, and the parts of the drawing in the order in which they are painted."""

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        self.lines = [curve.line(order, POINTS) for order in (0, 1)]
        self.bottom, self.top = _heights(self.lines)

    def markup(self) -> str:
        marks = [*self._asymptotes(), *self._extrema()]
        parts = [*self._grid(), *marks, *map(self._path, reversed(self.lines)), *self._kinks()]
        return (
            f'<svg class="ng-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="f and its derivative">'
            f"{''.join(parts)}</svg>"
        )

    def _x(self, x: float) -> str:
        share = (x - self.curve.low) / (self.curve.high - self.curve.low)
        return _pixel(LEFT + share * (WIDTH - LEFT - RIGHT))

    def _y(self, y: float) -> str:
        share = (y - self.bottom) / (self.top - self.bottom)
        return _pixel(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))

    def _grid(self) -> Iterator[str]:
        left, right, low, high = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, TOP
        for x in steps(self.curve.low, self.curve.high, 7):
            at = self._x(x)
            yield f'<line class="{_axis(x)}" x1="{at}" x2="{at}" y1="{low}" y2="{high}"/>'
            yield f'<text x="{at}" y="{low + 13}" text-anchor="middle">{number(round(x, 9))}</text>'
        for y in steps(self.bottom, self.top, 6):
            at = self._y(y)
            yield f'<line class="{_axis(y)}" x1="{left}" x2="{right}" y1="{at}" y2="{at}"/>'
            yield f'<text x="{left - 4}" y="{at}" dy="3.5" text-anchor="end">{number(round(y, 9))}</text>'

    def _asymptotes(self) -> Iterator[str]:
        for asymptote in asymptotes(self.curve.expression):
            ends = asymptote.ends(self.curve.low, self.curve.high)
            if all(self.bottom <= y <= self.top for _, y in ends):
                yield self._stroke("ng-asymptote", ends)

    def _extrema(self) -> Iterator[str]:
        for at, value in extrema(self.curve.expression):
            if self.curve.low < at < self.curve.high and value != 0:
                yield self._stroke("ng-extremum", [(self.curve.low, value), (at, value), (at, 0.0)])

    def _kinks(self) -> Iterator[str]:
        for at, order in kinks(self.curve.expression):
            if order <= 1 and self.curve.low < at < self.curve.high:
                yield f'<circle class="ng-kink" cx="{self._x(at)}" cy="{self._y(self.curve.at(at))}" r="2.8"/>'

    def _path(self, line: Line) -> str:
        name = "ng-f" if line.order == 0 else "ng-slope"
        pen, moves = "M", []
        for x, y in zip(line.x, line.y, strict=True):
            if not self.bottom <= y <= self.top:  # nan, too
                pen = "M"
                continue
            moves.append(f"{pen}{self._x(x)} {self._y(y)}")
            pen = "L"
        return f'<path class="{name}" d="{"".join(moves)}"/>'

    def _stroke(self, name: str, points: list[tuple[float, float]]) -> str:
        path = "L".join(f"{self._x(x)} {self._y(y)}" for x, y in points)
        return f'<path class="{name}" d="M{path}"/>'


def _axis(at: float) -> str:
    return "ng-axis" if abs(at) < 1e-12 else "ng-grid"


def _pixel(value: float) -> str:
    return f"{round(value, 1):g}"


def _heights(lines: list[Line]) -> tuple[float, float]:
    """The least and largest height shown: all of f, and of its slope what is not far outside."""
    own = [y for y in lines[0].y if math.isfinite(y)] or [0.0]
    low, high = min(own), max(own)
    reach = OVER * ((high - low) or 1.0)
    slopes = [y for y in lines[1].y if math.isfinite(y)] or [0.0]
    low, high = min(low, max(min(slopes), low - reach)), max(high, min(max(slopes), high + reach))
    low, high = max(low, -HIGHEST), min(high, HIGHEST)
    margin = 0.05 * max((high - low) or 1.0, FINEST * max(-low, high), 1 / HIGHEST)
    return low - margin, high + margin
