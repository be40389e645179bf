"""Lowered plans as NumPy source: straight-line calls into reused buffers, or every value with its bound.

Which ufunc or kernel a step becomes stands in the tables below. The fast form writes each result into a buffer
that is free again after its last use, so that a block stays in the cache; the certified form is the scalar
target's source with NumPy's names. Generated code holds only generated names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from neurogebra.compile.ops import OPS
from neurogebra.compile.plan import Plan, Step
from neurogebra.compile.source import Source
from neurogebra.compile.to_numpy_kernels import KERNELS

__all__ = [
    "CONDITIONS",
    "Fast",
    "certified_source",
    "compile_source",
    "fast_source",
    "one_ufunc",
    "plain_source",
    "switch_source",
]

# Steps that may write in the place of an operand, with the names of their kernels; all others have kernels of the same
# name.
UFUNCS = {
    "neg": "negative", "abs": "abs", "add": "add", "sub": "subtract", "mul": "multiply", "scale": "multiply",
    "div": "divide", "head_add": "add", "head_mul": "multiply", "head_div": "divide", "sqrt": "sqrt", "exp": "exp",
    "expm1": "expm1", "log": "log", "log1p": "log1p", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin",
    "acos": "acos", "atan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "asinh",
    "acosh": "acosh", "atanh": "atanh", "sign": "sign", "floor": "floor", "ceiling": "ceiling", "max": "larger",
    "min": "smaller", "pow": "pow", "clip": "clip",
    "heaviside": "heaviside",
}  # fmt: skip
CONDITIONS = {"lt": "less", "le": "less_equal", "eq": "equal", "ne": "not_equal"}
LOGIC = {"and": "both", "or": "either", "not": "other"}
NAMES = {**UFUNCS, **CONDITIONS, **LOGIC, "select": "choose"}
BOUNDS = {"max": "at_least", "min": "at_most"}  # where one side is a constant
DIVIDING = {"div": 1, "head_div": 1, "pow": 0}  # which operand is 0 at poles
FACTORS = {"mul", "scale", "head_mul", "neg", "abs", "sqrt"}  # of which a divisor is made: 0 where one of these is
SILENT = {*"input const neg abs floor ceiling max min clip heaviside select".split(), *CONDITIONS, *LOGIC}


def compile_source(text: str, constants: Mapping[str, Any] | None = None) -> Callable[..., Any]:
    """The function f of generated source, which sees the kernels and `constants` and nothing else of ours."""
    names = {**KERNELS, **(constants or {})}
    exec(compile(text, "<formula>", "exec"), names)
    function: Callable[..., Any] = names["f"]
    return function


def certified_source(plan: Plan, rough: Collection[str] = ()) -> str:
    """Values with bounds; the bounds of `rough` inputs follow the inputs."""
    source = Source(plan, scalar=False, rough=rough)
    lines = [f"def f({', '.join([*source.inputs.values(), *source.rough.values()])}):"]
    lines += ["    " + line for line in source.lines(plan.outputs, set())]
    answers = [f"({source.name(o)}, {source.error(o) or '0.0'})" for o in plan.outputs]
    return "\n".join([*lines, f"    return {', '.join(answers)},"])


def plain_source(plan: Plan) -> str:
    """Values without bounds."""
    source = Source(plan, scalar=False)
    lines = [line for line in source.lines(plan.outputs, set()) if line.startswith("v")]
    answers = "".join(f"{source.name(o)}, " for o in plan.outputs)
    return "\n".join(
        [f"def f({', '.join(source.inputs.values())}):", *(f"    {line}" for line in lines), f"    return {answers}"]
    )


def one_ufunc(plan: Plan) -> tuple[Callable[..., Any], tuple[str, ...]] | None:
    """The ufunc, and the inputs it takes, where that is all that the plan's one output is made of."""
    *leaves, last = plan.steps
    found = UFUNCS.get(last.op, "")
    if plan.outputs != (len(leaves),) or not isinstance(KERNELS.get(found), np.ufunc):
        return None
    inputs = tuple(str(plan.steps[a].data) for a in last.args if plan.steps[a].op == "input")
    return (KERNELS[found], inputs) if len(inputs) == len(last.args) else None


