"""Name or alias to file, without reading every file.

One folder walk is all that a name needs: a file's stem is the entry's name, its first folder the category.
Aliases and ranks are found by a scan of lines when a question first needs them, so that nothing derived is
stored and can be out of date. Nothing here knows YAML: the scan trusts that these stand on lines of their
own, and schema.py refuses an entry of the catalogue where the scan finds others than were read.

    rank: 1                 order in names(); entries without one follow in alphabetical order
    aliases: [ramp]         on one line
    variants:
      leaky:
        aliases: [a, b]     on one line; they mean the variant
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from neurogebra.catalogue.places import shown, walk
from neurogebra.errors import EntryError
from neurogebra.language.bounds import FILE_BYTES

__all__ = ["Alias", "Index", "Scan", "scan"]

# texts, compiled when first used: most processes ask for a name and never scan
_TOP: Final = r"(?m)^(rank|aliases|variants):[ \t]*([^\r\n]*)"
_BLOCK_END: Final = r"(?m)^[^ \t\r\n#]"
_INNER: Final = r"(?m)^( +)[\"']?([A-Za-z0-9_]+)[\"']?:[ \t]*([^\r\n]*)"
_LIST: Final = r"\[([^\[\]]*)\]"
_RANK: Final = r"([0-9]{1,9})[ \t]*(?:#.*)?"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class Alias(NamedTuple):
    """One alias in a file: what it is, the variant it means (None: the entry), and its line."""

    name: str
    variant: str | None
    line: int


class Scan(NamedTuple):
    """What the lines of one file say about order and aliases."""

    rank: int | None
    aliases: tuple[Alias, ...]


class Index:
    """The names and aliases of one catalogue folder.

    >>> from neurogebra.catalogue.places import packaged
    >>> index = Index(packaged())
    >>> path, variant = index.find("gelu_tanh")
    >>> path.name, variant
    ('gelu.yaml', 'tanh')
    """

    def __init__(self, root: Path) -> None:
        """Walk the folder. Raises EntryError for a name used twice and for a file that cannot be an entry."""
        self.root = root
        self._paths: dict[str, str] = {}
        self._categories: dict[str, str] = {}
        self._scans: dict[str, Scan] | None = None
        self._aliases: dict[str, tuple[str, str | None]] | None = None
        skip = len(os.path.join(root, ""))
        for path in walk(root):
            name, category = _names_of(path, path[skip:])
            if name in self._paths:
                first, second = sorted((path, self._paths[name]))
                raise EntryError(f"the name {name!r} already belongs to {shown(first)}.", shown(second))
            self._paths[name], self._categories[name] = path, category

    def __len__(self) -> int:
        return len(self._paths)

    def find(self, name: str) -> tuple[Path, str | None] | None:
        """The file that a name or alias means, and the variant (None: the entry itself), or None.

        A name costs a look-up; the first that is no name costs a scan of all files.
        """
        if name in self._paths:
            return Path(self._paths[name]), None
        found = self._all_aliases().get(name)
        return None if found is None else (Path(self._paths[found[0]]), found[1])

    def names(self, category: str | None = None) -> list[str]:
        """All names, by rank and then by alphabet; of one category, or none where nothing has it."""
        scans = self._all_scans()
        chosen = [name for name in self._paths if category in (None, self._categories[name])]
        return sorted(chosen, key=lambda name: (_order(scans[name]), name))

    def categories(self) -> list[str]:
        """Every category, in alphabetical order."""
        return sorted(set(self._categories.values()))

    def category(self, name: str) -> str:
        """The category of a name that `names` lists."""
        return self._categories[name]

    def rank(self, name: str) -> int | None:
        """The rank of a name that `names` lists, or None."""
        return self._all_scans()[name].rank

    def spellings(self) -> list[str]:
        """Every name and every alias: all that `find` finds."""
        return [*self._paths, *self._all_aliases()]

    def _all_scans(self) -> dict[str, Scan]:
        if self._scans is None:
            self._scans = {name: scan(_text(path)) for name, path in self._paths.items()}
        return self._scans

    def _all_aliases(self) -> dict[str, tuple[str, str | None]]:
        if self._aliases is None:
            owners: dict[str, tuple[str, str | None]] = {}
            for name, found in sorted(self._all_scans().items()):
                for alias in found.aliases:
                    self._refuse_taken(alias, name, owners)
                    owners[alias.name] = (name, alias.variant)
            self._aliases = owners
        return self._aliases

    def _refuse_taken(self, alias: Alias, name: str, owners: dict[str, tuple[str, str | None]]) -> None:
        is_name = alias.name in self._paths
        if is_name or alias.name in owners:
            owner = alias.name if is_name else owners[alias.name][0]
            reason = f"{alias.name!r} is already {'the name' if is_name else 'an alias'} of {owner}"
            place = shown(self._paths[owner])
            raise EntryError(f"{reason}, in {place}.", shown(self._paths[name]), alias.line, "aliases")


def scan(text: str) -> Scan:
    """Rank and aliases by lines alone.

    >>> scan("name: relu\\nrank: 1\\naliases: [ramp]\\n")
    Scan(rank=1, aliases=(Alias(name='ramp', variant=None, line=3),))
    """
    rank: int | None = None
    aliases: list[Alias] = []
    for match in re.finditer(_TOP, text):
        key, value = match.groups()
        if key == "rank":
            whole = re.fullmatch(_RANK, value)
            rank = int(whole[1]) if whole else None
        elif key == "aliases":
            aliases += _listed(value, None, text, match.start())
        else:
            aliases += _of_variants(text, match.end())
    return Scan(rank, tuple(aliases))


def _of_variants(text: str, start: int) -> Iterator[Alias]:
    """The aliases in the block after `variants:`; its first line is indented as the variants' names are."""
    end = re.search(_BLOCK_END, text[start:])
    outer = inner = variant = None
    for match in re.finditer(_INNER, text[start : start + end.start()] if end else text[start:]):
        indent, key, value = len(match[1]), match[2], match[3]
        outer = indent if outer is None else outer
        if indent <= outer:
            variant, inner = key, None
            continue
        inner = indent if inner is None else inner
        if indent == inner and key == "aliases":
            yield from _listed(value, variant, text, start + match.start())


def _listed(value: str, variant: str | None, text: str, at: int) -> Iterator[Alias]:
    found = re.match(_LIST, value)
    line = text.count("\n", 0, at) + 1
    names = (item.strip().strip("\"'") for item in found[1].split(",")) if found else ()
    return (Alias(name, variant, line) for name in names if name)


def _names_of(path: str, inside: str) -> tuple[str, str]:
    """The name and the category that a file's place gives it."""
    folder, _, file = inside.rpartition(os.sep)
    name = file.removesuffix(".yaml")
    if not _NAME.fullmatch(name):
        reason = f"{name!r} cannot be a name; names are small letters a-z, digits and _, with a letter first."
        raise EntryError(reason, shown(path))
    if not folder:
        raise EntryError("put the file into a folder; the folder is the entry's category.", shown(path))
    return name, folder.split(os.sep)[0]


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(FILE_BYTES).decode("utf-8-sig", "replace")
    except OSError as error:
        raise EntryError(f"the file cannot be read: {error.strerror}.", shown(path)) from None


def _order(found: Scan) -> float:
    return float("inf") if found.rank is None else found.rank
