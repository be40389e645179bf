"""Whether SymPy can put numbers into a formula and compute it in no time, decided before it begins.

SymPy computes 2**x as it puts 10**9 in for x, digit by digit, and exp(exp(exp(30))) when asked for 50 digits; so
a corner at 10**9 would let one formula hang whoever differentiates it. Sizes are worked out in floats beside it,
and what is beyond 2**65536, or divides by zero, is said not to fit: the caller then cannot tell, which is always
allowed. Nothing here knows what the value is wanted for.

>>> x = Symbol("x")
>>> fits(2**x, {x: sympy.Integer(100)}), fits(2**x, {x: sympy.Integer(10**9)}), fits(1/x, {x: sympy.Integer(0)})
(True, False, False)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import sympy
from sympy import Basic, Expr, Symbol
from sympy.core.relational import Relational

from neurogebra.language.words import WORDS

__all__ = ["divides_evenly", "fits", "too_large"]

BITS: Final = 65_536.0  # of a number that SymPy may write out: 20,000 digits take it 10 ms
_FORMS: Final = {row.build: row.number for row in WORDS.values() if row.kind == "function"}
_GROWING: Final = (sympy.exp, sympy.sinh, sympy.cosh)
_LEAST: Final = 5e-324
_DEGREE: Final = 500  # of a polynomial in two exponentials: SymPy factors it in no time
_SHORT: Final = 7  # bits of an exponent that a formula may write between numbers: 63/64


class _Beyond(Exception):
    """Too large to be computed."""


class _Pole(Exception):
    """It divides by zero."""


def fits(e: Basic, at: Mapping[Symbol, Expr] | None = None) -> bool:
    """Whether SymPy can put `at` into `e` at once and divides by nothing that is 0.

    Symbols without a value get one, since what cancels, as in 2**(x/a) where x becomes 10**9*a, cancels for it too.
    """
    try:
        _measure(e, at or {})
    except (_Beyond, _Pole):
        return False
    return True


def too_large(e: Basic, at: Mapping[Symbol, Expr]) -> bool:
    """Whether what keeps `e` from fitting is its size; a pole is another matter."""
    try:
        _measure(e, at)
    except _Beyond:
        return True
    except _Pole:
        pass
    return False


def divides_evenly(e: Basic) -> bool:
    """Whether SymPy's polynomials may be asked about `e`: to them exp(0.3*x) is exp(x/10**16) to the power 3*10**15."""
    exponents = [n for f in e.atoms(sympy.exp, sympy.Pow) for n in f.args[-1].atoms(sympy.Rational)]
    return math.lcm(*(n.q for n in exponents)) * max((abs(n) for n in exponents), default=0) <= _DEGREE


def _measure(e: Basic, at: Mapping[Symbol, Expr]) -> None:
    sizes: dict[Basic, tuple[float, float]] = {}
    for symbol, value in at.items():
        sizes[symbol] = _look(value, sizes)
    _look(e, sizes)


def _look(e: Basic, known: dict[Basic, tuple[float, float]]) -> tuple[float, float]:
    """The value as a float, inf where it is larger, and the bits of it as a fraction, 0 where it is none."""
    if e not in known:
        known[e] = _leaf(e) if not e.args else _tree(e, known)
    return known[e]


def _leaf(e: Basic) -> tuple[float, float]:
    if e.is_Rational:
        return _float(e), float(max(abs(e.p), e.q).bit_length())
    if e.is_Symbol:
        return 1.3 + sum(map(ord, e.name)) % 997 / 1997, 0.0  # any will do at which nothing is 0 by accident
    if e.is_number and e.is_finite:
        return (1.0 if e is sympy.I else float(e)), 0.0  # acosh(0) is half of pi*I
    if isinstance(e, sympy.logic.boolalg.BooleanAtom):
        return 0.0, 0.0
    raise _Pole


def _float(number: sympy.Rational) -> float:
    try:
        return int(number.p) / int(number.q) or (_LEAST if number.p else 0.0)
    except OverflowError:
        return math.inf


def _tree(e: Basic, known: dict[Basic, tuple[float, float]]) -> tuple[float, float]:
    if isinstance(e, sympy.Piecewise):
        return _cases(e, known)
    parts = [_look(part, known) for part in e.args]
    values = [value for value, _ in parts]
    exact = sum(bits for _, bits in parts) if all(bits for _, bits in parts) else 0.0
    if e.is_Pow:
        if exact and not _whole(values[1], parts[1][1]) and not _even(e.args[0]):
            raise _Beyond
        return _power(values[0], values[1], parts[0][1])
    if exact > BITS:
        raise _Beyond
    if e.is_Add:
        total = sum(values)
        return (math.inf if math.isnan(total) else total), exact
    if e.is_Mul:
        return _product(values), exact
    if isinstance(e, Relational | sympy.logic.boolalg.BooleanFunction | sympy.Abs | sympy.Max | sympy.Min | sympy.sign):
        return max(values, key=abs), exact
    return _called(e, values), 0.0


def _cases(e: sympy.Piecewise, known: dict[Basic, tuple[float, float]]) -> tuple[float, float]:
    """An arm without a value does not matter while it is not in force; a condition that cannot be told does."""
    largest = 0.0
    for value, condition in e.args:
        _look(condition, known)
        try:
            largest = max(largest, _look(value, known)[0], key=abs)
        except _Pole:
            continue
    return largest, 0.0


def _product(values: list[float]) -> float:
    product = math.prod(values)
    if math.isnan(product):
        return math.inf
    return product or (0.0 if 0.0 in values else _LEAST)


def _whole(exponent: float, bits: float) -> bool:
    """Whether an exact exponent is a whole number, or one over so few that its denominator does not matter."""
    return bits <= _SHORT or (bits <= 53 and exponent == int(exponent))


def _even(base: Basic) -> bool:
    """Whether SymPy takes p/q-th roots of a number without writing out its factors to the power of up to q.

    It does so of 2, 10 and 9, but of 375 = 3*5**3 it computes 5**(3*p - q): 375**0.7 takes minutes.
    """
    if not base.is_Rational:
        return False
    factors = (sympy.Integer(abs(part)).factors(limit=2**15) for part in (base.p, base.q))
    return all(len(set(found.values())) <= 1 for found in factors)


def _power(base: float, exponent: float, bits: float) -> tuple[float, float]:
    if base == 0 and exponent < 0:
        raise _Pole
    if base == 0 or exponent == 0:
        return float(exponent == 0), bits
    grown = math.inf if math.isinf(exponent) else max(bits, abs(_log2(base))) * abs(exponent)
    if math.isnan(grown) or grown > BITS:
        raise _Beyond
    try:
        size = abs(base) ** exponent or _LEAST
    except OverflowError:
        size = math.inf
    return (-size if base < 0 and exponent % 2 == 1 else size), bits and grown


def _log2(value: float) -> float:
    return BITS if math.isinf(value) else math.log2(abs(value))


def _called(e: Basic, values: list[float]) -> float:
    if any(map(math.isinf, values)):
        raise _Beyond
    if e.func in _GROWING and abs(values[0]) > BITS * math.log(2):
        raise _Beyond
    form = _FORMS.get(e.func)
    if form is None:
        return max(values, key=abs, default=0.0)
    try:
        return float(form(*values)) or (_LEAST if e.func is sympy.exp else 0.0)
    except OverflowError:
        return math.inf
    except ValueError:
        return 1.0  # of complex numbers; as large as log(-3) or acosh(0)
