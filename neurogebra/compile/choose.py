"""Which target answers: Python numbers go to `math`, everything that is an array goes to NumPy.

The input's type decides and nothing is imported to find out, so that evaluating a float never loads NumPy.
Compiled functions are kept by formula and input names, and every value of a parameter shares one. It refuses,
in words, what is no number: text, None, booleans, complex numbers, ragged lists, objects.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sympy import Expr

from neurogebra.compile.plan import Plan, plan
from neurogebra.compile.to_scalar import compile_scalar
from neurogebra.errors import InputError

if TYPE_CHECKING:
    from neurogebra.compile.to_numpy import NumpyFunction

__all__ = ["Function", "compiled", "is_scalar"]

LOCK = threading.RLock()  # SymPy's caches are not thread-safe
WHOLE = 2**53  # larger ints become floats first
ACCEPTED = "a number, an array, or a list of numbers"


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
    def scalar(self) -> Callable[..., Any]:
        """A function of Python numbers, positionally: variables, then parameters."""
        if self._scalar is None:
            self._scalar = compile_scalar(self.plan, self.variables)
        return self._scalar

    @property
    def numpy(self) -> NumpyFunction:
        """The function of arrays."""
        if self._numpy is None:
            from neurogebra.compile.to_numpy import NumpyFunction

            self._numpy = NumpyFunction(self.plan, self.variables)
        return self._numpy

    def __call__(self, variables: Sequence[Any], parameters: Sequence[Any]) -> tuple[Any, ...]:
        """Every output, in the kind, shape and dtype of the variables."""
        if all(is_scalar(v) for v in variables) and all(type(p) is float for p in parameters):
            return self._of_numbers([_number(v) for v in variables], parameters)
        answers = self.numpy([_array(v) for v in variables], parameters)
        return tuple(a[()] for a in answers)  # a 0-d array of an answer becomes a NumPy scalar

    def _of_numbers(self, variables: Sequence[float], parameters: Sequence[float]) -> tuple[Any, ...]:
        answer = self.scalar(*variables, *parameters)
        answers = answer if isinstance(answer, tuple) else (answer,)
        whole = bool(variables) and all(type(v) is int for v in variables)
        return answers if whole else tuple(map(float, answers))


@lru_cache(maxsize=4096)
def compiled(formulas: tuple[Expr, ...], inputs: tuple[str, ...], variables: int) -> Function:
    """The one Function of these formulas."""
    return Function(formulas, inputs, variables)


def is_scalar(value: Any) -> bool:
    """Whether a value is a plain Python number."""
    return type(value) in (float, int)


def _number(value: float) -> float:
    if type(value) is int and not -WHOLE <= value <= WHOLE:
        try:
            return float(value)
        except OverflowError:
            return math.copysign(math.inf, value)
    return value


def _array(value: Any) -> Any:
    """The value as an array of real numbers of at most 64 bits."""
    import numpy as np

    if isinstance(value, str | bytes | bool | complex) or value is None:
        raise InputError(f"cannot evaluate at {value!r}: give {ACCEPTED}.")
    try:
        array = np.asarray(value)
    except ValueError as reason:
        raise InputError(f"cannot evaluate at a ragged list ({reason}): give {ACCEPTED}.") from None
    if array.dtype.kind == "c":
        raise InputError(f"cannot evaluate at complex numbers ({array.dtype}): give {ACCEPTED}, real.")
    if array.dtype.kind in "iub" or array.dtype == np.longdouble:
        return array.astype(np.float64)
    if array.dtype.kind == "f" or array.dtype.name == "bfloat16":
        return array
    raise InputError(f"cannot evaluate at {_described(value)}: give {ACCEPTED}.")


def _described(value: Any) -> str:
    kind = type(value).__name__
    dtype = getattr(value, "dtype", None)
    return f"an array of dtype {dtype}" if dtype is not None else f"a {kind} that holds no plain numbers"
