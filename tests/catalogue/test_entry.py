"""Entries: frozen, equal by what was written, merged with variants by one rule, shown as fresh dicts."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from pathlib import Path

import pytest

from neurogebra.catalogue import schema
from neurogebra.catalogue.entry import Entry, Variant, names_in
from neurogebra.catalogue.parts import Argument, Constant, Equivalent, Number, Param, Source
from neurogebra.catalogue.schema import load_file
from neurogebra.errors import FormulaError, UnknownVariant

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="module")
def gelu() -> Entry:
    return load_file(SAMPLES / "gelu.yaml")


@pytest.fixture(scope="module")
def leaky() -> Entry:
    return load_file(SAMPLES / "leaky_relu.yaml")


@pytest.fixture(scope="module")
def everything() -> Entry:
    return load_file(SAMPLES / "everything.yaml")


# Numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "plain"),
    [
        *(("0", 0.0, 0), ("-3", -3.0, -3), ("+5", 5.0, 5), ("1.0", 1.0, 1.0), ("1e3", 1000.0, 1000.0)),
        *(("1/6", 1 / 6, 1 / 6), ("-1/3", -1 / 3, -1 / 3), ("2 / 4", 0.5, 0.5)),
        ("0.84134474606854294859", 0.8413447460685429, 0.8413447460685429),
    ],
)
def test_a_number_has_its_text_its_nearest_float_and_the_number_people_see(text, value, plain):
    number = Number.parse(text)
    assert (number.text, number.value, number.plain) == (text, value, plain)
    assert type(number.plain) is type(plain)


def test_a_fraction_is_rounded_once():
    """2**53 + 1 is no float64: rounded before the division, the quotient would be off by half a unit."""
    assert Number.parse("9007199254740993/3").value == 3002399751580331.0 != float(2**53 + 1) / 3


@pytest.mark.parametrize("text", ["", "1_000", "0x10", "1/0", "0.5/3", "1//2", "oo", "nan", "1e999", "1e-400", "x"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(FormulaError):
        Number.parse(text)


def test_infinities_are_numbers_where_they_are_asked_for():
    assert Number.parse("-oo", infinite=True).value == float("-inf")
    assert Number.parse("nan", infinite=True) == Number.parse("nan", infinite=True)


# Records ----------------------------------------------------------------------------------------------------


def test_an_entry_is_frozen_hashable_and_can_be_pickled_and_copied(everything):
    with pytest.raises(dataclasses.FrozenInstanceError):
        everything.name = "other"
    for twin in (pickle.loads(pickle.dumps(everything)), copy.deepcopy(everything), copy.copy(everything)):
        assert twin == everything
        assert hash(twin) == hash(everything)
        assert twin.source == everything.source


def test_entries_are_equal_by_what_they_say_and_not_by_where_they_lie(gelu):
    assert dataclasses.replace(gelu, family="other", source=None) == gelu
    assert dataclasses.replace(gelu, title="Other") != gelu


def test_fields_of_the_records_are_the_rows_of_the_tables():
    """A row without a field could not be read; a field without a row could not be written."""
    derived = {"variant", "family", "source"}
    assert {each.name for each in dataclasses.fields(Entry)} - derived == {row.name for row in schema.ENTRY}
    assert {each.name for each in dataclasses.fields(Variant)} - {"name"} == {row.name for row in schema.VARIANT}


def test_spellings_tell_which_variant_they_mean(gelu):
    assert list(gelu.spellings()) == [
        ("gelu", None),
        ("gaussian_error_linear_unit", None),
        ("gelu_tanh", "tanh"),
        ("gelu_new", "tanh"),
        ("quick_gelu", "sigmoid"),
    ]


def test_a_line_is_that_of_the_nearest_field_around():
    source = Source("f.yaml", (("params", 3), ("params.alpha", 4), ("kinks[0]", 9), ("kinks", 8)))
    asked = [
        "params.alpha",
        "params.alpha.default",
        "params.beta",
        "kinks[0].left",
        "kinks[1].left",
        "usage",
        "",
    ]
    assert [source.line(name) for name in asked] == [4, 4, 3, 9, 8, None, None]


def test_names_in_a_formula_are_its_identifiers():
    assert names_in("Max(0, alpha*x) + 1e-6*E2 - 2.5e3*e") == {"Max", "alpha", "x", "E2", "e"}


# Variants ---------------------------------------------------------------------------------------------------


def test_a_variant_inherits_what_it_does_not_state(gelu):
    tanh = gelu.as_variant("tanh")
    assert (tanh.name, tanh.variant, tanh.variants, tanh.rank) == ("gelu", "tanh", (), None)
    assert tanh.formula == gelu.variants[0].formula
    assert (tanh.description, tanh.references, tanh.see_also) == (
        gelu.description,
        gelu.references,
        gelu.see_also,
    )


def test_a_variant_never_inherits_what_is_true_of_one_formula(everything):
    bare = everything.as_variant("bare")
    unstated = {each.name: each.default for each in dataclasses.fields(Entry)}
    for name in ("aliases", "rewrite", "kinks", "special_cases", "properties", "examples"):
        assert getattr(everything, name), f"the sample should state {name}"
        assert getattr(bare, name) == unstated[name]


def test_a_variant_has_what_it_states(everything):
    plain, stated = everything.as_variant("plain"), everything.variants[0]
    for each in dataclasses.fields(Variant):
        if each.name not in ("name", "differs_from_base_by", "params", "constants"):
            assert getattr(plain, each.name) == getattr(stated, each.name), each.name


def test_a_variant_keeps_the_parameters_and_constants_that_its_formula_uses(everything):
    plain, bare = everything.as_variant("plain"), everything.as_variant("bare")
    assert [param.name for param in plain.params] == ["temperature", "gamma"]
    assert [constant.name for constant in plain.constants] == ["offset"]
    assert (bare.params, bare.constants) == ((), ())


def test_a_parameter_that_a_variant_states_again_is_the_variants():
    variant = Variant(name="v", formula="alpha*x", params=(Param("alpha", 2.0, "2"),))
    base = Entry(name="f", category="c", formula="alpha", params=(Param("alpha", 1.0, "1"),), variants=(variant,))
    assert base.as_variant("v").params == (Param("alpha", 2.0, "2"),)
    assert base.params[0].default == 1.0


def test_an_equivalent_of_a_variant_is_the_variants_own(gelu):
    assert [each.key for each in gelu.equivalents] == ["torch", "torch@tanh", "jax"]
    (torch,) = gelu.as_variant("tanh").equivalents
    assert (torch.key, torch.arguments) == ("torch", (Argument("approximate", "tanh"),))
    assert gelu.as_variant("sigmoid").equivalents == ()


def test_a_variants_fields_know_their_lines(gelu):
    merged = gelu.as_variant("tanh").source
    assert merged.line("formula") == gelu.source.line("variants.tanh.formula") != gelu.source.line("formula")
    assert merged.line("description") == gelu.source.line("description")
    assert merged.line("variants") is None


def test_an_unknown_variant_is_an_error_that_lists_the_known_ones(gelu, leaky):
    with pytest.raises(UnknownVariant) as caught:
        gelu.as_variant("tahn")
    assert str(caught.value) == "gelu has no variant 'tahn'; it has tanh, sigmoid. Did you mean 'tanh'?"
    with pytest.raises(UnknownVariant, match=r"^leaky_relu has no variant 'tanh'; it has no variants\.$"):
        leaky.as_variant("tanh")


# Dicts ------------------------------------------------------------------------------------------------------


def test_a_dict_has_the_files_own_keys_and_pythons_own_values(leaky):
    assert leaky.to_dict() == {
        "name": "leaky_relu",
        "category": "activation",
        "formula": "Piecewise((x, x > 0), (alpha*x, True))",
        "params": {
            "alpha": {
                "default": 0.01,
                "domain": "[0, oo)",
                "typical": "[0.001, 0.3]",
                "trainable": False,
                "meaning": "Slope on the negative side.",
            }
        },
        "kinks": [
            {
                "at": 0,
                "order": 1,
                "left": "alpha",
                "right": 1,
                "gradient": "alpha",
                "note": "torch gives alpha; jax gives 1.",
            }
        ],
        "special_cases": [
            {"params": {"alpha": 0}, "equals": "relu"},
            {"params": {"alpha": 1}, "equals": "linear"},
        ],
        "equivalents": {
            "torch": {"function": "torch.nn.functional.leaky_relu", "arguments": {"negative_slope": "alpha"}}
        },
    }


def test_a_dict_shows_numbers_as_people_wrote_them(gelu):
    shown = gelu.to_dict()
    assert shown["rank"] == 6
    assert shown["examples"][1] == {"x": 1, "value": 0.8413447460685429}
    assert type(shown["examples"][1]["x"]) is int
    assert shown["properties"] == {
        "range": "[-0.16997120747990366, oo)",
        "minimum": {"at": -0.751791524693564, "value": -0.169971207479904},
        "monotone": False,
        "parity": "none",
        "smoothness": "oo",
        "lipschitz": 1.128904145185155,
        "limits": {"-oo": 0, "oo": "oo"},
    }
    assert shown["variants"]["tanh"]["differs_from_base_by"] == 4.7324e-4
    assert shown["references"][0]["arxiv"] == "1606.08415"


def test_a_dict_has_only_plain_types_and_one_order(everything):
    def types(value: object) -> set[type]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return {type(value)}.union(*map(types, inner))

    shown = everything.to_dict()
    assert types(shown) == {dict, list, str, int, float, bool}
    order = [each.name for each in dataclasses.fields(Entry)]
    assert list(shown) == sorted(shown, key=order.index)


def test_changing_a_dict_changes_nothing(everything):
    def spoil(value: object) -> None:
        for inner in list(value.values() if isinstance(value, dict) else value):
            if isinstance(inner, dict | list):
                spoil(inner)
        value.clear()

    shown = everything.to_dict()
    before = copy.deepcopy(shown)
    spoil(shown)
    assert everything.to_dict() == before


def test_parts_can_be_made_by_hand():
    entry = Entry(
        name="f",
        category="c",
        formula="scale*x",
        constants=(Constant("scale", "2.5"),),
        equivalents=(Equivalent("torch", "torch.f", arguments=(Argument("k", Number.parse("1.0")),)),),
    )
    assert entry.to_dict()["constants"] == {"scale": 2.5}
    assert entry.to_dict()["equivalents"] == {"torch": {"function": "torch.f", "arguments": {"k": 1.0}}}
