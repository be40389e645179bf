"""Expression: what it is made from, what it refuses and in which words, what its combinations keep.

Messages are compared whole, because they are what a person reads at the keyboard; combinations are compared by
value, by parameter and by name. Every way of getting an equal expression back (pickle, copy, YAML) is tried on
every kind of expression there is.
"""

from __future__ import annotations

import copy
import math
import pickle
import threading

import numpy as np
import pytest
import sympy

from neurogebra import Expression, MathForge
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.compile.choose import LOCK
from neurogebra.errors import (
    FormulaError,
    InputError,
    MissingVariable,
    NeurogebraError,
    ParameterOutOfDomain,
    UnknownParameter,
    UnknownVariable,
    UsageError,
)

x, y, alpha = sympy.symbols("x y alpha")


def refusal(kind, refused, *arguments, **named):
    with pytest.raises(kind) as raised:
        refused(*arguments, **named)
    assert isinstance(raised.value, NeurogebraError)
    return str(raised.value)


@pytest.fixture
def leaky(forge):
    return forge.get("leaky_relu")


@pytest.fixture
def kinds(forge):
    """One of every kind of expression there is."""
    leaky = forge.get("leaky_relu")
    tilted = Expression("tilted", "Max(a*x, x/3) + y", {"a": 0.25}, ["a"], {"category": "mine", "tags": ["odd"]})
    return {
        "entry": leaky,
        "entry with constants": forge.get("selu"),
        "other parameters": leaky.with_params(alpha=0.2),
        "array parameters": leaky.with_params(alpha=np.array([0.1, 0.2])),
        "variant": forge.get("gelu", variant="tanh"),
        "alias": forge.get("silu"),
        "typed": tilted,
        "slope": forge.get("gelu").gradient("x"),
        "third slope": forge.get("swish").gradient("x", 3),
        "mixed slope": leaky.gradient("x").gradient("alpha"),
        "sum": leaky + forge.get("elu"),
        "slope of a sum": (forge.get("selu") * forge.get("tanh")).gradient("x"),
        "composition": leaky.compose(forge.get("tanh")),
        "renamed": leaky.renamed("mine"),
        "trainable": leaky.with_trainable(["alpha"]),
        "constant": Expression("three", "3"),
    }


KINDS = (
    "entry|entry with constants|other parameters|array parameters|variant|alias|typed|slope|third slope|mixed slope|"
    "sum|slope of a sum|composition|renamed|trainable|constant"
).split("|")


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
    for f in (leaky, leaky) if leaky.eval(x=1) else ():  # before and after a first evaluation
        said = refusal(kind, call, f)
        assert message is None or said == message


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


# Frozen, equal, the same again ------------------------------------------------------------------------------------


def test_an_expression_is_frozen(leaky):
    message = "an Expression is frozen; 'name' cannot be set. with_params(...) makes another."
    with pytest.raises(AttributeError) as refused:
        leaky.name = "mine"
    assert str(refused.value) == message
    with pytest.raises(AttributeError):
        del leaky._params
    with pytest.raises(AttributeError):
        leaky.color = "blue"


def test_what_is_handed_out_is_fresh(leaky):
    leaky.params["alpha"] = 7
    leaky.metadata["pros"].append("free")
    leaky.metadata["params"]["alpha"]["default"] = 7
    leaky.variables.append("z")
    leaky.trainable_params.append("z")
    leaky.domains.clear()
    assert leaky.params == {"alpha": 0.01} and leaky.variables == ["x"] and leaky.trainable_params == []
    assert "free" not in leaky.metadata["pros"] and leaky.metadata["params"]["alpha"]["default"] == 0.01
    assert leaky == MathForge().get("leaky_relu") and list(leaky.domains) == ["alpha"]


