"""Texts and conditions that an entry itself suggests for its properties: what a proposal is made of.

Parameters, constants, their simple combinations, f(0) and f'(0), and every formula of the kinks may be ends of ranges;
what the kinks and special cases are conditioned on, the ends of domains and 0 and 1 may divide the parameters' values.
None of it is true for being listed here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import sympy

from neurogebra.claims.subject import Subject
from neurogebra.errors import NeurogebraError
from neurogebra.language.writer import write

__all__ = ["candidates", "conditions"]

LONGEST = 60  # characters of a formula that is offered as an end


def candidates(subject: Subject) -> Iterator[str]:
    """Parameters and constants, their negatives, products and quotients, and every formula of the kinks."""
    names = [*list(subject.defaults), *subject.constants]
    yield from ("0", "1", "-1", "1/2") if list(subject.defaults) else ()
    for name in names:
        yield from (
            name,
            f"-{name}",
            f"1/{name}",
            f"-1/{name}",
            f"1 - {name}",
            f"1 + {name}",
            f"{name}/2",
            f"-{name}/2",
        )
    for a, b in combinations(names, 2):
        yield from (
            f"{a}*{b}",
            f"-{a}*{b}",
            f"{a}/{b}",
            f"{b}/{a}",
            f"-{a}/{b}",
            f"-{b}/{a}",
            f"{a} + {b}",
            f"{a} - {b}",
            f"{b} - {a}",
        )
        yield from (f"(1 - {b})/{a}", f"(1 - {a})/{b}")
    for name in names:
        yield from (f"sqrt({name})", f"-1/sqrt({name})", f"1/sqrt({name})", f"sqrt({name})/2", f"{name}**2")
    yield from at_zero(subject)
    for kink in subject.entry.kinks:
        for text in (kink.at, kink.left, kink.right, kink.gradient):
            if text is not None and text not in ("oo", "-oo"):
                yield from (text, f"-({text})")


def at_zero(subject: Subject) -> Iterator[str]:
    """f(0) and f'(0) as formulas in the parameters."""
    expression = subject.expression
    for order in (0, 1) if list(subject.defaults) else ():
        try:
            formula = expression.readable if order == 0 else subject.oracle.shown(subject.variable, 1).expr
            text = write(formula.subs(subject.symbol, 0))
        except NeurogebraError:
            continue
        yield from (text, f"-({text})") if len(text) <= LONGEST else ()


def conditions(subject: Subject) -> Iterator[tuple[str, str]]:
    """Conditions and their opposites: those the entry names, then the plain ones."""
    for kink in subject.entry.kinks:
        if kink.when:
            yield kink.when, opposite(kink.when)
    for case in subject.entry.special_cases:
        if len(case.params) == 1:
            name, value = case.params[0]
            low = any(p.name == name and p.domain.low == value.value for p in subject.entry.params)
            yield (f"{name} > {value.text}" if low else f"Ne({name}, {value.text})"), f"Eq({name}, {value.text})"
    for a, b in combinations(list(subject.defaults), 2):
        yield f"{a} < {b}", f"{a} >= {b}"
        yield f"{a} <= {b}", f"{a} > {b}"
        yield f"Ne({a}, -{b})", f"Eq({a}, -{b})"
    for param in subject.entry.params:
        if param.domain.low_closed and math.isfinite(param.domain.low):
            low_text = write(sympy.Rational(param.domain.low))
            yield f"{param.name} > {low_text}", f"Eq({param.name}, {low_text})"
        for edge in ("1", "0"):
            yield f"{param.name} <= {edge}", f"{param.name} > {edge}"
            yield f"{param.name} < {edge}", f"{param.name} >= {edge}"
            yield f"Ne({param.name}, {edge})", f"Eq({param.name}, {edge})"


def opposite(condition: str) -> str:
    """The condition that holds where this one does not."""
    if "&" in condition or "|" in condition:
        return f"Not({condition})"
    for old, new in (("Ne(", "Eq("), ("Eq(", "Ne("), (">=", "<"), ("<=", ">"), (">", "<="), ("<", ">=")):
        if condition.count(old) == 1:
            return condition.replace(old, new)
    return f"Not({condition})"
