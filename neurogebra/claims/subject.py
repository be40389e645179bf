"""What is checked: an expression, its entry, the oracle of its readable formula, and the parameter values to look at.

Claims are judged on the formula people read, by enclosures, at parameter values drawn without chance: the
default, points of each typical range, and values that fulfil the conditions the claims name. Texts of an
entry become formulas and balls here, once. Nothing here knows what any kind of claim says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import sympy
from sympy import Expr, Symbol

from neurogebra.claims.isolated import Isolator
from neurogebra.claims.verdict import Status, Verdict
from neurogebra.compile.to_ball import Oracle, Undecided, Value, exact
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, arb, ctx
from neurogebra.errors import UsageError
from neurogebra.expression import Expression
from neurogebra.language.numbers import parse_decimal
from neurogebra.language.parser import parse
from neurogebra.symbolic.reach import too_large

__all__ = ["BAR", "LEAST_BITS", "Resolve", "Subject", "pinned", "settle", "within"]

BAR = 8  # ULP of float64, for what is computed
LEAST_BITS = 1200  # to which values near 0 are known: the least float64 is 2**-1074
Resolve = Callable[[str], Expression]
Values = dict[str, Any]

DRAWS = 4  # of each parameter's typical range
MOST = 12  # sets of parameter values for one claim
BITS = (256, 1024, 4096)


class Subject:
    """One expression with all that its checks share. `resolve` finds other expressions by name or formula.

    `thorough` tries properties at many sets of parameter values, not only at the default and what conditions need.
    """

    def __init__(self, expression: Expression, resolve: Resolve | None = None, thorough: bool = True) -> None:
        if expression.entry is None:
            raise UsageError(f"{expression.name} comes from no entry, so there is nothing it claims.")
        self.expression, self.resolve, self.thorough = expression, resolve, thorough
        self.settings: list[Any] = []  # what the properties are tried at
        self.isolate = Isolator()
        self.entry = expression.entry
        self.variable = expression.variables[0] if len(expression.variables) == 1 else "x"
        self.constants: Values = {c.name: parse_decimal(c.text) for c in self.entry.constants}
        self.derivatives: dict[int, Expression] = {0: expression}
        self._conditions: dict[str, Expr] = {}
        self._fulfilled: dict[tuple[Any, ...], bool] = {}
        self.defaults: dict[str, float] = {p.name: p.default for p in self.entry.params}

    @cached_property
    def oracle(self) -> Oracle:
        """Encloses the readable formula, where that is one of single numbers."""
        return Oracle(self.expression.readable, self.expression.domains)

    @property
    def symbol(self) -> Symbol:
        return Symbol(self.variable, real=True)

    def verdict(self, kind: str, subject: str, status: Status, evidence: str, field: str) -> Verdict:
        """A verdict that knows the line of its field."""
        return Verdict(kind, subject, status, evidence, self.where(field))

    def where(self, field: str) -> str:
        """file:line of a field of the entry, or its name."""
        path, line = self.entry.where(field)
        if path is None:
            return f"{self.entry.name}, {field}"
        return path if line is None else f"{path}:{line}"

    def computed(self, order: int, draw: Mapping[str, float], point: float) -> float:
        """What the library returns for a Python float: the value, or a derivative."""
        if order not in self.derivatives:
            self.derivatives[order] = self.expression.gradient(self.variable, order=order)
        expression = self.derivatives[order]
        expression = expression.with_params(**draw) if draw else expression
        return float(expression.eval(**{self.variable: point}))

    # -- texts -----------------------------------------------------------------------------------------

    def condition(self, text: str | None) -> Expr:
        """1 where the condition holds, else 0. Its decimals mean the nearest float64, as a parameter's value does."""
        if text is None:
            return sympy.Integer(1)
        if text not in self._conditions:
            formula = parse(f"Piecewise((1, {text}), (0, True))")
            floats = {n: rational(float(n)) for n in formula.atoms(sympy.Rational) if not n.is_Integer}
            self._conditions[text] = formula.xreplace(floats)
        return self._conditions[text]

    def fulfils(self, draw: Mapping[str, float], condition: Expr) -> bool:
        """Whether these parameter values fulfil a condition. Undecided where balls cannot tell."""
        key = (condition, *draw.items())
        if key not in self._fulfilled:
            self._fulfilled[key] = Oracle(condition).rounded({**self.constants, **draw}) == 1
        return self._fulfilled[key]

    def pinned(self, formula: Expr, draw: Mapping[str, float]) -> Expr:
        """The formula with exact rational values for parameters and constants."""
        return pinned(formula, {**self.constants, **draw})

    # -- values ----------------------------------------------------------------------------------------

    def enclose(self, order: int, values: Mapping[str, Any], good: int = 150) -> arb | None:
        """f^(order) to `good` bits (of 1 where the value is smaller); None where it is undefined."""
        return settle(lambda bits: self.oracle.derivative(self.variable, order, values, bits)[order], good)

    def draws(self, conditions: Iterable[Expr] = ()) -> list[dict[str, float]]:
        """Sets of parameter values: default, typical, and some on the edge of each condition."""
        if not self.entry.params:
            return [{}]
        columns = [[p.default, *p.typical.draws(DRAWS)] for p in self.entry.params]
        names = [p.name for p in self.entry.params]
        found = [self.defaults]
        for turn in range(len(names)):
            for k in range(1, DRAWS + 1):
                row = [column[(k + turn * i) % len(column)] for i, column in enumerate(columns)]
                found.append(dict(zip(names, row, strict=True)))
        found = [*self.edges(found[:3], conditions), *found]
        distinct = {tuple(draw.items()): draw for draw in found if self.allows(draw)}
        return list(distinct.values())[:MOST]

    def allows(self, draw: Mapping[str, float]) -> bool:
        """Whether each of these parameter values lies in its domain."""
        return all(draw[p.name] in p.domain for p in self.entry.params)

    def edges(
        self, draws: list[dict[str, float]], conditions: Iterable[Expr], steps: tuple[float, ...] = (0.0,)
    ) -> list[dict[str, float]]:
        """Draws moved to where a comparison of a condition is an equation: Eq(theta, value), alpha > 1.

        Also beside it by each of `steps`, which are shares of the value, or of 1 where it is smaller.
        """
        found = []
        for condition in conditions:
            for relation in condition.atoms(sympy.core.relational.Relational):
                for one, other in ((relation.lhs, relation.rhs), (relation.rhs, relation.lhs)):
                    if isinstance(one, Symbol) and one.name in self.defaults:
                        edges = [(draw, self.number_at(other, draw)) for draw in draws]
                        found += [
                            {**draw, one.name: at + step * max(1.0, abs(at))} for draw, at in edges for step in steps
                        ]
        return found

    def number_at(self, formula: Expr, draw: Mapping[str, float]) -> float:
        """The nearest float64 of a formula of parameters and constants, at these parameter values."""
        return Oracle(formula).rounded({**self.constants, **draw})


