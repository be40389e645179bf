"""Which properties an entry may claim, and how each is written.

The table is the whole list: a property that is not in it is an error, because a claim that nothing checks is
no claim, and so is one that says nothing of the entry's kind, such as the parity of softmax. Values stay texts, which
may use parameters. Whether a claim holds is not known here.

    range: "[0, oo)"                                  the short form, where a claim has one value
    range: {value: "[0, oo)", when: "alpha >= 0"}     on a part of the parameters' domains, or with a note
    range: [{value: ..., when: ...}, {...}]           several of one name
    minimum: {at: -1, value: 0}                       named values
    zeros: [-1, 0]                                    points; "(-oo, 0] | {1}" where intervals are among them

A decimal is right to half a unit of its last digit; whole numbers, fractions and formulas are meant exactly.
"""

from __future__ import annotations

from typing import Any, Final

from neurogebra.catalogue.fields import ALWAYS, OPTIONAL, REGISTRY, Field, json_of, read_fields
from neurogebra.catalogue.kinds import FORMULA, TEXT, Kind, Place, choice, whole
from neurogebra.catalogue.parts import Claim
from neurogebra.catalogue.reader import Items, Node, Table, Text
from neurogebra.errors import FormulaError
from neurogebra.language.region import spans

__all__ = ["CLAIMS", "OF_KIND", "PROPERTIES", "REQUIRED"]


def _set(node: Node, place: Place) -> str:
    """A set of numbers: a text such as "[0, oo)", or a list of points."""
    if isinstance(node, Items):
        return "{" + ", ".join(FORMULA.read(item, place.at(i, item.line)) for i, item in enumerate(node.items)) + "}"
    text: str = FORMULA.read(node, place)
    try:
        spans(text)
    except FormulaError as error:
        raise place.complaint(error.reason, node) from None
    return text


def _point(node: Node, place: Place) -> str:
    """A point of the plane: a list of two formulas."""
    if isinstance(node, Items) and len(node.items) == 2:
        return "[" + ", ".join(FORMULA.read(item, place.at(i, item.line)) for i, item in enumerate(node.items)) + "]"
    if isinstance(node, Text) and node.text.startswith("[") and node.text.endswith("]") and "," in node.text:
        return str(FORMULA.read(node, place))
    raise place.complaint("needs a list of two numbers, such as [0, 1/2].", node)


SET: Final = Kind(_set, {"type": ["string", "number", "array"]})
POINT: Final = Kind(_point, {"type": ["string", "array"]})
COUNT: Final = Kind(lambda node, place: str(whole(0, 999_999_999).read(node, place)), {"type": "integer", "minimum": 0})
YES_OR_NO: Final = choice("true", "false")


def _one(kind: Kind, meaning: str) -> tuple[Field, ...]:
    return (Field("value", kind, ALWAYS, meaning),)


def _two(first: str, second: str, meaning: str) -> tuple[Field, ...]:
    return Field(first, FORMULA, ALWAYS, meaning), Field(second, FORMULA, ALWAYS, meaning)


