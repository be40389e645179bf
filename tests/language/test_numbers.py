"""Numbers are read exactly, refused where float64 has no place for them, and written to be read back."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from neurogebra.errors import FormulaError
from neurogebra.language.bounds import NUMBER_BITS, NUMBER_CHARACTERS
from neurogebra.language.numbers import parse_decimal, parse_integer, to_float, write_decimal

EXACT = {
    "0": Fraction(0),
    "-0.0": Fraction(0),
    "0.1": Fraction(1, 10),
    "+3": Fraction(3),
    ".5": Fraction(1, 2),
    "5.": Fraction(5),
    "1e-5": Fraction(1, 100_000),
    "2.5E+2": Fraction(250),
    "0.044715": Fraction(8943, 200_000),
    "1.0507009873554804934193349852946": Fraction(10507009873554804934193349852946, 10**31),
}

REFUSED = {
    "": "no plain decimal",
    "-": "no plain decimal",
    ".": "no plain decimal",
    "e5": "no plain decimal",
    "1e": "no plain decimal",
    "1_000": "no plain decimal",
    "0x10": "no plain decimal",
    "1,5": "no plain decimal",
    " 1": "no plain decimal",
    "1\n": "no plain decimal",
    "nan": "no plain decimal",
    "oo": "no plain decimal",
    "12:30": "no plain decimal",
    "1/2": "no plain decimal",
    "\u0663": "no plain decimal",  # an Arabic digit, which Python's float would take
    "010": "begins with a 0",
    "-007.5": "begins with a 0",
    "1e999": "float64",
    "-1e999": "float64",
    "1e-400": "too small for a float64",
    "1e309": "too large for a float64",
    "1e99999999999": "float64",
    "1e-99999999999": "float64",
    "9" * 5_000: "5,000 characters",
}


@pytest.mark.parametrize("text", EXACT)
def test_a_decimal_is_the_rational_it_says(text):
    assert parse_decimal(text) == EXACT[text]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:12]))
def test_what_is_no_number_for_float64_is_refused_with_the_reason(text):
    with pytest.raises(FormulaError, match=REFUSED[text]):
        parse_decimal(text)


def test_the_ends_of_float64_are_numbers_and_what_lies_beyond_is_none():
    assert to_float("1.7976931348623157e308") == 1.7976931348623157e308
    assert to_float("5e-324") == 5e-324
    for beyond in ("1.7976931348623159e308", "2e-324"):
        with pytest.raises(FormulaError, match="float64"):
            parse_decimal(beyond)


def test_float_is_the_nearest_one():
    assert to_float("0.1") == 0.1
    assert to_float("0.1000000000000000055511151231257827") == 0.1


def test_number_text_may_be_as_long_as_the_bound_says():
    longest = "0." + "1" * (NUMBER_CHARACTERS - 2)
    assert parse_decimal(longest) > 0
    with pytest.raises(FormulaError, match="1,301 characters"):
        parse_decimal(longest + "1")


def test_whole_numbers_may_have_as_many_bits_as_the_bound_says():
    assert parse_integer(str(2**NUMBER_BITS - 1)) == 2**NUMBER_BITS - 1
    with pytest.raises(FormulaError, match="4,096 bits"):
        parse_integer(str(2**NUMBER_BITS))
    for other in ("1.5", "-3", "1e3"):
        with pytest.raises(FormulaError, match="no whole number"):
            parse_integer(other)


@pytest.mark.parametrize(
    "value, text",
    [
        (Fraction(8943, 200_000), "0.044715"),
        (Fraction(-3, 2), "-1.5"),
        (Fraction(0), "0"),
        (Fraction(100), "100"),
        (Fraction(10**8), "100000000"),
        (Fraction(10**9), "1e9"),
        (Fraction(15 * 10**12), "1.5e13"),
        (Fraction(1, 10**4), "0.0001"),
        (Fraction(1, 10**5), "1e-5"),
        (Fraction(-123, 10**7), "-1.23e-5"),
        (Fraction(1, 3), None),
        (Fraction(1, 2**60), None),  # 42 digits where the fraction has 19
        (Fraction(10**400), None),  # would not be read back
        (Fraction(1, 10**400), None),
    ],
)
def test_numbers_are_written_as_people_write_them(value, text):
    assert write_decimal(value) == text


def test_what_is_written_reads_back_equal():
    chance = random.Random(1)
    for _ in range(500):
        below = 2 ** chance.randint(0, 20) * 5 ** chance.randint(0, 20)
        value = Fraction(chance.randint(-(10**12), 10**12), below)
        text = write_decimal(value)
        assert text is None or parse_decimal(text) == value
