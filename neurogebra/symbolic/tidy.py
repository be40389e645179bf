"""Keeps a derivative short and free of cancellation, with steps that hold for every real number.

Only what the product rule leaves behind is gathered: x/sqrt(1 + x**2) has the slope (1 + x**2)**(-3/2), and as
1/sqrt(1 + x**2) - x**2/(1 + x**2)**(3/2) it loses every digit at x = 1e8. Nothing is simplified in general, so a
textbook shape stays as it is; sign(u)**2 alone becomes what it is on both sides of u = 0, which is 1. Nothing here
knows corners or parameters' domains.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, Symbol

from neurogebra.language import functions as words

__all__ = ["conjugate_root", "gather", "merged", "multiplied", "rationalised", "signs_joined", "size", "without"]

# Functions that a sum of products is gathered around; each is kept apart from what grows.
DECAYING = (sympy.exp, words.phi, words.sech2)
# Polynomials up to this degree are multiplied out where that is shorter: x/6 + (x + 3)/6 is x/3 + 1/2.
LARGEST_DEGREE = 8
# Nothing longer is touched or multiplied out: what shortens has few terms, and a user waits for the answer.
LARGEST_SIZE = 400
MOST_TERMS = 24


def size(e: Any) -> int:
    """How many parts `e` has, written out as a tree."""
    seen: dict[Any, int] = {}

    def count(node: Any) -> int:
        if node not in seen:
            seen[node] = 1 + sum(map(count, node.args))
        return seen[node]

    return count(e)


def without(product: Expr, *factors: Expr) -> Expr:
    """The product with some of its factors taken out. SymPy leaves exp(x - 1)/exp(x - 1) as it stands."""
    rest = list(sympy.Mul.make_args(product))
    for factor in factors:
        rest.remove(factor)
    return sympy.Mul(*rest)


def merged(product: Expr) -> Expr:
    """x*x**(k - 1) as x**k: SymPy leaves powers of one base apart where an exponent holds a symbol."""
    powers = product.as_powers_dict()
    if not product.is_Mul or len(powers) == len(product.args):
        return product
    return sympy.Mul(*(base**n for base, n in powers.items()))


def multiplied(constant: Expr, e: Expr) -> Expr:
    """The product, term by term where that is shorter: alpha*(u + v/alpha) is alpha*u + v, with two roundings less."""
    whole: Expr = constant * e
    return min(whole, sympy.Add(*(constant * t for t in e.args)), key=size) if e.is_Add else whole


def gather(e: Expr, x: Symbol) -> Expr:
    """The sum `e` with what the product rule split put together again, where that is shorter."""
    if not e.is_Add or not e.has(x) or size(e) > LARGEST_SIZE:
        return e
    shapes = [_common_powers(_common_factors(e, x), x), e]
    if _degree(e, x) <= LARGEST_DEGREE:
        shapes.append(sympy.expand(e))
    return min(shapes, key=size)


def _degree(e: Expr, x: Symbol) -> float:
    """The degree in `x` and in Abs(x), which counts as x; infinite where `e` is no polynomial."""
    plain = e.xreplace({sympy.Abs(x): x})
    return float(sympy.degree(plain, x)) if plain.is_polynomial(x) else math.inf


def _common_factors(e: Expr, x: Symbol) -> Expr:
    """x*exp(x) + 2*exp(x) as (x + 2)*exp(x), for the functions in DECAYING."""
    groups: dict[Expr, list[Expr]] = defaultdict(list)
    for t in e.args:
        found = [f for f in sympy.Mul.make_args(t) if isinstance(f, DECAYING) and f.has(x)]
        groups[found[0] if found else Integer(1)].append(t)
    return sympy.Add(*(_outside(f, terms, x) if len(terms) > 1 else terms[0] for f, terms in groups.items()))


def _outside(factor: Expr, terms: list[Expr], x: Symbol) -> Expr:
    if factor == 1:
        return sympy.Add(*terms)
    inside = gather(sympy.Add(*(without(t, factor) for t in terms)), x)
    return min(inside * factor, _factored(inside) * factor, key=size)


def _factored(e: Expr) -> Expr:
    """The sum with the factors that all its terms share taken out; what is inside other functions stays."""
    if not e.is_Add:
        return e
    content, rest = e.primitive()
    powers = [t.as_powers_dict() for t in sympy.Add.make_args(rest)]
    shared = Integer(1)
    for base in powers[0]:
        exponents = [p.get(base, Integer(0)) for p in powers]
        if base not in (1, -1) and all(n.is_Rational for n in exponents):
            lowest = min(exponents) if min(exponents) > 0 else max(exponents) if max(exponents) < 0 else 0
            shared *= base**lowest
    return content * shared * sympy.Add(*(t / shared for t in sympy.Add.make_args(rest)))


def _common_powers(e: Expr, x: Symbol) -> Expr:
    """For each sum B that occurs to several powers: B**lowest * (the rest multiplied out), where that is shorter."""
    terms = list(sympy.Add.make_args(e))
    bases = {b for t in terms for b in t.as_powers_dict() if b.is_Add and b.has(x)}
    for base in sorted(bases, key=lambda b: (-size(b), b.sort_key())):
        groups: dict[Expr, list[tuple[Expr, Expr]]] = defaultdict(list)
        for t in terms:
            power = t.as_powers_dict().get(base, Integer(0))
            if power != 0:
                groups[power.as_coeff_Add()[1]].append((power, t))
        for group in groups.values():
            joined = _joined(base, group, x)
            if joined is not None:
                terms = [t for t in terms if all(t is not g for _, g in group)] + [joined]
    return sympy.Add(*terms)


def _joined(base: Expr, group: list[tuple[Expr, Expr]], x: Symbol) -> Expr | None:
    """The terms of one sum as one product, or None where that is no gain."""
    if len({power for power, _ in group}) < 2:
        return None
    lowest = min((power for power, _ in group), key=lambda p: p.as_coeff_Add()[0])
    inside = [merged(t / base**lowest) for _, t in group]
    if sum(map(_terms, inside)) > MOST_TERMS:
        return None
    bracket = _factored(gather(sympy.Add(*map(_multiplied_out, inside)), x))
    joined = bracket * base**lowest
    if len(sympy.Add.make_args(bracket)) > len(group) or size(joined) >= size(sympy.Add(*(t for _, t in group))):
        return None
    return joined


def _multiplied_out(product: Expr) -> Expr:
    """The product as a sum; the arguments of functions stay as they are."""
    factors = [f.expand(deep=False, multinomial=True) if f.is_Pow else f for f in sympy.Mul.make_args(product)]
    terms = sympy.Add.make_args(sympy.expand_mul(sympy.Mul(*factors), deep=False))
    return sympy.Add(*map(merged, terms))


def _terms(product: Expr) -> int:
    """About how many terms the product has when multiplied out."""
    count = 1
    for base, exponent in product.as_powers_dict().items():
        if base.is_Add and exponent.is_Integer and exponent > 0:
            count *= len(base.args) ** min(int(exponent), LARGEST_DEGREE)
    return count


def signs_joined(e: Expr) -> Expr:
    """u*sign(u) is Abs(u), Abs(u)*sign(u) is u, and sign(u)**2 is 1: where u is 0, that is what both sides have."""
    if not e.has(sympy.sign):
        return e
    args = [signs_joined(a) if isinstance(a, Expr) else a for a in e.args]
    whole: Expr = e.func(*args) if args != list(e.args) else e
    if whole.is_Pow and isinstance(whole.base, sympy.sign) and whole.exp.is_Integer:
        return Integer(1) if whole.exp.is_even else whole.base
    if not whole.is_Mul:
        return whole
    for factor in whole.args:
        if isinstance(factor, sympy.sign):
            joined = _with_sign(without(whole, factor), factor.args[0])
            if joined is not None:
                return signs_joined(merged(joined))
    return whole


def _with_sign(rest: Expr, u: Expr) -> Expr | None:
    """rest*sign(u) without the sign, where `rest` has u or Abs(u) as a factor."""
    powers = rest.as_powers_dict()
    if powers.get(sympy.Abs(u), 0) == 1:
        return rest / sympy.Abs(u) * u
    if powers.get(sympy.Abs(u), 0) == -1:
        return rest * sympy.Abs(u) / u
    exponent = powers.get(u, Integer(0))
    if exponent.is_Integer and exponent >= 1:
        return rest / u * sympy.Abs(u)
    return None


def conjugate_root(e: Expr) -> Expr | None:
    """The root s of a sum r + s with s = sqrt(r**2 + B) and B free of r; then (r + s)' = r'*(r + s)/s.

    Differentiated term by term, b/(sqrt(x**2 + b) - x) loses its second derivative at x = -1e8.
    """
    for root in sympy.Add.make_args(e):
        if root.is_Pow and root.exp == Rational(1, 2):
            rest = e - root
            constant = sympy.expand(root.base - rest**2)
            if not constant.free_symbols & rest.free_symbols and rest.free_symbols:
                return root
    return None


def rationalised(e: Expr, x: Symbol) -> Expr | None:
    """A multiple of sqrt(A) for that multiple of (A - r**2)/(sqrt(A) + r), which is sqrt(A) - r: r is a number.

    Differentiated as a quotient, x**2/(sqrt(1 + x**2) + 1) loses all digits of its second derivative at x = 1e8.
    """
    for factor in sympy.Mul.make_args(e):
        if factor.is_Pow and factor.exp == -1 and factor.base.is_Add:
            number, rest = factor.base.as_coeff_Add()
            scale, root = rest.as_coeff_Mul()
            if number != 0 and root.is_Pow and root.exp == Rational(1, 2):
                quotient = without(e, factor) / (root.base * scale**2 - number**2)
                if not quotient.has(x):
                    return quotient * scale * root
    return None
