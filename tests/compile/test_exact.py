"""The exact target: every point to half a unit in the last place, however much cancels, however far out.

It judges all other tests of values, so that here it is judged by what has another source: closed forms in
fractions, leading terms of series, python-flint's balls, and the rules of ties, domains and infinities.
"""

from __future__ import annotations

import itertools
import math
import threading
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, ctx

from neurogebra import Expression
from neurogebra.compile import to_exact
from neurogebra.compile.plan import Builder, plan
from neurogebra.compile.to_exact_balls import EXACT, Open, Outside, Run
from neurogebra.compile.to_exact_rules import RULES
from neurogebra.errors import FormulaError
from neurogebra.language import functions as words
from neurogebra.language.parser import parse

X = sympy.Symbol("x", real=True)


def exact(formula, x):
    (value,) = to_exact.evaluate(plan([parse(formula) if isinstance(formula, str) else formula], ("x",)), {"x": x})
    assert type(value) is float
    return value


@pytest.mark.parametrize("x", [1e-5, 1e-30, 1e-100, -1e-100, 1e-107])
def test_total_cancellation_is_seen_through(x):
    """x - tanh(x) is x**3/3 - 2*x**5/15: at 1e-100, 720 bits cancel."""
    exactly = Fraction(x)
    series = exactly**3 / 3 - 2 * exactly**5 / 15 + 17 * exactly**7 / 315
    assert exact("x - tanh(x)", x) == float(series)


def test_what_cancels_to_nothing_is_zero():
    assert exact("x - tanh(x)", 5e-324) == 0.0
    assert exact("sin(x)**2 + cos(x)**2 - 1", 0.7) == 0.0
    assert exact("sigmoid(x) + sigmoid(-x) - 1", 3.3) == 0.0


def test_squareplus_far_on_the_left():
    """(x + sqrt(x**2 + 4))/2 at -1e200 is 1e-200, after 1,300 bits have cancelled."""
    assert exact("(x + sqrt(x**2 + 4))/2", -1e200) == float(1 / Fraction(1e200))


def test_what_nears_the_end_of_a_domain_beyond_a_thousand_bits_is_taken_to_be_inside():
    """1 - Phi(230) is 2**-38000."""
    assert exact("acos(Phi(acosh(x)))", 1e100) == 0.0
    assert exact("acos(-Phi(acosh(x)))", 1e100) == math.pi
    assert exact("asin(Phi(acosh(x)))", 1e100) == math.pi / 2


EXACT_AT_ZERO = "exp(x) cos(x) cosh(x) sech2(x) erfc(x) 2*sigmoid(x) 2*Phi(x) sqrt(x+1) 3**x".split()


@pytest.mark.parametrize("exponent", EXACT_AT_ZERO)
def test_a_negative_base_has_powers_where_the_exponent_is_surely_whole(exponent):
    assert exact(f"(x - 2)**({exponent})", 0.0) == -2.0
    assert math.isnan(exact(f"(x - 2)**({exponent})", 0.7))


def test_too_large_is_infinite_and_too_small_is_zero():
    assert [exact("exp(x)", x) for x in (709.79, 1e300, -745.2, -1e300)] == [math.inf, math.inf, 0, 0]
    assert exact("-exp(x)", 1000.0) == -math.inf
    assert exact("exp(exp(exp(x)))", 30.0) == math.inf
    assert exact("x**3", 1e200) == math.inf
    assert exact("exp(x)*exp(-x)", 1e5) == 1.0
    assert exact("exp(exp(x))*exp(-exp(x))", 20.0) == 1.0


def test_subnormal_values_are_rounded_once():
    assert exact("exp(x)", -744.0) == 1e-323
    assert exact("x/3", 1e-322) == float(Fraction(1e-322) / 3)


@pytest.mark.parametrize(
    ("formula", "x"),
    [("log(x)", -1.0), ("log(x)", 0.0), ("sqrt(x)", -1e-300), ("1/x", 0.0), ("asin(x)", 1.0000000000000002),
     ("acosh(x)", 0.5), ("atanh(x)", 1.5), ("x**pi", -2.0), ("log1p(x)", -2.0), ("sqrt(x) + x", -1.0)],
)  # fmt: skip
def test_outside_the_domain_there_is_no_value(formula, x):
    value = exact(formula, x)
    assert math.isnan(value) or (formula == "log(x)" and x == 0 and value == -math.inf)


@pytest.mark.parametrize(("x", "value"), [(-1.0, 10), (0.0, 20), (1.0, 30)])
def test_a_tie_is_a_tie(x, value):
    assert exact("Piecewise((10, x < 0), (20, x <= 0), (30, True))", x) == value
    assert exact("Piecewise((20, Eq(x, 0)), (10, Ne(x, 1)), (30, True))", x) == value


