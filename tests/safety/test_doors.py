"""Every door that a stranger's text or file can come in by: formulas, compositions, files, folders, the command.

What one door refuses no other lets in, and a file that is refused leaves the forge as it was. The attacks are
those of hostile.txt and of files/, each with its message beside it.
"""

from __future__ import annotations

import json
import shutil

import pytest

from neurogebra import Expression, MathForge
from neurogebra.catalogue.places import shown
from neurogebra.cli import main
from neurogebra.errors import EntryError, FormulaError, NeurogebraError, UnknownExpression, Unwritable

from .hostile import FILES, FORMULAS, MISTAKES, lines_of

ENTRY = "name: {}\ncategory: activation\nformula: {}\n"
NO_NAMES = [
    "../../etc/passwd",
    "/etc/passwd",
    "relu.yaml",
    "..",
    "",
    "relu\0",
    "relu\x1b[2J",
    "\uff52elu",
    "__class__",
    "%2e%2e",
]


@pytest.fixture(scope="module")
def besieged() -> MathForge:
    """One forge for all formulas: what one of them left there the tests of the others find."""
    return MathForge()


@pytest.mark.parametrize("formula", [formula for formula, _ in FORMULAS], ids=lambda formula: formula[:30])
def test_a_formula_that_the_parser_refuses_comes_in_by_no_other_door(besieged, tmp_path, formula):
    doors = [lambda: Expression("f", formula), lambda: besieged.register("stranger", formula)]
    if formula not in besieged:  # in compositions, `sin` is the entry of that name
        doors += [lambda: besieged.compose(formula), lambda: besieged.compose(f"relu(1 + ({formula}))")]
    for door in doors:
        with pytest.raises(NeurogebraError):
            door()
    path = tmp_path / "stranger.yaml"
    path.write_text(ENTRY.format("stranger", json.dumps(formula)), "utf-8", "surrogatepass")
    with pytest.raises((EntryError, FormulaError)):
        besieged.load(path)
    assert "stranger" not in besieged


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_refused_in_these_words(forge, path):
    expected = path.read_text("utf-8").split("\n", 1)[0].removeprefix("# expect: ").replace("{path}", shown(path))
    with pytest.raises(NeurogebraError) as caught:
        forge.load(path)
    assert str(caught.value).split("\n")[0] == expected
    assert path.stem not in forge


def test_a_file_with_a_harmless_formula_would_fail_these_tests(forge, tmp_path):
    (tmp_path / "harmless.yaml").write_text(ENTRY.format("harmless", "2*x"), "utf-8")
    assert forge.load(tmp_path / "harmless.yaml") == ["harmless"]


@pytest.mark.parametrize("path", [*FILES[::4], *MISTAKES[::8]], ids=lambda path: path.stem)
def test_one_broken_file_in_a_folder_keeps_all_of_it_out(forge, tmp_path, path):
    """Row 19: the error names the file, and nothing of the folder is added."""
    before = forge.list_all()
    (tmp_path / "aaa.yaml").write_text(ENTRY.format("aaa", "2*x"), "utf-8")
    (tmp_path / "zzz.yaml").write_text(ENTRY.format("zzz", "3*x"), "utf-8")
    shutil.copy(path, tmp_path)
    with pytest.raises(NeurogebraError) as caught:
        forge.load(tmp_path)
    assert f"{path.name}:" in str(caught.value)
    assert forge.list_all() == before and "aaa" not in forge and "zzz" not in forge


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_is_looked_up_and_never_a_path(forge, name):
    """Row 16."""
    with pytest.raises(UnknownExpression) as caught:
        forge.get(name)
    assert str(caught.value).startswith(f"no expression called {name!r}.")
    assert str(caught.value).isprintable()


def test_a_name_of_a_million_letters_is_neither_compared_nor_echoed(forge):
    for door in (forge.get, forge.list_all, forge.categories and forge.compose):
        with pytest.raises(NeurogebraError) as caught:
            door("g" * 10**6)
        assert len(str(caught.value)) < 300
    with pytest.raises(UnknownExpression) as caught:
        forge.get("g" * 10**6)
    assert str(caught.value) == (
        f"no expression called '{'g' * 50}...'. list_all() gives the names, search(text) finds them."
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("gone\x1b[2J.yaml", "gone\\x1b[2J.yaml: the file cannot be read: No such file or directory."),
        ("gone.yaml", "gone.yaml: the file cannot be read: No such file or directory."),
    ],
)
def test_a_path_that_no_file_has_is_an_entry_error_that_a_screen_can_show(forge, path, message):
    with pytest.raises(EntryError) as caught:
        forge.load(path)
    assert str(caught.value) == message


