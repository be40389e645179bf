"""A slope is nan where the function has no value, by every road to it; elsewhere it is what it was."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurogebra import MathForge

FORGE = MathForge()


@pytest.mark.parametrize(
    ("formula", "outside", "inside", "slope"),
    [
        ("log(x)", -2.0, 2.0, 0.5),
        ("x*log(x)", -0.5, 1.0, 1.0),
        ("log(1 + x)", -1.5, 1.0, 0.5),
        ("atanh(x)", 1.5, 0.0, 1.0),
        ("log(x**2 - 1)", 0.5, -2.0, -4 / 3),
        ("sqrt(x)*x", -1.0, 1.0, 1.5),
        ("log(-x) + x", 2.0, -1.0, 0.0),
        ("Piecewise((log(x), x < 1), (x, True))", -1.0, 3.0, 1.0),  # the logarithm's arm is not in force at 3
    ],
)
def test_a_slope_is_nan_where_the_function_has_no_value(formula, outside, inside, slope):
    f = FORGE.compose(formula)
    first, second = f.gradient("x"), f.gradient("x", order=2)
    assert all(math.isnan(each.eval(x=outside)) for each in (f, first, second))
    assert first.eval(x=inside) == pytest.approx(slope)
    for dtype in (np.float64, np.float32):
        found = first.eval(x=np.array([outside, inside], dtype))
        assert np.isnan(found[0]) and found[1] == pytest.approx(slope)
    _, gradient = f.value_and_grad(x=np.array([outside, inside]))
    assert np.isnan(gradient[0]) and gradient[1] == pytest.approx(slope)
    assert math.isnan(f.vjp(1.0, x=outside)) and f.vjp(1.0, x=inside) == pytest.approx(slope)


def test_soft_exponential_with_a_negative_alpha_has_no_slope_beyond_its_domain():
    f = FORGE.get("soft_exponential", params={"alpha": -0.5})
    assert math.isnan(f.eval(x=-2.0)) and math.isnan(f.gradient("x").eval(x=-2.0))
    assert math.isnan(f.gradient("alpha").eval(x=-2.0))
    assert f.gradient("x").eval(x=3.0) == pytest.approx(4 / 9)
    assert f.with_params(alpha=0.5).gradient("x").eval(x=30.0) == pytest.approx(math.exp(15))  # another arm


def test_a_logarithm_that_is_defined_everywhere_costs_nothing_more():
    for formula in ("log(1 + x**2)", "softplus(x)", "log(1 + exp(x))", "log(cosh(x))"):
        slope = FORGE.compose(formula).gradient("x")
        assert slope.evaluated is slope.words
    assert FORGE.compose("log(x)").gradient("x").evaluated != FORGE.compose("log(x)").gradient("x").words
