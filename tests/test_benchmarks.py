"""The benchmarks run, on few rounds; what they measured is for people to read and fails nothing.

A benchmark that no longer starts is noticed years later, so each is started here. `evaluate` stops by itself
where an entry and its hand-written form differ, and that must be so.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from benchmarks.handwritten import HANDWRITTEN, NAIVE, PLAIN
from neurogebra.compile.to_numpy_trust import near_roots

COMMANDS = [
    ("import_time", "--rounds", "1"),
    ("evaluate", "--seconds", "0.01"),
    ("vectors", "--seconds", "0.01"),
    ("catalogue_size", "--rounds", "1", "--entries", "50"),
]


def test_every_element_wise_entry_is_compared_with_a_hand_written_form(forge):
    names = {name for name in forge if forge.get(name).entry.kind == "elementwise"}
    assert HANDWRITTEN.keys() == names
    assert NAIVE.keys() | PLAIN.keys() <= names


@pytest.mark.parametrize("name", HANDWRITTEN)
def test_a_hand_written_form_is_stable(forge, name):
    """Within 12 ULP of ours on what is timed, as ours may be wrong too; near a root other than 0 by 4 eps times |f|."""
    f = forge.get(name)
    x = np.sort(np.random.default_rng(1).normal(scale=3, size=4000))
    ours = f.eval(x=x)
    allowed = np.maximum(12 * np.spacing(np.abs(ours)), 4 * 2.0**-52 * near_roots(x, ours, np.zeros(x.shape)))
    assert (np.abs(HANDWRITTEN[name](x) - ours) <= allowed).all()


def test_a_plain_form_is_not(forge):
    x = np.append(np.linspace(-12, 12, 999), 1e-5)
    for name, plain in PLAIN.items():
        ours = forge.get(name).eval(x=x)
        assert (np.abs(plain(x) - ours) > 50 * np.spacing(np.abs(ours))).any()


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_benchmark_names_the_machine_and_prints_its_table(command, checkout, environment):
    name, *options = command
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *options],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "SIMD" in done.stdout.splitlines()[0]
    assert any(name in done.stdout for name in ("gelu", "softmax", "entries"))


@pytest.mark.slow
def test_a_hand_written_form_that_computes_something_else_is_not_timed(checkout, environment):
    spoiled = (
        "from benchmarks import evaluate\n"
        "evaluate.HANDWRITTEN['relu'] = lambda x: abs(x)\n"
        "evaluate.large(['relu'], 0.01, evaluate.np.float64)"
    )
    done = subprocess.run(
        [sys.executable, "-c", spoiled],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Not equal to tolerance" in done.stderr
