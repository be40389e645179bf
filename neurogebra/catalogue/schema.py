"""Nodes to entries, field by field: the tables of everything an entry may say.

What leaves this module was read completely: a field that is unknown, misspelt, of the wrong kind or at odds
with another is an EntryError with file, line and field. A user's file needs what is needed always; a test
asks the catalogue for the rest. Formulas stay text: whether they mean something is for the language to say.
"""

from __future__ import annotations

import json
import sys
from dataclasses import fields as fields_of
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from neurogebra.catalogue import index, kinds, parts, reader
from neurogebra.catalogue.coherence import check
from neurogebra.catalogue.entry import Entry, Variant
from neurogebra.catalogue.fields import (
    ALWAYS,
    OPTIONAL,
    REGISTRY,
    Field,
    json_of,
    list_of,
    named,
    read_fields,
    record,
    table_of,
)
from neurogebra.catalogue.kinds import Place
from neurogebra.catalogue.places import shown, yaml_files
from neurogebra.catalogue.properties import PROPERTIES
from neurogebra.errors import EntryError

__all__ = ["ENTRY", "entry_from", "json_schema", "json_text", "load_file", "load_folder", "read_entry_text"]


NAMES: Final = list_of(kinds.NAME, "[relu, gelu]")
TEXTS: Final = list_of(kinds.TEXT, "[first, second]")
VALUES: Final = table_of(kinds.SYMBOL, kinds.NUMBER, lambda *pair: pair, "{alpha: 0.5}")
ARGUMENTS: Final = table_of(kinds.SYMBOL, kinds.ARGUMENT, parts.Argument.of, '{approximate: "tanh"}')
SPELLINGS: Final = list_of(kinds.DOTTED, "[torch.nn.GELU]")
SYMBOLS: Final = list_of(kinds.SYMBOL, "[alpha]")
SLOPES: Final = table_of(kinds.FORMULA, kinds.FORMULA, lambda *pair: pair, '{"0": 1}')

# Each row: the field, how it is read, where it is needed, what it says.

