"""The constant parts of a plan as exact numbers, so that no constant is rounded twice.

What rational arithmetic makes of rational numbers is exact; what functions make of them, log(2) or sqrt(2/pi), is
taken from balls to 200 bits. It refuses to fold anything that an input reaches.
"""

from __future__ import annotations

import operator
from fractions import Fraction
from functools import cache

from neurogebra.compile.plan import Builder, Plan, Step

__all__ = ["LARGEST", "Numbers", "exact_in_float64", "exp_of", "over_root_of_pi"]

RATIONAL = {
    "neg": lambda a: -a,
    "abs": abs,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}
LARGEST = Fraction(float.fromhex("0x1.fffffffffffffp+1023"))
RELATIONS = {"lt": operator.lt, "le": operator.le, "eq": operator.eq, "ne": operator.ne}
LOGICAL = {*RELATIONS, "and", "or", "not"}


class Numbers:
    """The value of each step of a plan that depends on no input."""

    def __init__(self, plan: Plan) -> None:
        self.steps = plan.steps
        self._known: dict[int, Fraction | None] = {}
        self._exact: set[int] = set()  # those that no function was asked for

    def __call__(self, i: int) -> Fraction | None:
        """Exact, or to 200 bits; None where an input is needed."""
        if i not in self._known:
            self._known[i] = self._number(self.steps[i], i)
        return self._known[i]

    def truth(self, i: int) -> bool | None:
        """Whether a comparison of two rational numbers holds; None for any other condition."""
        step = self.steps[i]
        sides = [self(a) for a in step.args] if step.op in RELATIONS else [None]
        if None in sides or not self._exact.issuperset(step.args):
            return None
        return bool(RELATIONS[step.op](*sides))

    def factored(self, i: int) -> tuple[Fraction, int] | None:
        """A step as a number times another step."""
        step = self.steps[i]
        if step.op == "neg":
            return Fraction(-1), step.args[0]
        if step.op in ("mul", "div"):
            a, b = step.args
            left, right = self(a), self(b)
            if right:
                return (right if step.op == "mul" else 1 / right), a
            if left and step.op == "mul":
                return left, b
        return None

    def scaled(self, i: int) -> tuple[Fraction, int] | None:
        """A step as a power of two times another step, which is exact."""
        product = self.factored(i)
        return product if product is not None and power_of_two(product[0]) else None

    def without_offset(self, i: int) -> tuple[Fraction, int, Fraction]:
        """k, w and c of a step that is k*w + c: c a number, k one by which products are exact, w the rest."""
        step, alone = self.steps[i], (Fraction(1), i, Fraction(0))
        known = [self(a) for a in step.args]
        if None not in known:
            return alone
        match step.op, known:
            case "add", [None, Fraction() as offset] | [Fraction() as offset, None]:
                factor = Fraction(1)
            case "sub", [None, Fraction() as less]:
                factor, offset = Fraction(1), -less
            case "sub", [Fraction() as offset, None]:
                factor = Fraction(-1)
            case _:
                product = self.scaled(i)
                if product is None:
                    return alone
                factor, offset = product[0], Fraction(0)
        k, w, c = self.without_offset(step.args[known.index(None)])
        return factor * k, w, factor * c + offset

    def terms(self, i: int) -> list[int]:
        """The steps that a sum is made of, from left to right."""
        step = self.steps[i]
        return [*self.terms(step.args[0]), step.args[1]] if step.op == "add" else [i]

    def ratio(self, a: int, b: int) -> list[int] | None:
        """w and the factors of c where a/b is w*c/(1 + w)."""
        one, *others = self.terms(b)
        if len(others) != 1 or self(one) != 1:
            return None
        (w,), factor, rest = others, a, []
        while factor != w and self.steps[factor].op == "mul":
            factor, c = self.steps[factor].args
            rest.append(c)
        return [w, *rest] if factor == w else None

    def _number(self, step: Step, i: int) -> Fraction | None:
        if step.op == "const" and isinstance(step.data, Fraction):
            self._exact.add(i)
            return step.data
        if step.op in ("input", "select") or step.op in LOGICAL:
            return None
        known = [number for a in step.args if (number := self(a)) is not None]
        if len(known) < len(step.args):
            return None
        if step.op in RATIONAL and not (step.op == "div" and not known[1]):
            if self._exact.issuperset(step.args):
                self._exact.add(i)
            result: Fraction = RATIONAL[step.op](*known)  # type: ignore[operator]
            return result
        return _folded(Plan((), self.steps, (i,)))


def exact_in_float64(value: Fraction) -> bool:
    """Whether a constant is a float64 as it stands."""
    return abs(value) <= LARGEST and Fraction(float(value)) == value


def power_of_two(value: Fraction) -> bool:
    """Whether a product with it is exact."""
    n, d = abs(value.numerator), value.denominator
    return n > 0 and n & (n - 1) == 0 and d & (d - 1) == 0


@cache
def over_root_of_pi(top: int, times: int) -> Fraction:
    """top/sqrt(times*pi), to 200 bits."""
    make = Builder()
    root = make.add("sqrt", make.add("mul", make.constant(times), make.constant("pi")))
    value = make.add("div", make.constant(top), root)
    return _folded(Plan((), tuple(make.steps), (value,)))


@cache
def exp_of(number: Fraction) -> Fraction:
    """exp(number), to 200 bits."""
    make = Builder()
    value = make.add("exp", make.constant(number))
    return _folded(Plan((), tuple(make.steps), (value,)))


def _folded(plan: Plan) -> Fraction:
    """The value of a plan without inputs."""
    from neurogebra.compile.to_exact import constant  # 1 ms of a process whose constants are all rational

    return constant(plan)
