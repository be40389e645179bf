"""Values at the infinities: the limit where there is one, an infinity where it grows, nan where it has none.

The table holds one formula for each way in which a limit is hard: leading terms that cancel, growth slower
than every power, decay faster than every power, waves, jumps, parameters that decide. The limits are those of
the textbooks; nothing here asks how they are found.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurogebra import Expression

OO, NAN = math.inf, math.nan
# formula, parameters, limit at -oo, limit at oo
LIMITS = [
    ("3", {}, 3, 3),
    ("x", {}, -OO, OO),
    ("1/x", {}, 0, 0),
    ("x**2", {}, OO, OO),
    ("x**3 - x**2", {}, -OO, OO),
    ("Max(0, x)", {}, 0, OO),
    ("Min(Max(0, x), 6)", {}, 0, 6),
    ("x/(1 + Abs(x))", {}, -1, 1),
    ("x*exp(-x)", {}, -OO, 0),
    ("x*exp(-x**2)", {}, 0, 0),
    ("x**5*exp(-Abs(x))", {}, 0, 0),
    ("sigmoid(x)", {}, 0, 1),
    ("x*sigmoid(x)", {}, 0, OO),
    ("x*sigmoid(beta*x)", {"beta": -0.5}, -OO, 0),
    ("x*sigmoid(beta*x)", {"beta": 0.0}, -OO, OO),
    ("x*sigmoid(beta*x)", {"beta": 1e-6}, 0, OO),
    ("softplus(x)", {}, 0, OO),
    ("softplus(x) - x", {}, OO, 0),
    ("(x + sqrt(x**2 + 4))/2", {}, 0, OO),  # squareplus: x and the root cancel at -oo
    ("sqrt(x**2 + x) - x", {}, OO, 0.5),
    ("log(1 + x**2)", {}, OO, OO),
    ("sign(x)*log(1 + Abs(x))", {}, -OO, OO),
    ("sqrt(log(2 + x**2))", {}, OO, OO),
    ("log(1 + log(1 + x**2))", {}, OO, OO),
    ("1/log(2 + x**2)", {}, NAN, NAN),  # falls so slowly that 0 cannot be told from a limit that is not: nan says so
    ("atan(x)", {}, -math.pi / 2, math.pi / 2),
    ("x*atan(1/x)", {}, 1, 1),
    ("(1 + 1/x)**x", {}, math.e, math.e),
    ("erf(x)", {}, -1, 1),
    ("x*Phi(x)", {}, 0, OO),
    ("exp(x)", {}, 0, OO),
    ("exp(exp(x))", {}, 1, OO),
    ("exp(-exp(x))", {}, 1, 0),
    ("tanh(x)*1e-300", {}, -1e-300, 1e-300),
    ("a*x", {"a": 0.0}, 0, 0),
    ("where(x > 5, 2, -3)", {}, -3, 2),
    ("sin(x)", {}, NAN, NAN),
    ("x + sin(a*x)**2/a", {"a": 1.0}, -OO, OO),
    ("x*sin(x)", {}, NAN, NAN),
    ("sin(x)/x", {}, 0, 0),
    ("log(x)", {}, NAN, OO),
    ("sqrt(x)", {}, NAN, OO),
    ("floor(x)", {}, -OO, OO),
]


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b)) or (math.isfinite(b) and abs(a - b) <= math.ulp(b))


@pytest.mark.parametrize(("formula", "params", "low", "high"), LIMITS, ids=[f"{row[0]} {row[1]}" for row in LIMITS])
def test_the_value_at_an_infinity_is_the_limit(formula, params, low, high):
    f = Expression("f", formula, params)
    for end, limit in ((-OO, low), (OO, high)):
        answer = f.eval(**dict.fromkeys(f.variables, end))
        assert type(answer) is float and same(answer, limit), (end, answer)


@pytest.mark.parametrize(("formula", "params", "low", "high"), LIMITS[1:], ids=[row[0] for row in LIMITS[1:]])
def test_arrays_have_the_same_limits(formula, params, low, high):
    answer = Expression("f", formula, params).eval(x=np.array([-OO, OO, NAN]))
    assert same(answer[0], low) and same(answer[1], high) and math.isnan(answer[2])


# entry: its values at -oo and oo, then its slopes
ENTRIES = {
    "squareplus": (0, OO, 0, 1),
    "snake": (-OO, OO, NAN, NAN),
    "relu6": (0, 6, 0, 0),
    "softsign": (-1, 1, 0, 0),
    "log_cosh": (OO, OO, -1, 1),
    "gelu": (0, OO, 0, 1),
    "square": (OO, OO, -OO, OO),
    "isru": (-1, 1, 0, 0),
    "hard_shrink": (-OO, OO, 1, 1),
    "tanh_shrink": (-OO, OO, 1, 1),
    "linear": (-OO, OO, 1, 1),
    "log_sigmoid": (-OO, 0, 1, 0),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_the_limits_of_entries_and_of_their_slopes(forge, name):
    f = forge.get(name)
    found = [g.eval(x=end) for g in (f, f.gradient("x")) for end in (-OO, OO)]
    assert all(map(same, found, ENTRIES[name])), found


def test_a_negative_beta_mirrors_swish(forge):
    swish = forge.get("swish_beta", params={"beta": -2})
    assert (swish.eval(x=-OO), swish.eval(x=OO)) == (-OO, 0)


def test_one_of_several_variables_may_be_infinite():
    f = Expression("f", "y*tanh(x)")
    assert f.eval(x=OO, y=-2.5) == -2.5
    assert f.eval(x=0.5, y=-OO) == -OO
    assert math.isnan(f.eval(x=OO, y=OO))  # which way, is not said
    assert math.isnan(f.eval(x=OO, y=NAN))
    np.testing.assert_array_equal(f.eval(x=np.array([OO, -OO]), y=np.array([[3.0], [-1.0]])), [[3, -3], [-1, 1]])
