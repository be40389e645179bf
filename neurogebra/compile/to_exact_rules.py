"""What each step of a plan does to balls: a midpoint and an exponent in, a midpoint and an exponent out.

Every rule bounds the error it passes on by the derivative over the ball, generously: a factor of four costs two
bits, of which there are always more. Nothing here knows plans or when a result is good enough.
"""

from __future__ import annotations

from collections.abc import Callable

from neurogebra.compile.to_exact_balls import (
    EXACT,
    Ball,
    Open,
    Outside,
    Run,
    add,
    apart,
    beyond,
    div,
    far,
    is_exact,
    is_far,
    logarithm_of_far,
    mul,
    negative,
    size,
    sub,
    well_positive,
)
from neurogebra.compile.to_exact_inverses import acosh, asinh, atan, inverse

__all__ = ["AT_ZERO", "RULES"]

HUGE = 1600  # of exp(u) for |u| >= 2**1600 no more than the sign and a bound: its exponent may fill memory
QUARTER = -2  # the exponent of it


def _log(run: Run, a: Ball) -> Ball:
    nothing = run.tie and size(a[0]) <= a[1] < -1000  # a sum that cancels to a thousand bits
    if nothing or (not a[0] and is_exact(a)):  # as large as a ball can be, and negative: x*log(x) is 0 at 0
        return far(run, 1 << HUGE, below_0=True)
    if negative(a):
        raise Outside
    if is_far(a):
        return logarithm_of_far(run, a)
    if not well_positive(a):
        raise Open
    return run.around(run.mp.log(a[0]), a[1] - (size(a[0]) - 2))


