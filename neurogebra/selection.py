"""Which names have the tags and the properties that were asked for, in the order they came in.

A word that nothing could have is an error with the nearest right one, because an empty list would read as an
answer; what an entry does not state is not found, because nobody has proven it. It is told how to look up a name,
and knows no forge, no file and no formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from neurogebra.errors import UnknownTag, brief, did_you_mean

__all__ = ["with_properties", "with_tags"]

_UNSTATED: Final = object()


def with_tags(names: list[str], tags: object, tags_of: Callable[[str], Iterable[str]]) -> list[str]:
    """The names that have every one of these tags: one text, or several."""
    having = {name: set(tags_of(name)) for name in names}
    asked = _checked_tags(tags, set().union(*having.values()))
    return [name for name in names if asked <= having[name]]


def with_properties(
    names: list[str], wanted: Mapping[str, Any], properties_of: Callable[[str], Mapping[str, Any]]
) -> list[str]:
    """The names that state each of these properties with a value that fits."""
    if not wanted:
        return names
    from neurogebra.properties import check_property_name, matches

    for each in wanted:
        check_property_name(each)
    for each, value in wanted.items():
        stated = [(name, properties_of(name).get(each, _UNSTATED)) for name in names]
        names = [name for name, found in stated if found is not _UNSTATED and matches(found, value)]
    return names


def _checked_tags(tags: object, known: set[str]) -> set[str]:
    """The tags asked for; one that nothing has is an error with the nearest that something has."""
    asked = list(tags) if isinstance(tags, Iterable) and not isinstance(tags, str) else [tags]
    for tag in asked:
        if not isinstance(tag, str) or tag not in known:
            near = did_you_mean(tag, known)
            raise UnknownTag(f"no tag called {brief(tag)}.{near} The tags are: {', '.join(sorted(known))}.")
    return {str(tag) for tag in asked}