#: property -> the fields of its value
CLAIMS: Final = {
    "range": _one(
        SET,
        'the values taken, as a set such as "[-1, oo)" or "{0} | (1, oo)"; of a vector of two or more, by each element',
    ),
    "gradient_range": _one(SET, "the slopes taken, at kinks those of this catalogue"),
    "bounded": _one(
        choice("both", "below", "above", "none"), "on which sides its values end: both, below, above, none"
    ),
    "minimum": _two("at", "value", "the least value and where it is taken"),
    "maximum": _two("at", "value", "the largest value and where it is taken"),
    "zeros": _one(SET, "where it is 0"),
    "fixed_points": _one(SET, "where it returns its input"),
    "monotone": _one(
        choice("true", "false", "increasing", "decreasing"),
        "increasing where it never falls, decreasing where it never rises, true for either, false",
    ),
    "convex": _one(
        choice("true", "false", "concave"), "true where no chord lies below it, concave where none lies above it"
    ),
    "convex_on": _one(SET, "the closed intervals on which no chord lies below it, where that is a part of the line"),
    "inflections": _one(SET, "where it turns from one bend to the other, with a continuous slope"),
    "parity": _one(choice("none", "even", "odd"), "even, odd or none"),
    "point_symmetry": (
        Field("about", POINT, ALWAYS, "the point of the plane around which half a turn changes nothing"),
    ),
    "periodic": _one(FORMULA, "its period"),
    "smoothness": _one(FORMULA, "how many continuous derivatives it has; oo for all, -1 for a jump"),
    "lipschitz": _one(
        FORMULA,
        "the largest slope in size, by either half of a gated unit; of vectors of two or more, whatever their length, "
        "the largest sum of the sizes of one value's slopes (the infinity norm); oo where there is none, or a jump",
    ),
    "limits": _two("-oo", "oo", "the limits on the left and on the right; none where there is none"),
    "asymptotes": _two("-oo", "oo", "the lines it nears on the left and on the right; none where there is none"),
    "saturates": _one(choice("both", "left", "right", "none"), "on which sides its limit is a number"),
    "dead_region": _one(SET, "where it is constant, so that no gradient flows"),
    "zero_centered": _one(YES_OR_NO, "whether its values reach as far below 0 as above"),
    "identity_near_zero": _one(YES_OR_NO, "whether it is 0 with slope 1 at 0"),
    "cost": (
        Field(
            "exponentials", COUNT, ALWAYS, "functions such as exp, log, tanh or erf that are called for each element"
        ),
        Field("operations", COUNT, ALWAYS, "all operations for each element, those among them"),
        Field(
            "sorts",
            COUNT,
            OPTIONAL,
            "of a vector function: how many thresholds are found by putting its elements in order; not among the "
            "operations, because that costs more for each element, the more there are",
        ),
    ),
    "linear_in": _one(
        choice("a", "b", "both", "none"), "of a gated unit: the half in which it is linear: a, b, both, none"
    ),
    "sums_to": _one(FORMULA, "of a vector function: what its values along the axis sum to"),
    "shift": _one(
        choice("invariant", "equivariant", "none"),
        "of a vector function: whether a number added to all elements changes nothing (invariant), is added to all "
        "values (equivariant), or none of both",
    ),
    "order": _one(
        choice("kept", "reversed", "none"),
        "of a vector function: whether a larger element never has a smaller value (kept), never a larger one "
        "(reversed), or none of both",
    ),
}
_SHARED: Final = ("range", "bounded", "zero_centered", "smoothness", "cost")
_OF_PAIRS: Final = (*_SHARED, "lipschitz", "linear_in")
_OF_VECTORS: Final = (*_SHARED, "lipschitz", "sums_to", "shift", "order")
_OF_NUMBERS: Final = tuple(name for name in CLAIMS if name not in ("linear_in", "sums_to", "shift", "order"))
#: kind -> the properties that say something of it; what has noise is told of in its deterministic form
OF_KIND: Final = {"elementwise": _OF_NUMBERS, "stochastic": _OF_NUMBERS, "gated": _OF_PAIRS, "vector": _OF_VECTORS}
_OF_EVERY_NUMBER: Final = ("range", "monotone", "parity", "smoothness", "lipschitz", "limits")
#: kind -> what every entry of registry/ states. Not the limits of a function of a vector: its elements go to infinity
#: in many ways, each with a limit of its own (softmax of [c, 0] nears [1, 0], that of [c, c] stays [1/2, 1/2]). Nor
#: whether it is monotone or odd, which are words about one number: `order` and `shift` stand in their place.
REQUIRED: Final = {
    "elementwise": _OF_EVERY_NUMBER,
    "stochastic": _OF_EVERY_NUMBER,
    "gated": ("range", "smoothness", "lipschitz", "linear_in", "cost"),
    "vector": ("range", "smoothness", "lipschitz", "shift", "cost"),
}
LIMITED: Final = (
    Field("when", FORMULA, OPTIONAL, "a condition on the parameters under which it is claimed"),
    Field("note", TEXT, OPTIONAL, "anything a reader should know"),
)


def _claims_of(name: str, node: Node, place: Place) -> tuple[Claim, ...]:
    is_value = (
        CLAIMS[name][0].kind is SET and isinstance(node, Items) and not any(isinstance(i, Table) for i in node.items)
    )
    if isinstance(node, Items) and not is_value:
        return tuple(_claim(name, item, place.at(i, item.line)) for i, item in enumerate(node.items))
    return (_claim(name, node, place),)


def _claim(name: str, node: Node, place: Place) -> Claim:
    fields = CLAIMS[name]
    if _has_short_form(fields) and not isinstance(node, Table):
        return Claim(name, fields[0].kind.read(node, place))
    values = read_fields((*fields, *LIMITED), node, place)
    when, note = values.pop("when", None), values.pop("note", None)
    return Claim(name, values["value"] if _has_short_form(fields) else tuple(values.items()), when, note)


def _has_short_form(fields: tuple[Field, ...]) -> bool:
    """Whether the value may stand alone: a point of symmetry may not, whose one field says what it is."""
    return fields[0].name == "value"


def _field(name: str, fields: tuple[Field, ...]) -> Field:
    def read(node: Node, place: Place) -> tuple[Claim, ...]:
        return _claims_of(name, node, place)

    long = json_of((*fields, *LIMITED))
    short = [fields[0].kind.json] if _has_short_form(fields) else []
    rule = {"anyOf": [*short, long, {"type": "array", "items": long}]}
    needed = REGISTRY if any(name in names for names in REQUIRED.values()) else OPTIONAL
    return Field(name, Kind(read, rule), needed, fields[0].meaning)


FIELDS: Final = tuple(_field(name, fields) for name, fields in CLAIMS.items())


def _properties(node: Node, place: Place) -> tuple[Claim, ...]:
    values: dict[str, Any] = read_fields(FIELDS, node, place)
    return tuple(claim for claims in values.values() for claim in claims)


PROPERTIES: Final = Kind(_properties, json_of(FIELDS))
