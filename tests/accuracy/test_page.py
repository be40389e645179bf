"""The page of accuracy figures: its command runs, its tables are whole, and a miss is shown as one."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("flint")

from measure import Figure, Miss

from benchmarks.accuracy import cell, table


def test_a_cell_says_the_worst_error_and_where():
    assert cell(None) == "none"
    assert cell(Figure(0.0, 1.0, 10)) == "0"
    assert cell(Figure(2.4, -3.25, 10)) == "2.4 at -3.25"
    assert cell(Figure(9.0, 2.0, 10, misses=[Miss(2.0, 1.1, 1.0, 9.0, "9 ULP")])) == "**9** at 2"
    flushed = Miss(-8.5, 0.0, 1e-20, 4e15, "flushed to zero")
    assert cell(Figure(4e15, -8.5, 10, misses=[flushed])) == "**zero** at -8.5"


def test_a_table_counts_what_meets_the_bar():
    good, bad = Figure(1.0, 0.5, 10), Figure(9.0, 2.0, 10, misses=[Miss(2.0, 1.1, 1.0, 9.0, "9 ULP")])
    lines = list(table("float64", {"": {"one": [good, good, bad], "two": [good, bad, bad]}}))
    assert lines[2] == "| entry | f | f' | f'' |"
    assert lines[4] == "| one | 1 at 0.5 | 1 at 0.5 | **9** at 2 |"
    assert "Entries within the bar, of 2: f 2, f' 1, f'' 0." in lines


@pytest.mark.slow
def test_the_command_writes_the_page(checkout, environment, tmp_path):
    out = tmp_path / "accuracy.md"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.accuracy", "--points", "60", "--only", "gelu", "--out", str(out)],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = out.read_text("utf-8")
    for heading in ("## float64, bar 8 ULP", "## float32, bar 1 ULP", "## float16, bar 1 ULP"):
        assert heading in page
    assert "| gelu (tanh) |" in page and "SIMD" in page
