"""Layer: forward, backward, parameters that learn, and a configuration that survives JSON and strangers."""

from __future__ import annotations

import json

import numpy as np
import pytest

import neurogebra
from neurogebra import Expression, Layer
from neurogebra.errors import InputError, OrderError, UnknownExpression, UnknownParameter, UsageError

X = np.array([[-2.0, -0.5, 0.0], [0.5, 1.0, 3.0]])


def said(call, *arguments, kind, **named):
    with pytest.raises(kind) as refusal:
        call(*arguments, **named)
    return str(refusal.value)


def through_json(layer: Layer, **named) -> Layer:
    return Layer.from_config(json.loads(json.dumps(layer.get_config())), **named)


# Forward and backward ---------------------------------------------------------------------------------------


def test_forward_is_the_value_and_backward_the_slope_times_what_comes_back(forge):
    layer = forge.get("tanh").layer()
    assert np.array_equal(layer.forward(X), forge.get("tanh").eval(x=X))
    assert np.array_equal(layer.backward(3 * X), 3 * X * forge.get("tanh").gradient("x").eval(x=X))
    assert np.array_equal(layer(X), layer.forward(X, training=False))


def test_a_layer_works_on_the_input_as_it_was(forge):
    layer, x = forge.get("relu").layer(), X.copy()
    layer.forward(x)
    x[...] = -1
    assert np.array_equal(layer.backward(np.ones_like(X)), (X > 0) * 1.0)


def test_backward_uses_the_parameters_of_its_forward(forge):
    layer = forge.get("prelu").layer()
    layer.forward(X)
    layer.update(alpha=5.0)
    assert layer.backward(np.ones_like(X))[0, 0] == 0.25
    assert layer.forward(X)[0, 0] == -10.0


def test_backward_before_forward_is_an_error(forge):
    layer = forge.get("relu").layer()
    words = "relu: backward needs the input that forward was given; call forward first."
    assert said(layer.backward, X, kind=OrderError) == words
    assert issubclass(OrderError, RuntimeError) and issubclass(OrderError, neurogebra.NeurogebraError)
    layer.forward(X)
    with pytest.raises(InputError):
        layer.forward("text")
    assert said(layer.backward, X, kind=RuntimeError) == words


def test_a_cotangent_of_another_shape_is_an_error(forge):
    layer = forge.get("relu").layer()
    layer.forward(X)
    assert said(layer.backward, np.ones(3), kind=ValueError) == (
        "relu: the cotangent needs the shape of the value, (2, 3); got (3,)."
    )


# Parameters -------------------------------------------------------------------------------------------------


def test_params_are_values_and_gradients_of_what_is_learned(forge):
    assert forge.get("relu").layer().params == {} == forge.get("leaky_relu").layer().params
    layer = forge.get("leaky_relu").layer(trainable=True)
    assert layer.params == {"alpha": (0.01, 0.0)}
    layer.forward(X)
    layer.backward(np.ones_like(X))
    assert layer.params == {"alpha": (0.01, -2.5)}
    layer.backward(2 * np.ones_like(X))
    assert layer.params == {"alpha": (0.01, -5.0)}
    assert forge.get("prelu").layer(trainable=False).params == {}
    assert list(forge.get("pelu").layer(trainable=["beta"]).params) == ["beta"]


def test_a_parameter_for_each_channel_has_a_gradient_for_each(forge):
    layer = forge.get("prelu", params={"alpha": [0.1, 2.0]}).layer(channel_axis=0)
    assert layer.params["alpha"][1].tolist() == [0.0, 0.0]
    layer.forward(-np.abs(X) - 1)
    layer.backward(np.ones_like(X))
    value, gradient = layer.params["alpha"]
    assert value.tolist() == [0.1, 2.0] and gradient.tolist() == [-5.5, -7.5]
    with pytest.raises(ValueError):
        gradient[0] = 1.0


def test_update_keeps_to_the_domain(forge):
    layer = forge.get("elu").layer(trainable=True)
    layer.update(alpha=2)
    assert layer.expression.params == {"alpha": 2.0} and forge.get("elu").params == {"alpha": 1.0}
    assert said(layer.update, alpha=-1, kind=ValueError) == "elu needs alpha in (0, oo); got -1.0."
    assert said(layer.update, slope=1, kind=UnknownParameter).startswith("elu has no parameter 'slope'; it has alpha")
    assert said(layer.update, self=1, kind=UnknownParameter).startswith("elu has no parameter 'self'")


