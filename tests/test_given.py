"""What is given where numbers are meant: all of it is used, or it is refused with a sentence that says what to give.

A mask, a graph, a number beyond 64 bits: each was once lost, or ended in an exception of another library. Every door
is asked, because vectors, gates, cotangents and parameters read what they are given in places of their own.
"""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.ma  # a mask is looked for where this is loaded
import pytest
from refusals import refusal

from neurogebra import Expression
from neurogebra.errors import InputError

MASK = "a masked array, whose mask would be lost (.filled(...) and .compressed() give its numbers)"
GIVE = "give a number, an array, or a list of numbers."
GAPS = numpy.ma.array([1.0, 2.0], mask=[False, True])
HUGE = 10**5000  # more digits than Python prints


class OnAGraph:
    """As torch's tensors do that require a gradient."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")


class Unprintable:
    def __repr__(self):
        raise RuntimeError("no text for you")


@pytest.mark.parametrize("name", ["gelu", "sin", "softmax", "maxout", "glu", "rrelu", "gumbel_softmax"])
@pytest.mark.parametrize(
    "given", [GAPS, [GAPS, GAPS], ([1.0, 2.0], GAPS), numpy.ma.masked], ids=["array", "list", "tuple", "masked"]
)
def test_no_mask_is_lost_in_silence(forge, name, given):
    expression = forge.get(name)
    for door in (expression, expression.layer().forward, lambda x: expression.vjp(1.0, x)):
        assert refusal(InputError, door, given) == f"cannot evaluate at {MASK}: {GIVE}"


@pytest.mark.parametrize("name", ["gelu", "softmax", "glu"])
def test_no_mask_of_a_cotangent_or_a_parameter_is_lost(forge, name):
    x = [1.0, 2.0, 3.0, 4.0] if name == "glu" else [1.0, 2.0]
    assert refusal(InputError, forge.get(name).vjp, GAPS, x) == f"{name}: the cotangent cannot be {MASK}: {GIVE}"
    message = f"leaky_relu needs a number or an array of numbers for alpha; got {MASK}."
    leaky = forge.get("leaky_relu")
    for door in (leaky.with_params, lambda alpha: leaky.eval(x=1.0, alpha=alpha)):
        assert refusal(InputError, door, alpha=GAPS) == message
    assert refusal(InputError, forge.get("rrelu").eval, x=[1.0, 2.0], a=GAPS) == (
        f"rrelu needs a number or an array of numbers for a; got {MASK}."
    )


def test_what_numpy_cannot_read_says_why(forge):
    reason = "a OnAGraph that NumPy cannot read (Can't call numpy() on Tensor that requires grad.)"
    for name in ("gelu", "softmax", "glu"):
        assert refusal(InputError, forge.get(name), OnAGraph()) == f"cannot evaluate at {reason}: {GIVE}"
    assert refusal(InputError, forge.get("elu").with_params, alpha=OnAGraph()) == (
        f"elu needs a number or an array of numbers for alpha; got {reason}."
    )


def test_a_number_of_another_kind_is_told_of_float(forge):
    for number in (Decimal("0.5"), Fraction(1, 2)):
        kind = type(number).__name__
        said = f"cannot evaluate at a {kind}, of which float(...) makes a number: {GIVE}"
        assert refusal(InputError, forge.get("gelu"), number) == said
        assert forge.get("elu").with_params(alpha=number).params == {"alpha": 0.5}
    assert refusal(InputError, forge.get("gelu"), np.True_) == f"cannot evaluate at np.True_: {GIVE}"
    assert refusal(InputError, forge.get("gelu"), bytearray(b"12")) == f"cannot evaluate at bytearray(b'12'): {GIVE}"


@pytest.mark.parametrize("whole", [2**64, -(10**400), HUGE], ids=["2**64", "-10**400", "10**5000"])
def test_a_whole_number_beyond_64_bits_is_the_same_in_a_list_and_alone(forge, whole):
    for name in ("relu", "gelu", "softmax"):
        f = forge.get(name)
        assert f.eval(x=[whole]).tolist() == [float(f.eval(x=whole))] == [f.vjp([1.0], [whole]) * 0 + f.eval([whole])]


EMPTY, FINITE = "leaky_relu needs at least one number for alpha; got an array of shape", "finite numbers for alpha"
REFUSED = {
    f"{EMPTY} (0,).": [],
    f"{EMPTY} (2, 0).": np.ones((2, 0)),
    f"leaky_relu needs {FINITE}; the array has nan or infinity.": [0.1, float("nan")],
    "leaky_relu needs a finite number for alpha; got np.float64(inf).": np.array(np.inf),
    "leaky_relu needs a number or an array of numbers for alpha; got ['0.1'].": ["0.1"],
    "leaky_relu needs a number or an array of numbers for alpha; got [True, False].": [True, False],
    "leaky_relu needs a number for alpha; got np.True_.": np.True_,
    "leaky_relu needs a number or an array of numbers for alpha; got array([0.1], dtype=object).": np.array([0.1], "O"),
    "leaky_relu needs a finite number for alpha; got a value of type int that cannot be printed.": HUGE,
    "leaky_relu needs a number or an array of numbers for alpha; got"
    " a value of type Unprintable that cannot be printed.": Unprintable(),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_no_parameter_can_be_is_refused(forge, message):
    leaky = forge.get("leaky_relu")
    for door in (leaky.with_params, lambda alpha: forge.get("leaky_relu", params={"alpha": alpha})):
        assert refusal(InputError, door, alpha=REFUSED[message]) == message


def test_parameters_of_no_numbers_are_of_one_call_only(forge):
    empty = "f needs at least one number for a; got an array of shape (0,)."
    assert refusal(InputError, Expression, "f", "a*x", params={"a": []}) == empty
    config = {"formula": "a*x", "params": {"a": []}, "name": "f"}
    assert refusal(InputError, forge.get("prelu").layer().from_config, config) == empty
    assert forge.get("prelu").eval(x=np.ones((0,)), alpha=np.ones((0,))).shape == (0,)
