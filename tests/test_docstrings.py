"""Every example in a docstring is run, and prints what the docstring says it prints.

Each module is a test of its own. Examples may use `forge`, `MathForge` and `Expression` without importing
them, as a reader of the manual does. A docstring that lies is fed to the same runner at the end.
"""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import pytest

import neurogebra

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(neurogebra.__path__, "neurogebra.")
    if not module.name.endswith("__main__")
)


def lies_of(module) -> tuple[int, str]:
    """How many examples were run, and the report of those that printed something else."""
    from neurogebra import Expression, MathForge

    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        test.globs = {"MathForge": MathForge, "Expression": Expression, "forge": MathForge()} | vars(module)
        runner.run(test, out=report.append)
    return runner.tries, "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_every_example_prints_what_it_says(name):
    _, report = lies_of(importlib.import_module(name))
    assert report == "", report


def test_every_module_opens_with_its_promise():
    silent = [name for name in MODULES if not (importlib.import_module(name).__doc__ or "").strip()]
    assert silent == []


@pytest.mark.parametrize("front", ["Expression", "MathForge"])
def test_the_public_methods_explain_themselves(front):
    members = inspect.getmembers(getattr(neurogebra, front))
    silent = [
        name
        for name, member in members
        if not name.startswith("_")
        and (inspect.isroutine(member) or isinstance(member, property))
        and not inspect.getdoc(member)
    ]
    assert silent == []


def test_a_docstring_that_lies_is_found():
    import types

    liar = types.ModuleType("liar")
    exec('def one():\n    """One.\n\n    >>> one()\n    2\n    """\n    return 1', liar.__dict__)
    liar.one.__module__ = "liar"
    tries, report = lies_of(liar)
    assert tries == 1
    assert "Expected:\n    2\nGot:\n    1" in report
