"""Balls: a midpoint, and the exponent of a power of two that bounds its error; their sum, product and quotient.

The exponent is rounded up at every step, which costs a bit where radii of their own would cost most of the time. What
is exact stays exact, because (-2)**y is real only where y is surely whole. `Open` asks for more bits, `Outside` says
that the point lies outside the domain. No function and no plan is known here.
"""

from __future__ import annotations

from typing import Any

__all__ = ["EXACT", "Ball", "Open", "Outside", "Run", "add", "apart", "div", "is_exact", "mul", "size", "sub"]

Ball = tuple[Any, int]  # m and e: the number is within 2**e of m
EXACT = -(1 << 2000)  # below all other exponents, and their sums with it


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
        return mid, max(spread, size(mid) + self.last) + 1

    def exactly(self, number: float | int) -> Ball:
        return self.mp.mpf(number), EXACT

    def radius(self, a: Ball) -> Any:
        return self.mp.zero if is_exact(a) else self.mp.ldexp(1, a[1])


def size(mid: Any) -> int:
    """The least k with |mid| < 2**k; EXACT of 0. Open of what is not finite."""
    _, mantissa, exponent, bits = mid._mpf_
    if mantissa:
        return int(exponent + bits)
    if exponent:
        raise Open
    return EXACT


def is_exact(a: Ball) -> bool:
    return a[1] < EXACT >> 1


def apart(gap: Any, spread: int) -> bool:
    """Whether `gap` is more than 2**spread from 0."""
    return size(gap) - 1 > spread


def add(run: Run, a: Ball, b: Ball) -> Ball:
    total = a[0] + b[0]
    if is_exact(a) and is_exact(b) and total == run.mp.fadd(a[0], b[0], exact=True):
        return total, EXACT  # (-2)**(y - 1) is real only where y - 1 is surely whole
    return run.around(total, max(a[1], b[1]) + 1)


def sub(run: Run, a: Ball, b: Ball) -> Ball:
    return add(run, a, (-b[0], b[1]))


def mul(run: Run, a: Ball, b: Ball) -> Ball:
    product = a[0] * b[0]
    if is_exact(a) and is_exact(b) and product == run.mp.fmul(a[0], b[0], exact=True):
        return product, EXACT
    return run.around(product, max(size(a[0]) + b[1], size(b[0]) + a[1], a[1] + b[1]) + 2)


def div(run: Run, a: Ball, b: Ball) -> Ball:
    if not b[0] and is_exact(b):
        raise Outside
    if not apart(b[0], b[1] + 1):
        raise Open
    value = a[0] / b[0]
    if is_exact(a) and is_exact(b) and run.mp.fmul(value, b[0], exact=True) == a[0]:
        return value, EXACT  # acos(x/y) is 0 where x is y, and nan where the quotient may be more than 1
    return run.around(value, max(a[1], size(value) + b[1]) + 1 - (size(b[0]) - 2))
