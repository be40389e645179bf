"""Words: each textbook spelling finds its own, and means the same number at every point and in every derivative."""

from __future__ import annotations

import pytest
import sympy
from sympy import (
    Abs,
    And,
    Expr,
    Max,
    Piecewise,
    Rational,
    cosh,
    coth,
    erf,
    exp,
    log,
    pi,
    sech,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from neurogebra.language.functions import (
    Phi,
    erfc,
    expm1,
    log1p,
    log_cosh,
    phi,
    sech2,
    sigmoid,
    softplus,
    tanh_,
)
from neurogebra.language.interval import Interval
from neurogebra.symbolic.gradient import differentiate
from neurogebra.symbolic.recognise import to_words

from .evaluate import close, value
from .formulas import ALL, CORNERED, DOMAINS, PARAMETERS, SMOOTH, alpha, b, beta, half, threshold, x

s = sqrt(x**2 + b)
u = 2 * x + beta
CUBIC = sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3)

# The textbook spelling and its words.
SPELLINGS: list[tuple[Expr, Expr]] = [
    (1 / (1 + exp(-x)), sigmoid(x)),
    (exp(x) / (1 + exp(x)), sigmoid(x)),
    (exp(2 * x) / (1 + exp(2 * x)), sigmoid(2 * x)),
    (2 / (2 + 2 * exp(-x)), sigmoid(x)),
    (1 / (1 + exp(-beta * (x - b))), sigmoid(beta * (x - b))),
    (x * exp(-x) / (1 + exp(-x)) ** 2, x * sigmoid(x) * sigmoid(-x)),
    (exp(1 - x) / (1 + exp(1 - x)), sigmoid(1 - x)),
    ((1 + exp(-x)) ** -3, sigmoid(x) ** 3),
    ((1 + exp(-x)) ** (-alpha), exp(-alpha * softplus(-x))),
    (1 / sqrt(1 + exp(-x)), exp(-softplus(-x) / 2)),
    (sigmoid(x) ** alpha, exp(-alpha * softplus(-x))),
    (exp(-2 * softplus(x)), sigmoid(-x) ** 2),
    (log(1 + exp(x)), softplus(x)),
    (log(1 + exp(beta * x)) / beta, softplus(beta * x) / beta),
    (-log(1 + exp(-x)), -softplus(-x)),
    (log(1 / (1 + exp(-x))), -softplus(-x)),
    (log(sigmoid(x)), -softplus(-x)),
    (log(1 - sigmoid(x)), -softplus(x)),
    (log((1 + exp(x)) / 2), softplus(x) - log(2)),
    (log((1 + exp(x)) ** b), b * softplus(x)),
    (log((1 + exp(alpha * x)) / (1 + exp(alpha * (x - 1)))), log1p(expm1(alpha) * sigmoid(alpha * (x - 1)))),
    (log((1 + exp(x)) / (1 + exp(-x))), x),
    (log(1 + x), log1p(x)),
    (log(1 - x), log1p(-x)),
    (log1p(exp(x)), softplus(x)),
    (log(2 + x), log(2 + x)),
    (exp(x) - 1, expm1(x)),
    (1 - exp(-x), -expm1(-x)),
    (2 * exp(x) - 2, 2 * expm1(x)),
    (alpha * (exp(x) - 1), alpha * expm1(x)),
    (alpha * exp(x) - alpha, alpha * expm1(x)),
    (alpha * exp(x) - alpha + x, alpha * expm1(x) + x),
    ((x + 1) * exp(x) - x - 1, (x + 1) * expm1(x)),
    (exp(x - 1) - 1, expm1(x - 1)),
    (exp(x) - 2, exp(x) - 2),
    ((1 + erf(x / sqrt(2))) / 2, Phi(x)),
    (x * (1 + erf(x / sqrt(2))) / 2, x * Phi(x)),
    (x / 2 + x * erf(x / sqrt(2)) / 2, x * Phi(x)),
    ((1 + erf((x - alpha) / (b * sqrt(2)))) / 2, Phi(-alpha / b + x / b)),
    (x * sympy.erfc(-x / sqrt(2)) / 2, x * Phi(x)),
    (1 - erf(x / sqrt(2)), 2 * Phi(-x)),
    (1 - erf(x), erfc(x)),
    (1 + erf(x), erfc(-x)),
    (sympy.erfc(x), erfc(x)),
    (1 - erfc(x), erf(x)),
    (Phi(x) - half, erf(x / sqrt(2)) / 2),
    (1 - Phi(x), Phi(-x)),
    (tanh(x), tanh_(x)),
    (tanh(-x), -tanh_(x)),
    (1 + tanh(x), 2 * sigmoid(2 * x)),
    (1 - tanh(x), 2 * sigmoid(-2 * x)),
    (x * (1 + tanh(CUBIC)) / 2, x * sigmoid(2 * CUBIC)),
    (1 - tanh(x) ** 2, sech2(x)),
    (1 / cosh(x) ** 2, sech2(x)),
    (sech(x) ** 2, sech2(x)),
    (1 - sech2(x), tanh_(x) ** 2),
    (sinh(x) / cosh(x), tanh_(x)),
    (sinh(x) / cosh(x) ** 2, tanh_(x) / cosh(x)),
    (coth(x), 1 / tanh_(x)),
    ((exp(x) - exp(-x)) / (exp(x) + exp(-x)), tanh_(x)),
    ((exp(2 * x) - 1) / (exp(2 * x) + 1), tanh_(x)),
    ((1 - exp(-x)) / (1 + exp(-x)), tanh_(x / 2)),
    (2 / (1 + exp(-x)) - 1, tanh_(x / 2)),
    (sigmoid(x) - half, tanh_(x / 2) / 2),
    (1 - sigmoid(x), sigmoid(-x)),
    (sigmoid(x) - 1, -sigmoid(-x)),
    (x * sigmoid(x) - x, -x * sigmoid(-x)),
    (sigmoid(x) * (1 - sigmoid(x)), sigmoid(x) * sigmoid(-x)),
    (sigmoid(x) * sigmoid(-x) ** 2 - sigmoid(x) ** 2 * sigmoid(-x), -sigmoid(x) * sigmoid(-x) * tanh_(x / 2)),
    (softplus(x) - x, softplus(-x)),
    (log(1 + exp(u)) - u, softplus(-u)),
    (softplus(x) - softplus(-x), x),
    (log(cosh(x)), log_cosh(x)),
    (log(exp(x) + exp(-x)), log_cosh(x) + log(2)),
    (x + (sqrt(x**2 + 1) - 1) / 2, x + x**2 / (sqrt(x**2 + 1) + 1) / 2),
    (alpha * (sqrt(x**2 + 4) - 2), alpha * x**2 / (sqrt(x**2 + 4) + 2)),
    ((x + s) / 2, Piecewise((x + s, x >= 0), (b / (s - x), True)) / 2),
    (1 + x / s, Piecewise((1 + x / s, x >= 0), (b / (s * (s - x)), True))),
    (x * tanh(log(1 + exp(x))), x * tanh_(softplus(x))),
    (1 - exp(-exp(x)), -expm1(-exp(x))),
    (exp(-(x**2) / 2) / sqrt(2 * pi), phi(x)),
    (exp(-(x**2)) / sqrt(pi), exp(-(x**2)) / sqrt(pi)),
    (exp(-(b**2) * x**2 / 2) / sqrt(2 * pi), phi(b * x)),
    (x - tanh(x), x - tanh_(x)),
    (1 / (2 + exp(-x)), 1 / (2 + exp(-x))),
    (exp(2 * x) * sigmoid(-x), exp(2 * x) * sigmoid(-x)),
    ((exp(x) - exp(-x)) / (2 * exp(x) + exp(-x)), (exp(x) - exp(-x)) / (2 * exp(x) + exp(-x))),
    (exp(x) + exp(-x), exp(x) + exp(-x)),
    (Max(0, 1 / (1 + exp(-x))), sigmoid(x)),
    (Max(x, 1 / (1 + exp(-x))), Max(x, sigmoid(x))),
    (Piecewise((1 - tanh(x), exp(x) - 1 > 1), (x, True)), Piecewise((2 * sigmoid(-2 * x), exp(x) > 2), (x, True))),
    (
        Piecewise((x, x >= 0), ((1 - x) ** (-alpha) - 1, True)),
        Piecewise((x, x >= 0), (expm1(-alpha * log1p(-x)), True)),
    ),
]
IDS = [str(spelled) for spelled, _ in SPELLINGS]


