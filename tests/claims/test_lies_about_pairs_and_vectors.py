"""Lies about gated units and functions of a vector, each told by an otherwise honest entry and found where it is one.

Each row is a kind, a formula, what is true of it, a lie and what is said of the lie; the truth must hold, or the lie
would be found for nothing.
"""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

import numpy as np
import sympy

from neurogebra import MathForge
from neurogebra.catalogue.properties import CLAIMS, OF_KIND
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.claims.cells import Open
from neurogebra.claims.checks import check
from neurogebra.claims.independent import image_of, independent_parts
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS
from neurogebra.errors import EntryError
from neurogebra.expression import Expression
from neurogebra.language.interval import Interval
from neurogebra.language.parser import parse
from neurogebra.properties import shown

SOFT = "exp(alpha*x)/sum(exp(alpha*x))"
QUIET = "exp(x)/(1 + sum(exp(x)))"
SPARSE = "Max(0, x - simplex_threshold(x, 1))"
ENTMAX = "Max(0, x/2 - simplex_threshold(x/2, 2))**2"
LIES = [
    ("vector", "range", SOFT, '"(0, 1)"', '"[0, 1]"', "(0.0, 1.0) is true"),
    ("vector", "range", SOFT, '"(0, 1)"', '"(0, 0.6)"', "at x = [1, 0] it is 0.731"),
    ("vector", "range", QUIET, '"(0, 1)"', '"(1/4, 1)"', "at x = [1, 0] it is 0.211"),
    ("vector", "range", "log(sum(exp(x)))", '"(-oo, oo)"', '"(0, oo)"', "at x = [-2, -1] it is -0.68"),
    ("vector", "range", "x - max(x)", '"(-oo, 0]"', '"(-oo, 0)"', "at x = [0, 0] it is 0"),
    ("vector", "range", "hardmax(x)", "[0, 1]", '"[0, 1]"', "{0.0} | {1.0} is true"),
    ("vector", "range", "concat(Max(0, x), -x**2)", '"(-oo, oo)"', '"[0, oo)"', "at x = [1, 0] it is -1"),
    ("vector", "order", "alternate(Max(0, x), Min(0, x))", "none", "kept", "at x = [1, 2]"),
    ("vector", "bounded", SPARSE, "both", "below", "both is true"),
    ("vector", "zero_centered", "x - max(x)", "false", "true", "false is true"),
    ("vector", "smoothness", SOFT, "oo", "3", "oo is true"),
    ("vector", "smoothness", SPARSE, "0", "1", "0 is true"),
    ("vector", "smoothness", ENTMAX, "1", "2", "1.0"),
    ("vector", "smoothness", "x - simplex_threshold(x, 1)", "0", "1", "0 is true"),
    ("vector", "smoothness", "x - simplex_threshold(x, 2)", "1", "2", "1.0"),
    ("vector", "smoothness", "max(x)", "0", "oo", "0 is true"),
    ("vector", "smoothness", "hardmax(x)", "-1", "0", "-1.0"),
    ("vector", "lipschitz", SOFT, "alpha/2", "alpha/4", "at x = [0, 0] a value moves 0.4999"),
    ("vector", "lipschitz", "3*exp(-2*x)/sum(exp(-2*x))", "3", "1.5", "at x = [0, 0] a value moves 2.99"),
    ("vector", "lipschitz", QUIET, "1/2", "1/4", "at x = [0, 0] a value moves 0.3333"),
    ("vector", "lipschitz", "exp(x)/(sum(exp(x)) + exp(x))", "1/4", "1/2", "0.25000000000000000 is true"),
    ("vector", "lipschitz", "x - log(sum(exp(x)))", "2", "1", "at x = [0, 0] a value moves 1.0004"),
    ("vector", "lipschitz", "log(sum(exp(x)))", "1", "oo", "1.0000000000000000 is true"),
    ("vector", "lipschitz", "x*exp(x)/sum(exp(x))", "oo", "1", "at x = [1, 0] a value moves 1.12"),
    ("vector", "lipschitz", SPARSE, "2", "1", "at x = [0, 0, 0] a value moves 1.33"),
    ("vector", "lipschitz", SPARSE, "2", "3", "2.0000000000000000 is true"),
    ("vector", "lipschitz", ENTMAX, "2", "oo", "2.0000000000000000 is true"),
    ("vector", "lipschitz", "max(3*x)", "3", "1", "at x = [0, 0] a value moves 3.0"),
    ("vector", "lipschitz", "x - max(x)", "2", "1", "at x = [0, 0] a value moves 2.0"),
    ("vector", "lipschitz", "hardmax(x)", "oo", "1", "oo is true"),
    ("vector", "lipschitz", "concat(Max(0, x), Max(0, -2*x))", "2", "1", "at x = [0, 0] a value moves 2.0"),
    ("vector", "sums_to", SOFT, "1", "2", "at x = [0, 0] it sums to 1.0"),
    ("vector", "sums_to", "3*exp(x)/sum(exp(x))/2", "1.5", "1", "sums to 1.5"),
    ("vector", "sums_to", ENTMAX, "1", "0.9", "sums to 1"),
    ("vector", "sums_to", "x*exp(x)/sum(x*exp(x))", "1", "0", "sums to 1"),
    ("vector", "shift", SOFT, "invariant", "equivariant", "at x = [0, 0] a value is 0.50"),
    ("vector", "shift", QUIET, "none", "invariant", "at x = [0, 0] a value is 0.33"),
    ("vector", "shift", "x - log(sum(exp(x)))", "invariant", "none", "invariant is true"),
    ("vector", "shift", "log(sum(exp(x)))", "equivariant", "invariant", "at x = [0, 0] a value is 0.69"),
    ("vector", "shift", "x/sum(x)", "none", "invariant", "at x = [1, 0] a value is 1.0"),
    ("vector", "shift", SPARSE, "invariant", "none", "invariant is true"),
    ("vector", "order", SOFT, "kept", "reversed", "at x = [1, 0] the larger element has 0.73"),
    ("vector", "order", "exp(-x)/sum(exp(-x))", "reversed", "kept", "at x = [1, 0] the larger element has 0.26"),
    ("vector", "order", "x*exp(x)/sum(exp(x))", "none", "kept", "the larger element has"),
    ("vector", "order", "x*hardmax(x)", "none", "kept", "at x = [-2, -1] the larger element has -1.0"),
    ("vector", "order", "x - 2*hardmax(x)", "none", "kept", "at x = [1, 0] the larger element has -1.0"),
    ("vector", "cost", SOFT, "{exponentials: 1, operations: 7}", "{exponentials: 2, operations: 7}", "exponentials 1"),
    ("vector", "cost", SPARSE, "{exponentials: 0, operations: 3, sorts: 1}", "{exponentials: 0, operations: 3}", "sorts 1"),
    ("gated", "range", "a*sigmoid(b)", '"(-oo, oo)"', '"(-1, 1)"', "at a = 2, b = 1 it is 1.46"),
    ("gated", "range", "tanh(a)*sigmoid(b)", '"(-1, 1)"', '"[-1, 1]"', "(-1.0, 1.0) is true"),
    ("gated", "range", "Max(0, a)*Max(0, b)", '"[0, oo)"', '"(0, oo)"', "[0.0, oo) is true"),
    ("gated", "range", "Min(1, Max(0, a))*b*sigmoid(b)", '"[-0.278464542761074, oo)"', '"[-0.27, oo)"', "-0.278"),
    ("gated", "bounded", "sigmoid(a)*exp(b)", "below", "none", "below is true"),
    ("gated", "zero_centered", "a*sigmoid(b)", "true", "false", "true is true"),
    ("gated", "smoothness", "a*Max(0, b)", "0", "oo", "0 is true"),
    ("gated", "smoothness", "a*Abs(a)*b", "1", "2", "1.0"),
    ("gated", "lipschitz", "a*sigmoid(b)", "oo", "1", "oo is true"),
    ("gated", "lipschitz", "tanh(a)*Max(-2, Min(b, 2))*alpha", "2*alpha", "alpha", "is true"),
    ("gated", "linear_in", "a*sigmoid(b)", "a", "both", "a is true"),
    ("gated", "linear_in", "a*b", "both", "a", "both is true"),
    ("gated", "linear_in", "(a + 1)*b", "b", "both", "b is true"),
    ("gated", "linear_in", "Max(0, a)*sigmoid(b)", "none", "a", "none is true"),
    ("gated", "cost", "a*Max(0, b)", "{exponentials: 0, operations: 2}", "{exponentials: 0, operations: 1}", "2 is true"),
]  # fmt: skip
NOT_PROVEN = [
    ("vector", "range", "exp(x)/sum(exp(x)) + x*exp(-max(x))", '"(-oo, oo)"'),
    ("vector", "sums_to", "x - sum(x)/sum(1)", "0"),
    ("vector", "order", "exp(x)*(1 - hardmax(-x))", "kept"),
    ("vector", "lipschitz", "exp(x)/(sum(exp(x)) + 1) + 1/sum(exp(x))", "oo"),
    ("vector", "lipschitz", "exp(x - max(x))/sum(exp(x - max(x)))", "1/2"),
    ("vector", "lipschitz", "x**2/(1 + sum(x**2))", "1"),
    ("vector", "lipschitz", "log(exp(1/(1 + sum(exp(x)))))", "oo"),  # 1/4 is true
    ("vector", "lipschitz", "x/sum(1)", "1"),  # 1/2 is true
    ("gated", "range", "a*sigmoid(a*b)", '"(-oo, oo)"'),
    ("gated", "smoothness", "Max(a, b)", "0"),
]


