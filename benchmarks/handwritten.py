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


HANDWRITTEN: dict[str, Form] = {
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": expit,
    "tanh": np.tanh,
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "swish": lambda x: x * expit(x),
    "gelu": lambda x: 0.5 * x * erfc(x * -0.7071067811865476),
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
