"""Why a word of a formula cannot stand as it does: the sentences, each with what to write instead.

A person who typed `erff` or `sigmoid` alone is told the spelling that was meant, since the column says where but not
what. It reads the table of words, and knows neither syntax trees nor SymPy.
"""

from __future__ import annotations

from collections.abc import Iterable

from neurogebra.errors import did_you_mean
from neurogebra.language.words import HINTS, OVER_A_VECTOR, RESERVED, WORDS, Row

__all__ = ["bare", "miscounted", "unknown"]


def bare(name: str, row: Row) -> str:
    """Why a word cannot stand without its arguments."""
    if row.kind == "choice":
        return f"{name!r} needs its arguments: {row.meaning}."
    if row.kind == "condition":
        return f"{name!r} needs its arguments and makes a condition, which stands in where or Piecewise."
    plural = "s" * (row.least > 1)
    return f"{name!r} is a function; write it with its argument{plural}, {name}({', '.join('xyz'[: row.least])})."


def unknown(name: str, functions: Iterable[str]) -> str:
    """Why there is no call of this name; `functions` are those beyond the table."""
    if name in RESERVED:
        return f"{name!r} {RESERVED[name]}"
    calls = [text for text, row in WORDS.items() if row.kind in ("function", "choice", "condition")]
    near = f" {HINTS[name]}" if name in HINTS else did_you_mean(name, [*calls, *functions])
    return f"{name!r} is not a word of the formula language." + (near or " A product is written with *.")


def miscounted(name: str, row: Row, count: int) -> str:
    """Why a word cannot have so many arguments."""
    exact = {1: "one", 2: "two", 3: "three"}.get(row.least if row.least == row.most else 0)
    takes = exact or f"{row.least} to {row.most}"
    hint = {
        "log": " For another base write log(x)/log(2).",
        "Max": f" {name} of one argument {OVER_A_VECTOR}" if count == 1 else "",
        "Min": f" {name} of one argument {OVER_A_VECTOR}" if count == 1 else "",
    }.get(row.text, "")
    return f"{name} takes {takes} argument{'s' * (takes != 'one')}; this has {count}.{hint}"
