"""Array code over cells of x: for every value an interval that holds what each float of the cell would give.

The source of the certified form runs on `Cells` as it runs on arrays, so that the bound on the error is known at
all floats between two points, waves included. Rounding keeps order, so the ends of sums, products and quotients
are computed as they are; functions are widened by more than they are ever off. A kernel without an interval form
gives "anything", as does whatever may be nan or infinite. It knows no plans and nothing of what is trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurogebra.compile.to_numpy_kernels import KERNELS
from neurogebra.compile.to_numpy_source import compile_source

__all__ = ["INTERVALS", "Cells", "Truth", "over_cells"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
TINY = 5e-324
WIDER = 2.0**-49  # of a value, at each end: no kernel here is off by half of these 16 roundings
FAR = 2.0**990  # beyond it products of halves overflow


def over_cells(text: str) -> Callable[..., Any]:
    """The function f of generated source, on Cells and numbers."""
    return compile_source(text, {name: INTERVALS.get(name, _anything) for name in KERNELS})


class Cells:
    """Closed intervals, one for each cell. Both ends are finite, or nan: anything, nan and infinities too."""

    __array_ufunc__ = None  # NumPy's numbers leave arithmetic with Cells to Cells

    def __init__(self, low: Any, high: Any) -> None:
        known = np.isfinite(low) & np.isfinite(high)
        self.low: Any = low if known.all() else np.where(known, low, np.nan)
        self.high: Any = high if known.all() else np.where(known, high, np.nan)

    def __neg__(self) -> Cells:
        return Cells(-self.high, -self.low)

    def __add__(self, other: Any) -> Cells:
        other = _cells(other)
        return Cells(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Any) -> Cells:
        other = _cells(other)
        return Cells(self.low - other.high, self.high - other.low)

    def __rsub__(self, other: Any) -> Cells:
        return _cells(other) - self

    def __mul__(self, other: Any) -> Cells:
        if other is self:  # a square is not negative
            size = _abs(self)
            return Cells(size.low * size.low, size.high * size.high)
        return _hull(np.multiply, self, _cells(other))

    def __truediv__(self, other: Any) -> Cells:
        return _quotient(self, _cells(other))

    def __rtruediv__(self, other: Any) -> Cells:
        return _quotient(_cells(other), self)

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: Any) -> Truth:
        other = _cells(other)
        return Truth(self.high < other.low, self.low >= other.high)

    def __gt__(self, other: Any) -> Truth:
        return _cells(other) < self

    def __le__(self, other: Any) -> Truth:
        return _other(self > other)

    def __ge__(self, other: Any) -> Truth:
        return _other(self < other)

    def __eq__(self, other: Any) -> Truth:  # type: ignore[override]
        other = _cells(other)
        one = (self.low == self.high) & (other.low == other.high)
        return Truth(one & (self.low == other.low), (self.high < other.low) | (self.low > other.high))

    def __ne__(self, other: Any) -> Truth:  # type: ignore[override]
        return _other(self == other)

    __hash__ = None  # type: ignore[assignment]


class Truth:
    """A condition: where it holds at every float of a cell, and where at none."""

    def __init__(self, always: Any, never: Any) -> None:
        self.always, self.never = always, never

    def __or__(self, other: Any) -> Truth:
        return _either(self, other)

    __ror__ = __or__


def _cells(value: Any) -> Cells:
    return value if isinstance(value, Cells) else Cells(np.float64(value), np.float64(value))


def _truth(value: Any) -> Truth:
    return value if isinstance(value, Truth) else Truth(np.bool_(value), ~np.bool_(value))


def _hull(operation: Any, a: Cells, b: Cells) -> Cells:
    ends = [operation(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return Cells(np.minimum.reduce(ends), np.maximum.reduce(ends))


def _quotient(a: Cells, b: Cells) -> Cells:
    with np.errstate(all="ignore"):
        ratio = _hull(np.divide, a, b)
    pole = (b.low <= 0) & (b.high >= 0)
    return Cells(np.where(pole, np.nan, ratio.low), ratio.high)


def _abs(a: Any) -> Cells:
    a = _cells(a)
    return Cells(np.maximum(np.maximum(a.low, -a.high), 0.0), np.maximum(-a.low, a.high))


# conditions --------------------------------------------------------------------------------------------------


def _other(a: Any) -> Truth:
    a = _truth(a)
    return Truth(a.never, a.always)


def _either(a: Any, b: Any) -> Truth:
    a, b = _truth(a), _truth(b)
    return Truth(a.always | b.always, a.never & b.never)


def _both(a: Any, b: Any) -> Truth:
    return _other(_either(_other(a), _other(b)))


def _select(condition: Any, yes: Any, no: Any) -> Cells:
    c, a, b = _truth(condition), _cells(yes), _cells(no)
    low, high = np.minimum(a.low, b.low), np.maximum(a.high, b.high)
    return Cells(
        np.where(c.always, a.low, np.where(c.never, b.low, low)),
        np.where(c.always, a.high, np.where(c.never, b.high, high)),
    )


# functions ---------------------------------------------------------------------------------------------------


def _widened(low: Any, high: Any) -> Cells:
    return Cells(low - (np.abs(low) * WIDER + 4 * TINY), high + (np.abs(high) * WIDER + 4 * TINY))


def _rising(name: str) -> Callable[[Any], Cells]:
    return lambda a: _widened(KERNELS[name](_cells(a).low), KERNELS[name](_cells(a).high))


def _falling(name: str) -> Callable[[Any], Cells]:
    return lambda a: _widened(KERNELS[name](_cells(a).high), KERNELS[name](_cells(a).low))


def _not_negative(rule: Callable[[Any], Cells]) -> Callable[[Any], Cells]:
    """Of exponentials, which are never near the pole at -1."""
    return lambda a: rule(_select(_cells(a) >= 0.0, a, np.nan))


def _in_steps(name: str) -> Callable[[Any], Cells]:
    """Of whole numbers: exact."""
    return lambda a: Cells(KERNELS[name](_cells(a).low), KERNELS[name](_cells(a).high))


def _meets(a: Cells, place: float, period: float) -> Any:
    """Whether a cell holds, or nearly holds, one of place + k*period; far out, where nearly is a period, always."""
    room = np.maximum(np.abs(a.low), np.abs(a.high)) * 2.0**-50 + 2.0**-40
    return np.floor((a.high - place) / period + room) >= np.ceil((a.low - place) / period - room)


def _wave(name: str, top: float) -> Callable[[Any], Cells]:
    """Sine or cosine, whose largest value is at `top`."""

    def over(a: Any) -> Cells:
        a = _cells(a)
        first, last = KERNELS[name](a.low), KERNELS[name](a.high)
        within = _widened(np.minimum(first, last), np.maximum(first, last))  # nan where a is: it stays so below
        low = np.where(_meets(a, top - np.pi, 2 * np.pi), np.minimum(within.low, -1 - WIDER), within.low)
        return Cells(low, np.where(_meets(a, top, 2 * np.pi), np.maximum(within.high, 1 + WIDER), within.high))

    return over


def _tan(a: Any) -> Cells:
    a = _cells(a)
    within = _rising("tan")(a)
    return Cells(np.where(_meets(a, np.pi / 2, np.pi), np.nan, within.low), within.high)


def _larger(a: Any, b: Any) -> Cells:
    a, b = _cells(a), _cells(b)
    return Cells(np.maximum(a.low, b.low), np.maximum(a.high, b.high))


def _smaller(a: Any, b: Any) -> Cells:
    return -_larger(-_cells(a), -_cells(b))


def _with_tail(v: Any, tail: Any) -> Cells:
    return _cells(v) + _cells(v) * _cells(tail)


def _tail_add(a: Any, b: Any, s: Any) -> Cells:
    """At most half of the last place of s."""
    room = np.where(_reach(a, b, s) < FAR, _reach(s) * 2.0**-53, np.nan)
    return Cells(-room, room)


def _tail_mul(a: Any, b: Any, p: Any) -> Cells:
    """The same, and a few roundings where products are subnormal."""
    room = np.where(_reach(a, b, p) < FAR, _reach(p) * 2.0**-53 + 8 * TINY, np.nan)
    return Cells(-room, room)


def _tail_div(a: Any, b: Any, q: Any) -> Cells:
    """The same for a quotient, not near a pole."""
    least = _abs(b).low
    room = _reach(q) * 2.0**-52 + 8 * TINY * (1 + 1 / np.maximum(least, TINY))
    room = np.where((_reach(a, b, q) < FAR) & (least > 1 / FAR), room, np.nan)
    return Cells(-room, room)


def _reach(*values: Any) -> Any:
    sizes = [_abs(value).high for value in values]
    return sizes[0] if len(sizes) == 1 else np.maximum.reduce(np.broadcast_arrays(*sizes))


def _rough_wave(a: Any) -> Cells:
    """Of no use but for a tail, so that its size is enough."""
    one = np.where(_reach(a) < 1e38, 1 + 2.0**-20, np.nan)
    return Cells(-one, one)


def _anything(*values: Any) -> Cells:
    return Cells(np.float64(np.nan), np.float64(np.nan))


# bounds on errors --------------------------------------------------------------------------------------------


def _grow(error: Any) -> Cells:
    error = _cells(error)
    square = error + error * error
    return Cells(square.low, np.where(error.high < 1, square.high, np.nan))


def _away(value: Any, error: Any) -> Cells:
    rest = _cells(value) - error
    return Cells(np.maximum(rest.low, TINY), np.maximum(rest.high, TINY))


def _root_slope(v: Any, error: Any) -> Cells:
    v = _larger(v, TINY)
    return _quotient(_select(_cells(error) * 8 < v * v, 0.52, 1.0), v)


def _unsettled(doubt: Any) -> Cells:
    settled = np.where(_truth(doubt).never, 0.0, np.nan)
    return Cells(settled, settled)


def _picked(first: Any, gap: Any, ea: Any, eb: Any) -> Cells:
    return _select(_cells(gap) > _cells(ea) + eb, _select(first, ea, eb), _larger(ea, eb))


RISING = "exp expm1 log log1p sqrt sinh tanh tanh_rest asinh acosh atanh asin atan erf softplus".split()
INTERVALS: dict[str, Callable[..., Any]] = {
    "abs": _abs, "sin": _wave("sin", np.pi / 2), "cos": _wave("cos", 0.0), "tan": _tan, "larger": _larger,
    "smaller": _smaller, "select": _select, "both": _both, "either": _either, "other": _other,
    "with_tail": _with_tail, "rough_sin": _rough_wave, "rough_cos": _rough_wave,
    "tail_add": _tail_add, "tail_mul": _tail_mul, "tail_div": _tail_div,
    "grow": _grow, "away": _away, "root_slope": _root_slope, "unsettled": _unsettled, "picked": _picked,
    "gauss": lambda a: _falling("gauss")(_abs(a)), "cosh": lambda a: _rising("cosh")(_abs(a)),
    "log_cosh": lambda a: _rising("log_cosh")(_abs(a)),
    **{name: _rising(name) for name in RISING},
    **{name: _falling(name) for name in ("acos", "erfc")},
    "over": _not_negative(_falling("over")), "share": _not_negative(_rising("share")),
    "hump": _not_negative(_rising("hump")),  # of what is at most 1
    **{name: _in_steps(name) for name in ("floor", "ceiling", "sign")},
}  # fmt: skip
