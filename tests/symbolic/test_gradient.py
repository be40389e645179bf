"""Derivatives: their shape and their value away from corners, to third order, by variable and parameter.

Values are held against differences of the formula itself at 60 digits, which know none of the code's rules.
"""

from __future__ import annotations

import pytest
import sympy
from sympy import (
    Abs,
    Eq,
    Integer,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    erf,
    exp,
    expand,
    floor,
    log,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)

from neurogebra.errors import FormulaError
from neurogebra.language.bounds import DERIVATIVE_OPERATIONS, PIECEWISE_ARMS
from neurogebra.language.functions import erfc as erfc_
from neurogebra.language.functions import expm1, log1p, phi, sigmoid, tanh_
from neurogebra.language.interval import Interval
from neurogebra.language.parser import parse
from neurogebra.language.writer import write
from neurogebra.symbolic.gradient import differentiate
from neurogebra.symbolic.tidy import size

from .evaluate import beside, close, value
from .formulas import (
    ALL,
    CORNERED,
    DOMAINS,
    GELU,
    alpha,
    b,
    beta,
    draws,
    fill,
    half,
    high,
    lambd,
    low,
    threshold,
    x,
)

FOREIGN = (sympy.Derivative, sympy.Subs, sympy.Heaviside, sympy.DiracDelta, sympy.nan, sympy.zoo, sympy.oo)

