"""Entries that lie, each in one place: the lie is found, is the only thing that fails, and is named.

The truthful entry below passes in every claim; each test changes one text of it. A check that lets its lie
pass is no check, so every kind of claim has several here.
"""

from __future__ import annotations

import math

import pytest

pytest.importorskip("flint")

from neurogebra.catalogue.schema import read_entry_text
from neurogebra.claims.checks import CHECKS, check
from neurogebra.claims.kinks import Trial
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS, Verdict
from neurogebra.errors import UnknownExpression, UsageError
from neurogebra.expression import Expression

CORNER = "{at: 0, order: 1, left: alpha, right: scale, gradient: alpha}"
HONEST = """\
name: bend
title: A test function with a bend, a jump, parameters and constants
category: activation
formula: Piecewise((scale*x, x > 0), (alpha*(exp(x) - 1), x > -edge), (tanh(x), True))
params:
  alpha: {default: 0.5, domain: "(0, oo)", typical: "[0.25, 2]", meaning: Height on the left.}
  edge: {default: 3, domain: "(0, oo)", typical: "[1, 5]", meaning: Where it jumps.}
constants: {scale: 1.0507009873554804934193349852946}
kinks:
  - CORNER
  - {at: -edge, order: 0, left: tanh(-edge), right: alpha*(exp(-edge) - 1), gradient: 1 - tanh(edge)**2}
special_cases:
  - {params: {edge: 3, alpha: 0.5}, equals: bend}
  - {params: {alpha: 2}, equals: double_bend}
examples:
  - {x: 1, value: 1.0507009873554804934, gradient: 1.0507009873554804934, second: 0}
  - {x: -1, value: -0.31606027941427883920, gradient: 0.18393972058572116080, second: 0.18393972058572116080}
  - {x: -1, params: {alpha: 2}, value: -1.2642411176571153568, gradient: 0.7358}
  - {x: -40, value: -1, gradient: 7.2194055513817e-35}
  - {x: 0, value: 0, gradient: 0.5}
  - {x: oo, value: oo, gradient: 1.05070098735548049}
  - {x: -oo, value: -1, gradient: 0}
""".replace("CORNER", CORNER)

# By the kind of claim that must fail: what lies, the text that is changed, into what, a word of the evidence.
LIES = {
    "examples": [
        ("a value's seventh digit", "-0.31606027941", "-0.31606037941", "is true"),
        ("a value's last digit", "1.0507009873554804934, g", "1.0507009873554804932, g", "is true"),
        ("a slope's seventh digit", "gradient: 0.18393972", "gradient: 0.18393982", "is true"),
        ("a curvature's seventh digit", "second: 0.18393972", "second: 0.18393982", "is true"),
        ("a value's sign", "{x: -40, value: -1", "{x: -40, value: 1", "is true"),
        ("a short number", "gradient: 0.7358", "gradient: 0.7357", "is true"),
        ("a far tail", "7.2194055513817e-35", "7.2194065513817e-35", "is true"),
        ("a whole number", "second: 0}", "second: 1}", "is true"),
        ("a whole number that is near", "1.0507009873554804934, g", "1, g", "is true"),
        ("a parameter value", "{x: -1, params: {alpha: 2}", "{x: -1, params: {alpha: 3}", "is true"),
        ("a limit", "{x: -oo, value: -1", "{x: -oo, value: 0", "far values"),
        ("the formula's constant", "scale: 1.0507009873", "scale: 1.0507019873", "is true"),
        ("the formula's sign", "alpha*(exp(x) - 1), x", "-alpha*(exp(x) - 1), x", "is true"),
    ],
    "kinks": [
        ("a kink left out", f"  - {CORNER}\n", "", "not declared"),
        ("a kink that is not there", "kinks:\n", f"kinks:\n  - {CORNER.replace('0', '1', 1)}\n", "no kink"),
        ("a kink elsewhere", "{at: -edge, order: 0", "{at: -edge - 1/2, order: 0", "no kink"),
        ("the left side", "order: 1, left: alpha", "order: 1, left: 2*alpha", "left is declared"),
        ("the right side", "right: scale", "right: 1", "right is declared"),
        ("a side's seventh digit", "right: scale", "right: 1.05070198735548049", "right is declared"),
        ("a side for one parameter value only", "left: alpha,", "left: 1/2,", "left is declared"),
        ("the order", "{at: 0, order: 1", "{at: 0, order: 2", "order 2 is declared"),
        ("the slope at a corner", "gradient: alpha}", "gradient: scale}", "the slope there"),
        ("the slope at a jump", "gradient: 1 - tanh", "gradient: 2 - tanh", "the slope there"),
        ("a jump's side", "left: tanh(-edge)", "left: tanh(edge)", "left is declared"),
        ("when it is one", "gradient: alpha}", 'gradient: alpha, when: "alpha > 1"}', "not declared"),
        ("the formula's >", "x > -edge", "x >= -edge", "the slope there"),
    ],
    "special_cases": [
        ("a parameter value", "{params: {alpha: 2}, e", "{params: {alpha: 2.0000001}, e", "the other"),
        ("the other function", "alpha: 0.5}, equals: bend", "alpha: 0.5}, equals: double_bend", "the other"),
        ("the other's name", "equals: bend", "equals: bent", "cannot be found"),
    ],
}


