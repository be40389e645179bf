"""Vector functions at the edges, and with arrays of every shape and dtype.

Masked, infinite and missing elements have the values that a limit or a mask asks for; axes, slices, dtypes and
lists change nothing but where a value stands.
"""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from neurogebra import MathForge, VectorExpression
from neurogebra.errors import AxisOutOfRange, UsageError

FORGE = MathForge()
NAMES = [name for name in FORGE.list_all() if FORGE.get(name).kind == "vector"]
NORMALISED = ["softmax", "softmin", "sparsemax", "entmax15", "hardmax"]


# Edges ----------------------------------------------------------------------------------------------------------


def test_a_masked_element_takes_no_part():
    with np.errstate(all="raise"):
        x = np.array([[-np.inf, 0.0, 1.0], [2.0, -np.inf, -np.inf]])
        got = FORGE.get("softmax").eval(x=x)
        assert got[0, 0] == 0
        np.testing.assert_array_equal(got[0, 1:], FORGE.get("softmax").eval(x=[0.0, 1.0]))
        assert got[1].tolist() == [1.0, 0.0, 0.0]
        assert FORGE.get("log_softmax").eval(x=x)[1].tolist() == [0.0, -np.inf, -np.inf]
        assert FORGE.get("solu").eval(x=x)[1].tolist() == [2.0, 0.0, 0.0]
        assert FORGE.get("sparsemax").eval(x=x)[1].tolist() == [1.0, 0.0, 0.0]
        slope = FORGE.get("softmax").gradient("x").eval(x=x)
        assert slope[1].tolist() == [[0.0] * 3] * 3 and not np.isnan(slope).any()
        assert FORGE.get("softmax").vjp(np.ones((2, 3)), x=x)[1].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "sparsemax", "entmax15", "solu", "hardmax"])
def test_a_row_of_nothing_but_masked_elements_is_nan(name):
    assert np.isnan(FORGE.get(name).eval(x=[[-np.inf] * 3, [-np.inf] * 3])).all()


def test_a_row_of_nothing_but_masked_elements_has_a_limit_where_it_does_not_depend_on_the_way():
    masked = [-np.inf, -np.inf]
    assert FORGE.get("logsumexp").eval(x=masked) == -np.inf
    assert FORGE.get("maxout").eval(x=masked) == -np.inf
    assert FORGE.get("quiet_softmax").eval(x=masked).tolist() == [0.0, 0.0]


def test_one_infinite_element_takes_all_and_two_leave_it_open():
    softmax = FORGE.get("softmax")
    assert softmax.eval(x=[np.inf, 0.0, 1.0]).tolist() == [1.0, 0.0, 0.0]
    got = softmax.eval(x=[np.inf, np.inf, 0.0])
    assert np.isnan(got[:2]).all() and got[2] == 0
    assert FORGE.get("crelu").eval(x=[np.inf, -np.inf]).tolist() == [np.inf, 0.0, 0.0, np.inf]


def test_nan_makes_its_row_nan_and_no_other():
    x = np.array([[np.nan, 1.0], [2.0, 1.0]])
    for name in NAMES:
        e = FORGE.get(name)
        got = e.eval(x=x, axis=-1)
        assert np.isnan(got[0]).any() and not np.isnan(got[1]).any(), name
    assert np.isnan(FORGE.get("softmax").eval(x=x)[0]).all()
    assert np.isnan(FORGE.get("softmax").gradient("x").eval(x=x)[0]).all()
    assert np.isnan(FORGE.get("crelu").eval(x=[np.nan, 1.0])).tolist() == [True, False, True, False]


def test_the_largest_numbers_neither_warn_nor_fail():
    largest = np.finfo(np.float64).max
    with np.errstate(all="raise"):
        assert FORGE.get("softmax").eval(x=[largest, -largest, 0.0]).tolist() == [1.0, 0.0, 0.0]
        assert FORGE.get("quiet_softmax").eval(x=[largest, -largest]).tolist() == [1.0, 0.0]
        assert FORGE.get("sparsemax").eval(x=[largest, 1.0]).tolist() == [1.0, 0.0]
        assert FORGE.get("entmax15").eval(x=[largest, 1.0]).tolist() == [1.0, 0.0]
        assert FORGE.get("logsumexp").eval(x=[largest, largest]) == largest
        assert FORGE.get("softmax").eval(x=np.float32([3.4e38, -3.4e38])).tolist() == [1.0, 0.0]


