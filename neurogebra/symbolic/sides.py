"""The value a smooth formula tends to at a place, from the side on which the formula holds.

Most formulas simply have a value there; a quotient 0/0 such as sin(x)/x is differentiated above and below until it
has one, a few times at most. `sympy.limit` is not used: it needed up to 844 ms and fails on what this package
differentiates. What stays undecided is None. Nothing here knows switches.

    >>> x = sympy.Symbol("x", real=True)
    >>> side(sympy.sin(x) / x, x, Integer(0), 1, Box()), side(1 / x, x, Integer(0), -1, Box())
    (1, -oo)
"""

from __future__ import annotations

import sympy
from sympy import Expr, Integer, Symbol

from neurogebra.symbolic.floats import number
from neurogebra.symbolic.reach import fits
from neurogebra.symbolic.signs import NEGATIVE, POSITIVE, Box
from neurogebra.symbolic.tidy import size

__all__ = ["finite", "side", "value"]

MOST_STEPS = 6
LARGEST_SIZE = 300  # differentiating longer quotients takes seconds


def side(e: Expr, x: Symbol, point: Expr, way: int, box: Box) -> Expr | None:
    """The limit of `e` at `point` from the left (way -1) or the right (way 1), oo and -oo included, or None."""
    here = value(e, x, point, box)
    if here is not None or size(e) > LARGEST_SIZE:
        return here
    tame = _without_flat(e, x, point, way, box)
    if tame is None or not finite(tame):
        return tame
    return _quotient(e, x, point, way, box) if tame == e else side(tame, x, point, way, box)


def _quotient(e: Expr, x: Symbol, point: Expr, way: int, box: Box) -> Expr | None:
    """By l'Hopital's rule."""
    top, bottom = _without_abs(sympy.together(e), x, point, way, box).as_numer_denom()
    for _ in range(MOST_STEPS):
        above, below = value(top, x, point, box), value(bottom, x, point, box)
        if above is None or below is None or size(top) + size(bottom) > LARGEST_SIZE:
            return None
        if not box.zero(below):
            return above / below
        if not box.zero(above):
            return _infinite(e, x, point, way, box)
        top, bottom = top.diff(x), bottom.diff(x)
    return None


def _without_abs(e: Expr, x: Symbol, point: Expr, way: int, box: Box) -> Expr:
    """SymPy brings sqrt(1 + 1/x**2) together as sqrt(x**2 + 1)/Abs(x), which two derivatives make DiracDelta."""
    return e.replace(
        lambda f: isinstance(f, sympy.Abs) and f.has(x),
        lambda f: _sign_beside(f.args[0], x, point, way, box) * f.args[0],
    )


def _sign_beside(u: Expr, x: Symbol, point: Expr, way: int, box: Box) -> Expr:
    """The sign of the first derivative that is not 0 there; nan where it is open."""
    for _ in range(MOST_STEPS):
        here = value(u, x, point, box)
        if here is None:
            break
        if not box.zero(here):
            return {POSITIVE: Integer(1), NEGATIVE: Integer(-1)}.get(box.sign(here), sympy.nan)
        u = way * u.diff(x)
    return sympy.nan


def value(e: Expr, x: Symbol, point: Expr, box: Box) -> Expr | None:
    """The finite value of `e` at `point`, or None; 0**(alpha - 1) is 0 only where alpha is above 1 by domain."""
    if not fits(e, {x: point}):
        return None
    here = e.subs(x, point)
    powers = {p: Integer(0) for p in here.atoms(sympy.Pow) if p.base == 0 and box.sign(p.exp) == POSITIVE}
    here = here.xreplace(powers) if powers else here
    return here if finite(here) and not any(p.base == 0 for p in here.atoms(sympy.Pow)) else None


def _without_flat(e: Expr, x: Symbol, point: Expr, way: int, box: Box) -> Expr | None:
    """`e` without exp(u) where u tends to -oo, and without p(x)*log(u)**n where u and p tend to 0.

    Those products tend to 0 whatever power of x stands beside them; a logarithm alone is oo or -oo. None: an
    exponential grows without bound.
    """
    for f in sorted(e.atoms(sympy.exp), key=sympy.default_sort_key):
        limit = None if value(f, x, point, box) is not None else side(f.args[0], x, point, way, box)
        if limit == -sympy.oo:
            return e.xreplace({f: Integer(0)})
        if limit is not None and not finite(limit):
            return None
    for f in sorted(e.atoms(sympy.log), key=sympy.default_sort_key):
        if fits(f.args[0], {x: point}) and f.args[0].subs(x, point) == 0:
            return _without_log(e, f, x, point, box)
    return e


def _without_log(e: Expr, log: Expr, x: Symbol, point: Expr, box: Box) -> Expr:
    stand_in = sympy.Dummy()
    replaced = e.xreplace({log: stand_in})
    if not replaced.is_polynomial(stand_in):
        return e
    (degree,), leading = max(sympy.Poly(replaced, stand_in).terms(), key=lambda term: term[0])
    weights = [value(c, x, point, box) for (n,), c in sympy.Poly(replaced, stand_in).terms() if n]
    if all(w == 0 for w in weights):
        return replaced.subs(stand_in, 0)
    weight = value(leading, x, point, box)
    sign = None if weight is None else box.sign(weight)
    return (-sympy.oo) ** degree * (1 if sign == POSITIVE else -1) if sign in (POSITIVE, NEGATIVE) else e


def _infinite(e: Expr, x: Symbol, point: Expr, way: int, box: Box) -> Expr | None:
    """oo or -oo for a pole: the sign close to it."""
    signs = set()
    for at in box.points((e.free_symbols | point.free_symbols) - {x}):
        place = number(point, at)
        near = number(e, {**at, x: place + way * 1e-4 * max(1.0, abs(place))})
        signs |= {(near > 0) - (near < 0)} if near == near else set()
    return Integer(signs.pop()) * sympy.oo if len(signs) == 1 and 0 not in signs else None


def finite(e: Expr) -> bool:
    """Whether `e` holds no infinity, no nan and no root of a negative number."""
    return not e.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I)
