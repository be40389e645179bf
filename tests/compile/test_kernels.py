"""Every kernel against balls: none errs by more units of 2**-53 than its row in `ops.py` claims for it.

The certificates of the float64 targets rest on these units, and on nothing else that depends on the machine:
its C library, its NumPy, its processor. So they are measured here again wherever the tests run, for both
targets, at the same one to two thousand points a kernel: dense around 0, where kernels change their method,
in the tails, and where a search found them at their worst. The claim is taken from the row itself, by asking
it for the bound of exact operands.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

from neurogebra.compile import to_numpy_kernels, to_scalar
from neurogebra.compile.ops import OPS

TARGETS: dict[str, dict[str, Any]] = {"scalar": to_scalar.KERNELS, "numpy": to_numpy_kernels.KERNELS}
UNIT = 2.0**-53
BITS = 400  # beyond 1e30 more: the reduction of a sine at 1e300 costs 1,000 bits; and so does x - tanh(x) at 1e-150

LINE, HALF, ABOVE_1, INSIDE = (-math.inf, math.inf), (0.0, math.inf), (1.0, math.inf), (-1.0, 1.0)
# kernel: the true function of a ball, the domain, and the largest |x| beyond which its value is out of range
TRUTHS: dict[str, tuple[Callable[[arb], arb], tuple[float, float], float]] = {
    "exp": (lambda x: x.exp(), (-math.inf, 709.7), 745.0),
    "expm1": (lambda x: x.expm1(), LINE, 709.0),
    "log": (lambda x: x.log(), HALF, 1e300),
    "log1p": (lambda x: x.log1p(), (-1.0, math.inf), 1e300),
    "softplus": (lambda x: x.exp().log1p(), LINE, 740.0),
    "sinh": (lambda x: x.sinh(), LINE, 710.0),
    "cosh": (lambda x: x.cosh(), LINE, 710.0),
    "tanh": (lambda x: x.tanh(), LINE, 1e300),
    "tanh_rest": (lambda x: x - x.tanh(), LINE, 1e300),
    "log_cosh": (lambda x: (2 * (x / 2).sinh() ** 2).log1p(), LINE, 1e4),
    "asinh": (lambda x: x.asinh(), LINE, 1e300),
    "acosh": (lambda x: x.acosh(), ABOVE_1, 1e300),
    "atanh": (lambda x: x.atanh(), INSIDE, 1.0),
    "sin": (lambda x: x.sin(), LINE, 1e300),
    "cos": (lambda x: x.cos(), LINE, 1e300),
    "tan": (lambda x: x.tan(), LINE, 1e300),
    "asin": (lambda x: x.asin(), INSIDE, 1.0),
    "acos": (lambda x: x.acos(), INSIDE, 1.0),
    "atan": (lambda x: x.atan(), LINE, 1e300),
    "bell": (lambda x: (-x * x).exp(), LINE, 27.2),
    "gauss": (lambda x: (-x * x / 2).exp(), LINE, 38.5),
    "erf": (lambda x: x.erf(), LINE, 30.0),
    "erfc": (lambda x: x.erfc(), LINE, 27.0),
    "normal": (lambda x: (-x / arb(2).sqrt()).erfc() / 2, LINE, 38.4),
    "sqrt": (lambda x: x.sqrt(), HALF, 1e300),
}
# Where a search over 160,000 points a kernel found the largest errors: one for each target.
HARD = {
    "exp": (6.772359853897353e-15, 0.7721543870131005),
    "expm1": (1.1121785132537254, 2.2204464748597657e-16),
    "log": (1.0649128403589947, 0.9690057325571994),
    "log1p": (1.7183069673090785, -0.03096522473639654),
    "softplus": (-36.03916811092329, -36.04226121403954),
    "sinh": (-0.6941234560052064, -0.06536151618189623),
    "cosh": (-2.7801634774641966, -0.02246772196934049),
    "tanh": (-0.34748916061313695, -0.5524666447628309),
    "log_cosh": (-1.548525461277643e-05, -0.13362135350357646),
    "asinh": (-0.5216349363423071, -0.007826570574281735),
    "acosh": (1.6816408505139082, 27.336752152642994),
    "atanh": (-0.2505779329772408, -0.01591525333167304),
    "asin": (-0.4803436645771066, -0.5241507920302063),
    "acos": (0.9682810886342964, 0.4852728717308003),
    "atan": (-0.12599044159474884, -0.12653747974134474),
    "gauss": (1.6640143792024544, -2.6264540513169807),
    "erf": (-0.06203002198255401, -0.8281952010006688),
    "erfc": (1.2490139030394207, 0.7498425323727923),
    "normal": (-1.7550460402985597, -4.986582952961646),
}


@functools.cache
def points(low: float, high: float, far: float) -> np.ndarray:
    """Some 1,000 to 2,000 numbers of the domain: around 0 and the bends, over the moderate range, and to `far`."""
    rng = np.random.default_rng(53)
    size = min(far, 40.0)
    positive = np.concatenate(
        [
            rng.uniform(0, 1, 120),
            rng.uniform(0, 3, 120),
            rng.uniform(0, size, 220),
            rng.uniform(0, far, 40),
            np.exp2(rng.uniform(-1000, math.log2(far), 60)),
            np.exp2(rng.uniform(-60, math.log2(size), 100)),
            1 - np.exp2(rng.uniform(-50, -1, 40)),
        ]
    )
    x = np.concatenate([np.unique(np.concatenate([-positive, positive, 1 + positive])), [0.0, -0.0]])
    return x[(x > low) & (x < high) & (np.abs(x) <= far)]


@functools.cache
def truth(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, and the true values as float64 and what that leaves."""
    function, domain, far = TRUTHS[name]
    x = np.concatenate([points(*domain, far), HARD.get(name, ())])
    heads, tails = [], []
    before, ctx.prec = ctx.prec, BITS
    try:
        for at in x.tolist():
            ctx.prec = BITS if 1e-30 < abs(at) < 1e30 else 2400
            value = function(arb(at))
            head = float(value.mid())
            heads.append(head)
            tails.append(float((value - arb(head)).mid()))
    finally:
        ctx.prec = before
    return x, np.array(heads), np.array(tails)


