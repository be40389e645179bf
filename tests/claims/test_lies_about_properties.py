"""One lie for each kind of property, told by an otherwise honest entry, and found at the x that disproves it.

Each row is a formula, what is true of it, and a lie; the truth must hold, or the lie would be found for nothing.
"""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

from neurogebra.catalogue.properties import CLAIMS, OF_KIND
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.claims.checks import CHECKS, check
from neurogebra.claims.everywhere import proven_everywhere
from neurogebra.claims.subject import Subject
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS
from neurogebra.expression import Expression

ELU = "Piecewise((x, x > 0), (alpha*(exp(x) - 1), True))"
JUMP = "Piecewise((x, x > 1), (0, True))"

CORNER = "Piecewise((x**2, x > 0), (-x**2 - x, True))"
ROOT = "sqrt(x)\ndomain: '[0, oo)'"

# property: formula, the truth, a lie, what is said of it
LIES = {
    "range": [
        ("x*sigmoid(x)", '"[-0.278464542761074, oo)"', '"[-0.278464442761074, oo)"', "at x = -1.27846454"),
        ("tanh(x)", '"(-1, 1)"', '"[-1, 1]"', "(-1.0, 1.0) is true"),
        ("tanh(x)", '"(-1, 1)"', '"(-1, 1/2)"', "at x = 1 it is 0.76"),
        ("exp(-x**2)", '"(0, 1]"', '"(0, 1)"', "at x = 0 it is 1"),
        (JUMP, '"{0} | (1, oo)"', '"[0, oo)"', "{0.0} | (1.0, oo) is true"),
        (ROOT, '"[0, oo)"', '"(0, oo)"', "at x = 0 it is 0"),
        ("log(1 + alpha*x)", '"(-oo, oo)"', '"(0, oo)"', "(-oo, oo) is true"),
        (ELU, '"(-alpha, oo)"', '"(-1, oo)"', "(-0.25, oo) is true, with alpha = 0.25"),
    ],
    "gradient_range": [
        ("sigmoid(x)", '"(0, 1/4]"', '"(0, 1/5]"', "at x = 0 the slope is 0.25"),
        ("Max(0, x)", "[0, 1]", '"[0, 1]"', "{0.0} | {1.0} is true"),
        ("sin(x)", '"[-1, 1]"', '"[-1, 1)"', "at x = 0 the slope is 1"),
    ],
    "bounded": [("softplus(x)", "below", "both", "below is true")],
    "minimum": [
        ("x**2 - x", "{at: 1/2, value: -1/4}", "{at: 1/2, value: -1/5}", "at x = 1/2 it is -0.25"),
        (ROOT, "{at: 0, value: 0}", "{at: 0, value: 1}", "at x = 0 it is 0"),
        ("x**2 - x", "{at: 0.5, value: -0.25}", "{at: 0.4, value: -0.25}", "at 0.5"),
    ],
    "maximum": [("exp(-x**2)", "{at: 0, value: 1}", "{at: 0, value: 0.99}", "at x = 0 it is 1")],
    "zeros": [
        ("x**2 - 1", "[-1, 1]", "[1]", "at x = -1 it is 0"),
        ("Max(0, x)", '"(-oo, 0]"', "[0]", "at x = -1 it is 0"),
        (ROOT, "[0]", "[]", "at x = 0 it is 0"),
        ("x*exp(x) + x", "[0]", "[0, 1]", "at x = 1 it is 3.7"),
    ],
    "fixed_points": [("x**2", "[0, 1]", "[0]", "at x = 1 it is 1")],
    "monotone": [
        ("tanh(x)", "increasing", "decreasing", "at x = 0 the slope is 1"),
        ("x*sigmoid(x)", "false", "increasing", "at x = -2 the slope is -0.09"),
        ("x - tanh(x)", "increasing", "false", "increasing is true"),
        ("x*sin(x)", "false", "increasing", "at x = -1 the slope is -1.38"),
        ("Piecewise((x, x > 0), (x + 1, True))", "false", "increasing", "false is true"),
    ],
    "convex": [
        ("softplus(x)", "true", "concave", "at x = 0 the second derivative is 0.25"),
        ("-x**2", "concave", "true", "at x = 0 the second derivative is -2"),
        ("Min(0, x)", "concave", "true", "concave is true"),
    ],
    "convex_on": [
        ("x*sigmoid(x)", '"[-2.39935728051547, 2.39935728051547]"', '"[-2.5, 2.5]"', "2.3993572805"),
        ("sigmoid(alpha*x)", '"(-oo, 0]"', '"(-oo, 0)"', "(-oo, 0.0] is true"),
        ("x**4 - x**2", '"(-oo, -1/sqrt(6)] | [1/sqrt(6), oo)"', '"[1/sqrt(6), oo)"', "(-oo, -0.408"),
    ],
    "inflections": [
        ("x**3", "[0]", "[1]", "{0.0} is true"),
        ("tanh(x)", "[0]", "[]", "{0.0} is true"),
        (CORNER, "[]", "[0]", "{} is true"),
    ],
    "parity": [
        ("cos(x)", "even", "odd", "at x = 0 it is 1"),
        ("x*tanh(x)", "even", "none", "even is true"),
        ("exp(x)", "none", "even", "at x = 1 it is 2.7"),
        ("tanh(x) + x**2", "none", "odd", "at x = 1 it is 1.76"),
    ],
    "point_symmetry": [
        ("sigmoid(x)", "{about: [0, 1/2]}", "{about: [0, 1/3]}", "half a turn around [0, 1/3] changes it")
    ],
    "periodic": [
        ("sin(2*x)", "pi", "2*pi", "2*pi/2 is a period"),
        ("sin(x)**2", "pi", "3", "f(x + 3) is not f(x)"),
    ],
    "smoothness": [("x*Abs(x)", "1", "0", "1.0"), (JUMP, "-1", "0", "-1.0"), ("tanh(x)", "oo", "3", "oo is true")],
    "lipschitz": [
        ("x*sigmoid(x)", "1.09983932012887", "1.09983931912887", "at x = 2.39935728"),
        ("x**2", "oo", "2", "at x = 2 the slope is 4"),
        ("tanh(x)", "1", "oo", "oo is claimed, 1.0"),
        (JUMP, "oo", "1", "oo is true"),
    ],
    "limits": [
        ("x*tanh(exp(x))", '{"-oo": 0, "oo": oo}', '{"-oo": -1, "oo": oo}', "-oo 0"),
        ("tanh(x)", '{"-oo": -1, "oo": 1}', '{"-oo": -1, "oo": oo}', ", oo 1.0"),
        ("atan(x)", '{"-oo": -pi/2, "oo": pi/2}', '{"-oo": -1.5707963, "oo": 1.5707964}', "1.5707963267948966"),
        ("sin(x)", '{"-oo": none, "oo": none}', '{"-oo": 0, "oo": none}', "-oo none"),
        ("log(1 - x)", '{"-oo": oo, "oo": none}', '{"-oo": oo, "oo": -oo}', "oo none is true"),
        (ELU, '{"-oo": -alpha, "oo": oo}', '{"-oo": -1, "oo": oo}', "with alpha"),
    ],
    "asymptotes": [
        ("x**2*log(x)", '{"-oo": none, "oo": none}', '{"-oo": 0, "oo": none}', "-oo none, oo none is true"),
        ("softplus(x)", '{"-oo": 0, "oo": x}', '{"-oo": 0, "oo": x + 1}', "oo 1*x + 0 is true"),
        ("log(cosh(x))", '{"-oo": -x - log(2), "oo": x - log(2)}', '{"-oo": -x, "oo": x}', "oo 1*x + -log(2) is true"),
        ("log(1 + x)/(1 + x)", '{"-oo": none, "oo": 0}', '{"-oo": 0, "oo": 0}', "-oo none"),
    ],
    "saturates": [("exp(x)", "left", "both", "left is true")],
    "dead_region": [("Max(0, x)", '"(-oo, 0]"', '"(-oo, 1]"', "(-oo, 0.0] is true")],
    "zero_centered": [("sigmoid(x)", "false", "true", "false is true")],
    "identity_near_zero": [("tanh(x)", "true", "false", "true is true"), ("sigmoid(x)", "false", "true", "false is")],
    "cost": [("exp(x)", "{exponentials: 1, operations: 1}", "{exponentials: 0, operations: 1}", "exponentials 1")],
}
ROWS = [(name, *row) for name, rows in LIES.items() for row in rows]


