"""A slope that is no number where the function has no value: 1/x left of 0 is no slope of log(x).

Differentiating forgets where a logarithm ends, so the value itself is asked, and stands in where it is nan; a formula
whose logarithms have their arguments inside by the domains is left as it is. Nothing here evaluates.

    >>> x = sympy.Symbol("x", real=True)
    >>> valued(1 / x, sympy.log(x), Box())
    Piecewise((1/x, (log(x) >= 0) | (log(x) < 1)), (log(x), True))
    >>> valued(1 / (x**2 + 1), sympy.log(x**2 + 1), Box())
    1/(x**2 + 1)
"""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Expr

from neurogebra.language import functions as words
from neurogebra.symbolic.reach import fits
from neurogebra.symbolic.signs import Box

__all__ = ["valued"]

# function: what of its argument must not be negative. Roots keep their borders when they are differentiated.
BORDERS: dict[type, Callable[[Expr], Expr]] = {
    sympy.log: lambda u: u,
    words.log1p: lambda u: 1 + u,
    sympy.atanh: lambda u: 1 - u**2,
}


def valued(slope: Expr, value: Expr, box: Box) -> Expr:
    """`slope` where `value` is a number, and `value`, which is nan, elsewhere."""
    if not any(-1 in box.range(BORDERS[f.func](f.args[0])).sign() for f in value.atoms(*BORDERS)):
        return slope
    if not fits(value):  # SymPy would compare exp(exp(exp(30))) with 0, digit by digit
        return slope
    return sympy.Piecewise((slope, sympy.Or(value >= 0, value < 1)), (value, True))  # a nan is neither
