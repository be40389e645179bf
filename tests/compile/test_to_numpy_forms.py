"""What array code is made of: one pass where one is enough, numbers folded, choices by bits, the cheapest look.

The text and the trusted range of the generated form are looked at, because a device that is left out shows in
nothing but time; that its values are right is asked of every entry elsewhere.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from fast_form import ODD, calls, form

from neurogebra import Expression
from neurogebra.compile import to_numpy_kernels as kernels
from neurogebra.compile import to_numpy_passes as passes
from neurogebra.compile.plan import Builder
from neurogebra.compile.to_numpy_steps import for_arrays

# Passes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "call"),
    [("Max(0, x)", "at_least"), ("Min(x, 1)", "at_most"), ("Min(6, Max(0, x))", "clip"), ("x", "copyto"),
     ("Max(-1, Min(1, x))", "clip"), ("x**2", "multiply"), ("-x", "negative"), ("abs(x)", "abs"), ("tanh(x)", "tanh")],
)  # fmt: skip
def test_one_operation_is_one_pass_over_the_whole_array(formula, call):
    made = form(formula)
    assert calls(made) == [call]
    assert made.code.fast.at_once and made.everywhere and made.code.fast.buffers == 0


@pytest.mark.parametrize(("outer", "high", "inner", "low"), [("min", 1, "max", 2), ("max", 2, "min", 1)])
def test_bounds_in_the_wrong_order_are_not_one_clip(outer, high, inner, low):
    make = Builder()
    x = make.add("input", data="x")
    bounded = make.add(outer, make.add(inner, x, make.constant(low)), make.constant(high))
    arranged = for_arrays(make.needed(("x",), [bounded]), 1)
    assert "clip" not in [step.op for step in arranged.steps]


@pytest.mark.parametrize(
    ("formula", "made"),
    [
        ("Piecewise((x, x > 2), (2, True))", ["at_least"]),
        ("Piecewise((2, x < 2), (x, True))", ["at_least"]),
        ("Piecewise((2, x > 2), (x, True))", ["at_most"]),
        ("Piecewise((Min(x, 6), x >= 2), (2, True))", ["clip"]),
        ("Piecewise((2, x > 2), (Max(x, -1), True))", ["clip"]),
        ("Piecewise((Min(x, 1), x > 2), (2, True))", ["less_equal", "at_most", "choose"]),  # 1 above 2
        ("Piecewise((x, x > 2), (3, True))", ["less_equal", "choose"]),
        ("Piecewise((Max(x, 3), x > 2), (2, True))", ["less_equal", "at_least", "choose"]),
        ("Piecewise((1/x, x > 0), (0, True))", ["less_equal", "divide", "zero_where"]),
    ],
)
def test_a_choice_between_x_and_the_bound_it_is_compared_with_is_a_bound(formula, made):
    f = Expression("f", formula)
    assert {*calls(form(f))} - {"buffers"} == {*made}
    x = np.array([-3.0, -1.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 6.0, 7.0, math.inf, -math.inf])
    assert f.eval(x=x).tolist() == [f.eval(x=at) for at in x.tolist()]
    assert np.isnan(f.eval(x=np.array([1.0, math.nan]))[1])


SQNL = "Piecewise((1, x > 2), (x - x**2/4, x >= 0), (x + x**2/4, x >= -2), (-1, True))"


def test_choices_within_choices_are_made_in_one_place_and_signs_cost_no_pass(forge):
    shrink = form(forge.get("shrink"))
    assert "negative" not in calls(shrink) and form(SQNL).code.fast.buffers == 1
    x = np.array([-3.0, -0.5, -0.25, 0.0, 0.5, 0.75, 2.0, 2.5])
    for name in ("shrink", "sqnl", "srelu", "heaviside"):
        many = np.resize(x, 3 * passes.FEW)
        for at in (x, many, x.astype(np.float32)):
            assert forge.get(name).eval(x=at)[:8].tolist() == [
                at.dtype.type(forge.get(name).eval(x=v)) for v in x.tolist()
            ]
    for formula in ("Piecewise((x, -x < 2), (7, True))", "Piecewise((x, -x >= 2), (7, True))"):
        f = Expression("f", formula)
        assert "negative" not in calls(form(f))
        assert f.eval(x=-np.arange(5.0)).tolist() == [f.eval(x=-float(k)) for k in range(5)]


def test_the_normal_distribution_is_one_function_where_its_density_has_no_other_use(forge):
    assert calls(form(forge.get("gelu"))) == ["times_normal"]
    assert calls(form("Phi(x)")) == ["Phi"] and {"Phi", "multiply"} <= {*calls(form("(x + 1)*Phi(x)"))}
    assert {*calls(form("x*Phi(x) + Phi(x)"))} == {"buffers", "Phi", "multiply", "add"}  # once for both
    assert {"gauss", "normal"} <= {*calls(form(forge.get("gelu").gradient("x")))}


def test_a_slope_of_0_on_one_side_is_no_product(forge):
    generalized = forge.get("relu_generalized")
    assert calls(form(generalized)) == ["clip"]
    sloped = generalized.with_params(negative_slope=0.5)
    assert sloped.eval(x=np.array([-2.0, 3.0, 9.0, -math.inf])).tolist() == [-1.0, 3.0, 6.0, -math.inf]


def test_the_array_to_fill_is_the_first_buffer():
    assert form("x*Min(6, Max(0, x + 3))/6").code.fast.buffers == 0
    assert form("softplus(-x)").code.fast.buffers == 1  # a kernel reads while it writes


def test_a_choice_is_made_in_place_of_the_arm_that_it_leaves(forge):
    choices = re.findall(r"choose\(\w+, \w+, (\w+), out=(\w+)\)", form(forge.get("xielu")).code.fast.text)
    assert len(choices) == 2 and all(left == out for left, out in choices)
    both = Expression("f", "x*sigmoid(x)")
    value, slope = both.value_and_grad(x=np.array([0.5, -2.0]))
    assert value.tolist() == both.eval(x=np.array([0.5, -2.0])).tolist()
    np.testing.assert_allclose(slope, both.gradient("x").eval(x=np.array([0.5, -2.0])), rtol=1e-15)


# Parameters -----------------------------------------------------------------------------------------------------


def test_a_parameter_of_few_bits_is_part_of_the_formula(forge):
    swish, swish_beta = forge.get("swish"), forge.get("swish_beta")
    assert calls(form(swish_beta)) == calls(form(swish))
    x = np.linspace(-40, 40, 999)
    np.testing.assert_array_equal(swish_beta.eval(x=x), swish.eval(x=x))
    assert "tail_mul" in calls(form(swish_beta.with_params(beta=1.7)))
    assert not {"tail_mul", "divide"} & set(calls(form(forge.get("celu"))))


def test_a_parameter_that_is_0_is_no_pass_and_decides_what_it_alone_decides(forge):
    assert calls(form(forge.get("clipped_linear"))) == ["clip"]
    assert calls(form(forge.get("soft_exponential"))) == ["copyto"]
    for formula in ("sin(a) + x", "x - log(1 + a)", "Piecewise((x, sin(a) < cos(a)), (2*x, True))"):
        f = Expression("f", formula, params={"a": 0.0})
        assert f.eval(x=np.array([1.0, -2.0])).tolist() == [f.eval(x=1.0), f.eval(x=-2.0)] == [1.0, -2.0]
    f = Expression("f", "Piecewise((x, a > b), (2*x, a <= b - 1), (3*x, True))", params={"a": 1.0, "b": 2.0})
    assert [f.eval(x=np.ones(1), b=b).item() for b in (0.5, 1.0, 2.0, 4.0)] == [1.0, 3.0, 2.0, 2.0]


def test_other_values_of_a_parameter_share_one_code(forge):
    f = forge.get("swish_beta")
    assert form(f.with_params(beta=1.7)).code is form(f.with_params(beta=1.6)).code
    assert form(f.with_params(beta=1.7)).code is not form(f).code
    assert form(f).code is form(f, np.float32).code


def test_a_parameter_at_which_a_constant_part_has_no_value_stays_a_parameter():
    f = Expression("f", "x + log(a)", params={"a": 0.0})
    assert f.eval(x=np.array([1.0, 2.0])).tolist() == [-math.inf, -math.inf]
    assert form(f).code is f._function().numpy.code
    chosen = Expression("f", "Piecewise((x + log(a), a > 0), (x, True))", params={"a": 0.0})
    assert chosen.eval(x=np.array([1.0, 2.0])).tolist() == [1, 2]
    assert form(chosen).code is not chosen._function().numpy.code


def test_an_arm_without_a_value_leaves_the_others_theirs(forge):
    """The slope at the one point at which a square root begins: no other point had one either."""
    slope = forge.compose("(tanh_shrink - square + gaussian(hat))**0.5").gradient()
    x = np.array([-1.0, 0.5, 1.0, 2.0])
    found = slope.eval(x=x)
    assert found == pytest.approx([slope.eval(x=at) for at in x.tolist()], rel=1e-14, nan_ok=True)
    assert np.isfinite(found).tolist() == [False, True, True, False]


# Choices --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("few", [0, passes.FEW])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_choice_is_numpys_where_for_many_and_for_few(dtype, few, monkeypatch):
    monkeypatch.setattr(passes, "FEW", few)
    yes = np.array([*ODD[:-1], 3.0], dtype)
    no = yes[::-1].copy()
    for condition in (np.arange(8) % 3 == 0, np.ones(8, bool), np.zeros(8, bool)):
        for a, b in ((yes, no), (yes, np.array(0.25, dtype)), (np.array(-0.0, dtype), no)):
            got = passes.choose(condition, a, b, np.empty(8, dtype))
            assert got.tobytes() == np.where(condition, a, b).astype(dtype).tobytes()
        got = passes.zero_where(condition, no, np.empty(8, dtype))
        assert got.tobytes() == np.where(condition, dtype(0), no).tobytes()


@pytest.mark.parametrize("name", ["hard_shrink", "soft_shrink", "threshold", "leaky_relu", "elu", "relu", "relu6"])
def test_nan_passes_a_choice_without_a_look_at_the_input(forge, name):
    f = forge.get(name)
    assert form(f).everywhere
    x = ODD[[0, 6]]
    y = f.eval(x=x)
    assert np.isnan(y[0]) and y[1] == f.eval(x=-1.5)


def test_a_choice_between_constants_looks_for_nan(forge):
    slope = forge.get("relu").gradient("x")
    assert not form(slope).everywhere
    np.testing.assert_array_equal(slope.eval(x=np.array([math.nan, 2.0, -2.0, math.inf])), [math.nan, 1, 0, 1])


# Kernels --------------------------------------------------------------------------------------------------------


def test_softplus_goes_on_where_its_exponential_overflows():
    a = np.array([709.0, 709.7, 709.8, 1.7e308, math.inf, -746.0, -math.inf, math.nan])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(kernels.softplus(a), np.where(a < 0, 0.0, a))
    assert Expression("f", "softplus(a + b)").eval(a=np.empty(0), b=1.0).shape == (0,)


def test_a_parameter_as_a_bound_is_one_pass(forge):
    capped = forge.get("clipped_relu", params={"max_value": 5.0})
    assert form(capped).code.fast.at_once
    np.testing.assert_array_equal(capped.eval(x=np.array([-1.0, 3.0, 7.0, math.nan])), [0.0, 3.0, 5.0, math.nan])


def test_numbers_that_cancel_and_choices_of_the_same_arm_cost_no_pass(forge):
    srelu = forge.get("srelu")  # Piecewise((ar*(x - tr) + tr, x >= tr), (x, x > tl), (al*(x - tl) + tl, True))
    assert calls(form(srelu)) == ["less_equal", "less", "multiply", "either", "choose"]
    x = np.array([-3.0, -0.5, 0.0, 0.5, 1.0, 2.5, math.nan])
    moved = srelu.with_params(tr=1.0, ar=0.5, tl=-1.0, al=2.0)
    np.testing.assert_array_equal(moved.eval(x=x), [-5.0, -0.5, 0.0, 0.5, 1.0, 1.75, math.nan])
    nested = form("Piecewise((x, x > 1), (x, x < -1), (x**2, True))")
    assert calls(nested).count("choose") == 1 and calls(nested).count("either") == 1


def test_the_negative_of_a_step_is_taken_away_and_not_added():
    make = Builder()
    x, y = make.add("input", data="x"), make.add("input", data="y")
    for kind in ("add", "head_add"):
        for pair in ((x, make.add("neg", y)), (make.add("neg", y), x)):
            arranged = for_arrays(make.needed(("x", "y"), [make.add(kind, *pair)]), 2)
            assert [(step.op, step.args) for step in arranged.steps[2:]] == [("sub", (0, 1))]
    kept = make.needed(("x", "y"), [make.add("add", x, make.add("neg", y))])
    assert [step.op for step in for_arrays(kept, 1).steps] == ["input", "input", "neg", "add"]  # once, as y is a number


def test_a_step_of_heaviside_is_one_pass(forge):
    heaviside = forge.get("heaviside")
    assert calls(form(heaviside)) == ["heaviside"] and form(heaviside).everywhere
    for formula in (
        "Piecewise((0, x < 1), (1/2, Eq(x, 1)), (1, True))",
        "Piecewise((0, x <= 0), (1/2, Eq(x, 0)), (1, True))",
        "Piecewise((0, x < 0), (1/2, Eq(x, 1)), (1, True))",
        "Piecewise((0, x < 0), (x, Eq(x, 0)), (1, True))",
        "Piecewise((0, x < 0), (1/2, Eq(x, 0)), (2, True))",
        "Piecewise((1, x < 0), (1/2, Eq(x, 0)), (1, True))",
    ):
        f = Expression("f", formula)
        assert calls(form(f)) != ["heaviside"]
        assert f.eval(x=ODD[1:]).tolist() == [f.eval(x=at) for at in ODD[1:].tolist()]


def test_what_parameters_alone_decide_is_computed_once(forge):
    laplace = forge.get("laplace")
    made = form(laplace)
    assert "divide(x1, x2)" in made.code.fast.once and "(x1" not in made.code.fast.text.partition(":")[2]
    assert len(made.numbers) > len(made.parameters)
    x = np.array([-1.0, 0.25, 3.0])
    for mu, sigma in ((0.3, 0.7), (-1.1, 2.3)):
        moved = laplace.with_params(mu=mu, sigma=sigma)
        assert moved.eval(x=x).tolist() == pytest.approx([moved.eval(x=at) for at in x.tolist()], rel=1e-15)
    assert form("x + 1").code.fast.once.endswith("return []")


@pytest.mark.parametrize("name", ["relu", "relu6", "hard_tanh", "abs", "heaviside", "shrink", "hard_shrink"])
def test_steps_that_cannot_warn_leave_numpys_warnings_as_they_are(forge, name):
    f = forge.get(name)
    assert form(f).code.fast.silent and form(f).everywhere
    with np.errstate(all="raise"):
        for x in (ODD, ODD[2:], ODD[3:]):
            for _ in range(2):  # the second time by the shortcut
                found = f.eval(x=x)
            np.testing.assert_array_equal(found, [f.eval(x=at) for at in x.tolist()])


def test_a_look_may_warn_where_steps_cannot(forge):
    step = forge.get("step")
    assert form(step).code.fast.silent and not form(step).everywhere
    with np.errstate(all="raise"):
        for _ in range(2):
            assert step.eval(x=np.array([1e200, -1e-200, 5e-324])).tolist() == [1, 0, 1]


@pytest.mark.parametrize("formula", ["x**2", "1/x", "x + 1", "2*x", "exp(x)", "sqrt(x)", "sign(x)"])
def test_steps_that_can_are_quiet(formula):
    f = Expression("f", formula)
    assert not form(f).code.fast.silent
    with np.errstate(all="raise"):
        for _ in range(2):
            f.eval(x=ODD)
