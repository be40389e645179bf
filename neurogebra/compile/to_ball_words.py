"""Every function of the vocabulary on balls and on Taylor series of balls: the rows the oracle walks with.

Each row encloses the true value, whatever the width of its argument, and raises when it cannot: Undefined
outside the domain, Corner where the function bends, Unsure where more bits may settle it. They are written
from the definitions and on purpose not as the float targets are, so that agreeing with them means something.
Nothing here knows trees, rounding or dtypes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import sympy

from neurogebra.compile.to_ball_arithmetic import (
    INFINITY,
    Corner,
    N,
    Undefined,
    arb,
    arb_series,
    exp,
    head,
    log,
    power_half,
    reciprocal,
)
from neurogebra.language import functions as words

__all__ = ["ROWS", "Row"]


class Row(NamedTuple):
    """One function: of a ball, and of a series."""

    ball: Callable[[arb], arb]
    series: Callable[[arb_series], arb_series]


def rows() -> dict[type, Row]:
    """SymPy's class -> its row. The second column takes its constant term from the first where it can."""
    sinh, cosh = arb.sinh, arb.cosh
    return {
        sympy.exp: Row(exp, exp),
        sympy.log: Row(log, log),
        sympy.sin: Row(arb.sin, arb_series.sin),
        sympy.cos: Row(arb.cos, arb_series.cos),
        sympy.tan: Row(arb.tan, arb_series.tan),
        sympy.atan: Row(arb.atan, arb_series.atan),
        sympy.asin: Row(within(arb.asin), smooth_within(arb_series.asin)),
        sympy.acos: Row(within(arb.acos), smooth_within(arb_series.acos)),
        sympy.sinh: Row(sinh, lambda u: expanded(u, [sinh, cosh])),
        sympy.cosh: Row(cosh, lambda u: expanded(u, [cosh, sinh])),
        sympy.tanh: Row(arb.tanh, lambda u: grown(u, arb.tanh, sech2)),
        sympy.asinh: Row(arb.asinh, lambda u: grown(u, arb.asinh, lambda v: 1 / (1 + v * v).sqrt())),
        sympy.acosh: Row(acosh, lambda u: grown(u, acosh, lambda v: reciprocal(power_half(v * v - 1)))),
        sympy.atanh: Row(atanh, lambda u: grown(u, atanh, lambda v: reciprocal(1 - v * v))),
        sympy.erf: Row(arb.erf, arb_series.erf),
        sympy.erfc: Row(arb.erfc, arb_series.erfc),
        words.erfc: Row(arb.erfc, arb_series.erfc),
        words.sigmoid: Row(sigmoid, sigmoid),
        words.softplus: Row(softplus, lambda u: grown(u, softplus, sigmoid)),
        words.Phi: Row(Phi, Phi),
        words.phi: Row(phi, phi),
        words.expm1: Row(arb.expm1, lambda u: grown(u, arb.expm1, exp)),
        words.log1p: Row(log1p, lambda u: grown(u, log1p, lambda v: reciprocal(1 + v))),
        words.sech2: Row(sech2, sech2),
        words.log_cosh: Row(log_cosh, lambda u: grown(u, log_cosh, tanh_series)),
        words.tanh_: Row(arb.tanh, lambda u: grown(u, arb.tanh, sech2)),
    }


def expanded(u: arb_series, derivatives: Sequence[Callable[[arb], arb]]) -> arb_series:
    """F(u) from the cycle of F's derivatives at the constant term: sinh, cosh, sinh, ..."""
    at, terms, factorial = u[0], [], 1
    for k in range(u.prec):
        factorial *= max(k, 1)
        terms.append(derivatives[k % len(derivatives)](at) / factorial)
    inner = arb_series([arb(0), *u.coeffs()[1:]], prec=u.prec)
    # flint refuses to compose with a series that is zero to the order computed
    return arb_series(terms, prec=u.prec)(inner) if inner.length() else arb_series(terms[:1], prec=u.prec)


def grown(u: arb_series, value: Callable[[arb], arb], slope: Callable[[arb_series], arb_series]) -> arb_series:
    """F(u) from F at the constant term and the series of F': no digits are lost in the constant."""
    return (slope(u) * u.derivative()).integral() + value(u[0])


def log1p(u: arb) -> arb:
    return u.log1p() if u > -1 else log(1 + u)


def within(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """asin and acos: on [-1, 1] only."""

    def checked(u: arb) -> arb:
        if u > 1 or u < -1:
            raise Undefined("asin or acos outside [-1, 1]")
        return function(u)

    return checked


def smooth_within(function: Callable[[arb_series], arb_series]) -> Callable[[arb_series], arb_series]:
    """The same for series, where the ends are corners."""

    def checked(u: arb_series) -> arb_series:
        at = u[0]
        if at > 1 or at < -1:
            raise Undefined("asin or acos outside [-1, 1]")
        if at == 1 or at == -1:
            raise Corner("asin or acos at 1 or -1")
        return function(u)

    return checked


def acosh(u: arb) -> arb:
    if u < 1:
        raise Undefined("acosh below 1")
    return u.acosh()


def atanh(u: arb) -> arb:
    if u > 1 or u < -1:
        raise Undefined("atanh outside [-1, 1]")
    if u == 1 or u == -1:
        return INFINITY if u == 1 else -INFINITY
    return u.atanh()


def decay(u: N) -> tuple[N, bool]:
    """exp(-|u|), the sign taken from the middle of the ball, and whether u counts as positive."""
    right = bool(head(u).mid() >= 0)
    return exp(-u if right else u), right


def sigmoid(u: N) -> N:
    e, right = decay(u)
    return (1 if right else e) / (1 + e)


def softplus(u: arb) -> arb:
    e, right = decay(u)
    return u + e.log1p() if right else e.log1p()


def sech2(u: N) -> N:
    e, _ = decay(u)
    half = e / (1 + e * e)
    return 4 * half * half


def tanh_series(u: arb_series) -> arb_series:
    return grown(u, arb.tanh, sech2)


def log_cosh(u: arb) -> arb:
    e, right = decay(u)
    if e > 0.25:
        s = (u / 2).sinh()
        return (2 * s * s).log1p()
    return (u if right else -u) + (e * e).log1p() - arb.const_log2()


def Phi(u: N) -> N:
    return (-u / arb(2).sqrt()).erfc() / 2


def phi(u: N) -> N:
    return (u * u / -2).exp() / (2 * arb.pi()).sqrt()


ROWS: dict[type, Row] = rows()
