"""Python's syntax tree of a formula: read, measured, and its chains of one operator laid flat.

Python's parser is asked because its grammar is the one that users know; it sees only what the lexer let
through, and all four errors it can raise become FormulaError. The tree is measured without recursion before
anything walks it. What the names in it mean is not known here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from neurogebra.errors import FormulaError
from neurogebra.language.bounds import FORMULA_DEPTH, FORMULA_NODES
from neurogebra.language.lexer import Lexed

__all__ = ["OPERATORS", "chain", "check_size", "syntax"]

OPERATORS: Final = MappingProxyType[type[ast.AST], str](
    {
        ast.Add: "+",
        ast.Sub: "-",
        ast.Mult: "*",
        ast.Div: "/",
        ast.Pow: "**",
        ast.BitAnd: "&",
        ast.BitOr: "|",
        ast.Gt: ">",
        ast.GtE: ">=",
        ast.Lt: "<",
        ast.LtE: "<=",
    }
)
_CHAINS: Final = {sign: signs for signs in ("+-", "*/", "&", "|") for sign in signs}


def syntax(lexed: Lexed, text: str) -> ast.expr:
    """The syntax tree of what the lexer let through; `text` is what errors show."""
    try:
        return ast.parse(lexed.python, mode="eval").body
    except SyntaxError as error:
        if "too many nested" in error.msg:
            raise RecursionError from None
        column = lexed.columns[min(error.offset or 1, len(lexed.columns)) - 1]
        raise FormulaError(_reason(error.msg), text, column) from None
    except ValueError as error:
        raise FormulaError(f"this cannot be read as a formula: {error}.", text, 1) from None


def chain(node: ast.expr, signs: str) -> list[tuple[str, ast.expr]]:
    """The parts of a + b - c, from the left, with the sign before each: the first has none."""
    parts: list[tuple[str, ast.expr]] = []
    while isinstance(node, ast.BinOp) and OPERATORS.get(type(node.op), " ") in signs:
        parts.append((OPERATORS[type(node.op)], node.right))
        node = node.left
    return [("", node), *reversed(parts)]


def check_size(tree: ast.expr, how: str = "") -> None:
    """Refuse a tree with too many parts or levels; a chain a + b + c is one level, whatever its length."""
    parts, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > FORMULA_DEPTH:
            raise FormulaError(f"{how}nested too deeply; a formula has at most {FORMULA_DEPTH} levels.")
        inner = list(_inner(node))
        parts += len(inner) - 1 if isinstance(node, ast.BinOp) else 1
        waiting += ((part, depth + 1) for part in inner)
    if parts > FORMULA_NODES:
        raise FormulaError(f"{how}this has {parts:,} parts; a formula has at most {FORMULA_NODES}.")


def _inner(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and OPERATORS.get(type(node.op)) in _CHAINS:
        yield from (part for _, part in chain(node, _CHAINS[OPERATORS[type(node.op)]]))
    elif isinstance(node, ast.Call):
        yield from node.args
        yield from (given.value for given in node.keywords)
    else:
        yield from (part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))


def _reason(said: str) -> str:
    if "never closed" in said:
        return "this bracket is never closed."
    if "unmatched" in said:
        return "this bracket was never opened."
    return "this cannot be read as a formula; is a value or a bracket missing?"
