"""What people type and what they must find: the examples of the manual, typing errors, and odd queries.

The rules of ranking are tested on four entries made up here, so that a new entry of the catalogue cannot
change what is tested; the examples that users rely on are tested on the catalogue itself.
"""

from __future__ import annotations

import time

import pytest

from neurogebra import MathForge
from neurogebra.errors import InputError, UsageError
from neurogebra.search import Words, one_slip_apart

ENTRIES = [
    (
        "ramp",
        {"title": "Ramp", "category": "activation", "tags": ["rectifier"], "description": "Cuts at zero."},
    ),
    (
        "leaky_ramp",
        {
            "title": "Leaky ramp",
            "category": "activation",
            "aliases": ["lramp"],
            "description": "A ramp that leaks.",
            "cons": ["Bent at zero"],
        },
    ),
    (
        "bell",
        {
            "title": "Bell curve",
            "category": "density",
            "variants": {"narrow": {"aliases": ["narrow_bell"]}},
            "usage": "Attention in Transformers.",
            "pros": ["Smooth"],
        },
    ),
    ("plain", {}),
]
words = Words(ENTRIES)

FOUND = [
    # query, the names it finds, best first
    ("ramp", ["ramp", "leaky_ramp"]),
    ("leaky_ramp", ["leaky_ramp", "ramp"]),
    ("leaky ramp", ["leaky_ramp", "ramp"]),
    ("leakyramp", ["leaky_ramp"]),
    ("LEAKY", ["leaky_ramp"]),
    ("lramp", ["leaky_ramp"]),
    ("rectifier", ["ramp"]),
    ("density", ["bell"]),
    ("transformers", ["bell"]),
    ("narrow", ["bell"]),
    ("smooth", ["bell"]),
    ("bent", ["leaky_ramp"]),
    ("curve that leaks", ["leaky_ramp", "bell"]),  # leaks: description, curve: title
    ("plain", ["plain"]),
]


@pytest.mark.parametrize(("query", "names"), FOUND)
def test_a_word_of_any_field_finds_its_entry(query, names):
    assert sorted(words.find(query)) == sorted(names)


@pytest.mark.parametrize(("query", "names"), [row for row in FOUND if row[0] != "curve that leaks"])
def test_the_better_answer_comes_first(query, names):
    assert words.find(query) == names


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("rmp", "ramp"), ("rampp", "ramp"), ("ramq", "ramp"), ("blel", "bell"), ("smotoh", "bell")],
)
def test_one_typing_error_is_forgiven(typed, meant):
    assert words.find(typed)[0] == meant


def test_two_typing_errors_are_not():
    assert words.find("rqmpp") == []


def test_a_word_that_is_found_as_typed_is_not_taken_for_a_typing_error():
    near = Words([("relu", {}), ("gelu", {})])
    assert near.find("relu") == ["relu"]


def test_a_rare_word_counts_more_than_a_common_one():
    common = Words((name, {"tags": [tag]}) for name, tag in [("a", "fast"), ("b", "fast"), ("c", "sparse")])
    assert common.find("fast sparse") == ["c", "a", "b"]


def test_a_word_that_nearly_every_entry_has_decides_nothing():
    entries = [(name, {"title": "Activation", "description": "For use."}) for name in ("a", "b", "c", "d")]
    common = Words([*entries, ("e", {"description": "For transformers."})])
    assert common.find("activation for transformers")[0] == "e"
    assert common.find("activation") == ["a", "b", "c", "d"]
    notes = [(name, {"note": "A function."}) for name in ("b", "c", "d")]  # a field that is not searched says it, too
    generic = Words([("a", {"title": "Function"}), *notes, ("e", {"usage": "Transformers."})])
    assert generic.find("function for transformers") == ["e", "a"]


def test_who_has_all_words_comes_before_who_has_one_of_them_in_the_name():
    words = Words(
        [("dead_ramp", {}), ("leaky_ramp", {"usage": "Instead of a dying ramp."}), ("ramp", {}), ("bell", {})]
    )
    assert words.find("dying ramp")[0] == "leaky_ramp"


def test_a_word_of_a_name_counts_by_its_share_of_the_name():
    assert Words([("soft_ramp", {}), ("ramp", {}), ("very_soft_ramp", {})]).find("ramps") == [
        "ramp", "soft_ramp", "very_soft_ramp"
    ]  # fmt: skip


def test_a_whole_name_with_a_typing_error_comes_first():
    words = Words([("log_softmax", {"title": "Softmax", "tags": ["softmax"]}), ("softmax", {}), ("quiet_softmax", {})])
    assert words.find("sofmax")[0] == words.find("softmaxx")[0] == words.find("soft max")[0] == "softmax"


def test_a_word_said_in_several_fields_counts_more_than_in_one():
    twice = {"tags": ["transformer"], "usage": "Every transformer."}
    assert Words([("a", {"tags": ["transformer"]}), ("b", twice)]).find("transformer") == ["b", "a"]


@pytest.mark.parametrize(("query", "other"), [("transformers", "transformer"), ("gate", "gates"), ("gated", "gate")])
def test_a_word_is_found_by_its_other_endings_after_itself(query, other):
    assert Words([("a", {"usage": other}), ("b", {"usage": query})]).find(query) == ["b", "a"]