# Shapes and kinds -----------------------------------------------------------------------------------------------


def test_several_axes_are_one_vector():
    x = np.random.default_rng(1).normal(size=(2, 3, 4))
    for name in NORMALISED:
        e = FORGE.get(name)
        together = e.eval(x=x, axis=(1, 2))
        np.testing.assert_array_equal(together.reshape(2, 12), e.eval(x=x.reshape(2, 12), axis=-1))
        np.testing.assert_array_equal(e.eval(x=x, axis=None).reshape(24), e.eval(x=x.reshape(24), axis=-1))
        np.testing.assert_array_equal(e.eval(x=x, axis=(-1, 1)), together)


def test_each_axis_is_the_last_of_the_array_turned():
    x = np.random.default_rng(1).normal(size=(2, 3, 4))
    for name in NAMES:
        e = FORGE.get(name)
        turned = e.eval(x=np.moveaxis(x, 1, -1), axis=-1)
        expected = turned if e.shape == "reduce" else np.moveaxis(turned, -1, 1)
        np.testing.assert_array_equal(e.eval(x=x, axis=1), expected)


def test_the_axis_stays_doubles_or_goes():
    x = np.zeros((2, 3, 4))
    shapes = {name: FORGE.get(name).eval(x=x, axis=1).shape for name in NAMES}
    assert shapes["crelu"] == (2, 6, 4) and FORGE.get("crelu").shape == "concat"
    assert shapes["maxout"] == shapes["logsumexp"] == (2, 4) and FORGE.get("maxout").shape == "reduce"
    rest = set(NAMES) - {"crelu", "maxout", "logsumexp"}
    assert all(shapes[name] == (2, 3, 4) and FORGE.get(name).shape == "same" for name in rest)


def test_a_jacobian_has_the_axis_at_the_end_twice():
    x = np.zeros((2, 3, 4))
    softmax, crelu, maxout = (FORGE.get(name).gradient("x") for name in ("softmax", "crelu", "maxout"))
    assert softmax.eval(x=x, axis=1).shape == (2, 4, 3, 3)
    assert softmax.eval(x=x, axis=(0, 2)).shape == (3, 8, 8)
    assert softmax.eval(x=x, axis=None).shape == (24, 24)
    assert crelu.eval(x=x, axis=0).shape == (3, 4, 4, 2)
    assert maxout.eval(x=x, axis=0).shape == (3, 4, 2)


def test_a_number_is_an_axis_of_one_element():
    assert FORGE.get("softmax").eval(x=2.0) == 1.0 and FORGE.get("softmax").eval(2) == 1.0
    assert FORGE.get("log_softmax").eval(x=2.0, axis=None) == 0.0
    assert FORGE.get("maxout").eval(x=2.0) == FORGE.get("logsumexp").eval(x=2.0) == 2.0
    assert FORGE.get("crelu").eval(x=-2.0).tolist() == [0.0, 2.0]
    assert FORGE.get("softmax").gradient("x").eval(x=2.0) == 0.0
    assert type(FORGE.get("solu").eval(x=2)) is float
    assert FORGE.get("softmax").vjp(1.0, x=2.0) == 0.0


def test_an_axis_without_elements_has_no_values():
    softmax = FORGE.get("softmax")
    assert softmax.eval(x=np.empty((3, 0))).shape == (3, 0)
    assert softmax.eval(x=np.empty((0, 3), np.float32)).dtype == np.float32
    assert softmax.gradient("x").eval(x=np.empty((2, 0))).shape == (2, 0, 0)
    assert softmax.vjp(np.empty((2, 0)), x=np.empty((2, 0))).shape == (2, 0)
    assert FORGE.get("crelu").eval(x=np.empty((2, 0))).shape == (2, 0)
    assert FORGE.get("maxout").eval(x=np.empty((0, 3))).shape == (0,)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "bfloat16"])
def test_the_dtype_is_kept(dtype):
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
    x = np.array([[1.0, 2.0, 3.0]], dtype=dtype)
    for name in NAMES:
        e = FORGE.get(name)
        assert e.eval(x=x, axis=-1).dtype == x.dtype and e.gradient("x").eval(x=x, axis=-1).dtype == x.dtype
    assert FORGE.get("softmax").vjp(x, x=x).dtype == x.dtype


