"""Every import of the package is held against the table in import_table.py; a rule that nobody checks does not last.

The last tests feed the same reader with files that break each column, and it must complain.
"""

from __future__ import annotations

import pytest
from import_table import PACKAGE, PARTS, TABLE, complaints, imports_of


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
