"""What a newcomer types by mistake, and is told: every refusal is one of the package's own, whole, with what to type.

Each of these once ended in a bare exception of Python or in advice that led to the next refusal. The lists are
of things, not of methods, because a variable, a property or a path of the wrong kind comes in by many doors.
"""

from html import escape

import numpy as np
import pytest

from neurogebra import Expression, Layer, VectorExpression
from neurogebra.errors import (
    AxisOutOfRange,
    InputError,
    NeurogebraError,
    UnknownCategory,
    UnknownExpression,
    UnknownProperty,
    UnknownTag,
    UnknownVariable,
    Unwritable,
    UsageError,
    did_you_mean,
)

STRANGE = [None, b"x", [], {}, 3 + 4j, -1, object(), np.array(["a"]), np.array([None, 1])]


def said(kind, call, *arguments, **named):
    with pytest.raises(NeurogebraError) as caught:
        call(*arguments, **named)
    assert type(caught.value) is kind
    return str(caught.value)


# Names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["fast_gelu", "FastGelu", "nn.fast_gelu"])
def test_a_name_that_two_functions_claim_names_both(forge, name):
    assert said(UnknownExpression, forge.get, name) == (
        f"no expression called {name!r}: several functions have this name."
        " Ask for 'gelu_tanh' (ONNX Runtime) or 'quick_gelu' (MindSpore)."
    )


def test_every_name_claimed_twice_is_free_and_its_meanings_differ(forge):
    index = forge._stock.index
    lines = (index.root / "claimed_twice.tsv").read_text(encoding="utf-8").splitlines()[2:]
    claimed = {line.split("\t")[0] for line in lines}
    assert claimed >= {"fast_gelu", "gelu_sigmoid"}
    for name in claimed:
        assert name not in forge
        meanings = [forge.get(means) for means, where in index.claimants(name) if where]
        assert len(meanings) >= 2 and len({str(each) for each in meanings}) == len(meanings), name


def test_who_registers_a_name_claimed_twice_has_it(forge):
    assert forge.register("fast_gelu", "x*sigmoid(1.7*x)") == forge.get("fast_gelu")


def test_a_variant_given_as_torch_gives_it_is_told_its_place(forge):
    assert said(UsageError, forge.get, "gelu", approximate="tanh") == (
        "get takes no argument 'approximate'. Did you mean variant='tanh'?"
    )


# Things of the wrong kind ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("strange", STRANGE, ids=lambda value: type(value).__name__)
def test_what_is_no_name_is_refused_by_every_question(forge, strange):
    for name in ("relu", "softmax", "glu", "rrelu"):
        expression = forge.get(name)
        for question in (expression.gradient, expression.integrate, expression.derive):
            assert said(UnknownVariable, question, strange).startswith(
                f"{name}: a variable or parameter is a name such"
            )
    assert said(UnknownProperty, forge.get("relu").properties.__getitem__, strange).startswith("no property called ")
    assert said(UsageError, forge.compare, ["relu"], columns=[strange]).startswith("compare has no column ")
    assert did_you_mean(strange, ["relu"]) == ""


def test_a_list_or_a_number_for_a_tag_is_no_tag(forge):
    assert said(UnknownTag, forge.list_all, tags=5).startswith("no tag called 5. The tags are: ")
    assert said(UnknownTag, forge.list_all, tags=[["smooth"]]).startswith("no tag called ['smooth']. The tags are: ")


@pytest.mark.parametrize("wanted", [None, [], "abc", 10**400, object()], ids=["None", "list", "text", "huge", "object"])
def test_a_property_that_is_compared_with_no_number_is_not_found(forge, wanted):
    assert forge.list_all(lipschitz=wanted) == []


def test_points_of_a_comparison_are_numbers_of_any_kind(forge):
    plain = forge.compare(["relu"], at=[0, 1])
    assert forge.compare(["relu"], at=np.arange(2)) == plain
    for strange in (10**400, 1j, [1], "1"):
        assert said(InputError, forge.compare, ["relu"], at=[strange]).startswith(
            "at is a list of numbers such as [0, 1]"
        )


