"""A formula as straight-line steps: each a word of `ops.py`, shared parts once, nothing evaluated.

A plan is exact mathematics: its constants are fractions, pi and E, and it knows nothing of rounding, so the
same plan feeds the exact target and, after `lower`, the float64 ones. Steps refer to earlier steps by index;
the indices in `outputs` are the answers. It refuses, by name, what no word exists for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import sympy
from sympy import Expr
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom, BooleanFunction

from neurogebra.compile.ops import OPS
from neurogebra.errors import FormulaError
from neurogebra.language import functions as words

__all__ = ["Builder", "Plan", "Step", "fixed", "plan"]

# SymPy's functions of one argument and the word of each.
FUNCTIONS: dict[type, str] = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tan: "tan",
    sympy.asin: "asin",
    sympy.acos: "acos",
    sympy.atan: "atan",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    sympy.asinh: "asinh",
    sympy.acosh: "acosh",
    sympy.atanh: "atanh",
    sympy.erf: "erf",
    sympy.erfc: "erfc",
    sympy.Abs: "abs",
    sympy.sign: "sign",
    sympy.floor: "floor",
    sympy.ceiling: "ceiling",
    words.sigmoid: "sigmoid",
    words.softplus: "softplus",
    words.Phi: "Phi",
    words.phi: "phi",
    words.erfc: "erfc",
    words.expm1: "expm1",
    words.log1p: "log1p",
    words.sech2: "sech2",
    words.log_cosh: "log_cosh",
    words.tanh_: "tanh",
}
# Relations as (word, arguments swapped).
RELATIONS: dict[type, tuple[str, bool]] = {
    sympy.StrictLessThan: ("lt", False),
    sympy.LessThan: ("le", False),
    sympy.StrictGreaterThan: ("lt", True),
    sympy.GreaterThan: ("le", True),
    sympy.Equality: ("eq", False),
    sympy.Unequality: ("ne", False),
}
SYMBOLS = {sympy.pi: "pi", sympy.E: "e"}


class Step(NamedTuple):
    """One operation on earlier steps. `data`: an input's name, a constant's value."""

    op: str
    args: tuple[int, ...] = ()
    data: object = None


class Plan(NamedTuple):
    """Steps in order of evaluation; `inputs` are variables, then parameters; `outputs` are step numbers."""

    inputs: tuple[str, ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]

    def reached(self, names: Collection[str]) -> set[int]:
        """The steps whose value depends on these inputs."""
        found: set[int] = set()
        for i, step in enumerate(self.steps):
            if (step.op == "input" and step.data in names) or not found.isdisjoint(step.args):
                found.add(i)
        return found

    def __str__(self) -> str:
        return "\n".join(
            f"{i:3} {s.op} {' '.join(map(str, s.args))} {'' if s.data is None else s.data}".rstrip()
            for i, s in enumerate(self.steps)
        )


class Builder:
    """Collects steps and gives equal ones one number."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._known: dict[Step, int] = {}

    def add(self, op: str, *args: int, data: object = None) -> int:
        """The number of this step, which is new only where there was no equal one."""
        assert op in OPS, op
        step = Step(op, args, data)
        if step not in self._known:
            self._known[step] = len(self.steps)
            self.steps.append(step)
        return self._known[step]

    def constant(self, value: Fraction | int | str) -> int:
        return self.add("const", data=value if isinstance(value, str) else Fraction(value))

    def needed(self, inputs: tuple[str, ...], outputs: Sequence[int]) -> Plan:
        """The plan of what `outputs` need, renumbered."""
        used = set(outputs)
        for i in range(len(self.steps) - 1, -1, -1):
            if i in used:
                used.update(self.steps[i].args)
        new: dict[int, int] = {}
        kept: list[Step] = []
        for i in sorted(used):
            step = self.steps[i]
            new[i] = len(kept)
            kept.append(Step(step.op, tuple(new[a] for a in step.args), step.data))
        return Plan(inputs, tuple(kept), tuple(new[i] for i in outputs))


def plan(expressions: Sequence[Expr], inputs: Sequence[str]) -> Plan:
    """The plan that computes `expressions` (in words) from `inputs` (names of symbols)."""
    walker = _Walker(tuple(inputs))
    outputs = [walker.walk(expression) for expression in expressions]
    return walker.builder.needed(tuple(inputs), outputs)


def fixed(given: Plan, values: Mapping[str, Fraction]) -> Plan:
    """`given` with some of its inputs as constants; `inputs` stays as it is."""
    steps = (
        Step("const", data=values[str(s.data)]) if s.op == "input" and s.data in values else s for s in given.steps
    )
    return given._replace(steps=tuple(steps))