PARAM: Final = (
    Field("default", kinds.NUMBER, ALWAYS, "the value where none is given, a decimal or a fraction"),
    Field("domain", kinds.INTERVAL, REGISTRY, "values outside it are refused"),
    Field("typical", kinds.INTERVAL, REGISTRY, "where tests and plots draw values"),
    Field("trainable", kinds.FLAG, OPTIONAL, "whether networks learn it"),
    Field("meaning", kinds.TEXT, REGISTRY, "what it does, in a few words"),
)
KINK: Final = (
    Field("at", kinds.FORMULA, ALWAYS, "where the function jumps or bends; in digits where no formula names it"),
    Field("order", kinds.whole(0, 9), ALWAYS, "what jumps: 0 the function, 1 its slope, 2 its curvature"),
    Field("left", kinds.FORMULA, OPTIONAL, "the derivative of that order just left of it"),
    Field("right", kinds.FORMULA, OPTIONAL, "the derivative of that order just right of it"),
    Field("gradient", kinds.FORMULA, OPTIONAL, "the slope this catalogue gives there"),
    Field("when", kinds.FORMULA, OPTIONAL, "a condition on the parameters under which it is one"),
    Field("note", kinds.TEXT, OPTIONAL, "what frameworks give there"),
)
SPECIAL_CASE: Final = (
    Field("equals", kinds.FORMULA, ALWAYS, "the name of an entry, or a formula of names"),
    Field("params", VALUES, OPTIONAL, "the parameter values that make it so"),
    Field("when", kinds.FORMULA, OPTIONAL, "a condition on the other parameters"),
    Field("note", kinds.TEXT, OPTIONAL, "anything a reader should know"),
)
EXAMPLE: Final = (
    Field("x", kinds.VALUE, ALWAYS, "the input"),
    Field("params", VALUES, OPTIONAL, "parameter values other than the defaults"),
    Field("value", kinds.VALUE, OPTIONAL, "the function there, to as many digits as are known"),
    Field("gradient", kinds.TABLE, OPTIONAL, "its first derivative; of a vector function the Jacobian, row by row"),
    Field("second", kinds.VALUE, OPTIONAL, "its second derivative"),
    Field("third", kinds.VALUE, OPTIONAL, "its third derivative"),
    Field("note", kinds.TEXT, OPTIONAL, "why this point"),
)
NOISE: Final = (
    Field("distribution", kinds.choice(*parts.DISTRIBUTIONS), ALWAYS, "how it is drawn, for each element anew"),
    Field("low", kinds.FORMULA, OPTIONAL, "of uniform: the least value"),
    Field("high", kinds.FORMULA, OPTIONAL, "of uniform: what stays above every value"),
    Field("mean", kinds.FORMULA, OPTIONAL, "of normal: the mean"),
    Field("deviation", kinds.FORMULA, OPTIONAL, "of normal: the standard deviation"),
    Field("probability", kinds.FORMULA, OPTIONAL, "of bernoulli: how often it is 1, else 0"),
    Field("location", kinds.FORMULA, OPTIONAL, "of gumbel: where its peak is"),
    Field("scale", kinds.FORMULA, OPTIONAL, "of gumbel: how wide it is"),
    Field("deterministic", kinds.FORMULA, ALWAYS, "what stands for it where nothing is drawn"),
)
EQUIVALENT: Final = (
    Field("function", kinds.DOTTED, ALWAYS, "the framework's own name, as imported"),
    Field("also", SPELLINGS, OPTIONAL, "its other names there, with the same arguments"),
    Field("arguments", ARGUMENTS, OPTIONAL, "fixed arguments; a bare word is a parameter of ours"),
    Field("defaults", ARGUMENTS, OPTIONAL, "what it puts for an argument left out, where that is not what we put"),
    Field("required", SYMBOLS, OPTIONAL, "arguments that it has no default for"),
    Field("slopes", SLOPES, OPTIONAL, "slopes it gives at kinks, where they are not ours"),
    Field("differs_by", kinds.NUMBER, OPTIONAL, "the largest absolute gap between its values and ours"),
    Field("note", kinds.TEXT, OPTIONAL, "anything else that differs"),
)
REFERENCE: Final = (
    Field("title", kinds.TEXT, ALWAYS, "its title"),
    Field("authors", TEXTS, OPTIONAL, "family names"),
    Field("year", kinds.whole(1600, 2200), OPTIONAL, "when it was published"),
    Field("venue", kinds.TEXT, OPTIONAL, "journal or conference"),
    Field("arxiv", kinds.ARXIV, OPTIONAL, "number, in quotes"),
    Field("doi", kinds.DOI, OPTIONAL, "number, without https://doi.org/"),
    Field("url", kinds.URL, OPTIONAL, "https only"),
    Field("note", kinds.TEXT, OPTIONAL, "what is found there"),
    Field("unverified", kinds.FLAG, OPTIONAL, "true where the source itself was not seen"),
)
_ROWS: Final = (
    Field("name", kinds.NAME, ALWAYS, "what it is called; in registry/ the file's name without .yaml"),
    Field("title", kinds.TEXT, REGISTRY, "the name in words"),
    Field("category", kinds.NAME, ALWAYS, "what it is, such as activation; in registry/ the folder"),
    Field("rank", kinds.whole(1, 999_999), OPTIONAL, "place in list_all; the others follow by alphabet"),
    Field("tags", TEXTS, REGISTRY, "words to be found by"),
    Field("aliases", NAMES, OPTIONAL, "other names, on one line"),
    Field("kind", kinds.choice("elementwise", "vector", "gated", "stochastic"),
          OPTIONAL, "what it works on; elementwise where left out"),
    Field("shape", kinds.choice("same", "concat", "reduce"),
          OPTIONAL, "what becomes of a vector; same where left out"),
    Field("axis", kinds.whole(-9, -1),
          OPTIONAL, "of a vector function: the axis it works along where a call names none; -1 where left out"),
    Field("gate", kinds.choice("second", "first"),
          OPTIONAL, "of a gated unit: which half of the input is b, the gate; second where left out"),
    Field("formula", kinds.FORMULA, ALWAYS, "what people read; its variable is x"),
    Field("rewrite", kinds.FORMULA, OPTIONAL, "the same in words, only where it is not found by itself"),
    Field("domain", kinds.INTERVAL, OPTIONAL, "the x for which it is defined; all where left out"),
    Field("params", named(kinds.SYMBOL, PARAM, parts.Param.of, "alpha: {default: 1}"),
          OPTIONAL, "numbers of the formula that users may change"),
    Field("constants", table_of(kinds.SYMBOL, kinds.NUMBER, parts.Constant.of, "scale: 1.0507"),
          OPTIONAL, "long fixed numbers by name, exactly as written"),
    Field("noise", table_of(kinds.SYMBOL, record(NOISE, dict), parts.Noise.of,
                            "a: {distribution: uniform, low: 0, high: 1, deterministic: 1/2}"),
          OPTIONAL, "symbols of the formula that are drawn by chance"),
    Field("kinks", list_of(record(KINK, parts.Kink), "{at: 0, order: 1}"),
          OPTIONAL, "every jump and bend; checked"),
    Field("special_cases", list_of(record(SPECIAL_CASE, parts.SpecialCase), "{equals: relu}"),
          OPTIONAL, "what it turns into; checked"),
    Field("description", kinds.TEXT, REGISTRY, "what it does, in a sentence"),
    Field("usage", kinds.TEXT, REGISTRY, "where people use it"),
    Field("pros", TEXTS, REGISTRY, "reasons for it"),
    Field("cons", TEXTS, REGISTRY, "reasons against it"),
    Field("note", kinds.TEXT, OPTIONAL, "where sources disagree"),
    Field("properties", PROPERTIES, OPTIONAL, "range, monotone and so on; checked"),
    Field("examples", list_of(record(EXAMPLE, parts.Example), "{x: 0, value: 0}"),
          REGISTRY, "golden values; checked to the digits written"),
    Field("equivalents", named(kinds.KEY, EQUIVALENT, parts.Equivalent.of, "torch: {function: tanh}"),
          OPTIONAL, "the same function in frameworks; checked"),
    Field("references", list_of(record(REFERENCE, parts.Reference), "{title: ...}"),
          OPTIONAL, "sources that were seen"),
    Field("see_also", NAMES, OPTIONAL, "related entries"),
)  # fmt: skip
_STATED: Final = {each.name for each in fields_of(Variant)} - {"name"}
VARIANT: Final = (
    *(row._replace(needed=ALWAYS if row.name == "formula" else OPTIONAL) for row in _ROWS if row.name in _STATED),
    Field("differs_from_base_by", kinds.NUMBER, OPTIONAL, "the largest absolute gap; checked"),
)
_VARIANTS: Final = named(kinds.NAME, VARIANT, Variant.of, "tanh: {formula: tanh(x)}")
_AFTER: Final = [row.name for row in _ROWS].index("noise") + 1
ENTRY: Final = (
    *_ROWS[:_AFTER],
    Field("variants", _VARIANTS, OPTIONAL, "the same idea by other formulas, under their names"),
    *_ROWS[_AFTER:],
)


