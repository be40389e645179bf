"""Formulas by cases in which float64 cancels less, for the last step before evaluation.

c*expm1(u) + d*u has a root left of 0 where c and d differ in sign; beyond -1 expm1(u) is nearly -1, and its rounding
is most of what is left, while exp(u) is small there and so is its rounding.
Of slopes of tanh(softplus(u)), with m = tanh(softplus(u)) and its slope d: mish' is m + x*d, whose terms nearly cancel
between -3 and -1.9, where d is almost m; left of 0 it is m*(1 + x - x*w) with w = 1 - d/m, which is small. mish'' is d
times a sum in which sigmoid(-u) is nearly 1 on the left and m nearly 1 on the right, so 1 and the small rest are kept
apart. Polynomials are nested, which makes fewer roundings and damps the inner ones. Exact for all real numbers; what
it returns is not for differentiation, as a Piecewise hides what belongs together.
"""

from __future__ import annotations

from functools import reduce

import sympy
from sympy import Add, Dummy, Expr, Mul, Piecewise, Poly, Rational, exp

from neurogebra.language.functions import expm1, sech2, sigmoid, softplus, tanh_

__all__ = ["steadied"]

M, S, RISING, FALLING = (Dummy(name, real=True) for name in ("m", "s", "rising", "falling"))
Terms = dict[tuple[int, int, int, int], Expr]  # powers of m, s, sigmoid(u), sigmoid(-u) -> coefficient


def steadied(e: Expr) -> Expr:
    """`e` nested, and by cases of u where it is one of the formulas above; else as it is."""
    sums = {s: _parted(s) if s.has(expm1) else _by_horner(s) for s in e.atoms(Add)}
    return _slope_of_tanh_softplus(e.xreplace(sums))


def _by_horner(s: Expr) -> Expr:
    """A polynomial of one quantity and three terms or more as a + u*(b + u*c)."""
    powers = {term.as_coeff_Mul(rational=True)[1].as_base_exp() for term in s.args} - {(1, 1)}
    bases = {u for u, n in powers if n.is_Integer and n > 0}
    if len(s.args) < 3 or len(bases) > 1 or any(u not in bases or not n.is_Integer or n < 0 for u, n in powers):
        return s
    nested: Expr = sympy.horner(s, wrt=bases.pop())
    return nested


def _parted(s: Expr) -> Expr:
    """c*expm1(u) + d*u with exp(u) beyond -1, where all but exp(u) is added up first."""
    for term in s.args:
        for word in term.atoms(expm1):
            (u,) = word.args
            c, rest = term / word, s - term
            if u.free_symbols.isdisjoint((c + rest / u).free_symbols):
                others = Mul(-1, Add(c, -rest), evaluate=False)
                return Piecewise((Add(c * exp(u), others, evaluate=False), u < -1), (s, True))
    return s


def _slope_of_tanh_softplus(e: Expr) -> Expr:
    inner = {s.args[0].args[0] for s in e.atoms(sech2) if isinstance(s.args[0], softplus)}
    if len(inner) != 1:
        return e
    (u,) = inner
    plain = e.xreplace({tanh_(softplus(u)): M, sech2(softplus(u)): S, sigmoid(u): RISING, sigmoid(-u): FALLING})
    if plain.has(softplus):
        return e
    try:
        terms: Terms = Poly(sympy.expand(plain), M, S, RISING, FALLING).as_dict()
    except sympy.PolynomialError:
        return e
    if terms.keys() == {(1, 0, 0, 0), (0, 1, 1, 0)}:
        below = _first_slope(terms[1, 0, 0, 0], terms[0, 1, 1, 0], exp(u))
        return Piecewise((below, u < Rational(-1, 2)), (e, True))
    if all(s == 1 and rising for _, s, rising, _ in terms):
        return Piecewise((_on_the_left(terms, exp(u)), u < 0), (_on_the_right(terms, exp(-u), u), True))
    return e


def _first_slope(a: Expr, b: Expr, e: Expr) -> Expr:
    """a*m + b*d as m*(a + b - b*w), with e = exp(u): every sum is of positive terms but that one."""
    w = e * _nested([2, 4, 1], e) / _nested([4, 6, 4, 1], e)
    return e * (2 + e) * (sympy.expand(a + b) - b * w) / _nested([2, 2, 1], e)


def _on_the_left(terms: Terms, e: Expr) -> Expr:
    """d*c, where sigmoid(-u) in c is 1 less something small."""
    m, rising = e * (2 + e) / _nested([2, 2, 1], e), e / (1 + e)
    c = _product_rest(terms).xreplace({FALLING: 1 - RISING})
    return 4 * e * (1 + e) * _small_last(c, {RISING: rising, M: m}) / _nested([4, 8, 8, 4, 1], e)


def _on_the_right(terms: Terms, f: Expr, u: Expr) -> Expr:
    """d*c in f = exp(-u), where sigmoid(u) and m in c are 1 less something small."""
    m, falling = 2 * exp(-2 * u) / _nested([1, 2, 2], f), f / (1 + f)
    c = _product_rest(terms).xreplace({RISING: 1 - FALLING, M: 1 - M})
    return 4 * exp(-2 * u) * (1 + f) * _small_last(c, {FALLING: falling, M: m}) / _nested([1, 4, 8, 8, 4], f)


def _product_rest(terms: Terms) -> Expr:
    """c of d*c, d = s*sigmoid(u)."""
    return sum(c * M**m * RISING ** (p - 1) * FALLING**q for (m, _, p, q), c in terms.items())


def _small_last(c: Expr, small: dict[Expr, Expr]) -> Expr:
    """c as what it is without the small quantities, and all that they add, as one term."""
    plain = sympy.expand(c.xreplace(dict.fromkeys(small, sympy.S.Zero)))
    return plain + sympy.factor_terms(sympy.expand(c - plain), sign=False).xreplace(small)


def _nested(coefficients: list[int], e: Expr) -> Expr:
    """The polynomial, constant first, by Horner: its last sum alone counts where e is small."""
    return reduce(lambda inner, c: c + e * inner, coefficients[-2::-1], sympy.Integer(coefficients[-1]))
