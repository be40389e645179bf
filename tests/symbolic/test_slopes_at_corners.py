"""Slopes at corners: those that torch returned, the rule where torch has no such function, and common values.

Where both sides of a place agree is found by differences of the formula at 100 digits, which know none of the
code's rules.
"""

from __future__ import annotations

import pytest
import sympy
from sympy import (
    Abs,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    exp,
    log,
    sign,
    sqrt,
    symbols,
)

from neurogebra.language.functions import expm1
from neurogebra.language.interval import Interval
from neurogebra.symbolic.corners import find
from neurogebra.symbolic.gradient import differentiate
from neurogebra.symbolic.sides import side
from neurogebra.symbolic.signs import Box
from neurogebra.symbolic.switches import NoValue, at_point

from .evaluate import beside, close, value
from .formulas import (
    CORNERED,
    DOMAINS,
    draws,
    half,
    x,
)

# What torch returned for the slope at each kink (float64, 2.13), and where no such function is: the rule.
SLOPES_AT = [
    (Max(0, x), {0: 0}),
    (Piecewise((x, x > 0), (Rational(1, 100) * x, True)), {0: Rational(1, 100)}),
    (Min(Max(0, x), 6), {0: 0, 6: 0}),
    (Max(0, x) ** 2, {0: 0}),
    (Max(-1, Min(1, x)), {-1: 0, 1: 0}),
    (Max(0, Min(1, x / 6 + half)), {-3: 0, 3: 0}),
    (x * Min(Max(x + 3, 0), 6) / 6, {-3: 0, 3: 1}),
    (Piecewise((x, x > 0), (exp(x) - 1, True)), {0: 1}),
    (Piecewise((x, x > 0), ((exp(x) - 1) / 2, True)), {0: half}),
    (Max(0, x) + Min(0, exp(x) - 1), {0: 1}),
    (Max(0, x) + Min(0, 2 * expm1(x / 2)), {0: 1}),
    (Piecewise((x, x > Rational(1, 10)), (20, True)), {Rational(1, 10): 0}),
    (Piecewise((x, Abs(x) > half), (0, True)), {-half: 0, 0: 0, half: 0}),
    (sign(x) * Max(0, Abs(x) - half), {-half: 0, 0: 0, half: 0}),
    (x / (1 + Abs(x)), {0: 1}),
    (Abs(x), {0: 0}),
    (sign(x), {0: 0}),
    (Max(x, x**2), {0: half, 1: Rational(3, 2)}),
    (Max(x, 2 * x), {0: Rational(3, 2)}),
    (Max(0, x, 2 * x), {0: 0}),
    (Max(x, 2 * x, 6 * x), {0: 3}),
    (Max(0, x) - Abs(x) / 2, {0: half}),
    (Max(0, x) + Min(0, x), {0: 1}),
    (sign(x) ** 2 * x, {0: 1}),
    (x * Abs(x), {0: 0}),
    (Piecewise((x, x >= 0), (2 * x, True)), {0: 1}),
    (Piecewise((x, x <= 0), (2 * x, True)), {0: 1}),
    (Piecewise((x, x < 0), (2 * x, True)), {0: 2}),
    (Piecewise((1 / x, Ne(x, 0)), (0, True)), {0: 0}),
    (Piecewise((x**2 * log(Abs(x)), Ne(x, 0)), (0, True)), {0: 0}),
]


@pytest.mark.parametrize("formula, slopes", SLOPES_AT, ids=[str(f) for f, _ in SLOPES_AT])
def test_the_slope_at_a_corner_is_the_rules(formula, slopes):
    found = differentiate(formula, x)
    for place, slope in slopes.items():
        assert close(value(found, {x: place}), value(sympy.sympify(slope), {}), 50), place


