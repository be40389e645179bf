"""An expression as a card in a notebook: formula, slope, curve, parameters, what is proven, sources.

The card is one piece of HTML that fetches nothing and runs nothing: formulas are MathML, the curve is inline SVG
and the style stands with it, for light and dark pages. Every text passes through one function that escapes HTML
and keeps notebooks from typesetting it, so that metadata of a stranger stays text. It computes nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any

from neurogebra.errors import NeurogebraError
from neurogebra.language.interval import REALS
from neurogebra.show.explain import axis, written
from neurogebra.show.proven import number, rows
from neurogebra.show.sources import frameworks, references, texts
from neurogebra.show.style import STYLE

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["bundle", "html", "safe"]

LONGEST = 4_000  # letters of a derivative's text; a longer one is a wall that nobody reads
MOST_ROWS = 6  # of what other libraries call it; more are folded
MOST_VALUES = 4  # of an array for a parameter


def bundle(expression: Expression, plain: str) -> dict[str, str]:
    """What a notebook may choose from: the card, the LaTeX of the formula, and text with a sketch of the curve."""
    from neurogebra.show.sketch import sketch

    with suppress(NeurogebraError):  # no curve: several variables, or vectors
        plain = f"{plain}\n{sketch(expression)}"
    latex = f"$\\displaystyle {expression.formula}$"
    return {"text/plain": plain, "text/latex": latex, "text/html": html(expression)}


def html(expression: Expression) -> str:
    """The card as HTML."""
    body = "".join(section(expression) for section in SECTIONS)
    return f'<div class="ng-card tex2jax_ignore mathjax_ignore"><style>{STYLE}</style>{body}</div>'


def safe(text: object) -> str:
    """A text as HTML that shows its letters: no markup, and no mathematics for a notebook to typeset.

    >>> safe("<b>a & b</b>"), safe("$x$")
    ('&lt;b&gt;a &amp; b&lt;/b&gt;', '<span>$</span>x<span>$</span>')
    """
    shown = escape(str(text))
    for sign in "\\$":  # notebooks look for $...$ and \\(...\\) within one element
        shown = shown.replace(sign, f"<span>{sign}</span>")
    return shown


# Sections, from top to bottom -----------------------------------------------------------------------------------


def _head(e: Expression) -> str:
    title = " ".join(texts(e, "title"))
    entry = e.entry
    if entry is not None and entry.variant is not None:
        title = f"{title}, the {entry.variant} variant" if title else f"the {entry.variant} variant"
    aliases = ", ".join(f"<code>{safe(alias)}</code>" for alias in texts(e, "aliases"))
    also = f'<div class="ng-also">also {aliases}</div>' if aliases else ""
    return f'<div class="ng-head"><b>{safe(e.name)}</b> <span>{safe(title)}</span>{also}</div>'


def _figure(e: Expression) -> str:
    """Formula and slope beside the curve, or above it where the page is narrow."""
    from neurogebra.show.svg import svg

    name = e.name if e.name.isidentifier() else "f"
    chance = e.entry is not None and e.entry.kind == "stochastic"
    left = _formula(f"{name}({', '.join(e.variables)})", e, str(e) if chance else written(e))
    if chance:
        left += f'<div class="ng-label">with chance</div><div class="ng-text"><code>{safe(written(e))}</code></div>'
    left += "".join(_slope(e, variable, len(e.variables) > 1) for variable in e.variables)
    try:
        right = f'<div class="ng-picture">{svg(e)}{LEGEND}</div>'
    except NeurogebraError:
        right = ""
    return f'<div class="ng-figure"><div class="ng-formulas">{left}</div>{right}</div>'


LEGEND = '<div class="ng-legend"><i class="ng-f"></i>f <i class="ng-slope"></i>f&#x2032;</div>'


def _slope(e: Expression, variable: str, several: bool) -> str:
    try:
        slope = e.gradient(variable)
        text = str(slope)
    except NeurogebraError:  # too long to write down, or outside the language
        return ""
    whole = e.entry is not None and e.entry.kind == "vector"
    label = f"slope by {variable}" if several else "Jacobian" if whole else "slope"
    return _formula(label, slope, text) if len(text) <= LONGEST else ""


def _formula(label: str, e: Expression, text: str) -> str:
    from neurogebra.language.mathml import mathml

    typeset = f'<math display="block">{mathml(e._shown())}</math>'
    return (
        f'<div class="ng-label">{safe(label)}</div><div class="ng-math">{typeset}</div>'
        f'<div class="ng-text"><code>{safe(text)}</code></div>'
    )


def _what(e: Expression) -> str:
    said = [*texts(e, "description"), *texts(e, "usage"), *axis(e)]
    return "".join(f"<p>{safe(text)}</p>" for text in said)


def _parameters(e: Expression) -> str:
    entry, domains = e.entry, e.domains
    meanings = {p.name: p.meaning for p in entry.params} if entry is not None else {}
    lines = []
    for name, value in e.params.items():
        domain = "" if domains[name] == REALS else f"in {domains[name]}"
        learned = "learned" if name in e.trainable_params else ""
        lines.append((name, _value(value), domain, " ".join(x for x in (meanings.get(name, ""), learned) if x)))
    lines += [(c.name, c.text, "", "fixed") for c in (entry.constants if entry is not None else ())]
    return _table("Parameters", lines)


def _value(value: Any) -> str:
    if type(value) is float:
        return number(value)
    shown = [number(each) for each in value.reshape(-1)[:MOST_VALUES].tolist()]
    return f"{', '.join(shown)}{', ...' if value.size > MOST_VALUES else ''} (shape {value.shape})"


def _proven(e: Expression) -> str:
    return _table("Proven", rows(e))


def _verdicts(e: Expression) -> str:
    both = [_list(heading, texts(e, field)) for heading, field in (("For it", "pros"), ("Against it", "cons"))]
    return f'<div class="ng-verdicts">{"".join(both)}</div>' if any(both) else ""


def _note(e: Expression) -> str:
    return "".join(f'<p class="ng-note">{safe(text)}</p>' for text in texts(e, "note"))


def _frameworks(e: Expression) -> str:
    """What other libraries call it; a long table is folded under the libraries' names."""
    lines = list(frameworks(e))
    if len(lines) <= MOST_ROWS:
        return _table("Elsewhere", lines)
    names = ", ".join(dict.fromkeys(framework.split(" ")[0] for framework, _, _ in lines))
    return f"<details><summary>Elsewhere: {safe(names)}</summary>{_table('', lines)}</details>"


def _references(e: Expression) -> str:
    lines = []
    for text, link in references(e):
        shown = safe(text)
        lines.append(f'<a href="{escape(link)}" rel="noopener noreferrer">{shown}</a>' if link else shown)
    return _marked("References", lines)


def _table(heading: str, lines: Iterable[Iterable[str]]) -> str:
    body = "".join(f"<tr>{''.join(_cells(line))}</tr>" for line in lines)
    return f'<div class="ng-label">{heading}</div><div class="ng-wide"><table>{body}</table></div>' if body else ""


def _cells(line: Iterable[str]) -> Iterator[str]:
    for place, text in enumerate(line):
        yield f"<th>{safe(text)}</th>" if place == 0 else f"<td>{safe(text)}</td>"


def _list(heading: str, lines: list[str]) -> str:
    return _marked(heading, [safe(line) for line in lines])


def _marked(heading: str, lines: list[str]) -> str:
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<div><div class="ng-label">{heading}</div><ul>{items}</ul></div>' if lines else ""


SECTIONS: tuple[Callable[[Expression], str], ...] = (
    _head, _figure, _what, _parameters, _proven, _verdicts, _note, _frameworks, _references,
)  # fmt: skip
