"""The schema: one broken file for each rule, with its whole message; and what a right file becomes.

`mistakes/` has the broken files, each with its message in the first line; those in `mistakes/catalogue/` are
read as files of the catalogue, where place and lines matter too. A rule that no broken file needs fails here.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import yaml

from neurogebra.catalogue import coherence, properties, reader, schema
from neurogebra.catalogue.entry import Entry
from neurogebra.catalogue.places import packaged, shown
from neurogebra.catalogue.schema import load_file, load_folder, read_entry_text
from neurogebra.errors import EntryError

HERE = Path(__file__).parent
MISTAKES = sorted((HERE / "mistakes").rglob("*.yaml"))
SAMPLES = sorted((HERE / "samples").glob("*.yaml"))
ROOT = packaged()
LOADERS = [loader for loader in ("CSafeLoader", "SafeLoader") if hasattr(yaml, loader)]
SMALL = "name: bump\ncategory: activation\nformula: alpha*x\nparams: {alpha: {default: 1}}\n"


def message(path: Path) -> str:
    root = path.parent.parent if path.parent.name == "activation" else None
    try:
        load_file(path, root)
    except EntryError as error:
        return str(error)
    return "nothing is wrong"


def refusal(text: str) -> str:
    with pytest.raises(EntryError) as caught:
        read_entry_text(text, "f.yaml")
    return str(caught.value)


# Mistakes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_in_these_words(path, loader, monkeypatch):
    monkeypatch.setattr(reader, "LOADER", getattr(yaml, loader))
    first = path.read_bytes().split(b"\n", 1)[0].decode()
    assert message(path) == first.removeprefix("# expect: ").replace("{path}", shown(path))


@pytest.mark.parametrize("rule", coherence.RULES, ids=lambda rule: rule.__name__)
def test_each_rule_of_coherence_is_needed_by_some_mistake(rule, monkeypatch):
    before = [message(path) for path in MISTAKES]
    monkeypatch.setattr(coherence, "RULES", tuple(each for each in coherence.RULES if each is not rule))
    assert [message(path) for path in MISTAKES] != before


def test_a_message_has_file_line_and_field_as_facts_too():
    with pytest.raises(EntryError) as caught:
        read_entry_text(SMALL + "formla: x\n", "f.yaml")
    error = caught.value
    assert (error.path, error.line, error.field) == ("f.yaml", 5, "formla")


def test_no_message_repeats_a_long_text():
    long = "A" * 999
    for text in (
        f"name: {long}",
        f"kind: {long}",
        f"{long}: 1",
        f"params: {{{long}: 1}}",
        f"b: 1\n{long}: 1\n" * 2,
    ):
        assert len(refusal(text)) < 500


def outcome(text: str) -> Entry | None:
    try:
        return read_entry_text(text, "f.yaml")
    except EntryError:
        return None


@pytest.mark.skipif(len(LOADERS) < 2, reason="PyYAML was built without libyaml")
def test_a_spoilt_file_is_an_entry_or_an_entry_error_and_one_entry_for_both_parsers(monkeypatch):
    chance, good = random.Random(20), (HERE / "samples" / "everything.yaml").read_text(encoding="utf-8")
    outcomes = []
    for _ in range(120):
        spoilt, at = list(good), chance.randrange(len(good))
        spoilt[at : at + chance.randrange(3)] = chance.choices("[]{}:,#&*!|>'\"%@`-?\n\t ~x0\\é", k=2)
        for loader in LOADERS:
            monkeypatch.setattr(reader, "LOADER", getattr(yaml, loader))
            outcomes.append(outcome("".join(spoilt)))
    pairs = list(zip(outcomes[::2], outcomes[1::2], strict=True))
    assert all(first == second for first, second in pairs if first and second)
    assert 10 < sum(first is not None for first, _ in pairs) < 60


# What is read -----------------------------------------------------------------------------------------------


def test_a_file_of_ones_own_needs_name_category_and_formula():
    entry = read_entry_text("name: mine\ncategory: activation\nformula: x**2\n", "f.yaml")
    assert entry == Entry(name="mine", category="activation", formula="x**2")


def test_words_that_yaml_reads_as_something_else_are_words_here():
    text = "name: no\ncategory: on\nformula: 12:30\ntitle: ~\ntags: [yes, 017, 2016-01-02]\n"
    entry = read_entry_text(text, "f.yaml")
    assert (entry.name, entry.category, entry.formula, entry.title) == ("no", "on", "12:30", "~")
    assert entry.tags == ("yes", "017", "2016-01-02")


def test_numbers_keep_every_digit_and_are_rounded_once():
    entry = load_file(HERE / "samples" / "everything.yaml")
    temperature, beta = entry.params
    assert (temperature.default, temperature.text) == (1.5, "1.50")
    assert (beta.default, beta.text) == (1 / 6, "1/6")
    assert entry.constants[0].text == "1.0507009873554804934193349852946"
    assert entry.examples[0].x.text == "1.0"
    assert load_file(HERE / "samples" / "vector.yaml").examples[0].x[1].text == "1.0"
    gelu = load_file(HERE / "samples" / "gelu.yaml")
    assert gelu.examples[1].value.text == "0.84134474606854294859"
    assert gelu.examples[1].value.value == 0.84134474606854294859
    assert gelu.references[0].arxiv == "1606.08415"


def test_a_bare_word_among_arguments_is_a_parameter_and_a_quoted_one_a_text():
    entry = load_file(HERE / "samples" / "everything.yaml")
    arguments = {each.name: (each.value, each.is_param) for each in entry.equivalents[0].arguments}
    assert arguments["T"] == ("temperature", True)
    assert arguments["kind"] == ("beta", False)
    assert arguments["stable"] == (True, False)
    assert arguments["dim"][0].plain == -1


def test_claims_may_be_limited_to_some_parameters():
    claims = load_file(HERE / "samples" / "everything.yaml").properties
    assert [(each.name, each.value, each.when) for each in claims[:3]] == [
        ("range", "[0, 1]", "beta >= 1"),
        ("range", "[0, oo)", "beta < 1"),
        ("minimum", (("at", "0"), ("value", "beta")), "beta > 0"),
    ]


def test_what_is_typical_is_the_domain_where_nothing_is_said():
    (param,) = read_entry_text(SMALL.replace("1}", '1, domain: "(0, 2]"}'), "f.yaml").params
    assert str(param.typical) == "(0, 2]"


def test_each_field_knows_its_line():
    source = load_file(HERE / "samples" / "leaky_relu.yaml").source
    assert source.path.endswith("samples/leaky_relu.yaml")
    assert [source.line(name) for name in ("formula", "params.alpha.domain", "kinks[0].left")] == [3, 5, 7]
    assert source.line("special_cases[1].params.alpha") == 10


def test_every_row_of_every_table_is_in_a_sample():
    """And so is read by these tests: a row that no sample states would be read by nobody."""
    stated = {re.sub(r"\[\d+\]", "", name) for path in SAMPLES for name, _ in load_file(path).source.lines}
    parts = {name: name.rpartition(".")[2] for name in stated}

    def below(prefix: str) -> set[str]:
        return {last for name, last in parts.items() if name.rpartition(".")[0] == prefix}

    assert {row.name for row in schema.ENTRY} == below("")
    assert {row.name for row in schema.VARIANT} == below("variants.plain")
    assert {row.name for row in schema.PARAM} == below("params.temperature")
    assert {row.name for row in schema.NOISE} == set.union(
        *(below(f"noise.{name}") for name in ("u", "n", "keep", "g"))
    )
    assert {row.name for row in schema.EQUIVALENT} == below("equivalents.torch")
    assert {row.name for row in properties.FIELDS} == below("properties")
    for table, field in (("KINK", "kinks"), ("SPECIAL_CASE", "special_cases"), ("EXAMPLE", "examples")):
        assert {row.name for row in getattr(schema, table)} == below(field)
    assert {row.name for row in schema.REFERENCE} == below("references")


# Folders ----------------------------------------------------------------------------------------------------


def write(folder: Path, **entries: str) -> None:
    for name, more in entries.items():
        text = f"name: {name}\ncategory: mine\nformula: x\n{more}"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_folder_is_read_whole_in_alphabetical_order(tmp_path):
    (tmp_path / "inner").mkdir()
    write(tmp_path, b="", a="aliases: [aa]\n")
    write(tmp_path / "inner", c="")
    assert [entry.name for entry in load_folder(tmp_path)] == ["a", "b", "c"]


def test_one_broken_file_is_named_and_nothing_of_its_folder_is_read(tmp_path):
    write(tmp_path, a="", b="formla: x\n", c="")
    with pytest.raises(EntryError, match=r"b\.yaml:4: formla: there is no such field\."):
        load_folder(tmp_path)


@pytest.mark.parametrize(
    ("second", "line", "field"),
    [
        ("aliases: [a]\n", 4, "aliases: 'a'"),
        ("aliases: [hill]\n", 4, "aliases: 'hill'"),
        ("variants:\n  v:\n    formula: x\n    aliases: [hill]\n", 7, "variants.v.aliases: 'hill'"),
    ],
)
def test_a_name_used_in_two_files_is_an_error_that_names_both(tmp_path, second, line, field):
    write(tmp_path, a="aliases: [hill]\n", b=second)
    with pytest.raises(EntryError) as caught:
        load_folder(tmp_path)
    assert str(caught.value) == f"{tmp_path}/b.yaml:{line}: {field} already belongs to {tmp_path}/a.yaml."


def test_a_file_of_ones_own_may_be_called_anything_alone_and_in_a_folder(tmp_path):
    write(tmp_path, a="")
    (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
    assert load_folder(tmp_path) == (load_file(tmp_path / "b.yaml"),)
    assert load_file(tmp_path / "b.yaml").name == "a"
    write(tmp_path, a="")
    with pytest.raises(EntryError, match=r"b\.yaml:1: name: 'a' already belongs to .*/a\.yaml\."):
        load_folder(tmp_path)


def test_a_folder_without_entries_is_no_success(tmp_path):
    with pytest.raises(EntryError, match=r"there is no \*\.yaml file in this folder"):
        load_folder(tmp_path)


def test_place_gives_the_family(tmp_path):
    (tmp_path / "mine" / "round").mkdir(parents=True)
    write(tmp_path / "mine" / "round", a="")
    write(tmp_path / "mine", b="")
    assert load_file(tmp_path / "mine" / "round" / "a.yaml", tmp_path).family == "round"
    assert load_file(tmp_path / "mine" / "b.yaml", tmp_path).family is None
