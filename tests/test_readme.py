"""README.md is what a person types first, so every block in it is run, and it stays one screen.

Examples run as they stand; the commands run in a copy of the checkout, as slow tests. A block of a kind that
nothing here runs is an error, and so is a lying example.
"""

from __future__ import annotations

import doctest
import re
import subprocess
from pathlib import Path

import pytest

from benchmarks.contents import table

CHECKOUT = Path(__file__).resolve().parent.parent
README = (CHECKOUT / "README.md").read_text("utf-8")

INSTALL = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/neurogebra eval gelu x=1"
TEST = "python3 -m venv .venv && .venv/bin/pip install '.[test]' && .venv/bin/python -m pytest"


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks as (kind, content)."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def failures(example: str) -> str:
    """What the examples printed that they do not say."""
    report: list[str] = []
    test = doctest.DocTestParser().get_doctest(example, {}, "README.md", "README.md", 0)
    doctest.DocTestRunner().run(test, out=report.append)
    return "".join(report)


def run(command: str, folder, environment) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_block_is_of_a_kind_that_is_run():
    assert {kind for kind, _ in blocks(README)} == {"sh", "pycon"}
    assert README.count("```") == 2 * len(blocks(README))


def test_the_commands_are_the_two_that_are_run_below():
    assert [content.strip() for kind, content in blocks(README) if kind == "sh"] == [INSTALL, TEST]


def test_the_examples_print_what_they_say():
    """One after the other, as a reader types them."""
    assert failures("\n".join(content for kind, content in blocks(README) if kind == "pycon")) == ""


def test_an_example_that_lies_is_found():
    assert "Got:\n    4" in failures(">>> 2 + 2\n5\n")


def test_it_is_one_screen_and_a_table():
    lines = [line for line in README.splitlines() if not line.startswith("|")]
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 120


def test_the_table_of_contents_is_what_the_command_prints():
    assert README.endswith("\n\n" + table(CHECKOUT / "registry"))


def test_it_says_what_a_newcomer_would_trip_over():
    for fact in (
        "the public index holds another project of the same name",
        "0.8412",
        "SciPy",
        "registry/README.md",
    ):
        assert fact in README


def test_its_links_lead_somewhere(checkout):
    links = re.findall(r"\]\((?!https)([^)]+)\)", README)
    assert links
    assert [link for link in links if not (checkout / link).exists()] == []


def test_ci_runs_the_test_command_as_printed(checkout):
    """`.ci/run` takes the line from README by a pattern; the pattern must find that line and no other."""
    script = (checkout / ".ci" / "run").read_text("utf-8")
    pattern = re.search(r"grep -E '([^']+)' README.md", script)[1]
    assert [line for line in README.splitlines() if re.search(pattern, line)] == [TEST]
    assert 'bash -euo pipefail -c "$command"' in script


@pytest.mark.slow
def test_the_first_command_installs_and_prints_the_value(copy_of_checkout, environment):
    printed = run(INSTALL, copy_of_checkout("readme-install"), environment)
    value = printed.splitlines()[-1]
    assert value == "0.8413447460685429"
    assert f"`{value}`" in README


@pytest.mark.slow
def test_the_second_command_installs_all_that_the_tests_import(copy_of_checkout, environment):
    """Here the tests are collected, not run: running them once with this line is `.ci/run`'s first step."""
    collect = environment | {"PYTEST_ADDOPTS": "--collect-only --quiet"}
    printed = run(TEST, copy_of_checkout("readme-test"), collect)
    assert re.search(r"\d+/\d+ tests collected \(\d+ deselected\)", printed.splitlines()[-1])
