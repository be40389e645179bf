"""Gated units: one input halved, or two by name; which half is the gate; slopes, the backward pass, refusals."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from neurogebra import Expression
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.errors import AxisOutOfRange, InputError, MissingVariable, UnknownVariable, UsageError

X = np.random.default_rng(5).normal(size=(3, 4, 6))


def said(call, *arguments, kind, **named):
    with pytest.raises(kind) as refusal:
        call(*arguments, **named)
    return str(refusal.value)


def test_one_input_is_halved_along_an_axis(forge):
    glu = forge.get("glu")
    for axis, (value, gate) in {-1: (X[..., :3], X[..., 3:]), 1: (X[:, :2], X[:, 2:])}.items():
        expected = glu.eval(a=value, b=gate)
        assert np.array_equal(glu.eval(x=X, axis=axis), expected)
        assert np.array_equal(glu.eval(X, axis=axis), expected)
        assert expected == pytest.approx(value / (1 + np.exp(-gate)), rel=1e-14)
    assert np.array_equal(glu.eval(x=X), glu.eval(x=X, axis=2))
    assert glu.eval(x=[1.0, 2.0, 0.0, 0.0]).tolist() == [0.5, 1.0]
    assert glu.eval(x=X.astype(np.float32)).dtype == np.float32
    assert glu.eval(x=np.ones((2, 0))).shape == (2, 0)


def test_which_half_is_the_gate_is_declared_and_can_be_chosen(forge):
    swiglu = forge.get("swiglu")
    assert swiglu.entry.gate == "second"
    first, second = X[..., :3], X[..., 3:]
    assert np.array_equal(swiglu.eval(x=X), swiglu.eval(a=first, b=second))
    assert np.array_equal(swiglu.eval(x=X, gate="first"), swiglu.eval(a=second, b=first))
    assert np.array_equal(swiglu.eval(x=X, gate="second"), swiglu.eval(x=X))
    other = Expression.from_entry(
        read_entry_text("name: g\ncategory: gate\nkind: gated\ngate: first\nformula: a*b**2\n", "g")
    )
    assert other.eval(x=[2.0, 3.0]).tolist() == [12.0]
    assert other.gradient("b").eval(x=[2.0, 3.0]).tolist() == [12.0]


def test_numbers_are_given_by_name(forge):
    glu = forge.get("glu")
    assert glu.eval(a=2.0, b=0.0) == glu.eval(2.0, 0.0) == 1.0
    assert type(glu.eval(a=2.0, b=0.0)) is float
    assert glu.variables == ["a", "b"]


def test_gradients_are_by_either_half(forge):
    swiglu = forge.get("swiglu")
    assert str(swiglu.gradient("a")) == "b*sigmoid(b)"
    by_a, by_b = swiglu.gradient("a"), swiglu.gradient("b")
    first, second = X[..., :3], X[..., 3:]
    assert np.array_equal(by_a.eval(x=X), forge.get("swish").eval(x=second))
    assert by_b.eval(x=X) == pytest.approx(first * forge.get("swish").gradient("x").eval(x=second), rel=1e-14)
    value, slopes = swiglu.value_and_grad(x=X)
    assert value == pytest.approx(swiglu.eval(x=X), rel=1e-15) and list(slopes) == ["a", "b"]
    assert np.array_equal(by_b.gradient("a").eval(x=X), by_a.gradient("b").eval(x=X))


@pytest.mark.parametrize("name", ["glu", "bilinear_glu", "reglu", "geglu", "swiglu", "seglu", "swiglu_oai"])
def test_the_backward_pass_is_what_a_difference_quotient_says(forge, name):
    unit, step = forge.get(name), 1e-6
    for options in ({}, {"axis": 1}, {"gate": "first"}):
        g = np.random.default_rng(6).normal(size=unit.eval(x=X, **options).shape)
        way = np.random.default_rng(7).normal(size=X.shape)
        back = unit.vjp(g, x=X, **options)
        assert back.shape == X.shape
        ahead, behind = (np.sum(g * unit.eval(x=X + sign * step * way, **options)) for sign in (1, -1))
        assert np.sum(back * way) == pytest.approx((ahead - behind) / (2 * step), rel=1e-6)


def test_the_backward_pass_is_by_what_was_given(forge):
    glu = forge.get("glu")
    assert glu.vjp([1.0], x=[3.0, 0.0]).tolist() == [0.5, 0.75]
    assert glu.vjp([1.0], x=[3.0, 0.0], by="b").tolist() == [0.75]
    assert glu.vjp(1.0, a=3.0, b=0.0) == {"a": 0.5, "b": 0.75}
    both = forge.get("swiglu_oai").vjp([1.0], [0.5, 1.0], by=["x", "alpha"])
    assert list(both) == ["x", "alpha"] and both["x"].shape == (2,) and type(both["alpha"]) is float
    table = glu.vjp(np.ones((3, 4, 3), np.float32), x=X.astype(np.float32))
    assert table.dtype == np.float32


def test_a_parameter_for_each_channel_follows_the_halves(forge):
    unit = forge.get("swiglu_oai", params={"limit": [1.0, 2.0, 3.0]})
    assert unit.eval(x=X).shape == (3, 4, 3)
    assert unit.vjp(np.ones((3, 4, 3)), x=X, by="limit").shape == (3,)
    assert unit.eval(x=X, channel_axis=0).shape == (3, 4, 3)
    slow = [forge.get("swiglu_oai", params={"limit": k}).eval(x=X[i]) for i, k in enumerate((1.0, 2.0, 3.0))]
    assert np.array_equal(unit.eval(x=X, channel_axis=0), np.stack(slow))


def test_kinks_take_the_slope_of_the_gate(forge):
    assert forge.get("reglu").gradient("b").eval(a=2.0, b=0.0) == 0.0
    scale_alpha = 1.0507009873554805 * 1.6732632423543772
    assert forge.get("seglu").gradient("b").eval(a=1.0, b=0.0) == pytest.approx(scale_alpha, rel=1e-15)


# What is refused --------------------------------------------------------------------------------------------


def test_an_axis_of_odd_size_is_refused(forge):
    glu = forge.get("glu")
    assert said(glu.eval, x=np.ones((2, 5)), kind=UsageError) == (
        "glu halves axis 1 of x, so its size is even; x of shape (2, 5) has 5 there."
    )
    assert said(glu.vjp, np.ones(2), x=np.ones((3, 2)), axis=0, kind=ValueError) == (
        "glu halves axis 0 of x, so its size is even; x of shape (3, 2) has 3 there."
    )


def test_a_number_has_no_axis_to_halve(forge):
    assert said(forge.get("glu").eval, x=2.0, kind=UsageError) == (
        "glu halves an axis of x, and 2.0 has none; give an array of an even size, or the halves by name:"
        " eval(a=..., b=...)."
    )


def test_a_wrong_axis_or_gate_is_refused(forge):
    glu = forge.get("glu")
    assert said(glu.eval, x=X, axis=3, kind=AxisOutOfRange) == (
        "glu: there is no axis 3 in an input of shape (3, 4, 6), whose axes are 0 to 2."
    )
    assert said(glu.eval, x=X, axis=1.0, kind=InputError) == "glu: axis is a whole number such as 1 or -1; got 1.0."
    assert said(glu.eval, x=X, gate="third", kind=UsageError) == (
        "glu: gate is 'first' or 'second', the half that is the gate; got 'third'."
    )


def test_halves_and_the_whole_are_not_given_together(forge):
    glu = forge.get("glu")
    words = "glu takes x, which holds both halves, or a and b; it was given both."
    assert said(glu.eval, x=X, b=X, kind=UsageError) == words
    assert said(glu.eval, X, x=X, kind=UsageError) == "glu was given x twice."
    assert said(glu.eval, a=X, kind=MissingVariable) == "glu needs b; eval was given a."
    assert said(glu.eval, kind=MissingVariable) == "glu needs a, b; eval was given nothing."
    assert said(glu.gradient, kind=UnknownVariable) == "glu has no variable or parameter 'x'; it takes a, b."
    assert said(glu.eval, x="text", kind=InputError).startswith("cannot evaluate at 'text'")
    assert said(glu.eval, a=1.0, b=2.0, axis=0, kind=UsageError) == (
        "glu was given its halves, so there is no axis to halve; axis and gate go with x."
    )


# Being an expression ----------------------------------------------------------------------------------------


def test_a_gated_unit_is_copied_pickled_saved_and_compared(forge, tmp_path):
    glu = forge.get("swiglu_oai", params={"limit": 3})
    for twin in (pickle.loads(pickle.dumps(glu)), copy.deepcopy(glu), glu.clone()):
        assert twin == glu and np.array_equal(twin.eval(x=X), glu.eval(x=X))
    slope = pickle.loads(pickle.dumps(glu.gradient("b")))
    assert np.array_equal(slope.eval(x=X, gate="first"), glu.gradient("b").eval(x=X, gate="first"))
    assert forge.get("glu") != Expression("glu", "a*sigmoid(b)")
    other = type(forge)()
    other.load(forge.save("swiglu_oai", tmp_path), replace=True)
    assert other.get("swiglu_oai") == forge.get("swiglu_oai")


def test_sums_and_compositions_take_the_halves_by_name(forge):
    both = forge.get("glu") + forge.get("bilinear_glu")
    assert both.variables == ["a", "b"] and both.eval(a=2.0, b=0.0) == 1.0
    assert forge.compose("glu(x, 2*x)").eval(x=0.0) == 0.0


def test_symbols_of_a_gated_file_are_a_and_b(forge, tmp_path):
    path = tmp_path / "strange.yaml"
    path.write_text("name: strange\ncategory: gate\nkind: gated\nformula: a*x\n")
    assert said(forge.load, path, kind=ValueError) == (
        f"{path}:4: formula: a gated unit is a formula of a, the value, and b, the gate; this has a, x."
    )
