"""Vector entries against the frameworks that they name, where these are installed."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from neurogebra import MathForge
from neurogebra.catalogue.coherence import check_vector

FORGE = MathForge()
ENTRIES = [FORGE.get(name).entry for name in FORGE.list_all() if FORGE.get(name).kind == "vector"]
TESTED = ("torch", "jax", "scipy")
CASES = [(entry, each) for entry in ENTRIES for each in entry.equivalents if each.framework in TESTED]


@pytest.mark.parametrize(
    ("entry", "equivalent"), CASES, ids=lambda part: getattr(part, "name", part.__class__.__name__)
)
def test_an_equivalent_gives_the_same_values(entry, equivalent):
    framework = pytest.importorskip(equivalent.framework)
    if equivalent.framework == "jax":
        framework.config.update("jax_enable_x64", True)
    home, _, name = equivalent.function.rpartition(".")
    function = getattr(importlib.import_module(home), name)
    x = np.random.default_rng(0).normal(size=(20, 7)) * 5
    given = framework.tensor(x) if equivalent.framework == "torch" else x
    arguments = {a.name: a.value.plain for a in equivalent.arguments}
    np.testing.assert_allclose(FORGE.get(entry.name).eval(x=x), np.asarray(function(given, **arguments)), rtol=1e-12)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_entries_of_the_catalogue_say_of_vectors_what_their_kind_allows(entry):
    check_vector(entry)
    assert "vector" in entry.tags and entry.category == "activation"
    assert FORGE.get(entry.name).shape == entry.shape
