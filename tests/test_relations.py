"""Relations between functions that must hold, and what each costs.

Two sides are compared at points over the whole line, to some units in the last place of the largest number
involved, since a difference of large numbers knows no more. Each side is asked of the catalogue by name.
"""

from __future__ import annotations

import math

import pytest

from neurogebra.compile.lower import lower
from neurogebra.compile.plan import plan

SIZES = (0.0, 1e-300, 1e-9, 0.1, 0.5, 1.0, 2.0, 2.5, 3.0, 5.9, 6.0, 17.3, 600.0)
POINTS = [sign * size for size in SIZES for sign in (-1.0, 1.0)]


def assert_equal_everywhere(left, right, scale=lambda x: 0.0, units=8):
    """`left(x)` and `right(x)` differ by some units in the last place of the largest number involved."""
    for x in POINTS:
        a, b = left(x), right(x)
        assert abs(a - b) <= units * math.ulp(max(abs(a), abs(b), scale(x))), (x, a, b)


@pytest.fixture
def f(forge):
    """`f("gelu")(x)` is the value; `f("elu", alpha=2)` sets a parameter."""

    def value_of(name, **params):
        expression = forge.get(name, params=params)
        return lambda x: expression.eval(x=x)

    return value_of


def test_the_slope_of_softplus_is_sigmoid(forge, f):
    slope = forge.get("softplus").gradient("x")
    assert_equal_everywhere(lambda x: slope.eval(x=x), f("sigmoid"))


def test_softplus_minus_its_mirror_is_x(f):
    softplus = f("softplus")
    difference, size = (lambda x: softplus(x) - softplus(-x)), (lambda x: softplus(abs(x)))
    assert_equal_everywhere(difference, lambda x: x, scale=size)


def test_swish_is_x_times_sigmoid(f):
    assert_equal_everywhere(f("swish"), lambda x: x * f("sigmoid")(x))


def test_log_sigmoid_is_the_mirrored_softplus_negated(f):
    assert_equal_everywhere(f("log_sigmoid"), lambda x: -f("softplus")(-x))
    assert_equal_everywhere(lambda x: math.exp(f("log_sigmoid")(x)), f("sigmoid"), units=2000)  # exp of -600


def test_tanh_is_twice_sigmoid_of_twice_x_less_1(f):
    assert_equal_everywhere(f("tanh"), lambda x: 2 * f("sigmoid")(2 * x) - 1, scale=lambda x: 1.0)


def test_leaky_relu_is_relu_for_alpha_0_and_linear_for_alpha_1(f):
    assert_equal_everywhere(f("leaky_relu", alpha=0), f("relu"), units=0)
    assert_equal_everywhere(f("leaky_relu", alpha=1), f("linear"), units=0)


def test_relu6_is_relu_cut_at_6(f):
    assert_equal_everywhere(f("relu6"), lambda x: min(f("relu")(x), 6), units=0)


def test_hard_swish_is_x_times_hard_sigmoid(f):
    assert_equal_everywhere(f("hard_swish"), lambda x: x * f("hard_sigmoid")(x), scale=abs)


def test_selu_is_a_scaled_elu(forge, f):
    scale, alpha = 1.0507009873554805, 1.6732632423543772  # as published, in the nearest float64
    assert_equal_everywhere(f("selu"), lambda x: scale * f("elu", alpha=alpha)(x))


def test_silu_is_swish_beta_with_beta_1(f):
    assert_equal_everywhere(f("silu"), f("swish_beta", beta=1))


def test_mish_is_x_times_tanh_of_softplus(f):
    assert_equal_everywhere(f("mish"), lambda x: x * f("tanh")(f("softplus")(x)))


def test_celu_with_alpha_1_is_elu_with_alpha_1(f):
    assert_equal_everywhere(f("celu", alpha=1), f("elu", alpha=1))


#: words that take one instruction or two; all others cost an exponential or more
CHEAP = {
    "over",
    "share",
    *("input", "const", "neg", "abs", "add", "sub", "mul", "scale", "div"),
    *("max", "min", "select", "lt", "le", "eq", "ne"),
}


@pytest.mark.parametrize(
    ("name", "costs"),
    [
        ("relu", [[]]),
        ("sigmoid", [["exp"]]),
        ("swish", [["exp"]]),
        ("tanh", [["tanh"], ["exp"], ["exp", "exp"], ["expm1"]]),
    ],
)
def test_the_exponentials_that_an_element_costs(forge, name, costs):
    steps = lower(plan([forge.get(name).words], ("x",))).steps
    assert [step.op for step in steps if step.op not in CHEAP] in costs
