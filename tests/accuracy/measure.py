"""How far a result is from the truth, and whether that meets the bar.

The error is |got - RN(true)| / ulp(RN(true)) with the truth from the oracle. The bar: 1 ULP everywhere for
float32, float16 and bfloat16; 8 ULP for float64, or within 0.75 of a root other than 0 an absolute error of
4 eps times the largest |f^(k)| on [-5, 5]; never nan, inf, a wrong sign or a flushed normal number; nan for
nan; at +-inf the limit. Nothing here knows where results come from: it takes functions and compares.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy
from sampling import FORMATS_NORMAL, dtype_of

from neurogebra.compile.to_ball import FORMATS, Oracle, Undecided, Value

__all__ = ["BAR", "Figure", "Miss", "Truths", "measure", "ulps"]

BAR = {"float64": 8.0, "float32": 1.0, "float16": 1.0, "bfloat16": 1.0}
NEAR = 0.75  # of a root other than 0, where float64 owes absolute accuracy only
WITHIN = 5.0  # |x| over which the largest |f^(k)| is taken
EPS = 2.0**-52

Function = Callable[[numpy.ndarray], numpy.ndarray]


@dataclass(frozen=True)
class Miss:
    """One result that misses the bar."""

    at: float
    got: float
    truth: float
    error: float
    why: str

    def __str__(self) -> str:
        return f"at {self.at!r}: {self.got!r}, truth {self.truth!r}: {self.why}"


@dataclass
class Figure:
    """What was measured: the worst error that the bar does not excuse, where, and every miss."""

    worst: float = 0.0
    where: float = math.nan
    count: int = 0
    excused: int = 0  # near a root, within the absolute bar
    misses: list[Miss] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)  # points whose truth the oracle cannot tell

    def __str__(self) -> str:
        shown = "; ".join(str(miss) for miss in self.misses[:4])
        return f"{len(self.misses)} of {self.count} miss the bar, worst {self.worst:.3g} ULP: {shown}"


class Truths:
    """The oracle's answers for one formula with one set of parameter values, kept by point and dtype."""

    def __init__(
        self,
        oracle: Oracle,
        variable: str,
        values: Mapping[str, Value],
        orders: int = 2,
        domain: Container[float] | None = None,
    ) -> None:
        self.oracle, self.variable, self.values, self.orders = oracle, variable, dict(values), orders
        self.domain = domain  # outside it the function is nan
        self._known: dict[tuple[float, str], tuple[float, ...] | None] = {}
        self._largest: dict[int, float] = {}

    def at(self, point: float, dtype: str = "float64") -> tuple[float, ...] | None:
        """f, f', f'' rounded to the dtype, or None where the oracle cannot tell."""
        key = (point, dtype)
        if key not in self._known:
            self._known[key] = self._ask(point, dtype, self.orders)
        return self._known[key]

    def _ask(self, point: float | Fraction, dtype: str, orders: int) -> tuple[float, ...] | None:
        values = {**self.values, self.variable: point}
        if self.domain is not None and math.isfinite(point) and point not in self.domain:
            return (math.nan,) * (orders + 1)
        try:
            if math.isinf(point):
                return tuple(self._limit(point, order, dtype) for order in range(orders + 1))
            return self.oracle.derivatives(self.variable, values, orders, dtype)
        except Undecided:
            return None

    def _limit(self, point: float, order: int, dtype: str) -> float:
        limit = self.oracle.limit(self.variable, 1 if point > 0 else -1, self.values, order)
        return math.nan if limit is None else float(numpy.array(limit).astype(dtype_of(dtype)))

    def largest(self, order: int) -> float:
        """The largest finite |f^(order)| on [-5, 5], by 201 points."""
        if order not in self._largest:
            rows = [self.at(WITHIN * (k / 100 - 1)) for k in range(201)]
            sizes = [abs(row[order]) for row in rows if row is not None]
            self._largest[order] = max((s for s in sizes if math.isfinite(s)), default=0.0)
        return self._largest[order]

    def near_a_root(self, point: float, order: int) -> bool:
        """Whether f^(order) has a zero other than at 0, crossing or touching, within 0.75 of the point."""
        # far out no float lies within 0.75: the real numbers between floats are asked there
        at = point if abs(point) < 2**20 else Fraction(point)
        row = [at + type(at)(NEAR) * (type(at)(k) / 16 - 1) for k in range(33)]
        pairs = [self._ask(each, "float64", order + 1) for each in row]
        known = [(at, pair[order], pair[order + 1]) for at, pair in zip(row, pairs, strict=True) if pair]
        for (a, low, low_slope), (b, high, high_slope) in pairwise(known):
            if low * high <= 0 and (low or high) and not (a <= 0 <= b and self._is_zero(0.0, order)):
                return True
            if low_slope * high_slope < 0 and self._touches(a, b, order):
                return True
        return False

    def _touches(self, low: float | Fraction, high: float | Fraction, order: int) -> bool:
        """Whether the extremum of f^(order) between two points is a zero to 1e-12 of its size."""
        rising = self._slope(low, order) < 0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if (self._slope(middle, order) < 0) == rising else (low, middle)
        return low * high > 0 and self._is_zero(low, order)

    def _slope(self, point: float | Fraction, order: int) -> float:
        row = self._ask(point, "float64", order + 1)
        return row[order + 1] if row else math.nan

    def _is_zero(self, point: float | Fraction, order: int) -> bool:
        row = self._ask(point, "float64", order)
        return row is not None and abs(row[order]) <= 1e-12 * self.largest(order)


