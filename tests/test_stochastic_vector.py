"""Functions of a vector with noise: softmax without it, with it draws in proportion, slopes through what was drawn."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from neurogebra import Expression, Layer
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.errors import EntryError, FormulaError, InputError, UsageError

X = np.log([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]])


@pytest.fixture
def gumbel(forge):
    return forge.get("gumbel_softmax")


def seeded(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def said(call, *arguments, kind, **named):
    with pytest.raises(kind) as refusal:
        call(*arguments, **named)
    return str(refusal.value)


def test_without_noise_it_is_softmax(forge, gumbel):
    softmax = forge.get("softmax")
    for options in ({}, {"axis": 0}, {"axis": None}, {"temperature": 0.3}):
        assert np.array_equal(gumbel.eval(x=X, **options), softmax.eval(x=X, **options))
    assert np.array_equal(gumbel.gradient("x").eval(x=X), softmax.gradient("x").eval(x=X))
    assert gumbel != softmax and gumbel.noise == {"g": "gumbel(0, 1)"}


def test_the_winner_is_drawn_as_often_as_it_is_probable(gumbel):
    many = np.tile(X[0], (100_000, 1))
    for temperature in (0.5, 2.0):
        drawn = gumbel.eval(x=many, rng=seeded(), temperature=temperature)
        assert np.bincount(drawn.argmax(axis=1)) / len(many) == pytest.approx([0.1, 0.2, 0.7], abs=0.01)
        assert drawn.sum(axis=1) == pytest.approx(np.ones(len(many)), abs=1e-15)


def test_one_seed_gives_one_draw_and_a_draw_can_be_given(gumbel):
    one = gumbel.eval(x=X, rng=seeded(1))
    assert np.array_equal(one, gumbel.eval(x=X, rng=seeded(1))) and not np.array_equal(
        one, gumbel.eval(x=X, rng=seeded(2))
    )
    noise = gumbel.draw(seeded(1), x=X, axis=0)
    assert noise["g"].shape == X.shape and np.array_equal(gumbel.eval(x=X, **noise), one)
    assert gumbel.eval(x=X, g=1.5) == pytest.approx(gumbel.eval(x=X), rel=1e-15)


def test_values_slopes_and_backward_are_of_the_draw(forge, gumbel):
    noise = gumbel.draw(seeded(3), x=X)
    moved, softmax, g = X + noise["g"], forge.get("softmax"), np.array([[1.0, 0.0, -2.0], [0.5, 0.0, 1.0]])
    assert np.array_equal(gumbel.gradient("x").eval(x=X, rng=seeded(3)), softmax.gradient("x").eval(x=moved))
    value, jacobian = gumbel.value_and_grad(x=X, rng=seeded(3))
    assert np.array_equal(value, softmax.eval(x=moved)) and np.array_equal(
        jacobian, softmax.gradient("x").eval(x=moved)
    )
    both = gumbel.vjp(g, x=X, by=["x", "temperature"], rng=seeded(3))
    expected = softmax.vjp(g, x=moved, by=["x", "temperature"])
    assert np.array_equal(both["x"], expected["x"]) and both["temperature"] == expected["temperature"]


def test_kind_and_dtype_are_kept(gumbel):
    assert gumbel.eval(x=2.0, rng=seeded()) == 1.0 and type(gumbel.eval(x=2.0, rng=seeded())) is float
    for dtype in (np.float16, np.float32):
        x = X.astype(dtype)
        assert gumbel.eval(x=x, rng=seeded()).dtype == dtype
        assert gumbel.vjp(np.ones_like(x), x=x, rng=seeded()).dtype == dtype


def test_a_layer_draws_in_training_and_goes_back_through_its_draw(gumbel):
    layer = gumbel.layer(rng=seeded(4), trainable=True, axis=0)
    out, g = layer.forward(X), np.ones_like(X) * [[1.0, 2.0, 3.0]]
    noise = gumbel.draw(seeded(4), x=X)
    assert np.array_equal(out, gumbel.eval(x=X, axis=0, **noise))
    assert np.array_equal(layer.backward(g), gumbel.vjp(g, x=X, axis=0, **noise))
    assert np.array_equal(layer.forward(X, training=False), gumbel.eval(x=X, axis=0))
    again = Layer.from_config(layer.get_config(), rng=seeded(4))
    assert np.array_equal(again.forward(X), out) and list(again.params) == ["temperature"]


def test_it_is_pickled_and_saved(forge, gumbel, tmp_path):
    for e in (gumbel, gumbel.gradient("x")):
        twin = pickle.loads(pickle.dumps(e))
        assert twin == e and np.array_equal(twin.eval(x=X, rng=seeded()), e.eval(x=X, rng=seeded()))
    other = type(forge)()
    other.load(forge.save("gumbel_softmax", tmp_path), replace=True)
    assert np.array_equal(other.get("gumbel_softmax").eval(x=X, rng=seeded()), gumbel.eval(x=X, rng=seeded()))


def test_what_cannot_be_drawn_is_refused(gumbel):
    assert said(gumbel.eval, x=X, rng=3, kind=InputError) == (
        "gumbel_softmax draws noise with a numpy Generator: rng=np.random.default_rng(seed); rng was given as int."
    )
    assert said(gumbel.eval, x=X, g=[1.0, 2.0], kind=UsageError) == (
        "gumbel_softmax takes a number or an array of the shape of x, (2, 3), for g; got (2,)."
    )


NOISY = """\
name: noisy
category: activation
kind: vector
formula: exp(x + g)/sum(exp(x + g))
noise:
  g: {distribution: normal, mean: 0, deviation: 1, deterministic: 0}
"""


def test_noise_of_a_vector_function_stands_beside_x():
    assert Expression.from_entry(read_entry_text(NOISY, "noisy.yaml")).eval(x=[0.0, 0.0]).tolist() == [0.5, 0.5]
    for formula in ("g*exp(x)/sum(exp(x))", "exp(x + g)/sum(exp(x))"):
        e = Expression.from_entry(read_entry_text(NOISY.replace("exp(x + g)/sum(exp(x + g))", formula), "noisy.yaml"))
        assert said(e.eval, x=[0.0, 1.0], kind=FormulaError) == (
            "noisy.yaml:4: formula: noise of a vector function is added to x: write x + g for every x."
        )
    assert said(
        read_entry_text, NOISY.replace("deterministic: 0", "deterministic: 1"), "noisy.yaml", kind=EntryError
    ) == ("noisy.yaml:6: noise.g.deterministic: of a vector function is 0; its noise is added to x.")
