"""The measure itself: what it lets pass, what it catches, and where it looks.

The failing examples are the usual formulas, as people write them, at the places where they are known to fail;
a measure that let them pass would let anything pass.
"""

from __future__ import annotations

import math

import numpy
import pytest
import scipy.special
import sympy

pytest.importorskip("flint")

from measure import Figure, Truths, judge, measure, ulps
from sampling import Bits, Sample, dtype_of, inputs, landmarks, sample

from neurogebra.compile.to_ball import Oracle

x = sympy.Symbol("x", real=True)
FORMULAS = {
    "gelu": x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
    "sigmoid": 1 / (1 + sympy.exp(-x)),
    "softplus": sympy.log(1 + sympy.exp(x)),
    "tanh": sympy.tanh(x),
    "tanh_shrink": x - sympy.tanh(x),
    "relu": sympy.Max(0, x),
    "square": x**2,
    "hard_sigmoid": sympy.Piecewise((0, x < -3), (1, x > 3), (x / 6 + sympy.Rational(1, 2), True)),
}


def truths_of(name: str, **options: object) -> Truths:
    return Truths(Oracle(FORMULAS[name]), "x", {}, **options)


def figure_of(name: str, function, dtype: str = "float64", order: int = 0, count: int = 240) -> Figure:
    truths = truths_of(name)
    points = sample(truths.oracle, "x", {}, dtype, Sample(count, steps=30))
    with numpy.errstate(all="ignore"):
        return measure([lambda v: v] * order + [function], truths, points, dtype)[order]


def test_the_unit_is_that_of_the_truth():
    one, below = math.ulp(1.0), math.ulp(0.5)
    assert ulps(1.0 - below, 1.0, "float64") == 0.5
    assert ulps(1.0 + one, 1.0, "float64") == 1
    assert ulps(1.0, 1.0 - below, "float64") == 1
    assert ulps(1 + 2.0**-23, 1.0, "float32") == 1
    assert ulps(5e-324, 1.5e-323, "float64") == 2
    assert ulps(0.0, 0.0, "float64") == ulps(math.nan, math.nan, "float64") == 0
    assert ulps(math.inf, 1.7e308, "float64") == ulps(math.nan, 0.0, "float64") == math.inf
    assert ulps(-math.inf, math.inf, "float64") == math.inf
    assert ulps(numpy.finfo("float64").max, math.inf, "float64") == 1
    assert ulps(65504.0, math.inf, "float16") == 1


@pytest.mark.parametrize(
    ("got", "truth", "dtype", "why"),
    [
        (math.nan, 1.0, "float64", "nan"),
        (1.0, math.nan, "float64", "a number where there is none"),
        (math.inf, 1e308, "float64", "infinite"),
        (-1e-300, 1e-300, "float64", "wrong sign"),
        (-0.0, 3e-308, "float64", "flushed to zero"),
        (0.0, 1.2e-38, "float32", "flushed to zero"),
        (1.0 + 9 * 2.0**-52, 1.0, "float64", "9 ULP"),
        (1.0 + 2 * 2.0**-23, 1.0, "float32", "2 ULP"),
    ],
)
def test_each_kind_of_miss_is_named(got, truth, dtype, why):
    figure = Figure()
    judge(figure, truths_of("square"), 2.0, got, truth, dtype, 0)
    assert [miss.why for miss in figure.misses] == [why]


@pytest.mark.parametrize(
    ("got", "truth", "dtype"),
    [
        (1.0 + 8 * 2.0**-52, 1.0, "float64"),
        (1.0 + 2.0**-23, 1.0, "float32"),
        (-0.0, 0.0, "float64"),
        (0.0, 2.5e-323, "float64"),
        (math.nan, math.nan, "float64"),
        (math.inf, math.inf, "float16"),
    ],
)
def test_what_meets_the_bar_passes(got, truth, dtype):
    figure = Figure()
    judge(figure, truths_of("square"), 2.0, got, truth, dtype, 0)
    assert not figure.misses


def test_near_a_root_float64_owes_absolute_accuracy_only():
    truths = truths_of("gelu")
    root = -0.7517915246935645  # of the slope
    truth = truths.at(root)[1]
    assert abs(truth) < 1e-16
    for got, misses in [(4e-16, 0), (-4e-16, 0), (0.0, 0), (6e-15, 1)]:
        figure = Figure()
        judge(figure, truths, root, got, truth, "float64", 1)
        assert (len(figure.misses), figure.excused) == (misses, 1 - misses)
    figure = Figure()
    judge(figure, truths, root, 4e-16, truth, "float32", 1)
    assert figure.misses


def test_a_root_at_zero_is_an_ordinary_point():
    truths, figure = truths_of("tanh_shrink"), Figure()
    judge(figure, truths, 1e-3, 3.33e-10, truths.at(1e-3)[0], "float64", 0)
    assert figure.misses
    assert not truths.near_a_root(1e-3, 0)


def test_a_root_that_only_touches_is_a_root():
    bumps = Truths(Oracle(1 + sympy.sin(x)), "x", {})
    assert bumps.near_a_root(-1.5, 0) and bumps.near_a_root(4.5, 0)
    assert not bumps.near_a_root(0.5, 0)
    assert bumps.near_a_root(1e196, 0) == any(bumps.at(1e196)[0] < size for size in [0.2])
    lifted = Truths(Oracle(sympy.Rational(101, 100) + sympy.sin(x)), "x", {})
    assert not lifted.near_a_root(-1.5, 0)


