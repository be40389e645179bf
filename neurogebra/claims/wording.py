"""Numbers in as few characters as say them: 1/4, pi/2, sqrt(2)/2, log(2), else 15 digits rounded to nearest.

A short text is offered only where 120 bits cannot tell it from the number. Nothing here knows claims.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr

from neurogebra.claims.cells import exact_ball
from neurogebra.claims.sets import compare
from neurogebra.compile.to_ball_arithmetic import arb

__all__ = ["number_of", "power", "rounded", "simple"]

DIGITS = 15
HALF = sympy.Rational(1, 2)


def number_of(part: Any) -> arb:
    """An exact number or a ball, as a ball."""
    ball: arb = exact_ball(part) if isinstance(part, Expr) else part
    return ball


def power(name: str, p: Fraction) -> str:
    """A power of a name as people write it: alpha, sqrt(alpha), alpha**2, alpha**(3/2)."""
    if p == 1:
        return name
    if p == Fraction(1, 2):
        return f"sqrt({name})"
    return f"{name}**{p}" if p.denominator == 1 else f"{name}**({p})"


def constants() -> Iterable[tuple[str, Expr]]:
    """What a number is divided by to see whether a short fraction is left."""
    return (
        ("", sympy.Integer(1)), ("*pi", sympy.pi), ("*log(2)", sympy.log(2)), ("*sqrt(2)", sympy.sqrt(2)),
        ("*sqrt(3)", sympy.sqrt(3)), ("/sqrt(pi)", 1 / sympy.sqrt(sympy.pi)), ("*sqrt(2/pi)", sympy.sqrt(2 / sympy.pi)),
        ("*exp(-1)", sympy.exp(-1)), ("*exp(-1/2)", sympy.exp(-HALF)),
        ("*sqrt(2)*exp(-1/2)", sympy.sqrt(2) * sympy.exp(-HALF)),
    )  # fmt: skip


def simple(value: arb) -> str | None:
    """A short exact text of a number that 120 bits cannot tell from it."""
    for text, factor in constants():
        share = fraction_of(value / number_of(factor))
        if share is not None:
            return assembled(share, text)
    return None


def assembled(share: Fraction, text: str) -> str:
    if not text or share == 0:
        return str(share)
    sign, size = ("-" if share < 0 else ""), abs(share)
    top = str(size.numerator)
    under = f"/{size.denominator}" if size.denominator > 1 else ""
    if text.startswith("/"):
        return f"{sign}{top}{under}{text}"
    return f"{sign}{'' if top == '1' else top + '*'}{text[1:]}{under}"


def fraction_of(value: arb) -> Fraction | None:
    """The fraction of at most 3 digits that a number is, if it is one."""
    guess = Fraction(float(value.mid())).limit_denominator(200) if math.isfinite(float(value.mid())) else None
    if guess is None or abs(guess.numerator) > 10**9:
        return None
    return guess if compare(value, arb(guess.numerator) / guess.denominator) == 0 else None


def rounded(value: arb) -> str:
    """15 significant digits, rounded to nearest; from 1e14 on none of them is behind the point."""
    digits = Decimal(value.mid().str(60, radius=False))
    with localcontext() as context:
        context.prec, context.rounding = DIGITS, ROUND_HALF_EVEN
        short = +digits
    return format(short, "f") if 1e-5 < abs(short) < 1e14 else format(short, "e")
