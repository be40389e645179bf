"""Pairs against balls: where a pair calls itself good it is the exact target's float64; it seldom declines.

The points are random bit patterns, numbers dense around 0 and around the curves' bends, and both tails with
the borders of overflow and underflow; the exact target answers with balls of up to 8,192 bits, by other
series. The bounds of every function are held against mpmath directly, since a bound that is too small shows
in no rounded value until an element cancels.
"""

from __future__ import annotations

import functools
import warnings

import mpmath
import numpy as np
import pytest
import sympy

from neurogebra.compile import to_exact
from neurogebra.compile import to_numpy_pairs as pairs
from neurogebra.compile import to_numpy_pairs_arithmetic as arithmetic
from neurogebra.compile import to_numpy_pairs_circular as circular
from neurogebra.compile import to_numpy_pairs_functions as functions
from neurogebra.compile import to_numpy_pairs_tables as tables
from neurogebra.compile.plan import Plan, plan
from neurogebra.language import functions as words
from neurogebra.symbolic.gradient import differentiate

X, ALPHA = sympy.Symbol("x", real=True), sympy.Symbol("alpha", real=True)
DECIMAL = sympy.Rational(1702, 1000)
TANH_EXP = X * words.tanh_(sympy.exp(X))
SWISH, MISH = X * words.sigmoid(X), X * words.tanh_(words.softplus(X))
SMISH = X * words.tanh_(words.log1p(words.sigmoid(X)))
ARANDA = 1 - (1 + ALPHA * sympy.exp(X)) ** (-1 / ALPHA)
CASES = sympy.Piecewise((words.expm1(X), X < 0), (sympy.sqrt(X), X <= 4), (sympy.log(X), True))
# formula, order of the derivative, alpha, least share of good points
FORMULAS = {
    "gelu": (X * words.Phi(X), 0, 1.0, 1.0),
    "gelu'": (X * words.Phi(X), 1, 1.0, 1.0),
    "gelu''": (X * words.Phi(X), 2, 1.0, 1.0),
    "swish": (SWISH, 0, 1.0, 1.0),
    "swish'": (SWISH, 1, 1.0, 1.0),
    "swish''": (SWISH, 2, 1.0, 1.0),
    "mish": (MISH, 0, 1.0, 1.0),
    "mish'": (MISH, 1, 1.0, 1.0),
    "mish''": (MISH, 2, 1.0, 1.0),
    "tanhexp''": (TANH_EXP, 2, 1.0, 0.9),  # beyond 1e11 vast terms cancel
    "smish''": (SMISH, 2, 1.0, 0.99),
    "sigmoid gelu": (X * words.sigmoid(DECIMAL * X), 0, 1.0, 1.0),
    "gaussian": (sympy.exp(-(X**2)), 0, 1.0, 1.0),
    "snake": (X + sympy.sin(ALPHA * X) ** 2 / ALPHA, 0, 0.3, 1.0),
    "isru": (X / sympy.sqrt(1 + ALPHA * X**2), 0, 0.3, 1.0),
    "isru''": (X / sympy.sqrt(1 + ALPHA * X**2), 2, 0.3, 1.0),
    "log_cosh": (words.log_cosh(X), 0, 1.0, 1.0),
    "softplus": (words.softplus(ALPHA * X) / ALPHA, 0, 2.5, 1.0),
    "aranda_ordaz": (ARANDA, 0, 0.5, 0.6),  # 1 - 1 on the left
    "erf": (sympy.erf(X), 0, 1.0, 1.0),
    "odd one out": (sympy.Max(X, -X / 3) * sympy.atan(X) + sympy.floor(X), 0, 1.0, 0.95),
    "cases": (CASES, 0, 1.0, 1.0),
}
ROOT = 2.3993572805154675
NEXT_TO_ROOT = ROOT + np.outer([-1, 1], 2.0 ** -np.arange(2, 38)).reshape(-1)
BORDERS = (0.0, 3.0, 4.0, 5e-324, -5e-324, 1e-310, -745.2, -745.0, -708.4, 708.4, 709.8, -38.6, -37.5, 26.6)
FAR = (1e154, -1e154, 1e300, -1e300, 1.7976931348623157e308, -1.7976931348623157e308)


