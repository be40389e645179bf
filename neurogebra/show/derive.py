"""The derivative of an expression step by step: one rule a line, ending in the form that `gradient` gives.

The lines come from the very rules that `gradient` applies, asked for one level at a time, so that the derivation
cannot tell another story than the library; what is not yet differentiated stands under a marker d/dx(...). Each
line equals the one before wherever both are defined. It imports SymPy at its top, as no other file of the room
does, because its markers are SymPy nodes; which expression is derived, and why, it does not know.

    >>> print(derive(forge.get("swish")))
    d/dx(x*sigmoid(x))
      = x*d/dx(sigmoid(x)) + sigmoid(x)    product rule
      = x*sigmoid(-x)*sigmoid(x) + sigmoid(x)    sigmoid'(u) = sigmoid(-u)*sigmoid(u)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Expr, Integer, Symbol

from neurogebra.compile.choose import LOCK
from neurogebra.errors import FormulaError
from neurogebra.language.typeset import latex
from neurogebra.language.words import canonical
from neurogebra.language.writer import write
from neurogebra.symbolic.gradient import Slopes
from neurogebra.symbolic.signs import Box

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["Derivation", "Step", "Unfinished", "derive"]

MOST_STEPS = 40


class Unfinished(sympy.Function):  # type: ignore[misc]
    """The derivative of its first argument by its second, still to be worked out."""

    nargs = 2
    is_real = True

    @classmethod
    def eval(cls, *arguments: Expr) -> None:
        return None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        u, x = (latex(part) for part in self.args)
        return rf"\frac{{d}}{{d {x}}}\left[{u}\right]"


@dataclass(frozen=True)
class Step:
    """One line: a formula, in which what is still to be done is marked, and the rule that led to it."""

    formula: Expr
    rule: str

    def __str__(self) -> str:
        markers = sorted(self.formula.atoms(Unfinished), key=sympy.default_sort_key)
        # names that stand last in a product, where people write what is still to be done
        names = [f"zz_unfinished_{i}_" for i in range(len(markers))]
        text = write(self.formula.xreplace({m: Symbol(n, real=True) for m, n in zip(markers, names, strict=True)}))
        for marker, name in zip(markers, names, strict=True):
            u, x = (write(part) for part in marker.args)
            text = text.replace(name, f"d/d{x}({u})")
        return text

    @property
    def latex(self) -> str:
        return latex(self.formula)


@dataclass(frozen=True)
class Derivation:
    """The steps from d/dx(f) to the gradient. Prints as text; notebooks typeset it."""

    steps: tuple[Step, ...]
    gradient: Expression

    def __str__(self) -> str:
        first, *others = self.steps
        return "\n".join([str(first), *(f"  = {step}    {step.rule}" for step in others)])

    __repr__ = __str__

    @property
    def latex(self) -> str:
        """The lines as one LaTeX environment, a rule beside each."""
        first, *others = self.steps
        lines = [first.latex, *(rf"&= {step.latex} && \text{{{_plain(step.rule)}}}" for step in others)]
        joined = " \\\\\n".join([rf"&\phantom{{=}}\; {lines[0]}", *lines[1:]])
        return f"\\begin{{aligned}}\n{joined}\n\\end{{aligned}}"

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"


def derive(expression: Expression, variable: str = "x") -> Derivation:
    """Every step from the formula to `expression.gradient(variable)`. Raises UnknownVariable, FormulaError."""
    gradient = expression.gradient(variable)
    with LOCK:
        x = Symbol(variable, real=True)
        rules = _Rules(x, Box(expression.domains))
        steps = [Step(Unfinished(expression._shown(), x), "")]
        try:
            while len(steps) < MOST_STEPS and steps[-1].formula.has(Unfinished):
                steps.append(rules.applied(steps[-1].formula))
        except FormulaError:  # a rule that sees the whole vector or the whole line, not one level
            steps = steps[:1]
        if steps[-1].formula.has(Unfinished):
            steps.append(Step(gradient._shown(), "all rules at once"))
        elif steps[-1].formula != gradient._shown():
            joined = gradient._shown().has(sympy.Piecewise, sympy.sign, sympy.Abs)
            steps.append(
                Step(gradient._shown(), "arms joined, with the slope at each corner" if joined else "gathered")
            )
    return Derivation(tuple(steps), gradient)


class _Rules(Slopes):
    """The rules of the gradient, each stopping at its own level: what is inside stays marked."""

    def of(self, e: Expr) -> Expr:
        if not e.has(self.x):
            return Integer(0)
        return Integer(1) if e == self.x else Unfinished(e, self.x)

    def applied(self, formula: Expr) -> Step:
        """The formula with one rule applied, wherever it is that rule's turn."""
        waiting = sorted(formula.atoms(Unfinished), key=sympy.default_sort_key)
        rule = self.named(waiting[0].args[0])
        turn = [marker for marker in waiting if self.named(marker.args[0]) == rule]
        done = formula.xreplace({marker: self.level(marker.args[0]) for marker in turn})
        if done.has(sympy.Derivative, sympy.Subs):
            raise FormulaError(f"{formula} has a part that no rule of one level differentiates.")
        return Step(done, rule)

    def level(self, u: Expr) -> Expr:
        """The derivative with what is inside still marked."""
        return self._by_rule(u) if u.has(self.x) else Integer(0)

    def named(self, u: Expr) -> str:
        """The rule whose turn it is, in words."""
        if not u.has(self.x):
            return "constant"
        if u == self.x:
            return f"d{self.x}/d{self.x} = 1"
        if isinstance(u, sympy.Add):
            return "sum rule"
        if isinstance(u, sympy.Mul):
            return "product rule" if sum(f.has(self.x) for f in u.args) > 1 else "constant factor"
        if isinstance(u, sympy.Pow):
            return self._power(u)
        for kinds, words in WORDS:
            if isinstance(u, kinds):
                return words
        chain = "" if u.args == (self.x,) else ", chain rule"
        return f"{_known(u)}{chain}"

    def _power(self, u: sympy.Pow) -> str:
        if u.exp.has(self.x):
            return "exponential rule" if not u.base.has(self.x) else "power of two functions"
        return "power rule" if u.base == self.x else "power rule, chain rule"


WORDS: tuple[tuple[Any, str], ...] = (
    (sympy.Piecewise, "arm by arm"),
    (sympy.Max, "slope of the largest"),
    (sympy.Min, "slope of the smallest"),
    (sympy.Abs, "Abs'(u) = sign(u), chain rule"),
    ((sympy.sign, sympy.floor, sympy.ceiling), "flat between its steps"),
)


def _known(u: Expr) -> str:
    """`tanh'(u) = 1 - tanh(u)**2`."""
    word = canonical(u.func) or u.func.__name__
    if len(u.args) != 1:
        return f"derivative of {word}"
    if isinstance(u, sympy.log) and isinstance(u.args[0], sympy.cosh):
        return "log(cosh(u))' = tanh(u)"
    slope = u.func(Symbol("u", real=True)).fdiff(1)
    return f"{word}'(u) = {write(slope)}"


def _plain(rule: str) -> str:
    """A rule as LaTeX text."""
    return rule.replace("_", r"\_").replace("^", r"\^{}")
