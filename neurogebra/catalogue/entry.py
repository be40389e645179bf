"""One entry of the catalogue as a frozen record: what its YAML file says, field by field.

An Entry is immutable, hashable and equal to another when the same was written, wherever the file lies. A
variant is read as its own entry, which has what it states and inherits the rest, except what is true of one
formula only. Formulas are texts here, the parts are in parts.py, and nothing knows SymPy, YAML or files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Final

from neurogebra.catalogue.parts import (
    Claim,
    Constant,
    Equivalent,
    Example,
    Kink,
    Noise,
    Number,
    Param,
    Reference,
    Source,
    SpecialCase,
)
from neurogebra.errors import UnknownVariant, brief, did_you_mean
from neurogebra.language.interval import Interval
from neurogebra.record import Record, field

__all__ = ["UNSTATED_CATEGORY", "Entry", "Variant", "names_in", "names_in_noise"]

#: the category of a formula of one's own whose metadata name none
UNSTATED_CATEGORY: Final = "custom"

#: true of one formula only: a variant has it where it states it, and never from its base
OF_ONE_FORMULA: Final = frozenset(
    {"aliases", "rewrite", "kinks", "special_cases", "properties", "examples", "equivalents"}
)
_NAME: Final = re.compile(r"(?<![A-Za-z0-9_.])[A-Za-z][A-Za-z0-9_]*")


class Entry(Record, kw_only=True):
    """Everything one file says about a function. The fields stand in the order in which files are written."""

    name: str
    title: str | None = None
    category: str
    rank: int | None = None
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    kind: str = "elementwise"
    shape: str = "same"
    axis: int = -1
    gate: str | None = None
    formula: str
    rewrite: str | None = None
    domain: Interval | None = None
    params: tuple[Param, ...] = ()
    constants: tuple[Constant, ...] = ()
    noise: tuple[Noise, ...] = ()
    variants: tuple[Variant, ...] = ()
    kinks: tuple[Kink, ...] = ()
    special_cases: tuple[SpecialCase, ...] = ()
    description: str | None = None
    usage: str | None = None
    pros: tuple[str, ...] = ()
    cons: tuple[str, ...] = ()
    note: str | None = None
    properties: tuple[Claim, ...] = ()
    examples: tuple[Example, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    references: tuple[Reference, ...] = ()
    see_also: tuple[str, ...] = ()
    variant: str | None = None  # set by as_variant alone; a file has no such field, nor the two below
    family: str | None = field(default=None, compare=False)  # the folder inside the category's
    source: Source | None = field(default=None, compare=False, repr=False)

    def spellings(self) -> Iterator[tuple[str, str | None]]:
        """Each name and alias that means this entry, beside the variant it means."""
        yield self.name, None
        yield from ((alias, None) for alias in self.aliases)
        yield from ((alias, variant.name) for variant in self.variants for alias in variant.aliases or ())

    def as_variant(self, name: str) -> Entry:
        """The entry of one variant: what it states, and from the base what it may inherit.

        `name` stays and `variant` says which. Of the parameters and constants those remain that the formula
        uses; the equivalents that the base lists as `torch@tanh` are those of its variant tanh.
        Raises UnknownVariant.
        """
        chosen = next((variant for variant in self.variants if variant.name == name), None)
        if chosen is None:
            raise UnknownVariant(_no_variant(self, name))
        merged = {key: _merged(self, chosen, key) for key in _SHARED}
        merged["equivalents"] += tuple(replace(each, variant=None) for each in self.equivalents if each.variant == name)
        used = names_in(chosen.formula) | names_in(chosen.rewrite or "")
        merged["noise"] = tuple(each for each in self.noise if each.name in used)
        used |= names_in_noise(merged["noise"])
        for key in ("params", "constants"):
            known = {each.name: each for each in (*getattr(self, key), *merged[key])}
            merged[key] = tuple(each for each in known.values() if each.name in used)
        source = self.source.of_variant(name) if self.source else None
        return replace(self, **merged, rank=None, variants=(), variant=name, source=source)

    def where(self, field: str) -> tuple[str | None, int | None]:
        """The file and the line of a field, or of the nearest field that holds it; None for what is not known."""
        return (None, None) if self.source is None else (self.source.path, self.source.line(field))

    def to_dict(self) -> dict[str, Any]:
        """What the file says, as fresh plain dicts and lists under its own keys; numbers as Python numbers.

        What was not stated is left out. Changing the result changes nothing.
        """
        from neurogebra.catalogue.tree import plain, tree_of

        return {key: plain(branch) for key, branch in tree_of(self).items()}


class Variant(Record, kw_only=True):
    """The same idea by another formula. None means not stated."""

    name: str
    title: str | None = None
    tags: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None
    formula: str
    differs_from_base_by: Number | None = None
    rewrite: str | None = None
    domain: Interval | None = None
    params: tuple[Param, ...] | None = None
    constants: tuple[Constant, ...] | None = None
    kinks: tuple[Kink, ...] | None = None
    special_cases: tuple[SpecialCase, ...] | None = None
    description: str | None = None
    usage: str | None = None
    pros: tuple[str, ...] | None = None
    cons: tuple[str, ...] | None = None
    note: str | None = None
    properties: tuple[Claim, ...] | None = None
    examples: tuple[Example, ...] | None = None
    equivalents: tuple[Equivalent, ...] | None = None
    references: tuple[Reference, ...] | None = None
    see_also: tuple[str, ...] | None = None

    @classmethod
    def of(cls, name: str, **stated: Any) -> Variant:
        """The variant that a file's values make."""
        return cls(name=name, **stated)


_SHARED: Final = tuple(f.name for f in fields(Variant) if f.name not in ("name", "differs_from_base_by"))
_UNSTATED: Final = {f.name: f.default for f in fields(Entry)}


def names_in(formula: str) -> frozenset[str]:
    """Every identifier of a formula text; the e of 1e-6 is none.

    >>> sorted(names_in("alpha*exp(x) + 1e-6"))
    ['alpha', 'exp', 'x']
    """
    return frozenset(_NAME.findall(formula))


def names_in_noise(noise: tuple[Noise, ...]) -> frozenset[str]:
    """Every identifier of what the distributions are told."""
    return frozenset().union(*(names_in(text) for each in noise for text in each.formulas.values()))


def _merged(base: Entry, variant: Variant, key: str) -> Any:
    stated = getattr(variant, key)
    if stated is not None:
        return stated
    return _UNSTATED[key] if key in OF_ONE_FORMULA else getattr(base, key)


def _no_variant(entry: Entry, name: str) -> str:
    known = [variant.name for variant in entry.variants]
    offer = f"it has {', '.join(known)}." if known else "it has no variants."
    return f"{entry.name} has no variant {brief(name)}; {offer}{did_you_mean(name, known)}"
