"""Name or alias to file, without reading every file.

A file's stem is the entry's name and its first folder the category, so a name is looked for in each family's
folder, and only what is not there takes a walk through all of them. Aliases and ranks are found by a scan of
lines when a question first needs them, so that nothing derived is stored and can be out of date. Nothing here
knows YAML: the scan trusts that these stand on lines of their own, and schema.py refuses an entry of the
catalogue where the scan finds others than were read.

    rank: 1                 order in names(); entries without one follow in alphabetical order
    aliases: [ramp]         on one line
    variants:
      leaky:
        aliases: [a, b]     on one line; they mean the variant
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterator
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from neurogebra.catalogue.places import families, shown, walk
from neurogebra.errors import EntryError, folded
from neurogebra.language.bounds import FILE_BYTES

__all__ = ["Alias", "Index", "Scan", "fields", "scan"]

# texts, compiled when first used: most processes ask for a name and never scan
_TOP: Final = r"(?m)^(rank|aliases|variants):[ \t]*([^\r\n]*)"
_FIELD: Final = r"(?m)^([a-z_]+):"
_BLOCK_END: Final = r"(?m)^[^ \t\r\n#]"
_INNER: Final = r"(?m)^( +)[\"']?([A-Za-z0-9_]+)[\"']?:[ \t]*([^\r\n]*)"
_LIST: Final = r"\[([^\[\]]*)\]"
_RANK: Final = r"([0-9]{1,9})[ \t]*(?:#.*)?"
#: in the catalogue's folder: two lines of head, then name, what it means, who means that
CLAIMED_TWICE: Final = "claimed_twice.tsv"
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
        """Nothing is read yet. What needs all files raises EntryError for a name or alias used twice."""
        self.root = root

    def __len__(self) -> int:
        return len(self._paths)

    def find(self, name: str) -> tuple[Path, str | None] | None:
        """The file that a name or alias means, and the variant (None: the entry itself), or None.

        A name costs a question to each family's folder; the first that is no name a scan of all files.
        """
        path = self._path(name)
        if path is not None:
            return Path(path), None
        found = self._aliases.get(name)
        return None if found is None else (Path(self._paths[found[0]]), found[1])

    def names(self, category: str | None = None) -> list[str]:
        """All names, by rank and then by alphabet; of one category, or none where nothing has it."""
        scans = self._scans
        chosen = [name for name in self._paths if category in (None, self.category(name))]
        return sorted(chosen, key=lambda name: (_order(scans[name]), name))

    def categories(self) -> list[str]:
        """Every category, in alphabetical order."""
        return sorted(set(map(self.category, self._paths)))

    def category(self, name: str) -> str:
        """The category of a name that `names` lists."""
        return self._inside(self._paths[name]).split(os.sep)[0]

    def rank(self, name: str) -> int | None:
        """The rank of a name that `names` lists, or None."""
        return self._scans[name].rank

    def spellings(self) -> list[str]:
        """Every name and every alias: all that `find` finds."""
        return [*self._paths, *self._aliases]

    def claimants(self, name: str) -> list[tuple[str, str]]:
        """What a name may mean that several functions claim, each with who means it; nothing for any other.

        >>> from neurogebra.catalogue.places import packaged
        >>> Index(packaged()).claimants("FastGELU")
        [('gelu_tanh', 'ONNX Runtime'), ('quick_gelu', 'MindSpore')]
        """
        return [(means, where) for claimed, means, where in self._claimed if folded(claimed) == folded(name)]

    def texts(self, name: str) -> dict[str, str | list[str]]:
        """What the file of a name says under each field, as typed, to be searched for words.

        `aliases` are the list of all, those of variants too.
        """
        return {**fields(_text(self._paths[name])), "aliases": [alias.name for alias in self._scans[name].aliases]}

    def shared(self, names: Container[str]) -> list[str]:
        """What any of these is called by somebody who shares the name with others: no alias, but searched for."""
        return [claimed for claimed, means, _ in self._claimed if means in names]

    def _path(self, name: str) -> str | None:
        """Where the entry of this name lies. In 10,000 files a walk takes 20 ms, asking 30 folders 0.1 ms."""
        if "_paths" not in self.__dict__ and _NAME.fullmatch(name):
            there = [path for folder in self._families if os.path.isfile(path := os.path.join(folder, f"{name}.yaml"))]
            if len(there) == 1 and not os.path.islink(there[0]):  # of two files, or a link, the walk complains
                return there[0]
        return self._paths.get(name)

    def _inside(self, path: str) -> str:
        return path[len(os.path.join(self.root, "")) :]

    @cached_property
    def _families(self) -> list[str]:
        return families(self.root)

    @cached_property
    def _paths(self) -> dict[str, str]:
        """All files by the names of their entries, from a walk."""
        paths: dict[str, str] = {}
        for path in walk(self.root):
            name = _name_of(path, self._inside(path))
            if name in paths:
                first, second = sorted((path, paths[name]))
                raise EntryError(f"the name {name!r} already belongs to {shown(first)}.", shown(second))
            paths[name] = path
        return paths

    @cached_property
    def _claimed(self) -> list[list[str]]:
        """The rows of names that several functions claim: the name, what it means, who means that."""
        path = os.path.join(self.root, CLAIMED_TWICE)
        lines = _text(path).splitlines()[2:] if os.path.isfile(path) else []
        return [line.split("\t") for line in lines]

    @cached_property
    def _scans(self) -> dict[str, Scan]:
        return {name: scan(_text(path)) for name, path in self._paths.items()}

    @cached_property
    def _aliases(self) -> dict[str, tuple[str, str | None]]:
        """The name and the variant that each alias means."""
        owners: dict[str, tuple[str, str | None]] = {}
        for name, found in sorted(self._scans.items()):
            for alias in found.aliases:
                self._refuse_taken(alias, name, owners)
                owners[alias.name] = (name, alias.variant)
        return owners

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


def fields(text: str) -> dict[str, str]:
    """The text after each field's name, up to the next: quotes, comments and all.

    >>> fields("name: relu\\ntags: [kink,\\n  sparse]\\n")
    {'name': ' relu\\n', 'tags': ' [kink,\\n  sparse]\\n'}
    """
    _, *parts = re.split(_FIELD, text)
    return dict(zip(parts[::2], parts[1::2], strict=True))


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


def _name_of(path: str, inside: str) -> str:
    """The name that a file's place gives its entry; the folder it is in gives the category."""
    folder, _, file = inside.rpartition(os.sep)
    name = file.removesuffix(".yaml")
    if not _NAME.fullmatch(name):
        reason = f"{name!r} cannot be a name; names are small letters a-z, digits and _, with a letter first."
        raise EntryError(reason, shown(path))
    if not folder:
        raise EntryError("put the file into a folder; the folder is the entry's category.", shown(path))
    return name


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(FILE_BYTES).decode("utf-8-sig", "replace")
    except OSError as error:
        raise EntryError(f"the file cannot be read: {error.strerror}.", shown(path)) from None


def _order(found: Scan) -> float:
    return float("inf") if found.rank is None else found.rank
