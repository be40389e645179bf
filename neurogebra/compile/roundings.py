"""How many roundings a stage costs where nothing in it cancels, so that its elements need no bounds of their own.

In products, quotients, whole powers and sums of one sign relative errors only add up: their number is known before
any array is seen, as long as nothing underflows, which one look at the smallest element tells. Anything else (a
difference, a condition, a function of something rounded) has no such number, and keeps the bound of each element.
It knows no arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import NamedTuple

import sympy
from sympy import Expr, Symbol

from neurogebra.compile.stages import Staged
from neurogebra.compile.stages_plain import LEVELLED
from neurogebra.language.functions import log1p
from neurogebra.language.reductions import X

__all__ = ["COUNTED", "EXPONENTIAL", "REST", "SCALED", "SUMMED", "Known", "Roundings", "roundings"]

EXPONENTIAL = 2.2  # of exp(head + tail), in units of 2**-53: what ops.py says of exp_tail, and a little
SCALED = 3.4  # of exp(u)*exp(-u(M)): two exponentials and a product
SUMMED = 1.2  # of a compensated sum
LOG1P = 1.5
REST = 3.2  # of (winner - element) + others, beside the sum: others are not below the element
# Counts up to this are enough for 8 ULP: 18 worst cases do not come together (measured with softmax' Jacobian: 5 ULP).
COUNTED = 18.0


class Known(NamedTuple):
    """Relative error in units of 2**-53, and the sign where it is one: 1, -1, or 0 where it is open."""

    units: float
    sign: int


class Roundings(NamedTuple):
    """For each stage, for the output, and for any other formula, what is known; None where bounds are needed."""

    stages: tuple[Known | None, ...]
    output: Known | None
    of: Callable[[Expr], Known | None]


def roundings(staged: Staged, positive: Collection[str], exponential: float = EXPONENTIAL) -> Roundings:
    """What is known of the stages and of the one output; `positive` parameters are above 0.

    `exponential`: the units of one relative to the largest.
    """
    count = _Count(staged, positive, exponential)
    found = []
    for stage in staged.stages:
        terms = count.of(stage.formula)
        if stage.kind == "each" and stage.winner is not None:
            terms = Known(exponential, 1)
        found.append(terms)
        count.add(stage.symbol, stage.kind, terms)
    return Roundings(tuple(found), count.of(staged.outputs[0]), count.of)


class _Count:
    def __init__(self, staged: Staged, positive: Collection[str], exponential: float) -> None:
        self.exponential = exponential
        self.columns, self.positive = staged.columns, positive
        self.known: dict[Symbol, Known | None] = {}
        self.exponents = {stage.symbol: stage.formula for stage in staged.stages if stage.kind == "argmax"}

    def add(self, symbol: Symbol, kind: str, terms: Known | None) -> None:
        """What is known of a stage's value, from what is known of its elements."""
        if kind == "argmax" or terms is None:
            self.known[symbol] = Known(0, 0) if kind == "argmax" else None
        elif kind == "each":
            self.known[symbol] = terms
        elif kind in ("total", "others") and terms.sign:
            self.known[symbol] = Known(terms.units + SUMMED, terms.sign)
        elif kind == "rest" and terms.sign > 0:
            self.known[symbol] = Known(terms.units + SUMMED + REST, 1) if terms.units == self.exponential else None
        else:
            self.known[symbol] = None

    def of(self, formula: Expr) -> Known | None:
        """The roundings of an element-wise formula."""
        if formula.is_Symbol:
            own = self.columns.get(formula, formula)
            if own == LEVELLED:
                return Known(1, 0)
            return self.known[own] if own in self.known else Known(0, int(own.name in self.positive))
        if formula.is_Rational:
            exact = formula.q & (formula.q - 1) == 0 and abs(formula.p) < 2**53
            return Known(0 if exact else 1, int(sympy.sign(formula)))
        if formula.is_Add:
            return self._sum(list(formula.args))
        parts = [self.of(part) for part in formula.args]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        if formula.is_Mul:
            return Known(sum(part.units for part in known) + len(known) - 1, math.prod(part.sign for part in known))
        if formula.is_Pow and formula.exp.is_Integer and formula.exp != 0 and abs(formula.exp) <= 4:
            times = abs(int(formula.exp))
            sign = known[0].sign if times % 2 else abs(known[0].sign)
            return Known(known[0].units * times + times - int(formula.exp.is_positive), sign)
        if isinstance(formula, log1p) and known[0].sign > 0:
            return Known(known[0].units + LOG1P, 1)
        if isinstance(formula, sympy.exp) and (formula.args[0].is_Symbol or (-formula.args[0]).is_Symbol):
            return Known(1.2, 1) if known[0].units <= 1 else None  # a sign is no rounding
        return None

    def _sum(self, terms: list[Expr]) -> Known | None:
        """Terms of one sign; u(x) - u(M) is one of them, at most 0, because M is where u is largest."""
        found: list[Known | None] = []
        for winner, exponent in self.exponents.items():
            for sign in (-1, 1):
                pair = {-sign * exponent, sign * exponent.xreplace({X: winner})}
                if exponent in (X, -X) and pair <= set(terms):
                    terms = [term for term in terms if term not in pair]
                    found.append(Known(1, sign))
        found += [self.of(term) for term in terms]
        known = [part for part in found if part is not None]
        if len(known) == len(found) == 2 and not any(part.units for part in known):
            return Known(1, 0)  # of exact terms: one rounding, whatever cancels
        signs = {part.sign for part in known}
        if len(known) < len(found) or len(signs) > 1 or 0 in signs:
            return None
        return Known(max(part.units for part in known) + len(known) - 1, signs.pop())