def test_integers_and_lists_are_taken_and_give_float64():
    assert FORGE.get("softmax").eval(x=np.array([0, 0])).dtype == np.float64
    assert FORGE.get("softmax").eval(x=[0, 0]).tolist() == [0.5, 0.5]
    assert FORGE.get("softmax").eval(x=((1, 1), (2, 2)), axis=0).shape == (2, 2)


def test_what_is_given_stays_as_it_was():
    x, g = np.array([[-np.inf, 0.0, 1.0], [3.0, np.nan, 1e308]]), np.ones((2, 3))
    before = x.copy()
    for name in ("softmax", "sparsemax", "crelu"):
        e = FORGE.get(name)
        e.eval(x=x), e.gradient("x").eval(x=x)
        got = e.eval(x=x)
        got[...] = 7
    FORGE.get("softmax").vjp(g, x=x)
    np.testing.assert_array_equal(x, before)
    assert (g == 1).all()


def test_slices_and_turned_arrays_are_evaluated_as_their_copies():
    x = np.random.default_rng(1).normal(size=(6, 8))
    for view in (x.T, x[::2, ::-1], np.asfortranarray(x)):
        np.testing.assert_array_equal(FORGE.get("softmax").eval(x=view), FORGE.get("softmax").eval(x=view.copy()))


def test_rows_do_not_know_of_each_other():
    x = np.random.default_rng(8).normal(size=(7000, 5)) * 10
    for name in ("softmax", "entmax15"):
        whole = FORGE.get(name).eval(x=x)
        for k in (0, 3333, 6999):
            np.testing.assert_array_equal(whole[k], FORGE.get(name).eval(x=x[k]))


# An axis of its own -----------------------------------------------------------------------------------------------


def test_softmax2d_is_softmax_along_the_channels_of_pictures():
    softmax, own = FORGE.get("softmax"), FORGE.get("softmax2d")
    rng = np.random.default_rng(5)
    x, g = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3, 4, 5))
    for picture, cotangent in ((x, g), (x[0], g[0])):
        np.testing.assert_array_equal(own.eval(x=picture), softmax.eval(x=picture, axis=-3))
        np.testing.assert_array_equal(own.vjp(cotangent, picture), softmax.vjp(cotangent, picture, axis=-3))
        np.testing.assert_array_equal(own.gradient("x")(picture), softmax.gradient("x")(picture, axis=-3))
        np.testing.assert_array_equal(own.value_and_grad(picture)[1], softmax.gradient("x")(picture, axis=-3))
        np.testing.assert_array_equal(own.layer().forward(picture), softmax.eval(x=picture, axis=-3))
    np.testing.assert_array_equal(own.eval(x=x, axis=None), softmax.eval(x=x, axis=None))
    np.testing.assert_array_equal(own.eval(x=x, axis=1), own.eval(x=x, axis="own"))
    assert own.eval(x=[0.0, 0.0], axis=-1).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("x", [[1.0, 2.0], 3.0, np.zeros((2, 2))])
def test_an_axis_of_its_own_that_is_not_there_is_refused(x):
    own, shape = FORGE.get("softmax2d"), np.shape(x)
    for call in (own.eval, own.value_and_grad, lambda x: own.vjp(np.zeros(np.shape(x)), x)):
        with pytest.raises(AxisOutOfRange) as caught:
            call(x)
        assert str(caught.value) == (
            f"softmax2d works along axis -3, and x has shape {shape}; name another axis, such as axis=-1."
        )


def test_an_axis_of_its_own_is_kept_by_copies_files_and_parameters(tmp_path):
    own = FORGE.get("softmax2d")
    x = np.random.default_rng(6).normal(size=(3, 2, 2))
    forge = MathForge()
    (tmp_path / "heated.yaml").write_text(
        "name: heated\ncategory: activation\nkind: vector\naxis: -2\n"
        "formula: exp(x/T)/sum(exp(x/T))\nparams: {T: {default: 1}}\n"
    )
    forge.load(tmp_path / "heated.yaml")
    heated, softmax = forge.get("heated", params={"T": 2}), forge.get("softmax", params={"temperature": 2})
    np.testing.assert_array_equal(heated(x), softmax(x, axis=-2))
    assert "axis: -3\n" in own.to_yaml() and own.metadata["axis"] == -3 and "axis" not in softmax.metadata
    for copied in (pickle.loads(pickle.dumps(own)), own.clone()):
        assert copied == own
        np.testing.assert_array_equal(copied(x), own(x))