def computed(kernels: dict[str, Any], name: str, x: np.ndarray) -> np.ndarray:
    """One kernel at all points, in the manner of its target."""
    kernel = kernels[name]
    both = (lambda at: kernel(at, kernels["gauss"](at))) if name == "normal" else kernel
    with np.errstate(all="ignore"):
        return both(x) if kernels is to_numpy_kernels.KERNELS else np.array([both(at) for at in x.tolist()])


def claimed(name: str) -> tuple[float, float]:
    """What the row claims for exact operands: units of 2**-53 of the value, and an absolute rest."""
    rule = OPS[name].error
    assert rule is not None
    operands = ["x", ""] * OPS[name].arity
    terms = " + ".join(rule("v", *operands))
    at_0, at_half = (eval(terms, {"abs": abs, "smaller": min}, {"v": v, "x": 0.0}) for v in (0.0, 0.5))
    return (at_half - at_0) / UNIT * 2, at_0


def units(kernels: dict[str, Any], name: str) -> tuple[float, float]:
    """The worst error in units of 2**-53 of the value, beyond the absolute rest, and where it is made."""
    x, head, tail = truth(name)
    error = np.abs((computed(kernels, name, x) - head) - tail)
    with np.errstate(all="ignore"):
        relative = (error - claimed(name)[1]) / np.abs(head) / UNIT
    relative[error <= claimed(name)[1]] = 0.0
    assert np.isfinite(relative).all(), x[~np.isfinite(relative)]
    worst = int(np.argmax(relative))
    return float(relative[worst]), float(x[worst])


def test_each_row_has_as_many_operands_as_its_value_names():
    said = {name: set(re.findall(r"{(\w)}", row.value)) for name, row in OPS.items() if row.value}
    assert said == {name: set("abc"[: OPS[name].arity]) for name in said}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", TRUTHS)
def test_no_kernel_errs_by_more_units_than_its_row_claims(name: str, target: str) -> None:
    found, at = units(TARGETS[target], name)
    assert found <= claimed(name)[0], f"{name} errs by {found:.3f} units of 2**-53 at {at!r}"


@pytest.mark.parametrize("target", TARGETS)
def test_right_of_0_the_normal_distribution_errs_by_its_tail_and_one_rounding(target: str) -> None:
    """There its row claims less, the nearer the value is to 1."""
    x, head, tail = truth("normal")
    error = np.abs((computed(TARGETS[target], "normal", x) - head) - tail)
    rule = OPS["normal"].error
    assert rule is not None
    names = {**to_numpy_kernels.KERNELS, "v": head, "x": x}
    bound = eval(" + ".join(rule("v", "x", "", "g", "")), names)
    right = x > 0
    assert (error[right] <= bound[right]).all() and (error[right] > bound[right] / 3).any()
    assert bound[x > 3].max() < 1.1 * UNIT


