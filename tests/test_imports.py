"""Who may import whom: the table of the design as data, and every import of the package held against it.

Imports are read with `ast`, so that what is imported inside a function, or under TYPE_CHECKING, is seen too.
The layers are what lets a reader change one part while knowing only that part; a rule nobody checks does not
last. The last tests feed the same reader with files that break each column, and it must complain.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = "neurogebra"

# Files of each part, relative to the package. The first pattern that matches wins.
PARTS = {
    "errors": ["errors.py", "record.py", "collector.py"],  # what every part may build on
    "light": [
        "language/__init__.py",
        "language/bounds.py",
        "language/interval.py",
        "language/numbers.py",
        "language/region.py",
        "language/unseen.py",
    ],
    "language": ["language/*.py"],
    "symbolic": ["symbolic/*.py"],
    "compile": ["compile/*.py"],
    "entry": ["catalogue/entry.py", "catalogue/parts.py"],
    "catalogue": ["catalogue/*.py"],
    "expression": [
        "expression.py",
        "arithmetic.py",
        "calculus.py",
        "evaluation.py",
        "faces.py",
        "frozen.py",
        "parameters.py",
        "shapes.py",
        "vector.py",
    ],
    "kinds": [
        "backward.py",
        "gated.py",
        "stochastic.py",
        "stochastic_vector.py",
    ],  # what Expression does for arrays and for pairs
    "algebra": ["expression_parts.py", "expression_algebra.py", "vector_parts.py"],  # once it needs SymPy
    "properties": ["properties.py"],  # beside expression: what it states, read from its entry
    "layer": ["layer.py"],
    "claims": ["claims/*.py"],
    "show": ["show/*.py"],
    "forge": ["asked.py", "forge.py", "search.py", "selection.py", "shelf.py"],
    "compose": ["compose.py"],  # what the forge does once it needs SymPy
    "front": ["__init__.py", "__main__.py", "cli*.py", "check.py"],
}

EVERYTHING = " ".join(PARTS)
COMPUTED = "<computed>"  # what import_module(expression) is said to import: only the front's lazy names may


@dataclass(frozen=True)
class Row:
    """What one part may import: of ours and from outside, at the top and only inside a function.

    What is imported under TYPE_CHECKING is never executed and counts as inside; `types` adds to it.
    """

    top: str = ""
    inside: str = ""
    outside_top: str = ""
    outside_inside: str = ""
    types: str = ""


# "language" includes its light half, "catalogue" its entry; a part may always import itself.
TABLE = {
    "errors": Row(),
    "light": Row("errors"),
    "language": Row("errors light", outside_top="sympy"),
    "symbolic": Row("errors language light", outside_top="sympy"),
    "compile": Row("errors language light symbolic", outside_top="sympy"),
    "entry": Row("errors light catalogue"),
    "catalogue": Row("errors light entry"),
    "expression": Row(
        "errors light entry",
        inside="algebra kinds properties language symbolic compile show claims layer",
        outside_inside="sympy numpy",
    ),
    "properties": Row("errors light entry", inside="expression catalogue language"),
    "algebra": Row(
        "errors light entry language symbolic compile expression",
        inside="catalogue",
        outside_top="sympy",
        outside_inside="numpy",
    ),
    "kinds": Row(
        "errors light entry expression",
        inside="algebra language compile",
        outside_inside="sympy numpy",
    ),
    "layer": Row(
        "errors",
        inside="expression kinds algebra language light catalogue forge",  # to be written as data, and read
        outside_inside="numpy",
    ),
    "claims": Row(
        "errors light entry language symbolic compile expression",
        inside="catalogue",  # which properties the catalogue asks for
        outside_top="sympy",
    ),
    "show": Row(
        "errors light language symbolic compile catalogue entry expression",
        inside="claims",
        outside_inside="numpy matplotlib sympy",
    ),
    "forge": Row(
        "errors light catalogue entry expression",
        inside="language show claims compose properties",
        outside_inside="importlib.metadata",
        types="sympy",  # `register` takes a SymPy formula and hands it on unseen
    ),
    "compose": Row(
        "errors light entry language algebra expression",
        inside="forge",
        outside_top="sympy",
    ),
    "front": Row(EVERYTHING),
}

# What single files, and those that share the beginning of their name, may import besides their part's row.
FILES = {
    "catalogue/reader.py": "yaml",
    "catalogue/writer.py": "yaml",
    "compile/to_numpy*.py": "numpy scipy.special ml_dtypes mpmath",
    "compile/to_ball*.py": "flint",
    "compile/to_exact*.py": "mpmath",  # SymPy's own dependency: what float64 cannot settle, and tables
    "show/derive.py": "sympy",  # its markers are SymPy nodes
    "compile/to_torch*.py": "torch",
    "compile/to_jax*.py": "jax",
}


@dataclass(frozen=True)
class Import:
    """One imported name, dotted to the last word, and where it stands."""

    name: str
    line: int
    inside: bool
    types: bool = False


def imports_of(source: str, module: str, is_package: bool = False) -> Iterator[Import]:
    """Every import in `source`; `module` is the dotted name that relative imports count from."""
    home = module if is_package else module.rpartition(".")[0]

    def walk(node: ast.AST, inside: bool, types: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            deeper = inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            if isinstance(child, ast.Import):
                yield from (Import(alias.name, child.lineno, inside, types) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = _absolute(child, home)
                names = [f"{base}.{alias.name}" for alias in child.names]
                yield from (Import(name, child.lineno, inside, types) for name in names)
            elif isinstance(child, ast.Call) and _called(child) in {"import_module", "__import__"}:
                target = child.args[0] if child.args else None
                name = target.value if isinstance(target, ast.Constant) else COMPUTED
                yield Import(str(name), child.lineno, inside, types)
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                yield from walk(child, True, True)
                continue
            yield from walk(child, deeper, types)

    return walk(ast.parse(source), False, False)


def _absolute(node: ast.ImportFrom, home: str) -> str:
    if not node.level:
        return node.module or ""
    kept = home.split(".")[: len(home.split(".")) - node.level + 1]
    return ".".join([*kept, node.module] if node.module else kept)


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def part_of(path: str) -> str | None:
    """The part a file belongs to: `catalogue/reader.py` is of the catalogue."""
    for part, patterns in PARTS.items():
        if any(Path(path).match(pattern) and path.count("/") == pattern.count("/") for pattern in patterns):
            return part
    return None


def part_imported(name: str, root: Path) -> str | None:
    """The part that a dotted name of ours lives in: it is a module, or the last word is a name in one."""
    words = name.split(".")[1:]
    for module in (words, words[:-1]):
        stem = "/".join(module)
        for candidate in (f"{stem}.py", f"{stem}/__init__.py".lstrip("/")):
            if (root / candidate).is_file():
                return part_of(candidate)
    return None


def complaints(root: Path) -> list[str]:
    """One line for each import under the package folder `root` that the table does not allow."""
    found = []
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root).as_posix()
        part = part_of(relative)
        if part is None:
            found.append(f"{relative}: belongs to no part of the table")
            continue
        module = ".".join([PACKAGE, *Path(relative).with_suffix("").parts]).removesuffix(".__init__")
        for item in imports_of(path.read_text("utf-8"), module, path.name == "__init__.py"):
            reason = refusal(item, part, relative, root)
            if reason:
                found.append(f"{relative}:{item.line}: {part} {reason}")
    return found


def refusal(item: Import, part: str, relative: str, root: Path) -> str | None:
    """Why this import may not stand where it stands, or None."""
    row = TABLE[part]
    if item.name == COMPUTED:
        return None if part == "front" else "computes the name of what it imports"
    first = item.name.split(".")[0]
    if first == PACKAGE:
        target = part_imported(item.name, root)
        if target is None:
            return f"imports {item.name}, which is no file of the package"
        if target == part or target in row.top.split():
            return None
        if target in row.inside.split():
            return None if item.inside else f"imports {item.name} ({target}) outside a function"
        return f"imports {item.name} ({target})"
    special = " ".join(names for pattern, names in FILES.items() if Path(relative).match(pattern))
    if _allowed(item.name, f"{row.outside_top} {special} {row.types if item.types else ''}"):
        return None
    if _allowed(item.name, row.outside_inside):
        return None if item.inside else f"imports {item.name} outside a function"
    if first in sys.stdlib_module_names and not _allowed(item.name, "importlib.metadata"):
        return None
    return f"imports {item.name} from outside"


def _allowed(name: str, allowed: str) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in allowed.split())


def test_every_import_is_allowed_by_the_table(checkout):
    assert complaints(checkout / PACKAGE) == []


def test_every_part_of_the_table_has_a_row():
    assert TABLE.keys() == PARTS.keys()
    named = " ".join(f"{row.top} {row.inside}" for row in TABLE.values()).split()
    assert set(named) <= PARTS.keys()


def test_the_reader_sees_the_imports_that_are_there(checkout):
    """Were it blind, the first test would pass on anything."""
    source = (checkout / PACKAGE / "language" / "functions.py").read_text("utf-8")
    names = {item.name for item in imports_of(source, "neurogebra.language.functions")}
    assert "sympy" in names and "sympy.Expr" in names


BROKEN = [
    # file, its source, the complaint after the file's name and a colon
    ("errors.py", "import sympy", "1: errors imports sympy from outside"),
    (
        "errors.py",
        "from .language import words",
        "1: errors imports neurogebra.language.words (language)",
    ),
    ("language/interval.py", "import sympy", "1: light imports sympy from outside"),
    (
        "language/interval.py",
        "def f():\n    from neurogebra.language.words import WORDS",
        "2: light imports neurogebra.language.words.WORDS (language)",
    ),
    ("language/words.py", "import numpy as np", "1: language imports numpy from outside"),
    ("language/words.py", "import yaml", "1: language imports yaml from outside"),
    (
        "symbolic/gradient.py",
        "from neurogebra.compile.plan import plan",
        "1: symbolic imports neurogebra.compile.plan.plan (compile)",
    ),
    ("compile/plan.py", "import numpy", "1: compile imports numpy from outside"),
    (
        "compile/to_numpy.py",
        "import scipy.stats",
        "1: compile imports scipy.stats from outside",
    ),
    ("compile/to_numpy.py", "import flint", "1: compile imports flint from outside"),
    (
        "compile/plan.py",
        "def f():\n    from ..catalogue import reader",
        "2: compile imports neurogebra.catalogue.reader (catalogue)",
    ),
    ("catalogue/entry.py", "import yaml", "1: entry imports yaml from outside"),
    (
        "catalogue/reader.py",
        "def f():\n    import sympy",
        "2: catalogue imports sympy from outside",
    ),
    (
        "expression.py",
        "from neurogebra.compile import plan",
        "1: expression imports neurogebra.compile.plan (compile) outside a function",
    ),
    (
        "expression.py",
        "import sympy",
        "1: expression imports sympy outside a function",
    ),
    (
        "expression.py",
        "from neurogebra.catalogue import reader",
        "1: expression imports neurogebra.catalogue.reader (catalogue)",
    ),
    ("forge.py", "def f():\n    import sympy", "2: forge imports sympy from outside"),
    (
        "forge.py",
        "import importlib.metadata",
        "1: forge imports importlib.metadata outside a function",
    ),
    (
        "forge.py",
        "from importlib import import_module\nimport_module('numpy')",
        "2: forge imports numpy from outside",
    ),
    (
        "forge.py",
        "import importlib\nimportlib.import_module(some + thing)",
        "2: forge computes the name of what it imports",
    ),
    (
        "symbolic/gradient.py",
        "from neurogebra.symbolic.corner import find",
        "1: symbolic imports neurogebra.symbolic.corner.find, which is no file of the package",
    ),
    ("strange.py", "", " belongs to no part of the table"),
]


SKELETON = """
    __init__.py errors.py expression.py forge.py language/__init__.py language/words.py language/interval.py
    symbolic/__init__.py symbolic/gradient.py compile/__init__.py compile/plan.py compile/to_numpy.py
    catalogue/__init__.py catalogue/entry.py catalogue/reader.py
