"""A fuzz of parser, compiler and loader: `python -m tests.fuzz --minutes 10`, from the top of the checkout.

    --minutes M     rounds of 250 cases, formulas, texts and files in turn, until M minutes are over
    --kind K        one round of one kind in this process: formulas, texts or files
    --cases N       how many cases a round has
    --seed S        which cases: the same seed draws the same ones

Each round is a process of its own that may take 400 MB more than it has after a few cases, and each case 20 s
of processor time. What is found is made as small as it can be and printed with its round's command; then the exit
code is 1. The checks are in safety/checks.py; a short round of each is part of the everyday tests.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
KINDS = ("formulas", "texts", "files")
CASES = 250
MEGABYTES = 400  # what a round may take beyond what SymPy, NumPy and hypothesis take; its cases stay in memory
SECONDS = 20  # of processor time for one case
ROUND = 900  # seconds; beyond it a round hangs where no signal reaches


class Figures:
    """How many cases there were, how many of them were accepted, and the slowest."""

    def __init__(self) -> None:
        self.cases = self.accepted = 0
        self.slowest, self.case = 0.0, ""

    def run(self, check: Callable[..., bool], *case: Any) -> None:
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            self.accepted += check(*case)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.cases += 1
            spent = time.process_time() - begun
            if spent > self.slowest:
                self.slowest, self.case = spent, repr(case[0])[:500]


def play(kind: str, cases: int, seed: int) -> Figures:
    """One round in this process. Raises AssertionError, or whatever else was found."""
    from hypothesis import given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from tests.safety import checks, files, formulas

    figures = Figures()
    rules = settings(formulas.RULES, max_examples=cases, report_multiple_bugs=False)
    with tempfile.TemporaryDirectory() as folder:

        @seeded(seed)
        @rules
        @given(drawn=formulas.drawn_formulas, points=st.lists(formulas.points, min_size=3, max_size=3))
        def play_formulas(drawn: formulas.Drawn, points: list[formulas.Point]) -> None:
            figures.run(checks.check_formula, drawn, points)

        @seeded(seed)
        @rules
        @given(text=files.drawn_texts())
        def play_texts(text: str) -> None:
            figures.run(checks.check_text, text)

        @seeded(seed)
        @rules
        @given(drawn=files.drawn_files)
        def play_files(drawn: tuple[str, bytes]) -> None:
            figures.run(checks.check_file, drawn[1], Path(folder, f"{drawn[0]}.yaml"))

        {"formulas": play_formulas, "texts": play_texts, "files": play_files}[kind]()
    return figures


def bounded() -> None:
    """From here on this process may take 400 MB more, and each case its seconds."""
    import resource

    statm = Path("/proc/self/statm")
    if statm.exists():
        size = int(statm.read_text().split()[0]) * resource.getpagesize() + MEGABYTES * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

    def too_long(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS} s of processor time")

    signal.signal(signal.SIGPROF, too_long)


def main(argv: Sequence[str] | None = None) -> int:
    """Play; the exit code is returned."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz parser, compiler and loader.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(argv)
    if asked.kind:
        play(asked.kind, 10, 0)  # what is loaded and kept at the first cases is loaded and kept
        bounded()
        figures = play(asked.kind, asked.cases, asked.seed)
        print(json.dumps(vars(figures)))
        return 0
    return rounds(asked.minutes, asked.cases, asked.seed)


def rounds(minutes: float, cases: int, seed: int) -> int:
    """Round after round, each with a seed of its own, until the time is over or something is found."""
    end, totals = time.monotonic() + 60 * minutes, {kind: Figures() for kind in KINDS}
    while time.monotonic() < end:
        for kind in KINDS:
            command = ["-m", "tests.fuzz", "--kind", kind, "--cases", str(cases), "--seed", str(seed)]
            done = subprocess.run(
                [sys.executable, *command],
                cwd=CHECKOUT,
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
                capture_output=True,
                text=True,
                timeout=ROUND,
                check=False,
            )
            if done.returncode:
                print(f"{done.stdout}{done.stderr}\nfound by: python {' '.join(command)}")
                return 1
            _add(totals[kind], json.loads(done.stdout))
        seed += 1
    for kind, total in totals.items():
        print(
            f"{kind}: {total.cases:,} cases, {total.accepted:,} accepted, slowest {total.slowest:.2f} s: {total.case}"
        )
    return 0


def _add(total: Figures, played: dict[str, Any]) -> None:
    total.cases += played["cases"]
    total.accepted += played["accepted"]
    if played["slowest"] > total.slowest:
        total.slowest, total.case = played["slowest"], played["case"]


if __name__ == "__main__":
    sys.exit(main())
