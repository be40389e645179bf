"""An interval of real numbers, written as mathematicians write it: "[0, oo)", "(0, 1]", "(-oo, oo)".

Each end knows whether it belongs, so that a domain can allow 0 or refuse it, and the text reads back equal.
Ends are float64, as parameter values are: what is compared is what is computed with. Points are drawn without
chance, so that a check that failed once fails again; nothing here knows what the numbers mean.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from neurogebra.errors import FormulaError, brief
from neurogebra.language.numbers import to_float, write_decimal
from neurogebra.record import Record

__all__ = ["REALS", "Interval"]

_NAMED_ENDS: Final = {"oo": math.inf, "-oo": -math.inf, "+oo": math.inf, "pi": math.pi, "-pi": -math.pi}
_DECADES: Final = 3  # points reach from a thousandth to a thousand around an end that has nothing beyond it


class Interval(Record):
    """Real numbers between `low` and `high`; each end belongs where its flag says closed.

    >>> domain = Interval.parse("[0, oo)")
    >>> 0 in domain, -0.5 in domain, str(domain)
    (True, False, '[0, oo)')
    """

    low: float
    high: float
    low_closed: bool
    high_closed: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        if math.isnan(self.low) or math.isnan(self.high):
            raise FormulaError("an interval cannot end at nan.")
        if (math.isinf(self.low) and self.low_closed) or (math.isinf(self.high) and self.high_closed):
            raise FormulaError(f"{self} takes oo in, which is no number; write '(-oo' and 'oo)'.")
        if self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed)):
            raise FormulaError(f"{self} has no number in it; the smaller end comes first.")

    @classmethod
    def parse(cls, text: str) -> Interval:
        """The interval that a text such as "[0, oo)" says.

        Ends are decimals, oo, -oo, pi or -pi; a square bracket takes its end in, a round one leaves it out.
        Raises FormulaError with the reason.
        """
        inner = text.strip()
        if len(inner) < 2 or inner[0] not in "[(" or inner[-1] not in "])" or inner.count(",") != 1:
            raise FormulaError(f"{brief(text)} is no interval; write one like '[0, oo)', '(0, 1]' or '(-oo, oo)'.")
        low, high = inner[1:-1].split(",")
        return cls(_end(low), _end(high), inner[0] == "[", inner[-1] == "]")

    def __contains__(self, value: float | Fraction) -> bool:
        above = value >= self.low if self.low_closed else value > self.low
        below = value <= self.high if self.high_closed else value < self.high
        return bool(above and below)

    def __str__(self) -> str:
        left, right = "[" if self.low_closed else "(", "]" if self.high_closed else ")"
        return f"{left}{_end_text(self.low)}, {_end_text(self.high)}{right}"

    def draws(self, n: int) -> list[float]:
        """`n` or fewer different points of the interval, rising, the same at every call.

        Closed ends are among them. The rest is evenly spaced, in the exponent where the interval spans
        decades: toward an open end at 0, toward oo, and where one end is a hundred times the other.

        >>> Interval.parse("[0, 1]").draws(5)
        [0.0, 0.25, 0.5, 0.75, 1.0]
        """
        candidates = [self._point(i / (n - 1) if n > 1 else 0.5, 0.5 / n) for i in range(n)]
        return sorted({point for point in candidates if point in self and math.isfinite(point)})

    def _point(self, share: float, margin: float) -> float:
        """The point at `share` of the way, 0 to 1; open ends are kept away from by `margin`."""
        if share == 0 and self.low_closed:
            return self.low
        if share == 1 and self.high_closed:
            return self.high
        inner = min(max(share, margin), 1 - margin)
        if math.isinf(self.low) and math.isinf(self.high):
            return math.copysign(_decades(abs(2 * inner - 1)), inner - 0.5) if inner != 0.5 else 0.0
        if math.isinf(self.high):
            return self.low + max(1.0, abs(self.low)) * _decades(inner)
        if math.isinf(self.low):
            return self.high - max(1.0, abs(self.high)) * _decades(1 - inner)
        return _between(self, inner)


def _decades(share: float) -> float:
    """From a thousandth to a thousand, evenly in the exponent."""
    return math.pow(10, _DECADES * (2 * share - 1))


def _between(interval: Interval, share: float) -> float:
    low, high = interval.low, interval.high
    if low == 0 and not interval.low_closed:
        return high * math.pow(10, _DECADES * (share - 1))
    if high == 0 and not interval.high_closed:
        return low * math.pow(10, -_DECADES * share)
    if low * high > 0 and max(abs(low), abs(high)) > 100 * min(abs(low), abs(high)):
        return math.copysign(math.pow(abs(low), 1 - share) * math.pow(abs(high), share), low)
    return low * (1 - share) + high * share


def _end(text: str) -> float:
    end = text.strip()
    return _NAMED_ENDS[end] if end in _NAMED_ENDS else to_float(end)


def _end_text(value: float) -> str:
    for name, named in _NAMED_ENDS.items():
        if value == named:
            return name
    short = write_decimal(Fraction(repr(value)))
    return short if short is not None else repr(value)


REALS: Final = Interval(-math.inf, math.inf, False, False)
"""Every real number: the domain where none is declared."""
