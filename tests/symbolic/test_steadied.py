"""Slopes of tanh(softplus(u)) by cases: the same function as before, and certified where it was not."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from neurogebra import Expression
from neurogebra.compile import to_exact
from neurogebra.compile.plan import plan
from neurogebra.language.functions import sech2, sigmoid, softplus, tanh_
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
    form = slope._function().numpy._form((), np.dtype(np.float64))
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
