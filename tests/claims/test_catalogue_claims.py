"""Every claim of every entry of the catalogue, and of every variant, judged.

A claim that fails is an error of the entry or of the computation, and none is left that nobody can tell. Every day
properties are tried at the default parameters and where a condition needs others; the slow run tries them at many, and
counts the verdicts.
"""

from __future__ import annotations

from itertools import product

import pytest

pytest.importorskip("flint")

from neurogebra import MathForge
from neurogebra.catalogue.properties import CLAIMS, REQUIRED
from neurogebra.check import Report
from neurogebra.claims.checks import check
from neurogebra.claims.verdict import HOLDS


def spelled() -> list[tuple[str, str | None]]:
    """Each entry, and each of its variants."""
    forge = MathForge()
    found: list[tuple[str, str | None]] = []
    for name in forge.list_all():
        entry = forge.get(name).entry
        found += [(name, None), *((name, variant.name) for variant in entry.variants)]
    return found


@pytest.mark.parametrize(("name", "variant"), spelled(), ids=lambda part: part or "")
def test_every_claim_of_the_catalogue_holds(name, variant):
    forge = MathForge()
    verdicts = check(forge.get(name, variant=variant), forge.compose, thorough=False)
    assert verdicts
    left = [str(verdict) for verdict in verdicts if verdict.status != HOLDS]
    assert not left, "\n".join(left)


@pytest.mark.slow
def test_all_claims_hold_at_many_parameter_values(checkout, capsys):
    report = Report(str(checkout / "registry"))
    verdicts = report.data
    left = [f"{v['at']}: {v['kind']}, {v['subject']}: {v['evidence']}" for v in verdicts if v["status"] != HOLDS]
    assert not left, "\n".join(left)
    assert report.counts[HOLDS] == len(verdicts) > 2500, report.count
    with capsys.disabled():  # seen where one process runs the tests: -n 0
        print(f"\nclaims of the whole catalogue: {report.count}")


# Required properties that are told at some values of the parameters only: the place of the minimum, or of the largest
# slope, solves an equation that no formula of the language solves. The list can only shrink knowingly.
PARTLY_TOLD = {
    "aria2": {"range", "lipschitz"},
    "beta_mish": {"range", "lipschitz"},
    "gelu_clipped": {"lipschitz"},
    "mila": {"range", "lipschitz"},
    "softclamp_gelu": {"range", "lipschitz"},
    "softclamp_silu": {"range", "lipschitz"},
}


def test_what_is_required_is_told_at_all_parameter_values():
    forge, found = MathForge(), {}
    for name, variant in spelled():
        expression = forge.get(name, variant=variant)
        entry = expression.entry
        when = {c.name: [d.when for d in entry.properties if d.name == c.name] for c in entry.properties}
        parts = [each for each in REQUIRED[entry.kind] if all(when[each])]
        draws = grid(entry.params) if parts else []
        stated = [set(expression.with_params(**draw).properties) for draw in draws]
        missed = {each for each in parts for names in stated if each not in names}
        if missed:
            found[name] = missed
    assert found == PARTLY_TOLD


def grid(params):
    """Parameter values that are alike, of one size, 0, and none of these."""
    columns = [
        [value for value in dict.fromkeys((p.default, 0.0, 1.0, -1.0, 0.7)) if value in p.domain] for p in params
    ]
    return [dict(zip([p.name for p in params], row, strict=True)) for row in product(*columns)]


def test_every_variant_says_what_is_required_and_how_far_it_is_from_its_base():
    forge = MathForge()
    for name in forge.list_all():
        for variant in forge.get(name).entry.variants:
            kind = forge.get(name).entry.kind
            assert {claim.name for claim in variant.properties or ()} >= set(REQUIRED[kind]), (name, variant.name)
            if kind == "elementwise":
                assert variant.differs_from_base_by is not None, (name, variant.name)


def test_every_property_of_the_vocabulary_is_stated_by_some_entry():
    forge = MathForge()
    stated = {claim.name for name in forge.list_all() for claim in forge.get(name).entry.properties}
    assert CLAIMS.keys() <= stated


def test_every_entry_shows_golden_values_and_its_slope():
    forge = MathForge()
    for name in forge.list_all():
        examples = forge.get(name).entry.examples
        assert sum(example.value is not None for example in examples) >= 3, name
        assert any(example.gradient is not None for example in examples), name
