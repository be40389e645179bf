"""Which axes a call is about: every spelling of `axis` as a tuple of places, and what cannot be one.

NumPy's rules and NumPy's kinds of error: an axis out of range is an IndexError and a ValueError, two times the
same a ValueError, what is no whole number a TypeError. A number is an axis of one element. It imports nothing heavy.
"""

from __future__ import annotations

import operator
from typing import Any

from neurogebra.errors import AxisOutOfRange, InputError, UsageError, brief

__all__ = ["places"]


def places(owner: str, axis: Any, dimensions: int) -> tuple[int, ...]:
    """The axes as places from 0, in the order given; None is all of them."""
    if axis is None:
        return tuple(range(dimensions))
    found = [_place(owner, each, dimensions, axis) for each in (axis if isinstance(axis, tuple | list) else (axis,))]
    if not found:
        raise UsageError(f"{owner} was given no axis: axis={brief(axis)}. axis=None means all elements.")
    if len(set(found)) < len(found):
        raise UsageError(f"{owner} was given one axis twice: axis={brief(axis)} of an array of {_of(dimensions)}.")
    return tuple(found)


def _place(owner: str, one: Any, dimensions: int, axis: Any) -> int:
    if isinstance(one, bool):
        raise InputError(_no_axis(owner, axis))
    try:
        place = operator.index(one)
    except TypeError:
        raise InputError(_no_axis(owner, axis)) from None
    if not -dimensions <= place < dimensions:
        last = f"; its axes are 0 to {dimensions - 1}" if dimensions > 1 else ""
        raise AxisOutOfRange(f"{owner} has no axis {brief(place)} in an array of {_of(dimensions)}{last}.")
    return place % dimensions


def _no_axis(owner: str, axis: Any) -> str:
    return f"{owner} takes a whole number, several in a tuple, or None for axis; got {brief(axis)}."


def _of(dimensions: int) -> str:
    return "one dimension" if dimensions == 1 else f"{dimensions} dimensions"
