"""A SymPy tree as closures over balls or Taylor series: written once per formula, run at any point.

Shared subtrees are computed once per point, arms of a Piecewise that are not in force never. Every switch
(comparison, Max, Min, Abs, sign, floor) is decided by enclosures alone: more bits are asked for (Unsure)
rather than a near tie guessed, and a series at an exact tie asks for a side (Corner). It knows no precision
policy and no rounding; those are to_ball's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Basic, Expr
from sympy.core.relational import Relational

from neurogebra.compile.to_ball_arithmetic import (
    Number,
    Undefined,
    Unsure,
    arb,
    arb_series,
    ctx,
    fmpq,
    general_power,
    head,
    power,
    power_half,
    ratio,
    times,
)
from neurogebra.compile.to_ball_switches import largest, sign_of, whole_below
from neurogebra.compile.to_ball_words import ROWS, Row
from neurogebra.errors import FormulaError
from neurogebra.symbolic.crossing import Crossing

__all__ = ["Env", "Node", "Test", "compiled"]


@dataclass(slots=True)
class Env:
    """One point: the leaves by name, and for a series the side (-1, 0, +1) from which ties are seen."""

    leaves: Mapping[str, Number]
    side: int = 0
    memo: dict[int, Number] = field(default_factory=dict)


Node = Callable[[Env], Number]
Test = Callable[[Env], bool]


def nodes() -> dict[type, Callable[[Walk, Any], Node]]:
    """How each kind of SymPy node is built; the functions of one argument are in ROWS."""
    return {
        sympy.Symbol: Walk.symbol,
        sympy.Rational: Walk.rational,
        sympy.Add: Walk.add,
        sympy.Mul: Walk.mul,
        sympy.Pow: Walk.pow,
        sympy.Piecewise: Walk.piecewise,
        sympy.Max: Walk.maximum,
        sympy.Min: Walk.minimum,
        sympy.Abs: Walk.absolute,
        sympy.sign: Walk.sign,
        sympy.floor: Walk.floor,
        sympy.ceiling: Walk.ceiling,
        Crossing: Walk.crossing,
    }


SPARE = 64  # bits more than asked for, against what sums lose beside a zero

CONSTANTS: dict[Basic, Callable[[], arb]] = {sympy.pi: arb.pi, sympy.E: arb.const_e}

# What a comparison says when left - right is negative, zero, positive.
RELATIONS: dict[type, tuple[bool, bool, bool]] = {
    sympy.StrictLessThan: (True, False, False),
    sympy.LessThan: (True, True, False),
    sympy.Equality: (False, True, False),
    sympy.GreaterThan: (False, True, True),
    sympy.StrictGreaterThan: (False, False, True),
    sympy.Unequality: (True, False, True),
}


def compiled(expr: Expr) -> Node:
    """The closure of `expr`; a node no row exists for is a FormulaError that names it."""
    return Walk(expr).node(expr)


class Walk:
    """Builds the closures of one tree; what occurs more than once is remembered per point."""

    def __init__(self, expr: Expr) -> None:
        self.builders = nodes()
        self.counts: Counter[Basic] = Counter()
        self.slots: dict[Basic, Node] = {}
        self._count(expr)

    def _count(self, expr: Basic) -> None:
        self.counts[expr] += 1
        if self.counts[expr] == 1:
            for part in expr.args:
                self._count(part)

    def node(self, expr: Expr) -> Node:
        if expr not in self.slots:
            made = self._build(expr)
            shared = self.counts[expr] > 1 and expr.args
            self.slots[expr] = remembered(made, len(self.slots)) if shared else made
        return self.slots[expr]

    def _build(self, expr: Expr) -> Node:
        if expr in CONSTANTS:
            return per_precision(CONSTANTS[expr])
        row = ROWS.get(type(expr))
        if row is not None:
            return self.function(row, expr)
        for kind, build in self.builders.items():
            if isinstance(expr, kind):
                return build(self, expr)
        if expr is sympy.nan or expr is sympy.zoo:
            return undefined
        raise FormulaError(f"the oracle has no row for {type(expr).__name__}: {expr}")

    def symbol(self, expr: sympy.Symbol) -> Node:
        name: str = expr.name
        return lambda env: env.leaves[name]

    def rational(self, expr: sympy.Rational) -> Node:
        p, q = int(expr.p), int(expr.q)
        return per_precision(lambda: arb(fmpq(p, q)))

    def crossing(self, expr: Crossing) -> Node:
        return per_precision(lambda: narrowed(expr))

    def function(self, row: Row, expr: Expr) -> Node:
        inner = self.node(expr.args[0])
        on_ball, on_series, is_exp = row.ball, row.series, isinstance(expr, sympy.exp)

        def call(env: Env) -> Number:
            u = inner(env)
            if isinstance(u, arb_series):
                return enclosed(on_series, u)
            return on_ball(u) if u.is_finite() or is_exp else arb.nan()

        return call

    def add(self, expr: Expr) -> Node:
        parts = [self.node(part) for part in expr.args]

        def total(env: Env) -> Number:
            result = parts[0](env)
            for part in parts[1:]:
                result = result + part(env)
            return result

        return total

    def mul(self, expr: Expr) -> Node:
        """Numerator over denominator: at 0 the quotient of two series is taken as a limit."""
        below = [part for part in expr.args if isinstance(part, sympy.Pow) and _is_negative(part.exp)]
        above = [self.node(part) for part in expr.args if part not in below]
        under = [self.node(sympy.Pow(part.base, -part.exp, evaluate=False)) for part in below]

        def product(env: Env) -> Number:
            top: Number = times([part(env) for part in above]) if above else arb(1)
            return ratio(top, times([part(env) for part in under])) if under else top

        return product

    def pow(self, expr: sympy.Pow) -> Node:
        base, exponent = self.node(expr.base), expr.exp
        if exponent.is_Rational and int(exponent.q) <= 2 and abs(int(exponent.p)) <= 128:
            p, q = int(exponent.p), int(exponent.q)
            if q == 1:
                return lambda env: power(base(env), p)
            return lambda env: power(power_half(base(env)), p)
        raised = self.node(exponent)
        return lambda env: general_power(base(env), raised(env))

    def piecewise(self, expr: sympy.Piecewise) -> Node:
        arms = [(self.test(condition), self.node(value)) for value, condition in expr.args]

        def chosen(env: Env) -> Number:
            for holds, value in arms:
                if holds(env):
                    return value(env)
            raise Undefined("no arm of the Piecewise is in force")

        return chosen

    def test(self, condition: Any) -> Test:
        if condition == sympy.true or condition == sympy.false:
            known = bool(condition)
            return lambda env: known
        if isinstance(condition, Relational):
            left, right = self.node(condition.lhs), self.node(condition.rhs)
            says = RELATIONS[type(condition)]
            return lambda env: says[sign_of(env.side, left(env) - right(env)) + 1]
        parts = [self.test(part) for part in condition.args]
        if isinstance(condition, sympy.And):
            return lambda env: all(part(env) for part in parts)
        if isinstance(condition, sympy.Or):
            return lambda env: any(part(env) for part in parts)
        if isinstance(condition, sympy.Not):
            return lambda env: not parts[0](env)
        raise FormulaError(f"the oracle has no row for the condition {condition}")

    def maximum(self, expr: Expr) -> Node:
        parts = [self.node(part) for part in expr.args]
        return lambda env: largest(env.side, [part(env) for part in parts], 1)

    def minimum(self, expr: Expr) -> Node:
        parts = [self.node(part) for part in expr.args]
        return lambda env: largest(env.side, [part(env) for part in parts], -1)

    def absolute(self, expr: Expr) -> Node:
        inner = self.node(expr.args[0])

        def size(env: Env) -> Number:
            u = inner(env)
            if isinstance(u, arb):
                return abs(u)
            return -u if sign_of(env.side, u, ties_matter=False) < 0 else u

        return size

    def sign(self, expr: Expr) -> Node:
        inner = self.node(expr.args[0])
        return lambda env: arb(sign_of(env.side, inner(env)))

    def floor(self, expr: Expr) -> Node:
        inner = self.node(expr.args[0])
        return lambda env: whole_below(env.side, inner(env))

    def ceiling(self, expr: Expr) -> Node:
        inner = self.node(expr.args[0])
        return lambda env: -whole_below(env.side, -inner(env))


def enclosed(function: Callable[[arb_series], arb_series], u: arb_series) -> arb_series:
    """A function of a series; flint raises a ValueError where a ball is too wide to divide by."""
    if not u[0].is_finite():
        raise Unsure("a series that starts at no finite ball")
    try:
        return function(u)
    except (ValueError, ZeroDivisionError) as wide:
        raise Unsure("a series is too wide to divide by") from wide


def remembered(node: Node, slot: int) -> Node:
    def look_up(env: Env) -> Number:
        if slot not in env.memo:
            env.memo[slot] = node(env)
        return env.memo[slot]

    return look_up


def per_precision(make: Callable[[], arb]) -> Node:
    """A constant, enclosed once for each precision it is asked at."""
    known: dict[int, arb] = {}

    def constant(env: Env) -> Number:
        precision = ctx.prec
        if precision not in known:
            known[precision] = make()
        return known[precision]

    return constant


def narrowed(place: Crossing) -> arb:
    """The zero between the two ends, to the precision in force: Newton's rule for intervals, which loses no zero."""
    node, name, bits = compiled(place.formula), place.x.name, ctx.prec
    with ctx.workprec(bits + SPARE):
        found: arb = (arb(fmpq(place.low.p, place.low.q))).union(arb(fmpq(place.high.p, place.high.q)))
        while found.rel_accuracy_bits() < bits:
            slope, middle = node(Env({name: arb_series([found, 1], prec=2)})), found.mid()
            assert isinstance(slope, arb_series)
            value = head(node(Env({name: middle})))
            closer = found.intersection(middle - value / slope[1])
            if closer.rad() * 2 > found.rad():  # rounding is all that is left
                break
            found = closer
    return found


def undefined(env: Env) -> Number:
    raise Undefined("the formula has no value here")


def _is_negative(exponent: Expr) -> bool:
    return bool(exponent.is_Rational and exponent < 0)