def switch_source(plan: Plan) -> str:
    """Arrays of truth that change where a form may go wrong: comparisons whose operands are not exact, and whether each
    quantity that is 0 at a pole is negative.
    """
    source, divisors = Source(plan, scalar=False), _divisors(plan)
    lines = [f"def f({', '.join(source.inputs.values())}):"]
    lines += ["    " + line for line in source.lines([*plan.outputs, *(i for _, i in divisors)], set())]
    truths = [f"v{i}, " for i in source.doubts if plan.steps[i].op in CONDITIONS]
    truths += [f"{one}{source.name(i)} < 0, " for one, i in divisors]
    return "\n".join([*lines, f"    return ({''.join(truths)})"])


def _divisors(plan: Plan) -> list[tuple[str, int]]:
    """What may be 0 in a division: a number to add, and a step."""
    found: set[tuple[str, int]] = set()
    open_ = []
    for step in plan.steps:
        if step.op == "ratio":
            found.add(("1 + ", step.args[0]))
        elif step.op in DIVIDING:
            open_.append(step.args[DIVIDING[step.op]])
    while open_:
        i = open_.pop()
        if plan.steps[i].op in FACTORS:
            open_ += plan.steps[i].args
        elif plan.steps[i].op != "const":
            found.add(("", i))
    return sorted(found)


class Fast(NamedTuple):
    """The fast form as text: f(outs, buffers, *inputs, *once(*parameters)); numbers are arrays without axes."""

    text: str
    once: str  # the source of what depends on parameters alone
    constants: dict[str, float]
    buffers: int
    at_once: bool  # one or two ufunc calls an output and no buffer: blocks would keep nothing in the cache
    silent: bool  # no step can overflow, divide by 0 or be invalid, so that NumPy has nothing to warn of

    def compiled(self, dtype: Any) -> tuple[Callable[..., None], Callable[..., Any]]:
        """f and once, for arrays of a dtype."""
        constants = {name: np.array(value, dtype) for name, value in self.constants.items()}
        return compile_source(self.text, constants), compile_source(self.once, constants)


def fast_source(plan: Plan, variables: int) -> Fast:
    """The fast form of a lowered plan whose first `variables` inputs are arrays; the others are numbers."""
    return _Registers(plan, variables).fast()


