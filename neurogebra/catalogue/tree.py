"""Entries as trees of plain dicts and lists: what `metadata` shows and what the writer writes.

One walk serves both, so that what is shown and what is saved cannot differ. A tree still has each number
with its text; `plain` turns it into Python numbers for people. Nothing here knows YAML, or what a field means
beyond how it is laid out in a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

from neurogebra.catalogue.entry import Entry, Variant
from neurogebra.catalogue.parts import Argument, Claim, Constant, Equivalent, Kink, Noise, Number, Param
from neurogebra.errors import FormulaError
from neurogebra.language.interval import Interval

__all__ = ["Quoted", "plain", "tree_of"]

#: fields that no file has: they follow from the folder, or from the key the record stands under
_NOT_WRITTEN: Final[dict[type, frozenset[str]]] = {
    Entry: frozenset({"variant", "family", "source"}),
    Variant: frozenset({"name"}),
    Equivalent: frozenset({"framework", "variant"}),
    Noise: frozenset({"name"}),
}
#: formula texts that are shown as numbers where they are numbers: `left: 0` is 0 in metadata, not "0"
_MAYBE_NUMBERS: Final = {
    Kink: frozenset({"at", "left", "right", "gradient"}),
    Noise: frozenset(each.name for each in fields(Noise)) - {"name", "distribution"},
}


class Quoted(str):
    """A text that stays in quotes, because without them it would be the name of a parameter."""

    __slots__ = ()


def tree_of(record: Any) -> dict[str, Any]:
    """A record as dicts and lists; leaves are str, bool, int and Number. What was not stated is left out."""
    hidden = _NOT_WRITTEN.get(type(record), frozenset())
    formulas = _MAYBE_NUMBERS.get(type(record), frozenset())
    tree: dict[str, Any] = {}
    for each in fields(record):
        value = getattr(record, each.name)
        if each.name not in hidden and value != each.default:
            tree[each.name] = _number_or_text(value) if each.name in formulas else _branch(value)
    return tree


def plain(tree: Any) -> Any:
    """A copy with Python numbers and strings as leaves."""
    if isinstance(tree, dict):
        return {key: plain(branch) for key, branch in tree.items()}
    if isinstance(tree, list):
        return [plain(branch) for branch in tree]
    if isinstance(tree, Number):
        return tree.plain
    return str(tree) if isinstance(tree, str) else tree


def _branch(value: Any) -> Any:
    if isinstance(value, Interval):
        return str(value)
    if not isinstance(value, tuple):
        return value if isinstance(value, (str, bool, int, Number)) else tree_of(value)
    first = value[0] if value else None
    if isinstance(first, Claim):
        return _claims(value)
    if isinstance(first, tuple) and isinstance(first[0], str):  # (name, number) pairs
        return dict(value)
    layout = _LAYOUTS.get(type(first))
    return {_key(each): layout(each) for each in value} if layout else [_branch(each) for each in value]


def _key(record: Any) -> str:
    return str(record.key if isinstance(record, Equivalent) else record.name)


def _param(param: Param) -> dict[str, Any]:
    """All five lines, stated or not: a reader of the result should not have to know the defaults."""
    domains = {"domain": str(param.domain), "typical": str(param.typical)}
    tree = {"default": Number(param.text, param.default), **domains, "trainable": param.trainable}
    return {**tree, "meaning": param.meaning} if param.meaning else tree


def _constant(constant: Constant) -> Number:
    return Number.parse(constant.text)


def _argument(argument: Argument) -> str | bool | Number:
    is_text = isinstance(argument.value, str) and not argument.is_param
    return Quoted(argument.value) if is_text else argument.value


def _claims(claims: tuple[Claim, ...]) -> dict[str, Any]:
    """Claims under their names; several of one name, each with its own `when`, become a list."""
    grouped: dict[str, list[Any]] = {}
    for claim in claims:
        grouped.setdefault(claim.name, []).append(_claim(claim))
    return {name: same[0] if len(same) == 1 else same for name, same in grouped.items()}


def _claim(claim: Claim) -> Any:
    if isinstance(claim.value, tuple):
        tree: dict[str, Any] = {key: _number_or_text(text) for key, text in claim.value}
    else:
        tree = {"value": claim.value if isinstance(claim.value, bool) else _number_or_text(claim.value)}
    limits = {key: text for key, text in (("when", claim.when), ("note", claim.note)) if text is not None}
    return tree["value"] if not limits and tree.keys() == {"value"} else {**tree, **limits}


def _number_or_text(text: str) -> Number | str:
    try:
        return Number.parse(text) if "/" not in text else text
    except FormulaError:
        return text


#: records that stand under their name, and how each is laid out there
_LAYOUTS: Final[dict[type, Callable[[Any], Any]]] = {
    Param: _param,
    Constant: _constant,
    Argument: _argument,
    Variant: tree_of,
    Equivalent: tree_of,
    Noise: tree_of,
}