@pytest.mark.parametrize(
    ("name", "function", "dtype", "order", "why"),
    [
        ("gelu", lambda v: v * (1 + scipy.special.erf(v / numpy.sqrt(2))) / 2, "float64", 0, "flushed"),
        (
            "gelu",
            lambda v: v * (1 + scipy.special.erf(v / numpy.float32(2**0.5))) / 2,
            "float32",
            0,
            "flushed",
        ),
        (
            "sigmoid",
            lambda v: 1 / (1 + numpy.exp(-v)) * (1 - 1 / (1 + numpy.exp(-v))),
            "float64",
            1,
            "flushed",
        ),
        ("softplus", lambda v: numpy.log(1 + numpy.exp(v)), "float64", 0, "infinite"),
        ("tanh", lambda v: 1 - numpy.tanh(v) ** 2, "float64", 1, "flushed"),
        ("tanh_shrink", lambda v: v - numpy.tanh(v), "float64", 0, "ULP"),
        ("relu", lambda v: (v >= 0) * numpy.ones_like(v), "float64", 1, "ULP"),
        ("hard_sigmoid", lambda v: numpy.clip(v / 6 + 0.5000001, 0, 1), "float64", 0, "ULP"),
        ("square", lambda v: -v * v, "float64", 0, "wrong sign"),
    ],
)
def test_the_usual_formulas_are_caught(name, function, dtype, order, why):
    figure = figure_of(name, function, dtype, order)
    assert any(why in miss.why for miss in figure.misses), str(figure)


@pytest.mark.parametrize(
    ("name", "function", "dtype"),
    [
        ("tanh", numpy.tanh, "float64"),
        ("square", lambda v: v * v, "float64"),
        ("square", lambda v: v * v, "float16"),
        ("relu", lambda v: numpy.maximum(v, 0), "float32"),
        ("softplus", lambda v: numpy.logaddexp(0, v.astype("float64")).astype("float32"), "float32"),
    ],
)
def test_careful_formulas_pass(name, function, dtype):
    figure = figure_of(name, function, dtype)
    assert figure.count > 200 and not figure.misses, str(figure)


def test_another_shape_or_dtype_is_an_error():
    with pytest.raises(AssertionError, match="came back as float64"):
        figure_of("tanh", lambda v: numpy.tanh(v.astype("float64")), "float32")


def test_landmarks_find_the_ends_of_the_range_and_the_roots():
    softplus = Oracle(FORMULAS["softplus"])
    found = landmarks(softplus, "x", {}, "float64", Sample(0))
    assert any(-745.14 < mark < -745.12 for mark in found)  # the last that is not 0
    assert any(-708.40 < mark < -708.39 for mark in found)  # the last that is normal
    gelu_prime = landmarks(Oracle(FORMULAS["gelu"]), "x", {}, "float64", Sample(0))
    assert {-0.7517915246935645, -0.7517915246935644} <= set(gelu_prime)
    hard = landmarks(Oracle(FORMULAS["hard_sigmoid"]), "x", {}, "float32", Sample(0))
    assert {-3.0, 3.0} & set(hard)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_inputs_reach_every_part_of_the_range(dtype):
    points = inputs(dtype, Sample(600), [3.0]).astype("float64")
    info = numpy.finfo(dtype)
    assert set(map(float, (0, info.max, -info.max, info.smallest_subnormal, info.tiny, 3))) <= set(points)
    exponents = numpy.frexp(points[points != 0])[1]
    assert exponents.min() < info.minexp + 5 and exponents.max() > info.maxexp - 5
    assert numpy.count_nonzero(abs(points - 3) < 1e-2) >= 6
    assert numpy.count_nonzero((abs(points) > 0.1) & (abs(points) < 10)) > 100
    far = inputs("float64", Sample(600), [12345.0])
    assert numpy.count_nonzero((abs(far / 12345 - 1) > 1e-6) & (abs(far / 12345 - 1) < 0.2)) >= 3
    few = inputs(dtype, Sample(0), [3.0] * 9, kinks=[-7.0])
    assert {-7.0, float(numpy.nextafter(dtype_of(dtype).type(-7), dtype_of(dtype).type(0)))} <= set(map(float, few))
    assert numpy.array_equal(points, inputs(dtype, Sample(600), [3.0]).astype("float64"))


@pytest.mark.parametrize("name", ["float64", "float32", "float16", "bfloat16"])
def test_places_are_the_order_of_the_numbers(name):
    if name == "bfloat16":
        pytest.importorskip("ml_dtypes")
    bits = Bits(name)
    row = [bits.number(place) for place in (-bits.last - 9, -bits.last, -1, 0, 1, bits.last, bits.last + 9)]
    assert row == sorted(row) and row[0] == row[1] and row[-1] == row[-2] and row[2] < 0 < row[4]
    for number in (1.0, -2.5, 0.0, bits.number(7)):
        assert bits.number(bits.place(number)) == number
    assert dtype_of(name).itemsize * 8 == bits.whole.itemsize * 8