def test_update_keeps_the_shape_of_an_array(forge):
    layer = forge.get("prelu", params={"alpha": [0.1, 0.2, 0.3]}).layer(channel_axis=1)
    for value, shape in ((np.ones(5), (5,)), ([0.5], (1,)), (np.ones((1, 3)), (1, 3))):
        assert said(layer.update, alpha=value, kind=UsageError) == (
            f"prelu has alpha of shape (3,); update was given one of shape {shape}. One number is taken for all of them."
        )
    assert layer.expression.params["alpha"].tolist() == [0.1, 0.2, 0.3]
    layer.update(alpha=layer.params["alpha"][0] - 0.1)
    assert layer.expression.params["alpha"].tolist() == pytest.approx([0.0, 0.1, 0.2])
    layer.update(alpha=0.5)
    assert layer.expression.params == {"alpha": 0.5}
    layer.update(alpha=[0.1, 0.2])  # one number for all becomes one for each
    assert layer.expression.params["alpha"].tolist() == [0.1, 0.2]


def test_what_a_layer_is_made_of_is_checked(forge):
    assert said(Layer, "relu", kind=InputError) == "a layer is made from an expression; got 'relu'."
    assert said(Expression("f", "x*y").layer, kind=UsageError) == "a layer has one input; f takes x, y."
    assert said(forge.get("relu").layer, chanel_axis=1, kind=UsageError) == (
        "a layer takes no 'chanel_axis'; it takes trainable, rng, axis, channel_axis, gate. Did you mean 'channel_axis'?"
    )
    assert said(forge.get("relu").layer, rng=7, kind=InputError) == (
        "relu draws noise with a numpy Generator: rng=np.random.default_rng(seed); rng was given as int."
    )
    assert repr(forge.get("prelu").layer()) == (
        "Layer(Expression('prelu', 'Piecewise((x, x > 0), (alpha*x, True))', params={'alpha': 0.25}),"
        " trainable=['alpha'])"
    )


# As data ----------------------------------------------------------------------------------------------------


def layers(forge) -> dict[str, Layer]:
    own = Expression("mine", "x*sigmoid(beta*x)", params={"beta": [1.0, 0.1]}, trainable_params=["beta"])
    return {
        "an entry": forge.get("relu").layer(),
        "a parameter": forge.get("leaky_relu", params={"alpha": 0.2}).layer(trainable=True),
        "an array": forge.get("prelu", params={"alpha": [0.1, 1 / 3]}).layer(channel_axis=1),
        "a variant": forge.get("gelu_tanh").layer(),
        "another name": forge.get("elu").renamed("bent").layer(),
        "a formula": own.layer(channel_axis=0),
        "a sum": (forge.get("elu") + 2 * forge.get("leaky_relu")).layer(),
        "a composition": forge.compose("0.5*tanh(x) + pelu(2*x)").layer(trainable=["alpha"]),
        "a slope": forge.get("selu").gradient("x").layer(),
        "a constant": forge.get("linear").gradient("x").layer(),
        "a slope without one of its parameters": forge.get("affine").gradient("x").layer(trainable=True),
        "a gated unit": forge.get("glu").layer(axis=0, gate="first"),
        "noise": forge.get("rrelu", params={"lower": 0.2}).layer(),
    }


def test_every_kind_of_layer_comes_back_from_json(forge):
    x = np.array([[-2.0, 0.5], [0.25, -1.0]])
    for what, layer in layers(forge).items():
        twin = through_json(layer)
        assert twin.get_config() == layer.get_config(), what
        assert twin.expression.domains == layer.expression.domains, what
        assert list(twin.params) == list(layer.params), what
        value = layer.forward(x)
        assert np.array_equal(value, twin.forward(x)), what
        assert np.array_equal(layer.backward(np.ones_like(value)), twin.backward(np.ones_like(value))), what


def test_a_configuration_is_plain_and_the_callers_own(forge):
    layer = forge.get("prelu", params={"alpha": [0.1, 0.2]}).layer(channel_axis=1)
    config = layer.get_config()
    assert config == {
        "expression": "prelu",
        "params": {"alpha": [0.1, 0.2]},
        "trainable": ["alpha"],
        "options": {"channel_axis": 1},
    }
    config["params"]["alpha"][0] = 9
    assert layer.get_config()["params"] == {"alpha": [0.1, 0.2]}


