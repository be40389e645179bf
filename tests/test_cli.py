"""The command as people type it: what it prints, what it refuses, and with which exit code.

`main` is driven directly; the module form and the start without SymPy run in fresh interpreters. Every answer
is one the library gives itself, so values are compared with it only where the manual prints them.
"""

from __future__ import annotations

import pytest

import neurogebra


def test_list_prints_the_names_one_a_line(run, forge):
    code, out, err = run("list")
    assert (code, err) == (0, "")
    assert out.splitlines() == forge.list_all()
    assert run("list", "--category", "activation")[1].splitlines() == forge.list_all("activation")


def test_show_explains_at_the_level_asked_for_and_gives_the_references(run, forge):
    cited = (
        "\nReferences:\n  - Hendrycks, Gimpel (2016). Gaussian Error Linear Units (GELUs). "
        "https://arxiv.org/abs/1606.08415\n"
    )
    assert run("show", "gelu") == (0, forge.explain("gelu") + "\n" + cited, "")
    assert run("show", "gelu", "--level", "beginner") == (0, forge.explain("gelu", "beginner") + "\n" + cited, "")
    assert run("show", "gelu", "--level", "advanced") == (0, forge.explain("gelu", "advanced") + "\n", "")
    assert run("show", "gelu", "--variant", "tanh")[1] == forge.get("gelu_tanh").explain() + "\n" + cited


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["gelu", "x=1"], "0.8413447460685429"),
        (["gelu", "x=1.0"], "0.8413447460685429"),
        (["gelu", "x=1", "--variant", "tanh"], "0.8411919906082768"),
        (["--variant", "tanh", "gelu", "x=1"], "0.8411919906082768"),
        (["gelu", "--variant", "tanh", "x=1"], "0.8411919906082768"),
        (["gelu_tanh", "x=1"], "0.8411919906082768"),
        (["relu", "x=5"], "5"),
        (["relu", "x=5.0"], "5.0"),
        (["relu", "x=-3"], "0"),
        (["relu", "x=+3"], "3"),
        (["leaky_relu", "x=-5"], "-0.05"),
        (["leaky_relu", "x=-5", "alpha=0.2"], "-1.0"),
        (["leaky_relu", "alpha=2e-1", "x=-5"], "-1.0"),
        (["sigmoid", "x=inf"], "1.0"),
        (["sigmoid", "x=-oo"], "0.0"),
        (["sigmoid", "x=nan"], "nan"),
    ],
)
def test_eval_prints_the_value(run, arguments, printed):
    assert run("eval", *arguments) == (0, printed + "\n", "")


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["relu"], "Piecewise((1, x > 0), (0, True))"),
        (["gelu", "x=0"], "0.5"),
        (["square", "--order", "2", "x=3"], "2"),
        (["square", "x=3", "--order", "2"], "2"),
        (["leaky_relu", "--by", "alpha", "x=-3"], "-3"),
        (["leaky_relu", "x=-3", "alpha=0.5"], "0.5"),
    ],
)
def test_grad_prints_the_formula_or_the_value(run, arguments, printed):
    assert run("grad", *arguments) == (0, printed + "\n", "")


@pytest.mark.parametrize("rest", [["a=1", "b=2"], [], ["--steps"], ["x=1", "a=2"]])
def test_grad_of_two_variables_asks_by_which(run, rest):
    code, out, err = run("grad", "swiglu", *rest)
    assert (code, out) == (2, "")
    assert err.endswith("error: swiglu takes a and b; say which to differentiate by, as in --by a\n")
    assert run("grad", "swiglu", "--by", "a", "a=1", "b=2") == (0, "1.7615941559557646\n", "")


def test_search_takes_words(run, forge):
    assert run("search", "smooth", "relu")[1].splitlines() == forge.search("smooth relu")


def test_where_nothing_is_found_a_line_says_so_and_the_exit_code_is_that_of_grep(run):
    said = "nothing fits 'qqqqq zzzz'; neurogebra list prints every name.\n"
    assert run("search", "qqqqq", "zzzz") == (1, "", said)
    assert run("search", "qqqqq", "zzzz", "--json") == (1, "[]\n", said)
    options = ["--category", "gate", "--tag", "smooth", "--monotone", "true"]
    assert run("list", *options) == (1, "", "nothing has all of that; leave one of the options out.\n")


