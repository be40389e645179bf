"""The backward pass and arrays of parameters: right against difference quotients, and refused in whole sentences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurogebra import Expression
from neurogebra.errors import AxisOutOfRange, InputError, UnknownVariable, UsageError

X = np.array([[-2.0, -0.5, 0.0], [0.5, 1.0, 3.0]])
G = np.array([[1.0, -2.0, 3.0], [0.5, -1.0, 2.0]])
PICTURE = np.random.default_rng(3).normal(size=(2, 3, 4))


def said(call, *arguments, kind, **named):
    with pytest.raises(kind) as refusal:
        call(*arguments, **named)
    return str(refusal.value)


def quotient(f, at, direction, step=1e-6):
    """The slope along a direction by a difference quotient, which knows nothing of any formula."""
    return (np.sum(f(at + step * direction)) - np.sum(f(at - step * direction))) / (2 * step)


# What comes out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tanh", "swish", "gelu", "softplus", "prelu", "pelu", "swish_beta", "snake"])
def test_the_cotangent_is_what_a_difference_quotient_says(forge, name):
    e, x = forge.get(name), np.random.default_rng(1).normal(size=(3, 4)) * 2
    g = np.random.default_rng(2).normal(size=x.shape)
    direction = np.random.default_rng(4).normal(size=x.shape)
    back = e.vjp(g, x=x)
    assert np.sum(back * direction) == pytest.approx(quotient(lambda y: g * e.eval(x=y), x, direction), rel=1e-6)
    for parameter, value in e.params.items():
        slope = quotient(lambda p: g * e.eval(x=x, **{parameter: float(p)}), value, 1.0)  # noqa: B023
        assert e.vjp(g, x=x, by=parameter) == pytest.approx(slope, rel=1e-6)


def test_one_variable_gives_an_array_and_a_list_gives_a_dict(forge):
    prelu = forge.get("prelu")
    assert np.array_equal(prelu.vjp(G, x=X), np.where(X > 0, G, 0.25 * G))
    both = prelu.vjp(G, X, by=["x", "alpha"])
    assert list(both) == ["x", "alpha"] and both["alpha"] == np.sum((X * G)[X <= 0]) == -1.0
    assert type(both["alpha"]) is float
    f = Expression("f", "x*y")
    answers = f.vjp(2.0, x=3.0, y=4.0)
    assert answers == {"x": 8.0, "y": 6.0}
    assert f.vjp(2.0, x=3.0, y=4.0, by="y") == 6.0


def test_kind_shape_and_dtype_are_those_of_the_input(forge):
    relu = forge.get("relu")
    assert type(relu.vjp(2, x=3)) is float and relu.vjp(2, x=3) == 2.0
    assert type(relu.vjp(2.0, x=np.float32(3))) is np.float32
    for dtype in (np.float16, np.float32, np.float64):
        back = relu.vjp(G, x=X.astype(dtype))
        assert back.dtype == dtype and back.shape == X.shape
    assert relu.vjp([1, 1], x=[-1, 2]).dtype == np.float64
    assert relu.vjp(np.ones((2, 0, 3)), x=np.ones((2, 0, 3))).shape == (2, 0, 3)


def test_inputs_stay_as_they_were_and_nothing_is_shared(forge):
    x, g = X.copy(), G.copy()
    back = forge.get("linear").vjp(g, x=x)
    back[...] = 99
    assert np.array_equal(x, X) and np.array_equal(g, G)


def test_what_was_broadcast_is_added_up():
    f = Expression("f", "x*y + a", params={"a": [[1.0], [2.0]]})
    back = f.vjp(np.ones((2, 3)), x=np.ones((2, 1)), y=[1.0, 2.0, 3.0], by=["x", "y", "a"])
    assert np.array_equal(back["x"], [[6.0], [6.0]])
    assert np.array_equal(back["y"], [2.0, 2.0, 2.0])
    assert np.array_equal(back["a"], [[3.0], [3.0]])
    assert f.with_params(a=1.0).vjp(np.ones(3), x=2.0, y=[1.0, 2.0, 3.0])["x"] == 6.0


def test_sums_for_a_parameter_are_taken_in_float64(forge):
    """In float16 the sum of 4,096 ones is stuck at 2,048, and 300*300 is infinite."""
    x = np.full(4096, -1, np.float16)
    assert forge.get("prelu").vjp(np.ones(4096, np.float16), x=x, by="alpha") == -4096.0
    large = np.full(2, -300, np.float16)
    assert forge.get("prelu").vjp(large, x=large, by="alpha") == 180000.0


def test_single_precision_is_rounded_once(forge):
    """The slope rounded to float32 and the product rounded again is off by an ULP for every third number."""
    x, g = np.random.default_rng(8).normal(size=(2, 1000)).astype(np.float32)
    e = forge.get("swish_beta", params={"beta": 1.3})
    wide = e.vjp(g.astype(np.float64), x=x.astype(np.float64), by=["x", "beta"])
    back = e.vjp(g, x=x, by=["x", "beta"])
    assert np.array_equal(back["x"], wide["x"].astype(np.float32)) and back["beta"] == wide["beta"]


def test_the_ends_are_quiet(forge):
    ends = np.array([np.nan, np.inf, -np.inf, 1e308, -1e308])
    with np.errstate(all="raise"):
        back = forge.get("swish").vjp(np.full(5, 1e200), x=ends)
    assert np.isnan(back[0]) and back[1] == 1e200 and back[2] == 0 and back[3] == 1e200 and back[4] == 0
    assert math.isnan(forge.get("swish").vjp(1.0, x=math.nan))
    assert forge.get("square").vjp(1e300, x=1e300) == math.inf
    assert forge.get("square").vjp(10**400, x=1) == math.inf


def test_a_derivative_has_a_backward_pass_too(forge):
    slope = forge.get("tanh").gradient("x")
    assert slope.vjp(2.0, x=0.5) == pytest.approx(2 * forge.get("tanh").gradient("x", order=2).eval(x=0.5), rel=1e-15)


# Parameters that are arrays ---------------------------------------------------------------------------------


def test_an_array_lies_along_the_last_axis_unless_an_axis_is_named(forge):
    prelu, slopes = forge.get("prelu"), np.array([0.1, 0.2, 0.3, 0.4])
    assert np.array_equal(prelu.eval(x=PICTURE, alpha=slopes), np.where(PICTURE > 0, PICTURE, slopes * PICTURE))
    three = np.array([0.1, 0.2, 2.0])
    by_channel = np.where(PICTURE > 0, PICTURE, three[:, None] * PICTURE)
    for axis in (1, -2, np.int64(1)):
        assert np.array_equal(prelu.eval(x=PICTURE, alpha=three, channel_axis=axis), by_channel)
    assert np.array_equal(prelu.with_params(alpha=three).eval(PICTURE, channel_axis=1), by_channel)


def test_gradients_take_a_channel_axis_as_values_do(forge):
    prelu, three = forge.get("prelu", params={"alpha": [0.1, 0.2, 2.0]}), np.array([0.1, 0.2, 2.0])
    slope = np.where(PICTURE > 0, 1, three[:, None] * np.ones_like(PICTURE))
    assert np.array_equal(prelu.gradient("x").eval(x=PICTURE, channel_axis=1), slope)
    assert np.array_equal(prelu.gradient("alpha").eval(x=PICTURE, channel_axis=1), np.where(PICTURE > 0, 0, PICTURE))
    value, both = prelu.value_and_grad(x=PICTURE, channel_axis=1)
    assert np.array_equal(both, slope) and value.shape == PICTURE.shape
    back = prelu.vjp(np.ones_like(PICTURE), x=PICTURE, by="alpha", channel_axis=1)
    assert back.shape == (3,)
    assert back == pytest.approx(np.where(PICTURE > 0, 0, PICTURE).sum(axis=(0, 2)), rel=1e-14)


def test_other_shapes_follow_the_rules_of_numpy(forge):
    prelu, table = forge.get("prelu"), np.full((3, 1), 0.5)
    assert np.array_equal(prelu.eval(x=PICTURE, alpha=table), np.where(PICTURE > 0, PICTURE, PICTURE / 2))
    assert prelu.eval(x=-1.0, alpha=[1.0, 2.0]).tolist() == [-1.0, -2.0]
    assert prelu.eval(x=PICTURE, alpha=[0.5], channel_axis=0).shape == PICTURE.shape
    assert prelu.vjp(np.ones(2), x=-1.0, alpha=[1.0, 2.0], by="alpha").tolist() == [-1.0, -1.0]


def test_slopes_beyond_one_are_right(forge):
    """Max(alpha*x, x), by which some write it, gives -3 here."""
    assert forge.get("prelu", params={"alpha": 2}).eval(x=-3) == -6
    assert forge.get("prelu", params={"alpha": -0.5}).eval(x=-3) == 1.5


def test_arrays_are_judged_by_their_ends(forge):
    assert said(forge.get("elu").with_params, alpha=[1.0, -2.0, 3.0], kind=ValueError) == (
        "elu needs alpha in (0, oo); got -2.0."
    )


# What is refused --------------------------------------------------------------------------------------------


def test_a_shape_that_does_not_broadcast_is_refused(forge):
    prelu = forge.get("prelu")
    assert said(prelu.eval, x=PICTURE, alpha=[0.1, 0.2, 0.3], kind=UsageError) == (
        "prelu: x of shape (2, 3, 4) and alpha of shape (3,) do not broadcast; arrays match from their last axis on."
        " For a parameter with a number for each channel say channel_axis=1, or where the channels are."
    )
    f = Expression("f", "x*y")
    assert said(f.eval, x=np.ones((3, 1)), y=np.ones((2, 2)), kind=ValueError) == (
        "f: x of shape (3, 1) and y of shape (2, 2) do not broadcast; arrays match from their last axis on."
    )


def test_a_wrong_channel_axis_is_refused(forge):
    prelu = forge.get("prelu", params={"alpha": [0.1, 0.2, 0.3]})
    assert said(prelu.eval, x=PICTURE, channel_axis=3, kind=AxisOutOfRange) == (
        "prelu: there is no channel_axis 3 in an input of shape (2, 3, 4), whose axes are 0 to 2."
    )
    assert said(prelu.vjp, 1.0, x=2.0, channel_axis=0, kind=IndexError) == (
        "prelu: there is no channel_axis 0 in an input of shape (), which has none."
    )
    assert said(prelu.eval, x=PICTURE, channel_axis=2, kind=UsageError) == (
        "prelu: alpha has 3 numbers, but axis 2 of an input of shape (2, 3, 4) has 4 channels."
    )
    for wrong in (1.0, "1", True, (0, 1)):
        assert said(prelu.gradient("x").eval, x=PICTURE, channel_axis=wrong, kind=InputError) == (
            f"d(prelu)/d(x): channel_axis is a whole number such as 1 or -1; got {wrong!r}."
        )
    assert said(forge.get("relu").eval, x=PICTURE, channel_axis=9, kind=ValueError) == (
        "relu: there is no channel_axis 9 in an input of shape (2, 3, 4), whose axes are 0 to 2."
    )


def test_a_cotangent_of_another_shape_is_refused(forge):
    relu = forge.get("relu")
    for wrong in (np.ones(3), 1.0, np.ones((3, 2)), np.ones((1, 2, 3))):
        assert said(relu.vjp, wrong, x=X, kind=UsageError) == (
            f"relu: the cotangent needs the shape of the value, (2, 3); got {np.shape(wrong)}."
        )
    assert said(relu.vjp, [1.0], x=2.0, kind=ValueError) == (
        "relu: the cotangent needs the shape of the value, (); got (1,)."
    )


def test_a_cotangent_that_is_no_number_is_refused(forge):
    assert said(forge.get("relu").vjp, [[1.0], [1.0, 2.0]], x=2.0, kind=InputError).startswith(
        "relu: the cotangent cannot be a ragged list (setting an array element with a sequence."
    )
    for wrong in ("1", None, True, 1j):
        assert said(forge.get("relu").vjp, wrong, x=2.0, kind=InputError) == (
            f"relu: the cotangent cannot be {wrong!r}: give a number, an array, or a list of numbers."
        )


def test_by_names_what_there_is(forge):
    prelu = forge.get("prelu")
    assert said(prelu.vjp, 1.0, x=2.0, by="alhpa", kind=UnknownVariable) == (
        "prelu has no variable or parameter 'alhpa'; it takes x, alpha. Did you mean 'alpha'?"
    )
    for wrong in (5, ["x", 5], {"x"}):
        assert said(prelu.vjp, 1.0, x=2.0, by=wrong, kind=TypeError) == (
            f"prelu: by is a name such as 'x', or a list of names; got {wrong!r}."
        )
    assert prelu.vjp(1.0, x=2.0, by=[]) == {}


def test_what_evaluation_is_told_is_no_name_for_a_symbol():
    for word in ("channel_axis", "gate", "by"):
        assert said(Expression, "f", f"x*{word}", kind=ValueError).startswith(
            f"column 3: '{word}' is what evaluation is told beside the variables; choose another name."
        )


def test_parameters_to_be_learned_are_a_list_of_names():
    for wrong in (5, [["a"]], [5]):
        assert said(Expression, "f", "a*x", params={"a": 1}, trainable_params=wrong, kind=InputError) == (
            f"trainable parameters are a list of names such as ['alpha']; got {wrong!r}."
        )
