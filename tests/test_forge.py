"""The forge: names and what they mean, what it refuses and in which words, what it says of an expression.

Messages are compared whole, because the next thing to type is part of the interface. Each test has a forge of
its own, since some of them register something.
"""

from __future__ import annotations

import timeit

import numpy as np
import pytest

import neurogebra
from neurogebra.errors import (
    InputError,
    NeurogebraError,
    ParameterOutOfDomain,
    UnknownCategory,
    UnknownExpression,
    UnknownParameter,
    UnknownVariant,
    UsageError,
)


def said(refused, *arguments, kind=NeurogebraError, **keywords):
    """What an error says."""
    with pytest.raises(kind) as refusal:
        refused(*arguments, **keywords)
    return str(refusal.value)


# get ------------------------------------------------------------------------------------------------------


def test_a_name_its_aliases_and_those_of_variants_are_found(forge):
    assert forge.get("silu") is forge.get("swish")
    assert forge.get("gelu_tanh") is forge.get("gelu", variant="tanh")
    assert forge.get("gelu_tanh") != forge.get("gelu")
    assert forge.get("gelu", None, "tanh") is forge.get("gelu_tanh")


def test_asking_again_gives_the_same_object_and_costs_at_most_20_microseconds(forge):
    assert forge.get("gelu") is forge.get("gelu")
    best = min(timeit.repeat(lambda: forge.get("gelu"), number=1000, repeat=5)) / 1000
    assert best <= 20e-6


def test_parameters_are_set_on_a_copy(forge):
    changed = forge.get("leaky_relu", params={"alpha": 0.2})
    assert (changed.params, forge.get("leaky_relu").params) == ({"alpha": 0.2}, {"alpha": 0.01})
    assert forge.get("leaky_relu", params={}) == forge.get("leaky_relu")


def test_trainable_marks_every_parameter(forge):
    assert forge.get("leaky_relu").trainable_params == []
    assert forge.get("leaky_relu", trainable=True).trainable_params == ["alpha"]
    assert forge.get("leaky_relu", {"alpha": 0.3}, trainable=True).trainable_params == ["alpha"]
    assert forge.get("relu", trainable=True).trainable_params == []


NOT_NEAR = "list_all() gives the names, search(text) finds them."
UNKNOWN = [
    ("geluu", "no expression called 'geluu'. Did you mean 'gelu'?"),
    ("ReLU", "no expression called 'ReLU'. Did you mean 'relu'?"),
    ("nn.ReLU", "no expression called 'nn.ReLU'. Did you mean 'relu'?"),
    ("Leaky_ReLU", "no expression called 'Leaky_ReLU'. Did you mean 'leaky_relu'?"),
    ("LeakyReLU", "no expression called 'LeakyReLU'. Did you mean 'leaky_relu'?"),
    ("SiLU", "no expression called 'SiLU'. Did you mean 'silu'?"),
    (" relu", "no expression called ' relu'. Did you mean 'relu'?"),
    ("qqqqq", f"no expression called 'qqqqq'. {NOT_NEAR}"),
    ("", f"no expression called ''. {NOT_NEAR}"),
    ("../../etc/passwd", f"no expression called '../../etc/passwd'. {NOT_NEAR}"),
    (None, f"no expression called None. {NOT_NEAR}"),
    (["relu"], f"no expression called ['relu']. {NOT_NEAR}"),
]


@pytest.mark.parametrize(("name", "message"), UNKNOWN)
def test_an_unknown_name_offers_the_nearest(forge, name, message):
    assert said(forge.get, name, kind=UnknownExpression) == message


def test_an_unknown_name_is_a_key_error_too(forge):
    with pytest.raises(KeyError):
        forge.get("geluu")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("leaky_relu", {"alpha": 0.2}), 'get takes parameter values as a dict: params={"alpha": 0.2}.'),
        (("apl", {"a": 0.2, "dim": 1}), 'get takes parameter values as a dict: params={"a": 0.2}.'),
        (("gelu", {"varient": "tanh"}), "get takes no argument 'varient'. Did you mean 'variant'?"),
        (("leaky_relu", {"param": {"alpha": 1}}), "get takes no argument 'param'. Did you mean 'params'?"),
        (("relu", {"slope": 1}), "get takes no argument 'slope'. relu has no parameters; got 'slope'."),
        (
            ("leaky_relu", {"alhpa": 0.2}),
            "get takes no argument 'alhpa'. leaky_relu has no parameter 'alhpa'; it has"
            " alpha (default 0.01, slope on the negative side). Did you mean 'alpha'?",
        ),
        (
            ("relu", {"dim": 1}),
            "get takes no argument 'dim'. relu works on each element alone and takes no dim; leave it out.",
        ),
        (
            ("softmax", {"dim": 1}),
            "get takes no argument 'dim'. softmax takes its axis when it is evaluated: eval(x=..., axis=-1).",
        ),
        (
            ("glu", {"axis": 1}),
            "get takes no argument 'axis'. glu takes its axis when it is evaluated: eval(x=..., axis=-1).",
        ),
        (("relu", {"x": 5}), "get takes no argument 'x'. relu takes x when it is evaluated: eval(x=...)."),
        (
            ("relu", {"inplace": True}),
            "get takes no argument 'inplace'. relu changes nothing that it is given; x[...] = value does.",
        ),
    ],
)
def test_a_keyword_is_refused_with_what_to_type(forge, arguments, message):
    name, keywords = arguments
    assert said(forge.get, name, kind=UsageError, **keywords) == message


