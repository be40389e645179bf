"""What people hand to a forge besides names: taken as meant, or refused with what to type instead.

Each slip that is easy to make has a sentence of its own, such as a parameter given as a keyword or one name where a
list is wanted. It knows the forms of arguments, asks an expression only what it takes, and knows no catalogue.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurogebra.errors import InputError, UnknownCategory, brief, did_you_mean
from neurogebra.parameters import of_habit, unknown

if TYPE_CHECKING:
    from neurogebra.expression import Expression

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


def keyword_refused(wrong: Mapping[str, object], expression: Expression) -> str:
    """Why `get("leaky_relu", alpha=0.2)` is refused, and what to type."""
    e, word = expression, next(iter(wrong))
    if word in e.params:
        params = ", ".join(f'"{name}": {brief(value)}' for name, value in wrong.items() if name in e.params)
        return f"get takes parameter values as a dict: params={{{params}}}."
    value, forms = wrong[word], e.entry.variants if e.entry else ()
    meant = [f" Did you mean variant={value!r}?" for form in forms if isinstance(value, str) and form.name == value]
    near = did_you_mean(word, ("name", "params", "variant", "trainable")) or next(iter(meant), "")
    why = near or f" {_elsewhere(word, e) or unknown(e.name, word, e._rows, e.params)}"
    return f"get takes no argument {brief(word)}.{why}"


def _elsewhere(word: str, e: Expression) -> str:
    """Where a word belongs that is no parameter: to the evaluation, or to another library. Empty for any other."""
    if word in e.variables:
        return f"{e.name} takes {word} when it is evaluated: eval({word}=...)."
    if word in ("axis", "dim") and e._axes is not None:
        return f"{e.name} takes its axis when it is evaluated: eval(x=..., axis=-1)."
    return of_habit(e.name, word, e._axes)


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
