"""Steps as Python source: each value with the bound on its error that `ops.py` gives for it.

Both float64 targets are written from here: the scalar one in full, the array one for the points where its
fast form is not to be trusted. Generated code holds only generated names (v3, e3), numbers, and names of the
kernels, so that nothing a formula says can reach it; what is exact carries no bound and costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction

from neurogebra.compile.lower_numbers import exact_in_float64
from neurogebra.compile.ops import OPS
from neurogebra.compile.plan import Plan, Step

__all__ = ["Source"]

ROUNDED_ONCE = {"add", "sub", "mul", "div", "sqrt", "scale"}
KEEPING_ORDER = {"neg", "abs", "max", "min", "select"}  # the larger of two rounded values is the larger one rounded


class Source:
    """Lines for the steps of a lowered plan, in the style of one target (`scalar` or arrays)."""

    def __init__(self, plan: Plan, scalar: bool, rough: Collection[str] = ()) -> None:
        self.plan, self.scalar = plan, scalar
        self.inputs = {name: f"x{k}" for k, name in enumerate(plan.inputs)}
        self.rough = {name: f"d{k}" for k, name in enumerate(plan.inputs) if name in rough}  # inputs with a bound
        self.errors: dict[int, str] = {}  # step -> name or literal of its bound; missing: exact
        self.doubts: dict[int, str] = {}  # condition -> name of "this comparison is not certain"

    def lines(self, wanted: Iterable[int], written: set[int]) -> list[str]:
        """Source of the steps that `wanted` needs and that are not in `written`, which grows."""
        need: set[int] = set()
        stack = list(wanted)
        while stack:
            i = stack.pop()
            if i not in need and i not in written:
                need.add(i)
                stack.extend(self.plan.steps[i].args)
        lines: list[str] = []
        for i in sorted(need):
            lines += self._step(i, self.plan.steps[i])
        written |= need
        return lines

    def name(self, i: int) -> str:
        """What a step is called in the source: an input, a literal, or its own variable."""
        step = self.plan.steps[i]
        if step.op == "input":
            return self.inputs[str(step.data)]
        if step.op == "const":
            return literal(step.data, whole=self.scalar)
        return f"v{i}"

    def error(self, i: int) -> str:
        """The bound's name, or "" where the value is exact."""
        step = self.plan.steps[i]
        if step.op == "const":
            assert isinstance(step.data, Fraction)
            return (
                "" if exact_in_float64(step.data) else repr(float(abs(Fraction(float(step.data)) - step.data)) * 1.01)
            )
        return self.rough.get(str(step.data), "") if step.op == "input" else self.errors.get(i, "")

    def rounded_once(self, i: int) -> bool:
        """Whether the step is the correctly rounded truth: exact, rounded in its last operation, or one of such."""
        step = self.plan.steps[i]
        if step.op in KEEPING_ORDER:
            parts = step.args[1:] if step.op == "select" else step.args
            return step.args[0] not in self.doubts and all(self.rounded_once(a) for a in parts)
        return not self.error(i) or (step.op in ROUNDED_ONCE and not any(self.error(a) for a in step.args))

    def _step(self, i: int, step: Step) -> list[str]:
        if step.op in ("input", "const"):
            return []
        names = [self.name(a) for a in step.args]
        if step.op == "select":
            return self._select(i, step, names)
        lines = [f"v{i} = {self._value(step, names)}"]
        if OPS[step.op].logical:
            return lines + self._doubt(i, step, names)
        rule = OPS[step.op].error
        assert rule is not None, step.op
        pairs = [part for a, name in zip(step.args, names, strict=True) for part in (name, self.error(a))]
        terms = rule(f"v{i}", *pairs)
        if terms:
            self.errors[i] = f"e{i}"
            lines.append(f"e{i} = {' + '.join(terms)}")
        return lines

    def _value(self, step: Step, names: list[str]) -> str:
        if self.scalar and step.op in ("max", "min"):
            return "{0} if {0} {2} {1} else {1}".format(*names, ">=" if step.op == "max" else "<=")
        return OPS[step.op].value.format(**dict(zip("abc", names, strict=False)))

    def _select(self, i: int, step: Step, names: list[str]) -> list[str]:
        condition, yes, no = names
        choose = "{1} if {0} else {2}" if self.scalar else "select({0}, {1}, {2})"
        lines = [f"v{i} = {choose.format(condition, yes, no)}"]
        error_yes, error_no = (self.error(a) for a in step.args[1:])
        doubt = self.doubts.get(step.args[0])
        if not (error_yes or error_no or doubt):
            return lines
        self.errors[i] = f"e{i}"
        lines.append(f"e{i} = {choose.format(condition, error_yes or 0.0, error_no or 0.0)}")
        if doubt:
            lines.append(f"e{i} = e{i} + unsettled({doubt})*abs({yes} - {no})")
        return lines

    def _doubt(self, i: int, step: Step, names: list[str]) -> list[str]:
        if step.op in ("and", "or", "not"):
            parts = [self.doubts[a] for a in step.args if a in self.doubts]
        else:
            gap, errors = f"abs({names[0]} - {names[1]})", [e for a in step.args if (e := self.error(a))]
            more = f"{gap} > {' + '.join(errors)}"  # which nan, of an infinity that has lost its tail, never is
            parts = [f"(not {more})" if self.scalar else f"other({more})"] if errors else []
        if not parts:
            return []
        self.doubts[i] = f"q{i}"
        return [f"q{i} = {' | '.join(parts)}"]


def literal(data: object, whole: bool) -> str:
    """A constant in source; integers stay integers where `whole`, so that relu(5) is 5."""
    assert isinstance(data, Fraction)
    if whole and data.denominator == 1 and abs(data) < 2**53:
        return repr(int(data)) if data >= 0 else f"({int(data)})"
    value = float(data)
    return repr(value) if value >= 0 else f"({value!r})"