def test_a_date_is_no_summand(forge):
    with pytest.raises(TypeError, match="operand"):
        forge.get("relu") + np.datetime64("2020-01-01")


# Words of NumPy and torch ------------------------------------------------------------------------------------------

HABITS = {
    ("softmax", "dim"): "softmax calls it axis, as NumPy does: axis=-1.",
    ("glu", "dim"): "glu calls it axis, as NumPy does: axis=-1.",
    ("relu", "dim"): "relu works on each element alone and takes no dim; leave it out.",
    ("rrelu", "axis"): "rrelu works on each element alone and takes no axis; leave it out.",
    ("softmax", "keepdims"): "softmax has no keepdims; leave it out.",
    (
        "logsumexp",
        "keepdim",
    ): "logsumexp has no keepdim; numpy.expand_dims(value, axis) puts back the one that is gone.",
    ("gelu", "out"): "gelu answers with a new array at each call; out[...] = value fills one of yours.",
    ("relu", "inplace"): "relu changes nothing that it is given; x[...] = value does.",
    ("relu", "dtype"): "relu answers in the dtype of its input; x.astype(dtype) chooses it.",
    ("tanh", "where"): "tanh computes every element; numpy.where(condition, value, other) chooses among them.",
    (
        "rrelu",
        "training",
    ): "rrelu is the same in training, but for noise, which is drawn where rng is given; see layer().",
}


@pytest.mark.parametrize("name, word", HABITS)
def test_a_word_of_another_library_is_told_its_like(forge, name, word):
    f, x = forge.get(name), np.ones((2, 4))
    assert said(UnknownVariable, f.eval, x, **{word: 1}) == HABITS[name, word]
    assert said(UnknownVariable, f.vjp, f.eval(x), x, **{word: 1}) == HABITS[name, word]


def test_a_parameter_of_such_a_name_is_one():
    assert Expression("f", "dim*x", params={"dim": 2}).eval(x=3.0, dim=4) == 12.0


def test_a_vector_has_no_channels(forge):
    for call in (forge.get("softmax").eval, forge.get("softmax").layer(channel_axis=1).forward):
        given = {"channel_axis": 1} if call.__name__ == "eval" else {}
        assert said(UsageError, call, np.ones((2, 4)), **given) == (
            "softmax takes one number for each parameter, so there are no channels; the axis along which it works is"
            " axis=-1."
        )


# Files ----------------------------------------------------------------------------------------------------------


def test_an_empty_path_is_not_this_folder(forge):
    assert said(InputError, forge.load, "") == "load takes the path of a file or folder; got ''."
    assert said(InputError, forge.save, "relu", "") == "save takes the path of a file or folder; got ''."


def test_a_file_that_cannot_be_written_says_so(forge, tmp_path):
    place = tmp_path / "missing" / "relu.yaml"
    assert said(Unwritable, forge.save, "relu", place) == f"{place} cannot be written: No such file or directory."
    with pytest.raises(OSError, match="cannot be written"):
        forge.save("relu", place)


@pytest.mark.parametrize("path", ["a\0b.yaml", "\ud800", b"relu.yaml"], ids=["zero", "half a character", "bytes"])
def test_what_no_file_is_called_is_no_path(forge, path):
    for what, call in (("load", (forge.load, path)), ("save", (forge.save, "relu", path))):
        assert said(InputError, *call) == f"{what} takes the path of a file or folder; got {path!r}."


def test_a_path_that_is_too_long_cannot_be_written(forge, tmp_path):
    said(Unwritable, forge.save, "relu", tmp_path / ("x" * 300))


def test_a_curve_is_drawn_for_numbers(forge):
    assert said(InputError, forge.get("leaky_relu").plot, alpha=[[1], [2, 3]]) == (
        "alpha is a number, or a list of numbers with a curve for each; got [[1], [2, 3]]."
    )


