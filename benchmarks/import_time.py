"""What a fresh interpreter pays: for importing, for looking around, for a first value.

    python -m benchmarks.import_time [--rounds 15]

The yardstick is a bare `import sympy` in the same lap, since no symbolic library can be had for less. Only
the code is timed, not the start of Python. More than half of what the first value of gelu adds is not ours: SymPy
loads its tensors and groups at the first sum that anybody builds, 20 ms beside its 260, and PyYAML takes 11 ms.

    bar   import neurogebra        at most 0.5 of import sympy
    bar   first value of gelu      at most 1.25 of import sympy
"""

from __future__ import annotations

import argparse
import statistics

from benchmarks.machine import describe, fresh, ratio

FORGE = "from neurogebra import MathForge; forge = MathForge()"
YARDSTICK = "import sympy"

CODES = {
    YARDSTICK: ("", "import sympy"),
    "import numpy": ("", "import numpy"),
    "import neurogebra": ("", "import neurogebra"),
    "MathForge, list_all": ("", f"{FORGE}; forge.list_all()"),
    "metadata of relu": ("", f"{FORGE}; forge.get('relu').metadata"),
    "first value of relu": ("", f"{FORGE}; forge.get('relu').eval(x=1)"),
    "first value of gelu": ("", f"{FORGE}; forge.get('gelu').eval(x=1)"),
    "first slope of gelu": ("", f"{FORGE}; forge.get('gelu').gradient('x').eval(x=1)"),
    "first array of gelu": ("import numpy; x = numpy.zeros(3)", f"{FORGE}; forge.get('gelu').eval(x=x)"),
}

BARS = {"import neurogebra": 0.5, "first value of gelu": 1.25}


def main() -> None:
    """Print one row for each piece of code."""
    parser = argparse.ArgumentParser(description="What a fresh interpreter pays.")
    parser.add_argument("--rounds", type=int, default=15, help="interpreters started for each row")
    rounds = parser.parse_args().rounds
    print(describe(), end="\n\n")
    times = fresh(CODES, rounds)
    print(f"{'in a fresh interpreter':24}{'ms':>8}{'of import sympy':>18}{'bar':>8}")
    for name, laps in times.items():
        part = ratio(laps, times[YARDSTICK])
        bar = f"{BARS[name]:8.2f}" if name in BARS else ""
        over = "  OVER" if part > BARS.get(name, part) else ""
        print(f"{name:24}{statistics.median(laps) * 1e3:8.1f}{part:18.3f}{bar}{over}")


if __name__ == "__main__":
    main()