def _sqrt(run: Run, a: Ball) -> Ball:
    if is_exact(a) and a[0] >= 0:
        root = run.mp.sqrt(a[0])
        return (root, EXACT) if run.mp.fmul(root, root, exact=True) == a[0] else run.around(root)
    if negative(a):
        raise Outside
    if is_far(a):
        return far(run, (size(a[0]) - 1) // 2)
    if not well_positive(a):
        return run.mp.zero, (max(size(a[0]), a[1]) + 2) // 2
    return run.around(run.mp.sqrt(a[0]), a[1] - (size(a[0]) - 2) // 2)


def _exp(run: Run, a: Ball) -> Ball:
    mid, spread = a
    if is_far(a) or beyond(a, HUGE):
        least = 1 << min(size(mid) - 2, HUGE)
        return far(run, least) if mid > 0 else (run.mp.zero, -least)
    if spread > QUARTER:
        most = mid + run.radius(a)
        if most > -1e4:
            raise Open
        return run.mp.zero, int(most) + 1  # exp(u) < 2**u for u < 0, however wide the ball
    value = run.mp.exp(mid)
    return run.around(value, spread + 1 + size(value))


def _expm1(run: Run, a: Ball) -> Ball:
    if size(a[0]) > 8:
        return sub(run, _exp(run, a), run.exactly(1))
    if a[1] > QUARTER:
        raise Open
    if size(a[0]) < -run.mp.prec:
        return run.around(a[0], a[1] + 1)
    value = run.mp.exp(a[0], prec=run.mp.prec + max(-size(a[0]), 0)) - 1  # mpmath's own expm1 takes three times as long
    return run.around(value, a[1] + 2 + max(size(value), 0))


def _log1p(run: Run, a: Ball) -> Ball:
    if size(a[0]) >= 0:
        return _log(run, add(run, a, run.exactly(1)))
    if a[1] > QUARTER:
        raise Open
    if size(a[0]) < -run.mp.prec:
        return run.around(a[0], a[1] + 1)
    return run.around(run.mp.log(run.mp.fadd(1, a[0], exact=True)), a[1] + 2)


def _sigmoid(run: Run, a: Ball) -> Ball:
    e = _exp(run, (-abs(a[0]), a[1]))
    return div(run, run.exactly(1) if a[0] >= 0 else e, add(run, run.exactly(1), e))


def _softplus(run: Run, a: Ball) -> Ball:
    tail = _log1p(run, _exp(run, (-abs(a[0]), a[1])))
    return tail if a[0] <= 0 else add(run, a, tail)


def _sech2(run: Run, a: Ball) -> Ball:
    e = _exp(run, (-2 * abs(a[0]), a[1] + 1))
    below = add(run, run.exactly(1), e)
    return div(run, (4 * e[0], e[1] + 2), mul(run, below, below))


def _tanh(run: Run, a: Ball) -> Ball:
    e = _expm1(run, (-2 * abs(a[0]), a[1] + 1))
    value = div(run, (-e[0], e[1]), add(run, run.exactly(2), e))
    return value if a[0] >= 0 else (-value[0], value[1])


def _log_cosh(run: Run, a: Ball) -> Ball:
    if size(a[0]) > 2:
        e = _log1p(run, _exp(run, (-2 * abs(a[0]), a[1] + 1)))
        return sub(run, add(run, (abs(a[0]), a[1]), e), run.around(run.mp.log(2)))
    half = RULES["sinh"](run, (a[0] / 2, a[1] - 1))
    square = mul(run, half, half)
    return _log1p(run, (2 * square[0], square[1] + 1))


def _erfc(run: Run, a: Ball) -> Ball:
    mid = a[0]
    if beyond(a, HUGE // 2):
        return (run.mp.mpf(2) if mid < 0 else run.mp.zero), -(1 << HUGE // 2)
    spread = a[1] + 2 + max(size(mid), 0)
    if spread > QUARTER:
        raise Open
    if mid < 0 and mid * mid > run.mp.prec:  # 2 to all bits, for which mpmath takes a second at -70
        return run.around(run.mp.mpf(2), spread + 2)
    if size(mid) < 40:
        value = run.mp.erfc(mid)
        return run.around(value, spread + 2 + size(value))
    inverse = 1 / (mid * mid)  # two terms of the asymptotic series; mpmath's own takes 5 ms at 1e100
    value = run.mp.exp(-mid * mid) / (mid * run.mp.sqrt(run.mp.pi)) * (1 - inverse / 2)
    return run.around(value, size(value) + max(spread + 2, 2 * size(inverse)) + 1)


def _erf(run: Run, a: Ball) -> Ball:
    if beyond(a, HUGE // 2):
        return run.mp.sign(a[0]), -(1 << HUGE // 2)
    return run.around(run.mp.erf(a[0]), a[1] + 1)


def _Phi(run: Run, a: Ball) -> Ball:
    value = _erfc(run, div(run, (-a[0], a[1]), run.around(run.mp.sqrt(2))))
    return value[0] / 2, value[1] - 1


def _phi(run: Run, a: Ball) -> Ball:
    square = mul(run, a, a)
    e = _exp(run, (-square[0] / 2, square[1] - 1))
    return div(run, e, run.around(run.mp.sqrt(2 * run.mp.pi)))


def _pow(run: Run, a: Ball, b: Ball) -> Ball:
    if not a[0] and is_exact(a) and b[0] > 0 and apart(*b):
        return run.exactly(0)
    if not b[0] and is_exact(b):
        return run.exactly(1)
    if negative(a) and is_exact(b) and run.mp.isint(b[0]):  # (-2)**-1; any other power of it is not real
        value, spread = _exp(run, mul(run, b, _log(run, (-a[0], a[1]))))
        return (-value if b[0] % 2 else value), spread
    return _exp(run, mul(run, b, _log(run, a)))


def _step_function(name: str) -> Callable[[Run, Ball], Ball]:
    def rule(run: Run, a: Ball) -> Ball:
        if is_far(a):
            return run.exactly(1 if a[0] > 0 else -1) if name == "sign" else a
        function, radius = getattr(run.mp, name), run.radius(a)
        low, high = function(a[0] - radius), function(a[0] + radius)
        if low != high:
            if not run.tie:
                raise Open
            return function(run.mp.nint(a[0])), EXACT
        return low, EXACT

    return rule


def _trig(name: str) -> Callable[[Run, Ball], Ball]:
    def rule(run: Run, a: Ball) -> Ball:
        if size(a[0]) > 5000 or a[1] > 0:
            return run.mp.zero, 0
        return run.around(getattr(run.mp, name)(a[0]), a[1])

    return rule


def _hyperbolic(sign: int) -> Callable[[Run, Ball], Ball]:
    """sinh (sign -1) and cosh (sign 1) from exponentials; sinh near 0 from expm1."""

    def rule(run: Run, a: Ball) -> Ball:
        if sign < 0 and size(a[0]) < 2 and a[1] <= QUARTER:  # cosh(2.25) is 4.8
            return run.around(run.mp.sinh(a[0]), a[1] + 3)
        up, down = _exp(run, a), _exp(run, (-a[0], a[1]))
        value = (add if sign > 0 else sub)(run, up, down)
        return value[0] / 2, value[1] - 1

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
    "asin": inverse("asin"),
    "acos": inverse("acos"),
    "atan": atan,
    "sinh": _hyperbolic(-1),
    "cosh": _hyperbolic(1),
    "tanh": _tanh,
    "asinh": asinh,
    "acosh": acosh,
    "atanh": inverse("atanh"),
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
