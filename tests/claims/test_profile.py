"""The engine of the claims: signs on the whole line, leading terms at its ends, and what is left open.

Known answers here come from calculus, not from the code; the last tests break the engine's inputs and see it notice.
"""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

import sympy
from mpmath import mp

from neurogebra.claims import cells, tails
from neurogebra.claims.cells import Budget, Open, signs_in
from neurogebra.claims.enclosed import Enclosed
from neurogebra.claims.images import extremes, image, roots, turns
from neurogebra.claims.isolated import Isolator
from neurogebra.claims.profile import Profile
from neurogebra.compile.to_ball_arithmetic import arb, ctx
from neurogebra.language.interval import Interval
from neurogebra.language.parser import parse

X = sympy.Symbol("x", real=True)


def tail(text: str, side: int, R: float = 16.0) -> tails.Tail:
    return tails.of(parse(text), X, side, R)


def profile(text: str, domain: str | None = None) -> Profile:
    return Profile(parse(text), X, Interval.parse(domain) if domain else None)


@pytest.mark.parametrize(
    ("formula", "side", "sign", "limit"),
    [
        ("1 - tanh(x)**2", 1, 1, 0),  # the constants cancel exactly
        ("1 - tanh(x)**2 - 4*exp(-2*x)", 1, -1, 0),  # and so does the leading exponential
        ("x + sqrt(x**2 + 1)", -1, 1, 0),
        ("sqrt(x**2 + x) - x", 1, 1, sympy.Rational(1, 2)),
        ("x*tanh(exp(x)) - x", 1, -1, 0),  # a tower of exponentials
        ("erfc(x)*exp(x**2)*x", 1, 1, 1 / sympy.sqrt(sympy.pi)),
        ("log(cosh(x)) - Abs(x)", None, -1, -sympy.log(2)),
        ("exp(x)/x**5", 1, 1, sympy.oo),
        ("x*log(x) - x**2", 1, -1, -sympy.oo),
        ("(1 + 1/x)**x", 1, 1, sympy.E),
        ("atan(x) + 1/x", -1, -1, -sympy.pi / 2),
        ("exp(-exp(-x))", -1, 1, 0),
        ("sigmoid(x) - exp(x)", -1, -1, 0),
    ],
)
def test_leading_terms_give_sign_and_limit(formula, side, sign, limit):
    for each in (side,) if side else (1,):
        found = tail(formula.replace("Abs(x)", "x"), each)
        assert found.sign() == sign
        assert sympy.simplify(found.limit() - limit) == 0 if sympy.sympify(limit).is_finite else found.limit() == limit


@pytest.mark.parametrize("formula", ["sin(x)", "x*cos(x)", "tan(x)", "1 + sin(x)/x - 1 - sin(x)/x**2"])
def test_a_tail_that_swings_has_no_sign(formula):
    with pytest.raises(tails.Beyond):
        tail(formula, 1).sign()


def test_a_sign_holds_on_the_whole_tail_and_not_only_far_out():
    with pytest.raises(tails.Beyond):
        tail("x**2 - 100*x", 1, 16.0).sign()
    assert tail("x**2 - 100*x", 1, 128.0).sign() == 1
    with pytest.raises(tails.Beyond):
        tail("exp(-x)*x**40 - 1", 1, 32.0).sign()  # it still rises there


@pytest.mark.parametrize(
    ("formula", "points"),
    [
        ("x**3 - 2*x", [-(2**0.5), 0, 2**0.5]),
        ("exp(x) - 2", [0.6931471805599453]),
        ("(x - 1)**2*(x + 2)", [-2, 1]),
        ("x**2*tanh(x - 3)", [0, 3]),
        ("x - 1e6", [1e6]),
        ("exp(-x) - 1e-50", [115.12925464970229]),
        ("cos(x) - 1 + x**2/2 - x**4/24", [0]),  # to the sixth order
    ],
)
def test_all_roots_are_found_double_ones_too(formula, points):
    found = roots(profile(formula))
    assert [float(part.low.mid()) for part in found] == pytest.approx(points)
    assert all(part.is_point for part in found)


def test_values_at_ends_belong_only_where_they_are_taken():
    assert str(image(profile("x/(1 + Abs(x))"), 0)[0]) == "(-1.0, 1.0)"
    assert str(image(profile("sin(x)**2"), 0)[0]) == "[0.0, 1.0]"
    assert str(image(profile("cos(x)"), 0)[0]) == "[-1.0, 1.0]"  # taken at the ends of one period, and beyond them
    assert [str(part) for part in image(profile("sign(x)"), 0)] == ["{-1.0}", "{0.0}", "{1.0}"]
    assert str(image(profile("exp(-x**2)*cos(x)"), 0)[0]).endswith(", 1.0]")
    assert str(image(profile("log(x)", "(0, oo)"), 0)[0]) == "(-oo, oo)"
    assert str(image(profile("log(x/(1 - x))", "(0, 1)"), 0)[0]) == "(-oo, oo)"
    assert str(image(profile("x**2", "[-1, 2)"), 0)[0]) == "[0.0, 4.0)"
    assert str(image(profile("log(1 - 2*x)**2"), 0)[0]) == "[0.0, oo)"


def test_the_largest_value_and_the_inflection_are_found_where_they_are():
    value, (place,) = extremes(profile("x*exp(-x)"), 1)
    assert (float(value.mid()), float(place.low.mid())) == pytest.approx((0.36787944117144233, 1))
    assert [float(at.mid()) for at, _ in turns(profile("x*exp(-x)"))] == pytest.approx([2])
    assert extremes(profile("tanh(x)"), 1)[1] == []


