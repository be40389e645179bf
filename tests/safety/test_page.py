"""SECURITY.md and the rows of threats: every figure is the code's, every row has tests that exist."""

from __future__ import annotations

import ast
import re

import pytest

from neurogebra import Expression, MathForge
from neurogebra.language import bounds
from neurogebra.search import LONGEST_QUERY

from .hostile import ARROW, TESTS

#: the first words of a row of SECURITY.md -> the limit it gives
ROWS = {
    "a formula": {
        "characters": "FORMULA_CHARACTERS",
        "parts (numbers": "FORMULA_NODES",
        "levels of nesting": "FORMULA_DEPTH",
        "characters of a name": "NAME_CHARACTERS",
        "characters of a number": "NUMBER_CHARACTERS",
        "bits of a constant": "NUMBER_BITS",
        "exponent": "POWER_EXPONENT",
        "arguments of `Max`": "EXTREMUM_ARGUMENTS",
        "arms of `Piecewise`": "PIECEWISE_ARMS",
        "parts of a derivative": "DERIVATIVE_OPERATIONS",
    },
    "a catalogue file": {
        "bytes": "FILE_BYTES",
        "keys, values": "FILE_EVENTS",
        "levels of nesting": "FILE_DEPTH",
        "variants": "FILE_VARIANTS",
    },
}


def figures(page: str, of: str) -> dict[str, int]:
    """The rows of one table of the page."""
    table = re.search(rf"^\| of {of} \| at most \|\n\|---\|---\|\n((?:\|.*\n)+)", page, re.MULTILINE)
    rows = (line.strip("|\n ").rsplit(" | ", 1) for line in table[1].splitlines())
    return {what: int(figure.replace(",", "")) for what, figure in rows}


@pytest.mark.parametrize("of", ROWS)
def test_the_limits_of_the_page_are_the_limits_of_the_code(checkout, of):
    rows = figures((checkout / "SECURITY.md").read_text("utf-8"), of)
    assert len(rows) == len(ROWS[of])
    for (what, figure), (words, name) in zip(rows.items(), ROWS[of].items(), strict=True):
        assert what.startswith(words)
        assert figure == getattr(bounds, name), what


def test_every_limit_of_the_code_is_on_the_page(checkout):
    limits = {name for name in vars(bounds) if name.isupper()}
    assert limits == {name for rows in ROWS.values() for name in rows.values()}
    page = (checkout / "SECURITY.md").read_text("utf-8")
    assert f"A search takes {LONGEST_QUERY:,} characters." in page
    assert f"or one of {bounds.DERIVATIVE_OPERATIONS:,} parts" in page


def test_every_limit_says_its_reason(checkout):
    tree = ast.parse((checkout / "neurogebra" / "language" / "bounds.py").read_text("utf-8"))
    for assigned, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(assigned, ast.AnnAssign):
            assert isinstance(after, ast.Expr) and len(after.value.value) > 30, ast.unparse(assigned.target)


def test_what_the_page_names_exists(checkout):
    page = (checkout / "SECURITY.md").read_text("utf-8")
    for path in re.findall(r"`(tests/[^`]+)`", page) + re.findall(r"\]\(([^)]+)\)", page):
        assert (checkout / path).exists(), path


def test_every_row_of_threats_has_tests_that_exist(checkout):
    """rows.txt: a threat, then the tests that hold it off."""
    rows = [
        line.split(ARROW) for line in (TESTS / "safety" / "rows.txt").read_text("utf-8").splitlines() if ARROW in line
    ]
    assert [threat.split()[0] for threat, _ in rows] == [*map(str, range(1, 23)), "input"]
    for _, tests in rows:
        for each in tests.split(", "):
            file, _, name = each.partition("::")
            source = (checkout / "tests" / file).read_text("utf-8")
            assert not name or re.search(rf"^def {name}\(", source, re.MULTILINE), each


def test_the_page_says_that_a_pickle_is_code(checkout):
    assert "* **A pickle is code.**" in (checkout / "SECURITY.md").read_text("utf-8")


def test_the_limits_stand_where_a_user_meets_them(checkout):
    of_files = f"{bounds.FILE_EVENTS:,} keys and values, {bounds.FILE_DEPTH} levels and {bounds.FILE_VARIANTS} variants"
    of_formulas = f"{bounds.FORMULA_CHARACTERS:,} characters"
    readme = (checkout / "registry" / "README.md").read_text("utf-8")
    for text in (readme, MathForge.load.__doc__):
        assert f"at most {bounds.FILE_BYTES // 1024} KiB, {of_files}" in text
    assert f"at most {of_formulas}, {bounds.FORMULA_NODES} parts and {bounds.FORMULA_DEPTH} levels" in readme
    assert f"at most {of_formulas} and {bounds.FORMULA_NODES} parts" in Expression.__doc__
