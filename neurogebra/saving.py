"""An expression as the text of a catalogue file: what its entry says, or what it is itself and its metadata say.

Nothing is handed out that `load` would refuse or read as something else: the text is read back, asked what every file
that is loaded is asked, and compared. Metadata are fields of the file; what no file can hold is refused with its
reason, never dropped. How a field is written is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from neurogebra.catalogue.entry import UNSTATED_CATEGORY, Entry
from neurogebra.catalogue.parts import Constant, Number, Param
from neurogebra.errors import EntryError, FormulaError, UsageError, brief
from neurogebra.expression import Expression
from neurogebra.language.writer import write

__all__ = ["yaml_of"]

#: fields that decide what is computed, so that metadata cannot state another; a formula is read back and compared
DECIDING: Final = frozenset("name kind shape axis gate rewrite domain params constants noise variants".split())


def yaml_of(e: Expression) -> str:
    """A catalogue file's text, which reads back equal. Raises EntryError, and UsageError for an array of values."""
    entry = _entry_of(e)
    try:
        text = _written(e, entry)
        _check_read_back(e, text)
    except (EntryError, FormulaError) as refused:
        field = refused.field if isinstance(refused, EntryError) else "formula"
        told = f"{field}: {refused.reason}" if field else refused.reason
        raise EntryError(f"{e.name} cannot be saved: {told}{_what_next(e, field)}") from None
    return text


def _entry_of(e: Expression) -> Entry:
    """What its own entry says, under its own name and with its own values; else what the expression is."""
    if e.entry is None:
        constants = tuple(Constant(name, text) for name, text in e._constants.items())
        return Entry(
            name=e.name,
            category=UNSTATED_CATEGORY,
            kind=e.kind,
            shape=getattr(e, "shape", "same"),
            formula=write(e.readable),
            params=_params_now(e),
            constants=constants,
        )
    params = _params_now(e)
    now = {row.name: row.default for row in params}
    former = {row.name: Number(row.text, row.default) for row in e.entry.params if row.default != now[row.name]}
    entry = replace(_told_at(former, e.entry) if former else e.entry, params=params)
    name = f"{e.name}_{entry.variant}" if entry.variant and e.name == entry.name else e.name
    if name == entry.name:
        return entry
    # aliases and the place in the list stay with the original, and so do what its variants are called elsewhere
    equivalents = tuple(each for each in entry.equivalents if each.variant is None)
    return replace(entry, name=name, aliases=(), rank=None, variants=(), variant=None, equivalents=equivalents)


def _told_at(former: Mapping[str, Number], entry: Entry) -> Entry:
    """What was said at the default values, said of these by name, as others are the defaults from now on.

    Variants, and what it is called elsewhere, are of the original's values and stay with it.
    """

    def told(claim: Any) -> Any:
        left = [(name, value) for name, value in former.items() if name not in dict(claim.params)]
        return replace(claim, params=(*left, *claim.params))

    examples, cases = (tuple(map(told, claims)) for claims in (entry.examples, entry.special_cases))
    return replace(entry, examples=examples, special_cases=cases, variants=(), equivalents=())


def _params_now(e: Expression) -> tuple[Param, ...]:
    """The declared parameters with their present values as defaults."""
    rows = []
    for name, row in e._rows.items():
        value = e._params[name]
        if type(value) is not float:
            raise UsageError(f"{e.name} has an array for {name}; a catalogue file holds numbers.")
        text = row.text if value == row.default else repr(value)
        rows.append(replace(row, default=value, text=text, trainable=name in e._trainable))
    return tuple(rows)


def _written(e: Expression, entry: Entry) -> str:
    """The text, with metadata among the fields where no entry has said them."""
    from neurogebra.catalogue.tree import plain, tree_of
    from neurogebra.catalogue.writer import to_yaml

    if e.entry is not None:
        return to_yaml(entry)
    tree, stated = tree_of(entry), e.metadata
    for field in sorted(DECIDING & stated.keys()):
        if plain(tree.get(field)) != stated[field]:
            raise EntryError(f"metadata state another {field} than it has; leave it out of them.")
    try:
        return to_yaml({**tree, **stated})
    except RecursionError:
        raise EntryError("its metadata hold themselves.") from None


def _check_read_back(e: Expression, text: str) -> None:
    """Refuse what `load` would, or would make something else of."""
    from neurogebra.catalogue.schema import read_entry_text
    from neurogebra.soundness import check_formulas

    entry = replace(read_entry_text(text, e.name), source=None)  # there is no file yet whose lines could be named
    check_formulas([entry])
    function_of_x = e._with(_variables=e._variable_names() or ("x",))  # a file's formula without x is constant in x
    if Expression.from_entry(entry) != function_of_x:
        raise EntryError(f"it would be read back as {brief(Expression.from_entry(entry))}.")


def _what_next(e: Expression, field: str | None) -> str:
    """What to type instead, where the reason does not say it."""
    if field == "name":
        return " renamed('mine') gives it another."
    if e._parent is not None and e.kind != "elementwise":
        above, by = e._parent
        return f" Save {above.name} and take its gradient({by!r}) again."
    strangers = [name for name in e.variables if name != "x"] if e.kind == "elementwise" else []
    if field == "formula" and strangers:
        again = f"Expression({e.name!r}, {str(e)!r}, params={{{strangers[0]!r}: 1}})"
        return f" In a file x is the variable; any other symbol is a parameter with a value: {again}."
    return " Its metadata say so." if e.entry is None and field in e.metadata else ""
