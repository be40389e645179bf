"""Input that is no attack and no number either: what is meant by it is done, what has no meaning is a TypeError."""

from __future__ import annotations

import numpy as np
import pytest

from neurogebra import Expression
from neurogebra.errors import InputError

WAYS = ("gelu", "relu", "leaky_relu", "tanh")
NO_NUMBERS = {
    "'1'": "1", "b'1'": b"1", "None": None, "1j": 1j, "a dict": {}, "a set": {1.0}, "a list, dtype <U1": ["a"],
    "a list, dtype object": [1, None], "a list, ragged": [1, [2, 3]], "dtype object": np.array([None]),
    "dtype <U1": np.array(["1"]), "dtype complex128": np.array([1j]), "dtype datetime64[D]": np.array(["2020-01-01"], "M8"),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_NUMBERS)
def test_what_is_no_number_is_a_type_error_for_values_and_parameters(forge, what):
    for ask in (
        lambda: forge.get("gelu").eval(x=NO_NUMBERS[what]),
        lambda: forge.get("gelu")(NO_NUMBERS[what]),
        lambda: forge.get("gelu").gradient("x").eval(x=NO_NUMBERS[what]),
        lambda: forge.get("gelu").value_and_grad(x=NO_NUMBERS[what]),
        lambda: Expression("f", "x*y").eval(x=[1.0, 2.0], y=NO_NUMBERS[what]),
        lambda: forge.get("leaky_relu").eval(x=1.0, alpha=NO_NUMBERS[what]),
        lambda: forge.get("leaky_relu", params={"alpha": NO_NUMBERS[what]}),
    ):
        with pytest.raises(TypeError) as caught:
            ask()
        assert isinstance(caught.value, InputError)


def test_the_refusal_says_what_was_given_and_what_to_give(forge):
    messages = {
        "1": "cannot evaluate at '1': give a number, an array, or a list of numbers.",
        None: "cannot evaluate at None: give a number, an array, or a list of numbers.",
    }
    for given, message in messages.items():
        with pytest.raises(InputError) as caught:
            forge.get("gelu").eval(x=given)
        assert str(caught.value) == message
    with pytest.raises(InputError) as caught:
        forge.get("leaky_relu", params={"alpha": "0.2"})
    assert str(caught.value) == "leaky_relu needs a number for alpha; got '0.2'."


@pytest.mark.parametrize("name", WAYS)
def test_lists_tuples_and_nested_ones_are_arrays(forge, name):
    f, rows = forge.get(name), [[-1.5, 0.0], [0.5, 2.0]]
    expected = f.eval(x=np.array(rows))
    for given in (rows, tuple(map(tuple, rows)), [np.array(row) for row in rows]):
        assert np.array_equal(f.eval(x=given), expected)


def test_a_series_is_an_array(forge):
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([-1.5, 0.0, 2.0], index=["a", "b", "c"])
    assert np.array_equal(forge.get("gelu").eval(x=series), forge.get("gelu").eval(x=series.to_numpy()))
    with pytest.raises(InputError):
        forge.get("gelu").eval(x=pandas.Series(["a", None]))


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (1,), (2, 0, 2)])
def test_empty_and_zero_dimensional_arrays_keep_their_shape(forge, name, shape):
    x = np.full(shape, -0.5)
    for form in (forge.get(name), forge.get(name).gradient("x")):
        got = form.eval(x=x)
        assert np.shape(got) == shape
        assert np.all(np.abs(got - form.eval(x=-0.5)) < 1e-15)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "bool"])
def test_small_integers_do_not_wrap(forge, dtype):
    x = np.array([0, 1, 100, 200, 255]).astype(dtype)
    f = Expression("f", "x**3 - 300*x")
    assert f.eval(x=x).tolist() == [float(int(v)) ** 3 - 300 * float(int(v)) for v in x]
    assert (-forge.get("relu")).eval(x=x).tolist() == [-max(float(int(v)), 0.0) for v in x]


def test_complex_numbers_are_refused_even_where_their_imaginary_part_is_zero(forge):
    with pytest.raises(InputError) as caught:
        forge.get("gelu").eval(x=np.array([1 + 0j]))
    assert "complex" in str(caught.value)
