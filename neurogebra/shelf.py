"""What a user adds to one forge: entries that were loaded and expressions that were registered.

A shelf is never half changed: `with_added` answers with a new one or refuses, so that a folder with one bad
file leaves the forge as it was. Each name and alias has one owner, and is taken over only when asked for.
It knows nothing of the packaged catalogue beyond the owner of a spelling, which it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from neurogebra.catalogue.entry import UNSTATED_CATEGORY, Entry
from neurogebra.errors import InputError, NameTaken, brief
from neurogebra.expression import Expression
from neurogebra.record import Record

__all__ = ["Shelf", "Thing", "category_of", "metadata_of"]

Thing = Entry | Expression


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
    category = thing.metadata.get("category", UNSTATED_CATEGORY)
    if not isinstance(category, str) or not category:
        raise InputError(f"the category of {thing.name} is a word such as 'activation'; got {brief(category)}.")
    return category


def metadata_of(thing: Thing) -> dict[str, Any]:
    """What it says of itself, under the keys of a catalogue file."""
    return thing.to_dict() if isinstance(thing, Entry) else thing.metadata


def _spellings(name: str, thing: Thing) -> Iterator[tuple[str, str | None]]:
    if isinstance(thing, Entry):
        yield from thing.spellings()
    else:
        yield name, None


def _place(thing: Thing) -> str | None:
    return thing.where("name")[0] if isinstance(thing, Entry) else None


def _taken(spelling: str, owner: str, place: str | None) -> str:
    where = "" if place is None else f"{place}: "
    what = "the name of an expression" if owner == spelling else f"an alias of {owner}"
    return f"{where}{spelling!r} is already {what}. Choose another, or say replace=True to replace it here."