def test_an_array_as_a_keyword_is_compared_with_no_variant(forge):
    refused = said(forge.get, "gelu", k=np.ones(2), kind=UsageError)
    assert refused == "get takes no argument 'k'. gelu has no parameters; got 'k'."


def test_an_unknown_variant_is_a_value_error_that_lists_them(forge):
    message = said(forge.get, "gelu", variant="tnh", kind=UnknownVariant)
    assert "'tnh'" in message and "tanh" in message and "sigmoid" in message
    with pytest.raises(ValueError, match="has no variant 'x'"):
        forge.get("relu", variant="x")


def test_two_variants_at_once_are_refused(forge):
    assert said(forge.get, "gelu_tanh", variant="sigmoid", kind=UsageError) == (
        "gelu_tanh is the variant 'tanh' of gelu; ask gelu for its variant 'sigmoid'."
    )
    assert forge.get("gelu_tanh", variant="tanh") is forge.get("gelu_tanh")


def test_wrong_parameters_are_refused(forge):
    assert "'slope'" in said(forge.get, "leaky_relu", {"slope": 1}, kind=UnknownParameter)
    assert said(forge.get, "leaky_relu", {"alpha": -0.5}, kind=ParameterOutOfDomain) == (
        "leaky_relu needs alpha in [0, oo); got -0.5."
    )
    assert said(forge.get, "relu", 0.2, kind=InputError) == 'params is a dict such as {"alpha": 0.2}; got 0.2.'
    assert said(forge.get, "leaky_relu", {5: 0.2}, kind=InputError) == (
        'params is a dict such as {"alpha": 0.2}; got {5: 0.2}.'
    )
    assert said(forge.get, "gelu", variant=["tanh"], kind=InputError) == (
        "a variant is a name such as 'tanh'; got ['tanh']."
    )
    assert said(forge.get, "leaky_relu", trainable="alpha", kind=InputError) == (
        "trainable is True or False; got 'alpha'."
    )


# list_all, categories, in, len, iteration -----------------------------------------------------------------


def test_a_forge_is_a_collection_of_its_names(forge):
    names = forge.list_all()
    assert list(forge) == names and len(forge) == len(names)
    assert all(name in forge for name in names)
    assert "silu" in forge and "gelu_tanh" in forge
    assert "silo" not in forge and None not in forge and 5 not in forge and ["relu"] not in forge
    assert repr(forge) == f"MathForge({len(names)} expressions)"


def test_the_list_is_the_callers_own(forge):
    forge.list_all().clear()
    forge.categories().clear()
    assert "relu" in forge.list_all() and "activation" in forge.categories()


def test_an_unknown_category_is_an_error_that_lists_the_known(forge):
    forge.register("gauge", "x")
    assert said(forge.list_all, "activations", kind=UnknownCategory) == (
        "no category called 'activations'. Did you mean 'activation'? The categories are: activation, custom, gate, image, noise."
    )
    assert said(forge.list_all, category=5, kind=UnknownCategory) == (
        "no category called 5. The categories are: activation, custom, gate, image, noise."
    )


# explain and compare --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_level_says_more_than_the_one_below(forge):
    for name in forge.list_all():
        metadata, formula = forge.get(name).metadata, forge.get(name).entry.formula
        variable = forge.get(name).variables[0]
        slope = str(forge.get(name).gradient(variable))
        beginner, intermediate, advanced = (
            forge.explain(name, level) for level in ("beginner", "intermediate", "advanced")
        )
        for text in (beginner, intermediate, advanced):
            assert name in text and metadata["description"] in text and metadata["usage"] in text
        for text in (intermediate, advanced):
            assert formula in text.splitlines()[0]
            assert "Pros:" in text and "Cons:" in text
            assert all(line in text for line in (*metadata["pros"], *metadata["cons"]))
        assert "Pros" not in beginner and "Cons" not in beginner and formula not in beginner.splitlines()
        assert f"d({name})/d({variable}) = {slope}" in advanced.replace("\n  ", "\n")
        assert "Derivatives" not in intermediate and f"d({name})/d({variable})" not in intermediate