def entry_from(node: reader.Node, where: str) -> Entry:
    """The entry that a file's nodes say. Raises EntryError for the first thing that cannot be."""
    place = Place(where, "", {})
    values = read_fields(ENTRY, node, place)
    entry = Entry(**values, source=parts.Source(where, tuple(place.lines.items())))
    check(entry)
    return entry


@lru_cache(maxsize=128)
def read_entry_text(text: str, where: str) -> Entry:
    """The entry that a YAML text says; `where` names it in messages. One for all forges, as it cannot change."""
    return entry_from(reader.read_text(text, where), where)


def load_file(path: Path, root: Path | None = None) -> Entry:
    """The entry in one file. With `root`, the catalogue's folder, the file's place must agree with the entry.

    Raises EntryError with file, line, field and reason.
    """
    text = reader.text_of(path)
    entry = read_entry_text(text, shown(path))
    if root is None:
        return entry
    folders = path.relative_to(root).parts[:-1]
    if path.stem != entry.name:
        reason = f"{entry.name!r} is not the file's name, {path.stem!r}."
        raise EntryError(reason, *entry.where("name"), "name")
    if folders[:1] != (entry.category,):
        reason = f"{entry.category!r} is not the folder's name, {'/'.join(folders[:1])!r}."
        raise EntryError(reason, *entry.where("category"), "category")
    _check_scan(entry, index.scan(text))
    return replace(entry, family=folders[1] if len(folders) > 1 else None)


def load_folder(folder: Path) -> tuple[Entry, ...]:
    """Every entry in a folder of the user's, whatever its files are called.

    If one file is broken, or two share a name, none.
    """
    entries: list[Entry] = []
    owners: dict[str, str] = {}
    for path in yaml_files(folder):
        entry = load_file(path)
        for spelling, variant in entry.spellings():
            if spelling in owners:
                name = "name" if spelling == entry.name else "aliases"
                name = f"variants.{variant}.{name}" if variant else name
                reason = f"{spelling!r} already belongs to {owners[spelling]}."
                raise EntryError(reason, *entry.where(name), name)
            owners[spelling] = shown(path)
        entries.append(entry)
    if not entries:
        raise EntryError("there is no *.yaml file in this folder.", shown(folder))
    return tuple(entries)


def json_schema() -> dict[str, Any]:
    """The rules for editors, as JSON Schema; what fields ask of each other is not in it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **json_of(ENTRY)}


def json_text() -> str:
    """The text of registry/schema.json, which `python -m neurogebra.catalogue.schema FILE` writes."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def _check_scan(entry: Entry, found: index.Scan) -> None:
    """The index reads lines, not YAML; what it would miss or invent is refused here."""
    if found.rank != entry.rank:
        reason = "write it on a line of its own, 'rank: 1', without quotes."
        raise EntryError(reason, *entry.where("rank"), "rank")
    read, seen = set(list(entry.spellings())[1:]), {(each.name, each.variant) for each in found.aliases}
    for alias, variant in sorted(read ^ seen, key=str):
        name = f"variants.{variant}.aliases" if variant else "aliases"
        reason = f"the list needs a line of its own, 'aliases: [{alias}, ...]'."
        raise EntryError(reason, *entry.where(name), name)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json_text(), encoding="utf-8")
