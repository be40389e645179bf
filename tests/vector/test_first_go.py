"""What rows are tried with first: sums without rounding, plain exponentials, one bound for a row; and what they leave.

Times are no tests. That an ordinary row is settled at the first go is one, and that its bound holds is another.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

from neurogebra import MathForge
from neurogebra.compile.stages_plain import leading, plainly_staged, vanishes
from neurogebra.compile.to_numpy_vector import Program
from neurogebra.compile.to_numpy_vector_pairs import Rows
from neurogebra.compile.to_numpy_vector_run import Run
from neurogebra.compile.to_numpy_vector_sums import summed, threshold
from neurogebra.language.reductions import X
from neurogebra.language.vectors import parse_vector
from neurogebra.symbolic.jacobian import slope

FORGE = MathForge()
CHANCE = np.random.default_rng(7)


def pulled(name):
    """The program of a backward pass."""
    e = FORGE.get(name)
    parameters = dict.fromkeys(e.params, 1.0)
    return e._vector_function()._made("pulled", parameters)[0], parameters


# Sums and thresholds --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 7, 10, 129, 1000, 50_000])
def test_a_sum_of_one_sign_costs_one_rounding(n):
    rows = np.exp(CHANCE.normal(size=(3, n)) * 5)
    for row, total in zip(rows, summed(rows)[:, 0], strict=True):
        assert abs(Fraction(float(total)) - sum(map(Fraction, row.tolist()))) <= Fraction(0.51 * math.ulp(total))


def test_adding_one_after_the_other_would_cost_more():
    row = np.exp(CHANCE.normal(size=50_000) * 5)
    exact = math.fsum(row)
    assert abs(np.cumsum(row)[-1] - exact) > math.ulp(exact)


def test_a_sum_that_cancels_keeps_what_its_terms_have():
    row = CHANCE.normal(size=(1, 999))
    row = np.concatenate([row, -row, [[2.0**-60]]], axis=1)
    assert summed(row)[0, 0] == 2.0**-60


def test_a_threshold_has_the_digits_of_two_floats():
    rows = CHANCE.normal(size=(40, 9))
    head, tail, error = threshold(rows)
    for k, row in enumerate(rows):
        ordered = sorted(map(Fraction, row.tolist()), reverse=True)
        levels = [(sum(ordered[:m]) - 1) / m for m in range(1, 10)]
        true = max(level for level, u in zip(levels, ordered, strict=True) if u > level)
        got = Fraction(float(head[k, 0])) + Fraction(float(tail[k, 0]))
        assert abs(got - true) <= Fraction(float(error[k, 0])) < Fraction(2) ** -80


def test_a_tie_with_the_threshold_is_left_open():
    _, _, error = threshold(np.array([[2.0, 1.0, 0.0], [2.0, 1.5, 0.0], [1.0, 1.0, 1.0]]))
    assert np.isinf(error)[:, 0].tolist() == [True, False, False]


# Stages ---------------------------------------------------------------------------------------------------------


def test_the_first_stages_of_softmax_are_as_it_is_written():
    stages = plainly_staged([parse_vector("exp(x)/sum(exp(x))")]).stages
    assert [(stage.kind, str(stage.formula)) for stage in stages] == [("each", "exp(x)"), ("total", "~~0")]


@pytest.mark.parametrize(("name", "free"), [("softmax", True), ("softmin", True), ("quiet_softmax", False)])
def test_a_constant_part_of_the_cotangent_makes_no_difference_to_what_sums_to_1(name, free):
    formula = parse_vector(FORGE.get(name).entry.formula)
    assert vanishes(slope(formula, X).pulled(sympy.Integer(1), False)) is free
    assert leading(formula) is not None


def test_where_the_first_stages_have_no_count_the_careful_ones_are_tried_at_less_expense():
    e = FORGE.get("log_softmax")
    (program,) = e._vector_function()._made("value", {})
    assert [stage.kind for stage in program.quick.staged.stages] == ["argmax", "each", "others"]
    assert program.quick.roundings.output.units > program.roundings.output.units  # without the tail


# Rows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "softmin", "solu", "hardmax", "maxout"])
@pytest.mark.parametrize("shape", [(300, 10), (20, 1000)], ids=str)
def test_ordinary_rows_are_settled_at_the_first_go(name, shape, monkeypatch):
    monkeypatch.setattr(Program, "_carefully", lambda *given: pytest.fail("a row was left"))
    e, x = FORGE.get(name), CHANCE.normal(size=shape) * 2 + 3
    e.eval(x=x)
    if name in ("softmax", "log_softmax", "logsumexp", "softmin"):
        x = CHANCE.normal(size=shape)
        e.vjp(CHANCE.normal(size=np.shape(e.eval(x=x))), x=x)


def test_masked_elements_are_no_reason_to_leave_a_row(monkeypatch):
    monkeypatch.setattr(Program, "_carefully", lambda *given: pytest.fail("a row was left"))
    x = CHANCE.normal(size=(20, 100))
    x[:, 1:50] = -np.inf
    for name in ("softmax", "log_softmax", "sparsemax"):
        got = FORGE.get(name).eval(x=x)
        np.testing.assert_array_equal(got[:, 50:], FORGE.get(name).eval(x=np.delete(x, np.s_[1:50], axis=1))[:, 1:])


def test_where_exp_is_all_that_x_is_for_masked_rows_take_one_evaluation(monkeypatch):
    softmax, log_softmax = FORGE.get("softmax"), FORGE.get("log_softmax")
    x = np.where(CHANCE.random((20, 10)) < 0.3, -np.inf, CHANCE.normal(size=(20, 10)))
    x[3], x[4, :2], x[5, 0], x[6] = -np.inf, (1000.0, -np.inf), np.nan, (np.inf, *[-np.inf] * 9)
    expected = [softmax.eval(x=row) for row in x]
    slopes = [softmax.vjp(np.arange(10.0), x=row) for row in x]
    asked = []
    limits = Program._at_infinities
    monkeypatch.setattr(Program, "_at_infinities", lambda *given: asked.append(given[-1].tolist()) or limits(*given))
    np.testing.assert_array_equal(softmax.eval(x=x), expected)
    np.testing.assert_array_equal(softmax.vjp(np.tile(np.arange(10.0), (20, 1)), x=x), slopes)
    assert [sorted(rows) for rows in asked] == [[3, 4, 5, 6]] * 2  # 4 is far, and the others have more to be asked
    log_softmax.eval(x=x[:1])
    assert asked[2:] == [[0]]  # which is -inf itself where it is masked


@pytest.mark.parametrize("row", [[1000.0, 0.0, -1000.0], [-800.0, -801.0, -800.5], [0.0, -700.0, -1.0]])
def test_far_rows_are_left_to_the_careful_stages(row, monkeypatch):
    asked = []
    monkeypatch.setattr(Program, "_carefully", lambda *given: asked.append(given[-1].tolist()))
    FORGE.get("softmax").eval(x=[[1.0, 2.0, 3.0], row])
    assert asked == [[1]]


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "quiet_softmax", "softmin"])
@pytest.mark.parametrize("size", [0.01, 1.0, 10.0])
def test_the_bound_for_a_row_holds_for_all_its_elements(name, size):
    program, parameters = pulled(name)
    x, g = CHANCE.normal(size=(30, 40)) * size, CHANCE.normal(size=(30, 40)) * 100
    with np.errstate(all="ignore"):
        value, bound = Run(program.quick, x, parameters, g, level=True).output()
        true, known = Rows(program, np.ascontiguousarray(x.T), parameters, np.ascontiguousarray(g.T)).output()
    assert program.quick.level is not None and known.all()
    rounding = np.spacing(np.abs(true.T))  # of the truth itself
    assert (np.abs(value - true.T) <= bound + rounding).all()
    if size <= 1:
        assert (bound.max(axis=1) <= 60 * 2.0**-53 * np.abs(value).max(axis=1)).mean() > 0.9  # and says something
