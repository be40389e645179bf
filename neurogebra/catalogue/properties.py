"""Which properties an entry may claim, and how each is written.

The table is the whole list: a property that is not in it is an error, because a claim that nothing checks is
no claim. Values stay texts, which may use parameters. Whether a claim holds is not known here.

    range: "[0, oo)"                                  the short form, where a claim has one value
    range: {value: "[0, oo)", when: "alpha >= 0"}     on a part of the parameters' domains, or with a note
    range: [{value: ..., when: ...}, {...}]           several of one name
    minimum: {at: -1, value: 0}                       named values
"""

from __future__ import annotations

from typing import Any, Final

from neurogebra.catalogue.fields import ALWAYS, OPTIONAL, Field, json_of, read_fields
from neurogebra.catalogue.kinds import FORMULA, TEXT, Kind, Place, choice
from neurogebra.catalogue.parts import Claim
from neurogebra.catalogue.reader import Items, Node, Table

__all__ = ["PROPERTIES"]


def _one(kind: Kind, meaning: str) -> tuple[Field, ...]:
    return (Field("value", kind, ALWAYS, meaning),)


def _two(first: str, second: str, meaning: str) -> tuple[Field, ...]:
    return Field(first, FORMULA, ALWAYS, meaning), Field(second, FORMULA, ALWAYS, meaning)


#: property -> the fields of its value
CLAIMS: Final = {
    "range": _one(FORMULA, 'the values taken, as an interval such as "[-1, oo)"'),
    "minimum": _two("at", "value", "the least value and where it is taken"),
    "maximum": _two("at", "value", "the largest value and where it is taken"),
    "monotone": _one(choice("true", "false", "increasing", "decreasing"), "true, false, increasing or decreasing"),
    "parity": _one(choice("none", "even", "odd"), "even, odd or none"),
    "smoothness": _one(FORMULA, "how many continuous derivatives it has; oo for all"),
    "lipschitz": _one(FORMULA, "the largest slope in size"),
    "limits": _two("-oo", "oo", "the limits on the left and on the right"),
}
LIMITED: Final = (
    Field("when", FORMULA, OPTIONAL, "a condition on the parameters under which it is claimed"),
    Field("note", TEXT, OPTIONAL, "anything a reader should know"),
)


def _claims_of(name: str, node: Node, place: Place) -> tuple[Claim, ...]:
    if isinstance(node, Items):
        return tuple(_claim(name, item, place.at(i, item.line)) for i, item in enumerate(node.items))
    return (_claim(name, node, place),)


def _claim(name: str, node: Node, place: Place) -> Claim:
    fields = CLAIMS[name]
    if fields[0].name == "value" and len(fields) == 1 and not isinstance(node, Table):
        return Claim(name, fields[0].kind.read(node, place))
    values = read_fields((*fields, *LIMITED), node, place)
    when, note = values.pop("when", None), values.pop("note", None)
    return Claim(name, values["value"] if len(fields) == 1 else tuple(values.items()), when, note)


def _field(name: str, fields: tuple[Field, ...]) -> Field:
    def read(node: Node, place: Place) -> tuple[Claim, ...]:
        return _claims_of(name, node, place)

    long = json_of((*fields, *LIMITED))
    short = [fields[0].kind.json] if len(fields) == 1 else []
    rule = {"anyOf": [*short, long, {"type": "array", "items": long}]}
    return Field(name, Kind(read, rule), OPTIONAL, fields[0].meaning)


FIELDS: Final = tuple(_field(name, fields) for name, fields in CLAIMS.items())


def _properties(node: Node, place: Place) -> tuple[Claim, ...]:
    values: dict[str, Any] = read_fields(FIELDS, node, place)
    return tuple(claim for claims in values.values() for claim in claims)


PROPERTIES: Final = Kind(_properties, json_of(FIELDS))