@pytest.mark.parametrize("name", CORNERED)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_where_both_sides_agree_the_slope_is_theirs(name, order):
    """At each place where something switches; the sides are differences of the formula, not of the code's arms."""
    formula = CORNERED[name]
    for _ in range(order - 1):
        formula = differentiate(formula, x, DOMAINS)
    slope = differentiate(formula, x, DOMAINS)
    for at in switching_places(name):
        left, right = beside(formula, x, at, -1), beside(formula, x, at, 1)
        if close(left, right):
            assert close(value(slope, at), left), at


def switching_places(name: str) -> list[dict]:
    rest = draws()[0]
    corners = find(CORNERED[name], x, DOMAINS).corners
    return [{**rest, x: c.at.subs(rest)} for c in corners] + [{**rest, x: k} for k in (-3, -1, 0, half, 1, 3, 6)]


def test_selu_takes_the_slope_of_its_left_arm():
    scale, a = symbols("scale a", real=True)
    formula = Piecewise((scale * x, x > 0), (scale * a * (exp(x) - 1), True))
    assert differentiate(formula, x).subs(x, 0) == scale * a


def test_an_infinite_slope_is_not_called_zero():
    slope = differentiate(sqrt(Abs(x)), x)
    assert value(slope, {x: 0}) is None
    assert value(slope, {x: 4}) == 0.25


def test_a_removable_gap_in_a_derivative_gets_its_limit():
    sinc = CORNERED["sinc"]
    second = differentiate(differentiate(sinc, x), x)
    assert second.subs(x, 0) == Rational(-1, 3)


def test_a_tie_of_three_open_arguments_is_their_mean():
    p, q, r = symbols("p q r", real=True)
    slope = differentiate(Max(p * x, q * x, r * x), x)
    assert value(slope, {x: 0, p: 1, q: 2, r: 6}) == 3
    assert value(slope, {x: 2, p: 1, q: 2, r: 6}) == 6
    assert value(slope, {x: 2, p: 6, q: 6, r: 1}) == 6


_A = symbols("a", real=True)
# what tends, the domain of a, to what from the left and from the right of 0; None where it is left open
SIDES = [
    (1 / x, "(0, oo)", -sympy.oo, sympy.oo),
    (-1 / x**2, "(0, oo)", -sympy.oo, -sympy.oo),
    (_A / x, "(0, oo)", -sympy.oo, sympy.oo),
    (_A / x, "(-oo, oo)", None, None),
    (x * exp(1 / x), "(0, oo)", 0, None),
    (exp(1 / x) + _A, "(0, oo)", _A, None),
    (sympy.sin(_A * x) / x, "(0, oo)", _A, _A),
    (x**_A + 1, "(0, oo)", 1, 1),
    (x**_A + 1, "(-oo, oo)", None, None),
    # SymPy brings these together with Abs(x), whose own derivatives are sign(x), 0 at 0, and then DiracDelta
    (-1 / (2 * x**3 * sqrt(1 + 1 / x**2)), "(0, oo)", sympy.oo, -sympy.oo),
    (x * sqrt(1 + 1 / x**2), "(0, oo)", -1, 1),
    (x * sqrt(1 + _A**2 / x**2), "(-oo, oo)", -Abs(_A), Abs(_A)),
    (sympy.sin(_A * x) * sqrt(1 + 1 / sympy.sin(_A * x) ** 2), "(-oo, oo)", None, None),
]


@pytest.mark.parametrize(("e", "domain", "left", "right"), SIDES, ids=[f"{e} with a in {d}" for e, d, *_ in SIDES])
def test_a_formula_tends_to_this_beside_zero(e, domain, left, right):
    box = Box({"a": Interval.parse(domain)})
    assert [side(e, x, sympy.Integer(0), way, box) for way in (-1, 1)] == [left, right]


@pytest.mark.parametrize("switch, inside", [(Max(1 / x, 0), "1/x"), (Abs(log(x)), "log(x)")])
def test_a_switch_on_a_pole_has_no_value_there(switch, inside):
    with pytest.raises(NoValue) as refusal:
        at_point(switch, x, sympy.Integer(0), Box())
    assert str(refusal.value) == f"{inside} has no value at 0"
