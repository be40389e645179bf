"""What VectorExpression does once it needs SymPy: read its formula, differentiate it, and find its function.

As for element-wise expressions, a formula is stored as our parser reads what our writer writes, a derivative is made
from its parent when asked for, and what is evaluated is rewritten into words before differentiating. SymPy works
behind one lock, because its caches are not safe with threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sympy
from sympy import Expr

from neurogebra.compile.choose import LOCK
from neurogebra.errors import FormulaError, InputError
from neurogebra.expression_parts import named, real, with_numbers
from neurogebra.language.reductions import Alternate, Concat, Joined, Node, X
from neurogebra.language.vectors import let, parse_vector, put_back
from neurogebra.language.writer import write
from neurogebra.symbolic.jacobian import halves, reduces, slope
from neurogebra.symbolic.jacobian import shown as shown_slope
from neurogebra.symbolic.recognise import to_words
from neurogebra.vector import VectorExpression

if TYPE_CHECKING:
    from neurogebra.compile.to_numpy_vector_call import VectorFunction

__all__ = ["axis_becomes", "derivative", "function_of", "read", "read_entry", "shown", "without_noise", "words_of"]


def read(formula: str | Expr) -> Expr:
    """The formula of a text, or of what `symbolic_expr` of a vector expression handed out."""
    with LOCK:
        if isinstance(formula, str):
            return parse_vector(formula)
        if not isinstance(formula, Expr):
            raise InputError(f"a formula is a text or a SymPy expression; got {type(formula).__name__}.")
        return parse_vector(write(formula.xreplace({s: real(s.name) for s in formula.free_symbols})))


def read_entry(e: VectorExpression) -> Expr:
    """The formula of an entry's text; a complaint names the file."""
    assert e._text is not None
    with LOCK, named(e, "formula"):
        return parse_vector(e._text)


def without_noise(e: VectorExpression, names: Sequence[str]) -> Expr:
    """The formula of an entry's text with 0 for its noise, which has to stand beside x: f(x, g) is f(x + g, 0)."""
    with LOCK:
        formula = read_entry(e)
        for name in names:
            if formula.xreplace({X: X - real(name)}).has(real(name)):
                with named(e, "formula"):
                    raise FormulaError(f"noise of a vector function is added to x: write x + {name} for every x.")
            formula = formula.xreplace({real(name): sympy.Integer(0)})
        return parse_vector(write(formula))


def axis_becomes(formula: Expr) -> str:
    """What becomes of the axis: same, concat or reduce."""
    with LOCK:
        return "concat" if isinstance(formula, Concat) else "reduce" if reduces(formula) else "same"


def words_of(e: VectorExpression) -> Expr:
    """The formula in words, inside reductions too; constants as numbers."""
    with LOCK:
        parts = let(with_numbers(e))
        nodes = {symbol: _in_words(node, e) for symbol, node in parts.lets}
        formula = parts.formula if parts.formula in nodes else to_words(parts.formula, e.domains)
        return put_back(formula, nodes)


def _in_words(node: Node, e: VectorExpression) -> Node:
    words: Node = node.func(*(to_words(part, e.domains) for part in node.args))
    return words


def derivative(e: VectorExpression, form: str) -> Expr:
    """The derivative of the parent's formula, as it is shown or as it is evaluated."""
    assert e._parent is not None
    parent, variable = e._parent
    with LOCK:
        found = []
        for half in halves(getattr(parent, form)):
            one = slope(half, real(variable), e.domains)
            found.append(one.matrix() if variable == X.name else one.vector())
        return found[0] if len(found) == 1 else getattr(parent, form).func(*found)


def shown(e: VectorExpression) -> Expr:
    """The formula as people read it: a Jacobian by the function's own values where that is shorter."""
    if e._parent is None:
        return e.readable
    with LOCK:
        if e._parent[1] != X.name:
            return sympy.factor_terms(e.readable) if not isinstance(e.readable, Joined) else e.readable
        return shown_slope(e._parent[0].readable, e.readable)


def function_of(e: VectorExpression) -> VectorFunction:
    """What evaluates it."""
    from neurogebra.compile.to_numpy_vector_call import function

    shape = "alternate" if isinstance(e.words, Alternate) else e.shape
    return function(halves(e.words), shape, e.is_jacobian, tuple(e.domains.items()))
