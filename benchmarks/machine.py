"""What machine a figure was taken on, how a time is taken, and how it is asked for: what benchmarks here share.

Times mean nothing alone, so each benchmark opens with `describe()` and reports ratios of contenders that were
timed in turns, in one run: a busy moment of the machine then falls on all of them. It knows no function.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
import timeit
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import truediv
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

# Installed code has bytecode. Where the environment forbids writing it, each start would compile all of ours and
# nothing of SymPy's: the first value of gelu would seem to take a tenth of `import sympy` more.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

# From wide to narrow; the first that NumPy found decides how fast its exp and log are.
SIMD = ("AVX512_SKX", "X86_V4", "AVX512F", "AVX2", "X86_V3", "SVE", "ASIMD", "NEON", "SSE42", "X86_V2")


def describe() -> str:
    """The processor, its SIMD level as NumPy sees it, and the versions that were measured."""
    import numpy
    import scipy
    import sympy
    from sympy.external.gmpy import GROUND_TYPES

    versions = (
        f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}, "
        f"SymPy {sympy.__version__} (ground types: {GROUND_TYPES})"
    )
    return f"{_processor()}, {os.cpu_count()} cores, SIMD {_simd()}\n{versions}"


def asked(description: str, names: Collection[str]) -> argparse.Namespace:
    """What the command line asks for: `seconds` for each contender, and `only` these of the names."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seconds", type=float, default=0.5, help="spent on each contender")
    parser.add_argument("--only", nargs="+", default=list(names), choices=names, metavar="NAME")
    return parser.parse_args()


def over(figure: float, bar: float) -> str:
    """The mark of a row above its bar."""
    return "  OVER" if figure > bar else ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    named = facts.get("model name", platform.machine())
    return f"{named} (family {facts['cpu family']}, model {facts['model']})" if "cpu family" in facts else named


def _simd() -> str:
    try:
        from numpy._core._multiarray_umath import __cpu_features__ as features
    except ImportError:  # NumPy 1
        from numpy.core._multiarray_umath import __cpu_features__ as features

    return next((name for name in SIMD if features.get(name)), "unknown")


def race(contenders: Mapping[str, Callable[[], object]], seconds: float = 0.5) -> dict[str, float]:
    """The best time of one call of each contender, in seconds; they take turns for about `seconds` each."""
    timers = {name: timeit.Timer(call) for name, call in contenders.items()}
    calls = {name: max(1, round(1e-3 / max(timer.timeit(3) / 3, 1e-9))) for name, timer in timers.items()}
    best = dict.fromkeys(timers, float("inf"))
    ends = time.perf_counter() + seconds * len(timers)
    while time.perf_counter() < ends:
        for name, timer in timers.items():
            best[name] = min(best[name], timer.timeit(calls[name]) / calls[name])
    return best


def fresh(
    codes: Mapping[str, tuple[str, str]], rounds: int, path: Mapping[str, Path] | None = None
) -> dict[str, list[float]]:
    """The seconds that each piece of code takes in an interpreter of its own, lap by lap; see `ratio`.

    A piece is (preparation, code); only the code is timed, so the interpreter's own start is left out. `path`
    says where neurogebra is imported from, the checkout unless a name is in it.
    """
    times: dict[str, list[float]] = {name: [] for name in codes}
    for lap in range(rounds + 1):
        for name, (preparation, code) in codes.items():
            taken = _once(preparation, code, (path or {}).get(name, CHECKOUT))
            if lap:  # the first lap writes the bytecode and fills the disk cache
                times[name].append(taken)
    return times


def ratio(times: Sequence[float], others: Sequence[float]) -> float:
    """How many times as long: the median over laps, since what slows a machine down slows all of a lap."""
    return statistics.median(map(truediv, times, others))


def _once(preparation: str, code: str, path: Path) -> float:
    timed = f"start_of_it = time.perf_counter()\n{code}\nprint(time.perf_counter() - start_of_it)"
    script = f"import time\n{preparation}\n{timed}"
    done = subprocess.run(  # -c imports from the working folder before all else
        [sys.executable, "-c", script],
        cwd=path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(done.stdout.splitlines()[-1])
