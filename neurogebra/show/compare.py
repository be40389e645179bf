"""Expressions side by side, as a table of plain text with one row each.

The columns are as wide as their longest cell and nothing is cut off, because half a formula is a wrong one; a
formula is shown as its author wrote it. Nothing here knows where an expression came from.

    Name  Formula                             Category
    ----------------------------------------------------
    relu  Max(0, x)                           activation
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from neurogebra.show.explain import written

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["compare"]

#: heading, and what stands below it
COLUMNS: tuple[tuple[str, Callable[[str, Expression], str]], ...] = (
    ("Name", lambda name, expression: name),
    ("Formula", lambda name, expression: written(expression)),
    ("Category", lambda name, expression: str(expression.metadata.get("category", ""))),
)


def compare(named: Sequence[tuple[str, Expression]]) -> str:
    """A heading, a rule, and a row for each expression in the order given, under the name it was asked by."""
    columns = [[heading, *(cell(*pair) for pair in named)] for heading, cell in COLUMNS]
    widths = [max(map(len, column)) for column in columns]
    rows = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([rows[0], rule, *rows[1:]])
