"""Where a function comes from and what others call it: references and framework names, as lines and links.

A link is made here from an arXiv or DOI number, or taken over where it begins with https://, and from nothing
else, because metadata may be a stranger's. A reference that nobody here has seen says so. This file knows
neither HTML nor terminals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from neurogebra.show.columns import printable
from neurogebra.show.equivalents import rows

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["frameworks", "link_of", "references", "texts"]


def texts(expression: Expression, field: str) -> list[str]:
    """One field of the metadata as lines of text, whatever was put there: a text, a list of them, or nothing."""
    value = expression.metadata.get(field)
    several = value if isinstance(value, list | tuple) else [value]
    lines = [printable(str(each)) for each in several if isinstance(each, str | int | float)]
    return [line for line in lines if line]


def references(expression: Expression) -> Iterator[tuple[str, str | None]]:
    """`Hendrycks, Gimpel (2016). Gaussian Error Linear Units (GELUs).`, and where to read it."""
    stated = expression.metadata.get("references")
    for reference in stated if isinstance(stated, list | tuple) else ():
        if isinstance(reference, Mapping):
            yield printable(_line(reference)), link_of(reference)
        elif isinstance(reference, str):
            yield printable(reference), None


def _line(reference: Mapping[str, Any]) -> str:
    authors, year = reference.get("authors"), reference.get("year")
    who = ", ".join(map(str, authors)) if isinstance(authors, list | tuple) else str(authors or "")
    head = " ".join(part for part in (who, f"({year})" if year else "") if part)
    parts = [head, *(str(reference[key]) for key in ("title", "venue", "note") if reference.get(key))]
    parts += ["Not seen by the editors"] if reference.get("unverified") is True else []
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def link_of(reference: Mapping[str, Any]) -> str | None:
    """Where a reference is read.

    >>> link_of({"arxiv": "1606.08415"}), link_of({"url": "javascript:alert(1)"})
    ('https://arxiv.org/abs/1606.08415', None)
    """
    for key, place in (("arxiv", "https://arxiv.org/abs/"), ("doi", "https://doi.org/")):
        if isinstance(reference.get(key), str):
            return place + quote(reference[key], safe="/.:()-_;")
    url = reference.get("url")
    return quote(url, safe="/.:?&=#%()-_;,+~@!*$'") if isinstance(url, str) and url.startswith("https://") else None


def frameworks(expression: Expression) -> Iterator[tuple[str, str, str]]:
    """`jax`, `jax.nn.leaky_relu(negative_slope=alpha)`, and in what it differs: its default, its slopes."""
    for row in rows(expression.entry.equivalents if expression.entry is not None else ()):
        default = f"default {row.default}" if row.default else ""
        yield row.framework, row.name, "; ".join(part for part in (default, row.differs) if part)
