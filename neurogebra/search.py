"""Which entries a few words mean: names, best first, from what the entries say about themselves.

Any word of the query counts, because people type what they remember ("smooth relu", "dead neurons") and rarely the
name: by the heaviest field that has it, with something for each other field; by how few entries have it anywhere, so
that "activation", "function" and "for" decide next to nothing; and all of it by the share of the query that the entry
answers. Case is nothing, and one typing error is forgiven where the word, or the name, as typed is found nowhere. It
works on plain texts with the standard library alone and knows no formula, no file and no forge.

    field         weight
    name          8         split at underscores, where a word of four counts half, and whole
    aliases       8         those of variants too, in the same way
    title         5         in the same way
    tags          4
    category      3
    usage         3         "hidden layers of transformers" is what people look for
    equivalents   3         the last part of a name in a framework; a name with dots is found whole
    description   2
    pros, cons    1
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from neurogebra.errors import InputError, UsageError, brief, in_latin

__all__ = [
    "Words",
    "one_slip_apart",
]

WEIGHTS: Mapping[str, float] = {
    "name": 8.0,
    "aliases": 8.0,
    "title": 5.0,
    "tags": 4.0,
    "category": 3.0,
    "usage": 3.0,
    "equivalents": 3.0,
    "description": 2.0,
    "pros": 1.0,
    "cons": 1.0,
}
#: fields that name the entry: who is called softmax is nearer to "softmaxes" than who is called quiet_softmax
NAMING = ("name", "aliases", "title")
#: what each further field adds that has the word, too
ALSO = 0.25
#: a query that is a name or an alias outweighs every sum of single words; half of it, what another library calls it
WHOLE_NAME = 1000.0
#: how much of its weight a word keeps when only its beginning, or a word one slip away, was found; a name likewise
BEGINNING, ONE_SLIP = 0.5, 0.4
#: a word may have this many letters more than the one that is found: "transformers", "gated"
ENDING = 1
#: below three letters nearly every word begins or nearly is another ("x" and "a", "at" and "as")
SHORTEST_FORGIVEN = 3
#: a query is typed by hand; 100,000 different words would take minutes against a large catalogue
LONGEST_QUERY = 1000

_WORD = re.compile(r"[^\W_]+")
#: the names that an entry's equivalents mention, as a file or a printed dict has them: with dots, or after function
_NAMED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|(?<=function: )\w+|(?<=function': ')\w+")
#: how people shorten the first parts of a name
SHORT: Mapping[str, str] = {
    "torch.nn.functional": "F",
    "paddle.nn.functional": "F",
    "jax.numpy": "jnp",
    "tensorflow": "tf",
    "tensorflow_addons": "tfa",
    "mlx.core": "mx",
    "numpy": "np",
}


class Words:
    """The words of some entries, read once; `find` answers as often as it is asked.

    `entries` are (name, metadata) pairs in the order in which equally good answers are given.
    """

    def __init__(self, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        self._names: list[str] = []
        self._whole: dict[str, set[int]] = defaultdict(set)
        self._spelled: dict[str, set[int]] = defaultdict(set)  # in other libraries
        self._common: Counter[str] = Counter()  # how many entries have the word in any field, searched or not
        said: dict[str, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        for place, (name, metadata) in enumerate(entries):
            self._names.append(name)
            self._common.update(
                {word for field in metadata for text in _texts(field, metadata) for word in _split(text)}
            )
            for word, field, weight in self._read(place, {**metadata, "name": name}):
                said[word][place][field] = max(weight, said[word][place].get(field, 0.0))
        self._weights = {
            word: {place: _weighed(fields.values()) for place, fields in row.items()} for word, row in said.items()
        }

    def find(self, query: str) -> list[str]:
        """The names that any word of `query` speaks for, best first; all of them for an empty query.

        Raises InputError for what is no text and UsageError above 1,000 characters.
        """
        if not isinstance(query, str):
            raise InputError(f"search takes text such as 'smooth relu'; got {brief(query)}.")
        if len(query) > LONGEST_QUERY:
            raise UsageError(f"search takes up to {LONGEST_QUERY} characters; got {len(query)}.")
        if not query.strip():
            return list(self._names)
        scores = self._scores(query)
        return [self._names[place] for place in sorted(scores, key=lambda place: (-scores[place], place))]

    def _read(self, place: int, metadata: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
        """Each word of an entry, the field that has it, and its weight there."""
        for field, weight in WEIGHTS.items():
            for text in _texts(field, metadata):
                words = set(_split(text))
                if field == "equivalents":
                    for name in _spelled(text):
                        self._spelled[_joined(name)].add(place)
                    words = {_joined(name.rpartition(".")[2]) for name in _NAMED.findall(text)}
                if field in ("name", "aliases"):
                    self._whole[_joined(text)].add(place)
                    yield _joined(text), field, weight
                share = 1 / math.sqrt(len(words)) if field in NAMING and words else 1.0
                yield from ((word, field, weight * share) for word in words)

    def _scores(self, query: str) -> dict[int, float]:
        """How well each entry answers: what its words count, times the share of the query that they are."""
        scores: dict[int, float] = defaultdict(float)
        answered: dict[int, float] = defaultdict(float)
        asked = 0.0
        for word in dict.fromkeys(_split(query)):
            matches = self._matches(word)
            if not matches:
                continue
            having = max(len(matches), self._common[word])
            rarity = math.log(1 + (len(self._names) - having + 0.5) / (having + 0.5))
            asked += rarity
            for place, weight in matches.items():
                scores[place] += weight * rarity
                answered[place] += rarity
        found = {place: score * answered[place] / asked for place, score in scores.items()}
        for place, bonus in self._named(_joined(query)):
            found[place] = found.get(place, 0.0) + bonus
        return found

    def _named(self, query: str) -> Iterator[tuple[int, float]]:
        """The entries that are called just so, here or elsewhere; where none is, here with one typing error."""
        yield from ((place, WHOLE_NAME) for place in self._whole.get(query, ()))
        yield from ((place, WHOLE_NAME / 2) for place in self._spelled.get(query, ()))
        if query not in self._weights and query not in self._spelled and len(query) >= SHORTEST_FORGIVEN:
            near = {place for name, at in self._whole.items() if one_slip_apart(query, name) for place in at}
            yield from ((place, WHOLE_NAME * ONE_SLIP) for place in near)

    def _matches(self, word: str) -> dict[int, float]:
        """Each entry that has this word, with the best weight among the spellings that were accepted."""
        best: dict[int, float] = {}
        for spelling, part in self._spellings(word):
            for place, weight in self._weights[spelling].items():
                best[place] = max(best.get(place, 0.0), weight * part)
        return best

    def _spellings(self, word: str) -> Iterator[tuple[str, float]]:
        if word in self._weights:
            yield word, 1.0
        if len(word) < SHORTEST_FORGIVEN:
            return
        longer = [known for known in self._weights if known != word and known.startswith(word)]
        shorter = word[:-ENDING]
        if shorter in self._weights and len(shorter) > SHORTEST_FORGIVEN:
            longer.append(shorter)
        yield from ((known, BEGINNING) for known in longer)
        if word not in self._weights and not longer:
            yield from ((known, ONE_SLIP) for known in self._weights if one_slip_apart(word, known))


def _weighed(weights: Collection[float]) -> float:
    """What a word counts for an entry that says it in fields of these weights."""
    heaviest = max(weights)
    return heaviest + ALSO * (sum(weights) - heaviest)


def one_slip_apart(left: str, right: str) -> bool:
    """Whether one letter added, lost, changed or swapped with its neighbour turns one word into the other.

    >>> one_slip_apart("sigmod", "sigmoid"), one_slip_apart("tahn", "tanh"), one_slip_apart("relu", "gelus")
    (True, True, False)
    """
    short, long = sorted((left, right), key=len)
    if left == right:
        return False
    first = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[first:] == long[first + 1 :]
    swapped = long[first + 1 : first + 2] + long[first]
    return short[first + 1 :] == long[first + 1 :] or short[first:] == swapped + long[first + 2 :]


def _texts(field: str, metadata: Mapping[str, Any]) -> Iterator[str]:
    """The texts of one field; an entry's aliases are its variants' aliases too."""
    value = metadata.get(field)
    if field == "equivalents" and isinstance(value, Mapping):
        value = str(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        yield from (text for text in value if isinstance(text, str))
    if field == "aliases":
        variants = metadata.get("variants")
        for variant in variants.values() if isinstance(variants, Mapping) else ():
            if isinstance(variant, Mapping):
                yield from _texts(field, variant)


def _spelled(text: str) -> Iterator[str]:
    """Each name in a text with two parts or more, every end of it with two or more, and how people shorten it."""
    for name in _NAMED.findall(text):
        parts = name.split(".")
        yield from (".".join(parts[first:]) for first in range(max(1, len(parts) - 1)))
        yield from (short + name[len(long) :] for long, short in SHORT.items() if name.startswith(f"{long}."))


def _split(text: str) -> list[str]:
    return _WORD.findall(in_latin(text.casefold()))


def _joined(text: str) -> str:
    return "".join(_split(text))
