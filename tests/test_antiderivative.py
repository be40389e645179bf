"""What `integrate` gives: the areas beneath the function, on both sides of every pole, or a refusal with its reason.

Values are compared with areas that are known in closed form or, for entries, with those that SciPy finds.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from refusals import refusal
from scipy.integrate import quad

from neurogebra import Expression
from neurogebra.errors import FormulaError

#: a formula, and between which points its antiderivative grows by how much
AREAS = [
    ("1/x", -3, -1, -math.log(3)),
    ("1/x", 1, 3, math.log(3)),
    ("1/(x + 1)", -4, -2, -math.log(3)),
    ("1/(x + 2000)", -2003, -2001, -math.log(3)),  # far from where areas are compared
    ("tan(x)", 2, 4, math.log(math.cos(2) / math.cos(4))),
    ("1/(x**2 - 1)", -0.5, 0.5, -math.log(3)),
    ("1/cos(x)", -1, 1, 2 * math.atanh(math.sin(1))),
    ("sqrt(x**2 - 1)", -3, -2, (3 * math.sqrt(8) - 2 * math.sqrt(3) - math.acosh(3) + math.acosh(2)) / 2),
    ("x/(1 + Abs(x))", -2, 3, math.log(3 / 4) + 1),
    ("1/(1 + Abs(x))", -2, 3, math.log(12)),
    ("log(x - 1)", 2, 4, 3 * math.log(3) - 2),
    ("Piecewise((1/x, x > 0), (1/(x - 1), True))", -2, -1, math.log(2 / 3)),
    ("1/(exp(x) - 1)", -2, -1, math.log((1 - math.exp(-1)) / (1 - math.exp(-2))) - 1),
    ("1/(2 + cos(x))", 0, 2 * math.pi, 2 * math.pi / math.sqrt(3)),
    ("Abs(x**2 - 1)", -2, 2, 4.0),
]


@pytest.mark.parametrize(("formula", "low", "high", "area"), AREAS)
def test_an_antiderivative_grows_by_the_area_on_both_sides_of_a_pole(formula, low, high, area):
    integral = Expression("f", formula).integrate()
    assert integral.eval(x=float(high)) - integral.eval(x=float(low)) == pytest.approx(area, rel=1e-12, abs=1e-12)


ENTRIES = "relu sigmoid gelu inverse softsign elu arctan relu6 sine"


@pytest.mark.parametrize("name", ENTRIES.split())
def test_the_antiderivative_of_an_entry_grows_by_the_area(forge, name):
    f = forge.get(name)
    integral = f.integrate()
    ends = [-40.0, -6.0, -3.0, -1.0, -0.1], [0.1, 1.0, 3.0, 6.0, 40.0]  # corners lie at whole numbers
    for low, high in (pair for side in ends for pair in pairwise(side)):
        grown = integral.eval(x=high) - integral.eval(x=low)
        assert grown == pytest.approx(quad(f.eval, low, high)[0], rel=1e-9, abs=1e-9), (name, low)


def test_logarithms_of_what_is_never_negative_stay_as_they_are(forge):
    assert str(forge.get("sigmoid").integrate()) == "x + log(1 + exp(-x))"
    assert str(forge.get("tanh").integrate()) == "x - log(tanh(x) + 1)"
    assert str(forge.get("inverse").integrate()) == "log(Abs(x))"


def test_a_parameter_is_integrated_over_its_domain_and_others_are_held(forge):
    leaky = forge.get("leaky_relu").integrate("alpha")
    assert leaky.eval(x=-2.0, alpha=3.0) - leaky.eval(x=-2.0, alpha=1.0) == -8.0
    product = Expression("f", "y/x").integrate("x")
    assert product.eval(x=-3.0, y=2.0) - product.eval(x=-1.0, y=2.0) == pytest.approx(2 * math.log(3), rel=1e-14)
    assert forge.get("swiglu").integrate("a").eval(a=2.0, b=1.0) == pytest.approx(2 / (1 + math.exp(-1)), rel=1e-14)
    sloped = forge.get("prelu", params={"alpha": [0.5, 1.0]}).integrate()
    np.testing.assert_array_equal(sloped.eval(x=[-2.0, -2.0]), [1.0, 2.0])


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("floor(x)", "SymPy finds no antiderivative of f by x in closed form."),
        ("Max(x, 1/x)", "SymPy finds no antiderivative of f by x in closed form."),  # it raises a TypeError
        ("1/(x**2 + a)", "SymPy's antiderivative of f by x does not hold wherever f is defined."),  # it is 0
        ("Abs(sin(x))", "SymPy's antiderivative of f by x does not hold wherever f is defined."),  # up to 2*pi alone
        ("exp(x)/x", "SymPy's antiderivative of f by x is no formula of this language."),  # the exponential integral
    ],
)
def test_what_is_no_antiderivative_everywhere_is_refused(formula, reason):
    params = {"a": 1.5} if "a)" in formula else None
    assert refusal(FormulaError, Expression("f", formula, params=params).integrate) == reason