"""


@pytest.fixture
def skeleton(tmp_path):
    """A package with an empty file for each module that the broken examples name."""
    root = tmp_path / PACKAGE
    for name in SKELETON.split():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


@pytest.mark.parametrize(("file", "source", "complaint"), BROKEN)
def test_an_import_against_the_table_is_found(skeleton, file, source, complaint):
    (skeleton / file).write_text(source, "utf-8")
    assert complaints(skeleton) == [f"{file}:{complaint}"]


ALLOWED = [
    ("language/words.py", "import sympy\nfrom neurogebra.language.interval import Interval"),
    ("compile/to_numpy.py", "import numpy\nfrom scipy import special\nfrom scipy.special import erfc"),
    ("catalogue/reader.py", "import yaml\nfrom ..errors import EntryError\nfrom . import entry"),
    ("expression.py", "def f():\n    import numpy\n    from neurogebra.compile import plan"),
    ("expression.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sympy"),
    ("forge.py", "def f():\n    import importlib.metadata"),
    ("forge.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sympy"),
]


@pytest.mark.parametrize(("file", "source"), ALLOWED)
def test_an_import_by_the_table_is_not_complained_of(skeleton, file, source):
    (skeleton / file).write_text(source, "utf-8")
    assert complaints(skeleton) == []
