"""What the command's words mean: `x=1`, `x=1,2,3`, `x=-3:3:7`, `alpha=0.2`, `--monotone false`, as Python values.

A number is read as Python would, 1 as an int and 1.0 as a float, by the library's own reader, which refuses
1e999 and integers of 5,000 digits. What is mistyped is said in one sentence; what exists is asked of the
library later. Nothing heavy is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from neurogebra.errors import FormulaError

__all__ = ["Mistyped", "Row", "Span", "Value", "number_of", "properties_of", "values_of"]

MOST_POINTS = 100_000  # lines of output that one call may ask for


class Mistyped(Exception):
    """The command itself is wrong: usage, a sentence, and exit code 2."""


@dataclass(frozen=True)
class Span:
    """`-3:3:7`, seven evenly spaced points with both ends; `-3:3` says the ends alone."""

    low: float
    high: float
    count: int | None

    def points(self) -> list[float]:
        """Each point is the float64 nearest to the exact one."""
        count = self.count or 2
        low, step = Fraction(self.low), (Fraction(self.high) - Fraction(self.low)) / (count - 1)
        return [float(low + i * step) for i in range(count)]


@dataclass(frozen=True)
class Row:
    """`1,2,3`, the numbers as they are: points one by one, or a vector."""

    numbers: tuple[float, ...]

    def points(self) -> list[float]:
        return list(self.numbers)


Value = int | float | Span | Row


def values_of(texts: Iterable[str]) -> dict[str, Value]:
    """`x=1 alpha=0.2` as keyword arguments."""
    values: dict[str, Value] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not (sign and name.isidentifier()):
            raise Mistyped(f"values are given as x=1 or alpha=0.2; got {text!r}")
        if name in values:
            raise Mistyped(f"{name} is given twice")
        values[name] = _span(value) if ":" in value else _row(value) if "," in value else number_of(value)
    return values


def _row(text: str) -> Row:
    parts = text.split(",")
    if len(parts) > MOST_POINTS:
        raise Mistyped(f"at most {MOST_POINTS:,} numbers are given; got {len(parts):,}")
    return Row(tuple(float(number_of(part)) for part in parts))


def _span(text: str) -> Span:
    parts = text.split(":")
    ends = [float(number_of(part)) for part in parts[:2]]
    if len(parts) > 3 or not ends[0] < ends[1] or not all(abs(end) < float("inf") for end in ends):
        raise Mistyped(f"points are given as x=-3:3:7, seven from -3 to 3; got {text!r}")
    if len(parts) == 2:
        return Span(ends[0], ends[1], None)
    count = number_of(parts[2])
    if not isinstance(count, int) or not 2 <= count <= MOST_POINTS:
        raise Mistyped(f"the number of points is a whole number from 2 to {MOST_POINTS:,}; got {parts[2]!r}")
    return Span(ends[0], ends[1], count)


def number_of(text: str) -> int | float:
    """The number as Python would read it: 1 is an int, 1.0 a float, -0.0 keeps its sign."""
    from neurogebra.language.numbers import to_float

    if (text[1:] if text[:1] in ("+", "-") else text) in ("inf", "oo", "nan"):
        return float(text.replace("oo", "inf"))
    try:
        value = to_float(text)  # refuses 1e999 and integers of 5,000 digits
    except FormulaError as refusal:
        raise Mistyped(refusal.reason) from None
    if text.lstrip("+-").isdecimal():
        return int(text)
    return -abs(value) if text.startswith("-") else value


def properties_of(rest: Sequence[str]) -> dict[str, object]:
    """`--monotone false --bounded=below` as keyword arguments: a flag, a number or a word."""
    found: dict[str, object] = {}
    waiting = list(rest)
    while waiting:
        word = waiting.pop(0)
        name, sign, text = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not name or not (sign or waiting):
            raise Mistyped(f"unrecognized arguments: {' '.join([word, *waiting])}")
        found[name.replace("-", "_")] = _property(text if sign else waiting.pop(0))
    return found


def _property(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    try:
        return number_of(text)
    except Mistyped:
        return text
