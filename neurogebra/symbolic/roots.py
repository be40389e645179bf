"""Where a smooth expression can change its sign, as exact places in one variable.

The list is complete for every parameter value in the box, zeros and poles alike, or there is no list: what the
few methods below do not solve raises Unsolved with a sentence for the reader. They cover the switches of
activation functions; a general solver takes seconds and returns conditions. Nothing here knows what the places
are for.

    inverses      a*f(u) + b = 0 gives u = f^-1(-b/a), for the functions in INVERSES
    polynomials   linear and quadratic by formula; higher ones where rational factors leave no other real root
    products      the places of every factor
    shrinking     u - f(u) for the functions in SHRINKING, such as x - tanh(x)
    agreement     a sum whose terms change sign at the same place in the same direction
"""

from __future__ import annotations

from collections.abc import Callable

import sympy
from sympy import Expr, Integer, Rational, Symbol

from neurogebra.language import functions as words
from neurogebra.symbolic.floats import number
from neurogebra.symbolic.reach import fits, too_large
from neurogebra.symbolic.signs import NEGATIVE, POSITIVE, ZERO, Box
from neurogebra.symbolic.tidy import without

__all__ = ["Unsolved", "places", "same_sign"]


class Unsolved(Exception):
    """No complete list of places is known; the argument is a sentence that says what could not be solved."""


# f: (its inverse, the open range of f; None for an infinite end). f is strictly increasing.
INVERSES: dict[type, tuple[Callable[[Expr], Expr], Expr | None, Expr | None]] = {
    sympy.exp: (sympy.log, Integer(0), None),
    sympy.log: (sympy.exp, None, None),
    sympy.tanh: (sympy.atanh, Integer(-1), Integer(1)),
    sympy.sinh: (sympy.asinh, None, None),
    sympy.asinh: (sympy.sinh, None, None),
    sympy.atan: (sympy.tan, -sympy.pi / 2, sympy.pi / 2),
    words.tanh_: (sympy.atanh, Integer(-1), Integer(1)),
    words.expm1: (lambda k: sympy.log(1 + k), Integer(-1), None),
    words.log1p: (lambda k: sympy.exp(k) - 1, None, None),
    words.sigmoid: (lambda k: sympy.log(k / (1 - k)), Integer(0), Integer(1)),
    words.softplus: (lambda k: sympy.log(sympy.exp(k) - 1), Integer(0), None),
}
# Functions that have the sign of their argument; with the inverse above or without one.
ODD = (sympy.erf, sympy.tanh, sympy.sinh, sympy.asinh, sympy.atan, words.tanh_, words.expm1, words.log1p)
# Odd functions closer to 0 than their argument, so that u - f(u) has the sign of u.
SHRINKING = (sympy.tanh, sympy.atan, sympy.asinh, sympy.sin, words.tanh_)
# The largest degree at which factors in several symbols are looked for: x**64 - y**64 takes SymPy minutes.
FACTORED = 8
# Functions that are defined from some place of their argument on: their border is a place too.
BORDERS: dict[type, Expr] = {sympy.log: Integer(0), words.log1p: Integer(-1)}


def places(g: Expr, x: Symbol, box: Box) -> list[Expr]:
    """All x at which `g` can change its sign, in no order; Unsolved where the list might be incomplete."""
    found = _places(g, x, box)
    return list(dict.fromkeys(found))


def same_sign(g: Expr, box: Box) -> Expr:
    """Something simpler that has the sign of `g` everywhere: x for alpha*(exp(x/alpha) - 1) with alpha > 0."""
    if g.is_Mul:
        factors = [same_sign(f, box) for f in g.args]
        signs = [box.sign(f) for f in factors]
        kept = sympy.Mul(*(f for f, s in zip(factors, signs, strict=True) if s not in (POSITIVE, NEGATIVE)))
        return kept if signs.count(NEGATIVE) % 2 == 0 else -kept
    if g.func in ODD:
        return same_sign(g.args[0], box)
    if g.is_Add and len(g.args) == 2:
        for growing, constant in (g.args, g.args[::-1]):
            exponentials = [f for f in sympy.Mul.make_args(growing) if isinstance(f, sympy.exp)]
            if exponentials and without(growing, exponentials[0]) == -constant:
                return same_sign(-constant * exponentials[0].args[0], box)
    return g


