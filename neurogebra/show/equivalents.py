"""What other libraries call a function: one row for each name, with its arguments, its default and how it differs.

The rows are what the catalogue says and what the tests hold against the real functions where these are
installed. An argument is shown with the parameter of ours that it takes, a default only where it is not ours.
Nothing here imports a framework.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

from neurogebra.show.columns import aligned

if TYPE_CHECKING:
    from neurogebra.catalogue.parts import Argument, Equivalent

__all__ = ["Equivalents", "Row", "rows"]


class Row(NamedTuple):
    """One name: the framework, the name as typed there, its default and how it differs, as texts."""

    framework: str
    name: str
    default: str
    differs: str


class Equivalents(Sequence[Row]):
    """A read-only sequence of rows that prints as a table."""

    __slots__ = ("_rows",)

    def __init__(self, equivalents: Sequence[Equivalent]) -> None:
        self._rows = tuple(rows(equivalents))

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, place: int | slice) -> Row | tuple[Row, ...]:
        return self._rows[place]

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        return self._rows == other._rows if isinstance(other, Equivalents) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        return aligned([["Framework", "Name", "Default", "Differs"], *self._rows]) if self._rows else "no equivalents"


def rows(equivalents: Sequence[Equivalent]) -> Iterator[Row]:
    """A row for each spelling of each equivalent, in the order of the file."""
    for each in equivalents:
        framework = each.framework if each.variant is None else f"{each.framework} ({each.variant})"
        given = ", ".join(map(_typed, each.arguments))
        for name in each.spellings:
            yield Row(framework, f"{name}({given})" if given else name, _default(each), _difference(each))


def _default(each: Equivalent) -> str:
    return ", ".join([*map(_typed, each.defaults), *(f"{name} required" for name in each.required)])


def _difference(each: Equivalent) -> str:
    parts = [f"slope {slope} at {place}" for place, slope in each.slopes]
    if each.differs_by is not None:
        parts.append(f"values by up to {each.differs_by.text}")
    return "; ".join(parts) + (". " if parts and each.note else "") + (each.note or "")


def _typed(argument: Argument) -> str:
    value = argument.value
    if argument.is_param or isinstance(value, bool):
        return f"{argument.name}={value}"
    return f'{argument.name}="{value}"' if isinstance(value, str) else f"{argument.name}={value.text}"
