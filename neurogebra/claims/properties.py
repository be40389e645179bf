"""Stated properties: each is held against what is proven true, at several sets of parameter values.

The truth comes from truths.py, whatever the entry says; a claim holds where every number agrees to the digits
written, every end of a set belongs or not as stated, and every word is the right one. What fails is shown at the
simplest x that disproves it, where one does; what cannot be proven is said to be so. It states nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import sympy

from neurogebra.claims.cells import FINE, Open
from neurogebra.claims.disproof import shown, told, witness
from neurogebra.claims.everywhere import proven_everywhere
from neurogebra.claims.gates import TRUTHS_OF_PAIRS
from neurogebra.claims.images import extremes
from neurogebra.claims.profile import Profile
from neurogebra.claims.sets import Part, compare
from neurogebra.claims.setting import Setting, draws
from neurogebra.claims.subject import Subject
from neurogebra.claims.symmetry import mirrored, repeats_after
from neurogebra.claims.truths import TRUTHS, Truth
from neurogebra.claims.vector_truths import TRUTHS_OF_VECTORS
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS, Status, Verdict
from neurogebra.claims.wording import number_of
from neurogebra.compile.to_ball import Undecided
from neurogebra.compile.to_ball_arithmetic import Undefined, Unsure, arb, ctx
from neurogebra.errors import NeurogebraError
from neurogebra.language.parser import parse
from neurogebra.symbolic.roots import Unsolved

__all__ = ["agrees", "differs_from_base_by", "property_check", "settings_of", "truths_of"]


ALONE: Final = ("elementwise", "stochastic")  # functions of one number; noise is judged in its deterministic form


def truths_of(kind: str) -> dict[str, Truth]:
    """The truths that are told of one kind of function."""
    return {"gated": TRUTHS_OF_PAIRS, "vector": TRUTHS_OF_VECTORS}.get(kind, TRUTHS)


def property_check(name: str) -> Callable[[Subject], Iterator[Verdict]]:
    """The check of one property: a verdict on each claim of that name."""

    def check(subject: Subject) -> Iterator[Verdict]:
        claims = [claim for claim in subject.entry.properties if claim.name == name]
        for index, claim in enumerate(claims):
            field = f"properties.{name}" + (f"[{index}]" if len(claims) > 1 else "")
            words = told(claim.value) + (f" where {claim.when}" if claim.when else "")
            status, evidence = judge(subject, claim)
            yield subject.verdict(name, words, status, evidence, field)

    return check


def settings_of(subject: Subject) -> list[Setting]:
    """The entry at each set of parameter values that its claims are tried at; made once, shared by all of them."""
    if not subject.settings:
        conditions = [subject.condition(claim.when) for claim in subject.entry.properties if claim.when]
        found = draws(subject, conditions)
        if not subject.thorough:  # the default, and for each condition the first that fulfils it
            kept = [
                next((d for d in found if subject.fulfils(d, each)), found[0]) for each in dict.fromkeys(conditions)
            ]
            found = list({tuple(draw.items()): draw for draw in (found[0], *kept)}.values())
        subject.settings = [Setting(subject, draw) for draw in found]
    settings: list[Setting] = subject.settings
    return settings


def judge(subject: Subject, claim: Any) -> tuple[Status, str]:
    """One claim, at every set of parameter values for which it is made."""
    tried = 0
    try:
        condition = subject.condition(claim.when)
        for setting in settings_of(subject):
            if not subject.fulfils(setting.draw, condition):
                continue
            tried += 1
            with ctx.workprec(FINE):
                wrong = complaint(setting, claim.name, claim.value)
            if wrong:
                return FAILS, wrong + setting.words
    except (Open, Unsure, Undecided, Unsolved) as reason:
        return CANNOT_TELL, str(reason)
    except (NeurogebraError, Undefined) as reason:
        return FAILS, f"it cannot be judged: {reason}"
    if not tried:
        return CANNOT_TELL, f"no parameter values were found that fulfil {claim.when}"
    sets = "" if not subject.defaults else f" for {tried} set{'s' * (tried > 1)} of parameter values"
    if proven_everywhere(subject, claim.name, claim.value, claim.when):
        sets += ", and by formulas for all"
    return HOLDS, f"proven{sets}"


def complaint(setting: Setting, name: str, value: Any) -> str:
    """What is wrong with a claim at one setting, or nothing."""
    if name == "point_symmetry":
        return centre_complaint(setting, value)
    if name == "periodic":
        return period_complaint(setting, value)
    truth = truths_of(setting.subject.entry.kind)[name]
    try:
        found = truth.find(setting)
    except Open:  # what nobody can prove may still be disproven
        words = witness(setting, name, value)
        if not words or setting.subject.entry.kind in ALONE:
            raise
        return f"{told(value)} is claimed{words}"
    if agrees(setting, truth.shape, value, found):
        return ""
    return f"{told(value)} is claimed, {shown(found)} is true{witness(setting, name, value)}"


def agrees(setting: Setting, shape: str, value: Any, found: Any) -> bool:
    """Whether a claim's value says what was found."""
    if shape == "word":
        return bool(value == found or (value is True and found in ("increasing", "decreasing")))
    if shape == "number":
        return bool(value == "none") if found is None else same(setting.ball(value), found)
    if shape == "set":
        return found is not None and same_set(setting.region(value), found)
    if found is None:
        return False
    if shape == "counts":
        return bool({key: int(text) for key, text in value} == found)
    return all(same_line(setting, text, found[key]) if shape == "lines" else
               same_or_none(setting, text, found[key]) for key, text in value)  # fmt: skip