def _places(g: Expr, x: Symbol, box: Box) -> list[Expr]:
    if not g.has(x):
        return []
    if g == x:
        return [Integer(0)]
    if g.is_Mul:
        return [place for factor in g.args for place in _places(factor, x, box)]
    if g.is_Pow:
        return _of_power(g, x, box)
    if g.is_Add:
        return _of_sum(g, x, box)
    if g.func in ODD or g.func in INVERSES:
        border = [place for b in _border(g) for place in _places(b, x, box)]
        return border + _solve(g, Integer(0), x, box)
    if g.is_positive:
        return []
    raise Unsolved(f"where {g} changes its sign is not solved for {x}")


def _border(g: Expr) -> list[Expr]:
    return [g.args[0] - BORDERS[g.func]] if g.func in BORDERS else []


def _of_power(g: Expr, x: Symbol, box: Box) -> list[Expr]:
    if g.exp.has(x):
        if box.sign(g.base) == POSITIVE:
            return []
        raise Unsolved(f"the sign of {g.base} in {g} is open")
    return _places(g.base, x, box)


def _of_sum(g: Expr, x: Symbol, box: Box) -> list[Expr]:
    constant, moving = g.as_independent(x, as_Add=True)
    polynomial = sympy.Poly(g, x) if g.is_polynomial(x) else None
    if polynomial is not None:
        return _of_polynomial(polynomial, x, box)
    if not moving.is_Add:
        factor, function = moving.as_independent(x, as_Add=False)
        if box.sign(factor) in (POSITIVE, NEGATIVE):
            return _solve(function, -constant / factor, x, box)
    argument = _shrunk(g)
    if argument is not None:
        return _places(argument, x, box)
    factored = sympy.factor_terms(g)
    if factored.is_Mul and sum(f.has(x) for f in factored.args) > 1:
        return _places(factored, x, box)
    return _of_agreeing_terms(g, x, box)


def _shrunk(g: Expr) -> Expr | None:
    """c*u for g = c*u - c*f(u): both change their sign at the same places."""
    for term in g.args:
        for f in sympy.Mul.make_args(term):
            product = without(term, f) * f.args[0] if isinstance(f, SHRINKING) else None
            if product is not None and sympy.expand(term - product - g) == 0:
                return product
    return None


def _of_polynomial(p: sympy.Poly, x: Symbol, box: Box) -> list[Expr]:
    coefficients = p.all_coeffs()
    if p.degree() > 2:
        return _of_factors(p, x, box)
    if box.sign(coefficients[0]) not in (POSITIVE, NEGATIVE):
        product = sympy.factor_terms(p.as_expr())
        if product.is_Mul:
            return _places(product, x, box)
        raise Unsolved(f"the sign of {coefficients[0]} is open")
    if p.degree() == 1:
        return [_plain(-coefficients[1] / coefficients[0])]
    a, b, c = coefficients
    discriminant = sympy.expand(b**2 - 4 * a * c)
    sign = box.sign(discriminant)
    if sign == NEGATIVE:
        return []
    if -1 in sign:
        raise Unsolved(f"the sign of {discriminant} is open")
    root = sympy.sqrt(sympy.factor_terms(discriminant))
    return [_plain((-b - root) / (2 * a)), _plain((-b + root) / (2 * a))]


def _of_factors(p: sympy.Poly, x: Symbol, box: Box) -> list[Expr]:
    found: list[Expr] = []
    if len(p.free_symbols) > 1 and p.degree() > FACTORED:
        raise Unsolved(f"the roots of {p.as_expr()} are too many to look for factors")
    for factor, _ in p.factor_list()[1]:
        if factor.degree() <= 2:
            found += _of_polynomial(factor, x, box)
        elif not factor.domain.is_QQ and not factor.domain.is_ZZ or factor.count_roots():
            raise Unsolved(f"the roots of {factor.as_expr()} have no simple form")
    return found


