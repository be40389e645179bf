"""The values of a formula of several numbers, where each of them can be brought to stand in one part alone.

Parts that share no number are independent, so that the values of their sum or product are all sums or products of
theirs, and every end is known to belong or not: a*b*sigmoid(b) is any number times any value of swish. A few exact
respellings are tried to bring a formula there; where none does, Open is raised. What the numbers mean is not known
here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cmp_to_key, lru_cache, reduce
from itertools import product
from typing import Any

import sympy
from sympy import Expr, Symbol

from neurogebra.claims.cells import Open
from neurogebra.claims.images import image, number
from neurogebra.claims.profile import Profile
from neurogebra.claims.sets import Part, compare, union
from neurogebra.compile.to_ball_arithmetic import arb
from neurogebra.language.interval import Interval

__all__ = ["Domains", "image_of", "independent_parts"]

Domains = Mapping[Symbol, Interval | None]
Join = Callable[[Part, Part], Part]
End = tuple[Any, bool]  # and whether it belongs


def image_of(e: Expr, domains: Domains) -> list[Part]:
    """All values of `e` while each symbol runs through its domain, alone; None is the whole line."""
    reason = ""
    for spelled in spellings(e):
        try:
            return _image(spelled, domains)
        except Open as why:
            reason = reason or str(why)
    raise Open(reason)


def spellings(e: Expr) -> Iterator[Expr]:
    """`e` as it stands, with its logarithms or brackets opened, and by its opened reciprocal where it is never 0."""
    yield from dict.fromkeys((e, sympy.expand_log(e), sympy.expand(e)))
    if e.is_nonzero:  # by what SymPy knows of exp and of positive symbols
        yield 1 / sympy.expand(1 / e)


def independent_parts(e: Expr) -> list[Expr]:
    """The terms of a sum or factors of a product, those that share a symbol together; one where it is neither."""
    groups: list[Expr] = []
    for part in e.args if e.is_Add or e.is_Mul else (e,):
        linked = [group for group in groups if group.free_symbols & part.free_symbols]
        groups = [group for group in groups if group not in linked] + [e.func(part, *linked) if linked else part]
    return groups


def _image(e: Expr, domains: Domains) -> list[Part]:
    symbols = e.free_symbols
    if not symbols:
        value = number(e)
        if value is None:
            raise Open(f"{e} has no value")
        return [Part(value, value, True, True)]
    if len(symbols) == 1:
        (x,) = symbols
        return image(_profile(e, x, domains[x]), 0)
    parts = independent_parts(e)
    if len(parts) > 1:
        return reduce(_every(_sum if e.is_Add else _product), [image_of(part, domains) for part in parts])
    inner = [part for part in e.args if part.free_symbols]
    if len(inner) == 1 and not e.is_Add and not e.is_Mul:  # a function of one thing that is made of several
        t = Symbol("t_", real=True)
        return image(_profile(e.xreplace({inner[0]: t}), t, _one_interval(image_of(inner[0], domains))), 0)
    raise Open(f"{e} has {', '.join(sorted(map(str, symbols)))} in parts that depend on each other")


@lru_cache(maxsize=64)
def _profile(e: Expr, x: Symbol, domain: Interval | None) -> Profile:
    """Kept, because range and bounded ask for the same."""
    return Profile(e, x, domain)


def _one_interval(parts: list[Part]) -> Interval | None:
    """The set as a domain, whose ends are float64."""
    (part, *others) = parts
    ends = [float(end.mid()) if isinstance(end, arb) else float(end) for end in (part.low, part.high)]
    exact = all(
        compare(end, arb(near)) == 0
        for end, near in zip((part.low, part.high), ends, strict=True)
        if isinstance(end, arb)
    )
    if others or not exact or part.is_point:
        raise Open("the values inside are no interval between two float64 numbers")
    return None if ends == [-math.inf, math.inf] else Interval(ends[0], ends[1], part.low_in, part.high_in)


def _every(join: Join) -> Callable[[list[Part], list[Part]], list[Part]]:
    return lambda left, right: union(join(a, b) for a, b in product(left, right))


def _sum(a: Part, b: Part) -> Part:
    low = -sympy.oo if -sympy.oo in (a.low, b.low) else a.low + b.low
    high = sympy.oo if sympy.oo in (a.high, b.high) else a.high + b.high
    return Part(low, high, a.low_in and b.low_in, a.high_in and b.high_in)


def _product(a: Part, b: Part) -> Part:
    """Between the least and the largest product of two ends; a 0 that belongs makes 0 belong whatever it meets."""
    ends: list[End] = [_times(one, other) for one, other in product(_ends(a), _ends(b))]
    ends.sort(key=cmp_to_key(_by_value))
    low, high = ends[0][0], ends[-1][0]
    low_in, high_in = (any(inside for end, inside in ends if compare(end, edge) == 0) for edge in (low, high))
    return Part(low, high, low_in, high_in)


def _by_value(one: End, other: End) -> int:
    return compare(one[0], other[0])


def _ends(part: Part) -> tuple[End, End]:
    return (part.low, part.low_in), (part.high, part.high_in)


def _times(one: End, other: End) -> End:
    signs = [compare(end, arb(0)) for end, _ in (one, other)]
    if 0 in signs:
        return arb(0), any(inside for (_, inside), sign in zip((one, other), signs, strict=True) if sign == 0)
    if not isinstance(one[0], arb) or not isinstance(other[0], arb):
        return (sympy.oo if signs[0] == signs[1] else -sympy.oo), False
    return one[0] * other[0], one[1] and other[1]
