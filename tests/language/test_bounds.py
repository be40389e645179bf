"""Each limit of a formula: what lies just under it is read, what lies just over it is refused."""

from __future__ import annotations

import pytest

from neurogebra.errors import FormulaError
from neurogebra.language.bounds import (
    EXTREMUM_ARGUMENTS,
    FORMULA_CHARACTERS,
    FORMULA_DEPTH,
    FORMULA_NODES,
    NAME_CHARACTERS,
    NUMBER_BITS,
    NUMBER_CHARACTERS,
    PIECEWISE_ARMS,
    POWER_EXPONENT,
)
from neurogebra.language.parser import check_name, check_symbol, parse


def _characters(n: int) -> str:
    return "x+" + " " * (n - 3) + "x"


def _sum(parts: int) -> str:
    """n names and n - 1 signs; one unary minus where the number of parts is even."""
    names = "+".join(f"a{k}" for k in range((parts + 1) // 2))
    return names if parts % 2 else names.replace("+a1", "-+a1", 1).replace("-+", "+-", 1)


def _nested(levels: int) -> str:
    return "sin(" * (levels - 1) + "x" + ")" * (levels - 1)


def _arms(n: int) -> str:
    return "Piecewise(" + "".join(f"({k}, x < {k}), " for k in range(1, n)) + "(0, True))"


def _largest(n: int) -> str:
    return f"Max({', '.join(f'a{k}' for k in range(n))})"


def _nested_largest(n: int) -> str:
    inner = ", ".join(f"a{k}" for k in range(n - 2))
    return f"Max(x, y, Max({inner}))"


LIMITS = {
    "characters of a formula": (_characters, FORMULA_CHARACTERS, "4,096 characters"),
    "characters of a name": (lambda n: "a" * n, NAME_CHARACTERS, "64 characters"),
    "characters of a number": (lambda n: "0.5" + "0" * (n - 3), NUMBER_CHARACTERS, "at most 1,300"),
    "parts of a formula": (_sum, FORMULA_NODES, "501 parts; a formula has at most 500"),
    "levels of a formula": (_nested, FORMULA_DEPTH, "at most 64 levels"),
    "levels by signs": (lambda n: "-" * (n - 1) + "x", FORMULA_DEPTH, "at most 64 levels"),
    "levels by fractions": (lambda n: "1/(1+" * 31 + "-" * (n - 63) + "x" + ")" * 31, FORMULA_DEPTH, "at most 64"),
    "exponent of a symbol": (lambda n: f"x**{n}", POWER_EXPONENT, "at most 64"),
    "negative exponent of a symbol": (lambda n: f"x**(-{n})", POWER_EXPONENT, "at most 64"),
    "exponent of a number": (lambda n: f"1.01**{n}", POWER_EXPONENT, "at most 64"),
    "root of a number": (lambda n: f"2**(1/{n})", POWER_EXPONENT, "at most 64"),
    "exponent multiplied by another": (lambda n: f"(x**8)**({n}/8)", POWER_EXPONENT, "at most 64"),
    "bits under a root": (lambda n: f"sqrt({2**n - 1})", 512, "at most 512 bits"),
    "fixed part of a number's exponent": (lambda n: f"2**(x + {n})", POWER_EXPONENT, "at most 64"),
    "arguments of Max": (_largest, EXTREMUM_ARGUMENTS, "8 arguments"),
    "arguments of nested Max": (_nested_largest, EXTREMUM_ARGUMENTS, "at most 8 arguments"),
    "arms of Piecewise": (_arms, PIECEWISE_ARMS, "1 to 32 arms"),
    "bits of a number": (lambda n: f"{2**n - 1}*x/{2**n - 3}", NUMBER_BITS, "4,096 bits"),
    "bits of a power": (lambda n: f"(1 + 1/{2 ** (n // 64) - 2})**64", NUMBER_BITS, "4,096 bits"),
}


@pytest.mark.parametrize("what", LIMITS)
def test_what_is_just_under_a_limit_is_read(what):
    text, limit, _ = LIMITS[what]
    parse(text(limit))


@pytest.mark.parametrize("what", LIMITS)
def test_what_is_just_over_a_limit_is_refused(what):
    text, limit, reason = LIMITS[what]
    over = limit + 64 if what == "bits of a power" else limit + 1
    with pytest.raises(FormulaError, match=reason):
        parse(text(over))


def test_a_chain_is_one_level_whatever_its_length():
    parse("*".join(f"a{k}" for k in range(200)))


def test_exponents_beyond_the_limit_that_come_by_multiplying_are_counted_as_written():
    assert str(parse("x**64*x")) == "x**65"
    with pytest.raises(FormulaError, match="at most 500 parts"):
        parse("exp(10**9*log(x))")


def test_roots_of_one_product_have_a_common_root_of_at_most_4096():
    parse("2**(1/64)*3**(1/63)*0**2")
    with pytest.raises(FormulaError, match="too many different roots"):
        parse("2**(1/64)*3**(1/63)*5**(1/5)")


def test_powers_inside_powers_are_counted_once():
    parse("(" * 12 + "x" + "**y + 1)" * 12)


def test_what_is_multiplied_out_is_counted_again():
    """2*(a + b) is kept as 2*a + 2*b: what would be too long to read back is not let in."""
    symbols = "+".join(f"a{k}" for k in range(160))
    parse(symbols)
    with pytest.raises(FormulaError, match="written out, this has 639 parts"):
        parse(f"2*({symbols})")


def test_conditions_that_would_be_endless_when_multiplied_out_are_refused():
    def arms(n: int) -> str:
        both = "".join(f"({k % 2}, (a{k} > 0) & (b{k} > 0)), " for k in range(n))
        return f"Piecewise({both}(2, True))"

    parse(arms(8))
    with pytest.raises(FormulaError, match="512 combinations, more than 256"):
        parse(arms(9))


def test_names_have_the_lengths_and_letters_that_the_bounds_say():
    check_symbol("a" * NAME_CHARACTERS)
    check_name("a" * NAME_CHARACTERS)
    for check in (check_symbol, check_name):
        with pytest.raises(FormulaError, match="at most 64 characters"):
            check("a" * (NAME_CHARACTERS + 1))
