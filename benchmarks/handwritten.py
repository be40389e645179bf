"""What a person would write in NumPy and SciPy for each element-wise entry: the form a user would have without us.

HANDWRITTEN has the stable form, the fastest that keeps its digits (within 12 ULP: a test measures it), but without
blocks and output buffers, which nobody writes by hand; NAIVE has the textbook's, which overflows or loses digits far
out; PLAIN has what is shorter than the stable form and loses digits where networks live. Defaults of parameters are
repeated here on purpose; `evaluate.py` checks every row against the catalogue before it times it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import erf, erfc, erfcx, expit, log_expit

Form = Callable[[Any], Any]

ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805
ROOT_HALF = 0.7071067811865476
MU, SIGMA = 0.707107, 0.282095
SIGMA_1 = float(np.float32(SIGMA))  # 24 bits, and the rest
SIGMA_2 = SIGMA - SIGMA_1


def softplus(x: Any) -> Any:
    """log(1 + exp(x)) that neither overflows on the right nor flushes on the left."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def normal(x: Any) -> Any:
    """Phi(x): by erfc, which loses its digits left of -1, and there by erfcx and the exponential of an exact square."""
    y = 0.5 * erfc(x * -ROOT_HALF)
    far = np.flatnonzero(x < -1)
    u = x[far]
    y[far] = 0.5 * erfcx(u * -ROOT_HALF) * half_bell(u)
    return y


def half_bell(x: Any) -> Any:
    """exp(-x**2/2): the square of the upper half of x is exact, and the rest small."""
    upper = x.astype(np.float32).astype(np.float64)
    return np.exp(-0.5 * upper * upper) * np.exp(0.5 * (upper - x) * (upper + x))


def laplace(x: Any) -> Any:
    """Phi((x - mu)/sigma), with what the difference and the quotient lose put back."""
    d = x - MU
    v = d - x
    lost = (x - (d - v)) - (MU + v)
    u = d / SIGMA
    upper = u.astype(np.float32).astype(np.float64)
    left = ((d - upper * SIGMA_1) - (u - upper) * SIGMA_1) - u * SIGMA_2
    return normal(u) + half_bell(u) * ((left + lost) * (0.3989422804014327 / SIGMA))


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


