"""What each command answers: one function a command, each a question to the library.

An answer is lines for people and the same facts as data for `--json`; refusals are the library's own errors and
pass through. The forge is light, so that `list` and `search` never load SymPy. Words of the command line and
colours are known to its neighbours alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurogebra.cli_output import Answer
from neurogebra.cli_values import Mistyped, Row, Span, Value, number_of, values_of
from neurogebra.errors import brief, did_you_mean
from neurogebra.forge import MathForge
from neurogebra.properties import check_property_name

if TYPE_CHECKING:
    from neurogebra.check import Report
    from neurogebra.expression import Expression

__all__ = [
    "answer_check",
    "answer_compare",
    "answer_eval",
    "answer_grad",
    "answer_list",
    "answer_new",
    "answer_plot",
    "answer_search",
    "answer_show",
]

PICTURES = (".png", ".svg", ".pdf")


def answer_list(asked: argparse.Namespace) -> Answer:
    """The names."""
    for name in asked.properties:  # `--tags` is none, but list_all has an argument of this name
        if near := did_you_mean(name, ("category", "tag")):
            raise Mistyped(f"there is no option --{name}.{near}")
        check_property_name(name)
    names = MathForge().list_all(category=asked.category, tags=asked.tag or None, **asked.properties)
    return _found(names, "nothing has all of that; leave one of the options out.")


def answer_search(asked: argparse.Namespace) -> Answer:
    """The names that fit, best first."""
    words = " ".join(asked.words)
    return _found(MathForge().search(words), f"nothing fits {brief(words)}; neurogebra list prints every name.")


def _found(names: list[str], otherwise: str) -> Answer:
    """The names; where there are none a script is told so by the exit code, as by grep, and a person in words."""
    return Answer(names, names) if names else Answer([], [], code=1, aside=otherwise)


def answer_show(asked: argparse.Namespace) -> Answer:
    """The explanation, and the references at every level."""
    from neurogebra.show.explain import sources

    expression = _expression(asked)
    lines = expression.explain(level=asked.level).splitlines()
    cited = list(sources(expression))
    if cited and not set(cited) <= set(lines):
        lines += ["", *cited]
    headings = {i for i, line in enumerate(lines) if i == 0 or line.endswith(":") and not line.startswith(" ")}
    return Answer(lines, expression.metadata, bold=frozenset(headings))


def answer_eval(asked: argparse.Namespace) -> Answer:
    """The value, or a line for each point."""
    return _evaluated(_expression(asked), asked.values)


def answer_grad(asked: argparse.Namespace) -> Answer:
    """The derivative's formula, its steps, or its value."""
    expression = _expression(asked)
    by = _only_variable(expression) if asked.by is None else asked.by
    if asked.steps:
        return _steps(expression, by, asked)
    slope = expression.gradient(by, order=asked.order)
    if asked.values:
        return _evaluated(slope, asked.values)
    return Answer([str(slope)], {"name": slope.name, "formula": str(slope), "latex": slope.formula})


def _only_variable(expression: Expression) -> str:
    """What to differentiate by where nobody says it."""
    variable, *others = expression.variables
    if others:
        names = " and ".join([variable, *others])
        raise Mistyped(f"{expression.name} takes {names}; say which to differentiate by, as in --by {variable}")
    return variable


def _steps(expression: Expression, by: str, asked: argparse.Namespace) -> Answer:
    if asked.values:
        raise Mistyped("--steps derives the formula; it takes no values")
    if asked.order > 1:
        expression = expression.gradient(by, order=asked.order - 1)
    derivation = expression.derive(by)
    steps = [{"formula": str(step), "latex": step.latex, "rule": step.rule} for step in derivation.steps]
    return Answer(str(derivation).splitlines(), steps)


def answer_compare(asked: argparse.Namespace) -> Answer:
    """The table."""
    columns = [word.strip() for word in asked.columns.split(",")] if asked.columns else None
    table = MathForge().compare(asked.names, columns=columns, at=[number_of(text) for text in asked.at])
    lines = (table.markdown() if asked.markdown else str(table)).splitlines()
    return Answer(lines, table, bold=frozenset() if asked.markdown else frozenset({0}))


