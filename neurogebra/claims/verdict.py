"""What checking a claim ends in: it holds, it fails, or nobody can tell, with the evidence and the place.

Three outcomes and not two, because a check that could not decide and said "holds" would be worth nothing, and
one that said "fails" would be switched off. A verdict is frozen and knows no mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["CANNOT_TELL", "FAILS", "HOLDS", "Status", "Verdict"]

Status = Literal["holds", "fails", "cannot tell"]

HOLDS: Final = "holds"
FAILS: Final = "fails"
CANNOT_TELL: Final = "cannot tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one claim.

    `kind` is the row of CHECKS that judged, `subject` the claim in words, `evidence` what was compared and
    `at` the place: file and line where the entry was read from one.

    >>> print(Verdict("examples", "value at x = 1", "fails", "0.85 is written, 0.841 is true", "gelu:43"))
    gelu:43: examples, value at x = 1: fails. 0.85 is written, 0.841 is true
    """

    kind: str
    subject: str
    status: Status
    evidence: str
    at: str

    def __str__(self) -> str:
        return f"{self.at}: {self.kind}, {self.subject}: {self.status}. {self.evidence}"