@pytest.mark.parametrize("spelled, words", SPELLINGS, ids=IDS)
def test_a_spelling_finds_its_words(spelled, words):
    assert to_words(spelled) == words


def points() -> list[dict]:
    parameters = {p: Rational(7 + 5 * i, 11 + 2 * i) for i, p in enumerate(PARAMETERS)}
    places = [Rational(k, 997) for k in (-4999, -2003, -613, -1, 0, 1, 499, 941, 3001)]
    return [{x: place, **parameters} for place in places]


FORMULAS = [spelled for spelled, _ in SPELLINGS] + list(ALL.values())


@pytest.mark.parametrize("formula", FORMULAS, ids=IDS + list(ALL))
def test_words_have_the_same_value_to_45_digits(formula):
    compared = 0
    words = to_words(formula)
    for at in points():
        truth = value(formula, at)
        if truth is not None:
            compared += 1
            assert close(value(words, at), truth, 45), at
    assert compared >= 4


@pytest.mark.parametrize("name", ALL)
def test_derivatives_of_the_words_are_those_of_the_formula(name):
    """To third order, at corners too; each derivative in words is rewritten before the next, as evaluation does."""
    shown, words = ALL[name], to_words(ALL[name], DOMAINS)
    for order in (1, 2, 3):
        shown, words = differentiate(shown, x, DOMAINS), to_words(differentiate(words, x, DOMAINS), DOMAINS)
        for at in points() + [{**points()[0], x: Rational(k, 2)} for k in (-6, -2, 2, 6, 12)]:
            truth = value(shown, at)
            if truth is not None:
                assert close(value(words, at), truth, 40), (order, at)


