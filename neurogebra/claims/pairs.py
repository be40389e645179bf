"""Golden values of gated units: a value of two numbers, and its slope by each.

The same two comparisons as for functions of one number: the written digits against an enclosure of the readable
formula, and the computed float64 against the same enclosure, to 8 ULP. Infinities are nobody's limit here, since
there are many ways to reach one. Which half of the pair is the gate is taken from the entry.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from neurogebra.claims.subject import BAR, LEAST_BITS, Subject, settle, within
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS, Status
from neurogebra.compile.to_ball_arithmetic import arb

__all__ = ["judge_pair"]


def judge_pair(subject: Subject, example: Any, field: str, written_right: Any) -> tuple[Status, str]:
    """The written number or pair of slopes against the truth, and the computed ones against the truth."""
    order = ("a", "b") if (subject.entry.gate or "second") == "second" else ("b", "a")
    if field not in ("value", "gradient"):
        return FAILS, "a gated unit has a value and a gradient of two slopes; higher ones would be tables"
    draw = {**subject.defaults, **{name: number.value for name, number in example.params}}
    point = dict(zip(order, (number.value for number in example.x), strict=True))
    if not all(map(math.isfinite, point.values())):
        return CANNOT_TELL, "limits of two numbers are not enclosed"
    number = getattr(example, field)
    pairs = [(None, number)] if field == "value" else list(zip(order, number, strict=True))
    evidence = []
    for by, text in pairs:
        truth = enclosed(subject, draw, point, by)
        if truth is None:
            return FAILS, "the formula has no value there"
        got = computed(subject, draw, point, by)
        if not written_right(text, truth):
            return FAILS, f"{text.text} is written, {truth.str(25)} is true"
        if not within(got, truth, BAR * Fraction(math.ulp(float(truth.mid())))):
            return FAILS, f"{text.text} is right, but {got!r} is computed"
        evidence.append(f"{text.text} is written, {truth.str(25)} is true, {got!r} is computed")
    return HOLDS, "; ".join(evidence)


def enclosed(subject: Subject, draw: dict[str, float], point: dict[str, float], by: str | None) -> arb | None:
    """The value, or the slope by one half, to many bits."""
    values, order = {**subject.constants, **draw, **point}, 0 if by is None else 1
    return settle(lambda bits: subject.oracle.derivative(by or "a", order, values, bits)[order], LEAST_BITS)


def computed(subject: Subject, draw: dict[str, float], point: dict[str, float], by: str | None) -> float:
    """What the library returns for Python floats."""
    expression = subject.expression if by is None else subject.expression.gradient(by)
    return float(expression.with_params(**draw).eval(**point))
