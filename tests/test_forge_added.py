"""What a user adds to a forge: registered expressions, loaded files and folders, and what is saved again.

What is added belongs to one forge, takes no name unasked, and is added whole or not at all; messages are
compared whole where the forge writes them. Each test has a forge and a folder of its own.
"""

from __future__ import annotations

import os
import sys

import pytest
import sympy

from neurogebra import Expression, MathForge
from neurogebra.errors import (
    EntryError,
    InputError,
    NameTaken,
    NeurogebraError,
    UnknownVariant,
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


# register -------------------------------------------------------------------------------------------------


def test_a_formula_is_registered_in_this_forge_alone(forge):
    registered = forge.register("sharp_swish", "x*sigmoid(2*x)")
    assert forge.get("sharp_swish") is registered
    assert f"{registered.eval(x=1):.6f}" == "0.880797"
    assert "sharp_swish" in forge and "sharp_swish" not in MathForge()
    assert forge.list_all("custom") == ["sharp_swish"] and "custom" in forge.categories()


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
    assert "density" in forge.categories() and forge.list_all("density") == ["flat"]


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
        "mine.yaml: 'silu' is already an alias of swish. Choose another, or say replace=True to replace it here."
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
    assert said(forge.save, "relu", 5, kind=InputError) == "save takes the path of a file or folder; got 5."
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


def test_a_folder_gets_the_name_of_the_entry(forge, tmp_path):
    assert forge.save("silu", tmp_path).name == "swish.yaml"
    path = forge.save("gelu_tanh", tmp_path)
    other = MathForge()
    (name,) = other.load(path, replace=True)
    assert path.stem == name and other.get(name) == forge.get("gelu_tanh")


def test_a_registered_expression_is_saved_too(forge, tmp_path):
    forge.register("mine", Expression("mine", "k*tanh(x)", params={"k": 2.5}, trainable_params=["k"]))
    path = forge.save("mine", tmp_path / "mine.yaml")
    other = MathForge()
    other.load(path)
    assert other.get("mine") == forge.get("mine")
    assert other.get("mine").trainable_params == ["k"]