def entry_of(formula: str, properties: str):
    params = 'params: {alpha: {default: 1, domain: "(0, oo)", typical: "[0.5, 2]"}}\n' if "alpha" in formula else ""
    text = f"name: liar\ncategory: activation\nformula: {formula}\n{params}properties:\n  {properties}\n"
    return Expression.from_entry(read_entry_text(text, "liar.yaml"))


def verdicts(formula: str, properties: str):
    return [verdict for verdict in check(entry_of(formula, properties)) if verdict.kind in CLAIMS]


@pytest.mark.parametrize(("name", "formula", "truth", "lie", "words"), ROWS, ids=range(len(ROWS)))
def test_a_lie_about_a_property_is_found_where_it_is_one(name, formula, truth, lie, words):
    assert [verdict.status for verdict in verdicts(formula, f"{name}: {truth}")] == [HOLDS]
    (verdict,) = verdicts(formula, f"{name}: {lie}")
    assert verdict.status == FAILS
    assert words in verdict.evidence
    assert verdict.at.startswith("liar.yaml:")


def test_each_property_has_its_lie_and_its_check():
    assert LIES.keys() == set(OF_KIND["elementwise"])  # of pairs and vectors: test_lies_about_pairs_and_vectors.py
    assert CLAIMS.keys() <= CHECKS.keys()


