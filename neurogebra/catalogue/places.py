"""Where entries lie on disk: the packaged catalogue, the checkout's, and the files of any folder.

The wheel carries the catalogue inside the package and a checkout has it beside pyproject.toml; both places
are tried, because importlib.resources alone fails in an editable install. Only `*.yaml` files that really lie
inside a folder belong to it. Nothing here opens a file or knows what is in one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from neurogebra.errors import EntryError, NeurogebraError

__all__ = ["families", "packaged", "shown", "walk", "yaml_files"]

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_LONGEST: Final = 400  # characters of a path that a message shows; a path may have 4,096, one that is refused more


def packaged(package: Path = _PACKAGE) -> Path:
    """The folder of the catalogue that came with this package.

    Raises NeurogebraError where the installation has none.
    """
    inside = package / "_registry"
    if inside.is_dir():
        return inside
    beside = package.parent / "registry"
    if beside.is_dir() and (package.parent / "pyproject.toml").is_file():
        return beside
    raise NeurogebraError(f"no catalogue: there is neither {inside} nor a checkout's {beside}; reinstall neurogebra.")


def yaml_files(folder: Path) -> list[Path]:
    """Every `*.yaml` file below `folder`, in alphabetical order; see `walk`."""
    return [Path(path) for path in sorted(walk(folder))]


def families(root: Path) -> list[str]:
    """The folders of a catalogue in which an entry has its place: each category's, and those inside it.

    No folder of a family is listed, so that its size costs nothing. Raises EntryError where there is no such folder.
    """
    _check_folder(root)
    categories = list(_folders_in(str(root)))
    return categories + [family for category in categories for family in _folders_in(category)]


def walk(folder: Path) -> Iterator[str]:
    """The path of every `*.yaml` file below `folder`; 10,000 files take about 10 ms.

    Names that begin with a dot are left alone. A folder that is a link is not entered: where it leads inside,
    its files are found where they really lie. Raises EntryError for a link that leads out, for a `*.yml`
    file, and where there is no such folder.
    """
    _check_folder(folder)
    root, waiting = os.path.realpath(folder), [str(folder)]
    while waiting:
        for item in _listed(waiting.pop()):
            if item.name.startswith("."):
                continue
            if item.is_symlink():
                _check_link(item.path, root)
            if item.is_dir(follow_symlinks=False):
                waiting.append(item.path)
            elif item.name.endswith((".yaml", ".yml")) and not item.is_dir():
                yield _checked(item.path)


def shown(path: Path | str) -> str:
    """The path as messages give it: from the current folder on, where it lies in there, and fit for a screen.

    >>> shown("a" * 5000 + ".yaml") == "a" * 190 + "..." + "a" * 185 + ".yaml"
    True
    """
    try:
        text = os.path.abspath(path).removeprefix(os.getcwd() + os.sep)
    except FileNotFoundError:  # the current folder is gone
        text = str(path)
    text = text if text.isprintable() else repr(text)[1:-1]  # a terminal obeys U+001B in a file's name
    return text if len(text) <= _LONGEST else f"{text[:190]}...{text[-190:]}"


def _listed(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError as error:
        raise EntryError(f"the folder cannot be read: {error.strerror}.", shown(folder)) from None


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise EntryError("there is no such folder.", shown(folder))


def _folders_in(folder: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        for item in found:
            if not item.name.startswith(".") and item.is_dir(follow_symlinks=False):
                yield item.path


def _check_link(path: str, root: str) -> None:
    target = os.path.realpath(path)
    if os.path.commonpath((target, root)) != root:
        reason = f"this link leads out of its folder, to {shown(target)}; put the file itself here."
        raise EntryError(reason, shown(path))


def _checked(path: str) -> str:
    if path.endswith(".yml"):
        raise EntryError("entries end in .yaml; rename it.", shown(path))
    return path
