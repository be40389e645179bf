"""What formulas mean: every construct of the language, and what SymPy rewrites must not change it."""

from __future__ import annotations

import time

import pytest
import sympy
from sympy import Eq, Max, Min, Ne, Piecewise, Rational, pi, sqrt

from neurogebra.errors import FormulaError
from neurogebra.language import functions as ours
from neurogebra.language.build import substitute
from neurogebra.language.parser import parse
from neurogebra.language.words import WORDS

x, y, alpha = sympy.symbols("x y alpha", real=True)

MEANINGS = {
    # numbers are exact
    "0.1": Rational(1, 10),
    "1.702*x": Rational(851, 500) * x,
    "1e-3 + .5": Rational(501, 1000),
    "2/3": Rational(2, 3),
    "0.1 + 0.2 - 0.3": sympy.S.Zero,
    # operators and their precedence
    "1 - x - y": 1 - x - y,
    "x/y/2": x / (2 * y),
    "x/(y/2)": 2 * x / y,
    "-x**2": -(x**2),
    "-x^2": -(x**2),
    "2*x^2": 2 * x**2,
    "x^-2": x**-2,
    "2^3^2": sympy.Integer(512),
    "(-2)**3": sympy.Integer(-8),
    "(1/2)**(1/2)": sqrt(2) / 2,
    "(-x)**2": x**2,
    "+x": x,
    "x--y": x + y,
    "x - -y": x + y,
    " x  +\u0020y ": x + y,
    # symbols and constants
    "S + N + Q + beta + gamma + zeta": sum(sympy.symbols("S N Q beta gamma zeta", real=True)),
    "lamda*x_1": sympy.Symbol("lamda", real=True) * sympy.Symbol("x_1", real=True),
    "pi*E": pi * sympy.E,
    # words
    "sqrt(x)": sqrt(x),
    "tanh(x)": sympy.tanh(x),
    "erfc(-x)": ours.erfc(-x),
    "sigmoid(x) + softplus(x) + Phi(x)": ours.sigmoid(x) + ours.softplus(x) + ours.Phi(x),
    "phi(x)*expm1(x)*log1p(x)*log_cosh(x)": ours.phi(x) * ours.expm1(x) * ours.log1p(x) * ours.log_cosh(x),
    # synonyms
    "abs(x)": sympy.Abs(x),
    "max(x, 0)": Max(0, x),
    "min(x, 0, y)": Min(0, x, y),
    "ln(x)": sympy.log(x),
    "arctan(x)": sympy.atan(x),
    "ceil(x)": sympy.ceiling(x),
    "where(x > 0, x, 0)": Piecewise((x, x > 0), (0, True)),
    # conditions
    "where(x >= 0, 1, 2)": Piecewise((1, x >= 0), (2, True)),
    "where(0 < x < 6, 1, 2)": Piecewise((1, (x > 0) & (x < 6)), (2, True)),
    "where((x > 0) & (x < 6), 1, 2)": Piecewise((1, (x > 0) & (x < 6)), (2, True)),
    "where((x < 0) | (x > 6), 1, 2)": Piecewise((1, (x < 0) | (x > 6)), (2, True)),
    "where(And(x > 0, y > 0, x < y), 1, 2)": Piecewise((1, (x > 0) & (y > 0) & (x < y)), (2, True)),
    "where(Or(x > 1, y > 1), 1, 2)": Piecewise((1, (x > 1) | (y > 1)), (2, True)),
    "where(Not(x > 0), 1, 2)": Piecewise((1, x <= 0), (2, True)),
    "where(~(x > 0), 1, 2)": Piecewise((1, x <= 0), (2, True)),
    "where(Eq(x, 0), 1, 2)": Piecewise((1, Eq(x, 0)), (2, True)),
    "where(Ne(x, 0), 1, 2)": Piecewise((1, Ne(x, 0)), (2, True)),
    "where(Gt(x, 0), 1, where(Le(x, -1), 2, 3))": Piecewise((1, x > 0), (Piecewise((2, x <= -1), (3, True)), True)),
    "Piecewise((x, x > 0), (alpha*x, True))": Piecewise((x, x > 0), (alpha * x, True)),
    "Piecewise((x, True))": x,
    # what SymPy decides while it builds
    "sqrt(x**2)": sympy.Abs(x),
    "x/x": sympy.S.One,
    "where(x**2 >= 0, 1, 2)": sympy.S.One,
    "where(x < x, 1, 2)": sympy.Integer(2),
    "Piecewise((1, x > 0), (2, x <= 0), (3, True))": Piecewise((1, x > 0), (2, True)),
    "Piecewise((1, x > 0), (1, x < -1), (2, True))": Piecewise((1, (x > 0) | (x < -1)), (2, True)),
    # what SymPy would write in words of complex numbers
    "Abs(exp(sqrt(x)))": sympy.exp(sqrt(x)),
    "Abs(y*exp(sqrt(log(x))))": sympy.exp(sqrt(sympy.log(x))) * sympy.Abs(y),
    "tan(x + pi/2)": -sympy.cos(x) / sympy.sin(x),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_formula_means_what_it_says(text):
    assert parse(text) == MEANINGS[text]


def test_symbols_are_real_and_numbers_never_floats():
    formula = parse("0.1*x**0.5 + 1e-3*beta")
    assert all(symbol.is_real for symbol in formula.free_symbols)
    assert not formula.atoms(sympy.Float)


def test_every_word_of_the_table_builds_what_the_table_says():
    for text, row in WORDS.items():
        if row.kind == "function":
            arguments = sympy.symbols("x y", real=True)[: row.least]
            assert parse(f"{text}({', '.join(map(str, arguments))})") == row.build(*arguments)
        if row.kind == "constant":
            assert parse(text) == row.build()


def test_the_float64_form_of_each_word_agrees_with_sympy():
    """It is what refuses log(0) and exp(1000): a wrong one would refuse what has a value."""
    for row in WORDS.values():
        if row.kind == "function" and row.number is not None:
            for point in ("1/3", "0.9", "1.25", "-0.7", "-2.5", "30", "-30"):
                points = [Rational(point), Rational(1, 7)][: row.least]
                exact = sympy.N(row.build(*points), 30)
                if exact.is_real:
                    found = row.number(*map(float, points))
                    assert found == pytest.approx(float(exact), rel=1e-12), (row.text, point)


def test_a_choice_takes_the_first_arm_that_holds():
    formula = parse("Piecewise((1, x > 2), (2, (x > 1) | Eq(x, -1)), (3, x > 0), (4, True))")
    found = [formula.subs(x, value) for value in (3, 2, 1.5, 1, 0, -1)]
    assert found == [1, 2, 2, 3, 4, 2]


def test_an_inner_choice_that_repeats_the_outer_condition_stays_a_whole_one():
    text = "Piecewise((Piecewise((1, y > 0), (x, x > 0), (0, True)), x > 0), (2, True))"
    formula = parse(text)
    assert all(choice.args[-1][1] == True for choice in formula.atoms(Piecewise))  # noqa: E712
    for values, expected in {(5, 1): 1, (5, -1): 5, (-5, 1): 2}.items():
        assert formula.subs(dict(zip((x, y), values, strict=True))) == expected


def test_a_condition_on_a_choice_is_said_without_ite():
    formula = parse("where(where(x > 0, x, -2*x) > 1, y, 0)")
    assert not formula.atoms(sympy.ITE)
    assert not any(isinstance(part, Piecewise) for arm in formula.args for part in arm[1].args)
    found = [formula.subs({x: value, y: 7}) for value in (2, 0.5, -0.25, -3)]
    assert found == [7, 0, 0, 7]


def test_a_condition_on_a_choice_asks_each_arm_only_where_it_is_in_force():
    formula = parse("where(Piecewise((1, x > 0), (5, x > -1), (0, True)) > 2, 10, 20)")
    assert [formula.subs(x, value) for value in (1, -0.5, -2)] == [20, 10, 20]


@pytest.mark.parametrize("word", ["expm1", "log1p"])
def test_constants_are_compared_by_their_true_values(word):
    """SymPy decides with few digits; a word that cancels in them (exp(u) - 1) was once taken for 0."""
    formula = parse(f"Max({word}(1e-9), 1e-10)")
    assert formula == WORDS[word].build(Rational(1, 10**9))
    assert parse("where(log_cosh(1e-6) > 1e-14, 1, 2)") == 1


def test_a_comparison_that_sympy_turns_round_for_ever_is_read():
    """SymPy 1.14 recurses without end on Piecewise((1, pi - y > alpha - y), (2, True))."""
    formula = parse("where(pi - y > alpha - y, 1, 2)")
    assert [formula.subs(alpha, value) for value in (3, 4)] == [1, 2]


def test_a_product_is_built_the_same_way_whatever_its_brackets():
    assert parse("y/(2*(x + 1))") == parse("y/2/(x + 1)") == parse("(y/2)*(1/(x + 1))")
    assert parse("-(x - y)/(y - 2)") == parse("-1*((x - y)/(y - 2))") == parse("(x - y)/-(y - 2)")


# functions= and names= ------------------------------------------------------------------------------------


def test_further_functions_take_expressions_by_position_and_name():
    def leaky_relu(u, alpha=y):
        return Piecewise((u, u > 0), (alpha * u, True))

    functions = {"leaky_relu": leaky_relu}
    assert parse("leaky_relu(x)", functions=functions) == leaky_relu(x)
    named = parse("1 + leaky_relu(2*x, alpha=0.1)", functions=functions)
    assert named == 1 + leaky_relu(2 * x, Rational(1, 10))
    with pytest.raises(FormulaError, match="sin takes no named arguments"):
        parse("sin(x=1)", functions=functions)
    with pytest.raises(FormulaError, match="Did you mean 'leaky_relu'"):
        parse("leaky_rely(x)", functions=functions)


def test_words_win_over_further_functions():
    assert parse("tanh(x)", functions={"tanh": lambda u: u}) == sympy.tanh(x)


def test_what_a_further_function_returns_is_held_to_the_same_bounds():
    for bad in (sympy.oo, sympy.I, sympy.Float(0.5), sympy.gamma(x), x**100_000, Rational(1, 10**2000)):
        with pytest.raises(FormulaError) as caught:
            parse("1 + f(x)", functions={"f": lambda u, bad=bad: bad})
        assert caught.value.column == 5


def test_a_refusal_inside_a_further_function_gets_the_column_of_its_call():
    def refuses(u):
        raise FormulaError("f does not like this.")

    with pytest.raises(FormulaError) as caught:
        parse("x + f(x)", functions={"f": refuses})
    assert caught.value.column == 5
    assert caught.value.formula == "x + f(x)"


def test_names_are_asked_first_and_may_leave_a_name_as_it_is():
    asked = []

    def names(name, column):
        asked.append((name, column))
        return sympy.tanh(x) if name == "tanh" else None

    assert parse("x + 0.1*tanh + pi", names=names) == x + sympy.tanh(x) / 10 + pi
    assert asked == [("x", 1), ("tanh", 9), ("pi", 16)]
    with pytest.raises(FormulaError, match="'exp' is a function"):
        parse("exp", names=names)


# errors ---------------------------------------------------------------------------------------------------


def test_an_error_shows_the_formula_with_a_caret_under_the_place():
    with pytest.raises(FormulaError) as caught:
        parse("x*(1 + erff(x))")
    assert str(caught.value) == (
        "column 8: 'erff' is not a word of the formula language. Did you mean 'erf'?\n    x*(1 + erff(x))\n           ^"
    )
    assert (caught.value.column, caught.value.formula) == (8, "x*(1 + erff(x))")


@pytest.mark.parametrize(
    "text, column", [("x^2 + foo(x)", 7), ("x^y^2^bar(x)", 7), ("   x^2*_y", 8), ("x^2^", 5), ("x^2)", 4)]
)
def test_columns_are_those_that_were_typed_though_the_caret_sign_was_replaced(text, column):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.column == column


@pytest.mark.parametrize("text", [None, 5, b"x", ["x"], x])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(FormulaError, match="a formula is text"):
        parse(text)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_formula_is_refused(text):
    with pytest.raises(FormulaError):
        parse(text)


# substitution, speed, and SymPy's own parser --------------------------------------------------------------


def test_substitution_is_simultaneous_and_guarded():
    assert substitute(x + 2 * y, {x: y, y: x}) == y + 2 * x
    assert substitute(parse("where(x > 0, 2**x, Max(x, y))"), {x: sympy.Integer(3)}) == 8
    for formula in ("2**x", "exp(x*log(2))", "floor(exp(x))"):
        with pytest.raises(FormulaError):
            substitute(parse(formula), {x: sympy.Integer(10**9)})


def test_a_usual_formula_is_read_in_less_than_three_milliseconds():
    spent = []
    for _ in range(10):
        start = time.perf_counter()
        parse("x*(1 + erf(x/sqrt(2)))/2")
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.003


def test_sympy_never_sees_text(monkeypatch):
    from sympy.parsing import sympy_parser

    def refuse(*args, **kwargs):
        raise AssertionError("text reached SymPy's parser, which runs it")

    monkeypatch.setattr(sympy_parser, "parse_expr", refuse)
    monkeypatch.setattr("builtins.eval", refuse)
    with pytest.raises(AssertionError):
        sympy.sympify("x + 1")  # the trap works
    for text in MEANINGS:
        parse(text)
