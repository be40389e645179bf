"""What is true of a formula at one set of parameter values, a row for each property that an entry can state.

Each function answers from the proven course of the formula (profile.py), its leading terms at infinity, its corners,
or the formula itself; claims are held against these answers and proposals are made of them, so that there is one
road to each property. What cannot be proven raises Open with the reason; None means that there is nothing to state.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final, NamedTuple

import sympy
from sympy import Expr, Integer

from neurogebra.claims import tails
from neurogebra.claims.cells import FINE, Open
from neurogebra.claims.images import between, constant_parts, extremes, image, number, roots, slope_at, turns, value_at
from neurogebra.claims.profile import Profile
from neurogebra.claims.sets import Part, compare, largest_size, union
from neurogebra.claims.setting import Setting
from neurogebra.claims.symmetry import cost, parity, point_symmetry, repeats
from neurogebra.compile.to_ball_arithmetic import arb, ctx

__all__ = ["TRUTHS", "Truth", "largest", "lipschitz", "of_values", "smoothness"]


class Truth(NamedTuple):
    """How a property is found, and the shape of its value: word, number, numbers, set, lines, point or counts."""

    answer: Callable[[Setting], Any]
    shape: str

    def find(self, setting: Setting) -> Any:
        """The answer at one set of parameter values. Open where it cannot be proven."""
        with ctx.workprec(FINE):
            return self.answer(setting)


def of_values(values: Callable[[Setting], list[Part]]) -> dict[str, Truth]:
    """What the set of all values tells, of a function of anything."""
    return {
        "range": Truth(values, "set"),
        "bounded": Truth(lambda s: bounded(values(s)), "word"),
        "zero_centered": Truth(lambda s: zero_centered(values(s)), "word"),
    }


def table() -> dict[str, Truth]:
    values = of_values(lambda s: image(s.profile, 0))
    return {
        "range": values["range"],
        "gradient_range": Truth(lambda s: image(s.profile, 1), "set"),
        "bounded": values["bounded"],
        "minimum": Truth(lambda s: extremum(s, -1), "numbers"),
        "maximum": Truth(lambda s: extremum(s, 1), "numbers"),
        "zeros": Truth(lambda s: roots(s.profile), "set"),
        "fixed_points": Truth(lambda s: roots(s.beside_identity), "set"),
        "monotone": Truth(monotone, "word"),
        "convex": Truth(convex, "word"),
        "convex_on": Truth(convex_on, "set"),
        "inflections": Truth(inflections, "set"),
        "parity": Truth(parity, "word"),
        "point_symmetry": Truth(point_symmetry, "numbers"),
        "periodic": Truth(repeats, "number"),
        "smoothness": Truth(smoothness, "number"),
        "lipschitz": Truth(lipschitz, "number"),
        "limits": Truth(limits, "numbers"),
        "asymptotes": Truth(asymptotes, "lines"),
        "saturates": Truth(saturates, "word"),
        "dead_region": Truth(lambda s: constant_parts(s.profile), "set"),
        "zero_centered": values["zero_centered"],
        "identity_near_zero": Truth(identity_near_zero, "word"),
        "cost": Truth(cost, "counts"),
    }


def bounded(parts: list[Part]) -> str:
    below, above = parts[0].low != -sympy.oo, parts[-1].high != sympy.oo
    return "both" if below and above else "below" if below else "above" if above else "none"


def extremum(s: Setting, way: int) -> dict[str, Any] | None:
    """The one point where the least or largest value is taken; None where it is not taken at one point."""
    value, places = extremes(s.profile, way)
    if len(places) != 1 or not places[0].is_point:
        return None
    return {"at": places[0].low, "value": value}


def monotone(s: Setting) -> str | bool:
    """By the signs of f' on every stretch and the steps between them."""
    signs = signs_of(s.profile, 1)
    for place, left, right in joints(s.profile, 0):
        values = [v for v in (left, value_at(s.profile, place), right) if v is not None]
        signs |= {compare(b, a) for a, b in pairwise(values)}
    if signs <= {0, 1}:
        return "increasing" if signs != {0} else True
    return "decreasing" if signs <= {0, -1} else False


def signs_of(profile: Profile, k: int) -> set[int]:
    """The signs that f^(k) takes; where a tail swings for ever, both must be met before it."""
    signs: set[int] = set()
    for stretch in profile.over(k):
        try:
            signs |= {segment.sign for segment in stretch.segments(k)}
        except Open:
            signs |= {segment.sign for segment in stretch.segments(k, strict=False)}
            if not {-1, 1} <= signs:
                raise
    return signs


def convex(s: Setting) -> str | bool:
    """By the signs of f'' on every stretch and the steps of f' between them; a jump has neither bend."""
    signs = signs_of(s.profile, 2)
    for _, left, right in joints(s.profile, 1):
        signs.add(compare(right, left))
    for place, left, right in joints(s.profile, 0):
        own = value_at(s.profile, place)
        if own is None or compare(left, right) != 0 or compare(left, own) != 0:
            return False
    return True if signs <= {0, 1} else "concave" if signs <= {0, -1} else False


