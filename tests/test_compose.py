"""Formulas that call expressions: what a name means, which parameters are shared, and what is refused.

A composition is compared with the values of its parts, so that nothing here depends on how it is written
down; parameters that meet under one name are the part that goes wrong unseen, and have the most tests.
"""

from __future__ import annotations

import math

import pytest

from neurogebra import Expression
from neurogebra.errors import (
    FormulaError,
    MissingVariable,
    NeurogebraError,
    ParameterOutOfDomain,
    UnknownExpression,
    UnknownParameter,
)


def said(refused, *arguments, kind=NeurogebraError):
    with pytest.raises(kind) as refusal:
        refused(*arguments)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("text", "x", "value"),
    [
        ("relu + 0.1*tanh", 0.5, 0.5 + 0.1 * math.tanh(0.5)),
        ("gelu(2*x) + 0.1*tanh(x)", 0.5, 0.8413447460685429 + 0.1 * math.tanh(0.5)),
        ("relu(x) - relu(-x)", -3.0, -3.0),
        ("relu", -3.0, 0.0),
        ("-relu", 3.0, -3.0),
        ("tanh(relu(square))", 0.5, math.tanh(0.25)),
        ("relu^2", 3.0, 9.0),
        ("2*x + 1", 3.0, 7.0),
        ("silu(x)/sigmoid(x)", 3.0, 3.0),
        ("gelu_tanh(x)", 1.0, 0.8411919906082768),
        ("x*tanh(softplus)", 1.0, math.tanh(math.log(1 + math.e))),
        ("where(x > 0, relu, tanh)", -1.0, math.tanh(-1.0)),
        ("max(relu, 2*tanh)", 0.5, 2 * math.tanh(0.5)),
        ("pi*relu/E", 1.0, math.pi / math.e),
        ("leaky_relu(x)", -5.0, -0.05),
        ("selu + 0*x", 1.0, 1.0507009873554805),
        ("selu(2*x)", 0.5, 1.0507009873554805),
        ("leaky_relu(x, 0.1)", -5.0, -0.5),
        ("leaky_relu(x, alpha=0.1)", -5.0, -0.5),
        ("leaky_relu(x, alpha=1/pi)", -5.0, -5 / math.pi),
        ("leaky_relu(2*x, alpha=1/4)", -5.0, -2.5),
        ("leaky_relu(x=-x, alpha=0.1)", 5.0, -0.5),
        ("leaky_relu(x, alpha=0.1) + elu(x, alpha=2)", -1.0, -0.1 + 2 * math.expm1(-1.0)),
    ],
)
def test_expressions_are_called_in_formulas(forge, text, x, value):
    assert forge.compose(text).eval(x=x) == pytest.approx(value, rel=4e-16)


@pytest.mark.parametrize(
    "text",
    [
        "dish(log(1 + x) + leaky_relu)",
        "bent_identity(inverse)*hard_shrink",
        "relu6(prelu(x))*clipped_relu(-1/x)",
        "x/relu",
        "x/hat",
        "1/hard_swish",
        "x/rectified_tanh",
        "lisht/rectified_tanh",
        "tanh(1/relu)",
        "log(relu)",
        "relu*log(relu)",
    ],
)
def test_a_slope_is_what_differences_of_the_values_show(forge, text):
    composed = forge.compose(text)
    slope, step = composed.gradient(), 2.0**-17
    places = [-7.3, -0.7, -0.2, 0.3, 0.7, 1.7, 2.5, 9.1]
    for x, in_array in zip(places, slope.eval(x=places), strict=True):
        difference = (composed.eval(x=x + step) - composed.eval(x=x - step)) / (2 * step)
        assert slope.eval(x=x) == pytest.approx(difference, rel=1e-7, abs=1e-9, nan_ok=True), x
        assert in_array == pytest.approx(slope.eval(x=x), rel=1e-14, nan_ok=True), x


def test_the_composition_is_an_expression_like_any_other(forge):
    composed = forge.compose("gelu(2*x) + 0.1*tanh(x)")
    assert composed.name == "gelu(2*x) + 0.1*tanh(x)"
    assert composed.variables == ["x"] and composed.params == {}
    slope = composed.gradient("x").eval(x=0.5)
    assert slope == pytest.approx(2 * forge.get("gelu").gradient("x").eval(x=1.0) + 0.1 / math.cosh(0.5) ** 2)


def test_parameters_travel_with_their_values_domains_and_flags(forge):
    composed = forge.compose("1 + leaky_relu(x, alpha=0.3)")
    assert composed.params == {"alpha": 0.3} and composed.trainable_params == []
    assert str(composed.domains["alpha"]) == "[0, oo)"
    assert composed.gradient("alpha").eval(x=-2.0) == -2.0
    assert "domain" in forge.get("leaky_relu").metadata["params"]["alpha"]
    with pytest.raises(ParameterOutOfDomain):
        composed.with_params(alpha=-1)
    forge.register("prelu_like", Expression("p", "Max(0, x) + s*Min(0, x)", {"s": 0.25}, ["s"]))
    assert forge.compose("2*prelu_like").trainable_params == ["s"]


