"""The exact target: any plan at one point, with balls of as many bits as it takes.

Every number is a midpoint and a radius on mpmath, whose exponents have no end, so nothing overflows, flushes
to zero or cancels unseen: the precision is raised until the answer is known to 60 bits, and where a switch
or a total cancellation stays open at 8,192 bits the midpoint is taken (a tie is a tie). It is the court of
appeal of the float64 targets, about 100 times slower than they are, and knows nothing of arrays or YAML.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath

from neurogebra.compile.plan import Plan, Step
from neurogebra.errors import FormulaError

__all__ = ["constant", "evaluate", "midpoint"]

PRECISIONS = (120, 320, 1024, 2560, 8192)  # x - tanh(x) at 1e-100 needs 720 bits, at 5e-324 2,300
ENOUGH = 60  # bits known beyond which rounding to float64 is off by at most 0.51 ULP
HUGE = 1600  # exp(u) for |u| >= 2**1600 is taken for 0 or oo: its exponent alone would fill memory

Ball = tuple[Any, Any]  # midpoint, radius


class _Open(Exception):
    """At this precision the answer is not determined."""


class _Outside(Exception):
    """The point lies outside the domain of a step: the value is nan."""


class _Context(threading.local):
    def __init__(self) -> None:
        self.mp = mpmath.MPContext()


_LOCAL = _Context()


def evaluate(plan: Plan, values: Mapping[str, float | int]) -> tuple[float, ...]:
    """The outputs of `plan` at finite `values`, each within 0.51 ULP; nan outside the domain."""
    return tuple(_output(plan, output, values) for output in plan.outputs)


def midpoint(plan: Plan, output: int, values: Mapping[str, float | int]) -> Any:
    """One step's value as an mpmath number of any size, good to 60 bits; None outside the domain."""
    return _settle(plan, output, values, ENOUGH)[0]


def constant(plan: Plan) -> Fraction:
    """The value of a plan without inputs to 200 bits. FormulaError where it is not finite."""
    mid, _ = _settle(plan, plan.outputs[0], {}, 200)
    if mid is None or not _LOCAL.mp.isfinite(mid):
        raise FormulaError("a constant part of the formula has no finite real value")
    sign, man, exp, _bits = mid._mpf_
    return Fraction(-int(man) if sign else int(man)) * Fraction(2) ** int(exp) if man else Fraction(0)


def _output(plan: Plan, output: int, values: Mapping[str, float | int]) -> float:
    mid, _ = _settle(plan, output, values, ENOUGH)
    if mid is None:
        return math.nan
    if not mid:
        return 0.0
    if _LOCAL.mp.mag(mid) > 1100:
        return math.copysign(math.inf, mid)
    return float(mid)


def _settle(
    plan: Plan, output: int, values: Mapping[str, float | int], bits: int
) -> Ball | tuple[None, None]:
    mp = _LOCAL.mp
    ball: Ball = (mp.nan, mp.inf)
    for precision in PRECISIONS:
        if precision < bits + 20:
            continue
        try:
            ball = run(plan, output, values, precision)
        except _Open:
            continue
        except _Outside:
            return None, None
        mid, radius = ball
        if not radius or (mid and mp.mag(radius) + bits <= mp.mag(mid)):
            return ball
        if mp.mag(radius) < -1100 and mp.mag(mid) < -1100:  # rounds to zero whichever way
            return mp.zero, radius
        if abs(mid) > radius and mp.mag(abs(mid) - radius) > 1100:  # to infinity whichever way
            return ball
    try:
        mid, radius = run(plan, output, values, PRECISIONS[-1], tie=True)
    except (_Open, _Outside):
        return None, None
    if mp.mag(radius) >= mp.mag(mid):  # zero to 8,192 bits
        return mp.zero, radius
    return mid, radius


def run(
    plan: Plan, output: int, values: Mapping[str, float | int], precision: int, tie: bool = False
) -> Ball:
    """One pass at one precision. Steps are computed when first needed, so an arm not taken costs nothing."""
    return _Pass(plan, values, precision, tie).ball(output)


