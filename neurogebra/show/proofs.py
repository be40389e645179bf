"""Why a reader may believe what is shown: how each kind of property is proven, and why a form is computed.

    PROOFS    kind of proof -> the properties whose checks make it; MANY of functions of several numbers
    REASONS   word of the evaluated form -> what the textbook spelling loses, and where

Each number in REASONS is one that a test shows by computing the textbook spelling in float64. Nothing here
proves or computes anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sympy

__all__ = ["MANY", "PROOFS", "REASONS", "reasons"]

PROOFS: Final = {
    "from the signs of f, f' and f'', enclosed on the whole line": (
        "range gradient_range bounded minimum maximum zeros fixed_points monotone convex convex_on inflections "
        "lipschitz dead_region zero_centered"
    ).split(),
    "from the leading terms at both ends": "limits asymptotes saturates".split(),
    "from the smooth pieces and both sides of every corner": "smoothness identity_near_zero".split(),
    "by comparing formulas": "parity point_symmetry periodic".split(),
    "by counting the steps that are computed": ["cost"],
}
MANY: Final = {
    "from the values of parts that do not depend on each other": "range bounded zero_centered lipschitz".split(),
    "from the smoothness of each part, and a corner that is met": ["smoothness"],
    "by comparing formulas": "linear_in sums_to shift order".split(),
    "by counting the steps that are computed": ["cost"],
}

REASONS: Final = {
    "sigmoid": "sigmoid: in float64, 1/(1 + exp(-x)) overflows inside below x = -709.8",
    "softplus": "softplus: in float64, log(1 + exp(x)) overflows above x = 709.8 and is 0 below -36.8",
    "Phi": "Phi: in float64, (1 + erf(x/sqrt(2)))/2 is 0 below x = -8.4",
    "expm1": "expm1: in float64, exp(x) - 1 is 0 for x of 1e-16",
    "log1p": "log1p: in float64, log(1 + x) is 0 for x of 1e-16",
    "log_cosh": "log_cosh: in float64, cosh(x) overflows above x = 710.5",
    "sech2": "sech2: in float64, 1 - tanh(x)**2 is 0 above x = 19.1",
}


def reasons(words: sympy.Expr) -> Iterator[str]:
    """What the textbook spelling of each word of a form would lose."""
    used = {type(part).__name__ for part in _parts(words)}
    yield from (reason for word, reason in REASONS.items() if word in used)


def _parts(e: sympy.Basic) -> Iterator[sympy.Basic]:
    yield e
    for part in e.args:
        yield from _parts(part)
