"""What is measured: each element-wise entry and variant, with its default parameters and draws of each range.

A subject gives the functions under test (f, f', f'' on arrays, or one Python float at a time) and the truths
to hold them against. Evaluation runs with every warning an error, and with NumPy told to raise. Nothing here
judges.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy
from measure import Truths
from sampling import Sample, sample

from neurogebra import MathForge
from neurogebra.compile.to_ball import Oracle, Undecided
from neurogebra.expression import Expression
from neurogebra.language.numbers import parse_decimal
from neurogebra.language.parser import parse

__all__ = ["Subject", "spelled", "subjects_of"]

Function = Callable[[numpy.ndarray], numpy.ndarray]


@dataclass(frozen=True)
class Subject:
    """One expression with fixed parameter values, and its derivatives."""

    name: str
    expression: Expression
    oracle: Oracle
    slopes: tuple[Expression, ...] = ()

    @property
    def variable(self) -> str:
        return self.expression.variables[0]

    @cached_property
    def values(self) -> dict[str, object]:
        """Exact values of parameters and constants."""
        entry = self.expression.entry
        constants = {c.name: parse_decimal(c.text) for c in entry.constants} if entry else {}
        return {**constants, **self.expression.params}

    @cached_property
    def truths(self) -> Truths:
        entry = self.expression.entry
        return Truths(self.oracle, self.variable, self.values, domain=entry.domain if entry else None)

    @cached_property
    def kinks(self) -> list[float]:
        """The declared kinks and the ends of the domain, as floats."""
        entry = self.expression.entry
        found = []
        for kink in entry.kinks if entry else ():
            try:
                found.append(Oracle(parse(kink.at)).rounded(self.values))
            except Undecided:  # a place that no float is near, or that is no number for these values
                continue
        if entry and entry.domain:
            found += [entry.domain.low, entry.domain.high]
        return [kink for kink in found if math.isfinite(kink)]

    def points(self, dtype: str, size: Sample) -> numpy.ndarray:
        """Inputs to measure at; nan and both infinities among them."""
        drawn = sample(self.oracle, self.variable, self.values, dtype, size, self.kinks)
        return numpy.concatenate([drawn, numpy.array([numpy.inf, -numpy.inf, numpy.nan], drawn.dtype)])

    def on_arrays(self, orders: int = 2) -> list[Function]:
        """f, f', ... on arrays."""
        return [quietly(self._call(order)) for order in range(orders + 1)]

    def on_floats(self, orders: int = 2) -> list[Function]:
        """The same, one Python float at a time."""
        return [quietly(one_by_one(self._call(order))) for order in range(orders + 1)]

    def together(self) -> list[Function]:
        """f and f' as `value_and_grad` gives them."""
        both = quietly(lambda x: numpy.stack(self.expression.value_and_grad(**{self.variable: x})))
        return [lambda x: both(x)[0], lambda x: both(x)[1]]

    def _call(self, order: int) -> Function:
        known = (self.expression, *self.slopes)
        expression = known[order] if order < len(known) else self.expression.gradient(self.variable, order=order)
        return lambda x: expression.eval(**{self.variable: x})


def quietly(function: Function) -> Function:
    """The function, run where every warning is an error and NumPy raises."""

    def strict(x: numpy.ndarray) -> numpy.ndarray:
        before = x.copy()
        with warnings.catch_warnings(), numpy.errstate(all="raise"):
            warnings.simplefilter("error")
            result = function(x)
        assert numpy.array_equal(x.astype("float64"), before.astype("float64"), equal_nan=True)
        return result

    return strict


def one_by_one(function: Callable[[float], float]) -> Function:
    """A function of floats as a function of float64 arrays."""

    def each(x: numpy.ndarray) -> numpy.ndarray:
        results = [function(value) for value in x.tolist()]
        assert all(type(result) is float for result in results)
        return numpy.array(results)

    return each


def spelled() -> list[tuple[str, str | None]]:
    """Name and variant of each entry of one number."""
    forge, found = MathForge(), []
    for name in forge.list_all():
        entry = forge.get(name).entry
        if entry.kind in ("elementwise", "stochastic"):  # the deterministic form of what has noise
            found += [(name, None), *((name, variant.name) for variant in entry.variants)]
    return found


def subjects_of(name: str, variant: str | None, draws: int) -> Iterator[Subject]:
    """The expression with its default parameters, then with `draws` points of each typical range."""
    base = MathForge().get(name, variant=variant)
    oracle = Oracle(base.readable, base.domains)
    spelling = name if variant is None else f"{name} ({variant})"
    slopes = [base.gradient(base.variables[0], order=order) for order in (1, 2)]
    yield Subject(spelling, base, oracle, tuple(slopes))
    params = base.entry.params
    columns = [p.typical.draws(draws) for p in params if draws]
    for row in zip(*columns, strict=False):  # a range may have fewer points
        drawn = dict(zip((p.name for p in params), row, strict=True))
        shown = ", ".join(f"{key}={value:g}" for key, value in drawn.items())
        moved = [one.with_params(**drawn) for one in (base, *slopes)]  # what was derived before is kept
        yield Subject(f"{spelling} [{shown}]", moved[0], oracle, tuple(moved[1:]))
