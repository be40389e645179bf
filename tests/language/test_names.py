"""Which names a symbol may have, which an entry, and why the others are refused."""

from __future__ import annotations

import pytest

from neurogebra.errors import FormulaError
from neurogebra.language.parser import check_name, check_symbol
from neurogebra.language.words import RESERVED, WORDS


@pytest.mark.parametrize("name", ["x", "alpha_2", "S", "lamda", "negative_slope", "e"])
def test_any_ascii_identifier_is_a_symbol(name):
    check_symbol(name)


@pytest.mark.parametrize(
    "name, reason",
    [
        ("exp", "is a word of the formula language"),
        ("where", "is a word of the formula language"),
        ("pi", "is a word of the formula language"),
        ("axis", "is what evaluation is told"),
        ("sum", "works on a whole vector"),
        ("oo", "no finite real number"),
        ("lambda", "spell it lamda"),
        ("class", "is a word of Python"),
        ("_x", "is no name"),
        ("2x", "is no name"),
        ("x-y", "is no name"),
        ("", "is no name"),
        ("x ", "is no name"),
        ("x\n", "is no name"),
        ("\u03b1", "Write alpha"),
        ("\uff45xp", "U+FF45"),
    ],
)
def test_other_names_are_refused_for_symbols(name, reason):
    with pytest.raises(FormulaError) as caught:
        check_symbol(name)
    assert reason in str(caught.value)


def test_names_of_entries_are_lower_case_and_may_be_words():
    for name in ("gelu", "relu6", "tanh", "softmax", "swish_beta"):
        check_name(name)
    for name in ("GELU", "_x", "2x", "hard-swish", "if", "gelu.yaml", "../x", "\u0261elu", ""):
        with pytest.raises(FormulaError):
            check_name(name)


def test_a_name_has_at_most_64_characters():
    check_symbol("a" * 64)
    with pytest.raises(FormulaError) as caught:
        check_symbol("a" * 65)
    assert str(caught.value) == "a name has at most 64 characters, not 65."


def test_no_reserved_name_is_a_word():
    assert not RESERVED.keys() & WORDS.keys()
