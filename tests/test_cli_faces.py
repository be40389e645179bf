"""The command's other faces: tables, curves, files to fill in, JSON, colours.

Every command that prints data is driven twice, for people and as JSON, and the JSON is strict. Colours are seen
by giving `main` a terminal that is none.
"""

from __future__ import annotations

import io
import json
import math
import sys

import pytest

from neurogebra import cli
from neurogebra.cli import main
from neurogebra.show import explain


def test_the_levels_that_the_command_offers_are_those_of_explain():
    assert cli.LEVELS == explain.LEVELS


@pytest.fixture
def as_json(run):
    """The data of one command that answers."""

    def command(*arguments):
        code, out, err = run(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    return command


def test_seven_points_are_seven_lines(run):
    assert run("eval", "relu", "x=-3:3:7")[1].splitlines() == [
        "-3.0  0.0", "-2.0  0.0", "-1.0  0.0", " 0.0  0.0", " 1.0  1.0", " 2.0  2.0", " 3.0  3.0",
    ]  # fmt: skip
    assert run("eval", "leaky_relu", "alpha=0.2", "x=-1:0:3")[1].splitlines()[0] == "-1.0  -0.2"
    assert run("grad", "square", "x=0:1:3")[1].splitlines() == ["0.0  0.0", "0.5  1.0", "1.0  2.0"]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["eval", "relu", "x=-1,2,oo"], ["-1.0  0.0", " 2.0  2.0", " inf  inf"]),
        (["eval", "bipolar_relu", "x=1,2,-3,-4"], [" 1.0  1.0", " 2.0  0.0", "-3.0  0.0", "-4.0  -4.0"]),
        (["eval", "softmax2d", "x=0,0"], ["0.0  0.5", "0.0  0.5"]),
        (["eval", "sparsemax", "x=0:2:3"], ["0.0  0.0", "1.0  0.0", "2.0  1.0"]),
        (["eval", "maxout", "x=1,2"], ["2.0"]),
        (["eval", "crelu", "x=1,-2"], ["1.0", "0.0", "0.0", "2.0"]),
        (["grad", "softmax", "x=0,0"], ["0.0  0.25  -0.25", "0.0  -0.25  0.25"]),
        (["eval", "glu", "a=2,4", "b=0"], ["2.0  1.0", "4.0  2.0"]),
    ],
)
def test_several_numbers_are_points_or_one_vector(run, as_json, arguments, lines):
    assert run(*arguments)[1].splitlines() == lines
    found = as_json(*arguments)["value"]
    assert len(found if isinstance(found, list) else [found]) == len(lines)


def test_points_are_the_nearest_to_the_exact_ones(as_json):
    assert as_json("eval", "linear", "x=0:1:11")["x"] == [i / 10 for i in range(11)]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["eval", "gelu", "x=3:-3:7"], "points are given as x=-3:3:7, seven from -3 to 3; got '3:-3:7'"),
        (["eval", "gelu", "x=-oo:3:7"], "points are given as x=-3:3:7, seven from -3 to 3; got '-oo:3:7'"),
        (["eval", "gelu", "x=1:2:3:4"], "points are given as x=-3:3:7, seven from -3 to 3; got '1:2:3:4'"),
        (["eval", "gelu", "x=-3:3"], "points are given for one name, as x=-3:3:7, seven from -3 to 3, or as x=1,2,3"),
        (["eval", "gelu", "x=-3:3:1"], "the number of points is a whole number from 2 to 100,000; got '1'"),
        (["eval", "gelu", "x=-3:3:1e9"], "the number of points is a whole number from 2 to 100,000; got '1e9'"),
        (["eval", "leaky_relu", "x=0:1:3", "alpha=0:1:3"], "points are given for one name"),
        (["plot", "gelu", "y=-3:3"], "one interval is given, as x=-3:3; got y"),
        (["eval", "gelu", "x=1,2,"], "'' is no plain decimal number, such as 3, 0.25 or 1e-6."),
        (
            ["eval", "softmax", "x=1,2", "temperature=1,2"],
            "points are given for one name, as x=-3:3:7, seven from -3 to 3, or as x=1,2,3",
        ),
        (["eval", "gelu", "x=" + "1," * 100_000 + "1"], "at most 100,000 numbers are given; got 100,001"),
        (["plot", "gelu", "x=-3,3"], "a curve has as many points as it needs; the interval is given as x=-3:3"),
        (["plot", "gelu", "x=-3:3:7"], "a curve has as many points as it needs; the interval is given as x=-3:3"),
        (["plot", "x=-3:3"], "the following arguments are required: NAME"),
        (["plot", "gelu", "--output", "gelu.exe"], "--output is a file ending in .png, .svg, .pdf; got 'gelu.exe'"),
        (["grad", "gelu", "--steps", "x=1"], "--steps derives the formula; it takes no values"),
        (["compare", "relu", "--at", "one"], "'one' is no plain decimal number, such as 3, 0.25 or 1e-6."),
        (["list", "--categry", "x"], "there is no option --categry. Did you mean 'category'?"),
        (["list", "--monotone"], "unrecognized arguments: --monotone"),
        (["list", "-x", "1"], "unrecognized arguments: -x 1"),
        (["check", "a.yaml", "--write"], "--write goes with --propose"),
    ],
)
def test_what_was_mistyped_is_exit_code_2(run, arguments, complaint):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: neurogebra") and complaint in err


