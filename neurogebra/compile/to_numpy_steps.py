"""A lowered plan in the steps that arrays like: the same values in fewer passes, and nan where x is nan.

Max inside Min with constant bounds is one `clip`, and so is the choice between x and the bound that x is compared
with; two choices of the same arm are one, so are Phi(x) and x*Phi(x) without their density, and a + (-b) is a - b.
Where only one arm of a choice depends on a variable, the comparison is turned so that this arm is in force where it
fails: comparisons with nan fail, so nan reaches the answer by itself and needs no look at the input. A sine or cosine
that does no more than correct another by the tail of its argument needs few digits. It knows no buffers and no bounds
on errors.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from neurogebra.compile.plan import Builder, Plan, Step

__all__ = ["for_arrays", "with_rough_slopes"]

POLYNOMIAL = {"input", "const", "add", "sub", "mul", "neg"}
OPPOSITE = {"lt": "le", "le": "lt", "ne": "eq"}  # not a < b is b <= a, except for nan


ROUGH = {"sin": "rough_sin", "cos": "rough_cos"}


def with_rough_slopes(plan: Plan) -> Plan:
    """sin(h + l) is sin(h) + l*cos(h): of a cosine of no other use float32 is enough, in a tenth of the time."""
    uses = _uses(plan)
    steps = list(plan.steps)
    for step in plan.steps:
        if step.op == "corrected":
            slope = step.args[1]
            while steps[slope].op == "neg" and uses[slope] == 1:
                (slope,) = steps[slope].args
            if steps[slope].op in ROUGH and uses[slope] == 1:
                steps[slope] = steps[slope]._replace(op=ROUGH[steps[slope].op])
    return plan._replace(steps=tuple(steps))


def _uses(plan: Plan) -> Counter[int]:
    """How often each step is asked for."""
    return Counter([*plan.outputs, *(a for step in plan.steps for a in step.args)])


def for_arrays(plan: Plan, variables: int) -> Plan:
    """The same outputs, rearranged; the first `variables` inputs are the ones that may be nan."""
    return _Arranged(plan, variables).plan()


class _Arranged:
    def __init__(self, plan: Plan, variables: int) -> None:
        self.old = plan
        self.varies = plan.reached(plan.inputs[:variables])
        self.new = Builder()
        self.numbers: dict[int, int] = {}
        self.uses = _uses(plan)

    def plan(self) -> Plan:
        choices = (self._cut_off, self._stepped, self._same_arm, self._nan_kept)
        ways = (self._bounded, *choices, self._mirrored, self._taken_away, self._normal_alone, self._as_it_is)
        for i, step in enumerate(self.old.steps):
            self.numbers[i] = next(number for way in ways if (number := way(step)) is not None)
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
        unknown = self._value(low) is None or self._value(high) is None
        return self._clip(inner[0], low, high) if not unknown or step.op == "min" else None

    def _clip(self, a: int, low: int, high: int) -> int | None:
        """clip(a, low, high), unless the bounds are seen to be in the wrong order."""
        least, most = self._value(low), self._value(high)
        if least is not None and most is not None and least > most:
            return None
        return self.new.add("clip", *(self.numbers[i] for i in (a, low, high)))

    def _bound(self, step: Step) -> tuple[int, int] | None:
        """The other operand and the bound, for a maximum or minimum with a number or a parameter."""
        if step.op in ("max", "min"):
            for a, bound in (step.args, step.args[::-1]):
                if self.old.steps[bound].op in ("const", "input") and bound not in self.varies and a in self.varies:
                    return a, bound
        return None

    def _cut_off(self, step: Step) -> int | None:
        """For the choice between x, or a bound of it, on one side of c and the number c on the other."""
        if step.op != "select" or self.old.steps[step.args[0]].op not in ("lt", "le"):
            return None
        (a, b), (yes, no) = self.old.steps[step.args[0]].args, step.args[1:]
        for c, x, above, below in ((a, b, yes, no), (b, a, no, yes)):
            number = self._value(c)
            if number is not None and x in self.varies:
                if self._value(below) == number:
                    return self._kept_beyond(c, x, above, "max")
                if self._value(above) == number:
                    return self._kept_beyond(c, x, below, "min")
        return None

    def _kept_beyond(self, c: int, x: int, inside: int, op: str) -> int | None:
        """max(x, c) where `inside` is x, and clip(x, c, high) where it is min(x, high); likewise for min."""
        if inside == x:
            return self.new.add(op, self.numbers[x], self.numbers[c])
        other = self._bound(self.old.steps[inside])
        if not other or other[0] != x or self.old.steps[inside].op == op or self._value(other[1]) is None:
            return None
        return self._clip(x, *((c, other[1]) if op == "max" else (other[1], c)))

    def _stepped(self, step: Step) -> int | None:
        """heaviside(x, b) for 0 below 0, b at 0 and 1 above."""
        if step.op != "select" or self._value(step.args[1]) != 0:
            return None
        below, inner = self.old.steps[step.args[0]], self.old.steps[step.args[2]]
        if below.op != "lt" or inner.op != "select" or self._value(inner.args[2]) != 1:
            return None
        at, b = self.old.steps[inner.args[0]], inner.args[1]
        x, zero = below.args
        if at.op != "eq" or at.args not in (below.args, below.args[::-1]) or self._value(zero) != 0 or b in self.varies:
            return None
        return self.new.add("heaviside", self.numbers[x], self.numbers[b])

    def _same_arm(self, step: Step) -> int | None:
        """One choice for two in a row that both take a, if what they leave is nan where x is."""
        if step.op != "select":
            return None
        condition, yes, no = step.args
        inner = self.old.steps[no]
        if inner.op != "select" or inner.args[1] != yes or not (self._changes(yes) and self._changes(inner.args[2])):
            return None
        either = self.new.add("or", self.numbers[condition], self.numbers[inner.args[0]])
        return self.new.add("select", either, self.numbers[yes], self.numbers[inner.args[2]])

    def _taken_away(self, step: Step) -> int | None:
        """a - b for a + (-b)."""
        if step.op in ("add", "head_add"):
            for a, b in (step.args, step.args[::-1]):
                if self.old.steps[b].op == "neg" and b in self.varies:
                    return self.new.add("sub", self.numbers[a], self.numbers[self.old.steps[b].args[0]])
        return None

    def _normal_alone(self, step: Step) -> int | None:
        """Phi(x), and x*Phi(x), as one function where the density of x is of no other use."""
        if self._is_normal_alone(step):
            return self.new.add("Phi", self.numbers[step.args[0]])
        if step.op == "mul":
            for x, other in (step.args, step.args[::-1]):
                factor = self.old.steps[other]
                if self._is_normal_alone(factor) and factor.args[0] == x and self.uses[other] == 1:
                    return self.new.add("times_normal", self.numbers[x])
        return None

    def _is_normal_alone(self, step: Step) -> bool:
        return step.op == "normal" and self.uses[step.args[1]] == 1

    def _nan_kept(self, step: Step) -> int | None:
        if step.op != "select":
            return None
        condition, yes, no = step.args
        asked = self.old.steps[condition]
        if not self._changes(yes) or self._changes(no) or asked.op not in OPPOSITE:
            return None
        a, b = (self.numbers[k] for k in asked.args)
        turned = self.new.add(OPPOSITE[asked.op], b, a)
        number = self._value(no)
        constant = self.numbers[no] if number is None else self.new.constant(number)
        return self.new.add("select", turned, constant, self.numbers[yes])

    def _mirrored(self, step: Step) -> int | None:
        """x < -c for -x > c."""
        if step.op not in ("lt", "le"):
            return None
        for c, other in (step.args, step.args[::-1]):
            number, inner = self._value(c), self.old.steps[other]
            if number is not None and inner.op == "neg":
                pair = (self.numbers[inner.args[0]], self.new.constant(-number))
                return self.new.add(step.op, *(pair if c == step.args[0] else pair[::-1]))
        return None

    def _changes(self, i: int) -> bool:
        """Whether a step depends on a variable."""
        return i in self.varies and self._value(i) is None

    def _value(self, i: int) -> Fraction | None:
        """The number that a step is: 0 for 0*x too, of which a choice takes the 0 where x is infinite."""
        step = self.old.steps[i]
        if step.op == "mul" and any(self.old.steps[a].data == 0 for a in step.args) and self._is_polynomial(i):
            return Fraction(0)
        return step.data if step.op == "const" and isinstance(step.data, Fraction) else None

    def _is_polynomial(self, i: int) -> bool:
        step = self.old.steps[i]
        return step.op in POLYNOMIAL and all(map(self._is_polynomial, step.args))
