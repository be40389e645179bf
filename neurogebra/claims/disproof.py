"""The simplest x that disproves a claim, and how claims and findings are told in a verdict.

Small whole numbers and fractions are tried before the places where f or f' has its extremes, because a reader checks
x = -2 in the head. A claim that no single point disproves (an end that belongs, a limit) is shown without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import sympy

from neurogebra.claims.cells import Open
from neurogebra.claims.images import extremes, turns
from neurogebra.claims.rows import disproof_at, holds
from neurogebra.claims.sets import Part, compare
from neurogebra.claims.setting import Setting
from neurogebra.compile.to_ball import Undecided
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, arb
from neurogebra.errors import NeurogebraError

__all__ = ["shown", "told", "witness"]

#: where a disproof is looked for, the simplest first
SIMPLE = tuple(Fraction(size) * sign for size in ("0", "1", "1/2", "2", "3", "1/10", "5", "10", "100", "10000", "1e10")
               for sign in (1, -1) if size != "0" or sign > 0)  # fmt: skip


def told(value: Any) -> str:
    """A claim's value in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(f"{key} {text}" for key, text in value)
    return str(value)


def shown(found: Any) -> str:
    """What was found, in words."""
    if isinstance(found, arb):
        return str(found.str(17, radius=False))
    if isinstance(found, list):
        return " | ".join(map(str, found)) or "{}"
    if isinstance(found, dict):
        return ", ".join(f"{key} {shown(each)}" for key, each in found.items())
    if isinstance(found, tuple):
        return " + ".join((f"{shown(found[0])}*x", shown(found[1])))
    return "none" if found is None else told(found)


def witness(setting: Setting, name: str, value: Any) -> str:
    """The simplest x that disproves a claim, in words; nothing where no single point does."""
    try:
        if setting.subject.entry.kind in ("gated", "vector"):
            return disproof_at(setting, name, value)
        test = disproof(setting, name, value)
        for point in points(setting) if test else ():
            assert test is not None
            if words := test(point):
                at = str(point) if isinstance(point, Fraction) else point.str(17, radius=False)
                return f": at x = {at} {words}"
    except (Open, Unsure, Undefined, Undecided, NeurogebraError):
        pass
    return ""


def points(setting: Setting) -> Iterator[Any]:
    """The simple ones, then where extremes of f and of f' lie."""
    yield from SIMPLE
    for way in (-1, 1):
        yield from (part.low for part in extremes(setting.profile, way)[1] if part.is_point)
    yield from (at for at, _ in turns(setting.profile))


def disproof(setting: Setting, name: str, value: Any) -> Callable[[Any], str] | None:
    """A function of x that tells how f(x), f'(x) or f''(x) disproves the claim, or says nothing."""

    def outside(order: int, parts: list[Part]) -> Callable[[Any], str]:
        def test(point: Any) -> str:
            found = setting.at(point, order)
            if found is None or any(holds(part, found) for part in parts):
                return ""
            return f"{'the slope' if order else 'it'} is {shown(found)}"

        return test

    def sign(order: int, wrong: int) -> Callable[[Any], str]:
        what = {1: "the slope is", 2: "the second derivative is"}[order]

        def test(point: Any) -> str:
            found = setting.at(point, order)
            return f"{what} {shown(found)}" if found is not None and (found > 0) - (found < 0) == wrong else ""

        return test

    everything = Part(-sympy.oo, sympy.oo, False, False)
    if name in ("range", "gradient_range"):
        return outside(int(name == "gradient_range"), setting.region(value))
    if name in ("minimum", "maximum"):
        end = setting.ball(dict(value)["value"])
        low, high = (end, sympy.oo) if name == "minimum" else (-sympy.oo, end)
        return outside(0, [Part(low, high, name == "minimum", name == "maximum")])
    if name == "lipschitz":
        end = setting.ball(value)
        return outside(1, [everything if end == sympy.oo else Part(-end, end, True, True)])
    if name == "monotone" and value in ("increasing", "decreasing"):
        return sign(1, -1 if value == "increasing" else 1)
    if name == "convex" and value in (True, "concave"):
        return sign(2, -1 if value is True else 1)
    if name == "parity" and value in ("even", "odd"):
        return lambda point: mirror_words(setting, point, 1 if value == "even" else -1)
    if name in ("zeros", "fixed_points"):
        return lambda point: zero_words(setting, name, value, point)
    return None


def mirror_words(setting: Setting, point: Any, sign: int) -> str:
    here, there = setting.at(point), setting.at(-point)
    if here is None or there is None or compare(there, sign * here) == 0:
        return ""
    return f"it is {shown(here)}, at {-point} it is {shown(there)}"


def zero_words(setting: Setting, name: str, value: str, point: Any) -> str:
    found = setting.at(point)
    if found is None:
        return ""
    at = point if isinstance(point, arb) else arb(point.numerator) / point.denominator
    claimed = any(holds(part, at) for part in setting.region(value))
    is_zero = compare(found, arb(0) if name == "zeros" else at) == 0
    return "" if claimed == is_zero else f"it is {shown(found)}"
