"""Sets of numbers that a profile yields: the values f or f' takes, its zeros, extremes, flat parts, inflections.

A value counts as taken only where some point takes it, so that 0 is in the range of relu and not in that of the
sigmoid. All follows from the signs of the profile; what it leaves open stays open here. How sets are put together,
`sets.py` knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import sympy
from sympy import Expr

from neurogebra.claims.cells import FINE, Open, Place
from neurogebra.claims.profile import Profile
from neurogebra.claims.sets import Part, compare, union
from neurogebra.claims.stretch import Stretch
from neurogebra.compile.to_ball import Oracle, Value
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, arb, ctx
from neurogebra.symbolic.crossing import Crossing
from neurogebra.symbolic.gradient import Slopes, differentiate
from neurogebra.symbolic.roots import Unsolved
from neurogebra.symbolic.switches import VANISHING, NoValue, at_point

__all__ = [
    "between",
    "constant_parts",
    "extremes",
    "image",
    "number",
    "roots",
    "slope_at",
    "turns",
    "value_at",
]

# Values ---------------------------------------------------------------------------------------------------


def image(profile: Profile, k: int) -> list[Part]:
    """The values of f (k = 0) or of f' (k = 1), at kinks by the rule of corners."""
    parts = [_image_of(stretch, k) for stretch in profile.over(k)]
    for place in profile.points if k == 0 else profile.breaks:
        point = value_at(profile, place) if k == 0 else slope_at(profile, place)
        if point is not None:
            parts.append(Part(point, point, True, True))
    return union(parts)


def _image_of(stretch: Stretch, k: int) -> Part:
    """f^(k) is continuous on a stretch, so its image reaches from its least to its largest value."""
    low_end, high_end = stretch.value(k, stretch.end_place(-1), -1), stretch.value(k, stretch.end_place(1), 1)
    infinite = not isinstance(low_end, arb) and not isinstance(high_end, arb)
    if infinite and low_end != high_end:
        return Part(-sympy.oo, sympy.oo, False, False)
    try:
        segments, swings = stretch.segments(k + 1), []
        taken = stretch.is_wave  # its ends come again elsewhere
        values = [(low_end, taken or segments[0].sign == 0), (high_end, taken or segments[-1].sign == 0)]
    except Open:
        segments, swings = stretch.segments(k + 1, strict=False), stretch.swings(k)
        values = [(low_end, False), (high_end, False)]
        values += [(stretch.value(k, place, 1), True) for place in (segments[0].left, segments[-1].right)]
    values += [(stretch.value(k, s.left, -1), True) for s in segments[1:]]
    low = high = values[0]
    for value in values[1:]:
        below, above = compare(value[0], low[0]), compare(value[0], high[0])
        low = value if below < 0 else (low[0], low[1] or (below == 0 and value[1]))
        high = value if above > 0 else (high[0], high[1] or (above == 0 and value[1]))
    for ball in swings:
        if not (compare(low[0], ball.lower()) < 0 and compare(ball.upper(), high[0]) < 0):
            raise Open("it swings for ever, and how far is not known well enough")
    return Part(low[0], high[0], low[1], high[1])


def value_at(profile: Profile, place: Expr) -> arb | None:
    """f at an exact place; None where it has no value."""
    return _remembered(profile, place, 0, _value_at)


def slope_at(profile: Profile, place: Expr) -> arb | None:
    """f' at an exact place, by the rule of corners."""
    return _remembered(profile, place, 1, _slope_at)


def _remembered(profile: Profile, place: Expr, k: int, ask: Callable[[Profile, Expr], arb | None]) -> arb | None:
    if (place, k) not in profile.known:
        profile.known[place, k] = ask(profile, place)
    return profile.known[place, k]


def _value_at(profile: Profile, place: Expr) -> arb | None:
    if place.has(Crossing):
        return _at_crossing(profile, lambda: at_point(profile.formula, profile.x, place, profile.box), place)
    return number(profile.formula.subs(profile.x, place))


def _slope_at(profile: Profile, place: Expr) -> arb | None:
    if place.has(Crossing):
        (beside,) = (pair for pair in pairwise(profile.stretches) if pair[0].high == place)
        before, after = (stretch.derivative(1) for stretch in beside)
        slopes = Slopes(profile.x, profile.box)
        return _at_crossing(profile, lambda: slopes.at(profile.formula, place, before, after), place)
    return number(differentiate(profile.formula, profile.x).subs(profile.x, place))