# The derivative as people see it.
SHOWN = {
    "relu": Piecewise((1, x > 0), (0, True)),
    "relu6": Piecewise((0, x >= 6), (1, x > 0), (0, True)),
    "leaky relu": Piecewise((1, x > 0), (alpha, True)),
    "abs": sign(x),
    "elu": Piecewise((1, x > 0), (alpha * exp(x), True)),
    "celu": Piecewise((1, x > 0), (exp(x / alpha), True)),
    "hard sigmoid": Piecewise((0, x >= 3), (Rational(1, 6), x > -3), (0, True)),
    "hard swish": Piecewise((1, x >= 3), (x / 3 + half, x > -3), (0, True)),
    "hard shrink": Piecewise((1, Abs(x) > lambd), (0, True)),
    "soft shrink": Piecewise((1, x > lambd), (0, x >= -lambd), (1, True)),
    "softsign": (1 + Abs(x)) ** -2,
    "threshold": Piecewise((1, x > threshold), (0, True)),
    "isrlu": Piecewise((1, x >= 0), ((1 + alpha * x**2) ** Rational(-3, 2), True)),
    "hat": Piecewise((0, x >= 1), (-1, x > 0), (0, x >= 0), (1, x > -1), (0, True)),
    "max of x and x squared": Piecewise(
        (2 * x, x > 1), (Rational(3, 2), x >= 1), (1, x > 0), (half, x >= 0), (2 * x, True)
    ),
    "max of sine": Piecewise((sympy.cos(x), sin(x) > 0), (0, True)),
    "relu squared": Piecewise((2 * x, x > 0), (0, True)),
    "logarithmic": Piecewise((1 / (1 + x), x >= 0), (1 / (1 - x), True)),
    "abs cubed": 3 * x * Abs(x),
    "x abs x": 2 * Abs(x),
    "root of abs": sign(x) / (2 * sqrt(Abs(x))),
    "fraction": Integer(1),
    "log modulus": 1 / (1 + Abs(x)),
    "three arguments": Piecewise((1, x > 0), (0, x >= -1), (-1, True)),
    "nested": Piecewise((2 * x, x > 1), (1, x > 0), (0, True)),
    "relu and tanh": Piecewise((1, x > 0), (0, True)) + (1 - tanh(x) ** 2).expand() / 10,
    "sinc": Piecewise((sympy.cos(x) / x - sin(x) / x**2, Ne(x, 0)), (0, True)),
    "box": Integer(0),
    "hard tanh": Piecewise((Piecewise((0, x >= high), (1, True)), low < Min(high, x)), (0, True)),
    "suish": Piecewise((1, x > 0), ((x + 1) * exp(x), True)),
    "sigmoid": exp(-x) / (1 + exp(-x)) ** 2,
    "tanh": 1 - tanh(x) ** 2,
    "log cosh": tanh(x),
    "gelu": erf(x / sqrt(2)) / 2 + half + x * exp(-(x**2) / 2) / sqrt(2 * pi),
    "isru": (1 + alpha * x**2) ** Rational(-3, 2),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_derivative_is_shown_as_in_a_textbook(name):
    assert differentiate(ALL[name], x, DOMAINS) == SHOWN[name]


@pytest.mark.parametrize("name", ALL)
def test_three_derivatives_agree_with_differences_of_the_formula(name):
    compared = 0
    formula = ALL[name]
    for order in (1, 2, 3):
        slope = differentiate(formula, x, DOMAINS)
        assert not slope.has(*FOREIGN)
        assert size(slope) < 600
        for at in draws():
            difference = beside(formula, x, at, 1)
            if difference is not None:
                compared += 1
                assert close(value(slope, at), difference), (order, at)
        formula = slope
    assert compared >= 12


# Parameters -------------------------------------------------------------------------------------------------

BY_PARAMETER = [
    (CORNERED["leaky relu"], alpha, Piecewise((0, x > 0), (x, True))),
    (CORNERED["elu"], alpha, Piecewise((0, x > 0), (exp(x) - 1, True))),
    (CORNERED["celu"], alpha, Piecewise(((1 - x / alpha) * exp(x / alpha) - 1, x < 0), (0, True))),
    (Min(0, alpha * (1 - exp(x / alpha))), alpha, Piecewise(((x / alpha - 1) * exp(x / alpha) + 1, x > 0), (0, True))),
    (CORNERED["hard shrink"], lambd, Integer(0)),
    (CORNERED["soft shrink"], lambd, Piecewise((0, lambd >= Abs(x)), (-sign(x), True))),
    (CORNERED["threshold"], fill, Piecewise((0, x > threshold), (1, True))),
    (CORNERED["threshold"], threshold, Integer(0)),
    (alpha * Max(0, x), alpha, Max(0, x)),
]


@pytest.mark.parametrize("formula, parameter, expected", BY_PARAMETER)
def test_parameters_are_differentiated_by_the_same_rule(formula, parameter, expected):
    assert differentiate(formula, parameter, DOMAINS) == expected


def test_a_domain_decides_which_arm_is_in_force():
    formula = Max(alpha * x, x)
    assert differentiate(formula, x, {"alpha": Interval.parse("[0, 1]")}) == Piecewise(
        (1, x > 0), ((alpha + 1) / 2, x >= 0), (alpha, True)
    )
    assert differentiate(formula, x, {"alpha": Interval.parse("[1, oo)")}) == Piecewise(
        (alpha, x > 0), ((alpha + 1) / 2, x >= 0), (1, True)
    )
    undecided = differentiate(formula, x)
    for a in (-2, half, 1, 3):
        for place in (-2, 0, 5):
            expected = a if (a - 1) * place > 0 else 1 if (a - 1) * place < 0 else (a + 1) / 2
            assert value(undecided, {x: place, alpha: a}) == expected


def test_ordered_domains_give_flat_arms():
    domains = {"min_val": Interval.parse("(-oo, 0)"), "max_val": Interval.parse("(0, oo)")}
    expected = Piecewise((0, x >= high), (1, x > low), (0, True))
    assert differentiate(CORNERED["hard tanh"], x, domains) == expected


def test_corners_in_an_open_order_stay_a_sum():
    formula = Max(0, x) + alpha * Max(0, beta - x)
    slope = differentiate(formula, x, {})
    assert slope.is_Add
    for a, c in ((2, 3), (2, -3)):
        for place in (-5, 0, 5, c):
            truth = (place > 0) - a * (place < c)
            assert value(slope, {x: place, alpha: a, beta: c}) == truth


def test_one_unsolved_switch_leaves_the_others_repaired():
    formula = CORNERED["minimum and sine"]
    slope = differentiate(formula, x, DOMAINS)
    assert value(slope, {x: 0, alpha: 2}) == 2.5  # celu has 1 at 0; Min(x, sin(2*x)) the mean of 1 and 2


# Where there is no value -------------------------------------------------------------------------------------

# Slopes of formulas that divide by 0 on whole intervals; None where there is none.
HOLES = [
    (x / Max(0, x), {-1: None, 0: None, 2: 0}),
    (1 / Min(6, Max(0, x)), {-1: None, 0: None, 2: Rational(-1, 4), 7: 0}),
    (x / Max(0, 1 - Abs(x)), {-2: None, -1: None, -half: 4, 0: 1, half: 4, 1: None, 3: None}),
    (6 / (x * Min(6, Max(0, x + 3))), {-4: None, -3: None, -1: Rational(-3, 2), 6: Rational(-1, 36)}),
    (1 / Max(0, x) + 1 / Max(0, -x), {-1: None, 0: None, 1: None}),
    (tanh(1 / Max(0, x)) + x, {-1: None}),
    (1 / (1 + 1 / Max(0, x)), {-1: None, 1: Rational(1, 4)}),
    (1 / expm1(Max(0, x)), {-1: None}),
    (1 / erfc_(Max(40, x)), {1: 0}),
    (Max(2, 1 / Max(0, x)), {-1: None, Rational(1, 4): -16, 1: 0}),
    (sign(1 / Max(0, x)), {-1: None, 1: 0}),
    (log(Max(0, x)), {-1: None, 0: None, 2: half}),
    (log1p(Max(0, x) - 1), {-1: None, 0: None, 2: half}),
    (log(Piecewise((x - 1, x > 1), (0, True))), {0: None, 3: half}),
    (log(Piecewise((x, sin(x) > half), (0, True))), {0: None, 1: 1}),
    (Max(0, x) / log(Max(0, x)), {-1: None}),
    (Max(0, x) * log(Max(0, x)), {-1: 0, 1: 1}),
    (x * sigmoid(log(Max(0, x))), {-1: 0, 1: Rational(3, 4)}),
    (sqrt(Max(0, x) - 1), {-1: None, 5: Rational(1, 4)}),
    (Max(0, x) ** x, {-1: None, 1: 1}),
    (1 / Max(x, -x), {-2: Rational(1, 4), 0: None, 2: Rational(-1, 4)}),
]


@pytest.mark.parametrize("formula, slopes", HOLES, ids=[str(f) for f, _ in HOLES])
def test_where_a_formula_divides_by_zero_it_has_no_slope(formula, slopes):
    """Neither 0, which the constant 1/0 would have, nor an infinity, which nothing evaluates."""
    first = differentiate(formula, x)
    second = differentiate(first, x)
    for found in (first, second):
        assert not found.has(*FOREIGN)
        assert parse(write(found)) == found.replace(tanh_, tanh)
    for place, slope in slopes.items():
        here = value(first, {x: place})
        assert here is None if slope is None else close(here, value(sympy.sympify(slope), {}), 50), place
        assert value(second, {x: place}) is None if slope is None else True, place


# Shape ------------------------------------------------------------------------------------------------------


def test_what_the_product_rule_splits_is_gathered():
    assert differentiate(differentiate(x / sqrt(1 + x**2), x), x) == -3 * x / (1 + x**2) ** Rational(5, 2)
    assert differentiate(x * phi(x), x) == (1 - x**2) * phi(x)
    assert differentiate(x / (1 + Abs(x) ** alpha) ** (1 / alpha), x, DOMAINS) == (1 + Abs(x) ** alpha) ** (
        -1 - 1 / alpha
    )
    assert differentiate((2 - Abs(x)) * x**2, x) == expand(4 * x - 3 * x * Abs(x))


def test_a_root_without_cancellation_has_slopes_without_cancellation():
    gentle = x**2 / (sqrt(1 + x**2) + 1)
    assert differentiate(gentle, x) == x / sqrt(1 + x**2)
    s = sqrt(x**2 + b)
    squareplus = Piecewise((x + s, x >= 0), (b / (s - x), True))
    first = differentiate(squareplus, x, DOMAINS)
    assert first == Piecewise((1 + x / s, x >= 0), (b / (s * (s - x)), True))
    assert differentiate(first, x, DOMAINS) == b / s**3


def test_sign_and_abs_of_one_argument_are_joined():
    assert differentiate(log(Abs(x)), x) == 1 / x
    assert differentiate(sign(sin(x)) * log(1 + Abs(sin(x))), x) == sympy.cos(x) / (1 + Abs(sin(x)))
    assert differentiate(x**2 * sign(x - 1), x) == 2 * x * sign(x - 1)


def test_smooth_terms_stand_once_beside_the_arms():
    slope = differentiate(Max(0, x) + GELU, x)
    assert slope.count(erf) == 1


def test_a_real_power_has_no_quotient_in_its_slope():
    assert differentiate(x**alpha, x) == alpha * x ** (alpha - 1)


def test_a_switch_decided_by_parameters_alone_keeps_its_conditions():
    slope = differentiate(CORNERED["soft exponential"], x)
    assert [c for _, c in slope.args] == [alpha < 0, Eq(alpha, 0), True]


def test_an_arm_that_repeats_the_condition_around_it_leaves_cases_for_every_x():
    """SymPy takes the last True from the inner cases; the switch on -1/x, whose order is open, keeps them nested."""
    formula = Min(6, Max(0, CORNERED["leaky relu"])) * Min(fill, Max(0, -1 / x))
    slope = differentiate(formula, x, {"fill": Interval.parse("(0, oo)"), "alpha": Interval.parse("(-oo, oo)")})
    assert all(cases.args[-1].cond == sympy.true for cases in slope.atoms(Piecewise))
    compared = 0
    for place in (-9, -4, -2, Rational(-1, 3), half, 3, 7):
        for a in (-2, half):
            at = {x: place, alpha: a, fill: Rational(2, 5)}
            difference = beside(formula, x, at, 1)
            compared += 1
            assert close(value(slope, at), difference), at
    assert compared == 14


def test_composition_does_not_blow_up():
    formula = x
    for _ in range(8):
        formula = Piecewise((formula, formula > 0), (formula / 100, True))
    assert differentiate(formula, x) == Piecewise((1, x > 0), (Rational(1, 100) ** 8, True))


# Refusals ---------------------------------------------------------------------------------------------------


def test_a_derivative_beyond_the_bound_is_refused():
    formula = x
    for _ in range(7):
        formula = formula**formula if size(formula) < 40 else sin(formula) ** formula
    with pytest.raises(FormulaError, match=f"at most {DERIVATIVE_OPERATIONS}"):
        for _ in range(12):
            formula = differentiate(formula, x)


def test_too_many_arms_are_refused_or_stay_a_sum():
    many = sum(Max(0, x - k) for k in range(PIECEWISE_ARMS + 4))
    slope = differentiate(many, x)
    assert slope.is_Add
    assert value(slope, {x: Rational(7, 2)}) == 4
    arms = [(sin(x + k), x > -k) for k in range(PIECEWISE_ARMS + 1)]
    with pytest.raises(FormulaError, match=f"at most {PIECEWISE_ARMS}"):
        differentiate(Piecewise(*arms, (0, True)), x)


@pytest.mark.parametrize("foreign", [sympy.Heaviside(x), sympy.besselj(x, x), sympy.Function("f")(x)])
def test_a_function_without_a_derivative_here_is_refused(foreign):
    with pytest.raises(FormulaError, match="derivative"):
        differentiate(differentiate(foreign, x), x)


def test_floor_inside_other_switches():
    slope = differentiate(Max(0, floor(x)) + sigmoid(x), x)
    assert slope == sigmoid(x) * sigmoid(-x)


def test_an_unsolved_switch_around_cases_goes_into_their_arms():
    slope = differentiate(Min(fill, Piecewise((sin(2 * x), x > threshold), (x, True))), x)
    assert not slope.has(sympy.ITE)
    assert value(slope, {x: 1, fill: half, threshold: 0}) == 0
    assert value(slope, {x: 1, fill: 2, threshold: 0}) == value(2 * sympy.cos(2 * x), {x: 1})
    assert value(slope, {x: -1, fill: half, threshold: 0}) == 1


def test_a_formula_that_divides_by_0_in_all_of_its_cases_has_no_slope():
    formula = alpha * x / floor(Piecewise((half, x < 1), (Rational(1, 3), True)))
    assert value(differentiate(formula, x), {x: 2, alpha: 1}) is None


def test_a_comparison_that_sympy_turns_round_and_back_is_settled_first():
    """The slope of Min(5*(alpha - x)/6, beta - alpha*x) was a RecursionError."""
    slope = differentiate(Min(5 * (alpha - x) / 6, beta - alpha * x), x)
    assert close(value(slope, {x: 1, alpha: half, beta: 3}), Rational(-5, 6))
    assert value(slope, {x: 1, alpha: half, beta: -3}) == -half


def test_what_is_no_real_number_at_some_parameter_values_is_compared_all_the_same():
    """Max(1/10, asin(alpha)) is not comparable to SymPy at alpha = 3, which was a ValueError."""
    cases = Piecewise((x**2, Max(Rational(1, 10), sympy.asin(alpha)) < 2), (x, True))
    assert value(differentiate(cases * Abs(x), x), {x: 2, alpha: half}) == 12
