"""What is saved can be loaded and is the same, and what could not be is refused at once, with what to type.

Every entry and variant goes out and comes back; then what no file can say, each with its whole sentence.
"""

from __future__ import annotations

import pytest
from refusals import refusal

from neurogebra import Expression, MathForge, VectorExpression
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.errors import EntryError, NeurogebraError, UsageError
from neurogebra.gated import GatedExpression


def loaded(text, folder):
    """What `load` makes of a text, in a forge of its own."""
    forge, path = MathForge(), folder / f"{read_entry_text(text, 'saved').name}.yaml"
    path.write_text(text, "utf-8")
    (name,) = forge.load(path, replace=True)
    return forge.get(name)


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, 5))])
def test_every_entry_and_variant_is_saved_whole(forge, tmp_path, part):
    for name in forge.list_all()[part::5]:
        entry = forge.get(name).entry
        for variant in (None, *(each.name for each in entry.variants)):
            e = forge.get(name, variant=variant)
            back = loaded(e.to_yaml(), tmp_path)
            own = ("name", "aliases", "rank", "equivalents")
            assert back == e and type(back) is type(e), (name, variant)
            assert {k: v for k, v in back.metadata.items() if k not in own} == {
                k: v for k, v in e.metadata.items() if k not in own
            }, (name, variant)


def test_what_was_said_at_the_defaults_is_said_of_them_when_others_are_saved(forge, tmp_path):
    """Its examples were written as if of the new values: -0.05 at -5 for a slope of 0.2."""
    pytest.importorskip("flint")
    from neurogebra.claims.checks import check
    from neurogebra.claims.verdict import HOLDS

    for name, params in (("leaky_relu", {"alpha": 0.2}), ("xielu", {"beta": 0.25}), ("gelu", {}), ("softmax", {})):
        e = forge.get(name, params=params or None).renamed("mine")
        path = tmp_path / "mine.yaml"
        path.write_text(e.to_yaml(), "utf-8")
        mine = MathForge()
        mine.load(path, replace=True)
        verdicts = check(mine.get("mine"), mine.compose, thorough=False)
        assert verdicts and all(verdict.status == HOLDS for verdict in verdicts), name
        assert bool(mine.get("mine").entry.equivalents) == (not params)


def test_a_variant_is_saved_under_the_name_that_it_was_given(forge, tmp_path):
    assert loaded(forge.get("gelu_tanh").to_yaml(), tmp_path).name == "gelu_tanh"
    mine = loaded(forge.get("gelu_tanh").renamed("mine").to_yaml(), tmp_path)
    assert mine.name == "mine" and mine.properties["range"] == forge.get("gelu_tanh").properties["range"]


def test_what_was_made_from_entries_is_saved(forge, tmp_path):
    relu, elu = forge.get("relu"), forge.get("elu", params={"alpha": 0.5})
    for made in (relu + elu, elu.gradient("x"), elu.gradient("x", 2), relu.compose(elu), forge.get("rrelu") + relu,
                 forge.get("swiglu").gradient("b"), forge.get("softmax").gradient("temperature")):  # fmt: skip
        e = made.renamed("mine")
        assert loaded(e.to_yaml(), tmp_path) == e
    five = loaded(Expression("five", "5").to_yaml(), tmp_path)
    assert five.eval() == five.eval(x=2.0) == 5  # a file is a function of x, which this one does not need


# Refused ----------------------------------------------------------------------------------------------------