class _Pass:
    def __init__(self, plan: Plan, values: Mapping[str, float | int], precision: int, tie: bool) -> None:
        self.mp = _LOCAL.mp
        self.mp.prec = precision
        self.steps, self.values, self.tie = plan.steps, values, tie
        self.done: dict[int, Any] = {}

    def ball(self, i: int) -> Ball:
        if i not in self.done:
            self.done[i] = self._compute(self.steps[i])
        result: Ball = self.done[i]
        return result

    def _compute(self, step: Step) -> Any:
        if step.op == "input":
            return self.mp.mpf(self.values[str(step.data)]), self.mp.zero
        if step.op == "const":
            return self._constant(step.data)
        if step.op == "select":
            condition, yes, no = step.args
            return self.ball(yes if self.truth(condition) else no)
        if step.op in ("max", "min"):
            return self._extremum(step)
        return RULES[step.op](self, *(self.ball(a) for a in step.args))

    def _constant(self, data: object) -> Ball:
        if isinstance(data, Fraction):
            value = self.mp.mpf(data.numerator) / data.denominator
            exact = (
                data.denominator & (data.denominator - 1) == 0 and data.numerator.bit_length() <= self.mp.prec
            )
            return (value, self.mp.zero) if exact else self.around(value)
        return self.around(+self.mp.pi if data == "pi" else +self.mp.e)

    def around(self, mid: Any, spread: Any = 0) -> Ball:
        """A ball with `spread` and 16 units in the last place for rounding."""
        if not self.mp.isfinite(mid):
            raise _Open
        return mid, spread + abs(mid) * self.mp.ldexp(1, 4 - self.mp.prec)

    def truth(self, i: int) -> bool:
        step = self.steps[i]
        if step.op == "not":
            return not self.truth(step.args[0])
        if step.op == "and":
            return all(self.truth(a) for a in step.args)
        if step.op == "or":
            return any(self.truth(a) for a in step.args)
        order = self.order(self.ball(step.args[0]), self.ball(step.args[1]))
        return {"lt": order < 0, "le": order <= 0, "eq": order == 0, "ne": order != 0}[step.op]

    def order(self, a: Ball, b: Ball) -> int:
        gap, radius = a[0] - b[0], a[1] + b[1]
        if abs(gap) > radius:
            return 1 if gap > 0 else -1
        if radius and not self.tie:
            raise _Open
        return 0

    def _extremum(self, step: Step) -> Ball:
        a, b = (self.ball(i) for i in step.args)
        larger, smaller = (a, b) if a[0] >= b[0] else (b, a)
        mid, _ = larger if step.op == "max" else smaller
        overlap = larger[0] - smaller[0] <= larger[1] + smaller[1]
        return mid, max(a[1], b[1]) if overlap else (larger if step.op == "max" else smaller)[1]


def _add(run: _Pass, a: Ball, b: Ball) -> Ball:
    return run.around(a[0] + b[0], a[1] + b[1])


def _sub(run: _Pass, a: Ball, b: Ball) -> Ball:
    return run.around(a[0] - b[0], a[1] + b[1])


def _mul(run: _Pass, a: Ball, b: Ball) -> Ball:
    return run.around(a[0] * b[0], abs(a[0]) * b[1] + abs(b[0]) * a[1] + a[1] * b[1])


def _div(run: _Pass, a: Ball, b: Ball) -> Ball:
    if not b[0] and not b[1]:
        raise _Outside
    least = abs(b[0]) - b[1]
    if least <= 0:
        raise _Open
    value = a[0] / b[0]
    return run.around(value, (a[1] + abs(value) * b[1]) / least)


def _positive(run: _Pass, a: Ball) -> None:
    if a[0] + a[1] < 0 or (not a[0] and not a[1]):
        raise _Outside
    if a[0] - a[1] <= 0:
        raise _Open


def _log(run: _Pass, a: Ball) -> Ball:
    _positive(run, a)
    return run.around(run.mp.log(a[0]), a[1] / (a[0] - a[1]))


def _sqrt(run: _Pass, a: Ball) -> Ball:
    if not a[0] and not a[1]:
        return run.mp.zero, run.mp.zero
    if a[0] + a[1] < 0:
        raise _Outside
    if a[0] - a[1] <= 0:
        return run.mp.zero, run.mp.sqrt(abs(a[0]) + a[1])
    return run.around(run.mp.sqrt(a[0]), a[1] / run.mp.sqrt(a[0] - a[1]))


