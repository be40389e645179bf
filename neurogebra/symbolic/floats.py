"""A formula's value in floats, for deciding signs: nan wherever a float cannot be trusted with that.

It is faster than SymPy's own evaluation by two orders of magnitude, and the decisions it serves are made at several
points. A sum that rounding has eaten is nan, never 0. Nothing here knows what the numbers decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import sympy
from sympy import Expr, Symbol

from neurogebra.language import functions as words
from neurogebra.symbolic.reach import fits

__all__ = ["LOST", "number"]

LOST = 1e-11  # a sum smaller than this share of its terms has lost its sign to rounding

_BY_FLOAT: dict[type, Callable[[float], float]] = {
    sympy.exp: math.exp,
    sympy.log: math.log,
    sympy.tanh: math.tanh,
    sympy.erf: math.erf,
    sympy.Abs: abs,
    words.tanh_: math.tanh,
    words.expm1: math.expm1,
    words.log1p: math.log1p,
    words.erfc: math.erfc,
}


def number(e: Expr, at: Mapping[Symbol, float]) -> float:
    """`e` in floats; nan where it has no real value, or where rounding has eaten the sign of a sum.

    >>> number(sympy.exp(sympy.Symbol("u")) - 1, {sympy.Symbol("u"): 0.0})
    0.0
    """
    try:
        return _number(e, at)
    except (ValueError, OverflowError, ZeroDivisionError, TypeError):
        return math.nan


def _number(e: Expr, at: Mapping[Symbol, float]) -> float:
    if e.is_Symbol:
        return at[e]
    if e.is_Rational:
        return int(e.p) / int(e.q)
    if e.is_number and e.is_Atom:
        return float(e)
    if e.is_Add:
        terms = [_number(a, at) for a in e.args]
        total = math.fsum(terms)
        return math.nan if 0 < abs(total) < LOST * max(map(abs, terms)) else total
    if e.is_Mul:
        return math.prod(_number(a, at) for a in e.args)
    if e.is_Pow:
        power = _number(e.base, at) ** _number(e.exp, at)
        return power if isinstance(power, float | int) else math.nan
    if e.func in _BY_FLOAT:
        return _BY_FLOAT[e.func](_number(e.args[0], at))
    floats = {s: sympy.Float(v) for s, v in at.items()}
    return float(sympy.N(e.xreplace(floats))) if fits(e, floats) else math.nan
