"""Properties proposed for a formula: what is true at several sets of parameter values, said in one text for all.

A number is written as what it is where that is short (1/4, pi/2, log(2), sqrt(2)/2, alpha, -0.278.../beta), else to 15
digits; where one text does not fit all parameter values, two conditioned ones are tried, on the conditions that the
entry itself names. What is proposed is then judged like any other claim and kept only where it holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import sympy

from neurogebra.catalogue.parts import Claim
from neurogebra.claims.candidates import candidates, conditions
from neurogebra.claims.images import compare
from neurogebra.claims.profile import Open
from neurogebra.claims.properties import property_check, settings_of
from neurogebra.claims.subject import Subject
from neurogebra.claims.truths import BITS, TRUTHS
from neurogebra.claims.verdict import HOLDS, Verdict
from neurogebra.claims.wording import number_of, power, rounded, simple
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, arb, ctx
from neurogebra.errors import NeurogebraError, UsageError
from neurogebra.expression import Expression
from neurogebra.language.parser import parse
from neurogebra.language.writer import write
from neurogebra.symbolic.roots import Unsolved

__all__ = ["Proposal", "propose"]

#: answers that say nothing, and are left out
DULL: dict[str, Callable[[Any], bool]] = {
    "minimum": lambda v: v is None,
    "maximum": lambda v: v is None,
    "point_symmetry": lambda v: v is None,
    "periodic": lambda v: v is None,
    "saturates": lambda v: v is None,
    "limits": lambda v: v is None,
    "inflections": lambda v: v == [],
    "dead_region": lambda v: v == [],
    "zeros": lambda v: v == [],
    "fixed_points": lambda v: v == [],
    "asymptotes": lambda v: v is None or all(each is None or number_of(each[0]).is_zero() for each in v.values()),
    "zero_centered": lambda v: not v,
    "identity_near_zero": lambda v: not v,
}


class Proposal:
    """The claims that hold, and why others were left out."""

    def __init__(self, claims: list[Claim], verdicts: list[Verdict], left_out: dict[str, str]) -> None:
        self.claims, self.verdicts, self.left_out = claims, verdicts, left_out


def propose(expression: Expression) -> Proposal:
    """The properties of an entry's formula that the checks prove. What the entry states itself is not looked at."""
    if expression.entry is None:
        raise UsageError(f"{expression.name} comes from no entry, so there is no file to propose properties for.")
    entry = replace(expression.entry, properties=())
    subject = Subject(type(expression).from_entry(entry))
    proposer = Proposer(subject)
    claims, left_out = [], {}
    for name in TRUTHS:
        try:
            claims += proposer.claims(name)
        except (Open, Unsure, Undefined, Unsolved, NeurogebraError) as reason:
            left_out[name] = str(reason)
    judged = Subject(type(expression).from_entry(replace(entry, properties=tuple(claims))))
    seen = {tuple(setting.draw.items()): setting for setting in proposer.settings}
    judged.settings = [seen.get(tuple(s.draw.items()), s) for s in settings_of(judged)]
    kept, verdicts = [], []
    for name in TRUTHS:
        own = [claim for claim in claims if claim.name == name]
        for claim, verdict in zip(own, property_check(name)(judged), strict=True):
            verdicts.append(verdict)
            if verdict.status == HOLDS:
                kept.append(claim)
            else:
                left_out[name] = f"{verdict.subject}: {verdict.evidence}"
    return Proposal(kept, verdicts, left_out)


