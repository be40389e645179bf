"""Text never reaches what runs it: no file of the package calls SymPy's parsers, eval or exec.

Only compile/ may exec, and only what it has generated itself. The scan reads the syntax tree, so that comments
and methods of the name `eval` are no finding; it is fed what it must find at the end.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FORBIDDEN_ANYWHERE = {
    "sympify",
    "parse_expr",
    "lambdify",
    "_sympify",
    "parse_latex",
    "parse_mathematica",
    "literal_eval",
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}  # as plain names: x.eval(...) is our own
ALLOWED_IN_COMPILE = {"exec", "compile"}


def findings(source: str, in_compile: bool = False) -> Iterator[tuple[int, str]]:
    """Line and name of each call or import of what runs text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name in FORBIDDEN_CALLS and not (in_compile and name in ALLOWED_IN_COMPILE):
                yield node.lineno, name
            if name == "S" and node.args:
                yield node.lineno, "S(...)"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "S":
            yield node.lineno, "sympy.S(...)"
        if isinstance(node, ast.Attribute | ast.Name):
            name = node.attr if isinstance(node, ast.Attribute) else node.id
            if name in FORBIDDEN_ANYWHERE:
                yield node.lineno, name
        if isinstance(node, ast.ImportFrom | ast.Import):
            for alias in node.names:
                if alias.name.rpartition(".")[2] in FORBIDDEN_ANYWHERE | {"sympy_parser", "pickle"}:
                    yield node.lineno, alias.name


def test_no_file_runs_text(checkout: Path):
    package = checkout / "neurogebra"
    found = [
        f"{path.relative_to(package)}:{line}: {name}"
        for path in sorted(package.rglob("*.py"))
        for line, name in findings(path.read_text(encoding="utf-8"), path.parent.name == "compile")
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)",
        "exec(text)",
        "compile(text, '', 'exec')",
        "__import__(text)",
        "sympy.sympify(text)",
        "from sympy import sympify",
        "from sympy.parsing.sympy_parser import parse_expr",
        "from sympy.parsing import sympy_parser",
        "sympy.lambdify(x, e)",
        "f = sympy.lambdify",
        "sympy.S(text)",
        "S(text)",
        "import pickle",
    ],
)
def test_the_scan_finds_what_runs_text(source):
    assert list(findings(source))


@pytest.mark.parametrize("source", ["e.eval(x=1)", "def eval(x): ...", "# eval(x)", "sympy.S.One", "re.compile('x')"])
def test_the_scan_leaves_harmless_names_alone(source):
    assert not list(findings(source))


def test_compile_may_exec_but_not_eval():
    assert not list(findings("exec(compile(text, '', 'exec'))", in_compile=True))
    assert list(findings("eval(text)", in_compile=True))
