"""The exact target: any plan at one point, with balls of as many bits as it takes.

Every number is a midpoint on mpmath, whose exponents have no end, and a bound on its error, so nothing overflows,
flushes to zero or cancels unseen: the precision is raised until the answer is known to 60 bits, and where a switch
or a total cancellation stays open at 8,192 bits the midpoint is taken (a tie is a tie). It is the court of
appeal of the float64 targets, about 30 times slower than they are, and knows nothing of arrays or YAML.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import mpmath

from neurogebra.compile.plan import Plan, Step
from neurogebra.compile.to_exact_balls import EXACT, Ball, Open, Outside, Run, apart, differ, is_exact, is_far, size
from neurogebra.compile.to_exact_rules import AT_ZERO, RULES
from neurogebra.errors import FormulaError

__all__ = ["constant", "evaluate", "midpoint", "work"]

PRECISIONS = (120, 320, 1024, 2560, 8192)  # x - tanh(x) at 1e-100 needs 720 bits, at 5e-324 2,300
ENOUGH = 60  # bits known beyond which rounding to float64 is off by at most 0.51 ULP


class _Context(threading.local):
    def __init__(self) -> None:
        self.mp = mpmath.MPContext()
        self.work = 0


_LOCAL = _Context()


def evaluate(plan: Plan, values: Mapping[str, float | int]) -> tuple[float, ...]:
    """The outputs of `plan` at finite `values`, each within 0.51 ULP; nan outside the domain."""
    return tuple(_output(plan, output, values) for output in plan.outputs)


def work() -> int:
    """What this thread has computed so far: a pass counts 1, at thousands of bits up to 9,262, as erf takes then."""
    return _LOCAL.work


def midpoint(plan: Plan, output: int, values: Mapping[str, float | int]) -> Any:
    """One step's value as an mpmath number of any size, good to 60 bits; None outside the domain."""
    return _settle(plan, output, values, ENOUGH)[0]


def constant(plan: Plan) -> Fraction:
    """The value of a plan without inputs to 200 bits. FormulaError where it is not finite."""
    mid, _ = _settle(plan, plan.outputs[0], {}, 200)
    if mid is None or not _LOCAL.mp.isfinite(mid):
        raise FormulaError("a constant part of the formula has no finite real value")
    if _LOCAL.mp.mag(mid) > 1024:  # as a fraction it would fill memory
        raise FormulaError("a constant part of the formula is larger than any float64")
    if _LOCAL.mp.mag(mid) < -2200:  # its product with the largest float64 still rounds to 0
        return Fraction(0)
    sign, man, exp, _bits = mid._mpf_
    return Fraction(-int(man) if sign else int(man)) * Fraction(2) ** int(exp) if man else Fraction(0)


def _output(plan: Plan, output: int, values: Mapping[str, float | int]) -> float:
    mid, _ = _settle(plan, output, values, ENOUGH)
    if mid is None:
        return math.nan
    if not mid:
        return 0.0
    if _LOCAL.mp.mag(mid) > 1100:
        return math.copysign(math.inf, mid)
    return float(mid)


def _settle(plan: Plan, output: int, values: Mapping[str, float | int], bits: int) -> Ball | tuple[None, None]:
    for precision in PRECISIONS:
        if precision < bits + 20:
            continue
        try:
            mid, spread = ball = run(plan, output, values, precision)
        except Open:
            continue
        except Outside:
            return None, None
        if is_exact(ball) or is_far(ball) or spread + 1 + bits <= size(mid):
            return ball
        if spread < -1100 and size(mid) < -1100:  # rounds to zero whichever way
            return _LOCAL.mp.zero, spread
        if size(mid) > 1102 and apart(mid, spread + 1):  # to infinity whichever way
            return ball
    try:
        mid, spread = ball = run(plan, output, values, PRECISIONS[-1], tie=True)
    except (Open, Outside):
        return None, None
    if not is_far(ball) and spread >= size(mid) - 1:  # zero to a thousand bits and more, or not known at all
        return (_LOCAL.mp.zero, spread) if spread < -1000 else (None, None)
    return mid, spread


def run(plan: Plan, output: int, values: Mapping[str, float | int], precision: int, tie: bool = False) -> Ball:
    """One pass at one precision. Steps are computed when first needed, so an arm not taken costs nothing."""
    _LOCAL.work += 1 + (precision // 384) ** 3
    return _Pass(plan, values, precision, tie).ball(output)


class _Pass(Run):
    """The steps of one plan at one point and one precision."""

    def __init__(self, plan: Plan, values: Mapping[str, float | int], precision: int, tie: bool) -> None:
        super().__init__(_LOCAL.mp, precision, tie)
        self.steps, self.values = plan.steps, values
        self.done: dict[int, Any] = {}

    def ball(self, i: int) -> Ball:
        if i not in self.done:
            self.done[i] = self._compute(self.steps[i])
        result: Ball = self.done[i]
        return result

    def _compute(self, step: Step) -> Any:
        if step.op == "input":
            return self.exactly(self.values[str(step.data)])
        if step.op == "const":
            return self._constant(step.data)
        if step.op == "select":
            condition, yes, no = step.args
            return self.ball(yes if self.truth(condition) else no)
        if step.op in ("max", "min"):
            return self._extremum(step)
        balls = [self.ball(a) for a in step.args]
        if step.op in AT_ZERO and not balls[0][0] and is_exact(balls[0]):
            return self.exactly(AT_ZERO[step.op])
        return RULES[step.op](self, *balls)

    def _constant(self, data: object) -> Ball:
        if isinstance(data, Fraction):
            value = self.mp.mpf(data.numerator) / data.denominator
            exact = data.denominator & (data.denominator - 1) == 0 and data.numerator.bit_length() <= self.mp.prec
            return (value, EXACT) if exact else self.around(value)
        return self.around(+self.mp.pi if data == "pi" else +self.mp.e)

    def truth(self, i: int) -> bool:
        step = self.steps[i]
        if step.op == "not":
            return not self.truth(step.args[0])
        if step.op == "and":
            return all(self.truth(a) for a in step.args)
        if step.op == "or":
            return any(self.truth(a) for a in step.args)
        order = self.order(self.ball(step.args[0]), self.ball(step.args[1]))
        return {"lt": order < 0, "le": order <= 0, "eq": order == 0, "ne": order != 0}[step.op]

    def order(self, a: Ball, b: Ball) -> int:
        if differ(a, b):
            return 1 if a[0] > b[0] else -1
        if is_far(a) or not (self.tie or (is_exact(a) and is_exact(b))):
            raise Open
        return 0

    def _extremum(self, step: Step) -> Ball:
        a, b = (self.ball(i) for i in step.args)
        winner = a if (a[0] >= b[0]) == (step.op == "max") else b
        return winner if differ(a, b) else (winner[0], max(a[1], b[1]))
