"""How right every value, slope and curvature is, and how right the frameworks' are: writes docs/accuracy.md.

    python -m benchmarks.accuracy [--points 1500] [--only gelu swish] [--out docs/accuracy.md]

One error is |got - RN(true)| / ulp(RN(true)), the truth correctly rounded from ball arithmetic; the points
are those of tests/accuracy: the whole bit space, everyday numbers, both tails, and around every root, kink,
overflow and underflow. A figure is the worst over all points and over the default parameters and three draws
of each typical range. Frameworks, where installed, are measured at the same points, with default parameters
and derivatives by their own autograd; jax takes subnormal numbers for 0 on most processors, which alone is an
error of up to 5e15 ULP. Figures of other machines differ a little.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy

from benchmarks.machine import CHECKOUT, describe

sys.path.insert(0, str(CHECKOUT / "tests" / "accuracy"))

from measure import BAR, Figure, measure
from sampling import Sample, dtype_of
from subjects import Subject, spelled, subjects_of

ORDERS = 2
SIGNS = ("f", "f'", "f''")
FRAMEWORKS = ("torch", "jax")
COMPARED = ("float64", "float32")

Ours = dict[str, dict[str, list[Figure]]]
Theirs = dict[str, dict[str, dict[str, list[Figure | None]]]]
Function = Callable[[numpy.ndarray], numpy.ndarray]


def main() -> None:
    """Measure, and write the page."""
    options = parser().parse_args()
    chosen = [pair for pair in spelled() if not options.only or pair[0] in options.only]
    dtypes = [name for name in BAR if name != "bfloat16" or installed("ml_dtypes")]
    frameworks = [name for name in FRAMEWORKS if installed(name)]
    ours, theirs = measured(chosen, dtypes, frameworks, options.points)
    page = "\n".join(lines(ours, theirs, options.points)) + "\n"
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(page, "utf-8")
    print(describe(), f"{options.out}: {len(chosen)} entries", sep="\n")


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__.split("\n")[0])
    made.add_argument("--points", type=int, default=1500, help="inputs for each entry, dtype and set of values")
    made.add_argument("--only", nargs="*", default=[], help="names of entries; all where none is given")
    made.add_argument("--out", type=Path, default=CHECKOUT / "docs" / "accuracy.md")
    return made


def installed(name: str) -> bool:
    """Whether a module can be imported."""
    return importlib.util.find_spec(name) is not None


def measured(
    chosen: Sequence[tuple[str, str | None]], dtypes: list[str], frameworks: list[str], points: int
) -> tuple[Ours, Theirs]:
    """Our figures by dtype and entry, and the frameworks' by framework, dtype and entry."""
    ours: Ours = {dtype: {} for dtype in dtypes}
    theirs: Theirs = {framework: {dtype: {} for dtype in COMPARED} for framework in frameworks}
    for name, variant in chosen:
        label = name if variant is None else f"{name} ({variant})"
        for k, subject in enumerate(subjects_of(name, variant, draws=3)):
            sets = {dtype: subject.points(dtype, Sample(points)) for dtype in dtypes}
            for dtype, inputs in sets.items():
                found = measure(subject.on_arrays(ORDERS), subject.truths, inputs, dtype)
                kept = ours[dtype].get(label, found)
                ours[dtype][label] = [worse(*pair) for pair in zip(kept, found, strict=True)] if k else found
            for framework in frameworks if k == 0 else []:
                for dtype in COMPARED:
                    row = compared(subject, variant, framework, dtype, sets[dtype])
                    theirs[framework][dtype] |= {label: row} if row else {}
        print(f"{label}: {', '.join(cell(figure) for figure in ours['float64'][label])}", file=sys.stderr)
    return ours, theirs


def lines(ours: Ours, theirs: Theirs, points: int) -> Iterator[str]:
    """The page, line by line."""
    yield from opening(points)
    for dtype, rows in ours.items():
        yield from table(f"{dtype}, bar {BAR[dtype]:g} ULP", {"": rows})
    for framework, columns in theirs.items():
        version = importlib.import_module(framework).__version__
        yield from table(f"{framework} {version}, its own function and autograd", columns)


def opening(points: int) -> Iterator[str]:
    """What the page says before its tables."""
    yield "# How right the numbers are"
    yield ""
    yield "Written by `python -m benchmarks.accuracy`; the next run overwrites it."
    yield ""
    yield from (f"    {line}" for line in describe().splitlines())
    yield ""
    paragraphs = (__doc__ or "").split("\n\n")[2:]
    yield from (line for paragraph in paragraphs for line in [*paragraph.strip().splitlines(), ""])
    yield f"Each cell is the worst error in ULP over about {points} inputs and the input where it was seen;"
    yield "bold misses the bar. `nan`, `inf`, `sign` and `zero` mean nan or inf where the truth is finite,"
    yield "the wrong sign, and 0 where the truth is a normal number. Within 0.75 of a root other than 0,"
    yield "float64 owes an absolute error of 4 eps times the function's size only; what keeps to that is left"
    yield "out here."
    yield ""


