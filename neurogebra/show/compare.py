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

__all__ = ["compare", "table"]

#: heading, and what stands below it
COLUMNS: tuple[tuple[str, Callable[[str, Expression], str]], ...] = (
    ("Name", lambda name, expression: name),
    ("Formula", lambda name, expression: written(expression)),
    ("Category", lambda name, expression: str(expression.metadata.get("category", ""))),
)


def compare(named: Sequence[tuple[str, Expression]]) -> str:
    """A heading, a rule, and a row for each expression in the order given, under the name it was asked by."""
    return table([heading for heading, _ in COLUMNS], [[cell(*pair) for _, cell in COLUMNS] for pair in named])


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells below their headings and a rule, each column as wide as its longest cell."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in (headings, *rows)]  # fmt: skip
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([lines[0], rule, *lines[1:]])
