"""The rules of `to_exact_rules` for inverses of circular and hyperbolic functions.

Their slopes grow without bound towards the ends of their domains, or fall towards infinity, and the bounds follow
them. It knows balls, and no other rules.
"""

from __future__ import annotations

from collections.abc import Callable

from neurogebra.compile.to_exact_balls import (
    Ball,
    Open,
    Outside,
    Run,
    apart,
    is_exact,
    is_far,
    logarithm_of_far,
    negative,
    size,
    well_positive,
)

__all__ = ["acosh", "asinh", "atan", "inverse"]


def inverse(name: str) -> Callable[[Run, Ball], Ball]:
    """asin, acos, atanh: defined on [-1, 1], with slopes that grow towards its ends."""

    def rule(run: Run, a: Ball) -> Ball:
        function, room = getattr(run.mp, name), 1 - abs(a[0])
        if negative((room, a[1])) or (name == "atanh" and not room and is_exact(a)):
            raise Outside
        if is_exact(a):
            return run.around(function(a[0]))
        if not well_positive((room, a[1])):
            if not run.tie or name == "atanh":
                raise Open  # to a thousand bits an end, where acos(1 - d) is sqrt(2*d), and asin pi/2 minus it
            return run.around(function(run.mp.sign(a[0])), (max(size(room), a[1]) + 2) // 2 + 1)
        least = size(room) - 1
        return run.around(function(a[0]), a[1] + 1 - (least if name == "atanh" else least // 2))

    return rule


def acosh(run: Run, a: Ball) -> Ball:
    if is_far(a):
        return logarithm_of_far(run, a)
    room = a[0] - 1
    if negative((room, a[1])):
        raise Outside
    if is_exact(a):
        return run.around(run.mp.acosh(a[0]))
    if not well_positive((room, a[1])):
        raise Open
    return run.around(run.mp.acosh(a[0]), a[1] + 1 - (size(room) - 1 + size(a[0]) - 1) // 2)


def atan(run: Run, a: Ball) -> Ball:
    """The slope is below 1/a**2 over the ball, and below 1."""
    if is_far(a):
        return run.around(run.mp.sign(a[0]) * run.mp.pi / 2, 2 - size(a[0]))
    known = 2 * (size(a[0]) - 2) if apart(a[0], a[1] + 1) else 0
    return run.around(run.mp.atan(a[0]), a[1] - max(known, 0))


def asinh(run: Run, a: Ball) -> Ball:
    """The slope is below 1/|a| over the ball, and below 1."""
    if is_far(a):
        value, spread = logarithm_of_far(run, a)
        return run.mp.sign(a[0]) * value, spread
    known = size(a[0]) - 2 if apart(a[0], a[1] + 1) else 0
    return run.around(run.mp.asinh(a[0]), a[1] - max(known, 0))