def test_a_wave_on_one_side_of_a_switch_is_one_period_for_ever():
    one_side = profile("Piecewise((x - 3, x > 0), (sin(2*x) - cos(2*x), True))")
    assert [float(part.low.mid()) for part in image(one_side, 0)] == pytest.approx([-3])
    assert [str(part.high) for part in image(one_side, 0)] == ["oo"]
    assert str(image(profile("Piecewise((0, x < 1), (cos(pi*x), True))"), 0)[0]) == "[-1.0, 1.0]"
    with pytest.raises(Open, match="no end"):
        roots(one_side)
    with pytest.raises(Open, match=r"tends to at oo: it swings"):
        profile("exp(-x) + sin(x)").stretches[0].limit(0, 1)


def test_what_stays_open_says_where():
    with pytest.raises(Open, match="has no value anywhere"):
        profile("log(x) + log(-x)")
    with pytest.raises(Open, match="has no value between -5 and -1"):
        profile("Piecewise((x, x < -5), (log(x), x < -1), (x, True))")
    with pytest.raises(Open, match="towards oo"):
        roots(profile("x*exp(-x)*cos(x) + exp(-2*x)"))
    with pytest.raises(Open, match=r"without end|no end"):
        roots(profile("sin(x)"))


def test_work_is_counted_and_what_it_does_not_reach_stays_open(monkeypatch):
    hungry = Profile(parse("x**3 - 2*x"), X, None, Isolator(Budget(most=3)))
    reason = r"^the sign of derivative 0 on \[\S+, \S+\] stays open after 3 cells, the most that one entry is cut into$"
    with pytest.raises(Open, match=reason):
        roots(hungry)
    monkeypatch.setattr(cells, "MOST_OF_A_STRETCH", 60)
    fast = profile("sin(x**2)", "[0, 20]")  # more than 120 waves
    reason = r"stays open after 60 cells, the most that one stretch is cut into$"
    with pytest.raises(Open, match=reason):
        image(fast, 0)
    assert fast.stretches[0].budget.cut < 100


def test_a_digit_changed_in_the_seventh_place_is_another_answer():
    one, other = (extremes(profile(f"x*sigmoid({c}*x)"), -1)[0] for c in ("1.702", "1.7020001"))
    assert float(one.mid()) != float(other.mid())
    assert float(one.mid()) == pytest.approx(float(other.mid()), rel=1e-6)


ABOUT_0, ABOUT_1 = arb(0, 1), arb(1, 0.1)


@pytest.mark.parametrize(
    ("hull", "left", "right", "signs"),
    [
        ([ABOUT_1], [arb(1)], [arb(1)], (1, 1)),
        ([-ABOUT_1], [arb(-1)], [arb(-1)], (-1, -1)),
        ([arb(0)], [arb(0)], [arb(0)], (0, 0)),
        ([ABOUT_0, ABOUT_1], [arb(-1), ABOUT_1], [arb(1), ABOUT_1], (-1, 1)),  # it rises through one root
        ([ABOUT_0, ABOUT_1], [arb(0), ABOUT_1], [arb(1), ABOUT_1], (1, 1)),  # it is 0 at its left end alone
        ([ABOUT_0, ABOUT_1], [arb(-1), ABOUT_1], [arb(0), ABOUT_1], (-1, -1)),
        ([ABOUT_0, ABOUT_0, ABOUT_1], [arb(1)], [arb(0), arb(0), ABOUT_1], (1, 1)),  # to second order at the right
        ([ABOUT_0, ABOUT_0], [arb(-1)], [arb(1)], None),  # there may be three roots
        ([ABOUT_0, ABOUT_1], [ABOUT_0], [arb(1)], None),  # who knows what it is at its left end
        ([ABOUT_0, ABOUT_1], [arb(-1)], [ABOUT_0], None),
        ([ABOUT_0, ABOUT_0], [arb(0), arb(0), ABOUT_1], [arb(1)], None),  # what decides at the left is not enclosed
        ([ABOUT_0, ABOUT_0], [arb(1)], [arb(0), arb(0), ABOUT_1], None),
    ],
)
def test_the_signs_in_a_cell_are_those_that_its_enclosures_prove(hull, left, right, signs):
    assert signs_in(hull, left, right) == signs


@pytest.mark.parametrize("formula", ["x*exp(x) + 1/4", "x - 10 + exp(-x)", "x*sigmoid(x) + 1/9", "x**3 - 1/1000"])
def test_a_root_takes_a_dozen_evaluations(formula, monkeypatch):
    """Halving alone takes 200 to be as sure: 60 digits."""
    asked = []
    two = Enclosed._two
    monkeypatch.setattr(Enclosed, "_two", lambda self, k, point: asked.append(point) or two(self, k, point))
    found = [part.low for part in roots(profile(formula))]
    with mp.workdps(80), ctx.workprec(300):
        f = sympy.lambdify(X, parse(formula).rewrite(sympy.exp), "mpmath")
        for root in found:
            known = arb(mp.nstr(mp.findroot(f, float(root), tol=1e-150), 78))
            assert root.rad() < arb(10) ** -59 and abs(root - known) < arb(10) ** -59
    assert found and len(asked) <= 15 * len(found)
