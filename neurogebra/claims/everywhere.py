"""Parity, symmetry and a monotone course proven by formulas, for all values of the parameters that a claim is made for.

Trying sets of values cannot reach them all, and where f(-x) + f(x) vanishes as a formula in x and alpha, or no part of
f' can be negative while alpha stays where the claim is made, nothing is left to try. It says only what is proven: False
means that formulas do not tell, never that a claim is wrong; of switches it knows that Max and Min keep a rise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy
from sympy import Expr, Symbol

from neurogebra.claims.subject import Subject
from neurogebra.claims.symmetry import vanishes
from neurogebra.language.interval import REALS, Interval
from neurogebra.language.parser import parse
from neurogebra.symbolic.reach import divides_evenly
from neurogebra.symbolic.recognise import to_words
from neurogebra.symbolic.signs import ANY, Box

__all__ = ["proven_everywhere"]

STEPS = (sympy.Piecewise, sympy.sign, sympy.Heaviside, sympy.floor, sympy.ceiling)
SIGNS = {"increasing": frozenset({0, 1}), "decreasing": frozenset({0, -1})}
# How a comparison bounds a parameter by a number: whether from below, and whether the number belongs.
BOUNDS: dict[type, tuple[bool, bool]] = {
    sympy.StrictGreaterThan: (True, False),
    sympy.GreaterThan: (True, True),
    sympy.StrictLessThan: (False, False),
    sympy.LessThan: (False, True),
}


def proven_everywhere(subject: Subject, name: str, value: Any, when: str | None = None) -> bool:
    """Whether a claim is proven for every value of the parameters that fulfils `when`, by formulas alone."""
    if not subject.defaults:
        return False
    domains, fixed = narrowed(subject, when)
    formula, x = subject.pinned(subject.expression.readable, {}).subs(fixed), subject.symbol
    if formula.has(*STEPS, sympy.nan, sympy.zoo, sympy.oo):
        return False
    if name == "parity" and value in ("even", "odd"):
        mirrored = formula.subs(x, -x)
        return vanishes(mirrored - formula if value == "even" else mirrored + formula)
    if name == "point_symmetry":
        a, b = (subject.pinned(parse(text), {}).subs(fixed) for text in value[0][1][1:-1].split(","))
        return vanishes(formula.subs(x, 2 * a - x) + formula - 2 * b)
    if name == "monotone" and value in SIGNS:
        box = Box({**domains, x.name: subject.entry.domain} if subject.entry.domain else domains)
        return slopes(formula, x, box) <= SIGNS[value]
    return False


def narrowed(subject: Subject, when: str | None) -> tuple[dict[str, Interval], dict[Symbol, Expr]]:
    """The domains of the parameters where a condition holds, and those it fixes.

    Only comparisons of one parameter with a number count. Whatever else the condition asks for is not used, so that
    what is proven holds for more values than the claim is made for.
    """
    domains = {p.name: p.domain for p in subject.entry.params}
    fixed: dict[Symbol, Expr] = {}
    condition = subject.condition(when)
    for comparison in parts(condition.args[0][1] if isinstance(condition, sympy.Piecewise) else sympy.true):
        one, other = comparison.args
        if other.is_Symbol and one.is_Rational:
            comparison, one, other = comparison.reversed, other, one
        if not (one.is_Symbol and one.name in domains and other.is_Rational):
            continue
        if isinstance(comparison, sympy.Eq):
            fixed[one] = other
        elif type(comparison) in BOUNDS and sympy.Rational(float(other)) == other:
            domains[one.name] = bounded(domains[one.name], float(other), *BOUNDS[type(comparison)])
    return domains, fixed


def parts(condition: Any) -> Iterator[Any]:
    """The comparisons that must all hold."""
    for each in condition.args if isinstance(condition, sympy.And) else (condition,):
        if isinstance(each, sympy.core.relational.Relational):
            yield each


def bounded(domain: Interval, end: float, below: bool, belongs: bool) -> Interval:
    """The part of a domain above a number, where that ends it `below`, or under it; the reals where none is left."""
    low, high, low_in, high_in = domain.low, domain.high, domain.low_closed, domain.high_closed
    if below and end >= low:
        low, low_in = end, belongs and (end > low or low_in)
    if not below and end <= high:
        high, high_in = end, belongs and (end < high or high_in)
    return Interval(low, high, low_in, high_in) if low < high else REALS


def slopes(e: Expr, x: Symbol, box: Box) -> frozenset[int]:
    """The signs that the slope of a continuous formula may take; all three where formulas do not tell."""
    if not e.has(x):
        return frozenset({0})
    if not e.has(sympy.Max, sympy.Min, sympy.Abs):
        slope = to_words(e).diff(x)
        forms = (slope, sympy.factor(slope)) if divides_evenly(slope) else (slope,)
        return min((box.range(each).sign() for each in forms), key=len)
    if e.is_Add or e.func in (sympy.Max, sympy.Min):
        return frozenset().union(*(slopes(part, x, box) for part in e.args))
    if e.is_Mul and sum(part.has(x) for part in e.args) == 1:
        factor, moving = e.as_independent(x)
        return frozenset(a * b for a in box.range(factor).sign() for b in slopes(moving, x, box))
    return ANY
