"""The index: names by a folder walk, aliases and ranks by lines, every clash an error that names both places.

The line scan must see what the YAML reader sees. On the whole catalogue the two are compared here; a file
that would make them differ is refused by schema.py, for which see mistakes/catalogue/.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from neurogebra.catalogue import index as module
from neurogebra.catalogue.index import Alias, Index, scan
from neurogebra.catalogue.places import packaged, yaml_files
from neurogebra.catalogue.schema import load_file
from neurogebra.errors import EntryError

TUTORIAL = ["relu", "sigmoid", "tanh", "leaky_relu", "swish", "gelu", "softplus"]


def catalogue(root: Path, **files: str) -> Path:
    """Files by their place, `activation__round__bump` for activation/round/bump.yaml."""
    for place, text in files.items():
        path = root / (place.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


VARIANTS = """\
aliases: [hill, "hump", 'rise']  # three
variants:  # two
  # a comment
  bold:
    formula: x
    aliases: [bold_bump, big_bump]
    description: |
      aliases: [not_this]

  "thin":
    aliases: [thin_bump]
    examples:
      - {x: 1, value: 1}
rank: 3   # third
description: >
  rank: 7
  aliases: [nor_this]
note: |
  odd:
    aliases: [nor_that]
"""


def test_names_are_found_without_opening_a_file(tmp_path, monkeypatch):
    index = Index(catalogue(tmp_path, a__b__c="", a__d=""))
    monkeypatch.setattr(module, "open", lambda *_: pytest.fail("a file was opened"), raising=False)
    assert index.find("c") == (tmp_path / "a" / "b" / "c.yaml", None)
    assert index.find("d") == (tmp_path / "a" / "d.yaml", None)
    assert (index.category("c"), index.categories(), len(index)) == ("a", ["a"], 2)


def test_aliases_are_found_on_the_first_miss(tmp_path):
    index = Index(catalogue(tmp_path, a__bump=VARIANTS))
    path = tmp_path / "a" / "bump.yaml"
    assert index.find("hill") == index.find("hump") == index.find("rise") == (path, None)
    assert index.find("bold_bump") == index.find("big_bump") == (path, "bold")
    assert index.find("thin_bump") == (path, "thin")
    assert index.find("not_this") is index.find("nor_this") is index.find("nor_that") is None
    assert index.find("../a/bump") is None


def test_the_scan_reads_lines_with_their_numbers():
    found = scan(VARIANTS)
    assert found.rank == 3
    assert found.aliases[0] == Alias("hill", None, 1)
    assert found.aliases[3:] == (
        *(Alias("bold_bump", "bold", 6), Alias("big_bump", "bold", 6)),
        Alias("thin_bump", "thin", 11),
    )


@pytest.mark.parametrize(
    "text", ["", "aliases: []\n", "aliases:\n", "# aliases: [a]\n", "x: {aliases: [a]}\n", "rank: x\n"]
)
def test_the_scan_finds_nothing_where_nothing_is(text):
    assert scan(text) == module.Scan(None, ())


def test_windows_line_ends_and_byte_order_marks_change_nothing(tmp_path):
    root = catalogue(tmp_path, a__bump="")
    (root / "a" / "bump.yaml").write_bytes(b"\xef\xbb\xbf" + VARIANTS.replace("\n", "\r\n").encode())
    index = Index(root)
    assert index.find("hill") == (root / "a" / "bump.yaml", None)
    assert index.find("thin_bump")[1] == "thin"
    assert index.rank("bump") == 3


def test_spellings_are_all_names_and_aliases(tmp_path):
    index = Index(catalogue(tmp_path, a__bump=VARIANTS, a__other=""))
    assert sorted(index.spellings()) == sorted(
        ["bump", "other", "hill", "hump", "rise", "bold_bump", "big_bump", "thin_bump"]
    )
    assert all(index.find(spelling) for spelling in index.spellings())


def test_names_stand_by_rank_and_then_by_alphabet(tmp_path):
    root = catalogue(tmp_path, a__z="rank: 1\n", a__b__ya="", a__xb="", b__w="rank: 2\n")
    index = Index(root)
    assert index.names() == ["z", "w", "xb", "ya"]
    assert index.names("a") == ["z", "xb", "ya"]
    assert index.names("c") == []
    assert (index.rank("w"), index.rank("xb")) == (2, None)


# Clashes ----------------------------------------------------------------------------------------------------


def refusal(root: Path) -> str:
    with pytest.raises(EntryError) as caught:
        Index(root).find("nobody")
    return str(caught.value)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a__f": "", "a__b__f": ""}, "{root}/a/f.yaml: the name 'f' already belongs to {root}/a/b/f.yaml."),
        (
            {"a__f": "\naliases: [g]", "a__g": ""},
            "{root}/a/f.yaml:2: aliases: 'g' is already the name of g, in {root}/a/g.yaml.",
        ),
        (
            {"a__f": "aliases: [h]", "b__g": "#\n\naliases: [i, h]"},
            "{root}/b/g.yaml:3: aliases: 'h' is already an alias of f, in {root}/a/f.yaml.",
        ),
        (
            {"a__f": "aliases: [h]\nvariants:\n  v:\n    aliases: [h]"},
            "{root}/a/f.yaml:4: aliases: 'h' is already an alias of f, in {root}/a/f.yaml.",
        ),
        (
            {"a__f": "aliases: [f]"},
            "{root}/a/f.yaml:1: aliases: 'f' is already the name of f, in {root}/a/f.yaml.",
        ),
    ],
)
def test_a_clash_names_both_places(tmp_path, files, words):
    assert refusal(catalogue(tmp_path, **files)) == words.replace("{root}", str(tmp_path))


@pytest.mark.parametrize("name", ["Bump", "_bump", "2bump", "bump-2", "bümp", "bump.old"])
def test_a_file_whose_name_can_be_no_entrys_is_refused(tmp_path, name):
    assert refusal(catalogue(tmp_path, **{f"a__{name}": ""})) == (
        f"{tmp_path}/a/{name}.yaml: {name!r} cannot be a name; "
        "names are small letters a-z, digits and _, with a letter first."
    )


def test_a_file_outside_every_folder_has_no_category(tmp_path):
    assert refusal(catalogue(tmp_path, f="")) == (
        f"{tmp_path}/f.yaml: put the file into a folder; the folder is the entry's category."
    )


# The catalogue ----------------------------------------------------------------------------------------------


def test_the_scan_sees_what_the_reader_sees():
    index, root = Index(packaged()), packaged()
    entries = [load_file(path, root) for path in yaml_files(root)]
    for entry in entries:
        for spelling, variant in entry.spellings():
            path, meant = index.find(spelling)
            assert (path.stem, meant) == (entry.name, variant)
        assert (index.rank(entry.name), index.category(entry.name)) == (entry.rank, entry.category)
    assert len(index.spellings()) == sum(len(list(entry.spellings())) for entry in entries)


def test_the_tutorials_seven_come_first():
    assert Index(packaged()).names("activation")[:7] == TUTORIAL


# Size -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("large")
    for i in range(2000):
        (root / "activation" / f"family_{i % 20}").mkdir(parents=True, exist_ok=True)
        path = root / "activation" / f"family_{i % 20}" / f"f{i}.yaml"
        text = f"name: f{i}\nformula: x\naliases: [g{i}]\n" + "note: some more text\n" * 30
        path.write_text(text, encoding="utf-8")
    return root


def test_a_name_among_thousands_costs_a_walk_and_a_miss_a_scan(large):
    """Measured: 0.02 s for the walk of 10,000 files and 0.5 s for the scan."""
    begun = time.process_time()
    index = Index(large)
    assert index.find("f1234")
    walked = time.process_time()
    assert index.find("g1234") == (large / "activation" / "family_14" / "f1234.yaml", None)
    scanned = time.process_time()
    assert [index.find(f"f{i}") for i in range(2000)]
    assert walked - begun < 0.5
    assert scanned - walked < 2
    assert time.process_time() - scanned < 0.2


def test_the_index_needs_no_yaml(python):
    ran = python(
        "-c",
        "import sys\n"
        "from neurogebra.catalogue.index import Index\n"
        "from neurogebra.catalogue.places import packaged\n"
        "assert Index(packaged()).names() and Index(packaged()).find('gelu_tanh')\n"
        "print('yaml' in sys.modules, 'sympy' in sys.modules)",
    )
    assert ran.stdout.split() == ["False", "False"], ran.stderr
    assert "yaml" in sys.modules  # as it is here, where the reader was used