def test_options_survive_as_they_were_given(forge):
    for given, written in ((np.int64(1), 1), ((0, 1), [0, 1]), (None, None), (-1, -1)):
        layer = forge.get("glu").layer(axis=given)
        assert json.loads(json.dumps(layer.get_config()))["options"] == {"axis": written}
        assert through_json(layer).get_config() == layer.get_config()


def test_an_entry_of_ones_own_travels_as_its_file(forge, tmp_path):
    text = "name: steep\ncategory: activation\nformula: k*x\nparams:\n  k: {default: 3, domain: '(0, oo)'}\n"
    (tmp_path / "steep.yaml").write_text(text)
    forge.load(tmp_path / "steep.yaml")
    layer = forge.get("steep").layer()
    assert layer.get_config()["entry"].startswith("name: steep\n")
    assert through_json(layer).forward(2.0) == 6.0
    assert through_json(layer).expression == forge.get("steep")
    assert Layer.from_config({"expression": "steep"}, forge=forge).forward(1.0) == 3.0
    assert said(Layer.from_config, {"expression": "steep"}, kind=UnknownExpression).startswith("no expression called")


def test_what_is_neither_entry_nor_formula_cannot_be_written(forge):
    assert said(forge.get("glu").gradient("a").layer().get_config, kind=UsageError) == (
        "a configuration holds no slope of a gated, noisy or vector formula:"
        " keep that of glu and take its gradient('a') again."
    )


STRANGE = [
    (5, InputError, "a configuration is the dict that get_config() gives; got 5."),
    ({}, UsageError, "a configuration has one of the fields expression, formula and entry."),
    (
        {"expression": "relu", "formula": "x"},
        UsageError,
        "a configuration has one of the fields expression, formula and entry.",
    ),
    (
        {"expression": "relu", "parms": {}},
        UsageError,
        "a configuration has no field 'parms'. Did you mean 'params'?",
    ),
    ({"expression": ["relu"]}, InputError, "expression of a configuration is a text; got ['relu']."),
    ({"expression": "relu", "params": []}, InputError, "params of a configuration is a dict; got []."),
    (
        {"expression": "relu", "params": {1: 2}},
        InputError,
        "params of a configuration has names for keys; got {1: 2}.",
    ),
    ({"expression": "relu", "params": {"self": 1}}, UnknownParameter, "relu has no parameters; got 'self'."),
    (
        {"expression": "prelu", "params": {"alpha": "1"}},
        InputError,
        "prelu needs a number for alpha; got '1'.",
    ),
    (
        {"expression": "prelu", "trainable": "alpha"},
        InputError,
        "trainable of a configuration is a list of names; got 'alpha'.",
    ),
    ({"expression": "elu", "params": {"alpha": -1}}, ValueError, "elu needs alpha in (0, oo); got -1.0."),
    (
        {"expression": "relu", "options": {"self": 1}},
        UsageError,
        "a configuration has no option 'self'; there are axis, channel_axis, gate.",
    ),
    (
        {"expression": "relu", "options": {"rng": 1}},
        UsageError,
        "a configuration has no option 'rng'; there are axis, channel_axis, gate.",
    ),
    (
        {"formula": "x*k", "params": {"k": 1}, "domains": {"k": 5}},
        InputError,
        'a domain is a text such as "[0, oo)"; k has 5.',
    ),
    ({"formula": "x", "domains": {"k": "[0, 1]"}}, UnknownParameter, "layer has no parameters; got 'k'."),
]


@pytest.mark.parametrize(("config", "kind", "words"), STRANGE)
def test_a_strange_configuration_is_refused(config, kind, words):
    assert said(Layer.from_config, config, kind=kind) == words


def test_nothing_in_a_configuration_is_run():
    for formula in ("__import__('os').system('true')", "x.__class__", "(lambda: x)()", "9**9**9"):
        with pytest.raises(neurogebra.NeurogebraError):
            Layer.from_config({"formula": formula}).forward(1.0)
    for entry in ("!!python/object/apply:os.system ['true']", "name: a\ncategory: b\nformula: exec(x)\n", "[" * 5000):
        with pytest.raises(neurogebra.NeurogebraError):
            Layer.from_config({"entry": entry}).forward(1.0)
    with pytest.raises(neurogebra.NeurogebraError):
        Layer.from_config({"expression": "../../etc/passwd"})