# Vector functions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["softmax", "crelu"])
def test_a_jacobian_shows_itself_and_explains_itself(forge, name):
    jacobian = forge.get(name).gradient("x")
    bundle = jacobian._repr_mimebundle_()
    assert jacobian.formula in bundle["text/latex"] and escape(str(jacobian)) in bundle["text/html"]
    assert said(UsageError, jacobian.sketch) == (
        f"d({name})/d(x) takes whole vectors, so it has no curve; eval shows its values."
    )
    assert f"d({name})/d(x)" in jacobian.explain(level="advanced")


def test_a_typed_vector_formula_is_a_layer_that_comes_back():
    own = VectorExpression("sharp", "exp(k*x)/sum(exp(k*x))", params={"k": 2})
    config = own.layer(trainable=True, axis=0).get_config()
    assert config["kind"] == "vector"
    twin = Layer.from_config(config)
    assert twin.expression == own and twin.get_config() == config
    assert said(UsageError, Layer.from_config, {**config, "kind": "vectr"}) == (
        "kind of a configuration is elementwise or vector; got 'vectr'. Did you mean 'vector'?"
    )


# Values that cannot be compared, printed or kept -------------------------------------------------------------------

HUGE = 10**5000  # more digits than Python prints
UNSEEN = "a value of type int that cannot be printed"


def test_what_cannot_be_printed_is_named_by_its_type(forge):
    softmax, glu, pair = forge.get("softmax"), forge.get("glu"), [1.0, 2.0]
    assert said(AxisOutOfRange, softmax.eval, pair, axis=HUGE) == (
        f"softmax has no axis {UNSEEN} in an array of one dimension."
    )
    assert said(AxisOutOfRange, glu.eval, pair, axis=HUGE) == (
        f"glu: there is no axis {UNSEEN} in an input of shape (2,), whose axes are 0 to 0."
    )
    assert said(UsageError, forge.get("relu").explain, HUGE).startswith(f"explain has no level {UNSEEN}. The levels")
    assert said(UnknownCategory, forge.list_all, HUGE).startswith(f"no category called {UNSEEN}. The categories are: ")
    assert said(UnknownProperty, forge.get("relu").properties.__getitem__, HUGE).startswith(
        f"no property called {UNSEEN}. The properties are: "
    )
    assert said(InputError, forge.get("relu").__add__, HUGE) == (
        "an expression cannot be combined with a number of more than 4,096 bits."
    )
    assert said(InputError, Expression.from_entry, HUGE) == (
        f"from_entry takes an Entry; got {UNSEEN}. forge.get('relu') takes a name."
    )


@pytest.mark.parametrize("strange", [np.zeros(2), np.zeros(0), []], ids=["array", "empty", "list"])
def test_an_array_is_none_of_the_words_on_offer(forge, strange):
    assert said(UsageError, forge.get("relu").explain, strange) == (
        f"explain has no level {strange!r}. The levels are: beginner, intermediate, advanced."
    )
    assert said(UnknownCategory, forge.list_all, strange).startswith(f"no category called {strange!r}. The categories")
    assert said(UsageError, forge.get("glu").eval, [1.0, 2.0], gate=strange) == (
        f"glu: gate is 'first' or 'second', the half that is the gate; got {strange!r}."
    )
    if np.size(strange):
        assert said(InputError, Expression, "f", "a*x", {"a": 1}, strange).startswith("trainable parameters are a list")


def test_a_long_word_is_cut_where_it_is_repeated(forge):
    long = "x" * 5000
    for call in (
        lambda: forge.get("gelu", variant=long),
        lambda: forge.get("elu", params={long: 1}),
        lambda: forge.get("elu").explain(long),
        lambda: forge.get("elu").properties[long],
    ):
        with pytest.raises(NeurogebraError) as caught:
            call()
        assert long[:50] in str(caught.value) and len(str(caught.value)) < 600
