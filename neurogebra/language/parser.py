"""Formula text to SymPy, by an allow-list over Python's syntax tree; nothing is ever run.

What the table in words.py names is built, everything else is refused with its column and the spelling to use,
within milliseconds and before SymPy computes anything. The result equals the text as a real function, has
real symbols and exact numbers, and can be written and read back. Arrays, files and values are unknown here.

>>> parse("x*(1 + tanh(0.5*x))^2")
x*(tanh(x/2) + 1)**2
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final, NoReturn

import sympy
from sympy import Basic, Expr

from neurogebra.errors import FormulaError
from neurogebra.language.bounds import FORMULA_DEPTH, FORMULA_NODES, PIECEWISE_ARMS
from neurogebra.language.build import Builder
from neurogebra.language.facts import NO_VALUE, extremum_fits
from neurogebra.language.lexer import Lexed, check_name, check_spelling, lex
from neurogebra.language.refusals import bare, miscounted, unknown
from neurogebra.language.syntax import OPERATORS, chain, check_size, syntax
from neurogebra.language.words import RESERVED, WORDS, Row

__all__ = ["check_name", "check_symbol", "parse"]

_AS_VALUE: Final = "a condition is no number; choose by it: Piecewise((1, x > 0), (0, True))."
_AS_CONDITION: Final = "a condition is a comparison, such as x > 0, Eq(x, 0) or (x > 0) & (x < 6)."
_TOO_EARLY: Final = "True stands only in the last arm of Piecewise, for all that is left."
_LAST_ARM: Final = "the last condition of Piecewise is True, so that every x has a value: (0, True)."
_FEW_PARTS: Final = FORMULA_NODES // 4  # a tree with few parts and levels is written within the bounds;
_FEW_LEVELS: Final = FORMULA_DEPTH // 4  # any other is written once, to be counted as it will be read back

_EXTREMA: Final = ("Max", "Min", "max", "min")
_NO_FUNCTIONS: Final[Mapping[str, Callable[..., Expr]]] = MappingProxyType({})


def parse(
    text: str,
    *,
    functions: Mapping[str, Callable[..., Expr]] = _NO_FUNCTIONS,
    names: Callable[[str, int], Expr | None] | None = None,
) -> Expr:
    """The SymPy expression that `text` says.

    `functions`: further functions by name, called with the arguments as expressions; they alone may take
    keyword arguments. `names`: asked first about each name that stands alone, with its column; what it
    answers None to is read as usual, a constant or a real symbol. Raises FormulaError, with the column.
    """
    if not isinstance(text, str):
        raise FormulaError(f"a formula is text, such as 'x*exp(-x)'; this is {type(text).__name__}.")
    try:
        lexed = lex(text, keywords=bool(functions))
        tree = syntax(lexed, text)
        check_size(tree)
        walk = _Walk(text, lexed, functions, names)
        formula = walk.value(tree)
        formula = walk.build(tree, walk.builder.admit, formula)
        facts = walk.builder.ledger.look(formula)
        if facts.parts > _FEW_PARTS or facts.depth > _FEW_LEVELS:
            from neurogebra.language.writer import write  # 1 ms of a process whose formulas are all short

            check_size(syntax(lex(written := write(formula)), written), "written out, ")
    except (RecursionError, MemoryError):
        raise FormulaError(f"nested too deeply; a formula has at most {FORMULA_DEPTH} levels.") from None
    return formula


def check_symbol(name: str) -> None:
    """Refuse a name that cannot be a variable, parameter or constant: FormulaError says why."""
    check_spelling(name)
    if name in WORDS:
        raise FormulaError(f"{name!r} is a word of the formula language ({WORDS[name].meaning}).")
    if name in RESERVED:
        raise FormulaError(f"{name!r} {RESERVED[name]}")


class _Walk:
    """One formula on its way from syntax to SymPy."""

    def __init__(
        self,
        text: str,
        lexed: Lexed,
        functions: Mapping[str, Callable[..., Expr]],
        names: Callable[[str, int], Expr | None] | None,
    ) -> None:
        self.text, self.lexed, self.functions, self.names = text, lexed, functions, names
        self.builder = Builder()

    def value(self, node: ast.expr) -> Expr:
        """The number-valued expression that `node` says."""
        match node:
            case ast.Constant(value=bool()):
                self.fail(node, "True is the last condition of Piecewise, and no number.")
            case ast.Constant() if node.col_offset in self.lexed.numbers:
                number = self.lexed.numbers[node.col_offset]
                return sympy.Rational(number.numerator, number.denominator)
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand)
            case ast.BinOp(op=ast.Pow(), left=base, right=exponent):
                return self.build(node, self.builder.power, self.value(base), self.value(exponent))
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.sum(node)
            case ast.BinOp(op=ast.Mult() | ast.Div()) | ast.UnaryOp(op=ast.USub()):
                return self.build(node, self.builder.product, list(self.factors(node)))
            case ast.Call(func=ast.Name(id=name)):
                return self.call(node, name)
            case ast.Compare() | ast.BinOp(op=ast.BitAnd() | ast.BitOr()) | ast.UnaryOp(op=ast.Invert()):
                self.fail(node, _AS_VALUE)
            case ast.Tuple(elts=parts):
                reason = "a comma separates arguments; a formula is one value."
                self.fail(node, reason if parts else "there is nothing between these brackets.")
        self.fail(node, "this is not part of the formula language.")

    def name(self, node: ast.expr, name: str) -> Expr:
        column = self.column(node)
        answer = self.names(name, column) if self.names is not None else None
        if answer is not None:
            return answer
        row = WORDS.get(name)
        if row is not None and row.kind == "constant":
            return row.build()
        if row is not None:
            self.fail(node, bare(name, row))
        with self.at(node):
            check_symbol(name)
        return sympy.Symbol(name, real=True)

    def sum(self, node: ast.expr) -> Expr:
        terms = []
        for sign, part in chain(node, "+-"):
            term = self.value(part)
            terms.append(self.build(part, self.builder.product, [-1, term]) if sign == "-" else term)
        return self.build(node, self.builder.total, terms)

    def factors(self, node: ast.expr, below: bool = False, divides: bool = False) -> Iterator[Expr]:
        """The factors of a product, those of products inside it too.

        SymPy multiplies 2*(x + 1) out and leaves 2*y*(x + 1) alone, so what y/(2*(x + 1)) becomes would
        depend on its brackets. Taken apart to the last factor, the same product is always built the same way.
        `below`: each as one over it; `divides`: it stands behind a `/` and may not be zero.
        """
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield sympy.S.NegativeOne
                yield from self.factors(operand, below, divides)
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                for sign, part in chain(node, "*/"):
                    yield from self.factors(part, below != (sign == "/"), divides or sign == "/")
            case _:
                value = self.value(node)
                if divides and value == 0:
                    self.fail(node, f"{NO_VALUE}: it divides by zero.")
                yield self.build(node, self.builder.reciprocal, value) if below else value

    def call(self, node: ast.Call, name: str) -> Expr:
        row = WORDS.get(name)
        over_a_vector = _is_extremum(node) and len(node.args) == 1 and name in self.functions
        if row is None or over_a_vector:
            return self.call_named(node, name)
        if row.kind == "condition":
            self.fail(node, _AS_VALUE)
        if row.kind == "constant":
            self.fail(node, f"{name!r} is a number; a product is written {name}*(...).")
        self.check_arguments(node, name, row)
        if row.kind == "choice":
            return self.where(node) if name == "where" else self.piecewise(node)
        return self.build(node, self.builder.apply, row.build, [self.value(part) for part in node.args])

    def call_named(self, node: ast.Call, name: str) -> Expr:
        """A call of one of `functions`, or the reason why there is no such call."""
        function = self.functions.get(name)
        if function is None:
            self.fail(node, unknown(name, self.functions))
        with self.at(node):
            named = {str(given.arg): self.value(given.value) for given in node.keywords}
            result: Expr = function(*(self.value(part) for part in node.args), **named)
            return self.builder.admit(result)

    def check_arguments(self, node: ast.Call, name: str, row: Row) -> None:
        count = len(node.args)
        if node.keywords:
            self.fail(node, f"{name} takes no named arguments; write {name}(x).")
        if _is_extremum(node) and row.least <= count <= row.most:
            with self.at(node):  # here already, because SymPy takes 0.1 s to compare what is inside
                extremum_fits(_leaves(node))
        if row.least <= count <= row.most or name == "Piecewise":
            return
        self.fail(node, miscounted(name, row, count))

    def where(self, node: ast.Call) -> Expr:
        condition, one, other = node.args
        arms = [(self.value(one), self.condition(condition)), (self.value(other), sympy.true)]
        return self.build(node, self.builder.choose, arms)

    def piecewise(self, node: ast.Call) -> Expr:
        if not 1 <= len(node.args) <= PIECEWISE_ARMS:
            self.fail(node, f"Piecewise has 1 to {PIECEWISE_ARMS} arms; this has {len(node.args)}.")
        arms = []
        for position, part in enumerate(node.args, 1):
            if not (isinstance(part, ast.Tuple) and len(part.elts) == 2):
                self.fail(part, "an arm of Piecewise is (value, condition), such as (x, x > 0).")
            value, condition = part.elts
            certain = isinstance(condition, ast.Constant) and condition.value is True
            if certain != (position == len(node.args)):
                self.fail(condition, _TOO_EARLY if certain else _LAST_ARM)
            arms.append((self.value(value), sympy.true if certain else self.condition(condition)))
        return self.build(node, self.builder.choose, arms)

    def condition(self, node: ast.expr) -> Basic:
        """The condition that `node` says."""
        match node:
            case ast.Compare():
                return self.compare(node)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                sign = OPERATORS[type(node.op)]
                parts = [self.joined(part) for _, part in chain(node, sign)]
                return self.build(node, self.builder.join, WORDS[sign].build, parts)
            case ast.UnaryOp(op=ast.Invert(), operand=operand):
                return self.build(node, self.builder.join, sympy.Not, [self.joined(operand)])
            case ast.Call(func=ast.Name(id=name)) if name in WORDS and WORDS[name].kind == "condition":
                row = WORDS[name]
                self.check_arguments(node, name, row)
                if name in ("And", "Or", "Not"):
                    parts = [self.condition(part) for part in node.args]
                    return self.build(node, self.builder.join, row.build, parts)
                return self.build(node, self.builder.relate, row.build, *map(self.value, node.args))
            case ast.Constant(value=True):
                self.fail(node, _TOO_EARLY)
        self.fail(node, _AS_CONDITION)

    def joined(self, node: ast.expr) -> Basic:
        """A side of & or |, which bind more tightly than < and >: x > 0 & x < 6 means x > (0 & x) < 6."""
        if isinstance(node, ast.Constant | ast.Name):
            self.fail(node, "put each comparison in parentheses: (x > 0) & (x < 6).")
        return self.condition(node)

    def compare(self, node: ast.Compare) -> Basic:
        for side in (node.left, *node.comparators):
            if isinstance(side, ast.BinOp) and type(side.op) in (ast.BitAnd, ast.BitOr):
                self.fail(side, "put each comparison in parentheses: (x > 0) & (x < 6).")
        values = [self.value(side) for side in (node.left, *node.comparators)]
        parts = [
            self.build(node, self.builder.relate, WORDS[OPERATORS[type(sign)]].build, left, right)
            for sign, left, right in zip(node.ops, values, values[1:], strict=False)
        ]
        return parts[0] if len(parts) == 1 else self.build(node, self.builder.join, sympy.And, parts)

    def build(self, node: ast.expr, constructor: Callable[..., Any], *parts: Any) -> Any:
        with self.at(node):
            return constructor(*parts)

    @contextmanager
    def at(self, node: ast.expr) -> Iterator[None]:
        """A refusal from inside that knows no column gets that of `node`."""
        try:
            yield
        except FormulaError as error:
            if error.column is not None:
                raise
            raise FormulaError(error.reason, self.text, self.column(node)) from error.__cause__

    def column(self, node: ast.expr) -> int:
        return self.lexed.columns[min(node.col_offset, len(self.lexed.columns) - 1)]

    def fail(self, node: ast.expr, reason: str) -> NoReturn:
        raise FormulaError(reason, self.text, self.column(node))


def _is_extremum(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _EXTREMA


def _leaves(node: ast.expr) -> int:
    return sum(map(_leaves, node.args)) if isinstance(node, ast.Call) and _is_extremum(node) else 1
