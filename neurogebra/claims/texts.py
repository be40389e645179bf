"""One text for what was found at several sets of parameter values: "[-sqrt(2)*epsilon, oo)", "tanh(alpha/4)", "odd".

A number is written as what it is where that is short (1/4, pi/2, log(2), sqrt(2)/2, alpha, -0.278.../beta), else to 15
digits. A text is offered only where it is the number at every one of the settings; None says that none is known.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations
from typing import Any

import sympy

from neurogebra.claims.candidates import candidates
from neurogebra.claims.cells import FINE
from neurogebra.claims.sets import compare
from neurogebra.claims.setting import WIDE, Setting
from neurogebra.claims.subject import Subject
from neurogebra.claims.wording import number_of, power, rounded, simple
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, arb, ctx
from neurogebra.errors import NeurogebraError
from neurogebra.language.parser import parse
from neurogebra.language.writer import write

__all__ = ["Texts"]


class Texts:
    """The texts that an entry suggests for numbers, and their values at each of its settings."""

    def __init__(self, subject: Subject, settings: list[Setting]) -> None:
        self.subject, self.settings, self.names = subject, settings, list(subject.defaults)
        self.known: dict[str, list[arb]] = {}  # candidate text -> its value at each setting
        with ctx.workprec(FINE):
            for text in candidates(subject):
                try:
                    balls = [setting.ball(text) for setting in self.settings]
                except (NeurogebraError, Undefined, Unsure):
                    continue
                if all(not isinstance(ball, arb) or ball.rad() < WIDE for ball in balls):  # digits are no formula
                    self.known[text] = balls

    def text_for(self, shape: str, found: dict[int, Any], where: list[int]) -> Any:
        """One value that says what was found at all these settings, or None."""
        values = [found[i] for i in where]
        if shape in ("word", "counts"):
            same = all(value == values[0] for value in values)
            if not same or values[0] is None:
                return None
            return tuple((k, str(v)) for k, v in values[0].items()) if shape == "counts" else values[0]
        if any(value is None for value in values):
            return None
        if shape == "number":
            return self.number(values, where)
        if shape == "set":
            return self.region(values, where)
        texts = {}
        for key in values[0]:
            column = [value[key] for value in values]
            text = self.line(column, where) if shape == "lines" else self.point(column, where) if key == "about" else (
                self.number(column, where))  # fmt: skip
            if text is None:
                return None
            texts[key] = text
        return tuple(texts.items())

    def region(self, values: list[Any], where: list[int]) -> str | None:
        """A set: every end as a text."""
        first, two = values[0], self.two_points(values, where)
        if two is not None:
            return two
        flags = [[(p.low_in, p.high_in, p.is_point) for p in parts] for parts in values]
        if any(each != flags[0] for each in flags):
            return None
        texts, points = [], []
        for i, part in enumerate(first):
            low = self.number([parts[i].low for parts in values], where)
            high = low if part.is_point else self.number([parts[i].high for parts in values], where)
            if low is None or high is None:
                return None
            if part.is_point:
                points.append(low)
                continue
            texts += ["{" + ", ".join(points) + "}"] if points else []
            points = []
            texts.append(f"{'[' if part.low_in else '('}{low}, {high}{']' if part.high_in else ')'}")
        return " | ".join(texts + (["{" + ", ".join(points) + "}"] if points or not texts else []))

    def two_points(self, values: list[Any], where: list[int]) -> str | None:
        """{1, alpha} where the two change places, or one is the other, as alpha passes 1."""
        if not self.names or any(not part.is_point for parts in values for part in parts) or max(map(len, values)) != 2:
            return None
        rows = {t: r for t, r in self.known.items() if any(compare(p.low, r[where[0]]) == 0 for p in values[0])}
        for a, b in combinations(rows, 2):
            if all(same_points(parts, [rows[a][i], rows[b][i]]) for parts, i in zip(values, where, strict=True)):
                return "{" + f"{a}, {b}" + "}"
        return None

    def point(self, column: list[Any], where: list[int]) -> str | None:
        """A point of the plane, such as the centre of a symmetry."""
        a, b = (self.number([pair[i] for pair in column], where) for i in (0, 1))
        return None if a is None or b is None else f"[{a}, {b}]"

    def line(self, column: list[Any], where: list[int]) -> str | None:
        """a*x + b."""
        if all(pair is None for pair in column):
            return "none"
        if any(pair is None for pair in column):
            return None
        a, b = (self.number([number_of(pair[i]) for pair in column], where) for i in (0, 1))
        if a is None or b is None:
            return None
        x = self.subject.variable
        return write(sympy.expand(parse(f"({a})*{x} + ({b})"))) if "." not in a + b else f"({a})*{x} + {b}"

    def number(self, values: list[Any], where: list[int]) -> str | None:
        """One text for a number at several settings."""
        if any(value is None for value in values):
            return "none" if all(value is None for value in values) else None
        if not isinstance(values[0], arb):
            return str(values[0]) if all(value == values[0] for value in values) else None
        if not all(isinstance(value, arb) for value in values):
            return None
        named = self.same_candidate(values, where)
        if all(compare(value, values[0]) == 0 for value in values):
            short = simple(values[0])
            return short if short is not None else named if named is not None else rounded(values[0])
        return named if named is not None else self.monomial(values, where) or self.extremum(values, where)

    def same_candidate(self, values: list[Any], where: list[int]) -> str | None:
        """The first known text that is the number at all these settings."""
        for text, row in self.known.items():
            if all(isinstance(row[i], arb) and compare(value, row[i]) == 0
                   for value, i in zip(values, where, strict=True)):  # fmt: skip
                return text
        return None

    def monomial(self, values: list[Any], where: list[int]) -> str | None:
        """c*alpha**p*beta**q, the exponents halves, found from the sizes and then held against every setting."""
        draws = [self.settings[i].draw for i in where]
        names = [n for n in self.names if all(draw[n] > 0 for draw in draws) or all(draw[n] < 0 for draw in draws)]
        if not names or any(value.contains(0) for value in values):
            return None
        exponents: dict[str, Fraction] = {}
        for name in names:
            for i, j in combinations(range(len(draws)), 2):
                if [n for n in self.names if draws[i][n] != draws[j][n]] == [name]:
                    ratio = float((abs(values[i]) / abs(values[j])).log().mid()) / math.log(
                        draws[i][name] / draws[j][name]
                    )
                    exponents[name] = Fraction(round(2 * ratio), 2)
                    broken = exponents[name].denominator > 1 and draws[i][name] < 0
                    if abs(ratio - exponents[name]) > 1e-9 or abs(exponents[name]) > 3 or broken:
                        return None
                    break
        text = "*".join(power(name, p) for name, p in exponents.items() if p > 0)
        under = [power(name, -p) for name, p in exponents.items() if p < 0]
        scale = self.known_or_ball("*".join([text or "1", *(f"1/{each}" for each in under)]), where)
        if scale is None:
            return None
        shares = [value / unit for value, unit in zip(values, scale, strict=True)]
        if any(compare(share, shares[0]) != 0 for share in shares):
            return None
        c = simple(shares[0]) or rounded(shares[0])
        top = text if c == "1" and text else f"-{text}" if c == "-1" and text else f"{c}*{text}" if text else c
        return "/".join([top, *under])

    def known_or_ball(self, text: str, where: list[int]) -> list[arb] | None:
        try:
            return [self.settings[i].ball(text) for i in where]
        except (NeurogebraError, Undefined, Unsure):
            return None

    def extremum(self, values: list[Any], where: list[int]) -> str | None:
        """Max(a, b) or Min(a, b) of two candidates."""
        rows = {text: row for text, row in self.known.items() if all(isinstance(row[i], arb) for i in where)}
        hits = {
            text: [compare(value, row[i]) for value, i in zip(values, where, strict=True)] for text, row in rows.items()
        }
        for word, forbidden in (("Max", -1), ("Min", 1)):
            fitting = [text for text, row in hits.items() if forbidden not in row and 0 in row]
            for a, b in combinations(fitting, 2):
                if all(0 in pair for pair in zip(hits[a], hits[b], strict=True)):
                    return f"{word}({a}, {b})"
        return None


def same_points(parts: list[Any], points: list[arb]) -> bool:
    """Whether the parts are these points and no others."""
    met = all(any(compare(part.low, point) == 0 for part in parts) for point in points)
    return met and all(any(compare(part.low, point) == 0 for point in points) for part in parts)