def same(claimed: Any, found: Any) -> bool:
    """Whether a claimed number, as wide as its digits allow, is the found one."""
    if isinstance(claimed, arb) and isinstance(found, arb):
        return bool(claimed.overlaps(found)) if claimed.rad() > 1e-60 else compare(claimed, found) == 0
    return bool(claimed == found)


def same_or_none(setting: Setting, text: str, found: Any) -> bool:
    return text == "none" if found is None else text != "none" and same(setting.ball(text), found)


def same_set(claimed: list[Part], found: list[Part]) -> bool:
    return len(claimed) == len(found) and all(
        same(a.low, b.low) and same(a.high, b.high) and (a.low_in, a.high_in) == (b.low_in, b.high_in)
        for a, b in zip(claimed, found, strict=True)
    )


def same_line(setting: Setting, text: str, found: Any) -> bool:
    if found is None or text == "none":
        return found is None and text == "none"
    if sympy.diff(setting.exact(text), setting.x, 2) != 0:
        return False
    at_0, at_1 = setting.ball(text, {setting.x.name: arb(0)}), setting.ball(text, {setting.x.name: arb(1)})
    slope, height = (number_of(part) for part in found)
    return same(at_0, height) and same(at_1, slope + height)


def centre_complaint(setting: Setting, value: Any) -> str:
    """Half a turn around the point changes nothing: by formulas, or no at one of 7 points."""
    a, b = value[0][1][1:-1].split(",")
    if mirrored(setting.profile, setting.exact(a), setting.exact(b), -1):
        return ""
    return f"half a turn around {value[0][1]} changes it"


def period_complaint(setting: Setting, value: str) -> str:
    """f(x + p) = f(x), and no half or third of p does it too."""
    length = setting.exact(value)
    if not repeats_after(setting, length):
        return f"{value} is claimed, but f(x + {length}) is not f(x)"
    shorter = next((k for k in (2, 3, 5) if repeats_after(setting, length / k)), None)
    return f"{value} is claimed, but {length}/{shorter} is a period" if shorter else ""


# Variants -------------------------------------------------------------------------------------------------


def differs_from_base_by(subject: Subject) -> Iterator[Verdict]:
    """The largest gap between a variant and its base, each at its defaults."""
    for variant in subject.entry.variants:
        if variant.differs_from_base_by is None:
            continue
        status, evidence = gap(subject, variant.name, variant.differs_from_base_by.text)
        field = f"variants.{variant.name}.differs_from_base_by"
        yield subject.verdict(
            "differs_from_base_by", f"{variant.name}: {variant.differs_from_base_by.text}", status, evidence, field
        )


def gap(subject: Subject, name: str, text: str) -> tuple[Status, str]:
    """The largest |variant - base|: an extreme of the difference or its limit."""
    try:
        found = largest_gap(subject, name)
        with ctx.workprec(FINE):
            held = same(Setting(subject, subject.defaults).ball(text), found[0])
    except (Open, Unsolved, Unsure) as reason:
        return CANNOT_TELL, str(reason)
    at = "" if found[1] is None else f": at x = {found[1].str(17, radius=False)}"
    return (HOLDS if held else FAILS), f"{text} is claimed, {shown(found[0])} is true{at}"


def largest_gap(subject: Subject, name: str) -> tuple[Any, arb | None]:
    """The largest gap, and where it is taken."""
    entry = subject.entry.as_variant(name)
    other = Subject(type(subject.expression).from_entry(entry))
    difference = other.pinned(parse(entry.formula), other.defaults) - subject.pinned(
        subject.expression.readable, subject.defaults
    )
    with ctx.workprec(FINE):
        profile = Profile(difference, subject.symbol, subject.entry.domain)
        ends = [extremes(profile, way) for way in (-1, 1)]
        best = max(ends, key=lambda each: float(abs(each[0].mid())) if isinstance(each[0], arb) else float("inf"))
        size = abs(best[0]) if isinstance(best[0], arb) else sympy.oo
    return size, best[1][0].low if best[1] and best[1][0].is_point else None
