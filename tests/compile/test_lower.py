"""Plans made safe for float64: shared exponentials, arguments as pairs, exact scalings, folded constants.

What is looked at is the lowered plan, step by step, because a device that is left out shows in values only at a
few points; that the mathematics stays the same is seen by evaluating both plans exactly.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy

from neurogebra.compile.lower import exact_in_float64, lower
from neurogebra.compile.plan import plan
from neurogebra.compile.to_scalar import compile_scalar
from neurogebra.errors import FormulaError
from neurogebra.expression import Expression
from neurogebra.language import functions as words
from neurogebra.language.parser import parse

X, ALPHA = sympy.Symbol("x", real=True), sympy.Symbol("alpha", real=True)
HUGE = sympy.exp(sympy.exp(sympy.exp(30)))


def lowered(formula):
    return lower(plan([parse(formula) if isinstance(formula, str) else formula], ("x", "alpha")))


def ops(formula):
    return [step.op for step in lowered(formula).steps]


def numbers(formula):
    return [step.data for step in lowered(formula).steps if step.op == "const"]


def test_sigmoid_and_its_mirror_share_one_exponential():
    assert ops("sigmoid(x)*sigmoid(-x)") == ["input", "neg", "exp", "over", "share", "mul"]


def test_the_normal_distribution_and_its_density_share_one_exponential():
    assert ops("Phi(x) + x*phi(x)").count("gauss") == 1
    assert "exp" not in ops("Phi(x) + x*phi(x)")


@pytest.mark.parametrize(
    ("formula", "word"),
    [
        ("exp(1.702*x)", "exp_tail"),
        ("exp(-x**2)", "exp_tail"),
        ("exp(x/3)", "exp_tail"),
        ("exp(x + x**3)", "exp_tail"),
        ("expm1(1.1*x)", "expm1_tail"),
        ("softplus(1.1*x)", "softplus_tail"),
        ("sin(1.1*x)", "corrected"),
        ("cos(1.1*x)", "corrected"),
        ("Phi(1.1*x)", "corrected"),
        ("erfc(1.1*x)", "corrected"),
        ("sigmoid(alpha*x)", "exp_tail"),
    ],
)
def test_an_argument_that_is_rounded_is_carried_as_a_pair(formula, word):
    found = ops(formula)
    assert word in found
    assert "tail_mul" in found or "tail_add" in found


@pytest.mark.parametrize("formula", ["exp(x)", "exp(-x)", "exp(2*x)", "exp(-x/4)", "sin(x)", "Phi(x)", "softplus(x)"])
def test_an_argument_that_is_exact_is_carried_alone(formula):
    assert not {"exp_tail", "tail_mul", "tail_add", "corrected", "softplus_tail"} & set(ops(formula))


def test_a_pair_keeps_what_a_product_alone_loses():
    """At -420, 1.702*x is rounded by 6e-14, and exp makes that a relative error of 160 ULP."""
    f = Expression("f", "exp(1.702*x)")
    true = sympy.exp(sympy.Rational("1.702") * -420).evalf(40)
    assert abs(sympy.Float(f.eval(x=-420.0), 40) / true - 1) < 4e-16
    assert abs(sympy.Float(math.exp(1.702 * -420.0), 40) / true - 1) > 1e-15


@pytest.mark.parametrize("formula", ["2*x", "x/2", "-x/8", "1024*x", "x*2**-20"])
def test_products_with_powers_of_two_are_exact(formula):
    assert "scale" in ops(formula)
    assert not {"mul", "div"} & set(ops(formula))


def test_other_products_are_not():
    assert "scale" not in ops("3*x") + ops("x/3") + ops("0*x + x*alpha")


def test_constants_are_folded():
    assert ops("x*sqrt(2/pi)") == ["input", "const", "mul"]
    assert numbers("x*(1/3 + 1/6)") == [Fraction(1, 2)]
    assert ops("x*log(2) + x**2*log(2)").count("const") == 1
    assert not {"log", "sqrt", "exp", "div"} & set(ops("x*log(3)*exp(2)/sqrt(5)"))
    assert float(numbers("pi*x")[0]) == math.pi and numbers("pi*x")[0] != Fraction(math.pi)


def test_numbers_that_are_floats_are_told_from_others():
    kept = [Fraction(1, 2), Fraction(3), Fraction(2**53), Fraction(2) ** -1074, Fraction(0), Fraction(2) ** 1023]
    lost = [Fraction(1, 3), Fraction(1, 10), Fraction(2**53 + 1), Fraction(2) ** -1075, Fraction(2) ** 1024]
    assert all(map(exact_in_float64, kept))
    assert not any(map(exact_in_float64, lost))


TOO_LARGE = [HUGE, HUGE * X, X + 1 / HUGE, X + sympy.Integer(10) ** 400, sympy.exp(1000) * X, X + sympy.exp(-HUGE)]


@pytest.mark.parametrize("formula", TOO_LARGE, ids=str)
def test_a_constant_that_is_no_float64_is_refused(formula):
    """Built with SymPy: from text the parser refuses most of these earlier, with their column."""
    try:
        compiled = compile_scalar(plan([formula], ("x",)), 1)
    except FormulaError as refused:
        assert "constant part of the formula" in str(refused)
    else:  # a part too large in a sum that is not: exact arithmetic knows
        assert formula.has(1 / HUGE, sympy.exp(-HUGE)) and compiled(1.0) == 1.0


NO_VALUE = [1 / (sympy.sin(1) ** 2 + sympy.cos(1) ** 2 - 1), sympy.log(-2, evaluate=False) * X, sympy.asin(2) * X]


@pytest.mark.parametrize("formula", NO_VALUE, ids=str)
def test_a_constant_without_a_real_value_is_refused(formula):
    with pytest.raises(FormulaError):
        compile_scalar(plan([formula], ("x",)), 1)


HOSTILE = ["exp(exp(exp(30)))", "x*exp(exp(exp(30)))", "1/0", "log(0)", "0/0", "x + 10**400", "x/(1/3 - 1/3)"]


@pytest.mark.parametrize("text", HOSTILE)
def test_constants_of_a_strangers_formula_are_refused(text):
    with pytest.raises(FormulaError):
        Expression("f", text).eval(x=1.0)


def test_a_file_with_such_a_constant_loads_and_is_refused_when_evaluated(forge, tmp_path):
    path = tmp_path / "tower.yaml"
    path.write_text('name: tower\ncategory: activation\nformula: "x*exp(exp(exp(30)))"\n', encoding="utf-8")
    assert forge.load(path) == ["tower"]
    tower = forge.get("tower")
    assert tower.metadata["formula"] == "x*exp(exp(exp(30)))"
    with pytest.raises(FormulaError, match="too large"):
        tower.eval(x=1.0)


def test_overflow_in_the_variable_is_infinite_and_no_error():
    f = Expression("f", "exp(exp(exp(x)))")
    assert (f.eval(x=30.0), f.eval(x=-math.inf), f.eval(x=math.inf)) == (math.inf, math.exp(1.0), math.inf)
    assert Expression("f", "-exp(x**3)").eval(x=1e100) == -math.inf


def test_words_without_a_float64_form_are_all_lowered():
    """sigmoid, sech2, phi and Phi have no kernel: every one becomes steps that have."""
    formula = words.sigmoid(X) + words.sech2(X) + words.Phi(X) + words.phi(X) + words.sigmoid(-3 * ALPHA * X)
    assert not {"sigmoid", "sech2", "phi", "Phi"} & set(ops(formula))
