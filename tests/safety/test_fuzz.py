"""A short round of each fuzz, the same at every run; `python -m tests.fuzz --minutes 10` plays the long ones.

Files are played in a process of its own, because a file that crashed the interpreter, or filled its memory, would
otherwise take the tests along.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurogebra.language.words import WORDS

from . import checks, files, formulas

RULES = settings(formulas.RULES, derandomize=True)


@settings(RULES, max_examples=120)
@given(drawn=formulas.drawn_formulas, points=st.lists(formulas.points, min_size=3, max_size=3))
def test_a_formula_is_read_written_evaluated_and_differentiated_as_it_is_meant(drawn, points):
    checks.check_formula(drawn, points)


@settings(RULES, max_examples=200)
@given(text=files.drawn_texts())
def test_any_text_is_a_formula_or_refused(text):
    checks.check_text(text)


@pytest.mark.parametrize("cases", [100, pytest.param(3000, marks=pytest.mark.slow)])
def test_any_file_is_an_entry_or_refused_within_its_memory(checkout, environment, cases):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--kind", "files", "--cases", str(cases)],
        cwd=checkout,
        env=environment | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)
    assert figures["cases"] >= cases
    assert figures["accepted"] >= cases // 20  # a fuzz of which nothing is ever accepted sees only the door


def test_the_checks_find_what_is_wrong(monkeypatch):
    right = formulas.Drawn("x*2", lambda at: 2 * formulas.mpf(at["x"]))
    wrong = formulas.Drawn("x*2", lambda at: 2 * formulas.mpf(at["x"]) + formulas.mpf("1e-10"))
    steep = formulas.Drawn("x*2", lambda at: 2 * formulas.mpf(at["x"]) + (at["x"] > 9))
    point = {"x": 0.5, "y": 0.0, "alpha": 0.0}
    assert checks.check_formula(right, [point])
    with pytest.raises(AssertionError, match=r"at \{'x': 0\.5\}: 1\.0, and not 1\.0000000001"):
        checks.check_formula(wrong, [point])
    assert checks.check_formula(steep, [point])
    with pytest.raises(AssertionError, match=r"at \{'x': 10\.0\}: 20\.0, and not 21\.0"):
        checks.check_formula(steep, [{**point, "x": 10.0}])
    monkeypatch.setattr(checks, "write", lambda formula: "x")
    with pytest.raises(AssertionError, match="written as x"):
        checks.check_text("x + 1")


def test_every_word_has_a_meaning():
    words = {row.text for row in WORDS.values() if row.kind == "function"}
    assert words == {*formulas.FUNCTIONS, *formulas.EXTREMA}
    assert {row.text for row in WORDS.values() if row.kind == "constant"} == {*formulas.CONSTANTS}


def test_the_files_that_are_spoiled_are_there():
    assert len(files.SEEDS) > 100 and all(isinstance(content, bytes) for _, content in files.SEEDS)
    assert Path(files.TESTS, "fuzz.py").is_file()
