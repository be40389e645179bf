"""A formula as steps: each shared part once, coefficients exact, whole powers by squaring, the unknown refused.

Plans are compared as their text, whole, because what a plan is made of is exactly what it costs; formulas come
from the formula language, or from SymPy where the language would have refused them first. No number is
evaluated here except to see that a plan means the formula it came from.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from neurogebra.compile import to_exact
from neurogebra.compile.plan import Builder, plan
from neurogebra.errors import FormulaError
from neurogebra.language.parser import parse

X, Y = sympy.Symbol("x", real=True), sympy.Symbol("y", real=True)


def steps(*formulas):
    """The steps of formulas in x and y, one a line: number, word, operands, datum."""
    text = str(plan([parse(f) if isinstance(f, str) else f for f in formulas], ("x", "y")))
    return [" ".join(line.split()) for line in text.splitlines()]


PLANS = {
    "x": ["0 input x"],
    "3": ["0 const 3"],
    "pi": ["0 const pi"],
    "E": ["0 const e"],
    # a coefficient p/q is one exact constant, or a division where p is 1 and q no power of two
    "2*x/3": ["0 input x", "1 const 2/3", "2 mul 0 1"],
    "x/3": ["0 input x", "1 const 3", "2 div 0 1"],
    "x/4": ["0 input x", "1 const 1/4", "2 mul 0 1"],
    "0.044715*x": ["0 input x", "1 const 8943/200000", "2 mul 0 1"],
    "-3*x": ["0 input x", "1 const 3", "2 mul 0 1", "3 neg 2"],
    "x/(3*y)": ["0 input x", "1 input y", "2 const 3", "3 mul 1 2", "4 div 0 3"],
    # a sum begins with what is added, so that x - y is one step
    "x - y": ["0 input x", "1 input y", "2 sub 0 1"],
    "-x - y": ["0 input x", "1 input y", "2 add 0 1", "3 neg 2"],
    # whole powers by squaring; roots first; inverses divide once
    "x**2": ["0 input x", "1 mul 0 0"],
    "x**7": ["0 input x", "1 mul 0 0", "2 mul 0 1", "3 mul 1 1", "4 mul 2 3"],
    "sqrt(x)": ["0 input x", "1 sqrt 0"],
    "x**(3/2)": ["0 input x", "1 sqrt 0", "2 mul 1 1", "3 mul 1 2"],
    "1/x**2": ["0 input x", "1 mul 0 0", "2 const 1", "3 div 2 1"],
    "y/x**2": ["0 input y", "1 input x", "2 mul 1 1", "3 div 0 2"],
    "x**y": ["0 input x", "1 input y", "2 pow 0 1"],
    "x**(1/3)": ["0 input x", "1 const 1/3", "2 pow 0 1"],
    # choices
    "Max(x, y)": ["0 input x", "1 input y", "2 max 0 1"],
    "Piecewise((x, x > 0), (y, True))": [
        "0 input y", "1 input x", "2 const 0", "3 lt 2 1", "4 select 3 1 0",
    ],
    "Piecewise((1, (x > 0) & (x <= y)), (x, True))": [
        "0 input x", "1 input y", "2 le 0 1", "3 const 0", "4 lt 3 0", "5 and 2 4", "6 const 1", "7 select 5 6 0",
    ],
}  # fmt: skip


@pytest.mark.parametrize("formula", PLANS)
def test_a_formula_becomes_these_steps(formula):
    assert steps(formula) == PLANS[formula]


def test_shared_parts_are_computed_once():
    assert steps("exp(x)/y + exp(x)") == ["0 input x", "1 exp 0", "2 input y", "3 div 1 2", "4 add 3 1"]
    assert steps("exp(x)", "x*exp(x)") == ["0 input x", "1 exp 0", "2 mul 0 1"]
    powers = steps("x**4 + x**6", "x**2")
    assert sum(" mul " in step for step in powers) == 3  # x**2, x**4, x**6


def test_the_outputs_are_named_by_their_steps():
    made = plan([X * Y, X, X * Y], ("x", "y"))
    assert [made.steps[o].op for o in made.outputs] == ["mul", "input", "mul"]
    assert made.outputs[0] == made.outputs[2]
    assert made.inputs == ("x", "y")


def test_what_no_output_needs_is_left_out():
    make = Builder()
    used = make.add("exp", make.add("input", data="x"))
    make.add("log", used)
    assert [s.op for s in make.needed(("x",), [used]).steps] == ["input", "exp"]


def test_relations_and_logic_of_sympy_are_steps():
    """SymPy may hand over any relation; each is less, at most, equal or different of two steps."""
    conditions = (sympy.Ge(X, 1), sympy.Eq(X, 1), sympy.Ne(X, 1), sympy.Not(X < 1), sympy.Or(X < 1, X > 2))
    for condition in (*conditions, sympy.Xor(X < 1, X > 0), sympy.Not(sympy.Eq(X, 1) & (Y < 3), evaluate=False)):
        made = plan([sympy.Piecewise((1, condition), (0, True))], ("x", "y"))
        for at in (0, 1, 1.5, 3):
            (value,) = to_exact.evaluate(made, {"x": at, "y": 2})
            assert value == bool(condition.subs({X: sympy.Rational(at), Y: 2})), (condition, at)


@pytest.mark.parametrize("n", [-64, -9, -1, 1, 2, 3, 5, 10, 31, 63, 64])
def test_whole_powers_mean_what_they_say_and_take_few_products(n):
    made = plan([X**n, X ** sympy.Rational(n, 2)], ("x",))
    power, root = to_exact.evaluate(made, {"x": 3})
    assert power == float(Fraction(3) ** n)
    assert root**2 == pytest.approx(power, rel=1e-15)
    alone = plan([X**n], ("x",))
    assert sum(s.op == "mul" for s in alone.steps) <= 2 * abs(n).bit_length() - 2


REFUSED = [
    (sympy.Function("sync")(X), "no way to evaluate sync(...) is known"),
    (sympy.gamma(X), "no way to evaluate gamma(...) is known"),
    (sympy.Heaviside(X), "no way to evaluate Heaviside(...) is known"),
    (sympy.Derivative(X, X, evaluate=False), "no way to evaluate Derivative(...) is known"),
    (sympy.Symbol("z", real=True) + X, "'z' has no value: it is neither a variable nor a parameter"),
    (X + sympy.I, "no way to evaluate ImaginaryUnit(...) is known; I has no finite real value"),
    (sympy.Piecewise((1, X > 0)), "Piecewise needs True as its last condition; Piecewise((1, x > 0)) ends with x > 0"),
    (sympy.nan, "no way to evaluate NaN(...) is known; nan has no finite real value"),
    (sympy.zoo, "no way to evaluate ComplexInfinity(...) is known; zoo has no finite real value"),
]


@pytest.mark.parametrize(("formula", "message"), REFUSED, ids=[str(f) for f, _ in REFUSED])
def test_what_has_no_steps_is_refused_by_name(formula, message):
    with pytest.raises(FormulaError) as refused:
        plan([formula], ("x", "y"))
    assert str(refused.value) == message
