"""The switches of a formula, decided by enclosures alone: which sign, which of several, which whole number.

A near tie is never guessed: it asks for more bits (Unsure). At an exact tie a value takes the tie as it is;
a series asks for a side (Corner), and from a side the first term that is not zero tells what is in force
just beside the point. Nothing here knows trees.
"""

from __future__ import annotations

from collections.abc import Sequence

from neurogebra.compile.to_ball_arithmetic import Corner, Number, Unsure, arb, arb_series, head

__all__ = ["largest", "sign_of", "whole_below"]


def sign_of(side: int, difference: Number, ties_matter: bool = True) -> int:
    """-1, 0 or 1, beside the point where a series asks from a side. Raises Corner or Unsure.

    `ties_matter` is False where both arms have the same terms anyway: Max of two equal series.
    """
    at = head(difference)
    if at > 0:
        return 1
    if at < 0:
        return -1
    if not at.is_zero():
        raise Unsure("a switch lies inside the ball")
    if isinstance(difference, arb):
        return 0
    terms = difference.coeffs()
    for k, term in enumerate(terms):
        if not term.is_zero():
            if side == 0:
                raise Corner("a switch turns over exactly here")
            if not (term > 0 or term < 0):
                raise Unsure("the direction of a switch is not known")
            return int((1 if term > 0 else -1) * side**k)
    if ties_matter:
        raise Corner("a switch touches zero to the order computed")
    return 0


def largest(side: int, items: Sequence[Number], direction: int) -> Number:
    """Max (direction 1) or Min (-1) of the items; overlapping balls are enclosed together."""
    balls = [item for item in items if isinstance(item, arb)]
    if len(balls) == len(items):
        return largest_ball(balls) if direction > 0 else -largest_ball([-item for item in balls])
    ordered = sorted(items, key=lambda item: direction * head(item).mid(), reverse=True)
    best = ordered[0]
    for item in ordered[1:]:
        if direction * sign_of(side, best - item, ties_matter=False) < 0:
            best = item
    return best


def largest_ball(items: Sequence[arb]) -> arb:
    best = items[0]
    for item in items[1:]:
        if item > best:
            best = item
        elif not item <= best:
            best = best.max(item)
    return best


def whole_below(side: int, u: Number) -> arb:
    """floor(u); at a whole number a series needs a side."""
    at = head(u)
    low, high = at.lower().floor(), at.upper().floor()
    if not at.is_finite() or not low == high:
        raise Unsure("floor of a ball around a whole number")
    if isinstance(u, arb_series) and at == low:
        return low if sign_of(side, u - low) >= 0 else low - 1
    return low
