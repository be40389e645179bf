"""Formulas with noise: fixed without a generator, the same with the same seed, and distributed as declared."""

from __future__ import annotations

import copy
import pickle
import random

import numpy as np
import pytest

from neurogebra import Expression
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.errors import InputError, UnknownVariable, UsageError

X = np.array([[-1.0, 2.0, -3.0], [-4.0, 5.0, -6.0]])
MANY = np.full(200_000, -1.0)
ALL = """\
name: each
category: noise
kind: stochastic
formula: x + 0*u + 0*n + 0*k + 0*g
params:
  w: {default: 0.5, domain: "[0, 1]"}
noise:
  u: {distribution: uniform, low: -w, high: 2*w, deterministic: w/2}
  n: {distribution: normal, mean: 1, deviation: w, deterministic: 1}
  k: {distribution: bernoulli, probability: w/2, deterministic: w/2}
  g: {distribution: gumbel, location: 1, scale: w, deterministic: 1}
"""


def said(call, *arguments, kind, **named):
    with pytest.raises(kind) as refusal:
        call(*arguments, **named)
    return str(refusal.value)


def seeded(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# Without a generator ----------------------------------------------------------------------------------------


def test_without_a_generator_the_deterministic_form_is_evaluated(forge):
    rrelu = forge.get("rrelu")
    assert rrelu.eval(x=-48) == -11.0 and rrelu.eval(x=5) == 5
    assert np.array_equal(rrelu.eval(x=X), forge.get("leaky_relu", params={"alpha": 11 / 48}).eval(x=X))
    assert np.array_equal(rrelu.eval(x=X, rng=None), rrelu.eval(x=X))
    assert rrelu.eval(x=-1.0, lower=0.2, upper=0.4) == pytest.approx(-0.3, rel=1e-15)
    assert str(rrelu) == "Piecewise((x, x > 0), (x*(lower/2 + upper/2), True))"
    assert forge.get("dropout").eval(x=X) is not None and np.array_equal(forge.get("dropout").eval(x=X), X)


def test_what_is_drawn_can_be_read(forge):
    rrelu = forge.get("rrelu")
    assert rrelu.noise == {"a": "uniform(lower, upper)"}
    assert rrelu.variables == ["x"] and list(rrelu.params) == ["lower", "upper"]
    assert rrelu.metadata["noise"] == {
        "a": {"distribution": "uniform", "low": "lower", "high": "upper", "deterministic": "(lower + upper)/2"}
    }
    assert "Noise: a is drawn from uniform(lower, upper) with rng=, else it is (lower + upper)/2." in rrelu.explain()


# With one ---------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_numbers(forge):
    for name in ("rrelu", "rt_relu", "dropout", "gaussian_noise"):
        e = forge.get(name)
        one, same, other = (e.eval(x=X, rng=seeded(seed)) for seed in (1, 1, 2))
        assert np.array_equal(one, same) and not np.array_equal(one, other)
        generator = seeded(1)
        assert np.array_equal(e.eval(x=X, rng=generator), one) and not np.array_equal(e.eval(x=X, rng=generator), one)


def test_every_element_has_noise_of_its_own_within_its_range(forge):
    slopes = -forge.get("rrelu").eval(x=MANY, rng=seeded())
    assert len(set(slopes[:1000].tolist())) == 1000
    assert 1 / 8 <= slopes.min() < 0.126 and 0.332 < slopes.max() < 1 / 3
    assert slopes.mean() == pytest.approx(11 / 48, abs=5 * (1 / 3 - 1 / 8) / np.sqrt(12 * MANY.size))
    assert np.array_equal(forge.get("rrelu").eval(x=np.abs(X), rng=seeded()), np.abs(X))


def test_each_distribution_is_what_it_is_called():
    each = Expression.from_entry(read_entry_text(ALL, "each"))
    drawn = each.draw(seeded(), x=MANY)
    error = 6 / np.sqrt(MANY.size)
    moments = {"u": (0.25, 1.5 / 12**0.5), "n": (1.0, 0.5), "k": (0.25, 0.1875**0.5)}
    moments["g"] = (1 + 0.5 * 0.5772156649015329, 0.5 * np.pi / 6**0.5)
    for name, (mean, deviation) in moments.items():
        assert drawn[name].mean() == pytest.approx(mean, abs=error * deviation), name
        assert drawn[name].std() == pytest.approx(deviation, abs=3 * error * deviation), name
    assert set(drawn["k"].tolist()) == {0.0, 1.0}
    assert drawn["u"].min() >= -0.5 and drawn["u"].max() <= 1.0


def test_dropout_drops_its_share_and_keeps_the_mean(forge):
    out = forge.get("dropout", params={"p": 0.2}).eval(x=MANY, rng=seeded())
    assert set(out.tolist()) == {0.0, -1.25}
    assert np.mean(out == 0) == pytest.approx(0.2, abs=0.006) and out.mean() == pytest.approx(-1, abs=0.006)
    assert np.array_equal(forge.get("dropout", params={"p": 0}).eval(x=X, rng=seeded()), X)


def test_kind_shape_and_dtype_are_kept(forge):
    rrelu = forge.get("rrelu")
    assert type(rrelu.eval(x=-48, rng=seeded())) is float
    assert type(rrelu.eval(x=np.float32(-1), rng=seeded())) is np.float32
    for dtype in (np.float16, np.float32, np.float64):
        assert rrelu.eval(x=X.astype(dtype), rng=seeded()).dtype == dtype
    assert rrelu.eval(x=np.ones((2, 0)), rng=seeded()).shape == (2, 0)
    assert rrelu.eval(x=[[-1, 2]], rng=seeded()).shape == (1, 2)


def test_noise_can_be_given(forge):
    rrelu = forge.get("rrelu")
    assert rrelu.eval(x=-48.0, a=0.25) == -12.0
    assert rrelu.eval(x=[-1.0, -1.0], a=[0.5, 2.0]).tolist() == [-0.5, -2.0]
    noise = rrelu.draw(seeded(), x=X)
    assert np.array_equal(rrelu.eval(x=X, **noise), rrelu.eval(x=X, rng=seeded()))
    each = Expression.from_entry(read_entry_text(ALL.replace("0*u + 0*n", "u + n"), "each"))
    assert each.eval(x=0.0, u=10.0) == 11.0 and each.eval(x=0.0) == 1.25


def test_parameters_may_be_arrays_along_a_channel_axis(forge):
    rrelu = forge.get("rrelu", params={"lower": [0.1, 0.2], "upper": [0.1, 0.2]})
    assert rrelu.eval(x=X, rng=seeded(), channel_axis=0) == pytest.approx(
        np.where(X > 0, X, np.array([[0.1], [0.2]]) * X), rel=1e-15
    )


# Derivatives ------------------------------------------------------------------------------------------------


def test_value_slope_and_backward_share_their_noise(forge):
    rrelu = forge.get("rrelu")
    noise = rrelu.draw(seeded(3), x=X)
    slope = np.where(X > 0, 1, noise["a"])
    assert np.array_equal(rrelu.gradient("x").eval(x=X, **noise), slope)
    assert np.array_equal(rrelu.gradient("x").eval(x=X, rng=seeded(3)), slope)
    assert np.array_equal(rrelu.vjp(np.ones_like(X), x=X, rng=seeded(3)), slope)
    value, both = rrelu.value_and_grad(x=X, rng=seeded(3))
    assert np.array_equal(value, slope * X) and np.array_equal(both, slope)
    assert np.array_equal(
        rrelu.gradient("x").with_params(lower=0.3, upper=0.3).eval(x=X, rng=seeded()), np.where(X > 0, 1, 0.3)
    )


def test_a_slope_with_other_parameters_uses_them_in_the_noisy_form_too(forge):
    slope = forge.get("dropout").gradient("x")
    assert slope.eval(x=2.0, keep=1.0) == 2.0
    assert slope.with_params(p=0.75).eval(x=2.0, keep=1.0) == 4.0


def test_a_parameter_of_the_noise_has_a_slope_only_where_nothing_is_drawn(forge):
    rrelu = forge.get("rrelu")
    assert np.array_equal(rrelu.gradient("lower").eval(x=X), np.where(X > 0, 0, X / 2))
    assert not rrelu.gradient("lower").eval(x=X, rng=seeded()).any()
    assert rrelu.vjp(np.ones_like(X), x=X, by="lower") == -7.0
    assert rrelu.vjp(np.ones_like(X), x=X, by="lower", rng=seeded()) == 0.0
    given = rrelu.vjp(np.ones_like(X), x=X, a=0.25, by="a")
    assert given == -14.0


def test_a_layer_draws_in_training_only_and_goes_back_through_what_it_drew(forge):
    layer = forge.get("dropout").layer(rng=seeded(5))
    out = layer.forward(X)
    assert np.array_equal(layer.backward(np.ones_like(X)), np.where(out == 0, 0.0, 2.0))
    assert not np.array_equal(out, layer.forward(X)) or not np.array_equal(out, layer.forward(X))
    assert np.array_equal(layer.forward(X, training=False), X)
    assert np.array_equal(layer.backward(X), X)
    assert np.array_equal(forge.get("dropout").layer().forward(X), X)
    assert np.array_equal(forge.get("dropout").layer(rng=seeded(5)).forward(X), out)


# What is refused --------------------------------------------------------------------------------------------


def test_only_a_numpy_generator_draws(forge):
    words = "rrelu draws noise with a numpy Generator: rng=np.random.default_rng(seed); rng was given as {}."
    for wrong, kind in (
        (5, "int"),
        (np.random, "module"),
        (np.random.RandomState(0), "RandomState"),
        (random.Random(1), "Random"),
        ("0", "str"),
    ):
        assert said(forge.get("rrelu").eval, x=X, rng=wrong, kind=InputError) == words.format(kind)
        assert said(forge.get("rrelu").draw, wrong, x=X, kind=TypeError) == words.format(kind)
    assert said(forge.get("relu").eval, x=X, rng=seeded(), kind=UnknownVariable) == (
        "relu has no variable or parameter 'rng'; it takes x."
    )


def test_a_distribution_that_cannot_be_is_refused(forge):
    assert said(forge.get("rrelu").eval, x=X, lower=0.5, rng=seeded(), kind=UsageError) == (
        "rrelu draws a with low = lower, high = upper, and low <= high does not hold."
    )
    assert said(forge.get("dropout").with_params, p=1, kind=ValueError) == "dropout needs p in [0, 1); got 1.0."


# Being an expression ----------------------------------------------------------------------------------------


def test_an_expression_with_noise_is_copied_pickled_saved_and_compared(forge, tmp_path):
    rrelu = forge.get("rrelu", params={"lower": 0.2})
    for twin in (pickle.loads(pickle.dumps(rrelu)), copy.deepcopy(rrelu), rrelu.clone()):
        assert twin == rrelu and np.array_equal(twin.eval(x=X, rng=seeded()), rrelu.eval(x=X, rng=seeded()))
    slope = pickle.loads(pickle.dumps(rrelu.gradient("x")))
    assert np.array_equal(slope.eval(x=X, rng=seeded()), rrelu.gradient("x").eval(x=X, rng=seeded()))
    assert rrelu != Expression("rrelu", str(rrelu), params=rrelu.params)
    assert forge.get("rt_relu") != forge.get("relu")
    other = type(forge)()
    other.load(forge.save("rrelu", tmp_path), replace=True)
    assert np.array_equal(other.get("rrelu").eval(x=X, rng=seeded()), forge.get("rrelu").eval(x=X, rng=seeded()))


def test_sums_and_compositions_are_of_the_deterministic_form(forge):
    assert (forge.get("rrelu") + 1).eval(x=-48.0) == -10.0
    assert forge.compose("rrelu(2*x)").eval(x=-24.0) == -11.0
    assert forge.get("rrelu").renamed("r").eval(x=-48.0, a=1.0) == -48.0