def test_what_is_handed_in_may_change_later():
    values, notes, names = {"a": np.array([1.0, 2.0])}, {"tags": ["one"]}, ["a"]
    f = Expression("f", "a*x", values, names, notes)
    values["a"][0] = 7
    values.clear()
    notes["tags"].append("two")
    notes["more"] = 1
    names.append("b")
    assert f.params["a"].tolist() == [1, 2] and f.trainable_params == ["a"]
    assert f.metadata == {"tags": ["one"]}


def test_arrays_of_parameters_cannot_be_written_to():
    f = Expression("f", "a*x", {"a": [1.0, 2.0]})
    with pytest.raises(ValueError, match="read-only"):
        f.params["a"][0] = 7


def test_equal_means_formula_variables_and_parameters(leaky, forge):
    assert leaky == forge.get("leaky_relu") == leaky.clone() == leaky.renamed("mine")
    assert Expression("a", "x + 1") == Expression("b", "1 + x", metadata={"category": "mine"})
    assert Expression("f", "x**2").gradient("x") == Expression("g", "2*x")
    others = [leaky.with_params(alpha=0.2), leaky.with_params(alpha=[0.01, 0.2]), leaky.gradient("x")]
    others += [forge.get("relu"), Expression("f", str(leaky)), "leaky_relu", None]
    assert all(leaky != other for other in others)
    assert Expression("f", "x - x + y") != Expression("f", "y").gradient("y")
    assert leaky.with_params(alpha=[0.1, 0.2]) == leaky.with_params(alpha=np.array([0.1, 0.2]))


def test_equal_expressions_have_equal_hashes(leaky, forge):
    assert hash(leaky) == hash(forge.get("leaky_relu")) == hash(leaky.clone())
    assert len({leaky, forge.get("leaky_relu"), leaky.with_params(alpha=0.2), forge.get("relu")}) == 3
    assert hash(leaky.with_params(alpha=[0.1, 0.2])) == hash(leaky.with_params(alpha=[0.1, 0.2]))


def alike(a, b):
    assert a == b and hash(a) == hash(b)
    assert (a.name, a.variables, a.trainable_params, str(a)) == (b.name, b.variables, b.trainable_params, str(b))
    assert (a.formula, a.metadata, a.domains, repr(a)) == (b.formula, b.metadata, b.domains, repr(b))
    for at in (-1.5, 0.0, 2.0):
        given = dict.fromkeys(a.variables, at)
        np.testing.assert_array_equal(a.eval(**given), b.eval(**given))
        np.testing.assert_array_equal(a.value_and_grad(**given)[0], b.value_and_grad(**given)[0])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_from_a_pickle(kinds, kind):
    f = kinds[kind]
    for protocol in (2, pickle.HIGHEST_PROTOCOL):
        alike(pickle.loads(pickle.dumps(f, protocol)), f)
    f.eval(**dict.fromkeys(f.variables, 1.0))  # what was compiled since does not matter
    alike(pickle.loads(pickle.dumps(f)), f)
    assert b"sympy" not in pickle.dumps(f)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_copied_as_an_equal(kinds, kind):
    f = kinds[kind]
    for other in (copy.copy(f), copy.deepcopy(f), f.clone(), copy.deepcopy({"f": [f]})["f"][0]):
        alike(other, f)


def test_a_pickle_is_read_by_another_process(python, forge, tmp_path):
    slope = (forge.get("leaky_relu") + forge.get("gelu")).gradient("x")
    (tmp_path / "slope.pickle").write_bytes(pickle.dumps(slope))
    done = python("-c", "import pickle; print(pickle.load(open('slope.pickle', 'rb')).eval(x=0.5))")
    assert done.stdout.strip() == repr(slope.eval(x=0.5)), done.stderr


# Arithmetic -----------------------------------------------------------------------------------------------------


