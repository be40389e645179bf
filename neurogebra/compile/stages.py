"""A formula over a vector as stages: element-wise formulas with reductions between them, safe for float64.

Three devices, all exact and all general. A sum of exponentials is taken relative to the element with the largest
exponent, exp(u) = exp(u - u(M))*exp(u(M)), and what is common cancels or leaves a logarithm, so nothing overflows.
The sum without that element is kept beside the 1 that it is: log(1 + rest) of a clear winner is not flushed
to 0. Where an element meets the sum it is part of, s*(1 - s), the sum of the others is put for the difference.
Rounding and arrays are unknown here.

    each      an element's value                 total      the sum over the axis
    argmax    x where u is largest first         others     the sum but for the element at argmax, where u is 1
    largest   the largest u                      rest       for each element the sum of all others
    hardmax, winners, threshold1, threshold2     as `language.reductions` says
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

import sympy
from sympy import Dummy, Expr, Symbol

from neurogebra.language.interval import Interval
from neurogebra.language.reductions import COLUMN, Hardmax, Largest, Node, Threshold, Total, Winners, X
from neurogebra.language.vectors import let
from neurogebra.symbolic.recognise import to_words

__all__ = ["COTANGENT", "MOST", "Stage", "Staged", "Staging", "staged"]

COTANGENT: Final = Symbol("~g", real=True)
POWERS: Final = sorted(product(range(-3, 4), repeat=2), key=lambda ab: abs(ab[0]) + abs(ab[1]))
MOST: Final = 80  # operations of a formula that is still rearranged


class Stage(NamedTuple):
    """One step: `symbol` gets what `kind` makes of `formula`; `winner` names the argmax it is relative to."""

    symbol: Symbol
    kind: str
    formula: Expr
    winner: Symbol | None = None


class Staged(NamedTuple):
    """Stages in order, and the element-wise outputs; `columns` are symbols about the column's element."""

    stages: tuple[Stage, ...]
    outputs: tuple[Expr, ...]
    columns: dict[Symbol, Symbol]


def staged(outputs: Sequence[Expr], domains: Mapping[str, Interval] | None = None, sharp: bool = False) -> Staged:
    """The stages of some formulas; `sharp`: they hold differences of an element and its sums."""
    parts = let(sympy.Tuple(*outputs))
    work = Staging(domains or {})
    for symbol, node in parts.lets:
        work.add(symbol, node)
    finished = tuple(work.finished(formula, sharp) for formula in parts.formula)
    return Staged(tuple(work.stages), finished, work.columns)


class _Shift(NamedTuple):
    """exp(exponent) = each*common, with common = exp(at_winner)."""

    exponent: Expr
    winner: Symbol
    at_winner: Expr
    each: Symbol
    common: Symbol


class _Gap(NamedTuple):
    """u - threshold as a stage of its own, about the row's element and about the column's."""

    threshold: Symbol
    places: Mapping[Symbol, tuple[Expr, Symbol]]

    def apart(self, part: Expr) -> Expr:
        """A sum or a comparison with the threshold in it, by the difference."""
        whole = part.lhs - part.rhs if part.is_Relational else part
        count = -whole.coeff(self.threshold)
        for u, gap in self.places.values():
            left = sympy.expand(whole - count * (u - self.threshold))
            if count != 0 and not left.has(self.threshold, X, COLUMN):
                found = count * gap + left
                return part.func(found, 0) if part.is_Relational else found
        return part


