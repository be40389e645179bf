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
from neurogebra.claims.properties import differs_from_base_by, property_check
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
    "differs_from_base_by": differs_from_base_by,  # a variant's largest gap to its base
    # properties, each held against its row of truths.py
    "range": property_check("range"),  # the values taken, every end proven to belong or not
    "gradient_range": property_check("gradient_range"),  # the slopes taken
    "bounded": property_check("bounded"),
    "minimum": property_check("minimum"),  # the one root of f' that takes the least value
    "maximum": property_check("maximum"),
    "zeros": property_check("zeros"),  # all roots, points and intervals
    "fixed_points": property_check("fixed_points"),  # all roots of f(x) - x
    "monotone": property_check("monotone"),  # the sign of f' on the whole line, and of every step
    "convex": property_check("convex"),  # the sign of f'' on the whole line, and of every step of f'
    "convex_on": property_check("convex_on"),  # the intervals on which f'' >= 0
    "inflections": property_check("inflections"),  # where f'' changes its sign
    "parity": property_check("parity"),  # f(-x) against f(x), as formulas
    "point_symmetry": property_check("point_symmetry"),
    "periodic": property_check("periodic"),
    "smoothness": property_check("smoothness"),  # the lowest order of a corner
    "lipschitz": property_check("lipschitz"),  # the largest |f'|, and that no jump is there
    "limits": property_check("limits"),  # by leading terms
    "asymptotes": property_check("asymptotes"),  # what is left beside the slope at infinity
    "saturates": property_check("saturates"),
    "dead_region": property_check("dead_region"),  # where f' is 0 as a formula
    "zero_centered": property_check("zero_centered"),
    "identity_near_zero": property_check("identity_near_zero"),
    "cost": property_check("cost"),  # counted from the plan
    "linear_in": property_check("linear_in"),  # of a gated unit: f(a, b) against a*f(1, b), as formulas
    "sums_to": property_check("sums_to"),  # of a vector function: by what its reductions sum to
    "shift": property_check("shift"),  # f(x + c) against f(x), as formulas over the whole axis
    "order": property_check("order"),  # the slope of a value by its own element
}


def check(expression: Expression, resolve: Resolve | None = None, thorough: bool = True) -> list[Verdict]:
    """A verdict on each claim of the entry that `expression` comes from.

    `resolve` finds the other functions that claims name, such as `forge.compose`; without it, claims about
    others are ones that nobody can tell. `thorough` tries properties at many sets of parameter values, else at
    the default and where a condition needs others. Raises UsageError where there is no entry.
    """
    subject = Subject(expression, resolve, thorough)
    return [verdict for kind in CHECKS for verdict in verdicts(kind, subject)]


def verdicts(kind: str, subject: Subject) -> Iterator[Verdict]:
    """The verdicts of one kind; a claim that cannot even be read fails, one beyond the oracle is open."""
    try:
        yield from CHECKS[kind](subject)
    except (Undecided, Unsure) as reason:
        yield subject.verdict(kind, "the rest", CANNOT_TELL, str(reason), kind)
    except NeurogebraError as reason:
        yield subject.verdict(kind, "the rest", FAILS, f"it cannot be judged: {reason}", kind)
