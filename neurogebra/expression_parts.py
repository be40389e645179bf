"""What Expression does with formulas: read, rewrite, combine, write; imported only when SymPy is needed.

Every result is a formula that our writer writes and our parser reads back equal. Two operands share a
parameter when name, value and domain are equal; otherwise the right one's becomes alpha_2 and its domain goes
with it. SymPy works behind one lock, because its caches are not safe with threads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sympy
from sympy import Expr, Symbol

from neurogebra.catalogue.entry import Entry
from neurogebra.catalogue.parts import Constant, Param
from neurogebra.compile.choose import LOCK
from neurogebra.errors import FormulaError, InputError, UsageError
from neurogebra.expression import Expression
from neurogebra.language import functions as ours
from neurogebra.language.bounds import FORMULA_NODES
from neurogebra.language.numbers import parse_decimal
from neurogebra.language.parser import parse
from neurogebra.language.writer import write
from neurogebra.symbolic.factors import factored
from neurogebra.symbolic.gradient import differentiate
from neurogebra.symbolic.recognise import to_words

__all__ = [
    "LOCK",
    "apart",
    "combined",
    "exact_constants",
    "fed",
    "made",
    "number",
    "plain",
    "read",
    "real",
    "rewritten",
]


# Reading ------------------------------------------------------------------------------------------------------


def read(formula: str | Expr) -> Expr:
    """The formula of a text or a SymPy expression, with real symbols and exact numbers."""
    with LOCK:
        if isinstance(formula, str):
            return parse(formula)
        if not isinstance(formula, Expr):
            raise InputError(f"a formula is a text or a SymPy expression; got {type(formula).__name__}.")
        return parse(write(_ours(formula)))


def read_entry(e: Expression) -> Expr:
    """The formula of an entry's text; a complaint names the file."""
    assert e._text is not None
    with LOCK:
        try:
            return parse(e._text)
        except FormulaError as refused:
            if e.entry is None or e.entry.source is None:
                raise
            line = e.entry.source.line("formula")
            where = e.entry.source.path if line is None else f"{e.entry.source.path}:{line}"
            raise FormulaError(f"{where}: formula, {refused}") from None


def _ours(formula: Expr) -> Expr:
    """SymPy's symbols, floats and functions as ours."""
    swaps: dict[Any, Any] = {s: real(s.name) for s in formula.free_symbols}
    swaps |= {f: sympy.Rational(repr(float(f))) for f in formula.atoms(sympy.Float)}
    formula = formula.xreplace(swaps)
    return formula.replace(sympy.erfc, ours.erfc).replace(ours.tanh_, sympy.tanh)


def real(name: str) -> Symbol:
    """The symbol of a variable or parameter."""
    return Symbol(name, real=True)


def plain(e: Expression) -> Expr:
    """The readable formula with plain symbols."""
    with LOCK:
        return e.readable.xreplace({s: Symbol(s.name) for s in e.readable.free_symbols})


def exact_constants(e: Expression) -> dict[Symbol, sympy.Rational]:
    exact = {name: parse_decimal(text) for name, text in e._constants.items()}
    return {real(name): sympy.Rational(v.numerator, v.denominator) for name, v in exact.items()}


def words_of(e: Expression) -> Expr:
    """The formula in words, constants as numbers; an entry's own `rewrite` where it has one."""
    with LOCK:
        own = e.entry.rewrite if e.entry is not None else None
        formula = e.readable if own is None else parse(own)
        return to_words(formula.xreplace(exact_constants(e)), e.domains)


def shown_slope(e: Expression) -> Expr:
    """The derivative of the parent's readable formula."""
    assert e._parent is not None
    parent, variable = e._parent
    with LOCK:
        return differentiate(parent.readable, real(variable), e.domains)


def evaluated_slope(e: Expression) -> Expr:
    """The derivative of the parent's formula in words; 1 - sech2(x), which loses digits near 0, becomes tanh(x)**2."""
    assert e._parent is not None
    parent, variable = e._parent
    with LOCK:
        slope = differentiate(parent.words, real(variable), e.domains)
        return to_words(factored(slope), e.domains)


def number(owner: str, name: str, value: Any) -> Any:
    """A parameter's value: a finite float, or an array of them that cannot be written to."""
    if type(value) in (float, int) or (hasattr(value, "__float__") and getattr(value, "shape", ()) == ()):
        return _finite_float(owner, name, value)
    if isinstance(value, (str, bytes, complex)) or value is None:
        raise InputError(f"{owner} needs a number for {name}; got {value!r}.")
    import numpy as np

    try:
        array = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(
            f"{owner} needs a number or an array of numbers for {name}; got {value!r}."
        ) from None
    if not np.isfinite(array).all():
        raise InputError(f"{owner} needs finite numbers for {name}; the array has nan or infinity.")
    array.flags.writeable = False
    return array


def _finite_float(owner: str, name: str, value: Any) -> float:
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        raise InputError(f"{owner} needs a number for {name}; got {value!r}.")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    except (TypeError, ValueError):
        raise InputError(f"{owner} needs a number for {name}; got {value!r}.") from None
    if not math.isfinite(result):
        raise InputError(f"{owner} needs a finite number for {name}; got {value!r}.")
    return result


# Rewriting ----------------------------------------------------------------------------------------------------


