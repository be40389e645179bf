"""What is true of a gated unit, a function of a value a and a gate b, at one set of parameter values.

A row for each property that is told of pairs, found from the two halves alone: a gated unit is a product of a function
of a and one of b, so that what is proven of functions of one number is all that is needed. A unit whose halves cannot
be taken apart raises Open. Words of functions of one number that mean nothing of two, such as monotone, are not here.
"""

from __future__ import annotations

from math import prod
from typing import Any, Final

import sympy
from sympy import Integer, Symbol

from neurogebra.claims.cells import Open
from neurogebra.claims.images import image, number
from neurogebra.claims.independent import image_of, independent_parts
from neurogebra.claims.rows import HALVES, PAIRS
from neurogebra.claims.sets import compare, largest_size
from neurogebra.claims.setting import Setting
from neurogebra.claims.symmetry import cost, vanishes
from neurogebra.claims.truths import Truth, largest, lipschitz, of_values, smoothness
from neurogebra.compile.to_ball_arithmetic import arb

__all__ = ["TRUTHS_OF_PAIRS"]

LINE: Final = dict.fromkeys(HALVES)


def halves(s: Setting) -> list[Setting]:
    """The factors or terms, each about one half; those that are numbers are left out."""
    parts = [part for part in independent_parts(s.formula) if part.free_symbols]
    if any(len(part.free_symbols) > 1 for part in parts):
        raise Open(f"{s.formula} is no product of a function of a and one of b")
    return [s.of_part(part, *part.free_symbols) for part in parts]


def smoothness_of_pair(s: Setting) -> Any:
    """That of the rougher half: where the other is not 0, its corner is one of the whole."""
    orders = [smoothness(half) for half in halves(s)]
    return min(orders, key=lambda order: float(order) if order != sympy.oo else float("inf"), default=sympy.oo)


def lipschitz_of_pair(s: Setting) -> Any:
    """The largest slope by either half in size, the other half standing anywhere."""
    parts, factor = halves(s), arb(1)
    if not s.formula.is_Mul:
        return largest([lipschitz(part) for part in parts])
    for each in (number(part) for part in independent_parts(s.formula) if not part.free_symbols):
        factor *= arb(0) if each is None else abs(each)
    sizes = [largest_size(image(part.profile, 0)) for part in parts]
    slopes = [lipschitz(part) for part in parts]
    return largest([_times(slopes[i], *sizes[:i], *sizes[i + 1 :], factor) for i in range(len(parts))])


def _times(*sizes: Any) -> Any:
    """The product of sizes, in which 0 makes 0 of oo too: a slope that is 0 everywhere stays so."""
    if any(size != sympy.oo and compare(size, arb(0)) == 0 for size in sizes):
        return arb(0)
    return sympy.oo if sympy.oo in sizes else prod(sizes, start=arb(1))


def linear_in(s: Setting) -> str:
    """In which halves f(a, b) is that half times what is left with 1 for it: by formulas, no by one of the pairs."""
    a, b = (_is_linear(s, half) for half in HALVES)
    return "both" if a and b else "a" if a else "b" if b else "none"


def _is_linear(s: Setting, half: Symbol) -> bool:
    gap = s.formula - half * s.formula.subs(half, Integer(1))
    for pair in PAIRS:
        found = number(gap.subs(dict(zip(HALVES, map(Integer, pair), strict=True))))
        if found is not None and compare(found, arb(0)) != 0:
            return False
    if vanishes(gap):
        return True
    raise Open(f"whether {gap} is 0 everywhere")


TRUTHS_OF_PAIRS: Final = {
    **of_values(lambda s: image_of(s.formula, LINE)),
    "smoothness": Truth(smoothness_of_pair, "number"),
    "lipschitz": Truth(lipschitz_of_pair, "number"),
    "linear_in": Truth(linear_in, "word"),
    "cost": Truth(cost, "counts"),
}
