"""Formulas with waves: what is proven on a cell holds at each of its floats, and answers are the same without it.

Interval arithmetic is held against the kernels it stands for at random points of random cells, and a spoiled one
turns red. Formulas whose waves hide between the points of any even grid are asked where they hide.
"""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from neurogebra import Expression
from neurogebra.compile import to_numpy_cells as cells
from neurogebra.compile import to_numpy_waves as waves
from neurogebra.compile.ops import OPS
from neurogebra.compile.to_numpy_cells import Cells, over_cells
from neurogebra.compile.to_numpy_intervals import WHOLE_LINE, Trust, watch
from neurogebra.compile.to_numpy_kernels import KERNELS
from neurogebra.compile.to_numpy_source import certified_source, compile_source

PERIODIC = ["snake", "snake_beta", "siren", "sine", "sine_relu"]


@pytest.fixture
def at_once(monkeypatch):
    """The proof is made for the smallest array."""
    monkeypatch.setattr(waves, "WORTH", -1)


def derived(forge, name, order, **params):
    f = forge.get(name, params=params)
    return f.gradient("x", order=order) if order else f


def known(f, **params):
    function = (f.with_params(**params) if params else f)._function().numpy
    return function, function._of_waves(tuple(f.params.values()))


# Cells ----------------------------------------------------------------------------------------------------------

UNARY = "sin cos tan abs exp expm1 log log1p sqrt sinh cosh tanh tanh_rest asinh acosh atanh asin acos atan erf erfc"
UNARY += " gauss over share softplus log_cosh floor ceiling sign rough_sin rough_cos"
EXPRESSIONS = [
    *(f"{name}(x0)" for name in UNARY.split()),
    "x0 + x1", "x0 - x1", "3.0 - x0", "-x0", "x0*x1", "2.0*x0", "x0*x0", "x0/x1", "1/x1", "larger(x0, x1)", "smaller(x0, 0.5)",
    "tail_add(x0, x1, x0 + x1)", "tail_mul(x0, x1, x0*x1)", "tail_mul(30.0, x0, 30.0*x0)", "tail_div(x0, x1, x0/x1)",
    "with_tail(x0, x1)",
    "select(x0 < x1, x0, x1*x1)", "select(x0 >= 0.3, 1.0, x1)", "select(x0 <= x1, x0, 2.0)",
    "select(both(x0 > 0.0, other(x1 < x0)), x0, x1)", "select((x0 == x1) | either(x0 > 1.0, x0 < -1.0), 3.0, x1)",
    "select(x0 != x1, x0, 1.0)", "grow(1e-3*abs(x0))", "away(abs(x0), 0.1*abs(x1))", "root_slope(abs(x0), 0.01*abs(x1))",
    "hump(exp(-abs(x0)))", "unsettled(floor(x0 - 1e-3) != floor(x0 + 1e-3))", "picked(x0 > x1, abs(x0 - x1), 1e-3*abs(x0), 1e-2*abs(x1))",
]  # fmt: skip


def random_cells(rng, count):
    """Cells of all widths and places, points among them, and such as hold 0."""
    middle = rng.normal(size=count) * 10.0 ** rng.uniform(-8, 3, count)
    width = np.abs(middle) * rng.choice([0, 1e-9, 1e-3, 0.3, 3], count) + rng.choice([0, 0, 1e-6, 0.1], count)
    subnormal = rng.random(count) < 0.05
    scale = np.where(subnormal, 1e-310, 1.0)
    return (middle - width) * scale, (middle + width) * scale


