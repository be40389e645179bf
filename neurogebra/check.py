"""`neurogebra check PATH`: every claim of a file or folder judged, or properties proposed and written into it.

What a file says about itself is either proven here or shown to be wrong with the place where it is, by the same
checks that the catalogue itself is tested with; a user's entries are loaded into a forge of their own, so that their
special cases may name each other and the catalogue. It needs the extra `verify`; it decides nothing itself.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from neurogebra.asked import path_of
from neurogebra.catalogue.places import shown, yaml_files
from neurogebra.errors import EntryError

if TYPE_CHECKING:
    from neurogebra.catalogue.entry import Entry
    from neurogebra.claims.verdict import Verdict
    from neurogebra.expression import Expression
    from neurogebra.forge import MathForge

__all__ = ["Report", "check_path", "propose_for"]


class Report:
    """The answer of `check`: lines found one after the other as they are printed, and then the exit code."""

    bold: frozenset[int] = frozenset()
    aside = ""

    def __init__(self, path: Path) -> None:
        self.counts: Counter[str] = Counter()
        self._forge, self._entries = loaded(path)

    @property
    def code(self) -> int:
        """1 where a claim fails. Known once the verdicts were asked for."""
        return 1 if self.counts["fails"] else 0

    @property
    def lines(self) -> Iterator[str]:
        """A line for each verdict, and the count."""
        yield from map(str, self._verdicts())
        yield self.count

    @property
    def count(self) -> str:
        """How many claims hold, fail and stay open, in words. Known once the verdicts were asked for."""
        return ", ".join(f"{self.counts[status]} {words}" for status, words in COUNTED)

    @property
    def data(self) -> list[dict[str, str]]:
        """The verdicts as dicts."""
        return [asdict(verdict) for verdict in self._verdicts()]

    def _verdicts(self) -> Iterator[Verdict]:
        from neurogebra.claims.checks import check

        self.counts.clear()
        for entry in self._entries:
            for expression in forms(self._forge, entry):
                for verdict in check(expression, self._forge.compose):
                    self.counts[verdict.status] += 1
                    yield verdict


COUNTED = (("holds", "hold"), ("fails", "fail"), ("cannot tell", "cannot be told"))


def check_path(path: str) -> Report:
    """The report on a file or folder. Raises EntryError, NameTaken and MissingExtra before the first line."""
    place = there(path)
    import neurogebra.claims.checks  # noqa: F401  the missing extra is named before any file is read

    return Report(place)


def propose_for(path: str, write: bool) -> Iterator[str]:
    """Lines of a `properties:` block for each entry and variant; with `write` they go into the file."""
    place = there(path)
    from neurogebra.catalogue.blocks import block_of, with_properties
    from neurogebra.claims.propose import propose

    forge, entries = loaded(place)
    for entry in entries:
        for expression in forms(forge, entry):
            own = expression.entry
            assert own is not None
            variant = own.variant
            yield f"# {entry.name}" + (f", variant {variant}" if variant else "")
            proposal = propose(expression)
            if write and proposal.claims:
                file = file_of(entry, place)
                text = file.read_text(encoding="utf-8")
                file.write_text(with_properties(text, proposal.claims, str(file), variant), encoding="utf-8")
            yield from block_of(proposal.claims)
            yield from (f"# left out: {name}: {reason}" for name, reason in proposal.left_out.items())


def there(path: str) -> Path:
    """The place of a file or folder; asked before anything is loaded, since without it no extra would help."""
    place = path_of("check", path)
    if not os.path.exists(place):  # False, too, where no file could have such a name
        raise EntryError("there is no such file or folder.", shown(place))
    return place


def loaded(path: Path) -> tuple[MathForge, tuple[Entry, ...]]:
    """A forge that knows the file's entries, or the folder's, and these."""
    from neurogebra.forge import MathForge

    forge = MathForge()
    loaded_here = (forge.get(name).entry for name in forge.load(path, replace=True))
    return forge, tuple(entry for entry in loaded_here if entry is not None)


def forms(forge: MathForge, entry: Entry) -> Iterator[Expression]:
    """An entry and each of its variants."""
    for variant in (None, *(each.name for each in entry.variants)):
        yield forge.get(entry.name, variant=variant)


def file_of(entry: Entry, path: Path) -> Path:
    """The file that an entry was read from."""
    if path.is_file():
        return path
    from neurogebra.catalogue.schema import load_file

    return next(file for file in yaml_files(path) if load_file(file).name == entry.name)
