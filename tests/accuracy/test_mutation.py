"""The accuracy suite can fail: each entry below, spoiled in one place, turns red; unspoiled, it is green.

A spoiled formula is evaluated by the library and held against the truth of the true one, with the very points
and the very measure of the suite. The changes are those that a slip of the hand makes: a digit in the seventh
place, `>` for `>=`, a sign, a factor. One that passes means that the suite is blind.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("flint")

from measure import Figure, measure
from sampling import Sample
from subjects import Subject

from neurogebra import MathForge
from neurogebra.compile.to_ball import Oracle
from neurogebra.expression import Expression

SIZE = Sample(count=90, steps=16, grid=40)  # the everyday suite's

# Entry, variant, what is changed, into what, the lowest derivative that must turn red.
MUTATIONS = [
    # the seventh digit of a constant
    ("gelu", "tanh", "0.044715", "0.04471501", 0),
    ("gelu", "sigmoid", "1.702", "1.702001", 0),
    ("gelu", None, "/2", "/2.000001", 0),
    ("selu", None, "1.050700", "1.050701", 0),
    ("hard_swish", None, "x + 3", "x + 3.000001", 0),
    ("relu6", None, "6", "6.000001", 0),
    ("squareplus", None, "x**2", "1.000001*x**2", 0),
    ("hard_mish", None, "x + 2", "x + 2.000001", 0),
    ("sparse_plus", None, "/4", "/4.000001", 0),
    ("laplace", None, "/2", "/2.000001", 0),
    # > for >=
    ("step", None, "x >= theta", "x > theta", 0),
    ("hard_shrink", None, "Abs(x) > lamda", "Abs(x) >= lamda", 0),
    ("threshold", None, "x > theta", "x >= theta", 0),
    ("leaky_relu", None, "x > 0", "x >= 0", 1),
    ("soft_shrink", None, "x > lamda", "x >= lamda", 1),
    ("selu", None, "x > 0", "x >= 0", 1),
    # a sign
    ("sigmoid", None, "exp(-x)", "exp(x)", 0),
    ("swish", None, "sigmoid(x)", "sigmoid(-x)", 0),
    ("softplus", None, "exp(x)", "exp(-x)", 0),
    ("tanh_shrink", None, "x - tanh(x)", "x + tanh(x)", 0),
    ("celu", None, "exp(x/alpha) - 1", "exp(x/alpha) + 1", 0),
    ("snake", None, "x + sin", "x - sin", 0),
    ("xielu", None, "- alpha_n*x", "+ alpha_n*x", 0),
    # another word
    ("mish", None, "tanh(", "erf(", 0),
    ("softsign", None, "Abs(x)", "x", 0),
    ("leaky_relu", None, "alpha*x", "alpha**2*x", 0),
]
IDS = [f"{name}: {old} -> {new}" for name, _, old, new, _ in MUTATIONS]


def spoiled(true: Expression, old: str, new: str) -> Expression:
    """The expression with one text of its formula, or of its constants, changed."""
    entry = true.entry
    constants = tuple(replace(c, text=c.text.replace(old, new)) for c in entry.constants)
    changed = replace(entry, formula=entry.formula.replace(old, new), rewrite=None, constants=constants)
    assert changed != replace(entry, rewrite=None)
    return Expression.from_entry(changed)


def figures(true: Expression, judged: Expression, dtype: str) -> list[Figure]:
    """Of `judged`, at the points and by the truth of `true`."""
    truth = Subject("truth", true, Oracle(true.readable, true.domains))
    other = Subject("judged", judged, truth.oracle)
    return measure(other.on_arrays(), truth.truths, truth.points(dtype, SIZE), dtype)


@pytest.mark.parametrize(("name", "variant", "old", "new", "order"), MUTATIONS, ids=IDS)
def test_a_spoiled_formula_turns_red(name, variant, old, new, order):
    true = MathForge().get(name, variant=variant)
    found = figures(true, spoiled(true, old, new), "float64")
    assert [bool(figure.misses) for figure in found[: order + 1]] == [False] * order + [True]


@pytest.mark.parametrize(("name", "variant"), sorted({row[:2] for row in MUTATIONS}, key=str))
def test_the_same_entries_unspoiled_are_green(name, variant):
    true = MathForge().get(name, variant=variant)
    assert [figure.misses for figure in figures(true, true, "float64")] == [[], [], []]


def test_float32_sees_the_seventh_digit_too():
    true = MathForge().get("gelu", variant="sigmoid")
    assert figures(true, spoiled(true, "1.702", "1.702001"), "float32")[0].misses


def test_one_spoiled_value_among_all_is_seen():
    """A single result one unit beyond the bar, at a point nobody thinks of."""
    true = MathForge().get("tanh")
    subject = Subject("tanh", true, Oracle(true.readable))
    points = subject.points("float64", SIZE)
    honest = subject.on_arrays(0)[0]

    def off_once(x):
        results = honest(x).copy()
        results[len(x) // 3] *= 1 + 10 * 2.0**-52
        return results

    assert measure([honest], subject.truths, points, "float64")[0].misses == []
    assert len(measure([off_once], subject.truths, points, "float64")[0].misses) == 1
