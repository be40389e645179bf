"""Which target answers: Python numbers go to `math`, everything that is an array goes to NumPy.

The input's type decides and nothing is imported to find out, so that evaluating a float never loads NumPy.
Compiled functions are kept by formula and input names, and every value of a parameter shares one. It refuses
what is no number at the target that would have to read it.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sympy import Add, Expr

from neurogebra.compile.plan import Plan, plan
from neurogebra.compile.to_scalar import compile_scalar
from neurogebra.language.functions import expm1, sech2

if TYPE_CHECKING:
    from neurogebra.compile.to_numpy import NumpyFunction

__all__ = ["LOCK", "Function", "as_float", "compiled", "is_scalar"]

LOCK = threading.RLock()  # SymPy's caches are not thread-safe
if hasattr(os, "register_at_fork"):  # a child forked while another thread held it would wait for ever
    os.register_at_fork(before=LOCK.acquire, after_in_parent=LOCK.release, after_in_child=LOCK.release)
WHOLE = 2**53  # larger ints become floats first


class Function:
    """The compiled forms of some formulas in words; each is made when first called for."""

    def __init__(self, formulas: tuple[Expr, ...], inputs: tuple[str, ...], variables: int) -> None:
        self.formulas, self.inputs, self.variables = formulas, inputs, variables
        self._plan: Plan | None = None
        self._scalar: Callable[..., Any] | None = None
        self._numpy: NumpyFunction | None = None

    @property
    def plan(self) -> Plan:
        """The steps all targets are made from."""
        if self._plan is None:
            with LOCK:
                self._plan = plan(self.formulas, self.inputs)
        return self._plan

    @property
    def steady(self) -> Plan:
        """The same steps, but for what float64 computes better by cases; exact targets take the shorter form."""
        if not any(formula.has(expm1, sech2) or _of_three(formula) for formula in self.formulas):
            return self.plan
        from neurogebra.symbolic.steadied import steadied  # few formulas need it

        with LOCK:
            return plan([steadied(formula) for formula in self.formulas], self.inputs)

    @property
    def scalar(self) -> Callable[..., Any]:
        """A function of Python numbers, positionally: variables, then parameters."""
        if self._scalar is None:
            self._scalar = compile_scalar(self.plan, self.variables, self.steady)
        return self._scalar

    @property
    def numpy(self) -> NumpyFunction:
        """The function of arrays."""
        if self._numpy is None:
            from neurogebra.compile.to_numpy import NumpyFunction

            self._numpy = NumpyFunction(self.plan, self.variables, self.steady)
        return self._numpy

    def __call__(self, variables: Sequence[Any], parameters: Sequence[Any]) -> tuple[Any, ...]:
        """Every output, in the kind, shape and dtype of the variables."""
        if all(is_scalar(v) for v in variables) and all(type(p) is float for p in parameters):
            return self._of_numbers([_number(v) for v in variables], parameters)
        return self.numpy(variables, parameters)

    def shortcut(self, variable: str, parameters: tuple[Any, ...], x: Any) -> tuple[Any, ...] | None:
        """What `Expression.eval` calls directly the next time; arrays join once one like `x` was seen."""
        if not all(type(p) is float for p in parameters):
            return None
        arrays = (type(x), self.numpy.quick(parameters)) if type(x).__name__ == "ndarray" else None
        return variable, self.scalar, parameters, arrays

    def _of_numbers(self, variables: Sequence[float], parameters: Sequence[float]) -> tuple[Any, ...]:
        answer = self.scalar(*variables, *parameters)
        answers = answer if isinstance(answer, tuple) else (answer,)
        whole = bool(variables) and all(type(v) is int for v in variables)
        return answers if whole else tuple(map(float, answers))


@lru_cache(maxsize=4096)
def compiled(formulas: tuple[Expr, ...], inputs: tuple[str, ...], variables: int) -> Function:
    """The one Function of these formulas."""
    return Function(formulas, inputs, variables)


def _of_three(formula: Expr) -> bool:
    """Whether there is a sum of three terms."""
    return any(len(s.args) > 2 for s in formula.atoms(Add))


def is_scalar(value: Any) -> bool:
    """Whether a value is a plain Python number."""
    return type(value) in (float, int)


def _number(value: float) -> float:
    return as_float(value) if type(value) is int and not -WHOLE <= value <= WHOLE else value


def as_float(value: float) -> float:
    """A float; a whole number beyond all floats is an infinity."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