def test_without_the_density_beside_it_the_normal_distribution_errs_no_more() -> None:
    """Phi and x*Phi(x) of arrays, which the certificates know as `normal` and a product of it."""
    x, head, tail = truth("normal")
    rule = OPS["normal"].error
    assert rule is not None
    kernels = to_numpy_kernels.KERNELS
    bound = eval(" + ".join(rule("v", "x", "", "g", "")), {**kernels, "v": head, "x": x})
    value, product = kernels["Phi"](x), kernels["times_normal"](x)
    for at, v, p, h, t, most in zip(*(each.tolist() for each in (x, value, product, head, tail, bound)), strict=True):
        true = Fraction(h) + Fraction(t)
        assert abs(Fraction(v) - true) <= most, at
        assert abs(Fraction(p) - Fraction(at) * true) <= abs(at) * most + UNIT * abs(p) + 5e-324, at
    odd = np.array([math.nan, math.inf, -math.inf, 1e300, -1e300, 0.0, -0.0])
    np.testing.assert_array_equal(kernels["Phi"](odd), [math.nan, 1, 0, 1, 0, 0.5, 0.5])
    np.testing.assert_array_equal(kernels["times_normal"](odd), [math.nan, math.inf, 0, 1e300, 0, 0, 0])


def test_every_function_of_a_row_is_measured() -> None:
    """A row that rounds in a way of its own has a truth here; the others combine exact steps."""
    composite = {"exp_tail", "expm1_tail", "softplus_tail"}  # a kernel above, and a correction by its tail
    called = {n for n, row in OPS.items() if row.error is not None and row.value.startswith(f"{n}(")}
    combined = composite | {"tail_add", "tail_mul", "tail_div", "abs", "sign", "floor", "ceiling", "select", "pow"}
    combined |= {"rough_sin", "rough_cos"}  # in test_to_numpy_waves.py
    assert called - combined == TRUTHS.keys()


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if row.value])
def test_a_number_is_computed_as_an_array_of_one_is(name: str) -> None:
    """What parameters alone decide is a number; softplus of 1000 and exp of a pair raised TypeError."""
    row = OPS[name]
    text = row.value.format(a="a", b="b", c="c")
    for numbers in ((1000.0, 0.25, 1.5), (0.25, 1e-17, 3.0), (1.5, 0.5, 0.1), (-2.5, 2.0, 7.0)):
        with np.errstate(all="ignore"):
            given = dict(zip("abc", map(np.float64, numbers), strict=True))
            many = {key: np.array([value]) for key, value in given.items()}
            alone, row_of_one = (eval(text, {**to_numpy_kernels.KERNELS, **v}) for v in (given, many))
        assert np.array_equal(np.reshape(alone, -1), row_of_one, equal_nan=True)


def test_a_kernel_a_little_worse_than_its_row_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for kernels in TARGETS.values():
        good = kernels["tanh"]
        monkeypatch.setitem(kernels, "tanh", lambda a, good=good: good(a) * (1 + 3 * UNIT))
        assert units(kernels, "tanh")[0] > claimed("tanh")[0]


SMOOTH = ("exp", "expm1", "log1p", "softplus", "sinh", "cosh", "tanh", "tanh_rest", "log_cosh", "asinh", "sin")
SMOOTH += ("atan", "erf", "erfc", "sqrt", "bell", "gauss")
ROUNDED = 64 * UNIT  # by which a difference taken in float64, and its operands, may themselves be wrong


def passed_on(name: str, x: np.ndarray, error: np.ndarray) -> np.ndarray:
    """The bound of a row for operands that may be wrong by `error`."""
    rule = OPS[name].error
    assert rule is not None
    kernels = to_numpy_kernels.KERNELS
    names = {**kernels, "a": x, "ea": error, "v": kernels[name](x)}
    return eval(" + ".join(rule("v", "a", "ea")), names)


def moved(name: str, x: np.ndarray, error: np.ndarray) -> np.ndarray:
    """How far the function goes when its operand moves by as much, either way."""
    f = to_numpy_kernels.KERNELS[name]
    return np.fmax(np.abs(f(x + error) - f(x)), np.abs(f(x - error) - f(x)))


@pytest.mark.parametrize("name", SMOOTH)
def test_a_row_passes_on_no_less_than_its_operand_may_be_wrong_by(name: str) -> None:
    """The errors are large, so that float64 sees what they do; smaller ones do less by their square."""
    rng = np.random.default_rng(7)
    _, (low, high), far = TRUTHS[name]
    x = points(low, high, min(far, 30.0))
    for size in (1e-7, 1e-5, 1e-3):
        error = size * rng.random(x.size) * np.minimum(np.abs(x), 1 / (1 + np.abs(x)))
        with np.errstate(all="ignore"):
            wrong = moved(name, x, error) > passed_on(name, x, error) + ROUNDED * np.abs(TARGETS["numpy"][name](x))
        assert not wrong.any(), (x[wrong], error[wrong])