def _plain(place: Expr) -> Expr:
    """A quotient of sums multiplied out where it then has no denominator: (b + sqrt(4*b**2))/2 and the like."""
    return sympy.cancel(place) if place.is_rational_function() else sympy.expand(place)


def _solve(function: Expr, value: Expr, x: Symbol, box: Box) -> list[Expr]:
    """All x with function(x) = value, and the poles and borders of the function."""
    if function.is_Pow and not function.exp.has(x) and function.exp.is_Rational:
        return _solve_power(function, value, x, box)
    if function.func in ODD and value == 0:
        return _places(function.args[0], x, box)
    if function.func not in INVERSES:
        if value == 0:
            return _places(function, x, box)
        raise Unsolved(f"where {function} = {value} is not solved for {x}")
    inverse, low, high = INVERSES[function.func]
    border = [place for b in _border(function) for place in _places(b, x, box)]
    above = POSITIVE if low is None else box.sign(value - low)
    below = POSITIVE if high is None else box.sign(high - value)
    if 1 not in above or 1 not in below:
        return border
    if above != POSITIVE or below != POSITIVE:
        raise Unsolved(f"whether {function} reaches {value} is open")
    reached = inverse(value)
    if too_large(reached, {}):  # log(log(log(x))) = 30
        raise Unsolved(f"where {function} = {value} is too far out")
    return border + _places(function.args[0] - reached, x, box)


def _solve_power(power: Expr, value: Expr, x: Symbol, box: Box) -> list[Expr]:
    """base**(p/q) = value. The zero of the base is a place: a pole for p < 0, a border for even q."""
    if too_large(sympy.Pow(value, 1 / power.exp, evaluate=False), {}):
        raise Unsolved(f"where {power} = {value} is too far out")
    base, exponent = power.base, power.exp
    zero = _places(base, x, box) if exponent < 0 or exponent.q > 1 else []
    sign = box.sign(value)
    if sign == ZERO:
        return zero or _places(base, x, box)
    if exponent.p % 2 == 0 or exponent.q > 1:
        if 1 not in sign:
            return zero
        if sign != POSITIVE:
            raise Unsolved(f"the sign of {value} is open")
        root = value ** (1 / exponent)
    elif exponent in (1, -1):
        if sign not in (POSITIVE, NEGATIVE):
            raise Unsolved(f"the sign of {value} is open")
        root = value**exponent
    elif sign in (POSITIVE, NEGATIVE):
        root = value ** (1 / exponent) if sign == POSITIVE else -((-value) ** (1 / exponent))
    else:
        raise Unsolved(f"the sign of {value} is open")
    mirrored = _places(base + root, x, box) if exponent.p % 2 == 0 else []
    return zero + mirrored + _places(base - root, x, box)


def _of_agreeing_terms(g: Expr, x: Symbol, box: Box) -> list[Expr]:
    """x + tanh(x), or 1 + exp(x): every term has the one place and the same sign on each side of it."""
    everywhere = {place for term in g.args for place in places(term, x, box)}
    if len(everywhere) <= 1:
        place = next(iter(everywhere), None)
        start = Integer(0) if place is None else place
        for way in (-1, 1):
            points = [start + way * far for far in (Rational(1, 3), Rational(7, 2))]
            if {_sign_at(t, x, p, box) for t in g.args for p in points} - {0} not in ({1}, {-1}):
                break
        else:
            return list(everywhere)
    raise Unsolved(f"where {g} changes its sign is not solved for {x}")


def _sign_at(g: Expr, x: Symbol, at: Expr, box: Box) -> int | None:
    """The sign of `g` at one place; None where it is open, 0 where it may be 0 but has no other sign against it."""
    if not fits(g, {x: at}):
        return None
    here = g.xreplace({x: at})
    signs = set()
    for point in box.points(here.free_symbols):
        value = number(here, point)
        signs.add((value > 0) - (value < 0) if value == value else None)
    signs -= {0}
    return next(iter(signs)) if len(signs) == 1 else None if signs else 0
