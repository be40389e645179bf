"""How fast a function of a whole vector changes: its Lipschitz constant in the infinity norm, for rows of any length.

It is the largest sum of the sizes of one value's slopes, a row of the Jacobian, found from the formula for all lengths
at once: what a reduction holds besides one element is a free number, so that the whole row is a formula of that number
and the element. The Euclidean constant is not looked for, because that of log_softmax grows with the length, and rows
do not tell it. Formulas with two reductions, and rows whose parts depend on each other, raise Open.
"""

from __future__ import annotations

from typing import Any, Final

import sympy
from sympy import Abs, Add, Expr, Integer, Symbol

from neurogebra.claims.cells import Open
from neurogebra.claims.images import image
from neurogebra.claims.independent import image_of
from neurogebra.claims.profile import Profile
from neurogebra.claims.roughness import smoothness_along
from neurogebra.claims.sets import largest_size
from neurogebra.claims.setting import Setting
from neurogebra.claims.truths import largest, lipschitz
from neurogebra.compile.to_ball_arithmetic import arb
from neurogebra.language.interval import Interval
from neurogebra.language.reductions import Largest, Node, Threshold, Total, X
from neurogebra.language.vectors import let
from neurogebra.symbolic.gradient import differentiate
from neurogebra.symbolic.jacobian import halves
from neurogebra.symbolic.reach import divides_evenly

__all__ = ["FACTOR", "REST", "ends_of", "lipschitz_along", "simplified"]

#: the share of the other elements: beside a sum of positive terms as a factor, beside a maximum as a term
FACTOR, REST = Symbol("r_", positive=True), Symbol("r_", nonnegative=True)
DOMAINS: Final = {X: None, FACTOR: Interval.parse("(1, oo)"), REST: Interval.parse("(0, oo)")}


def lipschitz_along(s: Setting) -> Any:
    """The least L so that no value moves more than L times as far as the element that moves most; oo by a jump."""
    if smoothness_along(s.formula) == -1:
        return sympy.oo
    return largest([_of_half(s, half) for half in halves(s.formula)])


def _of_half(s: Setting, formula: Expr) -> Any:
    parts = let(formula)
    if not parts.lets:
        return lipschitz(s.of_part(formula, X))
    if len(parts.lets) > 1:
        raise Open(f"{formula} has more than one reduction")
    ((symbol, node),) = parts.lets
    if isinstance(node, Total):
        return _beside_sum(parts.formula, symbol, node)
    if isinstance(node, Largest | Threshold):
        return _beside_largest(parts.formula, symbol, node)
    raise Open(f"{formula} has no slopes that are known")


def _beside_sum(formula: Expr, symbol: Symbol, node: Node) -> Any:
    """Every term of sum(u) is positive and proportional to its slope, so that those of a row add up to a sum's share.

    The sum is u*r with r above 1; what stands with more, as in 1 + sum(u), is called u*r as a whole. The others' share
    of a row is then less than said, by as little as one likes where u is large.
    """
    u = node.args[0]
    share = simplified(u.diff(X) / u)
    if share.has(X) or ends_of(u) != (arb(0), sympy.oo):
        raise Open(f"the terms {u} are not in proportion to their slopes")
    beside = [e - symbol for e in formula.atoms(Add) if symbol in e.args]
    more = next((e for e in beside if e.is_number and e.is_positive), Integer(0))
    put = {symbol: u * FACTOR - more}
    own, by = (simplified(differentiate(formula, v).subs(put)) for v in (X, symbol))
    others = simplified(by * share * u)
    row = Abs(sympy.factor(own + others)) + Abs(others) * (FACTOR - 1)
    if more != 0 and row.has(X):
        raise Open(f"{formula} depends on more than the share of the others")
    try:
        return largest_size(image_of(row, DOMAINS))
    except Open:  # the share that makes two equal elements is enough to show that there is no bound
        if not row.has(X) or largest_size(image_of(row.subs(FACTOR, 2), DOMAINS)) != sympy.oo:
            raise
        return sympy.oo


def _beside_largest(formula: Expr, symbol: Symbol, node: Node) -> Any:
    """An element that lies r below the largest, or below where it would stand alone above a simplex threshold.

    The reduction then follows others; of those above a threshold each moves it by its share, the element itself by a
    share that tends to 0 as they become many. Where r is 0 both move as one, which is no faster.
    """
    u = node.args[0]
    step = u.diff(X)
    if step.has(X) or step == 0:
        raise Open(f"{u} is no straight line")
    below = u + REST - (1 if isinstance(node, Threshold) else 0)
    own, by = (_tidied(differentiate(formula, v).subs(symbol, below)) for v in (X, symbol))
    return largest_size(image_of(Abs(own) + Abs(by * step), DOMAINS))


def _tidied(e: Expr) -> Expr:
    """Without what stands on both sides of a comparison: x > x - 1 + r."""
    relations = {r: r.func(sympy.expand(r.lhs - r.rhs), 0) for r in e.atoms(sympy.core.relational.Relational)}
    return sympy.expand(e.xreplace(relations))


def ends_of(u: Expr) -> tuple[Any, Any] | None:
    """The ends of the open interval of all values of an element's formula; None where it is none."""
    (part, *others) = image(Profile(u, X), 0)
    return None if others or part.low_in or part.high_in else (part.low, part.high)


def simplified(e: Expr) -> Expr:
    """Shorter where that ends soon."""
    return sympy.simplify(e) if divides_evenly(e) else sympy.powsimp(e)
