"""How the command prints: lines or JSON, and colour where a person is looking.

Colours are used on a terminal only, never where NO_COLOR is set or TERM is dumb, so that a pipe or a file gets
plain text. JSON is strict: infinities and nan, which it cannot write, stand as the texts oo, -oo and nan. What
is printed is decided elsewhere.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from neurogebra.check import Report

__all__ = ["Answer", "painted", "plain", "printed"]

COLOURS = {"bold": "1", "red": "1;31", "faint": "2"}


@dataclass(frozen=True)
class Answer:
    """Lines for people, data for programs, and the exit code.

    `bold` says which lines are headings; `aside` is for the person alone, on standard error.
    """

    lines: list[str]
    data: Any = None
    code: int = 0
    bold: frozenset[int] = field(default=frozenset())
    aside: str = ""


def printed(answer: Answer | Report, as_json: bool) -> None:
    """Print an answer to standard output, and its aside to standard error."""
    if answer.aside:
        print(answer.aside, file=sys.stderr)
    if as_json:
        print(json.dumps(plain(answer.data), indent=2, allow_nan=False))
        return
    for place, line in enumerate(answer.lines):
        print(painted(line, "bold", sys.stdout) if place in answer.bold else line, flush=True)


def painted(text: str, colour: str, stream: TextIO | None) -> str:
    """The text in a colour where `stream` is a terminal that wants colours; one that is closed is None."""
    wanted = (
        stream is not None and stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    )
    return f"\033[{COLOURS[colour]}m{text}\033[0m" if wanted else text


def plain(value: Any) -> Any:
    """The value as JSON has it; what is neither number, text, list nor dict stands as its text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "oo" if value > 0 else "-oo"
    return value if value is None or isinstance(value, str | int | float) else str(value)
