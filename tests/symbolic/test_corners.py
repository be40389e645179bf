"""Corners: found where they are, of the right order and with the right sides, and nothing found where nothing is."""

from __future__ import annotations

import pytest
import sympy
from sympy import Abs, Integer, Max, Min, Piecewise, Rational, atan, exp, floor, log, oo, sign, sin, sinh, sqrt, tanh

from neurogebra.language.functions import expm1, sigmoid, softplus
from neurogebra.language.interval import Interval
from neurogebra.symbolic.corners import Corner, find
from neurogebra.symbolic.gradient import differentiate
from neurogebra.symbolic.recognise import to_words

from .evaluate import beside, close, value
from .formulas import CORNERED, DOMAINS, PARAMETERS, SMOOTH, alpha, beta, fill, half, high, lambd, low, threshold, x

# at, order, left, right, gradient
FOUND = {
    "relu": [(0, 1, 0, 1, 0)],
    "relu6": [(0, 1, 0, 1, 0), (6, 1, 1, 0, 0)],
    "leaky relu": [(0, 1, alpha, 1, alpha)],
    "abs": [(0, 1, -1, 1, 0)],
    "elu": [(0, 1, alpha, 1, alpha)],
    "celu": [(0, 2, 1 / alpha, 0, 1)],
    "hard sigmoid": [(-3, 1, 0, Rational(1, 6), 0), (3, 1, Rational(1, 6), 0, 0)],
    "hard swish": [(-3, 1, 0, -half, 0), (3, 1, Rational(3, 2), 1, 1)],
    "hard shrink": [(-lambd, 0, -lambd, 0, 0), (lambd, 0, 0, lambd, 0)],
    "soft shrink": [(-lambd, 1, 1, 0, 0), (lambd, 1, 0, 1, 0)],
    "softsign": [(0, 2, 2, -2, 1)],
    "threshold": [(threshold, 0, fill, threshold, 0)],
    "isrlu": [(0, 3, -3 * alpha, 0, 1)],
    "hard elish": [
        (-1, 1, 0, exp(-1) / 2 - half, 0),
        (0, 2, Rational(3, 2), 1, half),
        (1, 1, Rational(3, 2), 1, 1),
    ],
    "hat": [(-1, 1, 0, 1, 0), (0, 1, 1, -1, 0), (1, 1, -1, 0, 0)],
    "max of x and x squared": [(0, 1, 0, 1, half), (1, 1, 1, 2, Rational(3, 2))],
    "relu squared": [(0, 2, 0, 2, 0)],
    "logarithmic": [(0, 2, 1, -1, 1)],
    "abs cubed": [(0, 3, -6, 6, 0)],
    "x abs x": [(0, 2, -2, 2, 0)],
    "root of abs": [(0, 1, -oo, oo, None)],
    "log modulus": [(0, 2, 1, -1, 1)],
    "three arguments": [(-1, 1, -1, 0, 0), (0, 1, 0, 1, 0)],
    "nested": [(0, 1, 0, 1, 0), (1, 1, 1, 2, 1)],
    "relu and tanh": [(0, 1, Rational(1, 10), Rational(11, 10), Rational(1, 10))],
    "sinc": [],
    "bump": [],
    "thin plate": [(0, 2, -oo, -oo, 0)],
    "box": [(0, 0, 0, 1, 0), (half, 0, 1, -1, 0), (1, 0, -1, 0, 0)],
    "suish": [(0, 2, 2, 0, 1)],
}


@pytest.mark.parametrize("name", FOUND)
def test_corners_are_found_with_their_order_and_sides(name):
    found = find(CORNERED[name], x, DOMAINS)
    assert found.undecided == ()
    assert found.corners == tuple(Corner(sympified(row[0]), row[1], *map(sympified, row[2:])) for row in FOUND[name])


def sympified(entry):
    return None if entry is None else sympy.sympify(entry)