def test_functions_along_different_axes_are_not_equal(tmp_path):
    forge = MathForge()
    for name, line in {"rows": "axis: -2\n", "channels": "axis: -3\n", "last": "", "stated": "axis: -1\n"}.items():
        text = f"name: {name}\ncategory: activation\nkind: vector\n{line}formula: exp(x)/sum(exp(x))\n"
        (tmp_path / f"{name}.yaml").write_text(text)
        forge.load(tmp_path / f"{name}.yaml")
    rows, channels, last, stated = (forge.get(name) for name in ("rows", "channels", "last", "stated"))
    typed = VectorExpression("typed", "exp(x)/sum(exp(x))")
    assert len({rows, channels, last}) == 3 and channels == FORGE.get("softmax2d")
    assert last == stated == typed and len({last, stated, typed}) == 1
    assert rows.gradient("x") != channels.gradient("x") and last.gradient("x") == typed.gradient("x")


# Taking turns -----------------------------------------------------------------------------------------------------


def by_hand(x):
    """relu at the first element of the last axis, -relu(-x) at the second, and so on."""
    places = np.arange(x.shape[-1])
    return np.where(places % 2, -np.maximum(-x, 0), np.maximum(x, 0))


def test_bipolar_relu_takes_turns_along_the_axis():
    bipolar = FORGE.get("bipolar_relu")
    rng = np.random.default_rng(8)
    x, g = rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 3, 5))
    np.testing.assert_array_equal(bipolar(x), by_hand(x))
    np.testing.assert_array_equal(bipolar(x, axis=0), np.moveaxis(by_hand(np.moveaxis(x, 0, -1)), -1, 0))
    np.testing.assert_array_equal(bipolar(x, axis=(1, 2)), by_hand(x.reshape(2, 15)).reshape(x.shape))
    np.testing.assert_array_equal(bipolar.vjp(g, x), g * (by_hand(x) != 0))
    np.testing.assert_array_equal(bipolar.gradient("x")(x[0, 0]), np.diag(by_hand(x[0, 0]) != 0))
    assert bipolar.eval(x=3.0) == 3.0 and bipolar.eval(x=-3.0) == 0.0 and bipolar.vjp(2.0, x=3.0) == 2.0
    assert bipolar.eval(x=np.float32([1, 2, -3, -4])).tolist() == [1, 0, 0, -4]
    assert bipolar.eval(x=np.empty((3, 0))).shape == (3, 0)


def test_halves_that_take_turns_may_run_over_the_whole_axis():
    e = VectorExpression("turns", "alternate(x - max(x), T*sum(x))", params={"T": 2})
    assert e.shape == "same" and e.eval(x=[1.0, 2.0, 5.0]).tolist() == [-4.0, 16.0, 0.0]
    assert e.gradient("x").eval(x=[1.0, 2.0, 5.0]).tolist() == [[1, 0, -1], [2, 2, 2], [0, 0, 0]]
    assert e.gradient("T").eval(x=[1.0, 2.0, 5.0]).tolist() == [0, 8, 0]
    assert e.vjp([1.0, 10.0, 100.0], x=[1.0, 2.0, 5.0], by=["x", "T"])["T"] == 80.0
    assert e.vjp([1.0, 10.0, 100.0], x=[1.0, 2.0, 5.0]).tolist() == [21.0, 20.0, 19.0]
    assert "alternate(x - max(x), T*sum(x))" in e.to_yaml() and r"& i = 2, 4, \dots" in e.formula


def test_an_explanation_and_a_card_say_along_which_axis(forge):
    for name, own, other in (("softmax2d", "axis -3", -1), ("softmax", "the last axis", 0)):
        said = f"Works along {own} of x, or along the one that a call names: axis={other}."
        assert (
            said in forge.explain(name, level="beginner").splitlines()
            and said in forge.get(name)._repr_mimebundle_()["text/html"]
        )
    assert (
        "Works along"
        not in forge.explain("gelu", level="advanced") + forge.get("gelu")._repr_mimebundle_()["text/html"]
    )
    with pytest.raises(UsageError, match=r"works is axis=-3\.$"):
        forge.get("softmax2d").eval(x=np.ones((2, 3, 4)), channel_axis=1)
