"""`neurogebra check`: verdicts on a user's own files, proposals printed and written, and its exit codes."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("flint")

from neurogebra.catalogue.schema import load_file

HONEST = """\
name: mine    # my own
category: mine
formula: x*sigmoid(2*x)

properties:
  range: "[-0.139232271380537, oo)"
special_cases:
  - {equals: double}
"""
DOUBLE = "name: double\ncategory: mine\nformula: 2*x/(2*(1 + exp(-2*x)))\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.yaml").write_text(HONEST, encoding="utf-8")
    (tmp_path / "double.yaml").write_text(DOUBLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(run):
    return lambda *arguments: run("check", *map(str, arguments))


def test_each_claim_of_a_folder_gets_a_line_and_the_verdicts_are_counted(run, folder):
    code, out, err = run(folder)
    assert (code, err) == (0, "")
    *lines, count = out.splitlines()
    assert count == f"{len(lines)} hold, 0 fail, 0 cannot be told"
    assert any("mine.yaml:6: range, [-0.139232271380537, oo): holds." in line for line in lines)
    assert any("special_cases, double: holds." in line for line in lines)


def test_a_claim_that_fails_is_named_and_the_exit_code_is_1(run, folder):
    (folder / "mine.yaml").write_text(HONEST.replace("0.1392", "0.1391"), encoding="utf-8")
    code, out, _ = run(folder / "mine.yaml")
    assert code == 1  # the other file is not there, so that the special case fails too
    assert "mine.yaml:6: range, [-0.139132271380537, oo): fails. " in out
    assert "(at" not in out and ": at x = -0.6392" in out
    assert out.splitlines()[-1] == "1 hold, 2 fail, 0 cannot be told"


def test_verdicts_are_data_too(run, folder):
    (folder / "mine.yaml").write_text(HONEST.replace("0.1392", "0.1391"), encoding="utf-8")
    code, out, _ = run(folder, "--json")
    verdicts = {(v["kind"], v["subject"]): v["status"] for v in json.loads(out)}
    assert code == 1
    assert verdicts["range", "[-0.139132271380537, oo)"] == "fails"
    assert verdicts["special_cases", "double"] == "holds"
    assert run(folder, "--propose", "--json")[0] == 2


def test_numbers_that_nobody_could_write_out_are_no_reason_to_hang(run, folder):
    roots = "name: roots\ncategory: mine\nformula: x*375**alpha\nparams: {alpha: {default: 0.7}}\n"
    (folder / "roots.yaml").write_text(roots + 'properties: {range: "(-oo, oo)"}\n', encoding="utf-8")
    code, out, _ = run(folder / "roots.yaml")
    reason = "cannot tell. the parameters' values make numbers that are too long to write out"
    assert code == 0 and f"roots.yaml:5: range, (-oo, oo): {reason}\n" in out


def test_what_cannot_be_read_is_refused(run, folder):
    (folder / "double.yaml").write_text(DOUBLE.replace("formula", "formla"), encoding="utf-8")
    code, out, err = run(folder)
    assert (code, out) == (1, "")
    assert "double.yaml:3: formla: there is no such field. Did you mean 'formula'?" in err
    assert (
        run(folder / "nothing.yaml")[2] == f"EntryError: {folder / 'nothing.yaml'}: there is no such file or folder.\n"
    )
    assert run("") == (1, "", "InputError: check takes the path of a file or folder; got ''.\n")
    assert run()[0] == 2
    assert run(folder, "--write")[0] == 2


def test_proposals_are_printed_and_hold(run, folder):
    code, out, _ = run(folder / "mine.yaml", "--propose")
    assert code == 0
    assert out.splitlines()[:3] == ["# mine", "properties:", '  range: "[-0.139232271380537, oo)"']
    assert "  lipschitz: 1.09983932012887" in out.splitlines()
    assert (folder / "mine.yaml").read_text(encoding="utf-8") == HONEST


def test_proposals_are_written_into_the_file_and_nothing_else_is(run, folder):
    assert run(folder, "--propose", "--write")[0] == 0
    text = (folder / "mine.yaml").read_text(encoding="utf-8")
    assert text.startswith("name: mine    # my own\ncategory: mine\nformula: x*sigmoid(2*x)\n\nproperties:\n  range:")
    assert text.endswith("special_cases:\n  - {equals: double}\n")
    assert len(load_file(folder / "mine.yaml").properties) > 12
    code, out, _ = run(folder)
    assert code == 0 and ", 0 fail, 0 cannot" in out


def test_a_file_and_its_folder_are_told_the_same_whatever_the_file_is_called(run, folder):
    (folder / "double.yaml").unlink()
    (folder / "mine.yaml").rename(folder / "g.yaml")
    assert run(folder) == run(folder / "g.yaml")
    assert run(folder, "--propose") == run(folder / "g.yaml", "--propose")
    assert run(folder, "--propose", "--write")[0] == 0
    assert "lipschitz: " in (folder / "g.yaml").read_text(encoding="utf-8")


def test_what_is_left_out_is_told_with_its_reason(run, tmp_path):
    file = tmp_path / "wave.yaml"
    file.write_text("name: wave\ncategory: mine\nformula: sin(x)\n", encoding="utf-8")
    _, out, _ = run(file, "--propose")
    assert "  periodic: 2*pi" in out.splitlines()
    assert '  limits: {"-oo": "none", "oo": "none"}' in out.splitlines()
    assert "# left out: zeros: it repeats itself, so that its zeros have no end" in out.splitlines()


def test_without_flint_the_extra_is_named(python):
    code = (
        "import sys; sys.modules['flint'] = None\n"
        "from neurogebra.cli import main\n"
        "open('own.yaml', 'w').write('name: own\\ncategory: mine\\nformula: x\\n')\n"
        "raise SystemExit(main(['check', 'own.yaml']))"
    )
    done = python("-c", code)
    assert done.returncode == 2
    assert done.stderr == (
        "MissingExtra: checking by ball arithmetic needs python-flint, the extra 'verify', which is not installed:"
        " pip install python-flint\n"
    )


def test_a_file_that_is_not_there_is_named_before_the_extra(python):
    code = (
        "import sys; sys.modules['flint'] = None\n"
        "from neurogebra.cli import main\n"
        "print([main(['check', 'nosuch.yaml', *options]) for options in ([], ['--json'], ['--propose'])])"
    )
    done = python("-c", code)
    assert done.stdout == "[1, 1, 1]\n"
    assert done.stderr == 3 * "EntryError: nosuch.yaml: there is no such file or folder.\n"


def test_properties_need_no_flint(python):
    code = (
        "import sys; sys.modules['flint'] = None\n"
        "from neurogebra import MathForge\n"
        "print(MathForge().get('gelu').properties['range'].low)"
    )
    assert python("-c", code).stdout == "-0.169971207479904\n"
