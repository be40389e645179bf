"""What is proven about an expression, as rows a reader can scan: range, monotone, limits and the like.

The values come from `expression.properties` alone, so that a face never says what no check has passed; where
nothing is stated there are no rows. Each value is put into words by its kind, an interval, a number, a flag or
several of them by name. Nothing here computes or decides a property.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["number", "numbers_in", "proven", "rows", "said"]


def proven(expression: Expression) -> Mapping[str, Any]:
    """Property name -> value at the present parameter values; empty where nothing is stated."""
    stated: Mapping[str, Any] = getattr(expression, "properties", {})
    return stated


def rows(expression: Expression) -> Iterator[tuple[str, str]]:
    """`gradient range`, `(0, 1/4]`: the name as words, and the value as text."""
    for name, value in proven(expression).items():
        yield name.replace("_", " "), said(value)


def said(value: Any) -> str:
    """A property's value in words.

    >>> said(True), said(math.inf), said({"at": -1.0, "value": 0.0}), said(0.1 + 0.2)
    ('yes', 'oo', 'at -1, value 0', '0.3')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {said(part)}" for key, part in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(said, value))
    return str(value)


def number(value: float) -> str:
    """A number to seven digits, without what a reader would skip.

    >>> number(-0.278464542761074), number(4.0), number(-math.inf), number(1e-300), number(-0.0)
    ('-0.2784645', '4', '-oo', '1e-300', '0')
    """
    if math.isinf(value):
        return "oo" if value > 0 else "-oo"
    return f"{value + 0.0:.7g}"


def numbers_in(value: Any) -> Iterator[float]:
    """The finite numbers of a property's value: a number itself, those of a list, the `at` of a named value."""
    if isinstance(value, Mapping):
        yield from numbers_in(value.get("at"))
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from numbers_in(part)
    elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        yield float(value)