def ulps(got: float, truth: float, dtype: str) -> float:
    """|got - truth| in units in the last place of the truth; inf where one of them is not finite.

    A truth beyond the largest number counts as the power of two that follows it, so that a result one step
    below overflow is as close as it is.
    """
    spec = FORMATS[dtype]
    if math.isnan(truth) or math.isnan(got):
        return 0.0 if math.isnan(truth) and math.isnan(got) else math.inf
    if got == truth:
        return 0.0
    if math.isinf(got):
        return math.inf
    if math.isinf(truth):
        unit = math.ldexp(1.0, spec.overflow - spec.precision)
        return abs(got / unit - math.copysign(2.0**spec.precision, truth))
    exponent = max(math.frexp(truth)[1] - spec.precision, spec.least) if truth else spec.least
    unit = math.ldexp(1.0, exponent)
    return abs(got / unit - truth / unit)


def measure(functions: Sequence[Function], truths: Truths, points: Iterable[float], dtype: str) -> list[Figure]:
    """One figure for each function (f, f', f'' ...), all at the same points, which are of the dtype."""
    array = numpy.asarray(points, dtype_of(dtype))
    return [measure_one(function, truths, array, dtype, order) for order, function in enumerate(functions)]


def measure_one(function: Function, truths: Truths, array: numpy.ndarray, dtype: str, order: int) -> Figure:
    """The figure of one function at an array of inputs."""
    results, figure = function(array), Figure()
    if results.shape != array.shape or results.dtype != array.dtype:
        raise AssertionError(f"{array.dtype}{array.shape} came back as {results.dtype}{results.shape}")
    for point, got in zip(array.astype("float64").tolist(), results.astype("float64").tolist(), strict=True):
        row = truths.at(point, dtype)
        if row is None:
            figure.unknown.append(point)
            continue
        judge(figure, truths, point, got, row[order], dtype, order)
    return figure


def judge(figure: Figure, truths: Truths, point: float, got: float, truth: float, dtype: str, order: int) -> None:
    """Add one result to the figure."""
    figure.count += 1
    error = ulps(got, truth, dtype)
    why = complaint(got, truth, error, dtype)
    if why and dtype == "float64" and math.isfinite(got) and math.isfinite(truth):
        bound = 4 * EPS * truths.largest(order)
        if abs(got - truth) <= bound and truths.near_a_root(point, order):
            figure.excused += 1
            return
    if error > figure.worst or math.isnan(figure.where):
        figure.worst, figure.where = error, point
    if why:
        figure.misses.append(Miss(point, got, truth, error, why))


def complaint(got: float, truth: float, error: float, dtype: str) -> str:
    """Why this result misses the bar, or nothing."""
    if math.isnan(got) != math.isnan(truth):
        return "nan" if math.isnan(got) else "a number where there is none"
    if math.isinf(got) and got != truth:
        return "infinite"
    if got and truth and (got < 0) != (truth < 0):
        return "wrong sign"
    if got == 0 and abs(truth) >= FORMATS_NORMAL[dtype]:
        return "flushed to zero"
    return f"{error:.3g} ULP" if error > BAR[dtype] else ""
