"""Special cases: with the parameter values named, the function is the other one, at every point looked at.

The two readable formulas are compared: as formulas first, then by enclosures to 100 bits at points from
1e-300 to 1e10 on both sides, a gated unit at pairs, for several values of the parameters left free. It finds the
other function through whoever asked, since it knows no catalogue.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

from neurogebra.claims.subject import LEAST_BITS, Subject, pinned, settle, within
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS, Status, Verdict
from neurogebra.compile.to_ball import Oracle, Undecided
from neurogebra.compile.to_ball_arithmetic import arb
from neurogebra.errors import NeurogebraError
from neurogebra.expression import Expression
from neurogebra.language.numbers import parse_decimal

__all__ = ["special_cases"]

SAME = 100  # bits in which two values must agree
CLOSE, LEAST = arb(2) ** -SAME, arb(2) ** (SAME - LEAST_BITS)  # far tails are compared too
_SIZES = (1e-300, 1e-8, 0.1, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 6.0, 10.0, 50.0, 700.0, 1e10)
_CHANCE = random.Random(1)
POINTS = (0.0, *_SIZES, *(-size for size in _SIZES), *(_CHANCE.gauss(0, 4) for _ in range(40)))
PAIRS = tuple(product((0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 6.5, -10.0, 700.0, -700.0, 1e-8), repeat=2))


def special_cases(subject: Subject) -> Iterator[Verdict]:
    """One verdict for each special case."""
    for index, case in enumerate(subject.entry.special_cases):
        status, evidence = judge(subject, case)
        values = ", ".join(f"{name} = {number.text}" for name, number in case.params)
        words = f"{case.equals}{' where ' + values if values else ''}"
        yield subject.verdict("special_cases", words, status, evidence, f"special_cases[{index}]")


def judge(subject: Subject, case: Any) -> tuple[Status, str]:
    """The entry's formula with the case's values against the other formula."""
    if subject.resolve is None:
        return CANNOT_TELL, f"there is no catalogue at hand to find {case.equals} in"
    try:
        other = subject.resolve(case.equals)
    except NeurogebraError as reason:
        return FAILS, f"{case.equals} cannot be found: {reason}"
    if subject.entry.kind == "gated" and other.variables != subject.expression.variables:
        return FAILS, f"{case.equals} is a function of {', '.join(other.variables)}, a gated unit one of a, b"
    condition = subject.condition(case.when)
    fixed = {name: number.value for name, number in case.params}
    draws = {tuple({**draw, **fixed}.items()): None for draw in subject.draws([condition])}
    tried = 0
    try:
        for draw in map(dict, draws):
            if not subject.fulfils(draw, condition):
                continue
            tried += 1
            free = {name: value for name, value in draw.items() if name not in fixed}
            gap = first_difference(subject, other, draw, values_of(other, free))
            if gap:
                return FAILS, gap
    except Undecided as reason:
        return CANNOT_TELL, str(reason)
    if not tried:
        return CANNOT_TELL, f"no parameter values were found that fulfil {case.when}"
    places = "pairs" if subject.entry.kind == "gated" else "points"
    return HOLDS, f"equal to {SAME} bits at {len(points(subject))} {places} for {tried} sets of parameter values"


def points(subject: Subject) -> list[dict[str, float]]:
    """Where the two are compared."""
    if subject.entry.kind == "gated":
        return [{"a": a, "b": b} for a, b in PAIRS]
    return [{subject.variable: point} for point in POINTS]


def first_difference(subject: Subject, other: Expression, draw: dict[str, float], theirs_at: dict[str, Any]) -> str:
    """Where and how the two differ first, or nothing."""
    ours_at = {**subject.constants, **draw}
    if pinned(subject.expression.readable, ours_at) == pinned(other.readable, theirs_at):
        return ""
    oracle = Oracle(other.readable, other.domains)
    domains = [entry.domain for entry in (subject.entry, other.entry) if entry and entry.domain]
    for at in points(subject):
        if any(point not in domain for point in at.values() for domain in domains):
            continue
        ours = settle(partial(subject.oracle.ball, {**ours_at, **at}), LEAST_BITS)
        its = settle(partial(oracle.ball, {**theirs_at, **at}), LEAST_BITS)
        if (ours is None) != (its is None):
            return f"at {told(at)} one of the two has no value"
        if ours is not None and its is not None and not within(ours, its, abs(ours) * CLOSE + LEAST):
            return f"at {told(at)} it is {ours.str(20)}, the other {its.str(20)}, with {draw or 'no parameters'}"
    return ""


def told(at: dict[str, float]) -> str:
    """The point, or the pair by its names."""
    return ", ".join(f"{name} = {value!r}" for name, value in at.items()) if len(at) > 1 else repr(*at.values())


def values_of(other: Expression, free: dict[str, float]) -> dict[str, Any]:
    """The other function's parameter values: its own, and ours where a free one has the same name."""
    constants = {c.name: parse_decimal(c.text) for c in other.entry.constants} if other.entry else {}
    return {**constants, **other.params, **{n: v for n, v in free.items() if n in other.params}}
