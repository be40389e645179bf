"""What users of teaching libraries expect of softmax and its kin, one statement a test.

The statements are those of three teaching libraries: an autograd library, a NumPy layer library and a course.
Numbers are to the digits written; where a source was wrong, the truth is given.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurogebra.errors import ParameterOutOfDomain

X = [[1.0, 2.0], [3.0, 4.0]]


@pytest.fixture
def softmax(forge):
    return forge.get("softmax")


# An autograd library ---------------------------------------------------------------------------------------------


def test_softmax_is_over_an_axis(softmax):
    columns, rows = softmax.eval(x=X, axis=0), softmax.eval(x=X, axis=1)
    np.testing.assert_allclose(columns.sum(axis=0), 1, rtol=1e-15)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-15)


def test_softmax_is_over_everything(softmax):
    everything = softmax.eval(x=X, axis=None)
    assert everything.round(7).tolist() == [[0.0320586, 0.0871443], [0.2368828, 0.6439143]]


def test_softmax_of_1000_0_and_minus_1000_is_one_hot_without_a_warning(softmax):
    with np.errstate(all="raise"):
        assert softmax.eval(x=[1000, 0, -1000]).tolist() == [1.0, 0.0, 0.0]


def test_softmax_backward_is_s_times_g_less_the_sum_of_s_and_g(softmax):
    x, g = np.array([[0.3, -1.2, 2.0], [1.0, 1.0, 0.0]]), np.array([[1.0, 0.5, -2.0], [0.0, 3.0, 1.0]])
    s = softmax.eval(x=x)
    expected = s * (g - (s * g).sum(axis=-1, keepdims=True))
    np.testing.assert_allclose(softmax.vjp(g, x=x), expected, atol=1e-16)


def test_softmax_gives_a_new_array_of_the_same_shape_and_leaves_the_input_alone(softmax):
    x = np.array(X)
    y = softmax.eval(x=x)
    assert y is not x and y.shape == x.shape and x.tolist() == X


# A NumPy layer library -------------------------------------------------------------------------------------------


def test_softmax_with_a_temperature_is_softmax_of_x_over_t(softmax):
    for t in (0.5, 2.0, 10.0):
        warm = softmax.with_params(temperature=t)
        np.testing.assert_allclose(warm.eval(x=X), softmax.eval(x=np.array(X) / t), rtol=1e-15)


@pytest.mark.parametrize("t", [0, -1, -0.5])
def test_a_temperature_must_be_above_0(forge, t):
    with pytest.raises(ParameterOutOfDomain, match=r"softmax needs temperature in \(0, oo\)"):
        forge.get("softmax", params={"temperature": t})


def test_a_large_temperature_is_uniform_and_a_small_one_is_one_hot(softmax):
    np.testing.assert_allclose(softmax.eval(x=[1.0, 2.0, 3.0], temperature=1e9), 1 / 3, rtol=1e-8)
    assert softmax.eval(x=[1.0, 2.0, 3.0], temperature=1e-3).tolist() == [0.0, 0.0, 1.0]


def test_softmax_backward_with_temperature_2(softmax):
    warm = softmax.with_params(temperature=2)
    assert warm.vjp([1.0, 0.0, 0.0], x=[1.0, 2.0, 3.0]).round(7).tolist() == [0.0758036, -0.0286189, -0.0471847]


def test_rows_of_the_backward_pass_sum_to_0(softmax):
    chance = np.random.default_rng(0)
    back = softmax.vjp(chance.normal(size=(20, 7)), x=chance.normal(size=(20, 7)) * 3)
    np.testing.assert_allclose(back.sum(axis=-1), 0, atol=1e-15)


# A course module -------------------------------------------------------------------------------------------------


def test_extremes_of_1000_give_no_overflow_no_nan_and_no_warning(forge):
    x = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, 1000.0]])
    with np.errstate(all="raise"):
        for name in forge.search("vector"):
            e = forge.get(name)
            if e.kind == "vector":
                assert (
                    not np.isnan(e.eval(x=x, axis=-1)).any() and not np.isnan(e.gradient("x").eval(x=x, axis=-1)).any()
                ), name


def test_batches_and_higher_dimensions_keep_their_shape(softmax):
    for shape in ((5,), (2, 5), (2, 3, 5), (2, 3, 4, 5)):
        assert softmax.eval(x=np.ones(shape)).shape == shape


def test_relu_then_softmax_is_a_chain_of_calls(forge, softmax):
    hidden = forge.get("relu").eval(x=np.array([-1.0, 0.0, 2.0]))
    np.testing.assert_array_equal(softmax.eval(x=hidden), softmax.eval(x=[0.0, 0.0, 2.0]))


def test_softmax_does_not_see_a_number_added_to_every_score(softmax):
    x = np.array([1.0, 2.0, 3.0])
    for c in (-7.0, 0.5, 1024.0):
        np.testing.assert_allclose(softmax.eval(x=x + c), softmax.eval(x=x), rtol=1e-15)


def test_softmax_of_1_2_3(softmax):
    assert softmax.eval(x=[1, 2, 3]).round(7).tolist() == [0.0900306, 0.2447285, 0.6652410]


def test_softmax_sums_to_1_within_n_eps(softmax):
    x = np.random.default_rng(1).normal(size=(1000, 10)) * 5
    off = np.abs(softmax.eval(x=x).sum(axis=-1) - 1)
    assert off.max() <= 10 * np.finfo(float).eps
    assert 0.3 < (off == 0).mean() < 1  # "exactly 1.0" is not promised: it holds for some rows only


def test_the_largest_input_wins(softmax):
    x = np.random.default_rng(2).normal(size=(100, 10))
    assert (softmax.eval(x=x).argmax(axis=-1) == x.argmax(axis=-1)).all()


def test_exp_of_a_difference_is_a_quotient_so_subtracting_the_maximum_is_valid(softmax):
    x = np.array([1.0, 2.0, 3.0])
    assert math.exp(3.0 - 1.0) == pytest.approx(math.exp(3.0) / math.exp(1.0), rel=1e-15)
    textbook = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
    np.testing.assert_allclose(softmax.eval(x=x), textbook, rtol=1e-15)


def test_softmax_of_two_scores_is_the_sigmoid_of_their_difference(forge, softmax):
    x = np.linspace(-30, 30, 41)
    pairs = np.stack([x, np.zeros_like(x)], axis=-1)
    np.testing.assert_allclose(softmax.eval(x=pairs)[:, 0], forge.get("sigmoid").eval(x=x), rtol=1e-15)


def test_every_activation_takes_a_plain_number(forge):
    for name in forge.list_all(category="activation"):
        for e in (forge.get(name), forge.get(name).gradient("x")):
            assert np.isfinite(e.eval(x=1.0)).all() and np.isfinite(e.eval(x=-2)).all(), name


def test_many_classes_finds_softmax(forge):
    assert "softmax" in forge.search("many classes")[:3]
