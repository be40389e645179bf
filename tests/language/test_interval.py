"""Intervals read, print, contain and draw as mathematicians would."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from neurogebra.errors import FormulaError
from neurogebra.language.interval import REALS, Interval

TEXTS = ["[0, oo)", "(0, oo)", "(-oo, oo)", "(0, 1]", "[-1, 1]", "[-pi, pi]", "(-oo, 0)", "[0.001, 0.3]"]
TEXTS += ["[2, 2]", "[1e-6, 1000]", "(-1e300, 1e300)"]

REFUSED = {
    "": "is no interval",
    "0, 1": "is no interval",
    "[0 1]": "is no interval",
    "[0, 1, 2]": "is no interval",
    "]0, 1[": "is no interval",
    "[0, 1": "is no interval",
    "[a, 1]": "no plain decimal",
    "[0, 1e999)": "float64",
    "[0, nan)": "no plain decimal",
    "[0, oo]": "takes oo in",
    "[-oo, 0]": "takes oo in",
    "[1, 0]": "no number in it",
    "(1, 1)": "no number in it",
    "[1, 1)": "no number in it",
    "(oo, oo)": "no number in it",
}


@pytest.mark.parametrize("text", TEXTS)
def test_an_interval_prints_as_it_was_written(text):
    assert str(Interval.parse(text)) == text


def test_blanks_do_not_matter():
    assert Interval.parse("  [ 0,oo ) ") == Interval.parse("[0, oo)")


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_interval_is_refused_with_the_reason(text):
    with pytest.raises(FormulaError, match=REFUSED[text]):
        Interval.parse(text)


def test_a_closed_end_belongs_and_an_open_one_does_not():
    interval = Interval.parse("(0, 1]")
    assert [value in interval for value in (-1, 0, 5e-324, 0.5, 1, 1.0000000000000002)] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]


def test_no_interval_has_an_infinity_or_nan_in_it():
    for value in (math.inf, -math.inf, math.nan):
        assert value not in REALS
    assert Fraction(1, 3) in REALS


@pytest.mark.parametrize("text", TEXTS)
def test_points_drawn_are_inside_rise_and_repeat(text):
    interval = Interval.parse(text)
    for n in (1, 2, 7, 50):
        points = interval.draws(n)
        assert points and len(points) <= n
        assert all(point in interval for point in points)
        assert points == sorted(set(points)) == interval.draws(n)
    if interval.low != interval.high:
        assert len(interval.draws(50)) == 50


def test_closed_ends_are_drawn():
    assert Interval.parse("[0, oo)").draws(5)[0] == 0
    points = Interval.parse("[-1, 3]").draws(5)
    assert (points[0], points[-1]) == (-1, 3)


def test_points_are_spaced_by_factors_where_the_interval_spans_decades():
    points = Interval.parse("[1e-4, 1e4]").draws(9)
    assert [math.log10(point) for point in points] == pytest.approx(range(-4, 5))
    points = Interval.parse("(0, oo)").draws(7)
    assert points[0] < 0.01 and points[-1] > 100
    assert Interval.parse("[0, 1]").draws(5) == [0, 0.25, 0.5, 0.75, 1]
    assert REALS.draws(5)[2] == 0


@pytest.mark.parametrize(
    "text, mirror", [("(0, 1)", "(-1, 0)"), ("[1e-4, 1e4]", "[-1e4, -1e-4]"), ("(2, oo)", "(-oo, -2)")]
)
def test_points_left_of_zero_are_spaced_as_those_right_of_it(text, mirror):
    right, left = Interval.parse(text).draws(9), Interval.parse(mirror).draws(9)
    assert [-point for point in reversed(left)] == pytest.approx(right)


def test_no_interval_ends_at_nan():
    for ends in ((math.nan, 1), (0, math.nan)):
        with pytest.raises(FormulaError, match="cannot end at nan"):
            Interval(*ends, False, False)


def test_an_interval_is_frozen():
    with pytest.raises(AttributeError):
        REALS.low = 0  # type: ignore[misc]


def test_equal_intervals_are_equal_however_they_were_made():
    assert Interval(0, 1, True, False) == Interval.parse("[0, 1)")
    assert hash(Interval(0, 1, True, False)) == hash(Interval.parse("[0.0, 1)"))