def test_a_tie_of_numbers_that_never_end_is_a_tie():
    """exp(x) against E at 1: no precision decides, so that after 8,192 bits equal is equal."""
    assert exact("Piecewise((1, exp(x) > E), (2, exp(x) < E), (3, True))", 1.0) == 3
    assert exact("Piecewise((1, exp(x) >= E), (2, True))", 1.0) == 1
    assert exact("Max(exp(x), E) - E", 1.0) == 0
    above = math.nextafter(1.0, 2.0)
    assert exact("Piecewise((1, exp(x) > E), (2, exp(x) < E), (3, True))", above) == 1
    assert exact("sign(exp(x) - E)", 1.0) == 0 and exact("floor(exp(x)*exp(-1))", 1.0) == 1


def test_a_comparison_is_decided_by_more_bits_and_never_by_chance():
    """x - tanh(x) is below x**3/3 by 2*x**5/15: at 1e-100 the two agree to 660 bits, and each has lost as many."""
    order = "Piecewise((1, x - tanh(x) > x**3/3), (2, x - tanh(x) < x**3/3), (3, True))"
    assert [exact(order, x) for x in (1e-100, 1e-20, -1e-100, 0.0)] == [2, 2, 1, 3]


FUNCTIONS = {
    "exp": arb.exp, "log": arb.log, "tanh": arb.tanh, "erf": arb.erf, "sin": arb.sin, "atan": arb.atan,
    "asinh": arb.asinh, "cosh": arb.cosh, "expm1": arb.expm1, "log1p": arb.log1p, "sqrt": arb.sqrt, "tan": arb.tan,
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_agree_with_balls_of_another_library(name):
    before, ctx.prec = ctx.prec, 300
    try:
        for x in (1e-20, 0.1, 0.5, 1.0, 3.75, 17.3, 33.1):
            true = FUNCTIONS[name](arb(x))
            assert exact(f"{name}(x)", x) == float(true.mid()), x
    finally:
        ctx.prec = before


@pytest.mark.parametrize("name", RULES)
def test_the_ball_that_a_rule_gives_holds_what_it_gives_at_the_ends_of_its_own(name):
    """A bound a tenth as wide would still round well nearly everywhere, and lie where it is needed."""
    run, rule = Run(mpmath.MPContext(), 200, tie=False), RULES[name]
    others = [()] if name not in ("add", "sub", "mul", "div", "pow") else [((run.mp.mpf(2.5), -9),)]
    held = 0
    for mid in map(run.mp.mpf, (-50, -5, -1.9, -0.9, -0.45, 0, 0.01, 0.49, 0.8, 1.5, 1.99, 3.7, 30)):
        for spread, rest in itertools.product((-40, -7, -2, 1), others):
            ends = [mid + way * run.radius((mid, spread)) for way in (-1, 1)]
            try:
                ball = rule(run, (mid, spread), *rest)
                exact = [rule(run, (end, EXACT), *[(each[0] + way * run.radius(each), EXACT) for each in rest])
                         for end in ends for way in (-1, 1)]  # fmt: skip
            except (Open, Outside):
                continue
            assert all(abs(value[0] - ball[0]) <= run.radius(ball) + 2 * run.radius(value) for value in exact)
            held += 1
    assert held > 5


def test_only_the_arm_in_force_is_computed():
    assert exact("Piecewise((1/x, x > 0), (log(-x), x < 0), (7, True))", 0.0) == 7


def test_the_midpoint_knows_no_range():
    made = plan([sympy.exp(X)], ("x",))
    mid = to_exact.midpoint(made, made.outputs[0], {"x": 10**6})
    assert mid.context.mag(mid) == 1_442_696  # of the exponent, to the base 2
    assert to_exact.midpoint(plan([sympy.log(X)], ("x",)), 1, {"x": -1}) is None


def test_the_logarithm_of_what_cancels_to_nothing_is_minus_infinity():
    """1 + a*(x + a) is exactly 0, though each step on the way was rounded."""
    assert to_exact.evaluate(plan([parse("log(1 - a*(x + a))")], ("a", "x")), {"a": -1.0, "x": 0.0}) == (-math.inf,)
    assert to_exact.evaluate(plan([parse("log(0.1*x - 0.1*x*x)")], ("x",)), {"x": 1.0}) == (-math.inf,)
    assert math.isnan(exact("log(0.1*x - 0.2*x*x)", 1.0))


def test_constants_are_known_to_200_bits():
    value = to_exact.constant(plan([sympy.sqrt(2)], ()))
    assert abs(value**2 - 2) < Fraction(2) ** -195
    with pytest.raises(FormulaError, match="no finite real value"):
        to_exact.constant(plan([words.log1p(sympy.Integer(-2))], ()))
    make = Builder()
    make.add("div", make.constant(1), make.constant(0))
    with pytest.raises(FormulaError, match="no finite real value"):
        to_exact.constant(make.needed((), [2]))


def test_threads_keep_their_precisions_apart():
    """The precision is a state of mpmath's context; each thread has its own."""
    made = plan([parse("x - tanh(x)"), parse("exp(x)*erf(x)")], ("x",))
    points = [1e-100, 0.5, 1e-30, 3.0, 1e-60]
    alone = [to_exact.evaluate(made, {"x": x}) for x in points]
    seen = []

    def work():
        seen.extend(to_exact.evaluate(made, {"x": x}) for x in points)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(alone * 4)


@pytest.mark.parametrize(
    ("formula", "at", "value"),
    [
        ("x**x", {"x": -1.0}, -1.0),
        ("x**x", {"x": -2.0}, 0.25),
        ("x**(y - 1)*y", {"x": -2.0, "y": 3.0}, 12.0),
        ("x**(y + 1)", {"x": -0.125, "y": 0.0}, -0.125),
        ("x**y", {"x": -2.0, "y": 0.5}, math.nan),
        ("x**(y + 1)", {"x": -2.0, "y": 1e-300}, math.nan),
    ],
)
def test_a_negative_number_to_a_whole_power_is_real_and_to_any_other_is_not(formula, at, value):
    f = Expression("f", formula)
    for given in (at, {name: np.array([number]) for name, number in at.items()}):
        got = float(np.reshape(f.eval(**given), ()))
        assert got == value or (math.isnan(value) and math.isnan(got))


def test_a_quotient_that_is_exact_stays_in_a_domain_at_its_edge():
    """acos(x/y) was nan where x is y: the rounding of the quotient reached beyond 1."""
    f = Expression("f", "acos(x/y)")
    assert f.eval(x=0.125, y=0.125) == f.eval(x=0.1, y=0.1) == 0.0
    assert Expression("g", "asin(x*y)").eval(x=2.0, y=-0.5) == -math.pi / 2


@pytest.mark.parametrize(
    ("formula", "at", "value"),
    [
        ("cosh(x*x*x)", 1e200, math.inf),
        ("sinh(-exp(x))", 1e300, -math.inf),
        ("cosh(x**4) - x**3", 1e300, math.inf),
        ("log(1 + cosh(x**4))", 1e300, math.inf),
        ("x/cosh(x**4)", -1e300, 0.0),
        ("atan(-cosh(x**4))", 1e300, -math.pi / 2),
        ("asinh(-cosh(x**4))", 1e300, -math.inf),
        ("acosh(cosh(x**4))", 1e300, math.inf),
        ("sqrt(cosh(x**4))", 1e300, math.inf),
        ("floor(cosh(x**4))", 1e300, math.inf),
        ("sign(x - cosh(x**4))", 1e300, -1.0),
        ("Max(cosh(x**4), exp(x**5))", 1e300, math.inf),
        ("Min(3, cosh(x**4))", 1e300, 3.0),
        ("Piecewise((1, cosh(x**4) > x**3), (0, True))", 1e300, 1.0),
        ("Piecewise((1, cosh(x**4) > exp(x**4)), (0, True))", 1e300, math.nan),  # which is larger is not known,
        ("exp(exp(x)) - exp(2*exp(x))", 1e300, math.nan),  # nor what is left of two that far,
        ("exp(x**2)/exp(x**4)", 1e300, math.nan),
        ("exp(-x**4)*exp(x**2)", 1e300, math.nan),
        ("log(log(exp(x**8) + 2))", 1e200, math.nan),  # nor a float that such a one leads to
        ("erf(x*x*x*exp(x*x) - x*exp(x**3))", 1e300, math.nan),
    ],
)
def test_what_is_too_large_for_any_midpoint_has_a_sign_and_a_least_size(formula, at, value):
    """As numbers these were nan, or chosen by a comparison that nobody could make."""
    f = Expression("f", formula)
    for x in (at, np.array([at]), np.array([at, 1.0, 2.0])):
        got = float(np.reshape(f.eval(x=x), (-1,))[0])
        assert got == value or (math.isnan(value) and math.isnan(got))


def test_the_slope_of_what_overflows_that_far_is_infinite_too():
    assert Expression("f", "exp(x*x)").gradient().eval(x=-1e300) == -math.inf
    assert Expression("f", "x*log(x)").gradient().eval(x=0.0) == -math.inf