def _at_crossing(profile: Profile, formula: Callable[[], Expr | None], place: Expr) -> arb | None:
    """A formula at a place where no enclosure tells which arm of a switch is in force, because both are."""
    try:
        found = formula()
    except NoValue:
        return None
    except Unsolved as reason:
        raise Open(str(reason)) from None
    return None if found is None else number(found.subs({VANISHING: 0, profile.x: place}))


def number(e: Expr, at: Mapping[str, Value] | None = None) -> arb | None:
    """The ball of an exact number, or of a formula at a point; None where it has no value."""
    if e.has(sympy.I, sympy.nan, sympy.zoo):
        return None
    try:
        with ctx.workprec(FINE):
            found = Oracle(e).ball(at or {}, FINE)
    except Undefined:
        return None
    except Unsure as reason:
        raise Open(str(reason)) from None
    return found if found.is_finite() else None


# Places ---------------------------------------------------------------------------------------------------


def roots(profile: Profile) -> list[Part]:
    """Where f is 0: points and intervals."""
    if profile.repeats():
        raise Open("it repeats itself, so that its zeros have no end")
    parts: list[Part] = []
    for stretch in profile.stretches:
        for segment in stretch.segments(0):
            if segment.zero_left and segment.left.at is not None:
                parts.append(Part(segment.left.at, segment.left.at, True, True))
            if segment.sign == 0:
                parts.append(between(segment.left, segment.right))
    for place in profile.points:
        value = value_at(profile, place)
        if value is not None and value.contains(arb(0)):  # min(gelu(x), 20) - x is -5e-88 where it bends, not 0
            point = number(place)
            parts.append(Part(point, point, True, True))
    return union(parts)


def between(left: Place, right: Place, closed: bool = False) -> Part:
    """The numbers between two places; where `closed`, both belong unless they are infinite."""
    low = -sympy.oo if left.at is None else left.at
    high = sympy.oo if right.at is None else right.at
    return Part(low, high, closed and left.at is not None, closed and right.at is not None)


def constant_parts(profile: Profile) -> list[Part]:
    """The closed intervals on which f does not change: where a gradient step teaches nothing."""
    parts = []
    for stretch in profile.stretches:
        if stretch.derivative(1) == 0:
            part = between(stretch.end_place(-1), stretch.end_place(1))
            flags = []
            for place in (stretch.low, stretch.high):
                own = None if place in (sympy.oo, -sympy.oo) else value_at(profile, place)
                flags.append(own is not None and compare(own, stretch.value(0, stretch.end_place(-1), -1)) == 0)
            parts.append(replace(part, low_in=flags[0], high_in=flags[1]))
    return union(parts)


def extremes(profile: Profile, way: int) -> tuple[Any, list[Part]]:
    """The largest (way 1) or least value and where it is taken; (value, []) where it is only approached."""
    parts = image(profile, 0)
    best, taken = (parts[-1].high, parts[-1].high_in) if way > 0 else (parts[0].low, parts[0].low_in)
    if not taken:
        return best, []
    if profile.repeats():
        raise Open("it repeats itself, so that it is taken without end")
    places = []
    for stretch in profile.stretches:
        for segment in stretch.segments(1):
            inside = segment.left.at is not None and _inside(stretch, segment.left)
            if inside and compare(stretch.value(0, segment.left, -1), best) == 0:
                places.append(Part(segment.left.at, segment.left.at, True, True))
            if segment.sign == 0 and compare(stretch.value(0, segment.left, -1), best) == 0:
                places.append(between(segment.left, segment.right))
    for place in profile.points:
        value = value_at(profile, place)
        if value is not None and compare(value, best) == 0:
            point = number(place)
            places.append(Part(point, point, True, True))
    return best, union(places)


def _inside(stretch: Stretch, place: Place) -> bool:
    ends = [stretch.end_place(side).at for side in (-1, 1)]
    return all(end is None or compare(place.at, end) != 0 for end in ends)


def turns(profile: Profile) -> list[tuple[arb, int]]:
    """Where the curve turns from one bend to the other, and the sign of f'' on the right."""
    if profile.repeats(1):
        raise Open("its slope repeats itself, so that its inflections have no end")
    bends: list[tuple[arb | None, int]] = []
    for stretch in profile.stretches:
        for segment in stretch.segments(2):
            if segment.sign:
                bends.append((segment.left.at, segment.sign))
    found = []
    for (_, before), (place, after) in pairwise(bends):
        if before != after and place is not None:
            found.append((place, after))
    return found
