"""Formulas drawn at random: what they mean as text, what they mean once built, and what is written of them.

Each formula is drawn twice over, as text and as a Python function on mpmath numbers, so that the two meanings
come by different roads. The draw is seeded: a formula that fails once fails again, and its number names it.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable

import mpmath
import pytest
import sympy
from mpmath import mpf

from neurogebra.errors import FormulaError
from neurogebra.language import functions as ours
from neurogebra.language.parser import parse
from neurogebra.language.words import WORDS
from neurogebra.language.writer import latex, write

Meaning = Callable[[dict[str, mpf]], mpf]

SAME_NAME = ("exp", "log", "sqrt", "sign", "floor", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh")
SAME_NAME += ("tanh", "asinh", "acosh", "atanh", "erf", "erfc")
FUNCTIONS = {name: getattr(mpmath, name) for name in SAME_NAME} | {
    "Abs": abs,
    "ceiling": mpmath.ceil,
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "softplus": lambda u: mpmath.log(1 + mpmath.exp(u)),
    "Phi": lambda u: mpmath.erfc(-u / mpmath.sqrt(2)) / 2,
    "phi": lambda u: mpmath.exp(-u * u / 2) / mpmath.sqrt(2 * mpmath.pi),
    "expm1": lambda u: mpmath.exp(u) - 1,
    "log1p": lambda u: mpmath.log(1 + u),
    "log_cosh": lambda u: mpmath.log(mpmath.cosh(u)),
    "sech2": lambda u: mpmath.sech(u) ** 2,
}
NUMBERS = ["0.5", "2", "3", "0.044715", "1.702", "7", "(1/3)", "0.1", "1e-3", "6", "10"]
EXPONENTS = ["2", "3", "4", "-1", "-2", "1.5", "(1/2)", "(1/3)", "(-1/2)", "x", "alpha"]
POINTS = [{"x": mpf(a), "y": mpf(b), "alpha": mpf(c)} for a, b, c in [(0.75, -2, 0.25), (-3, 1.5, 2), (2, 0.3, -0.5)]]
SYMBOLS = {name: sympy.Symbol(name, real=True) for name in ("x", "y", "alpha")}


class NoValueError(Exception):
    """The formula has no real value at this point."""


def _real(value: object) -> mpf:
    value = mpmath.mpmathify(value)
    if isinstance(value, mpmath.mpc) or not mpmath.isfinite(value) or abs(value) > 1e60:
        raise NoValueError
    return value


def _number(text: str) -> mpf:
    over, _, under = text.strip("()").partition("/")
    return mpf(over) / mpf(under or 1)


def _value(chance: random.Random, levels: int) -> tuple[str, Meaning]:
    kind = chance.random() if levels else 0
    if kind < 0.12:
        name = chance.choice(["x", "x", "y", "alpha", "pi", chance.choice(NUMBERS)])
        if name in SYMBOLS:
            return name, lambda at: at[name]
        return name, lambda at: +mpmath.pi if name == "pi" else _number(name)
    one, f = _value(chance, levels - 1)
    if kind < 0.45:
        other, g = _value(chance, levels - 1)
        sign, does = chance.choice([("+", operator.add), ("-", operator.sub), ("*", operator.mul), ("/", _over)])
        return f"({one}){sign}({other})", lambda at: _real(does(f(at), g(at)))
    if kind < 0.52:
        return f"-({one})", lambda at: -f(at)
    if kind < 0.62:
        exponent = chance.choice(EXPONENTS)
        return f"({one}){chance.choice(['**', '^'])}{exponent}", lambda at: _power(f(at), exponent, at)
    if kind < 0.84:
        name = chance.choice(sorted(FUNCTIONS))
        return f"{name}({one})", lambda at: _real(FUNCTIONS[name](f(at)))
    other, g = _value(chance, levels - 1)
    if kind < 0.92:
        name, does = chance.choice([("Max", max), ("min", min)])
        return f"{name}({one}, {other})", lambda at: does(f(at), g(at))
    condition, holds = _condition(chance, levels - 1)
    if kind < 0.96:
        return f"where({condition}, {one}, {other})", lambda at: f(at) if holds(at) else g(at)
    return f"Piecewise(({one}, {condition}), ({other}, True))", lambda at: f(at) if holds(at) else g(at)


def _condition(chance: random.Random, levels: int) -> tuple[str, Callable[[dict[str, mpf]], bool]]:
    kind = chance.random() if levels else 1
    if kind < 0.3:
        (one, f), (other, g) = _condition(chance, levels - 1), _condition(chance, levels - 1)
        if kind < 0.15:
            return f"({one}) & ({other})", lambda at: f(at) and g(at)
        return f"({one}) | ({other})", lambda at: f(at) or g(at)
    if kind < 0.36:
        one, f = _condition(chance, levels - 1)
        return f"Not({one})", lambda at: not f(at)
    (left, u), (right, v) = _value(chance, min(levels, 1)), _value(chance, min(levels, 1))
    sign, does = chance.choice([("<", operator.lt), (">", operator.gt), ("<=", operator.le), (">=", operator.ge)])
    return f"{left} {sign} {right}", lambda at: does(u(at), v(at))


def _over(one: mpf, other: mpf) -> mpf:
    if other == 0:
        raise NoValueError
    return one / other


def _power(base: mpf, exponent: str, at: dict[str, mpf]) -> mpf:
    if base == 0:
        raise NoValueError  # 0**0 is 1 to SymPy, and 0**(-1) is caught elsewhere
    return _real(base ** (at[exponent] if exponent in at else _number(exponent)))


def _drawn(number: int) -> tuple[str, Meaning]:
    return _value(random.Random(number), 2 + number % 2)


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(30):
        yield


@pytest.mark.parametrize("decade", range(20))
def test_a_formula_keeps_its_meaning_and_reads_back(decade):
    compared = 0
    for number in range(10 * decade, 10 * decade + 10):
        text, meaning = _drawn(number)
        try:
            formula = parse(text)
        except FormulaError:
            continue
        assert parse(write(formula)) == formula, (number, text)
        assert latex(formula)
        compared += sum(_agrees(formula, meaning, point, (number, text)) for point in POINTS)
    assert compared >= 6  # a check that compares nothing would pass


def _agrees(formula: sympy.Expr, meaning: Meaning, point: dict[str, mpf], label: object) -> bool:
    try:
        true = meaning(point)
        values = {SYMBOLS[name]: sympy.Rational(float(value)) for name, value in point.items()}
        built = _real(sympy.N(formula.subs(values, simultaneous=True), 25))
    except (NoValueError, ValueError, ZeroDivisionError, OverflowError, TypeError):
        return False
    assert abs(built - true) <= 1e-6 * (1 + abs(true)), (label, point, true, built)
    return True


def test_derivatives_read_back_equal():
    """Those that SymPy itself writes in words; corners are the business of another part."""
    compared = 0
    for number in range(60):
        text, _ = _drawn(number)
        try:
            slope = parse(text).diff(SYMBOLS["x"])
            written = write(slope)
        except FormulaError:
            continue
        if not slope.has(sympy.Piecewise, sympy.Max, sympy.Min):
            compared += 1
            assert parse(written) == slope.replace(ours.tanh_, sympy.tanh), (number, text)
    assert compared > 30


def test_every_function_that_is_drawn_is_a_word_and_the_other_way_round():
    words = {row.text for row in WORDS.values() if row.kind == "function"}
    assert words - set(FUNCTIONS) == {"Max", "Min"}
    assert set(FUNCTIONS) <= words
