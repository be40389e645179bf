"""Formulas over a vector in rigorous balls: the true value of every element, and of every element of a Jacobian.

The readable formula is walked as it stands, sum by sum, without any of the rearrangements that make it safe for
float64, so that it shares nothing with what it judges but the meaning of the words. Where balls overlap and an order
among them decides, it raises Unsure, and more bits may settle it. It knows no arrays and no entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Expr

from neurogebra.compile.to_ball import Oracle, Value, exact
from neurogebra.compile.to_ball_arithmetic import Unsure, arb, ctx
from neurogebra.language.reductions import COLUMN, DELTA, Hardmax, Joined, Largest, Node, Threshold, Total, X
from neurogebra.language.vectors import let

__all__ = ["jacobian_balls", "vector_balls"]

Ball = Any


def vector_balls(formula: Expr, x: Sequence[Value], parameters: Mapping[str, Value], bits: int) -> list[Ball]:
    """The value at each element; one value, or two lists after each other, where the axis is reduced or joined."""
    if isinstance(formula, Joined):
        return formula.together(*(vector_balls(half, x, parameters, bits) for half in formula.args))
    with ctx.workprec(bits):
        elements, known = _reductions(formula, x, parameters, bits)
        outer = Oracle(let(formula).formula)
        return [outer.ball(known | elements(k), bits) for k in range(len(x))]


def jacobian_balls(formula: Expr, x: Sequence[Value], parameters: Mapping[str, Value], bits: int) -> list[list[Ball]]:
    """The rows of a Jacobian, a formula in x, x_j and delta_ij."""
    if isinstance(formula, Joined):
        return formula.together(*(jacobian_balls(half, x, parameters, bits) for half in formula.args))
    with ctx.workprec(bits):
        elements, known = _reductions(formula, x, parameters, bits)
        outer = Oracle(let(formula).formula)
        pairs = [[known | elements(i, j) for j in range(len(x))] for i in range(len(x))]
        return [[outer.ball(values, bits) for values in row] for row in pairs]


def _reductions(
    formula: Expr, x: Sequence[Value], parameters: Mapping[str, Value], bits: int
) -> tuple[Any, dict[str, Ball]]:
    """What each element has for its own, by row and column, and what all share."""
    known: dict[str, Ball] = {name: exact(value) for name, value in parameters.items()}
    placed: dict[str, tuple[str, list[Ball]]] = {}

    def elements(i: int, j: int | None = None) -> dict[str, Ball]:
        column = i if j is None else j
        own = {X.name: exact(x[i]), COLUMN.name: exact(x[column]), DELTA.name: arb(i == column)}
        return own | {name: values[column if at == COLUMN.name else i] for name, (at, values) in placed.items()}

    for symbol, node in let(formula).lets:
        inner = Oracle(node.args[0])
        terms = [inner.ball(known | elements(k), bits) for k in range(len(x))]
        if isinstance(node, Total | Largest | Threshold):
            known[symbol.name] = _reduced(node, terms)
        else:
            placed[symbol.name] = node.args[1].name, _places(x, terms, isinstance(node, Hardmax))
    return elements, known


def _reduced(node: Node, terms: list[Ball]) -> Ball:
    if isinstance(node, Total):
        return sum(terms, arb(0))
    if isinstance(node, Largest):
        return _largest(terms)
    return _threshold(terms, int(node.args[1]))


def _largest(terms: list[Ball]) -> Ball:
    found = terms[0]
    for term in terms[1:]:
        found = found.max(term)
    return found


def _places(x: Sequence[Value], terms: list[Ball], first: bool) -> list[Ball]:
    """1 at the first largest element, or its share at each largest."""
    among = range(len(x))
    tied = [all(x[k] == x[m] or _above(terms[k], terms[m]) for m in among) for k in among]
    if first:
        return [arb(k == tied.index(True)) for k in among]
    return [arb(each) / sum(tied) for each in tied]


def _above(one: Ball, other: Ball) -> bool:
    if one >= other:
        return True
    if one < other:
        return False
    raise Unsure("the order of two elements is not known")


def _threshold(terms: list[Ball], power: int) -> Ball:
    """The t for which sum(Max(0, u - t)**power) is 1: the one that lies below just the elements it was made from."""
    ordered = sorted(terms, key=lambda term: float(term.mid()), reverse=True)
    for count in range(1, len(ordered) + 1):
        above, below = ordered[:count], ordered[count:]
        mean = sum(above, arb(0)) / count
        spread = (1 - sum(((u - mean) ** 2 for u in above), arb(0))) / count
        if power == 2 and not spread >= 0:
            continue
        level = mean - arb(1) / count if power == 1 else mean - spread.sqrt()
        if all(u >= level for u in above) and all(u <= level for u in below):  # what ties may count either way
            return level
    raise Unsure("which elements lie above the threshold is not known")
