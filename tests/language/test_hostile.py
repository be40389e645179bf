"""Every attack of hostile.txt, and each long one, is refused at once with its reason, place and spelling."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from neurogebra.errors import FormulaError
from neurogebra.language.parser import parse

ARROW = "  =>  "
AT_ONCE = 0.25  # seconds of processor time, best of three; the slow tests hold each refusal to 0.05


def _shown(line: str) -> str:
    line = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), line)
    return line.replace(r"\ty", "\ty")


def attacks(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if ARROW in line]
    return [(_shown(formula), _shown(reason)) for formula, _, reason in (line.partition(ARROW) for line in lines)]


ATTACKS = attacks(Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8"))

TOO_DEEP = "nested too deeply; a formula has at most 64 levels."
LONG = {
    "201 brackets": ("(" * 201 + "x" + ")" * 201, TOO_DEEP),
    "3,000 minus signs": ("-" * 3_000 + "x", TOO_DEEP),
    "4,000 minus signs": ("-" * 4_000 + "x", TOO_DEEP),
    "20,000 minus signs": ("-" * 20_000 + "x", "a formula has at most 4,096 characters, not 20,001."),
    "20,000 powers": ("x**" * 20_000 + "x", "a formula has at most 4,096 characters, not 60,001."),
    "1,000 powers": ("x**" * 1_000 + "x", TOO_DEEP),
    "a megabyte": ("x" * 10**6, "a formula has at most 4,096 characters, not 1,000,000."),
    "4,000 open brackets": ("(" * 4_000, "column 4001: the formula ends too early; something is missing here."),
    "600 open calls": ("sin(" * 600 + "x" + ")" * 600, TOO_DEEP),
    "a number of 4,000 digits": (
        "9" * 4_000,
        f"column 1: '{'9' * 30}...99999' is a number of 4,000 characters; at most 1,300 are read.",
    ),
    "a name of 4,000 letters": ("a" * 4_000, "column 1: a name has at most 64 characters, not 4000."),
    "1,000 terms": ("+".join(["x"] * 1_000), "this has 1,999 parts; a formula has at most 500."),
    "40 sines under Max": (
        f"Max({', '.join(f'sin({k}*x)' for k in range(1, 41))})",
        "column 1: Max takes 2 to 8 arguments; this has 40.",
    ),
    "nested Max": (
        "Max(x, Max(y, Max(z, a, b, c, d, e, f)))",
        "column 1: Max and Min take at most 8 arguments, those of a Max or Min directly inside them counted; this has 9.",
    ),
    "40 arms": (
        f"Piecewise({''.join(f'({k}, x > {k}), ' for k in range(40))}(0, True))",
        "column 1: Piecewise has 1 to 32 arms; this has 41.",
    ),
    "100 huge factors": (
        "*".join(["2**64"] * 100),
        "column 1: a number has at most 4,096 bits; this one has 6,401.",
    ),
    "many roots": (
        "*".join(f"{n}**(1/{n})" for n in range(2, 62)),
        "column 1: these are too many different roots of numbers for one product.",
    ),
    "a long root": (
        f"({10**300 + 1})**(1/2)",
        "column 1: a number under a root has at most 512 bits; this has 997.",
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """SymPy loads parts of itself at the first Max, Abs and Piecewise; that is not the attack's doing."""
    parse("where((x > 0) & Eq(x, y) | Not(x < y), floor(x), 2**x) + Max(x, exp(x), Abs(exp(sqrt(x))))")


def refusal(formula: str, at_once: float = AT_ONCE) -> tuple[FormulaError, float]:
    """The refusal, and the least processor time of three tries."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        with pytest.raises(FormulaError) as caught:
            parse(formula)
        spent.append(time.process_time() - start)
        if spent[-1] < at_once:
            break
    return caught.value, min(spent)


@pytest.mark.parametrize(("formula", "message"), ATTACKS, ids=[formula[:30] for formula, _ in ATTACKS])
def test_an_attack_is_refused_in_these_words_and_at_once(formula, message):
    error, spent = refusal(formula)
    first, *rest = str(error).split("\n")
    assert first == message
    assert spent < AT_ONCE
    if message.startswith("column "):
        assert 1 <= error.column <= len(formula) + 1
        shown, caret = rest
        assert caret.strip() == "^"
        assert len(caret) - 4 <= len(shown) - 4 + 1


@pytest.mark.parametrize("what", LONG)
def test_a_long_attack_is_refused_in_these_words_and_at_once(what):
    formula, message = LONG[what]
    error, spent = refusal(formula)
    assert str(error).split("\n")[0] == message
    assert spent < AT_ONCE
    assert len(str(error)) < 400  # the formula is not echoed whole


def test_the_list_holds_attacks_of_every_kind_and_is_read_whole():
    assert len(ATTACKS) > 220
    assert (
        "x\u202e + y",
        "column 2: U+202E RIGHT-TO-LEFT OVERRIDE is not part of formulas, which are ASCII.",
    ) in ATTACKS
    assert attacks("no arrow\nx + 1  =>  never said") == [("x + 1", "never said")]


def test_a_formula_that_is_no_attack_would_fail_these_tests():
    with pytest.raises(pytest.fail.Exception):
        refusal("x + 1")


@pytest.mark.parametrize("formula", ["x\u202e + \u0007y", "x\u001f\n + y", "y \u001b[2J", "\u0085"])
def test_no_control_character_of_a_refused_formula_reaches_the_screen(formula):
    error, _ = refusal(formula)
    assert all(c.isprintable() or c == "\n" for c in str(error))