def test_no_x_outside_the_domain_disproves_a_claim():
    (verdict,) = verdicts("x**2\ndomain: '[-1, 1)'", "maximum: {at: 1/2, value: 1}")
    assert verdict.evidence.endswith("at -1.0000000000000000, value 1.0000000000000000 is true"), verdict


def test_a_condition_limits_a_claim():
    part = [v.status for v in verdicts(ELU, 'smoothness: {value: 1, when: "Eq(alpha, 1)"}')]
    assert part == [HOLDS]
    (verdict,) = verdicts(ELU, 'smoothness: {value: 1, when: "alpha >= 1"}')
    assert verdict.status == FAILS and "with alpha = " in verdict.evidence
    (verdict,) = verdicts(ELU, 'smoothness: {value: 1, when: "alpha > 1000"}')
    assert verdict.status == FAILS and "with alpha = 1000.9" in verdict.evidence  # just inside its edge
    (verdict,) = verdicts(ELU, 'smoothness: {value: 1, when: "(alpha > 2) & (alpha < 2.001)"}')
    assert verdict.status == CANNOT_TELL and "no parameter values were found" in verdict.evidence


@pytest.mark.parametrize(
    ("when", "told", "status"),
    [
        ("Eq(alpha, beta) & Eq(gamma, 7)", "{alpha}", HOLDS),
        ("Eq(beta, alpha) & Eq(alpha, gamma)", "{2*alpha}", FAILS),  # right at the default, where all are 0
        ("Eq(alpha, 3) & Eq(beta, 3) & Eq(gamma, 1)", "{2}", FAILS),
        ("Eq(alpha, 3) & Eq(alpha, 4)", "{3}", CANNOT_TELL),
    ],
)
def test_a_condition_of_several_equations_is_tried_where_all_of_them_hold(when, told, status):
    params = "".join(
        f"  {name}: {{default: 0, domain: '[0, oo)', typical: '[0, 1]'}}\n" for name in "alpha beta gamma".split()
    )
    text = f"name: liar\ncategory: activation\nformula: alpha + (alpha - beta)*gamma*x\nparams:\n{params}properties:\n"
    text += f"  range: {{value: '{told}', when: '{when}'}}\n"
    *_, verdict = check(Expression.from_entry(read_entry_text(text, "liar.yaml")))
    assert (verdict.kind, verdict.status) == ("range", status), verdict


@pytest.mark.parametrize(
    ("formula", "claim", "by_formulas"),
    [
        ("tanh(alpha*x)*alpha", "parity: odd", True),
        ("tanh(alpha*x)", "monotone: increasing", True),
        ("Max(-alpha, Min(x/alpha, 1)) + 1/(1 + exp(-x))", "monotone: increasing", True),
        ("exp(-alpha*x**3)", "monotone: decreasing", True),
        ("(alpha - 1)*x", 'monotone: {value: increasing, when: "alpha > 1"}', True),
        ("alpha*x + (alpha - 1)*x**2", 'parity: {value: odd, when: "Eq(alpha, 1)"}', True),
        ("sigmoid(alpha*x)", "point_symmetry: {about: [0, 1/2]}", True),
        ("Piecewise((x, x > 0), (alpha*x, True))", "monotone: increasing", False),  # switches are not looked at
        ("sqrt(x**2 + alpha) + x", "monotone: increasing", False),  # x stands twice
    ],
)
def test_formulas_prove_for_all_parameter_values_where_they_can(formula, claim, by_formulas):
    (verdict,) = verdicts(formula, claim)
    assert verdict.status == HOLDS
    assert verdict.evidence.endswith(", and by formulas for all") == by_formulas, verdict


