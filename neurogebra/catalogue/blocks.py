"""One block of an entry's file written anew: its properties, with every other line and comment as it was.

A file belongs to the person who wrote it, so that only the lines of the block are replaced, or inserted where the
order of fields puts them; the result is read back, and must say the same as before in everything else. It knows
nothing of what a property means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from neurogebra.catalogue.entry import Entry
from neurogebra.catalogue.parts import Claim, Number
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.catalogue.tree import tree_of
from neurogebra.catalogue.writer import GROUPS, flow
from neurogebra.errors import EntryError

__all__ = ["block_of", "with_properties"]

_ORDER = [key for group in GROUPS for key in group]


def block_of(claims: Sequence[Claim]) -> list[str]:
    """The lines of a `properties:` block.

    >>> print(*block_of([Claim("range", "[0, oo)"), Claim("zeros", "{-1, 0}")]), sep="\\n")
    properties:
      range: "[0, oo)"
      zeros: [-1, 0]
    """
    tree = tree_of(Entry(name="x", category="x", formula="x", properties=tuple(claims))).get("properties", {})
    lines = ["properties:"] if tree else []
    for name, value in tree.items():
        if isinstance(value, list):
            lines.append(f"  {name}:")
            lines += [f"    - {_written(each)}" for each in value]
        else:
            lines.append(f"  {name}: {_written(value, inside=False)}")
    return lines


def _written(value: Any, inside: bool = True, point: bool = False) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_key(key)}: {_written(each, point=key == 'about')}" for key, each in value.items()) + "}"
        )
    text = "" if isinstance(value, (bool, Number)) else str(value)
    if text.startswith("{") and text.find("}") == len(text) - 1 and not set(text) & set("()[]|"):
        return f"[{text[1:-1]}]"  # points are a list
    if point and not set(text) & set("(){}"):
        return text
    return f'"{text}"' if text[:1] in ("(", "[", "{") else flow(value, inside)


def _key(key: str) -> str:
    return f'"{key}"' if key.endswith("oo") else flow(key)


def with_properties(text: str, claims: Sequence[Claim], where: str, variant: str | None = None) -> str:
    """The file's text with these properties, of the entry or of one variant.

    Raises EntryError where the result would say anything else differently.
    """
    entry = read_entry_text(text, where)
    lines = text.splitlines()
    prefix = f"variants.{variant}." if variant else ""
    indent = "    " if variant else ""
    block = [indent + line for line in block_of(claims)]
    stated = _starts(entry, prefix)
    if "properties" in stated:
        start = stated["properties"] - 1
        lines[start : _end(lines, start, len(indent))] = block
    else:
        start = _place(lines, stated, len(indent))
        gap = [] if variant else [""]
        lines[start:start] = [*block, *gap] if start < len(lines) else [*gap, *block]
    result = "\n".join(lines) + "\n"
    _check(entry, read_entry_text(result, where), tuple(claims), variant, where)
    return result


def _starts(entry: Entry, prefix: str) -> dict[str, int]:
    """Field -> line, of the entry or of one variant; what is inside a field has dots in its name."""
    assert entry.source is not None
    return {name.removeprefix(prefix): line for name, line in entry.source.lines if name.startswith(prefix)}


def _end(lines: list[str], start: int, indent: int) -> int:
    """The first line after a block: as deep as its key or less, and neither empty nor a comment of the block."""
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > indent):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return end


def _place(lines: list[str], stated: dict[str, int], indent: int) -> int:
    """Before the first field that comes later in a file, else after the last."""
    after = _ORDER[_ORDER.index("properties") + 1 :]
    later = [line - 1 for name, line in stated.items() if name in after]
    if not later:
        return _end(lines, max(stated.values()) - 1, indent)
    start = min(later)
    while start and lines[start - 1].strip().startswith("#"):
        start -= 1
    return start


def _check(before: Entry, now: Entry, claims: tuple[Claim, ...], variant: str | None, where: str) -> None:
    if variant is None:
        expected = replace(before, properties=claims)
    else:
        variants = tuple(replace(v, properties=claims or None) if v.name == variant else v for v in before.variants)
        expected = replace(before, variants=variants)
    if now != expected:
        raise EntryError("the properties cannot be written here without changing something else.", where)
