"""`forge.compose`: a formula in which expressions are called by name, as one expression.

A word of the language wins over an expression and an expression over a symbol, so that what a name means does
not depend on what else is loaded; a name that means nothing is an error and never a new variable. Parameters
travel with their domains, shared where name, value and domain agree and kept apart otherwise. Which
expressions there are is asked of the forge; nothing here knows files or numbers.

    relu + 0.1*tanh                 a bare name is the expression itself
    gelu(2*x) + relu(tanh(x))       a call feeds the variables, in alphabetical order or by name
    leaky_relu(x, alpha=0.1)        then the parameters, by position or by name, as numbers
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import sympy
from sympy import Expr

from neurogebra.errors import FormulaError, MissingVariable
from neurogebra.expression import Expression
from neurogebra.expression_algebra import apart, made
from neurogebra.expression_parts import LOCK, real, with_numbers
from neurogebra.language.build import substitute
from neurogebra.language.parser import parse
from neurogebra.language.words import WORDS
from neurogebra.language.writer import write

if TYPE_CHECKING:
    from neurogebra.forge import MathForge

__all__ = ["compose"]


def compose(text: str, forge: MathForge) -> Expression:
    """The expression that `text` says, with the expressions of `forge` as its functions.

    Raises FormulaError, UnknownExpression, and for parameters what `with_params` raises.
    """
    reserved: frozenset[str] = frozenset({"x"})
    with LOCK:
        while True:
            reader = _Reader(forge, reserved)
            formula = parse(text, functions=reader, names=reader.name)
            reader.refuse_strangers()
            clashes = reader.variables & reader.collected.params.keys()
            if not clashes:  # else a later name is a variable of what an earlier parameter is called
                return made(text.strip(), formula, reader.collected_with_variables())
            reserved |= clashes


class _Reader(Mapping[str, Callable[..., Expr]]):
    """The expressions a formula may call; it notes what was used while the parser reads."""

    def __init__(self, forge: MathForge, reserved: frozenset[str]) -> None:
        self.forge = forge
        self.collected = made("", sympy.Integer(0))._with(_variables=tuple(reserved))
        self.variables: set[str] = set()
        self._symbols: list[str] = []
        self._known: set[str] = {"x"}
        self._renamed: dict[tuple[str, Expression], Expression] = {}

    def __getitem__(self, name: str) -> Callable[..., Expr]:
        if name not in self.forge:
            raise KeyError(name)
        return partial(self._call, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.forge)

    def __len__(self) -> int:
        return len(self.forge)

    def name(self, name: str, column: int) -> Expr | None:
        """What a name means that stands alone; None where it is a constant or a symbol."""
        row = WORDS.get(name)
        if row is not None and row.kind == "constant":
            return None
        if name not in self.forge:
            self._symbols.append(name)
            self.variables.add(name)
            return None
        expression = self._collect(name, self.forge.get(name))
        self.variables.update(expression.variables)
        return with_numbers(expression)

    def refuse_strangers(self) -> None:
        """A symbol must be x or a variable of an expression in use."""
        for name in self._symbols:
            if name not in self._known:
                self.forge.get(name)  # it has none of this name, and says which is nearest

    def collected_with_variables(self) -> Expression:
        """What carries the parameters of everything used, and all variables."""
        return self.collected._with(_variables=tuple(sorted(self.variables)))

    def _call(self, name: str, *given: Expr, **named: Expr) -> Expr:
        expression = self.forge.get(name)
        inputs, values = _bound(expression, given, named)
        expression = self._collect(name, expression.with_params(**values))
        fed: Expr = substitute(with_numbers(expression), {real(name): value for name, value in inputs.items()})
        return fed

    def _collect(self, name: str, expression: Expression) -> Expression:
        """The expression with its parameters under the names that they have in the composition."""
        expression._as_part()
        self._known.update(expression.variables)
        asked = name, expression
        if asked not in self._renamed:
            renamed = self._renamed[asked] = apart(expression, self.collected)
            variables = tuple(self.collected.variables)
            self.collected = made("", sympy.Integer(0), self.collected, renamed)._with(_variables=variables)
        return self._renamed[asked]


def _bound(
    expression: Expression, given: tuple[Expr, ...], named: Mapping[str, Expr]
) -> tuple[dict[str, Expr], dict[str, float]]:
    """What a call gives to each variable and, as a number, to each parameter."""
    name, variables = expression.name, expression.variables
    places = [*variables, *expression.params]
    if len(given) > len(places):
        takes = ", then ".join(", ".join(names) for names in (variables, expression.params) if names)
        raise FormulaError(f"{name} takes {takes}; got {len(given)} values.")
    values = dict(zip(places, given, strict=False))
    for place, value in named.items():
        if place in values:
            raise FormulaError(f"{name} was given {place} twice.")
        values[place] = value
    missing = [variable for variable in variables if variable not in values]
    if missing:
        has = f"only {', '.join(values)}" if values else "nothing"
        raise MissingVariable(f"{name} needs {', '.join(missing)}; it was given {has}.")
    inputs = {variable: values.pop(variable) for variable in variables}
    return inputs, {place: _number(name, place, value) for place, value in values.items()}


def _number(name: str, place: str, value: Expr) -> float:
    """A parameter's value: the nearest float64 of what was written."""
    if value.free_symbols:
        raise FormulaError(f"{name} takes a number for {place}; got {write(value)}.")
    return int(value.p) / int(value.q) if value.is_Rational else float(value.evalf(25))
