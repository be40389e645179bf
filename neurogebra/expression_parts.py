"""What Expression does once it needs SymPy: read its formula, put it into words, and pickle it.

A formula is stored as our parser reads what our writer writes, with real symbols and exact numbers; a derivative
remembers its parent and is made when asked for, in the shown and in the evaluated form apart. SymPy works behind
one lock, because its caches are not safe with threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from neurogebra.catalogue.parts import Noise
from neurogebra.collector import paused
from neurogebra.errors import FormulaError, InputError
from neurogebra.expression import Expression
from neurogebra.language.interval import Interval
from neurogebra.language.numbers import parse_decimal

with paused():  # this is where most processes load SymPy
    import sympy
    from sympy import Expr, Symbol

    from neurogebra.compile.choose import LOCK
    from neurogebra.language import functions as ours
    from neurogebra.language.build import substitute
    from neurogebra.language.parser import parse
    from neurogebra.symbolic.recognise import to_words

__all__ = [
    "LOCK",
    "constant",
    "deterministic",
    "evaluated_slope",
    "named",
    "plain",
    "read",
    "read_entry",
    "real",
    "restore",
    "shown_slope",
    "state",
    "with_numbers",
    "words_of",
]


# Reading ------------------------------------------------------------------------------------------------------


def read(formula: str | Expr) -> Expr:
    """The formula of a text or a SymPy expression, with real symbols and exact numbers."""
    with LOCK:
        if isinstance(formula, str):
            return parse(formula)
        if not isinstance(formula, Expr):
            raise InputError(f"a formula is a text or a SymPy expression; got {type(formula).__name__}.")
        from neurogebra.language.writer import write

        return parse(write(_ours(formula)))


def read_entry(e: Expression) -> Expr:
    """The formula of an entry's text; a complaint names the file."""
    assert e._text is not None
    with LOCK, named(e, "formula"):
        return parse(e._text)


@contextmanager
def named(e: Expression, field: str) -> Iterator[None]:
    """A refusal of what a file says names the file, the line and the field."""
    try:
        yield
    except FormulaError as refused:
        path, line = (None, None) if e.entry is None else e.entry.where(field)
        if path is None:
            raise
        where = path if line is None else f"{path}:{line}"
        raise FormulaError(f"{where}: {field}{':' if refused.column is None else ','} {refused}") from None


def deterministic(e: Expression, noise: tuple[Noise, ...]) -> Expr:
    """The formula of an entry's text with what stands for each noise."""
    with LOCK:
        fixed = {real(each.name): parse(each.deterministic) for each in noise}
        return read(substitute(read_entry(e), fixed))


def constant(e: Expression, formula: str) -> Expr:
    """A formula of the parameters of `e`, its constants as numbers."""
    with LOCK:
        return with_numbers(e, parse(formula))


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


def with_numbers(e: Expression, formula: Expr | None = None) -> Expr:
    """The readable formula, or another, with the entry's constants as exact numbers.

    Each is put in with the care of a formula that is read: SymPy would compute 2**c for a c of 10**9.
    """
    exact = {name: parse_decimal(text) for name, text in e._constants.items()}
    numbers = {real(name): sympy.Rational(v.numerator, v.denominator) for name, v in exact.items()}
    formula = e.readable if formula is None else formula
    return substitute(formula, numbers) if numbers else formula


def words_of(e: Expression) -> Expr:
    """The formula in words, constants as numbers; an entry's own `rewrite` where it has one."""
    own = e.entry.rewrite if e.entry is not None else None
    with LOCK, named(e, "formula" if own is None else "rewrite"):
        return to_words(with_numbers(e, None if own is None else parse(own)), e.domains)


def shown_slope(e: Expression) -> Expr:
    """The derivative of the parent's readable formula."""
    from neurogebra.symbolic.gradient import differentiate  # 15 ms that a mere value need not wait for

    assert e._parent is not None
    parent, variable = e._parent
    with LOCK:
        return differentiate(parent.readable, real(variable), e.domains)


def evaluated_slope(e: Expression) -> Expr:
    """The derivative of the parent's formula in words; 1 - sech2(x), which loses digits near 0, becomes tanh(x)**2."""
    assert e._parent is not None
    parent, variable = e._parent
    return _evaluated_slope(parent.words, real(variable), tuple(e.domains.items()))


@lru_cache(maxsize=1024)  # value_and_grad asks at every call
def _evaluated_slope(words: Expr, variable: Symbol, domains: tuple[tuple[str, Interval], ...]) -> Expr:
    from neurogebra.symbolic.factors import factored
    from neurogebra.symbolic.gradient import differentiate

    with LOCK:
        return to_words(factored(differentiate(words, variable, dict(domains))), dict(domains))


# Pickling -----------------------------------------------------------------------------------------------------


def state(e: Expression) -> dict[str, Any]:
    """Text and values: nothing of SymPy is pickled."""
    kept = {
        "_name": e._name, "_params": e._params, "_rows": e._rows, "_trainable": e._trainable, "_metadata": e._metadata,
        "_constants": e._constants, "_variables": e._variable_names(), "_parent": e._parent, "_order": e._order,
        "_entry": e._entry,
    }  # fmt: skip
    text = None if e._parent is not None else e._text if e._text is not None else str(e)
    return {**kept, "_text": text}


def restore(kind: type[Expression], kept: dict[str, Any]) -> Expression:
    """The expression of this class that `state` describes."""
    e = kind.__new__(kind)
    e._set(**kept)
    return e
