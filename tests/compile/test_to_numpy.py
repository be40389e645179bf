"""Arrays: shape in is shape out, dtype kept, inputs left alone, every element what the scalar target gives.

Each kind of array that people bring is tried on a smooth formula, on one with a switch, and on one whose slope
is constant; equal values are asked of arrays in one block, in many, in any layout and order. Warnings are
errors here, those of NumPy's own error state too.
"""

from __future__ import annotations

import math

import ml_dtypes
import numpy as np
import pytest

from neurogebra import Expression
from neurogebra.compile import to_numpy
from neurogebra.compile.to_numpy import BLOCK

SMOOTH = ["gelu", "swish", "mish", "softplus", "tanh"]
THREE = ["gelu", "leaky_relu", "linear"]
DTYPES = [np.float16, np.float32, np.float64, ml_dtypes.bfloat16]


@pytest.fixture(autouse=True)
def floating_point_errors_are_raised():
    with np.errstate(all="raise"):
        yield


def line(count, low=-6.0, high=6.0):
    return np.random.default_rng(count).uniform(low, high, count)


def elementwise(f, x, **others):
    """The scalar target at each element."""
    return np.array([f.eval(x=at, **others) for at in np.asarray(x, np.float64).reshape(-1).tolist()]).reshape(x.shape)


def within_8(got, want, near_roots=0.0):
    """Whether two arrays agree to 8 units in the last place of the wanted; what is not finite, exactly."""
    finite = np.isfinite(want)
    np.testing.assert_array_equal(np.asarray(got)[~finite], want[~finite])
    with np.errstate(all="ignore"):
        near = np.abs(got - want) <= 8 * (np.abs(want) * 2.0**-52 + 5e-324) + near_roots
    return bool((near & np.isfinite(got))[finite].all())


# Shapes ---------------------------------------------------------------------------------------------------------

BASE = line(120).reshape(2, 3, 4, 5)
LAYOUTS = {
    "one": line(7),
    "empty": np.empty(0),
    "no rows": np.empty((0, 3)),
    "no columns": np.empty((3, 0, 2)),
    "one element": np.full((1, 1, 1), 0.5),
    "four axes": BASE,
    "fortran": np.asfortranarray(BASE),
    "transposed": BASE.transpose(3, 1, 0, 2),
    "every other": BASE[:, :, ::2, 1::3],
    "backwards": BASE[::-1, :, ::-1],
    "one column": BASE[..., 2],
    "broadcast": np.broadcast_to(np.array([-1.0, 0.5, 2.0]), (4, 3)),
    "read-only": np.frombuffer(line(5).tobytes()),
    "big-endian": line(6).astype(">f8"),
    "big-endian single": line(6).astype(">f4"),
    "many blocks, strided": line(5 * BLOCK)[::2].reshape(-1, 4),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", THREE)
def test_shape_in_is_shape_out_in_every_layout(forge, name, layout):
    x = LAYOUTS[layout]
    before = x.copy()
    for f in (forge.get(name), forge.get(name).gradient("x")):
        y = f.eval(x=x)
        assert type(y) is np.ndarray and y.shape == x.shape
        assert y.dtype == x.dtype
        flat = np.ascontiguousarray(x).reshape(-1).astype(x.dtype.newbyteorder("="))
        np.testing.assert_array_equal(y.reshape(-1), f.eval(x=flat))
    np.testing.assert_array_equal(x, before)


def test_an_array_without_axes_gives_a_numpy_number(forge):
    for dtype in (np.float16, np.float32, np.float64):
        y = forge.get("gelu").eval(x=np.array(1.0, dtype))
        assert type(y) is dtype and y == dtype(0.8413447460685429)
        assert type(forge.get("gelu").eval(x=dtype(1.0))) is dtype
    assert forge.get("relu").eval(x=np.int64(5)) == 5 and forge.get("relu").eval(x=np.array(-5)) == 0


def test_constants_take_the_shape_of_what_they_are_given(forge):
    slope = forge.get("linear").gradient("x")
    np.testing.assert_array_equal(slope.eval(x=np.zeros((2, 3), np.float32)), np.ones((2, 3), np.float32))
    assert slope.eval(x=np.zeros((2, 3), np.float32)).dtype == np.float32
    assert slope.eval(x=np.empty((0, 3))).shape == (0, 3)
    assert Expression("f", "3*x + 2").gradient("x").eval(x=[[1, 2], [3, 4]]).tolist() == [[3, 3], [3, 3]]
    both = Expression("f", "x + 2*y").gradient("x")
    assert both.eval(x=np.zeros((2, 1)), y=np.zeros(3)).shape == (2, 3)


# Kinds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [*SMOOTH, "leaky_relu", "relu6", "snake"])
def test_the_dtype_is_kept_and_the_value_rounded_once(forge, name, dtype):
    f = forge.get(name)
    x = line(300).astype(dtype)
    y = f.eval(x=x)
    assert y.dtype == dtype
    wide = f.eval(x=x.astype(np.float64))
    if dtype is np.float64:
        assert within_8(y, elementwise(f, x))
    else:
        with np.errstate(under="ignore"):
            np.testing.assert_array_equal(y, wide.astype(dtype))


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64, np.int64, np.bool_])
def test_whole_numbers_and_truths_give_float64(forge, dtype):
    x = np.array([0, 1, 1, 0]).astype(dtype)
    for name in THREE:
        y = forge.get(name).eval(x=x)
        assert y.dtype == np.float64
        np.testing.assert_array_equal(y, forge.get(name).eval(x=x.astype(np.float64)))


