"""The formulas that the tests of this room share: activation functions as people write them, and their domains."""

from __future__ import annotations

from sympy import (
    Abs,
    And,
    Eq,
    Expr,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    Symbol,
    cosh,
    erf,
    exp,
    floor,
    log,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
    tanh,
)

from neurogebra.language.functions import Phi, sigmoid, softplus
from neurogebra.language.interval import Interval

x, alpha, beta, b, lambd, threshold, fill = symbols("x alpha beta b lambd threshold fill", real=True)
low, high = symbols("min_val max_val", real=True)
half = Rational(1, 2)

PARAMETERS = (alpha, beta, b, lambd, threshold, fill, low, high)

POSITIVE = Interval.parse("(0, oo)")
DOMAINS = {
    "alpha": POSITIVE,
    "b": POSITIVE,
    "beta": POSITIVE,
    "lambd": POSITIVE,
}

GELU = x * (1 + erf(x / sqrt(2))) / 2

SMOOTH: dict[str, Expr] = {
    "sigmoid": 1 / (1 + exp(-x)),
    "tanh": tanh(x),
    "swish": x / (1 + exp(-beta * x)),
    "gelu": GELU,
    "gelu tanh": x * (1 + tanh(sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3))) / 2,
    "softplus": log(1 + exp(beta * x)) / beta,
    "mish": x * tanh(log(1 + exp(x))),
    "isru": x / sqrt(1 + alpha * x**2),
    "bent identity": x + (sqrt(x**2 + 1) - 1) / 2,
    "root sigmoid": alpha * x / (1 + sqrt(1 + alpha**2 * x**2)),
    "squareplus": (x + sqrt(x**2 + b)) / 2,
    "aranda ordaz": 1 - (1 + alpha * exp(x)) ** (-1 / alpha),
    "aria2": x * (1 + exp(-beta * x)) ** (-alpha),
    "log cosh": log(cosh(x)),
    "gaussian": exp(-(x**2)),
    "snake": x + sin(alpha * x) ** 2 / alpha,
    "words": x * sigmoid(x) + softplus(-x) * Phi(x),
    "power": 2**x + x**3,
}
CORNERED: dict[str, Expr] = {
    "relu": Max(0, x),
    "relu6": Min(Max(0, x), 6),
    "leaky relu": Piecewise((x, x > 0), (alpha * x, True)),
    "abs": Abs(x),
    "elu": Piecewise((x, x > 0), (alpha * (exp(x) - 1), True)),
    "celu": Max(0, x) + Min(0, alpha * (exp(x / alpha) - 1)),
    "hard sigmoid": Max(0, Min(1, x / 6 + half)),
    "hard swish": x * Min(Max(x + 3, 0), 6) / 6,
    "hard shrink": Piecewise((x, Abs(x) > lambd), (0, True)),
    "soft shrink": sign(x) * Max(0, Abs(x) - lambd),
    "softsign": x / (1 + Abs(x)),
    "threshold": Piecewise((x, x > threshold), (fill, True)),
    "isrlu": Piecewise((x, x >= 0), (x / sqrt(1 + alpha * x**2), True)),
    "hard elish": Piecewise(
        (x * Max(0, Min(1, (x + 1) / 2)), x >= 0), ((exp(x) - 1) * Max(0, Min(1, (x + 1) / 2)), True)
    ),
    "hat": Max(0, 1 - Abs(x)),
    "max of x and x squared": Max(x, x**2),
    "max of sine": Max(sin(x), 0),
    "relu squared": Max(0, x) ** 2,
    "logarithmic": Piecewise((log(1 + x), x >= 0), (-log(1 - x), True)),
    "abs cubed": Abs(x) ** 3,
    "x abs x": x * Abs(x),
    "root of abs": sqrt(Abs(x)),
    "fraction": x - floor(x),
    "log modulus": sign(x) * log(1 + Abs(x)),
    "three arguments": Max(0, x, -x - 1),
    "nested": Piecewise((Piecewise((x**2, x > 1), (x, True)), x > 0), (0, True)),
    "gelu clipped": Max(low, Min(high, GELU)),
    "hard tanh": Max(low, Min(high, x)),
    "relu and tanh": Max(0, x) + tanh(x) / 10,
    "sinc": Piecewise((sin(x) / x, Ne(x, 0)), (1, True)),
    "thin plate": Piecewise((x**2 * log(Abs(x)), Ne(x, 0)), (0, True)),
    "bump": Piecewise((exp(-1 / (1 - x**2)), Abs(x) < 1), (0, True)),
    "box": Piecewise((1, And(x >= 0, x < half)), (-1, And(x >= half, x < 1)), (0, True)),
    "soft exponential": Piecewise(
        (-log(1 - alpha * (x + alpha)) / alpha, alpha < 0),
        (x, Eq(alpha, 0)),
        ((exp(alpha * x) - 1) / alpha + alpha, True),
    ),
    "suish": Max(x, x * exp(-Abs(x))),
    "minimum and sine": Min(x, sin(2 * x)) + Max(0, x) + Min(0, alpha * (exp(x / alpha) - 1)),
}
ALL = SMOOTH | CORNERED


def draws() -> list[dict[Symbol, Rational]]:
    """Points away from every corner, with parameters inside their domains."""
    parameters = {s: Rational(7 + 5 * i, 11 + 2 * i) for i, s in enumerate(PARAMETERS)}
    return [{x: Rational(k, 1009), **parameters} for k in (-4123, -1511, -613, 307, 1999, 3541, 6703)]