def convex_on(s: Setting) -> list[Part] | None:
    """The closed intervals on which f'' >= 0; None where that is the whole line or nothing, as `convex` says.

    A jump, a slope that falls at a kink and a straight part next to a bent one leave room for several such sets.
    """
    if convex(s) is not False:
        return None
    segments = [segment for stretch in s.profile.stretches for segment in stretch.segments(2)]
    smooth = all(compare(left, right) == 0 for k in (0, 1) for _, left, right in joints(s.profile, k))
    if not smooth or s.profile.domain is not None or any(segment.sign == 0 for segment in segments):
        raise Open("a kink, a straight part or the end of a domain leaves more than one set on which it is convex")
    return union(between(segment.left, segment.right, closed=True) for segment in segments if segment.sign > 0)


def joints(profile: Profile, k: int) -> list[tuple[Expr, Any, Any]]:
    """Where stretches meet, and f^(k) on the left and on the right."""
    pairs = pairwise(profile.stretches)
    return [(a.high, a.value(k, a.end_place(1), 1), b.value(k, b.end_place(-1), -1)) for a, b in pairs]


def inflections(s: Setting) -> list[Part]:
    """Turns at which the slope does not jump."""
    jumps = [number(place) for place, left, right in joints(s.profile, 1) if compare(left, right) != 0]
    jumps += [number(place) for place, left, right in joints(s.profile, 0) if compare(left, right) != 0]
    places = [at for at, _ in turns(s.profile) if not any(compare(at, jump) == 0 for jump in jumps)]
    return [Part(at, at, True, True) for at in places]


def smoothness(s: Setting) -> Any:
    """One less than the lowest order of a corner."""
    orders = [corner.order for corner in s.found.corners]
    return sympy.oo if not orders else arb(min(orders) - 1)


def lipschitz(s: Setting) -> Any:
    """The least upper bound of |f'|; oo across a jump."""
    if any(corner.order == 0 for corner in s.found.corners):
        return sympy.oo
    stretches = [Part(p.low, p.high, True, True) for p in image(s.profile, 1)]
    return largest_size(stretches)


def largest(sizes: list[Any]) -> Any:
    """The largest of some sizes, each an arb or oo; 0 of none."""
    return sympy.oo if sympy.oo in sizes else max(sizes, key=lambda size: float(size.mid()), default=arb(0))


def limit_at(profile: Profile, side: int) -> Any:
    """The limit at oo or -oo: an exact number, a ball, oo or -oo; None where f swings for ever, or has no values."""
    stretch = profile.stretches[-1 if side > 0 else 0]
    if stretch.end_place(side).at is not None:
        return None
    if profile.over(0)[-1 if side > 0 else 0].is_wave:
        return None if stretch.derivative(1) != 0 else number(stretch.formula)
    found = stretch.limit(0, side)
    return tails.value(found) if isinstance(found, Expr) and found.is_finite else found


def limits(s: Setting) -> dict[str, Any] | None:
    if s.profile.domain is not None:
        return None
    return {"-oo": limit_at(s.profile, -1), "oo": limit_at(s.profile, 1)}


def saturates(s: Setting) -> str | None:
    ends = limits(s)
    if ends is None:
        return None
    left, right = isinstance(ends["-oo"], arb), isinstance(ends["oo"], arb)
    return "both" if left and right else "left" if left else "right" if right else "none"


def asymptotes(s: Setting) -> dict[str, Any] | None:
    """The lines a*x + b that f nears, as pairs (a, b); None for a side without one."""
    if s.profile.domain is not None:
        return None
    return {"-oo": line(s.profile, -1), "oo": line(s.profile, 1)}


def line(profile: Profile, side: int) -> tuple[Any, Any] | None:
    stretch = profile.stretches[-1 if side > 0 else 0]
    if stretch.end_place(side).at is not None or profile.over(1)[-1 if side > 0 else 0].is_wave:
        return None
    slope = stretch.limit(1, side)
    if not isinstance(slope, Expr) or slope in (sympy.oo, -sympy.oo):
        return None
    for R in (8.0, 64.0, 1024.0, 2.0**20):
        try:
            rest = tails.of(stretch.formula - slope * stretch.x, stretch.x, side, R).limit()
        except tails.Beyond:
            continue
        return None if rest in (sympy.oo, -sympy.oo) else (slope, rest)
    raise Open("what is left beside its slope is not known")


def zero_centered(parts: list[Part]) -> bool:
    low, high = parts[0].low, parts[-1].high
    return compare(low, -high) == 0


def identity_near_zero(s: Setting) -> bool:
    value = value_at(s.profile, Integer(0))
    slope = slope_at(s.profile, Integer(0)) if value is not None and compare(value, arb(0)) == 0 else None
    if slope is None or compare(slope, arb(1)) != 0:
        return False
    return not any(compare(number(corner.at), arb(0)) == 0 and corner.order < 2 for corner in s.found.corners)


TRUTHS: Final = table()
