"""Names: whatever a library calls a function finds its entry, by `get`, by `search` and in `equivalents`.

The two tables beside this file were collected from the libraries, not from the catalogue: names.tsv has the
names and aliases in use, spellings.tsv what each function is called where.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from refusals import refusal

from neurogebra import Expression, MathForge


@pytest.fixture(scope="module")
def catalogue():
    return MathForge()


def rows_of(file: str) -> list[tuple[str, ...]]:
    """The rows of a table beside this file, without its heading."""
    lines = (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()
    return [tuple(row) for row in csv.reader(lines[1:], delimiter="\t")]


SPELLINGS = rows_of("spellings.tsv")  # entry, framework, name there


def test_every_name_in_use_finds_its_entry(catalogue):
    """Names and aliases collected from fourteen frameworks, each with the entry and the variant it means."""
    names = rows_of("names.tsv")
    meant = {name: (catalogue.get(name).name, catalogue.get(name).entry.variant or "") for name, _, _ in names}
    assert len(names) > 200 and meant == {name: (entry, variant) for name, entry, variant in names}


def test_every_spelling_is_in_the_table_of_its_entry(catalogue):
    missing = []
    for name, framework, spelling in SPELLINGS:
        rows = [row for row in catalogue.get(name).equivalents if row.framework == framework]
        if not any(row.name.partition("(")[0] == spelling for row in rows):
            missing.append((name, framework, spelling))
    assert len(SPELLINGS) > 400 and not missing


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_every_spelling_is_found_by_search(catalogue, step):
    lost = []
    owners: dict[str, set[str]] = {}
    for name, _, spelling in SPELLINGS:
        owners.setdefault(spelling, set()).add(catalogue.get(name).name)
    for spelling, names in list(owners.items())[::step]:
        if not names <= set(catalogue.search(spelling)[: len(names) + 2]):
            lost.append((spelling, names, catalogue.search(spelling)[:4]))
    assert not lost


@pytest.mark.parametrize(
    ("typed", "name"),
    [("F.leaky_relu", "leaky_relu"), ("jax.nn.relu6", "relu6"), ("nn.GELU", "gelu"), ("tf.nn.silu", "swish"),
     ("jnp.abs", "abs"), ("tfa.activations.lisht", "lisht"), ("mx.sin", "sine"), ("LeakyRelu", "leaky_relu"),
     ("GGML_UNARY_OP_XIELU", "xielu"), ("ACT2FN.relu2", "relu_squared")],
)  # fmt: skip
def test_a_name_as_people_shorten_it_is_found_first(catalogue, typed, name):
    assert catalogue.search(typed)[0] == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [("\u03c3", "sigmoid"), ("hard\u03c3", "hard_sigmoid"), ("NNlib.log\u03c3", "log_sigmoid"),
     ("\u03b2mish", "beta_mish")],
)  # fmt: skip
def test_a_name_with_a_greek_letter_is_suggested_and_found(catalogue, typed, name):
    assert catalogue.search(typed)[0] == name
    assert refusal(KeyError, catalogue.get, typed) == f"no expression called {typed!r}. Did you mean {name!r}?"


@pytest.mark.parametrize(
    "typed",
    ["torch.nn.Softmax", "nn.Softmax", "keras.layers.Softmax", "ggml_soft_max"],
)
def test_every_spelling_of_softmax_finds_it(catalogue, typed):
    assert catalogue.search(typed)[0] == "softmax"


def test_a_name_that_functions_share_finds_them_all(catalogue):
    assert catalogue.search("BReLU")[:3] == ["bipolar_relu", "clipped_relu", "hard_tanh"]
    assert refusal(KeyError, catalogue.get, "BReLU") == (
        "no expression called 'BReLU': several functions have this name."
        " Ask for 'clipped_relu' (the bounded ReLU of papers), 'hard_tanh' (PaddlePaddle 1, from 0 to 24) or"
        " 'bipolar_relu' (Echo, a library for MXNet)."
    )
    assert catalogue.search("fast_gelu")[0] == "gelu"  # both are variants of it


def test_the_table_says_who_calls_it_what_with_which_default(catalogue):
    text = str(catalogue.get("leaky_relu").equivalents)
    lines = {line.split()[0]: line for line in text.splitlines() if not line.startswith("-")}
    assert lines["Framework"].split() == ["Framework", "Name", "Default", "Differs"]
    assert lines["jax"].split(maxsplit=2)[1:] == ["jax.nn.leaky_relu(negative_slope=alpha)", "slope 1 at 0"]
    assert lines["keras_layers"].split()[1:] == ["keras.layers.LeakyReLU(negative_slope=alpha)", "negative_slope=0.3"]
    assert str(Expression("f", "x**2").equivalents) == "no equivalents"
