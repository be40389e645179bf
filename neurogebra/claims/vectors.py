"""Golden values of vector functions: every element of a value, and of a Jacobian.

The same two comparisons as for functions of one number: the written digits against an enclosure of the readable
formula, and the computed float64 against the same enclosure, to 8 ULP. Which formula a Jacobian has is asked of the
expression. It knows no properties.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from neurogebra.claims.subject import BAR, BITS, LEAST_BITS, Subject, within
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS, Status
from neurogebra.compile.to_ball_arithmetic import Unsure, arb
from neurogebra.compile.to_ball_vector import jacobian_balls, vector_balls
from neurogebra.errors import NeurogebraError

__all__ = ["judge_vector"]

LEAST = arb(2) ** -LEAST_BITS


def judge_vector(subject: Subject, example: Any, field: str, written_right: Any) -> tuple[Status, str]:
    """The written numbers of an example against the truth, and the computed ones against the truth."""
    point = [number.value for number in example.x]
    draw = {**subject.defaults, **{name: number.value for name, number in example.params}}
    if not all(map(math.isfinite, point)):
        return CANNOT_TELL, "limits of vectors are not enclosed"
    expression = subject.expression if field == "value" else subject.expression.gradient("x")
    try:
        got = expression.with_params(**draw).eval(x=point, axis=-1)
    except NeurogebraError as reason:  # parameter values outside their domain
        return FAILS, str(reason)
    written = list(_flat(getattr(example, field)))
    truths = _enclosed(subject, field, point, draw)
    if len(written) != len(_numbers(got)):
        return FAILS, f"{len(written)} numbers are written, {len(_numbers(got))} are computed"
    for text, truth, number in zip(written, truths, _numbers(got), strict=False):  # a reduced one is told n times
        if not written_right(text, truth):
            return FAILS, f"{text.text} is written, {truth.str(25)} is true"
        if not within(number, truth, BAR * Fraction(math.ulp(float(truth.mid())))):
            return FAILS, f"{text.text} is right, but {number!r} is computed"
    return HOLDS, f"{len(written)} numbers are right as written and as computed"


def _enclosed(subject: Subject, field: str, point: list[float], draw: dict[str, float]) -> list[Any]:
    """Every number of the value or the Jacobian, to 150 bits, or to 2**-1200 where it is smaller."""
    values = {**subject.constants, **draw}
    for bits in BITS:
        try:
            if field == "value":
                found = vector_balls(subject.expression.readable, point, values, bits)
            else:
                rows = jacobian_balls(subject.expression.gradient("x").readable, point, values, bits)
                found = [ball for row in rows for ball in row]
        except Unsure:
            continue
        if all(ball.rel_accuracy_bits() >= 150 or ball.rad() < LEAST for ball in found):
            return found
    raise Unsure("the enclosures stay too wide")


def _flat(value: Any) -> Iterable[Any]:
    if not isinstance(value, tuple):
        yield value
        return
    for each in value:
        yield from _flat(each)


def _numbers(value: Any) -> list[float]:
    return [float(value)] if not hasattr(value, "reshape") else [float(each) for each in value.reshape(-1)]
