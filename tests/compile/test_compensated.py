"""Plans whose sums, products and quotients are exact: the same functions, with bounds that hold and are narrower."""

from __future__ import annotations

import numpy as np
import pytest

from neurogebra import Expression
from neurogebra.compile import to_exact, to_numpy_pairs
from neurogebra.compile.lower import lower
from neurogebra.compile.lower_compensated import compensated
from neurogebra.compile.plan import plan
from neurogebra.compile.to_numpy_source import certified_source, compile_source
from neurogebra.compile.to_numpy_trust import last_place

X = np.concatenate([np.random.default_rng(0).normal(scale=3, size=60), [0.0, -30.0, 30.0]])
SLOPES = [
    ("rational_tanh", 1),
    ("smish", 1),
    ("isru", 2),
    ("mish", 2),
    ("softclamp_silu", 1),
    ("aria2", 1),
    ("dish", 2),
]


def certified(made, f):
    """Values and bounds on their errors, both in units of the last place."""
    with np.errstate(all="ignore"):
        value, error = compile_source(certified_source(made))(X, *f.params.values())[0]
        return value, error / last_place(value)


def truth(f):
    made = f._function().plan
    return np.array([to_exact.evaluate(made, {"x": at, **f.params})[0] for at in X.tolist()])


@pytest.mark.parametrize(("name", "order"), SLOPES)
def test_bounds_hold_and_are_narrower(forge, name, order):
    f = forge.get(name).gradient("x", order=order)
    steady = f._function().steady
    (_, wide), (value, narrow) = certified(lower(steady), f), certified(compensated(steady), f)
    true = truth(f)
    known = np.isfinite(narrow)
    assert known.mean() > 0.9 and (np.abs(value - true)[known] <= ((narrow + 0.5) * last_place(value))[known]).all()
    assert np.median(narrow[known]) < 0.75 * np.median(wide[known])


@pytest.mark.parametrize(
    "formula", ["x - tanh(x)", "1 - 1/(1 + x**2)", "sech2(x)*x", "sech2(softplus(x))", "sigmoid(-x)/3"]
)
def test_what_would_cancel_keeps_its_form(formula):
    f = Expression("f", formula)
    value, units = certified(compensated(f._function().plan), f)
    good = units < 11
    assert good[(X != 0) & (np.abs(X) < 20)].all()
    assert (np.abs(value - truth(f))[good] <= 4 * last_place(value)[good]).all()


def test_a_rational_function_errs_by_one_rounding():
    made = compensated(plan([Expression("f", "(x**3 + 3*x - 1)/(x**2/3 + x/7 + 2)").words], ("x",)))
    with np.errstate(all="ignore"):
        value, error = compile_source(certified_source(made))(X)[0]
    assert (error <= 1.01 * 2.0**-53 * np.abs(value) + 1e-300).all()


def test_a_number_with_too_wide_a_bound_seldom_needs_the_exact_target(forge, monkeypatch):
    slope = forge.get("rational_tanh").gradient("x")
    slope.eval(x=-1.25)  # finds the roots
    expected = [to_exact.evaluate(slope._function().plan, {"x": at})[0] for at in (0.69, 0.7, 1.0)]
    monkeypatch.setattr(to_exact, "evaluate", lambda *ignored: pytest.fail("the exact target was asked"))
    assert [slope.eval(x=at) for at in (0.69, 0.7, 1.0)] == pytest.approx(expected, rel=2e-16)


def test_arrays_settle_most_elements_so_and_give_the_same_however_they_are_cut(forge, monkeypatch):
    slope = forge.get("smish").gradient("x")
    whole = slope.eval(x=X)
    assert [slope.eval(x=X[k : k + 1])[0] for k in range(X.size)] == whole.tolist()
    asked, pairs = [], to_numpy_pairs.evaluate
    monkeypatch.setattr(to_numpy_pairs, "evaluate", lambda p, v: asked.append(v["x"].size) or pairs(p, v))
    many = np.random.default_rng(1).normal(scale=3, size=20_000)
    function = slope._function().numpy
    with np.errstate(all="ignore"):
        doubtful = function._form((), many.dtype).doubtful(many).size
        asked.clear()
        function([many], [])
    assert sum(asked) < 0.7 * doubtful


def test_where_a_sum_cancels_its_tail_is_as_large_as_its_head():
    """So the product of two tails counts, and a divisor is head and tail."""
    for formula in (
        "x*tanh(1)*erf(x)*exp(x)/(x + 1 - 1/(1 + x))**2",
        "(1 - 1/(1 + x))**2*exp(x)*tanh(x)*sinh(x)*cosh(x)/x**4",
    ):
        f = Expression("f", formula)
        for at in (7e-15, 1e-14, 1e-9):
            (true,) = to_exact.evaluate(f._function().plan, {"x": at})
            assert abs(f.eval(x=at) - true) <= 8 * np.spacing(true)
            assert abs(f.eval(x=np.array([at, 0.5]))[0] - true) <= 8 * np.spacing(true)
