"""An expression explained at one of three levels, as plain text.

    section       from level      what it says
    head          beginner        name and title; from intermediate on, the formula as its author wrote it
    description   beginner        what it does
    usage         beginner        where it is used
    axis          beginner        along which axis a function of a vector works
    parameters    intermediate    value, domain and meaning of each
    noise         intermediate    what is drawn by chance, and what stands for it elsewhere
    pros, cons    intermediate
    derivatives   advanced        first and second, and by each parameter
    kinks         advanced        where it jumps or bends, and the slope that is used there
    properties    advanced        what is proven, and by which kind of proof
    evaluation    advanced        the form that is computed, and what the formula as written would lose
    note          advanced        where sources disagree, and what else a reader should know
    elsewhere     advanced        what each framework calls it
    references    advanced        where it was published

A level contains everything of the level below, so that who asks for more loses nothing, and a section without
content is left out rather than printed empty. Nothing here differentiates or evaluates: it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from neurogebra.errors import FormulaError, UsageError, brief, did_you_mean
from neurogebra.language.interval import REALS
from neurogebra.show.proven import rows
from neurogebra.show.sources import frameworks, references, texts

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["LEVELS", "axis", "explain", "sources", "written"]

LEVELS = ("beginner", "intermediate", "advanced")

Lines = Iterator[str]


def explain(expression: Expression, level: object = "intermediate") -> str:
    """What this expression is, for a beginner, an intermediate or an advanced reader.

    >>> print(explain(forge.get("square"), level="beginner").splitlines()[0])
    square: Square

    Raises UsageError for any other level.
    """
    if not isinstance(level, str) or level not in LEVELS:
        near = did_you_mean(level, LEVELS)
        raise UsageError(f"explain has no level {brief(level)}.{near} The levels are: {', '.join(LEVELS)}.")
    shown = LEVELS.index(level)
    parts = [_head(expression, shown > 0)]
    parts += [list(section(expression)) for least, section in SECTIONS if LEVELS.index(least) <= shown]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def written(expression: Expression) -> str:
    """The formula on one line: as its author wrote it, or through our writer where nobody did."""
    entry = expression.entry
    return str(expression) if entry is None else " ".join(entry.formula.split())


def _head(expression: Expression, with_formula: bool) -> list[str]:
    entry, title = expression.entry, " ".join(texts(expression, "title"))
    if entry is not None and entry.variant is not None:
        title = f"{title or expression.name}, the {entry.variant} variant"
    if with_formula:
        head = f"{expression.name}({', '.join(expression.variables)}) = {written(expression)}"
        return [head, title] if title else [head]
    return [f"{expression.name}: {title}" if title else expression.name]


def _description(expression: Expression) -> Lines:
    yield from _text(expression, "description")


def _usage(expression: Expression) -> Lines:
    yield from (f"Usage: {text}" for text in _text(expression, "usage"))


def axis(expression: Expression) -> Lines:
    """`Works along axis -3 of x, or along the one that a call names: axis=-1.`; nothing for functions of numbers."""
    entry = expression.entry
    if entry is not None and entry.kind == "vector":
        own, other = ("the last axis", 0) if entry.axis == -1 else (f"axis {entry.axis}", -1)
        yield f"Works along {own} of x, or along the one that a call names: axis={other}."


def _parameters(expression: Expression) -> Lines:
    entry, domains, trainable = expression.entry, expression.domains, expression.trainable_params
    meanings = {} if entry is None else {param.name: param.meaning for param in entry.params}
    constants = () if entry is None else entry.constants
    if expression.params or constants:
        yield "Parameters:"
    for name, value in expression.params.items():
        domain = "" if domains[name] == REALS else f" in {domains[name]}"
        learned = ", trainable" if name in trainable else ""
        meaning = f": {meanings[name]}" if meanings.get(name) else ""
        yield f"  {name} = {value}{domain}{learned}{meaning}"
    yield from (f"  {constant.name} = {constant.text}, fixed" for constant in constants)


def _noise(expression: Expression) -> Lines:
    entry = expression.entry
    for each in entry.noise if entry else ():
        told = ", ".join(str(text) for text in each.told.values())
        drawn = f"{each.name} is drawn from {each.distribution}({told}) with rng="
        yield f"Noise: {drawn}, else it is {each.deterministic}."


def _pros(expression: Expression) -> Lines:
    yield from _list(expression, "pros", "Pros:")


def _cons(expression: Expression) -> Lines:
    yield from _list(expression, "cons", "Cons:")


def _orders(expression: Expression) -> tuple[int, ...]:
    """The derivatives by x that there are: a vector function has a Jacobian, which has none."""
    if expression.kind == "vector":
        return () if getattr(expression, "is_jacobian", False) else (1,)
    return 1, 2


def _derivatives(expression: Expression) -> Lines:
    yield "Derivatives:"
    for variable in expression.variables:
        for order in _orders(expression):
            slope = expression.gradient(variable, order=order)
            yield f"  {slope.name} = {slope}"
    for parameter in expression.params:
        slope = expression.gradient(parameter)
        yield f"  {slope.name} = {slope}"


def _kinks(expression: Expression) -> Lines:
    kinks = () if expression.entry is None else expression.entry.kinks
    if kinks:
        yield "Kinks:"
    for kink in kinks:
        kind = {0: "jump", 1: "corner"}.get(kink.order, f"jump of derivative {kink.order}")
        sides = (kink.left, "{} on the left"), (kink.right, "{} on the right"), (kink.gradient, "{} is used")
        facts = ", ".join(text.format(side) for side, text in sides if side is not None)
        when = f" when {kink.when}" if kink.when else ""
        note = f" {kink.note}" if kink.note else ""
        yield f"  {kind} at {kink.at}{when}{': ' if facts else ''}{facts}.{note}"


def _note(expression: Expression) -> Lines:
    yield from (f"Note: {text}" for text in _text(expression, "note"))


def _properties(expression: Expression) -> Lines:
    from neurogebra.show.proofs import MANY, PROOFS

    stated = dict(rows(expression))
    several = expression.entry is not None and expression.entry.kind in ("gated", "vector")
    if stated:
        yield "Proven properties:"
    for how, names in (MANY if several else PROOFS).items():
        lines = [
            f"    {words}: {stated[words]}" for words in (name.replace("_", " ") for name in names) if words in stated
        ]
        yield from [f"  {how}", *lines] if lines else []


def _evaluation(expression: Expression) -> Lines:
    from neurogebra.language.writer import write
    from neurogebra.show.proofs import reasons

    try:
        form = write(expression.words)
    except FormulaError:  # a form with a step that only the compiler knows
        return
    why = list(reasons(expression.words))
    if form != str(expression) or why:
        yield f"Computed as: {form}"
        yield from (f"  {reason}" for reason in why)


def _elsewhere(expression: Expression) -> Lines:
    calls = list(frameworks(expression))
    if calls:
        yield "Elsewhere:"
    for framework, call, note in calls:
        yield f"  {framework}: {call}{f'    {note}' if note else ''}"


def sources(expression: Expression) -> Lines:
    """The references, a line each, with where to read them."""
    found = list(references(expression))
    if found:
        yield "References:"
    yield from (f"  - {text}{f' {link}' if link else ''}" for text, link in found)


def _text(expression: Expression, field: str) -> Lines:
    lines = texts(expression, field)
    if lines:
        yield " ".join(lines)


def _list(expression: Expression, field: str, heading: str) -> Lines:
    lines = texts(expression, field)
    if lines:
        yield heading
        yield from (f"  - {text}" for text in lines)


#: the lowest level that shows it, and the section, in reading order
SECTIONS: tuple[tuple[str, Callable[[Expression], Lines]], ...] = (
    ("beginner", _description),
    ("beginner", _usage),
    ("beginner", axis),
    ("intermediate", _parameters),
    ("intermediate", _noise),
    ("intermediate", _pros),
    ("intermediate", _cons),
    ("advanced", _derivatives),
    ("advanced", _kinks),
    ("advanced", _properties),
    ("advanced", _evaluation),
    ("advanced", _note),
    ("advanced", _elsewhere),
    ("advanced", sources),
)
