"""What is proven about an expression, as rows a reader can scan: range, monotone, limits and the like.

The values come from `expression.properties` alone, so that a face never says what no check has passed; where
nothing is stated there are no rows. Each value is put into words by its kind, an interval, a number, a flag or
several of them by name. Nothing here computes or decides a property.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from neurogebra.errors import FormulaError, UsageError
from neurogebra.language.interval import Interval

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["number", "numbers_in", "proven", "rows", "said"]


_LONG = re.compile(r"-?\d+\.\d{8,}(e-?\d+)?")  # the ends of an interval, written with all their digits


def proven(properties: Mapping[str, Any], name: str) -> Any:
    """A property's value at the present parameter values; None where none is stated, or none is a number.

    An array of parameter values has no one value, and an interval whose ends are beyond the largest floats no end.
    """
    try:
        return properties.get(name)
    except (UsageError, FormulaError):
        return None


def rows(expression: Expression) -> Iterator[tuple[str, str]]:
    """`gradient range`, `(0, 1/4]`: the name as words, and the value as text."""
    properties = expression.properties
    for name in properties:
        value = proven(properties, name)
        if value is not None:
            yield name.replace("_", " "), said(value)


def said(value: Any) -> str:
    """A property's value in words.

    >>> said(True), said(math.inf), said({"at": -1.0, "value": 0.0}), said(0.1 + 0.2)
    ('yes', 'oo', '0 at -1', '0.3')
    >>> said({"-oo": 0, "oo": None}), said({"exponentials": 1, "operations": 5}), said((0, 0.5))
    ('0 on the left, none on the right', 'exponentials 1, operations 5', '(0, 0.5)')
    >>> said(Interval.parse("[-0.169971207479904, oo)"))
    '[-0.1699712, oo)'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, Mapping):
        return _parts(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(said, value))})"
    if isinstance(value, list):
        return ", ".join(map(said, value))
    return _LONG.sub(lambda found: number(float(found[0])), str(value))


def _parts(value: Mapping[str, Any]) -> str:
    if value.keys() == {"at", "value"}:
        return f"{said(value['value'])} at {said(value['at'])}"
    if value.keys() == {"-oo", "oo"}:
        left, right = (said(value[end]) or "none" for end in ("-oo", "oo"))
        return f"{left} on the left, {right} on the right"
    return ", ".join(f"{key} {said(part)}" for key, part in value.items())


def number(value: float) -> str:
    """A number to seven digits, without what a reader would skip.

    >>> number(-0.278464542761074), number(4.0), number(-math.inf), number(1e-300), number(-0.0)
    ('-0.2784645', '4', '-oo', '1e-300', '0')
    """
    if math.isinf(value):
        return "oo" if value > 0 else "-oo"
    return f"{value + 0.0:.7g}"


def numbers_in(value: Any) -> Iterator[float]:
    """The finite places of a property's value: a number, the points of a set, the `at` of a named value."""
    if isinstance(value, Mapping):
        yield from numbers_in(value.get("at"))
    elif isinstance(value, Interval):
        yield from [value.low] if value.low == value.high else []
    elif isinstance(value, int | float):
        yield from [float(value)] if math.isfinite(value) and not isinstance(value, bool) else []
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for part in value:
            yield from numbers_in(part)
