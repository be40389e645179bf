"""Decimal text to exact rational numbers, and back.

`0.1` means one tenth here, not the nearest float64, because no later check can find a digit lost on reading.
A number that float64 cannot hold (1e999, 1e-400) is refused, so that nothing becomes inf or 0 unseen. This
module reads plain decimals only; it knows no pi, no oo, no fractions and no formulas.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from neurogebra.errors import FormulaError
from neurogebra.language.bounds import NUMBER_BITS, NUMBER_CHARACTERS

__all__ = ["parse_decimal", "parse_integer", "to_float", "write_decimal"]

_DECIMAL: Final = re.compile(r"[+-]?(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?(?:[eE](?P<power>[+-]?[0-9]+))?")
_LARGEST_POWER: Final = 400  # float64 ends at 1.8e308 and 4.9e-324; what lies beyond is never computed
_ZEROS_BEFORE, _ZEROS_AFTER = 3, 8  # 0.0001 and 100000000 are written out, 1e-5 and 1e9 are not


def parse_decimal(text: str) -> Fraction:
    """The exact value of a decimal text.

    >>> parse_decimal("0.044715")
    Fraction(8943, 200000)
    >>> parse_decimal("-2.5e-3")
    Fraction(-1, 400)

    Raises FormulaError where the text is no plain decimal number, is longer than 1,300 characters, or has a
    value that float64 can only hold as inf or as 0.
    """
    value = _exact(text)
    if value and not _fits_float64(value):
        side = "large" if abs(value) > 1 else "small"
        raise FormulaError(f"{_shown(text)} is too {side} for a float64, which ends at 1.8e308 and 4.9e-324.")
    return value


def parse_integer(text: str) -> int:
    """The value of a text of digits, up to 4,096 bits: the numerators and denominators that fractions need.

    >>> parse_integer("200000")
    200000
    """
    value = _exact(text)
    if value.denominator != 1 or not text.isdigit():
        raise FormulaError(f"{_shown(text)} is no whole number.")
    if value.numerator.bit_length() > NUMBER_BITS:
        raise FormulaError(f"{_shown(text)} has more than {NUMBER_BITS:,} bits.")
    return value.numerator


def to_float(text: str) -> float:
    """The float64 nearest to a decimal text.

    >>> to_float("0.1")
    0.1
    """
    return float(parse_decimal(text))


def write_decimal(value: Fraction) -> str | None:
    """The shortest decimal text of `value`, or None where only a fraction can say it.

    >>> [write_decimal(Fraction(p, q)) for p, q in [(8943, 200000), (1, 10**9), (2, 3)]]
    ['0.044715', '1e-9', None]

    Also None where the decimal would be unreadable (1/2**60) or would not be read back (outside float64).
    """
    places = _places(value.denominator)
    if places is None or (value and not _fits_float64(value)):
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator)
    text = ("-" if value < 0 else "") + _placed(digits, places)
    fraction = f"{value.numerator}/{value.denominator}"
    return text if len(digits) <= 17 or len(text) <= len(fraction) else None


def _exact(text: str) -> Fraction:
    if len(text) > NUMBER_CHARACTERS:
        raise FormulaError(
            f"{_shown(text)} is a number of {len(text):,} characters; at most {NUMBER_CHARACTERS:,} are read."
        )
    match = _DECIMAL.fullmatch(text)
    whole, part, power = match.group("whole", "part", "power") if match else ("", "", "")
    if not (whole or part):
        raise FormulaError(f"{_shown(text)} is no plain decimal number, such as 3, 0.25 or 1e-6.")
    if len(whole) > 1 and whole[0] == "0":
        raise FormulaError(f"{_shown(text)} begins with a 0, which elsewhere means octal; leave it out.")
    if power and abs(int(power)) > _LARGEST_POWER + len(whole) + len(part or ""):
        raise FormulaError(f"{_shown(text)} is outside what a float64 can hold, 4.9e-324 to 1.8e308.")
    return Fraction(text)


def _fits_float64(value: Fraction) -> bool:
    try:
        return float(value) != 0
    except OverflowError:
        return False


def _places(denominator: int) -> int | None:
    """How many decimal places 1/denominator needs; None where no number of places is enough."""
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _placed(digits: str, places: int) -> str:
    """`digits` with the point `places` from the right, or with an exponent where that is shorter to read."""
    if places == 0:
        zeros = len(digits) - len(digits.rstrip("0"))
        return _scientific(digits.rstrip("0"), len(digits) - 1) if zeros > _ZEROS_AFTER else digits
    if len(digits) > places:
        return f"{digits[:-places]}.{digits[-places:]}"
    if places - len(digits) <= _ZEROS_BEFORE:
        return f"0.{digits.rjust(places, '0')}"
    return _scientific(digits, len(digits) - 1 - places)


def _scientific(digits: str, power: int) -> str:
    return f"{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{power}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:30]}...{text[-5:]}")