def test_explain_reads_as_written(forge):
    assert forge.explain("leaky_relu") == "\n".join(
        [
            "leaky_relu(x) = Piecewise((x, x > 0), (alpha*x, True))",
            "Leaky rectified linear unit",
            "",
            forge.get("leaky_relu").metadata["description"],
            "",
            "Usage: " + forge.get("leaky_relu").metadata["usage"],
            "",
            "Parameters:",
            "  alpha = 0.01 in [0, oo): Slope on the negative side.",
            "",
            "Pros:",
            *(f"  - {line}" for line in forge.get("leaky_relu").metadata["pros"]),
            "",
            "Cons:",
            *(f"  - {line}" for line in forge.get("leaky_relu").metadata["cons"]),
        ]
    )


def test_an_advanced_reader_sees_derivatives_kinks_and_the_note(forge):
    advanced = forge.get("leaky_relu", {"alpha": 0.3}, trainable=True).explain("advanced")
    assert "  alpha = 0.3 in [0, oo), trainable: Slope on the negative side.\n" in advanced
    sections = {text.split(":")[0]: text for text in advanced.split("\n\n")}
    derivatives, kinks, note = (sections[heading] for heading in ("Derivatives", "Kinks", "Note"))
    assert derivatives.splitlines() == [
        "Derivatives:",
        "  d(leaky_relu)/d(x) = Piecewise((1, x > 0), (alpha, True))",
        "  d2(leaky_relu)/d(x)2 = 0",
        "  d(leaky_relu)/d(alpha) = Piecewise((0, x > 0), (x, True))",
    ]
    (kink,) = forge.get("leaky_relu").entry.kinks
    assert kinks.splitlines() == [
        "Kinks:",
        f"  corner at 0 when {kink.when}: alpha on the left, 1 on the right, alpha is used. {kink.note}",
    ]
    assert note == "Note: " + forge.get("leaky_relu").metadata["note"]


def test_a_variant_is_explained_as_one(forge):
    title = forge.get("gelu").metadata["title"]
    assert forge.explain("gelu_tanh", "beginner").splitlines()[0] == f"gelu: {title}, the tanh variant"
    assert forge.explain("gelu", "beginner").splitlines()[0] == f"gelu: {title}"


def test_an_expression_without_an_entry_is_explained_by_its_formula(forge):
    forge.register("bare", "k*x + 0.5*tanh(x)")
    assert forge.explain("bare").splitlines()[0].startswith("bare(k, x) = ")
    assert forge.explain("bare", "beginner") == "bare"
    assert "d(bare)/d(k) = x" in forge.explain("bare", "advanced")


def test_an_unknown_level_lists_the_levels(forge):
    assert said(forge.explain, "relu", "expert", kind=UsageError) == (
        "explain has no level 'expert'. The levels are: beginner, intermediate, advanced."
    )
    assert said(forge.explain, "relu", level="advance", kind=UsageError) == (
        "explain has no level 'advance'. Did you mean 'advanced'? The levels are: beginner, intermediate, advanced."
    )
    assert said(forge.explain, "geluu", kind=UnknownExpression).endswith("Did you mean 'gelu'?")


def test_compare_is_a_table_in_the_order_asked_for(forge):
    assert str(forge.compare(iter(["tanh", "relu", "leaky_relu"]))).splitlines() == [
        "Name        Formula                                 Category",
        "--------------------------------------------------------------",
        "tanh        tanh(x)                                 activation",
        "relu        Max(0, x)                               activation",
        "leaky_relu  Piecewise((x, x > 0), (alpha*x, True))  activation",
    ]


def test_compare_calls_each_by_the_name_it_was_asked_by(forge):
    rows = str(forge.compare(["gelu", "gelu_tanh", "silu"])).splitlines()[2:]
    assert [row.split()[0] for row in rows] == ["gelu", "gelu_tanh", "silu"]
    assert "tanh" in rows[1] and "tanh" not in rows[0]


def test_compare_refuses_one_text_and_unknown_names(forge):
    for wrong in ("relu", None, 5):
        assert said(forge.compare, wrong, kind=InputError) == (
            f"compare takes a list of names such as ['relu', 'gelu']; got {wrong!r}."
        )
    assert said(forge.compare, ["relu", "geluu"], kind=UnknownExpression).endswith("Did you mean 'gelu'?")


# The package ------------------------------------------------------------------------------------------------


def test_the_package_offers_its_public_names():
    assert set(neurogebra.__all__) <= set(dir(neurogebra))
    assert all(getattr(neurogebra, name) is not None for name in neurogebra.__all__)
    assert issubclass(neurogebra.errors.UnknownExpression, neurogebra.NeurogebraError)
    with pytest.raises(AttributeError) as refusal:
        neurogebra.Forge  # noqa: B018
    assert str(refusal.value) == (
        "neurogebra has no name 'Forge'; it offers Expression, Layer, MathForge, NeurogebraError, VectorExpression,"
        " __version__"
    )
