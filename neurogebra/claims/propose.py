"""Properties proposed for a formula: what is true at several sets of parameter values, said in one text for all.

Where one text (texts.py) does not fit all parameter values, two conditioned ones are tried, on the conditions that the
entry itself names. What is proposed is then judged like any other claim and kept only where it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from neurogebra.catalogue.parts import Claim
from neurogebra.claims.candidates import conditions
from neurogebra.claims.cells import FINE, Open
from neurogebra.claims.properties import property_check, settings_of, truths_of
from neurogebra.claims.subject import Subject
from neurogebra.claims.texts import Texts
from neurogebra.claims.verdict import HOLDS, Verdict
from neurogebra.claims.wording import number_of
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, ctx
from neurogebra.errors import NeurogebraError, UsageError
from neurogebra.expression import Expression
from neurogebra.symbolic.roots import Unsolved

__all__ = ["Proposal", "propose"]

#: answers that say nothing, and are left out
DULL: dict[str, Callable[[Any], bool]] = {
    "minimum": lambda v: v is None,
    "maximum": lambda v: v is None,
    "point_symmetry": lambda v: v is None,
    "periodic": lambda v: v is None,
    "saturates": lambda v: v is None,
    "limits": lambda v: v is None,
    "convex_on": lambda v: v is None,
    "inflections": lambda v: v == [],
    "dead_region": lambda v: v == [],
    "zeros": lambda v: v == [],
    "fixed_points": lambda v: v == [],
    "asymptotes": lambda v: v is None or all(each is None or number_of(each[0]).is_zero() for each in v.values()),
    "zero_centered": lambda v: not v,
    "identity_near_zero": lambda v: not v,
    "sums_to": lambda v: v is None,
    "order": lambda v: v is None,
}


class Proposal(NamedTuple):
    """The claims that hold, and why others were left out."""

    claims: list[Claim]
    left_out: dict[str, str]


def propose(expression: Expression) -> Proposal:
    """The properties of an entry's formula that the checks prove. What the entry states itself is not looked at."""
    if expression.entry is None:
        raise UsageError(f"{expression.name} comes from no entry, so there is no file to propose properties for.")
    from neurogebra.catalogue.properties import REQUIRED

    entry = replace(expression.entry, properties=())
    subject = Subject(type(expression).from_entry(entry))
    proposer = Proposer(subject)
    claims, left_out = [], {}
    for name in proposer.truths:
        try:
            claims += proposer.claims(name)
        except (Open, Unsure, Undefined, Unsolved, NeurogebraError) as reason:
            left_out[name] = str(reason)
    kept = []
    for claim, verdict in proposer.judged(claims):
        if verdict.status == HOLDS:
            kept.append(claim)
        else:
            left_out[claim.name] = f"{verdict.subject}: {verdict.evidence}"
    narrow = proposer.at_default([name for name in REQUIRED[entry.kind] if name in left_out])
    kept += [claim for claim, verdict in proposer.judged(narrow) if verdict.status == HOLDS]
    order = list(proposer.truths)
    return Proposal(sorted(kept, key=lambda claim: order.index(claim.name)), left_out)


class Proposer:
    """One entry's truths at all its settings, and the texts that say them."""

    def __init__(self, subject: Subject) -> None:
        self.subject, self.settings = subject, settings_of(subject)
        self.truths = truths_of(subject.entry.kind)
        self.texts = Texts(subject, self.settings)
        self.conditions = list(dict.fromkeys(each for pair in conditions(subject) for each in pair))
        self._fulfilled: dict[str, frozenset[int]] = {}

    def claims(self, name: str) -> list[Claim]:
        """Claims on one property: one for all settings, or two with conditions. Open where none is found."""
        truth = self.truths[name]
        found: dict[int, Any] = {}
        reason = ""
        for index, setting in enumerate(self.settings):
            try:
                found[index] = truth.find(setting)
            except Open as why:
                if index == 0:
                    raise
                reason = str(why)
        everywhere = list(found)
        if all(is_dull(name, found[i]) for i in everywhere):
            return []
        with ctx.workprec(FINE):
            value = self.texts.text_for(truth.shape, found, everywhere)
            if value is not None and not reason:
                return [Claim(name, value)]
            return self._conditioned(name, truth.shape, found, reason)

    def _conditioned(self, name: str, shape: str, found: dict[int, Any], reason: str) -> list[Claim]:
        """Claims on parts of the settings, the part of the default first, each time the largest that one text fits."""
        from neurogebra.catalogue.properties import REQUIRED

        claims, left = [], set(range(len(self.settings)))
        while left:
            options: list[tuple[str, frozenset[int], Any]] = []
            for condition in self.conditions:
                inside = self._where(condition)
                fits = inside and inside <= left and inside <= found.keys() and (0 in inside or 0 not in left)
                if not fits or (len(inside) < 2 and not condition.startswith("Eq")):
                    continue
                if options and len(inside) <= len(options[0][1]):
                    continue
                value = self.texts.text_for(shape, found, sorted(inside))
                if value is not None or all(is_dull(name, found[i]) for i in inside):
                    options = [(condition, inside, value)]
            if not options:
                break
            condition, inside, value = options[0]
            left -= inside
            if value is not None and not is_dull(name, found[min(inside)]):
                claims.append(Claim(name, value, when=condition))
        required = REQUIRED[self.subject.entry.kind]
        if not claims and name in required and 0 in found:  # no formula is found: the numbers at the default at least
            return self.at_default([name])
        if not claims:
            raise Open(reason or "no text fits all parameter values")
        lean = [claim for claim in claims if name in required or not str(claim.when).startswith("Eq")]
        return lean

    def at_default(self, names: list[str]) -> list[Claim]:
        """Claims on properties at the default values of the parameters alone."""
        when = " & ".join(f"Eq({p.name}, {p.text})" for p in self.subject.entry.params)
        claims = []
        for name in names if when else ():
            try:
                found = self.truths[name].find(self.settings[0])
                with ctx.workprec(FINE):
                    value = self.texts.text_for(self.truths[name].shape, {0: found}, [0])
            except (Open, Unsure, Undefined, Unsolved):
                continue
            claims += [Claim(name, value, when=when)] if value is not None else []
        return claims

    def judged(self, claims: list[Claim]) -> list[tuple[Claim, Verdict]]:
        """Each claim, and what the checks say of it."""
        expression = self.subject.expression
        entry = replace(self.subject.entry, properties=tuple(claims))
        subject = Subject(type(expression).from_entry(entry))
        seen = {tuple(setting.draw.items()): setting for setting in self.settings}
        subject.settings = [seen.get(tuple(s.draw.items()), s) for s in settings_of(subject)]
        told = []
        for name in self.truths:
            own = [claim for claim in claims if claim.name == name]
            told += list(zip(own, property_check(name)(subject), strict=True))
        return told

    def _where(self, condition: str) -> frozenset[int]:
        """The settings that fulfil a condition."""
        if condition not in self._fulfilled:
            tree = self.subject.condition(condition)
            fulfil = [i for i, s in enumerate(self.settings) if self.subject.fulfils(s.draw, tree)]
            self._fulfilled[condition] = frozenset(fulfil)
        return self._fulfilled[condition]


def is_dull(name: str, value: Any) -> bool:
    return name in DULL and DULL[name](value)
