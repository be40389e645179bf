"""An expression explained at one of three levels, as plain text.

    section       from level      what it says
    head          beginner        name and title; from intermediate on, the formula as its author wrote it
    description   beginner        what it does
    usage         beginner        where it is used
    parameters    intermediate    value, domain and meaning of each
    pros, cons    intermediate
    derivatives   advanced        first and second, and by each parameter
    kinks         advanced        where it jumps or bends, and the slope that is used there
    note          advanced        what else a reader should know

A level contains everything of the level below, so that who asks for more loses nothing, and a section without
content is left out rather than printed empty. Nothing here differentiates or evaluates: it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from neurogebra.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["LEVELS", "explain", "written"]

LEVELS = ("beginner", "intermediate", "advanced")

Lines = Iterator[str]


def explain(expression: Expression, level: str = "intermediate") -> str:
    """What this expression is, for a beginner, an intermediate or an advanced reader.

    >>> print(explain(forge.get("square"), level="beginner").splitlines()[0])
    square: Square

    Raises UsageError for any other level.
    """
    if level not in LEVELS:
        near = did_you_mean(str(level), LEVELS)
        raise UsageError(f"explain has no level {level!r}.{near} The levels are: {', '.join(LEVELS)}.")
    shown = LEVELS.index(level)
    parts = [_head(expression, shown > 0)]
    parts += [list(section(expression)) for least, section in SECTIONS if LEVELS.index(least) <= shown]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def written(expression: Expression) -> str:
    """The formula on one line: as its author wrote it, or through our writer where nobody did."""
    entry = expression.entry
    return str(expression) if entry is None else " ".join(entry.formula.split())


def _head(expression: Expression, with_formula: bool) -> list[str]:
    title = expression.metadata.get("title")
    if with_formula:
        head = f"{expression.name}({', '.join(expression.variables)}) = {written(expression)}"
        return [head, title] if title else [head]
    return [f"{expression.name}: {title}" if title else expression.name]


def _description(expression: Expression) -> Lines:
    yield from _text(expression, "description")


def _usage(expression: Expression) -> Lines:
    yield from (f"Usage: {text}" for text in _text(expression, "usage"))


def _parameters(expression: Expression) -> Lines:
    values = expression.params
    if not values:
        return
    declared = expression.metadata.get("params")
    trainable = expression.trainable_params
    yield "Parameters:"
    for name, value in values.items():
        row = declared.get(name, {}) if isinstance(declared, Mapping) else {}
        facts = [f"  {name} = {value}"]
        facts += [f"in {expression.domains[name]}"] if name in expression.domains else []
        facts += ["trainable"] if name in trainable else []
        facts += [row["meaning"]] if isinstance(row, Mapping) and row.get("meaning") else []
        yield ", ".join(facts)


def _pros(expression: Expression) -> Lines:
    yield from _list(expression, "pros", "Pros:")


def _cons(expression: Expression) -> Lines:
    yield from _list(expression, "cons", "Cons:")


def _derivatives(expression: Expression) -> Lines:
    yield "Derivatives:"
    for variable in expression.variables:
        for order in (1, 2):
            slope = expression.gradient(variable, order=order)
            yield f"  {slope.name} = {slope}"
    for parameter in expression.params:
        slope = expression.gradient(parameter)
        yield f"  {slope.name} = {slope}"


def _kinks(expression: Expression) -> Lines:
    kinks = expression.metadata.get("kinks")
    if not kinks:
        return
    yield "Kinks:"
    for kink in kinks:
        kind = {"0": "jump", "1": "corner"}.get(str(kink["order"]), f"bend of order {kink['order']}")
        sides = f"{kind} at {kink['at']}, {kink['left']} on the left and {kink['right']} on the right"
        chosen = f"; {kink['gradient']} is used" if kink.get("gradient") is not None else ""
        when = f", when {kink['when']}" if kink.get("when") else ""
        note = f" ({kink['note']})" if kink.get("note") else ""
        yield f"  {sides}{chosen}{when}{note}"


def _note(expression: Expression) -> Lines:
    yield from (f"Note: {text}" for text in _text(expression, "note"))


def _text(expression: Expression, field: str) -> Lines:
    value: Any = expression.metadata.get(field)
    if value:
        yield " ".join(str(value).split())


def _list(expression: Expression, field: str, heading: str) -> Lines:
    value: Any = expression.metadata.get(field)
    if value:
        yield heading
        yield from (f"  - {text}" for text in ([value] if isinstance(value, str) else value))


#: the lowest level that shows it, and the section, in reading order
SECTIONS: tuple[tuple[str, Callable[[Expression], Lines]], ...] = (
    ("beginner", _description),
    ("beginner", _usage),
    ("intermediate", _parameters),
    ("intermediate", _pros),
    ("intermediate", _cons),
    ("advanced", _derivatives),
    ("advanced", _kinks),
    ("advanced", _note),
)
