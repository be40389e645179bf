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
from sympy import Add, Expr, Integer, Mul, Piecewise, Pow, Rational, cosh, exp, log, pi, sinh, sqrt

from neurogebra.language.functions import expm1, log1p, log_cosh, phi, sech2, sigmoid, softplus, tanh_
from neurogebra.language.interval import Interval
from neurogebra.symbolic.pairs import Pair, paired, square_root, tail
from neurogebra.symbolic.signs import POSITIVE, Box
from neurogebra.symbolic.tidy import without

__all__ = ["to_words"]


def to_words(expr: Expr, domains: Mapping[str, Interval] | None = None) -> Expr:
    """`expr` in the closed vocabulary. With `domains`, guards against parameters outside them are left out."""
    return _Walk(Box(domains)).words(expr)


# Functions ------------------------------------------------------------------------------------------------


def _log(e: Expr) -> Expr | None:
    """log(1 + exp(u)) is softplus(u), log(cosh(u)) is log_cosh(u), log(1 + u) is log1p(u)."""
    u = e.args[0]
    scale, exponent = _one_plus_exp(u) or (Integer(1), None)
    if exponent is None and u.is_Add:
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
        (scale, v), w = _one_plus_exp(top[0]) or (0, 0), -bottom[0].args[0]
        shift = sympy.expand(v - w)
        if scale == 1 and shift.free_symbols < v.free_symbols:
            return log1p(expm1(shift) * sigmoid(w))
    return None


def _exp(e: Expr) -> Expr | None:
    """exp(-n*softplus(u)) is sigmoid(-u)**n."""
    n, rest = e.args[0].as_coeff_Mul()
    return sigmoid(-rest.args[0]) ** -n if isinstance(rest, softplus) and n.is_Integer and n < 0 else None


def _tanh(e: Expr) -> Expr | None:
    u = e.args[0]
    return -tanh_(-u) if u.could_extract_minus_sign() else tanh_(u)


# Powers ---------------------------------------------------------------------------------------------------


def _power(e: Expr) -> Expr | None:
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


def _exp_times_sigmoid(e: Expr) -> Expr | None:
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


def _expm1_times_sigmoid(e: Expr) -> Expr | None:
    """(exp(u) - 1)/(exp(u) + 1) is tanh(u/2)."""
    for top in (f for f in e.args if isinstance(f, expm1)):
        if sigmoid(-top.args[0]) in e.args:
            return without(e, top, sigmoid(-top.args[0])) * tanh_(top.args[0] / 2)
    return None


def _exponential_ratio(e: Expr) -> Expr | None:
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


def _sinh_over_cosh(e: Expr) -> Expr | None:
    """sinh(u)/cosh(u) is tanh(u), also where 1/cosh(u)**2 has become sech2(u)."""
    for grown in (f for f in e.args if isinstance(f, sinh)):
        u = grown.args[0]
        powers = e.as_powers_dict()
        if powers.get(cosh(u), 0) <= -1:
            return without(e, grown) * cosh(u) * tanh_(u)
        if powers.get(sech2(u), 0) >= 1:
            return without(e, grown) / sech2(u) * tanh_(u) / cosh(u)
    return None


def _gaussian(e: Expr) -> Expr | None:
    """exp(-u**2/2)/sqrt(2*pi) is phi(u)."""
    if Pow(pi, Rational(-1, 2)) in e.args:
        for grown in (f for f in e.args if isinstance(f, exp)):
            u = square_root(-2 * grown.args[0])
            if u is not None:
                return without(e, grown) * sqrt(2) * sqrt(pi) * phi(u)
    return None


# The rules by kind of node; of each list the first that applies is used, then the result is looked at again.
RULES: dict[type, tuple[Callable[[Expr], Expr | None], ...]] = {
    log: (_log,),
    exp: (_exp,),
    sympy.tanh: (_tanh,),
    sympy.erfc: (lambda e: tail(e.args[0]),),
    sympy.sech: (lambda e: 1 / cosh(e.args[0]),),
    sympy.coth: (lambda e: 1 / tanh_(e.args[0]),),
    log1p: (lambda e: _log(log(1 + e.args[0], evaluate=False)),),
    tanh_: (_tanh,),
    Pow: (_power,),
    Mul: (_exp_times_sigmoid, _expm1_times_sigmoid, _exponential_ratio, _sinh_over_cosh, _gaussian),
}


# The walk -------------------------------------------------------------------------------------------------


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
        return whole if whole == e or whole.func == e.func else self.words(whole)

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
                if not scale.has(*v.free_symbols):
                    yield partner, scale * (below if sign < 0 else Piecewise((above, v >= 0), (below, True)))

    def _power_minus_one(self, c: Expr, base: Expr, exponent: Expr) -> Iterator[Pair]:
        """(1 + w)**p - 1 is expm1(p*log1p(w)) for w >= 0: what 1 + w says of a small w is lost."""
        w = base - 1
        direct = expm1(exponent * log1p(w))
        scale = Mul(*(f for f in Mul.make_args(w) if self.box.sign(f) != POSITIVE))
        sign = self._sign(scale)
        if sign > 0:
            yield -c, c * direct
        elif sign == 0 and w.has(exp) and self.cases:
            yield -c, c * Piecewise((direct, scale > 0), (base**exponent - 1, True))


def _facts(condition: Any, truth: int) -> tuple[tuple[Expr, int], ...]:
    """What a comparison that holds (1) or fails (-1) says of the sign of left minus right."""
    if isinstance(condition, sympy.Gt | sympy.Ge):
        return ((condition.lhs - condition.rhs, truth),)
    if isinstance(condition, sympy.Lt | sympy.Le):
        return ((condition.lhs - condition.rhs, -truth),)
    return ()