def answer_plot(asked: argparse.Namespace) -> Answer:
    """A sketch for each name, or a file."""
    from neurogebra.show.curve import Curve
    from neurogebra.show.sketch import sketch

    names = [word for word in asked.names if "=" not in word]
    values = values_of(word for word in asked.names if "=" in word)
    if not names:
        raise Mistyped("the following arguments are required: NAME")
    spans = {name: (span.low, span.high) for name, span in values.items() if isinstance(span, Span)}
    params = {name: value for name, value in values.items() if not isinstance(value, (Span, Row))}
    forge = MathForge()
    expressions = [forge.get(name, params=params or None) for name in names]
    over = next(iter(spans.values()), None)
    if len(spans) > 1 or (spans and [*spans] != expressions[0].variables):
        raise Mistyped(f"one interval is given, as {expressions[0].variables[0]}=-3:3; got {', '.join(spans)}")
    if any(isinstance(value, Row) or getattr(value, "count", None) is not None for value in values.values()):
        raise Mistyped("a curve has as many points as it needs; the interval is given as x=-3:3")
    if asked.output:
        return _drawn(expressions, names, over, Path(asked.output))
    if asked.json:
        curves = [Curve.of(expression, over).line(points=101) for expression in expressions]
        return Answer([], {name: {"x": line.x, "value": line.y} for name, line in zip(names, curves, strict=True)})
    lines: list[str] = []
    for name, expression in zip(names, expressions, strict=True):
        lines += [name, *sketch(expression, over).splitlines()]
    return Answer(lines, bold=frozenset(i for i, line in enumerate(lines) if line in names))


def _drawn(expressions: list[Expression], names: list[str], over: Any, place: Path) -> Answer:
    from neurogebra.show.plot import overlay, saved

    if place.suffix not in PICTURES:
        raise Mistyped(f"--output is a file ending in {', '.join(PICTURES)}; got {str(place)!r}")
    axes = overlay(list(zip(names, expressions, strict=True)), derivatives=1 if len(names) == 1 else None, x=over)
    saved(axes, place)
    return Answer([f"drew {', '.join(names)} into {place}"], {"file": str(place), "names": names})


def answer_check(asked: argparse.Namespace) -> Answer | Report:
    """The verdicts as they are found, or what can be proven."""
    from neurogebra.check import check_path, propose_for

    if asked.write and not asked.propose:
        raise Mistyped("--write goes with --propose")
    if not asked.propose:
        return check_path(asked.path)
    if asked.json:
        raise Mistyped("--propose prints YAML; it takes no --json")
    return Answer(list(propose_for(asked.path, asked.write)))


def answer_new(asked: argparse.Namespace) -> Answer:
    """A file to fill in."""
    from neurogebra.catalogue.blank import write_blank

    path = write_blank(asked.name)
    return Answer([f"wrote {path}; fill it in, then: neurogebra check {path}"], {"file": str(path)})


def _expression(asked: argparse.Namespace) -> Expression:
    return MathForge().get(asked.name, variant=asked.variant)


def _evaluated(expression: Expression, values: dict[str, Value]) -> Answer:
    """One value, or one for each point; of a function of a vector the points are one vector."""
    given = {name: value for name, value in values.items() if isinstance(value, (Span, Row))}
    if not given:
        value = expression.eval(**values)
        return Answer([repr(value)], {"name": expression.name, **values, "value": value})
    if len(given) > 1 or None in [span.count for span in given.values() if isinstance(span, Span)]:
        raise Mistyped("points are given for one name, as x=-3:3:7, seven from -3 to 3, or as x=1,2,3")
    ((name, several),) = given.items()
    fixed = {key: value for key, value in values.items() if key != name}
    points = several.points()
    if expression.kind == "vector" and name in expression.variables:
        found = expression.eval(**fixed, **{name: points}, axis=-1).tolist()  # all of them are one vector
    else:
        found = [expression.eval(**fixed, **{name: point}) for point in points]
    return Answer(_beside(points, found), {"name": expression.name, **fixed, name: points, "value": found})


def _beside(points: list[float], found: Any) -> list[str]:
    """A line for each point with its value or its row of a Jacobian; values alone where there are more, or one."""
    rows = found if isinstance(found, list) else [found]
    texts = ["  ".join(map(repr, row)) if isinstance(row, list) else repr(row) for row in rows]
    if len(rows) != len(points):
        return texts
    width = max(len(repr(point)) for point in points)
    return [f"{point!r:>{width}}  {text}" for point, text in zip(points, texts, strict=True)]
