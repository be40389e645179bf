"""SymPy expressions built piece by piece, each looked at before and after SymPy rewrites it.

SymPy computes while it builds: exp(10**9*log(2)) becomes an integer of 10**9 bits, Max compares all pairs,
Piecewise multiplies its conditions out. So each constructor here refuses first what SymPy could not do in no
time, then lets SymPy decide, then checks what came back. Text, columns and files are unknown here;
`substitute` gives others the same care for expressions that exist already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import sympy
from sympy import Basic, Expr
from sympy.core.exprtools import factor_terms
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair

from neurogebra.errors import FormulaError
from neurogebra.language.choices import check_clauses, lifted, ordered_arms, settled
from neurogebra.language.facts import (
    NO_VALUE,
    Foreign,
    Ledger,
    extremum_fits,
    root_fits,
    roots_fit,
    size_fits,
    unsettled,
)

__all__ = ["Builder", "substitute"]

_EXP_SIZE: Final = 745.2  # exp(-745.2) is 0 in float64, exp(709.8) inf
_WHOLE_SIZE: Final = 1e9  # beyond it float64 cannot say which whole number a constant lies under
_WHOLE_MARGIN: Final = 1e-6
_EXTREMA: Final = (sympy.Max, sympy.Min)


def substitute(expr: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """`expr` with each key of `values` replaced by its value, all at once, refused where it would explode.

    `2**x` with x replaced by 10**9 raises FormulaError, where SymPy's own `subs` would compute it.
    """
    return Builder().substitute(expr, values)


class Builder:
    """Constructors for the parts of one formula; they share what is known of the parts."""

    def __init__(self) -> None:
        self.ledger = Ledger()

    def total(self, terms: Sequence[Expr]) -> Expr:
        """The sum of `terms`."""
        return self._made(sympy.Add, *terms)

    def product(self, factors: Sequence[Expr]) -> Expr:
        """The product of `factors`."""
        roots_fit(factors)
        return self._made(sympy.Mul, *factors)

    def reciprocal(self, divisor: Expr) -> Expr:
        """One over `divisor`."""
        if divisor == 0:
            raise FormulaError(f"{NO_VALUE}: it divides by zero.")
        # Not looked at alone: 1/10**400 has no float64 value, 3*10**400/10**400 has.
        return 1 / divisor if divisor.is_Rational else self.power(divisor, sympy.S.NegativeOne)

    def power(self, base: Expr, exponent: Expr) -> Expr:
        """`base` to the power `exponent`."""
        self._power_fits(base, exponent)
        return self._made(sympy.Pow, base, exponent)

    def apply(self, head: Callable[..., Any], arguments: Sequence[Expr]) -> Expr:
        """A function of the vocabulary, given as the class that builds it."""
        if head is sympy.sqrt:
            return self.power(arguments[0], sympy.S.Half)
        if head is sympy.exp:
            self._exponential_fits(arguments[0])
        if head in _EXTREMA:
            self._extremum_fits(arguments)
        if head in (sympy.floor, sympy.ceiling) and not arguments[0].is_Rational:
            self._whole_fits(arguments[0])
        return self._made(head, *arguments)

    def relate(self, head: type[Relational], left: Expr, right: Expr) -> Basic:
        """A comparison; where a side is a Piecewise, the condition is said without it."""
        if not self.ledger.apart(left, right):
            raise FormulaError("these two constants are too close for their order to be told.")
        if left.has(sympy.Piecewise) or right.has(sympy.Piecewise):
            return lifted(self, head, left, right)
        return self._made(lambda *sides: settled(head(*sides)), left, right)

    def join(self, head: type[Basic], conditions: Sequence[Basic]) -> Basic:
        """And, Or and Not of conditions."""
        joined = self._made(head, *conditions)
        while joined.func in (sympy.And, sympy.Or):  # Or(a, Or(b, Not(a))) is found to be true only once flat
            before, joined = joined, self._made(joined.func, *joined.args)
            if joined == before:
                break
        check_clauses([joined])
        return joined

    def choose(self, arms: Sequence[tuple[Expr, Basic]]) -> Expr:
        """The value of the first arm whose condition holds; the last condition is true."""
        kept = ordered_arms(self, arms)
        check_clauses([condition for _, condition in kept])
        return self._closed(self._made(sympy.Piecewise, *kept)) if len(kept) > 1 else kept[0][0]

    def substitute(self, expr: Any, values: Mapping[Expr, Expr]) -> Any:
        """`expr` rebuilt with the keys of `values` replaced."""
        if expr in values:
            return values[expr]
        parts = [self.substitute(part, values) for part in expr.args]
        return expr if parts == list(expr.args) else self.rebuild(expr.func, parts)

    def rebuild(self, head: Any, parts: Sequence[Any]) -> Any:
        """`head(*parts)` through the constructor that guards it."""
        if head is sympy.Add:
            return self.total(parts)
        if head is sympy.Mul:
            return self.product(parts)
        if head is sympy.Pow:
            return self.power(*parts)
        if head is ExprCondPair:
            return tuple(parts)
        if head is sympy.Piecewise:
            return self.choose([(arm[0], arm[1]) for arm in parts])
        if issubclass(head, Relational):
            return self.relate(head, *parts)
        return self.join(head, parts) if head in (sympy.And, sympy.Or, sympy.Not) else self.apply(head, parts)

    def admit(self, expr: Any) -> Any:
        """An expression built elsewhere, in words; FormulaError where it cannot be part of a formula."""
        if self._is_foreign(expr):
            expr = _respelt(expr)
        foreign = self._is_foreign(expr)
        if foreign:
            raise FormulaError(f"{foreign} is no word of the formula language.")
        return expr

    def _is_foreign(self, expr: Basic) -> str:
        """The name of what is no word in `expr`; empty where all are words."""
        try:
            self.ledger.look(expr)
        except Foreign as error:
            return type(error.node).__name__
        return ""

    def _made(self, head: Callable[..., Any], *parts: Any) -> Any:
        try:
            result = head(*parts)
        except (TypeError, ValueError, ArithmeticError, NotImplementedError) as error:
            raise FormulaError(f"{NO_VALUE} that can be written.") from error
        if self._is_foreign(result):
            result = _respelt(result)
        result = self._as_real(head, parts) if self._is_foreign(result) else result
        while result.is_Mul and self.ledger.value(result) is not None:  # 851*sqrt(2)/724201 is sqrt(2)/851
            before, result = result, sympy.Mul(*result.args)
            if result == before:
                break
        return result

    def _as_real(self, head: Callable[..., Any], parts: Sequence[Any]) -> Any:
        """`head(*parts)` without the re(u) and atan2 of complex numbers.

        SymPy does not know log(u) and sqrt(u) to be real and writes the complex Abs(exp(sqrt(u))). A formula
        here is real or has no value, so they are taken as real while SymPy rewrites.
        """
        masked, masks = list(parts), []
        while doubtful := {node for part in masked for node in part.atoms(sympy.Expr) if _doubtful(node)}:
            masks.append({node: sympy.Dummy(real=True) for node in doubtful})
            masked = [part.xreplace(masks[-1]) for part in masked]
        result = head(*masked)
        for mask in reversed(masks):
            result = result.xreplace({dummy: node for node, dummy in mask.items()})
        return self.admit(result)

    def _power_fits(self, base: Expr, exponent: Expr) -> None:
        """SymPy merges (b**c)**d and takes powers of products and Piecewise apart; each power is checked."""
        if base.is_Rational and exponent.is_Rational:
            return root_fits(base, exponent)
        if isinstance(base, sympy.Piecewise):
            for value, _ in base.args:
                self._power_fits(value, exponent)
        self._sign_fits(base, exponent)
        for factor in sympy.Mul.make_args(base):
            root, inner = factor.as_base_exp()
            grown = exponent if inner == 1 else sympy.Mul(inner, exponent)
            if inner != 1:  # (c**c)**x becomes c**(c*x)
                self._sign_fits(root, grown)
            if root == sympy.E:
                self._exponential_fits(grown)
            else:
                self._exponent_fits(root, grown)
        return None

    def _sign_fits(self, base: Expr, exponent: Expr) -> None:
        size = self.ledger.value(base)
        if size is None:
            return
        if size <= 0 and self.ledger.value(exponent) is None:
            raise FormulaError(f"{NO_VALUE}: a number to a power that varies must be positive.")
        if size < 0 and not exponent.is_Rational:  # (-2)**erfc(1e6), whose exponent is not quite 0
            raise FormulaError(f"{NO_VALUE}: a negative number has real powers only where the exponent is whole.")

    def _exponent_fits(self, root: Expr, exponent: Expr) -> None:
        size_fits(self.ledger.value(exponent))
        if root.is_Rational:
            size_fits(float(exponent.as_coeff_Add()[0]), "the fixed part of an exponent")
        if exponent.has(sympy.log):  # b**(u/log(b)) becomes exp(u)
            factor, rest = factor_terms(exponent, sign=False).as_coeff_Mul()
            self._exponential_fits(factor * sympy.fraction(rest)[0])

    def _exponential_fits(self, exponent: Expr) -> None:
        """exp(u + n*log(b)) becomes b**n*exp(u), and b**n is computed."""
        for term in sympy.Add.make_args(exponent):
            value = self.ledger.value(term)
            if value is not None and abs(value) > _EXP_SIZE and (term == exponent or term.has(sympy.log)):
                side = "large" if value > 0 else "small"
                raise FormulaError(f"{NO_VALUE} in float64: it is too {side}, exp({value:.6g}).")

    def _extremum_fits(self, arguments: Sequence[Expr]) -> None:
        extremum_fits(sum(map(_leaves, arguments)))
        if not all(self.ledger.apart(one, other) for one, other in combinations(arguments, 2)):
            raise FormulaError("two of these constants are too close for the larger to be told.")

    def _whole_fits(self, argument: Expr) -> None:
        value = self.ledger.value(argument)
        if value is not None and (
            abs(value) > _WHOLE_SIZE or abs(value - round(value)) < _WHOLE_MARGIN * max(1.0, abs(value))
        ):
            raise FormulaError("this constant is too close to a whole number to tell which side it is on.")

    def _closed(self, choice: Expr) -> Expr:
        """SymPy takes the last True from an inner Piecewise that repeats a condition of the outer one."""
        if not isinstance(choice, sympy.Piecewise):
            return choice
        arms = [(self._closed(value), condition) for value, condition in choice.args]
        if arms[-1][1] != True:  # noqa: E712 - SymPy's true
            arms[-1] = (arms[-1][0], sympy.true)
        return choice if arms == [tuple(arm) for arm in choice.args] else self.choose(arms)


def _doubtful(node: Basic) -> bool:
    """Whether SymPy does not know a function to be real though it knows its arguments to be."""
    unknown = bool(node.args) and node.is_extended_real is None
    return unknown and all(part.is_extended_real for part in node.args)


def _misspelt(node: Basic) -> bool:
    """What has another form in words, or a form that SymPy would change when it is built again."""
    return isinstance(node, sympy.cot) or unsettled(node)


def _respelt(expr: Any) -> Any:
    """`expr` without what is misspelt, from the leaves up."""
    parts = [_respelt(part) for part in expr.args]
    if parts != list(expr.args):
        again = expr.func(*parts)
        # Abs of a product writes -(u + v) into its factors, whatever stood there before
        stuck = isinstance(expr, sympy.Abs) and again.find(_misspelt)
        expr = sympy.Abs(*parts, evaluate=False) if stuck else again
    return _other_form(expr) if _misspelt(expr) else expr


def _other_form(node: Basic) -> Expr:
    if isinstance(node, sympy.cot):
        return sympy.cos(node.args[0]) / sympy.sin(node.args[0])
    if isinstance(node, sympy.Abs):
        return node.args[0]
    return sympy.Mul(*node.args) if node.is_Mul else sympy.Pow(1 / node.args[0], -node.args[1])


def _leaves(argument: Expr) -> int:
    return sum(map(_leaves, argument.args)) if isinstance(argument, _EXTREMA) else 1
