"""Common words taken out of sums, so that what cancels stands alone and can be recognised.

The product rule leaves x*s*t**2 - x*s**2*t + 2*s*t with s = sigmoid(x), t = sigmoid(-x); as s*t*(x*(t - s) + 2)
its bracket is 2 - x*tanh(x/2), which loses nothing. Exact for all real numbers, and only for evaluated forms:
what people read keeps its shape. It knows no corners and no floats.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Add, Expr, Mul

from neurogebra.language.functions import Word

__all__ = ["factored"]


def factored(e: Any) -> Any:
    """`e` with the words that all terms of a sum share taken out of it, at every level."""
    if not e.args or e.is_number or isinstance(e, sympy.Basic) and not e.has(Word):
        return e
    args = [factored(a) for a in e.args]
    whole = e.func(*args) if args != list(e.args) else e
    return _taken_out(whole) if isinstance(whole, Add) else whole


def _taken_out(total: Expr) -> Expr:
    powers = [term.as_powers_dict() for term in total.args]
    shared = {
        base: lowest
        for base in powers[0]
        if isinstance(base, Word) and (lowest := min(p.get(base, sympy.S.Zero) for p in powers)) > 0
    }
    if not shared:
        return total
    outside = Mul(*(base**power for base, power in shared.items()))
    return outside * Add(*(term / outside for term in total.args))
