"""Derivatives of vector functions: in symbols, against differences in 50 digits, and as products without a matrix."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp, mpf

from neurogebra import MathForge, VectorExpression
from neurogebra.compile.to_ball_vector import vector_balls

FORGE = MathForge()
NAMES = [name for name in FORGE.list_all() if FORGE.get(name).kind == "vector"]
ROWS = [[1.0, 2.1, 3.0], [0.3, -1.2, 0.25, 0.31], [5.0, -40.0, 4.3]]
USERS = [
    VectorExpression("standardised", "(x - sum(x)/sum(1))/sqrt(sum((x - sum(x)/sum(1))**2)/sum(1) + 1/1000)"),
    VectorExpression("nested", "x*sum(x*sum(sin(x)))"),
    VectorExpression("from_max", "exp(x - max(x)) + min(x)*x"),
    VectorExpression("two_exponentials", "exp(x)/sum(exp(x) + exp(2*x))"),
    VectorExpression("weighted", "a*x*winners(x) + log(1 + sum(exp(a*x)))", params={"a": 0.5}),
]


def exactly(e, x):
    """The values with 60 digits, by balls."""
    with mp.workdps(60):
        return [mpf(ball.str(55, radius=False)) for ball in vector_balls(e.readable, x, e.params, 400)]


def differences(e, x):
    """The Jacobian by central differences in 60 digits."""
    from fractions import Fraction

    with mp.workdps(60):
        columns = []
        for j in range(len(x)):
            sides = []
            for sign in (1, -1):
                moved = [Fraction(v) for v in x]
                moved[j] += sign * Fraction(1, 10**15)
                sides.append(exactly(e, moved))
            columns.append([(a - b) * 10**15 / 2 for a, b in zip(*sides, strict=True)])
        return np.array([[float(v) for v in column] for column in columns]).T


@pytest.mark.parametrize("e", [*map(FORGE.get, NAMES), *USERS], ids=lambda e: e.name)
@pytest.mark.parametrize("x", ROWS, ids=str)
def test_jacobians_are_the_limit_of_differences(e, x):
    found = e.gradient("x").eval(x=x, axis=-1)
    expected = differences(e, x)
    expected = expected[0] if e.shape == "reduce" else expected  # told once for each element
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("e", [*map(FORGE.get, NAMES), *USERS], ids=lambda e: e.name)
def test_a_cotangent_times_the_jacobian_is_vjp(e):
    x = np.random.default_rng(0).normal(size=(3, 4, 2))
    values, slope = e.value_and_grad(x=x, axis=1)
    g = np.random.default_rng(1).normal(size=np.shape(values))
    if e.shape == "reduce":
        expected = np.moveaxis(g[..., None] * slope, -1, 1)
    else:
        expected = np.moveaxis(np.einsum("rsi,rsij->rsj", np.moveaxis(g, 1, -1), slope), -1, 1)
    np.testing.assert_allclose(e.vjp(g, x=x, axis=1), expected, rtol=1e-12, atol=1e-13)


def test_vjp_over_several_axes_is_that_of_the_flat_vector():
    x, g = np.random.default_rng(0).normal(size=(2, 2, 3, 4))
    softmax = FORGE.get("softmax")
    together = softmax.vjp(g, x=x, axis=(1, 2))
    np.testing.assert_array_equal(together.reshape(2, 12), softmax.vjp(g.reshape(2, 12), x=x.reshape(2, 12)))


def test_vjp_by_a_parameter_is_a_number_and_by_several_names_a_dict():
    softmax, x, g = FORGE.get("softmax"), [1.0, 2.0, 4.0], np.array([1.0, -2.0, 0.5])
    found = softmax.vjp(g, x, by=["x", "temperature"])
    assert list(found) == ["x", "temperature"] and type(found["temperature"]) is float
    step = 1e-6
    sides = [float(g @ softmax.eval(x=x, temperature=1 + sign * step)) for sign in (1, -1)]
    assert found["temperature"] == pytest.approx((sides[0] - sides[1]) / (2 * step), rel=1e-8)
    np.testing.assert_array_equal(found["x"], softmax.vjp(g, x=x))
    np.testing.assert_allclose((g * softmax.gradient("temperature").eval(x=x)).sum(), found["temperature"], rtol=1e-15)


def test_jacobians_print_with_a_delta_and_the_functions_own_values():
    assert str(FORGE.get("softmax").gradient("x")) == "s_i*(delta_ij - s_j)/temperature"
    assert str(FORGE.get("softmin").gradient("x")) == "s_i*(s_j - delta_ij)"
    assert str(FORGE.get("quiet_softmax").gradient("x")) == "s_i*(delta_ij - s_j)"
    assert str(FORGE.get("log_softmax").gradient("x")) == "delta_ij - exp(x_j)/sum(exp(x))"
    assert str(FORGE.get("logsumexp").gradient("x")) == "exp(x_j)/sum(exp(x))"
    assert str(FORGE.get("hardmax").gradient("x")) == "0"
    assert str(FORGE.get("maxout").gradient("x")) == "winners(x)"
    assert str(FORGE.get("crelu").gradient("x")) == (
        "concat(delta_ij*Piecewise((1, x > 0), (0, True)), delta_ij*Piecewise((0, x >= 0), (-1, True)))"
    )


def test_jacobians_typeset_with_indices():
    softmax = FORGE.get("softmax").gradient("x")
    assert softmax.formula == r"\frac{s_{i} \left(\delta_{i, j} - s_{j}\right)}{\mathrm{temperature}}"
    assert softmax._repr_latex_() == rf"$\displaystyle {softmax.formula}$"
    assert softmax.name == "d(softmax)/d(x)" and softmax.is_jacobian


def test_equal_winners_share_the_slope_of_a_maximum():
    assert FORGE.get("maxout").gradient("x").eval(x=[1.0, 3.0, 3.0]).tolist() == [0.0, 0.5, 0.5]


def test_an_element_at_the_threshold_of_sparsemax_counts_as_cut_off():
    slope = FORGE.get("sparsemax").gradient("x").eval(x=[1.0, 0.5, 1.0])
    assert slope.tolist() == [[0.5, 0.0, -0.5], [0.0, 0.0, 0.0], [-0.5, 0.0, 0.5]]


def test_rows_of_the_jacobian_of_a_distribution_sum_to_0():
    x = np.random.default_rng(0).normal(size=(10, 6))
    for name in ("softmax", "softmin", "sparsemax", "entmax15"):
        np.testing.assert_allclose(FORGE.get(name).gradient("x").eval(x=x).sum(axis=-1), 0, atol=1e-15)


def test_a_derivative_by_a_parameter_is_a_vector_and_can_be_differentiated_by_x():
    softmax, x, step = FORGE.get("softmax"), [1.0, 2.0, 4.0], 1e-6
    by_temperature = softmax.gradient("temperature")
    sides = [softmax.eval(x=x, temperature=1 + sign * step) for sign in (1, -1)]
    np.testing.assert_allclose(by_temperature.eval(x=x), (sides[0] - sides[1]) / (2 * step), rtol=1e-8)
    one, other = by_temperature.gradient("x"), softmax.gradient("x").gradient("temperature")
    np.testing.assert_allclose(one.eval(x=x), other.eval(x=x), rtol=1e-13)


def test_a_share_too_small_for_float64_does_not_spoil_a_large_cotangent():
    with mp.workdps(40):
        true = float(mp.exp(-740) * mpf(1e40) / (1 + mp.exp(-740)) ** 2)
    found = FORGE.get("softmax").vjp([0.0, 1e40], x=[0.0, -740.0])
    np.testing.assert_allclose(found, [-true, true], rtol=1e-15)