def test_the_hump_errs_and_passes_on_no_more_than_its_row_says() -> None:
    """4a/(1 + a)**2 for a up to 1, as sech2 needs it; near 1, where its slope is 0, most of the bound is its own."""
    rng = np.random.default_rng(7)
    a = np.concatenate([rng.random(2000), np.exp(-40 * rng.random(2000)), 1 - 1e-6 * rng.random(500), [1.0]])
    rule = OPS["hump"].error
    assert rule is not None
    names = {**to_numpy_kernels.KERNELS, "a": a, "v": to_numpy_kernels.KERNELS["hump"](a)}
    own = eval(" + ".join(rule("v", "a", "")), names)
    exact = [4 * Fraction(t) / (1 + Fraction(t)) ** 2 for t in a.tolist()]
    wrong = [abs(Fraction(v) - e) for v, e in zip(names["v"].tolist(), exact, strict=True)]
    assert max(w / Fraction(b) for w, b in zip(wrong, own.tolist(), strict=True)) <= 1
    assert max(w / Fraction(b) for w, b in zip(wrong, (own / 2).tolist(), strict=True)) > 1  # no wider than need be
    for size in (1e-7, 1e-4, 1e-2):
        error = size * rng.random(a.size) * a
        bound = eval(" + ".join(rule("v", "a", "ea")), {**names, "ea": error})
        assert (moved("hump", a, error) <= bound + ROUNDED * names["v"]).all()
        assert (moved("hump", a, error) > 0.9 * bound).any()


def test_a_ratio_errs_and_passes_on_no_more_than_its_row_says_on_either_side_of_0() -> None:
    """a/(1 + a) for any a: next to -1 its slope is that of a pole."""
    rng = np.random.default_rng(7)
    a = np.concatenate([rng.normal(0, 3, 2000), np.exp(-40 * rng.random(500)), -1 + 1e-3 * rng.normal(0, 1, 500)])
    rule = OPS["ratio"].error
    assert rule is not None
    names = {**to_numpy_kernels.KERNELS, "a": a, "v": to_numpy_kernels.KERNELS["ratio"](a)}
    own = eval(" + ".join(rule("v", "a", "")), names)
    exact = [Fraction(t) / (1 + Fraction(t)) for t in a.tolist()]
    wrong = [abs(Fraction(v) - e) for v, e in zip(names["v"].tolist(), exact, strict=True)]
    assert 0.5 < max(w / Fraction(b) for w, b in zip(wrong, own.tolist(), strict=True)) <= 1
    for size in (1e-6, 1e-4, 1e-2):
        error = size * rng.random(a.size) * np.minimum(np.abs(a), np.abs(1 + a))
        bound = eval(" + ".join(rule("v", "a", "ea")), {**names, "ea": error})
        assert (moved("ratio", a, error) <= bound + ROUNDED * np.abs(names["v"] / (1 + a))).all()
        assert (moved("ratio", a, error) > 0.9 * bound).any()


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_quotient_leaves_errs_by_its_own_rounding_alone(target: str) -> None:
    rng = np.random.default_rng(7)
    a, b = (rng.normal(size=500) * 10.0 ** rng.integers(-40, 40, 500) for _ in range(2))
    q = a / b
    kernel = np.vectorize(TARGETS[target]["tail_div"]) if target == "scalar" else TARGETS[target]["tail_div"]
    found = kernel(a, b, q)
    rule = OPS["tail_div"].error
    assert rule is not None
    bound = eval(" + ".join(rule("v", "a", "", "b", "", "q", "")), {"abs": abs, "v": found, "a": a, "b": b})
    exact = [
        Fraction(t) / Fraction(u) - Fraction(v) for t, u, v in zip(a.tolist(), b.tolist(), q.tolist(), strict=True)
    ]
    wrong = [abs(Fraction(v) - e) for v, e in zip(found.tolist(), exact, strict=True)]
    assert all(w <= Fraction(most) for w, most in zip(wrong, bound.tolist(), strict=True)) and any(wrong)


def test_a_power_passes_on_no_less_than_its_base_may_be_wrong_by() -> None:
    rng = np.random.default_rng(7)
    a, b = np.exp(rng.normal(scale=3, size=2000)), rng.normal(scale=3, size=2000)
    error = a * 10.0 ** -rng.integers(1, 9, 2000) * rng.random(2000)
    rule = OPS["pow"].error
    assert rule is not None
    names = {**to_numpy_kernels.KERNELS, "a": a, "ea": error, "b": b, "v": a**b}
    bound = eval(" + ".join(rule("v", "a", "ea", "b", "")), names)
    bound += ROUNDED * a**b
    assert (np.abs((a - error) ** b - a**b) <= bound).all() and (np.abs((a + error) ** b - a**b) <= bound).all()


def test_a_bound_a_little_too_small_is_seen() -> None:
    x, error = np.linspace(-2, 2, 401), np.full(401, 1e-6)
    assert (moved("tanh", x, error) > 0.9 * passed_on("tanh", x, error)).any()