def test_operators_say_what_they_did(forge):
    f, g = forge.get("relu"), forge.get("tanh")
    made = [f + g, f - g, f * g, f / g, f**g, f + 2, 2 - f, 0.5 * f, 2 / f, 2**f, -f, abs(g), +f]
    assert [each.name for each in made] == [
        "(relu+tanh)", "(relu-tanh)", "(relu*tanh)", "(relu/tanh)", "(relu**tanh)", "(relu+2)", "(2-relu)",
        "(0.5*relu)", "(2/relu)", "(2**relu)", "-relu", "abs(tanh)", "relu",
    ]  # fmt: skip
    assert ((f + g) * 2).name == "((relu+tanh)*2)"


@pytest.mark.parametrize("number", [2, 0.5, np.float64(2), np.float32(0.5), np.int64(3), np.array(2.0), -1, 0.1])
def test_numbers_stand_on_either_side(forge, number):
    f, at = forge.get("softplus"), 0.75
    v, n = f.eval(x=at), float(number)
    both = [(f + number, v + n), (number + f, n + v), (f - number, v - n), (number - f, n - v), (f * number, v * n),
            (number * f, n * v), (f / number, v / n), (number / f, n / v), (f**number, v**n)]  # fmt: skip
    for made, value in both:
        assert type(made) is Expression and made.variables == ["x"]
        assert made.eval(x=at) == pytest.approx(value, rel=1e-15), made.name


def test_decimals_are_exact_in_a_sum(forge):
    assert str(forge.get("linear") + 0.1) == "x + 0.1"
    assert (forge.get("linear") * 0.1 * 10) == forge.get("linear")


@pytest.mark.parametrize("other", ["2", None, True, 1j, [1], {}], ids=repr)
def test_what_is_no_number_is_left_to_python(leaky, other):
    for operation in (lambda: leaky + other, lambda: other * leaky, lambda: leaky / other, lambda: leaky**other):
        with pytest.raises(TypeError):
            operation()


def test_the_constants_of_an_entry_travel_as_numbers(forge):
    f = 2 * forge.get("selu") + 1
    assert f.params == {} and f.variables == ["x"]
    assert f.eval(x=1.0) == pytest.approx(2 * 1.0507009873554805 + 1, rel=1e-15)


# Parameters that meet -------------------------------------------------------------------------------------------


def test_equal_parameters_are_shared(leaky):
    total = leaky + 3 * leaky
    assert total.params == {"alpha": 0.01}
    assert total.with_params(alpha=1).eval(x=-1.0) == -4


def test_equal_arrays_are_shared(leaky):
    one, other = (leaky.with_params(alpha=np.array([0.1, 0.2])) for _ in range(2))
    assert list((one + other).params) == ["alpha"]


def test_other_values_are_kept_apart(leaky):
    total = leaky + leaky.with_params(alpha=0.2) * leaky.with_params(alpha=0.3)
    assert total.params == {"alpha": 0.01, "alpha_2": 0.3, "alpha_3": 0.2}  # the product had named its own
    assert total.eval(x=-1.0) == pytest.approx(-0.01 + 0.06, rel=1e-15)
    assert {str(domain) for domain in total.domains.values()} == {"[0, oo)"}


def test_other_domains_are_kept_apart(leaky, forge):
    """alpha is 1.0 in both; elu's may not be 0."""
    total = leaky.with_params(alpha=1.0) + forge.get("elu")
    assert total.params == {"alpha": 1.0, "alpha_2": 1.0}
    assert {name: str(domain) for name, domain in total.domains.items()} == {"alpha": "[0, oo)", "alpha_2": "(0, oo)"}
    assert total.with_params(alpha=0).eval(x=-1.0) == math.expm1(-1.0)
    assert refusal(ParameterOutOfDomain, total.with_params, alpha_2=0) == (
        "(leaky_relu+elu) needs alpha_2 in (0, oo); got 0.0."
    )


TILTED = Expression("tilted", "alpha*x")  # here alpha is a variable