def test_formulas_do_not_prove_what_is_false_somewhere():
    """No set of values that is tried may be one where the claim fails, so formulas must not say more than these."""
    subject = Subject(entry_of("tanh(x) + (alpha - 1)*x**2", "parity: odd"))
    assert not proven_everywhere(subject, "parity", "odd")
    assert not proven_everywhere(Subject(entry_of("x*(2 - alpha)", "parity: odd")), "monotone", "increasing")
    falls = entry_of("Piecewise((alpha*x - 1, x > 0), (alpha*x, True))", "monotone: false")
    assert not proven_everywhere(Subject(falls), "monotone", "increasing")
    assert not proven_everywhere(Subject(entry_of("alpha/x", "parity: odd")), "monotone", "decreasing")
    line = Subject(entry_of("(alpha - 1)*x", "parity: odd"))
    for when, proven in (("alpha >= 1", True), ("alpha > 1/2", False), ("alpha < 2", False), ("Ne(alpha, 2)", False)):
        assert proven_everywhere(line, "monotone", "increasing", when) == proven, when
    assert not proven_everywhere(Subject(entry_of("x/alpha", "parity: odd")), "monotone", "increasing", "Eq(alpha, 0)")


def test_what_cannot_be_proven_is_said_to_be_so():
    (verdict,) = verdicts("x + sin(x)", "fixed_points: [0]")
    assert verdict.status == CANNOT_TELL
    (verdict,) = verdicts("Max(sin(x), exp(-x))", "monotone: false")
    assert verdict.status == CANNOT_TELL


def test_where_it_is_convex_is_not_asked_where_it_is_so_everywhere_or_kinks_leave_a_choice():
    (verdict,) = verdicts("softplus(x)", 'convex_on: "(-oo, oo)"')
    assert (verdict.status, verdict.evidence.endswith("none is true")) == (FAILS, True)
    (verdict,) = verdicts("Max(-1, Min(x, 1))", 'convex_on: "(-oo, 1]"')
    assert verdict.status == CANNOT_TELL and "more than one set" in verdict.evidence


def test_digits_mean_half_a_unit_of_the_last_one():
    assert [v.status for v in verdicts("x*sigmoid(x)", "lipschitz: 1.1")] == [HOLDS]
    assert [v.status for v in verdicts("x*sigmoid(x)", "lipschitz: 1.10")] == [HOLDS]
    assert [v.status for v in verdicts("x*sigmoid(x)", "lipschitz: 1.09")] == [FAILS]


VARIANT = """\
name: base
category: activation
formula: erf(x)
variants:
  tanh:
    formula: tanh(x)
    differs_from_base_by: DIGITS
"""


@pytest.mark.parametrize(("digits", "status"), [("0.0811682", HOLDS), ("0.0811692", FAILS)])
def test_the_gap_of_a_variant_is_the_largest(digits, status):
    text = VARIANT.replace("DIGITS", digits)
    found = [
        v for v in check(Expression.from_entry(read_entry_text(text, "f.yaml"))) if v.kind == "differs_from_base_by"
    ]
    assert [(v.status, v.at) for v in found] == [(status, "f.yaml:7")], found
    assert "at x = " in found[0].evidence


@pytest.mark.parametrize(
    ("formula", "digits", "status"),
    [("erf(x) + sigmoid(x)", "1", HOLDS), ("erf(x) + sigmoid(x)", "0.9", FAILS), ("erf(x) + x", "9", FAILS)],
)
def test_a_gap_may_be_one_that_is_only_approached(formula, digits, status):
    text = VARIANT.replace("tanh(x)", formula).replace("DIGITS", digits)
    found = check(Expression.from_entry(read_entry_text(text, "f.yaml")))[-1]
    assert found.kind == "differs_from_base_by"
    assert (found.status, "at x = " in found.evidence) == (status, False), found
