"""What every test may ask for: the checkout, a forge, a copy of the checkout to spoil, a clean interpreter.

Kept small, so that a test file can be read alone. A copy leaves out what git would ignore, and works in an
unpacked source archive as in a clone. Nothing here knows a function of the catalogue.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# SymPy remembers 1,000 results of each of its functions. In one process that works on 120 entries each displaces the
# other's, and the checks of claims take a tenth longer. Set before anything loads SymPy; no interpreter inherits it.
os.environ.setdefault("SYMPY_CACHE_SIZE", "50000")

CHECKOUT = Path(__file__).resolve().parent.parent

NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "venv", ".*_cache", "__pycache__", ".ipynb_checkpoints", "build", "dist", "*.egg-info"
)

# What could let this machine's own settings leak into an interpreter that a test starts.
NOT_INHERITED = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "PYTEST_ADDOPTS",
    "SYMPY_CACHE_SIZE",
    "VIRTUAL_ENV",
)

Python = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds pyproject.toml, registry/ and neurogebra/."""
    return CHECKOUT


@pytest.fixture
def forge():
    """A forge of the packaged catalogue; a fresh one, since a test may register or load into it."""
    from neurogebra import MathForge

    return MathForge()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[Any, str, str]]:
    """Exit code, standard output and standard error of one `neurogebra` command."""
    from neurogebra.cli import main

    def command(*arguments: str) -> tuple[Any, str, str]:
        code: Any
        try:
            code = main(list(arguments))
        except SystemExit as leaving:
            code = leaving.code
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture(scope="session")
def copy_of_checkout(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A function that copies the checkout into a fresh folder of the given name."""

    def copy(name: str) -> Path:
        target = tmp_path_factory.mktemp(name) / "neurogebra-checkout"
        shutil.copytree(CHECKOUT, target, ignore=NOT_COPIED)
        return target

    return copy


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of a person who has set nothing of Python's."""
    return {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}


@pytest.fixture
def python(environment: dict[str, str], tmp_path: Path) -> Python:
    """Runs code in a fresh interpreter, in an empty folder, with the package under test on its path."""

    def run(*arguments: str, package_from: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            env=environment | {"PYTHONPATH": str(package_from)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
