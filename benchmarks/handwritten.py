"""What a person would write in NumPy and SciPy for each entry: the form a user would have without us.

HANDWRITTEN has the stable form, the fastest that keeps its digits in both tails, but without blocks and output
buffers, which nobody writes by hand; NAIVE has the textbook's, which overflows or loses digits far out. Defaults
of parameters are repeated here on purpose; `evaluate.py` checks every row against the catalogue before it times it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import erf, erfc, expit, log_expit

Form = Callable[[Any], Any]

ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805


def softplus(x: Any) -> Any:
    """log(1 + exp(x)) that neither overflows on the right nor flushes on the left."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def half_normal(x: Any) -> Any:
    """x*Phi(x)."""
    return 0.5 * x * erfc(x * -0.7071067811865476)


def squared(x: Any) -> Any:
    """max(x, 0)**2."""
    r = np.maximum(x, 0)
    return r * r


def square_root(x: Any) -> Any:
    """sqrt(1 + x**2)."""
    return np.sqrt(1 + x * x)


def squareplus(x: Any) -> Any:
    """(x + sqrt(x**2 + 4))/2, turned over on the left, where the sum cancels."""
    root = np.sqrt(x * x + 4)
    return np.where(x > 0, x + root, 4 / (root - x)) / 2


def dish(x: Any) -> Any:
    """x*(1 + x/sqrt(1 + x**2))/2, turned over on the left."""
    root = square_root(x)
    return np.where(x > 0, x * (1 + x / root), x / (root * (root - x))) / 2


def log_cosh(x: Any) -> Any:
    """log(cosh(x)) with digits near 0 and without overflow."""
    a = np.abs(x)
    near = np.log1p(2 * np.sinh(np.minimum(a, 1) / 2) ** 2)
    return np.where(a < 1, near, a + np.log1p(np.exp(-2 * a)) - 0.6931471805599453)


HANDWRITTEN: dict[str, Form] = {
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": expit,
    "tanh": np.tanh,
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "swish": lambda x: x * expit(x),
    "gelu": half_normal,
    "softplus": softplus,
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "selu": lambda x: SCALE * np.where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0))),
    "mish": lambda x: x * np.tanh(softplus(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_swish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "linear": lambda x: x.copy(),
    "square": lambda x: x * x,
    "relu6": lambda x: np.clip(x, 0, 6),
    "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "soft_shrink": lambda x: np.where(x > 0.5, x - 0.5, np.where(x < -0.5, x + 0.5, 0)),
    "swish_beta": lambda x: x * expit(x),
    "log_sigmoid": log_expit,
    "celu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "threshold": lambda x: np.where(x > 1, x, 0),
    "smish": lambda x: x * np.tanh(np.log1p(expit(x))),
    "serf": lambda x: x * erf(softplus(x)),
    "phish": lambda x: x * np.tanh(half_normal(x)),
    "logish": lambda x: x * np.log1p(expit(x)),
    "tanhexp": lambda x: x * np.tanh(np.exp(x)),
    "laplace": lambda x: 0.5 * erfc((0.707107 - x) / (0.282095 * 1.4142135623730951)),
    "arctan": np.arctan,
    "erf": erf,
    "gaussian": lambda x: np.exp(-x * x),
    "isru": lambda x: x / square_root(x),
    "isrlu": lambda x: np.where(x >= 0, x, x / square_root(x)),
    "bent_identity": lambda x: x + x * x / (2 * (square_root(x) + 1)),
    "squareplus": squareplus,
    "log_cosh": log_cosh,
    "lisht": lambda x: x * np.tanh(x),
    "snake": lambda x: x + np.sin(x) ** 2,
    "softplus_beta": softplus,
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "star_relu": lambda x: 0.8944 * squared(x) - 0.4472,
    "relu_squared": squared,
    "clipped_relu": lambda x: np.clip(x, 0, 6),
    "hard_mish": lambda x: x * np.clip(x + 2, 0, 2) / 2,
    "dish": dish,
    "scaled_tanh": lambda x: 1.7159 * np.tanh(x * (2 / 3)),
    "tanh_shrink": lambda x: x - np.tanh(x),  # without digits near 0
    "aria2": lambda x: x * (1 + np.exp(-2 * x)) ** -1.5,
}

NAIVE: dict[str, Form] = {
    "swish": lambda x: x / (1 + np.exp(-x)),
    "mish": lambda x: x * np.tanh(np.log(1 + np.exp(x))),
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "elu": lambda x: np.where(x > 0, x, np.exp(x) - 1),
    "gelu": lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
}
