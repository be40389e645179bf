"""What each step of a plan does to balls: a midpoint and a radius in, a midpoint and a radius out.

Every rule bounds the error it passes on by the derivative over the ball, generously: a factor of four costs two
bits, of which there are always more. Nothing here knows plans or when a result is good enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neurogebra.compile.to_exact_balls import Ball, Open, Outside, Run, add, div, mul, sub

__all__ = ["AT_ZERO", "RULES"]

HUGE = 1600  # exp(u) for |u| >= 2**1600 is taken for 0 or oo: its exponent alone would fill memory


def _log(run: Run, a: Ball) -> Ball:
    nothing = run.tie and abs(a[0]) <= a[1] and run.mp.mag(a[1]) < -1000  # a sum that cancels to a thousand bits
    if nothing or (not a[0] and not a[1]):  # as large as a ball can be, and negative: x*log(x) is 0 at 0
        return -run.mp.ldexp(1, 1 << HUGE), run.mp.ldexp(1, (1 << HUGE) - 1)
    if a[0] + a[1] < 0:
        raise Outside
    if a[0] - a[1] <= 0:
        raise Open
    return run.around(run.mp.log(a[0]), a[1] / (a[0] - a[1]))


def _sqrt(run: Run, a: Ball) -> Ball:
    if not a[1] and a[0] >= 0:
        root = run.mp.sqrt(a[0])
        return (root, run.mp.zero) if run.mp.fmul(root, root, exact=True) == a[0] else run.around(root)
    if a[0] + a[1] < 0:
        raise Outside
    if a[0] - a[1] <= 0:
        return run.mp.zero, run.mp.sqrt(abs(a[0]) + a[1])
    return run.around(run.mp.sqrt(a[0]), a[1] / run.mp.sqrt(a[0] - a[1]))


def _exp(run: Run, a: Ball) -> Ball:
    mid, radius = a
    if run.mp.mag(mid) > HUGE:  # a ball of the right sign and an unheard-of size
        if mid > 0:
            return run.mp.ldexp(1, 1 << HUGE), run.mp.ldexp(1, (1 << HUGE) - 1)
        return run.mp.zero, run.mp.ldexp(1, -(1 << HUGE))
    if radius > 0.25:
        if mid + radius > -1e4:
            raise Open
        return run.mp.zero, run.mp.ldexp(1, int(mid + radius) + 1)  # exp(u) < 2**u for u < 0, however wide the ball
    value = run.mp.exp(mid)
    return run.around(value, 2 * radius * value)


def _expm1(run: Run, a: Ball) -> Ball:
    if run.mp.mag(a[0]) > 8:
        return sub(run, _exp(run, a), (run.mp.one, run.mp.zero))
    if a[1] > 0.25:
        raise Open
    value = run.mp.expm1(a[0])
    return run.around(value, 2 * a[1] * (1 + abs(value)))


def _log1p(run: Run, a: Ball) -> Ball:
    if run.mp.mag(a[0]) >= 0:
        return _log(run, add(run, a, (run.mp.one, run.mp.zero)))
    least = 1 + a[0] - a[1]
    if least <= 0:
        raise Open
    return run.around(run.mp.log1p(a[0]), a[1] / least)


def _sigmoid(run: Run, a: Ball) -> Ball:
    e = _exp(run, (-abs(a[0]), a[1]))
    top = (run.mp.one, run.mp.zero) if a[0] >= 0 else e
    return div(run, top, add(run, (run.mp.one, run.mp.zero), e))


def _softplus(run: Run, a: Ball) -> Ball:
    tail = _log1p(run, _exp(run, (-abs(a[0]), a[1])))
    return tail if a[0] <= 0 else add(run, a, tail)


def _sech2(run: Run, a: Ball) -> Ball:
    e = _exp(run, (-2 * abs(a[0]), 2 * a[1]))
    below = add(run, (run.mp.one, run.mp.zero), e)
    return div(run, (4 * e[0], 4 * e[1]), mul(run, below, below))


def _tanh(run: Run, a: Ball) -> Ball:
    e = _expm1(run, (-2 * abs(a[0]), 2 * a[1]))
    value = div(run, (-e[0], e[1]), add(run, (run.mp.mpf(2), run.mp.zero), e))
    return value if a[0] >= 0 else (-value[0], value[1])


def _log_cosh(run: Run, a: Ball) -> Ball:
    if run.mp.mag(a[0]) > 2:
        e = _log1p(run, _exp(run, (-2 * abs(a[0]), 2 * a[1])))
        return sub(run, add(run, (abs(a[0]), a[1]), e), run.around(run.mp.log(2)))
    half = RULES["sinh"](run, (a[0] / 2, a[1] / 2))
    square = mul(run, half, half)
    return _log1p(run, (2 * square[0], 2 * square[1]))


def _erfc(run: Run, a: Ball) -> Ball:
    mid, radius = a
    if run.mp.mag(mid) > HUGE // 2:
        return (run.mp.mpf(2) if mid < 0 else run.mp.zero), run.mp.ldexp(1, -(1 << HUGE // 2))
    spread = 2 * radius * (abs(mid) + 1)
    if spread > 0.25:
        raise Open
    if mid < 0 and mid * mid > run.mp.prec:  # 2 to all bits, for which mpmath takes a second at -70
        return run.around(run.mp.mpf(2), 4 * spread)
    if run.mp.mag(mid) < 40:
        return run.around(run.mp.erfc(mid), 4 * spread * run.mp.erfc(mid))
    inverse = 1 / (mid * mid)  # two terms of the asymptotic series; mpmath's own takes 5 ms at 1e100
    value = run.mp.exp(-mid * mid) / (mid * run.mp.sqrt(run.mp.pi)) * (1 - inverse / 2)
    return run.around(value, value * (4 * spread + inverse * inverse))


def _erf(run: Run, a: Ball) -> Ball:
    if run.mp.mag(a[0]) > HUGE // 2:
        return run.mp.sign(a[0]), run.mp.ldexp(1, -(1 << HUGE // 2))
    return run.around(run.mp.erf(a[0]), 2 * a[1])


def _Phi(run: Run, a: Ball) -> Ball:
    value = _erfc(run, div(run, (-a[0], a[1]), run.around(run.mp.sqrt(2))))
    return value[0] / 2, value[1] / 2


def _phi(run: Run, a: Ball) -> Ball:
    square = mul(run, a, a)
    e = _exp(run, (-square[0] / 2, square[1]))
    return div(run, e, run.around(run.mp.sqrt(2 * run.mp.pi)))


def _pow(run: Run, a: Ball, b: Ball) -> Ball:
    if not a[0] and not a[1] and b[0] > b[1]:
        return run.mp.zero, run.mp.zero
    if not b[0] and not b[1]:
        return run.mp.one, run.mp.zero
    if a[0] + a[1] < 0 and not b[1] and run.mp.isint(b[0]):  # (-2)**-1; any other power of it is not real
        size, error = _exp(run, mul(run, b, _log(run, (-a[0], a[1]))))
        return (-size if b[0] % 2 else size), error
    return _exp(run, mul(run, b, _log(run, a)))


def _step_function(name: str) -> Callable[[Run, Ball], Ball]:
    def rule(run: Run, a: Ball) -> Ball:
        function = getattr(run.mp, name)
        low, high = function(a[0] - a[1]), function(a[0] + a[1])
        if low != high:
            if not run.tie:
                raise Open
            return function(run.mp.nint(a[0])), run.mp.zero
        return low, run.mp.zero

    return rule


def _trig(name: str) -> Callable[[Run, Ball], Ball]:
    def rule(run: Run, a: Ball) -> Ball:
        if run.mp.mag(a[0]) > 5000 or a[1] > 1:
            return run.mp.zero, run.mp.one
        return run.around(getattr(run.mp, name)(a[0]), a[1])

    return rule


def _inverse(name: str) -> Callable[[Run, Ball], Ball]:
    """asin, acos, atanh: defined on [-1, 1], with slopes that grow towards its ends."""

    def rule(run: Run, a: Ball) -> Ball:
        room = 1 - abs(a[0])
        if room + a[1] < 0 or (name == "atanh" and not room and not a[1]):
            raise Outside
        if a[1] and room <= 2 * a[1]:
            if not run.tie or name == "atanh":
                raise Open  # to a thousand bits an end, where acos(1 - d) is sqrt(2*d), and asin pi/2 minus it
            return run.around(getattr(run.mp, name)(run.mp.sign(a[0])), 2 * run.mp.sqrt(abs(room) + a[1]))
        spread = a[1] / (room if name == "atanh" else run.mp.sqrt(room)) * 2 if a[1] else 0
        return run.around(getattr(run.mp, name)(a[0]), spread)

    return rule


def _acosh(run: Run, a: Ball) -> Ball:
    room = a[0] - 1
    if room + a[1] < 0:
        raise Outside
    if a[1] and room <= 2 * a[1]:
        raise Open
    return run.around(run.mp.acosh(a[0]), a[1] / run.mp.sqrt(room * _least(a)) * 2 if a[1] else 0)


def _least(a: Ball) -> Any:
    """The smallest size of any number in the ball."""
    return max(abs(a[0]) - a[1], 0)


def _hyperbolic(sign: int) -> Callable[[Run, Ball], Ball]:
    """sinh (sign -1) and cosh (sign 1) from exponentials; sinh near 0 from expm1."""

    def rule(run: Run, a: Ball) -> Ball:
        if sign < 0 and run.mp.mag(a[0]) < 2 and a[1] < 0.25:  # cosh(2.25) is 4.8
            return run.around(run.mp.sinh(a[0]), 8 * a[1])
        up, down = _exp(run, a), _exp(run, (-a[0], a[1]))
        value = (add if sign > 0 else sub)(run, up, down)
        return value[0] / 2, value[1] / 2

    return rule


# What is exact at 0, and not 0: the exponent in (-2)**cos(0) is surely whole. Elsewhere these are no fractions.
AT_ZERO = {"exp": 1.0, "cos": 1.0, "cosh": 1.0, "sech2": 1.0, "erfc": 1.0, "sigmoid": 0.5, "Phi": 0.5}

RULES: dict[str, Callable[..., Ball]] = {
    "neg": lambda run, a: (-a[0], a[1]),
    "abs": lambda run, a: (abs(a[0]), a[1]),
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "pow": _pow,
    "sqrt": _sqrt,
    "exp": _exp,
    "expm1": _expm1,
    "log": _log,
    "log1p": _log1p,
    "sin": _trig("sin"),
    "cos": _trig("cos"),
    "tan": lambda run, a: div(run, _trig("sin")(run, a), _trig("cos")(run, a)),
    "asin": _inverse("asin"),
    "acos": _inverse("acos"),
    "atan": lambda run, a: run.around(run.mp.atan(a[0]), a[1] / (1 + _least(a) ** 2)),
    "sinh": _hyperbolic(-1),
    "cosh": _hyperbolic(1),
    "tanh": _tanh,
    "asinh": lambda run, a: run.around(run.mp.asinh(a[0]), a[1] / (1 + _least(a)) * 2),
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
