"""Plans made safe for float64: shared exponentials, arguments as pairs, exact scalings, folded constants.

What is looked at is the lowered plan, step by step, because a device that is left out shows in values only at a
few points; that the mathematics stays the same is seen by evaluating both plans exactly.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

from neurogebra.compile import to_exact
from neurogebra.compile.lower import lower
from neurogebra.compile.lower_numbers import exact_in_float64
from neurogebra.compile.plan import Builder, plan
from neurogebra.compile.to_scalar import compile_scalar
from neurogebra.errors import FormulaError
from neurogebra.expression import Expression
from neurogebra.language import functions as words
from neurogebra.language.parser import parse

X, ALPHA = sympy.Symbol("x", real=True), sympy.Symbol("alpha", real=True)


def lowered(formula):
    return lower(plan([parse(formula) if isinstance(formula, str) else formula], ("x", "alpha")))


def ops(formula):
    return [step.op for step in lowered(formula).steps]


def numbers(formula):
    return [step.data for step in lowered(formula).steps if step.op == "const"]


def test_sigmoid_and_its_mirror_share_one_exponential():
    assert ops("sigmoid(x)*sigmoid(-x)") == ["input", "neg", "exp", "over", "share", "mul"]


def test_tanh_of_softplus_is_made_of_one_exponential_which_sigmoid_shares():
    for formula in ("tanh(softplus(x))", "sech2(softplus(x))", "tanh(softplus(x))*sigmoid(x)"):
        assert ops(formula).count("exp") == 1 and not {"tanh", "softplus"} & set(ops(formula))
    for x in (-30.0, -1.0, 0.0, 2.0, 18.0, 25.0):
        e = sympy.exp(sympy.Float(x, 40))
        n = e * (e + 2)
        assert Expression("f", "tanh(softplus(x))").eval(x=x) == pytest.approx(float(n / (n + 2)), rel=1e-15)
        square = 4 * (n + 1) / (n + 2) ** 2
        assert Expression("f", "sech2(softplus(x))").eval(x=x) == pytest.approx(float(square), rel=2e-15)


def test_the_normal_distribution_and_its_density_share_one_exponential():
    assert ops("Phi(x) + x*phi(x)").count("gauss") == 1
    assert "exp" not in ops("Phi(x) + x*phi(x)")


@pytest.mark.parametrize(
    ("formula", "factor", "number"),
    [
        ("exp(x + 3/10)", 1, "exp(3/10)"), ("exp((x - 1)/2)", 0.5, "exp(-1/2)"), ("exp(1/3 - x)", -1, "exp(1/3)"),
        ("exp(-(2*x - 1/5))", -2, "exp(1/5)"), ("exp((x + 1)/4 - 3)", 0.25, "exp(-11/4)"),
    ],
)  # fmt: skip
def test_a_number_added_to_an_argument_becomes_a_factor(formula, factor, number):
    expected = float(parse(number).evalf(40))
    assert {"exp", "mul"} <= set(ops(formula)) and "exp_tail" not in ops(formula)
    assert float(numbers(formula)[-1]) == expected
    for x in (-40.0, -1.0, 0.7):
        exact = to_exact.evaluate(plan([parse(formula)], ("x",)), {"x": x})[0]
        assert Expression("f", formula).eval(x=x) == pytest.approx(exact, rel=4e-16)
    if abs(factor) != 1:
        assert any(step.op == "scale" for step in lowered(formula).steps)


@pytest.mark.parametrize(
    "formula", ["exp(x + 40)", "exp(1.1*x + 1)", "exp(x**2 + 1)", "exp(x + alpha)", "exp(x/3 + 1)"]
)
def test_no_other_sum_does(formula):
    assert "exp_tail" in ops(formula)


def test_of_sigmoid_and_mish_too():
    assert "exp_tail" not in [*ops("sigmoid(x - 1/3)"), *ops("tanh(softplus(x + 1/3))"), *ops("sigmoid(1/3 - x)")]


@pytest.mark.parametrize(
    ("formula", "word"),
    [
        ("exp(1.702*x)", "exp_tail"),
        ("exp(-x**2/3)", "exp_tail"),
        ("exp(x/3)", "exp_tail"),
        ("exp(x + x**3)", "exp_tail"),
        ("expm1(1.1*x)", "expm1_tail"),
        ("softplus(1.1*x)", "softplus_tail"),
        ("sin(1.1*x)", "corrected"),
        ("cos(1.1*x)", "corrected"),
        ("Phi(1.1*x)", "tail_corrected"),
        ("erfc(1.1*x)", "tail_corrected"),
        ("sigmoid(alpha*x)", "exp_tail"),
    ],
)
def test_an_argument_that_is_rounded_is_carried_as_a_pair(formula, word):
    found = ops(formula)
    assert word in found
    assert {"tail_mul", "tail_add", "tail_div"} & set(found)


@pytest.mark.parametrize("formula", ["exp(x)", "exp(-x)", "exp(2*x)", "exp(-x/4)", "sin(x)", "Phi(x)", "softplus(x)"])
def test_an_argument_that_is_exact_is_carried_alone(formula):
    assert not {"exp_tail", "tail_mul", "tail_add", "tail_div", "corrected", "softplus_tail"} & set(ops(formula))


@pytest.mark.parametrize(("formula", "word"), [
    ("exp(-x**2)", "bell"), ("exp(-x*x/2)", "gauss"), ("exp(-0.5*tanh(x)**2)", "gauss"), ("exp(-(2*x)**2/4)", "bell"),
])  # fmt: skip
def test_the_exponential_of_a_square_is_one_function(formula, word):
    assert word in ops(formula) and not {"exp", "exp_tail"} & set(ops(formula))


@pytest.mark.parametrize("formula", ["exp(x**2)", "exp(-x**2/4)", "exp(-2*x**2)", "exp(-x**3)", "exp(-(x/3)**2)"])
def test_of_other_exponents_it_is_not(formula):
    assert not {"bell", "gauss"} & set(ops(formula))


def test_a_pair_keeps_what_a_product_alone_loses():
    """At -410, 1.702*x is rounded by up to 6e-14, and exp makes that a relative error."""
    f = Expression("f", "exp(1.702*x)")
    true = sympy.exp(sympy.Rational("1.702") * -410).evalf(40)
    assert abs(sympy.Float(f.eval(x=-410.0), 40) / true - 1) < 4e-16
    assert abs(sympy.Float(math.exp(1.702 * -410.0), 40) / true - 1) > 1e-15


@pytest.mark.parametrize("formula", ["2*x", "x/2", "-x/8", "1024*x", "x*2**-20"])
def test_products_with_powers_of_two_are_exact(formula):
    assert "scale" in ops(formula)
    assert not {"mul", "div"} & set(ops(formula))


def test_other_products_are_not():
    assert "scale" not in ops("3*x") + ops("x/3") + ops("0*x + x*alpha")


def test_constants_are_folded():
    assert ops("x*sqrt(2)") == ["input", "const", "mul"]
    assert ops("x*sqrt(2/pi)") == ["input", "const", "mul", "const", "div"]
    assert numbers("x*(1/3 + 1/6)") == [Fraction(1, 2)]
    assert ops("x*log(2) + x**2*log(2)").count("const") == 1
    assert not {"log", "sqrt", "exp", "pow"} & set(ops("x*log(3)*exp(2)/sqrt(5) + 7**(1/3)"))
    assert float(numbers("pi*x")[0]) == math.pi and numbers("pi*x")[0] != Fraction(math.pi)


def test_numbers_that_are_floats_are_told_from_others():
    kept = [Fraction(1, 2), Fraction(3), Fraction(2**53), Fraction(2) ** -1074, Fraction(0), Fraction(2) ** 1023]
    lost = [Fraction(1, 3), Fraction(1, 10), Fraction(2**53 + 1), Fraction(2) ** -1075, Fraction(2) ** 1024]
    assert all(map(exact_in_float64, kept))
    assert not any(map(exact_in_float64, lost))


def tower(height, use):
    """A plan of exp(exp(...30)), which SymPy would not survive building, and x."""
    make = Builder()
    x, top = make.add("input", data="x"), make.constant(30)
    for _ in range(height):
        top = make.add("exp", top)
    if use == "1/":
        top = make.add("div", make.constant(1), top)
    return make.needed(("x",), [make.add("add", x, top)])


@pytest.mark.parametrize("use", ["", "1/"])
@pytest.mark.parametrize("height", [2, 3, 4, 12])
def test_a_constant_that_is_no_float64_is_refused_at_once(height, use):
    with pytest.raises(FormulaError) as refused:
        compile_scalar(tower(height, use), 1)
    assert str(refused.value) == "a constant part of the formula is larger than any float64"
    assert compile_scalar(tower(1, use), 1)(1.0) == 1.0 + math.exp(-30.0 if use else 30.0)


@pytest.mark.parametrize("formula", [X + sympy.Integer(10) ** 400, sympy.exp(1000) * X], ids=["10**400", "exp(1000)"])
def test_a_large_constant_of_sympy_is_refused(formula):
    with pytest.raises(FormulaError, match="larger than any float64"):
        compile_scalar(plan([formula], ("x",)), 1)


NO_VALUE = [sympy.sqrt(1 - sympy.pi) * X, sympy.log(-2, evaluate=False) * X, sympy.asin(2) * X]


@pytest.mark.parametrize("formula", NO_VALUE, ids=str)
def test_a_constant_without_a_real_value_is_refused(formula):
    with pytest.raises(FormulaError):
        compile_scalar(plan([formula], ("x",)), 1)


HOSTILE = [
    "exp(exp(exp(30)))",
    "x*exp(exp(exp(30)))",
    "1/0",
    "log(0)",
    "0/0",
    "x + 10**400",
    "x/(1/3 - 1/3)",
    "x/(sin(1)**2 + cos(1)**2 - 1)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_constants_of_a_strangers_formula_are_refused(text):
    with pytest.raises(FormulaError):
        Expression("f", text).eval(x=1.0)


def test_overflow_in_the_variable_is_infinite_and_no_error():
    f = Expression("f", "exp(exp(exp(x)))")
    assert (f.eval(x=30.0), f.eval(x=-math.inf), f.eval(x=math.inf)) == (math.inf, math.exp(1.0), math.inf)
    assert Expression("f", "-exp(x**3)").eval(x=1e100) == -math.inf


def test_words_without_a_float64_form_are_all_lowered():
    """sigmoid, sech2, phi and Phi have no kernel: every one becomes steps that have."""
    formula = words.sigmoid(X) + words.sech2(X) + words.Phi(X) + words.phi(X) + words.sigmoid(-3 * ALPHA * X)
    assert not {"sigmoid", "sech2", "phi", "Phi"} & set(ops(formula))


def test_the_tail_of_an_argument_of_the_normal_distribution_is_allowed_for_once():
    """Allowed for in the exponential too, it would cost up to 22 ULP around -7.5."""
    f = Expression("f", "Phi((x - m)/s)", params={"m": 0.707107, "s": 0.282095})
    x = np.linspace(-1.7, -0.7, 200)
    made = plan([f.words], ("m", "s", "x"))
    truth = np.array([to_exact.evaluate(made, {**f.params, "x": point})[0] for point in x.tolist()])
    assert np.all(np.abs(f.eval(x=x) - truth) <= 8 * np.spacing(truth))


@pytest.mark.parametrize(
    ("formula", "word", "without"),
    [
        ("x - tanh(x)", "tanh_rest", "sub"),
        ("1 - 1/(1 + Abs(x))", "div", "sub"),
        ("x*alpha/(1 + x*alpha)", "ratio", "div"),
        ("alpha*Abs(x)*exp(x)/(1 + alpha*Abs(x))", "ratio", "div"),
        ("(1 + exp(x))**(-alpha)", "pow", "softplus"),
        ("(1 + exp(-x))**alpha", "pow", "softplus"),
    ],
)
def test_a_difference_power_or_quotient_that_loses_digits_is_made_of_one_function(formula, word, without):
    found = ops(formula)
    assert word in found and without not in found
    f = Expression("f", formula) if "alpha" not in formula else Expression("f", formula, params={"alpha": 1.5})
    for x in (-3.0, -0.7, 1e-5, 2.5):
        (true,) = to_exact.evaluate(plan([f.words], ("x", *f.params)), {"x": x, **f.params})
        assert f.eval(x=x) == pytest.approx(true, rel=1e-15, abs=0)
        assert f.eval(x=np.array([x]))[0] == pytest.approx(true, rel=1e-15, abs=0)
