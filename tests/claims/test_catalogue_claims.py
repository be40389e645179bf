"""Every claim of every entry of the catalogue, and of every variant, judged.

A claim that fails is an error of the entry or of the computation. A claim that nobody can tell is listed here
by name with its reason, so that the list can only shrink knowingly.
"""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

from neurogebra import MathForge
from neurogebra.claims.checks import check
from neurogebra.claims.verdict import HOLDS

# "entry kind, subject": why nobody can tell.
OPEN: dict[str, str] = {
    "gelu_clipped kinks, no others": "it bends where x*Phi(x) is max_val, for which there is no closed formula",
}


def spelled() -> list[tuple[str, str | None]]:
    """Each entry, and each of its variants."""
    forge = MathForge()
    found: list[tuple[str, str | None]] = []
    for name in forge.list_all():
        entry = forge.get(name).entry
        found += [(name, None), *((name, variant.name) for variant in entry.variants)]
    return found


@pytest.mark.parametrize(("name", "variant"), spelled(), ids=lambda part: part or "")
def test_claims_hold(name, variant):
    forge = MathForge()
    verdicts = check(forge.get(name, variant=variant), forge.compose)
    assert verdicts
    open_ones = {f"{name} {verdict.kind}, {verdict.subject}" for verdict in verdicts if verdict.status != HOLDS}
    assert open_ones <= OPEN.keys(), "\n".join(str(v) for v in verdicts if v.status != HOLDS)


def test_every_entry_shows_golden_values_and_its_slope():
    forge = MathForge()
    for name in forge.list_all():
        examples = forge.get(name).entry.examples
        assert sum(example.value is not None for example in examples) >= 3, name
        assert any(example.gradient is not None for example in examples), name


def test_what_nobody_can_tell_is_still_so():
    forge = MathForge()
    still = {
        f"{name} {verdict.kind}, {verdict.subject}"
        for name in {line.split()[0] for line in OPEN}
        for verdict in check(forge.get(name), forge.compose)
        if verdict.status != HOLDS
    }
    assert still == OPEN.keys()
