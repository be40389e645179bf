"""New expressions from old: simplified, added, fed into each other.

Every result is a formula that our writer writes and our parser reads back equal. Two operands share a
parameter when name, value and domain are equal; otherwise the right one's becomes alpha_2 and its domain goes
with it. SymPy works behind one lock, because its caches are not safe with threads.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import sympy
from sympy import Expr

from neurogebra.compile.choose import LOCK
from neurogebra.errors import FormulaError, InputError, UsageError, brief
from neurogebra.expression import Expression
from neurogebra.expression_parts import read, real, with_numbers
from neurogebra.language.bounds import FORMULA_NODES, NUMBER_BITS
from neurogebra.language.build import Builder, substitute
from neurogebra.parameters import same_value

__all__ = ["apart", "combined", "fed", "made", "rewritten"]


# Rewriting ----------------------------------------------------------------------------------------------------


def rewritten(e: Expression, how: str) -> Expression:
    """simplify, expand, neg or abs of an expression."""
    e._as_part()
    with LOCK:
        formula = with_numbers(e)
        formula = {
            "simplify": sympy.simplify,
            "expand": sympy.expand,
            "neg": lambda f: -f,
            "abs": sympy.Abs,
        }[how](formula)
    return made({"neg": f"-{e.name}", "abs": f"abs({e.name})"}.get(how, e.name), formula, e)


def made(name: str, formula: Expr, *sources: Expression) -> Expression:
    """A new expression from a formula whose symbols come from `sources`."""
    with LOCK:
        formula = read(formula)
    variables = sorted({v for s in sources for v in s._variable_names()})
    rows = {n: row for s in sources for n, row in s._rows.items()}
    values = {n: v for s in sources for n, v in s._params.items()}
    trainable = [n for s in sources for n in s._trainable]
    result = Expression.__new__(Expression)
    result._set(
        _name=name, _readable=formula, _rows=rows, _params=values, _variables=tuple(variables),
        _trainable=tuple(dict.fromkeys(trainable)), _metadata={},
    )  # fmt: skip
    return result


# Combining ----------------------------------------------------------------------------------------------------

# by the parser's constructors, which refuse 9**9**9 and 1/0 where SymPy would compute them
SIGNS: dict[str, Callable[[Builder, Expr, Expr], Expr]] = {
    "+": lambda build, a, b: build.total([a, b]),
    "-": lambda build, a, b: build.total([a, build.product([-1, b])]),
    "*": lambda build, a, b: build.product([a, b]),
    "/": lambda build, a, b: build.product([a, build.reciprocal(b)]),
    "**": lambda build, a, b: build.power(a, b),
}


def combined(sign: str, left: Any, right: Any) -> Any:
    """left + right and its like, where one may be a number."""
    with LOCK:
        one, other = (o if isinstance(o, Expression) else _constant(o) for o in (left, right))
        if one is None or other is None:
            return NotImplemented
        one._as_part()
        other._as_part()
        name = f"({one.name}{sign}{other.name})"
        return joined(name, one, other, SIGNS[sign])


def _constant(value: Any) -> Expression | None:
    """A number as an expression without variables."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    is_numpy_scalar = type(value).__module__ == "numpy" and getattr(value, "shape", None) == ()
    is_numpy_scalar = is_numpy_scalar and value.dtype.kind in "iuf"
    if not is_number and not is_numpy_scalar:
        return None
    number = float(value) if not isinstance(value, int) else value
    if isinstance(number, float) and not math.isfinite(number):
        raise InputError(f"an expression cannot be combined with {brief(value)}; only finite numbers are exact.")
    if isinstance(number, int) and number.bit_length() > NUMBER_BITS:
        raise InputError(f"an expression cannot be combined with a number of more than {NUMBER_BITS:,} bits.")
    constant = Expression.__new__(Expression)
    text = repr(number)
    constant._set(_name=text, _readable=sympy.Rational(text), _variables=(), _metadata={})
    return constant


def joined(name: str, left: Expression, right: Expression, how: Any) -> Expression:
    """how(left, right) as one expression, with parameters kept apart where they differ."""
    left, right = both_apart(left, right)
    formula = how(Builder(), with_numbers(left), with_numbers(right))
    return made(name, _within_bounds(formula), left, right)


def both_apart(left: Expression, right: Expression) -> tuple[Expression, Expression]:
    """Two expressions in which no parameter is called like something else of the other."""
    variables_alone = right._with(_params={}, _rows={}, _variables=right._variable_names())
    left = apart(left, variables_alone, right._params)
    return left, apart(right, left)


def apart(right: Expression, left: Expression, also_taken: Iterable[str] = ()) -> Expression:
    """`right` with every parameter renamed that means something else in `left`."""
    taken = {*left._variable_names(), *left._params, *right._variable_names(), *right._params, *also_taken}
    for name in list(right._params):
        if name not in left._params and name not in left._variable_names():
            continue
        if name in left._params and _shared(left, right, name):
            continue
        k = 2
        while f"{name}_{k}" in taken:
            k += 1
        taken.add(f"{name}_{k}")
        right = with_renamed_parameter(right, name, f"{name}_{k}")
    return right


def _shared(left: Expression, right: Expression, name: str) -> bool:
    return same_value(left._params[name], right._params[name]) and left._rows[name].domain == right._rows[name].domain


def with_renamed_parameter(e: Expression, old: str, new: str) -> Expression:
    """The same expression with one parameter under another name."""

    def swapped(table: Mapping[str, Any]) -> dict[str, Any]:
        return {new if n == old else n: v for n, v in table.items()}

    rows = {n: replace(row, name=n) for n, row in swapped(e._rows).items()}
    trainable = tuple(new if n == old else n for n in e._trainable)
    formula = e.readable.xreplace({real(old): real(new)})
    return e._with(
        _readable=formula, _words=None, _compiled=None, _rows=rows, _params=swapped(e._params), _trainable=trainable,
        _entry=None, _variables=e._variable_names(),
    )  # fmt: skip


def fed(outer: Expression, inner: Any) -> Expression:
    """outer(inner): inner's formula in the place of outer's one variable."""
    if not isinstance(inner, Expression):
        raise InputError(f"{outer.name}.compose takes an expression; got {type(inner).__name__}.")
    outer._as_part()
    inner._as_part()
    names = outer._variable_names()
    if len(names) != 1:
        raise UsageError(f"{outer.name} has the variables {', '.join(names)}; compose feeds exactly one.")
    with LOCK:
        name = f"{outer.name}({inner.name})"
        outer, inner = both_apart(outer._with(_variables=()), inner)
        formula = substitute(with_numbers(outer), {real(names[0]): with_numbers(inner)})
        return made(name, _within_bounds(formula), outer, inner)


def _within_bounds(formula: Expr) -> Expr:
    nodes = sum(1 for _ in sympy.preorder_traversal(formula))
    if nodes > FORMULA_NODES:
        raise FormulaError(f"the result has {nodes} parts; a formula has at most {FORMULA_NODES}.")
    return formula
