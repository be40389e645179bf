"""SymPy back to the text of the formula language.

What is written reads back equal: `parse(write(e)) == e` for all that the parser builds, and for derivatives
of it. It is what people would type: decimals where they are exact, sqrt(2/pi) for SymPy's sqrt(2)/sqrt(pi),
terms in SymPy's printing order, the same on every run. What has no word is refused, never printed as another.

>>> x = sympy.Symbol("x", real=True)
>>> write(sympy.Rational("0.044715") * x**3 + x / sympy.sqrt(2) - sympy.Rational(2, 3))
'0.044715*x**3 + x/sqrt(2) - 2/3'
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

import sympy
from sympy import Basic, Expr
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair

from neurogebra.errors import FormulaError
from neurogebra.language.bounds import POWER_EXPONENT
from neurogebra.language.layout import Factor, Product, conditions_of, product_of, sides_of, terms_of
from neurogebra.language.numbers import write_decimal
from neurogebra.language.words import canonical

__all__ = ["write"]

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how tightly a text holds together
_CONSTANTS: Final = {sympy.pi: "pi", sympy.E: "E", sympy.true: "True", sympy.false: "False"}
_LOGIC: Final = {sympy.And: " & ", sympy.Or: " | "}

_Text = tuple[str, int]


def write(expr: Basic) -> str:
    """The text that reads back as `expr`. FormulaError where the language has no word for a part of it."""
    return _text(expr)[0]


def _text(expr: Any) -> _Text:
    if expr.is_Rational:
        return _number(expr)
    if expr.is_Symbol:
        return expr.name, _ATOM
    if expr in _CONSTANTS:
        return _CONSTANTS[expr], _ATOM
    if expr.is_Add:
        return _sum(expr), _SUM
    if expr.is_Mul or expr.is_Pow:
        return _product(product_of(expr))
    if isinstance(expr, Relational):
        return _relation(expr), _SUM
    if expr.func in _LOGIC:
        return _LOGIC[expr.func].join(f"({write(part)})" for part in conditions_of(expr)), _SUM
    name = _head(expr)
    arguments = getattr(expr, "shown", expr.args)  # a reduction has parts that nobody writes
    if isinstance(expr, sympy.Max | sympy.Min):
        arguments = sorted(arguments, key=sympy.default_sort_key)  # SymPy keeps them in a set
    return f"{name}({', '.join(map(write, arguments))})", _ATOM


def _head(expr: Basic) -> str:
    if isinstance(expr, sympy.Piecewise):
        return "Piecewise"
    if isinstance(expr, ExprCondPair):
        return ""
    if isinstance(expr, sympy.Not):
        return "Not"
    name = canonical(expr.func)
    if name is None:
        raise FormulaError(f"{expr.func.__name__} is no word of the formula language, so it has no text.")
    return name


def _number(value: sympy.Rational) -> _Text:
    decimal = write_decimal(Fraction(value.p, value.q))
    text = decimal or (str(value.p) if value.q == 1 else f"{value.p}/{value.q}")
    return text, _SUM if value < 0 else _PRODUCT if "/" in text else _ATOM


def _sum(expr: sympy.Add) -> str:
    text = ""
    for term in terms_of(expr):
        part, _ = _text(term)
        text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return text[3:] if text.startswith(" + ") else f"-{text[3:]}"


def _product(product: Product) -> _Text:
    over = [_factor(factor) for factor in product.over]
    under = [_factor(factor) for factor in product.under]
    sign = "-" if product.negative else ""
    if len(over) == 1 and not under:
        return (sign + (_held(over[0], _PRODUCT) if sign else over[0][0])), _SUM if sign else over[0][1]
    text = sign + ("*".join(_held(factor, _PRODUCT) for factor in over) or "1")
    if len(under) == 1:
        text += f"/{_held(under[0], _POWER)}"
    elif under:
        text += f"/({'*'.join(_held(factor, _PRODUCT) for factor in under)})"
    return text, _SUM if sign else _PRODUCT


def _factor(factor: Factor) -> _Text:
    base, exponent = factor
    if exponent == 1:
        return _text(base)
    if exponent == sympy.S.Half:
        return f"sqrt({write(base)})", _ATOM
    pieces = _pieces(exponent)
    held = _held(_text(base), _ATOM)
    powers = [held if piece == 1 else f"{held}**{_held(_text(piece), _ATOM)}" for piece in pieces]
    return "*".join(powers), _POWER if len(powers) == 1 else _PRODUCT


def _pieces(exponent: Expr) -> Sequence[Expr]:
    """An exponent beyond 64, which multiplying and differentiating can make, as a sum of readable ones."""
    if not exponent.is_number or abs(exponent) <= POWER_EXPONENT:
        return [exponent]
    count = int(sympy.ceiling(abs(exponent) / POWER_EXPONENT))
    if not exponent.is_Rational:
        return [exponent / count] * count
    step = sympy.sign(exponent) * POWER_EXPONENT
    return [*[step] * (count - 1), exponent - step * (count - 1)]


def _held(text: _Text, needed: int) -> str:
    return text[0] if text[1] >= needed else f"({text[0]})"


def _relation(expr: Relational) -> str:
    lhs, sign, rhs = sides_of(expr)
    left, right = write(lhs), write(rhs)
    if isinstance(expr, sympy.Eq | sympy.Ne):
        return f"{'Eq' if isinstance(expr, sympy.Eq) else 'Ne'}({left}, {right})"
    return f"{left} {sign} {right}"
