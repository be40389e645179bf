"""Balls: a midpoint and a radius that bounds how far the number may be from it, and their sum, product and quotient.

What is exact stays exact, with a radius of 0, because (-2)**y is real only where y is surely whole. `Open` asks for
more bits, `Outside` says that the point lies outside the domain. No function and no plan is known here.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Ball", "Open", "Outside", "Run", "add", "div", "mul", "sub"]

Ball = tuple[Any, Any]  # midpoint, radius


class Open(Exception):
    """At this precision the answer is not determined."""


class Outside(Exception):
    """The point lies outside the domain of a step: the value is nan."""


class Run:
    """One precision: its mpmath context, and whether what stays open is to be taken for a tie."""

    def __init__(self, mp: Any, precision: int, tie: bool) -> None:
        self.mp, self.tie = mp, tie
        self.mp.prec = precision

    def around(self, mid: Any, spread: Any = 0) -> Ball:
        """A ball with `spread` and 16 units in the last place for rounding."""
        if not self.mp.isfinite(mid):
            raise Open
        return mid, spread + abs(mid) * self.mp.ldexp(1, 4 - self.mp.prec)


def add(run: Run, a: Ball, b: Ball) -> Ball:
    total = a[0] + b[0]
    if not a[1] and not b[1] and total == run.mp.fadd(a[0], b[0], exact=True):
        return total, run.mp.zero  # (-2)**(y - 1) is real only where y - 1 is surely whole
    return run.around(total, a[1] + b[1])


def sub(run: Run, a: Ball, b: Ball) -> Ball:
    return add(run, a, (-b[0], b[1]))


def mul(run: Run, a: Ball, b: Ball) -> Ball:
    if not a[1] and not b[1] and a[0] * b[0] == run.mp.fmul(a[0], b[0], exact=True):
        return a[0] * b[0], run.mp.zero
    return run.around(a[0] * b[0], abs(a[0]) * b[1] + abs(b[0]) * a[1] + a[1] * b[1])


def div(run: Run, a: Ball, b: Ball) -> Ball:
    if not b[0] and not b[1]:
        raise Outside
    least = abs(b[0]) - b[1]
    if least <= 0:
        raise Open
    value = a[0] / b[0]
    if not a[1] and not b[1] and run.mp.fmul(value, b[0], exact=True) == a[0]:
        return value, run.mp.zero  # acos(x/y) is 0 where x is y, and nan where the quotient may be more than 1
    return run.around(value, (a[1] + abs(value) * b[1]) / least)
