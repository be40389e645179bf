"""Conditions and the arms they choose: Piecewise kept in order, bounded, and out of its own conditions.

An arm is in force when no arm before it is; everything done here keeps that meaning, and does by hand what
SymPy would do by multiplying conditions out. A condition on a Piecewise is said as conditions on its arms, so
that SymPy's ITE never appears. What a condition is about is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, Final

import sympy
from sympy import Basic, Expr
from sympy.core.relational import Relational

from neurogebra.errors import FormulaError
from neurogebra.language.bounds import PIECEWISE_ARMS

if TYPE_CHECKING:
    from neurogebra.language.build import Builder

__all__ = ["check_clauses", "lifted", "ordered_arms", "settled"]

_CLAUSES: Final = 256  # SymPy multiplies out the conditions of equal neighbours: 2**n for n times a & b
_BRANCHES: Final = 8  # arms of Piecewise that one comparison may hold


def ordered_arms(builder: Builder, arms: Sequence[tuple[Expr, Basic]]) -> list[tuple[Expr, Basic]]:
    """`arms` without those never reached; neighbours with one value become one arm."""
    kept: list[tuple[Expr, Basic]] = []
    for value, condition in arms:
        if condition == False:  # noqa: E712 - SymPy's false
            continue
        if kept and kept[-1][0] == value:
            condition = builder.join(sympy.Or, [kept.pop()[1], condition])
        kept.append((value, condition))
        if condition == True:  # noqa: E712
            break
    if len(kept) > PIECEWISE_ARMS:
        raise FormulaError(f"Piecewise has at most {PIECEWISE_ARMS} arms; this has {len(kept)}.")
    return kept


def check_clauses(conditions: Sequence[Basic]) -> None:
    """Refuse conditions that would be endless when multiplied out."""
    clauses = prod(_clauses(condition, True) for condition in conditions)
    if clauses > _CLAUSES:
        raise FormulaError(
            f"these conditions have {clauses:,} combinations, more than {_CLAUSES}; arms are read in order,"
            " so (a, x < 1), (b, x < 2) needs no lower ends."
        )


def _clauses(condition: Basic, positive: bool) -> int:
    if isinstance(condition, sympy.Not):
        return _clauses(condition.args[0], not positive)
    if not isinstance(condition, sympy.And | sympy.Or):
        return 1
    counts = [_clauses(part, positive) for part in condition.args]
    return sum(counts) if isinstance(condition, sympy.And) == positive else prod(counts)


def settled(relation: Any) -> Any:
    """A comparison in the form that Piecewise would give it: 2*x > 4 as x > 2.

    Piecewise repeats that step until nothing changes, which for pi - y > alpha - y is never: SymPy turns it
    round and back. There the sides are subtracted first, pi - alpha > 0.
    """
    for _ in range(2):
        for _ in range(4):
            before, relation = relation, _standard(relation)
            if relation == before:
                return relation
        relation = relation.func(relation.lhs - relation.rhs, 0)
    raise FormulaError("SymPy finds no form for this comparison; write it as a difference compared with 0.")


def _standard(relation: Any) -> Any:
    relation = relation.canonical
    if not isinstance(relation, Relational) or relation.lhs.is_number:
        return relation
    fixed, rest = relation.lhs.as_coeff_Add(rational=True)
    factor, left = rest.as_coeff_Mul(rational=True)
    head = relation.reversed.func if factor < 0 else relation.func
    return head(left, (relation.rhs - fixed) / factor)


def lifted(builder: Builder, head: type[Relational], left: Expr, right: Expr) -> Basic:
    """The comparison of `left` and `right`, one of which holds a Piecewise, as conditions without any."""
    found = left.atoms(sympy.Piecewise) | right.atoms(sympy.Piecewise)
    if prod(len(piece.args) for piece in found) > _BRANCHES:
        raise FormulaError(f"a comparison has at most {_BRANCHES} branches of Piecewise; compare each alone.")
    piece = min(found, key=sympy.default_sort_key)
    chosen: list[Basic] = []
    passed: list[Basic] = []
    for value, condition in piece.args:
        sides: list[Any] = [builder.substitute(side, {piece: value}) for side in (left, right)]
        holds = builder.relate(head, *sides)
        chosen.append(builder.join(sympy.And, [*passed, condition, holds]))
        passed.append(builder.join(sympy.Not, [condition]))
    return builder.join(sympy.Or, chosen)
