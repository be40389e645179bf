"""Whether a large catalogue costs those who use one function of it.

    python -m benchmarks.catalogue_size [--entries 10000] [--rounds 7]

The real catalogue is copied into a temporary checkout together with thousands of made-up entries; the same
questions are then asked of both in fresh interpreters, in turns.

    bar   get, and the first value, by exact name: as fast as without the made-up entries
    bar   a name that does not exist: 1 s
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from benchmarks.machine import CHECKOUT, describe, fresh, ratio

PREPARED = "import sympy; from neurogebra import MathForge, NeurogebraError"

# Each is timed with SymPy already imported: its 200 ms or more would hide what the catalogue adds.
QUESTIONS = {
    "get by name": "MathForge().get('gelu')",
    "first value": "MathForge().get('gelu').eval(x=1)",
    "get by alias": "MathForge().get('silu')",
    "list_all": "MathForge().list_all()",
    "a miss": "try: MathForge().get('geluu')\nexcept NeurogebraError: pass",
    "search": "MathForge().search('smooth relu')",
}

MADE_UP = """\
name: made_up_{n:05d}
title: Made-up function number {n}
category: activation
tags: [smooth, made-up]
aliases: [made_up_alias_{n:05d}]

formula: x*sigmoid({n}*x/1000) + tanh(x)/{n}

description: One of many, so that a catalogue of this size can be timed.
usage: Benchmarks.
pros: [Costs nothing to write]
cons: [Of no other use]

properties:
  monotone: false

examples:
  - {{x: 0, value: 0}}

references:
  - {{title: None, year: 2024}}
"""


def main() -> None:
    """Print one row for each question."""
    parser = argparse.ArgumentParser(description="Whether a large catalogue costs those who use one function.")
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7, help="interpreters started for each figure")
    asked = parser.parse_args()
    print(describe(), end="\n\n")
    with tempfile.TemporaryDirectory() as folder:
        large = enlarged(Path(folder), asked.entries)
        real = sum(1 for _ in (CHECKOUT / "registry").rglob("*.yaml"))
        times = ask(large, asked.rounds)
    sizes = f"{f'{real} entries':>14}{f'{real + asked.entries} entries':>16}"
    print(f"{'ms, fresh interpreter':24}{sizes}{'ratio':>8}")
    for question in QUESTIONS:
        small, big = times[f"{question}, small"], times[f"{question}, large"]
        medians = "".join(f"{statistics.median(laps) * 1e3:{width}.1f}" for laps, width in ((small, 14), (big, 16)))
        print(f"{question:24}{medians}{ratio(big, small):8.2f}")


def enlarged(folder: Path, entries: int) -> Path:
    """A bare checkout in `folder` with this catalogue and `entries` made-up files, 500 to a family."""
    shutil.copytree(CHECKOUT / "neurogebra", folder / "neurogebra", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CHECKOUT / "registry", folder / "registry")
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    for n in range(1, entries + 1):
        family = folder / "registry" / "activation" / f"made_up_{n // 500:03d}"
        family.mkdir(exist_ok=True)
        (family / f"made_up_{n:05d}.yaml").write_text(MADE_UP.format(n=n), "utf-8")
    return folder


def ask(large: Path, rounds: int) -> dict[str, list[float]]:
    """The seconds of every question, lap by lap, asked of both catalogues."""
    codes, path = {}, {}
    for question, code in QUESTIONS.items():
        for size, where in (("small", CHECKOUT), ("large", large)):
            codes[f"{question}, {size}"] = (PREPARED, code)
            path[f"{question}, {size}"] = where
    return fresh(codes, rounds, path)


if __name__ == "__main__":
    main()
