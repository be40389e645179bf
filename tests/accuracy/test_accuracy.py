"""Every element-wise entry and variant against the bar: f, f' and f'', on arrays and on Python floats.

The everyday test looks at about forty inputs of float64 for each entry (a third of them as Python floats), with
default parameters and the middle of their typical ranges; `-m slow` looks at more than a thousand, in every dtype,
and at the ends of the ranges too. Nothing may miss the bar.
"""

from __future__ import annotations

import math

import numpy
import pytest

pytest.importorskip("flint")

from measure import BAR, Figure, measure
from sampling import Sample
from subjects import Subject, spelled, subjects_of

EVERYDAY = Sample(count=40, steps=8, grid=20)
THOROUGH = {"float64": 1500, "float32": 1200, "float16": 1000, "bfloat16": 1000}
ENTRIES = spelled()
NAMES = [name if variant is None else f"{name}-{variant}" for name, variant in ENTRIES]


def verdict(subject: Subject, target: str, dtype: str, figures: list[Figure]) -> list[str]:
    """One line for each order that misses the bar without being listed."""
    lines = []
    for order, figure in enumerate(figures):
        assert figure.count and not figure.unknown, f"the oracle cannot tell {subject.name} at {figure.unknown}"
        misses = [miss for miss in figure.misses if miss.error > BAR[dtype] or not math.isfinite(miss.error)]
        if misses:
            figure.misses = misses
            lines.append(f"{subject.name}, {dtype} {target}, derivative {order}: {figure}")
    return lines


@pytest.mark.parametrize(("name", "variant"), ENTRIES, ids=NAMES)
def test_entries_meet_the_bar(name, variant):
    wrong = []
    for k, subject in enumerate(subjects_of(name, variant, draws=1)):
        points = subject.points("float64", EVERYDAY)
        wrong += verdict(subject, "arrays", "float64", measure(subject.on_arrays(), subject.truths, points, "float64"))
        if k == 0:
            some = numpy.concatenate([points[:-3:3], points[-3:]])  # one float at a time costs as much as arrays do
            figures = measure(subject.on_floats(), subject.truths, some, "float64")
            wrong += verdict(subject, "scalars", "float64", figures)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", THOROUGH)
@pytest.mark.parametrize(("name", "variant"), ENTRIES, ids=NAMES)
def test_entries_meet_the_bar_at_many_inputs(name, variant, dtype):
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    wrong = []
    for subject in subjects_of(name, variant, draws=3):
        points = subject.points(dtype, Sample(THOROUGH[dtype], steps=64, grid=120))
        figures = measure(subject.on_arrays(), subject.truths, points, dtype)
        wrong += verdict(subject, "arrays", dtype, figures)
        if dtype == "float64":
            figures = measure(subject.on_floats(), subject.truths, points, dtype)
            wrong += verdict(subject, "scalars", dtype, figures)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_value_and_grad_meets_the_bar_too():
    wrong = []
    for name, variant in ENTRIES:
        (subject,) = subjects_of(name, variant, draws=0)
        points = subject.points("float64", Sample(count=40, steps=8, grid=20))
        figures = measure(subject.together(), subject.truths, points, "float64")
        wrong += verdict(subject, "value_and_grad", "float64", figures)
    assert not wrong, "\n".join(wrong)
