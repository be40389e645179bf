"""What strangers wrote is differentiated at once or refused, at corners too; those that once hung are a list."""

from __future__ import annotations

import time

import pytest
import sympy

from neurogebra import Expression
from neurogebra.errors import FormulaError
from neurogebra.symbolic.reach import BITS, fits, too_large

from .hostile import TESTS, lines_of

ONCE_HUNG = lines_of(TESTS / "safety" / "once_hung.txt")
x, a = sympy.symbols("x a", real=True)


@pytest.mark.parametrize(("formula", "slope"), ONCE_HUNG, ids=[formula[:40] for formula, _ in ONCE_HUNG])
def test_what_once_hung_is_differentiated_at_once(formula, slope):
    f = Expression("f", formula)
    begun = time.process_time()
    g = f.gradient("x")
    value = g.eval(**{name: {"x": 0.5}.get(name, 1.0) for name in g.variables})
    assert time.process_time() - begun < 2  # the slowest takes 0.1 s
    assert value == pytest.approx(float(slope), rel=1e-14)


def test_a_slope_that_hangs_on_the_order_of_a_complex_number_is_refused():
    with pytest.raises(FormulaError) as refused:
        Expression("f", "Max(x, acosh(where(x < 1, x, 0.5)))").gradient("x")
    assert str(refused.value).endswith("has an arm in which it is no real number; its slope is not looked for.")


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        (2**x, int(BITS / 2)),  # 2 has two bits
        (x**64, 2 ** int(BITS / 64 - 1)),
        (sympy.exp(x), 45_000),
        (sympy.exp(sympy.exp(x)), 10),
        (sympy.log(x), -1),
        (sympy.sqrt(x), -1),
        (2 ** (x / a), 30_000 * a),
        (sympy.Piecewise((1 / x, x > 0), (x, True)), 0),
        (10**x, sympy.Rational(0.7)),
        (375**x, sympy.Rational(63, 64)),
        (375**x, 9),
    ],
)
def test_what_fits_is_computed(formula, at):
    assert fits(formula, {x: sympy.sympify(at)})


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        (2**x, int(BITS / 2) + 1),
        (x**64, 2 ** int(BITS / 64 + 1)),
        (sympy.exp(x), 46_000),
        (sympy.exp(sympy.exp(x)), 11),
        (sympy.exp(sympy.exp(sympy.exp(x)) - sympy.exp(sympy.exp(x + 1))), 6.7),
        (2 ** (1 / sympy.exp(-x)), 700),
        ((1 + sympy.Rational(1, 10**300)) ** x, 10**9),
        (sympy.floor(sympy.exp(x)), 10**9),
        (2 ** (x / a), 33_000 * a),
        (375**x, sympy.Rational(0.7)),
        (x**x, sympy.Rational(0.7)),
    ],
)
def test_what_is_too_large_is_not(formula, at):
    assert not fits(formula, {x: sympy.sympify(at)})
    assert too_large(formula, {x: sympy.sympify(at)})


def test_a_pole_does_not_fit_and_is_not_too_large():
    assert not fits(1 / x, {x: sympy.Integer(0)})
    assert not too_large(1 / x, {x: sympy.Integer(0)})
