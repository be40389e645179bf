"""The index: names by a folder walk, aliases and ranks by lines, every clash an error that names both places.

The line scan must see what the YAML reader sees. On the whole catalogue the two are compared here; a file
that would make them differ is refused by schema.py, for which see mistakes/catalogue/.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from neurogebra.catalogue import index as module
from neurogebra.catalogue.index import Alias, Index, fields, scan
from neurogebra.catalogue.places import packaged, yaml_files
from neurogebra.catalogue.schema import load_file
from neurogebra.errors import EntryError
from neurogebra.search import WEIGHTS as SEARCHED

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


def test_a_name_in_its_place_is_found_without_a_walk(tmp_path, monkeypatch):
    index = Index(catalogue(tmp_path, a__b__c="", a__d="", e__f=""))
    monkeypatch.setattr(module, "walk", lambda _: pytest.fail("every folder was listed"))
    assert [index.find(name)[0].stem for name in "cdf"] == ["c", "d", "f"]


def test_a_name_deeper_down_is_found_by_the_walk(tmp_path):
    index = Index(catalogue(tmp_path, a__b__c__deep="", a__d=""))
    assert index.find("deep") == (tmp_path / "a" / "b" / "c" / "deep.yaml", None)


@pytest.mark.parametrize("name", ["c", "odd", "../a/d", ".d", "", "a", "d.yaml"])
def test_what_the_walk_leaves_alone_is_no_entry(tmp_path, name):
    root = catalogue(tmp_path, a__d="")
    (root / "a" / ".hidden").mkdir()
    (root / "a" / ".hidden" / "c.yaml").touch()
    (root / "a" / ".d.yaml").touch()
    (root / "a" / "odd.yaml").mkdir()
    assert Index(root).find(name) is None


def test_a_link_is_followed_only_inside(tmp_path):
    root = catalogue(tmp_path / "root", a__d="")
    (root / "a" / "c.yaml").symlink_to("d.yaml")
    assert Index(root).find("c") == (root / "a" / "c.yaml", None)


@pytest.mark.parametrize("link", ["a/e.yaml", "a/family"])
def test_a_link_that_leads_out_is_refused_when_its_name_is_asked_for(tmp_path, link):
    root, outside = catalogue(tmp_path / "root", a__d=""), catalogue(tmp_path / "outside", e="")
    (root / link).symlink_to(outside / "e.yaml" if link.endswith(".yaml") else outside)
    with pytest.raises(EntryError, match="this link leads out of its folder"):
        Index(root).find("e")


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


def test_a_field_goes_on_to_the_next_whatever_it_holds():
    text = """# about: nothing
title: Bump
tags:
- a
- "b: c"
description: >
  tags: not these
  rank: nor this
variants: {v: {formula: x}}
"""
    assert fields(text) == {
        "title": " Bump\n",
        "tags": '\n- a\n- "b: c"\n',
        "description": " >\n  tags: not these\n  rank: nor this\n",
        "variants": " {v: {formula: x}}\n",
    }
    assert fields("") == {}


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


def refusal(root: Path, name: str = "nobody") -> str:
    with pytest.raises(EntryError) as caught:
        Index(root).find(name)
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


def test_a_name_used_twice_is_refused_when_it_is_asked_for(tmp_path):
    root = catalogue(tmp_path, a__f="", b__f="", b__g="")
    assert refusal(root, "f") == f"{root}/b/f.yaml: the name 'f' already belongs to {root}/a/f.yaml."


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


def test_no_word_of_a_field_is_lost_when_fields_are_told_by_lines():
    """Search reads lines; that it also finds the words of comments does no harm."""
    index, root = Index(packaged()), packaged()
    for path in yaml_files(root):
        read, seen = load_file(path, root), index.texts(path.stem)
        for field in SEARCHED.keys() - {"aliases"}:
            said = getattr(read, field) or ""
            if field == "equivalents":
                said = tuple(spelling for row in said for spelling in row.spellings)
            missing = set(words(said)) - set(words(seen.get(field, "")))
            assert not missing, (path, field)
        assert seen["aliases"] == [spelling for spelling, _ in read.spellings()][1:]


def words(said: str | tuple[str, ...]) -> list[str]:
    return re.findall(r"[^\W_]+", said if isinstance(said, str) else " ".join(said))


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


def test_a_name_among_thousands_costs_nothing_and_a_miss_a_scan(large, monkeypatch):
    """Measured with 10,000 files: 0.0003 s for a name, 0.02 s for the walk and 0.15 s for the scan."""
    walked = counted(monkeypatch, "walk")
    read = counted(monkeypatch, "_text")
    index = Index(large)
    assert all(index.find(f"f{i}") for i in range(2000))
    assert (len(walked), len(read)) == (0, 0)
    assert index.find("g1234") == (large / "activation" / "family_14" / "f1234.yaml", None)
    assert (len(walked), len(read)) == (1, 2000)
    assert all(index.find(f"g{i}") for i in range(2000))
    assert all(index.find(f"f{i}") for i in range(2000))
    assert (len(walked), len(read)) == (1, 2000)


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[object]:
    """What a function of the index is called with from now on."""
    calls: list[object] = []
    inner = getattr(module, name)

    def counting(argument: object) -> object:
        calls.append(argument)
        return inner(argument)

    monkeypatch.setattr(module, name, counting)
    return calls


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
