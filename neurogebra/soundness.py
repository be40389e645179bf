"""Whether the formulas of an entry can be used: asked of a file when it is loaded, and of one before it is handed out.

A file may be read completely and still say nothing that can be computed: a symbol that nobody declared, a kink
that no number places, a condition that no value decides. Each is an EntryError with the line of the field, so that
no expression fails later for what its file says. Whether the claims are true is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterable

from neurogebra.catalogue.entry import Entry, names_in
from neurogebra.errors import EntryError, FormulaError
from neurogebra.expression import Expression

__all__ = ["check_formulas"]


def check_formulas(entries: Iterable[Entry]) -> None:
    """Refuse entries with a formula that cannot be used, now rather than when it is."""
    from neurogebra.catalogue.coherence import check_vector

    entries = list(entries)
    for entry in entries:
        check_vector(entry)
    forms = [(entry, name) for entry in entries for name in (None, *(v.name for v in entry.variants))]
    for entry, variant in forms:
        expression = Expression.from_entry(entry, variant=variant)
        _refuse(expression, "formula", _strange(entry.kind, expression.variables))
        of_words = sorted(symbol.name for symbol in expression.words.free_symbols)  # of its `rewrite`, with constants
        unknown = [name for name in of_words if name not in (*expression.variables, *expression.params)]
        if unknown:
            _refuse(expression, "rewrite", f"{unknown[0]!r} is no symbol of the formula, and not declared.")
        made = getattr(expression, "shape", entry.shape)
        if made != entry.shape:
            _refuse(expression, "shape", f"is {entry.shape}, but the formula makes it {made}: write shape: {made}.")
        from neurogebra.language.words import WORDS

        known = {"oo", "True", *WORDS, *expression._params, *expression._constants}
        _check_kinks(expression, known)
        _check_properties(expression, known)


def _check_kinks(expression: Expression, known: set[str]) -> None:
    """Refuse a kink that could not be placed: pictures and explanations put numbers into it."""
    for index, kink in enumerate(expression.entry.kinks if expression.entry else ()):
        field = f"kinks[{index}]"
        _refuse(expression, field, _undecided(kink.when, known))
        for name in ("at", "left", "right", "gradient"):
            _refuse(expression, field, _unknown(name, getattr(kink, name), known))


def _check_properties(expression: Expression, known: set[str]) -> None:
    """Refuse a property that could not be told: it is, with its condition, whenever the entry is explained."""
    from neurogebra.properties import LINES, WORDED
    from neurogebra.properties import WORDS as SAID

    for claim in expression.entry.properties if expression.entry else ():
        field = f"properties.{claim.name}"
        _refuse(expression, field, _undecided(claim.when, known))
        if isinstance(claim.value, bool) or claim.name in WORDED:
            continue
        values = [text for _, text in claim.value] if isinstance(claim.value, tuple) else [claim.value]
        names = set().union(*(names_in(text) for text in values if text not in SAID))
        strangers = sorted(names - known - ({"x"} if claim.name in LINES else set()))
        _refuse(expression, field, _undeclared(strangers))
    try:
        dict(expression.properties)
    except FormulaError as refused:  # a number that no property could be, 9**9**9
        _refuse(expression, "properties", str(refused))


def _undecided(condition: str | None, known: set[str]) -> str | None:
    """Why a `when` cannot be decided by parameter values, or None."""
    return condition and _unknown("when", f"Piecewise((1, {condition}), (0, True))", known)


def _unknown(name: str, formula: str | None, known: set[str]) -> str | None:
    """Why parameter values do not make a number of a formula, or None."""
    from neurogebra.language.parser import parse

    if formula in (None, "oo", "-oo"):
        return None
    try:
        symbols = {symbol.name for symbol in parse(formula).free_symbols}
    except FormulaError as error:
        return f"{name}: {error.reason}"
    strangers = sorted(symbols - known)
    return f"{name}: {_undeclared(strangers)}" if strangers else None


def _undeclared(strangers: list[str]) -> str | None:
    return f"{strangers[0]!r} is not declared under params or constants." if strangers else None


def _refuse(expression: Expression, field: str, reason: str | None) -> None:
    """Raise EntryError with the line of the field, or of the formula where the field is not stated."""
    if reason:
        assert expression.entry is not None
        path, line = expression.entry.where(field)
        raise EntryError(reason, path, line or expression.entry.where("formula")[1], field)


def _strange(kind: str, variables: list[str]) -> str | None:
    """Why these cannot be the variables of an entry of this kind, or None."""
    if kind == "gated":
        has = f"this has {', '.join(variables)}."
        return None if variables == ["a", "b"] else f"a gated unit is a formula of a, the value, and b, the gate; {has}"
    strangers = [name for name in variables if name != "x"]
    if strangers:
        return f"{strangers[0]!r} is neither x nor declared under params or constants."
    return None