def table(title: str, columns: Mapping[str, Mapping[str, Sequence[Figure | None]]]) -> Iterator[str]:
    """One table: a row for each entry, f, f' and f'' for each column."""
    heads = [f"{sign} {column}".strip() for column in columns for sign in SIGNS]
    labels = list(dict.fromkeys(label for rows in columns.values() for label in rows))
    yield f"## {title}"
    yield ""
    yield "| entry | " + " | ".join(heads) + " |"
    yield "|---" * (1 + len(heads)) + "|"
    for label in labels:
        cells = [text for rows in columns.values() for text in cells_of(rows.get(label))]
        yield f"| {label} | " + " | ".join(cells) + " |"
    for column, rows in columns.items():
        counts = [sum(row[k] is not None and not row[k].misses for row in rows.values()) for k in range(len(SIGNS))]
        met = ", ".join(f"{sign} {n}" for sign, n in zip(SIGNS, counts, strict=True))
        yield ""
        yield f"{column or 'Entries'} within the bar, of {len(rows)}: {met}."
    yield ""


def cells_of(row: Sequence[Figure | None] | None) -> list[str]:
    """The cells of one entry; empty where there is no such function."""
    return [""] * len(SIGNS) if row is None else [cell(figure) for figure in row]


def cell(figure: Figure | None) -> str:
    """The worst error and where, or what kind of failure there is; none where there is no derivative."""
    if figure is None:
        return "none"
    for word, kind in (("nan", "nan"), ("infinite", "inf"), ("wrong sign", "sign"), ("flushed", "zero")):
        for miss in figure.misses:
            if miss.why.startswith(word):
                return f"**{kind}** at {miss.at:.6g}"
    if figure.worst == 0:
        return "0"
    shown = f"{figure.worst:.2g}" if figure.worst < 1e5 else f"{figure.worst:.0e}"
    return f"{'**' + shown + '**' if figure.misses else shown} at {figure.where:.6g}"


def worse(one: Figure, other: Figure) -> Figure:
    """Two figures as one."""
    top = one if one.worst >= other.worst or math.isnan(other.worst) else other
    misses = [*one.misses, *other.misses]
    return Figure(top.worst, top.where, one.count + other.count, one.excused + other.excused, misses)


# The frameworks -------------------------------------------------------------------------------------------


def compared(
    subject: Subject, variant: str | None, framework: str, dtype: str, points: numpy.ndarray
) -> list[Figure | None]:
    """The figures of a framework's own function: None where it has no such derivative, empty without function."""
    entry = subject.expression.entry
    known = [e for e in entry.equivalents if e.framework == framework and e.variant in (None, variant)]
    if not known:
        return []
    arguments = {
        a.name: subject.expression.params[str(a.value)] if a.is_param else getattr(a.value, "plain", a.value)
        for a in known[0].arguments
    }
    function = found_at(known[0].function)
    slopes = {"torch": torch_slopes, "jax": jax_slopes}[framework]
    functions = slopes(lambda x: function(x, **arguments))
    finite = points[numpy.isfinite(points)]
    figures: list[Figure | None] = []
    for order, one in enumerate(functions):
        try:
            with numpy.errstate(all="ignore"):
                results = one(finite).astype(dtype_of(dtype))
        except (RuntimeError, NotImplementedError):  # torch has no second derivative of some of its functions
            figures.append(None)
            continue
        except (AttributeError, TypeError, ValueError):  # it takes arrays where we take numbers, or is a layer
            return []
        figures.append(measure([lambda x: x] * order + [lambda x, r=results: r], subject.truths, finite, dtype)[-1])
    return figures


def found_at(path: str) -> Callable[..., object]:
    """torch.nn.functional.gelu as an object."""
    words = path.split(".")
    for length in range(len(words) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(words[:length]))
        except ImportError:
            continue
        for word in words[length:]:
            found = getattr(found, word)
        return found
    raise ImportError(path)


def torch_slopes(function: Callable[..., object]) -> list[Function]:
    """f, f', f'' by torch's autograd."""
    import torch

    def slope(order: int) -> Function:
        def run(x: numpy.ndarray) -> numpy.ndarray:
            leaf = torch.tensor(x, requires_grad=True)
            value = function(leaf)
            for _ in range(order):
                if not value.requires_grad:
                    return numpy.zeros_like(x)
                (value,) = torch.autograd.grad(value.sum(), leaf, create_graph=True, materialize_grads=True)
            return value.detach().numpy()

        return run

    return [slope(order) for order in range(ORDERS + 1)]


def jax_slopes(function: Callable[..., object]) -> list[Function]:
    """f, f', f'' by jax's grad."""
    import jax

    jax.config.update("jax_enable_x64", True)
    found, current = [], function
    for _ in range(ORDERS + 1):
        found.append(jax.jit(jax.vmap(current)))
        current = jax.grad(current)
    return [lambda x, f=one: numpy.asarray(f(x)) for one in found]


if __name__ == "__main__":
    main()
