"""How many continuous derivatives a function of a whole vector has: at least, by its words, and at most, on a line.

At least what its roughest word leaves: a sum over the axis is as smooth as its terms, a maximum is continuous, a
simplex threshold of power p has p - 1 derivatives, since what it solves has them and rises strictly, and the place of
a maximum jumps. At most what one corner allows, found exactly while one of two elements moves. Where the two do not
meet, Open is raised. It knows no entries.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import sympy
from sympy import Expr, Integer, Symbol

from neurogebra.claims.cells import FINE, Open, certain
from neurogebra.compile.to_ball import Oracle
from neurogebra.compile.to_ball_arithmetic import Corner, Undefined, Unsure, arb
from neurogebra.language import functions as words
from neurogebra.language.reductions import Hardmax, Largest, Threshold, Total, X
from neurogebra.language.vectors import let
from neurogebra.symbolic.corners import find
from neurogebra.symbolic.jacobian import halves

__all__ = ["smoothness_along"]

#: functions with all derivatives everywhere
ANALYTIC: Final = (
    sympy.exp, sympy.sin, sympy.cos, sympy.tanh, sympy.sinh, sympy.cosh, sympy.atan, sympy.asinh, sympy.erf,
    sympy.erfc, sympy.Add, sympy.Mul, sympy.Symbol, sympy.Number, sympy.NumberSymbol, words.sigmoid, words.softplus,
    words.Phi, words.phi, words.erfc, words.expm1, words.sech2, words.log_cosh, words.tanh_,
)  # fmt: skip
#: where the other of two elements stands, and how far from it a threshold may turn
OTHERS: Final = (Integer(0), Integer(1))
STEPS: Final = (Integer(1), Integer(2), sympy.Rational(1, 2))
HIGHEST = 4
Order = Any  # an int, or oo


def smoothness_along(formula: Expr) -> Any:
    """The number of continuous derivatives: oo, or an arb. Open where the two bounds do not meet."""
    least = min((at_least(half) for half in halves(formula)), key=_size)
    most = min((at_most(half, other) for half in halves(formula) for other in OTHERS), key=_size)
    if least != most:
        raise Open(f"{formula} has from {least} to {most} continuous derivatives")
    return sympy.oo if least == sympy.oo else arb(int(least))


def _size(order: Order) -> float:
    return float("inf") if order == sympy.oo else float(order)


def at_least(e: Expr) -> Order:
    """By the words: what each takes away. -1 where nothing is known of one."""
    inner = min((at_least(part) for part in e.args if isinstance(part, Expr)), key=_size, default=sympy.oo)
    if isinstance(e, (Total, *ANALYTIC)):
        return inner
    if isinstance(e, Largest | sympy.Max | sympy.Min | sympy.Abs):
        return min(0, inner, key=_size)
    if isinstance(e, Threshold):
        return min(int(e.args[1]) - 1, at_least(e.args[0]), key=_size)
    if isinstance(e, sympy.log):
        return inner if e.args[0].is_positive else -1
    if isinstance(e, sympy.Pow):
        return _of_power(e, inner)
    return -1


def _of_power(e: Expr, inner: Order) -> Order:
    base, power = e.args
    if power.is_Integer and power > 0 and isinstance(base, sympy.Max) and len(base.args) == 2 and base.args[0] == 0:
        own = min((at_least(part) for part in base.args), key=_size)
        return min(int(power) - 1, own, key=_size)  # Max(0, u)**p has p - 1 derivatives by u
    smooth = (power.is_Integer and (power > 0 or base.is_nonzero)) or base.is_positive
    return inner if smooth else -1


def at_most(formula: Expr, other: Expr) -> Order:
    """One less than the order of the lowest corner that the first of two elements meets."""
    course = _of_two(formula, other)
    found = find(course, X)
    if found.undecided:  # one corner that enclosures see is enough to be no smoother
        found_beside = [_order_at(course, other + step) for step in STEPS]
        if not (orders := [order for order in found_beside if order is not None]):
            raise Open(" ".join(found.undecided))
        return min(orders) - 1
    return min((corner.order - 1 for corner in found.corners), default=sympy.oo)


def _order_at(course: Expr, place: Expr) -> int | None:
    """The lowest derivative whose two sides differ at a place; None where none is seen to."""
    oracle, at = Oracle(course), Fraction(int(place.p), int(place.q))
    try:
        left, right = (oracle.series(X.name, {X.name: at}, HIGHEST, FINE, side) for side in (-1, 1))
    except (Corner, Undefined, Unsure):
        return None
    return next((k for k in range(HIGHEST + 1) if certain(left[k] - right[k])), None)


def _of_two(formula: Expr, other: Expr) -> Expr:
    """The value at the first of two elements, of which the other stands still, without reductions."""
    parts = let(formula)
    put: dict[Symbol, Expr] = {}
    for symbol, node in parts.lets:
        u = node.args[0].xreplace(put)
        put[symbol] = _pair(node, u, u.subs(X, other))
    return parts.formula.xreplace(put)


def _pair(node: Any, u: Expr, v: Expr) -> Expr:
    """A reduction of two numbers."""
    if isinstance(node, Total):
        return u + v
    if isinstance(node, Largest):
        return sympy.Max(u, v)
    if isinstance(node, Hardmax):
        return sympy.Piecewise((1, u >= v), (0, True))
    if isinstance(node, Threshold):  # beyond a distance of 1 the larger stands alone
        middle = (u + v) / 2 - sympy.Rational(1, 2)
        if node.args[1] == 2:
            middle = (u + v) / 2 - sympy.sqrt(sympy.Rational(1, 2) - (u - v) ** 2 / 4)
        return sympy.Piecewise((u - 1, u - v >= 1), (v - 1, u - v <= -1), (middle, True))
    return sympy.Piecewise((1, u > v), (sympy.Rational(1, 2), sympy.Eq(u, v)), (0, True))
