"""How tables and lists of a file are read: which fields there are, which must be, and what becomes of them.

A table of rows says it all: field, kind, where it is needed, what it says; whatever is not in it is a
complaint with the nearest field. The same rows give the JSON Schema for editors. What a single text means is
for kinds.py to say, and which tables there are for schema.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from neurogebra.catalogue.kinds import Kind, Place
from neurogebra.catalogue.reader import Items, Node, Table, Text
from neurogebra.errors import did_you_mean
from neurogebra.language.bounds import NAME_CHARACTERS

__all__ = [
    "ALWAYS",
    "OPTIONAL",
    "REGISTRY",
    "Field",
    "json_of",
    "list_of",
    "named",
    "read_fields",
    "record",
    "table_of",
]

#: where a field is needed
ALWAYS: Final = "always"
REGISTRY: Final = "in registry/"
OPTIONAL: Final = "no"


class Field(NamedTuple):
    """One row of a table of fields: its name, how it is read, where it is required, what it says."""

    name: str
    kind: Kind
    needed: str
    meaning: str


def list_of(kind: Kind, example: str) -> Kind:
    """Any number of one kind."""

    def read(node: Node, place: Place) -> tuple[Any, ...]:
        if not isinstance(node, Items):
            raise place.complaint(f"needs a list, such as {example}.", node)
        return tuple(kind.read(item, place.at(i, item.line)) for i, item in enumerate(node.items))

    return Kind(read, {"type": "array", "items": kind.json})


def record(fields: Sequence[Field], build: Callable[..., Any]) -> Kind:
    """A table of known fields; `build` is given the values by name."""
    return Kind(lambda node, place: build(**read_fields(fields, node, place)), json_of(fields))


def named(key: Kind, fields: Sequence[Field], build: Callable[..., Any], example: str) -> Kind:
    """Records under names of the author's choosing; `build` is given the name, then the values by name."""
    return table_of(key, record(fields, dict), lambda name, values: build(name, **values), example)


def table_of(key: Kind, value: Kind, build: Callable[[str, Any], Any], example: str) -> Kind:
    """Values under names of the author's choosing; `build` is given name and value."""

    def read(node: Node, place: Place) -> tuple[Any, ...]:
        built = []
        for name, inner in _table(node, place, example).pairs:
            there = place.at(name.text[:NAME_CHARACTERS], name.line)
            built.append(build(key.read(name, there), value.read(inner, there)))
        return tuple(built)

    rule = {"type": "object", "propertyNames": key.json, "additionalProperties": value.json}
    return Kind(read, rule)


def read_fields(fields: Sequence[Field], node: Node, place: Place) -> dict[str, Any]:
    """The values of a table whose fields are known; unknown ones and missing ones are complaints."""
    known = {each.name: each for each in fields}
    values: dict[str, Any] = {}
    for key, inner in _table(node, place, _example(fields)).pairs:
        there = place.at(key.text[:NAME_CHARACTERS], key.line)
        if key.text not in known:
            raise there.complaint(f"there is no such field.{_offer(key.text, inner, known)}", key)
        values[key.text] = known[key.text].kind.read(inner, there)
    for each in fields:
        if each.needed == ALWAYS and each.name not in values:
            raise place.complaint(f"the field {each.name!r} is missing: {each.meaning}.", node)
    return values


def json_of(fields: Iterable[Field]) -> dict[str, Any]:
    """The JSON Schema of a table of fields."""
    rows = list(fields)
    return {
        "type": "object",
        "properties": {each.name: {**each.kind.json, "description": each.meaning} for each in rows},
        "required": [each.name for each in rows if each.needed == ALWAYS],
        "additionalProperties": False,
    }


def _example(fields: Sequence[Field]) -> str:
    first = next((each for each in fields if each.needed == ALWAYS), fields[0])
    return f"'{first.name}: ...'"


def _offer(name: str, value: Node, known: Iterable[str]) -> str:
    """What to type instead. `{note: one, two}` makes a field `two` of what was meant as a text."""
    near = did_you_mean(name[:NAME_CHARACTERS], known)
    is_empty = isinstance(value, Text) and not value.text and not value.quoted
    advice = " A text with ',' in it needs quotes here." if is_empty else f" There are {', '.join(known)}."
    return near or advice


def _table(node: Node, place: Place, example: str) -> Table:
    """The node if it is a table."""
    if isinstance(node, Table):
        return node
    raise place.complaint(f"needs fields, such as {example}.", node)
