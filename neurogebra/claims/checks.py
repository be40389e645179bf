"""Every kind of claim an entry can make, and the function that judges it.

A check is told nothing but the expression and its entry, and answers with verdicts: what was compared, at
which parameter values, and the line of the claim. It judges the readable formula by rigorous enclosures and
the computed values against those, so that neither a wrong entry nor a wrong computation passes. No check
repairs or skips anything: what cannot be decided is said to be so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from neurogebra.claims.examples import examples
from neurogebra.claims.kinks import kinks
from neurogebra.claims.special_cases import special_cases
from neurogebra.claims.subject import Resolve, Subject
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, Verdict
from neurogebra.compile.to_ball import Undecided
from neurogebra.compile.to_ball_arithmetic import Unsure
from neurogebra.errors import NeurogebraError
from neurogebra.expression import Expression

__all__ = ["CHECKS", "check"]

Check = Callable[[Subject], Iterator[Verdict]]

CHECKS: dict[str, Check] = {
    "examples": examples,  # golden values are right to the digits written, and are what eval returns
    "kinks": kinks,  # jumps and bends are where they are said to be, as said, and nowhere else
    "special_cases": special_cases,  # with these parameter values it is that other function
}


def check(expression: Expression, resolve: Resolve | None = None) -> list[Verdict]:
    """A verdict on each claim of the entry that `expression` comes from.

    `resolve` finds the other functions that claims name, such as `forge.compose`; without it, claims about
    others are ones that nobody can tell. Raises UsageError where there is no entry.
    """
    subject = Subject(expression, resolve)
    return [verdict for kind in CHECKS for verdict in verdicts(kind, subject)]


def verdicts(kind: str, subject: Subject) -> Iterator[Verdict]:
    """The verdicts of one kind; a claim that cannot even be read fails, one beyond the oracle is open."""
    try:
        yield from CHECKS[kind](subject)
    except (Undecided, Unsure) as reason:
        yield subject.verdict(kind, "the rest", CANNOT_TELL, str(reason), kind)
    except NeurogebraError as reason:
        yield subject.verdict(kind, "the rest", FAILS, f"it cannot be judged: {reason}", kind)