def test_compare_prints_the_table_of_the_library(run, forge):
    assert run("compare", "relu", "gelu")[1] == f"{forge.compare(['relu', 'gelu'])}\n"
    table = forge.compare(["relu", "gelu"], columns=["usage"], at=[0, 1.5])
    assert run("compare", "relu", "gelu", "--columns", "usage", "--at", "0", "--at", "1.5")[1] == f"{table}\n"
    assert run("compare", "relu", "--markdown")[1].splitlines()[1] == "| --- | --- | --- |"


def test_a_column_that_does_not_exist_is_the_refusal_of_the_library(run):
    code, out, err = run("compare", "relu", "--columns", "rang")
    assert (code, out) == (1, "")
    assert err.startswith("UsageError: compare has no column 'rang'. Did you mean 'range'?")


def test_a_tag_selects(run, forge):
    smooth = [name for name in forge if "smooth" in forge.get(name).metadata["tags"]]
    assert run("list", "--tag", "smooth")[1].splitlines() == smooth != forge.list_all()
    both = [name for name in smooth if "non-monotone" in forge.get(name).metadata["tags"]]
    assert run("list", "--tag", "smooth", "--tag", "non-monotone")[1].splitlines() == both != smooth


NEEDED = {"smoothness": "oo", "bounded": "below", "monotone": False}  # smooth, bounded below, not monotone


def test_a_newcomer_finds_what_is_needed_in_one_line(run, forge, checkout):
    """The same line in the library, in the notebook and in the terminal."""
    found = forge.list_all(**NEEDED)
    assert {"gelu", "swish", "mish"} <= set(found)
    assert not {"relu", "tanh", "elu", "softplus", "hard_swish"} & set(found)
    assert run("list", "--smoothness", "oo", "--bounded", "below", "--monotone", "false")[1].splitlines() == found
    notebook = (checkout / "notebooks" / "05_choosing.ipynb").read_text("utf-8")
    assert "forge.list_all(" + ", ".join(f"{k}={v!r}" for k, v in NEEDED.items()) + ")" in notebook.replace('\\"', "'")


def test_a_property_or_tag_that_does_not_exist_is_the_refusal_of_the_library(run):
    code, out, err = run("list", "--monoton", "false")
    assert (code, out) == (1, "")
    assert err.startswith("UnknownProperty: no property called 'monoton'. Did you mean 'monotone'?")
    code, out, err = run("list", "--tag", "smoth")
    assert (code, out) == (1, "") and err.startswith("UnknownTag: no tag called 'smoth'. Did you mean 'smooth'?")


