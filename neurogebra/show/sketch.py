"""A curve in seven lines of plain text, for terminals and for whoever has no plotting library.

Each character stands for three heights (. - '), so that six lines of curve tell a dip from a flat; the seventh
line is the axis. Letters of ASCII alone are used, because a terminal that cannot show a block character would
fail on the whole answer. What is drawn, and where, is decided in curve.py.

    >>> print(sketch(forge.get("relu")))
    4 |                                                 .--'
      |                                            ..-''
      |                                        .--'
      |                                   .--''
      |                              ..-''
    0 |...........................--'
       -4                        0                         4
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from neurogebra.show.curve import Curve
from neurogebra.show.proven import number

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["sketch"]

COLUMNS, LINES = 53, 6
HEIGHTS = ".-'"  # in one line: low, middle, high


def sketch(expression: Expression, over: tuple[float, float] | None = None) -> str:
    """Seven lines: the curve of an expression of one variable, its least and largest value, and the axis.

    Raises UsageError where it has no curve.
    """
    curve = Curve.of(expression, over)
    xs = [curve.low + (curve.high - curve.low) * i / (COLUMNS - 1) for i in range(COLUMNS)]
    ys = [curve.at(x) for x in xs]
    finite = [y for y in ys if math.isfinite(y)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    levels = LINES * len(HEIGHTS)
    size = (high - low) / (levels - 1) or 1.0
    grid = [[" "] * COLUMNS for _ in range(LINES)]
    for column, y in enumerate(ys):
        if math.isfinite(y):
            level = min(levels - 1, round((y - low) / size))
            grid[LINES - 1 - level // len(HEIGHTS)][column] = HEIGHTS[level % len(HEIGHTS)]
    labels = [_short(high), *[""] * (LINES - 2), _short(low)]
    width = max(map(len, labels))
    lines = [f"{label:>{width}} |{''.join(row)}".rstrip() for label, row in zip(labels, grid, strict=True)]
    return "\n".join([*lines, " " * (width + 2) + _axis(curve.low, curve.high)])


def _axis(low: float, high: float) -> str:
    """The ends of the axis, and 0 under its place where there is room."""
    left, right = number(low), number(high)
    line = [*left, *" " * (COLUMNS - len(left) - len(right)), *right]
    place = round(-low / (high - low) * (COLUMNS - 1))
    if 0 < place < COLUMNS - 1 and set(line[max(0, place - 2) : place + 3]) == {" "}:
        line[place] = "0"
    return "".join(line)


def _short(value: float) -> str:
    return f"{value + 0.0:.3g}"
