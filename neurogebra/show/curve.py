"""The curve of an expression as points, with the places worth marking: what every picture draws.

Points come from `eval`, places from the kinks that an entry declares (a finder's, for formulas of nobody) and
from proven properties, so that a picture shows what is true and guesses no asymptote. A line is broken where
its derivative jumps, because a slanted stroke there would be a lie. Nothing here knows colours or pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neurogebra.errors import FormulaError, UsageError, brief
from neurogebra.show.proven import numbers_in, proven

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = [
    "Asymptote",
    "Curve",
    "Line",
    "asymptotes",
    "drawn_variable",
    "extrema",
    "interval",
    "kinks",
    "steps",
    "window",
]

USUAL = 4.0  # half the width of a picture without anything special outside it: tanh(4) is 0.9993
BESIDE = 1.5  # how much is shown beyond a kink or an extremum
FARTHEST = 30.0  # a place beyond this would leave nothing to see around 0
STEEP = 20.0  # where a curve is farther than this from its value at 0, the edge is moved in: exp(4) is 55
LARGEST = 1e300  # what lies beyond is not drawn: the width of a picture has to be a float64 too
PLACES = ("minimum", "maximum", "zeros", "inflections")


@dataclass(frozen=True)
class Line:
    """Points of one order of derivative; a y of nan lifts the pen."""

    order: int
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Curve:
    """An expression over an interval: kinks, asymptotes and extrema inside it, and lines on demand."""

    expression: Expression
    variable: str
    low: float
    high: float

    @classmethod
    def of(cls, expression: Expression, over: tuple[float, float] | None = None) -> Curve:
        """The curve of an expression of one variable, over an interval or the part of the line worth seeing.

        Raises UsageError where there is no curve: several variables, vectors, arrays for parameters.
        """
        variable = drawn_variable(expression)
        low, high = window(expression) if over is None else interval(variable, *over)
        return cls(expression, variable, low, high)

    def line(self, order: int = 0, points: int = 400) -> Line:
        """The derivative of this order at evenly spaced points, 0 for the function itself."""
        import numpy as np

        inside = [(at, jumps) for at, jumps in kinks(self.expression) if self.low < at < self.high]
        breaks = [at for at, jumps in inside if jumps <= order]
        corners = [at for at, jumps in inside if jumps > order]
        edge = (self.high - self.low) * 1e-9
        beside = [side for at in breaks for side in (at - edge, at + edge)]
        x = np.unique(np.concatenate([np.linspace(self.low, self.high, points), beside, corners]))
        f = self.expression if order == 0 else self.expression.gradient(self.variable, order=order)
        y = np.asarray(f.eval(**{self.variable: x}), dtype=np.float64)
        y = np.where(np.abs(y) <= LARGEST, y, np.nan)
        for at in breaks:
            place = int(np.searchsorted(x, at - edge, side="right"))
            x, y = np.insert(x, place, at), np.insert(y, place, np.nan)
        return Line(order, tuple(x.tolist()), tuple(y.tolist()))

    def at(self, x: float) -> float:
        """The value at one place, nan where it is not drawn."""
        value = float(self.expression.eval(**{self.variable: x}))
        return value if abs(value) <= LARGEST else math.nan


def interval(name: str, low: float, high: float) -> tuple[float, float]:
    """The ends as floats. Raises UsageError for an interval that cannot be drawn."""
    if not low < high:
        raise UsageError(f"{name} begins with its smaller end, such as (-3, 3); got {brief((low, high))}.")
    if low < -LARGEST or high > LARGEST:
        raise UsageError(f"{name} is drawn between -1e300 and 1e300; got {brief((low, high))}.")
    return float(low), float(high)


def drawn_variable(expression: Expression) -> str:
    """The one variable along which it can be drawn. Raises UsageError."""
    names = expression.variables
    if expression.kind == "vector":
        raise UsageError(f"{expression.name} takes whole vectors, so it has no curve; eval shows its values.")
    if len(names) != 1:
        has = f"the variables {', '.join(names)}" if names else "no variable"
        raise UsageError(f"{expression.name} has {has}; a curve needs exactly one.")
    arrays = [name for name, value in expression.params.items() if type(value) is not float]
    if arrays:
        raise UsageError(f"{expression.name} has an array for {arrays[0]}; a curve needs one number.")
    return names[0]


def window(expression: Expression) -> tuple[float, float]:
    """The interval worth seeing: 4 to each side of 0, and every marked place with room beside it."""
    places = [at for at, _ in kinks(expression)]
    places += [at for name in PLACES for at in numbers_in(proven(expression.properties, name))]
    places = [at for at in places if abs(at) <= FARTHEST]
    low = min([-USUAL, *(at - BESIDE for at in places)])
    high = max([USUAL, *(at + BESIDE for at in places)])
    inner = [at - BESIDE for at in places] or [-1.0], [at + BESIDE for at in places] or [1.0]
    domain = expression.entry.domain if expression.entry is not None else None
    if domain is not None:
        low, high = max(low, domain.low), min(high, domain.high)
    variable = drawn_variable(expression)
    middle = float(expression.eval(**{variable: 0.0}))

    def too_steep(x: float) -> bool:
        return abs(float(expression.eval(**{variable: x})) - middle) > STEEP

    while high * 0.75 > max(1.0, *inner[1]) and too_steep(high):
        high *= 0.75
    while low * 0.75 < min(-1.0, *inner[0]) and too_steep(low):
        low *= 0.75
    return low, high


# Places ---------------------------------------------------------------------------------------------------------


def kinks(expression: Expression) -> list[tuple[float, int]]:
    """Where it jumps or bends, rising, and the order of the derivative that jumps there."""
    entry = expression.entry
    if entry is not None:
        held = [kink for kink in entry.kinks if kink.when is None or _number(expression, _truth(kink.when)) == 1]
        found = [(_number(expression, kink.at), kink.order) for kink in held]
    else:
        found = list(_found(expression))
    return sorted({(at, order) for at, order in found if math.isfinite(at)})


def _truth(condition: str) -> str:
    return f"Piecewise((1, {condition}), (0, True))"


def _number(expression: Expression, text: str, **at: int) -> float:
    """A text of an entry at the present parameter values, and at an x; nan where it is no real number."""
    from neurogebra.language.parser import parse

    value = parse(text).subs(_exact(expression, **at))
    return float(value) if value.is_number and value.is_real else math.nan


def _exact(expression: Expression, **at: int) -> Mapping[Any, Any]:
    import sympy

    values = {**expression.params, **at}
    values |= {c.name: c.text for c in (expression.entry.constants if expression.entry is not None else ())}
    return {sympy.Symbol(name, real=True): sympy.Rational(value) for name, value in values.items()}


def _found(expression: Expression) -> Iterator[tuple[float, int]]:
    """Corners of a formula that no entry describes."""
    import sympy

    from neurogebra.symbolic.corners import find

    formula = expression.readable
    if not formula.has(sympy.Piecewise, sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.floor, sympy.ceiling):
        return
    try:
        found = find(formula.subs(_exact(expression)), sympy.Symbol(drawn_variable(expression), real=True))
    except FormulaError:
        return
    for corner in found.corners:
        if corner.at.is_number and corner.at.is_real:
            yield float(corner.at), corner.order


@dataclass(frozen=True)
class Asymptote:
    """The line slope*x + height, which is approached on one side, -1 or 1."""

    side: int
    slope: float
    height: float

    def ends(self, low: float, high: float) -> list[tuple[float, float]]:
        """Its part on its own side of a window, as two points."""
        middle = min(max(0.0, low), high)
        return [(x, self.slope * x + self.height) for x in ((low, middle) if self.side < 0 else (middle, high))]


def asymptotes(expression: Expression) -> list[Asymptote]:
    """The lines that are approached and not yet reached at the edge of the picture, left and right.

    From the proven property; where nothing is stated, from the library's own value at the infinities.
    """
    variable, found = drawn_variable(expression), []
    stated = proven(expression.properties, "asymptotes")
    for side, end, edge in zip((-1, 1), ("-oo", "oo"), window(expression), strict=True):
        if isinstance(stated, Mapping):
            line = _line(expression, variable, stated.get(end))
        else:
            line = 0.0, float(expression.eval(**{variable: side * math.inf})) + 0.0
        here = float(expression.eval(**{variable: edge}))
        if line is not None and math.isfinite(line[1]) and here != line[0] * edge + line[1] and not math.isnan(here):
            found.append(Asymptote(side, *line))
    return found


def _line(expression: Expression, variable: str, text: Any) -> tuple[float, float] | None:
    """Slope and height of a line written as a formula, `x - 1`; None where there is no line."""
    if text is None:
        return None
    at_0, at_1 = (_number(expression, str(text), **{variable: x}) for x in (0, 1))
    return at_1 - at_0, at_0


def extrema(expression: Expression) -> list[tuple[float, float]]:
    """Where the least and the largest value are taken, and the value."""
    found = []
    for name in ("minimum", "maximum"):
        stated = proven(expression.properties, name)
        if isinstance(stated, Mapping):
            value = list(numbers_in(stated.get("value")))
            found += [(at, value[0]) for at in numbers_in(stated.get("at")) if value]
    return found


def steps(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers between two ends, `most` or fewer, evenly spaced.

    >>> steps(-4.0, 4.0), steps(-0.3, 1.1, 4)
    ([-4.0, -2.0, 0.0, 2.0, 4.0], [0.0, 0.5, 1.0])
    """
    if not high > low:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    size = next(k * power for k in (1, 2, 5, 10, 20, 50) if (high - low) / (k * power) < most)
    first = math.ceil(low / size - 1e-9)
    return [i * size for i in range(first, math.floor(high / size + 1e-9) + 1)]