class _Walker:
    def __init__(self, inputs: tuple[str, ...]) -> None:
        self.inputs = inputs
        self.builder = Builder()
        self._seen: dict[Expr, int] = {}

    def walk(self, e: Expr) -> int:
        if e not in self._seen:
            self._seen[e] = self._step(e)
        return self._seen[e]

    def _step(self, e: Expr) -> int:
        add = self.builder.add
        if e.is_Symbol:
            if e.name not in self.inputs:
                raise FormulaError(f"{e.name!r} has no value: it is neither a variable nor a parameter")
            return add("input", data=e.name)
        if e.is_Rational:
            return self.builder.constant(Fraction(int(e.p), int(e.q)))
        if e in SYMBOLS:
            return self.builder.constant(SYMBOLS[e])
        for kind, method in _STRUCTURES.items():
            if isinstance(e, kind):
                return method(self, e)
        word = FUNCTIONS.get(e.func)
        if word is None or len(e.args) != 1:
            raise FormulaError(
                f"no way to evaluate {e.func.__name__}(...) is known; {e} has no finite real value"
                if e.is_number
                else f"no way to evaluate {e.func.__name__}(...) is known"
            )
        return add(word, self.walk(e.args[0]))

    def _sum(self, e: Expr) -> int:
        positive = [t for t in e.args if not t.could_extract_minus_sign()]
        negative = [-t for t in e.args if t.could_extract_minus_sign()]
        if not positive:
            return self.builder.add("neg", self._sum_of([self.walk(t) for t in negative]))
        total = self._sum_of([self.walk(t) for t in positive])
        for term in negative:
            total = self.builder.add("sub", total, self.walk(term))
        return total

    def _sum_of(self, terms: list[int]) -> int:
        total = terms[0]
        for term in terms[1:]:
            total = self.builder.add("add", total, term)
        return total

    def _product(self, e: Expr) -> int:
        """numerator / denominator; a coefficient p/q is one exact constant, or a division where p is 1."""
        coefficient, rest = e.as_coeff_Mul(rational=True)
        c = Fraction(int(coefficient.p), int(coefficient.q))
        top: list[Expr] = []
        bottom: list[Expr] = []
        for factor in sympy.Mul.make_args(rest):
            power = factor.as_base_exp()[1] if factor.is_Pow else None
            inverse = power is not None and power.is_Rational and power < 0
            (bottom if inverse else top).append(1 / factor if inverse else factor)
        value = self._product_of([self.walk(f) for f in top])
        negate, c = c < 0, abs(c)
        below = [self.walk(f) for f in bottom]
        if c.numerator == 1 and c.denominator & (c.denominator - 1):
            below.append(self.builder.constant(c.denominator))
        elif c != 1:
            k = self.builder.constant(c)
            value = k if value is None else self.builder.add("mul", value, k)
        divisor = self._product_of(below)
        if value is None:
            value = self.builder.constant(1)
        if divisor is not None:
            value = self.builder.add("div", value, divisor)
        return self.builder.add("neg", value) if negate else value

    def _product_of(self, factors: list[int]) -> int | None:
        value: int | None = None
        for factor in factors:
            value = factor if value is None else self.builder.add("mul", value, factor)
        return value

    def _power(self, e: Expr) -> int:
        base, exponent = e.args
        if exponent.is_Rational and exponent.q <= 2 and abs(exponent) <= 64:
            below = self._whole_power(self.walk(base), abs(int(exponent.p)), int(exponent.q))
            return below if exponent > 0 else self.builder.add("div", self.builder.constant(1), below)
        return self.builder.add("pow", self.walk(base), self.walk(exponent))

    def _whole_power(self, base: int, n: int, root: int) -> int:
        """base**(n/root) by squaring; the root is taken first, so that its argument's sign decides."""
        if root == 2:
            base = self.builder.add("sqrt", base)
        result: int | None = None
        while n:
            if n & 1:
                result = base if result is None else self.builder.add("mul", result, base)
            n >>= 1
            if n:
                base = self.builder.add("mul", base, base)
        assert result is not None
        return result

    def _extremum(self, e: Expr) -> int:
        word = "max" if isinstance(e, sympy.Max) else "min"
        value = self.walk(e.args[0])
        for argument in e.args[1:]:
            value = self.builder.add(word, value, self.walk(argument))
        return value

    def _cases(self, e: Expr) -> int:
        *arms, (last, condition) = [tuple(arm) for arm in e.args]
        if condition != sympy.true:
            raise FormulaError(f"Piecewise needs True as its last condition; {e} ends with {condition}")
        value = self.walk(last)
        for arm, condition in reversed(arms):
            value = self.builder.add("select", self.walk(condition), self.walk(arm), value)
        return value

    def _relation(self, e: Relational) -> int:
        word, swapped = RELATIONS[e.func]
        left, right = self.walk(e.lhs), self.walk(e.rhs)
        return self.builder.add(word, *((right, left) if swapped else (left, right)))

    def _logic(self, e: BooleanFunction) -> int:
        if isinstance(e, sympy.Not):
            return self.builder.add("not", self.walk(e.args[0]))
        if not isinstance(e, sympy.And | sympy.Or):
            return self.walk(e.to_nnf())
        word = "and" if isinstance(e, sympy.And) else "or"
        value = self.walk(e.args[0])
        for argument in e.args[1:]:
            value = self.builder.add(word, value, self.walk(argument))
        return value

    def _truth(self, e: BooleanAtom) -> int:
        zero = self.builder.constant(0)
        return self.builder.add("eq" if e == sympy.true else "ne", zero, zero)


_STRUCTURES: dict[type, Callable[[_Walker, Expr], int]] = {
    sympy.Add: _Walker._sum,
    sympy.Mul: _Walker._product,
    sympy.Pow: _Walker._power,
    sympy.Max: _Walker._extremum,
    sympy.Min: _Walker._extremum,
    sympy.Piecewise: _Walker._cases,
    Relational: _Walker._relation,
    BooleanAtom: _Walker._truth,
    BooleanFunction: _Walker._logic,
}
