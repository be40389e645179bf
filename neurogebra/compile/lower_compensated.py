"""A plan in which every sum, product and quotient is an unevaluated sum of two floats, so that functions alone err.

For values whose bound is too wide in plain float64: the tails cost ten operations each, and the exact target would
take ten times as long again. Sigmoids and their slopes are quotients of one exponential here, which is all that errs
in them. What it leaves open are the functions' own errors, and what cancels among these.
"""

from __future__ import annotations

from fractions import Fraction

from neurogebra.compile.doubled import doubled
from neurogebra.compile.lower import ARITHMETIC, Lowering
from neurogebra.compile.lower_pairs import Pair
from neurogebra.compile.plan import Plan

__all__ = ["compensated"]


def compensated(plan: Plan) -> Plan:
    """The float64 plan of the same outputs, two to five times as long as that of `lower`."""
    return _Compensated(doubled(plan)).lowered()


class _Compensated(Lowering):
    def _step(self, i: int) -> int:
        if self.old[i].op == "input" or not self._is_pair(i):
            return super()._step(i)
        head, tail = self.pair(i)
        return head if tail is None else self.new.add("add", head, tail)

    def _is_pair(self, i: int) -> bool:
        """All but functions, and of these a - tanh(a), which no pair of its parts can tell near 0."""
        step = self.old[i]
        if step.op == "sub" and self._is_tanh_rest(*step.args):
            return False
        if step.op == "sech2":
            return self.old[step.args[0]].op != "softplus"
        return step.op in ARITHMETIC or step.op == "sigmoid"

    def _pair(self, i: int) -> Pair:
        step = self.old[i]
        one = self.pairs.constant(Fraction(1))
        if step.op == "sigmoid":
            e = self._exp_of_pair(step.args[0], -1), None
            return self.pairs.quotient(one, self.pairs.sum(one, e))
        if step.op == "sech2":
            e = self._exp_of_minus_twice(step.args[0]), None
            below = self.pairs.sum(one, e)
            return self.pairs.quotient(self.pairs.scaled(e, 4), self.pairs.product(below, below))
        return super()._pair(i)
