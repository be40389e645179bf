"""Signs of parameter expressions: exact where the claim is strict, and open where a domain allows both."""

from __future__ import annotations

import pytest
from sympy import Abs, E, Rational, exp, log, pi, sqrt, symbols, tanh

from neurogebra.language.functions import sigmoid
from neurogebra.language.interval import Interval
from neurogebra.symbolic.signs import Box

a, c, d = symbols("a c d", real=True)

# expression, domain of a, signs; c lies in (0, oo), d anywhere.
SIGNS = [
    (a, "(0, oo)", {1}),
    (a, "[0, oo)", {0, 1}),
    (a - 1, "[0, 1]", {-1, 0}),
    (a - 1, "(0, 1)", {-1}),
    (a - 1, "[0, 2]", {-1, 0, 1}),
    (a * c, "(-oo, 0)", {-1}),
    (a * c, "(-oo, 0]", {-1, 0}),
    (a * d, "(0, oo)", {-1, 0, 1}),
    (c / a, "(-oo, 0)", {-1}),
    (1 / a, "[1, 2]", {1}),
    (1 / a - 1, "(1, 2)", {-1}),
    (1 / a - 1, "[1, 2]", {-1, 0}),
    (1 / a - Rational(1, 2), "[1, 2)", {1}),
    (1 / (a * c), "(-1, 1)", {-1, 0, 1}),
    (a + c, "[0, oo)", {1}),
    (a**2, "(-oo, oo)", {0, 1}),
    (a**2 + 1, "(-oo, oo)", {1}),
    (a**3, "(-oo, 0)", {-1}),
    (a - a**2, "(0, 1)", {1}),
    (a - a**2, "[0, 1]", {0, 1}),
    (a**2 - 2 * a + 1, "(-oo, oo)", {0, 1}),
    (a**2 - 3 * a + Rational(11, 5), "[0, oo)", {-1, 0, 1}),  # negative between 1.28 and 1.72 only
    (a**2 - 3 * a + Rational(12, 5), "[0, oo)", {1}),
    (a**2 - 3 * a + Rational(11, 5), "[2, oo)", {1}),
    ((a - 1) / (a + 1), "(1, oo)", {1}),
    (exp(a) - 2, "(-oo, oo)", {-1, 0, 1}),
    (exp(a) - 1, "(0, oo)", {1}),
    (exp(a) - 1, "[0, oo)", {0, 1}),
    (exp(a) - 1, "(-oo, 0)", {-1}),
    (exp(a) - 1, "[1, 2]", {1}),
    (exp(a) - 1, "[-2, -1]", {-1}),
    (exp(a) - 1, "(-oo, 0]", {-1, 0}),
    (exp(a) - Rational(27, 10), "(-1, 1)", {-1, 0, 1}),  # positive beyond 0.9933 only
    (exp(-a) - Rational(27, 10), "(-1, 1)", {-1, 0, 1}),
    (sigmoid(a) - Rational(1, 2), "(-oo, oo)", {-1, 0, 1}),
    (sigmoid(a) - Rational(1, 2), "[0, oo)", {0, 1}),
    (sigmoid(a) - Rational(1, 2), "(0, oo)", {1}),
    (sigmoid(a) - Rational(1, 2), "[1, 2]", {1}),
    (sigmoid(a) - Rational(1, 2), "(-oo, 0]", {-1, 0}),
    (sigmoid(a) - Rational(1, 2), "[-2, -1]", {-1}),
    (1 / sqrt(a), "[0, oo)", {1}),
    (log(a) + a - 3, "(-1, 2)", {-1}),  # no value where a is 0 or less
    (tanh(a) - 1, "(-oo, oo)", {-1}),
    (log(a), "(1, oo)", {1}),
    (log(a), "(0, 1)", {-1}),
    (log(a), "(0.5, oo)", {-1, 0, 1}),
    (log(a), "(0, 1.5)", {-1, 0, 1}),
    (Abs(a), "(-oo, 0)", {1}),
    (Abs(a), "(0, oo)", {1}),
    (Abs(a) + 1, "(-oo, oo)", {1}),
    (sqrt(a), "(0, oo)", {1}),
    (pi - E - a, "[0, 0.1]", {1}),
    (log(2) + log(3) - log(6) + 0 * a, "[0, 1]", {0}),
    (sqrt(2) * sqrt(3) - sqrt(6), "[0, 1]", {0}),
    (pi - Rational(355, 113), "[0, 1]", {-1}),
]


@pytest.mark.parametrize("expression, domain, signs", SIGNS, ids=[f"{e} in {i}" for e, i, _ in SIGNS])
def test_signs_inside_the_box(expression, domain, signs):
    box = Box({"a": Interval.parse(domain), "c": Interval.parse("(0, oo)")})
    assert set(box.sign(expression)) == signs


def test_zero_is_told_from_nearly_zero():
    box = Box({"a": Interval.parse("(0, oo)")})
    assert box.zero((a + 1) ** 2 - a**2 - 2 * a - 1)
    assert box.zero(exp(log(a)) - a)
    assert not box.zero(a * Rational(1, 10**30))
    assert not box.zero(pi - Rational("3.14159265358979323846264338327950288"))
