"""What strangers wrote: the attacks of hostile.txt and the files that must be refused, for every test of safety."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ARROW = "  =>  "


def shown(line: str) -> str:
    """The line with the characters that \\uXXXX stands for."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), line).replace(r"\ty", "\ty")


def lines_of(path: Path) -> list[tuple[str, str]]:
    """What stands before and after the arrow of each line that has one."""
    rows = (line.partition(ARROW) for line in path.read_text("utf-8").splitlines() if ARROW in line)
    return [(shown(left), shown(right)) for left, _, right in rows]


FORMULAS = lines_of(TESTS / "language" / "hostile.txt")
#: refused where the file is read; in catalogue/ below, because of the place where they stand
MISTAKES = sorted((TESTS / "catalogue" / "mistakes").glob("*.yaml"))
#: right as files, with a formula that is refused when the file is loaded
FILES = sorted((TESTS / "safety" / "files").glob("*.yaml"))
