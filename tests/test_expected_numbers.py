"""What users rely on in numbers: far from 0, in known constants and down deep networks, statement by statement.

Each test is one statement, to the digits written there; where a source was wrong, the truth is tested. Layers and
their training are in test_expected_layers.py.
"""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

# at +1000 the true value of these is beyond every float64
BEYOND = {"exponential", "expm1"}


def phi(x):
    """The standard normal distribution function, from the standard library."""
    return np.array([math.erfc(-each / math.sqrt(2)) / 2 for each in np.ravel(x)]).reshape(np.shape(x))


# Far from 0 -----------------------------------------------------------------------------------------------


def test_the_slope_of_swish_is_finite_and_right_far_out(forge):
    slope = forge.get("swish").gradient("x")
    assert slope.eval(x=-100.0) == pytest.approx(-99 * math.exp(-100), rel=1e-15)
    assert slope.eval(x=-1000.0) == 0.0 and slope.eval(x=1000.0) == 1.0
    assert slope.eval(x=-700.0) == pytest.approx(-699 * math.exp(-700), rel=1e-13)


def test_sigmoid_warns_of_nothing_at_minus_1000(forge):
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        assert forge.get("sigmoid").eval(x=-1000.0) == 0.0
        assert forge.get("sigmoid").eval(x=np.array([-1000.0, 1000.0])).tolist() == [0.0, 1.0]


# Extremes and batches -------------------------------------------------------------------------------------


def test_extremes_give_no_overflow_no_nan_and_no_warning_for_any_activation(forge):
    extremes = np.array([[-1000.0, 1000.0], [0.0, -1000.0]])
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for name in forge.list_all(category="activation"):
            e = forge.get(name)
            if "vector" in e.metadata["tags"]:
                continue
            value = e.eval(x=extremes)
            assert value.shape == extremes.shape and not np.isnan(value).any(), name
            assert np.isfinite(value).all() or name in BEYOND, name
            assert not np.isnan(e.vjp(np.ones((2, 2)), x=extremes)).any(), name


def test_batches_and_shapes_of_any_rank_are_kept(forge):
    for shape in ((), (1,), (0,), (7,), (2, 3), (2, 0, 3), (2, 1, 3, 1, 2)):
        x = np.full(shape, 0.5)
        assert np.shape(forge.get("gelu").eval(x=x)) == shape
        assert np.shape(forge.get("relu").vjp(x, x=x)) == shape


# Identities -----------------------------------------------------------------------------------------------


def test_relu_of_five_numbers_is_zero_for_three(forge):
    out = forge.get("relu").eval(x=[-2, -1, 0, 1, 2])
    assert out.tolist() == [0, 0, 0, 1, 2] and np.mean(out == 0) == 0.6


def test_sigmoid_is_symmetric_about_a_half_and_knows_its_slope(forge):
    s, x = forge.get("sigmoid"), np.linspace(-30, 30, 601)
    assert s.eval(x=0) == 0.5
    assert np.max(np.abs(s.eval(x=-x) - (1 - s.eval(x=x)))) <= 2**-52
    slope = s.gradient("x").eval(x=x)
    assert slope == pytest.approx(s.eval(x=x) * (1 - s.eval(x=x)), abs=2.3e-16) and slope.max() == 0.25


def test_tanh_is_odd(forge):
    x = np.linspace(0, 30, 601)
    assert np.array_equal(forge.get("tanh").eval(x=-x), -forge.get("tanh").eval(x=x))


def test_gelu_is_smooth_and_not_monotone(forge):
    gelu = forge.get("gelu")
    assert gelu.entry.kinks == ()
    assert gelu.eval(x=-3.0) > gelu.eval(x=-0.75) < gelu.eval(x=0.0)


# The constant 1.702 ---------------------------------------------------------------------------------------


def test_1_702_is_the_best_fit_of_a_sigmoid_to_the_normal_distribution(forge):
    x = np.linspace(0, 5, 5001)
    truth, sigmoid = phi(x), forge.get("sigmoid")

    def worst(k: float) -> float:
        return float(np.max(np.abs(sigmoid.eval(x=k * x) - truth)))

    low, high = 1.5, 1.9
    while high - low > 1e-7:
        third = (high - low) / 3
        low, high = (low + third, high) if worst(low + third) > worst(high - third) else (low, high - third)
    assert f"{low:.5f}" == "1.70174"
    assert worst(1.702) < 0.01 < worst(2 * math.sqrt(2 / math.pi)) < worst(math.sqrt(2 / math.pi))


def test_the_sigmoid_form_of_gelu_is_off_by_0_0203_near_minus_2_27(forge):
    x = np.linspace(-6, 6, 120001)
    gap = np.abs(forge.get("gelu_quick").eval(x=x) - forge.get("gelu").eval(x=x))
    assert f"{gap.max():.4f}" == "0.0203" and abs(x[gap.argmax()]) == pytest.approx(2.27, abs=0.005)


# Gradients that vanish ------------------------------------------------------------------------------------


def test_ten_sigmoid_layers_pass_on_less_than_a_millionth(forge):
    layers = [forge.get("sigmoid").layer() for _ in range(10)]
    x = 0.3
    for layer in layers:
        x = layer.forward(x)
    back = 1.0
    for layer in reversed(layers):
        back = layer.backward(back)
    assert 0 < back <= 0.25**10 and f"{0.25**10:.4e}" == "9.5367e-07"