def test_version_is_the_package_version(run):
    assert run("--version") == (0, f"neurogebra {neurogebra.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["eval", "geluu", "x=1"], "UnknownExpression: no expression called 'geluu'. Did you mean 'gelu'?"),
        (["show", "nn.ReLU"], "UnknownExpression: no expression called 'nn.ReLU'. Did you mean 'relu'?"),
        (
            ["list", "--category", "activations"],
            "UnknownCategory: no category called 'activations'. Did you mean 'activation'? "
            "The categories are: activation, gate, image, noise.",
        ),
    ],
)
def test_a_refusal_of_the_library_is_one_line_and_exit_code_1(run, arguments, refusal):
    assert run(*arguments) == (1, "", refusal + "\n")


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["eval", "gelu"], "MissingVariable"),
        (["eval", "gelu", "y=1"], "MissingVariable"),
        (["eval", "leaky_relu", "x=1", "alpha=-1"], "ParameterOutOfDomain"),
        (["eval", "leaky_relu", "x=1", "slope=1"], "Unknown"),
        (["eval", "gelu", "x=1", "--variant", "tan"], "UnknownVariant"),
        (["grad", "gelu", "--by", "y"], "Unknown"),
        (["grad", "gelu", "--order", "-1"], ""),
    ],
)
def test_wrong_values_are_refused_by_the_library(run, arguments, kind):
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert err.startswith(kind) and "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["evaluate"], "invalid choice: 'evaluate'"),
        (["eval"], "the following arguments are required: NAME"),
        (["eval", "gelu", "1"], "values are given as x=1 or alpha=0.2; got '1'"),
        (["eval", "gelu", "=1"], "values are given as x=1 or alpha=0.2; got '=1'"),
        (["eval", "gelu", "x=1", "x=2"], "x is given twice"),
        (["eval", "gelu", "x="], "no plain decimal number"),
        (["eval", "gelu", "x=one"], "'one' is no plain decimal number"),
        (["eval", "gelu", "x=--1"], "'--1' is no plain decimal number"),
        (["eval", "gelu", "x=--inf"], "'--inf' is no plain decimal number"),
        (["eval", "gelu", "x=1e999"], "outside what a float64 can hold"),
        (["eval", "gelu", "x=" + "9" * 5000], "a number of 5,000 characters"),
        (["eval", "gelu", "x=1_000"], "no plain decimal number"),
        (["eval", "gelu", "x=__import__('os')"], "no plain decimal number"),
        (["eval", "gelu", "x=1", "--wrong"], "unrecognized arguments: --wrong"),
        (["list", "everything"], "unrecognized arguments: everything"),
        (["show", "relu", "--level", "expert"], "invalid choice: 'expert'"),
        (["grad", "gelu", "--order", "two"], "invalid int value: 'two'"),
    ],
)
def test_a_command_that_was_mistyped_is_exit_code_2(run, arguments, complaint):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: neurogebra") and complaint in err


def test_a_minus_sign_before_0_is_kept(run):
    assert run("eval", "linear", "x=-0.0")[1] == "-0.0\n"


def test_the_module_is_the_command(python):
    done = python("-m", "neurogebra", "eval", "gelu", "x=1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0.8413447460685429\n", "")
    done = python("-m", "neurogebra", "eval", "geluu", "x=1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "UnknownExpression: no expression called 'geluu'. Did you mean 'gelu'?\n"


@pytest.mark.parametrize(
    "command", ["list", "list --tag smooth", "search transformers", "compare relu gelu", "--version"]
)
def test_looking_around_starts_without_sympy(python, command):
    code = (
        "import sys; from neurogebra.cli import main\n"
        f"try: main({command.split()!r})\n"
        "finally: assert not {'sympy', 'numpy'} & set(sys.modules)"
    )
    assert python("-c", code).returncode == 0


def test_an_argument_of_list_all_is_no_property(run):
    code, out, err = run("list", "--tags", "smooth")
    assert (code, out) == (2, "") and err.endswith("error: there is no option --tags. Did you mean 'tag'?\n")


def test_an_answer_that_nobody_can_take_ends_in_a_sentence(python):
    code = (
        "import os, sys; sys.stdout = open('/dev/full', 'w'); from neurogebra.cli import main; sys.exit(main(['list']))"
    )
    full = python("-c", code)
    assert (full.returncode, full.stderr) == (1, "the answer cannot be written: No space left on device.\n")
    closed = python("-c", "import sys; sys.stdout = None; from neurogebra.cli import main; sys.exit(main(['list']))")
    assert (closed.returncode, closed.stderr) == (0, "")


def test_a_folder_that_is_gone_is_no_obstacle(python):
    code = "import os; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')\n"
    done = python("-c", f"{code}from neurogebra.cli import main; main(['eval', 'relu', 'x=1'])")
    assert (done.stdout, done.stderr) == ("1\n", "")
