"""Entries to YAML: the file a person would have written, in the order of the catalogue's own files.

Nothing is handed out that was not read back first and found equal, so a saved entry can always be loaded.
Texts that another YAML reader would take for a number, a flag or a date are put in quotes. Nothing here knows
what a field means beyond where it stands.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from neurogebra.catalogue.entry import Entry
from neurogebra.catalogue.parts import Number
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.catalogue.tree import Quoted, tree_of
from neurogebra.errors import EntryError
from neurogebra.language.interval import Interval

__all__ = ["GROUPS", "flow", "to_yaml"]

#: the order of a file; a blank line stands between groups
GROUPS: Final = (
    ("name", "title", "category", "rank", "tags", "aliases", "kind", "shape", "axis", "gate"),
    ("formula", "differs_from_base_by", "rewrite", "domain", "params", "constants", "noise"),
    ("variants",),
    ("kinks", "special_cases"),
    ("description", "usage", "pros", "cons", "note"),
    ("properties",),
    ("examples",),
    ("equivalents",),
    ("references", "see_also"),
)
_DEEP: Final = frozenset({"params", "variants"})  # tables whose members take a line for each field
_LONG: Final = frozenset({"pros", "cons"})  # lists of sentences, a line each

_NUMBERLIKE: Final = re.compile(r"[+-]?\.?[0-9][\w.:+-]*")
_YAML_WORDS: Final = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"])


def to_yaml(entry: Entry | Mapping[str, Any]) -> str:
    """The text of a file that says this entry, or what `Entry.to_dict` handed out.

    An Entry keeps every digit that was written; a dict has numbers of Python, written as their shortest text.
    Raises EntryError where the result would not be read back equal.
    """
    tree = tree_of(entry) if isinstance(entry, Entry) else _marked(entry)
    strangers = tuple(key for key in tree if not any(key in group for group in GROUPS))
    groups = [*GROUPS, strangers]  # reading back will name the field nearest to a stranger
    blocks = ["\n".join(line for key in group if key in tree for line in _lines(key, tree[key])) for group in groups]
    text = "\n\n".join(block for block in blocks if block) + "\n"
    back = read_entry_text(text, f"{tree.get('name', 'entry')}.yaml")
    if isinstance(entry, Entry) and back != replace(entry, variant=None):
        raise EntryError(f"the entry {entry.name!r} cannot be written so that it reads back equal.")
    return text


def _lines(key: str, value: Any) -> Iterator[str]:
    """One field as lines without indentation of its own."""
    start = f"{_scalar(key, flow=False)}:"
    if isinstance(value, Mapping) and value:
        yield start
        for name, inner in value.items():
            if key in _DEEP and isinstance(inner, Mapping):
                yield f"  {_scalar(str(name), flow=False)}:"
                yield from (f"    {line}" for field in inner for line in _lines(field, inner[field]))
            else:
                yield f"  {_scalar(str(name), flow=False)}: {flow(inner)}"
    elif isinstance(value, (list, tuple)) and value and (key in _LONG or isinstance(value[0], Mapping)):
        yield start
        yield from (f"  - {flow(item, inside=False)}" for item in value)
    else:
        yield f"{start} {flow(value, inside=False)}"


def flow(value: Any, inside: bool = True) -> str:
    """A value on one line; `inside` a list or table more characters need quotes."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(str(key))}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(flow(item) for item in value)}]"
    return _scalar(value, flow=inside)


def _scalar(value: Any, flow: bool = True) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, (int, float)):
        names = {math.inf: "oo", -math.inf: "-oo"}
        return "nan" if math.isnan(value) else names.get(value) or repr(value)
    if isinstance(value, (str, Interval)):
        text = str(value)
        bare = _is_bare(text, flow) and not isinstance(value, (Quoted, Interval))
        return text if bare else json.dumps(text, ensure_ascii=False)
    raise EntryError(f"a {type(value).__name__} cannot be written to YAML: {value!r:.60}.")


def _is_bare(text: str, flow: bool) -> bool:
    """Whether every YAML reader takes the text, without quotes, for this text."""
    if not text or not text.isprintable():
        return False
    begins_well = text[0].isalnum() or text[0] in "(_" or (text[0] in "+-" and text[1:2].isalnum())
    forbidden = (":", "#", ",", "?", "[", "]", "{", "}") if flow else (": ", " #")
    is_text = text.lower() not in _YAML_WORDS and not _NUMBERLIKE.fullmatch(text)
    return begins_well and is_text and not text.endswith(":") and not any(each in text for each in forbidden)


def _marked(given: Mapping[str, Any]) -> dict[str, Any]:
    """A dict with the texts among the arguments of equivalents told from the names of parameters."""
    tree = {key: value for key, value in given.items() if value is not None}
    params = set(tree.get("params") or ())
    if isinstance(tree.get("equivalents"), Mapping):
        tree["equivalents"] = _with_texts(tree["equivalents"], params)
    if isinstance(tree.get("variants"), Mapping):
        tree["variants"] = {name: _variant(inner, params) for name, inner in tree["variants"].items()}
    return tree


def _variant(given: Any, params: set[str]) -> Any:
    if not isinstance(given, Mapping) or not isinstance(given.get("equivalents"), Mapping):
        return given
    known = params | set(given.get("params") or ())
    return {**given, "equivalents": _with_texts(given["equivalents"], known)}


def _with_texts(equivalents: Mapping[str, Any], params: set[str]) -> dict[str, Any]:
    marked = {}
    for key, each in equivalents.items():
        for field in ("arguments", "defaults"):
            arguments = each.get(field) if isinstance(each, Mapping) else None
            if isinstance(arguments, Mapping):
                texts = {
                    name: Quoted(value) if isinstance(value, str) and value not in params else value
                    for name, value in arguments.items()
                }
                each = {**each, field: texts}
        marked[key] = each
    return marked
