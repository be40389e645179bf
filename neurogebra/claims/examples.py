"""Golden values: each is right to the digits written, and is what the library computes.

Two comparisons, so that neither side can excuse the other: the written text against an enclosure of the
readable formula, to half a unit of its last digit; and the computed float64 against the same enclosure, to
the bar of 8 ULP. A whole number or a fraction is meant exactly and held to that bar. Nothing here draws
points.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from neurogebra.claims.pairs import judge_pair
from neurogebra.claims.subject import BAR, LEAST_BITS, Subject, within
from neurogebra.claims.vectors import judge_vector
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS, Status, Verdict
from neurogebra.compile.to_ball import Undecided
from neurogebra.compile.to_ball_arithmetic import arb
from neurogebra.errors import NeurogebraError
from neurogebra.language.numbers import parse_decimal

__all__ = ["examples"]

ORDERS = {"value": 0, "gradient": 1, "second": 2, "third": 3}
NEAR = 0.75
EPS = Fraction(1, 2**52)


def examples(subject: Subject) -> Iterator[Verdict]:
    """One verdict for each number of each example."""
    for index, example in enumerate(subject.entry.examples):
        for field, order in ORDERS.items():
            number = getattr(example, field)
            if number is not None:
                where = f"examples[{index}]"
                if subject.entry.kind == "gated":
                    status, evidence = judge_pair(subject, example, field, written_right)
                elif subject.entry.kind == "vector":
                    status, evidence = judge_vector(subject, example, field, written_right)
                else:
                    status, evidence = judge(subject, example, order, number)
                words = f"{field} at {subject.variable} = {text_of(example.x)}"
                yield subject.verdict("examples", words, status, evidence, where)


def judge(subject: Subject, example: Any, order: int, number: Any) -> tuple[Status, str]:
    """The written number against the truth, and the computed one against the truth."""
    given = {name: value.value for name, value in example.params}
    draw = {**subject.defaults, **given}
    point = example.x.value
    try:
        if not math.isfinite(point):
            return judge_limit(subject, draw, point, order, number)
        truths = [subject.enclose(order, {**subject.constants, **draw, subject.variable: at}, LEAST_BITS)
                  for at in dict.fromkeys([Fraction(point), exact_number(example.x.text)])]  # fmt: skip
        got = subject.computed(order, draw, point)
    except Undecided as reason:
        return CANNOT_TELL, str(reason)
    except NeurogebraError as reason:  # parameter values outside their domain
        return FAILS, str(reason)
    if truths[0] is None:
        return FAILS, "the formula has no value there"
    if not any(truth is not None and written_right(number, truth) for truth in truths):
        return FAILS, f"{number.text} is written, {truths[0].str(25)} is true"
    if not computed_right(subject, draw, point, order, got, truths[0]):
        return FAILS, f"{number.text} is right, but {got!r} is computed"
    return HOLDS, f"{number.text} is written, {truths[0].str(25)} is true, {got!r} is computed"


def judge_limit(subject: Subject, draw: dict[str, float], point: float, order: int, number: Any) -> tuple[Status, str]:
    """At oo and -oo: the limit as far values show it."""
    values = {**subject.constants, **draw}
    limit = subject.oracle.limit(subject.variable, 1 if point > 0 else -1, values, order)
    if limit is None:
        return CANNOT_TELL, "far values show no limit"
    got = subject.computed(order, draw, point)
    same = number.value == limit == got or (
        math.isfinite(limit) and abs(number.value - limit) <= BAR * math.ulp(limit) >= abs(got - limit)
    )
    return (HOLDS if same else FAILS), f"{number.text} is written, far values show {limit!r}, {got!r} is computed"


def computed_right(subject: Subject, draw: dict[str, float], point: float, order: int, got: float, truth: arb) -> bool:
    """Within 8 ULP; or near a root, where float64 owes an absolute error of 4 eps of the function's size."""
    nearest = float(truth.mid())
    if not math.isfinite(got) or not math.isfinite(nearest):
        return got == nearest
    if within(got, truth, BAR * Fraction(math.ulp(nearest))):
        return True
    if not near_a_root(subject, draw, point, order):
        return False
    sizes = [abs(value) for value in row(subject, draw, order, [k / 4 for k in range(-20, 21)])]
    return within(got, truth, 4 * EPS * Fraction(max(sizes)))


def near_a_root(subject: Subject, draw: dict[str, float], point: float, order: int) -> bool:
    """Whether f^(order) changes its sign within 0.75 of the point, other than at 0."""
    places = [point + NEAR * k / 8 for k in range(-8, 9)]
    values = row(subject, draw, order, places)
    at_zero = row(subject, draw, order, [0.0])[0]
    pairs = zip(pairwise(places), pairwise(values), strict=True)
    return any(low * high < 0 and (at_zero != 0 or a * b > 0) for (a, b), (low, high) in pairs)


def row(subject: Subject, draw: dict[str, float], order: int, places: list[float]) -> list[float]:
    """f^(order) at several places, 0 where it is undefined."""
    values = {**subject.constants, **draw}
    found = [subject.enclose(order, {**values, subject.variable: place}) for place in places]
    return [0.0 if ball is None else float(ball.mid()) for ball in found]


def written_right(number: Any, truth: arb) -> bool:
    """Whether the text is right to half a unit of its last digit; whole numbers and fractions to the bar."""
    if not math.isfinite(number.value):
        return False
    unit = last_digit(number.text)
    slack = unit / 2 if unit else BAR * Fraction(math.ulp(float(truth.mid())))
    return within(exact_number(number.text), truth, slack)


def last_digit(text: str) -> Fraction | None:
    """The unit of the last digit written; None for a whole number or a fraction, which are exact."""
    if "/" in text:
        return None
    exponent = Decimal(text).as_tuple().exponent
    return Fraction(10) ** int(exponent) if set(text.lower()) & {".", "e"} else None


def exact_number(text: str) -> Fraction:
    """The exact number that a text says: a decimal, or a fraction of whole numbers."""
    top, _, bottom = text.partition("/")
    return parse_decimal(top.strip()) / (parse_decimal(bottom.strip()) if bottom else 1)


def text_of(x: Any) -> str:
    """The input as it was written."""
    return "(" + ", ".join(each.text for each in x) + ")" if isinstance(x, tuple) else x.text