SYMBOLS = " In a file x is the variable; any other symbol is a parameter with a value: Expression({!r}, {!r}, params={{{}: 1}})."
REFUSED = {
    "two variables": (
        lambda forge: Expression("xy", "x*y"),
        "xy cannot be saved: formula: 'y' is neither x nor declared under params or constants."
        + SYMBOLS.format("xy", "x*y", "'y'"),
    ),
    "another variable": (
        lambda forge: Expression("of_t", "2*t + 1"),
        "of_t cannot be saved: formula: 't' is neither x nor declared under params or constants."
        + SYMBOLS.format("of_t", "2*t + 1", "'t'"),
    ),
    "a name that no file has": (
        lambda forge: forge.get("relu") + 1,
        "(relu+1) cannot be saved: name: '(relu+1)' is no name; names are small letters a-z, digits and _, with a letter"
        " first. renamed('mine') gives it another.",
    ),
    "a slope of a gated unit": (
        lambda forge: forge.get("glu").gradient("a").renamed("slope"),
        "slope cannot be saved: formula: a gated unit is a formula of a, the value, and b, the gate; this has b. Save glu"
        " and take its gradient('a') again.",
    ),
    "a slope of what has noise": (
        lambda forge: forge.get("rrelu").gradient("x").renamed("slope"),
        "slope cannot be saved: kind: stochastic needs the field noise, which says what is drawn. Save rrelu and take its"
        " gradient('x') again.",
    ),
    "a Jacobian": (
        lambda forge: forge.get("softmax").gradient("x").renamed("slope"),
        "slope cannot be saved: formula: 'delta_ij' is how a Jacobian names its parts; choose another name. Save softmax and"
        " take its gradient('x') again.",
    ),
    "a parameter that a slope has lost": (
        lambda forge: forge.get("affine").gradient("x").renamed("slope"),
        "slope cannot be saved: params.beta: is not used in the formula.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_file_could_say_is_refused(forge, tmp_path, case):
    make, message = REFUSED[case]
    said = refusal(EntryError, make(forge).to_yaml)
    assert said == message
    forge.register("mine", make(forge)) if case != "a name that no file has" else None
    if "mine" in forge:
        refusal(EntryError, forge.save, "mine", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_gated_unit_of_ones_own_is_saved(tmp_path):
    own = GatedExpression("own", "a*b**2")
    assert loaded(own.to_yaml(), tmp_path) == own and "kind: gated" in own.to_yaml()


def test_arrays_are_no_numbers_of_a_file(forge):
    assert refusal(UsageError, forge.get("prelu", params={"alpha": [0.1, 0.2]}).to_yaml) == (
        "prelu has an array for alpha; a catalogue file holds numbers."
    )


# Metadata ---------------------------------------------------------------------------------------------------


def test_every_field_that_a_file_has_is_kept(tmp_path):
    metadata = {
        "title": "My own", "category": "mine", "tags": ("smooth", "own"), "aliases": ["my_own"], "description": "Bends.",
        "usage": "Here", "pros": ["It is mine"], "cons": ["It is: mine"], "note": "10",
        "references": [{"title": "A paper", "year": 2016, "arxiv": "1606.08415"}], "see_also": ["relu"],
        "properties": {"range": "(-oo, oo)", "monotone": "increasing"}, "examples": [{"x": 0, "value": 0.5}],
    }  # fmt: skip
    e = Expression("mine", "a*x + 0.5", params={"a": 2}, metadata=metadata)
    back = loaded(e.to_yaml(), tmp_path)
    assert back == e
    assert {**back.metadata, "tags": ("smooth", "own")} == {
        **metadata, "name": "mine", "formula": "a*x + 0.5", "params": back.metadata["params"],
    }  # fmt: skip
    vector = VectorExpression("soft", "exp(x)/sum(exp(x))", metadata={"kind": "vector", "note": "Mine."})
    assert loaded(vector.to_yaml(), tmp_path).metadata["note"] == "Mine."


LOOP: list = []
LOOP.append(LOOP)
STRANGE = [
    ({"tags": "smooth"}, "mine cannot be saved: tags: needs a list, such as [first, second]. Its metadata say so."),
    ({"descripton": "It."}, "mine cannot be saved: descripton: there is no such field. Did you mean 'description'?"),
    ({"source": "me"}, "mine cannot be saved: source: there is no such field. There are name, title, category, "),
    ({"category": 5}, "mine cannot be saved: category: '5' is no name; "),
    ({"title": {"a": 1}}, "mine cannot be saved: title: needs a text; this is a table of fields (quotes make it a text)."),
    ({"tags": {"a", "b"}}, "mine cannot be saved: a set cannot be written to YAML: "),
    ({"tags": LOOP}, "mine cannot be saved: its metadata hold themselves."),
    ({5: "a"}, "mine cannot be saved: 5: there is no such field."),
    ({"kinks": [{"at": "beta", "order": 1}]}, "mine cannot be saved: kinks[0]: at: 'beta' is not declared under params or"),
    (
        {"formula": "2*x"},
        "mine cannot be saved: it would be read back as Expression('mine', '2*x').",
    ),
    ({"domain": "[0, oo)"}, "mine cannot be saved: metadata state another domain than it has; leave it out of them."),
    ({"kind": "vector"}, "mine cannot be saved: metadata state another kind than it has; leave it out of them."),
    ({"params": {"k": {"default": 3}}}, "mine cannot be saved: metadata state another params than it has; leave it out of them."),
    ({"name": "yours"}, "mine cannot be saved: metadata state another name than it has; leave it out of them."),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(STRANGE)))
def test_metadata_that_no_file_can_hold_are_refused_not_dropped(number):
    metadata, message = STRANGE[number]
    said = refusal(NeurogebraError, Expression("mine", "x", metadata=metadata).to_yaml)
    assert said.startswith(message)


def test_what_metadata_repeat_of_the_expression_is_no_other(forge):
    gelu = forge.get("softsign")
    again = Expression("softsign", "x/(1 + Abs(x))", metadata=gelu.metadata)
    assert read_entry_text(again.to_yaml(), "saved").title == gelu.entry.title
