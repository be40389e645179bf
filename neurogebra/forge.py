"""MathForge: the catalogue by name, with what a user adds to it. A thin front: no mathematics is done here.

A name is a dictionary look-up and answers with a frozen expression, so that one object can be handed to
everybody and asking again costs a microsecond. What is registered or loaded belongs to this forge alone and
takes no name that is in use unless told to replace it. It never guesses: `ReLU` is an error that says relu.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurogebra.catalogue.entry import Entry
from neurogebra.catalogue.index import Index
from neurogebra.catalogue.places import packaged
from neurogebra.errors import (
    InputError,
    UnknownCategory,
    UnknownExpression,
    UnknownTag,
    UnknownVariant,
    Unwritable,
    UsageError,
    brief,
    did_you_mean,
)
from neurogebra.expression import Expression
from neurogebra.shelf import Shelf, Thing, category_of, check_formulas, metadata_of

if TYPE_CHECKING:
    import sympy

    from neurogebra.search import Words
    from neurogebra.show.table import Table

__all__ = ["MathForge"]

UNSTATED = object()


class MathForge:
    """All expressions of the catalogue, and those you register or load.

    >>> forge = MathForge()
    >>> forge.get("gelu").eval(x=1)
    0.8413447460685429
    >>> forge.list_all(category="activation")[:3]
    ['relu', 'sigmoid', 'tanh']
    >>> "silu" in forge, "geluu" in forge
    (True, False)
    """

    def __init__(self) -> None:
        self._index = Index(packaged())
        self._shelf = Shelf({}, {})
        self._entries: dict[str, Entry] = {}
        self._ready: dict[tuple[str, str | None, bool], Expression] = {}
        self._words: Words | None = None

    def get(
        self,
        name: str,
        params: Mapping[str, Any] | None = None,
        variant: str | None = None,
        trainable: bool = False,
        **wrong: object,
    ) -> Expression:
        """The expression of this name or alias, exactly as spelled.

        >>> forge.get("leaky_relu", params={"alpha": 0.2}).eval(x=-5)
        -1.0
        >>> forge.get("gelu", variant="tanh") == forge.get("gelu_tanh")
        True

        `params` sets values within each parameter's domain; `trainable=True` marks every parameter as one to
        learn. Raises UnknownExpression, UnknownVariant, UnknownParameter and ParameterOutOfDomain, each with
        the nearest right name or the domain; UsageError for a parameter given as a keyword.
        """
        if wrong:
            raise UsageError(self._keyword_refused(name, wrong))
        try:
            expression = self._ready[name, variant, trainable]
        except (KeyError, TypeError):  # TypeError: a list or dict for a name, which _make refuses by name
            expression = self._make(name, variant, trainable)
        return expression if params is None else expression.with_params(**_named(params))

    def list_all(
        self, category: str | None = None, tags: str | Iterable[str] | None = None, **properties: Any
    ) -> list[str]:
        """All names, or those of one category, with all these tags and properties: by rank, then by alphabet.

        >>> forge.list_all(bounded="both", monotone=True, smoothness="oo")[:2]
        ['sigmoid', 'tanh']
        >>> forge.list_all(tags="self-normalizing")
        ['selu']

        A property is wanted by value, at the default parameters; `monotone=True` asks for anything but False,
        `lipschitz=lambda size: size <= 1` decides itself, and what an entry does not state is not found. Raises
        UnknownCategory, UnknownTag and UnknownProperty with the nearest right name.
        """
        if category is not None and category not in self.categories():
            raise UnknownCategory(self._unknown_category(category))
        shelf = self._shelf
        names = [name for name in self._index.names(category) if name not in shelf.spellings]
        added = [name for name in shelf.things if category in (None, shelf.category(name))]
        names = sorted(names + added, key=self._order) if added else names
        return self._selected(names, tags, properties) if tags is not None or properties else names

    def categories(self) -> list[str]:
        """Every category, in alphabetical order."""
        return sorted({*self._index.categories(), *map(self._shelf.category, self._shelf.things)})

    def search(self, text: str) -> list[str]:
        """Names for words you remember, best first; any word counts and one typing error is forgiven.

        >>> "gelu" in forge.search("Transformers"), forge.search("sigmod")[0]
        (True, 'sigmoid')

        An empty text lists everything; where nothing fits the list is empty.
        """
        if self._words is None:
            from neurogebra.search import Words

            self._words = Words((name, self._said_of(name)) for name in self.list_all())
        return self._words.find(text)

    def explain(self, name: str, level: str = "intermediate") -> str:
        """What an expression is, as text for a beginner, an intermediate or an advanced reader."""
        return self.get(name).explain(level=level)

    def compare(self, names: Iterable[str], columns: Iterable[str] | None = None, at: Iterable[float] = ()) -> Table:
        """Expressions side by side, a row for each name: a list of dicts that prints as a table.

        >>> print(forge.compare(["relu", "square"]))
        Name    Formula    Category
        -----------------------------
        relu    Max(0, x)  activation
        square  x**2       activation

        `columns` names what to compare instead: formula, category, title, description, usage, tags or any
        property, such as range. `at=[0, 1]` adds value and slope at those points. In a notebook it is an HTML
        table; `.markdown()` gives Markdown. Raises UnknownExpression, UsageError and InputError.
        """
        from neurogebra.show.table import compare

        return compare([(name, self.get(name)) for name in _several("compare", names)], columns, at)

    def plot(self, names: Iterable[str], ax: Any = None, derivatives: Any = None, x: Any = None) -> Any:
        """Several expressions in one picture, each with its name; answers with the matplotlib Axes.

        `ax`, `derivatives` and the interval `x=(-3, 3)` are those of `Expression.plot`; no derivatives are drawn
        unless asked for. Raises UnknownExpression, UsageError, InputError, and MissingExtra without matplotlib.
        """
        from neurogebra.show.plot import overlay

        return overlay([(name, self.get(name)) for name in _several("plot", names)], ax, derivatives, x)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    def __len__(self) -> int:
        return len(self.list_all())

    def __iter__(self) -> Iterator[str]:
        return iter(self.list_all())

    def __repr__(self) -> str:
        return f"MathForge({len(self)} expressions)"

    # Adding ------------------------------------------------------------------------------------------------

    def register(self, name: str, expression: Expression | str | sympy.Expr, replace: bool = False) -> Expression:
        """Give an expression, or a formula, a name in this forge; answers with it under that name.

        >>> forge.register("sharp_swish", "x*sigmoid(2*x)").eval(x=1)
        0.8807970779778823

        Its category is its metadata's, else 'custom'. Raises FormulaError for what cannot be a name or a
        formula, and NameTaken for a name or alias in use unless `replace` is True.
        """
        from neurogebra.language.parser import check_name

        if not isinstance(name, str):
            raise InputError(f"a name is a text such as 'sharp_swish'; got {name!r}.")
        check_name(name)
        if not isinstance(expression, Expression):
            expression = Expression(name, expression)
        elif expression.name != name:
            expression = expression.renamed(name)
        category_of(expression)
        self._add([(name, expression)], replace)
        return expression

    def load(self, path: str | os.PathLike[str], replace: bool = False) -> list[str]:
        """Add the entry of a YAML file, or all of a folder and the folders in it; answers with their names.

        All are added or none: an EntryError names the file and line that is broken, NameTaken a name or alias
        in use (unless `replace` is True), and the forge stays as it was. A stranger's file is safe to load: nothing in
        it runs. It has at most 256 KiB, 4,000 keys and values, 20 levels and 16 variants (SECURITY.md).
        """
        from neurogebra.catalogue.schema import load_file, load_folder

        place = _path("load", path)
        entries = load_folder(place) if os.path.isdir(place) else (load_file(place),)
        check_formulas(entries)
        self._add([(entry.name, entry) for entry in entries], replace)
        return [entry.name for entry in entries]

    def save(self, name: str, path: str | os.PathLike[str]) -> Path:
        """Write an expression as a YAML file that `load` reads back equal; answers with its path.

        A folder gets a file with the entry's name, which is not an alias: `swish.yaml` for silu. Raises Unwritable,
        which is an OSError too.
        """
        from neurogebra.catalogue.schema import read_entry_text

        text, place = self.get(name).to_yaml(), _path("save", path)
        try:
            place = place / f"{read_entry_text(text, name).name}.yaml" if place.is_dir() else place
            place.write_text(text, encoding="utf-8")
        except OSError as refused:
            raise Unwritable(f"{place} cannot be written: {refused.strerror}.") from None
        return place

    def compose(self, text: str) -> Expression:
        """A formula in which every expression of this forge may be called, as one expression.

        >>> forge.compose("relu + 0.1*tanh").eval(x=0.5)
        0.546211715726001
        >>> forge.compose("leaky_relu(2*x, alpha=0.1)").eval(x=-1)
        -0.2

        A bare name means the expression itself. After the input come parameters, by position or by name.
        Raises UnknownExpression for a name that is neither an expression, x, nor a variable of one in use.
        """
        from neurogebra.compose import compose

        return compose(text, self)

    # Inside ------------------------------------------------------------------------------------------------

    def _make(self, name: object, variant: object, trainable: object) -> Expression:
        """The expression for `get`'s arguments, which is kept for the next time."""
        if not isinstance(trainable, bool):
            raise InputError(f"trainable is True or False; got {trainable!r}.")
        if variant is not None and not isinstance(variant, str):
            raise InputError(f"a variant is a name such as 'tanh'; got {variant!r}.")
        if not isinstance(name, str) or (found := self._find(name)) is None:
            raise UnknownExpression(self._unknown(name))
        owner, meant = found
        if None not in (meant, variant) and meant != variant:
            ask = f"ask {owner} for its variant {variant!r}."
            raise UsageError(f"{name} is the variant {meant!r} of {owner}; {ask}")
        asked = owner, meant or variant, trainable
        if asked not in self._ready:
            self._ready[asked] = self._expression(*asked)
        return self._ready.setdefault((name, variant, trainable), self._ready[asked])

    def _expression(self, name: str, variant: str | None, trainable: bool) -> Expression:
        thing = self._thing(name)
        if isinstance(thing, Entry):
            return Expression.from_entry(thing, variant=variant, trainable=trainable)
        if variant is not None:
            raise UnknownVariant(f"{name} has no variant {variant!r}; it was registered, and has none.")
        return thing.with_trainable(list(thing.params)) if trainable else thing

    def _thing(self, name: str) -> Thing:
        """What stands under a name that `list_all` lists."""
        from neurogebra.catalogue.schema import load_file

        if name in self._shelf.things:
            return self._shelf.things[name]
        if name not in self._entries:
            found = self._index.find(name)
            assert found is not None, name
            self._entries[name] = load_file(found[0], self._index.root)
        return self._entries[name]

    def _said_of(self, name: str) -> Mapping[str, Any]:
        """What is searched for words. Files are not read as entries for it: 0.4 ms each, 4 s for 10,000."""
        thing = self._shelf.things.get(name)
        return self._index.texts(name) if thing is None else metadata_of(thing)

    def _find(self, spelling: str) -> tuple[str, str | None] | None:
        """The name and the variant that a spelling means. What was replaced takes its aliases with it."""
        if spelling in self._shelf.spellings:
            return self._shelf.spellings[spelling]
        found = self._index.find(spelling)
        if found is None or found[0].stem in self._shelf.spellings:
            return None
        return found[0].stem, found[1]

    def _add(self, added: list[tuple[str, Thing]], replace: bool) -> None:
        def owner_of(spelling: str) -> str | None:
            found = self._find(spelling)
            return found and found[0]

        self._shelf = self._shelf.with_added(added, owner_of, replace)
        self._ready.clear()
        self._words = None

    def _selected(self, names: list[str], tags: object, wanted: Mapping[str, Any]) -> list[str]:
        from neurogebra.properties import check_property_name, matches

        for name in wanted:
            check_property_name(name)
        if tags is not None:
            having = {name: set(metadata_of(self._thing(name)).get("tags") or ()) for name in names}
            asked = checked_tags(tags, set().union(*having.values()))
            names = [name for name in names if asked <= having[name]]
        for each, value in wanted.items():
            stated = [(name, self.get(name).properties.get(each, UNSTATED)) for name in names]
            names = [name for name, found in stated if found is not UNSTATED and matches(found, value)]
        return names

    def _order(self, name: str) -> tuple[float, str]:
        rank = (self._shelf if name in self._shelf.things else self._index).rank(name)
        return float("inf") if rank is None else rank, name

    def _unknown(self, name: object) -> str:
        """`no expression called 'geluu'. Did you mean 'gelu'?`"""
        if isinstance(name, str) and (claimants := self._index.claimants(name)):
            meanings = " or ".join(f"{means!r} ({where})" for means, where in claimants)
            return f"no expression called {brief(name)}: several functions have this name. Ask for {meanings}."
        known = [*self.list_all(), *self._shelf.spellings, *self._index.spellings()]
        near = did_you_mean(name, known) or " list_all() gives the names, search(text) finds them."
        return f"no expression called {brief(name)}.{near}"

    def _unknown_category(self, category: object) -> str:
        known = self.categories()
        near = did_you_mean(str(category), known)
        return f"no category called {brief(category)}.{near} The categories are: {', '.join(known)}."

    def _keyword_refused(self, name: str, wrong: Mapping[str, object]) -> str:
        """Why `get("leaky_relu", alpha=0.2)` is refused, and what to type."""
        word = next(iter(wrong))
        near = did_you_mean(word, ("name", "params", "variant", "trainable"))
        expression = self.get(name)
        if word not in expression.params:
            forms = expression.entry.variants if expression.entry else ()
            meant = [each.name for each in forms if each.name == wrong[word]]
            near = near or (f" Did you mean variant={meant[0]!r}?" if meant else "")
            if near:
                return f"get takes no argument {word!r}.{near}"
        params = ", ".join(f'"{word}": {value!r}' for word, value in wrong.items())
        return f"get takes parameter values as a dict: params={{{params}}}."


