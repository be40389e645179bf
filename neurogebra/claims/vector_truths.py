"""What is true of a function of a whole vector at one set of parameter values, of vectors of two elements or more.

A row for each property that is told of vectors, proven from the formula: what a sum or maximum over the axis holds
besides one element is a free number of its own, a number added to all elements leaves a reduction in a known way, and
each word is as smooth as its mathematics says. Rows of numbers (rows.py) disprove; where neither decides, Open is
raised. Lengths of vectors play no part; what Jacobians tell, vector_slopes.py finds.
"""

from __future__ import annotations

from typing import Any, Final

import sympy
from sympy import Expr, Integer, Symbol

from neurogebra.claims import rows
from neurogebra.claims.cells import Open
from neurogebra.claims.everywhere import slopes
from neurogebra.claims.images import image, number
from neurogebra.claims.independent import image_of
from neurogebra.claims.profile import Profile
from neurogebra.claims.roughness import smoothness_along
from neurogebra.claims.sets import Part, union
from neurogebra.claims.setting import Setting
from neurogebra.claims.symmetry import counted, vanishes
from neurogebra.claims.truths import Truth, of_values
from neurogebra.claims.vector_slopes import FACTOR, REST, ends_of, lipschitz_along, simplified
from neurogebra.compile.lower import lower
from neurogebra.compile.plan import plan
from neurogebra.compile.stages import staged
from neurogebra.compile.to_ball_arithmetic import arb
from neurogebra.language.interval import Interval
from neurogebra.language.reductions import Hardmax, Largest, Threshold, Total, Winners, X
from neurogebra.language.vectors import Let, let
from neurogebra.symbolic.jacobian import halves
from neurogebra.symbolic.signs import ANY, Box

__all__ = ["TRUTHS_OF_VECTORS"]

WHOLE, ABOVE_0 = (-sympy.oo, sympy.oo), (arb(0), sympy.oo)
DOMAINS: Final = {X: None, FACTOR: Interval.parse("(1, oo)"), REST: Interval.parse("[0, oo)")}
MOVED: Final = Symbol("c_", real=True)


# Values ---------------------------------------------------------------------------------------------------


def values(s: Setting) -> list[Part]:
    """The values of one element, whatever it is and the others are."""
    return union(part for half in halves(s.formula) for part in _values(half))


def _values(formula: Expr) -> list[Part]:
    parts = let(formula)
    if not parts.lets:
        return image(Profile(formula, X), 0)
    if len(parts.lets) > 1:
        raise Open(f"{formula} has more than one reduction")
    (symbol, node) = parts.lets[0]
    if isinstance(node, Hardmax) and parts.formula == symbol:
        if not node.args[0].diff(X).is_nonzero:
            raise Open(f"whether one {node.args[0]} is larger than another")
        return [Part(end, end, True, True) for end in (arb(0), arb(1))]
    return image_of(parts.formula.subs(symbol, _beside_others(node)), DOMAINS)


def _beside_others(node: Any) -> Expr:
    """A reduction by one element and a number that the others make, which is free whatever the element is.

    sum(u) is u*r with r in (1, oo), where u takes all positive numbers; max(u) is u + r with r in [0, oo), and a
    simplex threshold u - 1 + r, where u takes all numbers.
    """
    u = node.args[0]
    ends = ends_of(u)
    if isinstance(node, Total) and ends == ABOVE_0:
        return u * FACTOR
    if isinstance(node, Largest | Threshold) and ends == WHOLE:
        return u + REST - (1 if isinstance(node, Threshold) else 0)
    raise Open(f"the values that {u} takes do not make what the other elements add free")


# Sums, shifts, order --------------------------------------------------------------------------------------


def sums_to(s: Setting) -> arb | None:
    """What the values along the axis sum to, as a formula; None where two rows have different sums."""
    if s.subject.entry.shape != "same":
        return None
    parts = let(s.formula)
    placed = [each.symbol for each in parts.lets if _is_placed(each)]
    factor, own = parts.formula.as_independent(X, *placed, as_Add=False)
    for each in parts.lets:
        total = _total(own, each)
        if total is not None and not (sum_ := simplified(factor * total)).free_symbols:
            return number(sum_)
    first = rows.values_at(s, rows.ROWS[0])
    if first is None or rows.apart(s, sum(first, arb(0))) is None:
        raise Open(f"whether the values of {s.formula} have one sum")
    return None


def _is_placed(each: Let) -> bool:
    return isinstance(each.node, Hardmax | Winners)


def _total(own: Expr, each: Let) -> Expr | None:
    """The sum of `own` over the axis, where a reduction says it."""
    symbol, node = each
    if _is_placed(each) and own == symbol:
        return Integer(1)
    if isinstance(node, Total):
        share = simplified(own / node.args[0])
        return None if share.has(X) else share * symbol
    if isinstance(node, Threshold):
        share = own / sympy.Max(0, node.args[0] - symbol) ** node.args[1]
        return None if share.free_symbols else share
    return None


