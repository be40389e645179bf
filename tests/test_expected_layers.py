"""What users of autograd libraries, a NumPy layer library and a course rely on, statement by statement.

Each test is one statement, to the digits written there; where a source was wrong, the truth is tested. What is
said of whole vectors, softmax above all, is in a module of its own.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurogebra import Layer

MIXED = np.array([[-2.0, -1.0, -0.0], [0.0, 1.0, 2.0]])
XOR_IN = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_OUT = np.array([[0.0], [1.0], [1.0], [0.0]])


def phi(x):
    """The standard normal distribution function, from the standard library."""
    return np.array([math.erfc(-each / math.sqrt(2)) / 2 for each in np.ravel(x)]).reshape(np.shape(x))


def train_xor(forge, name: str, seed: int = 0, steps: int = 300) -> list[float]:
    """The losses of a 2-4-1 network trained with NumPy, one activation and its gradient; Adam at 0.05."""
    rng, bend = np.random.default_rng(seed), forge.get(name).layer()
    weights = [rng.normal(size=(2, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)]
    means, squares, losses = [0.0] * 4, [0.0] * 4, []
    for step in range(1, steps + 1):
        h = bend.forward(XOR_IN @ weights[0] + weights[1])
        error = h @ weights[2] + weights[3] - XOR_OUT
        losses.append(float(np.mean(error**2)))
        g = 2 * error / error.size
        back = bend.backward(g @ weights[2].T)
        for k, d in enumerate([XOR_IN.T @ back, back.sum(axis=0), h.T @ g, g.sum(axis=0)]):
            means[k] = 0.9 * means[k] + 0.1 * d
            squares[k] = 0.999 * squares[k] + 0.001 * d**2
            size = np.sqrt(squares[k] / (1 - 0.999**step)) + 1e-8
            weights[k] = weights[k] - 0.05 * means[k] / (1 - 0.9**step) / size
    return losses


# Shapes ---------------------------------------------------------------------------------------------------

TEXTBOOK = {
    "relu": lambda x: (np.maximum(x, 0), (x > 0) * 1.0),
    "tanh": lambda x: (np.tanh(x), 1 - np.tanh(x) ** 2),
    "sigmoid": lambda x: (1 / (1 + np.exp(-x)), np.exp(-x) / (1 + np.exp(-x)) ** 2),
    "elu": lambda x: (np.where(x > 0, x, np.expm1(x)), np.where(x > 0, 1, np.exp(x))),
    "gelu": lambda x: (x * phi(x), phi(x) + x * np.exp(-(x**2) / 2) / math.sqrt(math.tau)),
    "gelu_quick": lambda x: (
        x / (1 + np.exp(-1.702 * x)),
        (1 + np.exp(-1.702 * x) * (1 + 1.702 * x)) / (1 + np.exp(-1.702 * x)) ** 2,
    ),
}


@pytest.mark.parametrize("name", TEXTBOOK)
def test_a_new_array_of_the_same_shape_with_right_gradients_on_mixed_signs_and_at_0(forge, name):
    x, g = MIXED.copy(), np.arange(6.0).reshape(2, 3) + 1
    layer = forge.get(name).layer()
    value, slope = TEXTBOOK[name](MIXED)
    out, back = layer.forward(x), layer.backward(g)
    assert out.shape == back.shape == x.shape and not np.shares_memory(out, x)
    assert np.array_equal(x, MIXED)
    assert out == pytest.approx(value, rel=1e-14) and back == pytest.approx(g * slope, rel=1e-14)


# elu ------------------------------------------------------------------------------------------------------


def test_elu_tends_to_minus_alpha_and_is_finite_far_out(forge):
    for alpha in (0.5, 1.0, 2.5):
        elu = forge.get("elu", params={"alpha": alpha})
        assert elu.eval(x=-math.inf) == elu.eval(x=-1000.0) == -alpha
        assert elu.eval(x=1000.0) == 1000.0


def test_elu_needs_a_positive_alpha(forge):
    for alpha in (0, -1):
        with pytest.raises(ValueError) as refusal:
            forge.get("elu", params={"alpha": alpha})
        assert str(refusal.value) == f"elu needs alpha in (0, oo); got {float(alpha)}."


def test_elu_is_smooth_at_0_for_alpha_1_only(forge):
    for alpha in (0.5, 1.0, 2.0):
        slope = forge.get("elu", params={"alpha": alpha}).gradient("x")
        assert (abs(slope.eval(x=-1e-12) - slope.eval(x=1e-12)) < 1e-11) is (alpha == 1.0)


# The forms of gelu ----------------------------------------------------------------------------------------


def test_gelu_has_two_forms_besides_the_sigmoid_one(forge):
    exact, tanh = forge.get("gelu"), forge.get("gelu", variant="tanh")
    assert f"{exact.eval(x=1):.6f} {tanh.eval(x=1):.6f}" == "0.841345 0.841192"
    assert f"{exact.eval(x=-3):.8f} {tanh.eval(x=-3):.8f}" == "-0.00404969 -0.00363739"
    assert forge.get("gelu", variant="sigmoid").eval(x=1) == pytest.approx(1 / (1 + math.exp(-1.702)), rel=1e-15)


def test_the_two_differ_by_at_most_0_0004732(forge):
    x = np.linspace(-6, 6, 120001)
    gap = np.abs(forge.get("gelu").eval(x=x) - forge.get("gelu_tanh").eval(x=x))
    assert 4.731e-4 < gap.max() <= 4.7325e-4


def test_the_tanh_form_is_within_a_fiftieth_of_a_percent_only_on_the_right(forge):
    x = np.linspace(1e-6, 8, 80001)
    exact, tanh = forge.get("gelu"), forge.get("gelu_tanh")
    assert np.max(np.abs(tanh.eval(x=x) / exact.eval(x=x) - 1)) <= 0.000202
    assert abs(tanh.eval(x=-3.0) / exact.eval(x=-3.0) - 1) == pytest.approx(0.10, abs=0.005)


def test_an_unknown_form_is_an_error_that_names_the_forms(forge):
    with pytest.raises(ValueError) as refusal:
        forge.get("gelu", variant="fast")
    assert str(refusal.value) == "gelu has no variant 'fast'; it has tanh, sigmoid."


# Ranges of gradients --------------------------------------------------------------------------------------


def test_gradient_ranges_are_a_quarter_for_sigmoid_and_1_for_tanh_and_relu(forge):
    x = np.concatenate([np.linspace(-40, 40, 8001), [-700.0, 700.0]])
    slopes = {name: forge.get(name).gradient("x").eval(x=x) for name in ("sigmoid", "tanh", "relu")}
    assert slopes["sigmoid"].max() == 0.25 and slopes["sigmoid"].min() > 0
    assert slopes["tanh"].max() == 1.0 and slopes["tanh"][np.abs(x) < 300].min() > 0
    assert set(slopes["relu"].tolist()) == {0.0, 1.0}


def test_three_sigmoids_pass_on_a_sixtyfourth_where_three_tanh_pass_on_all(forge):
    for name, passed in (("sigmoid", 0.015625), ("tanh", 1.0)):
        back = 1.0
        for _ in range(3):
            layer = forge.get(name).layer()
            layer.forward(0.0)
            back = layer.backward(back)
        assert back == passed


# Why activations are needed -------------------------------------------------------------------------------


def test_an_affine_map_of_an_affine_map_is_affine_and_with_relu_between_it_is_not(forge):
    plain = forge.compose("3*linear(2*x + 1) - 4").expand()
    assert plain.gradient("x", order=2) == forge.get("linear").gradient("x", order=2)
    bent = forge.compose("3*relu(2*x + 1) - 4")
    assert plain.eval(x=-2.0) + plain.eval(x=2.0) == 2 * plain.eval(x=0.0)
    assert bent.eval(x=-2.0) + bent.eval(x=2.0) != 2 * bent.eval(x=0.0)


def test_a_network_learns_xor_by_its_activation_alone(forge):
    assert train_xor(forge, "tanh")[-1] < 1e-6


def test_without_an_activation_the_loss_stops_at_a_quarter(forge):
    losses = train_xor(forge, "linear")
    assert min(losses) >= 0.25 - 1e-12 and losses[-1] == pytest.approx(0.25, abs=1e-6)


def test_with_relu_some_starts_fail(forge):
    ends = [train_xor(forge, "relu", seed, steps=200)[-1] for seed in range(4)]
    assert min(ends) < 0.01 < 0.1 < max(ends)


# Advice ---------------------------------------------------------------------------------------------------

ADVICE = {
    "hidden layers": "relu",
    "dead neurons": "leaky_relu",
    "deep nets": "swish",
    "transformers": "gelu",
    "recurrent": "tanh",
    "zero-centred": "tanh",
    "gates": "sigmoid",
    "binary output": "sigmoid",
    "smooth relu": "softplus",
    "regression output": "linear",
}


@pytest.mark.parametrize(("need", "name"), ADVICE.items())
def test_advice_is_written_as_usage_and_found_by_search(forge, need, name):
    assert name in forge.search(need)[:3]
    usage = forge.get(name).metadata["usage"].casefold()
    assert all(word.rstrip("s") in usage for word in need.split())


# Layers ---------------------------------------------------------------------------------------------------


def test_a_layer_keeps_its_input_and_shape_and_multiplies_by_the_slope(forge):
    for name in ("relu", "gelu", "swish", "softplus"):
        layer, x = forge.get(name).layer(), np.random.default_rng(0).normal(size=(2, 3, 4))
        out = layer.forward(x, training=True)
        assert out.shape == x.shape
        assert np.array_equal(layer.backward(x), x * forge.get(name).gradient("x").eval(x=x))


def test_params_map_a_name_to_value_and_gradient_and_are_empty_where_nothing_is_learned(forge):
    assert forge.get("relu").layer().params == {}
    layer = forge.get("prelu").layer(trainable=True)
    layer.forward([-2.0, 3.0])
    layer.backward([1.0, 1.0])
    assert layer.params == {"alpha": (0.25, -2.0)}


def test_a_configuration_goes_there_and_back_with_every_parameter(forge):
    for e in (forge.get("leaky_relu", params={"alpha": 0.2}), forge.get("swish_beta", params={"beta": 1.5})):
        layer = e.layer(trainable=True)
        again = Layer.from_config(layer.get_config())
        assert again.expression == e and again.params == layer.params
    channels = forge.get("prelu", params={"alpha": [0.1, 0.2, 0.3]}).layer()
    assert Layer.from_config(channels.get_config()).expression.params["alpha"].tolist() == [0.1, 0.2, 0.3]


# prelu ----------------------------------------------------------------------------------------------------


def test_prelu_starts_at_a_quarter_and_its_gradient_is_the_sum_of_x_times_g_on_the_left(forge):
    layer = forge.get("prelu").layer()
    assert layer.params["alpha"][0] == 0.25
    g = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    layer.forward(MIXED)
    back = layer.backward(g)
    assert layer.params["alpha"][1] == np.sum((MIXED * g)[MIXED <= 0]) == -4.0
    assert np.array_equal(back, np.where(MIXED > 0, g, 0.25 * g))


def test_prelu_has_an_alpha_for_each_channel(forge):
    pictures = np.random.default_rng(0).normal(size=(5, 3, 2, 2))
    layer = forge.get("prelu", params={"alpha": [0.1, 0.5, 2.0]}).layer(channel_axis=1)
    out = layer.forward(pictures)
    layer.backward(np.ones_like(out))
    for channel, alpha in enumerate((0.1, 0.5, 2.0)):
        part = pictures[:, channel]
        assert np.array_equal(out[:, channel], np.where(part > 0, part, alpha * part))
        assert layer.params["alpha"][1][channel] == pytest.approx(part[part <= 0].sum(), rel=1e-14)


def test_prelu_is_right_for_alpha_above_1(forge):
    assert forge.get("prelu", params={"alpha": 2}).eval(x=[-3.0, 3.0]).tolist() == [-6.0, 3.0]
