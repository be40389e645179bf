"""sin(u)*cos(u) as sin(2u)/2: one wave in place of two, and half the roundings, wherever a product holds both.

The slope of sin(u)**2 is such a product, and a wave costs float64 more than all other steps of it. The plan stays
exact: it is the same mathematics. Where the sine or the cosine is needed for anything else, nothing is changed.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import partial, reduce

from neurogebra.compile.plan import Builder, Plan

__all__ = ["doubled"]


def doubled(plan: Plan) -> Plan:
    """The same outputs."""
    return _Doubled(plan).plan() if {"sin", "cos"} <= {step.op for step in plan.steps} else plan


class _Doubled:
    def __init__(self, plan: Plan) -> None:
        self.old, self.new = plan, Builder()
        self.uses = Counter([*plan.outputs, *(a for step in plan.steps for a in step.args)])
        self.numbers: dict[int, int] = {}

    def plan(self) -> Plan:
        for i, step in enumerate(self.old.steps):
            args = [self.numbers[a] for a in step.args]
            product = self._product(step.args) if step.op == "mul" else None
            self.numbers[i] = self.new.add(step.op, *args, data=step.data) if product is None else product
        return self.new.needed(self.old.inputs, [self.numbers[o] for o in self.old.outputs])

    def _product(self, args: tuple[int, ...]) -> int | None:
        factors = [f for a in args for f in self._factors(a)]
        pair = self._pair(factors)
        if pair is None:
            return None
        (u,) = self.old.steps[pair[0]].args
        wave = self.new.add("sin", self.new.add("mul", self.new.constant(2), self.numbers[u]))
        others = sorted((f for f in factors if f not in pair), key=lambda f: self.old.steps[f].op != "const")
        half = self.new.constant(Fraction(1, 2))  # met by a 2 first, as in the slope of sin(u)**2
        rest = reduce(partial(self.new.add, "mul"), (self.numbers[f] for f in others), half)
        return self.new.add("mul", rest, wave)

    def _factors(self, i: int) -> list[int]:
        """Of a product that is part of no other step: x**64 is a product of six, and not of 64."""
        step = self.old.steps[i]
        inner = step.op == "mul" and self.uses[i] == 1
        return [f for a in step.args for f in self._factors(a)] if inner else [i]

    def _pair(self, factors: list[int]) -> tuple[int, int] | None:
        seen: dict[tuple[int, ...], int] = {}
        for f in factors:
            step = self.old.steps[f]
            if step.op in ("sin", "cos") and self.uses[f] == 1:
                if step.args in seen:
                    return seen[step.args], f
                seen[step.args] = f
        return None
