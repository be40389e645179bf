"""Formulas over a whole vector: the text of the formula language with sum, max and their like.

The parser of element-wise formulas reads them, so that everything it refuses is refused here too: each reduction
is given to it as a symbol of its own and put back when it is done. `let` takes a formula apart again, into an
element-wise formula and the reductions it needs, in order; everything that differentiates and evaluates works
on those parts. A formula has one variable, x, an element of the axis.

    >>> print(write(parse_vector("exp(x/T)/sum(exp(x/T))")))
    exp(x/T)/sum(exp(x/T))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import sympy
from sympy import Expr, Symbol

from neurogebra.errors import FormulaError
from neurogebra.language.parser import parse
from neurogebra.language.reductions import (
    COLUMN,
    DELTA,
    VALUE,
    Alternate,
    Concat,
    Hardmax,
    Joined,
    Largest,
    Node,
    Threshold,
    Total,
    Winners,
    X,
)
from neurogebra.language.typeset import latex
from neurogebra.language.writer import write

__all__ = ["Let", "Parts", "let", "parse_vector", "put_back", "vector_latex", "write"]

_KEPT: Final = frozenset(symbol.name for symbol in (COLUMN, DELTA, *VALUE.values()))
MOST: Final = 64  # reductions of one formula


class Let(NamedTuple):
    """One reduction under a symbol of its own: `node` with the inner ones as their symbols."""

    symbol: Symbol
    node: Node


class Parts(NamedTuple):
    """An element-wise formula, and what its symbols stand for, inner reductions first."""

    formula: Expr
    lets: tuple[Let, ...]


def parse_vector(text: str) -> Expr:
    """The formula of `text` over a vector x. FormulaError, with the column."""
    words = _Words()
    formula = parse(text, functions=words, names=_no_index)
    if words.whole and words.whole != [formula]:
        word = words.made[words.whole[0]].word
        raise FormulaError(f"{word}(...) stands only around a whole formula: {word}(Max(0, x), Max(0, -x)).")
    return put_back(formula, words.made)


def let(formula: Expr) -> Parts:
    """`formula` taken apart; equal reductions are one."""
    found: dict[Node, Symbol] = {}
    lets: list[Let] = []

    def masked(expr: Expr) -> Expr:
        if isinstance(expr, Node):
            node = expr.func(*(masked(part) for part in expr.args))
            if node not in found:
                found[node] = _named(len(lets), node)
                lets.append(Let(found[node], node))
            return found[node]
        if not expr.has(Node):
            return expr
        return expr.func(*(masked(part) for part in expr.args))

    return Parts(masked(formula), tuple(lets))


def put_back(formula: Expr, nodes: Mapping[Symbol, Node]) -> Expr:
    """`formula` with each symbol replaced by its reduction, outer ones first."""
    for symbol, node in reversed(list(nodes.items())):
        formula = formula.xreplace({symbol: node})
    return formula


def vector_latex(formula: Expr) -> str:
    """LaTeX with indices: x_i outside sums, x_k inside, delta_ij."""
    names = {X: "x_i", COLUMN: "x_j", DELTA: "delta_i_j"}
    masks = {node: sympy.Dummy(real=True) for node in formula.atoms(Node) if not isinstance(node, Joined)}
    outer = formula.xreplace(masks) if not isinstance(formula, Joined) else formula
    outer = outer.xreplace({symbol: Symbol(name, real=True) for symbol, name in names.items()})
    return latex(outer.xreplace({mask: node for node, mask in masks.items()}))


def _named(count: int, node: Node) -> Symbol:
    """A symbol that nobody can type; it sorts after x and the parameters."""
    return Symbol(f"~{count}", real=True, positive=True) if node.is_positive else Symbol(f"~{count}", real=True)


def _no_index(name: str, column: int) -> None:
    if name in _KEPT:
        raise FormulaError(f"{name!r} is how a Jacobian names its parts; choose another name.")


class _Words(Mapping[str, Callable[..., Expr]]):
    """The reductions as functions for the parser, which sees a symbol for each."""

    def __init__(self) -> None:
        self.made: dict[Symbol, Node] = {}
        self.whole: list[Symbol] = []  # what stands only around a whole formula
        self._functions: dict[str, Callable[..., Expr]] = {
            "sum": self._reduction("sum", Total),
            "max": self._reduction("max", Largest),
            "Max": self._reduction("max", Largest),
            "min": self._minimum,
            "Min": self._minimum,
            "hardmax": self._reduction("hardmax", lambda u: Hardmax(u, X)),
            "winners": self._reduction("winners", lambda u: Winners(u, X)),
            "simplex_threshold": self._threshold,
            "concat": self._joining(Concat),
            "alternate": self._joining(Alternate),
        }

    def __getitem__(self, name: str) -> Callable[..., Expr]:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def _reduction(self, word: str, build: Callable[[Expr], Node]) -> Callable[..., Expr]:
        def reduction(*arguments: Expr, **named: Any) -> Expr:
            (argument,) = self._taken(word, 1, arguments, named)
            return self._symbol(build(argument))

        return reduction

    def _minimum(self, *arguments: Expr, **named: Any) -> Expr:
        (argument,) = self._taken("min", 1, arguments, named)
        return -self._symbol(Largest(-argument))

    def _threshold(self, *arguments: Expr, **named: Any) -> Expr:
        argument, power = self._taken("simplex_threshold", 2, arguments, named)
        if power not in (1, 2):
            raise FormulaError(f"simplex_threshold(u, p) has p 1 or 2; this is {write(power)}.")
        return self._symbol(Threshold(argument, power))

    def _joining(self, kind: type[Joined]) -> Callable[..., Expr]:
        def joining(*arguments: Expr, **named: Any) -> Expr:
            symbol = self._symbol(kind(*self._taken(kind.word, 2, arguments, named)))
            self.whole.append(symbol)
            return symbol

        return joining

    def _taken(self, word: str, count: int, arguments: tuple[Expr, ...], named: Any) -> tuple[Expr, ...]:
        if named:
            raise FormulaError(f"{word} takes no named arguments; the axis is given to eval: eval(x=..., axis=-1).")
        if len(arguments) != count:
            takes = "one argument" if count == 1 else f"{count} arguments"
            raise FormulaError(f"{word} takes {takes}; this has {len(arguments)}.")
        return arguments

    def _symbol(self, node: Node) -> Symbol:
        for symbol, known in self.made.items():
            if known == node:
                return symbol
        if len(self.made) == MOST:
            raise FormulaError(f"a formula has at most {MOST} sums, maxima and thresholds.")
        symbol = _named(len(self.made), node)
        self.made[symbol] = node
        return symbol
