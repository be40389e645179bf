"""What is written is what people would write, and reads back as the same expression."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import sympy
from sympy import Eq

from neurogebra.errors import FormulaError
from neurogebra.language import functions as ours
from neurogebra.language.parser import parse
from neurogebra.language.typeset import latex
from neurogebra.language.words import WORDS
from neurogebra.language.writer import write

x, y, alpha = sympy.symbols("x y alpha", real=True)

AS_WRITTEN = [
    "Max(0, x)",
    "Piecewise((x, x > 0), (alpha*x, True))",
    "Piecewise((1, (x > 0) & (x < 6)), (0, True))",
    "Piecewise((1, (x < 0) | (x > 6)), (2, Eq(x, 3)), (3, Ne(y, 0)), (0, True))",
    "x*sigmoid(x)",
    "x*exp(-x**2)",
    "x*exp(-x**2/2)/sqrt(2*pi)",
    "0.044715*x**3 + x",
    "0.1*tanh(x)",
    "x/2",
    "-x/8",
    "x/3",
    "2*x/3",
    "1.5*x",
    "x/6 + 0.5",
    "x - 2/3",
    "-x - 1",
    "1/x",
    "-1/x**2",
    "1/(x*y)",
    "x/(y + 1)",
    "x/(2*(y + 1))",
    "(x + 1)/y**2",
    "1/sqrt(x)",
    "x/sqrt(2)",
    "sqrt(2/pi)*x",
    "1/sqrt(2*pi)",
    "sqrt(x**2 + 1)",
    "x**1.5",
    "x**(1/3)",
    "x**(2/3)",
    "x**alpha",
    "x**(-alpha)",
    "x**(x**y)",
    "(x + 1)**2",
    "2**x",
    "2**(-x)",
    "(2/3)**x",
    "1.5**x",
    "(-x)**alpha",
    "(x**alpha)**y",
    "(2*x)**alpha",
    "exp(-x)",
    "exp(0.5)",
    "pi*x",
    "E*x",
    "1e-7*x",
    "1e9*x",
    "Min(6, Max(0, x))",
    "sign(x)*Max(0, Abs(x) - lamda)",
    "1.0507009873554804934193349852946*Piecewise((x, x > 0), (alpha*(exp(x) - 1), True))",
    "x**64*x**36",
    "1/(x**64*x**64*x**2)",
    "-(x - y)/(y - 2)",
]


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_a_readable_formula_is_written_as_it_was_typed(text):
    assert write(parse(text)) == text


SHOWN = {
    "x*(1 + erf(x/sqrt(2)))/2": "x*(erf(x/sqrt(2)) + 1)/2",
    "0.5*x": "x/2",
    "0.25*x + 0.75": "x/4 + 0.75",
    "max(abs(x), ln(y))": "Max(log(y), Abs(x))",
    "where(0 < x < 6, 1, 2)": "Piecewise((1, (x > 0) & (x < 6)), (2, True))",
    "where(~((x > 0) & (y > 0)), 1, 2)": "Piecewise((1, Not((x > 0) & (y > 0))), (2, True))",
    "where((x > 0) & (y > 0), 1, where((x < -1) & (y < -1), 1, 2))": (
        "Piecewise((1, (x > 0) & (y > 0)), (Piecewise((1, (x < -1) & (y < -1)), (2, True)), True))"
    ),
    "Piecewise((1, (x > 0) & (y > 0)), (1, (x < -1) & (y < -1)), (2, True))": (
        "Piecewise((1, ((x > 0) & (y > 0)) | ((x < -1) & (y < -1))), (2, True))"
    ),
    "0.5**x": "2**(-x)",
    "-alpha + x": "x - alpha",
    "2*x - x**3 - 1": "-x**3 + 2*x - 1",
    "(x**2)**y": "Abs(x)**(2*y)",
    "100000*x/10**5": "x",
}


@pytest.mark.parametrize("text", SHOWN)
def test_other_spellings_are_written_in_one_way(text):
    assert write(parse(text)) == SHOWN[text]


# What SymPy builds in a form that it would change if it built it again.
UNSETTLED = [
    "Abs(Max(pi**alpha, 7 - y))",
    "where(0.5**alpha < -alpha, 1, 2)",
    "where(x > 0, 0.1, y)**x",
    "Max(sqrt(1.702**(-1/2)), x)",
    "where((x > y) | ((y > 0) | (x <= y)), 1, x)",
    "1.5**(1/3)/(2*(x + y))",
    "Abs(Abs(x + x))",
    "Abs(exp(x)*Abs(x*y))",
    "Abs(x*sin(where(x > t, t + a*(x - t), x)))",
    "Abs(c*tanh(where(x > t, t + a*(x - t), x)/c)*Phi(where(x > t, t + a*(x - t), x)))",
    "Abs(y/tan(x + pi/2)*where(x > t, t + a*(x - t), x))",
]


@pytest.mark.parametrize("text", [*AS_WRITTEN, *SHOWN, *UNSETTLED])
def test_what_is_written_reads_back_equal(text):
    formula = parse(text)
    assert parse(write(formula)) == formula


@pytest.mark.parametrize("text", sorted({row.text for row in WORDS.values() if row.kind == "function"}))
def test_every_word_and_its_derivative_read_back_equal(text):
    row = WORDS[text]
    formula = parse(f"{text}({', '.join(['x', 'y'][: row.least])})")
    assert parse(write(formula)) == formula
    if text not in ("Max", "Min", "floor", "ceiling", "sign", "Abs"):  # SymPy's own slopes of these are no words
        slope = formula.diff(x)
        assert parse(write(slope)) == slope.replace(ours.tanh_, sympy.tanh)


def test_the_kept_tanh_is_written_as_tanh():
    assert write(ours.tanh_(x)) == "tanh(x)"
    assert latex(ours.tanh_(x)) == r"\tanh\left(x\right)"


def test_conditions_are_written_too():
    assert write((x > 0) & (y <= 1)) == "(x > 0) & (y <= 1)"
    assert write(sympy.Not((x > 0) & Eq(y, 0))) == "Not((x > 0) & (Eq(y, 0)))"


@pytest.mark.parametrize(
    "expr", [sympy.gamma(x), sympy.Float(0.5), sympy.oo, sympy.I * x, sympy.Derivative(x**2, x)], ids=str
)
def test_what_has_no_word_is_refused(expr):
    with pytest.raises(FormulaError, match="no word of the formula language"):
        write(expr)


def test_the_same_text_is_written_on_every_run():
    """SymPy keeps the arguments of Max, And and Or in sets, whose order follows the hash seed."""
    text = "where((x > 0) & (y > 0) | (z < 0), Max(x, y, z, 0)*beta*alpha, Min(y, x, exp(z)) + a + c + b)"
    code = (
        "from neurogebra.language.parser import parse\n"
        "from neurogebra.language.typeset import latex; from neurogebra.language.writer import write\n"
        f"e = parse({text!r}); print(write(e)); print(latex(e))"
    )
    settings = {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [write(parse(text)), latex(parse(text))]


LATEX = {
    "Max(0, x)": r"\max\left(0, x\right)",
    "Min(6, Max(0, x))": r"\min\left(6, \max\left(0, x\right)\right)",
    "0.044715*x**3": r"0.044715 x^{3}",
    "x/2 + 0.75": r"\frac{x}{2} + 0.75",
    "-2*x/3": r"- \frac{2 x}{3}",
    "x/sqrt(2)": r"\frac{x}{\sqrt{2}}",
    "sqrt(2/pi)*x": r"\sqrt{\frac{2}{\pi}} x",
    "1e-7*x": r"10^{-7} x",
    "2.5e-9*x": r"2.5 \cdot 10^{-9} x",
    "2*10**x": r"2 \cdot 10^{x}",
    "x**1.5": r"x^{1.5}",
    "x**(2/3)": r"x^{\frac{2}{3}}",
    "(x + 1)**2*y": r"y \left(x + 1\right)^{2}",
    "1/(1 + exp(-x))": r"\frac{1}{1 + e^{- x}}",
    "Abs(x)": r"\left|{x}\right|",
    "alpha*x": r"\alpha x",
    "lamda*Gamma": r"\Gamma \lambda",
    "alpha_2*x": r"\alpha_{2} x",
    "negative_slope*x": r"\mathrm{negative}_{\mathrm{slope}} x",
    "sigmoid(x)**2": r"\operatorname{sigmoid}^{2}\left(x\right)",
    "Phi(x)": r"\Phi\left(x\right)",
    "phi(x)": r"\varphi\left(x\right)",
    "Piecewise((1, 0 < x < 6), (0, True))": (
        r"\begin{cases} 1 & \text{for}\: x > 0 \wedge x < 6 \\0 & \text{otherwise} \end{cases}"
    ),
    "Piecewise((x, x > 0), (alpha*x, True))": (
        r"\begin{cases} x & \text{for}\: x > 0 \\\alpha x & \text{otherwise} \end{cases}"
    ),
}


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("Piecewise((1, x > lamda), (0, True))", r"x > \lambda"),
        ("Piecewise((1, x < -lamda), (0, True))", r"x < - \lambda"),
        ("Piecewise((1, x >= a + b), (0, True))", r"x \geq a + b"),
        ("Piecewise((1, Abs(x) > lamda), (0, True))", r"\left|{x}\right| > \lambda"),
        ("Piecewise((1, Eq(x, a)), (0, True))", "x = a"),
    ],
)
def test_a_comparison_begins_with_x_whatever_sympy_makes_of_it(text, tex):
    assert write(parse(text)) == text
    assert tex in latex(parse(text))


@pytest.mark.parametrize("text", LATEX)
def test_latex_is_what_a_paper_would_print(text):
    assert latex(parse(text)) == LATEX[text]


def test_names_reach_latex_only_as_letters_digits_and_subscripts():
    text = latex(parse("href_x + input + x__y + a1b2 + textbf_b"))
    assert "\\href" not in text and "\\input" not in text and "\\textbf" not in text