def verdicts(kind: str, formula: str, properties: str):
    params = 'params: {alpha: {default: 1, domain: "(0, oo)", typical: "[0.5, 2]"}}\n' if "alpha" in formula else ""
    shape = {"c": "concat", "l": "reduce", "m": "reduce"}.get(formula[0], "same") if kind == "vector" else "same"
    lines = f"kind: {kind}\nformula: {formula}\n{params}properties:\n  {properties}\n"
    lines += f"shape: {shape}\n" if shape != "same" else ""
    entry = read_entry_text(f"name: liar\ncategory: activation\n{lines}", "liar.yaml")
    return [verdict for verdict in check(Expression.from_entry(entry)) if verdict.kind in CLAIMS]


@pytest.mark.parametrize(("kind", "name", "formula", "truth", "lie", "words"), LIES, ids=range(len(LIES)))
def test_a_lie_is_found_where_it_is_one(kind, name, formula, truth, lie, words):
    assert [(v.status, v.evidence) for v in verdicts(kind, formula, f"{name}: {truth}") if v.status != HOLDS] == []
    (verdict,) = verdicts(kind, formula, f"{name}: {lie}")
    assert verdict.status == FAILS
    assert words in verdict.evidence
    assert verdict.at.startswith("liar.yaml:")


def test_each_property_of_these_kinds_has_its_lie():
    assert {(kind, name) for kind, name, *_ in LIES} == {(k, name) for k in ("gated", "vector") for name in OF_KIND[k]}