def elu(x: Any) -> Any:
    """x on the right, exp(x) - 1 on the left, without overflow in the arm not taken."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def bell(x: Any) -> Any:
    """exp(-x**2) from an exact square and the small rest, which exp does not magnify."""
    near = np.rint(x * 64) / 64
    return np.exp(-near * near) * np.exp((near - x) * (near + x))


def tanh_shrink(x: Any) -> Any:
    """x - tanh(x); near 0, where that cancels, by its continued fraction."""
    y = x - np.tanh(x)
    near = np.flatnonzero(np.abs(x) < 1.25)
    u = x[near]
    s = u * u
    above = (((s + 1430) * s + 289575) * s + 16081065) * s + 218243025
    y[near] = u * (s * above / (((((s + 1485) * s + 315315) * s + 18918900) * s + 310134825) * s + 654729075))
    return y


def rational_tanh(x: Any) -> Any:
    """1.7159*sign(x)*(1 - 1/(1 + w)), as w/(1 + w), which keeps its digits near 0."""
    u = np.abs(x) * (2 / 3)
    s = u * u
    w = u + s + 1.41645 * (s * s)
    return np.copysign(1.7159 * w / (1 + w), x)


def siren(x: Any) -> Any:
    """sin(30*x), with what the product loses put back."""
    upper = x.astype(np.float32).astype(np.float64)  # 24 bits: 30 times that is exact
    product, rest = 30 * upper, 30 * (x - upper)
    u = product + rest
    return np.sin(u) + ((product - u) + rest) * np.cos(u)


def sqnl(x: Any) -> Any:
    """x - x*abs(x)/4 between -2 and 2."""
    c = np.clip(x, -2, 2)
    return c - c * np.abs(c) / 4


HANDWRITTEN: dict[str, Form] = {
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": expit,
    "tanh": np.tanh,
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "swish": lambda x: x * expit(x),
    "gelu": lambda x: x * normal(x),
    "softplus": softplus,
    "elu": elu,
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
    "celu": elu,
    "threshold": lambda x: np.where(x > 1, x, 0),
    "smish": lambda x: x * np.tanh(np.log1p(expit(x))),
    "serf": lambda x: x * erf(softplus(x)),
    "phish": lambda x: x * np.tanh(x * normal(x)),
    "logish": lambda x: x * np.log1p(expit(x)),
    "tanhexp": lambda x: x * np.tanh(np.exp(x)),
    "laplace": laplace,
    "arctan": np.arctan,
    "erf": erf,
    "gaussian": bell,
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
    "tanh_shrink": tanh_shrink,
    "aria2": lambda x: x * (1 + np.exp(-2 * x)) ** -1.5,
    "abs": np.abs,
    "affine": lambda x: x.copy(),
    "apl": lambda x: np.maximum(x, 0) + 0.25 * np.maximum(-x, 0),
    "aranda_ordaz": lambda x: -np.expm1(-0.5 * np.log1p(2 * np.exp(x))),
    "beta_mish": lambda x: x * np.tanh(1.5 * softplus(x)),
    "clamped_relu": lambda x: np.where(x > 0, np.minimum(x, 6), 0.1 * x),
    "clipped_linear": lambda x: np.clip(x, 0, 1),
    "cube": lambda x: x * x * x,
    "dynamic_tanh": lambda x: np.tanh(0.5 * x),
    "e_swish": lambda x: 1.375 * x * expit(x),
    "elish": lambda x: elu(x) * expit(x),
    "expm1": np.expm1,
    "exponential": np.exp,
    "flatten_t_swish": lambda x: np.maximum(x, 0) * expit(x) - 0.2,
    "gelu_clipped": lambda x: np.clip(x * normal(x), -10, 10),
    "hard_elish": lambda x: elu(x) * np.clip((x + 1) / 2, 0, 1),
    "hard_swish_02": lambda x: x * np.clip(0.2 * x + 0.5, 0, 1),
    "hat": lambda x: np.maximum(1 - np.abs(x), 0),
    "heaviside": lambda x: np.heaviside(x, 0.5),
    "inverse": lambda x: np.where(x != 0, 1 / x, 0),
    "mila": lambda x: x * np.tanh(softplus(x - 0.25)),
    "parametric_softplus": softplus,
    "pelu": elu,
    "prelu": lambda x: np.where(x > 0, x, 0.25 * x),
    "rational_tanh": rational_tanh,
    "rectified_tanh": lambda x: np.maximum(np.tanh(x), 0),
    "relu_generalized": lambda x: np.clip(x, 0, 6),
    "shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "sign": np.sign,
    "sine": np.sin,
    "sine_relu": lambda x: np.where(x > 0, x, 0.01 * (np.sin(x) - np.cos(x))),
    "siren": siren,
    "snake_beta": lambda x: x + np.sin(x) ** 2,
    "soft_clipping": lambda x: 2 * np.log1p(0.6487212707001282 * expit((x - 1) / 2)),
    "soft_exponential": lambda x: x.copy(),
    "softclamp_gelu": lambda x: 4 * np.tanh(x / 4) * normal(x),
    "softclamp_silu": lambda x: 4 * np.tanh(x / 4) * expit(x),
    "sparse_plus": lambda x: np.where(x < 1, 0.25 * squared(x + 1), x),
    "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    "sqnl": sqnl,
    "sqrt_softplus": lambda x: np.sqrt(softplus(x)),
    "srelu": lambda x: np.where(x > 0, x, 0.2 * x),
    "step": lambda x: np.where(x >= 0, 1.0, 0.0),
    "tanh_softcap": lambda x: 30 * np.tanh(x / 30),
    "thresholded_relu": lambda x: np.where(x > 1, x, 0),
    "tlu": lambda x: np.maximum(x, 0),
    "xielu": lambda x: np.where(x > 0, (0.8 * x + 0.5) * x, 0.8 * np.expm1(np.minimum(x, 0)) - 0.3 * x),
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

PLAIN: dict[str, Form] = {
    "gaussian": lambda x: np.exp(-x * x),  # 90 ULP at 11.8: exp magnifies what the square loses
    "tanh_shrink": lambda x: x - np.tanh(x),  # no digit is left at 1e-8
    "gelu": lambda x: 0.5 * x * erfc(x * -ROOT_HALF),  # 230 ULP at -11.5, 1,700 at -34: SciPy's erfc
    "laplace": lambda x: 0.5 * erfc((MU - x) / (SIGMA * 1.4142135623730951)),  # 1,600 ULP at -9.4
}