def points(seed: int, count: int = 16) -> np.ndarray:
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2**64, 2 * count, dtype=np.uint64).view(np.float64)
    parts = (
        bits[np.isfinite(bits)][:count],
        np.ldexp(rng.uniform(-1, 1, count), rng.integers(-60, 0, count)),
        rng.uniform(-3, 3, count),
        rng.uniform(-40, 40, count),
        rng.uniform(-760, 760, count),
        BORDERS,
        FAR,
    )
    return np.concatenate(parts)


@functools.cache
def plan_of(name: str) -> Plan:
    formula, order, _, _ = FORMULAS[name]
    for _ in range(order):
        formula = differentiate(formula, X)
    return plan([formula], ("x", "alpha"))


def worst(p: Plan, x: np.ndarray, alpha: float) -> tuple[float, float]:
    """ULPs between the good values and the exact target's, and the share of good values."""
    ((value, good),) = pairs.evaluate(p, {"x": x, "alpha": alpha})
    found = 0.0
    for at, got in zip(x[good].tolist(), value[good].tolist(), strict=True):
        (want,) = to_exact.evaluate(p, {"x": at, "alpha": alpha})
        if got != want:
            found = max(found, abs(got - want) / np.spacing(abs(want)) if np.isfinite(want) else np.inf)
    return found, float(good.mean())


@pytest.mark.parametrize("name", FORMULAS)
def test_good_values_are_the_exact_ones(name: str) -> None:
    _, _, alpha, least = FORMULAS[name]
    found, share = worst(plan_of(name), points(sum(map(ord, name))), alpha)
    assert found <= 1, f"{name}: {found} ULP"
    assert share >= least, f"{name}: {share} good"


def test_values_next_to_a_root_are_good() -> None:
    """swish'' crosses 0 at 2.3994: 2**-37 from there pairs keep 60 bits; one float away, too few."""
    found, share = worst(plan_of("swish''"), NEXT_TO_ROOT, 1.0)
    assert found == 0 and share == 1
    found, share = worst(plan_of("swish''"), np.array([ROOT, np.nextafter(ROOT, 3)]), 1.0)
    assert share == 0


def test_x_minus_tanh_x_is_good_down_to_1e_6_and_declined_at_1e_30() -> None:
    """The difference is x**3/3: at 1e-6 it loses 42 of 102 bits, at 1e-30 all."""
    p = plan([X - words.tanh_(X)], ("x", "alpha"))
    near = np.geomspace(1e-6, 300, 60)
    found, share = worst(p, np.concatenate([near, -near]), 1.0)
    assert found == 0 and share == 1
    blown_up = plan([sympy.exp(3 * 10**24 * (X - words.tanh_(X)))], ("x", "alpha"))
    for declined, at in ((p, [2e-7, 1e-8, 1e-30, -1e-30]), (blown_up, [1e-8, -1e-8])):
        ((_, good),) = pairs.evaluate(declined, {"x": np.array(at), "alpha": 1.0})
        assert not good.any()


def test_outside_the_domain_nothing_is_good() -> None:
    outside = [sympy.log(X), sympy.sqrt(X), sympy.acosh(X), sympy.asin(X - 2), words.log1p(X), X**ALPHA]
    for formula in [*outside, 1 / (X + 3)]:
        ((_, good),) = pairs.evaluate(plan([formula], ("x", "alpha")), {"x": np.array([-3.0]), "alpha": 0.3})
        assert not good.any(), formula


