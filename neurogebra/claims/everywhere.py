"""Parity and a monotone course proven by formulas, for all values of the parameters in their domains at once.

Trying sets of values cannot reach them all, and where f(-x) + f(x) vanishes as a formula in x and alpha, or no part of
f' can be negative while alpha stays in its domain, nothing is left to try. It says only what is proven: False means
that formulas do not tell, never that a claim is wrong; of switches it knows that Max and Min keep a rise.
"""

from __future__ import annotations

import sympy
from sympy import Expr, Symbol

from neurogebra.claims.subject import Subject
from neurogebra.claims.symmetry import vanishes
from neurogebra.symbolic.recognise import to_words
from neurogebra.symbolic.signs import ANY, Box

__all__ = ["proven_everywhere"]

STEPS = (sympy.Piecewise, sympy.sign, sympy.Heaviside, sympy.floor, sympy.ceiling)
SIGNS = {"increasing": frozenset({0, 1}), "decreasing": frozenset({0, -1})}


def proven_everywhere(subject: Subject, name: str, value: object) -> bool:
    """Whether a claim is proven for every value of the parameters, by formulas alone."""
    formula, x = subject.pinned(subject.expression.readable, {}), subject.symbol
    if not subject.defaults or formula.has(*STEPS):
        return False
    if name == "parity" and value in ("even", "odd"):
        mirrored = formula.subs(x, -x)
        return vanishes(mirrored - formula if value == "even" else mirrored + formula)
    if name == "monotone" and value in SIGNS:
        domains = {p.name: p.domain for p in subject.entry.params}
        box = Box({**domains, x.name: subject.entry.domain} if subject.entry.domain else domains)
        return slopes(formula, x, box) <= SIGNS[value]
    return False


def slopes(e: Expr, x: Symbol, box: Box) -> frozenset[int]:
    """The signs that the slope of a continuous formula may take; all three where formulas do not tell."""
    if not e.has(x):
        return frozenset({0})
    if not e.has(sympy.Max, sympy.Min, sympy.Abs):
        slope = to_words(e).diff(x)
        return min((box.range(each).sign() for each in (slope, sympy.factor(slope))), key=len)
    if e.is_Add or e.func in (sympy.Max, sympy.Min):
        return frozenset().union(*(slopes(part, x, box) for part in e.args))
    if e.is_Mul and sum(part.has(x) for part in e.args) == 1:
        factor, moving = e.as_independent(x)
        return frozenset(a * b for a in box.range(factor).sign() for b in slopes(moving, x, box))
    return ANY
