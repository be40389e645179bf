"""The reader: text stays text, lines are right, and no file can crash, hang or hide anything.

Both of PyYAML's parsers are held to the same answers, because a machine without libyaml must refuse what
others refuse. Limits are tried just inside and just outside.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from pathlib import Path

import pytest
import yaml

from neurogebra.catalogue import reader
from neurogebra.catalogue.reader import Items, Table, Text, read, read_text
from neurogebra.errors import EntryError
from neurogebra.language.bounds import FILE_BYTES, FILE_DEPTH, FILE_EVENTS

CHOSEN = reader.LOADER  # before a test puts another in its place
MISTAKES = Path(__file__).parent / "mistakes"


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def loader(request, monkeypatch):
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(reader, "LOADER", getattr(yaml, request.param))


def refusal(text: str) -> str:
    with pytest.raises(EntryError) as caught:
        read_text(text, "f.yaml")
    return str(caught.value)


# What is read -----------------------------------------------------------------------------------------------


# fmt: off
TRAPS = ["no", "on", "yes", "~", "null", "1e-5", "017", "0x1F", "12:30", "1_000", "2016-01-02", ".nan",
         ".inf", "1606.08415", "<<", "=", "0.10"]
UNSEEN = [0x00, 0x07, 0x1B, 0x7F, 0x85, 0xAD, 0x200B, 0x200E, 0x2028, 0x202E, 0x2066, 0xFEFF]
# fmt: on


@pytest.mark.parametrize("typed", TRAPS)
def test_a_scalar_stays_what_was_typed(typed):
    assert read_text(f"a: {typed}\n", "f.yaml") == Table(((Text("a", 1), Text(typed, 1)),), 1)


def test_every_node_knows_its_line_and_whether_it_was_quoted():
    text = "# comment\nname: 'no'\nlist:\n  - a\n  - [b, \"c\"]\ntext: |\n  d\nempty:\n"
    pairs = {key.text: value for key, value in read_text(text, "f.yaml").pairs}
    assert pairs == {
        "name": Text("no", 2, quoted=True),
        "list": Items((Text("a", 4), Items((Text("b", 5), Text("c", 5, quoted=True)), 5)), 4),
        "text": Text("d\n", 6, quoted=True),
        "empty": Text("", 8),
    }


def test_lines_end_as_windows_ends_them_and_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "f.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read(tmp_path / "f.yaml") == Table(((Text("a", 1), Text("1", 1)), (Text("b", 2), Text("2", 2))), 1)


def test_a_comment_after_a_value_needs_its_space():
    assert read_text("a: see  # a comment\nb: [c, d] #e\nf: 'g #h'\n", "f.yaml")
    assert refusal("a: b\nusage: see #12\n") == (
        "f.yaml:2: what follows ' #' is a comment; put the text in quotes, or a space after the #."
    )


def test_the_c_parser_is_used_where_there_is_one():
    assert CHOSEN is getattr(yaml, "CSafeLoader", yaml.SafeLoader)


# Limits -----------------------------------------------------------------------------------------------------


def test_a_file_may_be_as_large_as_the_limit_and_not_a_byte_larger(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_bytes(b"a: 1\n#".ljust(FILE_BYTES, b"-"))
    assert isinstance(read(path), Table)
    path.write_bytes(b"a: 1\n#".ljust(FILE_BYTES + 1, b"-"))
    with pytest.raises(EntryError, match=r"f\.yaml: the file is larger than 256 KiB\.$"):
        read(path)


def test_size_is_looked_at_before_a_file_is_read(tmp_path):
    path = tmp_path / "f.yaml"
    path.touch()
    os.truncate(path, 2**40)  # a hole of a tebibyte, which no memory holds
    with pytest.raises(EntryError, match="the file is larger than 256 KiB"):
        read(path)


def test_a_text_is_held_to_the_same_size():
    assert read_text("a: 1\n#".ljust(FILE_BYTES, "-"), "f.yaml")
    assert refusal("a: 1\n#".ljust(FILE_BYTES + 1, "-")) == "f.yaml: the file is larger than 256 KiB."


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_nesting_goes_to_the_limit_and_no_deeper(opening, closing):
    assert read_text(opening * FILE_DEPTH + "x" + closing * FILE_DEPTH, "f.yaml")
    too_deep = opening * (FILE_DEPTH + 1) + "x" + closing * (FILE_DEPTH + 1)
    assert refusal(too_deep) == "f.yaml:1: nested more than 20 levels deep."


def test_events_go_to_the_limit_and_no_further():
    items = FILE_EVENTS - 6  # the stream, the document and the list each begin and end
    assert len(read_text("- a\n" * items, "f.yaml").items) == items
    reason = "the file has more than 2,500 keys and values."
    assert refusal("- a\n" * (items + 1)) == f"f.yaml:{items + 2}: {reason}"


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "{a: ", "[{a: "])
def test_a_million_levels_are_refused_in_milliseconds(opening, monkeypatch):
    text = opening * 1_000_000
    assert refusal(text) == "f.yaml: the file is larger than 256 KiB."
    monkeypatch.setattr(reader, "FILE_BYTES", 10**9)  # and were size no limit, depth would be
    begun = time.process_time()
    assert refusal(text) == "f.yaml:1: nested more than 20 levels deep."
    assert time.process_time() - begun < 1  # 0.02 s for libyaml, 0.15 s for the other parser


@pytest.mark.parametrize("opening", ["- ", "? ", "{a: ", "[{a: "])  # [[[ and {{{ take a second each to be traced
def test_a_million_levels_are_refused_without_room_for_them(opening, monkeypatch):
    text = opening * 1_000_000
    monkeypatch.setattr(reader, "FILE_BYTES", 10**9)
    tracemalloc.start()
    try:
        refusal(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(text) + 1e6  # the text itself, encoded and split into lines


# What is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", UNSEEN)
def test_characters_that_cannot_be_seen_are_refused_typed_or_escaped(code):
    assert refusal(f"a: 1\nb: x{chr(code)}y\n").startswith(f"f.yaml:2: U+{code:04X} (")
    assert refusal(f'a: 1\nb: "x\\u{code:04x}y"\n').startswith(f"f.yaml:2: U+{code:04X} (")


def test_letters_of_any_language_can_be_seen():
    assert read_text("a: Müller, Łukasiewicz, 福島\n", "f.yaml").pairs[0][1] == Text("Müller, Łukasiewicz, 福島", 1)


@pytest.mark.parametrize("anchored", ["a: &b 1", "&b a: 1", "a: &b [1]", "a: &b {c: 1}", "a: *b", "- *a"])
def test_anchors_and_aliases_are_refused(anchored):
    assert "anchors (&) and aliases (*) are not read" in refusal(anchored + "\n")


@pytest.mark.parametrize("tagged", ["a: !!python/object/apply:os.system [ls]", "a: !x 1", "a: ! 1", "!!map {}"])
def test_tags_are_refused(tagged):
    assert "tags (!) are not read" in refusal(tagged + "\n")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "f.yaml")
    with pytest.raises(EntryError, match="this is no regular file"):
        read(tmp_path / "f.yaml")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(EntryError, match=r"gone\.yaml: the file cannot be read: No such file"):
        read(tmp_path / "gone.yaml")


def test_each_advice_is_given_for_some_mistake():
    """A hint that no broken file needs would be a guess about what the parser says."""
    given = set()
    for path in MISTAKES.glob("*.yaml"):
        try:
            read(path)
        except EntryError as error:
            given |= {advice for _, advice in reader.HINTS if advice in str(error)}
    assert given == {advice for _, advice in reader.HINTS}
