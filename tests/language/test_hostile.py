"""Every attack of hostile.txt, and each long one, is refused at once with its reason, place and spelling."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from neurogebra.errors import FormulaError
from neurogebra.language.parser import parse

ARROW = "  =>  "
AT_ONCE = 0.05  # seconds; the best of three, so that a busy machine is no failure


def _shown(line: str) -> str:
    line = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), line)
    return line.replace(r"\ty", "\ty")


def attacks(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if ARROW in line]
    return [(_shown(formula), reason) for formula, _, reason in (line.partition(ARROW) for line in lines)]


ATTACKS = attacks(Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8"))

LONG = {
    "201 brackets": ("(" * 201 + "x" + ")" * 201, "nested too deeply"),
    "3,000 minus signs": ("-" * 3_000 + "x", "nested too deeply"),
    "4,000 minus signs": ("-" * 4_000 + "x", "nested too deeply"),
    "20,000 minus signs": ("-" * 20_000 + "x", "4,096 characters, not 20,001"),
    "20,000 powers": ("x**" * 20_000 + "x", "4,096 characters"),
    "1,000 powers": ("x**" * 1_000 + "x", "nested too deeply"),
    "4,000 open brackets": ("(" * 4_000, "the formula ends too early"),
    "600 open calls": ("sin(" * 600 + "x" + ")" * 600, "nested too deeply"),
    "a number of 4,000 digits": ("9" * 4_000, "a number of 4,000 characters"),
    "a name of 4,000 letters": ("a" * 4_000, "64 characters, not 4000"),
    "1,000 terms": ("+".join(["x"] * 1_000), "1,999 parts"),
    "40 sines under Max": (f"Max({', '.join(f'sin({k}*x)' for k in range(1, 41))})", "Max takes 2 to 8"),
    "nested Max": ("Max(x, Max(y, Max(z, a, b, c, d, e, f)))", "at most 8 arguments"),
    "40 arms": (f"Piecewise({''.join(f'({k}, x > {k}), ' for k in range(40))}(0, True))", "1 to 32 arms"),
    "100 huge factors": ("*".join(["2**64"] * 100), "6,401"),
    "many roots": ("*".join(f"{n}**(1/{n})" for n in range(2, 62)), "too many different roots"),
    "a long root": (f"({10**300 + 1})**(1/2)", "under a root has at most 512 bits"),
}


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """SymPy loads parts of itself at the first Max, Abs and Piecewise; that is not the attack's doing."""
    parse("where((x > 0) & Eq(x, y) | Not(x < y), floor(x), 2**x) + Max(x, exp(x), Abs(exp(sqrt(x))))")


def refusal(formula: str) -> tuple[FormulaError, float]:
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        with pytest.raises(FormulaError) as caught:
            parse(formula)
        spent.append(time.perf_counter() - start)
        if spent[-1] < AT_ONCE:
            break
    return caught.value, min(spent)


@pytest.mark.parametrize("formula, reason", ATTACKS, ids=[formula[:30] for formula, _ in ATTACKS])
def test_an_attack_is_refused_with_reason_and_column_at_once(formula, reason):
    error, spent = refusal(formula)
    assert reason in error.reason
    assert spent < AT_ONCE
    if "parts" not in reason:
        assert error.column is not None and 1 <= error.column <= len(formula) + 1
        shown, caret = str(error).split("\n", 1)[1].rsplit("\n", 1)
        assert caret.strip() == "^"
        assert len(caret) - 4 <= len(shown) - 4 + 1


@pytest.mark.parametrize("what", LONG)
def test_a_long_attack_is_refused_at_once(what):
    formula, reason = LONG[what]
    error, spent = refusal(formula)
    assert reason in error.reason
    assert spent < AT_ONCE
    assert len(str(error)) < 400  # the formula is not echoed whole


def test_the_list_holds_attacks_of_every_kind_and_is_read_whole():
    assert len(ATTACKS) > 170
    assert ("x\u202e + y", "U+202E RIGHT-TO-LEFT OVERRIDE") in ATTACKS
    assert attacks("no arrow\nx + 1  =>  never said") == [("x + 1", "never said")]


def test_a_formula_that_is_no_attack_would_fail_these_tests():
    with pytest.raises(pytest.fail.Exception):
        refusal("x + 1")


def test_no_control_character_of_a_refused_formula_reaches_the_screen():
    error, _ = refusal("x\u202e + \u0007y")
    assert str(error).isprintable() or all(c.isprintable() or c == "\n" for c in str(error))
