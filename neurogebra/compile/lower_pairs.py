"""Steps that compute with unevaluated sums of two floats, head and tail, about 106 bits together.

exp, sin and erfc magnify the relative error of their argument by the argument itself, so a polynomial of inputs
reaches them as such a pair; a tail of None is 0 and costs no step. It writes steps and knows no formula.
"""

from __future__ import annotations

from fractions import Fraction

from neurogebra.compile.lower_numbers import LARGEST, exact_in_float64
from neurogebra.compile.plan import Builder
from neurogebra.errors import FormulaError

__all__ = ["Pair", "PairSteps"]

Pair = tuple[int, int | None]


class PairSteps:
    """Adds to `new` the steps of one operation on pairs, and answers with the pair they leave."""

    def __init__(self, new: Builder) -> None:
        self.new = new

    def number(self, value: Fraction) -> int:
        """A constant alone, rounded."""
        if abs(value) > LARGEST:
            raise FormulaError("a constant part of the formula is larger than any float64")
        return self.new.constant(value)

    def scaled_step(self, i: int, factor: int | Fraction) -> int:
        """A step times a power of two."""
        return i if factor == 1 else self.new.add("scale", i, self.number(Fraction(factor)))

    def constant(self, value: Fraction) -> Pair:
        """A constant as its nearest float64 and, where that is not all of it, what is left."""
        if abs(value) > LARGEST or exact_in_float64(value):
            return self.number(value), None
        head = Fraction(float(value))
        return self.number(head), self.number(value - head)

    def negated(self, pair: Pair) -> Pair:
        return self.scaled(pair, -1)

    def scaled(self, pair: Pair, factor: int | Fraction) -> Pair:
        """Times a power of two."""
        head, tail = pair
        if factor == -1:
            return self.new.add("neg", head), None if tail is None else self.new.add("neg", tail)
        return self.scaled_step(head, factor), None if tail is None else self.scaled_step(tail, factor)

    def magnitude(self, pair: Pair) -> Pair:
        """The absolute value: the tail takes the sign that the head loses."""
        head, tail = pair
        if tail is not None:
            below = self.new.add("lt", head, self.new.constant(0))
            tail = self.new.add("select", below, self.new.add("neg", tail), tail)
        return self.new.add("abs", head), tail

    def sum(self, a: Pair, b: Pair) -> Pair:
        head = self.new.add("head_add", a[0], b[0])
        tail = self.new.add("tail_add", a[0], b[0], head)
        return head, self._tails(tail, a[1], b[1])

    def product(self, a: Pair, b: Pair) -> Pair:
        head = self.new.add("head_mul", a[0], b[0])
        tail = self.new.add("tail_mul", a[0], b[0], head)
        left = None if b[1] is None else self.new.add("mul", a[0], b[1])
        right = None if a[1] is None else self.new.add("mul", b[0], a[1])
        both = None if a[1] is None or b[1] is None else self.new.add("mul", a[1], b[1])  # large where a sum cancelled
        return head, self._tails(tail, left, right, both)

    def quotient(self, a: Pair, b: Pair) -> Pair:
        """q = a/b, and the exact remainder (a - b*q)/b."""
        head = self.new.add("head_div", a[0], b[0])
        tail = self.new.add("tail_div", a[0], b[0], head)
        more = [] if a[1] is None else [a[1]]
        if b[1] is not None:
            more.append(self.new.add("neg", self.new.add("mul", head, b[1])))
        tail = self._tails(tail, *(self.new.add("div", part, b[0]) for part in more))
        if b[1] is not None:  # of the whole divisor
            tail = self.new.add("mul", tail, self.new.add("div", b[0], self.new.add("add", b[0], b[1])))
        return head, tail

    def _tails(self, tail: int, *more: int | None) -> int:
        for part in more:
            if part is not None:
                tail = self.new.add("add", tail, part)
        return tail