@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_an_empty_query_lists_everything(nothing):
    assert words.find(nothing) == ["ramp", "leaky_ramp", "bell", "plain"]


@pytest.mark.parametrize("nonsense", ["qqqqq", "!?", "_", "xyzzy plugh"])
def test_no_match_is_an_empty_list(nonsense):
    assert words.find(nonsense) == []


def test_an_unending_query_is_refused():
    with pytest.raises(UsageError) as refusal:
        words.find("a" * 1001)
    assert str(refusal.value) == "search takes up to 1000 characters; got 1001."


@pytest.mark.parametrize("query", [None, 5, b"relu", ["relu"]])
def test_what_is_no_text_is_refused(query):
    with pytest.raises(InputError) as refusal:
        words.find(query)
    assert str(refusal.value) == f"search takes text such as 'smooth relu'; got {query!r}."


def test_the_longest_query_is_answered_at_once():
    many = Words((f"entry{i}", {"description": f"word{i} other{i}"}) for i in range(500))
    start = time.process_time()
    many.find(" ".join(f"w{i:03}" for i in range(200)))
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("left", "right", "one"),
    [
        ("tanh", "tahn", True),  # swapped
        ("tanh", "tah", True),  # lost
        ("tanh", "tannh", True),  # added
        ("tanh", "tank", True),  # changed
        ("tanh", "tanh", False),
        ("tanh", "hant", False),
        ("tanh", "ta", False),
        ("abcd", "badc", False),
        ("", "a", True),
    ],
)
def test_what_one_slip_is(left, right, one):
    assert one_slip_apart(left, right) is one and one_slip_apart(right, left) is one


# Names in other libraries ---------------------------------------------------------------------------------

TABLE = {"torch": {"function": "torch.nn.functional.hinge", "also": ["torch.nn.Hinge"]}, "onnx": {"function": "HiNge2"}}
TYPED = "\n  torch: {function: torch.nn.functional.hinge, also: [torch.nn.Hinge]}\n  onnx: {function: HiNge2}\n"


@pytest.mark.parametrize("equivalents", [TABLE, TYPED], ids=["read", "as typed"])
@pytest.mark.parametrize("query", ["torch.nn.functional.hinge", "F.hinge", "nn.functional.hinge", "nn.Hinge", "hinge2"])
def test_a_name_in_another_library_finds_the_entry_first(equivalents, query):
    entries = [("nn_functional", {"tags": ["torch", "hinge2", "f"]}), ("ramp", {"equivalents": equivalents})]
    assert Words(entries).find(query)[0] == "ramp"


def test_a_name_of_ours_comes_before_the_same_name_elsewhere():
    entries = [("ramp", {"equivalents": {"onnx": {"function": "nn.Hinge"}}}), ("nn_hinge", {})]
    assert Words(entries).find("nn.hinge") == ["nn_hinge", "ramp"]


# The catalogue --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def catalogue():
    return MathForge()


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("smooth relu", "softplus"),
        ("sigmod", "sigmoid"),
        ("Transformers", "gelu"),
        ("identity", "linear"),
        ("dead neurons", "leaky_relu"),
        ("silu", "swish"),
        ("quick_gelu", "gelu"),
        # the advice that users look for
        ("hidden layers", "relu"),
        ("deep nets", "swish"),
        ("recurrent", "tanh"),
        ("zero-centred", "tanh"),
        ("gates", "sigmoid"),
        ("binary output", "sigmoid"),
        ("regression output", "linear"),
    ],
)
def test_the_catalogue_has_it_among_the_first_ten(catalogue, query, name):
    assert name in catalogue.search(query)[:10]


@pytest.mark.parametrize(
    ("query", "first", "names"),
    [
        ("sofmax", 1, ["softmax"]),
        ("sigmod", 1, ["sigmoid"]),
        ("smooth relu", 1, ["softplus"]),
        ("binary output", 2, ["sigmoid"]),
        ("recurrent", 3, ["sigmoid", "tanh"]),
        ("recurrent networks", 4, ["sigmoid", "tanh"]),
        ("dying relu", 4, ["leaky_relu", "prelu", "rrelu", "elu"]),
        ("dead neurons", 1, ["leaky_relu"]),
        ("activation for transformers", 6, ["gelu", "geglu", "swiglu"]),
        ("activation function for transformers", 6, ["gelu", "geglu", "swiglu"]),
        ("gates", 3, ["sigmoid"]),
        ("hidden layers", 3, ["relu"]),
        ("activation for hidden layers", 4, ["relu"]),
        ("deep nets", 3, ["swish"]),
    ],
)
def test_the_catalogue_has_them_among_the_first(catalogue, query, first, names):
    assert set(names) <= set(catalogue.search(query)[:first])


def test_each_name_finds_itself_first(catalogue):
    assert [catalogue.search(name)[0] for name in catalogue.list_all()] == catalogue.list_all()


def test_search_answers_with_listed_names(catalogue):
    assert set(catalogue.search("relu")) < set(catalogue.list_all())
    assert catalogue.search("") == catalogue.list_all() == list(catalogue)
    assert catalogue.search("qqqqq") == []


def test_what_was_registered_is_found(forge):
    assert "gadget" not in forge.search("gadget")
    forge.register("gadget", "x*sigmoid(2*x)")
    assert forge.search("gadget") == ["gadget"]