def outside(text, names=None):
    """How many values at points of cells lie outside, and for which share of the cells anything is known."""
    rng = np.random.default_rng(3)
    source = f"def f(x0, x1):\n    return {text}"
    (a, b), (c, d) = (random_cells(rng, 3000) for _ in range(2))
    with np.errstate(all="ignore"):
        found = over_cells(source)(Cells(a, b), Cells(c, d))
        low, high = (np.broadcast_to(end, a.shape) for end in (found.low, found.high))
        wrong = 0
        for k in range(12):
            s, t = (rng.random(a.size), rng.random(a.size)) if k > 3 else (k % 2, k // 2)
            x, y = (np.clip(p + (q - p) * r, p, q) for p, q, r in ((a, b, s), (c, d, t)))
            value = np.broadcast_to(compile_source(source)(x, y), a.shape)
            wrong += np.count_nonzero(~np.isnan(low) & ~((value >= low) & (value <= high)))
    return wrong, np.mean(np.isfinite(low))


def test_every_value_at_a_point_of_a_cell_lies_inside():
    for text in EXPRESSIONS:
        wrong, share = outside(text)
        assert wrong == 0, text
        assert share > (0.05 if "log" in text or "acosh" in text else 0.25), text
    named = {name for name in cells.INTERVALS if any(f"{name}(" in text for text in EXPRESSIONS)}
    assert named == set(cells.INTERVALS) <= KERNELS.keys()


@pytest.mark.parametrize(
    ("name", "spoiled"),
    [("sin", cells._rising("sin")), ("cos", cells._wave("cos", math.pi / 2)), ("tanh", cells._falling("tanh")),
     ("tail_mul", lambda a, b, p: Cells(0.0, 0.0)), ("tail_div", lambda a, b, q: Cells(0.0, 0.0)),
     ("floor", cells._rising("ceiling")), ("tan", cells._rising("tan")),
     ("away", lambda value, error: cells._cells(value) - error), ("select", lambda c, a, b: cells._cells(a)),
     ("exp", lambda a: Cells(np.exp(cells._cells(a).low) * (1 + 1e-14), np.exp(cells._cells(a).high)))],
)  # fmt: skip
def test_a_spoiled_interval_is_found_out(monkeypatch, name, spoiled):
    monkeypatch.setitem(cells.INTERVALS, name, spoiled)
    assert any(outside(text)[0] for text in EXPRESSIONS if f"{name}(" in text)


def test_extrema_inside_a_cell_are_seen():
    sine, cosine = cells.INTERVALS["sin"], cells.INTERVALS["cos"]
    a, b = np.array([1.5, -1.7, 0.1, 4.6, 1e5]), np.array([1.6, -1.5, 0.2, 10.9, 1e5 + 7])
    assert (sine(Cells(a, b)).high >= 1).tolist() == [True, False, False, True, True]
    assert (sine(Cells(a, b)).low <= -1).tolist() == [False, True, False, True, True]
    narrow = cosine(Cells(np.array([0.1]), np.array([0.2])))
    assert math.cos(0.2) - 1e-14 < narrow.low[0] and narrow.high[0] < math.cos(0.1) + 1e-14


def test_what_may_be_infinite_or_nan_is_anything():
    wide = Cells(np.array([0.0, 700.0, -1.0]), np.array([1.0, 800.0, 1.0]))
    for text, expected in (("tanh(exp(x0))", [0, 1, 0]), ("sin(1/x0)", [1, 0, 1]), ("over(log(x0))", [1, 0, 1])):
        with np.errstate(all="ignore"):
            found = over_cells(f"def f(x0):\n    return {text}")(wide)
        assert np.isnan(found.low).astype(int).tolist() == expected, text
    assert np.isnan(over_cells("def f(x0):\n    return normal(x0, gauss(x0))")(wide).low)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("name", PERIODIC)
def test_values_and_bounds_of_entries_lie_inside(forge, name, order):
    _, of = known(derived(forge, name, order))
    rng = np.random.default_rng(order)
    low = rng.normal(size=2000) * 10.0 ** rng.uniform(-6, 3, 2000)
    high = low + np.abs(low) * 10.0 ** rng.uniform(-6, 0, 2000)
    inside = low + (high - low) * rng.random(2000)
    ((v, e),) = over_cells(certified_source(of.code.lowered))(Cells(low, high), *of.parameters)
    ((value, error),) = of.certified(inside)
    assert np.all((value >= v.low) & (value <= v.high))
    assert np.all((error >= e.low) & (error <= e.high))
    assert np.isfinite(v.low).all() and np.isfinite(e.high).all()


# Trust ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("single", [False, True])
def test_the_fast_form_is_proven_where_arrays_live(forge, single):
    for name in PERIODIC:
        for order in (0, 1):
            _, of = known(derived(forge, name, order))
            (trust,) = of.trusts(single)
            assert any(a <= -100 and b >= 100 for a, b in trust.intervals), (name, order)
    for name, params in (("siren", {"omega": 60.0}), ("siren", {"omega": 1.3}), ("sine_relu", {"epsilon": 0.3})):
        (trust,) = known(derived(forge, name, 1, **params))[1].trusts(single)
        assert any(a <= -100 and b >= 100 for a, b in trust.intervals), name


def test_a_kernel_without_an_interval_is_not_trusted(at_once):
    f = Expression("f", "Phi(x)*cos(3*x)")
    of = known(f)[1]
    assert of.trusts(False)[0].intervals == () and not of.worth(10**9, False)
    x = np.linspace(-3, 3, 50)
    np.testing.assert_allclose(f.eval(x=x), [f.eval(x=at) for at in x.tolist()], rtol=1e-15)


HIDING = [
    "1.000000001 + cos(32*pi*x)",  # 2 at every sixteenth, a billionth between
    "x + sin(40*x)/1000",
    "2.5*sin(128*pi*x)**8 + (x - 1)**2 - 2.5",
    "x*sin(1000*x) + 1.001*x",
    "exp(-x**2/2)*cos(5*x) + 1/2",
    "floor(7*x)/10 + x/3",
    "tan(x) + 10/3",
    "sin(1/x)",
]


@pytest.mark.parametrize("formula", HIDING)
def test_a_wave_that_hides_between_the_points_of_a_grid_is_right(at_once, formula):
    f = Expression("f", formula)
    rng = np.random.default_rng(1)
    even = (rng.integers(-60, 60, 40) + 0.5) / 16
    x = np.concatenate([even, even * (1 + 1e-9), rng.normal(size=60), rng.normal(size=40) * 30])
    with np.errstate(all="raise"):
        y = f.eval(x=x)
    want = np.array([f.eval(x=at) for at in x.tolist()])
    near = waves.BAR * known(f)[1].roots(0).size * (np.array([known(f)[1].roots(0).bar(x)]) > 0)[0]
    assert np.all(np.abs(y - want) <= np.maximum(8 * np.spacing(np.abs(want)), near))
    single = f.eval(x=x.astype(np.float32))
    want = np.array([f.eval(x=at) for at in x.astype(np.float32).tolist()])
    np.testing.assert_array_equal(single, want.astype(np.float32))


@pytest.mark.parametrize(("name", "params"), [*((name, {}) for name in PERIODIC), ("snake", {"alpha": 0.37})])
@pytest.mark.parametrize("order", [0, 1])
def test_an_answer_is_the_same_to_the_last_bit_before_and_after_the_proof(forge, monkeypatch, name, params, order):
    f = derived(forge, name, order, **params)
    rng = np.random.default_rng(7)
    x = np.concatenate([rng.normal(size=2000) * 3, rng.normal(size=200) * 300, 10.0 ** rng.uniform(-300, 8, 100),
                        [0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324]])  # fmt: skip
    for dtype in (np.float64, np.float32, np.float16):
        with np.errstate(all="ignore"):
            given = x.astype(dtype)
        function = f._function().numpy
        answers = []
        for worth in (10**9, -1):
            monkeypatch.setattr(waves, "WORTH", worth)
            function._known.clear()
            function._forms.clear()
            answers.append(f.eval(x=given))
        assert [form is not None for form in function._forms.values()] == [True]
        np.testing.assert_array_equal(*answers)
        np.testing.assert_array_equal(f.eval(x=given[:7]), answers[0][:7])


def test_values_of_a_parameter_that_is_trained_are_never_worth_a_proof(forge, monkeypatch):
    made = []
    monkeypatch.setattr(waves, "proven", lambda *given: made.append(given) or Trust(()))
    x = np.linspace(-3, 3, 1000)
    for k in range(30):
        forge.get("snake", params={"alpha": 1.01 + k / 100}).eval(x=x)
    assert not made
    forge.get("snake", params={"alpha": 1.005}).eval(x=np.tile(x, 200))
    assert len(made) == 1


def test_small_arrays_take_the_short_way_once_it_is_proven(forge):
    f = forge.get("siren", params={"omega": 1.75})
    x = np.linspace(-3, 3, 1000)
    first = f.eval(x=x)
    quick = f._function().numpy.quick((1.75,))
    assert quick(x) is None
    f.eval(x=np.tile(x, 200))
    np.testing.assert_array_equal(quick(x), first)
    assert quick(np.append(x, 1e200)) is None and quick(np.append(x, math.nan)) is None


# Slopes that meet a tail --------------------------------------------------------------------------------------


def test_a_slope_of_no_other_use_is_computed_in_float32(forge):
    def steps(f):
        return [step.op for step in f._function().numpy.code.lowered.steps]

    siren = forge.get("siren")
    assert "rough_cos" in steps(siren) and "cos" not in steps(siren)
    assert "rough_sin" in steps(siren.gradient("x")) and "sin" not in steps(siren.gradient("x"))
    both = steps(Expression("f", "sin(0.3*x) + 2*cos(0.3*x)"))
    assert "sin" in both and "cos" in both and "rough_sin" not in both


def test_a_sine_times_its_cosine_is_one_wave(forge):
    slope = forge.get("snake").gradient("x")
    ops = [step.op for step in slope._function().numpy.code.with_simple_numbers((1.0,), 1).lowered.steps]
    assert ops.count("sin") == 1 and ops.count("scale") == 1 and not {"cos", "mul"} & set(ops)
    both = Expression("f", "sin(x)*cos(x) + sin(x)")._function().numpy.code.lowered
    assert {"sin", "cos"} <= {step.op for step in both.steps}  # the sine is there anyway
    ops = [step.op for step in known(forge.get("snake_beta").gradient("x"))[1].code.lowered.steps]
    assert ops.count("sin") == 1 and "cos" not in ops
    f = Expression("f", "cos(x/3)*sin(x/3)")
    x = np.concatenate([np.linspace(-9, 9, 99), [1e-300, 5e-324, 1e9]])
    with mpmath.workprec(200):
        want = [float(mpmath.sin(2 * mpmath.mpf(at) / 3) / 2) for at in x.tolist()]
    np.testing.assert_allclose(f.eval(x=x), want, rtol=1e-15, atol=1e-16)
    np.testing.assert_allclose([f.eval(x=at) for at in x.tolist()], want, rtol=1e-15, atol=1e-16)


def test_a_rough_wave_is_within_its_bound():
    x = np.random.default_rng(2).normal(size=20000) * 10.0 ** np.random.default_rng(3).uniform(-5, 6, 20000)
    for name in ("sin", "cos"):
        bound = eval(" + ".join(OPS[f"rough_{name}"].error("v", "a", "")), {"a": x, "abs": np.abs})
        error = np.abs(KERNELS[f"rough_{name}"](x) - KERNELS[name](x))
        assert np.all(error <= bound) and np.any(error > bound / 4)


# Roots ----------------------------------------------------------------------------------------------------------


def test_roots_are_found_where_values_cross_and_where_they_touch_zero():
    def roots(formula):
        return known(Expression("f", formula))[1].roots(0)

    touching = roots("1 + sin(2*x)")
    assert touching.size == pytest.approx(2, rel=1e-2)
    places = touching.within(200.0)
    k = np.round((places + math.pi / 4) / math.pi)
    assert np.abs(places - (k * math.pi - math.pi / 4)).max() < 1 / 16
    assert set(range(-35, 36)) <= set(k.astype(int).tolist())
    crossing = roots("3*sin(x)/11")  # which no other test has asked further out
    assert 0 < crossing.within(4.0).size < 10
    places = crossing.within(1e300)
    k = np.round(places / math.pi)
    assert np.abs(places - k * math.pi).max() < 1 / 16
    assert set(k.tolist()) == set(range(-35, 36)) - {0}
    assert roots("2 + sin(x)").within(1e3).size == roots("1.001 + sin(x)").within(1e3).size == 0


def test_the_absolute_bar_reaches_no_further_than_its_root(forge):
    at = known(forge.get("sine"))[1].roots(0)
    assert (at.bar(np.array([math.pi - 0.5, 3.5, 2.3, 0.0, 1.5])) > 0).tolist() == [True, True, False, False, False]
    low, high = np.array([3.0, 3.5, 2.0]), np.array([3.2, 4.0, 3.2])
    assert (at.bar(low, high) > 0).tolist() == [True, False, False]
    assert at.bar(np.array([3.0]))[0] == waves.BAR * at.size < 4 * 2.0**-52
    assert not known(Expression("f", "2 + sin(x)"))[1].roots(0).bar(np.array([3.0])).any()


def test_what_grows_without_measure_excuses_no_error():
    """4 eps of the largest slope on [-5, 5], 1e66, are more than this one."""
    slope = Expression("f", "sin(expm1(exp(x)))").gradient()
    x = 3.6172360538500685
    assert slope.eval(x=np.array([x, 1.0]))[0] == slope.eval(x=x)


# Looks ----------------------------------------------------------------------------------------------------------


def test_a_sum_of_squares_tells_no_more_than_the_ends():
    look = watch(Trust(((-2.0, 3.0),)), False, False, True)
    assert look(np.full(100, 1.5)) and look(np.array([2.9])) and look(np.array([-2.0, 3.0]))
    assert not any(look(np.array([0.0, at])) for at in (-2.1, 3.1, math.nan, math.inf, np.nextafter(-2, -3)))
    assert not watch(Trust(((1.0, 2.0),)), False, False, True)(np.zeros(3))


def test_faint_values_are_doubted_outside_the_firm_stretch():
    trust = Trust(WHOLE_LINE.intervals, 1e-6, (-0.5, 0.5))
    x = np.array([0.0, 0.25, 3.0, 4.0, -3.0, math.nan])
    assert trust.faint(x, np.array([0.0, 1e-9, 1e-9, 1e-3, -1e-7, math.nan])).tolist() == [2, 4]
    assert trust.faint(x, np.ones(6)).tolist() == []