@pytest.mark.parametrize("formula", FORMULAS, ids=IDS + list(ALL))
def test_rewriting_twice_changes_nothing(formula):
    words = to_words(formula)
    assert to_words(words) == words


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_of_words_keep_no_spelling_that_overflows(name):
    """Sums 1 + exp(u) below a fraction are what overflows; the words have none left for parameters in words."""
    words = to_words(SMOOTH[name], DOMAINS)
    for _ in range(2):
        words = to_words(differentiate(words, x, DOMAINS), DOMAINS)
        sums = [p.base for p in words.atoms(sympy.Pow) if p.base.is_Add and p.exp.is_negative]
        assert not any(base - 1 in base.atoms(exp) for base in sums)


def test_the_second_derivative_of_swish_does_not_cancel_at_zero():
    words = differentiate(differentiate(x * sigmoid(x), x), x)
    assert to_words(words).has(tanh_(x / 2))


# Guards and contexts ----------------------------------------------------------------------------------------

ARANDA = 1 - (1 + alpha * exp(x)) ** (-1 / alpha)
DIRECT = -expm1(-log1p(alpha * exp(x)) / alpha)


def test_a_domain_makes_the_guard_of_a_power_unnecessary():
    assert to_words(ARANDA, DOMAINS) == DIRECT
    guarded = to_words(ARANDA)
    assert guarded.has(Piecewise)
    assert close(value(guarded, {x: 2, alpha: -1}), value(exp(x), {x: 2}), 40)
    assert value(DIRECT, {x: 2, alpha: -1}) is None


def test_a_negative_domain_keeps_the_power():
    assert to_words(ARANDA, {"alpha": Interval.parse("(-oo, 0)")}) == ARANDA


def test_arms_know_the_sign_that_their_condition_gives():
    assert to_words(Piecewise((x + s, x >= 0), (x + s + 1, True))) == Piecewise(
        (x + s, x >= 0), (1 + b / (s - x), True)
    )
    assert to_words(Piecewise((x + s, x < -1), (0, True))).args[0][0].has(Piecewise)
    shifted = sqrt((x - alpha) ** 2 + b)
    once = to_words(x - alpha + shifted)
    assert once.has(Piecewise)
    assert to_words(once) == once


@pytest.mark.parametrize("other", [log(1 + x), log(2 + x), sympy.sin(x)])
def test_a_sign_that_a_condition_cannot_tell_the_arms_makes_no_cases(other):
    """SymPy turns a condition on a Piecewise into ITE, from which the arms would not learn the sign of v."""
    v = Piecewise((x, x > 0), (alpha * x, True)) + other
    formula = v * (1 + v / sqrt(v**2 + 1)) / 2
    words = to_words(formula)
    assert not words.has(sympy.ITE)
    assert close(value(words, {x: half, alpha: 3}), value(formula, {x: half, alpha: 3}), 45)


def test_conditions_keep_their_truth_and_get_no_cases():
    formula = Piecewise((1, x + s > 1), (2, And(tanh(x) > 0, 1 - tanh(x) < half)), (3, True))
    words = to_words(formula)
    assert not any(c.has(Piecewise, sympy.ITE) for _, c in words.args)
    for at in points():
        assert value(words, at) == value(formula, at)


def test_conditions_that_become_equal_leave_cases_for_every_x():
    inner = Piecewise((0, x >= 6), (1, log1p(x) > 0), (x, True))
    words = to_words(Piecewise((inner, log(1 + x) > 0), (2, True)))
    assert all(cases.args[-1].cond == sympy.true for cases in words.atoms(Piecewise))
    assert [value(words, {x: place}) for place in (-half, 1, 7)] == [2, 1, 0]


def test_numbers_are_left_alone():
    for number in (tanh(1), exp(2) - 1, log(1 + exp(1)), 1 / (1 + exp(-1)), erf(half) + 1):
        assert to_words(number) == number


def test_words_of_a_switch_are_words_inside_it():
    formula = CORNERED["gelu clipped"]
    assert to_words(formula).has(Phi)
    assert not to_words(formula).has(erf)
    assert to_words(Abs(tanh(x) + threshold)) == Abs(tanh_(x) + threshold)


def test_unknown_symbols_are_no_obstacle():
    p, q = symbols("p q", real=True)
    assert to_words(p * exp(q * x) - p + q) == p * expm1(q * x) + q
