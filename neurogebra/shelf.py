"""What a user adds to one forge: entries that were loaded and expressions that were registered.

A shelf is never half changed: `with_added` answers with a new one or refuses, so that a folder with one bad
file leaves the forge as it was. Each name and alias has one owner, and is taken over only when asked for.
It knows nothing of the packaged catalogue beyond the owner of a spelling, which it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from neurogebra.catalogue.entry import Entry, names_in
from neurogebra.errors import EntryError, FormulaError, InputError, NameTaken, brief
from neurogebra.expression import Expression
from neurogebra.record import Record

__all__ = ["Shelf", "Thing", "category_of", "check_formulas", "metadata_of"]

Thing = Entry | Expression

#: the category of a registered expression whose metadata names none
DEFAULT_CATEGORY = "custom"


class Shelf(Record):
    """`things` by name, and every spelling with the name and variant that it means."""

    things: dict[str, Thing]
    spellings: dict[str, tuple[str, str | None]]

    def with_added(
        self, added: Iterable[tuple[str, Thing]], owner_of: Callable[[str], str | None], replace: bool
    ) -> Shelf:
        """A shelf with these too. `owner_of` says whose name or alias a spelling is now, in the whole forge.

        The new ones claim no spelling twice. Raises NameTaken where one is in use and `replace` is False.
        """
        things: dict[str, Thing] = {}
        spellings: dict[str, tuple[str, str | None]] = {}
        for name, thing in added:
            for spelling, variant in _spellings(name, thing):
                owner = owner_of(spelling)
                if owner is not None and not replace:
                    raise NameTaken(_taken(spelling, owner, _place(thing)))
                spellings[spelling] = name, variant
            things[name] = thing
        replaced = self.things.keys() & spellings.keys()
        kept = {spelling: meant for spelling, meant in self.spellings.items() if meant[0] not in replaced}
        remaining = {name: thing for name, thing in self.things.items() if name not in replaced}
        return Shelf({**remaining, **things}, {**kept, **spellings})

    def category(self, name: str) -> str:
        """The category of one of these things."""
        return category_of(self.things[name])

    def rank(self, name: str) -> int | None:
        """Its place in the order of names; None for most."""
        thing = self.things[name]
        return thing.rank if isinstance(thing, Entry) else None


def category_of(thing: Thing) -> str:
    """The category an entry has or an expression's metadata name. Raises InputError where it is no text."""
    if isinstance(thing, Entry):
        return thing.category
    category = thing.metadata.get("category", DEFAULT_CATEGORY)
    if not isinstance(category, str) or not category:
        raise InputError(f"the category of {thing.name} is a word such as 'activation'; got {brief(category)}.")
    return category


def metadata_of(thing: Thing) -> dict[str, Any]:
    """What it says of itself, under the keys of a catalogue file."""
    return thing.to_dict() if isinstance(thing, Entry) else thing.metadata


def check_formulas(entries: Iterable[Entry]) -> None:
    """Refuse entries with a formula that cannot be used, now rather than when it is."""
    from neurogebra.catalogue.coherence import check_vector

    entries = list(entries)
    for entry in entries:
        check_vector(entry)
    forms = [(entry, name) for entry in entries for name in (None, *(v.name for v in entry.variants))]
    for entry, variant in forms:
        expression = Expression.from_entry(entry, variant=variant)
        _refuse(expression, "formula", _strange(entry.kind, expression.variables))
        of_words = sorted(symbol.name for symbol in expression.words.free_symbols)  # of its `rewrite`, with constants
        unknown = [name for name in of_words if name not in (*expression.variables, *expression.params)]
        if unknown:
            _refuse(expression, "rewrite", f"{unknown[0]!r} is no symbol of the formula, and not declared.")
        made = getattr(expression, "shape", entry.shape)
        if made != entry.shape:
            _refuse(expression, "shape", f"is {entry.shape}, but the formula makes it {made}: write shape: {made}.")
        from neurogebra.language.words import WORDS

        known = {"oo", "True", *WORDS, *expression._params, *expression._constants}
        _check_kinks(expression, known)
        _check_properties(expression, known)