def shift(s: Setting) -> str:
    """By formulas: what c added to x does to every reduction, and to the whole. None of both where rows say so."""
    for word, by in (("invariant", Integer(0)), ("equivariant", MOVED)):
        if all(_is_moved(half, by) for half in halves(s.formula)):
            return word
    if rows.moved(s, 0.0) and rows.moved(s, rows.MOVE):
        return "none"
    raise Open(f"what a number added to every element does to {s.formula}")


def _is_moved(formula: Expr, by: Expr) -> bool:
    """Whether the formula grows by `by` where x grows by c."""
    parts = let(formula)
    put: dict[Symbol, Expr] = {X: X + MOVED}
    for symbol, node in parts.lets:
        after = _reduced_after(symbol, node, node.args[0].xreplace(put))
        if after is None:
            return False
        put[symbol] = after
    return vanishes(sympy.expand_log(parts.formula.xreplace(put) - parts.formula - by))


def _reduced_after(symbol: Symbol, node: Any, u: Expr) -> Expr | None:
    """The reduction of u, what its argument has become; None where that is not said by the old one."""
    if isinstance(node, Total):
        share = simplified(u / node.args[0])
        return None if share.has(X) else share * symbol
    step = simplified(u - node.args[0])
    if step.has(X):
        return None
    return symbol if isinstance(node, Hardmax | Winners) else symbol + step


def order(s: Setting) -> str | None:
    """By the slope of a value by its own element, reductions held; where that has both signs, by rows."""
    if s.subject.entry.shape != "same":
        return None
    parts = let(s.formula)
    box = Box({X.name: _LINE} | {each.symbol.name: _domain(each) for each in parts.lets})
    placed = {each.symbol for each in parts.lets if _is_placed(each)} & parts.formula.free_symbols - {parts.formula}
    own = placed or len(halves(s.formula)) > 1  # what each element has of its own is not held
    signs = ANY if own else _slopes(parts.formula, parts.lets, box)
    if signs <= {0, 1} or signs <= {0, -1}:
        return "kept" if signs <= {0, 1} else "reversed"
    if rows.swapped(s, 1) and rows.swapped(s, -1):
        return "none"
    raise Open(f"whether larger elements of {s.formula} have larger values")


_LINE: Final = Interval.parse("(-oo, oo)")


def _domain(each: Let) -> Interval:
    return Interval.parse("(0, oo)") if each.symbol.is_positive else _LINE


def _slopes(formula: Expr, lets: tuple[Let, ...], box: Box) -> frozenset[int]:
    for symbol, node in lets:
        if formula == symbol and isinstance(node, Hardmax | Winners):
            return slopes(node.args[0], X, box)
    if formula.is_Pow and formula.exp.is_positive and not formula.exp.has(X) and formula.base.is_nonnegative:
        return slopes(formula.base, X, box)
    return slopes(formula, X, box)


# Cost -----------------------------------------------------------------------------------------------------


def cost(s: Setting) -> dict[str, int]:
    """Steps for each element, in the stages that are computed: those of a row are shared by its elements.

    A threshold needs the elements in order, which has no number of steps for each, so it is counted by itself.
    """
    total, sorts = {"exponentials": 0, "operations": 0}, 0
    expression = s.subject.expression
    for half in halves(expression.words):
        work = staged([half], expression.domains)
        own = {X.name} | {stage.symbol.name for stage in work.stages if stage.kind in OF_ELEMENTS}
        for formula in (*(stage.formula for stage in work.stages), *work.outputs):
            names = sorted(symbol.name for symbol in formula.free_symbols)
            steps = lower(plan([formula], names), [name for name in names if name.startswith("~")])
            here = counted(steps.steps[i] for i in sorted(steps.reached(own)))
            total = {key: total[key] + here[key] for key in total}
        thresholds = sum(stage.kind.startswith("threshold") for stage in work.stages)
        total["operations"] += sum(stage.kind != "each" for stage in work.stages) - thresholds  # one in each reduction
        sorts += thresholds
    return total | ({"sorts": sorts} if sorts else {})


OF_ELEMENTS: Final = ("each", "rest", "hardmax", "winners")

TRUTHS_OF_VECTORS: Final = {
    **of_values(values),
    "smoothness": Truth(lambda s: smoothness_along(s.formula), "number"),
    "lipschitz": Truth(lipschitz_along, "number"),
    "sums_to": Truth(sums_to, "number"),
    "shift": Truth(shift, "word"),
    "order": Truth(order, "word"),
    "cost": Truth(cost, "counts"),
}
