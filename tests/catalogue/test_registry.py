"""The catalogue as a whole: every entry complete and in its place, and the rules as editors and people read them.

What registry/schema.json and registry/README.md say of the fields is compared with the schema itself.
"""

from __future__ import annotations

import json
import re

import pytest

from neurogebra.catalogue import properties, schema
from neurogebra.catalogue.fields import REGISTRY
from neurogebra.catalogue.index import Index
from neurogebra.catalogue.places import packaged, shown, yaml_files
from neurogebra.catalogue.schema import ENTRY, PARAM, load_file, read_entry_text

ROOT = packaged()
CATALOGUE = yaml_files(ROOT)


def unfilled(entry):
    """The fields that an entry of the catalogue needs and this one does not state."""
    stated = {name for name, _ in entry.source.lines}
    wanted = [row.name for row in ENTRY if row.needed == REGISTRY]
    of_param = [row.name for row in PARAM if row.needed == REGISTRY]
    wanted += [f"params.{param.name}.{name}" for param in entry.params for name in of_param]
    wanted += [f"properties.{name}" for name in properties.REQUIRED[entry.kind]]
    return [name for name in wanted if name not in stated]


# The catalogue ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_an_entry_of_the_catalogue_is_complete_and_in_its_place(path):
    entry = load_file(path, ROOT)
    assert unfilled(entry) == []
    assert entry.family


def test_what_entries_refer_to_exists():
    index = Index(ROOT)
    for path in CATALOGUE:
        entry = load_file(path, ROOT)
        for name in entry.see_also:
            assert index.find(name), f"{shown(path)}:{entry.source.line('see_also')}: see_also: no entry {name!r}"
            assert name != entry.name, f"{shown(path)}: see_also names the entry itself"


def test_ranks_are_given_once():
    index = Index(ROOT)
    ranks = [index.rank(name) for name in index.names() if index.rank(name) is not None]
    assert ranks == list(range(1, len(ranks) + 1))


def test_what_the_catalogue_asks_for_is_missed_where_it_is_not_stated():
    entry = read_entry_text(
        "name: bump\ncategory: activation\nformula: alpha*x\nparams: {alpha: {default: 1}}\ntitle: Bump\n", "f.yaml"
    )
    assert unfilled(entry) == [
        *("tags", "description", "usage", "pros", "cons", "examples"),
        *("params.alpha.domain", "params.alpha.typical", "params.alpha.meaning"),
        *(f"properties.{name}" for name in properties.REQUIRED["elementwise"]),
    ]


# Rules for editors, and for people --------------------------------------------------------------------------


def test_the_rules_for_editors_name_every_field():
    rules = json.loads(json.dumps(schema.json_schema()))
    assert set(rules["properties"]) == {row.name for row in schema.ENTRY}
    assert rules["required"] == ["name", "category", "formula"]
    assert rules["additionalProperties"] is False
    assert rules["properties"]["kinks"]["items"]["required"] == ["at", "order"]
    assert set(rules["properties"]["variants"]["additionalProperties"]["properties"]) == {
        row.name for row in schema.VARIANT
    }


def test_the_file_for_editors_says_the_same():
    """`python -m neurogebra.catalogue.schema registry/schema.json` writes it."""
    assert (ROOT / "schema.json").read_text(encoding="utf-8") == schema.json_text()


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_each_file_names_the_rules_for_editors_first(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found and (path.parent / found[1]).resolve() == (ROOT / "schema.json").resolve()


README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLES = {
    "entry": schema.ENTRY,
    "parameter": schema.PARAM,
    "variant": [row for row in schema.VARIANT if row.name not in {each.name for each in schema.ENTRY}],
    "noise": schema.NOISE,
    "kink": schema.KINK,
    "special case": schema.SPECIAL_CASE,
    "property": properties.FIELDS,
    "example": schema.EXAMPLE,
    "equivalent": schema.EQUIVALENT,
    "reference": schema.REFERENCE,
}


@pytest.mark.parametrize("title", TABLES)
def test_the_readme_lists_the_fields_as_they_are(title):
    rows = [f"| `{row.name}` | {row.needed} | {row.meaning} |" for row in TABLES[title]]
    assert "\n".join([f"| {title} | needed | what it says |", "|---|---|---|", *rows, ""]) in README


def test_the_readme_says_which_properties_each_kind_has():
    for kind, names in properties.OF_KIND.items():
        needed = properties.REQUIRED[kind]
        others = [name for name in names if name not in needed]
        assert f"| {kind} | {', '.join(needed)} | {', '.join(others)} |\n" in README


def test_the_readme_has_no_table_but_these():
    assert README.count("| needed | what it says |") == len(TABLES)


def test_the_readmes_example_is_complete():
    (text,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    entry = read_entry_text(text, "README.md")
    assert unfilled(entry) == []
    assert all(Index(ROOT).find(name) for name in entry.see_also)


def test_the_file_to_copy_from_exists():
    (copied,) = re.findall(r"for example `(\S+\.yaml)`", README)
    assert (ROOT / copied).is_file()
