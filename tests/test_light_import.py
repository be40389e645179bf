"""What stays unloaded until it is needed, seen in fresh interpreters.

SymPy takes longer to import than everything else here together, NumPy comes next; who lists names or reads an
entry's text must pay for neither. The last tests import the heavy modules on purpose, and the same probe must
then report them.
"""

from __future__ import annotations

import json

import pytest

ARRAYS = ["numpy", "scipy", "ml_dtypes"]
HEAVY = ["sympy", "mpmath", "flint", "matplotlib", "torch", "jax", "IPython", *ARRAYS]

# The probe compares with what the interpreter had loaded before: a .pth file may bring its own imports.
PROBE = """
import json, sys
before = set(sys.modules)
for code in {codes}:
    exec(code, {{}})
    print(json.dumps(sorted(set(sys.modules) - before)))
"""

FORGE = "from neurogebra import MathForge; forge = MathForge(); "

LIGHT = {
    "import": "import neurogebra",
    "version": "import neurogebra; assert neurogebra.__version__",
    "both names": "from neurogebra import Expression, MathForge",
    "forge": FORGE,
    "list_all": FORGE + "assert len(forge.list_all()) > 6",
    "category": FORGE + "assert forge.list_all(category='activation')",
    "properties": FORGE + "assert forge.get('relu').properties['lipschitz'] == 1",
    "by property": FORGE + "assert 'tanh' in forge.list_all(bounded='both', monotone=True, tags='smooth')",
    "by words and flags": FORGE + "[forge.list_all(**{each: True}) for each in"
    " 'bounded convex parity smoothness saturates zero_centered monotone cost sums_to shift'.split()]",
    "metadata": FORGE + "assert forge.get('relu').metadata['pros']",
    "params": FORGE + "assert forge.get('leaky_relu').params",
    "membership": FORGE + "assert 'silu' in forge and 'silo' not in forge",
    "search": FORGE + "assert 'gelu' in forge.search('transformers')",
}

NUMBERS = {
    "value": FORGE + "assert forge.get('gelu').eval(x=1) == 0.8413447460685429",
    "kink": FORGE + "assert forge.get('relu').eval(x=-3) == 0",
    "parameter": FORGE + "assert forge.get('leaky_relu', params={'alpha': 0.2}).eval(x=-5) == -1.0",
    "gradient": FORGE + "assert forge.get('gelu').gradient('x').eval(x=0) == 0.5",
    "two variables": FORGE + "assert forge.get('glu').eval(a=1.0, b=0.0) == 0.5",
}


@pytest.fixture
def loaded(python):
    """The modules that are there after each piece of code, all of them run in one fresh interpreter."""

    def probe(*codes):
        done = python("-c", PROBE.format(codes=codes))
        assert done.returncode == 0, done.stderr
        return [set(json.loads(line)) for line in done.stdout.splitlines()]

    return probe


def test_looking_around_loads_nothing_heavy(loaded):
    found = dict(zip(LIGHT, loaded(*LIGHT.values()), strict=True))
    assert {what for what, modules in found.items() if modules & set(HEAVY)} == set()


def test_a_number_loads_neither_numpy_nor_scipy(loaded):
    found = dict(zip(NUMBERS, loaded(*NUMBERS.values()), strict=True))
    assert {what for what, modules in found.items() if modules & set(ARRAYS)} == set()


OURS = ("search", "compose", "show", "cli", "language.writer", "symbolic.gradient", "compile.to_exact")
UNUSED = {"importlib.metadata", *(f"neurogebra.{part}" for part in OURS)}


def test_a_first_value_asks_no_entry_points_and_loads_no_part_of_ours_that_it_does_not_use(loaded):
    gelu = FORGE + "forge.get('gelu')."
    for code, part in (("eval(x=-300)", "compile.to_exact"), ("gradient('x')", "symbolic.gradient")):
        found = loaded(gelu + "eval(x=1)", gelu + code)
        assert [modules & UNUSED for modules in found] == [set(), {f"neurogebra.{part}"}]


def test_the_probe_reports_what_is_loaded(loaded):
    names = ["numpy", "scipy", "sympy"]
    found = loaded(*(f"import {name}" for name in names))
    assert [modules & set(HEAVY) & set(names) for modules in found] == [set(names[: k + 1]) for k in range(3)]


def test_the_probe_reports_what_an_array_loads(loaded):
    before, after = loaded(FORGE, FORGE + "forge.get('erf').eval(x=[1.0, 2.0])")
    assert not before & set(HEAVY) and {"sympy", "numpy", "scipy"} <= after
