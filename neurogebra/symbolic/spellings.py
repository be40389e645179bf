"""The spellings of single functions, powers and products: each a small function from a node to a word, or None.

What a rule returns equals its node for all real numbers. A rule looks at the node and its arguments and searches
nothing; sums are in `pairs`, and the order of it all in `recognise`. Nothing here knows floats or derivatives.

    logarithm   log(1 + exp(u))                   softplus(u)        log(cosh(u)), log(1 + u)   log_cosh(u), log1p(u)
                log((1 + exp(v + a))/(1 + exp(v)))    log1p(expm1(a)*sigmoid(v))
    exponential exp(-n*softplus(u))               sigmoid(-u)**n
    power       (1 + exp(u))**-n                  sigmoid(-u)**n     cosh(u)**-2                sech2(u)
    products    exp(u)*sigmoid(-u)                sigmoid(u)         expm1(u)*sigmoid(-u)       tanh(u/2)
                (exp(u) - exp(v))/(exp(u) + exp(v))   tanh((u - v)/2)    exp(-u**2/2)/sqrt(2*pi)    phi(u)
"""

from __future__ import annotations

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Rational, cosh, exp, log, pi, sinh, sqrt

from neurogebra.language.functions import expm1, log1p, log_cosh, phi, sech2, sigmoid, softplus, tanh_
from neurogebra.symbolic.pairs import square_root
from neurogebra.symbolic.tidy import without

__all__ = [
    "exp_times_sigmoid",
    "expm1_times_sigmoid",
    "exponential",
    "exponential_ratio",
    "gaussian",
    "logarithm",
    "power",
    "sinh_over_cosh",
    "tangent",
]

# Functions ------------------------------------------------------------------------------------------------


def logarithm(u: Expr) -> Expr | None:
    """log(u): log(1 + exp(u)) is softplus(u), log(cosh(u)) is log_cosh(u), log(1 + u) is log1p(u)."""
    if u.is_Add and _one_plus_exp(u) is None:
        one, rest = u.as_coeff_Add()
        halves = _two_exponentials(u)
        if halves is not None and halves[0] == halves[1] == 1 and halves[2] == -halves[3]:
            return log_cosh(halves[2]) + log(2)
        return log1p(rest) if one == 1 else None
    return _log_of_ratio(u) or _log_of_product(u)


def _log_of_product(u: Expr) -> Expr | None:
    """A sum of logarithms, where every factor is positive and one of them is a word."""
    terms = []
    for base, exponent in u.as_powers_dict().items():
        logarithm = _log_of_factor(base)
        if logarithm is None:
            return None
        terms.append(exponent * logarithm)
    return Add(*terms) if any(b.has(sigmoid, cosh, exp) for b in u.as_powers_dict()) else None


def _log_of_factor(f: Expr) -> Expr | None:
    if isinstance(f, sigmoid):
        return -softplus(-f.args[0])
    if isinstance(f, cosh):
        return log_cosh(f.args[0])
    if isinstance(f, exp):
        return f.args[0]
    scaled = _one_plus_exp(f)
    if scaled is not None and scaled[0].is_positive:
        return softplus(scaled[1]) + log(scaled[0])
    return log(f) if f.is_Rational and f > 0 else None


def _log_of_ratio(u: Expr) -> Expr | None:
    """log((1 + exp(v))/(1 + exp(w))), v - w a parameter: the difference of two softplus loses digits far out."""
    top = [f for f in Mul.make_args(u) if _one_plus_exp(f) is not None]
    bottom = [f for f in Mul.make_args(u) if isinstance(f, sigmoid)]
    if len(top) == len(bottom) == 1 and u == top[0] * bottom[0]:
        scale, v = _one_plus_exp(top[0]) or (Integer(0), u)
        w = -bottom[0].args[0]
        shift = sympy.expand(v - w)
        if scale == 1 and shift.free_symbols < v.free_symbols:
            return log1p(expm1(shift) * sigmoid(w))
    return None


def exponential(e: Expr) -> Expr | None:
    """exp(-n*softplus(u)) is sigmoid(-u)**n."""
    n, rest = e.args[0].as_coeff_Mul()
    return sigmoid(-rest.args[0]) ** -n if isinstance(rest, softplus) and n.is_Integer and n < 0 else None


def tangent(e: Expr) -> Expr | None:
    """tanh(-u) is -tanh(u), so that both are one word with one argument."""
    u = e.args[0]
    return -tanh_(-u) if u.could_extract_minus_sign() else tanh_(u)


# Powers ---------------------------------------------------------------------------------------------------