@pytest.mark.parametrize("turned", [False, True])
def test_a_variable_is_no_parameter_of_the_same_name(leaky, turned):
    total = TILTED + leaky if turned else leaky + TILTED
    assert total.variables == ["alpha", "x"] and total.params == {"alpha_2": 0.01}
    assert total.eval(alpha=3.0, x=-1.0) == -3.01
    assert total.gradient("alpha").eval(alpha=3.0, x=-1.0) == -1
    assert total.with_params(alpha_2=1).eval(alpha=3.0, x=-1.0) == -4


def test_a_variable_fed_in_is_no_parameter_of_the_same_name(leaky):
    fed = leaky.compose(TILTED)
    assert fed.variables == ["alpha", "x"] and list(fed.params.values()) == [0.01]
    assert fed.eval(alpha=3.0, x=-1.0) == -0.03
    back = Expression("doubled", "2*alpha").compose(leaky)
    assert back.variables == ["x"] and back.params == {"alpha": 0.01}
    assert back.eval(x=-1.0) == -0.02


def test_a_new_name_is_one_that_nobody_has(leaky):
    taken = Expression("taken", "alpha + alpha_2*x", {"alpha_2": 5})
    total = taken + leaky
    assert total.variables == ["alpha", "x"] and total.params == {"alpha_2": 5.0, "alpha_3": 0.01}
    assert total.eval(alpha=1.0, x=-1.0) == pytest.approx(1 - 5 - 0.01, rel=1e-15)


def test_flags_of_trainable_parameters_travel(leaky, forge):
    f = leaky.with_trainable(["alpha"])
    assert f.trainable_params == ["alpha"] and leaky.trainable_params == []
    assert forge.get("leaky_relu", trainable=True).trainable_params == ["alpha"]
    still = [f.gradient("x"), f.gradient("alpha"), f + 1, 2 * f, -f, f.compose(forge.get("tanh")),
             forge.get("tanh").compose(f), f.with_params(alpha=0.2), f.clone(), f.renamed("g"), f.expand()]  # fmt: skip
    assert [each.trainable_params for each in still] == [["alpha"]] * len(still)
    both = leaky + f.with_params(alpha=0.5)
    assert both.trainable_params == ["alpha_2"]


# Feeding --------------------------------------------------------------------------------------------------------


def test_compose_feeds_the_input_and_never_a_parameter(leaky, forge):
    fed = leaky.with_params(alpha=0.5).compose(forge.get("elu"))
    assert fed.name == "leaky_relu(elu)" and fed.variables == ["x"]
    assert fed.params == {"alpha": 0.5, "alpha_2": 1.0}
    assert fed.eval(x=-1.0) == pytest.approx(0.5 * math.expm1(-1.0), rel=1e-15)


def test_an_expression_feeds_itself(leaky, forge):
    twice = leaky.with_params(alpha=0.5).compose(leaky.with_params(alpha=0.5))
    assert twice.params == {"alpha": 0.5}
    assert [twice.eval(x=at) for at in (-4.0, 0.0, 3.0)] == [-1, 0, 3]
    assert forge.get("relu").compose(forge.get("relu")) == forge.get("relu")


def test_a_composition_that_grows_without_end_is_refused_with_its_size(leaky, forge):
    for f in (leaky, forge.get("swish"), forge.get("gelu")):
        with pytest.raises(
            FormulaError, match=r"\b(\d{3,}) parts; a formula has at most 500|\d{3,} combinations, more than 256"
        ):
            g = f
            for _ in range(20):
                g = g.compose(f)


# Calculus -------------------------------------------------------------------------------------------------------


def test_names_of_derivatives(leaky):
    assert leaky.gradient().name == "d(leaky_relu)/d(x)"
    assert leaky.gradient("x", 2).name == leaky.gradient().gradient().name == "d2(leaky_relu)/d(x)2"
    assert leaky.gradient("x").gradient("alpha").name == "d(d(leaky_relu)/d(x))/d(alpha)"