@pytest.mark.parametrize("name", SMOOTH)
def test_a_smooth_formula_has_none(name):
    found = find(SMOOTH[name], x, DOMAINS)
    assert (found.corners, found.undecided) == ((), ())


@pytest.mark.parametrize("name", [n for n in FOUND if n not in ("root of abs", "thin plate")])
def test_sides_agree_with_the_formula_close_to_the_corner(name):
    """Order by order: below the order found the sides agree, at it they differ, and both are what was said."""
    at = {s: Rational(7 + 5 * i, 11 + 2 * i) for i, s in enumerate(PARAMETERS)}
    for corner in find(CORNERED[name], x, DOMAINS).corners:
        here = {**at, x: corner.at.subs(at)}
        formula = CORNERED[name]
        for _ in range(corner.order - 1):
            assert close(*sides(formula, here))
            formula = differentiate(formula, x, DOMAINS)
        left, right = sides(formula, here) if corner.order else values(formula, here)
        assert close(left, value(corner.left, at)) and close(right, value(corner.right, at))
        assert not close(left, right)


def sides(formula, here):
    return beside(formula, x, here, -1), beside(formula, x, here, 1)


def values(formula, here):
    step = Rational(1, 10**20)
    return tuple(value(formula, {**here, x: here[x] + way * step}) for way in (-1, 1))


