"""The oracle: the true value of a formula and of its derivatives, correctly rounded to any dtype.

It walks the readable formula with rigorous balls (python-flint) and takes derivatives by Taylor arithmetic,
raising the precision until the ball rounds one way only; so it shares neither the words form, nor the plan,
nor SymPy's derivatives with the code it judges. Where no precision decides, it raises Undecided instead of
guessing; where the formula has no real value, the answer is nan. It knows no arrays and no entries.

    oracle = Oracle(expression.readable)
    oracle.rounded({"x": -10.0})                          f, the nearest float64
    oracle.derivatives("x", {"x": -10.0}, 2)              f, f', f'' at once, each the nearest float64
    oracle.derivatives("x", {"x": -10.0}, 2, "float16")   the same, each the nearest float16
    oracle.ball({"x": Fraction(1, 3)}, prec=256)          an enclosure
    oracle.series("x", {"x": 0.0}, 3, 256, side=-1)       one-sided f, f', f'', f''' at a corner
    oracle.limit("x", +1, {"alpha": 0.5})                 the limit at +oo, as far as values show it

Values are floats and ints, taken exactly, or Fractions; every name in the formula needs one. `prec` counts
bits. Undefined means that the formula has no real value there, for certain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sympy
from sympy import Expr

from neurogebra.compile.to_ball_arithmetic import Corner, Undefined, Unsure, arb, arb_series, ctx, fmpq, head
from neurogebra.compile.to_ball_rounding import FORMATS, Format, nearest
from neurogebra.compile.to_ball_walk import Env, compiled
from neurogebra.errors import NeurogebraError
from neurogebra.symbolic.gradient import differentiate

__all__ = ["FORMATS", "Oracle", "Undecided", "Value", "ball"]

Value = float | int | Fraction | arb

FIRST, LAST = 128, 1 << 14  # bits: x - tanh(x) near 1e-300 over x**3 needs 4,000
AGREE = 512  # bits to which one-sided derivatives are compared
_INFINITE = (math.inf, -math.inf)
SPARE = 2  # extra terms at a corner, spent where 0/0 is taken as a limit


class Undecided(NeurogebraError, ArithmeticError):
    """The oracle cannot tell the value, at no precision it tried."""


class Oracle:
    """One formula, written as closures once, asked at many points.

    >>> x = sympy.Symbol("x", real=True)
    >>> Oracle(x*(1 + sympy.erf(x/sympy.sqrt(2)))/2).rounded({"x": -10.0})
    -7.619853024160526e-23

    `domains` (parameter -> Interval) go to the corner rule of `symbolic.gradient`, which alone speaks where
    the one-sided derivatives differ.
    """

    def __init__(self, expr: Expr, domains: Mapping[str, Any] | None = None) -> None:
        self.expr, self.domains = expr, domains
        self._walk = compiled(expr)
        self._shown: dict[tuple[str, int], Oracle] = {}
        self._bits: dict[tuple[int, int], int] = {}  # where the last point of this size was settled

    # -- enclosures ------------------------------------------------------------------------------------

    def ball(self, values: Mapping[str, Value], prec: int = FIRST) -> arb:
        """An enclosure of the value. Undefined or Unsure are raised where there is none at `prec` bits."""
        with ctx.workprec(prec):
            return head(self._walk(Env({name: exact(value) for name, value in values.items()})))

    def series(
        self, variable: str, values: Mapping[str, Value], order: int, prec: int = FIRST, side: int = 0
    ) -> tuple[arb, ...]:
        """f, f', ... f^(order) as balls, by Taylor arithmetic; seen from `side` (-1 or 1) where given."""
        length = order + 1 + (SPARE if side else 0)
        with ctx.workprec(prec):
            leaves: dict[str, arb | arb_series] = {name: exact(value) for name, value in values.items()}
            leaves[variable] = arb_series([head(leaves[variable]), 1], prec=length)
            result = self._walk(Env(leaves, side))
            if not isinstance(result, arb_series):
                return (result, *([arb(0)] * order))
            if result.prec <= order:
                raise Unsure("too few terms were left by divisions of 0 by 0")
            return tuple(result[k] * math.factorial(k) for k in range(order + 1))

    def derivative(
        self, variable: str, order: int, values: Mapping[str, Value], prec: int = FIRST
    ) -> tuple[arb | None, ...]:
        """f, f', ... f^(order) as balls, at a corner by the corner rule; None where one is undefined.

        There the common value of the one-sided derivatives is put; where they differ, the derivative that
        people are shown speaks, evaluated by balls: its conditions say which arm is in force.
        """
        try:
            return self.series(variable, values, order, prec)
        except Corner:
            return (self.ball(values, prec), *self._at_corner(variable, order, values, prec))

    def _at_corner(self, variable: str, order: int, values: Mapping[str, Value], prec: int) -> list[arb | None]:
        bits = max(prec, AGREE)
        try:
            left = self.series(variable, values, order, bits, side=-1)
            right = self.series(variable, values, order, bits, side=1)
        except (Corner, Undefined):
            return [self._by_rule(variable, k, values, prec) for k in range(1, order + 1)]
        pairs = list(zip(left, right, strict=True))
        return [
            pairs[k][0] if agree(*pairs[k]) else self._by_rule(variable, k, values, prec) for k in range(1, order + 1)
        ]

    def _by_rule(self, variable: str, order: int, values: Mapping[str, Value], prec: int) -> arb | None:
        try:
            return self.shown(variable, order).ball(values, prec)
        except Undefined:
            return None

    def shown(self, variable: str, order: int) -> Oracle:
        """The oracle of the derivative that people are shown, by `symbolic.gradient`."""
        if order == 0:
            return self
        key = (variable, order)
        if key not in self._shown:
            below = self.shown(variable, order - 1).expr
            symbol = sympy.Symbol(variable, real=True)
            self._shown[key] = Oracle(differentiate(below, symbol, self.domains), self.domains)
        return self._shown[key]

    # -- rounded values --------------------------------------------------------------------------------

    def rounded(self, values: Mapping[str, Value], dtype: str = "float64") -> float:
        """The value, rounded once to the nearest number of `dtype`; nan where it is undefined."""
        if any(is_nan(value) for value in values.values()):
            return math.nan
        return self._settle(lambda prec: (self.ball(values, prec),), 1, size_of(values), dtype)[0]

    def derivatives(
        self, variable: str, values: Mapping[str, Value], order: int, dtype: str = "float64"
    ) -> tuple[float, ...]:
        """f, f', ... f^(order) at one point, each rounded once to the nearest number of `dtype`."""
        if any(is_nan(value) for value in values.values()):
            return (math.nan,) * (order + 1)
        count = order + 1
        try:
            return self._settle(
                lambda prec: self.derivative(variable, order, values, prec), count, size_of(values), dtype
            )
        except Undecided:  # towers such as exp(exp(1e300)) have no series, but their shown derivative a value
            return tuple(self.shown(variable, k).rounded(values, dtype) for k in range(count))

    def _settle(
        self, enclose: Callable[[int], Sequence[arb | None]], count: int, size: int, dtype: str
    ) -> tuple[float, ...]:
        """Raise the precision until every enclosure rounds one way only."""
        spec = FORMATS[dtype]
        found: list[float | None] = [None] * count
        prec = max(FIRST, self._bits.get((count, size), 0) // 2)
        while prec <= LAST:
            try:
                balls = enclose(prec)
            except Undefined:
                return tuple(math.nan if each is None else each for each in found)
            except Unsure:
                prec *= 2
                continue
            with ctx.workprec(prec):  # the ends of a ball are rounded outwards to the precision in force
                found = [settled(b, spec) if k is None else k for b, k in zip(balls, found, strict=True)]
            known = tuple(each for each in found if each is not None)
            if len(known) == count:
                self._bits[count, size] = prec
                return known
            prec *= 2
        raise Undecided(f"{self.expr}: no rounding to {dtype} at {LAST} bits")

    def limit(self, variable: str, sign: int, values: Mapping[str, Value], order: int = 0) -> float | None:
        """The limit of a derivative at +oo or -oo, as values from 2**1100 to 2**4400 show it; else None.

        Evidence, not proof: equal roundings are a limit, steady growth an infinity, steady decay a zero.
        """
        seen: list[float] = []
        for exponent in (1100, 1550, 2200, 3100, 4400):
            try:
                far = {**values, variable: sign * 2**exponent}
                seen.append(self.derivatives(variable, far, order)[order])
            except Undecided:
                return None
        pairs = list(pairwise(seen))
        if all(a == b for a, b in pairs):
            return seen[-1]
        # sqrt(x) is beyond float64 from 2**2200 on: growth may end in equal infinities, decay in zeros
        if all((1.3 * abs(a) < abs(b) or a == b == seen[-1] in _INFINITE) and a * b > 0 for a, b in pairs):
            return math.copysign(math.inf, seen[-1])
        return 0.0 if all(abs(a) > 1.3 * abs(b) or a == b == 0 for a, b in pairs) else None


def settled(enclosure: arb | None, spec: Format) -> float | None:
    """The rounded number; nan where it is known to be undefined, None where more bits are needed."""
    return math.nan if enclosure is None else nearest(enclosure, spec)


def exact(value: Value) -> arb:
    """The number itself as a ball: floats and ints exactly, fractions to the precision in force."""
    if isinstance(value, arb):
        return value
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    return arb(value if isinstance(value, int) else float(value))


def is_nan(value: Value) -> bool:
    return isinstance(value, float) and value != value


def size_of(values: Mapping[str, Value]) -> int:
    """The largest binary exponent among the values: points of one size need about the same bits."""
    return max((math.frexp(v)[1] for v in values.values() if isinstance(v, float)), default=0)


def agree(left: arb, right: arb) -> bool:
    """Whether two one-sided derivatives are one number, to AGREE bits less the usual loss."""
    gap = left - right
    scale = arb(1).max(abs(left))
    if gap.abs_upper() < scale * arb(2) ** -(AGREE // 2):
        return True
    if gap.overlaps(arb(0)) or not gap.is_finite():
        raise Unsure("the one-sided derivatives are not known well enough")
    return False


@lru_cache(maxsize=512)
def _oracle(expr: Expr) -> Oracle:
    return Oracle(expr)


def ball(expr: Expr, values: Mapping[str, Value], prec: int = FIRST) -> arb:
    """`Oracle.ball` of a formula whose oracle is kept."""
    return _oracle(expr).ball(values, prec)