def test_a_path_that_is_too_long_is_an_entry_error_and_shown_by_its_ends(forge, run):
    path = "b/" + "a" * 10_000 + ".yaml"
    seen = f"b/{'a' * 188}...{'a' * 185}.yaml"
    with pytest.raises(EntryError) as caught:
        forge.load(path)
    assert str(caught.value) == f"{seen}: the file cannot be read: File name too long."
    with pytest.raises(Unwritable) as unwritten:
        forge.save("relu", path)
    assert str(unwritten.value) == f"{seen} cannot be written: File name too long."
    assert run("check", path) == (1, "", f"EntryError: {seen}: there is no such file or folder.\n")


def test_a_picture_that_cannot_be_written_and_a_link_that_leads_out_are_fit_for_a_screen(
    forge, tmp_path, monkeypatch, run
):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    code, _, err = run("plot", "relu", "--output", "gone/\x1b[2J.svg")
    assert (code, err) == (1, "Unwritable: gone/\\x1b[2J.svg cannot be written: No such file or directory.\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.yaml").symlink_to(tmp_path / "\x1b[2J.yaml")
    with pytest.raises(EntryError) as caught:
        forge.load("mine")
    reason = "this link leads out of its folder, to \\x1b[2J.yaml; put the file itself here."
    assert str(caught.value) == f"mine/a.yaml: {reason}"


def test_a_file_that_grows_while_it_is_read_is_held_to_its_size(forge, tmp_path, monkeypatch):
    path = tmp_path / "grown.yaml"
    path.write_bytes(b"name: grown\n".ljust(300 * 1024, b"#"))
    small = (tmp_path / "..").stat  # what a stat said before it grew

    class Small:
        st_mode, st_size = 0o100644, 100

    monkeypatch.setattr(type(path), "stat", lambda self, **_: Small if self == path else small())
    with pytest.raises(EntryError, match=r"grown\.yaml: the file is larger than 256 KiB\.$"):
        forge.load(path)


def test_arithmetic_of_expressions_is_held_to_what_a_formula_may_say():
    nine, x, zero = Expression("nine", "9"), Expression("f", "x + 1"), Expression("zero", "0")
    refusals = {
        "between numbers, an exponent has at most 64 above and below its fraction bar; this is 387420489.": (
            lambda: nine ** (nine**nine)
        ),
        "an exponent is at most 64 in size; this is 1e+09.": lambda: x**1_000_000_000,
        "this part has no finite real value: it divides by zero.": lambda: x / zero,
        "this part has no finite real value in float64: it is too large, 100000000000...000000.": (
            lambda: x * Expression("huge", "1e308") * 10
        ),
    }
    for message, does in refusals.items():
        with pytest.raises(FormulaError) as caught:
            does()
        assert str(caught.value).split("\n")[0].removeprefix("column 1: ") == message


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["eval", "../../etc/passwd", "x=1"], "UnknownExpression: no expression called '../../etc/passwd'."),
        (["show", "re\x1b[2Jlu"], "UnknownExpression: no expression called 're\\x1b[2Jlu'."),
        (["list", "--category", "\u202e"], "UnknownCategory: no category called '\\u202e'."),
        (["search", "x" * 1001], "UsageError: search takes up to 1000 characters; got 1001."),
    ],
)
def test_the_command_line_refuses_in_one_line_that_a_screen_can_show(capsys, argv, said):
    assert main(argv) == 1
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith(said)
    assert told.err.rstrip("\n").isprintable()


def test_attacks_are_read_from_their_files():
    assert len(FORMULAS) > 220 and len(FILES) > 15 and len(MISTAKES) > 70
    assert lines_of(FILES[0].parent.parent / "once_hung.txt")
    assert MathForge().list_all()
