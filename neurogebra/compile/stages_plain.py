"""A formula over a vector as the stages that are tried first: exponentials as they are written, each once.

Where exp(x) neither overflows nor underflows it is worth more than exp(x - max), because its argument is a float
and not a rounded difference; so most rows need none of the devices of `stages`. It knows no arrays: which rows
these are is seen when they are there.

    ~h       of a cotangent: what is subtracted from it, where a constant makes no difference to the product
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import sympy
from sympy import Expr, Symbol

from neurogebra.compile.stages import COTANGENT, MOST, Staged, Staging
from neurogebra.language.interval import Interval
from neurogebra.language.reductions import COLUMN, Threshold, X
from neurogebra.language.vectors import let

__all__ = ["LEVELLED", "leading", "plainly_staged", "vanishes"]

LEVELLED: Final = Symbol("~h", real=True)  # the cotangent without its value at the leading element


def plainly_staged(outputs: Sequence[Expr], domains: Mapping[str, Interval] | None = None) -> Staged:
    """The stages of some formulas, with nothing rearranged."""
    parts = let(sympy.Tuple(*outputs))
    work = _Plain(domains or {})
    for symbol, node in parts.lets:
        work.add(symbol, node)
    finished = tuple(work.finished(formula, sharp=False) for formula in parts.formula)
    return Staged(tuple(work.stages), finished, work.columns)


def leading(formula: Expr) -> Expr | None:
    """What is largest at the element that weighs most: the exponent, or what a threshold cuts."""
    for found in sympy.preorder_traversal(formula):
        if isinstance(found, sympy.exp | Threshold) and found.args[0].has(X) and not found.args[0].has(COTANGENT):
            return found.args[0]
    return None


def vanishes(formula: Expr) -> bool:
    """Whether a formula is seen to be 0 by cancelling, with reductions, exponentials and choices as they are."""
    plain = let(sympy.Tuple(formula)).formula[0]
    parts = sorted(plain.atoms(sympy.exp, sympy.Piecewise), key=sympy.default_sort_key)
    plain = plain.xreplace({part: sympy.Dummy(real=True) for part in parts})
    return bool(sympy.count_ops(plain) <= MOST and rational(plain) and sympy.cancel(plain) == 0)


def rational(formula: Expr) -> bool:
    """Whether it is made of sums, products and whole powers."""
    if formula.is_Symbol or formula.is_Rational:
        return True
    whole = formula.is_Pow and formula.exp.is_Integer and abs(formula.exp) <= 4
    parts = formula.args[:1] if whole else formula.args
    return bool(formula.is_Add or formula.is_Mul or whole) and all(map(rational, parts))


class _Plain(Staging):
    """Nothing is taken relative to a largest element: each exponential is a stage as it is written."""

    def __init__(self, domains: Mapping[str, Interval]) -> None:
        super().__init__(domains)
        self.each: dict[Expr, Symbol] = {}

    def total(self, u: Expr) -> Expr:
        return self.stage("total", self.words(self.relative(u)))

    def finished(self, formula: Expr, sharp: bool) -> Expr:
        return self.words(sympy.factor_terms(self.relative(self.placed_terms(formula))))

    def relative(self, formula: Expr) -> Expr:
        """Each exponential by its stage."""
        swaps = {}
        for found in formula.atoms(sympy.exp):
            about_column = found.args[0].has(COLUMN)
            exponent = found.args[0].xreplace({COLUMN: X})
            if self.shiftable(exponent) and not (about_column and found.args[0].has(X)):
                if exponent not in self.each:
                    self.each[exponent] = self.stage("each", self.words(sympy.exp(exponent)))
                swaps[found] = self.column(self.each[exponent]) if about_column else self.each[exponent]
        return formula.xreplace(swaps)