class Proposer:
    """One entry's truths at all its settings, and the texts that say them."""

    def __init__(self, subject: Subject) -> None:
        self.subject, self.settings = subject, settings_of(subject)
        self.names = list(subject.defaults)
        self.conditions = list(dict.fromkeys(each for pair in conditions(subject) for each in pair))
        self._fulfilled: dict[str, frozenset[int]] = {}
        self.known: dict[str, list[arb]] = {}  # candidate text -> its value at each setting
        with ctx.workprec(BITS):
            for text in candidates(subject):
                try:
                    self.known[text] = [setting.ball(text) for setting in self.settings]
                except (NeurogebraError, Undefined, Unsure):
                    continue

    def claims(self, name: str) -> list[Claim]:
        """Claims on one property: one for all settings, or two with conditions. Open where none is found."""
        truth = TRUTHS[name]
        found: dict[int, Any] = {}
        reason = ""
        for index, setting in enumerate(self.settings):
            try:
                found[index] = truth.find(setting)
            except Open as why:
                if index == 0:
                    raise
                reason = str(why)
        everywhere = list(found)
        if all(is_dull(name, found[i]) for i in everywhere):
            return []
        with ctx.workprec(BITS):
            value = self.text_for(truth.shape, found, everywhere)
            if value is not None and not reason:
                return [Claim(name, value)]
            return self._conditioned(name, truth.shape, found, reason)

    def _conditioned(self, name: str, shape: str, found: dict[int, Any], reason: str) -> list[Claim]:
        """Claims on parts of the settings, the part of the default first, each time the largest that one text fits."""
        from neurogebra.catalogue.properties import REQUIRED

        claims, left = [], set(range(len(self.settings)))
        while left:
            options: list[tuple[str, frozenset[int], Any]] = []
            for condition in self.conditions:
                inside = self._where(condition)
                fits = inside and inside <= left and inside <= found.keys() and (0 in inside or 0 not in left)
                if not fits or (len(inside) < 2 and not condition.startswith("Eq")):
                    continue
                if options and len(inside) <= len(options[0][1]):
                    continue
                value = self.text_for(shape, found, sorted(inside))
                if value is not None or all(is_dull(name, found[i]) for i in inside):
                    options = [(condition, inside, value)]
            if not options:
                break
            condition, inside, value = options[0]
            left -= inside
            if value is not None and not is_dull(name, found[min(inside)]):
                claims.append(Claim(name, value, when=condition))
        if not claims and name in REQUIRED and 0 in found:  # no formula is found: the numbers at the default at least
            value = self.text_for(shape, {0: found[0]}, [0])
            at_default = " & ".join(f"Eq({p.name}, {p.text})" for p in self.subject.entry.params)
            claims = [Claim(name, value, when=at_default)] if value is not None and at_default else []
            return claims
        if not claims:
            raise Open(reason or "no text fits all parameter values")
        lean = [claim for claim in claims if name in REQUIRED or not str(claim.when).startswith("Eq")]
        return lean

    def _where(self, condition: str) -> frozenset[int]:
        """The settings that fulfil a condition."""
        if condition not in self._fulfilled:
            tree = self.subject.condition(condition)
            fulfil = [i for i, s in enumerate(self.settings) if self.subject.fulfils(s.draw, tree)]
            self._fulfilled[condition] = frozenset(fulfil)
        return self._fulfilled[condition]

    # -- texts -------------------------------------------------------------------------------------------

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
        rows = {
            t: r
            for t, r in self.known.items()
            if any(compare(p.low, r[i]) == 0 for p, i in zip(values[0], where, strict=False))
        }
        for a, b in combinations(rows, 2):
            if all(same_points(parts, [rows[a][i], rows[b][i]]) for parts, i in zip(values, where, strict=True)):
                return "{" + f"{a}, {b}" + "}"
        return None

    def point(self, column: list[Any], where: list[int]) -> str | None:
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
        for text, row in self.known.items():
            if all(isinstance(row[i], arb) and row[i].rad() < 1e-60 and compare(value, row[i]) == 0
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


def is_dull(name: str, value: Any) -> bool:
    return name in DULL and DULL[name](value)


def same_points(parts: list[Any], points: list[arb]) -> bool:
    """Whether the parts are these points and no others."""
    met = all(any(compare(part.low, point) == 0 for part in parts) for point in points)
    return met and all(any(compare(part.low, point) == 0 for point in points) for part in parts)
