"""Balls: a midpoint, and the exponent of a power of two that bounds its error; their sum, product and quotient.

The exponent is rounded up at every step, which costs a bit where radii of their own would cost most of the time. What
is exact stays exact, because (-2)**y is real only where y is surely whole. `Open` asks for more bits, `Outside` says
that the point lies outside the domain. No function and no plan is known here.
"""

from __future__ import annotations

from math import inf
from typing import Any

__all__ = [
    "EXACT", "FAR", "Ball", "Open", "Outside", "Run", "add", "apart", "beyond", "differ", "div", "far", "is_exact",
    "is_far", "logarithm_of_far", "mul", "negative", "size", "sub", "well_positive",
]  # fmt: skip

Ball = tuple[Any, Any]  # m and e: the number is within 2**e of m; with FAR, as large as m or larger, of its sign
EXACT = -(1 << 2000)  # below all other exponents, and their sums with it
FAR = inf
LEAST_FAR = 1102  # bits: whatever is far rounds to an infinity


class Open(Exception):
    """At this precision the answer is not determined."""


class Outside(Exception):
    """The point lies outside the domain of a step: the value is nan."""


class Run:
    """One precision: its mpmath context, and whether what stays open is to be taken for a tie."""

    def __init__(self, mp: Any, precision: int, tie: bool) -> None:
        self.mp, self.tie = mp, tie
        self.mp.prec = precision
        self.last = 5 - precision

    def around(self, mid: Any, spread: int = EXACT) -> Ball:
        """A ball with 2**spread and 16 units in the last place for rounding."""
        if spread == FAR:  # of an argument, for which its function has no rule
            raise Open
        return mid, max(spread, size(mid) + self.last) + 1

    def exactly(self, number: float | int) -> Ball:
        return self.mp.mpf(number), EXACT

    def radius(self, a: Ball) -> Any:
        return self.mp.zero if is_exact(a) else self.mp.ldexp(1, a[1])


def far(run: Run, least: int, below_0: bool = False) -> Ball:
    """A number of at least 2**least in size; Open where that may be a float."""
    if least < LEAST_FAR:
        raise Open
    return run.mp.ldexp(-1 if below_0 else 1, least), FAR


def logarithm_of_far(run: Run, a: Ball) -> Ball:
    """Of |a|: log(2**k) is more than k/2."""
    return far(run, size(a[0]).bit_length() - 2)


def is_far(a: Ball) -> bool:
    """Whether only the sign and a lower bound of the size are known."""
    return bool(a[1] == FAR)


def size(mid: Any) -> int:
    """The least k with |mid| < 2**k; EXACT of 0. Open of what is not finite."""
    _, mantissa, exponent, bits = mid._mpf_
    if mantissa:
        return int(exponent + bits)
    if exponent:
        raise Open
    return EXACT


def is_exact(a: Ball) -> bool:
    """Whether the midpoint is the number itself."""
    return bool(a[1] < EXACT >> 1)


def apart(gap: Any, spread: int) -> bool:
    """Whether `gap` is more than 2**spread from 0."""
    return bool(size(gap) - 1 > spread)


def negative(a: Ball) -> bool:
    """Whether all of the ball is negative."""
    return bool(a[0] < 0) and (is_far(a) or apart(*a))


def well_positive(a: Ball) -> bool:
    """Whether all of the ball is more than half of its midpoint."""
    return bool(a[0] > 0) and apart(a[0], a[1] + 1)


def beyond(a: Ball, limit: int) -> bool:
    """Whether all of the ball is larger than 2**(limit - 2); Open where a part of it may be."""
    if size(a[0]) > limit and not (is_far(a) or apart(a[0], a[1] + 1)):
        raise Open
    return size(a[0]) > limit


def _least(a: Ball) -> int:
    """Some k with 2**k <= |a|; Open where a may be 0."""
    if is_far(a):
        return size(a[0]) - 1
    if not apart(a[0], a[1] + 1):
        raise Open
    return size(a[0]) - 2


def _most(a: Ball) -> int:
    """Some k with |a| < 2**k, of what is not far."""
    return int(max(size(a[0]), a[1])) + 1


def differ(a: Ball, b: Ball) -> bool:
    """Whether no number lies in both; two far ones of the same sign may be one."""
    if is_far(a) and is_far(b):
        return bool((a[0] < 0) != (b[0] < 0))
    if is_far(a) or is_far(b):
        close, distant = (b, a) if is_far(a) else (a, b)
        if _most(close) > _least(distant):
            raise Open
        return True
    return apart(a[0] - b[0], max(a[1], b[1]) + 1)


def add(run: Run, a: Ball, b: Ball) -> Ball:
    spread = max(a[1], b[1])
    if spread == FAR:
        return _add_far(run, a, b) if is_far(a) else _add_far(run, b, a)
    total = a[0] + b[0]
    if is_exact(a) and is_exact(b) and total == run.mp.fadd(a[0], b[0], exact=True):
        return total, EXACT  # (-2)**(y - 1) is real only where y - 1 is surely whole
    return run.around(total, spread + 1)


def _add_far(run: Run, a: Ball, b: Ball) -> Ball:
    below_0 = bool(a[0] < 0)
    if is_far(b) and below_0 == (b[0] < 0):
        return far(run, max(_least(a), _least(b)), below_0)
    if is_far(b) or _most(b) >= _least(a):
        raise Open
    return far(run, _least(a) - 1, below_0)


def sub(run: Run, a: Ball, b: Ball) -> Ball:
    return add(run, a, (-b[0], b[1]))


def mul(run: Run, a: Ball, b: Ball) -> Ball:
    product = a[0] * b[0]
    if is_far(a) or is_far(b):
        other = b if is_far(a) else a
        if not other[0] and is_exact(other):
            return run.exactly(0)
        return far(run, _least(a) + _least(b), product < 0)
    if is_exact(a) and is_exact(b) and product == run.mp.fmul(a[0], b[0], exact=True):
        return product, EXACT
    return run.around(product, max(size(a[0]) + b[1], size(b[0]) + a[1], a[1] + b[1]) + 2)


def div(run: Run, a: Ball, b: Ball) -> Ball:
    if not b[0] and is_exact(b):
        raise Outside
    if is_far(b) and not is_far(a):
        return run.mp.zero, _most(a) - _least(b)
    if is_far(b) or not apart(b[0], b[1] + 1):
        raise Open
    if is_far(a):
        return far(run, _least(a) - _most(b), (a[0] < 0) != (b[0] < 0))
    value = a[0] / b[0]
    if is_exact(a) and is_exact(b) and run.mp.fmul(value, b[0], exact=True) == a[0]:
        return value, EXACT  # acos(x/y) is 0 where x is y, and nan where the quotient may be more than 1
    return run.around(value, max(a[1], size(value) + b[1]) + 1 - (size(b[0]) - 2))
