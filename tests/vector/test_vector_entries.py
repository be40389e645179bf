"""What vector entries of the catalogue say, held against what their kind allows."""

from __future__ import annotations

import pytest

from neurogebra import MathForge
from neurogebra.catalogue.coherence import check_vector

FORGE = MathForge()
ENTRIES = [FORGE.get(name).entry for name in FORGE.list_all() if FORGE.get(name).kind == "vector"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_entries_of_the_catalogue_say_of_vectors_what_their_kind_allows(entry):
    check_vector(entry)
    assert "vector" in entry.tags
    assert entry.category == ("activation" if entry.axis == -1 else "image")  # a plain number has no third axis
    assert FORGE.get(entry.name).shape == entry.shape