def test_orders_and_parameters(leaky, forge):
    cube = Expression("cube", "a*x**3", {"a": 2})
    assert [cube.gradient("x", k).eval(x=2.0) for k in (1, 2, 3, 4)] == [24, 24, 12, 0]
    assert cube.gradient("x", 2) == cube.gradient("x").gradient("x")
    assert cube.gradient("a").eval(x=2.0) == 8 and cube.gradient("a", 2).eval(x=2.0) == 0
    assert leaky.gradient("alpha").eval(x=-3.0) == -3 and leaky.gradient("alpha").eval(x=3.0) == 0
    assert leaky.gradient("x").params == {"alpha": 0.01}
    assert leaky.gradient("x").with_params(alpha=0.3).eval(x=-1.0) == 0.3
    assert math.isfinite(forge.get("gelu").gradient("x", 8).eval(x=0.5))


def test_mixed_derivatives_commute():
    f = Expression("f", "sigmoid(b*x)*x**2", {"b": 1.5})
    one, other = f.gradient("x").gradient("b"), f.gradient("b").gradient("x")
    assert one.eval(x=0.7) == pytest.approx(other.eval(x=0.7), rel=1e-14)


def test_an_antiderivative_has_the_function_as_its_slope(forge):
    for name in ("tanh", "gelu", "leaky_relu", "square"):
        f = forge.get(name)
        back = f.integrate().gradient("x")
        assert f.integrate().name == f"int({name})d(x)" and f.integrate().params == f.params
        for at in (-2.0, -0.3, 0.5, 3.0):
            assert back.eval(x=at) == pytest.approx(f.eval(x=at), rel=1e-13), (name, at)


def test_simplify_and_expand_keep_the_value_and_what_belongs_to_it():
    f = Expression("f", "(x + a)**2 - x**2 - a**2", {"a": 3}, ["a"])
    for g, text in ((f.simplify(), "2*a*x"), (f.expand(), "2*a*x")):
        assert str(g) == text and g.params == {"a": 3.0} and g.trainable_params == ["a"] and g.name == "f"
        assert g.eval(x=5.0) == f.eval(x=5.0) == 30
    assert Expression("f", "sin(x)**2 + cos(x)**2").simplify().eval(x=2.0) == 1


# Texts ----------------------------------------------------------------------------------------------------------


def read_back(text, name):
    return Expression.from_entry(read_entry_text(text, f"{name}.yaml"))


def test_yaml_reads_back_equal(forge, leaky):
    tilted = Expression(
        "tilted", "a*x + Max(0, x)/3", {"a": 0.3}, ["a"], {"category": "mine", "description": "Tilted."}
    )
    for f, name in (
        (forge.get("gelu"), "gelu"), (leaky, "leaky_relu"), (forge.get("selu"), "selu"), (tilted, "tilted"),
        (forge.get("gelu", variant="tanh"), "gelu_tanh"), (leaky.with_params(alpha=0.2), "leaky_relu"),
        (leaky.renamed("mine").with_params(alpha=0.2).with_trainable(["alpha"]), "mine"),
        ((leaky + forge.get("elu")).renamed("both"), "both"),
        (forge.get("gelu").gradient("x").renamed("slope"), "slope"),
    ):  # fmt: skip
        back = read_back(f.to_yaml(), name)
        assert back == f, name
        assert (back.name, back.params, back.domains) == (name, f.params, f.domains)
        assert back.trainable_params == f.trainable_params
        assert back.eval(x=-0.7) == f.eval(x=-0.7)
    again = read_back(leaky.to_yaml(), "leaky_relu")
    assert again.metadata == leaky.metadata and again.to_yaml() == leaky.to_yaml()
    assert read_back(tilted.to_yaml(), "tilted").metadata["description"] == "Tilted."


def test_a_name_that_no_file_can_have_is_refused(leaky):
    assert "is no name" in refusal(NeurogebraError, (leaky + leaky).to_yaml)


