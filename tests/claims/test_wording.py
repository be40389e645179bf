"""How numbers are written in proposals: short where a short text is the number, else in digits that are all right.

Each text is read again and held against the number, so that a wrong factor or a digit too many shows.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

pytest.importorskip("flint")

from neurogebra.claims.cells import FINE
from neurogebra.claims.wording import number_of, power, rounded, simple
from neurogebra.compile.to_ball_arithmetic import ctx
from neurogebra.language.parser import parse

SHORT = (
    "0 -2 3/4 199/200 pi/2 -2*log(2)/3 sqrt(2)/2 sqrt(3)/5 2/sqrt(pi) -1/sqrt(pi) sqrt(2/pi) exp(-1)/4 "
    "3*exp(-1/2) sqrt(2)*exp(-1/2)"
).split()


@pytest.mark.parametrize("text", SHORT)
def test_a_number_with_a_short_text_is_written_so(text):
    with ctx.workprec(FINE):
        assert simple(number_of(parse(text))) == text


@pytest.mark.parametrize("text", ["sqrt(5)", "200/201", "1/3 + 1e-15", "10**10"])
def test_a_number_that_is_nearly_short_or_not_short_enough_has_no_such_text(text):
    with ctx.workprec(FINE):
        assert simple(number_of(parse(text))) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("sqrt(5)", "2.23606797749979"),
        ("-pi", "-3.14159265358979"),
        ("sqrt(5)*10**13", "22360679774997.9"),
        ("-pi*10**14", "-3.14159265358979e+14"),  # with .0 after 15 digits it would be 0.3 beside the number
        ("pi*10**15", "3.14159265358979e+15"),
        ("pi/100000", "0.0000314159265358979"),
        ("pi/1000000", "3.14159265358979e-6"),
        ("12345678901", "12345678901.0000"),
    ],
)
def test_other_numbers_have_fifteen_digits_and_are_right_to_half_of_the_last(text, digits):
    with ctx.workprec(FINE):
        number = number_of(parse(text))
        assert rounded(number) == digits
        unit = Fraction(10) ** int(Decimal(digits).as_tuple().exponent)
        assert abs(Fraction(number.mid().str(60, radius=False)) - Fraction(digits)) <= unit / 2


def test_powers_are_written_with_as_few_signs_as_say_them():
    exponents = Fraction(1), Fraction(1, 2), Fraction(2), Fraction(-1), Fraction(2, 3)
    assert [power("beta", p) for p in exponents] == ["beta", "sqrt(beta)", "beta**2", "beta**-1", "beta**(2/3)"]
