"""Lines of cells as columns of plain text: headings, a rule, and rows, nothing cut off.

Each column is as wide as its longest cell, because half a formula is a wrong one, and lines end with their last
letter; no letter of a cell moves a cursor or changes a colour. What the cells say is not known here.

    >>> print(aligned([["Name", "Formula"], ["relu", "Max(0, x)"]]))
    Name  Formula
    ---------------
    relu  Max(0, x)
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["aligned", "printable"]


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Headings, a rule, and rows of cells, each column as wide as its longest cell."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([texts[0], rule, *texts[1:]])


def printable(text: str) -> str:
    """The text on one line, with codes in place of what a terminal would obey.

    >>> printable("a\\tb \\x1b[31mred")
    'a b \\\\x1b[31mred'
    """
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)
