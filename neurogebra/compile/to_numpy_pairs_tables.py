"""The numbers of 106 bits that the functions on pairs stand on, from mpmath with 400 bits at first use.

Each is a sum of two floats, so that it is as good as the arithmetic it feeds, and a table is made once in a
process. Nothing here knows what is computed from them.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from neurogebra.compile.to_numpy_pairs_arithmetic import Array, Pair, Two, exact, finish

__all__ = ["INVERSE", "LOG_2", "ONE", "context", "half_pi", "looked_up", "number", "turned", "two"]

ONE = exact(np.ones(1))
LOG_2 = (0.6931471805599453, 2.3190468138462996e-17)


def _tail(n: int) -> Two:
    """1/n! as a sum of two floats."""
    value = Fraction(1)
    for k in range(2, n + 1):
        value /= k
    high = float(value)
    return high, float(value - Fraction(high))


INVERSE = {n: _tail(n) for n in range(2, 8)}  # 1/n!


def two(value: Any) -> Two:
    """An mpmath number as a sum of two floats."""
    high = float(value)
    return high, float(value - high)


@lru_cache(maxsize=1)
def context() -> Any:
    """mpmath with 400 bits, of our own, for the tables: no one else's precision is touched."""
    import mpmath

    mp = mpmath.MPContext()
    mp.prec = 400
    return mp


@lru_cache(maxsize=32)
def number(name: str) -> Pair:
    """pi, e, and what the functions need, as pairs."""
    mp = context()
    values = {
        "pi": mp.pi, "e": mp.e, "log_2": mp.log(2), "half_pi": mp.pi / 2, "root_2": mp.sqrt(2),
        "root_pi": mp.sqrt(mp.pi), "root_2_pi": mp.sqrt(2 * mp.pi), "erf_slope": 2 / mp.sqrt(mp.pi),
    }  # fmt: skip
    high, low = two(+values[name])
    return finish(np.array([high]), np.array([low]), np.array([0]), np.array([2.0**-105]))


@lru_cache(maxsize=1)
def half_pi() -> tuple[float, ...]:
    """pi/2 as a sum of four floats."""
    return _four(context().pi / 2)


@lru_cache(maxsize=4096)
def turned(k: int) -> tuple[float, ...]:
    """What whole turns leave of 2**k, as a sum of four floats; k < 1100."""
    mp = context()
    with mp.workprec(1400):
        return _four(mp.fmod(mp.ldexp(1, k), 2 * mp.pi))


def _four(rest: Any) -> tuple[float, ...]:
    parts = list[float]()
    for _ in range(4):
        parts.append(float(rest))
        rest -= parts[-1]
    return tuple(parts)


@lru_cache(maxsize=4)
def _table(name: str, steps: int, reach: int) -> Array:
    """Two rows, hi and lo, of a function at -reach/steps, ..., reach/steps."""
    mp = context()
    function = getattr(mp, name)
    return np.array([two(function(mp.mpf(j) / steps)) for j in range(-reach, reach + 1)]).T.copy()


def looked_up(name: str, steps: int, reach: int, j: Array) -> Two:
    """A function at j/steps for whole |j| <= reach, to 106 bits, from a table that is made once."""
    index = j.astype(np.int64) + reach
    high, low = _table(name, steps, reach)
    return high.take(index, mode="clip"), low.take(index, mode="clip")
