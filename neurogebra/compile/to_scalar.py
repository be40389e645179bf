"""The scalar target: one generated Python function per formula, on `math` alone.

Each call computes its value together with a bound on the value's error, and returns it only if the bound is
within 11 units in the last place; otherwise, and wherever `math` raises, the exact target answers. So a float
that comes back is right wherever x lies, numpy is never imported, and the far tails cost a tenth of a
millisecond. It knows no arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import Any

from neurogebra.compile.lower import lower
from neurogebra.compile.ops import ENOUGH
from neurogebra.compile.plan import Plan
from neurogebra.compile.source import Source
from neurogebra.compile.to_scalar_kernels import KERNELS

__all__ = ["compile_scalar"]

EPS = 2.0**-52


def compile_scalar(plan: Plan, variables: int, steady: Plan | None = None) -> Callable[..., Any]:
    """A function of the plan's inputs, positionally (`variables` first, then parameters).

    It returns one number, or a tuple where the plan has several outputs. `steady` is what to compute in float64,
    where that is another form of the same.
    """
    appeal = _Appeal(plan, steady or plan, variables)
    appeal.function = _compiled(lower(steady or plan), variables, appeal.again, appeal.near_root, appeal.edge)
    return appeal.function


def _compiled(plan: Plan, variables: int, appeal: Any, near: Any, edge: Any) -> Callable[..., Any]:
    names: dict[str, Any] = dict(KERNELS, appeal=appeal, near=near, edge=edge)
    exec(compile(_write(plan, variables), "<formula>", "exec"), names)
    function: Callable[..., Any] = names["f"]
    return function


def _write(plan: Plan, variables: int) -> str:
    source = Source(plan, scalar=True)
    inputs = ", ".join(source.inputs.values())
    lines = [f"def f({inputs}):"]
    for x in list(source.inputs.values())[:variables]:
        lines += [f"    if {x} - {x} != 0:", f"        return edge({inputs})"]
    lines += ["    try:"]
    if len(plan.outputs) == 1:
        lines += _branch(source, plan.outputs[0], set(), inputs, 8)
    else:
        lines += _together(source, 8)
    lines += ["    except (ArithmeticError, ValueError):", "        pass", f"    return appeal({inputs})"]
    return "\n".join(lines)


def _branch(source: Source, output: int, written: set[int], inputs: str, indent: int) -> list[str]:
    """Choices at the top become `if`, so that only the arm in force is computed."""
    pad = " " * indent
    step = source.plan.steps[output]
    if step.op != "select":
        lines = [pad + line for line in source.lines([output], written)]
        name = source.name(output)
        if source.rounded_once(output):
            return [*lines, f"{pad}return {name}"]
        error = source.error(output)
        lines += [f"{pad}if {error} <= {ENOUGH}*ulp({name}) < inf:", f"{pad}    return {name}"]
        return [*lines, f"{pad}return near({name}, {error}, {inputs})"]
    condition, yes, no = step.args
    lines = [pad + line for line in source.lines([condition], written)]
    if condition in source.doubts:
        lines += [f"{pad}if {source.doubts[condition]}:", f"{pad}    return appeal({inputs})"]
        del source.doubts[condition]
    lines.append(f"{pad}if {source.name(condition)}:")
    lines += _branch(source, yes, set(written), inputs, indent + 4) + [f"{pad}else:"]
    return lines + _branch(source, no, set(written), inputs, indent + 4)


def _together(source: Source, indent: int) -> list[str]:
    pad = " " * indent
    outputs = source.plan.outputs
    lines = [pad + line for line in source.lines(outputs, set())]
    checks = [
        f"{source.error(o)} <= {ENOUGH}*ulp({source.name(o)}) < inf" for o in outputs if not source.rounded_once(o)
    ]
    answer = ", ".join(source.name(o) for o in outputs)
    return [*lines, f"{pad}if {' and '.join(checks) or 'True'}:", f"{pad}    return {answer},"]


class _Appeal:
    """Where the generated function turns to when float64 is not enough."""

    def __init__(self, plan: Plan, steady: Plan, variables: int) -> None:
        self.plan, self.steady, self.variables = plan, steady, variables
        self.function: Callable[..., Any] = self.exact
        self._roots: dict[tuple[float, ...], tuple[float, list[float]]] = {}

    def near_root(self, value: float, error: float, *values: float) -> Any:
        """`value` where it lies near a root and its error is below half the absolute bar of 4 eps * max |f|."""
        if self.variables == 1 and -6 < values[0] < 6 and error < 1e-12:
            size, roots = self._roots_for(values[1:])
            if error <= 2 * EPS * size and any(abs(values[0] - root) <= 0.7 for root in roots):
                return value
        return self.again(*values)

    def again(self, *values: float) -> Any:
        """By sums, products and quotients in pairs of floats: 10 to 20 us, where the exact target takes 200."""
        return self._in_pairs(*values)

    @cached_property
    def _in_pairs(self) -> Callable[..., Any]:
        from neurogebra.compile.lower_compensated import compensated  # few values need it

        plan = compensated(self.steady)
        return _compiled(plan, self.variables, self.exact, lambda value, error, *values: self.exact(*values), self.edge)

    def _roots_for(self, parameters: tuple[float, ...]) -> tuple[float, list[float]]:
        """What `_size_and_roots` finds, once per parameter values."""
        if parameters not in self._roots:
            if len(self._roots) > 256:  # a parameter being trained takes a new value each step
                self._roots.clear()
            self._roots[parameters] = 0.0, []  # while the points below are computed, all appeals are exact
            self._roots[parameters] = _size_and_roots(lambda x: self.function(x, *parameters))
        return self._roots[parameters]

    def exact(self, *values: float) -> Any:
        from neurogebra.compile import to_exact  # 1 ms of a process whose values are all certain

        return self._one(to_exact.evaluate(self.plan, dict(zip(self.plan.inputs, values, strict=True))))

    def edge(self, *values: float) -> Any:
        """nan in, nan out; at an infinity, the limit."""
        from neurogebra.compile import ends

        return self._one(ends.at_infinity(self.plan, self.variables, values))

    def _one(self, answers: tuple[float, ...]) -> Any:
        return answers[0] if len(answers) == 1 else answers


def _size_and_roots(f: Callable[[float], float]) -> tuple[float, list[float]]:
    """The largest |f| on [-5, 5], and where f changes sign other than at 0; nowhere if it grows towards one: a pole."""
    points = [(k / 16, value) for k in range(-80, 81) if abs(value := f(k / 16)) < math.inf]
    sizes, roots = [abs(value) for _, value in points], []
    for i, ((x, a), (_, b)) in enumerate(pairwise(points)):
        if a * b < 0 and sizes[max(i - 1, 0)] < abs(a) and sizes[min(i + 2, len(sizes) - 1)] < abs(b):
            return 0.0, []
        if (not b or a * b < 0) and x not in (-0.0625, 0.0):
            roots.append(x)
    return max(sizes, default=0.0), roots