def test_what_is_next_to_the_border_of_a_domain_is_declined() -> None:
    """sigmoid(x) + sigmoid(-x) is 1: neither log1p of it less 2 nor its order with 1 can be told."""
    one = words.sigmoid(X) + words.sigmoid(-X)
    switch = sympy.Piecewise((X, one > 1), (-X, True))
    x = np.linspace(-3, 3, 80)
    for formula in (words.log1p(one - 2), words.softplus(words.log1p(one - 2)), 1 / (one - 1), switch):
        ((_, good),) = pairs.evaluate(plan([formula], ("x", "alpha")), {"x": x, "alpha": 1.0})
        assert not good.any(), formula


def test_open_switches_are_declined_and_exact_ties_are_not() -> None:
    """exp(alpha) against e is open at alpha = 1 for balls of any width; a float64 against 1 never is."""
    opened = sympy.Piecewise((X, sympy.exp(ALPHA) > sympy.E), (-X, True))
    exact = sympy.Piecewise((X, ALPHA > 1), (-X, ALPHA < 1), (3 * X, True))
    x = {"x": np.array([2.0]), "alpha": 1.0}
    ((_, good),) = pairs.evaluate(plan([opened], ("x", "alpha")), x)
    ((value, settled),) = pairs.evaluate(plan([exact], ("x", "alpha")), x)
    assert not good.any()
    assert settled.all() and value[0] == 6


def test_what_underflows_or_overflows_for_sure_is_good() -> None:
    x = np.array([1e300, 1e9, 2000.0])
    for formula, want in ((sympy.exp(X), np.inf), (sympy.exp(-X) * X**3, 0.0), (words.sigmoid(-X) / X, 0.0)):
        ((value, good),) = pairs.evaluate(plan([formula], ("x", "alpha")), {"x": x, "alpha": 1.0})
        assert good.all() and (value == want).all(), formula


def test_subnormal_results_are_rounded_once() -> None:
    """(k + 1/2)*(1 - 2**-80) units go down; to 53 bits first they were a tie, and an odd k went up."""
    p = plan([X * ALPHA], ("x", "alpha"))
    k = np.arange(1, 40)
    x = (k + 0.5) * (1 + 2.0**-40)
    ((value, good),) = pairs.evaluate(p, {"x": x * 2.0**-500, "alpha": (1 - 2.0**-40) * 2.0**-574})
    assert good.all() and (value == k * 5e-324).all()


def test_floor_sees_the_low_part() -> None:
    p = plan([sympy.floor(X * ALPHA), sympy.ceiling(-X * ALPHA)], ("x", "alpha"))
    (down, good), (up, also) = pairs.evaluate(p, {"x": np.array([3 * (1 + 2.0**-40)]), "alpha": 1 - 2.0**-40})
    assert good.all() and also.all() and down[0] == 2 and up[0] == -2


def test_shapes_broadcast_and_nothing_warns() -> None:
    p = plan([X / ALPHA, X * 2], ("x", "alpha"))
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        (first, good), (second, _) = pairs.evaluate(p, {"x": np.linspace(-1, 1, 9001) * 1e308, "alpha": 0.0})
    assert first.shape == second.shape == (9001,) and not good.any()
    assert second[4500] == 0 and np.isinf(second[0])


# bounds ----------------------------------------------------------------------------------------------------

MP = mpmath.MPContext()
MP.prec = 400
TRUTHS = {
    "exp": MP.exp, "expm1": MP.expm1, "log": MP.log, "log1p": MP.log1p, "sqrt": MP.sqrt, "tanh": MP.tanh,
    "sinh": MP.sinh, "cosh": MP.cosh, "sin": MP.sin, "cos": MP.cos, "tan": MP.tan, "atan": MP.atan,
    "asin": MP.asin,
    "acos": MP.acos, "asinh": MP.asinh, "acosh": MP.acosh, "atanh": MP.atanh, "erf": MP.erf, "erfc": MP.erfc,
    "sigmoid": lambda x: 1 / (1 + MP.exp(-x)), "sech2": lambda x: MP.sech(x) ** 2,
    "softplus": lambda x: MP.log1p(MP.exp(x)), "log_cosh": lambda x: MP.log1p(2 * MP.sinh(x / 2) ** 2),
    "Phi": lambda x: MP.erfc(-x / MP.sqrt(2)) / 2, "phi": lambda x: MP.npdf(x),
}  # fmt: skip
POSITIVE, INSIDE = ("log", "sqrt", "log1p"), ("asin", "acos", "atanh")


