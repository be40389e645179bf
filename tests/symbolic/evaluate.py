"""A formula's value to many digits, by the textbook meaning of every function: what rewritten formulas are held to.

It walks the tree with mpmath, looks only at the arm that is in force, and knows nothing of the code under test: a
word is evaluated by its definition. Where a formula has no real value the answer is None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import sympy
from mpmath import mp, mpf
from sympy import Expr, Symbol

from neurogebra.language import functions as words

DIGITS = 60

FUNCTIONS: dict[type, Callable[[Any], Any]] = {
    sympy.exp: mp.exp,
    sympy.log: mp.log,
    sympy.sin: mp.sin,
    sympy.cos: mp.cos,
    sympy.tan: mp.tan,
    sympy.asin: mp.asin,
    sympy.acos: mp.acos,
    sympy.atan: mp.atan,
    sympy.sinh: mp.sinh,
    sympy.cosh: mp.cosh,
    sympy.tanh: mp.tanh,
    sympy.sech: mp.sech,
    sympy.coth: mp.coth,
    sympy.asinh: mp.asinh,
    sympy.acosh: mp.acosh,
    sympy.atanh: mp.atanh,
    sympy.erf: mp.erf,
    sympy.erfc: mp.erfc,
    sympy.Abs: abs,
    sympy.sign: mp.sign,
    sympy.floor: mp.floor,
    sympy.ceiling: mp.ceil,
    words.sigmoid: lambda u: 1 / (1 + mp.exp(-u)),
    words.softplus: lambda u: mp.log(1 + mp.exp(u)),
    words.Phi: lambda u: mp.erfc(-u / mp.sqrt(2)) / 2,
    words.phi: lambda u: mp.exp(-(u**2) / 2) / mp.sqrt(2 * mp.pi),
    words.erfc: mp.erfc,
    words.expm1: mp.expm1,
    words.log1p: lambda u: mp.log(1 + u),
    words.log_cosh: lambda u: mp.log(mp.cosh(u)),
    words.sech2: lambda u: mp.sech(u) ** 2,
    words.tanh_: mp.tanh,
}
RELATIONS: dict[type, Callable[[Any, Any], bool]] = {
    sympy.StrictGreaterThan: lambda a, b: a > b,
    sympy.GreaterThan: lambda a, b: a >= b,
    sympy.StrictLessThan: lambda a, b: a < b,
    sympy.LessThan: lambda a, b: a <= b,
    sympy.Equality: lambda a, b: a == b,
    sympy.Unequality: lambda a, b: a != b,
}


class Undefined(Exception):
    """No real value."""


def value(e: Expr, at: Mapping[Symbol, object], digits: int = DIGITS) -> Any:
    """`e` as an mpf, or None where it has no finite real value."""
    with mpmath.workdps(digits):
        try:
            return _value(e, {s: _exactly(v) for s, v in at.items()})
        except (Undefined, ZeroDivisionError):
            return None


def beside(e: Expr, x: Symbol, at: Mapping[Symbol, Any], way: int) -> Any:
    """The slope of `e` to the right (way 1) or left (-1) of a place, or None where it grows without bound there."""
    far, near = (_difference(e, x, at, way, digits) for digits in (18, 23))
    return near if close(far, near) else None


def _difference(e: Expr, x: Symbol, at: Mapping[Symbol, Any], way: int, step: int) -> Any:
    """From three values strictly on one side, 10**-step apart, to 100 digits; its error is about 10**(-2*step)."""
    with mpmath.workdps(100):
        h = sympy.Rational(way, 10**step)
        near = [value(e, {**at, x: sympy.Rational(at[x]) + k * h}, 100) for k in (1, 2, 3)]
        if None in near:
            return None
        return way * (8 * near[1] - 5 * near[0] - 3 * near[2]) / 2 * 10**step


def close(a: Any, b: Any, digits: int = 15) -> bool:
    """Whether two values agree to so many digits, of their size or of 1."""
    with mpmath.workdps(DIGITS):
        return a is not None and b is not None and bool(abs(a - b) <= mpf(10) ** -digits * (1 + abs(b)))


def _exactly(v: object) -> Any:
    number = sympy.Rational(v)  # type: ignore[arg-type]
    return mpf(int(number.p)) / int(number.q)


def _value(e: Any, at: Mapping[Symbol, Any]) -> Any:
    if e.is_Symbol:
        return at[e]
    if e.is_Rational:
        return _exactly(e)
    if e in (sympy.pi, sympy.E):
        return +mp.pi if e == sympy.pi else +mp.e
    if isinstance(e, sympy.Piecewise):
        for formula, condition in e.args:
            if _holds(condition, at):
                return _value(formula, at)
        raise Undefined
    args = [_value(a, at) for a in e.args]
    if e.is_Add:
        return mp.fsum(args)
    if e.is_Mul:
        return mp.fprod(args)
    if e.is_Pow:
        return _power(*args, e.exp)
    if isinstance(e, sympy.Max | sympy.Min):
        return max(args) if isinstance(e, sympy.Max) else min(args)
    if e.func not in FUNCTIONS:
        raise Undefined
    result = FUNCTIONS[e.func](args[0])
    if isinstance(result, mpmath.mpc) or not mp.isfinite(result):
        raise Undefined
    return result


def _power(base: Any, exponent: Any, written: Expr) -> Any:
    if base < 0 and not (written.is_Integer or exponent == int(exponent)):
        raise Undefined
    return base ** (int(written) if written.is_Integer else exponent)


def _holds(c: Any, at: Mapping[Symbol, Any]) -> bool:
    if c in (sympy.true, sympy.false):
        return bool(c)
    if isinstance(c, sympy.Not):
        return not _holds(c.args[0], at)
    if isinstance(c, sympy.And | sympy.Or):
        return (all if isinstance(c, sympy.And) else any)(_holds(a, at) for a in c.args)
    return RELATIONS[c.func](_value(c.lhs, at), _value(c.rhs, at))
