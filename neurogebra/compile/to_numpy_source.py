"""Lowered plans as NumPy source: straight-line calls into reused buffers, or every value with its bound.

Which ufunc or kernel a step becomes stands in the tables below. The fast form writes each result into a buffer
that is free again after its last use, so that a block stays in the cache; the certified form is the scalar
target's source with NumPy's names. Generated code holds only generated names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neurogebra.compile.plan import Plan, Step
from neurogebra.compile.source import Source, literal
from neurogebra.compile.to_numpy_kernels import KERNELS

__all__ = ["CONDITIONS", "LOGIC", "certified_source", "compile_source", "fast_source", "switch_source"]

UFUNCS = {
    "neg": "negative", "abs": "abs", "add": "add", "sub": "subtract", "mul": "multiply", "scale": "multiply",
    "div": "divide", "head_add": "add", "head_mul": "multiply", "head_div": "divide", "sqrt": "sqrt", "exp": "exp",
    "expm1": "expm1", "log": "log", "log1p": "log1p", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin",
    "acos": "acos", "atan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "asinh",
    "acosh": "acosh", "atanh": "atanh", "sign": "sign", "floor": "floor", "ceiling": "ceiling", "max": "larger",
    "min": "smaller", "pow": "pow",
}  # fmt: skip
CONDITIONS = {"lt": "less", "le": "less_equal", "eq": "equal", "ne": "not_equal"}
LOGISTIC = ("over", "share")
LOGIC = {"and": "both", "or": "either", "not": "other"}
KERNEL_CALLS = {
    "tail_add": "tail_add", "tail_mul": "tail_mul", "exp_tail": "with_tail", "expm1_tail": "expm1_tail",
    "softplus": "softplus", "softplus_tail": "softplus_tail", "log_cosh": "log_cosh", "gauss": "gauss",
    "normal": "normal", "corrected": "corrected", "erf": "erf", "erfc": "erfc",
}  # fmt: skip


def compile_source(text: str) -> Callable[..., Any]:
    names = dict(KERNELS)
    exec(compile(text, "<formula>", "exec"), names)
    function: Callable[..., Any] = names["f"]
    return function


def certified_source(plan: Plan) -> str:
    source = Source(plan, scalar=False)
    lines = [f"def f({', '.join(source.inputs.values())}):"]
    lines += ["    " + line for line in source.lines(plan.outputs, set())]
    answers = [f"({source.name(o)}, {source.error(o) or '0.0'})" for o in plan.outputs]
    return "\n".join([*lines, f"    return {', '.join(answers)},"])


def switch_source(plan: Plan) -> str:
    """The comparisons whose operands are not exact, as arrays of truth."""
    source = Source(plan, scalar=False)
    lines = [f"def f({', '.join(source.inputs.values())}):"]
    lines += ["    " + line for line in source.lines(plan.outputs, set())]
    doubtful = [f"v{i}" for i in source.doubts if plan.steps[i].op in CONDITIONS]
    return "\n".join([*lines, f"    return ({''.join(name + ', ' for name in doubtful)})"])


def fast_source(plan: Plan) -> str:
    return _Registers(plan).text()


class _Registers:
    """Straight-line code in which a buffer is used again as soon as its value is no longer needed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.inputs = {name: f"x{k}" for k, name in enumerate(plan.inputs)}
        self.last = {a: i for i, step in enumerate(plan.steps) for a in step.args}
        self.last |= {o: len(plan.steps) for o in plan.outputs}
        self.names: dict[int, str] = {}
        self.free: list[str] = []
        self.count = 0
        self.lines: list[str] = []

    def text(self) -> str:
        for i, step in enumerate(self.plan.steps):
            self._emit(i, step)
        for k, o in enumerate(self.plan.outputs):
            if self.names[o] != f"o{k}":
                self.lines.append(f"copyto(o{k}, {self.names[o]})")
        outs = "".join(f"o{k}, " for k in range(len(self.plan.outputs)))
        head = [f"def f(outs, {', '.join(self.inputs.values())}):", f"    {outs}= outs"]
        made = [f"    r{k} = empty_like(o0)" for k in range(self.count)]
        return "\n".join([*head, *made, *("    " + line for line in self.lines)])

    def _emit(self, i: int, step: Step) -> None:
        if step.op == "input":
            self.names[i] = self.inputs[str(step.data)]
            return
        if step.op == "const":
            self.names[i] = literal(step.data, whole=False)
            return
        args = [self.names[a] for a in step.args]
        if step.op in CONDITIONS or step.op in LOGIC:
            self.names[i] = f"q{i}"
            self.lines.append(f"q{i} = {CONDITIONS.get(step.op) or LOGIC[step.op]}({', '.join(args)})")
        elif step.op in LOGISTIC:
            self._logistic(i, step, args[0])
        elif step.op in KERNEL_CALLS:
            self._kernel(i, step, args)
        elif step.op == "select":
            out = self._out(i)
            self.lines += [f"copyto({out}, {args[2]})", f"copyto({out}, {args[1]}, where={args[0]})"]
            self._release(i, step)
        else:
            self._release(i, step)
            self.lines.append(f"{UFUNCS[step.op]}({', '.join(args)}, out={self._out(i)})")

    def _logistic(self, i: int, step: Step, e: str) -> None:
        """1/(1 + e) or e/(1 + e) in two passes."""
        out = self._out(i)
        self.lines += [f"add(1.0, {e}, {out})", f"divide({e if step.op == 'share' else 1.0}, {out}, {out})"]
        self._release(i, step)

    def _kernel(self, i: int, step: Step, args: list[str]) -> None:
        self.names[i] = f"v{i}"
        if step.op == "exp_tail":
            self.lines.append(f"v{i} = exp({args[0]})")
            args = [f"v{i}", args[1]]
        self.lines.append(f"v{i} = {KERNEL_CALLS[step.op]}({', '.join(args)})")
        self._release(i, step)

    def _out(self, i: int) -> str:
        if i in self.plan.outputs and self.last[i] == len(self.plan.steps):
            self.names[i] = f"o{self.plan.outputs.index(i)}"
            return self.names[i]
        if not self.free:
            self.free.append(f"r{self.count}")
            self.count += 1
        self.names[i] = self.free.pop()
        return self.names[i]

    def _release(self, i: int, step: Step) -> None:
        for a in set(step.args):
            if self.last[a] == i and self.names[a].startswith("r"):
                self.free.append(self.names[a])
