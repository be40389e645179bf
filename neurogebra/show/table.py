"""Expressions side by side: a list of dicts underneath, printed as aligned text, HTML or Markdown.

The columns are as wide as their longest cell and nothing is cut off, because half a formula is a wrong one; a
formula is shown as its author wrote it, and a property that is not proven is an empty cell. The rows are plain
dicts of numbers, texts and intervals, so that `pandas.DataFrame(table)` needs nothing of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from neurogebra.catalogue.properties import CLAIMS
from neurogebra.errors import InputError, UsageError, brief, did_you_mean
from neurogebra.show.columns import aligned, printable
from neurogebra.show.explain import written
from neurogebra.show.proven import proven, said

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["COLUMNS", "Table", "compare"]

# an underscore inside a word is none of Markdown's: leaky_relu stays as it is
_MARKS = re.compile(r"[\\`*\[\]<$|&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")

Cell = Callable[[str, "Expression"], Any]


def _field(name: str) -> Cell:
    return lambda _, expression: expression.metadata.get(name)


def _property(name: str) -> Cell:
    return lambda _, expression: proven(expression.properties, name)


#: column -> its heading, and what stands below it
COLUMNS: dict[str, tuple[str, Cell]] = {
    "name": ("Name", lambda name, _: name),
    "formula": ("Formula", lambda _, expression: written(expression)),
    "category": ("Category", _field("category")),
    **{name: (name.replace("_", " ").capitalize(), _property(name)) for name in CLAIMS},
    "title": ("Title", _field("title")),
    "description": ("Description", _field("description")),
    "usage": ("Best for", _field("usage")),
    "tags": ("Tags", _field("tags")),
}
USUAL = ("formula", "category")


class Table(list[dict[str, Any]]):
    """Rows as dicts from column to value; `str` is aligned text, `markdown()` and `html()` the other forms.

    >>> table = forge.compare(["relu", "tanh"], at=[1])
    >>> table[1]["f(1)"]
    0.7615941559557649
    >>> print(table.markdown().splitlines()[2])
    | relu | Max(0, x) | activation | 1 | 1 |
    """

    def __init__(self, rows: Iterable[dict[str, Any]], headings: dict[str, str]) -> None:
        super().__init__(rows)
        self.headings = dict(headings)

    def cells(self) -> list[list[str]]:
        """The headings, then a line of texts for each row."""
        lines = [[printable(said(row.get(column))) for column in self.headings] for row in self]
        return [list(self.headings.values()), *lines]

    def __str__(self) -> str:
        return aligned(self.cells())

    __repr__ = __str__

    def markdown(self) -> str:
        """The table as Markdown; what Markdown, HTML or mathematics would take for a sign of theirs is escaped."""
        lines = [[_MARKS.sub(r"\\\g<0>", cell) for cell in line] for line in self.cells()]
        lines.insert(1, ["---"] * len(self.headings))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def html(self) -> str:
        """The table as HTML that fetches nothing, light and dark."""
        from neurogebra.show.card import safe
        from neurogebra.show.style import STYLE

        head, *lines = self.cells()
        top = "".join(f"<th>{safe(cell)}</th>" for cell in head)
        body = "".join(f"<tr>{''.join(f'<td>{safe(cell)}</td>' for cell in line)}</tr>" for line in lines)
        inside = f'<div class="ng-wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
        return f'<div class="ng-card tex2jax_ignore mathjax_ignore"><style>{STYLE}</style>{inside}</div>'

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_markdown_(self) -> str:
        return self.markdown()


def compare(
    named: Sequence[tuple[str, Expression]], columns: Iterable[str] | None = None, at: Iterable[float] = ()
) -> Table:
    """A row for each expression in the order given, under the name it was asked by.

    `at` adds the value and the slope at each point, for expressions of one variable. Raises UsageError for a
    column that does not exist, InputError for what is no list of names or numbers.
    """
    chosen = _chosen(columns)
    headings = {column: COLUMNS[column][0] for column in chosen}
    rows = [{column: COLUMNS[column][1](name, expression) for column in chosen} for name, expression in named]
    for point in _points(at):
        for heading, order in ((f"f({said(point)})", 0), (f"f'({said(point)})", 1)):
            headings[heading] = heading
            for row, (_, expression) in zip(rows, named, strict=True):
                row[heading] = _at(expression, order, point)
    return Table(rows, headings)


def _chosen(columns: Iterable[str] | None) -> list[str]:
    if columns is None:
        return ["name", *USUAL]
    if isinstance(columns, str) or not hasattr(columns, "__iter__"):
        raise InputError(f"columns is a list of names such as ['range', 'usage']; got {brief(columns)}.")
    wanted: list[Any] = [*columns]
    for column in wanted:
        if not isinstance(column, str) or column not in COLUMNS:
            near = did_you_mean(column, COLUMNS)
            raise UsageError(f"compare has no column {column!r}.{near} The columns are: {', '.join(COLUMNS)}.")
    return list(dict.fromkeys(["name", *wanted]))


def _points(at: Any) -> Iterator[float]:
    for point in at if isinstance(at, Iterable) else [at]:
        try:
            if isinstance(point, bool) or not isinstance(point, Real):  # NumPy's whole numbers are Real, no int
                raise TypeError
            float(point)
        except (TypeError, OverflowError):
            raise InputError(f"at is a list of numbers such as [0, 1]; got {brief(point)}.") from None
        yield int(point) if isinstance(point, Integral) else float(point)


def _at(expression: Expression, order: int, point: float) -> Any:
    """The value or the slope at a point; nothing where it takes more than one variable."""
    names = expression.variables
    if len(names) != 1:
        return None
    f = expression.gradient(names[0]) if order else expression
    return f.eval(**{names[0]: point})
