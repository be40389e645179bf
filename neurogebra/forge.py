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

from neurogebra.asked import check_category, choice, keyword_refused, named, path_of, several
from neurogebra.catalogue.places import shown
from neurogebra.errors import (
    InputError,
    UnknownExpression,
    Unwritable,
    UsageError,
    brief,
)
from neurogebra.expression import Expression
from neurogebra.selection import with_properties, with_tags
from neurogebra.shelf import Thing, category_of, metadata_of
from neurogebra.soundness import check_formulas
from neurogebra.stock import Stock

if TYPE_CHECKING:
    import sympy

    from neurogebra.search import Words
    from neurogebra.show.table import Table

__all__ = ["MathForge"]


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
        self._stock = Stock()
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
        the nearest right name or the domain; UsageError for a keyword that is none of these.
        """
        if wrong:
            raise UsageError(keyword_refused(wrong, self.get(name)))
        try:
            expression = self._ready[name, variant, trainable]
        except (KeyError, TypeError):  # TypeError: a list or dict for a name, which _make refuses by name
            expression = self._make(name, variant, trainable)
        return expression if params is None else expression.with_params(**named(params))

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
        if category is not None:
            check_category(category, self.categories())
        names = self._stock.names(category)
        if tags is not None:
            names = with_tags(names, tags, lambda name: metadata_of(self._stock.thing(name)).get("tags") or ())
        return with_properties(names, properties, lambda name: self.get(name).properties)

    def categories(self) -> list[str]:
        """Every category, in alphabetical order."""
        return self._stock.categories()

    def search(self, text: str) -> list[str]:
        """Names for words you remember, best first; any word counts and one typing error is forgiven.

        >>> "gelu" in forge.search("Transformers"), forge.search("sigmod")[0]
        (True, 'sigmoid')

        An empty text lists everything; where nothing fits the list is empty.
        """
        if self._words is None:
            from neurogebra.search import Words

            self._words = Words((name, self._stock.said_of(name)) for name in self.list_all())
        return self._words.find(text)

    def explain(self, name: str, level: str = "intermediate") -> str:
        """What an expression is, as text for a 'beginner', an 'intermediate' or an 'advanced' reader.

        Raises UnknownExpression, and UsageError for any other level.
        """
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

        return compare([(name, self.get(name)) for name in several("compare", names)], columns, at)

    def plot(self, names: Iterable[str], ax: Any = None, derivatives: Any = None, x: Any = None) -> Any:
        """Several expressions in one picture, each with its name; answers with the matplotlib Axes.

        `ax`, `derivatives` and the interval `x=(-3, 3)` are those of `Expression.plot`; no derivatives are drawn
        unless asked for. Raises UnknownExpression, UsageError, InputError, and MissingExtra without matplotlib.
        """
        from neurogebra.show.plot import overlay

        return overlay([(name, self.get(name)) for name in several("plot", names)], ax, derivatives, x)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._stock.find(name) is not None

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
            raise InputError(f"a name is a text such as 'sharp_swish'; got {brief(name)}.")
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
        it runs. It has at most 256 KiB, 2,500 keys and values, 20 levels and 16 variants (SECURITY.md).
        """
        from neurogebra.catalogue.schema import load_file, load_folder

        place = path_of("load", path)
        entries = load_folder(place) if os.path.isdir(place) else (load_file(place),)
        check_formulas(entries)
        self._add([(entry.name, entry) for entry in entries], replace)
        return [entry.name for entry in entries]

    def save(self, name: str, path: str | os.PathLike[str]) -> Path:
        """Write an expression as a YAML file that `load` reads back equal; answers with its path.

        A folder gets a file with the entry's name, which is not an alias: `swish.yaml` for silu. Raises EntryError for
        what no file can say, such as a formula of x and y, and Unwritable, which is an OSError too.
        """
        from neurogebra.catalogue.schema import read_entry_text

        text, place = self.get(name).to_yaml(), path_of("save", path)
        try:
            place = place / f"{read_entry_text(text, name).name}.yaml" if place.is_dir() else place
            place.write_text(text, encoding="utf-8")
        except OSError as refused:
            raise Unwritable(f"{shown(place)} cannot be written: {refused.strerror}.") from None
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
        variant, trainable = choice(variant, trainable)
        if not isinstance(name, str) or (found := self._stock.find(name)) is None:
            raise UnknownExpression(self._stock.unknown(name))
        owner, meant = found
        if None not in (meant, variant) and meant != variant:
            ask = f"ask {owner} for its variant {variant!r}."
            raise UsageError(f"{name} is the variant {meant!r} of {owner}; {ask}")
        asked = owner, meant or variant, trainable
        if asked not in self._ready:
            self._ready[asked] = self._stock.expression(*asked)
        return self._ready.setdefault((name, variant, trainable), self._ready[asked])

    def _add(self, added: list[tuple[str, Thing]], replace: bool) -> None:
        self._stock.add(added, replace)
        self._ready.clear()
        self._words = None
