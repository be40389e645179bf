"""Where array code is trusted: what is found on the grid, in wide stretches and in the tails, and the cheapest look."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fast_form import ODD, form

from neurogebra import Expression
from neurogebra.compile.to_numpy import NumpyFunction
from neurogebra.compile.to_numpy_forms import BLOCK, MANY
from neurogebra.compile.to_numpy_intervals import WHOLE_LINE, Trust, common, joined, watch
from neurogebra.compile.to_numpy_trust import examine, examine_tails, last_place, near_roots


@pytest.mark.parametrize("formula", ["x**2", "x/3", "x - 1/2", "Max(0, x)*Min(1, x)", "sqrt(x)"])
def test_what_is_rounded_once_is_trusted_on_the_whole_line(formula):
    made = form(formula)
    assert made.code.rounded_once and made.trust == WHOLE_LINE
    f = Expression("f", formula)
    x = ODD[3:]
    np.testing.assert_array_equal(f.eval(x=x), [f.eval(x=at) for at in x.tolist()])


DOUBTFUL = "Piecewise((1, x**2 > x/3), (0, True))"


@pytest.mark.parametrize("formula", ["1/x", "x**3", "x**2 + 1", "exp(x)", "Max(x, x/3 + 1)", DOUBTFUL])
def test_what_is_not_is_not(formula):
    assert not form(formula).code.rounded_once


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_quotient_with_a_value_at_its_pole_is_trusted_everywhere(forge, dtype):
    assert form(forge.get("inverse"), dtype).everywhere
    inverse = forge.get("inverse").eval(x=np.array([0.0, -0.0, 1e-309, -math.inf, 2.0, math.nan], dtype))
    np.testing.assert_array_equal(inverse, [0, 0, 0 if dtype is np.float32 else math.inf, 0, 0.5, math.nan])
    assert not form("1/x", dtype).trust.whole  # inf there, where no value is
    assert form("Piecewise((1/x, x > 0), (2, True))", dtype).trust.whole
    assert not form("1/Max(0, x)", dtype).trust.whole  # half of the line


def test_float32_is_computed_as_such_where_that_rounds_once():
    assert form("x**2", np.float32).own_dtype and form("Min(6, Max(0, x))", np.float32).own_dtype
    assert not form("x/10 - x", np.float32).own_dtype
    assert not form("x - 1/10", np.float32).own_dtype  # 0.1 is no float32
    x = np.array([3e20, 1e-23, 1.1], np.float32)
    with np.errstate(over="ignore"):
        once = (x.astype(np.float64) ** 2).astype(np.float32)
    np.testing.assert_array_equal(Expression("f", "x**2").eval(x=x), once)


def test_the_edge_of_a_stretch_of_zeros_is_a_root_and_underflow_is_none(forge):
    x = np.linspace(-8, 8, 201)
    clipped = np.maximum(x - 1, 0.0)
    exact, rounded = np.zeros(201), np.full(201, 5e-324)
    assert near_roots(x, clipped, exact)[np.abs(x - 1) < 0.6].all()
    assert not near_roots(x, clipped, exact)[np.abs(x - 1) > 0.8].any()
    assert near_roots(x, clipped, rounded)[np.abs(x - 1) < 0.6].all()  # as of hard_swish, a product
    fading = np.exp(100 * (x - 8))
    assert fading.min() == 0 and not near_roots(x, fading, rounded).any()
    assert form(forge.get("hard_sigmoid")).everywhere


def test_a_pole_is_no_root_and_neither_is_noise_beside_one(forge):
    """Near a root errors of 4 eps of the largest value are let through, which beside a pole is any error."""
    x, exact = np.linspace(0.1, 3, 60), np.zeros(60)
    assert near_roots(x, x - 1.03, exact).any() and not near_roots(x, 1 / (x - 1.03), exact).any()
    noise = np.where(np.arange(60) % 2, 1.0, -1.0) * (x < 0.5) + 1 / x
    assert near_roots(x, noise - 5, exact).any() and not near_roots(x, noise + 2, np.where(x < 0.5, 30.0, 0.0)).any()
    assert not near_roots(x, 1 / (x - 1.03) + 2, exact).any()  # a root at 0.53: beside a pole f has no size
    beside_0 = np.array([1e-9, 0.5, 1.0, 1.5, 2.0]), np.array([1e18, 3.0, 1.0, -0.5, -3.0]), np.zeros(5)
    assert near_roots(*beside_0).max() == 3
    assert near_roots(x, np.exp(np.exp(2 * x)) - 1e9, exact).max() == 2048
    slope = Expression("f", "1/(x - tanh(x))").gradient("x", order=2)
    x = np.array([7.5e-13, 1e-9, -1e-6, 1e-3])
    np.testing.assert_allclose(slope.eval(x=x), [slope.eval(x=at) for at in x.tolist()], rtol=1e-15)
    quotient = forge.compose("tanh/rational_tanh").gradient("x")
    assert quotient.eval(x=np.array([1e-6, 1.0]))[0] == pytest.approx(quotient.eval(x=1e-6), rel=1e-14)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("formula", "pole"),
    [
        ("1/(x - 1)", 1.0),
        ("x/(x + 2)", -2.0),
        ("exp(x)/(x - 3)", 3.0),
        ("sech2(x)/(7*(x + 1))", -1.0),
        ("tanh(x)*x/(1 + x)", -1.0),
        ("1/sqrt(Abs(x - 1))", 1.0),
        ("exp(1/(x - 1))", 1.0),
    ],
)
def test_at_a_pole_arrays_have_no_value_as_numbers_have_none(formula, pole, dtype):
    """1/0 is inf to NumPy, and no float beside the pole shows it."""
    f = Expression("f", formula)
    for e in (f, f.gradient()):
        assert math.isnan(e.eval(x=pole))
        assert np.isnan(e.eval(x=np.array([0.3, pole, 0.7], dtype))).tolist() == [False, True, False]


def test_the_look_at_a_block_is_no_wider_than_what_is_not_trusted():
    inside, large = np.array([-1.0, 0.5]), np.array([-1.0, 300.0])
    every = [np.array([0.5, at]) for at in (math.nan, math.inf, -math.inf)]
    nan, above, below = every
    assert all(watch(WHOLE_LINE, True, True, True)(x) for x in (inside, large, *every))
    only_nan = watch(WHOLE_LINE, True, True, False)
    assert only_nan(above) and only_nan(below) and not only_nan(nan)
    first, last = WHOLE_LINE.intervals[0]
    no_end = watch(WHOLE_LINE, False, True, True)  # of 0*x where x is negative
    assert not any(no_end(below.astype(dtype)) for dtype in (np.float32, np.float64))
    assert WHOLE_LINE.doubtful(below.astype(np.float32)).tolist() == [1]
    right = watch(Trust(((-2.0, last),)), False, True, True)
    assert right(large) and right(above) and not right(nan) and not right(below) and not right(-large)
    left = watch(Trust(((first, 2.0),)), True, False, True)
    assert left(inside) and left(below) and not left(nan) and not left(above) and not left(large)
    wide = watch(Trust(((-600.0, 700.0),)), False, False, True)
    assert wide(large) and wide(-2 * large[:1]) and wide(np.full(9, -590.0)) and not any(wide(x) for x in every)
    assert not any(wide(np.append(x, at)) for x in (inside, np.zeros(3000)) for at in (-601.0, 701.0))
    finite = watch(WHOLE_LINE, False, False, True)
    assert finite(large) and not any(finite(x) for x in every)
    assert finite(np.ones(BLOCK)) and not finite(np.append(np.ones(BLOCK - 1), math.inf))
    middle = watch(Trust(((-2.0, 2.0), (3.0, 4.0))), True, True, True)
    assert middle(inside) and not any(middle(x) for x in (large, *every))
    assert not watch(Trust(((1.0, 2.0),)), True, True, True)(inside)


def test_the_look_for_infinities_asks_blas_for_no_product_that_it_spreads_over_threads(monkeypatch):
    sizes, dot = [], np.dot
    monkeypatch.setattr(np, "dot", lambda a, b: sizes.append(a.size) or dot(a, b))
    assert watch(WHOLE_LINE, False, False, True)(np.ones(2 * BLOCK + 5))
    assert sum(sizes) == 2 * BLOCK + 5 and max(sizes) <= 10_000


def test_where_nan_shows_what_is_wrong_the_answer_is_looked_at_alone(forge, monkeypatch):
    made = form(forge.get("softsign"))
    assert made.shown and not form("exp(-x)/(1 + exp(-x))").shown and not form(forge.get("step")).shown
    monkeypatch.setattr(made, "trusts_all", None)
    x = np.ones(BLOCK * 3)
    x[[5, -1]] = math.inf, -math.inf
    assert forge.get("softsign").eval(x=x)[[4, 5, -1]].tolist() == [0.5, 1, -1]


@np.errstate(all="ignore")
def test_a_gap_close_to_0_is_looked_for_and_keeps_no_other_array_from_the_fast_form():
    odd = [np.array([3.0, at]) for at in (0.0, 1e-6, -1e-6, math.nan)]
    holed = watch(Trust(((-9.0, -2e-6), (-1e-7, -1e-8), (1e-6 * (1 + 1e-9), 9.0))), True, True, True)
    assert holed(np.array([-9.0, 1.0])) and not holed(np.array([1.0, 9.5])) and not any(holed(x) for x in odd)
    first, last = WHOLE_LINE.intervals[0]
    ends = watch(Trust(((first, -2e-6), (2e-6, last))), True, True, True)
    assert ends(np.array([math.inf, -math.inf, 1.0])) and not any(ends(x) for x in odd)
    assert not watch(Trust(((first, -2e-6), (2e-6, last))), True, False, True)(np.array([math.inf]))
    quotient = form("1/x")
    assert quotient.trusts_all(np.array([0.5, -3.0])) and not quotient.trusts_all(np.array([0.5, 1e-309]))
    assert Expression("f", "1/x").eval(x=np.array([1e-309, -math.inf, 2.0])).tolist() == [math.inf, 0, 0.5]


@np.errstate(all="ignore")
def test_0_in_a_gap_is_trusted_where_it_is_right(forge):
    """Half of the elements behind a relu are 0, of which the bound of x/30 shows nothing."""
    capped, slope = form(forge.get("tanh_softcap")), form(forge.get("scaled_tanh").gradient("x"))
    for made in (capped, slope):
        made.examine_tails()
        assert (0.0, 0.0) in made.trust.intervals and len(made.trust.intervals) == 3
        for few in (np.array([0.0, -0.0, 2.5]), np.resize([0.0, 2.5], 5000)):
            assert made.trusts_all(few)
            assert not any(made.trusts_all(np.append(few, at)) for at in (5e-324, -5e-324, math.nan))
    for fast, truth in (
        (lambda x: x, lambda x: (x + 1e-300, x == x)),  # wrong
        (lambda x: x + 5e-324, lambda x: (x, x == x)),  # one place off 0
        (lambda x: x, lambda x: (x, x != x)),  # not proven
    ):
        assert not examine(lambda x: (x, 0 * x + np.inf), lambda x: (), fast, truth, False).intervals


@np.errstate(all="ignore")
@pytest.mark.parametrize("hole", [0.0, 1e-5, 1e-300])
@pytest.mark.parametrize("reach", [30.0, 60.0, 500.0, 1e100])
def test_of_few_elements_a_sum_of_powers_shows_that_they_are_trusted(monkeypatch, hole, reach):
    whole, parted = ((-reach, reach * 2),), ((-reach, -hole), (hole, reach * 2))
    look = watch(Trust(parted if hole else whole), False, False, True)
    assert not any(look(np.array([1.0, at])) for at in (-reach * 1.01, reach * 2.02, math.nan, math.inf, -math.inf))
    assert look(np.array([1.0, -reach])) and look(np.array([1.0, reach * 1.9]))
    near = [at for at in (0.0, 5e-324, 0.9 * hole, -0.9 * hole) if hole and at < hole]
    assert not any(look(np.array([1.0, at])) for at in near) and look(np.array([1.0, 1.1 * hole, -1.1 * hole]))
    x = np.random.default_rng(0).normal(scale=3, size=1000)
    monkeypatch.setattr(np, "minimum", None)  # as the reductions of the other look are not asked for
    assert look(x)


def test_intervals_are_joined_and_shared():
    a, b = joined([(3.0, 4.0), (0.0, 1.0), (1.0, 2.0)]), Trust(((0.5, 3.5),))
    assert a.intervals == ((0.0, 2.0), (3.0, 4.0))
    assert common([a, b]).intervals == ((0.5, 2.0), (3.0, 3.5))
    assert common([a, Trust(())]).intervals == ()
    x = np.array([-1.0, 0.0, 2.0, 2.5, 3.0, 5.0, math.nan])
    assert a.doubtful(x).tolist() == [0, 3, 5, 6]
    assert Trust(()).doubtful(x).tolist() == list(range(7))


def examined(units, wrong=lambda x: np.zeros(x.shape), proved=lambda x: np.ones(x.shape, bool)):
    """Where exp(sin(x)) is trusted, with a bound of so many units and a fast form so wrong."""
    value = lambda x: np.exp(np.sin(x))  # noqa: E731
    fast = lambda x: value(x) + wrong(x) * last_place(value(x))  # noqa: E731
    return examine(
        lambda x: (value(x), units(x) * last_place(value(x))),
        lambda x: (),
        fast,
        lambda x: (value(x), proved(x)),
        False,
    )


@pytest.mark.parametrize("formula", ["exp(x)", "expm1(x)", "x**3", "1.5*x**3 + x"])
def test_the_second_large_array_pays_for_a_proof_after_which_no_block_is_looked_at(formula):
    f, x = Expression("f", formula), np.zeros(MANY)
    function = NumpyFunction(f._function().plan, 1)  # of which nothing is known yet
    for expected in (False, False, True):
        assert function._form((), x.dtype).everywhere is expected
        function([x], [])
    edge = 709.782712893384 if "e" in formula else 5.643803094122361e102 / (1 if formula == "x**3" else 1.5 ** (1 / 3))
    near = edge + np.arange(-9, 10) * np.spacing(edge)
    assert f.eval(x=near).tolist() == [f.eval(x=at) for at in near.tolist()]


def test_a_form_that_overflows_beside_the_truth_keeps_its_gap():
    def tails(fast):
        far = Trust(((-100.0, 100.0),))
        return examine_tails(far, fast, lambda x: (np.exp(x), np.ones(x.shape, dtype=bool)), single=False)

    early, late = (lambda x, by=by: np.where(x > 709.782712893384 + by, np.inf, np.exp(x)) for by in (-1e-12, 0))
    assert tails(late) == tails(np.exp) == WHOLE_LINE
    (_, low), (high, _) = tails(early).intervals
    assert low < 709.7 < 709.8 < high


def test_an_overflow_is_looked_for_in_gaps_of_any_width():
    largest = np.finfo(np.float64).max

    def truth(x):
        assert np.isfinite(x).all()
        return np.where(x < 1e300, 1.0, np.inf), np.abs(x) == largest

    least = Trust(((-5.0, 5e-324), (15e-324, 5.0)))
    assert examine_tails(least, np.sign, lambda x: (np.where(x < 1e-323, 1.0, np.inf), x == x), single=False)
    at_ends = Trust(((-largest, -largest), (largest, largest)))
    assert examine_tails(Trust(()), lambda x: truth(x)[0], truth, single=False) == at_ends


def between(x):
    return (np.abs(x) > 1) & (np.abs(x) < 3)


def test_a_wide_bound_is_trusted_where_the_fast_form_was_measured():
    wide = examined(lambda x: np.where(between(x), 31.0, 1.0))
    assert wide == WHOLE_LINE
    assert examined(lambda x: np.where(between(x), 33.0, 1.0)).doubtful(np.array([-2.0, 0.0, 2.0, 4.0])).tolist() == [
        0,
        2,
    ]


def test_a_stretch_that_was_measured_wrong_or_could_not_be_is_not_trusted():
    wide = lambda x: np.where(between(x), 12.0, 1.0)  # noqa: E731
    at = np.array([-2.5, -2.0, -1.5, -0.5, 1.5, 2.0, 2.5])
    in_one_place = examined(wide, wrong=lambda x: np.where(np.abs(x - 2) < 0.02, 7.0, 5.0))
    assert in_one_place.doubtful(at).tolist() == [5]
    assert examined(wide, wrong=lambda x: np.where(x > 0, 7.0, 0.0)).doubtful(at).tolist() == [4, 5, 6]
    assert examined(wide, proved=lambda x: x > 0).doubtful(at).tolist() == [0, 1, 2]


def test_the_wider_the_bound_the_better_must_the_fast_form_have_been_found():
    by_five = lambda x: np.full(x.shape, 5.0)  # noqa: E731
    assert examined(lambda x: np.where(between(x), 12.0, 1.0), wrong=by_five) == WHOLE_LINE
    assert examined(lambda x: np.where(between(x), 16.0, 1.0), wrong=by_five) != WHOLE_LINE