def test_sympy_works_on_what_is_handed_out(forge, leaky):
    gelu, swish = forge.get("gelu").symbolic_expr, forge.get("swish").symbolic_expr
    assert sympy.diff(leaky.symbolic_expr, x).subs({x: -2, alpha: 3}) == 3
    assert sympy.limit(gelu, x, sympy.oo) == sympy.oo
    assert gelu.subs(x, 0) == 0 and gelu.free_symbols == {x}
    assert sympy.diff(swish, x).rewrite(sympy.exp).subs(x, 0) == sympy.Rational(1, 2)
    assert sympy.limit(swish.rewrite(sympy.exp), x, -sympy.oo) == 0
    assert leaky.symbolic_expr.free_symbols == {x, alpha}
    assert Expression("again", leaky.symbolic_expr, {"alpha": 0.01}).readable == leaky.readable


LATEX = {
    "x": "x",
    "alpha*x/2": r"\frac{\alpha x}{2}",
    "sqrt(x**2 + beta_1)": r"\sqrt{\beta_{1} + x^{2}}",
    "Max(0, x)": r"\max\left(0, x\right)",
    "0.044715*x": "0.044715 x",
    "where(x > 0, x, a*x)": r"\begin{cases} x & \text{for}\: x > 0 \\a x & \text{otherwise} \end{cases}",
}


@pytest.mark.parametrize("formula", LATEX)
def test_latex(formula):
    f = Expression("f", formula)
    assert f.formula == LATEX[formula]
    assert f._repr_latex_() == f"$\\displaystyle {LATEX[formula]}$"


def test_repr_names_formula_and_parameters(leaky, forge):
    assert repr(leaky) == "Expression('leaky_relu', 'Piecewise((x, x > 0), (alpha*x, True))', params={'alpha': 0.01})"
    assert repr(forge.get("relu").gradient("x")) == "Expression('d(relu)/d(x)', 'Piecewise((1, x > 0), (0, True))')"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_writes_what_reads_back_equal(kinds, kind):
    f = kinds[kind]
    assert Expression("again", str(f)).readable == f.readable


# Threads --------------------------------------------------------------------------------------------------------

THREADED = ["gelu", "mish", "swish_beta", "selu", "snake", "leaky_relu", "squareplus", "hard_swish"]


def work(k):
    """What one thread does: everything from reading a file to the second derivative, of formulas of its own."""
    f = MathForge().get(THREADED[k])
    own = f * Expression("own", f"tanh(x/{k + 7}) + {k + 1}")
    made = [f, own, own.gradient("x"), f.gradient("x", 2), own.compose(f) if k % 2 else own, -own]
    at = np.linspace(-3, 3, 50)
    return [(str(each), [each.eval(x=v) for v in (-1.5, 0.0, 2.0)], each.eval(x=at).tolist()) for each in made]


def test_threads_get_what_one_thread_gets():
    results, failures = {}, []
    start = threading.Barrier(len(THREADED))

    def run(k):
        try:
            start.wait(timeout=30)
            results[k] = work(k)
        except BaseException as failed:
            failures.append(failed)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(len(THREADED))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failures
    assert results == {k: work(k) for k in range(len(THREADED))}


def test_symbolic_work_waits_for_its_turn_and_evaluation_does_not(leaky, forge):
    leaky.eval(x=1.0)
    leaky.eval(x=np.ones(3))
    done = []

    def evaluate():
        done.append((leaky.eval(x=-1.0), leaky.eval(x=-np.ones(2)).tolist()))

    def differentiate():
        done.append(Expression("f", "x**2*tanh(5*x)").gradient("x").variables)

    with LOCK:
        evaluating, differentiating = (threading.Thread(target=each) for each in (evaluate, differentiate))
        evaluating.start()
        evaluating.join(timeout=30)
        assert done == [(-0.01, [-0.01, -0.01])]
        differentiating.start()
        differentiating.join(timeout=0.2)
        assert len(done) == 1
    differentiating.join(timeout=30)
    assert done[1:] == [["x"]]
