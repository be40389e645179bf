"""The words of vector formulas: read, written, typeset, taken apart, and refused with whole messages."""

from __future__ import annotations

import pytest
import sympy

from neurogebra import MathForge
from neurogebra.errors import FormulaError
from neurogebra.language.parser import parse
from neurogebra.language.reductions import Total, X
from neurogebra.language.vectors import let, parse_vector, put_back, vector_latex, write

FORMULAS = [
    "exp(x/T)/sum(exp(x/T))",
    "x - log(sum(exp(x)))",
    "Max(0, x/2 - simplex_threshold(x/2, 2))**2",
    "concat(Max(0, x), Max(0, -x))",
    "alternate(x - max(x), Max(0, x))",
    "hardmax(x)",
    "max(x)",
    "(x - sum(x)/sum(1))/sqrt(sum((x - sum(x)/sum(1))**2)/sum(1))",
    "x*sum(x*sum(x))",
    "winners(Abs(x))*x",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_is_written_reads_back_equal(text):
    formula = parse_vector(text)
    assert parse_vector(write(formula)) == formula


@pytest.mark.parametrize("entry", [n for n in MathForge().list_all() if MathForge().get(n).kind == "vector"])
def test_entries_print_as_they_are_written_and_read_back(entry):
    expression = MathForge().get(entry)
    assert parse_vector(str(expression)) == expression.readable


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_taken_apart_is_put_together_again(text):
    formula = parse_vector(text)
    parts = let(formula)
    assert put_back(parts.formula, dict(parts.lets)) == formula
    assert not parts.formula.has(Total)


def test_equal_sums_are_one():
    assert len(let(parse_vector("x/sum(exp(x)) + log(sum(exp(x)))")).lets) == 1


def test_min_is_the_largest_of_the_negated():
    assert parse_vector("min(x)") == -parse_vector("max(-x)")


def test_max_and_min_of_two_arguments_are_about_elements():
    assert parse_vector("max(0, x)") == parse("Max(0, x)")


def test_latex_has_indices():
    softmax = parse_vector("exp(x/T)/sum(exp(x/T))")
    assert vector_latex(softmax) == r"\frac{e^{\frac{x_{i}}{T}}}{\sum_{k} e^{\frac{x_{k}}{T}}}"
    assert vector_latex(parse_vector("max(x)")) == r"\max_{k} x_{k}"
    assert vector_latex(parse_vector("sum(x + 1)")) == r"\sum_{k} \left(x_{k} + 1\right)"
    assert vector_latex(parse_vector("hardmax(x)")) == r"\operatorname{hardmax}_{i}\left(x_{k}\right)"
    assert vector_latex(parse_vector("Max(0, x - simplex_threshold(x, 1))")) == (
        r"\max\left(0, x_{i} - \tau\left(x_{k}\right)\right)"
    )


def said(reader, text):
    with pytest.raises(FormulaError) as refused:
        reader(text)
    return str(refused.value).splitlines()[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "exp(x)/sum(exp(x))",
            "column 8: 'sum' works on a whole vector; this formula takes single numbers. A vector's has kind: vector in"
            " a file, and is a VectorExpression in Python.",
        ),
        (
            "x - max(x)",
            "column 5: max takes 2 to 8 arguments; this has 1. max of one argument would run over a whole vector; such"
            " a formula has kind: vector in a file, and is a VectorExpression in Python.",
        ),
        (
            "hardmax(x)",
            "column 1: 'hardmax' works on a whole vector; this formula takes single numbers. A vector's has kind: vector"
            " in a file, and is a VectorExpression in Python.",
        ),
    ],
)
def test_formulas_of_single_numbers_refuse_reductions_and_say_where_they_belong(text, message):
    assert said(parse, text) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "sum(x, axis=0)",
            "column 1: sum takes no named arguments; the axis is given to eval: eval(x=..., axis=-1).",
        ),
        ("sum()", "column 1: sum takes one argument; this has 0."),
        ("sum(x, x)", "column 1: sum takes one argument; this has 2."),
        ("simplex_threshold(x)", "column 1: simplex_threshold takes 2 arguments; this has 1."),
        ("simplex_threshold(x, 3)", "column 1: simplex_threshold(u, p) has p 1 or 2; this is 3."),
        (
            "1 + concat(x, x)",
            "concat(...) stands only around a whole formula: concat(Max(0, x), Max(0, -x)).",
        ),
        (
            "2*alternate(x, -x)",
            "alternate(...) stands only around a whole formula: alternate(Max(0, x), Max(0, -x)).",
        ),
        (
            "concat(alternate(x, -x), x)",
            "alternate(...) stands only around a whole formula: alternate(Max(0, x), Max(0, -x)).",
        ),
        ("alternate(x)", "column 1: alternate takes 2 arguments; this has 1."),
        ("x*delta_ij", "'delta_ij' is how a Jacobian names its parts; choose another name."),
        ("x + sum", "column 5: 'sum' works on a whole vector; this formula takes single numbers."),
        ("softmax(x)", "column 1: 'softmax' works on a whole vector; this formula takes single numbers."),
        ("sum(x", "column 4: this bracket is never closed."),
        ("sum(erff(x))", "column 5: 'erff' is not a word of the formula language. Did you mean 'erf'?"),
    ],
)
def test_vector_formulas_are_refused_with_the_spelling_to_use(text, message):
    assert said(parse_vector, text).startswith(message)


def test_a_formula_has_a_bounded_number_of_reductions():
    text = " + ".join(f"sum(x + {k})" for k in range(1, 66))
    assert said(parse_vector, text).endswith("a formula has at most 64 sums, maxima and thresholds.")


def test_sympy_cannot_differentiate_through_a_sum_by_mistake():
    with pytest.raises(FormulaError, match=r"sum\(\.\.\.\) runs over a whole vector; its derivative is"):
        sympy.diff(parse_vector("exp(x)/sum(exp(x))"), X)
