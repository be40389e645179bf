"""Characters that no screen shows as what they are: controls, direction marks, zero widths, lone surrogates.

What a person reads must be what the program read, so text from strangers is refused where it holds one; a
terminal obeys U+001B, and U+202E turns the rest of a line round. The rule is that of the Unicode categories, so
that letters of every language pass. What the text is about is not known here.
"""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["first_unseen", "said_of"]

_CATEGORIES: Final = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])


def first_unseen(text: str) -> str | None:
    """The first character, in order of code points, that cannot be seen and ends no line; None where all can.

    >>> first_unseen("Müller") is None, first_unseen("x\\u202ey")
    (True, '\\u202e')
    """
    if text.isprintable():
        return None
    unseen = (each for each in set(text) - set("\n\r") if unicodedata.category(each) in _CATEGORIES)
    return min(unseen, default=None)


def said_of(character: str) -> str:
    """Its code point and name, and what to do.

    >>> said_of("\\u202e")
    'U+202E (right-to-left override) cannot be seen; delete it.'
    """
    name = unicodedata.name(character, "control character").lower()
    return f"U+{ord(character):04X} ({name}) cannot be seen; delete it."
