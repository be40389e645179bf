"""The count of roundings of a stage: what it knows, and what it must leave to the bounds of the elements."""

from __future__ import annotations

import pytest

from neurogebra.compile.roundings import EXPONENTIAL, SUMMED, roundings
from neurogebra.compile.stages import staged
from neurogebra.language.vectors import parse_vector


def counted(text):
    """The units of a formula's output; None where it has no count."""
    known = roundings(staged([parse_vector(text)]), ["T"]).output
    return None if known is None else known.units


def test_softmax_costs_two_exponentials_a_sum_and_a_quotient():
    assert counted("exp(x)/sum(exp(x))") == EXPONENTIAL + (EXPONENTIAL + SUMMED + 1) + 1 + 1
    assert counted("exp(x)/sum(exp(x))") <= 11


def test_log_softmax_has_a_count_because_its_terms_have_one_sign():
    assert counted("x - log(sum(exp(x)))") <= 11


@pytest.mark.parametrize(
    "text",
    [
        "exp(x)/sum(exp(x)) - 1/2",  # a difference
        "x + exp(x)/sum(exp(x))",  # an element of any sign
        "log(sum(exp(x)))",  # the largest element may be the negative of the rest
        "sin(exp(x)/sum(exp(x)))",  # a function of something rounded
        "Max(0, x - simplex_threshold(x, 1))",
        "x*sum(x)",  # a sum of any sign
    ],
)
def test_what_may_cancel_has_no_count(text):
    assert counted(text) is None


def test_a_parameter_above_0_keeps_a_sum_of_one_sign():
    assert counted("exp(x)/(T + sum(exp(x))/T)") is not None
    assert counted("exp(x)/(S + sum(exp(x)))") is None


def test_powers_cost_as_many_as_their_factors():
    assert counted("(exp(x)/sum(exp(x)))**3") == pytest.approx(3 * counted("exp(x)/sum(exp(x))"))
    assert counted("(exp(x)/sum(exp(x)))**9") is None
