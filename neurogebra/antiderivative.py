"""Antiderivatives: SymPy's, made real, and tried out before they are given.

SymPy integrates over the complex numbers: for 1/x it gives log(x), which is no number left of 0, and now and then it
gives what is wrong. Here log(u) becomes log(Abs(u)) where u may be negative, and what does not grow from point to
point by the area beneath the function is refused: it has another slope there, or a jump where the function has none.
How SymPy finds it, and how formulas are evaluated, is not known here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import sympy
from sympy import Expr

from neurogebra.compile.choose import LOCK
from neurogebra.errors import FormulaError
from neurogebra.expression import Expression
from neurogebra.expression_algebra import made
from neurogebra.expression_parts import real, with_numbers
from neurogebra.language import functions as ours
from neurogebra.language.interval import REALS
from neurogebra.symbolic.signs import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["antiderivative"]

#: areas are compared between points from -1,000 to 1,000, a tenth apart around 0; beside 0, so that none is a corner
FARTHEST, PANELS, BESIDE = 1000.0, 160, 0.0137
#: where other variables are held
HELD: Final = (0.7, -1.3)
#: Gauss's points in a panel; in its halves they find the same area to this share of it, or it is not known
POINTS, KNOWN = 8, 1e-7
#: how far growth may be from the area, in shares of it, and of the two values whose difference it is
OFF, ROUNDING = 1e-6, 1e-12


def antiderivative(e: Expression, variable: str) -> Expression:
    """An expression whose slope by `variable` is `e` wherever that is defined. FormulaError where none is found."""
    why = f"SymPy finds no antiderivative of {e.name} by {variable} in closed form."
    for formula in _found(e, variable):
        try:
            integral = made(f"int({e.name})d({variable})", formula, e)
        except FormulaError:
            why = f"SymPy's antiderivative of {e.name} by {variable} is no formula of this language."
            continue
        if _holds(e, integral, variable):
            return integral
        why = f"SymPy's antiderivative of {e.name} by {variable} does not hold wherever {e.name} is defined."
    raise FormulaError(why)


def _found(e: Expression, variable: str) -> Iterator[Expr]:
    """What SymPy finds, with real logarithms: of the formula, then of the formula with its corners as cases."""
    box = Box({**dict.fromkeys(e.variables, REALS), **e.domains})
    with LOCK:
        formula = with_numbers(e).replace(lambda f: isinstance(f, ours.Word), lambda f: f.rewrite(sympy.exp))
        forms = dict.fromkeys((formula, sympy.piecewise_fold(formula.rewrite(sympy.Piecewise))))
    for form in forms:
        with LOCK:
            try:
                found = sympy.integrate(form, real(variable))
            except (TypeError, ValueError, NotImplementedError):  # where SymPy itself meets 1/0: Max(x, 1/x)
                continue
            if not found.has(sympy.Integral):
                found = found.replace(sympy.log, lambda u: sympy.log(sympy.Abs(u) if -1 in box.sign(u) else u))
                yield found.xreplace({sympy.I: sympy.Integer(0)})  # where SymPy joins pieces by log(-1), which is I*pi


def _holds(e: Expression, integral: Expression, variable: str) -> bool:
    """Whether the integral grows by the area beneath the function, between all points where that is known."""
    first = {name: value if type(value) is float else float(value.flat[0]) for name, value in e.params.items()}
    others = [name for name in e.variables if name != variable]
    compared = [
        _compared(e, integral, variable, {**first, **dict.fromkeys(others, at)})
        for at in (HELD if others else HELD[:1])
    ]
    return all(agrees for agrees, _ in compared) and any(known for _, known in compared)


def _compared(e: Expression, integral: Expression, variable: str, fixed: dict[str, float]) -> tuple[bool, bool]:
    """Whether growth and area agree in each panel, as far as can be told; and whether the area of any is known."""
    import numpy as np

    fixed = {name: value for name, value in fixed.items() if name != variable}
    at = _points(e, variable)
    low, high = at[:-1], at[1:]
    middle = (low + high) / 2
    with np.errstate(all="ignore"):
        whole, values = _area(e, variable, fixed, low, high)
        left, one = _area(e, variable, fixed, low, middle)
        right, other = _area(e, variable, fixed, middle, high)
        beneath, seen = left + right, np.concatenate([values, one, other], axis=1)
        size = np.abs(seen).mean(axis=1) * (high - low)
        known = np.abs(whole - beneath) <= KNOWN * size
        ends = integral.eval(**fixed, **{variable: at})
        growth, rounding = np.diff(ends), ROUNDING * (np.abs(ends[:-1]) + np.abs(ends[1:]))
        doubt = np.where(known, OFF * size, np.ptp(seen, axis=1) * (high - low))  # of a mean value at most that
        agrees = np.abs(growth - beneath) <= doubt + rounding
    told = np.isfinite(seen).all(axis=1)
    return bool(agrees[told].all()), bool(known[told].any())


def _points(e: Expression, variable: str) -> Array:
    """Points of the line, or of a parameter's domain."""
    import numpy as np

    at = np.sinh(np.linspace(-1, 1, PANELS + 1) * math.asinh(FARTHEST)) + BESIDE
    domain = e.domains.get(variable, REALS)
    return np.array([x for x in at.tolist() if x in domain])


def _area(e: Expression, variable: str, fixed: dict[str, float], low: Array, high: Array) -> tuple[Array, Array]:
    """The area beneath the function between each two ends, by Gauss's points, and the values there."""
    import numpy as np

    points, weights = np.polynomial.legendre.leggauss(POINTS)
    x = low[:, None] + (high - low)[:, None] * (points + 1) / 2
    values: Any = np.broadcast_to(e.eval(**fixed, **{variable: x}), x.shape)
    return values @ weights * (high - low) / 2, values
