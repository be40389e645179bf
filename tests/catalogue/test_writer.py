"""The writer: what it writes reads back equal, whatever the texts, and other YAML readers agree on them."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest
import yaml

from neurogebra.catalogue import reader
from neurogebra.catalogue.entry import Entry
from neurogebra.catalogue.index import scan
from neurogebra.catalogue.parts import Argument, Equivalent, Number, Param
from neurogebra.catalogue.places import packaged, yaml_files
from neurogebra.catalogue.schema import load_file, read_entry_text
from neurogebra.catalogue.writer import GROUPS, to_yaml
from neurogebra.errors import EntryError

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.yaml"))
ENTRIES = [load_file(path) for path in (*SAMPLES, *yaml_files(packaged()))]
LOADERS = [loader for loader in ("CSafeLoader", "SafeLoader") if hasattr(yaml, loader)]
SMALL = Entry(name="f", category="c", formula="x")


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_what_is_written_reads_back_equal(entry, loader, monkeypatch):
    text = to_yaml(entry)
    monkeypatch.setattr(reader, "LOADER", getattr(yaml, loader))
    assert read_entry_text(text, "f.yaml") == entry


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_dict_reads_back_equal_too(entry):
    shown = entry.to_dict()
    assert read_entry_text(to_yaml(shown), "f.yaml").to_dict() == shown


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_index_finds_in_it_what_it_finds_in_the_original(entry):
    found = {(alias.name, alias.variant) for alias in scan(to_yaml(entry)).aliases}
    assert found == set(entry.spellings()) - {(entry.name, None)}


def test_a_file_looks_as_a_person_would_have_written_it():
    leaky = next(entry for entry in ENTRIES if entry.name == "leaky_relu")
    assert to_yaml(leaky) == (
        "name: leaky_relu\n"
        "category: activation\n"
        "\n"
        "formula: Piecewise((x, x > 0), (alpha*x, True))\n"
        "params:\n"
        "  alpha:\n"
        "    default: 0.01\n"
        '    domain: "[0, oo)"\n'
        '    typical: "[0.001, 0.3]"\n'
        "    trainable: false\n"
        "    meaning: Slope on the negative side.\n"
        "\n"
        "kinks:\n"
        "  - {at: 0, order: 1, left: alpha, right: 1, gradient: alpha,"
        " note: torch gives alpha; jax gives 1.}\n"
        "special_cases:\n"
        "  - {params: {alpha: 0}, equals: relu}\n"
        "  - {params: {alpha: 1}, equals: linear}\n"
        "\n"
        "equivalents:\n"
        "  torch: {function: torch.nn.functional.leaky_relu, arguments: {negative_slope: alpha}}\n"
    )


def test_every_digit_is_kept():
    everything = next(entry for entry in ENTRIES if entry.name == "everything")
    text = to_yaml(everything)
    for digits in ("1.0507009873554804934193349852946", "default: 1/6", "default: 1.50", "beta: 0.10", "-.5"):
        assert digits in text


def test_every_field_has_its_place_in_the_order():
    fields = {each.name for each in dataclasses.fields(Entry)} - {"variant", "family", "source"}
    assert {key for group in GROUPS for key in group} == fields | {"differs_from_base_by"}


# fmt: off
NASTY = [
    *("no", "Yes", "on", "~", "null", "true", "1e5", "0x1F", "017", "1_000", "12:30", "2016-01-02", ".nan"),
    *("- a", "-a", "--- a", "...", "? a", "a: b", "a:", ":a", "a #b", "#a", "a, b", "[a]", "{a}", "a]b"),
    *("'a'", '"a"', 'a "b" c', "it's", "a\\b", "\\", "%a", "@a", "`a`", "!a", "&a", "*a", "|", ">"),
    *("Müller", "福島", "½ + 1", "a  b", "-", "+", "(", "1/6", "-x", "x**2", "1606.08415", "a\nb"),
    *("=", "<<", "a\n\nb ", "N", "y", "a\u00a0b", ".5", "a?b"),
]
# fmt: on


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("text", NASTY)
def test_a_text_is_the_same_text_everywhere_in_a_file(text, loader, monkeypatch):
    monkeypatch.setattr(reader, "LOADER", getattr(yaml, loader))
    text = text.strip()
    argument = Equivalent("torch", "g", arguments=(Argument("k", text), Argument("flag", True)), note=text)
    entry = dataclasses.replace(SMALL, title=text, tags=(text, "b"), pros=(text,), equivalents=(argument,))
    written = to_yaml(entry)
    assert read_entry_text(written, "f.yaml") == entry
    other = yaml.safe_load(written)  # another reader, with YAML 1.1's own ideas
    assert (other["title"], other["tags"][0], other["pros"]) == (text, text, [text])
    assert other["equivalents"]["torch"]["arguments"] == {"k": text, "flag": True}


def test_random_texts_read_back_equal():
    chance = random.Random(3)
    for _ in range(300):
        text = "".join(chance.choices("ab1 -:,#'\"[]{}?!&*|>%@`\\~=.+é\n", k=chance.randrange(1, 12))).strip()
        if text:
            entry = dataclasses.replace(SMALL, title=text, formula=text, tags=(text,), cons=(text,))
            assert read_entry_text(to_yaml(entry), "f.yaml") == entry


def test_a_text_among_arguments_is_told_from_a_parameter():
    params = (Param("alpha", 1.0, "1"),)
    number = Number.parse("1.0")
    for argument in (Argument("a", "alpha", is_param=True), Argument("a", "alpha"), Argument("a", number)):
        equivalents = (Equivalent("torch", "g", arguments=(argument,)),)
        entry = dataclasses.replace(SMALL, formula="alpha*x", params=params, equivalents=equivalents)
        assert read_entry_text(to_yaml(entry), "f.yaml") == entry


def test_numbers_of_a_dict_are_written_as_their_shortest_text():
    example = {"x": 1e-300, "value": float("inf"), "gradient": float("-inf"), "second": float("nan")}
    text = to_yaml({"name": "f", "category": "c", "formula": "x", "examples": [example]})
    assert "{x: 1e-300, value: oo, gradient: -oo, second: nan}" in text


def test_a_variant_is_written_as_an_entry_of_its_own():
    tanh = next(entry for entry in ENTRIES if entry.name == "gelu").as_variant("tanh")
    assert read_entry_text(to_yaml(tanh), "f.yaml") == dataclasses.replace(tanh, variant=None)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ({"formla": "x"}, "f.yaml:6: formla: there is no such field. Did you mean 'formula'?"),
        ({"formula": ""}, "f.yaml:4: formula: is empty; write a formula or leave the line out."),
        ({"title": "a\u202eb"}, "f.yaml:2: U+202E (right-to-left override) cannot be seen; delete it."),
        ({"title": object}, "a type cannot be written to YAML: <class 'object'>."),
    ],
)
def test_what_could_not_be_read_back_is_not_written(spoilt, words):
    with pytest.raises(EntryError) as caught:
        to_yaml({"name": "f", "category": "c", "formula": "x", **spoilt})
    assert str(caught.value) == words


def test_an_entry_at_odds_with_itself_is_not_written():
    lying = dataclasses.replace(SMALL, formula="alpha*x", params=(Param("alpha", 2.0, "1"),))
    with pytest.raises(EntryError, match="the entry 'f' cannot be written so that it reads back equal"):
        to_yaml(lying)
