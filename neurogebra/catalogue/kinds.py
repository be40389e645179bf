"""How one text of a file is read: as a name, a number, a flag, a link, or as it stands.

A kind alone decides what its text means, so `no` is a word in a title and an error in a flag, and 1_000 is
never read as a thousand in silence. Each kind also says its rule in JSON Schema, for editors. Which fields
exist, and how they are put together, is not known here.

    TEXT FORMULA               as typed            NUMBER VALUE whole     decimals, fractions; oo; 0, 1, 2 ...
    TABLE                      a value, or rows    FLAG choice            true or false; one of some words
    NAME SYMBOL KEY DOTTED     identifiers
    ARXIV DOI URL              links               INTERVAL               "[0, oo)"
                                                   ARGUMENT               any of these, or a name
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from neurogebra.catalogue.parts import Number
from neurogebra.catalogue.reader import Items, Node, Text
from neurogebra.errors import EntryError, FormulaError, brief, did_you_mean
from neurogebra.language.bounds import FORMULA_CHARACTERS, NAME_CHARACTERS
from neurogebra.language.interval import Interval

__all__ = [
    "ARGUMENT",
    "ARXIV",
    "DOI",
    "DOTTED",
    "FLAG",
    "FORMULA",
    "INTERVAL",
    "KEY",
    "NAME",
    "NUMBER",
    "SYMBOL",
    "TABLE",
    "TEXT",
    "URL",
    "VALUE",
    "Kind",
    "Place",
    "choice",
    "whole",
]


class Place(NamedTuple):
    """Where the reading is: the file, the field, and the line of every field met so far."""

    path: str
    field: str
    lines: dict[str, int]

    def at(self, step: str | int, line: int) -> Place:
        """The place of a field or of an item inside this one."""
        name = f"{self.field}[{step}]" if isinstance(step, int) else f"{self.field}.{step}".lstrip(".")
        self.lines[name] = line
        return Place(self.path, name, self.lines)

    def complaint(self, reason: str, node: Node) -> EntryError:
        """The one form of every complaint: file:line: field: reason."""
        return EntryError(reason, self.path, node.line, self.field or None)


class Kind(NamedTuple):
    """A way to read a node, and the same rule in JSON Schema."""

    read: Callable[[Node, Place], Any]
    json: dict[str, Any]


def scalar(node: Node, place: Place, example: str = "a text") -> Text:
    """The node if it is a single text that is not empty."""
    if not isinstance(node, Text):
        shape = "a list" if isinstance(node, Items) else "a table of fields"
        raise place.complaint(f"needs {example}; this is {shape} (quotes make it a text).", node)
    if not node.text.strip():
        raise place.complaint(f"is empty; write {example} or leave the line out.", node)
    return node


def _text(node: Node, place: Place) -> str:
    return scalar(node, place).text.strip()


def _formula(node: Node, place: Place) -> str:
    text = scalar(node, place, "a formula").text.strip()
    if len(text) > FORMULA_CHARACTERS:
        reason = f"has {len(text):,} characters; a formula has at most {FORMULA_CHARACTERS:,}."
        raise place.complaint(reason, node)
    return text


def _matching(pattern: str, example: str) -> Kind:
    """A text of one pattern."""

    def read(node: Node, place: Place) -> str:
        text = scalar(node, place, f"a text such as {example}").text
        if re.fullmatch(pattern, text, re.ASCII) is None:
            raise place.complaint(f"{brief(text)} does not fit; write it like {example}.", node)
        return text

    return Kind(read, {"type": "string", "pattern": f"^({pattern})$"})


def _identifier(pattern: str, rule: str) -> Kind:
    """A name; what is no name is told by the character that spoils it."""

    def read(node: Node, place: Place) -> str:
        text = scalar(node, place, "a name").text
        foreign = next((c for c in text if not c.isascii()), None)
        if foreign is not None:
            letter = f"U+{ord(foreign):04X} ({unicodedata.name(foreign, 'no name').lower()})"
            raise place.complaint(f"{brief(text)} has the letter {letter} in it; {rule}.", node)
        if re.fullmatch(pattern, text, re.ASCII) is None:
            raise place.complaint(f"{brief(text)} is no name; {rule}.", node)
        if len(text) > NAME_CHARACTERS:
            raise place.complaint(f"has {len(text)} characters; a name has at most {NAME_CHARACTERS}.", node)
        if keyword.iskeyword(text):
            raise place.complaint(f"{brief(text)} is a word of Python and cannot be a name.", node)
        return text

    return Kind(read, {"type": "string", "pattern": f"^({pattern})$", "maxLength": NAME_CHARACTERS})


def _number(node: Node, place: Place, infinite: bool = False) -> Number:
    text = scalar(node, place, "a number").text.strip()
    try:
        return Number.parse(text, infinite=infinite)
    except FormulaError as error:
        raise place.complaint(error.reason + _how_to_write(text, infinite), node) from None


def _how_to_write(text: str, infinite: bool) -> str:
    """What to type for the spellings that YAML 1.1 reads as numbers and people write by habit."""
    meant = {".inf": "oo", "-.inf": "-oo", ".nan": "nan", "inf": "oo", "-inf": "-oo"}.get(text.lower())
    if meant is not None:
        return f" Write {meant}." if infinite else ""
    try:
        return f" Write {Number.parse(text.replace('_', '')).text}." if "_" in text else ""
    except FormulaError:
        return ""


def _value(node: Node, place: Place) -> Number | tuple[Number, ...]:
    if isinstance(node, Items):
        return tuple(_number(item, place.at(i, item.line), True) for i, item in enumerate(node.items))
    return _number(node, place, True)


def _table(node: Node, place: Place) -> Number | tuple[Any, ...]:
    if not isinstance(node, Items):
        return _value(node, place)
    return tuple(_value(item, place.at(i, item.line)) for i, item in enumerate(node.items))


def whole(least: int, most: int) -> Kind:
    """A whole number in digits."""

    def read(node: Node, place: Place) -> int:
        text = scalar(node, place, "a whole number").text
        if re.fullmatch("0|-?[1-9][0-9]{0,8}", text) is None or not least <= int(text) <= most:
            raise place.complaint(f"{brief(text)} is no whole number from {least} to {most}.", node)
        return int(text)

    return Kind(read, {"type": "integer", "minimum": least, "maximum": most})


def _flag(node: Node, place: Place) -> bool:
    text = scalar(node, place, "true or false").text
    if text not in ("true", "false"):
        raise place.complaint(f"{brief(text)} is neither true nor false.", node)
    return text == "true"


def _interval(node: Node, place: Place) -> Interval:
    if isinstance(node, Items):
        raise place.complaint('an interval needs quotes, such as "[0, 1]".', node)
    try:
        return Interval.parse(scalar(node, place, 'an interval such as "[0, oo)"').text)
    except FormulaError as error:
        raise place.complaint(error.reason, node) from None


def choice(*words: str) -> Kind:
    """One of a few words; `true` and `false` among them are read as flags."""

    def read(node: Node, place: Place) -> str | bool:
        text = scalar(node, place, "a word").text
        if text not in words:
            reason = f"{brief(text)} is none of {', '.join(words)}.{did_you_mean(text, words)}"
            raise place.complaint(reason, node)
        return text == "true" if text in ("true", "false") else text

    return Kind(read, {"enum": [word == "true" if word in ("true", "false") else word for word in words]})


def _argument(node: Node, place: Place) -> tuple[str | bool | Number, bool]:
    """The value, and whether it is a name: a bare word is, a text in quotes is not."""
    given = scalar(node, place, "a value")
    if given.quoted:
        return given.text, False
    if given.text in ("true", "false"):
        return given.text == "true", False
    if given.text[0].isalpha():
        return str(SYMBOL.read(node, place)), True
    return _number(node, place), False


TEXT: Final = Kind(_text, {"type": "string"})
FORMULA: Final = Kind(_formula, {"type": ["string", "number"], "maxLength": FORMULA_CHARACTERS})
NUMBER: Final = Kind(_number, {"type": ["number", "string"]})
VALUE: Final = Kind(_value, {"type": ["number", "string", "array"]})
TABLE: Final = Kind(_table, {"type": ["number", "string", "array"]})
FLAG: Final = Kind(_flag, {"type": "boolean"})
ARGUMENT: Final = Kind(_argument, {"type": ["string", "number", "boolean"]})
INTERVAL: Final = Kind(_interval, {"type": "string"})
NAME: Final = _identifier("[a-z][a-z0-9_]*", "names are small letters a-z, digits and _, with a letter first")
SYMBOL: Final = _identifier("[A-Za-z][A-Za-z0-9_]*", "symbols are letters, digits and _, with a letter first")
KEY: Final = _identifier(
    "[a-z][a-z0-9_]*(@[a-z][a-z0-9_]*)?", "write a framework, or a framework@variant, in small letters"
)
DOTTED: Final = _matching(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", "torch.nn.functional.gelu")
ARXIV: Final = _matching(r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}", "1606.08415")
DOI: Final = _matching(r"10\.\d{4,9}/[^\s<>\"']+", "10.1109/5.771073")
URL: Final = _matching(r"https://[^\s<>\"'\\]+", "https://example.org/paper")