class Staging:
    """The stages found so far, and what stands for each reduction; see `staged`."""

    def __init__(self, domains: Mapping[str, Interval]) -> None:
        self.domains = domains
        self.stages: list[Stage] = []
        self.put: dict[Symbol, Expr] = {}
        self.columns: dict[Symbol, Symbol] = {COLUMN: X}
        self.shifts: list[_Shift] = []
        self.gaps: list[_Gap] = []
        self.others: dict[Symbol, tuple[Expr, Expr]] = {}  # a sum's symbol: its element, and the sum with it

    def stage(self, kind: str, formula: Expr, winner: Symbol | None = None) -> Symbol:
        """A new stage; the answer is the symbol of its value."""
        symbol = Symbol(f"~~{len(self.stages)}", real=True)
        self.stages.append(Stage(symbol, kind, formula, winner))
        return symbol

    # Reductions -----------------------------------------------------------------------------------------------

    def add(self, symbol: Symbol, node: Node) -> None:
        """The stages of one reduction, and what stands for its symbol from now on."""
        u = self.placed_terms(node.args[0])
        if isinstance(node, Total):
            self.put[symbol] = self.total(u)
        elif isinstance(node, Largest):
            self.put[symbol] = self.stage("largest", self.words(u))
        elif isinstance(node, Threshold):
            self.put[symbol] = self.threshold(symbol, u, int(node.args[1]))
        else:
            assert isinstance(node, Hardmax | Winners), node
            self.put[symbol] = self.placed(node, self.words(u))

    def placed(self, node: Node, u: Expr) -> Symbol:
        """The stage of a hardmax or of winners, about the row's or the column's element; equal ones are shared."""
        kind = "hardmax" if isinstance(node, Hardmax) else "winners"
        known = [s.symbol for s in self.stages if s.kind == kind and s.formula == u]
        symbol = known[0] if known else self.stage(kind, u)
        return self.column(symbol) if node.args[1] == COLUMN else symbol

    def column(self, symbol: Symbol) -> Symbol:
        """The symbol of the same value about the column's element."""
        moved = Symbol(f"{symbol.name}j", real=True)
        self.columns[moved] = symbol
        return moved

    def threshold(self, symbol: Symbol, u: Expr, power: int) -> Expr:
        """Head and tail, so that u - threshold keeps its digits; where it stands as a difference, that is a stage."""
        head = self.stage(f"threshold{power}", self.words(u))
        tail = Symbol(f"{head.name}t", real=True)
        gap = self.stage("each", self.words(u - head - tail))
        self.gaps.append(_Gap(symbol, {X: (u, gap), COLUMN: (u.xreplace({X: COLUMN}), self.column(gap))}))
        return head + tail

    def placed_terms(self, formula: Expr) -> Expr:
        """`formula` with what reductions have become; u - threshold, wherever it stands, by its stage."""
        for gap in self.gaps:
            if formula.has(gap.threshold):
                formula = formula.replace(
                    lambda part, gap=gap: part.has(gap.threshold) and (part.is_Add or part.is_Relational), gap.apart
                )
        return formula.xreplace(self.put)

    def total(self, u: Expr) -> Expr:
        """sum(u); with one exponential in u, relative to its largest exponent."""
        found = [f for f in sympy.Mul.make_args(u) if isinstance(f, sympy.exp) and self.shiftable(f.args[0])]
        if len(found) != 1:
            return self.stage("total", self.words(self.without_common(self.relative(u))))
        shift = self.shift(found[0].args[0])
        factor = u / found[0]
        if factor == 1:
            symbol = self.stage("others", shift.each, shift.winner)
            self.others[symbol] = shift.each, 1 + symbol
            return shift.common * (1 + symbol)
        element = self.words(self.without_common(self.relative(factor) * shift.each))
        symbol = self.stage("total", element)
        self.others[symbol] = element, symbol
        return shift.common * symbol

    def shiftable(self, exponent: Expr) -> bool:
        """Whether an exponent is about x and parameters alone."""
        return bool(exponent.has(X)) and not any(s.name.startswith("~") for s in exponent.free_symbols)

    def shift(self, exponent: Expr) -> _Shift:
        """The stages that take exp(exponent) relative to its largest value; made once for each exponent."""
        for known in self.shifts:
            if known.exponent == exponent:
                return known
        winner = self.stage("argmax", self.words(exponent))
        at_winner = exponent.xreplace({X: winner})
        apart = sympy.factor_terms(exponent - at_winner)
        each = self.stage("each", self.words(sympy.exp(apart)), winner)
        common = Symbol(f"{winner.name}m", positive=True)
        self.shifts.append(_Shift(exponent, winner, at_winner, each, common))
        self.column(each)
        return self.shifts[-1]

    # Formulas -------------------------------------------------------------------------------------------------

    def finished(self, formula: Expr, sharp: bool) -> Expr:
        """An output with every exponential relative to the largest, and no difference left that can be avoided."""
        formula = self.relative(self.placed_terms(formula))
        if sharp:
            formula = self.sharpened(formula)
        return self.words(self.without_common(formula))

    def words(self, formula: Expr) -> Expr:
        return to_words(formula, self.domains)

    def relative(self, formula: Expr) -> Expr:
        """Each exponential of known exponents by what stages computed."""
        swaps = {}
        for found in formula.atoms(sympy.exp):
            for shift in self.shifts:
                taken = self.taken(found.args[0], shift)
                if taken is not None:
                    swaps[found] = taken
                    break
        return formula.xreplace(swaps)

    def taken(self, exponent: Expr, shift: _Shift) -> Expr | None:
        """exp(a*u(x) + b*u(x_j) + c) as each**a * each_j**b * common**(a + b) * exp(c)."""
        about_column = shift.exponent.xreplace({X: COLUMN})
        for a, b in POWERS:
            left = sympy.expand(exponent - a * shift.exponent - b * about_column)
            if (a or b) and not left.has(X, COLUMN):
                column = Symbol(f"{shift.each.name}j", real=True)
                return shift.each**a * column**b * shift.common ** (a + b) * sympy.exp(left)
        return None

    def without_common(self, formula: Expr) -> Expr:
        """The common factors cancelled, then taken out of logarithms; what is left of them is an exponential."""
        for shift in self.shifts:
            if formula.has(shift.common):
                formula = _without_overflow(formula, shift)
                formula = formula.replace(sympy.log, lambda u, shift=shift: _logarithm(u, shift))
                formula = sympy.factor_terms(formula)
                formula = formula.xreplace({shift.common: sympy.exp(shift.at_winner)})
        return formula

    def sharpened(self, formula: Expr) -> Expr:
        """a/s - a*a/s**2, with s = a + rest, as a*rest/s**2: rational formulas only."""
        sums = {s: pair for s, pair in self.others.items() if formula.has(s)}
        if not sums or sympy.count_ops(formula) > MOST or not _rational(formula, set(sums)):
            return formula
        rests, back = {}, {}
        for symbol, (element, whole) in sums.items():
            rest = Dummy(real=True)
            rests[symbol] = element + rest - (whole - symbol)
            back[rest] = symbol, element, whole
        top, bottom = sympy.fraction(sympy.factor(formula.xreplace(rests)))
        plain = {rest: whole - element for rest, (_, element, whole) in back.items()}
        if _terms(top) >= _terms(top.xreplace(plain)):
            return formula
        bottom = sympy.factor(sympy.expand(bottom.xreplace(plain)))
        names = {rest: self.rest(element) for rest, (_, element, _) in back.items() if top.has(rest)}
        return top.xreplace(names) / bottom

    def rest(self, element: Expr) -> Symbol:
        """The stage with the sum of all other elements; made once for each element."""
        for known in self.stages:
            if known.kind == "rest" and known.formula == element:
                return known.symbol
        winner = next(s.winner for s in self.shifts if element.has(s.each))
        return self.stage("rest", element, winner)