def test_uint8_does_not_wrap():
    x = np.array([0, 3, 200, 255], np.uint8)
    assert Expression("f", "x - 5").eval(x=x).tolist() == [-5, -2, 195, 250]
    assert Expression("f", "-2*x").eval(x=x).tolist() == [0, -6, -400, -510]
    assert Expression("f", "x**2").gradient("x").eval(x=x).tolist() == [0, 6, 400, 510]


class Series:
    """What a data frame hands out: an object with __array__ and an index of its own."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


class Tagged(np.ndarray):
    """A subclass of arrays."""


@pytest.mark.parametrize(
    "x",
    [[-1.0, 0.5, 2.0], (-1.0, 0.5, 2.0), [np.float64(-1), 0.5, 2], Series([-1.0, 0.5, 2.0]), range(-1, 2),
     np.array([-1.0, 0.5, 2.0]).view(Tagged), memoryview(np.array([-1.0, 0.5, 2.0]))],
    ids=["list", "tuple", "mixed list", "series", "range", "subclass", "memoryview"],
)  # fmt: skip
def test_what_holds_numbers_evaluates_as_an_array(forge, x):
    gelu = forge.get("gelu")
    for _ in range(2):
        y = gelu.eval(x=x)
        assert type(y) is np.ndarray and y.dtype == np.float64
        np.testing.assert_array_equal(y, gelu.eval(x=np.array(x, np.float64)))


def test_nested_lists_are_arrays_of_several_axes(forge):
    assert forge.get("relu").eval(x=[[-1, 2], [3, -4]]).tolist() == [[0, 2], [3, 0]]
    assert forge.get("relu").eval(x=[]).shape == (0,)


REFUSED = [
    ("1", "'1'"), (b"1", "b'1'"), (None, "None"), (True, "True"), (1j, "1j"), (["a"], "a list"),
    ([1, [2, 3]], "ragged"),
    ({}, "a dict"), (np.array([1j]), "complex"), (np.array([None]), "dtype object"), (np.array(["1"]), "dtype <U1"),
    ([1, None], "a list"), (np.array(["2020"], "datetime64[Y]"), "datetime64"), (np.zeros(2, "i4,f4"), "dtype"),
]  # fmt: skip


@pytest.mark.parametrize(("x", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_is_no_number_is_refused_with_what_is(forge, x, said):
    with pytest.raises(TypeError) as refused:
        forge.get("gelu").eval(x=x)
    message = str(refused.value)
    assert message.startswith("cannot evaluate at ") and said in message
    assert "give a number, an array, or a list of numbers" in message


# Values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*SMOOTH, "selu", "snake", "squareplus", "hard_swish", "tanhexp"])
@pytest.mark.parametrize("order", [0, 1])
def test_every_element_is_what_the_scalar_target_gives(forge, name, order):
    f = forge.get(name) if order == 0 else forge.get(name).gradient("x")
    x = np.concatenate([line(80), line(81, -45, 45), line(82, -760, 760), 10.0 ** line(40, -300, 300)])
    most = 100 if name == "snake" else 6  # where roots other than 0 are, and the bar around them is absolute
    near_roots = np.where(np.abs(x) < most, 4 * 2.0**-52 * 5, 0)
    assert within_8(f.eval(x=x), elementwise(f, x), near_roots)


@pytest.mark.parametrize("name", ["gelu", "mish", "leaky_relu", "snake", "expm1", "relu"])
def test_an_array_of_many_blocks_is_its_pieces_to_the_last_bit(forge, name):
    f = forge.get(name)
    x = line(3 * BLOCK + 17, -30, 30)
    x[::997] *= 1e30
    pieces = [f.eval(x=x[a:b]) for a, b in ((0, 5), (5, BLOCK), (BLOCK, 2 * BLOCK + 1), (2 * BLOCK + 1, None))]
    np.testing.assert_array_equal(f.eval(x=x), np.concatenate(pieces))


@pytest.mark.parametrize("name", ["gelu", "relu6", "softplus", "snake"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_nan_and_infinities_keep_to_their_elements(forge, name, dtype):
    f = forge.get(name)
    with np.errstate(under="ignore"):
        x = line(2 * BLOCK + 100).astype(dtype)
    odd = {3: math.nan, BLOCK - 1: math.inf, BLOCK: -math.inf, 2 * BLOCK + 99: math.nan}
    for k, value in odd.items():
        x[k] = value
    y = f.eval(x=x)
    for k, value in odd.items():
        np.testing.assert_array_equal(np.float64(y[k]), f.eval(x=value))
    plain = np.setdiff1d(np.arange(x.size), list(odd))
    np.testing.assert_array_equal(y[plain], f.eval(x=x[plain]))
    assert np.isnan(y.astype(np.float64)).sum() == 2


def test_the_largest_and_the_smallest_numbers_neither_warn_nor_fail(forge):
    x = np.array([1.7976931348623157e308, -1.7976931348623157e308, 5e-324, -5e-324, 0.0, -0.0, 1e-310, 709.79, -745.2])
    for name in forge.list_all(category="activation"):
        f = forge.get(name)
        if f.kind == "elementwise":  # the others: tests/vector
            assert within_8(f.eval(x=x), elementwise(f, x)), name


def test_the_largest_number_is_told_from_half_of_it():
    """x**2 overflows, so that the quotient is 0 as computed; NumPy calls the spacing of the largest float oo."""
    largest = np.finfo(np.float64).max
    f = Expression("f", "x*(1 + x/sqrt(1 + x**2))/2")
    assert f.eval(x=np.array([largest, 1.0]))[0] == largest
    g = Expression("g", "x*y*(1 + x/sqrt(1 + x**2))/2")
    assert g.eval(x=np.array([largest, 1.0]), y=np.array([1.0, 1.0]))[0] == largest


def test_what_overflows_on_the_way_is_finite_where_the_truth_is():
    f = Expression("f", "0.8944*Max(0, x)**2")
    assert f.eval(x=np.array([1.7976931348623157e308, 1.0])).tolist() == [math.inf, 0.8944]  # the tails are looked at
    x = np.array([1.0, 1.4173737e154, 1.42e154])
    assert within_8(f.eval(x=x), elementwise(f, x)) and np.isfinite(f.eval(x=x)[1])


def test_the_callers_error_state_is_left_alone(forge):
    with np.errstate(divide="call", over="print", under="warn", invalid="ignore"):
        before = np.geterr()
        forge.get("mish").eval(x=np.array([1e300, -1e300, np.nan]))
        assert np.geterr() == before


# Several arguments ----------------------------------------------------------------------------------------------

TWO = Expression("f", "x*sigmoid(y)")


@pytest.mark.parametrize(
    ("x", "y"),
    [(line(4), line(5, -3, 3)[:4]), (line(4)[:, None], line(3)), (line(6).reshape(2, 3), 0.5), (2, line(3)),
     (np.empty((0, 2)), line(2)), (line(4, -3, 3).astype(np.float32), line(4).astype(np.float32))],
)  # fmt: skip
def test_several_variables_broadcast(x, y):
    got = TWO.eval(x=x, y=y)
    wide = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
    want = np.array([TWO.eval(x=a, y=b) for a, b in zip(*(w.reshape(-1).tolist() for w in wide), strict=True)])
    assert got.shape == wide[0].shape
    if got.dtype == np.float32:
        np.testing.assert_array_equal(got, want.reshape(got.shape).astype(np.float32))
    else:
        assert within_8(got, want.reshape(got.shape))


def test_a_parameter_may_be_an_array_one_value_a_channel(forge):
    alpha = np.array([0.01, 0.1, 0.5])
    x = line(24).reshape(2, 4, 3)
    f = forge.get("leaky_relu", params={"alpha": alpha})
    np.testing.assert_array_equal(f.eval(x=x), np.where(x > 0, x, alpha * x))
    np.testing.assert_array_equal(f.gradient("x").eval(x=x), np.where(x > 0, 1, np.broadcast_to(alpha, x.shape)))
    np.testing.assert_array_equal(f.gradient("alpha").eval(x=x), np.where(x > 0, 0, x))
    assert f.eval(x=-1.0).tolist() == [-0.01, -0.1, -0.5]
    assert forge.get("leaky_relu").eval(x=x, alpha=alpha[:, None, None, None]).shape == (3, 2, 4, 3)
    single = f.eval(x=x.astype(np.float32))
    assert single.dtype == np.float32
    elu = forge.get("elu", params={"alpha": [[0.5], [2.0]]})
    want = np.array([[forge.get("elu").eval(x=at, alpha=a) for at in (-2.0, 1.0)] for a in (0.5, 2.0)])
    assert within_8(elu.eval(x=np.array([-2.0, 1.0])), want)


def test_arrays_that_do_not_broadcast_are_refused():
    with pytest.raises(ValueError, match="broadcast"):
        TWO.eval(x=line(3), y=line(4))


def test_the_value_and_the_slope_of_an_array_in_one_pass(forge):
    x = line(300).reshape(3, 100)
    for name in (*SMOOTH, "leaky_relu", "snake"):
        f = forge.get(name)
        value, slope = f.value_and_grad(x=x)
        assert value.shape == slope.shape == x.shape
        assert within_8(value, f.eval(x=x), 1e-15) and within_8(slope, f.gradient("x").eval(x=x), 1e-15)
    value, slopes = TWO.value_and_grad(x=x, y=x[0])
    assert value.shape == slopes["x"].shape == slopes["y"].shape == x.shape
    single = forge.get("gelu").value_and_grad(x=x.astype(np.float32))
    assert [part.dtype for part in single] == [np.float32, np.float32]


def test_what_would_take_minutes_exactly_keeps_its_float64_value(monkeypatch):
    """1 - Phi(30) is 5e-198; float64 makes it 0, and so does its acos."""
    f, x = Expression("f", "acos(Phi(x))"), np.array([30.0, 30.5, 31.0])
    exact = [f.eval(x=each) for each in x.tolist()]
    assert f.eval(x=x).tolist() == exact and min(exact) > 0
    monkeypatch.setattr(to_numpy, "MOST_WORK", 1)
    assert f.eval(x=x).tolist() == [exact[0], 0.0, 0.0]


@pytest.mark.parametrize(
    ("formula", "params"),
    [
        ("x/(alpha - 1)", {"alpha": 1.0}),
        ("Piecewise((x/(alpha - beta), x > 1), (x, True))", {"alpha": 1.1, "beta": 1.1}),
        ("x/(alpha*beta)", {"alpha": 1e-200, "beta": 1e-200}),
        ("x**(1/alpha)", {"alpha": 0.0}),
        ("(Piecewise((2, alpha > 3), (x, True)) + 1)/(9*alpha)", {"alpha": 0.0}),
        ("x/Piecewise((x, x > 20), (alpha, True))", {"alpha": 0.0}),
        ("x*exp(1000*alpha)", {"alpha": 1.0}),
        ("x/tanh(alpha - 0.3)", {"alpha": 0.3}),
        ("sech2(0.1) - erf(x)", {}),
    ],
)
def test_what_parameters_make_infinite_or_leave_a_number_is_no_error_of_arrays(formula, params):
    """These raised ZeroDivisionError or TypeError, where numbers gave nan, an infinity or a value."""
    f = Expression("f", formula, params=params)
    x = np.linspace(-1.0, 30.0, 2000)
    for e in (f, f.gradient()):
        got, numbers = e.eval(x=x), np.array([e.eval(x=v) for v in x.tolist()])
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(got, numbers, rtol=1e-12, atol=1e-15)


def test_a_formula_of_parameters_alone_takes_arrays_of_them():
    f = Expression("f", "alpha + 1", params={"alpha": [1.0, 2.0]})
    assert f.eval().tolist() == [2.0, 3.0]