UNDECIDED = {
    "max of sine": "Where sin(x) changes its sign is not solved for x.",
    "fraction": "The jumps of floor(x) have no end.",
    "hard tanh": "Which of min_val and max_val is larger is open.",
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_cannot_be_decided_is_said(name):
    assert find(CORNERED[name], x, DOMAINS).undecided == (UNDECIDED[name],)


def test_an_unknown_order_of_parameters_is_decided_by_domains():
    domains = {"min_val": Interval.parse("[-4, -1]"), "max_val": Interval.parse("[1, 4]")}
    assert [c.at for c in find(CORNERED["hard tanh"], x, domains).corners] == [low, high]


def test_an_unknown_sign_is_decided_by_a_domain():
    slope = Max(0, Min(1, alpha * x + beta))
    assert find(slope, x).undecided
    ends = [c.at for c in find(slope, x, {"alpha": Interval.parse("(0, oo)")}).corners]
    assert [sympy.simplify(end - e) for end, e in zip(ends, (-beta / alpha, (1 - beta) / alpha), strict=True)] == [0, 0]


def test_a_switch_outside_the_domain_of_the_variable_is_no_corner():
    assert find(Max(0, x), x, {"x": Interval.parse("[1, 2]")}).corners == ()
    assert find(Max(0, x), x, {"x": Interval.parse("[-2, -1]")}).corners == ()
    assert len(find(Max(0, x), x, {"x": Interval.parse("[-1, 2]")}).corners) == 1


# Places that need more than a linear equation: formula, places.
SOLVED = [
    (Abs(x**2 - 4), [-2, 2]),
    (Max(x**2 - 2, 0), [-sqrt(2), sqrt(2)]),
    (Max(x**3 - x, 0), [-1, 0, 1]),
    (Max(x**3 - 8, 0), [2]),
    (Max(exp(x / alpha) - 1, 0), [0]),
    (Max(alpha * expm1(x / alpha), 0), [0]),
    (Max(exp(2 * x) - 3, 0), [log(3) / 2]),
    (Max(tanh(x) - half, 0), [sympy.atanh(half)]),
    (Max(tanh(x) ** 2 - half**2, 0), [-sympy.atanh(half), sympy.atanh(half)]),
    (Max(expm1(x) - 2, 0), [log(3)]),
    (Max(sigmoid(x) - Rational(1, 4), 0), [-log(3)]),
    (Max(softplus(x) - 1, 0), [log(sympy.E - 1)]),
    (Max(sinh(x) - 1, 0), [sympy.asinh(1)]),
    (Max(atan(x) - sympy.pi / 4, 0), [1]),
    (Max(tanh(x) - 2, 0), []),
    (Abs(x + tanh(x)), [0]),
    (Max(x, tanh(x)), [0]),
    (Min(2 * x - 2, 2 * sin(x - 1)), [1]),
    (Max(1, Abs(x)), [-1, 1]),
    (Max(0, 1 - Abs(x - alpha)), [alpha - 1, alpha, alpha + 1]),
    (Max(1 / x, 1), [0, 1]),
    (Abs(Abs(x) - 1), [-1, 0, 1]),
    (Max(sqrt(1 + x**2) - 2, 0), [-sqrt(3), sqrt(3)]),
    (Max(exp(x) + 1, 0), []),
    (Piecewise((x, (x > 1) | (x < -1)), (0, True)), [-1, 1]),
    (Piecewise((x, sympy.Not((x > 1) & (x > 0))), (0, True)), [1]),
]


@pytest.mark.parametrize("formula, places", SOLVED, ids=[str(f) for f, _ in SOLVED])
def test_places_are_solved_exactly(formula, places):
    found = find(formula, x, DOMAINS)
    assert found.undecided == ()
    assert [c.at for c in found.corners] == places


def test_terms_of_open_sign_do_not_agree():
    assert find(Max(alpha * tanh(x) + beta * sinh(x), 0), x, {}).undecided
    assert [c.at for c in find(Max(alpha * tanh(x) + beta * sinh(x), 0), x, DOMAINS).corners] == [0]


def test_a_discriminant_decides_with_the_domain():
    parabola = Max(x**2 + beta * x + 1, 0)
    assert find(parabola, x).undecided
    assert len(find(parabola, x, {"beta": Interval.parse("(2, oo)")}).corners) == 2
    assert find(parabola, x, {"beta": Interval.parse("(-2, 2)")}) == find(x, x)


# Formulas that mention a switch and are smooth, or whose two spellings are one.
NO_CORNER = [
    Max(0, x) + Min(0, x),
    Abs(x) * sign(x),
    Piecewise((x**5, x > 0), (0, True)),
    Piecewise((x + sqrt(x**2 + 1), x >= 0), (1 / (sqrt(x**2 + 1) - x), True)),
    Max(x**2 + 1, x),
    Abs(exp(x)),
]


@pytest.mark.parametrize("formula", NO_CORNER, ids=map(str, NO_CORNER))
def test_a_switch_without_consequence_is_no_corner(formula):
    assert find(formula, x) == find(x, x)


def test_a_value_that_differs_from_both_sides_is_a_jump():
    single = Piecewise((5, sympy.Eq(x, 1)), (x, True))
    assert find(single, x).corners == (Corner(Integer(1), 0, Integer(1), Integer(1), Integer(1)),)


def test_words_have_the_corners_of_their_spelling():
    for name in ("celu", "elu", "hard elish", "hat"):
        spelled, words = (find(e, x, DOMAINS).corners for e in (CORNERED[name], to_words(CORNERED[name])))
        assert [(c.at, c.order, c.gradient) for c in words] == [(c.at, c.order, c.gradient) for c in spelled]
    smooth = to_words(SMOOTH["squareplus"], DOMAINS)
    assert smooth.has(Piecewise)
    assert find(smooth, x, DOMAINS) == find(x, x)


def test_several_undecided_switches_do_not_hide_behind_each_other():
    found = find(Max(0, x) + floor(x), x)
    assert found.corners == () and found.undecided
    assert find(Min(x, sin(2 * x)), x).undecided


@pytest.mark.parametrize("formula", [x / Max(0, x), 1 / Max(0, x), log(Max(0, x))])
def test_where_a_formula_begins_to_have_a_value_it_has_no_slope(formula):
    (corner,) = find(formula, x).corners
    assert (corner.at, corner.order, corner.gradient) == (0, 0, None)