def _logarithm(u: Expr, shift: _Shift) -> Expr:
    """log(common**k * v) = k*u(M) + log(v)"""
    common, rest = sympy.factor_terms(u).as_independent(shift.common, as_Add=False)[::-1]
    base, power = common.as_base_exp()
    return power * shift.at_winner + sympy.log(rest) if base == shift.common else sympy.log(u)


def _without_overflow(formula: Expr, shift: _Shift) -> Expr:
    """A quotient with what is common in its denominator, e*c/(1 + c*s), as e/(1/c + s): nothing large is divided."""
    if sympy.count_ops(formula) > MOST or not _rational(formula, {shift.common}):
        return formula
    inverse = Dummy(positive=True)
    top, bottom = sympy.fraction(sympy.together(sympy.factor_terms(formula)))
    if not bottom.has(shift.common):
        return formula
    over, under = sympy.fraction(sympy.together((top / bottom).xreplace({shift.common: 1 / inverse})))
    common_over, common_under = (sympy.factor_terms(part) for part in (over, under))
    quotient: Expr = (common_over / common_under).xreplace({inverse: sympy.exp(-shift.at_winner)})
    return quotient


def _rational(formula: Expr, sums: set[Symbol]) -> bool:
    """Whether sums occur in sums, products and whole powers alone."""
    if not formula.has(*sums):
        return True
    if formula.is_Symbol:
        return True
    whole = formula.is_Pow and formula.exp.is_Integer
    return (formula.is_Add or formula.is_Mul or whole) and all(_rational(part, sums) for part in formula.args)


def _terms(formula: Expr) -> int:
    return len(sympy.Add.make_args(sympy.expand(formula)))
