"""The oracle against mpmath at high precision, function by function and derivative by derivative.

Every later check rests on it, so it is held to a second library that shares no code with it, and each of its
refusals (outside the domain, at a corner, beyond all bounds) is tested as such.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import numpy
import pytest
import sympy
from sympy import And, Eq, Max, Min, Not, Or, Piecewise, Rational

flint = pytest.importorskip("flint")

from neurogebra.compile.to_ball import FORMATS, Oracle, Undecided, ball  # noqa: E402
from neurogebra.compile.to_ball_arithmetic import arb, ctx  # noqa: E402
from neurogebra.compile.to_ball_words import ROWS  # noqa: E402
from neurogebra.language import functions as words  # noqa: E402

x, alpha = (sympy.Symbol(name, real=True) for name in ("x", "alpha"))
DIGITS = 150  # of mpmath: its derivatives by differences lose about a half

# The function on mpmath, and where its domain lies.
TRUTH = {
    sympy.exp: (mpmath.exp, -30, 30),
    sympy.log: (mpmath.log, 0.01, 30),
    sympy.sin: (mpmath.sin, -30, 30),
    sympy.cos: (mpmath.cos, -30, 30),
    sympy.tan: (mpmath.tan, -1.5, 1.5),
    sympy.atan: (mpmath.atan, -30, 30),
    sympy.asin: (mpmath.asin, -0.99, 0.99),
    sympy.acos: (mpmath.acos, -0.99, 0.99),
    sympy.sinh: (mpmath.sinh, -30, 30),
    sympy.cosh: (mpmath.cosh, -30, 30),
    sympy.tanh: (mpmath.tanh, -30, 30),
    sympy.asinh: (mpmath.asinh, -30, 30),
    sympy.acosh: (mpmath.acosh, 1.01, 30),
    sympy.atanh: (mpmath.atanh, -0.99, 0.99),
    sympy.erf: (mpmath.erf, -8, 8),
    sympy.erfc: (mpmath.erfc, -8, 8),
    words.erfc: (mpmath.erfc, -8, 8),
    words.sigmoid: (lambda u: 1 / (1 + mpmath.exp(-u)), -60, 60),
    words.softplus: (lambda u: mpmath.log(1 + mpmath.exp(u)), -60, 60),
    words.Phi: (mpmath.ncdf, -8, 8),
    words.phi: (mpmath.npdf, -8, 8),
    words.expm1: (mpmath.expm1, -30, 30),
    words.log1p: (mpmath.log1p, -0.99, 30),
    words.sech2: (lambda u: mpmath.sech(u) ** 2, -30, 30),
    words.log_cosh: (lambda u: mpmath.log(mpmath.cosh(u)), -30, 30),
    words.tanh_: (mpmath.tanh, -30, 30),
}


def points(low: float, high: float, count: int) -> list[float]:
    chance = random.Random(f"{low} {high}")
    inside = [chance.uniform(low, high) for _ in range(count)]
    return inside + [p for p in (0.0, 1e-9, -1e-9, 0.5, -0.5) if low <= p <= high]


def as_mpf(enclosure: arb) -> mpmath.mpf:
    mantissa, exponent = enclosure.mid().man_exp()
    return mpmath.mpf(int(mantissa)) * mpmath.mpf(2) ** int(exponent)


def test_every_function_of_the_oracle_has_a_second_opinion():
    assert TRUTH.keys() == ROWS.keys()


@pytest.mark.parametrize("function", TRUTH, ids=lambda f: f"{f.__module__.split('.')[0]}.{f.__name__}")
def test_values_and_derivatives_agree_with_mpmath_to_60_digits(function):
    truth, low, high = TRUTH[function]
    oracle = Oracle(function(x))
    with mpmath.workdps(DIGITS):
        for point in points(low, high, 8):
            enclosures = oracle.series("x", {"x": point}, 3, 400)
            expected = [k_th(truth, mpmath.mpf(point), k) for k in range(4)]
            for order, (enclosure, value) in enumerate(zip(enclosures, expected, strict=True)):
                gap = abs(as_mpf(enclosure) - value)
                assert gap <= mpmath.mpf(10) ** -60 * max(1, abs(value)), (point, order)
                assert enclosure.rad() < 1e-60 * max(1, abs(enclosure.mid())), (point, order)
            with ctx.workprec(400):
                assert oracle.ball({"x": point}, 400).overlaps(enclosures[0])


@pytest.mark.parametrize("function", TRUTH, ids=lambda f: f"{f.__module__.split('.')[0]}.{f.__name__}")
def test_any_number_of_terms_gives_the_same_values(function):
    """One term alone, and a series that is flat to the order computed."""
    _, low, high = TRUTH[function]
    point = 0.25 if low < 0.25 < high else 2.0
    oracle, flat = Oracle(function(x)), Oracle(function(Rational(point) + x**6))
    values = [oracle.ball({"x": point}), oracle.series("x", {"x": point}, 0)[0]]
    values += [oracle.series("x", {"x": point}, 4)[0], flat.series("x", {"x": 0.0}, 2)[0]]
    assert len({float(value) for value in values}) == 1
    assert [float(slope) for slope in flat.series("x", {"x": 0.0}, 2)[1:]] == [0, 0]


def k_th(function, point, order):
    return function(point) if order == 0 else mpmath.diff(function, point, order)


@pytest.mark.parametrize(
    ("formula", "truth", "low", "high"),
    [
        (x**3 - x**-2, lambda u: u**3 - u**-2, 0.1, 9),
        (sympy.sqrt(1 + x**2) ** 3, lambda u: (1 + u * u) ** 1.5, -9, 9),
        ((x**2 + 1) ** Rational(-1, 3), lambda u: 1 / mpmath.cbrt(u * u + 1), -9, 9),
        (x**alpha, lambda u: u ** mpmath.mpf(0.3), 0.1, 9),
        (2**x, lambda u: mpmath.mpf(2) ** u, -9, 9),
        (x**x, lambda u: u**u, 0.1, 9),
        (sympy.pi * x + sympy.E / 3, lambda u: mpmath.pi * u + mpmath.e / 3, -9, 9),
        (
            x * sympy.tanh(sympy.log(1 + sympy.exp(x))),
            lambda u: u * mpmath.tanh(mpmath.log(1 + mpmath.exp(u))),
            -30,
            30,
        ),
        (sympy.sin(x) / x, lambda u: mpmath.sin(u) / u, 0.1, 9),
    ],
    ids=lambda part: str(part) if isinstance(part, sympy.Expr) else "",  # not a function, which prints its address
)
def test_powers_and_compositions_agree_with_mpmath(formula, truth, low, high):
    oracle = Oracle(formula)
    with mpmath.workdps(DIGITS):
        for point in (p for p in points(low, high, 8) if p):
            enclosures = oracle.series("x", {"x": point, "alpha": 0.3}, 3, 400)
            for order, enclosure in enumerate(enclosures):
                value = k_th(truth, mpmath.mpf(point), order)
                assert abs(as_mpf(enclosure) - value) <= mpmath.mpf(10) ** -60 * max(1, abs(value))


def test_derivatives_by_a_parameter_are_taken_the_same_way():
    swish = x / (1 + sympy.exp(-alpha * x))
    by_alpha = Oracle(swish).derivatives("alpha", {"x": 2.0, "alpha": 0.5}, 1)[1]
    with mpmath.workdps(60):
        assert by_alpha == float(mpmath.diff(lambda a: 2 / (1 + mpmath.exp(-a * 2)), 0.5))


def test_whole_cancellation_is_waited_for():
    assert Oracle(x - sympy.tanh(x)).rounded({"x": 1e-100}) == 3.3333333333333333e-301
    assert Oracle((x - sympy.tanh(x)) / x**3).rounded({"x": 1e-300}) == 0.3333333333333333
    assert Oracle(sympy.sin(x) ** 2 + sympy.cos(x) ** 2 - 1).rounded({"x": 0.7}) == 0.0


@pytest.mark.parametrize(
    ("formula", "point", "expected"),
    [
        (sympy.exp(x), 1e300, math.inf),
        (sympy.exp(x), -1e300, 0.0),
        (sympy.exp(sympy.exp(x)), 1e300, math.inf),
        (sympy.exp(-sympy.exp(x)), 1e300, 0.0),
        (1 / sympy.exp(sympy.exp(x)), 1e300, 0.0),
        (3 * sympy.exp(sympy.exp(x)) - 2, 1e300, math.inf),
        (-sympy.exp(sympy.exp(x)), 1e300, -math.inf),
        (1 + sympy.exp(-x), 1e308, 1.0),
        (sympy.log(1 + sympy.exp(x)), 1e308, 1e308),
        (sympy.sin(x), 1e300, -0.8178819121159085),
        (sympy.exp(x), 5e-324, 1.0),
        (x * 2, 1e308, math.inf),
        (x / 2, 5e-324, 0.0),  # a tie, to even
        (x / 2, 1.5e-323, 1e-323),  # a tie, to even
        (sympy.log(x), 0.0, -math.inf),
        (sympy.log(x), -1.0, math.nan),
        (1 / x, 0.0, math.nan),
        (sympy.sqrt(x), -1e-300, math.nan),
        (sympy.asin(x), 1.0, 1.5707963267948966),
        (sympy.asin(x), 1.0000000000000002, math.nan),
        (x**Rational(1, 3), -8.0, math.nan),
        (x**alpha, -3.0, 9.0),
        (x ** (65 * alpha + 1), -1.0, -1.0),
        (x ** (65 * alpha + 2), -1.0, 1.0),
        (sympy.ceiling(x), 2.5, 3.0),
        (sympy.ceiling(x), -2.0, -2.0),
        (sympy.floor(x), -2.5, -3.0),
        (x**alpha, 0.0, 0.0),
    ],
    ids=str,
)  # fmt: skip
def test_the_ends_of_the_floating_point_range(formula, point, expected):
    got = Oracle(formula).rounded({"x": point, "alpha": 2.0})
    assert got == expected or (math.isnan(expected) and math.isnan(got))


def test_series_whose_first_enclosures_are_too_wide_settle_too():
    tanhexp = Oracle(x * sympy.tanh(sympy.exp(x)))
    assert tanhexp.derivatives("x", {"x": 300.0}, 2) == (300.0, 1.0, 0.0)
    assert tanhexp.derivatives("x", {"x": 1e308}, 2) == (1e308, 1.0, 0.0)
    assert Oracle(words.sigmoid(sympy.exp(x))).derivatives("x", {"x": 1e5}, 2) == (1.0, 0.0, 0.0)
    cancels = words.sigmoid(10**49 * (sympy.sin(x) - x + x**3 / 6))  # at 128 bits: of a ball around 0
    value, slope, bend = Oracle(cancels).derivatives("x", {"x": 1e-9}, 2)
    assert value == 1.0 and slope > 0 > bend


def test_what_no_precision_decides_is_said_so():
    tower = sympy.exp(sympy.exp(x))
    lowered = sympy.log(tower + 1)
    positive = Piecewise((1, x * sympy.exp(-tower) > 0), (2, True))
    for formula, point in [
        (positive, 1e300),  # it is, but by how little no exponent can say
        (sympy.log(lowered + 1), 1e300),  # 1e300, by way of numbers that no computer can hold
        (tower * sympy.exp(-2 * sympy.exp(x) + sympy.sin(x)), 1e300),
        (Piecewise((1, sympy.sqrt(x) * sympy.sqrt(x + 1) >= sympy.sqrt(x**2 + x)), (2, True)), 3.0),
    ]:
        with pytest.raises(Undecided, match="no rounding to float64"):
            Oracle(formula).rounded({"x": point})


def test_nan_in_is_nan_out():
    assert math.isnan(Oracle(sympy.Integer(1) + x).rounded({"x": math.nan}))
    assert all(map(math.isnan, Oracle(x**2).derivatives("x", {"x": math.nan}, 2)))


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_rounding_is_that_of_the_processor(dtype):
    """Of float64 values, over the whole bit space, subnormals and overflow included."""
    chance = numpy.random.default_rng(7)
    span = {"float32": 180, "float16": 40}[dtype]
    values = numpy.ldexp(chance.uniform(-1, 1, 4000), chance.integers(-span, span, 4000))
    with numpy.errstate(over="ignore", under="ignore"):
        low = values[:500].astype(dtype)
        high = numpy.nextafter(low, numpy.array(numpy.inf, dtype))
        middles = (low.astype("float64") + high.astype("float64")) / 2
        values = numpy.concatenate([values, middles[numpy.isfinite(middles)]])
        expected = values.astype(dtype)
    oracle = Oracle(x)
    got = [oracle.rounded({"x": float(value)}, dtype) for value in values]
    assert numpy.array_equal(numpy.array(got, dtype), expected)


def test_rounding_to_bfloat16_is_that_of_ml_dtypes():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    chance = numpy.random.default_rng(8)
    with numpy.errstate(over="ignore", under="ignore"):
        values = numpy.ldexp(chance.uniform(-1, 1, 3000), chance.integers(-140, 130, 3000)).astype("float32")
    oracle = Oracle(x)
    got = [oracle.rounded({"x": float(value)}, "bfloat16") for value in values]
    with numpy.errstate(over="ignore", under="ignore"):
        expected = values.astype(ml_dtypes.bfloat16).astype("float64")
    assert numpy.array_equal(got, expected)


def test_narrow_types_are_not_rounded_twice():
    """1 + 2**-11 + 2**-60 lies above the midpoint of float16; through float64 it would fall on it."""
    value = 1 + Fraction(1, 2**11) + Fraction(1, 2**60)
    assert Oracle(x).rounded({"x": value}, "float16") == 1 + 2**-10
    assert float(numpy.float16(float(value))) == 1.0


def test_each_format_knows_its_own_ends():
    for dtype, spec in FORMATS.items():
        least = math.ldexp(1.0, spec.least)
        largest = math.ldexp(2 - 2.0 ** (1 - spec.precision), spec.overflow - 1)
        oracle = Oracle(x)
        assert oracle.rounded({"x": Fraction(least) / 2}, dtype) == 0
        assert oracle.rounded({"x": Fraction(least) * Fraction(51, 100)}, dtype) == least
        assert oracle.rounded({"x": largest}, dtype) == largest
        beyond = Fraction(largest) + Fraction(2) ** (spec.overflow - spec.precision - 1)
        assert oracle.rounded({"x": beyond}, dtype) == math.inf
        assert oracle.rounded({"x": beyond - Fraction(1, 10**9)}, dtype) == largest


def test_one_sided_derivatives_at_a_corner():
    values = {"x": 0.0, "alpha": 0.25}
    leaky = Oracle(Piecewise((x, x > 0), (alpha * x, True)))
    assert [float(b) for b in leaky.series("x", values, 2, side=-1)] == [0, 0.25, 0]
    assert [float(b) for b in leaky.series("x", values, 2, side=1)] == [0, 1, 0]
    jump = Oracle(sympy.sign(x) * x**2 + sympy.floor(x))
    assert [float(b) for b in jump.series("x", values, 2, side=-1)] == [-1, 0, -2]
    assert [float(b) for b in jump.series("x", values, 2, side=1)] == [0, 0, 2]
    flat = Oracle(Piecewise((1, x**2 > 0), (5, True)))
    assert [float(flat.series("x", values, 0, side=side)[0]) for side in (-1, 1)] == [1, 1]
    steps = Oracle(sympy.ceiling(x))
    assert [float(steps.series("x", values, 0, side=side)[0]) for side in (-1, 1)] == [0, 1]
    for formula in (abs(x), Max(x, alpha * x), Min(x, -x, 3)):
        slopes = [float(Oracle(formula).series("x", values, 1, side=side)[1]) for side in (-1, 1)]
        assert slopes == [float(sympy.diff(formula, x).subs(alpha, 0.25).subs(x, p).doit()) for p in (-1, 1)]


def test_one_sided_derivatives_that_agree_are_the_derivative(monkeypatch):
    monkeypatch.delattr(Oracle, "shown")  # no other road is asked
    sinc = Piecewise((1, Eq(x, 0)), (sympy.sin(x) / x, True))
    assert Oracle(sinc).derivatives("x", {"x": 0.0}, 2) == (1.0, 0.0, -0.3333333333333333)
    celu = Max(0, x) + Min(0, alpha * (sympy.exp(x / alpha) - 1))
    assert Oracle(celu).derivatives("x", {"x": 0.0, "alpha": 2.0}, 1) == (0.0, 1.0)


def test_conditions_are_decided_by_enclosures():
    inside = Piecewise((1, And(x > -1, x <= 2)), (2, Or(x > 5, Not(x < 3))), (3, True))
    got = [Oracle(inside).rounded({"x": value}) for value in (-1.0, 0.0, 2.0, 2.5, 3.0, 6.0)]
    assert got == [3, 1, 1, 3, 2, 2]
    third = Piecewise((1, x >= Rational(1, 3)), (0, True))
    assert [Oracle(third).rounded({"x": value}) for value in (1 / 3, math.nextafter(1 / 3, 1))] == [0, 1]
    at_e = Piecewise((1, sympy.exp(x) > 1), (0, True))
    assert [Oracle(at_e).rounded({"x": value}) for value in (5e-324, 0.0, -5e-324)] == [1, 0, 0]


def test_the_limit_is_what_far_values_show():
    assert Oracle(x / (1 + sympy.exp(-x))).limit("x", -1, {}) == 0
    assert Oracle(x / (1 + sympy.exp(-x))).limit("x", 1, {}) == math.inf
    assert Oracle(sympy.atan(x)).limit("x", 1, {}) == math.pi / 2
    assert Oracle(-sympy.log(1 + abs(x))).limit("x", 1, {}) == -math.inf
    assert Oracle(sympy.sin(x)).limit("x", 1, {}) is None
    assert Oracle(sympy.sqrt(x)).limit("x", 1, {}) == math.inf  # a float64 at the first places looked at
    assert Oracle(sympy.sqrt(x)).limit("x", 1, {}, order=1) == 0


def test_the_kept_oracle_gives_the_same_answers():
    gelu = x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2
    assert float(ball(gelu, {"x": -10.0}, 256)) == Oracle(gelu).rounded({"x": -10.0}) == -7.619853024160526e-23
    assert float(Oracle(gelu).series("x", {"x": 0.0}, 1)[1]) == 0.5
