"""The array form of a formula, as the tests of its passes and of where it is trusted look at it."""

from __future__ import annotations

import math

import numpy as np

from neurogebra import Expression

ODD = np.array([math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -1.5, 1.7976931348623157e308])


def form(expression, dtype=np.float64):
    f = Expression("f", expression) if isinstance(expression, str) else expression
    return f._function().numpy._form(tuple(f.params.values()), np.dtype(dtype))


def calls(made):
    return [line.split("(")[0].split()[-1] for line in made.code.fast.text.splitlines() if line.startswith("    ")][1:]
