"""Values of vector functions against balls that walk the formula as written: shapes, dtypes, edges, accuracy.

The oracle shares no rearrangement with the code: no largest element is subtracted, nothing is shifted or shared.
The last tests spoil one device each and want the figure to grow, so that no figure here is one that cannot fail.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurogebra import MathForge, VectorExpression
from neurogebra.compile import stages, to_numpy_vector, to_numpy_vector_pairs, to_numpy_vector_sums
from neurogebra.compile.to_ball_arithmetic import Unsure, ctx
from neurogebra.compile.to_ball_rounding import FORMATS, nearest
from neurogebra.compile.to_ball_vector import jacobian_balls, vector_balls

FORGE = MathForge()
NAMES = [name for name in FORGE.list_all() if FORGE.get(name).kind == "vector"]


def truth(expression, x, **parameters):
    """Every value, or every element of a Jacobian, correctly rounded."""
    enclose = jacobian_balls if expression.is_jacobian else vector_balls
    values = {**expression.params, **parameters}
    for bits in (256, 1024, 4096):
        try:
            found = enclose(expression.readable, [float(v) for v in x], values, bits)
        except Unsure:
            continue
        flat = [ball for row in found for ball in (row if isinstance(row, list) else [row])]
        with ctx.workprec(bits):
            rounded = [0.0 if ball == 0 else nearest(ball, FORMATS["float64"]) for ball in flat]
        if all(value is not None for value in rounded):
            return rounded
    raise AssertionError("no precision decides")


def units(expression, x, **parameters):
    """The largest error in ULP."""
    with np.errstate(all="raise"):
        got = np.atleast_1d(expression.eval(x=np.array(x), axis=-1, **parameters)).reshape(-1).tolist()
    true = truth(expression, x, **parameters)[: len(got)]  # what is reduced has one value, told once for each element
    return max(
        abs(g - t) / math.ulp(t) if math.isfinite(t) else (0.0 if g == t else math.inf)
        for g, t in zip(got, true, strict=True)
    )


def rows(n=4):
    chance = np.random.default_rng(5)
    found = [chance.normal(size=n) * size for size in (1e-3, 1.0, 30.0, 300.0, 1e8, 1e300)]
    found += [chance.normal(size=n) * 30 + 1e3, chance.normal(size=n) + 1e6]
    found += [np.r_[0.0, chance.uniform(-745, -30, size=n - 1)], chance.uniform(-750, -700, size=n)]
    found += [np.full(n, 0.3), np.array([1.0, 0.0, 1.0, 0.5]), np.array([700.0, 709.0, 710.0, -745.0])]
    return found


# Accuracy -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_values_are_within_8_units_at_ordinary_and_at_far_elements(name):
    assert max(units(FORGE.get(name), row) for row in rows()) <= 8


@pytest.mark.parametrize("name", NAMES)
def test_jacobians_are_within_8_units_at_ordinary_and_at_far_elements(name):
    slope = FORGE.get(name).gradient("x")
    assert max(units(slope, row) for row in rows()) <= 8


def test_a_temperature_costs_no_accuracy_in_far_elements():
    softmax = FORGE.get("softmax")
    for temperature in (0.3, 2.5, 1e-3, 1e5):
        for e in (softmax, softmax.gradient("x")):
            assert max(units(e, row, temperature=temperature) for row in rows()) <= 8


def test_the_winner_of_log_softmax_is_not_flushed_to_0():
    for far in (38.0, 50.0, 700.0):
        winner = FORGE.get("log_softmax").eval(x=[far, 0.0])[0]
        assert winner == pytest.approx(-math.exp(-far), rel=1e-15)


def test_the_diagonal_of_a_jacobian_does_not_cancel_for_a_clear_winner():
    own = FORGE.get("softmax").gradient("x").eval(x=[50.0, 0.0, -3.0])[0, 0]
    assert own == pytest.approx(math.exp(-50) + math.exp(-53), rel=1e-15)


def test_far_below_0_no_sum_of_the_others_cancels():
    slope = FORGE.get("quiet_softmax").gradient("x")
    for row in ([-545.7, -708.1, -546.5, -695.7, -714.0], [-545.7, -545.7, -700.0], [-600.0, -600.0]):
        assert units(slope, row) <= 8


def test_a_sum_keeps_every_rounding():
    chance = np.random.default_rng(2)
    for values in (chance.normal(size=(5001, 2)), chance.random((4096, 2)) ** 20):
        for column, total in zip(values.T, to_numpy_vector_sums.compensated(values.T)[:, 0], strict=True):
            assert abs(total - math.fsum(column)) <= math.ulp(total)


def test_single_precision_is_computed_in_double_and_rounded_once():
    x = (np.random.default_rng(3).normal(size=(50, 6)) * 20).astype(np.float32)
    for name in NAMES:
        e = FORGE.get(name)
        np.testing.assert_array_equal(e.eval(x=x, axis=-1), e.eval(x=x.astype(np.float64), axis=-1).astype(np.float32))


def test_a_long_axis_keeps_its_digits():
    x = np.random.default_rng(4).normal(size=3001) * 3
    got = FORGE.get("softmax").eval(x=x)
    exact = [math.exp(v - float(x.max())) for v in x]
    assert math.fsum(got) == pytest.approx(1.0, abs=1e-15)
    np.testing.assert_allclose(got, np.array(exact) / math.fsum(exact), rtol=1e-14)


# Seen red -------------------------------------------------------------------------------------------------------


def fresh(name):
    """The function compiled anew, so that what was spoilt is used."""
    from neurogebra.compile.to_numpy_vector_call import function

    function.cache_clear()
    return VectorExpression(name, MathForge().get(name).entry.formula)


def test_softmax_keeps_the_digits_that_a_rounded_difference_loses():
    """By hand, exp(x - max) rounds its argument."""
    x = [1e6 + 0.1, 1e6 - 300.7, 1e6 - 500.3]
    naive = np.exp(np.array(x) / 3 - x[0] / 3)
    true = truth(FORGE.get("softmax"), x, temperature=3.0)
    assert abs(naive[2] / naive.sum() - true[2]) > 8 * math.ulp(true[2])
    assert units(FORGE.get("softmax"), x, temperature=3.0) <= 8


def test_without_the_other_elements_sum_the_winner_is_flushed(monkeypatch):
    monkeypatch.setattr(stages.Staging, "shift", lambda self, exponent: pytest.fail("asked"))
    monkeypatch.setattr(stages.Staging, "shiftable", lambda self, exponent: False)
    monkeypatch.setattr(to_numpy_vector, "FLOAT64", to_numpy_vector.FLOAT64.__class__(1e30, 1e300))
    assert fresh("log_softmax").eval(x=[50.0, 0.0])[0] == 0


def test_without_the_difference_rearranged_the_diagonal_cancels(monkeypatch):
    monkeypatch.setattr(stages.Staging, "sharpened", lambda self, formula: formula)
    monkeypatch.setattr(to_numpy_vector, "FLOAT64", to_numpy_vector.FLOAT64.__class__(1e30, 1e300))
    slope = VectorExpression("f", "exp(x)/sum(exp(x))").gradient("x")
    assert units_or_worse(slope, [50.0, 0.0]) > 1e3


def test_without_pairs_doubtful_rows_are_wrong(monkeypatch):
    x = [2.0, 1.0, -3.0]  # a tie with the threshold, which float64 leaves open
    assert units(fresh("sparsemax"), x) <= 8
    monkeypatch.setattr(
        to_numpy_vector_pairs, "_support", lambda z, power: np.ones(z.shape, dtype=bool)
    )  # a wrong start is put right by the rounds
    assert units(fresh("sparsemax"), x) <= 8
    monkeypatch.setattr(to_numpy_vector_pairs, "ROUNDS", 0)
    assert units_or_worse(fresh("sparsemax"), x) > 1e3


def units_or_worse(expression, x):
    from neurogebra.compile.to_numpy_vector_call import function

    function.cache_clear()
    found = units(expression, x)
    function.cache_clear()
    return found