@pytest.mark.parametrize(("kind", "name", "formula", "claim"), NOT_PROVEN)
def test_what_is_not_proven_is_said_to_be_so(kind, name, formula, claim):
    assert [verdict.status for verdict in verdicts(kind, formula, f"{name}: {claim}")] == [CANNOT_TELL]


def test_a_row_or_pair_disproves_what_nobody_can_prove():
    for kind, formula in (("vector", "exp(x)/sum(exp(x)) + x*exp(-max(x))"), ("gated", "a*sigmoid(a*b)")):
        (verdict,) = verdicts(kind, formula, 'range: "[0, 1]"')
        assert verdict.status == FAILS and verdict.evidence.startswith("[0, 1] is claimed: at "), verdict


@pytest.mark.parametrize(
    ("formula", "values"),
    [
        ("a*b*sigmoid(b)", "(-oo, oo)"),
        ("sigmoid(a)*tanh(b)", "(-1.0, 1.0)"),
        ("sigmoid(a) + Max(0, b)", "(0.0, oo)"),
        ("Max(0, tanh(a))*Max(-1, b)", "(-1.0, oo)"),  # no product is -1: tanh is never 1
        ("Max(0, Min(1, a))*Max(-1, b)", "[-1.0, oo)"),
        ("exp(a)*(b**2 + 1)", "(0.0, oo)"),
        ("(tanh(a*b) + 1)**2", "(0.0, 4.0)"),
        ("0*a + 2", "{2.0}"),
    ],
)
def test_independent_parts_make_all_values(formula, values):
    domains = {sympy.Symbol(name, real=True): None for name in "ab"}
    assert " | ".join(map(str, image_of(parse(formula), domains))) == values