def _exp(run: _Pass, a: Ball) -> Ball:
    mid, radius = a
    if run.mp.mag(mid) > HUGE:  # a ball of the right sign and an unheard-of size
        if mid > 0:
            return run.mp.ldexp(1, 1 << HUGE), run.mp.ldexp(1, (1 << HUGE) - 1)
        return run.mp.zero, run.mp.ldexp(1, -(1 << HUGE))
    if radius > 0.25:
        raise _Open
    value = run.mp.exp(mid)
    return run.around(value, 2 * radius * value)


def _expm1(run: _Pass, a: Ball) -> Ball:
    if run.mp.mag(a[0]) > 8:
        return _sub(run, _exp(run, a), (run.mp.one, run.mp.zero))
    if a[1] > 0.25:
        raise _Open
    value = run.mp.expm1(a[0])
    return run.around(value, 2 * a[1] * (1 + abs(value)))


def _log1p(run: _Pass, a: Ball) -> Ball:
    if run.mp.mag(a[0]) >= 0:
        return _log(run, _add(run, a, (run.mp.one, run.mp.zero)))
    return run.around(run.mp.log1p(a[0]), 2 * a[1])


def _sigmoid(run: _Pass, a: Ball) -> Ball:
    e = _exp(run, (-abs(a[0]), a[1]))
    top = (run.mp.one, run.mp.zero) if a[0] >= 0 else e
    return _div(run, top, _add(run, (run.mp.one, run.mp.zero), e))


def _softplus(run: _Pass, a: Ball) -> Ball:
    tail = _log1p(run, _exp(run, (-abs(a[0]), a[1])))
    return tail if a[0] <= 0 else _add(run, a, tail)


def _sech2(run: _Pass, a: Ball) -> Ball:
    e = _exp(run, (-2 * abs(a[0]), 2 * a[1]))
    below = _add(run, (run.mp.one, run.mp.zero), e)
    return _div(run, (4 * e[0], 4 * e[1]), _mul(run, below, below))


def _tanh(run: _Pass, a: Ball) -> Ball:
    e = _expm1(run, (-2 * abs(a[0]), 2 * a[1]))
    value = _div(run, (-e[0], e[1]), _add(run, (run.mp.mpf(2), run.mp.zero), e))
    return value if a[0] >= 0 else (-value[0], value[1])


def _log_cosh(run: _Pass, a: Ball) -> Ball:
    if run.mp.mag(a[0]) > 2:
        e = _log1p(run, _exp(run, (-2 * abs(a[0]), 2 * a[1])))
        return _sub(run, _add(run, (abs(a[0]), a[1]), e), run.around(run.mp.log(2)))
    half = RULES["sinh"](run, (a[0] / 2, a[1] / 2))
    square = _mul(run, half, half)
    return _log1p(run, (2 * square[0], 2 * square[1]))


