"""Kinks: each declared jump or bend is where it is said to be, of that order, with those sides; no other is.

At several parameter values each declared kink is held against the exact finder of corners and against
enclosures 2**-300 to the left and right of it, two roads that share nothing; the slope at the point itself
against the shown derivative and against what the library computes. A corner found and not declared fails the
entry; a switch that neither road can place is one that nobody can tell. A place without a closed form is declared in
digits, for some values of the parameters; at others there may be as many such corners of that order, and no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import sympy
from sympy import Expr

from neurogebra.claims.setting import DECIMAL, Setting
from neurogebra.claims.subject import BAR, Subject, settle, within
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS, Status, Verdict
from neurogebra.compile.to_ball import Oracle, Undecided
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, arb, ctx
from neurogebra.errors import FormulaError
from neurogebra.symbolic.corners import Corner, Found, find
from neurogebra.symbolic.crossing import Crossing

__all__ = ["kinks"]

BESIDE = arb(2) ** -300  # how far to the side of a kink enclosures look
BITS = 1400
SAME = arb(2) ** -150  # two enclosed numbers closer than this are one number
GOOD = 200


def kinks(subject: Subject) -> Iterator[Verdict]:
    """One verdict for each declared kink, one for whether there are others, one for each open switch."""
    if subject.entry.kind not in ("elementwise", "stochastic"):  # what has noise is judged in its deterministic form
        return
    declared = subject.entry.kinks
    conditions = [subject.condition(kink.when) for kink in declared]
    trials = [Trial(subject, draw, conditions) for draw in subject.draws(conditions)]
    for index, kink in enumerate(declared):
        status, evidence = judge(trials, index)
        words = f"order {kink.order} at {subject.variable} = {kink.at}"
        yield subject.verdict("kinks", words, status, evidence, f"kinks[{index}]")
    yield from others(subject, trials)


def judge(trials: list[Trial], index: int) -> tuple[Status, str]:
    """One declared kink, at every set of parameter values for which it is declared."""
    tried = 0
    for trial in trials:
        try:
            if not trial.declares(index):
                continue
            wrong = trial.complaint(index)
        except (Undecided, Unsure) as reason:
            return CANNOT_TELL, f"{reason}{trial.setting}"
        except Undefined as reason:
            return FAILS, f"{reason}{trial.setting}"
        if wrong:
            return FAILS, f"{wrong}{trial.setting}"
        tried += 1
    if not tried:
        return CANNOT_TELL, "no parameter values were found for which it is declared"
    return HOLDS, f"corner finder, enclosures, shown and computed slope agree for {tried} sets of parameters"


def others(subject: Subject, trials: list[Trial]) -> Iterator[Verdict]:
    """Whether there are kinks that the entry does not declare."""
    outcomes = [trial.others() for trial in trials]
    for status in (FAILS, CANNOT_TELL):
        for outcome, evidence in outcomes:
            if outcome == status:
                yield subject.verdict("kinks", "no others", outcome, evidence, "kinks")
                return
    evidence = f"no others are found for {len(trials)} sets of parameter values"
    yield subject.verdict("kinks", "no others", HOLDS, evidence, "kinks")


class Trial:
    """The kinks of one entry with one set of parameter values."""

    def __init__(self, subject: Subject, draw: dict[str, float], conditions: list[Expr]) -> None:
        self.subject, self.draw, self.conditions = subject, draw, conditions
        setting = Setting(subject, draw)
        self.setting, self.formula = setting.words, setting.formula
        self.number, self.digits = setting.exact, setting.ball  # what a text says: exactly, or as wide as its digits
        try:
            self.found = find(self.formula, subject.symbol, None, subject.isolate)
        except FormulaError as reason:
            self.found = Found((), (str(reason),))

    def declares(self, index: int) -> bool:
        """Whether the kink's `when` holds for these values."""
        return self.subject.fulfils(self.draw, self.conditions[index])

    def others(self) -> tuple[Status, str]:
        """Whether a corner is found that is not declared for these values, or a switch stays open."""
        try:
            stated = [(kink, self.declares(index)) for index, kink in enumerate(self.subject.entry.kinks)]
            declared = [kink for kink, here in stated if here]
            extra = [c for c in self.found.corners if not any(self.is_at(kink.at, c.at) for kink in declared)]
        except (Undecided, Undefined, Unsure) as reason:
            return CANNOT_TELL, f"{reason}{self.setting}"
        elsewhere = [kink.order for kink, here in stated if not here and DECIMAL.search(kink.at)]
        for c in extra:
            if c.at.has(Crossing) and c.order in elsewhere:
                elsewhere.remove(c.order)
                continue
            sides = f"{told(c.left)} on its left, {told(c.right)} on its right"
            return FAILS, f"order {c.order} at {told(c.at)} is not declared: {sides}{self.setting}"
        if self.found.undecided:
            return CANNOT_TELL, " ".join(self.found.undecided) + self.setting
        return HOLDS, ""

    def is_at(self, text: str, place: Expr) -> bool:
        """Whether a text is an exact number: in digits where no formula names it."""
        if place.has(Crossing):
            return bool(self.digits(text).overlaps(value_of(place)))
        return equal(self.number(text), place)

    def complaint(self, index: int) -> str:
        """What is wrong with one declared kink, or nothing."""
        kink = self.subject.entry.kinks[index]
        corner = next((c for c in self.found.corners if self.is_at(kink.at, c.at)), None)
        if corner is None and not self.found.undecided:
            unnamed = [told(c.at) for c in self.found.corners if c.at.has(Crossing)]
            return f"there is no kink at {kink.at}{', but at ' if unnamed else ''}{' and '.join(unnamed)}"
        place = corner.at if corner is not None and corner.at.has(Crossing) else self.number(kink.at)
        return (
            (self.against_finder(kink, corner) if corner is not None else "")
            or self.against_enclosures(kink, place)
            or self.slope_complaint(kink, place, corner)
        )

    def against_finder(self, kink: Any, corner: Corner) -> str:
        """The declared order and sides against those of the exact finder."""
        if corner.order != kink.order:
            return f"order {kink.order} is declared, {corner.order} is found"
        for side in ("left", "right"):
            text, found = getattr(kink, side), getattr(corner, side)
            if text is not None and not self.is_at(text, found):
                return f"{side} is declared {text}, found {told(found)}"
        return ""

    def against_enclosures(self, kink: Any, place: Expr) -> str:
        """The declared order and sides against derivatives enclosed just beside the place."""
        left, right = (self.beside(place, kink.order, side) for side in (-1, 1))
        for order in range(kink.order):
            if not same(left[order], right[order]):
                return f"order {kink.order} is declared, but derivative {order} differs already"
        for name, text, ball in (("left", kink.left, left[-1]), ("right", kink.right, right[-1])):
            wide = place.has(Crossing)
            if text is not None and not (
                self.digits(text).overlaps(ball) if wide else same(value_of(self.number(text)), ball)
            ):
                return f"{name} is declared {text}, enclosed {ball.str(20)}"
        if kink.order and same(left[-1], right[-1]):
            return f"derivative {kink.order} is {left[-1].str(20)} on both sides"
        return ""

    def beside(self, place: Expr, order: int, side: int) -> tuple[arb, ...]:
        """f, f', ... f^(order) at 2**-300 to one side of the place."""
        with ctx.workprec(BITS):
            point = value_of(place, BITS) + side * BESIDE
            values = {**self.subject.constants, **self.draw, self.subject.variable: point}
        return self.subject.oracle.series(self.subject.variable, values, order, BITS)

    def slope_complaint(self, kink: Any, place: Expr, corner: Corner | None) -> str:
        """The declared slope against the shown derivative and against the computed one."""
        if kink.gradient is None:
            return ""
        if corner is not None and place.has(Crossing):  # which arm is in force no enclosure tells: both are
            right = corner.gradient is not None and self.is_at(kink.gradient, corner.gradient)
            return "" if right else f"the slope there is declared {kink.gradient}, found {told(corner.gradient)}"
        subject, declared = self.subject, value_of(self.number(kink.gradient))
        shown = subject.pinned(subject.oracle.shown(subject.variable, 1).expr, self.draw)
        at_place = shown.subs(subject.symbol, place)
        if not same(value_of(at_place), declared):
            return f"the slope there is declared {kink.gradient}, the derivative gives {at_place}"
        return self.computed_complaint(kink, place, declared)

    def computed_complaint(self, kink: Any, place: Expr, declared: arb) -> str:
        """The computed slope, where the place is a float64; elsewhere no input lies on the kink."""
        point = float(place)
        if not equal(sympy.Rational(*point.as_integer_ratio()), place):
            return ""
        got = self.subject.computed(1, self.draw, point)
        nearest = float(declared.mid())
        if abs(got - nearest) <= BAR * math.ulp(nearest):
            return ""
        return f"the slope there is declared {kink.gradient}, computed {got!r}"


def told(number: Expr | None) -> str:
    """A number as it is, or in digits where no formula names it."""
    return str(sympy.N(number, 17)) if number is not None and number.has(Crossing) else str(number)


def value_of(number: Expr, good: int = GOOD) -> arb:
    """An enclosure of an exact number. Undefined where it is none."""
    oracle = Oracle(number)
    found = settle(lambda bits: oracle.ball({}, bits), good)
    if found is None:
        raise Undefined(f"{number} is no number")
    return found


def same(one: arb, other: arb) -> bool:
    """Whether two enclosed numbers are one, to 150 bits."""
    return within(one, other, SAME * (1 + abs(one)))


def equal(one: Any, other: Any) -> bool:
    """Whether two exact numbers are equal: as formulas, else to 150 bits. An infinity equals itself only."""
    if one == other:
        return True
    if not (one.is_finite and other.is_finite):
        return False
    return same(value_of(one), value_of(other))