def _check_kinks(expression: Expression, known: set[str]) -> None:
    """Refuse a kink that could not be placed: pictures and explanations put numbers into it."""
    for index, kink in enumerate(expression.entry.kinks if expression.entry else ()):
        field = f"kinks[{index}]"
        _refuse(expression, field, _undecided(kink.when, known))
        for name in ("at", "left", "right", "gradient"):
            _refuse(expression, field, _unknown(name, getattr(kink, name), known))


def _check_properties(expression: Expression, known: set[str]) -> None:
    """Refuse a property that could not be told: it is, with its condition, whenever the entry is explained."""
    from neurogebra.properties import LINES, WORDED
    from neurogebra.properties import WORDS as SAID

    for claim in expression.entry.properties if expression.entry else ():
        field = f"properties.{claim.name}"
        _refuse(expression, field, _undecided(claim.when, known))
        if isinstance(claim.value, bool) or claim.name in WORDED:
            continue
        values = [text for _, text in claim.value] if isinstance(claim.value, tuple) else [claim.value]
        names = set().union(*(names_in(text) for text in values if text not in SAID))
        strangers = sorted(names - known - ({"x"} if claim.name in LINES else set()))
        _refuse(expression, field, _undeclared(strangers))
    try:
        dict(expression.properties)
    except FormulaError as refused:  # a number that no property could be, 9**9**9
        _refuse(expression, "properties", str(refused))


def _undecided(condition: str | None, known: set[str]) -> str | None:
    """Why a `when` cannot be decided by parameter values, or None."""
    return condition and _unknown("when", f"Piecewise((1, {condition}), (0, True))", known)


def _unknown(name: str, formula: str | None, known: set[str]) -> str | None:
    """Why parameter values do not make a number of a formula, or None."""
    from neurogebra.language.parser import parse

    if formula in (None, "oo", "-oo"):
        return None
    try:
        symbols = {symbol.name for symbol in parse(formula).free_symbols}
    except FormulaError as error:
        return f"{name}: {error.reason}"
    strangers = sorted(symbols - known)
    return f"{name}: {_undeclared(strangers)}" if strangers else None


def _undeclared(strangers: list[str]) -> str | None:
    return f"{strangers[0]!r} is not declared under params or constants." if strangers else None


def _refuse(expression: Expression, field: str, reason: str | None) -> None:
    """Raise EntryError with the line of the field, or of the formula where the field is not stated."""
    if reason:
        source = expression.entry.source if expression.entry else None
        path, line = (source.path, source.line(field) or source.line("formula")) if source else (None, None)
        raise EntryError(reason, path, line, field)


def _strange(kind: str, variables: list[str]) -> str | None:
    """Why these cannot be the variables of an entry of this kind, or None."""
    if kind == "gated":
        has = f"this has {', '.join(variables)}."
        return None if variables == ["a", "b"] else f"a gated unit is a formula of a, the value, and b, the gate; {has}"
    strangers = [name for name in variables if name != "x"]
    if strangers:
        return f"{strangers[0]!r} is neither x nor declared under params or constants."
    return None


def _spellings(name: str, thing: Thing) -> Iterator[tuple[str, str | None]]:
    if isinstance(thing, Entry):
        yield from thing.spellings()
    else:
        yield name, None


def _place(thing: Thing) -> str | None:
    source = thing.source if isinstance(thing, Entry) else None
    return None if source is None else source.path


def _taken(spelling: str, owner: str, place: str | None) -> str:
    where = "" if place is None else f"{place}: "
    what = "the name of an expression" if owner == spelling else f"an alias of {owner}"
    return f"{where}{spelling!r} is already {what}. Choose another, or say replace=True to replace it here."