def _erfc(run: _Pass, a: Ball) -> Ball:
    mid, radius = a
    if run.mp.mag(mid) > HUGE // 2:
        return (run.mp.mpf(2) if mid < 0 else run.mp.zero), run.mp.ldexp(1, -(1 << HUGE // 2))
    spread = 2 * radius * (abs(mid) + 1)
    if spread > 0.25:
        raise _Open
    if run.mp.mag(mid) < 40:
        return run.around(run.mp.erfc(mid), 4 * spread * run.mp.erfc(mid))
    if mid < 0:
        return run.mp.mpf(2), run.mp.ldexp(1, -(1 << 70))
    inverse = 1 / (mid * mid)  # two terms of the asymptotic series; mpmath's own takes 5 ms at 1e100
    value = run.mp.exp(-mid * mid) / (mid * run.mp.sqrt(run.mp.pi)) * (1 - inverse / 2)
    return run.around(value, value * (4 * spread + inverse * inverse))


def _erf(run: _Pass, a: Ball) -> Ball:
    if run.mp.mag(a[0]) > HUGE // 2:
        return run.mp.sign(a[0]), run.mp.ldexp(1, -(1 << HUGE // 2))
    return run.around(run.mp.erf(a[0]), 2 * a[1])


def _Phi(run: _Pass, a: Ball) -> Ball:
    value = _erfc(run, _div(run, (-a[0], a[1]), run.around(run.mp.sqrt(2))))
    return value[0] / 2, value[1]


def _phi(run: _Pass, a: Ball) -> Ball:
    square = _mul(run, a, a)
    e = _exp(run, (-square[0] / 2, square[1]))
    return _div(run, e, run.around(run.mp.sqrt(2 * run.mp.pi)))


def _pow(run: _Pass, a: Ball, b: Ball) -> Ball:
    if not a[0] and not a[1] and b[0] > b[1]:
        return run.mp.zero, run.mp.zero
    return _exp(run, _mul(run, b, _log(run, a)))


def _step_function(name: str) -> Callable[[_Pass, Ball], Ball]:
    def rule(run: _Pass, a: Ball) -> Ball:
        function = getattr(run.mp, name)
        low, high = function(a[0] - a[1]), function(a[0] + a[1])
        if low != high:
            if not run.tie:
                raise _Open
            return function(run.mp.nint(a[0])), run.mp.zero
        return low, run.mp.zero

    return rule


def _trig(name: str) -> Callable[[_Pass, Ball], Ball]:
    def rule(run: _Pass, a: Ball) -> Ball:
        if run.mp.mag(a[0]) > 5000:
            return run.mp.zero, run.mp.one
        return run.around(getattr(run.mp, name)(a[0]), a[1])

    return rule


def _inverse(name: str) -> Callable[[_Pass, Ball], Ball]:
    """asin, acos, atanh: defined on [-1, 1], with slopes that grow towards its ends."""

    def rule(run: _Pass, a: Ball) -> Ball:
        room = 1 - abs(a[0])
        if room + a[1] < 0 or (name == "atanh" and not room and not a[1]):
            raise _Outside
        if a[1] and room <= 2 * a[1]:
            raise _Open
        spread = a[1] / (room if name == "atanh" else run.mp.sqrt(room)) * 2 if a[1] else 0
        return run.around(getattr(run.mp, name)(a[0]), spread)

    return rule


def _acosh(run: _Pass, a: Ball) -> Ball:
    room = a[0] - 1
    if room + a[1] < 0:
        raise _Outside
    if a[1] and room <= 2 * a[1]:
        raise _Open
    return run.around(run.mp.acosh(a[0]), a[1] / run.mp.sqrt(room) * 2 if a[1] else 0)


def _hyperbolic(sign: int) -> Callable[[_Pass, Ball], Ball]:
    """sinh (sign -1) and cosh (sign 1) from exponentials; sinh near 0 from expm1."""

    def rule(run: _Pass, a: Ball) -> Ball:
        if sign < 0 and run.mp.mag(a[0]) < 2:
            return run.around(run.mp.sinh(a[0]), 4 * a[1])
        up, down = _exp(run, a), _exp(run, (-a[0], a[1]))
        value = (_add if sign > 0 else _sub)(run, up, down)
        return value[0] / 2, value[1]

    return rule


RULES: dict[str, Callable[..., Ball]] = {
    "neg": lambda run, a: (-a[0], a[1]),
    "abs": lambda run, a: (abs(a[0]), a[1]),
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "sqrt": _sqrt,
    "exp": _exp,
    "expm1": _expm1,
    "log": _log,
    "log1p": _log1p,
    "sin": _trig("sin"),
    "cos": _trig("cos"),
    "tan": lambda run, a: _div(run, _trig("sin")(run, a), _trig("cos")(run, a)),
    "asin": _inverse("asin"),
    "acos": _inverse("acos"),
    "atan": lambda run, a: run.around(run.mp.atan(a[0]), a[1]),
    "sinh": _hyperbolic(-1),
    "cosh": _hyperbolic(1),
    "tanh": _tanh,
    "asinh": lambda run, a: run.around(run.mp.asinh(a[0]), a[1]),
    "acosh": _acosh,
    "atanh": _inverse("atanh"),
    "erf": _erf,
    "erfc": _erfc,
    "Phi": _Phi,
    "phi": _phi,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "sech2": _sech2,
    "log_cosh": _log_cosh,
    "sign": _step_function("sign"),
    "floor": _step_function("floor"),
    "ceiling": _step_function("ceil"),
}
