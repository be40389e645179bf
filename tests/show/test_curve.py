"""Where pictures look and what they mark: windows, kinks, asymptotes, broken lines, sketches."""

from __future__ import annotations

import math

import pytest

from neurogebra import Expression, MathForge
from neurogebra.errors import UsageError
from neurogebra.language.interval import Interval
from neurogebra.show.curve import Asymptote, Curve, asymptotes, extrema, kinks, steps, window
from neurogebra.show.svg import svg

FORGE = MathForge()


def test_kinks_are_those_of_the_entry_at_the_present_values():
    assert kinks(FORGE.get("relu6")) == [(0.0, 1), (6.0, 1)]
    assert kinks(FORGE.get("leaky_relu")) == [(0.0, 1)]
    assert kinks(FORGE.get("leaky_relu", {"alpha": 1})) == []
    assert kinks(FORGE.get("gelu")) == []


def test_a_formula_of_nobody_has_the_kinks_that_are_found():
    assert kinks(Expression("mine", "Max(k, x)", params={"k": 1.5})) == [(1.5, 1)]
    assert kinks(FORGE.get("relu").gradient("x")) == [(0.0, 0)]


def test_a_kink_is_inside_the_window_with_room_beside_it():
    assert window(FORGE.get("tanh")) == (-4.0, 4.0)
    assert window(FORGE.get("relu6")) == (-4.0, 7.5)
    low, high = window(Expression("far", "Max(x, 1000)"))
    assert (low, high) == (-4.0, 4.0)


def test_a_steep_side_is_cut_short():
    low, high = window(FORGE.get("exponential"))
    assert low == -4 and math.exp(high) < 21 and high > 1


def test_asymptotes_are_approached_and_never_reached():
    assert asymptotes(FORGE.get("sigmoid")) == [Asymptote(-1, 0.0, 0.0), Asymptote(1, 0.0, 1.0)]
    assert asymptotes(FORGE.get("relu6")) == []
    assert asymptotes(FORGE.get("elu", {"alpha": 2}))[0] == Asymptote(-1, 0.0, -2.0)
    assert Asymptote(1, 1.0, -1.0).ends(-4, 3) == [(0.0, -1.0), (3, 2.0)]


def test_what_is_proven_is_drawn(monkeypatch):
    stated = {
        "asymptotes": {"-oo": None, "oo": "beta*x - 1"},
        "minimum": {"at": 6.5, "value": -0.25},
        "maximum": {"at": Interval.parse("[1, 1]"), "value": math.inf},
    }
    monkeypatch.setattr(Expression, "properties", stated, raising=False)
    bent = FORGE.get("swish_beta", {"beta": 2})
    assert asymptotes(bent) == [Asymptote(1, 2.0, -1.0)]
    assert extrema(bent) == [(6.5, -0.25)]
    assert window(bent) == (-4.0, 8.0)


def test_a_line_is_broken_where_it_jumps_and_whole_where_it_bends():
    relu = Curve.of(FORGE.get("relu"))
    assert not any(map(math.isnan, relu.line(0).y))
    slope = relu.line(1)
    assert slope.x[slope.y.index(next(y for y in slope.y if math.isnan(y)))] == 0
    assert sum(map(math.isnan, slope.y)) == 1
    assert list(slope.x) == sorted(slope.x)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (Expression("f", "x*y"), "f has the variables x, y; a curve needs exactly one."),
        (Expression("f", "5"), "f has no variable; a curve needs exactly one."),
        (Expression("f", "k*x", params={"k": [1.0, 2.0]}), "f has an array for k; a curve needs one number."),
    ],
)
def test_what_has_no_curve_says_why(expression, reason):
    for face in (expression.sketch, lambda: svg(expression)):
        with pytest.raises(UsageError) as refusal:
            face()
        assert str(refusal.value) == reason


def test_every_expression_of_the_catalogue_is_sketched_or_refused_with_a_reason():
    for name in FORGE.list_all():
        try:
            assert len(FORGE.get(name).sketch().splitlines()) == 7
        except UsageError as refusal:
            assert "curve" in str(refusal)


def test_a_sketch_shows_what_the_curve_does():
    lines = FORGE.get("relu").sketch().splitlines()
    assert lines[0].startswith("4 |") and lines[0].endswith(".--'")
    assert lines[5].startswith("0 |....")
    assert lines[6].split() == ["-4", "0", "4"]
    down = Expression("down", "-x").sketch().splitlines()
    assert down[0].startswith(" 4 |''") and down[5].startswith("-4 |") and down[5].endswith(".")


def test_a_constant_has_a_sketch_too():
    assert len(Expression("line", "3*x").gradient("x").sketch().splitlines()) == 7


def test_steps_are_round_numbers_inside():
    for low, high in ((-4.0, 4.0), (-0.17, 4.2), (0.0, 1e-3), (-1e6, 1e6), (2.0, 2.1)):
        found = steps(low, high)
        assert 2 <= len(found) <= 6 and all(low - 1e-9 <= at <= high * (1 + 1e-9) for at in found), (low, high, found)


def test_the_pen_is_lifted_where_the_height_of_a_picture_would_be_no_float():
    line = Curve.of(FORGE.get("cube"), (-5e102, 5e102)).line(points=101)
    finite = [y for y in line.y if not math.isnan(y)]
    assert len(line.y) > len(finite) > 0 and max(finite) - min(finite) <= 2e300
    assert math.isnan(Curve.of(FORGE.get("cube"), (-5e102, 5e102)).at(5e102))


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("affine", {"beta": 1e300}),
        ("affine", {"alpha": 5e-324}),
        ("affine", {"beta": -1.7e308}),
        ("clipped_linear", {"max_val": 5e-324}),
        ("leaky_relu", {"alpha": 1.7e308}),
    ],
)
def test_heights_at_the_ends_of_the_floats_are_drawn(name, params):
    """They raised ZeroDivisionError or ValueError, in notebooks too."""
    drawn = svg(MathForge().get(name, params=params))
    assert "nan" not in drawn and "inf" not in drawn and drawn.count("<path") >= 2
