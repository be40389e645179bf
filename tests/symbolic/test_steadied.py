"""Formulas by cases: the same function as before, and certified where it was not."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from neurogebra import Expression
from neurogebra.compile import to_exact, to_scalar
from neurogebra.compile.plan import plan
from neurogebra.language.functions import expm1, sech2, sigmoid, softplus, tanh_
from neurogebra.symbolic.steadied import steadied

X, BETA = sympy.symbols("x beta", real=True)
POINTS = (-30.0, -3.0, -2.0, -1.0, -0.5, -0.25, 0.0, 0.25, 1.5, 3.0, 30.0)


def values(formula):
    made = plan([formula], ("x", "beta"))
    return [to_exact.evaluate(made, {"x": at, "beta": 1.5})[0] for at in POINTS]


def slopes(formula):
    first = Expression("f", formula).gradient("x")
    return first, first.gradient("x")


@pytest.mark.parametrize("formula", ["x*tanh(log(1 + exp(x)))", "(x + 2)*tanh(softplus(beta*x))"])
def test_both_forms_of_a_slope_are_the_same_function(formula):
    for slope in slopes(formula):
        found = steadied(slope.words)
        assert isinstance(found, sympy.Piecewise)
        assert values(found) == values(slope.words)


def test_what_is_no_such_slope_stays_as_it_is():
    inner = softplus(X)
    others = [
        X * sech2(X),
        sech2(inner),
        sech2(inner) * sigmoid(X) + sech2(softplus(2 * X)),
        tanh_(inner) ** 2 + sech2(inner) * sigmoid(X),
        sech2(inner) * sigmoid(X) + inner * tanh_(inner),
        sympy.Max(X, sech2(inner)),
    ]
    for formula in others:
        assert steadied(formula) is formula


def trusted(slope):
    form = slope._function().numpy._form(tuple(slope.params.values()), np.dtype(np.float64))
    return form.trust.intervals


def test_the_slope_of_mish_is_certified_on_all_of_the_moderate_line():
    for formula in ("x*tanh(log(1+exp(x)))", "x*tanh(softplus(x))"):
        first, second = slopes(formula)
        assert any(low < -700 and high > 1e300 for low, high in trusted(first))
        assert any(low < -700 and high > -1.35 for low, high in trusted(second))
        assert any(low < 2.4 and high > 350 for low, high in trusted(second))


def test_its_slope_in_floats_needs_no_exact_target(monkeypatch):
    first, _ = slopes("x*tanh(log(1+exp(x)))")
    first.eval(x=-1.25)  # finds the roots
    monkeypatch.setattr(to_exact, "evaluate", lambda *ignored: pytest.fail("the exact target was asked"))
    for x in np.linspace(-40, 40, 321).tolist():
        first.eval(x=x)


SUM = 4 * expm1(X) / 5 - 3 * X / 10


@pytest.mark.parametrize(
    "formula", [SUM, 2 * expm1(BETA * X) - BETA * X / 3, sympy.Piecewise((X**2, X > 0), (SUM, True))]
)
def test_both_forms_of_an_exponential_beside_its_argument_are_the_same_function(formula):
    found = steadied(formula)
    assert found.has(sympy.exp) and found.has(expm1) and values(found) == values(formula)


def test_what_has_no_root_left_of_0_keeps_its_one_form():
    for formula in (expm1(X), 2 * expm1(X) + 3, expm1(X) + X**2, expm1(X) - BETA * sympy.sin(X), X * expm1(X)):
        assert steadied(formula) == formula


def test_xielu_is_certified_around_its_root(forge):
    xielu = forge.get("xielu")
    x = np.linspace(-4, -1, 4001)
    ((low, high),) = trusted(xielu)
    assert low < -1e300 and high > 1e100
    expected = [to_exact.evaluate(xielu._function().plan, {"x": at, **xielu.params})[0] for at in x[::40].tolist()]
    away = np.abs(x[::40] + 2.43) > 0.75
    for found in (xielu.eval(x=x)[::40], np.array([xielu.eval(x=at) for at in x[::40].tolist()])):
        error = np.abs(found - expected)
        assert (error[away] <= 4 * np.spacing(np.abs(expected))[away]).all() and (error <= 4 * 2.0**-52).all()


@pytest.mark.parametrize("formula", [X**4 / 3 + 2 * X**2 - X / 7 + 1, X**5 + X**3 - 2 * X])
def test_a_polynomial_is_nested(formula):
    found = steadied(formula)
    assert found != formula and values(found) == values(formula)
    assert max(power.exp for power in found.atoms(sympy.Pow)) <= 2


@pytest.mark.parametrize("formula", [X**2 + X, X**3 + BETA * X + 1, X**3 + abs(X) + 1, sympy.sqrt(abs(X)) + abs(X) + 1])
def test_other_sums_are_not(formula):
    assert steadied(formula) == formula


def test_slopes_of_quotients_need_no_pairs(forge, monkeypatch):
    """rational_tanh by nested polynomials, soft_clipping with a/(1 + a) as one function: 12.9 units of 11 before."""
    monkeypatch.setattr(to_scalar._Appeal, "again", lambda *ignored: pytest.fail("float64 was not enough"))
    for name in ("rational_tanh", "soft_clipping"):
        assert forge.get(name).gradient().eval(x=0.7) > 0
