"""One entry at one set of parameter values: its profile, its derivatives' profiles, and what its texts say there.

A claim's text becomes a ball here: decimals are as wide as half a unit of their last digit, everything else is exact
to 120 bits. Which sets of values a claim is tried at is decided here too, without chance: the default, plain numbers
and the ends of each domain, the values of special cases, and some on the edge of each condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice
from typing import Any

import sympy
from sympy import Expr, Symbol

from neurogebra.claims.cells import FINE, Open
from neurogebra.claims.images import number
from neurogebra.claims.profile import Profile
from neurogebra.claims.sets import Part, compare, union
from neurogebra.claims.subject import Subject
from neurogebra.compile.to_ball import Oracle
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, arb, ctx, fmpq
from neurogebra.errors import FormulaError
from neurogebra.language.parser import parse
from neurogebra.language.region import spans
from neurogebra.symbolic.corners import Found, find

__all__ = ["DECIMAL", "WIDE", "Setting", "draws"]

WIDE = 1e-60  # ends with fewer digits are decimals, which are compared and not joined
PLAIN = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, -1.0, -0.5)
MIXED = (0.3, -0.6, -1.4, 1.7, -2.6, 0.8, -2.3, 0.4)
MOST = 12
FEW = 3  # sets of values for a condition of equations, which most others do not fulfil
BESIDE = (0.0, -(2.0**-10), 2.0**-10)  # a condition is tried at its edge and close to it, where it is right by luck
DECIMAL = re.compile(r"(?<![\w.])(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][+-]?\d+)?")


def draws(subject: Subject, conditions: Sequence[Expr] = ()) -> list[dict[str, float]]:
    """Sets of parameter values, the default first."""
    params = subject.entry.params
    found = [subject.defaults]
    if params:
        for param in params:
            typical = param.typical.draws(3)
            found += [{**subject.defaults, param.name: value} for value in (*PLAIN, *typical)]
        shares = [param.typical.draws(5) for param in params]
        found += [
            {
                p.name: column[(3 * i + k) % len(column)]
                for i, (p, column) in enumerate(zip(params, shares, strict=True))
            }
            for k in (1, 3)
        ]
        pairs = combinations([param.name for param in params], 2)
        found += [{**subject.defaults, a: way * 2.0, b: 2.0} for a, b in pairs for way in (-1, 1)]
    for case in subject.entry.special_cases:
        found.append({**subject.defaults, **{name: value.value for name, value in case.params}})
    kept: dict[tuple[float, ...], dict[str, float]] = {}
    for draw in found:
        if set(draw) == set(subject.defaults) and subject.allows(draw):
            kept.setdefault(tuple(draw.values()), draw)
    more = [*mixed(subject), *subject.edges([subject.defaults], conditions, BESIDE)]
    beside = {tuple(draw.values()): draw for draw in more if subject.allows(draw)}
    tried = {**dict(list(kept.items())[: MOST * max(1, len(params))]), **beside}
    for condition in conditions if len(params) > 1 else ():
        known = list(tried.values())
        if condition.has(sympy.Eq) and len(list(islice(fulfilling(subject, condition, known), FEW))) < FEW:
            tried |= {tuple(draw.values()): draw for draw in brought(subject, condition, known)}
    return list(tried.values())


def fulfilling(subject: Subject, condition: Expr, draws: list[dict[str, float]]) -> Iterator[dict[str, float]]:
    return (draw for draw in draws if subject.fulfils(draw, condition))


def brought(subject: Subject, condition: Expr, draws: list[dict[str, float]]) -> list[dict[str, float]]:
    """Draws that fulfil a condition once all its equations hold at the same time: Eq(alpha, 0) & Eq(beta, gamma)."""
    found: dict[tuple[float, ...], dict[str, float]] = {}
    for draw in (*reversed(draws), *draws[:1]):  # the mixed ones first, which no text fits by accident
        moved = dict(draw)
        for equation in sorted(condition.atoms(sympy.Eq), key=str):
            name, other = equation.args if equation.lhs.is_Symbol else reversed(equation.args)
            if name.is_Symbol and name.name in moved:
                moved[name.name] = subject.number_at(other, moved)
        if len(found) < FEW and subject.allows(moved) and subject.fulfils(moved, condition):
            found.setdefault(tuple(moved.values()), moved)
    return list(found.values())


def mixed(subject: Subject) -> list[dict[str, float]]:
    """Values at which no two parameters are alike, in size or but for a sign, so that no text fits them by accident."""
    params, found = subject.entry.params, []
    for k in range(len(MIXED) if params else 0):
        row = [MIXED[(k * (2 * i + 1) + 3 * i) % len(MIXED)] for i in range(len(params))]
        found.append({p.name: v if v in p.domain else -v for p, v in zip(params, row, strict=True)})
    return found


class Setting:
    """An entry's formula with numbers for its parameters."""

    def __init__(self, subject: Subject, draw: dict[str, float]) -> None:
        self.subject, self.draw, self.x = subject, draw, subject.symbol
        self.formula = subject.pinned(subject.expression.readable, draw)
        self._parts: dict[Expr, Setting] = {}
        self.words = f", with {', '.join(f'{k} = {v!r}' for k, v in draw.items())}" if draw else ""

    @cached_property
    def profile(self) -> Profile:
        return Profile(self.formula, self.x, self.subject.entry.domain, self.subject.isolate)

    def of_part(self, formula: Expr, x: Symbol) -> Setting:
        """A part of the formula that is about one number."""
        if formula not in self._parts:
            self._parts[formula] = Setting(self.subject, self.draw)
            self._parts[formula].formula, self._parts[formula].x = formula, x
        return self._parts[formula]

    @cached_property
    def beside_identity(self) -> Profile:
        """The course of f(x) - x."""
        return Profile(self.formula - self.x, self.x, self.subject.entry.domain, self.subject.isolate)

    @cached_property
    def found(self) -> Found:
        """The corners of the formula. Open where a switch is not solved."""
        domain = self.subject.entry.domain
        found = find(self.formula, self.x, {self.x.name: domain} if domain else None, self.subject.isolate)
        if found.undecided:
            raise Open(" ".join(found.undecided))
        return found

    def at(self, point: Any, order: int = 0) -> arb | None:
        """f^(order) at an exact point, by the rule of corners; None where it has no value."""
        domain = self.subject.entry.domain
        if domain and not isinstance(point, arb) and point not in domain:
            return None
        try:
            values = {self.x.name: Fraction(point) if isinstance(point, float) else point}
            found = self.oracle.derivative(self.x.name, order, values, FINE)
        except Undefined:
            return None
        except Unsure as reason:
            raise Open(str(reason)) from None
        return found[order]

    @cached_property
    def oracle(self) -> Oracle:
        return Oracle(self.formula)

    # -- texts -------------------------------------------------------------------------------------------

    def exact(self, text: str) -> Expr:
        """A formula text with the numbers of this setting."""
        return self.subject.pinned(parse(text), self.draw)

    def ball(self, text: str, more: dict[str, arb] | None = None) -> Any:
        """What a text says here: a ball as wide as its last digits allow, or oo or -oo. `more` has values too."""
        if text in ("oo", "+oo", "-oo"):
            return sympy.oo if text != "-oo" else -sympy.oo
        widths: dict[str, arb] = dict(more or {})

        def named(match: re.Match[str]) -> str:
            mantissa, power = match.group(1), int((match.group(2) or "e0")[1:])
            digits = len(mantissa.partition(".")[2])
            value, unit = Fraction(mantissa) * Fraction(10) ** power, Fraction(10) ** (power - digits)
            name = f"digits{len(widths)}"
            with ctx.workprec(FINE):
                middle = arb(fmpq(value.numerator, value.denominator))
                half = arb(fmpq(unit.numerator, 2 * unit.denominator))
                widths[name] = (middle - half).union(middle + half)
            return name

        formula, exact = parse(DECIMAL.sub(named, text)), {**self.subject.constants, **self.draw}
        unknown = {s.name for s in formula.free_symbols} - widths.keys() - exact.keys()
        if unknown:
            raise FormulaError(f"{text!r} names {', '.join(sorted(unknown))}, which has no value.")
        if not widths:
            found = number(formula, exact)
            if found is None:
                raise FormulaError(f"{text!r} has no value{self.words}.")
            return found
        with ctx.workprec(FINE):
            return Oracle(formula).ball({**exact, **widths}, FINE)

    def region(self, text: str) -> list[Part]:
        """The set that a text says here."""
        parts = []
        for low, high, low_in, high_in in spans(text):
            part = Part(self.ball(low), self.ball(high), low_in, high_in)
            if low == high or compare_wide(part.low, part.high) < 0:
                parts.append(part)
        if all(not isinstance(end, arb) or end.rad() < WIDE for part in parts for end in (part.low, part.high)):
            return union(parts)
        return sorted(parts, key=lambda part: float(part.low.mid()) if isinstance(part.low, arb) else float(part.low))


def compare_wide(a: Any, b: Any) -> int:
    """-1 where a is below b for certain, 0 where they may be equal, else 1."""
    if isinstance(a, arb) and isinstance(b, arb) and a.overlaps(b):
        return 0
    return compare(a, b)
