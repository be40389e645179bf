"""Derivations: every line is equal to the one before it, and the last one is the gradient.

Each line is computed, with SymPy's values of what is still marked, at points beside every corner and compared
with the library's own slope; a line that is changed by hand must be found.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import sympy

from neurogebra import Expression, MathForge
from neurogebra.errors import UnknownVariable
from neurogebra.show.derive import Unfinished
from neurogebra.symbolic.gradient import differentiate

FORGE = MathForge()
ELEMENTWISE = [name for name in FORGE.list_all() if FORGE.get(name).entry.kind == "elementwise"]
POINTS = (-2.7, -0.61, 0.43, 1.9)


def finished(step):
    """The line's formula with every marked derivative worked out by the library."""
    markers = {marker: differentiate(*marker.args) for marker in step.formula.atoms(Unfinished)}
    return step.formula.xreplace(markers)


def wrong_lines(derivation, expression, variable="x"):
    """The lines whose value differs from the slope's somewhere."""
    slope = expression.gradient(variable)
    values = {sympy.Symbol(name, real=True): sympy.Rational(value) for name, value in expression.params.items()}
    constants = expression.entry.constants if expression.entry is not None else ()
    values |= {sympy.Symbol(c.name, real=True): sympy.Rational(c.text) for c in constants}
    wrong = []
    for step in derivation.steps:
        formula = finished(step).subs(values)
        for point in POINTS:
            seen = float(formula.subs(sympy.Symbol("x", real=True), sympy.Rational(point)).evalf(30))
            if not math.isclose(seen, slope.eval(x=point), rel_tol=1e-12, abs_tol=1e-300):
                wrong.append(str(step))
    return wrong


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_line_is_equal_to_the_slope_and_the_last_one_is_the_gradient(name):
    expression = FORGE.get(name)
    derivation = expression.derive("x")
    assert wrong_lines(derivation, expression) == []
    assert str(derivation.steps[-1]) == str(expression.gradient("x")) == str(derivation.gradient)
    assert all(step.rule for step in derivation.steps[1:])
    assert derivation.steps[0].rule == ""


def test_the_derivations_of_gates_and_vectors_end_in_the_gradient_too():
    for name in sorted({*FORGE.list_all()} - {*ELEMENTWISE}):
        expression = FORGE.get(name)
        for variable in expression.variables:
            assert str(expression.derive(variable).steps[-1]) == str(expression.gradient(variable)), name


def test_a_line_that_lies_is_found():
    swish = FORGE.get("swish")
    derivation = swish.derive("x")
    lie = replace(derivation.steps[1], formula=derivation.steps[1].formula + sympy.Rational(1, 10**6))
    assert wrong_lines(replace(derivation, steps=(derivation.steps[0], lie)), swish) == [str(lie)] * len(POINTS)


def test_each_rule_has_its_line():
    formula = "x**3*Abs(x)/(1 + exp(-k*x)) + Max(0, x) + where(x > 0, x**x, 2**x)"
    rules = [step.rule for step in Expression("all", formula, params={"k": 2}).derive("x").steps[1:]]
    for rule in (
        "sum rule", "product rule", "power rule", "power rule, chain rule", "constant factor", "slope of the largest",
        "arm by arm", "exponential rule", "power of two functions", "Abs'(u) = sign(u), chain rule",
        "exp'(u) = exp(u), chain rule",
    ):  # fmt: skip
        assert rule in rules, rule


def test_a_derivative_and_a_parameter_can_be_derived():
    leaky = FORGE.get("leaky_relu")
    assert str(leaky.derive("alpha")).splitlines()[-1].startswith("  = Piecewise((0, x > 0), (x, True))")
    slope = FORGE.get("tanh").gradient("x")
    assert str(slope.derive("x").steps[-1]) == str(slope.gradient("x"))
    with pytest.raises(UnknownVariable):
        leaky.derive("beta")


def test_a_constant_is_derived_in_one_line():
    assert str(Expression("line", "3*x").gradient("x").derive("x")) == "d/dx(3)\n  = 0    constant"


def test_a_notebook_gets_one_line_of_latex_for_each_step():
    derivation = FORGE.get("swish").derive("x")
    shown = derivation._repr_latex_()
    assert shown.startswith("$$\n\\begin{aligned}") and shown.endswith("\\end{aligned}\n$$")
    assert shown.count(r"\\" + "\n") == len(derivation.steps) - 1
    assert r"\frac{d}{d x}\left[\operatorname{sigmoid}\left(x\right)\right]" in shown
    assert r"\text{product rule}" in shown
    assert derivation.gradient.formula in shown
