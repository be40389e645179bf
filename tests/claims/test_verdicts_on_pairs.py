"""Golden values of gated units that lie, each in one place: the lie is found and is the only thing that fails."""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

from neurogebra import MathForge
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.claims.checks import check
from neurogebra.claims.verdict import CANNOT_TELL, FAILS, HOLDS
from neurogebra.errors import EntryError
from neurogebra.expression import Expression

HONEST = """\
name: pair
category: gate
kind: gated
gate: first
formula: scale*a*tanh(k*b)
params:
  k: {default: 1}
constants: {scale: 1.0507009873554804934193349852946}
examples:
  - {x: [0.5, 2], value: 0.97109390681400020794, gradient: [1.652642819, 0.485546953407000104]}
  - {params: {k: 2}, x: [-1, 3], value: -3.038714190670726, gradient: [0.44539735, -1.0129047]}
"""

LIES = [
    ("a value's last digits", "0.97109390681400020794", "0.97109390681400120794"),
    ("a slope by the gate", "1.652642819", "1.652642818"),
    ("a slope by the value", "0.485546953407000104", "0.485546953407000304"),
    ("the order of the slopes", "[0.44539735, -1.0129047]", "[-1.0129047, 0.44539735]"),
    ("a parameter value", "{k: 2}", "{k: 3}"),
    ("which half is the gate", "gate: first", "gate: second"),
    ("the formula", "scale*a*tanh", "scale*a*sigmoid"),
]


def verdicts(text: str):
    return check(Expression.from_entry(read_entry_text(text, "pair.yaml")))


def test_an_honest_pair_passes():
    found = verdicts(HONEST)
    assert len(found) == 4 and all(v.status == HOLDS for v in found), "\n".join(map(str, found))


@pytest.mark.parametrize(("what", "text", "lie"), LIES, ids=[what for what, _, _ in LIES])
def test_a_lie_is_found(what, text, lie):
    assert text in HONEST
    failed = [v for v in verdicts(HONEST.replace(text, lie)) if v.status == FAILS]
    assert failed and all(v.kind == "examples" and "is true" in v.evidence for v in failed)


def test_a_wrong_computation_is_found(monkeypatch):
    evaluate = Expression.eval
    monkeypatch.setattr(Expression, "eval", lambda self, **given: evaluate(self, **given) * (1 + 4e-15))
    found = verdicts(HONEST)
    assert len(found) == 4 and all(v.status == FAILS and "is computed" in v.evidence for v in found)


def test_what_is_not_enclosed_is_said_to_be_so():
    (found,) = verdicts(HONEST.split("examples:")[0] + "examples: [{x: [oo, 1], value: oo}]\n")
    assert (found.status, found.evidence) == (CANNOT_TELL, "limits of two numbers are not enclosed")
    (found,) = verdicts(HONEST.split("examples:")[0] + "examples: [{x: [1, 1], second: 1}]\n")
    assert found.status == FAILS and found.evidence.startswith("a gated unit has a value and a gradient of two slopes")


def test_a_vector_with_an_infinity_is_said_not_to_be_enclosed():
    text = "name: soft\ncategory: activation\nkind: vector\nformula: exp(x)/sum(exp(x))\nexamples: [{x: [0, -oo], value: [1, 0]}]\n"
    (found,) = check(Expression.from_entry(read_entry_text(text, "soft.yaml")))
    assert (found.status, found.evidence) == (CANNOT_TELL, "limits of vectors are not enclosed")


BETA = "name: pair\ncategory: gate\nkind: gated\nformula: a*b/(1 + exp(-beta*b))\nparams: {beta: {default: 2}}\n"


@pytest.mark.parametrize(
    ("case", "status", "words"),
    [
        ("{params: {beta: 1}, equals: swiglu}", HOLDS, "equal to 100 bits at 121 pairs for 1 set"),
        ("{params: {beta: 1}, equals: geglu}", FAILS, "at a = 1.0, b = 1.0 it is [0.731"),
        ("{params: {beta: 1}, equals: swish}", FAILS, "swish is a function of x, a gated unit one of a, b"),
        ("{params: {beta: 1}, equals: nobody}", FAILS, "nobody cannot be found"),
    ],
)
def test_special_cases_of_pairs_are_compared_at_pairs(case, status, words):
    entry = read_entry_text(f"{BETA}special_cases: [{case}]\n", "pair.yaml")
    (found,) = check(Expression.from_entry(entry), MathForge().compose)
    assert found.status == status and words in found.evidence, found


@pytest.mark.parametrize("field", ["kinks: [{at: 0, order: 1}]", 'domain: "[0, oo)"'])
def test_what_is_about_one_number_is_refused(field):
    with pytest.raises(EntryError) as refusal:
        read_entry_text(f"{BETA}{field}\n", "pair.yaml")
    name = field.partition(":")[0]
    assert str(refusal.value) == (
        f"pair.yaml:6: {name}: is about one number, and a gated unit has two; properties say how smooth it is."
    )
