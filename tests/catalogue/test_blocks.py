"""Writing a block of properties into somebody's file: every other line, comment and blank stays as it was."""

from __future__ import annotations

import difflib

import pytest

from neurogebra.catalogue.blocks import block_of, with_properties
from neurogebra.catalogue.parts import Claim
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.errors import EntryError

FILE = """\
# A comment on top.
name: bump   # the name

category: activation
formula: x*sigmoid(x)    # why so
variants:
  half:
    formula: x/2

    # before the examples
    examples:
      - {x: 0, value: 0}
  third:
    formula: x/3
note: |
  Two lines,

  with a gap.

# about the examples
examples:
  - {x: 0, value: 0}   # zero
see_also: [relu]
"""
CLAIMS = (
    Claim("range", "[0, oo)"),
    Claim("zeros", "{-1, 0}"),
    Claim("monotone", False),
    Claim("parity", "none"),
    Claim("limits", (("-oo", "0"), ("oo", "oo"))),
    Claim("convex", True, when="alpha > 0"),
    Claim("convex", "concave", when="Eq(alpha, 0)"),
    Claim("point_symmetry", (("about", "[0, 1/2]"),)),
    Claim("cost", (("exponentials", "1"), ("operations", "3"))),
)
BLOCK = """\
properties:
  range: "[0, oo)"
  zeros: [-1, 0]
  monotone: false
  parity: "none"
  limits: {"-oo": 0, "oo": oo}
  convex:
    - {value: true, when: alpha > 0}
    - {value: concave, when: "Eq(alpha, 0)"}
  point_symmetry: {about: [0, 1/2]}
  cost: {exponentials: 1, operations: 3}
"""


def changes(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
    return [line[2:] for line in lines if line[0] == "-"], [line[2:] for line in lines if line[0] == "+"]


def test_a_block_is_written_as_people_write_it():
    assert "\n".join(block_of(CLAIMS)) + "\n" == BLOCK


def test_a_point_with_commas_inside_brackets_is_quoted_and_read_back():
    claims = (Claim("point_symmetry", (("about", "[0, Max(1, 2)]"),)),)
    assert block_of(claims)[1] == '  point_symmetry: {about: "[0, Max(1, 2)]"}'
    assert read_entry_text(with_properties(FILE, claims, "bump.yaml"), "bump.yaml").properties == claims


def test_a_block_is_put_before_the_examples_and_nothing_else_changes():
    written = with_properties(FILE, CLAIMS, "bump.yaml")
    gone, new = changes(FILE, written)
    assert gone == [] and "\n".join(new).strip() + "\n" == BLOCK
    assert f"{BLOCK}\n# about the examples\nexamples:" in written
    assert read_entry_text(written, "bump.yaml").properties == CLAIMS


def test_a_block_that_is_there_is_replaced():
    old = with_properties(FILE, CLAIMS, "bump.yaml")
    gone, new = changes(old, with_properties(old, CLAIMS[:1], "bump.yaml"))
    assert new == [] and len(gone) == len(BLOCK.splitlines()) - 2


@pytest.mark.parametrize("variant", ["half", "third"])
def test_a_variant_gets_its_own_block(variant):
    written = with_properties(FILE, CLAIMS, "bump.yaml", variant)
    gone, new = changes(FILE, written)
    assert gone == [] and new == [f"    {line}" for line in BLOCK.splitlines()]
    entry = read_entry_text(written, "bump.yaml")
    assert (entry.as_variant(variant).properties, entry.properties) == (CLAIMS, ())
    assert changes(FILE, with_properties(written, (), "bump.yaml", variant)) == ([], [])


def test_a_flow_style_block_is_replaced_too():
    text = "name: a\ncategory: b\nproperties: {parity: even}   # said so\nformula: x\n"
    assert with_properties(text, CLAIMS[:1], "a.yaml") == (
        'name: a\ncategory: b\nproperties:\n  range: "[0, oo)"\nformula: x\n'
    )


def test_a_block_without_a_later_field_is_put_last():
    text = "name: a\ncategory: b\nformula: alpha*x\nparams:\n  alpha: {default: 1, meaning: A slope.}\n"
    assert with_properties(text, CLAIMS[:1], "a.yaml") == f'{text}\nproperties:\n  range: "[0, oo)"\n'


def test_a_file_that_cannot_be_read_is_not_written():
    with pytest.raises(EntryError, match=r"a\.yaml:1"):
        with_properties("nam: a\n", CLAIMS, "a.yaml")