def rewritten(e: Expression, how: str, *arguments: str) -> Expression:
    """simplify, expand, integrate, neg or abs of an expression."""
    with LOCK:
        formula = e.readable.xreplace(exact_constants(e))
        if how == "integrate":
            formula = _antiderivative(e.name, formula, real(*arguments))
        else:
            formula = {
                "simplify": sympy.simplify,
                "expand": sympy.expand,
                "neg": lambda f: -f,
                "abs": sympy.Abs,
            }[how](formula)
    names = {
        "neg": f"-{e.name}",
        "abs": f"abs({e.name})",
        "integrate": f"int({e.name})d({''.join(arguments)})",
    }
    return made(names.get(how, e.name), formula, e)


def _antiderivative(name: str, formula: Expr, variable: Symbol) -> Expr:
    spelled = formula.replace(lambda f: isinstance(f, ours.Word), lambda f: f.rewrite(sympy.exp))
    found = sympy.integrate(spelled, variable)
    if found.has(sympy.Integral):
        raise FormulaError(f"SymPy finds no antiderivative of {name} by {variable} in closed form.")
    return found


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

SIGNS: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}


def combined(sign: str, left: Any, right: Any) -> Any:
    """left + right and its like, where one may be a number."""
    with LOCK:
        one, other = (o if isinstance(o, Expression) else _constant(o) for o in (left, right))
        if one is None or other is None:
            return NotImplemented
        name = f"({one.name}{sign}{other.name})"
        return joined(name, one, other, SIGNS[sign])


def _constant(value: Any) -> Expression | None:
    """A number as an expression without variables."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        if type(value).__module__ != "numpy" or getattr(value, "shape", None) != ():
            return None
    number = float(value) if not isinstance(value, int) else value
    if isinstance(number, float) and not math.isfinite(number):
        raise InputError(f"an expression cannot be combined with {value!r}; only finite numbers are exact.")
    constant = Expression.__new__(Expression)
    text = repr(number)
    constant._set(_name=text, _readable=sympy.Rational(text), _variables=(), _metadata={})
    return constant


def joined(name: str, left: Expression, right: Expression, how: Any) -> Expression:
    """how(left, right) as one expression, with parameters kept apart where they differ."""
    right = apart(right, left)
    formula = how(
        left.readable.xreplace(exact_constants(left)), right.readable.xreplace(exact_constants(right))
    )
    return made(name, _within_bounds(formula), left, right)


def apart(right: Expression, left: Expression) -> Expression:
    """`right` with every parameter renamed that means something else in `left`."""
    taken = {*left._variable_names(), *left._params, *right._variable_names(), *right._params}
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
    a, b = left._params[name], right._params[name]
    same = a is b or (type(a) is float and type(b) is float and a == b)
    return same and left._rows[name].domain == right._rows[name].domain


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
    names = outer._variable_names()
    if len(names) != 1:
        raise UsageError(f"{outer.name} has the variables {', '.join(names)}; compose feeds exactly one.")
    with LOCK:
        inner = apart(inner, outer._with(_variables=()))
        formula = outer.readable.xreplace(exact_constants(outer))
        formula = formula.subs(
            real(names[0]), inner.readable.xreplace(exact_constants(inner)), simultaneous=True
        )
        return made(f"{outer.name}({inner.name})", _within_bounds(formula), outer._with(_variables=()), inner)


def _within_bounds(formula: Expr) -> Expr:
    nodes = sum(1 for _ in sympy.preorder_traversal(formula))
    if nodes > FORMULA_NODES:
        raise FormulaError(f"the result has {nodes} parts; a formula has at most {FORMULA_NODES}.")
    return formula


# Writing ------------------------------------------------------------------------------------------------------


def yaml_of(e: Expression) -> str:
    """A catalogue file's text."""
    from neurogebra.catalogue.writer import to_yaml

    if e.entry is not None and e.entry.variant is None:
        return to_yaml(replace(e.entry, name=e.name, params=_params_now(e)))
    stated = e.metadata
    fields: dict[str, Any] = {k: v for k, v in stated.items() if k in ("title", "description", "usage", "note")}
    lists = (key for key in ("tags", "pros", "cons") if isinstance(stated.get(key), list))
    fields |= {key: tuple(stated[key]) for key in lists}
    constants = tuple(Constant(n, t) for n, t in e._constants.items())
    name = e.name if e.entry is None else f"{e.name}_{e.entry.variant}"
    category = str(stated.get("category", "custom"))
    return to_yaml(
        Entry(
            name=name,
            category=category,
            formula=str(e),
            params=_params_now(e),
            constants=constants,
            **fields,
        )
    )


def _params_now(e: Expression) -> tuple[Param, ...]:
    """The declared parameters with their present values as defaults."""
    rows = []
    for name, row in e._rows.items():
        value = e._params[name]
        if type(value) is not float:
            raise UsageError(f"{e.name} has an array for {name}; a catalogue file holds numbers.")
        same = value == row.default
        trainable = name in e._trainable
        rows.append(
            replace(row, trainable=trainable)
            if same
            else replace(row, default=value, text=repr(value), trainable=trainable)
        )
    return tuple(rows)


# Pickling -----------------------------------------------------------------------------------------------------


def state(e: Expression) -> dict[str, Any]:
    """Text and values: nothing of SymPy is pickled."""
    parent = None if e._parent is None else e._parent
    kept = {
        "_name": e._name, "_params": e._params, "_rows": e._rows, "_trainable": e._trainable, "_metadata": e._metadata,
        "_constants": e._constants, "_variables": e._variable_names(), "_parent": parent, "_order": e._order,
        "_entry": e._entry,
    }  # fmt: skip
    text = None if parent is not None else e._text if e._text is not None else str(e)
    return {**kept, "_text": text}


def restore(kept: dict[str, Any]) -> Expression:
    """The expression that `state` describes."""
    e = Expression.__new__(Expression)
    e._set(**kept)
    return e
