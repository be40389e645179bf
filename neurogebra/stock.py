"""What one forge holds: the catalogue's files, and beside them the shelf of what was added to it.

Every spelling leads to one name and at most one variant, and what was added goes before what the catalogue has. A
file is read as an entry once, when first asked for, and only the index is asked to list. It knows no arguments that
people give, and of an entry makes the expression anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurogebra.catalogue.entry import Entry
from neurogebra.catalogue.index import Index
from neurogebra.catalogue.places import packaged
from neurogebra.errors import UnknownVariant, brief, did_you_mean
from neurogebra.expression import Expression
from neurogebra.shelf import Shelf, Thing, metadata_of

__all__ = ["Stock"]


class Stock:
    """The index of the packaged catalogue, the entries read from it, and a shelf."""

    def __init__(self) -> None:
        self.index = Index(packaged())
        self.shelf = Shelf({}, {})
        self._entries: dict[str, Entry] = {}

    def names(self, category: str | None = None) -> list[str]:
        """The names of a category, or all: by rank, then by alphabet."""
        shelf = self.shelf
        names = [name for name in self.index.names(category) if name not in shelf.spellings]
        added = [name for name in shelf.things if category in (None, shelf.category(name))]
        return sorted(names + added, key=self._order) if added else names

    def categories(self) -> list[str]:
        """Every category, in alphabetical order."""
        return sorted({*self.index.categories(), *map(self.shelf.category, self.shelf.things)})

    def find(self, spelling: str) -> tuple[str, str | None] | None:
        """The name and the variant that a spelling means. What was replaced takes its aliases with it."""
        if spelling in self.shelf.spellings:
            return self.shelf.spellings[spelling]
        found = self.index.find(spelling)
        if found is None or found[0].stem in self.shelf.spellings:
            return None
        return found[0].stem, found[1]

    def thing(self, name: str) -> Thing:
        """What stands under a name that is listed."""
        from neurogebra.catalogue.schema import load_file

        if name in self.shelf.things:
            return self.shelf.things[name]
        if name not in self._entries:
            found = self.index.find(name)
            assert found is not None, name
            self._entries[name] = load_file(found[0], self.index.root)
        return self._entries[name]

    def expression(self, name: str, variant: str | None, trainable: bool) -> Expression:
        """A name's expression: made anew from an entry, or the one that was registered."""
        thing = self.thing(name)
        if isinstance(thing, Entry):
            return Expression.from_entry(thing, variant=variant, trainable=trainable)
        if variant is not None:
            raise UnknownVariant(f"{name} has no variant {variant!r}; it was registered, and has none.")
        return thing.with_trainable(list(thing.params)) if trainable else thing

    def said_of(self, name: str) -> Mapping[str, Any]:
        """What is searched for words. Files are not read as entries for it: 0.4 ms each, 4 s for 10,000."""
        thing = self.shelf.things.get(name)
        if thing is not None:
            return metadata_of(thing)
        texts = self.index.texts(name)
        return {**texts, "aliases": [*texts["aliases"], *self.index.shared((name, *texts["aliases"]))]}

    def add(self, added: list[tuple[str, Thing]], replace: bool) -> None:
        """Put these on the shelf, all or none; see `Shelf.with_added`."""

        def owner_of(spelling: str) -> str | None:
            found = self.find(spelling)
            return found and found[0]

        self.shelf = self.shelf.with_added(added, owner_of, replace)

    def unknown(self, name: object) -> str:
        """`no expression called 'geluu'. Did you mean 'gelu'?`"""
        if isinstance(name, str) and (claimants := self.index.claimants(name)):
            *first, last = (f"{means!r} ({where})" for means, where in claimants)
            meanings = f"{', '.join(first)} or {last}"
            return f"no expression called {brief(name)}: several functions have this name. Ask for {meanings}."
        known = [*self.names(), *self.shelf.spellings, *self.index.spellings()]
        near = did_you_mean(name, known) or " list_all() gives the names, search(text) finds them."
        return f"no expression called {brief(name)}.{near}"

    def _order(self, name: str) -> tuple[float, str]:
        rank = (self.shelf if name in self.shelf.things else self.index).rank(name)
        return float("inf") if rank is None else rank, name
