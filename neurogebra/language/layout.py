"""The order in which people write what SymPy keeps in its own: products, sums, and conditions side by side.

SymPy keeps x/sqrt(2) as sqrt(2)*x/2 and sqrt(2/pi) as sqrt(2)/sqrt(pi); both are turned back. A rational
coefficient goes above the fraction bar as an exact decimal, below it where it is 1/2, 1/4, 1/8 ..., and on
both sides otherwise. Text and LaTeX share this, so that they agree; letters and brackets are not known here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import sympy
from sympy import Basic, Expr
from sympy.core.relational import Relational

from neurogebra.language.numbers import write_decimal

__all__ = ["Factor", "Product", "conditions_of", "product_of", "sides_of", "terms_of"]

_X = sympy.Symbol("x", real=True)

Factor = tuple[Expr, Expr]
"""A base and its exponent; exponent 1 for a plain factor."""


class Product(NamedTuple):
    """A signed fraction of factors."""

    negative: bool
    over: tuple[Factor, ...]
    under: tuple[Factor, ...]


def product_of(expr: Expr) -> Product:
    """The parts of a product, a power or any single factor."""
    coefficient, rest = expr.as_coeff_Mul()
    over: list[Factor] = []
    under: list[Factor] = []
    roots = [sympy.S.One, sympy.S.One]  # what stands under a root above the bar, and below it
    for factor in rest.as_ordered_factors():
        base, exponent = factor.args if factor.is_Pow else (factor, sympy.S.One)
        if abs(exponent) == sympy.S.Half and (base == sympy.pi or (base.is_Integer and base > 0)):
            roots[bool(exponent < 0)] *= base
        elif exponent.is_Rational and exponent < 0:
            under.append((base, -exponent))
        elif factor != 1:
            over.append((base, exponent))
    size = abs(coefficient)
    if roots[0].is_Integer and size.q % roots[0] == 0:  # sqrt(2)/2 is 1/sqrt(2)
        size, roots = size * roots[0], [sympy.S.One, roots[1] * roots[0]]
    _put_roots(over, under, *roots)
    _put_number(over, under, size)
    return Product(bool(coefficient < 0), tuple(over), tuple(under))


def terms_of(expr: Expr) -> list[Expr]:
    """The terms of a sum in SymPy's printing order; of two, a negative one comes last: x - alpha."""
    terms: list[Expr] = expr.as_ordered_terms()
    if len(terms) == 2 and _is_negative(terms[0]) and not _is_negative(terms[1]):
        terms.reverse()
    return terms


def conditions_of(expr: Basic) -> list[Basic]:
    """The parts of And and Or, by what they are about, then by where: x > 0 before x < 6."""
    return sorted(expr.args, key=_place)


def sides_of(expr: Relational) -> tuple[Expr, str, Expr]:
    """Left side, sign and right side of a comparison: x comes first, `x < -lamda` for SymPy's `lamda < -x`."""
    turned = _X in expr.rhs.free_symbols and _X not in expr.lhs.free_symbols
    relation = expr.reversed if turned else expr
    if relation.lhs == -_X:
        relation = relation.reversedsign
    return relation.lhs, relation.rel_op, relation.rhs


def _is_negative(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0] < 0)


def _place(condition: Basic) -> tuple[Any, ...]:
    parts = condition.args if isinstance(condition, Relational) else ()
    return (*(sympy.default_sort_key(part) for part in parts), sympy.default_sort_key(condition))


def _put_roots(over: list[Factor], under: list[Factor], above: Expr, below: Expr) -> None:
    if above != 1:
        over.insert(0, (above / below, sympy.S.Half))
    elif below != 1:
        under.insert(0, (below, sympy.S.Half))


def _put_number(over: list[Factor], under: list[Factor], size: sympy.Rational) -> None:
    halves = size.p == 1 and size.q & (size.q - 1) == 0
    if size.q > 1 and not halves and write_decimal(Fraction(size.p, size.q)) is not None:
        over.insert(0, (size, sympy.S.One))
        return
    if size.p != 1:
        over.insert(0, (sympy.Integer(size.p), sympy.S.One))
    if size.q != 1:
        under.insert(0, (sympy.Integer(size.q), sympy.S.One))
