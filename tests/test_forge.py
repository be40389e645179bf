"""The forge: names and what they mean, what it refuses and in which words, and what a user adds to it.

Messages are compared whole, because the next thing to type is part of the interface. What is added is added
to one forge and never by halves; each test has a forge of its own.
"""

from __future__ import annotations

import os
import sys
import timeit

import pytest
import sympy

from neurogebra import Expression, MathForge
from neurogebra.errors import (
    EntryError,
    InputError,
    NameTaken,
    NeurogebraError,
    ParameterOutOfDomain,
    UnknownCategory,
    UnknownExpression,
    UnknownParameter,
    UnknownVariant,
    UsageError,
)

STEEP = """\
name: steep
category: activation
rank: 2
aliases: [steep_swish]
formula: x*sigmoid(k*x)
params:
  k: {default: 3, domain: "(0, oo)"}
variants:
  hard:
    formula: x*Max(0, Min(1, k*x/2 + 1/2))
    aliases: [hard_steep]
"""


def said(refused, *arguments, kind=NeurogebraError, **keywords):
    """What an error says."""
    with pytest.raises(kind) as refusal:
        refused(*arguments, **keywords)
    return str(refusal.value)


@pytest.fixture
def file(tmp_path):
    """Writes a file below an empty folder and answers with its path."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


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
        (("relu", {"a": 0.2, "b": 1}), 'get takes parameter values as a dict: params={"a": 0.2, "b": 1}.'),
        (("gelu", {"varient": "tanh"}), "get takes no argument 'varient'. Did you mean 'variant'?"),
        (("leaky_relu", {"param": {"alpha": 1}}), "get takes no argument 'param'. Did you mean 'params'?"),
    ],
)
def test_a_parameter_as_a_keyword_is_refused_with_what_to_type(forge, arguments, message):
    name, keywords = arguments
    assert said(forge.get, name, kind=UsageError, **keywords) == message


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
    assert (
        said(forge.get, "relu", 0.2, kind=InputError) == 'params is a dict such as {"alpha": 0.2}; got 0.2.'
    )
    assert said(forge.get, "leaky_relu", {5: 0.2}, kind=InputError) == (
        'params is a dict such as {"alpha": 0.2}; got {5: 0.2}.'
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
        "no category called 'activations'. Did you mean 'activation'? The categories are: activation, custom."
    )
    assert said(forge.list_all, category=5, kind=UnknownCategory) == (
        "no category called 5. The categories are: activation, custom."
    )


# register -------------------------------------------------------------------------------------------------


def test_a_formula_is_registered_in_this_forge_alone(forge):
    registered = forge.register("sharp_swish", "x*sigmoid(2*x)")
    assert forge.get("sharp_swish") is registered
    assert f"{registered.eval(x=1):.6f}" == "0.880797"
    assert "sharp_swish" in forge and "sharp_swish" not in MathForge()
    assert forge.list_all("custom") == ["sharp_swish"] and forge.categories() == ["activation", "custom"]


def test_an_expression_is_registered_under_the_new_name(forge):
    total = forge.get("relu") + forge.get("leaky_relu", {"alpha": 0.5})
    forge.register("mixed", total)
    assert forge.get("mixed").name == "mixed"
    assert forge.get("mixed").eval(x=-2.0) == -1.0
    assert forge.get("mixed", params={"alpha": 0.25}).eval(x=-2.0) == -0.5
    assert forge.get("mixed", trainable=True).trainable_params == ["alpha"]
    slope = forge.get("gelu").gradient("x")
    forge.register("gelu_slope", slope)
    assert forge.get("gelu_slope").eval(x=-37.0) == slope.eval(x=-37.0) != 0
    x = sympy.Symbol("x")
    assert forge.register("from_sympy", sympy.tanh(x) * 2).eval(x=0) == 0


def test_the_category_and_the_words_come_from_the_metadata(forge):
    metadata = {"category": "activation", "description": "Wiggles on its way up.", "tags": ["wiggly"]}
    forge.register("wiggle", Expression("wiggle", "x + sin(x)", metadata=metadata))
    assert "wiggle" in forge.list_all("activation") and "custom" not in forge.categories()
    assert forge.search("wiggly") == ["wiggle"]
    wrong = Expression("odd", "x", metadata={"category": 5})
    assert said(forge.register, "odd", wrong, kind=InputError) == (
        "the category of odd is a word such as 'activation'; got 5."
    )
    assert "odd" not in forge


def test_a_name_in_use_is_taken_over_only_when_told_to(forge):
    assert said(forge.register, "relu", "x", kind=NameTaken) == (
        "'relu' is already the name of an expression. Choose another, or say replace=True to replace it here."
    )
    assert said(forge.register, "silu", "x", kind=NameTaken) == (
        "'silu' is already an alias of swish. Choose another, or say replace=True to replace it here."
    )
    size = len(forge)
    forge.register("relu", "2*Max(0, x)", replace=True)
    assert forge.get("relu").eval(x=3) == 6 and MathForge().get("relu").eval(x=3) == 3
    forge.register("silu", "x", replace=True)
    assert forge.get("silu").eval(x=3) == 3 and forge.get("swish").eval(x=3) != 3
    assert len(forge) == size + 1


def test_what_is_replaced_takes_its_aliases_and_variants_with_it(forge):
    forge.register("gelu", "x", replace=True)
    assert "gelu_tanh" not in forge and "gaussian_error_linear_unit" not in forge
    assert said(forge.get, "gelu", variant="tanh", kind=UnknownVariant) == (
        "gelu has no variant 'tanh'; it was registered, and has none."
    )
    forge.register("again", "x")
    forge.register("again", "2*x", replace=True)
    assert forge.get("again").eval(x=1) == 2


@pytest.mark.parametrize("name", ["Big", "1st", "a-b", "_own", "__class__", "", "naïve", "x" * 100, 5, None])
def test_a_name_that_cannot_be_one_is_refused(forge, name):
    size = len(forge)
    with pytest.raises(NeurogebraError):
        forge.register(name, "x")
    assert len(forge) == size


@pytest.mark.parametrize("formula", ["x +", "__import__('os')", "", None, 5j, ["x"]])
def test_a_broken_formula_is_not_registered(forge, formula):
    with pytest.raises(NeurogebraError):
        forge.register("broken", formula)
    assert "broken" not in forge


# load and save --------------------------------------------------------------------------------------------


def test_a_file_is_loaded_with_its_aliases_and_variants(forge, file):
    assert forge.load(file("steep.yaml", STEEP)) == ["steep"]
    assert forge.get("steep").params == {"k": 3}
    assert forge.get("steep_swish") is forge.get("steep")
    assert forge.get("hard_steep") is forge.get("steep", variant="hard")
    assert forge.get("hard_steep").eval(x=1) == 1
    assert forge.search("steep") == ["steep"]
    assert "steep" not in MathForge()


def test_a_rank_is_honoured_among_the_packaged_ones(forge, file):
    before = forge.list_all()
    forge.load(file("steep.yaml", STEEP))
    forge.register("aaa", "x")
    after = forge.list_all()
    assert [name for name in after if name not in ("steep", "aaa")] == before
    assert after[:4] == ["relu", "sigmoid", "steep", "tanh"]
    assert after[8] == "aaa"


def test_a_folder_is_loaded_whole(forge, file):
    folder = file("own/rectifier/steep.yaml", STEEP).parent.parent
    file("own/flat.yaml", "name: flat\ncategory: density\nformula: exp(-x**2)\n")
    assert sorted(forge.load(str(folder))) == ["flat", "steep"]
    assert forge.categories() == ["activation", "density"] and forge.list_all("density") == ["flat"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name: [", ""),
        ("name: bad\ncategory: activation\n", "formula"),
        ("name: bad\ncategory: activation\nformula: x + erff(x)\n", "erff"),
        ("name: bad\ncategory: activation\nformula: x*beta\n", "beta"),
        ("name: bad\ncategory: activation\nformula: x\nvariants:\n  v: {formula: 'x +'}\n", ""),
    ],
)
def test_one_broken_file_and_nothing_of_the_folder_is_added(forge, file, text, reason):
    before = forge.list_all()
    broken = file("own/zz/bad.yaml", text)
    folder = file("own/steep.yaml", STEEP).parent
    message = said(forge.load, folder)
    assert broken.name in message and reason in message
    assert forge.list_all() == before and "steep" not in forge


def test_a_name_or_alias_in_use_is_refused_with_its_file(forge, file):
    path = file("mine.yaml", "name: mine\ncategory: activation\naliases: [silu]\nformula: x\n")
    message = said(forge.load, path, kind=NameTaken)
    assert message.endswith(
        "mine.yaml: 'silu' is already an alias of swish. "
        "Choose another, or say replace=True to replace it here."
    )
    assert "mine" not in forge and forge.get("silu").name == "swish"
    assert forge.load(path, replace=True) == ["mine"]
    assert forge.get("silu").name == "mine" and forge.get("swish").eval(x=0) == 0


def test_a_packaged_name_that_became_an_alias_is_no_longer_listed(forge, file):
    path = file("mine.yaml", "name: mine\ncategory: activation\naliases: [swish]\nformula: x\n")
    forge.load(path, replace=True)
    assert "swish" not in forge.list_all() and forge.get("swish").name == "mine" and "silu" not in forge


def test_two_files_of_one_folder_that_claim_one_alias_are_both_named(forge, file):
    file("own/one.yaml", "name: one\ncategory: activation\naliases: [uno]\nformula: x\n")
    folder = file("own/two.yaml", "name: two\ncategory: activation\naliases: [uno]\nformula: x\n").parent
    message = said(forge.load, folder, replace=True, kind=EntryError)
    assert "one.yaml" in message and "two.yaml" in message and "'uno'" in message
    assert "one" not in forge


def test_loading_again_with_replace_reads_the_file_anew(forge, file):
    forge.load(file("steep.yaml", STEEP))
    assert said(forge.load, file("steep.yaml", STEEP), kind=NameTaken).endswith("to replace it here.")
    changed = STEEP.replace("default: 3", "default: 4").replace("aliases: [steep_swish]", "aliases: []")
    forge.load(file("steep.yaml", changed), replace=True)
    assert forge.get("steep").params == {"k": 4} and "steep_swish" not in forge


def test_what_is_no_file_and_no_folder_is_refused(forge, tmp_path):
    assert "nowhere.yaml" in said(forge.load, tmp_path / "nowhere.yaml", kind=EntryError)
    assert said(forge.load, 5, kind=InputError) == "load takes the path of a file or folder; got 5."
    assert said(forge.load, None, kind=InputError) == "load takes the path of a file or folder; got None."
    (tmp_path / "empty").mkdir()
    assert "empty" in said(forge.load, tmp_path / "empty", kind=EntryError)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_out_of_the_folder_is_not_followed(forge, file, tmp_path):
    outside = file("outside/steep.yaml", STEEP)
    (tmp_path / "own").mkdir()
    os.symlink(outside, tmp_path / "own" / "steep.yaml")
    assert "leads out" in said(forge.load, tmp_path / "own", kind=EntryError)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "gelu", "selu", "softplus"])
def test_what_is_saved_reads_back_equal(forge, name, tmp_path):
    path = forge.save(name, tmp_path)
    assert path == tmp_path / f"{name}.yaml"
    other = MathForge()
    assert other.load(path, replace=True) == [name]
    assert other.get(name) == forge.get(name)
    assert other.get(name).metadata == forge.get(name).metadata


def test_a_registered_expression_is_saved_too(forge, tmp_path):
    forge.register("mine", Expression("mine", "k*tanh(x)", params={"k": 2.5}, trainable_params=["k"]))
    path = forge.save("mine", tmp_path / "mine.yaml")
    other = MathForge()
    other.load(path)
    assert other.get("mine") == forge.get("mine")
    assert other.get("mine").trainable_params == ["k"]


# explain and compare --------------------------------------------------------------------------------------


def test_every_level_says_more_than_the_one_below(forge):
    for name in forge.list_all():
        metadata, formula = forge.get(name).metadata, forge.get(name).entry.formula
        slope = str(forge.get(name).gradient("x"))
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
        assert f"d({name})/d(x) = {slope}" in advanced.replace("\n  ", "\n")
        assert "Derivatives" not in intermediate and f"d({name})/d(x)" not in intermediate


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
            "  alpha = 0.01, in [0, oo), Slope on the negative side.",
            "",
            "Pros:",
            *(f"  - {line}" for line in forge.get("leaky_relu").metadata["pros"]),
            "",
            "Cons:",
            *(f"  - {line}" for line in forge.get("leaky_relu").metadata["cons"]),
        ]
    )


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
        "explain has no level 'advance'. Did you mean 'advanced'? "
        "The levels are: beginner, intermediate, advanced."
    )
    assert said(forge.explain, "geluu", kind=UnknownExpression).endswith("Did you mean 'gelu'?")


def test_compare_is_a_table_in_the_order_asked_for(forge):
    assert forge.compare(["tanh", "relu", "leaky_relu"]).splitlines() == [
        "Name        Formula                                 Category",
        "--------------------------------------------------------------",
        "tanh        tanh(x)                                 activation",
        "relu        Max(0, x)                               activation",
        "leaky_relu  Piecewise((x, x > 0), (alpha*x, True))  activation",
    ]


def test_compare_refuses_one_text_and_unknown_names(forge):
    assert said(forge.compare, "relu", kind=InputError) == "compare takes a list of names: compare(['relu'])."
    assert said(forge.compare, ["relu", "geluu"], kind=UnknownExpression).endswith("Did you mean 'gelu'?")