def number_at(p: arithmetic.Pair, i: int) -> object:
    return MP.ldexp(MP.mpf(float(p.hi[i])) + MP.mpf(float(p.lo[i])), int(p.e[i]))


def overrun_at(name: str, a: arithmetic.Pair) -> float:
    """The worst error of one function at some numbers as a multiple of its claim."""
    with np.errstate(all="ignore"):
        value = pairs.WORDS[name](a)
    assert np.isfinite(value.r).all()
    true = [TRUTHS[name](number_at(a, i)) for i in range(a.hi.size)]
    return max(float(abs(number_at(value, i) / t - 1) / value.r[i]) for i, t in enumerate(true) if value.r[i])


def overrun(name: str) -> float:
    """The same over arguments of 106 bits."""
    rng = np.random.default_rng(7)
    small = np.ldexp(1.0, -np.arange(1, 60, 5))
    x = np.concatenate([rng.uniform(-30, 30, 12), rng.uniform(-1, 1, 12), small])
    x = np.abs(x) if name in POSITIVE else np.abs(x) + 1 if name == "acosh" else x
    x = np.tanh(x) * 0.99 if name in INSIDE else x
    with np.errstate(all="ignore"):
        a = arithmetic.exact(x)
        a = arithmetic.finish(*arithmetic.quick(a.hi, a.hi * 2.0**-54 * rng.uniform(-1, 1, x.size)), a.e, a.r)
    return overrun_at(name, a)


@pytest.mark.parametrize("name", TRUTHS)
def test_no_function_errs_by_half_of_what_it_claims(name: str) -> None:
    assert overrun(name) < 0.5


CLOSEST = 6381956970095103 * 2.0**797  # of all float64 numbers, to a multiple of pi/2


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_waves_know_exact_arguments_however_far_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    x = np.concatenate([np.ldexp(rng.uniform(-1, 1, 60), rng.integers(29, 1024, 60)), [2.0**30, 1e308, CLOSEST]])
    product = arithmetic.mul(arithmetic.exact(x / 2.0**70), arithmetic.exact(np.full(x.size, 0.3)))
    far = arithmetic.scale(product, 140)  # 2**1100 and more, up to where nothing is looked up
    assert overrun_at(name, arithmetic.exact(x)) < 0.5 and overrun_at(name, product) < 0.5
    rough = arithmetic.exact(x)._replace(r=np.full(x.size, 2.0**-104))
    with np.errstate(all="ignore"):
        assert np.isinf(pairs.WORDS[name](rough).r[np.abs(x) > 2.0**30]).all()
        assert np.isinf(pairs.WORDS[name](far).r[far.e > 1100]).all()
    monkeypatch.setattr(circular, "turned", lambda k: (*tables.turned(k)[:2], 0.0, 0.0))
    assert overrun_at(name, arithmetic.exact(x)) > 1


def test_a_constant_wrong_in_its_last_bits_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """log(2) wrong by 2**-97: the bounds see it; by 2**-80: values next to the root of swish'' do."""
    high, low = functions.LOG_2
    monkeypatch.setattr(functions, "LOG_2", (high, low + 2.0**-97))
    assert overrun("exp") > 1
    monkeypatch.setattr(functions, "LOG_2", (high, low + 2.0**-80))
    found, _ = worst(plan_of("swish''"), NEXT_TO_ROOT, 1.0)
    assert found > 1
