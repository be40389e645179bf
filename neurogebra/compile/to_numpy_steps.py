"""A lowered plan in the steps that arrays like: the same values in fewer passes, and nan where x is nan.

Max inside Min with constant bounds is one `clip`. Where only one arm of a choice depends on a variable, the
comparison is turned so that this arm is in force where it fails: comparisons with nan fail, so nan reaches the
answer by itself and needs no look at the input. A sine or cosine that does no more than correct another by the
tail of its argument needs few digits. It knows no buffers and no bounds on errors.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from neurogebra.compile.plan import Builder, Plan, Step

__all__ = ["for_arrays", "with_rough_slopes"]

OPPOSITE = {"lt": "le", "le": "lt"}  # not a < b is b <= a, except for nan


ROUGH = {"sin": "rough_sin", "cos": "rough_cos"}


def with_rough_slopes(plan: Plan) -> Plan:
    """sin(h + l) is sin(h) + l*cos(h): of a cosine of no other use float32 is enough, in a tenth of the time."""
    uses = Counter([*plan.outputs, *(a for step in plan.steps for a in step.args)])
    steps = list(plan.steps)
    for step in plan.steps:
        if step.op == "corrected":
            slope = step.args[1]
            while steps[slope].op == "neg" and uses[slope] == 1:
                (slope,) = steps[slope].args
            if steps[slope].op in ROUGH and uses[slope] == 1:
                steps[slope] = steps[slope]._replace(op=ROUGH[steps[slope].op])
    return plan._replace(steps=tuple(steps))


def for_arrays(plan: Plan, variables: int) -> Plan:
    """The same outputs, rearranged; the first `variables` inputs are the ones that may be nan."""
    return _Arranged(plan, variables).plan()


class _Arranged:
    def __init__(self, plan: Plan, variables: int) -> None:
        self.old = plan
        self.varies = plan.reached(plan.inputs[:variables])
        self.new = Builder()
        self.numbers: dict[int, int] = {}

    def plan(self) -> Plan:
        for i, step in enumerate(self.old.steps):
            self.numbers[i] = self._bounded(step) or self._nan_kept(step) or self._as_it_is(step)
        return self.new.needed(self.old.inputs, [self.numbers[o] for o in self.old.outputs])

    def _as_it_is(self, step: Step) -> int:
        return self.new.add(step.op, *(self.numbers[a] for a in step.args), data=step.data)

    def _bounded(self, step: Step) -> int | None:
        """clip(a, low, high) for min(high, max(low, a)), and for max(low, min(high, a)) where low <= high is seen."""
        outer = self._bound(step)
        inner = outer and self._bound(self.old.steps[outer[0]])
        if not outer or not inner or {step.op, self.old.steps[outer[0]].op} != {"max", "min"}:
            return None
        low, high = (inner[1], outer[1]) if step.op == "min" else (outer[1], inner[1])
        numbers = [self.old.steps[bound].data for bound in (low, high)]
        known = all(isinstance(number, Fraction) for number in numbers)
        if not (numbers[0] <= numbers[1] if known else step.op == "min"):  # type: ignore[operator]
            return None
        return self.new.add("clip", *(self.numbers[i] for i in (inner[0], low, high)))

    def _bound(self, step: Step) -> tuple[int, int] | None:
        """The other operand and the bound, for a maximum or minimum with a number or a parameter."""
        if step.op in ("max", "min"):
            for a, bound in (step.args, step.args[::-1]):
                if self.old.steps[bound].op in ("const", "input") and bound not in self.varies and a in self.varies:
                    return a, bound
        return None

    def _nan_kept(self, step: Step) -> int | None:
        if step.op != "select":
            return None
        condition, yes, no = step.args
        asked = self.old.steps[condition]
        if yes not in self.varies or no in self.varies or asked.op not in OPPOSITE:
            return None
        a, b = (self.numbers[k] for k in asked.args)
        return self.new.add("select", self.new.add(OPPOSITE[asked.op], b, a), self.numbers[no], self.numbers[yes])