def made(text: str) -> Expression:
    return Expression.from_entry(read_entry_text(text, "bend.yaml"))


DOUBLE = HONEST.replace("name: bend", "name: double_bend").replace("alpha: {default: 0.5", "alpha: {default: 2")


def resolve(name: str) -> Expression:
    known = {"bend": HONEST, "double_bend": DOUBLE}
    if name not in known:
        raise UnknownExpression(f"no expression called {name!r}.")
    return made(known[name])


def failing(verdicts: list[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.status != HOLDS]


def test_an_honest_entry_passes_in_every_claim():
    verdicts = check(made(HONEST), resolve)
    assert failing(verdicts) == []
    assert {verdict.kind for verdict in verdicts} == LIES.keys() <= CHECKS.keys()
    assert len(verdicts) == 16 + 3 + 2


@pytest.mark.parametrize(
    ("kind", "lie", "old", "new", "words"),
    [(kind, *row) for kind, rows in LIES.items() for row in rows],
    ids=lambda part: part if part in LIES else None,
)
def test_a_lie_is_found_and_named(kind, lie, old, new, words):
    assert HONEST.count(old) == 1
    found = [v for v in failing(check(made(HONEST.replace(old, new)), resolve)) if v.status == FAILS]
    assert any(verdict.kind == kind and words in verdict.evidence for verdict in found), found
    if "formula" not in lie:
        assert {verdict.kind for verdict in found} == {kind}


@pytest.mark.parametrize("road", ["against_finder", "against_enclosures"])
@pytest.mark.parametrize(
    ("old", "new"), [("order: 1, left: alpha", "order: 1, left: 2*alpha"), ("at: 0, order: 1", "at: 0, order: 2")]
)
def test_each_of_the_two_roads_to_a_kink_finds_its_lies_alone(monkeypatch, road, old, new):
    monkeypatch.setattr(Trial, road, lambda *anything: "")
    assert failing(check(made(HONEST), resolve)) == []
    assert any(verdict.kind == "kinks" for verdict in failing(check(made(HONEST.replace(old, new)), resolve)))


@pytest.mark.parametrize(
    ("formula", "kink", "words"),
    [
        ("Piecewise((x, x > 0), (x/2, True))", "{at: 0, order: 2}", "differs already"),
        ("x*Abs(x)", "{at: 0, order: 1}", "on both sides"),
    ],
)
def test_the_order_is_found_by_enclosures_alone(monkeypatch, formula, kink, words):
    monkeypatch.setattr(Trial, "against_finder", lambda *anything: "")
    text = f"name: plain\ncategory: activation\nformula: {formula}\nkinks:\n  - {kink}\n"
    assert any(words in verdict.evidence for verdict in failing(check(made(text))))


STEP = """\
name: step
category: activation
formula: Piecewise((x, x > theta), (value, True))
params:
  theta: {default: 0.5, domain: "(-oo, oo)", typical: "[0, 1]", meaning: Where it steps.}
  value: {default: 20, domain: "(-oo, oo)", typical: "[19, 20]", meaning: What it gives below.}
kinks:
  - {at: theta, order: 0, left: value, right: theta, gradient: 0, when: "Ne(theta, value)"}
  - {at: theta, order: 1, left: 0, right: 1, gradient: 0, when: "Eq(theta, value)"}
"""


def test_conditions_that_no_typical_value_meets_are_met_on_purpose():
    assert failing(check(made(STEP))) == []
    lie = failing(check(made(STEP.replace("order: 1, left: 0", "order: 1, left: 1"))))
    assert [(verdict.status, verdict.subject) for verdict in lie] == [(FAILS, "order 1 at x = theta")]
    silent = failing(check(made(STEP[: STEP.index("  - {at: theta, order: 1")])))
    assert [(verdict.status, verdict.subject) for verdict in silent] == [(FAILS, "no others")]


def test_a_lie_is_found_at_its_line():
    lie = HONEST.replace("value: -0.31606027941427883920", "value: -0.31606027941427883820")
    (verdict,) = failing(check(made(lie), resolve))
    assert verdict.at == "bend.yaml:17"
    assert str(verdict).startswith("bend.yaml:17: examples, value at x = -1: fails. -0.31606027941427883820 is written")


@pytest.mark.parametrize("wrong", [1 + 1e-14, math.inf, math.nan])
def test_a_wrong_computation_is_no_excuse_for_a_right_entry(monkeypatch, wrong):
    expression = made(HONEST)
    right = Expression.eval
    monkeypatch.setattr(Expression, "eval", lambda self, **at: right(self, **at) * wrong)
    found = failing(check(expression, resolve))
    assert any("is right, but" in verdict.evidence for verdict in found)
    assert any("computed" in verdict.evidence and verdict.kind == "kinks" for verdict in found)


@pytest.mark.parametrize(
    ("formula", "x", "gradient", "error", "passes"),
    [
        ("x*exp(-x**2/2)", "0.99999999999999", "1.2130613194253e-14", 1e-17, True),  # a root at 1
        ("x*exp(-x**2/2)", "0.99999999999999", "1.2130613194253e-14", 3e-15, False),
        ("tanh(x)", "-40", "7.2194055513817e-35", 1e-40, False),  # a tail is no root
        ("x**2", "1e-30", "2e-30", 1e-40, False),  # a root at 0 is an ordinary point
    ],
)
def test_near_a_root_the_computed_value_owes_absolute_accuracy_only(monkeypatch, formula, x, gradient, error, passes):
    example = f"{{x: {x}, gradient: {gradient}}}"
    text = f"name: plain\ncategory: activation\nformula: {formula}\nexamples:\n  - {example}\n"
    expression, right = made(text), Expression.eval
    monkeypatch.setattr(Expression, "eval", lambda self, **at: right(self, **at) + error)
    assert bool(failing(check(expression))) != passes


def test_without_a_catalogue_special_cases_cannot_be_told():
    open_ones = failing(check(made(HONEST)))
    assert {(verdict.kind, verdict.status) for verdict in open_ones} == {("special_cases", CANNOT_TELL)}


def test_of_a_switch_that_turns_over_without_end_a_declared_kink_is_told_and_others_are_not():
    text = """\
name: open_switch
category: activation
formula: Piecewise((x, sin(x) >= 0), (2*x, True))
kinks:
  - {at: 0, order: 1, left: 2, right: 1, gradient: 1}
"""
    kink, others = check(made(text))
    assert (kink.status, others.status) == (HOLDS, CANNOT_TELL)
    assert "Where sin(x) changes its sign is not solved for x" in others.evidence
    for lie in (text.replace("at: 0", "at: 1/100"), text.replace("right: 1", "right: 2")):
        assert FAILS in [verdict.status for verdict in check(made(lie))]


def test_what_no_values_fulfil_cannot_be_told():
    lie = HONEST.replace("gradient: alpha}", 'gradient: alpha, when: "alpha > 100"}')
    verdicts = {verdict.subject: verdict for verdict in check(made(lie), resolve)}
    assert verdicts["order 1 at x = 0"].status == CANNOT_TELL
    assert verdicts["no others"].status == FAILS


def test_a_claim_that_cannot_be_read_fails():
    lie = HONEST.replace("gradient: alpha}", 'gradient: alpha, when: "alpha >"}')
    assert any(verdict.status == FAILS and verdict.kind == "kinks" for verdict in check(made(lie), resolve))


def test_an_expression_without_an_entry_claims_nothing():
    with pytest.raises(UsageError, match="comes from no entry"):
        check(Expression("mine", "x**2"))
