"""The scalar target: one generated Python function per formula, on `math` alone.

Each call computes its value together with a bound on the value's error, and returns it only if the bound is
within 11 units in the last place; otherwise, and wherever `math` raises, the exact target answers. So a float
that comes back is right wherever x lies, numpy is never imported, and the far tails cost a tenth of a
millisecond. It knows no arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from neurogebra.compile.lower import lower
from neurogebra.compile.ops import ENOUGH
from neurogebra.compile.plan import Plan
from neurogebra.compile.source import Source

__all__ = ["compile_scalar"]

EPS = 2.0**-52


def compile_scalar(plan: Plan, variables: int, steady: Plan | None = None) -> Callable[..., Any]:
    """A function of the plan's inputs, positionally (`variables` first, then parameters).

    It returns one number, or a tuple where the plan has several outputs. `steady` is what to compute in float64,
    where that is another form of the same.
    """
    text = _write(lower(steady or plan), variables)
    appeal = _Appeal(plan, variables)
    names: dict[str, Any] = dict(KERNELS, appeal=appeal.exact, edge=appeal.edge, near=appeal.near_root)
    exec(compile(text, "<formula>", "exec"), names)
    function: Callable[..., Any] = names["f"]
    appeal.function = function
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
        lines += _together(source, inputs, 8)
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


def _together(source: Source, inputs: str, indent: int) -> list[str]:
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

    def __init__(self, plan: Plan, variables: int) -> None:
        self.plan, self.variables = plan, variables
        self.function: Callable[..., Any] = self.exact
        self._roots: dict[tuple[float, ...], tuple[float, list[float]]] = {}

    def near_root(self, value: float, error: float, *values: float) -> Any:
        """`value` where it lies near a root and its error is below the absolute bar of 4 eps * max |f|."""
        if self.variables == 1 and -6 < values[0] < 6 and error < 1e-12:
            size, roots = self._roots_for(values[1:])
            if error <= 2 * EPS * size and any(abs(values[0] - root) <= 0.7 for root in roots):
                return value
        return self.exact(*values)

    def _roots_for(self, parameters: tuple[float, ...]) -> tuple[float, list[float]]:
        """The largest |f| on [-5, 5], and where f changes sign other than at 0."""
        if parameters not in self._roots:
            if len(self._roots) > 256:  # a parameter being trained takes a new value each step
                self._roots.clear()
            self._roots[parameters] = 0.0, []  # while the points below are computed, all appeals are exact
            points = [k / 16 for k in range(-80, 81)]
            values = [self.function(x, *parameters) for x in points]
            size = max((abs(v) for v in values if abs(v) < math.inf), default=0.0)
            changes = [x for x, a, b in zip(points, values, values[1:], strict=False) if a * b < 0 or not b]
            self._roots[parameters] = size, [x for x in changes if x not in (-0.0625, 0.0)]
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


# Kernels: what the generated source may call -----------------------------------------------------------

SPLIT = 134217729.0  # 2**27 + 1
HALF_1 = 0.7071067690849304  # 1/sqrt(2) as 24 bits and the rest, for an exact product with half a float
HALF_2 = 1.210161710447897e-08
ROOT_HALF = 0.7071067811865476
OVER_ROOT_PI = 0.5641895835477563
LOG_2 = 0.6931471805599453


def exp(a: float) -> float:
    return math.exp(a) if a < 709.7 else math.inf


def expm1(a: float) -> float:
    return math.expm1(a) if a < 709.7 else math.inf


def grow(error: float) -> float:
    """A bound on exp(error) - 1."""
    return error + error * error if error < 1 else math.inf


def away(value: float, error: float) -> float:
    """The least a value can be; 0 or less makes the bound infinite."""
    return value - error if value > error else 5e-324


def tanh_rest(a: float) -> float:
    """a - tanh(a); near 0 by a quotient of its continued fraction, whose terms are all positive."""
    if not -1.25 < a < 1.25:
        return a - math.tanh(a)
    s = a * a
    above = (((s + 1430) * s + 289575) * s + 16081065) * s + 218243025
    below = ((((s + 1485) * s + 315315) * s + 18918900) * s + 310134825) * s + 654729075
    return a * (s * above / below)


def root_slope(v: float, error: float) -> float:
    """More than 1/(root + root of the least it can be of), half of 1/v where the error is small."""
    return (0.52 if 8 * error < v * v else 1.0) / v if v else math.inf


def unsettled(doubt: bool) -> float:
    return math.inf if doubt else 0.0


def picked(first: bool, gap: float, ea: float, eb: float) -> float:
    """The bound of the larger or smaller of two values."""
    if gap > ea + eb:
        return ea if first else eb
    return ea if ea > eb else eb


def larger(a: float, b: float) -> float:
    return a if a >= b else b


def smaller(a: float, b: float) -> float:
    return a if a <= b else b


def tail_add(a: float, b: float, s: float) -> float:
    """The rounding error of s = a + b, exactly (Knuth)."""
    c = s - a
    return (a - (s - c)) + (b - c)


def tail_mul(a: float, b: float, p: float) -> float:
    """The rounding error of p = a*b, exactly (Dekker)."""
    c = SPLIT * a
    a1 = c - (c - a)
    a2 = a - a1
    c = SPLIT * b
    b1 = c - (c - b)
    b2 = b - b1
    return ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


def with_tail(v: float, tail: float) -> float:
    return v + v * tail if v else v


def expm1_tail(a: float, tail: float) -> float:
    v = expm1(a)
    return v + tail * (v + 1)


def softplus(a: float) -> float:
    return a + math.log1p(math.exp(-a)) if a > 0 else math.log1p(math.exp(a))


def softplus_tail(a: float, tail: float) -> float:
    v = softplus(a)
    return v + tail * (v if v < 1 else 1.0)


def log_cosh(a: float) -> float:
    if -1 < a < 1:
        s = math.sinh(a / 2)
        return math.log1p(2 * s * s)
    a = abs(a)
    return (a - LOG_2) + math.log1p(math.exp(-2 * a))


def _exp_of_square(factor: float, a: float) -> float:
    """exp(factor*a**2): the square of the upper half of a is exact, the rest is small."""
    if a > 40 or a < -40:
        return 0.0
    c = SPLIT * a
    upper = c - (c - a)
    value = math.exp(factor * upper * upper)
    rest = factor * (a - upper) * (a + upper)  # below 3e-5
    return value + value * (rest * (1 + rest / 2 * (1 + rest / 3)))


def normal(a: float, g: float) -> float:
    """Phi(a) by erfc(-a/sqrt(2)), with the rounding error of the argument put back (g is gauss(a))."""
    z = a * -ROOT_HALF
    lost = 0.0
    if -40 < a < 40:
        c = SPLIT * a
        upper = c - (c - a)
        lower = a - upper
        lost = ((-upper * HALF_1 - z) - upper * HALF_2) - (lower * HALF_1 + lower * HALF_2)
    correction = OVER_ROOT_PI * g * lost
    return 1 - (math.erfc(-z) / 2 + correction) if a > 0 else math.erfc(z) / 2 - correction


def sign(a: float) -> int:
    return (a > 0) - (a < 0)


def both(a: bool, b: bool) -> bool:
    return a and b


def either(a: bool, b: bool) -> bool:
    return a or b


def other(a: bool) -> bool:
    return not a


KERNELS: dict[str, Any] = {
    "inf": math.inf,
    "ulp": math.ulp,
    "pow": math.pow,
    "ceiling": math.ceil,
    "bell": partial(_exp_of_square, -1.0),
    "gauss": partial(_exp_of_square, -0.5),
    **{
        name: getattr(math, name)
        for name in (
            "sqrt log log1p sinh cosh tanh asinh acosh atanh sin cos tan asin acos atan erf erfc floor".split()
        )
    },
    **{
        f.__name__: f
        for f in (
            exp, expm1, grow, away, root_slope, unsettled, picked, larger, smaller, tail_add, tail_mul, with_tail,
            expm1_tail, softplus, softplus_tail, log_cosh, tanh_rest, normal, sign, both, either, other,
        )
    },
}  # fmt: skip