def checked_tags(tags: object, known: set[str]) -> set[str]:
    """The tags asked for; one that nothing has is an error with the nearest that something has."""
    asked = list(tags) if isinstance(tags, Iterable) and not isinstance(tags, str) else [tags]
    for tag in asked:
        if not isinstance(tag, str) or tag not in known:
            near = did_you_mean(tag, known)
            raise UnknownTag(f"no tag called {brief(tag)}.{near} The tags are: {', '.join(sorted(known))}.")
    return {str(tag) for tag in asked}


def _named(params: object) -> Mapping[str, Any]:
    if isinstance(params, Mapping) and all(isinstance(key, str) for key in params):
        return params
    raise InputError(f'params is a dict such as {{"alpha": 0.2}}; got {params!r}.')


def _several(what: str, names: Iterable[str]) -> list[str]:
    if isinstance(names, str) or not hasattr(names, "__iter__"):
        raise InputError(f"{what} takes a list of names such as ['relu', 'gelu']; got {names!r}.")
    return list(names)


def _path(what: str, path: object) -> Path:
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if isinstance(text, str) and "\0" not in text and text.isascii() | _is_encodable(text):
        return Path(text)
    raise InputError(f"{what} takes the path of a file or folder; got {brief(path)}.")


def _is_encodable(path: str) -> bool:
    """Whether the file system could have it: half a character, as a cut text ends in, is none of its names."""
    try:
        return bool(os.fsencode(path)) or not path
    except UnicodeEncodeError:
        return False