def settle(enclose: Callable[[int], arb | None], good: int) -> arb | None:
    """A ball of at least `good` correct bits; None where the value is undefined; Undecided."""
    for bits in BITS:
        try:
            found = enclose(bits)
        except Undefined:
            return None
        except Unsure:
            continue
        if found is None:
            return None
        if found.is_finite() and (found.rel_accuracy_bits() >= good or found.rad() < arb(2) ** -good):
            return found
    raise Undecided("the balls stay too wide")


def within(one: Value, other: Value, slack: Value) -> bool:
    """Whether |one - other| <= slack for certain; False for certain too, else Unsure."""
    with ctx.workprec(BITS[-1]):
        gap, room = abs(exact(one) - exact(other)), exact(slack)
        if gap <= room:
            return True
        if gap > room:
            return False
    raise Unsure("the enclosures are too wide to compare")


def pinned(formula: Expr, values: Mapping[str, Any]) -> Expr:
    """The formula with the exact rational value of each name put in; Unsure where SymPy could not compute it."""
    exact = {s: rational(values[s.name]) for s in formula.free_symbols if s.name in values}
    if not exact:
        return formula
    if too_large(formula, exact):  # 375**alpha at the float 0.7
        raise Unsure("the parameters' values make numbers that are too long to write out")
    return formula.subs(exact)


def rational(value: float | Fraction) -> sympy.Rational:
    """The exact number that a float or Fraction is."""
    exact = Fraction(value)
    return sympy.Rational(exact.numerator, exact.denominator)