def test_check_judges_a_file_and_says_so_by_its_exit_code(run, as_json, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("new", "my_bump")
    code, out, err = run("check", "my_bump.yaml")
    assert (code, err) == (0, "") and out.splitlines()[-1] == "2 hold, 0 fail, 0 cannot be told"
    assert [verdict["status"] for verdict in as_json("check", "my_bump.yaml")] == ["holds", "holds"]
    text = (tmp_path / "my_bump.yaml").read_text("utf-8").replace("{x: 0, value: 0}", "{x: 0, value: 1}")
    (tmp_path / "my_bump.yaml").write_text(text, "utf-8")
    code, out, _ = run("check", "my_bump.yaml")
    assert code == 1 and "examples, value at x = 0: fails" in out


def test_the_steps_of_a_derivative(run, forge, as_json):
    assert run("grad", "swish", "--steps")[1] == f"{forge.get('swish').derive('x')}\n"
    steps = as_json("grad", "swish", "--steps")
    assert steps[-1]["formula"] == str(forge.get("swish").gradient("x"))
    second = run("grad", "swish", "--steps", "--order", "2")[1].splitlines()[-1]
    assert str(forge.get("swish").gradient("x", order=2)) in second


def test_plot_prints_seven_lines_a_name(run):
    lines = run("plot", "gelu", "relu", "x=-3:3")[1].splitlines()
    assert len(lines) == 2 * (1 + 7)
    assert lines[0] == "gelu" and lines[8] == "relu"
    assert run("plot", "leaky_relu", "alpha=0.5")[1].splitlines()[6].startswith("-2 |")


def test_a_folder_that_does_not_exist_is_named(run, tmp_path):
    pytest.importorskip("matplotlib")
    code, out, err = run("plot", "gelu", "--output", str(tmp_path / "missing" / "gelu.svg"))
    assert (code, out) == (1, "")
    assert err == f"Unwritable: {tmp_path / 'missing' / 'gelu.svg'} cannot be written: No such file or directory.\n"


@pytest.mark.parametrize(("ending", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_plot_writes_a_file(run, tmp_path, ending, begins):
    pytest.importorskip("matplotlib")
    place = tmp_path / f"relu{ending}"
    assert run("plot", "relu", "--output", str(place)) == (0, f"drew relu into {place}\n", "")
    assert place.read_bytes().startswith(begins)


def test_a_plot_without_matplotlib_names_the_extra(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, out, err = run("plot", "relu", "--output", str(tmp_path / "relu.svg"))
    assert (code, out) == (2, "")
    assert err == (
        "MissingExtra: drawing needs matplotlib, the extra 'plot', which is not installed: "
        "pip install matplotlib; sketch() draws in plain text without it.\n"
    )


def test_new_writes_a_file_that_can_be_loaded_and_keeps_what_is_there(run, tmp_path, monkeypatch, forge):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("new", "my_bump")
    assert (code, out.split(";")[0]) == (0, "wrote my_bump.yaml")
    assert forge.load("my_bump.yaml") == ["my_bump"]
    assert forge.get("my_bump").eval(x=0) == 0
    (tmp_path / "my_bump.yaml").write_text("mine", "utf-8")
    code, out, err = run("new", "my_bump")
    assert (code, out) == (1, "")
    assert err == ("NameTaken: my_bump.yaml is there already and stays as it is; choose another name, or edit it.\n")
    assert (tmp_path / "my_bump.yaml").read_text("utf-8") == "mine"


@pytest.mark.parametrize("name", ["../escape", "My Bump", "a:b", "x\ny: 1", ""])
def test_new_takes_names_of_the_catalogue_alone(run, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("new", name)
    assert (code, out) == (1, "") and err.startswith("EntryError: ")
    assert list(tmp_path.iterdir()) == []


def test_every_command_with_data_prints_it_as_json(as_json, forge):
    assert as_json("list") == forge.list_all()
    assert as_json("search", "dead", "neurons") == forge.search("dead neurons")
    assert as_json("show", "gelu")["references"][0]["arxiv"] == "1606.08415"
    assert as_json("eval", "gelu", "x=1") == {"name": "gelu", "x": 1, "value": 0.8413447460685429}
    assert as_json("grad", "relu")["formula"] == "Piecewise((1, x > 0), (0, True))"
    assert as_json("compare", "relu", "--at", "1") == [
        {"name": "relu", "formula": "Max(0, x)", "category": "activation", "f(1)": 1, "f'(1)": 1}
    ]
    curve = as_json("plot", "relu")["relu"]
    assert len(curve["x"]) == len(curve["value"]) and curve["value"][-1] == curve["x"][-1]


def test_points_for_programs_are_not_computed_for_people(run, monkeypatch):
    def never(*arguments, **named):
        raise AssertionError("a curve was computed")

    monkeypatch.setattr("neurogebra.show.curve.Curve.line", never)
    assert run("plot", "relu")[0] == 0


def test_compare_takes_the_ends_of_the_line(as_json):
    row = as_json("compare", "tanh", "--columns", "range", "--at", "oo", "--at=-oo", "--at", "nan")[0]
    assert (row["f(oo)"], row["f(-oo)"], row["f(nan)"]) == (1, -1, "nan")


def test_a_curve_beyond_what_a_float_can_tell_apart_is_refused_or_left_out(run):
    code, out, err = run("plot", "exponential", "x=-1e308:1e308")
    assert (code, out) == (1, "")
    assert err == "UsageError: x is drawn between -1e300 and 1e300; got (-1e+308, 1e+308).\n"
    assert run("plot", "cube", "x=-5e102:5e102")[1].splitlines()[1] == "0 |"  # 1e308 is more than is drawn


def test_what_json_cannot_write_stands_as_text(as_json):
    assert as_json("eval", "linear", "x=oo")["value"] == "oo"
    assert as_json("eval", "linear", "x=-oo")["value"] == "-oo"
    assert as_json("eval", "linear", "x=nan")["value"] == "nan"
    assert math.isinf(float(as_json("eval", "relu", "x=inf")["value"].replace("oo", "inf")))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("settings", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, False), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_want_them(monkeypatch, settings, coloured):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(["compare", "relu"]) == 0
    assert ("\033[1mName" in screen.getvalue()) is coloured
    monkeypatch.setattr(sys, "stderr", screen)
    assert main(["show", "reluu"]) == 1
    assert ("\033[1;31mUnknownExpression\033[0m: " in screen.getvalue()) is coloured


def test_a_pipe_gets_no_colours(run):
    assert "\033" not in run("compare", "relu", "gelu")[1] + run("show", "reluu")[2]


def test_a_reader_that_has_seen_enough_is_no_error(python):
    code = (
        "import os, sys; from neurogebra.cli import main\n"
        "read, write = os.pipe(); os.close(read); os.dup2(write, 1)\n"
        "sys.exit(main(['list']))"
    )
    done = python("-c", code)
    assert (done.returncode, done.stderr) == (0, "")
