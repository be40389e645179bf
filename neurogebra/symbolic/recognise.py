"""Textbook spellings as words, exactly, before anything is differentiated: 1/(1 + exp(-u)) is sigmoid(u).

The rewritten formula equals the written one for every real number and every parameter for which that is defined;
it differs in floats, where the textbook form overflows or cancels. Done before differentiating because afterwards it
is too late: mish'' was wrong by 5e15 eps, and the third derivative of 1/(1 + exp(-3*x)) was nan. Rewriting twice
changes nothing. Nothing here knows floats or derivatives.

    >>> x = sympy.Symbol("x", real=True)
    >>> to_words(x / (1 + sympy.exp(-x)) + sympy.log(1 + sympy.exp(2 * x)))
    x*sigmoid(x) + softplus(2*x)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sympy
from sympy import Add, Expr, Mul, Piecewise, Pow, Rational, exp, log, sqrt

from neurogebra.language.functions import expm1, log1p, tanh_
from neurogebra.language.interval import Interval
from neurogebra.symbolic import spellings
from neurogebra.symbolic.arms import closed
from neurogebra.symbolic.pairs import Pair, paired, square_root, tail
from neurogebra.symbolic.signs import POSITIVE, Box

__all__ = ["to_words"]

# The rules by kind of node; of each list the first that applies is used, then the result is looked at again.
RULES: dict[type, tuple[Callable[[Expr], Expr | None], ...]] = {
    log: (lambda e: spellings.logarithm(e.args[0]),),
    exp: (spellings.exponential,),
    sympy.tanh: (spellings.tangent,),
    sympy.erfc: (lambda e: tail(e.args[0]),),
    sympy.sech: (lambda e: 1 / sympy.cosh(e.args[0]),),
    sympy.coth: (lambda e: 1 / tanh_(e.args[0]),),
    log1p: (lambda e: spellings.logarithm(1 + e.args[0]),),
    tanh_: (spellings.tangent,),
    Pow: (spellings.power,),
    Mul: (
        spellings.exp_times_sigmoid,
        spellings.expm1_times_sigmoid,
        spellings.exponential_ratio,
        spellings.sinh_over_cosh,
        spellings.gaussian,
    ),
}


def to_words(expr: Expr, domains: Mapping[str, Interval] | None = None) -> Expr:
    """`expr` in the closed vocabulary. With `domains`, guards against parameters outside them are left out."""
    return closed(_Walk(Box(domains)).words(expr))


class _Walk:
    """Rewrites from the leaves up; `facts` are the signs that the conditions around an arm have fixed."""

    def __init__(self, box: Box, facts: tuple[tuple[Expr, int], ...] = (), cases: bool = True) -> None:
        self.box, self.facts, self.cases = box, facts, cases
        self._known: dict[Any, Any] = {}

    def words(self, e: Any) -> Any:
        if not e.args or e.is_number:
            return e
        if e not in self._known:
            self._known[e] = self._piecewise(e) if isinstance(e, Piecewise) else self._node(e)
        return self._known[e]

    def _node(self, e: Any) -> Any:
        args = [self.words(a) for a in e.args]
        whole = e.func(*args) if args != list(e.args) else e
        if isinstance(whole, Add):
            found = paired(whole, self._powers_in_sums)
            return whole if found is None else self.words(found)
        for rule in RULES.get(whole.func, ()):
            found = rule(whole)
            if found is not None and found != whole:
                return self.words(found)
        return whole if whole.func == e.func else self.words(whole)

    def _piecewise(self, e: Piecewise) -> Expr:
        """Each arm knows the signs that its condition and the failed ones before it give."""
        arms, facts = [], self.facts
        plain = _Walk(self.box, self.facts, cases=False)  # a Piecewise in a condition becomes ITE in SymPy
        for formula, condition in e.args:
            inside = _Walk(self.box, facts + _facts(condition, 1), self.cases)
            arms.append((inside.words(formula), plain.words(condition)))
            facts += _facts(condition, -1)
        return Piecewise(*arms)

    def _sign(self, v: Expr) -> int:
        """The sign of v where the walk is: 1 for at least 0, -1 for at most 0, 0 where it is open."""
        for known, sign in self.facts:
            a, b = v.primitive()[1], known.primitive()[1]
            if a in (b, -b):
                return sign if a == b else -sign
        signs = self.box.sign(v)
        return 1 if -1 not in signs else -1 if 1 not in signs else 0

    # Sums whose rule depends on signs ------------------------------------------------------------------------

    def _powers_in_sums(self, c: Expr, base: Expr, exponent: Expr) -> Iterator[Pair]:
        if abs(exponent) == Rational(1, 2):
            yield from self._conjugate(c, base, exponent)
        if not exponent.is_Integer and base.as_coeff_Add()[0] == 1:
            yield from self._power_minus_one(c, base, exponent)

    def _conjugate(self, c: Expr, a: Expr, exponent: Expr) -> Iterator[Pair]:
        """v + sqrt(v**2 + b) is b/(sqrt(v**2 + b) - v) for v < 0, and 1 + v/sqrt(v**2 + b) goes with it."""
        s = sqrt(a)
        for square in a.args:
            root = square_root(square)
            for v in () if root is None or root.is_number else (root, -root):
                sign = self._sign(v)
                if sign > 0 or (sign == 0 and not self.cases):
                    continue
                if exponent > 0:
                    partner, scale, above, below = c * v, c, v + s, (a - square) / (s - v)
                else:
                    partner, scale, above, below = c / v, c / v, 1 + v / s, (a - square) / (s * (s - v))
                found = below if sign < 0 else self._by_sign(v, v >= 0, above, below)
                if found is not None and not scale.has(*v.free_symbols):
                    yield partner, scale * found

    def _power_minus_one(self, c: Expr, base: Expr, exponent: Expr) -> Iterator[Pair]:
        """(1 + w)**p - 1 is expm1(p*log1p(w)) for w >= 0: what 1 + w says of a small w is lost."""
        w = base - 1
        direct = expm1(exponent * log1p(w))
        scale = Mul(*(f for f in Mul.make_args(w) if self.box.sign(f) != POSITIVE))
        sign = self._sign(scale)
        if sign > 0:
            yield -c, c * direct
        elif sign == 0 and w.has(exp) and self.cases:
            found = self._by_sign(scale, scale > 0, direct, base**exponent - 1)
            if found is not None:
                yield -c, c * found

    def _by_sign(self, v: Expr, positive: Any, above: Expr, below: Expr) -> Expr | None:
        """Cases of the sign of v; None where the arms would not know it and be taken apart for ever.

        So it is with a Piecewise in v, whose condition SymPy makes ITE.
        """
        cases = Piecewise((above, positive), (below, True))
        told = isinstance(cases, Piecewise) and _Walk(self.box, _facts(cases.args[0][1], 1))._sign(v) > 0
        return cases if told else None


def _facts(condition: Any, truth: int) -> tuple[tuple[Expr, int], ...]:
    """What a comparison that holds (1) or fails (-1) says of the sign of left minus right."""
    if isinstance(condition, sympy.Gt | sympy.Ge):
        return ((condition.lhs - condition.rhs, truth),)
    if isinstance(condition, sympy.Lt | sympy.Le):
        return ((condition.lhs - condition.rhs, -truth),)
    return ()