class _Registers:
    """Straight-line code in which a buffer is used again as soon as its value is no longer needed."""

    def __init__(self, plan: Plan, variables: int) -> None:
        self.plan = plan
        self.inputs = {name: f"x{k}" for k, name in enumerate(plan.inputs)}
        self.parameters = [*self.inputs.values()][variables:]
        self.last = {a: i for i, step in enumerate(plan.steps) for a in step.args}
        self.last |= {o: len(plan.steps) for o in plan.outputs}
        self.names: dict[int, str] = {}
        self.constants: dict[str, float] = {}
        self.wide = plan.reached(plan.inputs[:variables])
        self.count = 0
        self.lines: list[str] = []
        self.once: list[str] = []
        *_, final = plan.steps
        alone = len(plan.outputs) == 1  # then the array to fill is a buffer like any other until the last step
        self.free = ["o0"] if alone else []
        self.kept_from_o0 = set(final.args) - self._overwritten(final)
        self.best_in_o0 = self._leading_to(self.plan.outputs[0])

    def fast(self) -> Fast:
        for i, step in enumerate(self.plan.steps):
            self._emit(i, step)
        for k, o in enumerate(self.plan.outputs):
            if self.names[o] != f"o{k}":
                self.lines.append(f"copyto(o{k}, {self.names[o]})")
        outs = [f"o{k}" for k in range(len(self.plan.outputs))]
        buffers = [f"r{k}" for k in range(self.count)]
        once = [self.names[a] for a in sorted(self._once_and_used())]
        head = [f"def f(outs, buffers, {', '.join([*self.inputs.values(), *once])}):", f"{', '.join(outs)}, = outs"]
        head += [f"{', '.join(buffers)}, = buffers"] if buffers else []
        text = "\n    ".join([*head, *self.lines])
        prepared = "\n    ".join([f"def f({', '.join(self.parameters)}):", *self.once, f"return [{', '.join(once)}]"])
        kinds = {step.op for step in self.plan.steps} - {"input", "const"}
        at_once = not buffers and len(self.lines) <= 2 * len(outs) and kinds <= UFUNCS.keys()
        return Fast(text, prepared, self.constants, self.count, at_once, silent=kinds <= SILENT)

    def _once_and_used(self) -> set[int]:
        """What parameters alone decide, and steps of variables or the caller ask for."""
        asked = {a for i in self.wide for a in self.plan.steps[i].args} | set(self.plan.outputs)
        return {a for a in asked if a not in self.wide and self.plan.steps[a].op not in ("input", "const")}

    def _emit(self, i: int, step: Step) -> None:
        if step.op == "input":
            self.names[i] = self.inputs[str(step.data)]
        elif step.op == "const":
            self.names[i] = f"c{len(self.constants)}"
            self.constants[self.names[i]] = float(step.data)  # type: ignore[arg-type]
        elif i not in self.wide or OPS[step.op].logical:
            self.names[i] = f"v{i}"
            (self.lines if i in self.wide else self.once).append(f"v{i} = {self._call(step)}")
        else:
            self._fill(i, step)

    def _call(self, step: Step, out: str = "") -> str:
        name = NAMES.get(step.op, step.op)
        args = [self.names[a] for a in step.args]
        numbers = [self.plan.steps[a].data for a in step.args]
        if step.op in BOUNDS and any(isinstance(n, Fraction) for n in numbers):
            name, args = BOUNDS[step.op], args if isinstance(numbers[1], Fraction) else args[::-1]
        elif step.op == "select" and numbers[1] == 0:
            name, args = "zero_where", [args[0], args[2]]
        return f"{name}({', '.join(args + [f'out={out}'] * bool(out))})"

    def _fill(self, i: int, step: Step) -> None:
        overwritten = self._overwritten(step)
        self._release(i, overwritten)
        self.lines.append(self._call(step, self._out(i)))
        self._release(i, set(step.args) - overwritten)

    def _overwritten(self, step: Step) -> set[int]:
        """The operands in whose place the step may write: any of a ufunc, and what a choice leaves as it is."""
        if step.op == "select":
            return {step.args[2]} - set(step.args[:2])
        return set(step.args) if step.op in UFUNCS else set()

    def _out(self, i: int) -> str:
        if i in self.plan.outputs:
            self.names[i] = f"o{self.plan.outputs.index(i)}"
            return self.names[i]
        fitting = [name for name in self.free if name != "o0" or i not in self.kept_from_o0]
        fitting.sort(key=lambda name: (name == "o0") == (i in self.best_in_o0))
        if fitting:
            self.free.remove(fitting[-1])
        else:
            self.count += 1
        self.names[i] = fitting[-1] if fitting else f"r{self.count - 1}"
        return self.names[i]

    def _leading_to(self, output: int) -> set[int]:
        """What the last steps may overwrite, one after another: in the array to fill, a choice copies nothing."""
        found, open_ = {output}, [output]
        while open_:
            new = self._overwritten(self.plan.steps[open_.pop()]) - found
            found |= new
            open_ += new
        return found

    def _release(self, i: int, args: Collection[int]) -> None:
        for a in args:
            if self.last[a] == i and self.names[a][0] in "ro" and a not in self.plan.outputs:
                self.free.append(self.names[a])
