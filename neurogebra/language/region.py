"""A set of real numbers in parts, written as mathematicians write it: "[0, oo)", "{0, 1}", "(-oo, -1) | {0} | (1, oo)".

Ends may be formulas in parameters, so that the text is split here and whoever knows the values says what each end
is; "{}" is the empty set. Parts stand from left to right, points in braces. Nothing here knows what the set is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from neurogebra.errors import FormulaError, brief
from neurogebra.language.interval import Interval
from neurogebra.record import Record

__all__ = ["Region", "Span", "region_of", "spans"]


class Span(NamedTuple):
    """One part as written: the texts of its ends, and whether they belong."""

    low: str
    high: str
    low_in: bool
    high_in: bool


class Region(Record):
    """Intervals from left to right, points among them; as iterable as a list of them.

    >>> region = region_of("{0} | (1, 2]", float)
    >>> 0 in region, 1 in region, str(region)
    (True, False, '{0} | (1, 2]')
    """

    parts: tuple[Interval, ...]

    def __contains__(self, value: float) -> bool:
        return any(value in part for part in self.parts)

    def __iter__(self) -> Iterator[Interval]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def __str__(self) -> str:
        texts: list[str] = []
        points: list[str] = []
        for part in self.parts:
            if part.low == part.high:
                points.append(str(part)[1:].partition(",")[0])
                continue
            texts += ["{" + ", ".join(points) + "}"] if points else []
            texts.append(str(part))
            points = []
        return " | ".join([*texts, "{" + ", ".join(points) + "}"] if points or not texts else texts)


def spans(text: str) -> list[Span]:
    """The parts of a text, ends unread. Raises FormulaError where it is no such text."""
    found: list[Span] = []
    for part in _split(text, "|"):
        part = part.strip()
        if len(part) < 2 or part[0] not in "[({" or part[-1] not in "])}" or (part[0] == "{") != (part[-1] == "}"):
            raise FormulaError(f"{brief(text)} is no set; write one like '[0, oo)', '{{0, 1}}' or '(-oo, 0) | {{1}}'.")
        ends = [end.strip() for end in _split(part[1:-1], ",")]
        if part[0] == "{":
            found += [Span(end, end, True, True) for end in ends if end]
        elif len(ends) != 2 or not all(ends):
            raise FormulaError(f"{brief(part)} is no interval; write one like '[0, oo)', '(0, 1]' or '(-oo, oo)'.")
        else:
            found.append(Span(ends[0], ends[1], part[0] == "[", part[-1] == "]"))
    return found


def region_of(text: str, number: Callable[[str], float]) -> Interval | Region:
    """The set that a text says; an Interval where it is one. `number` reads the ends."""
    ends = [(number(low), number(high), low_in, high_in) for low, high, low_in, high_in in spans(text)]
    parts = tuple(sorted({Interval(*each) for each in ends}, key=lambda part: (part.low, part.high)))
    return parts[0] if len(parts) == 1 and parts[0].low < parts[0].high else Region(parts)


def _split(text: str, mark: str) -> list[str]:
    """Split where the mark stands outside all brackets."""
    parts, depth, start = [], 0, 0
    for i, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == mark and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]
