"""Expression: what it is made from, how it is called, what it refuses and in which words.

Messages are compared whole, because they are what a person reads at the keyboard. What expressions become together
is in test_expression_algebra.py, and how they come back equal in test_expression_identity.py.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from refusals import refusal

from neurogebra import Expression
from neurogebra.errors import (
    FormulaError,
    InputError,
    MissingVariable,
    ParameterOutOfDomain,
    UnknownParameter,
    UnknownVariable,
    UsageError,
)

x = sympy.Symbol("x")


@pytest.fixture
def leaky(forge):
    return forge.get("leaky_relu")


# Making ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("x*sigmoid(2*x)", "x*sigmoid(2*x)"),
        (sympy.Float("0.1") * x, "0.1*x"),
        (1.5 * x ** sympy.Float(2), "1.5*x**2"),
        (x * sympy.Symbol("x", positive=True), "x**2"),  # one name, one symbol
        (sympy.Max(0, x), "Max(0, x)"),
        (sympy.erfc(x), "erfc(x)"),
        (sympy.Piecewise((x, x > 0), (0.01 * x, True)), "Piecewise((x, x > 0), (0.01*x, True))"),
        (sympy.pi * sympy.E**x, "pi*exp(x)"),
        (sympy.Integer(3), "3"),
    ],
)
def test_a_formula_is_text_or_sympy(formula, text):
    f = Expression("f", formula)
    assert str(f) == text
    assert f == Expression("g", text)
    assert not f.readable.has(sympy.Float)


def test_a_float_of_sympy_is_the_decimal_that_it_prints():
    assert Expression("f", sympy.Float(0.1) * x).readable.coeff(sympy.Symbol("x", real=True)) == sympy.Rational(1, 10)


def test_symbols_are_variables_unless_they_are_parameters():
    f = Expression("f", "b*x + a*y", params={"a": 2, "b": np.float32(0.5)}, trainable_params=("b",))
    assert (f.variables, f.params, f.trainable_params) == (["x", "y"], {"a": 2.0, "b": 0.5}, ["b"])
    assert [type(value) for value in f.params.values()] == [float, float]
    assert str(f.domains["a"]) == "(-oo, oo)"


BAD = [
    (("", "x"), InputError, "an expression's name is a printable text; got ''."),
    ((3, "x"), InputError, "an expression's name is a printable text; got 3."),
    (("f", 5), InputError, "a formula is a text or a SymPy expression; got int."),
    (("f", None), InputError, "a formula is a text or a SymPy expression; got NoneType."),
    (("f", x > 0), InputError, "a formula is a text or a SymPy expression; got StrictGreaterThan."),
    (("f", x, {"a": 1}), UnknownParameter, "the formula of f has no symbol 'a'; it has x."),
    (("f", "slope*x", {"slop": 1}), UnknownParameter,
     "the formula of f has no symbol 'slop'; it has slope, x. Did you mean 'slope'?"),
    (("f", "a*x", ["a"]), InputError, "params is a dict; got ['a']."),
    (("f", "a*x", {"a": "1"}), InputError, "f needs a number for a; got '1'."),
    (("f", "a*x", {"a": None}), InputError, "f needs a number for a; got None."),
    (("f", "a*x", {"a": True}), InputError, "f needs a number for a; got True."),
    (("f", "a*x", {"a": np.True_}), InputError, "f needs a number for a; got np.True_."),
    (("f", "a*x", {"a": 1j}), InputError, "f needs a number for a; got 1j."),
    (("f", "a*x", {"a": math.nan}), InputError, "f needs a finite number for a; got nan."),
    (("f", "a*x", {"a": -math.inf}), InputError, "f needs a finite number for a; got -inf."),
    (("f", "a*x", {"a": [1, math.nan]}), InputError, "f needs finite numbers for a; the array has nan or infinity."),
    (("f", "a*x", {"a": ["b"]}), InputError, "f needs a number or an array of numbers for a; got ['b']."),
    (("f", "a*x", {"a": 1}, "a"), InputError, "trainable parameters are a list of names such as ['a']; got 'a'."),
    (("f", "a*x", {"a": 1}, ["b"]), UnknownParameter, "f has no parameter 'b'; it has a (default 1.0)."),
    (("f", "x", None, ["x"]), UnknownParameter, "f has no parameters; got 'x'."),
    (("f", "x", None, None, "text"), InputError, "metadata is a dict; got 'text'."),
    (("f", sympy.gamma(x)), FormulaError, "gamma is no word of the formula language, so it has no text."),
    (("f", sympy.I * x), FormulaError, "ImaginaryUnit is no word of the formula language, so it has no text."),
    (("f", sympy.oo), FormulaError, "Infinity is no word of the formula language, so it has no text."),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "kind", "message"), BAD, ids=[message[:60] for _, _, message in BAD])
def test_what_makes_no_expression_is_refused(arguments, kind, message):
    assert refusal(kind, Expression, *arguments) == message


@pytest.mark.parametrize(
    "value",
    [
        ["1", "2"],
        np.array(["1"]),
        np.array([1j]),
        [1 + 2j],
        np.array([True]),
        [True, False],
        np.array(True),
        [[1], [1, 2]],
    ],
    ids=repr,
)
def test_an_array_of_what_is_no_number_is_no_parameter(value):
    refusal(InputError, Expression, "f", "a*x", {"a": value})


@pytest.mark.parametrize("ends", [(1.0, 31.0), (-31.0, 1.0)])
def test_an_array_with_one_value_outside_its_domain_is_refused(forge, ends):
    name = next(iter(forge.get("snake_beta").params))
    with pytest.raises(ParameterOutOfDomain, match=r"in \[-30, 30\]; got -?31\.0\."):
        forge.get("snake_beta", params={name: np.array(ends)})


@pytest.mark.parametrize("name", ["__import__('os')", "x y", "lambda", "λ", "_x"])
def test_a_symbol_of_sympy_needs_a_name_that_formulas_have(name):
    refusal(FormulaError, Expression, "f", 2 * sympy.Symbol(name))


# Calling --------------------------------------------------------------------------------------------------------

CALLS = [
    (lambda f: f.eval(), MissingVariable, "leaky_relu needs x; eval was given nothing."),
    (lambda f: f.eval(y=1), MissingVariable, "leaky_relu needs x; eval was given y."),
    (lambda f: f.eval(1, 2), UsageError, "leaky_relu takes x; eval was given 2 values."),
    (lambda f: f.eval(1, x=1), UsageError, "leaky_relu was given x twice."),
    (lambda f: f(x=1, z=2), UnknownVariable,
     "leaky_relu has no variable or parameter 'z'; it takes x, alpha."),
    (lambda f: f(x=1, alpah=2), UnknownVariable,
     "leaky_relu has no variable or parameter 'alpah'; it takes x, alpha. Did you mean 'alpha'?"),
    (lambda f: f(x=1, alpha=-0.5), ParameterOutOfDomain, "leaky_relu needs alpha in [0, oo); got -0.5."),
    (lambda f: f(x=1, alpha="2"), InputError, "leaky_relu needs a number for alpha; got '2'."),
    (lambda f: f("1"), InputError, "cannot evaluate at '1': give a number, an array, or a list of numbers."),
    (lambda f: f.value_and_grad(), MissingVariable, "leaky_relu needs x; eval was given nothing."),
    (lambda f: f.with_params(beta=2), UnknownParameter,
     "leaky_relu has no parameter 'beta'; it has alpha (default 0.01, slope on the negative side)."),
    (lambda f: f.with_params(alpha=[0.1, -0.5]), ParameterOutOfDomain,
     "leaky_relu needs alpha in [0, oo); got -0.5."),
    (lambda f: f.with_trainable("alpha"), InputError,
     "trainable parameters are a list of names such as ['alpha']; got 'alpha'."),
    (lambda f: f.gradient("z"), UnknownVariable, "leaky_relu has no variable or parameter 'z'; it takes x, alpha."),
    (lambda f: f.gradient("x", 0), UsageError, "order is a whole number from 1 to 16; got 0."),
    (lambda f: f.gradient("x", 17), UsageError, "order is a whole number from 1 to 16; got 17."),
    (lambda f: f.gradient("x", 2.0), UsageError, "order is a whole number from 1 to 16; got 2.0."),
    (lambda f: f.integrate("z"), UnknownVariable, "leaky_relu has no variable or parameter 'z'; it takes x, alpha."),
    (lambda f: f.compose("relu"), InputError, "leaky_relu.compose takes an expression; got str."),
    (lambda f: Expression("f", "x + y").compose(f), UsageError, "f has the variables x, y; compose feeds exactly one."),
    (lambda f: Expression("f", "x + y").eval(x=1), MissingVariable, "f needs y; eval was given x."),
    (lambda f: Expression("f", "floor(x)").integrate(), FormulaError,
     "SymPy finds no antiderivative of f by x in closed form."),
    (lambda f: (f + f).with_params(beta=1), UnknownParameter, None),
    (lambda f: f + math.nan, InputError, "an expression cannot be combined with nan; only finite numbers are exact."),
    (lambda f: f.renamed(""), InputError, "an expression's name is a printable text; got ''."),
    (lambda f: f.with_params(alpha=[0.1]).to_yaml(), UsageError,
     "leaky_relu has an array for alpha; a catalogue file holds numbers."),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CALLS)), ids=lambda k: str(CALLS[k][2])[:50])
def test_what_cannot_be_done_is_refused(leaky, number):
    call, kind, message = CALLS[number]
    fresh = leaky.clone()
    assert "_fast" not in vars(fresh)
    for _ in ("before", "after"):  # a first evaluation, which prepares the short way
        said = refusal(kind, call, fresh)
        assert message is None or said == message
        fresh.eval(x=1)
    assert "_fast" in vars(fresh)


def test_positional_values_fill_the_variables_in_alphabetical_order():
    f = Expression("f", "y - x")
    assert f(1, 3) == f(1, y=3) == f(x=1, y=3) == 2


def test_parameters_may_be_given_for_one_call(leaky):
    assert leaky.eval(x=-5, alpha=0.2) == -1.0
    assert leaky.eval(x=-5) == -0.05 and leaky.params == {"alpha": 0.01}


def test_a_variable_that_the_formula_lost_may_be_left_out():
    slope = Expression("f", "3*x + 2").gradient("x")
    assert slope.variables == ["x"]
    assert slope.eval() == slope.eval(x=7.0) == 3
    assert Expression("f", "x*y").gradient("x").eval(y=2.0) == 2


def test_the_value_and_the_slope_in_one_call(leaky, forge):
    assert leaky.value_and_grad(x=-3.0, alpha=0.5) == (-1.5, 0.5)
    assert forge.get("relu").value_and_grad(3) == (3, 1)
    assert Expression("f", "x**2*y").value_and_grad(x=3.0, y=2.0) == (18.0, {"x": 12.0, "y": 9.0})
    assert Expression("f", "x**2*y").value_and_grad(3.0, 2.0) == (18.0, {"x": 12.0, "y": 9.0})


def test_an_expression_is_of_the_kind_that_its_file_says(forge):
    for name in forge:
        expression = forge.get(name)
        assert expression.kind == expression.metadata.get("kind", "elementwise"), name
    assert forge.get("swiglu").gradient("a").kind == "gated" and forge.get("dropout").gradient("x").kind == "stochastic"
    assert (forge.get("dropout") + forge.get("relu")).kind == "elementwise"  # of the deterministic form
