"""The derivative of a formula, at corners too, by one rule for entries, typed formulas and every order.

A Piecewise gives the arm in force; Abs' = sign; sign' = 0; Max and Min give the winner's slope and, at a tie, that
of the argument free of the variable, else the mean; then, where the one-sided slopes at a place agree, their
common value is put. SymPy's own derivative of Max(0, x) is 1/2 at 0, which no framework uses, and its second
derivatives hold DiracDelta, which nothing evaluates. Nothing here knows entries, values or rounding.

    >>> x, alpha = sympy.symbols("x alpha", real=True)
    >>> differentiate(sympy.Max(0, x), x)
    Piecewise((1, x > 0), (0, True))
    >>> differentiate(sympy.Piecewise((x, x > 0), (alpha * x, True)), x)
    Piecewise((1, x > 0), (alpha, True))
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import sympy
from sympy import Expr, Integer, Symbol
from sympy.core.function import ArgumentIndexError

from neurogebra.errors import FormulaError
from neurogebra.language.bounds import DERIVATIVE_OPERATIONS, PIECEWISE_ARMS
from neurogebra.language.choices import settled
from neurogebra.language.interval import Interval
from neurogebra.symbolic.arms import Place, arranged, closed
from neurogebra.symbolic.roots import Unsolved, same_sign
from neurogebra.symbolic.sides import finite, side, value
from neurogebra.symbolic.signs import Box
from neurogebra.symbolic.switches import VANISHING, NoValue, Piece, at_point, pieces, switches
from neurogebra.symbolic.tidy import conjugate_root, gather, merged, multiplied, rationalised, signs_joined, size

__all__ = ["Slopes", "differentiate"]

# The rule for each kind of node, a method of Slopes; the first kind that fits is used.
RULES: dict[type, str] = {
    Symbol: "_itself",  # 1
    sympy.Add: "_add",  # term by term
    sympy.Mul: "_mul",  # the product rule, gathered
    sympy.Pow: "_pow",
    sympy.Piecewise: "_cases",  # the arm in force
    sympy.Max: "_extremum",  # the winner's slope; at a tie 0 if an argument is free of the variable, else the mean
    sympy.Min: "_extremum",
    sympy.Abs: "_abs",  # sign
    sympy.sign: "_step",  # 0
    sympy.floor: "_step",
    sympy.ceiling: "_step",
    sympy.Function: "_function",  # the chain rule
}
FOREIGN = (sympy.Derivative, sympy.Subs, sympy.DiracDelta, sympy.Heaviside, sympy.Integral)


def differentiate(expr: Expr, symbol: Symbol, domains: Mapping[str, Interval] | None = None) -> Expr:
    """The first derivative of `expr` by `symbol`; parameters stay inside `domains`, others are any real number.

    The answer is made of the same functions and can be differentiated again. FormulaError: it is too long, or the
    formula holds a function that has no derivative here.
    """
    found = closed(Slopes(symbol, Box(domains)).of(expr))
    if found.has(*FOREIGN):
        raise FormulaError(f"the derivative of {expr} by {symbol} has no closed form in the formula language.")
    for cases in found.atoms(sympy.Piecewise):
        if len(cases.args) > PIECEWISE_ARMS:
            raise FormulaError(
                f"the derivative by {symbol} has {len(cases.args)} arms; at most {PIECEWISE_ARMS} are allowed."
            )
    return found


class Slopes:
    """Derivatives by `x`, each remembered: `of` a formula, and `at` one of its switching places."""

    def __init__(self, x: Symbol, box: Box) -> None:
        self.x, self.box = x, box
        self._known: dict[Expr, Expr] = {}

    def of(self, e: Expr) -> Expr:
        """The derivative of `e` by the rule of corners."""
        if not e.has(self.x):
            return Integer(0) if finite(e) else sympy.nan  # 1/0 is no constant
        if e not in self._known:
            slope = self._with_corners(e) if switches(e, self.x) else gather(self._by_rule(e), self.x)
            if size(slope) > DERIVATIVE_OPERATIONS:
                raise FormulaError(
                    f"the derivative by {self.x} has {size(slope)} parts; at most {DERIVATIVE_OPERATIONS} are allowed."
                )
            self._known[e] = slope
        return self._known[e]

    def _by_rule(self, e: Expr) -> Expr:
        for kind, rule in RULES.items():
            if isinstance(e, kind):
                slope: Expr = getattr(self, rule)(e)
                return slope
        raise FormulaError(f"{e.func.__name__} has no derivative in the formula language.")

    # Corners: flat arms where every switch is solved, else the rules below term by term ----------------------

    def _with_corners(self, e: Expr) -> Expr:
        if e.is_Add:
            return self._sum(e)
        try:
            return self._flat(e)
        except Unsolved:
            return signs_joined(self._by_rule(e))

    def _sum(self, e: Expr) -> Expr:
        """Switches meet in one set of arms; a long smooth slope and an unsolved term stand beside them."""
        smooth = [a for a in e.args if not switches(a, self.x)]
        solved = [a for a in e.args if a not in smooth and self._solved(a)]
        others = [a for a in e.args if a not in smooth and a not in solved]
        beside = sympy.Add(*(self.of(a) for a in (*smooth, *others)))
        try:
            arms = self._flat(sympy.Add(*solved)) if solved else Integer(0)
            inside = self._flat(e) if smooth and solved and not others else None
        except Unsolved:
            return signs_joined(self._by_rule(e))
        return gather(arms + beside, self.x) if inside is None else min(inside, arms + beside, key=size)

    def _solved(self, e: Expr) -> bool:
        try:
            return bool(pieces(e, self.x, self.box))
        except Unsolved:
            return False

    def _flat(self, e: Expr) -> Expr:
        """Arms from right to left over the places where a switch changes."""
        found = pieces(e, self.x, self.box)
        slopes = [piece.hole or self.of(piece.formula) for piece in found]  # no value, no slope
        if len(found) > PIECEWISE_ARMS:
            raise Unsolved(f"the formula {e} has {len(found)} pieces")
        if not all(map(finite, slopes)):
            raise Unsolved(f"the slope of {e} has no formula on every piece")  # of 0**x
        places = [
            self._place(e, left, right, slopes[i], slopes[i + 1]) for i, (left, right) in enumerate(pairwise(found))
        ]
        arms = arranged(self.x, places, slopes, self._same)
        kept = self._kept(e, [p.at for p in places])
        if kept is None or not all(self._agrees(kept, p) for p in places):
            return arms
        return min(gather(kept, self.x), arms, key=size)

    def _place(self, e: Expr, left: Piece, right: Piece, before: Expr, after: Expr) -> Place:
        """Where two pieces meet; the formula's own arm takes the place when both slopes have the right value."""
        point = left.high
        try:
            in_force = at_point(e, self.x, point, self.box)
        except NoValue:
            return Place(point, None, to_the_right=False)
        return Place(point, self._at(in_force, point, before, after), in_force == right.formula != left.formula)

    def at(self, e: Expr, point: Expr, before: Expr, after: Expr) -> Expr | None:
        """The slope of `e` at a switching place, given the slopes beside it; None where it has none."""
        try:
            return self._at(at_point(e, self.x, point, self.box), point, before, after)
        except NoValue:
            return None

    def _at(self, in_force: Expr, point: Expr, before: Expr, after: Expr) -> Expr | None:
        left, right = side(before, self.x, point, -1, self.box), side(after, self.x, point, 1, self.box)
        if left is not None and right is not None and self._same(left, right):
            return min(left, right, key=size)
        return self._here(self.of(in_force), point)

    def _same(self, a: Expr, b: Expr) -> bool:
        return finite(a) and finite(b) and self.box.zero(a - b)

    def _here(self, e: Expr, point: Expr) -> Expr | None:
        return value(e.subs(VANISHING, 0), self.x, point, self.box)

    def _kept(self, e: Expr, points: list[Expr]) -> Expr | None:
        """The slope in the formula's own shape where that reads better than arms: sign(x) for Abs(x)."""
        if all(map(_plain, switches(e, self.x))):
            return signs_joined(self._by_rule(e))
        if isinstance(e, sympy.Piecewise) and not all(p.is_number for p in points):
            return self._by_rule(e)
        return None

    def _agrees(self, kept: Expr, place: Place) -> bool:
        """Whether a slope that kept Abs and sign has the right value at a place."""
        if place.value is None:
            return True
        here = self._here(at_point(kept, self.x, place.at, self.box), place.at)
        return here is not None and self._same(here, place.value)

    # The rules, each for one kind of node --------------------------------------------------------------------

    def _itself(self, e: Expr) -> Expr:
        return Integer(1)

    def _add(self, e: Expr) -> Expr:
        return sympy.Add(*(self.of(a) for a in e.args))

    def _mul(self, e: Expr) -> Expr:
        constant, moving = e.as_independent(self.x, as_Add=False)
        factors = sympy.Mul.make_args(moving)
        root = rationalised(moving, self.x)
        if root is not None:
            return constant * self.of(root)
        terms = [merged(self.of(f) * sympy.Mul(*factors[:i], *factors[i + 1 :])) for i, f in enumerate(factors)]
        return multiplied(constant, gather(sympy.Add(*terms), self.x))

    def _pow(self, e: Expr) -> Expr:
        base, exponent = e.base, e.exp
        if not exponent.has(self.x):
            if (exponent - 1).is_negative and len(base.atoms(sympy.Piecewise)) == 1:
                # sqrt(where(x < 0, 0, x)) is 0 on the left, where 0/sqrt(0) is nan
                return self.of(self._into_arms(e, base))
            if exponent.is_negative and (root := conjugate_root(base)) is not None:
                return exponent * e * self.of(base - root) / root
            return exponent * base ** (exponent - 1) * self.of(base)
        if not base.has(self.x):
            return e * sympy.log(base) * self.of(exponent)
        return e * (self.of(exponent) * sympy.log(base) + exponent * self.of(base) / base)

    def _function(self, e: Expr) -> Expr:
        if isinstance(e, sympy.log) and isinstance(e.args[0], sympy.cosh):
            return sympy.tanh(e.args[0].args[0]) * self.of(e.args[0].args[0])
        if isinstance(e, sympy.log) and isinstance(e.args[0], sympy.Piecewise):
            return self.of(self._into_arms(e, e.args[0]))  # 1/where(x > 0, x, 0) has no form
        try:
            return sympy.Add(*(e.fdiff(i + 1) * self.of(a) for i, a in enumerate(e.args) if a.has(self.x)))
        except ArgumentIndexError as error:
            raise FormulaError(f"{e.func.__name__} has no derivative in the formula language.") from error

    def _abs(self, e: Expr) -> Expr:
        return sympy.sign(e.args[0]) * self.of(e.args[0])

    def _step(self, e: Expr) -> Expr:
        return Integer(0)

    def _cases(self, e: Expr) -> Expr:
        return sympy.Piecewise(*((self.of(formula), condition) for formula, condition in e.args))

    def _extremum(self, e: Expr) -> Expr:
        above = partial(_compared, sympy.Gt if isinstance(e, sympy.Max) else sympy.Lt)
        free = [a for a in e.args if not a.has(self.x)]
        moving = [a for a in e.args if a.has(self.x)]
        for a in moving:
            if a.has(sympy.Piecewise):
                return self.of(self._into_arms(e, a))
        arms = [(self.of(m), self._wins(m, e.func(*(a for a in e.args if a is not m)), above)) for m in moving]
        if free:
            others = len(moving) > 1
            arms.append((Integer(0), sympy.Not(above(e.func(*moving), e.func(*free))) if others else sympy.true))
        if len(moving) > 1:
            arms.append((self._mean(e, moving, above), sympy.true))
        return sympy.Piecewise(*arms)

    def _into_arms(self, outer: Expr, argument: Expr) -> Expr:
        """Max(b, Piecewise(...)) with Max in every arm: in a condition SymPy would turn the Piecewise into ITE."""
        nowhere = sympy.sqrt(-1 - self.x**2)  # no real number, as log(0) is none
        arms = []
        try:
            cases = sympy.piecewise_fold(argument)  # of floor(where(x < 1, 1/2, 1/3)) it makes 0
            for formula, condition in cases.args if isinstance(cases, sympy.Piecewise) else [(cases, sympy.true)]:
                whole = outer.xreplace({argument: formula})
                arms.append((whole if finite(whole) else nowhere, condition))
        except ValueError:  # Max(x, acosh(1/2))
            raise FormulaError(
                f"{outer} has an arm in which it is no real number; its slope is not looked for."
            ) from None
        return sympy.Piecewise(*arms)

    def _wins(self, a: Expr, b: Expr, above: Any) -> Any:
        """a > b, with the same truth in fewer parts where the difference has the sign of something simpler."""
        difference = same_sign(a - b, self.box)
        return above(difference, 0) if size(difference) < size(a - b) else above(a, b)

    def _mean(self, e: Expr, moving: list[Expr], above: Any) -> Expr:
        """The mean slope of the arguments that are tied."""
        if len(moving) == 2:
            return (self.of(moving[0]) + self.of(moving[1])) / 2
        tied = [sympy.Piecewise((0, above(e, m)), (1, True)) for m in moving]
        return sympy.Add(*(self.of(m) * t for m, t in zip(moving, tied, strict=True))) / sympy.Add(*tied)


def _compared(head: Any, a: Expr, b: Expr) -> Any:
    """The comparison, in a form that Piecewise does not turn round and back for ever."""
    return settled(head(a, b))


def _plain(switch: Expr) -> bool:
    """Abs, sign, or a Piecewise that only takes out single points."""
    if isinstance(switch, sympy.Piecewise):
        return all(isinstance(c, sympy.Eq | sympy.Ne) or c == sympy.true for _, c in switch.args)
    return isinstance(switch, sympy.Abs | sympy.sign)
