"""Every gated unit against the bar for two variables: the value, and the slope by each half.

The truth is the oracle's enclosure of the readable formula, rounded once. float64 owes 8 ULP, or near a root of
what is measured an absolute error of 4 eps times its size nearby; float32 owes 1 ULP. Inputs come from where
people work, from the far tails of the gate, and from around the kinks; nothing is warned. What is special about
one unit is not known here.
"""

from __future__ import annotations

import math
import random
import warnings

import numpy
import pytest

pytest.importorskip("flint")

from measure import BAR, ulps

from neurogebra import MathForge
from neurogebra.compile.to_ball import Oracle
from neurogebra.language.numbers import parse_decimal

EPS = 2.0**-52
LANDMARKS = (0.0, 1.0, -1.0, 7.0, -7.0, 0.5, -37.5, -40.0, -420.3, -700.0, -744.0, 20.0, 709.0, 1e-300, -1e-300, 1e150)


def gates() -> list[tuple[str, str | None]]:
    forge = MathForge()
    entries = [forge.get(name).entry for name in forge.list_all(category="gate")]
    return [(e.name, v) for e in entries for v in (None, *(variant.name for variant in e.variants))]


def points(count: int) -> list[tuple[float, float]]:
    """Pairs of a value and a gate, the same at every run."""
    chance = random.Random(7)
    drawn = [(chance.gauss(0, 3), chance.gauss(0, 3)) for _ in range(count)]
    drawn += [(chance.gauss(0, 3), -math.exp(chance.uniform(0, 6.6))) for _ in range(count // 2)]
    drawn += [
        (chance.choice((-1, 1)) * math.exp(chance.uniform(-600, 300)), chance.gauss(0, 2)) for _ in range(count // 4)
    ]
    return drawn + [(chance.gauss(0, 3), gate) for gate in LANDMARKS] + [(value, 0.75) for value in LANDMARKS]


def misses(name: str, variant: str | None, dtype: str, count: int) -> list[str]:
    base = MathForge().get(name, variant=variant)
    oracle = Oracle(base.readable, base.domains)
    values = {**{c.name: parse_decimal(c.text) for c in base.entry.constants}, **base.params}
    with numpy.errstate(over="ignore"):
        pairs = numpy.array(points(count)).astype(dtype)
    pairs = pairs[numpy.isfinite(pairs).all(axis=1)]
    found = []
    for by in (None, "a", "b"):
        expression = base if by is None else base.gradient(by)
        with warnings.catch_warnings(), numpy.errstate(all="raise"):
            warnings.simplefilter("error")
            got = expression.eval(a=pairs[:, 0], b=pairs[:, 1])
        assert got.dtype == dtype
        for (a, b), value in zip(pairs.astype("float64").tolist(), got.astype("float64").tolist(), strict=True):
            truth = oracle.derivatives(by or "a", {**values, "a": a, "b": b}, 0 if by is None else 1, dtype)[-1]
            error = ulps(value, truth, dtype)
            if error > BAR[dtype] and not excused(base, oracle, values, by, a, b, value, truth, dtype):
                found.append(f"{by or 'value'} at a={a!r}, b={b!r}: {value!r}, truth {truth!r}, {error:.3g} ULP")
    return found


def excused(base, oracle, values, by, a, b, value, truth, dtype) -> bool:
    """Whether the gate is within 0.75 of a root other than 0, and the error within 4 eps of the size nearby."""
    if dtype != "float64" or not math.isfinite(value):
        return False
    order = 0 if by is None else 1

    def at(gate: float) -> float:
        return oracle.derivatives(by or "a", {**values, "a": a, "b": gate}, order)[-1]

    around = [at(b + 0.75 * k / 8) for k in range(-8, 9)]
    crosses = min(around) < 0 < max(around)
    return crosses and abs(value - truth) <= 4 * EPS * max(abs(at(k / 2)) for k in range(-10, 11))


@pytest.mark.parametrize(("name", "variant"), gates(), ids=lambda part: part or "")
def test_gated_units_meet_the_bar(name, variant):
    assert not misses(name, variant, "float64", 60)
    assert not misses(name, variant, "float32", 30)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "variant"), gates(), ids=lambda part: part or "")
def test_gated_units_meet_the_bar_at_many_inputs(name, variant):
    for dtype in ("float64", "float32", "float16"):
        assert not misses(name, variant, dtype, 1500)


@pytest.mark.parametrize("name", [name for name, variant in gates() if variant is None])
def test_a_gated_unit_keeps_nan_and_stays_quiet_at_the_ends(name):
    ends = numpy.array([numpy.nan, numpy.inf, -numpy.inf, 1000.0, -1000.0, 0.0, 1.0])
    a, b = (grid.ravel() for grid in numpy.meshgrid(ends, ends))
    unit = MathForge().get(name)
    with warnings.catch_warnings(), numpy.errstate(all="raise"):
        warnings.simplefilter("error")
        value = unit.eval(a=a, b=b)
    assert numpy.isnan(value[numpy.isnan(a) | numpy.isnan(b)]).all()
    finite = numpy.isfinite(a) & numpy.isfinite(b)
    assert numpy.isfinite(value[finite]).all()
