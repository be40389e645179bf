"""The vocabulary: every function, constant, operator and condition that a formula may use, in one table.

What is not in this table cannot be said in a formula, so the table is the whole of the language; a synonym
builds the same thing as the word that people are shown. Each function comes with its float64 form, by which
the size of a constant is known before SymPy is asked to compute it. Nothing here reads or writes text.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

import sympy

from neurogebra.language import functions as ours
from neurogebra.language.bounds import EXTREMUM_ARGUMENTS, PIECEWISE_ARMS

__all__ = ["HINTS", "OVER_A_VECTOR", "RESERVED", "WORDS", "Row", "canonical"]

Kind = Literal["function", "constant", "operator", "condition", "choice"]


class Row(NamedTuple):
    """One word: text, kind, fewest and most arguments, what it builds, its float64 form, what it means."""

    text: str
    kind: Kind
    least: int
    most: int
    build: Callable[..., Any]
    number: Callable[..., float] | None
    meaning: str
    synonyms: tuple[str, ...] = ()


_F: Final = "function"
_N: Final = EXTREMUM_ARGUMENTS
_ARMS: Final = PIECEWISE_ARMS

_TABLE: Final = (
    Row("exp", _F, 1, 1, sympy.exp, math.exp, "e to the power u"),
    Row("log", _F, 1, 1, sympy.log, math.log, "natural logarithm", ("ln",)),
    Row("sqrt", _F, 1, 1, sympy.sqrt, math.sqrt, "square root"),
    Row("Abs", _F, 1, 1, sympy.Abs, abs, "absolute value", ("abs",)),
    Row("sign", _F, 1, 1, sympy.sign, lambda u: (u > 0) - (u < 0), "-1, 0 or 1"),
    Row("Max", _F, 2, _N, sympy.Max, max, "the largest", ("max",)),
    Row("Min", _F, 2, _N, sympy.Min, min, "the smallest", ("min",)),
    Row("floor", _F, 1, 1, sympy.floor, math.floor, "largest whole number <= u"),
    Row("ceiling", _F, 1, 1, sympy.ceiling, math.ceil, "smallest whole number >= u", ("ceil",)),
    Row("sin", _F, 1, 1, sympy.sin, math.sin, "sine, in radians"),
    Row("cos", _F, 1, 1, sympy.cos, math.cos, "cosine"),
    Row("tan", _F, 1, 1, sympy.tan, math.tan, "tangent"),
    Row("asin", _F, 1, 1, sympy.asin, math.asin, "inverse of sin", ("arcsin",)),
    Row("acos", _F, 1, 1, sympy.acos, math.acos, "inverse of cos", ("arccos",)),
    Row("atan", _F, 1, 1, sympy.atan, math.atan, "inverse of tan", ("arctan",)),
    Row("sinh", _F, 1, 1, sympy.sinh, math.sinh, "(exp(u) - exp(-u))/2"),
    Row("cosh", _F, 1, 1, sympy.cosh, math.cosh, "(exp(u) + exp(-u))/2"),
    Row("tanh", _F, 1, 1, sympy.tanh, math.tanh, "sinh(u)/cosh(u)"),
    Row("asinh", _F, 1, 1, sympy.asinh, math.asinh, "inverse of sinh", ("arcsinh",)),
    Row("acosh", _F, 1, 1, sympy.acosh, math.acosh, "inverse of cosh", ("arccosh",)),
    Row("atanh", _F, 1, 1, sympy.atanh, math.atanh, "inverse of tanh", ("arctanh",)),
    Row("erf", _F, 1, 1, sympy.erf, math.erf, "error function"),
    Row("erfc", _F, 1, 1, ours.erfc, math.erfc, "1 - erf(u)"),
    Row("sigmoid", _F, 1, 1, ours.sigmoid, lambda u: (1 + math.tanh(u / 2)) / 2, "1/(1 + exp(-u))"),
    Row("softplus", _F, 1, 1, ours.softplus, lambda u: math.log1p(math.exp(min(u, 700))), "log(1 + exp(u))"),
    Row("Phi", _F, 1, 1, ours.Phi, lambda u: math.erfc(-u / 2**0.5) / 2, "normal distribution"),
    Row("phi", _F, 1, 1, ours.phi, lambda u: math.exp(-u * u / 2) / math.tau**0.5, "normal density"),
    Row("expm1", _F, 1, 1, ours.expm1, math.expm1, "exp(u) - 1"),
    Row("log1p", _F, 1, 1, ours.log1p, math.log1p, "log(1 + u)"),
    Row("log_cosh", _F, 1, 1, ours.log_cosh, lambda u: math.log(math.cosh(min(abs(u), 700))), "log(cosh(u))"),
    Row("sech2", _F, 1, 1, ours.sech2, lambda u: math.cosh(min(abs(u), 350)) ** -2, "1/cosh(u)**2"),
    Row("pi", "constant", 0, 0, lambda: sympy.pi, lambda: math.pi, "3.14159..."),
    Row("E", "constant", 0, 0, lambda: sympy.E, lambda: math.e, "2.71828..."),
    Row("Piecewise", "choice", 1, _ARMS, sympy.Piecewise, None, "(value, condition) pairs; the last is True"),
    Row("where", "choice", 3, 3, sympy.Piecewise, None, "where(c, a, b) is Piecewise((a, c), (b, True))"),
    Row("And", "condition", 2, _ARMS, sympy.And, None, "all of them"),
    Row("Or", "condition", 2, _ARMS, sympy.Or, None, "one of them or more"),
    Row("Not", "condition", 1, 1, sympy.Not, None, "not that"),
    Row("Eq", "condition", 2, 2, sympy.Eq, None, "equal"),
    Row("Ne", "condition", 2, 2, sympy.Ne, None, "not equal"),
    Row("Gt", "condition", 2, 2, sympy.Gt, None, "a > b"),
    Row("Ge", "condition", 2, 2, sympy.Ge, None, "a >= b"),
    Row("Lt", "condition", 2, 2, sympy.Lt, None, "a < b"),
    Row("Le", "condition", 2, 2, sympy.Le, None, "a <= b"),
    Row("+", "operator", 1, 2, sympy.Add, None, "sum"),
    Row("-", "operator", 1, 2, lambda a, b: a - b, None, "difference"),
    Row("*", "operator", 2, 2, sympy.Mul, None, "product"),
    Row("/", "operator", 2, 2, lambda a, b: a / b, None, "quotient"),
    Row("**", "operator", 2, 2, sympy.Pow, None, "power", ("^",)),
    Row(">", "operator", 2, 2, sympy.Gt, None, "condition; 0 < x < 6 is (0 < x) & (x < 6)"),
    Row(">=", "operator", 2, 2, sympy.Ge, None, "condition"),
    Row("<", "operator", 2, 2, sympy.Lt, None, "condition"),
    Row("<=", "operator", 2, 2, sympy.Le, None, "condition"),
    Row("&", "operator", 2, 2, sympy.And, None, "And, between conditions in parentheses"),
    Row("|", "operator", 2, 2, sympy.Or, None, "Or, between conditions in parentheses"),
    Row("~", "operator", 1, 1, sympy.Not, None, "Not, before a condition in parentheses"),
)

WORDS: Final = MappingProxyType({text: row for row in _TABLE for text in (row.text, *row.synonyms)})
"""Every text of the vocabulary -> its row; a synonym has the row of the word it stands for."""

_REDUCTIONS: Final = ("sum", "mean", "prod", "cumsum", "norm", "sort", "argmax", "argmin", "logsumexp")
_VECTORS: Final = ("softmax", "softmin", "log_softmax", "hardmax", "sparsemax")
_DISTRIBUTIONS: Final = ("normal", "uniform", "bernoulli", "gumbel")
_CALL: Final = ("axis", "channel_axis", "gate", "by", "rng", "out", "dtype", "training", "self")
_NO_NUMBERS: Final = ("oo", "zoo", "nan", "inf", "infinity", "I")

OVER_A_VECTOR: Final = (
    "would run over a whole vector; such a formula has kind: vector in a file, and is a VectorExpression in Python."
)
_OF_VECTORS: Final = "works on a whole vector; this formula takes single numbers."
_SPELLED: Final = f"{_OF_VECTORS} A vector's has kind: vector in a file, and is a VectorExpression in Python."

RESERVED: Final = MappingProxyType(
    dict.fromkeys(_REDUCTIONS + _VECTORS, _OF_VECTORS)
    | dict.fromkeys(("sum", "hardmax"), _SPELLED)
    | dict.fromkeys(_DISTRIBUTIONS, "is the name of a distribution; a formula here has no noise.")
    | dict.fromkeys(_CALL, "is what evaluation is told beside the variables; choose another name.")
    | dict.fromkeys(_NO_NUMBERS, "is no finite real number, so no formula holds it.")
)
"""Names that are neither words nor symbols -> why: the other kinds of entry need them, or they mislead."""

HINTS: Final = MappingProxyType(
    {
        "cbrt": "For a cube root write sign(x)*Abs(x)**(1/3).",
        "root": "For an n-th root write x**(1/n).",
        "pow": "For a power write x**2.",
        "square": "For a square write x**2.",
        "exp2": "For a power of 2 write 2**x.",
        "log2": "For another base write log(x)/log(2).",
        "log10": "For another base write log(x)/log(10).",
        "sech": "Write 1/cosh(x).",
        "csch": "Write 1/sinh(x).",
        "coth": "Write 1/tanh(x).",
        "sec": "Write 1/cos(x).",
        "csc": "Write 1/sin(x).",
        "cot": "Write cos(x)/sin(x).",
        "round": "Write floor(x + 1/2).",
        "clip": "Write Min(Max(x, low), high).",
        "clamp": "Write Min(Max(x, low), high).",
        "Heaviside": "Say what holds at 0: Piecewise((1, x > 0), (0, True)).",
        "Rational": "Numbers are exact here: write 1/3.",
        "Integer": "Numbers are exact here: write 3.",
        "Float": "Numbers are exact here: write 0.1.",
        "Mod": "Write a - b*floor(a/b).",
        "ITE": "Write where(condition, a, b).",
    }
)
"""Functions that people know from elsewhere -> how to say it here."""

_CANONICAL: Final = {row.build: row.text for row in _TABLE if row.kind == "function"}


def canonical(head: type) -> str | None:
    """The word people are shown for a SymPy function: `exp` for sympy.exp; None for what is no word.

    >>> canonical(sympy.Max), canonical(ours.tanh_), canonical(sympy.gamma)
    ('Max', 'tanh', None)
    """
    if head is ours.tanh_:
        return "tanh"  # the same function, kept from SymPy's rewriting while a formula is evaluated
    return "erfc" if head is sympy.erfc else _CANONICAL.get(head) or getattr(head, "word", None)