def test_a_reciprocal_is_not_taken_of_what_may_be_0():
    """1/(a/(1 + a*b)) is 1/a + b, which takes all values; so does its reciprocal, but for the 0 at a = 0."""
    domains = {sympy.Symbol(name, real=True): None for name in "ab"}
    with pytest.raises(Open):
        image_of(parse("a/(1 + a*b)"), domains)
    assert len(independent_parts(parse("a*b*exp(a)"))) == 2


def test_a_property_of_another_kind_is_refused():
    with pytest.raises(EntryError) as refusal:
        verdicts("vector", SOFT, "monotone: false")
    assert str(refusal.value) == (
        "liar.yaml:7: properties.monotone: is not told of kind vector, which has range, bounded, zero_centered, "
        "smoothness, cost, lipschitz, sums_to, shift, order."
    )
    with pytest.raises(EntryError, match=r"is not told of kind elementwise, which has range, "):
        verdicts("elementwise", "tanh(x)", "shift: none")


def test_pairs_and_vectors_are_asked_for_their_properties():
    forge = MathForge()
    softmax = forge.get("softmax", params={"temperature": 2}).properties
    assert (softmax["sums_to"], softmax["shift"], softmax["order"]) == (1, "invariant", "kept")
    assert softmax["cost"]["exponentials"] == 1 and softmax.latex("shift") == r"\text{invariant}"
    assert forge.get("bilinear").properties["linear_in"] == "both"
    assert forge.list_all(shift="equivariant") == ["logsumexp", "maxout"]
    shares = ["entmax15", "gumbel_softmax", "hardmax", "softmax", "softmax2d", "softmin", "sparsemax"]
    assert forge.list_all(sums_to=1) == shares
    assert forge.list_all(linear_in="a") == ["geglu", "glu", "reglu", "seglu", "swiglu"]
    assert "shift: invariant" in shown(dict(softmax))


def test_no_row_contradicts_the_range_of_a_vector_entry():
    """Far and near rows in float64, beside the proofs: a mistake in one of the two would show."""
    forge, rng = MathForge(), np.random.default_rng(0)
    for name in forge.list_all(tags="vector"):
        expression = forge.get(name)
        stated = expression.properties["range"]
        got = [expression.eval(x=rng.normal(0, scale, (50, n)), axis=-1) for scale in (0.1, 1, 5) for n in (2, 3, 7)]
        values = np.concatenate([np.ravel(each) for each in got])
        assert all(value in stated for value in values), name
        if isinstance(stated, Interval) and stated.high == 1:
            assert values.max() > 0.999 and values.min() < 0.001


def test_no_step_contradicts_the_lipschitz_constant_of_a_vector_entry():
    """Jacobians in float64, whose rows the proofs never look at: none adds up to more, and some come close."""
    forge, rng = MathForge(), np.random.default_rng(0)
    rows = [rng.normal(0, scale, n) for scale in (0.01, 0.3, 3) for n in (2, 3, 40)] + [np.r_[3.6, np.zeros(39)]]
    rows += [np.r_[0.0, np.full(39, -1 / 50)], np.r_[1.84, np.zeros(400)]]
    for name in forge.list_all(tags="vector"):
        expression = forge.get(name)
        slopes = expression.gradient("x")
        most = max(np.abs(np.atleast_2d(slopes.eval(x=row, axis=-1))).sum(axis=-1).max() for row in rows)
        stated = expression.properties["lipschitz"]
        assert most <= stated * (1 + 1e-12), name
        assert most > 0.8 * stated or np.isinf(stated), (name, most, stated)
