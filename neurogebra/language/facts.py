"""What is known of each part of a formula while it is built: how many parts it has, and a constant's size.

Every SymPy object that construction returns is looked at once, so that nothing outside the vocabulary,
nothing infinite or complex and no endless number gets in, whatever rewriting SymPy applied. The size of a
constant is computed in float64 beside SymPy, which itself would compute exp(exp(exp(30))) digit by digit.
Nothing here builds anything, and no text is read or written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import sympy
from sympy import Basic
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanAtom, BooleanFunction

from neurogebra.errors import FormulaError
from neurogebra.language import functions as ours
from neurogebra.language.bounds import EXTREMUM_ARGUMENTS, FORMULA_NODES, NUMBER_BITS, POWER_EXPONENT
from neurogebra.language.words import WORDS

__all__ = [
    "NO_VALUE",
    "Facts",
    "Foreign",
    "Ledger",
    "extremum_fits",
    "root_fits",
    "roots_fit",
    "size_fits",
    "unsettled",
]

NO_VALUE: Final = "this part has no finite real value"

_ROOT_BITS: Final = 512  # SymPy looks for factors of what stands under a root: 0.2 s for 4,096 bits
_CLOSE: Final = 1e-10  # constants closer than this, relative to their size, are not told apart by float64
_WHILE_BUILDING: Final = 2 * FORMULA_NODES  # parts; the finished formula is counted again as it is written

_NUMBERS: Final[dict[object, Callable[..., float]]] = {ours.tanh_: math.tanh} | {
    row.build: row.number for row in WORDS.values() if row.kind == "function" and row.number is not None
}
_RELATIONS: Final = {sympy.Gt, sympy.Ge, sympy.Lt, sympy.Le, sympy.Eq, sympy.Ne}
_LOGIC: Final = {sympy.And, sympy.Or, sympy.Not, sympy.Piecewise, ExprCondPair}
_HEADS: Final = {*_NUMBERS, *_RELATIONS, *_LOGIC, sympy.Add, sympy.Mul, sympy.Pow}
_CONSTANTS: Final = {sympy.pi: math.pi, sympy.E: math.e}
_ILLEGAL: Final = {sympy.nan, sympy.oo, -sympy.oo, sympy.zoo, sympy.I}


class Facts(NamedTuple):
    """`parts`: numbers, names and operations. `depth`: levels. `value`: float64 size, None with symbols."""

    parts: int
    depth: int
    value: float | None


class Foreign(Exception):
    """SymPy wrote something that is no word; `node` is it. Construction answers it, no user sees it."""

    def __init__(self, node: Basic) -> None:
        super().__init__(node)
        self.node = node


class Ledger:
    """The facts of every part seen while one formula is built."""

    def __init__(self) -> None:
        self._seen: dict[Basic, Facts] = {}

    def look(self, expr: Basic) -> Facts:
        """The facts of `expr`. FormulaError where it cannot be part of a formula."""
        known = self._seen.get(expr)
        if known is None:
            known = self._seen[expr] = _leaf(expr) if not expr.args else self._tree(expr)
        return known

    def value(self, expr: Basic) -> float | None:
        """The float64 size of a constant part, None of any other."""
        return self.look(expr).value

    def apart(self, one: Basic, other: Basic) -> bool:
        """Whether float64 can tell two constants apart; True where either is none, or both are exact."""
        if one == other or (one.is_Rational and other.is_Rational):
            return True
        a, b = self.value(one), self.value(other)
        return a is None or b is None or abs(a - b) > _CLOSE * (abs(a) + abs(b))

    def _tree(self, expr: Basic) -> Facts:
        if expr.func not in _HEADS or unsettled(expr):
            raise Foreign(expr)
        facts = [self.look(part) for part in expr.args]
        parts = 1 + sum(fact.parts for fact in facts)
        if isinstance(expr, sympy.Add | sympy.Mul | BooleanFunction):
            parts += len(facts) - 2  # n parts take n - 1 operations
        if expr.is_Pow:
            parts *= _power_fits(expr, facts[1].value)
        if parts > _WHILE_BUILDING:
            most = f"a formula has at most {FORMULA_NODES} parts"
            raise FormulaError(f"{most}; multiplied out, this has {parts:,}.")
        values = [fact.value for fact in facts]
        constant = None not in values and isinstance(expr, sympy.Expr)
        depth = 1 + max(fact.depth for fact in facts)
        return Facts(parts, depth, _number(expr, values) if constant else None)


def size_fits(value: float | None, what: str = "an exponent") -> None:
    """Refuse an exponent beyond 64."""
    if value is not None and abs(value) > POWER_EXPONENT:
        raise FormulaError(f"{what} is at most {POWER_EXPONENT} in size; this is {value:.6g}.")


def roots_fit(factors: Sequence[Basic]) -> None:
    """Refuse a product of so many different roots of numbers that SymPy would merge them for 0.4 s."""
    inner = (part for factor in factors for part in sympy.Mul.make_args(factor))
    roots = [part.exp.q for part in inner if part.is_Pow and part.base.is_Rational and part.exp.is_Rational]
    if math.lcm(*roots) > POWER_EXPONENT**2:
        raise FormulaError("these are too many different roots of numbers for one product.")


def unsettled(expr: Basic) -> bool:
    """Whether SymPy changes it when it is built again, as it may leave (1/n)**u, -(u + v) and Abs(Abs(u))."""
    if isinstance(expr, sympy.Abs):
        return isinstance(expr.args[0], sympy.Abs)
    if expr.is_Mul:
        return len(expr.args) == 2 and expr.args[0].is_Rational and bool(expr.args[1].is_Add)
    if not (expr.is_Pow and expr.base.is_Rational and not expr.exp.is_Rational):
        return False
    return bool(expr.base.p == 1 and expr.base.q != 1)


def extremum_fits(count: int) -> None:
    """Refuse Max and Min of too many arguments, those of a Max or Min directly inside them counted."""
    if count > EXTREMUM_ARGUMENTS:
        raise FormulaError(
            f"Max and Min take at most {EXTREMUM_ARGUMENTS} arguments, those of a Max or Min directly inside"
            f" them counted; this has {count}."
        )


def root_fits(base: sympy.Rational, exponent: sympy.Rational) -> None:
    """Refuse a power of two numbers that SymPy could not compute in no time, before it is computed."""
    if max(abs(exponent.p), exponent.q) > POWER_EXPONENT:
        raise FormulaError(
            f"between numbers, an exponent has at most {POWER_EXPONENT} above and below its fraction bar;"
            f" this is {_brief(exponent)}."
        )
    if base == 0 and exponent < 0:
        raise FormulaError(f"{NO_VALUE}: it divides by zero.")
    if base < 0 and exponent.q > 1:
        cube = "a cube root is sign(x)*Abs(x)**(1/3)"
        raise FormulaError(f"{NO_VALUE}: it is a root of a negative number; {cube}.")
    bits = max(abs(base.p), base.q).bit_length()
    if exponent.q > 1 and bits > _ROOT_BITS:
        raise FormulaError(f"a number under a root has at most {_ROOT_BITS} bits; this has {bits:,}.")
    if bits * abs(exponent.p) > NUMBER_BITS * exponent.q:
        grown = bits * abs(exponent.p) // exponent.q
        raise FormulaError(f"a number has at most {NUMBER_BITS:,} bits; this power would have {grown:,}.")


def _leaf(expr: Basic) -> Facts:
    if expr.is_Rational:
        return Facts(1 if expr.q == 1 else 3, 1, _rational(expr))
    if expr.is_Symbol or isinstance(expr, BooleanAtom):
        return Facts(1, 1, None)
    if expr in _CONSTANTS:
        return Facts(1, 1, _CONSTANTS[expr])
    if expr in _ILLEGAL:
        raise FormulaError(f"{NO_VALUE}.")
    raise Foreign(expr)


def _rational(number: sympy.Rational) -> float:
    bits = max(abs(number.p), number.q).bit_length()
    if bits > NUMBER_BITS:
        raise FormulaError(f"a number has at most {NUMBER_BITS:,} bits; this one has {bits:,}.")
    try:
        value = number.p / number.q
    except OverflowError:
        value = math.inf
    if math.isinf(value) or (value == 0 and number.p):
        side = "large" if value else "small"
        raise FormulaError(f"{NO_VALUE} in float64: it is too {side}, {_brief(number)}.")
    return float(value)


def _power_fits(power: sympy.Pow, exponent: float | None) -> int:
    """How many times the base is written: x**100, found by multiplying, is written x**64*x**36."""
    base = power.base
    if base.is_Rational and power.exp.is_Rational:
        root_fits(base, power.exp)
    elif base.is_Rational:
        size_fits(float(power.exp.as_coeff_Add()[0]), "the fixed part of an exponent")
    return 1 if exponent is None else max(1, math.ceil(abs(exponent) / POWER_EXPONENT))


def _number(expr: Basic, values: list[Any]) -> float:
    """The float64 size of a constant tree; FormulaError where it has none."""
    if expr.is_Add and abs(math.fsum(values)) <= _CLOSE * math.fsum(map(abs, values)):
        raise FormulaError("this difference of constants is too close to zero to be told from it.")
    try:
        value = _computed(expr, values)
    except OverflowError:
        raise FormulaError(f"{NO_VALUE} in float64: it is too large.") from None
    except (ValueError, ZeroDivisionError):
        raise FormulaError(f"{NO_VALUE}.") from None
    if isinstance(value, complex) or not math.isfinite(value):
        raise FormulaError(f"{NO_VALUE}.")
    if value == 0 and 0 not in values and isinstance(expr, sympy.Mul | sympy.Pow | sympy.exp):
        raise FormulaError(f"{NO_VALUE} in float64: it is too small.")
    return float(value)


def _computed(expr: Basic, values: list[float]) -> Any:
    if expr.is_Add:
        return math.fsum(values)
    if expr.is_Mul:
        return math.prod(values)
    return values[0] ** values[1] if expr.is_Pow else _NUMBERS[expr.func](*values)


def _brief(number: sympy.Rational) -> str:
    text = str(number)
    return text if len(text) <= 24 else f"{text[:12]}...{text[-6:]}"
