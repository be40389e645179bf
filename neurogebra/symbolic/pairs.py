"""Two terms of a sum that cancel, and the one term that says the same and does not.

Each rule looks at one term c*F(u) and names the partner that would cancel against it, with the exact replacement
for both; whether the partner is in the sum is a look-up, so no rule searches. 1 - tanh(20) is 0.0 in floats and
2*sigmoid(-40) is 8.5e-18. Every replacement holds for all real numbers for which the two terms are defined.
Nothing here knows products, powers or derivatives.

    exp(u) - 1               expm1(u)              1 + erf(u), 1 - erf(u)    2*Phi(sqrt(2)*u), erfc(u)
    1 + tanh(u)              2*sigmoid(2*u)        sigmoid(u) - 1/2          tanh(u/2)/2
    1 - tanh(u)**2           sech2(u)              1 - sigmoid(u)            sigmoid(-u)
    1 - sech2(u)             tanh(u)**2            sigmoid(u) - sigmoid(-u)  tanh(u/2)
    softplus(u) - u          softplus(-u)          Phi(u) - 1/2              erf(u/sqrt(2))/2
    sqrt(1 + u) - 1          u/(sqrt(1 + u) + 1)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sympy
from sympy import Add, Expr, Integer, Rational, erf, exp, sqrt

from neurogebra.language.functions import (
    Phi,
    erfc,
    expm1,
    sech2,
    sigmoid,
    softplus,
    tanh_,
)
from neurogebra.symbolic.tidy import without

__all__ = ["RULES", "Pair", "paired", "square_root", "tail"]

# The terms that must be there beside c*F(u), and what takes the place of all of them.
Pair = tuple[Expr, Expr]


def _exp(c: Expr, u: Expr) -> Iterator[Pair]:
    yield -c, c * expm1(u)


def _erf(c: Expr, u: Expr) -> Iterator[Pair]:
    yield c, c * tail(-u)
    yield -c, -c * tail(u)


def _erfc(c: Expr, u: Expr) -> Iterator[Pair]:
    yield -c, -c * erf(u)


def _normal(c: Expr, u: Expr) -> Iterator[Pair]:
    yield -c, -c * Phi(-u)
    yield -c / 2, c / 2 * erf(u / sqrt(2))
    yield -c * Phi(-u), c * erf(u / sqrt(2))
    yield c * Phi(-u), c


def _tanh(c: Expr, u: Expr) -> Iterator[Pair]:
    yield c, 2 * c * sigmoid(2 * u)
    yield -c, -2 * c * sigmoid(-2 * u)


def _tanh_squared(c: Expr, u: Expr) -> Iterator[Pair]:
    yield -c, -c * sech2(u)


def _sech2(c: Expr, u: Expr) -> Iterator[Pair]:
    yield -c, -c * tanh_(u) ** 2


def _sigmoid(c: Expr, u: Expr) -> Iterator[Pair]:
    yield -c / 2, c / 2 * tanh_(u / 2)
    yield -c, -c * sigmoid(-u)
    yield -c * sigmoid(-u), c * tanh_(u / 2)
    yield c * sigmoid(-u), c


def _softplus(c: Expr, u: Expr) -> Iterator[Pair]:
    yield -c * u, c * softplus(-u)
    yield -c * softplus(-u), c * u


def _root(c: Expr, a: Expr) -> Iterator[Pair]:
    """sqrt(r**2 + u) - r near u = 0."""
    number, rest = a.as_coeff_Add()
    r = sqrt(number)
    if r.is_Rational and r > 0:
        yield -c * r, c * rest / (sqrt(a) + r)


RULES: dict[object, Callable[[Expr, Expr], Iterator[Pair]]] = {
    exp: _exp,
    erf: _erf,
    erfc: _erfc,
    Phi: _normal,
    tanh_: _tanh,
    (tanh_, 2): _tanh_squared,
    sech2: _sech2,
    sigmoid: _sigmoid,
    softplus: _softplus,
}


def paired(e: Expr, more: Callable[[Expr, Expr, Expr], Iterator[Pair]]) -> Expr | None:
    """The sum `e` after the first rule that applies; `more(c, base, exponent)` adds rules for powers."""
    terms = set(e.args)
    for term in e.args:
        for factor in sympy.Mul.make_args(term):
            for partner, replacement in _candidates(term, factor, more):
                others = set(Add.make_args(partner))
                if others <= terms and term not in others and partner != 0:
                    return Add(replacement, *(t for t in e.args if t is not term and t not in others))
    return None


def _candidates(term: Expr, factor: Expr, more: Callable[[Expr, Expr, Expr], Iterator[Pair]]) -> Iterator[Pair]:
    base, exponent = factor.as_base_exp() if factor.is_Pow else (factor, Integer(1))
    if exponent.is_Integer and exponent > 0 and base.func in RULES:
        yield from RULES[base.func](without(term, factor) * base ** (exponent - 1), base.args[0])
    if (base.func, exponent) in RULES:
        yield from RULES[base.func, exponent](without(term, factor), base.args[0])
    if exponent == Rational(1, 2) and base.is_Add:
        yield from _root(without(term, factor), base)
    if factor.is_Pow and base.is_Add:
        yield from more(without(term, factor), base, exponent)


def tail(u: Expr) -> Expr:
    """1 - erf(u): as a normal tail where that removes sqrt(2) from the argument, else as erfc."""
    scaled = sympy.expand_mul(sqrt(2) * u)
    return erfc(u) if scaled.has(sqrt(2)) else 2 * Phi(-scaled)


def square_root(w: Expr) -> Expr | None:
    """v with v**2 = w, where w is a product of even powers and the square of a rational."""
    number, rest = w.as_coeff_Mul()
    root = sqrt(number)
    if not root.is_Rational:
        return None
    for base, exponent in rest.as_powers_dict().items():
        if not (exponent.is_Integer and exponent.is_even):
            return None
        root *= base ** (exponent / 2)
    return root