def test_equal_parameters_are_shared(forge):
    composed = forge.compose("leaky_relu(x) + leaky_relu(2*x)")
    assert composed.params == {"alpha": 0.01}
    assert composed.with_params(alpha=1).eval(x=-1.0) == -3.0


def test_parameters_that_differ_are_kept_apart(forge):
    composed = forge.compose(" + ".join(f"leaky_relu(x, {alpha})" for alpha in (0.1, 0.2, 0.1, 0.2, 0.4)))
    assert composed.params == {"alpha": 0.1, "alpha_2": 0.2, "alpha_3": 0.4}
    assert composed.eval(x=-1.0) == pytest.approx(-1.0, rel=1e-15)
    assert composed.with_params(alpha_2=1).eval(x=-1.0) == pytest.approx(-2.6, rel=1e-15)
    assert [str(domain) for domain in composed.domains.values()] == ["[0, oo)"] * 3


def test_a_variable_and_a_parameter_of_one_name_are_kept_apart(forge):
    forge.register("tilted", "alpha*x")  # here alpha is a variable
    composed = forge.compose("tilted + leaky_relu(x, 0.5)")
    assert composed.variables == ["alpha", "x"]
    assert composed.eval(alpha=3.0, x=-1.0) == -3.5


def test_variables_of_what_is_used_may_be_named(forge):
    forge.register("mix", "w*x + (1 - w)*y")
    assert forge.compose("mix").variables == ["w", "x", "y"]
    composed = forge.compose("mix(tanh(x), y, 0.5) + y")
    assert composed.variables == ["x", "y"]
    assert said(forge.compose, "y + x", kind=UnknownExpression).startswith("no expression called 'y'.")


UNKNOWN = [
    ("relu + tahn", "no expression called 'tahn'. Did you mean 'tanh'?"),
    ("relu + sillu", "no expression called 'sillu'. Did you mean 'silu'?"),
    ("ReLU(x)", "Did you mean 'relu'?"),
    ("geluu(x)", "Did you mean 'gelu'?"),
    ("alpha*leaky_relu", "no expression called 'alpha'."),
]


@pytest.mark.parametrize(("text", "message"), UNKNOWN)
def test_a_name_that_means_nothing_offers_the_nearest(forge, text, message):
    assert message in said(forge.compose, text)


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("leaky_relu(x, beta=1)", UnknownParameter, "beta"),
        ("leaky_relu(x, 0.1, 0.2)", FormulaError, "leaky_relu takes x, then alpha; got 3 values."),
        ("relu(x, 0.1)", FormulaError, "relu takes x; got 2 values."),
        ("leaky_relu(x, 0.1, alpha=0.2)", FormulaError, "leaky_relu was given alpha twice."),
        ("leaky_relu(x, alpha=-1)", ParameterOutOfDomain, "[0, oo)"),
        ("leaky_relu(x, alpha=x)", FormulaError, "leaky_relu takes a number for alpha; got x."),
        ("leaky_relu(x, tanh)", FormulaError, "leaky_relu takes a number for alpha; got tanh(x)."),
        ("relu()", MissingVariable, "relu needs x"),
        ("tanh(x, y=1)", FormulaError, ""),
        ("relu(relu)(x)", FormulaError, ""),
        ("relu.eval", FormulaError, ""),
        ("relu(x % 2)", FormulaError, "column 8: '%' is no operator here; write a - b*floor(a/b)."),
        ("relu(x[0])", FormulaError, "column 7: subscripts and lists are not part of formulas; write (a + b)*c with"),
        ("relu(x == 0)", FormulaError, "column 8: '==' compares; a condition says Eq(a, b)."),
        ("relu(x) +", FormulaError, ""),
        ("", FormulaError, ""),
        ("().__class__", FormulaError, ""),
        (None, FormulaError, "a formula is text"),
        (5, FormulaError, "a formula is text"),
    ],
)
def test_what_cannot_be_composed_is_refused(forge, text, kind, message):
    assert message in said(forge.compose, text, kind=kind)


def test_a_word_of_the_language_wins_over_an_expression(forge):
    forge.register("exp", "x", replace="exp" in forge)
    forge.register("pi", "x")
    assert forge.compose("exp(x)").eval(x=1.0) == math.e
    assert forge.compose("exp").eval(x=1.0) == 1.0
    assert forge.compose("pi + 0*x").eval(x=1.0) == math.pi


def test_an_expression_wins_over_a_symbol(forge):
    forge.register("y", "2*x")
    assert forge.compose("y + x").eval(x=1.0) == 3.0


def test_a_composition_that_grows_without_end_is_refused_with_its_size(forge):
    text = "x"
    for _ in range(12):
        text = f"swish({text})"
    assert "a formula has at most 500 parts; multiplied out, this has" in said(forge.compose, text)
