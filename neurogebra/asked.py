"""What people hand to a forge besides names: taken as meant, or refused with what to type instead.

Each slip that is easy to make has a sentence of its own, such as a parameter given as a keyword or one name where a
list is wanted. It knows the forms of arguments, and neither the catalogue nor any expression.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from neurogebra.errors import InputError, UnknownCategory, brief, did_you_mean

__all__ = ["check_category", "choice", "keyword_refused", "named", "path_of", "several"]


def check_category(category: object, known: Sequence[str]) -> None:
    """Refuse a category that nothing has."""
    if not isinstance(category, str) or category not in known:
        near = did_you_mean(category, known)
        raise UnknownCategory(f"no category called {brief(category)}.{near} The categories are: {', '.join(known)}.")


def choice(variant: object, trainable: object) -> tuple[str | None, bool]:
    """The name of a variant, or None, and a flag."""
    if not isinstance(trainable, bool):
        raise InputError(f"trainable is True or False; got {brief(trainable)}.")
    if variant is not None and not isinstance(variant, str):
        raise InputError(f"a variant is a name such as 'tanh'; got {brief(variant)}.")
    return variant, trainable


def keyword_refused(wrong: Mapping[str, object], parameters: Container[str], variants: Iterable[str]) -> str:
    """Why `get("leaky_relu", alpha=0.2)` is refused, and what to type."""
    word = next(iter(wrong))
    if word not in parameters:
        meant = [f" Did you mean variant={name!r}?" for name in variants if name == wrong[word]]
        near = did_you_mean(word, ("name", "params", "variant", "trainable")) or next(iter(meant), "")
        if near:
            return f"get takes no argument {word!r}.{near}"
    params = ", ".join(f'"{word}": {value!r}' for word, value in wrong.items())
    return f"get takes parameter values as a dict: params={{{params}}}."


def named(params: object) -> Mapping[str, Any]:
    """Parameter values by name."""
    if isinstance(params, Mapping) and all(isinstance(key, str) for key in params):
        return params
    raise InputError(f'params is a dict such as {{"alpha": 0.2}}; got {brief(params)}.')


def several(what: str, names: Iterable[str]) -> list[str]:
    """Names, of which there may be many; a single text is none."""
    if isinstance(names, str) or not hasattr(names, "__iter__"):
        raise InputError(f"{what} takes a list of names such as ['relu', 'gelu']; got {brief(names)}.")
    return list(names)


def path_of(what: str, path: object) -> Path:
    """The place of a file or folder."""
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if text and isinstance(text, str) and "\0" not in text and _is_encodable(text):
        return Path(text)
    raise InputError(f"{what} takes the path of a file or folder; got {brief(path)}.")


def _is_encodable(path: str) -> bool:
    """Whether the file system could have it: half a character, as a cut text ends in, is none of its names."""
    try:
        return bool(os.fsencode(path))
    except UnicodeEncodeError:
        return False