def power(e: Expr) -> Expr | None:
    """(1 + exp(u))**-n is sigmoid(-u)**n; 1/cosh(u)**2 is sech2(u)."""
    base, exponent = e.as_base_exp()
    if isinstance(base, cosh) and exponent.is_Integer and exponent < 0 and exponent.is_even:
        return sech2(base.args[0]) ** (-exponent / 2)
    if isinstance(base, sigmoid) and not exponent.is_Integer:
        return exp(-exponent * softplus(-base.args[0]))  # at u = -800 sigmoid(u)**0.1 is exp(-80), not 0
    scaled = _one_plus_exp(base)
    if scaled is None:
        return None
    scale, u = scaled
    if exponent.is_Integer:
        return scale**exponent * sigmoid(-u) ** -exponent if exponent < 0 else None
    return scale**exponent * exp(exponent * softplus(u)) if scale.is_positive else None


def _one_plus_exp(e: Expr) -> tuple[Expr, Expr] | None:
    """(c, u) for c + c*exp(u)."""
    if e.is_Add and len(e.args) == 2:
        for constant, growing in (e.args, e.args[::-1]):
            quotient = growing / constant
            if isinstance(quotient, exp) and not constant.has(exp):
                return constant, quotient.args[0]
    return None


def _two_exponentials(e: Expr) -> tuple[Expr, Expr, Expr, Expr] | None:
    """(c, d, u, v) for c*exp(u) + d*exp(v); 1 counts as exp(0)."""
    if not (e.is_Add and len(e.args) == 2):
        return None
    (c, u), (d, v) = map(_as_exponential, e.args)
    return (c, d, u, v) if u != v else None


def _as_exponential(t: Expr) -> tuple[Expr, Expr]:
    found = [f for f in Mul.make_args(t) if isinstance(f, exp)]
    return (without(t, found[0]), found[0].args[0]) if found else (t, Integer(0))


# Products -------------------------------------------------------------------------------------------------


def exp_times_sigmoid(e: Expr) -> Expr | None:
    """exp(u)*sigmoid(-u) is sigmoid(u), also to powers."""
    for grown in (f for f in e.args if isinstance(f, exp)):
        for factor in e.args:
            base, n = factor.as_base_exp()
            if isinstance(base, sigmoid) and n.is_Integer and n > 0:
                u = base.args[0]
                m = next((m for m in range(1, int(n) + 1) if sympy.expand(grown.args[0] + m * u) == 0), 0)
                if m:
                    return without(e, grown, factor) * sigmoid(-u) ** m * sigmoid(u) ** (n - m)
    return None


def expm1_times_sigmoid(e: Expr) -> Expr | None:
    """(exp(u) - 1)/(exp(u) + 1) is tanh(u/2)."""
    for top in (f for f in e.args if isinstance(f, expm1)):
        if sigmoid(-top.args[0]) in e.args:
            return without(e, top, sigmoid(-top.args[0])) * tanh_(top.args[0] / 2)
    return None


def exponential_ratio(e: Expr) -> Expr | None:
    """(exp(u) - exp(v))/(exp(u) + exp(v)) is tanh((u - v)/2)."""
    for below in (f for f in e.args if f.is_Pow and f.exp == -1):
        bottom = _two_exponentials(below.base)
        for above in e.args if bottom is not None else ():
            top = _two_exponentials(above)
            if bottom is None or top is None or bottom[0] != bottom[1] or top[0] != -top[1]:
                continue
            if {top[2], top[3]} == {bottom[2], bottom[3]}:
                return without(e, above, below) * top[0] / bottom[0] * tanh_((top[2] - top[3]) / 2)
    return None


def sinh_over_cosh(e: Expr) -> Expr | None:
    """sinh(u)/cosh(u) is tanh(u), also where 1/cosh(u)**2 has become sech2(u)."""
    for grown in (f for f in e.args if isinstance(f, sinh)):
        u = grown.args[0]
        powers = e.as_powers_dict()
        if powers.get(cosh(u), 0) <= -1:
            return without(e, grown) * cosh(u) * tanh_(u)
        if powers.get(sech2(u), 0) >= 1:
            return without(e, grown) / sech2(u) * tanh_(u) / cosh(u)
    return None


def gaussian(e: Expr) -> Expr | None:
    """exp(-u**2/2)/sqrt(2*pi) is phi(u)."""
    if Pow(pi, Rational(-1, 2)) in e.args:
        for grown in (f for f in e.args if isinstance(f, exp)):
            u = square_root(-2 * grown.args[0])
            if u is not None:
                return without(e, grown) * sqrt(2) * sqrt(pi) * phi(u)
    return None
