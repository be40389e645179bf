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


def test_selu_is_a_scaled_elu(f):
    scale, alpha = 1.0507009873554805, 1.6732632423543772  # as published, in the nearest float64
    assert_equal_everywhere(f("selu"), lambda x: scale * f("elu", alpha=alpha)(x))


def test_silu_is_swish_beta_with_beta_1(f):
    assert_equal_everywhere(f("silu"), f("swish_beta", beta=1))


def test_mish_is_x_times_tanh_of_softplus(f):
    assert_equal_everywhere(f("mish"), lambda x: x * f("tanh")(f("softplus")(x)))


def test_celu_with_alpha_1_is_elu_with_alpha_1(f):
    assert_equal_everywhere(f("celu", alpha=1), f("elu", alpha=1))


# Two formulas in names of the catalogue, and how many units in the last place they may lie apart.
SAME = [
    ("abs", "apl(x, a=1, b=0)", 0),
    ("clipped_linear(x, 0.25, 0.5, 0, 1)", "hard_sigmoid(x, 0.25, 0.5)", 0),
    ("clipped_relu(x, 6)", "relu6", 0),
    ("clamped_relu(x, 0, 6)", "relu6", 0),
    ("relu_generalized(x, max_value=6, negative_slope=0, threshold=0)", "relu6", 0),
    ("thresholded_relu(x, 0.5)", "threshold(x, 0.5, 0)", 0),
    ("tlu(x, 0)", "relu", 0),
    ("relu_squared", "relu(x)**2", 1),
    ("star_relu(x, s=1, b=0)", "relu_squared", 0),
    ("srelu(x, ar=1, tl=0, al=0.125)", "leaky_relu(x, 0.125)", 0),
    ("shrink(x, lamda=0.5, bias=0)", "hard_shrink(x, 0.5)", 0),
    ("shrink(x, lamda=0.5, bias=0.5)", "soft_shrink(x, 0.5)", 0),
    ("sign", "heaviside(x, 0.5) - heaviside(-x, 0.5)", 0),
    ("step", "heaviside(x, 1)", 0),
    ("hat", "relu(1 - abs(x))", 0),
    ("sparse_sigmoid", "hard_sigmoid(x, 0.5, 0.5)", 0),
    ("affine(x, 1, 0)", "linear", 0),
    ("cube", "x*square(x)", 2),
    ("sine", "siren(x, 1)", 1),
    ("snake_beta(x, 0, 0)", "snake(x, 1)", 2),
    ("rectified_tanh", "tanh(relu(x))", 1),
    ("scaled_tanh(x, 2, 0.5)", "2*tanh(x/2)", 2),
    ("dynamic_tanh(x, alpha=0.5, gamma=2, beta=0)", "scaled_tanh(x, 2, 0.5)", 2),
    ("tanh_softcap(x, 4)", "scaled_tanh(x, 4, 0.25)", 2),
    ("parametric_softplus(x, 0.25, 4)", "softplus_beta(x, 4)", 4),
    ("square(sqrt_softplus(x))", "softplus", 8),
    ("e_swish(x, 2)", "2*swish(x)", 2),
    ("mila(x, 0)", "mish", 2),
    ("beta_mish(x, 1)", "mish", 2),
    ("aria2(x, alpha=1, beta=2)", "swish_beta(x, 2)", 8),
    ("gelu_sigmoid_approx", "swish_beta(x, 1.702)", 2000),  # the float64 nearest to 1.702 is not 1.702
    ("softclamp_silu(x, 4)", "tanh_softcap(x, 4)*sigmoid(x)", 8),
    ("softclamp_gelu(x, 4)", "tanh_softcap(x, 4)*laplace(x, 0, 1)", 8),
    ("hard_swish_02(x, 0.25, 0.5)", "x*hard_sigmoid(x, 0.25, 0.5)", 1),
    ("soft_exponential(x, 1)", "exponential", 2),
    ("soft_exponential(x, 0)", "linear", 0),
    ("flatten_t_swish(x, 0)", "where(x >= 0, swish(x), 0)", 2),
    ("sine_relu(x, 0)", "relu", 0),
    ("gelu_clipped(x, max_val=700)", "gelu", 0),
    ("rational_tanh(-x)", "-rational_tanh(x)", 0),
]


@pytest.mark.parametrize(("left", "right", "units"), SAME, ids=[f"{a} is {b}" for a, b, _ in SAME])
def test_what_is_said_to_be_the_same_is(forge, left, right, units):
    f, g = forge.compose(left), forge.compose(right)
    assert_equal_everywhere(lambda x: f.eval(x=x), lambda x: g.eval(x=x), units=units)


def test_the_slope_of_sparse_plus_is_sparse_sigmoid(forge, f):
    slope = forge.get("sparse_plus").gradient("x")
    assert_equal_everywhere(lambda x: slope.eval(x=x), f("sparse_sigmoid"))


def test_the_slope_of_xielu_is_an_elu_and_a_ramp(forge, f):
    """As its paper makes it: alpha_n*elu + beta on the left, 2*alpha_p*x + beta on the right."""
    slope = forge.get("xielu").gradient("x")
    expected = lambda x: 1.6 * f("relu")(x) + 0.8 * min(f("elu")(x), 0.0) + 0.5  # noqa: E731
    assert_equal_everywhere(lambda x: slope.eval(x=x), expected, scale=lambda x: 1.0)


def test_soft_clipping_is_the_difference_of_two_softplus(f):
    two = lambda x: f("softplus_beta", beta=4)(x) - f("softplus_beta", beta=4)(x - 1)  # noqa: E731
    assert_equal_everywhere(f("soft_clipping", alpha=4), two, scale=lambda x: 1 + abs(x))


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
