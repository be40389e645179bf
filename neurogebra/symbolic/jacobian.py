"""Derivatives of formulas over a whole vector, with the delta contracted where it arises.

The derivative of a formula f by x is told in three parts: what moves an element itself, A, and for each reduction
s how f depends on s, P, and s on an element, Q; so that the Jacobian is delta_ij A(x_i) + sum of P(x_i) Q(x_j),
and its product with a cotangent g needs no matrix: A g + sum of Q * sum(g P). At corners the rule of
`symbolic.gradient` holds; the largest of several equal elements shares its slope evenly among them. Values,
arrays and rounding are unknown here.

    sum(u)'  = u'                     max(u)' = winners(u) u'          hardmax' = winners' = 0
    simplex_threshold(u, p)' = w u'/sum(w), with w = Max(0, u - t)**(p - 1), for p = 1 where u > t
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import sympy
from sympy import Expr, Symbol

from neurogebra.language.interval import Interval
from neurogebra.language.reductions import (
    COLUMN,
    DELTA,
    VALUE,
    Hardmax,
    Joined,
    Largest,
    Node,
    Threshold,
    Total,
    Winners,
    X,
)
from neurogebra.language.vectors import let, put_back
from neurogebra.symbolic.gradient import differentiate

__all__ = ["Slope", "halves", "reduces", "shown", "slope"]


class Slope(NamedTuple):
    """`own`: A. `through`: (P, Q) of each reduction; P is about the row's element, Q about the column's.

    By a parameter, `own` is the whole derivative and `through` is empty. All is in symbols of `nodes`.
    """

    own: Expr
    through: tuple[tuple[Expr, Expr], ...]
    nodes: dict[Symbol, Node]

    @property
    def across(self) -> Expr:
        """What stands beside the delta."""
        return sympy.Add(*(p * q for p, q in self.through))

    def matrix(self) -> Expr:
        """The Jacobian as one formula."""
        return put_back(DELTA * self.own + self.across, self.nodes)

    def vector(self) -> Expr:
        """The derivative by a parameter as one formula."""
        return put_back(self.own, self.nodes)

    def pulled(self, cotangent: Symbol, reduced: bool) -> Expr:
        """The sum over i of g_i J_ij, as a formula in x and g, both of element j; `reduced`: there is one i."""
        work = _Work(X, {}, self.nodes)
        if reduced:
            return put_back(cotangent * work.moved(self.across, COLUMN, X), work.nodes)
        parts = [self.own * cotangent]
        parts += [work.moved(q, COLUMN, X) * work.total(cotangent * p, cotangent) for p, q in self.through]
        return put_back(sympy.Add(*parts), work.nodes)


def halves(formula: Expr) -> tuple[Expr, ...]:
    """The formulas whose values are joined: two for concat and alternate, else the one."""
    return tuple(formula.args) if isinstance(formula, Joined) else (formula,)


def reduces(formula: Expr) -> bool:
    """Whether a formula has one value for the whole axis."""
    parts = let(formula)
    placed = {symbol for symbol, node in parts.lets if isinstance(node, Hardmax | Winners | Joined)}
    return bool(parts.lets) and not parts.formula.free_symbols & {X, *placed}


def slope(formula: Expr, variable: Symbol, domains: Mapping[str, Interval] | None = None) -> Slope:
    """The derivative of `formula`, which joins no two, by x or by a parameter."""
    parts = let(formula)
    work = _Work(variable, domains or {}, dict(parts.lets))
    for symbol, node in parts.lets:
        work.slopes[symbol] = work.of_node(symbol, node)
    through = [
        (work.by(parts.formula, symbol), inner)
        for symbol, inner in work.slopes.items()
        if inner != 0 and parts.formula.has(symbol)
    ]
    own = work.by(parts.formula, variable)
    if variable == X:
        return Slope(own, tuple(through), work.nodes)
    return Slope(sympy.Add(own, *(p * q for p, q in through)), (), work.nodes)


class _Work:
    """One derivative being made; new reductions get symbols of their own, as those of the formula have."""

    def __init__(self, variable: Symbol, domains: Mapping[str, Interval], nodes: Mapping[Symbol, Node]) -> None:
        self.variable, self.domains = variable, domains
        self.nodes = dict(nodes)
        self.slopes: dict[Symbol, Expr] = {}

    def by(self, formula: Expr, variable: Symbol) -> Expr:
        return differentiate(formula, variable, self.domains) if formula.has(variable) else sympy.S.Zero

    def of_node(self, symbol: Symbol, node: Node) -> Expr:
        """The derivative of a reduction: about the column's element, or by a parameter."""
        u = node.args[0]
        if isinstance(node, Total):
            return self.gathered(u, sympy.S.One)
        if isinstance(node, Largest):
            return self.gathered(u, self.new(Winners(u, X)))
        if isinstance(node, Threshold):
            weight = sympy.Piecewise((1, u > symbol), (0, True)) if node.args[1] == 1 else sympy.Max(0, u - symbol)
            return self.gathered(u, weight) / self.total(weight)
        assert isinstance(node, Hardmax | Winners), node
        return sympy.S.Zero

    def gathered(self, u: Expr, weight: Expr) -> Expr:
        """What the elements' own slopes and those of inner reductions make of sum(weight*u)."""
        own = weight * self.by(u, self.variable)
        moved = self.moved(own, X, COLUMN) if self.variable == X else self.total(own)
        inner = (self.slopes[s] * self.total(weight * self.by(u, s)) for s in self.slopes if u.has(s))
        return sympy.Add(moved, *inner)

    def total(self, u: Expr, *elements: Symbol) -> Expr:
        """sum(u), without what is the same for the whole axis; `elements` differ along it beside x."""
        placed = [symbol for symbol, node in self.nodes.items() if isinstance(node, Hardmax | Winners)]
        constant, moving = sympy.factor_terms(u).as_independent(X, *placed, *elements, as_Add=False)
        return constant * self.new(Total(moving)) if constant != 0 else sympy.S.Zero

    def new(self, node: Node) -> Symbol:
        for symbol, known in self.nodes.items():
            if known == node:
                return symbol
        name = f"~{len(self.nodes)}"
        symbol = Symbol(name, real=True, positive=True) if node.is_positive else Symbol(name, real=True)
        self.nodes[symbol] = node
        return symbol

    def moved(self, expr: Expr, source: Symbol, target: Symbol) -> Expr:
        """`expr` about another element."""
        swaps = {source: target}
        for symbol, node in list(self.nodes.items()):
            if isinstance(node, Hardmax | Winners) and node.args[1] == source and expr.has(symbol):
                swaps[symbol] = self.new(node.at(target))
        moved: Expr = expr.xreplace(swaps)
        return moved


def shown(formula: Expr, derivative: Expr) -> Expr:
    """A Jacobian as people write it, s_i for the function's own value where that makes it shorter.

    softmax's is s_i*(delta_ij - s_j)/temperature: of f = g*h, with all of x in g, each g is f/h.
    """
    best = min((derivative, sympy.factor_terms(derivative)), key=_length)
    nodes = dict(let(formula).lets)
    plain = {node: symbol for symbol, node in reversed(nodes.items())}
    if isinstance(formula, Joined) or not nodes:
        return best
    masked_formula, masked = formula.xreplace(plain), derivative.xreplace(plain)
    rest, moving = masked_formula.as_independent(X, as_Add=False)
    if moving == 1 or masked.atoms(Node):
        return best
    for symbol, value in VALUE.items():
        masked = masked.subs(moving.xreplace({X: symbol}), value / rest)
    found = put_back(sympy.factor_terms(sympy.expand(masked)), nodes)
    return min((best, found), key=_length)


def _length(expr: Expr) -> int:
    return int(sympy.count_ops(expr)) + 5 * len(expr.atoms(Node))
