"""What expressions become together: sums, compositions, derivatives, and the parameters that meet in them.

Combinations are compared by value, by parameter and by name, since a parameter that is lost or shared wrongly shows
in one of the three only.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from refusals import refusal

from neurogebra import Expression
from neurogebra.errors import (
    FormulaError,
    ParameterOutOfDomain,
)


@pytest.fixture
def leaky(forge):
    return forge.get("leaky_relu")


# Arithmetic -----------------------------------------------------------------------------------------------------


def test_operators_say_what_they_did(forge):
    f, g = forge.get("relu"), forge.get("tanh")
    made = [f + g, f - g, f * g, f / g, f**g, f + 2, 2 - f, 0.5 * f, 2 / f, 2**f, -f, abs(g), +f]
    assert [each.name for each in made] == [
        "(relu+tanh)", "(relu-tanh)", "(relu*tanh)", "(relu/tanh)", "(relu**tanh)", "(relu+2)", "(2-relu)",
        "(0.5*relu)", "(2/relu)", "(2**relu)", "-relu", "abs(tanh)", "relu",
    ]  # fmt: skip
    assert ((f + g) * 2).name == "((relu+tanh)*2)"


@pytest.mark.parametrize("number", [2, 0.5, np.float64(2), np.float32(0.5), np.int64(3), np.array(2.0), -1, 0.1])
def test_numbers_stand_on_either_side(forge, number):
    f, at = forge.get("softplus"), 0.75
    v, n = f.eval(x=at), float(number)
    both = [(f + number, v + n), (number + f, n + v), (f - number, v - n), (number - f, n - v), (f * number, v * n),
            (number * f, n * v), (f / number, v / n), (number / f, n / v), (f**number, v**n)]  # fmt: skip
    for made, value in both:
        assert type(made) is Expression and made.variables == ["x"]
        assert made.eval(x=at) == pytest.approx(value, rel=1e-15), made.name


def test_decimals_are_exact_in_a_sum(forge):
    assert str(forge.get("linear") + 0.1) == "x + 0.1"
    assert (forge.get("linear") * 0.1 * 10) == forge.get("linear")


@pytest.mark.parametrize("other", ["2", None, True, 1j, [1], {}], ids=repr)
def test_what_is_no_number_is_left_to_python(leaky, other):
    for operation in (lambda: leaky + other, lambda: other * leaky, lambda: leaky / other, lambda: leaky**other):
        with pytest.raises(TypeError):
            operation()


def test_the_constants_of_an_entry_travel_as_numbers(forge):
    f = 2 * forge.get("selu") + 1
    assert f.params == {} and f.variables == ["x"]
    assert f.eval(x=1.0) == pytest.approx(2 * 1.0507009873554805 + 1, rel=1e-15)


# Parameters that meet -------------------------------------------------------------------------------------------


def test_equal_parameters_are_shared(leaky):
    total = leaky + 3 * leaky
    assert total.params == {"alpha": 0.01}
    assert total.with_params(alpha=1).eval(x=-1.0) == -4


def test_equal_arrays_are_shared(leaky):
    one, other = (leaky.with_params(alpha=np.array([0.1, 0.2])) for _ in range(2))
    assert list((one + other).params) == ["alpha"]


def test_arrays_that_are_equal_in_part_are_kept_apart(leaky):
    one, other = (leaky.with_params(alpha=np.array([0.1, last])) for last in (0.2, 0.3))
    assert list((one + other).params) == ["alpha", "alpha_2"]


def test_other_values_are_kept_apart(leaky):
    total = leaky + leaky.with_params(alpha=0.2) * leaky.with_params(alpha=0.3)
    assert total.params == {"alpha": 0.01, "alpha_2": 0.3, "alpha_3": 0.2}  # the product had named its own
    assert total.eval(x=-1.0) == pytest.approx(-0.01 + 0.06, rel=1e-15)
    assert {str(domain) for domain in total.domains.values()} == {"[0, oo)"}


def test_other_domains_are_kept_apart(leaky, forge):
    """alpha is 1.0 in both; elu's may not be 0."""
    total = leaky.with_params(alpha=1.0) + forge.get("elu")
    assert total.params == {"alpha": 1.0, "alpha_2": 1.0}
    assert {name: str(domain) for name, domain in total.domains.items()} == {"alpha": "[0, oo)", "alpha_2": "(0, oo)"}
    assert total.with_params(alpha=0).eval(x=-1.0) == math.expm1(-1.0)
    assert refusal(ParameterOutOfDomain, total.with_params, alpha_2=0) == (
        "(leaky_relu+elu) needs alpha_2 in (0, oo); got 0.0."
    )


TILTED = Expression("tilted", "alpha*x")  # here alpha is a variable


@pytest.mark.parametrize("turned", [False, True])
def test_a_variable_is_no_parameter_of_the_same_name(leaky, turned):
    total = TILTED + leaky if turned else leaky + TILTED
    assert total.variables == ["alpha", "x"] and total.params == {"alpha_2": 0.01}
    assert total.eval(alpha=3.0, x=-1.0) == -3.01
    assert total.gradient("alpha").eval(alpha=3.0, x=-1.0) == -1
    assert total.with_params(alpha_2=1).eval(alpha=3.0, x=-1.0) == -4


def test_a_variable_fed_in_is_no_parameter_of_the_same_name(leaky):
    fed = leaky.compose(TILTED)
    assert fed.variables == ["alpha", "x"] and list(fed.params.values()) == [0.01]
    assert fed.eval(alpha=3.0, x=-1.0) == -0.03
    back = Expression("doubled", "2*alpha").compose(leaky)
    assert back.variables == ["x"] and back.params == {"alpha": 0.01}
    assert back.eval(x=-1.0) == -0.02


def test_a_new_name_is_one_that_nobody_has(leaky):
    taken = Expression("taken", "alpha + alpha_2*x", {"alpha_2": 5})
    total = taken + leaky
    assert total.variables == ["alpha", "x"] and total.params == {"alpha_2": 5.0, "alpha_3": 0.01}
    assert total.eval(alpha=1.0, x=-1.0) == pytest.approx(1 - 5 - 0.01, rel=1e-15)


def test_flags_of_trainable_parameters_travel(leaky, forge):
    f = leaky.with_trainable(["alpha"])
    assert f.trainable_params == ["alpha"] and leaky.trainable_params == []
    assert forge.get("leaky_relu", trainable=True).trainable_params == ["alpha"]
    still = [f.gradient("x"), f.gradient("alpha"), f + 1, 2 * f, -f, f.compose(forge.get("tanh")),
             forge.get("tanh").compose(f), f.with_params(alpha=0.2), f.clone(), f.renamed("g"), f.expand()]  # fmt: skip
    assert [each.trainable_params for each in still] == [["alpha"]] * len(still)
    both = leaky + f.with_params(alpha=0.5)
    assert both.trainable_params == ["alpha_2"]


# Feeding --------------------------------------------------------------------------------------------------------


def test_compose_feeds_the_input_and_never_a_parameter(leaky, forge):
    fed = leaky.with_params(alpha=0.5).compose(forge.get("elu"))
    assert fed.name == "leaky_relu(elu)" and fed.variables == ["x"]
    assert fed.params == {"alpha": 0.5, "alpha_2": 1.0}
    assert fed.eval(x=-1.0) == pytest.approx(0.5 * math.expm1(-1.0), rel=1e-15)


def test_the_absolute_value_of_cases_is_fed_like_any_other(forge):
    """SymPy writes -(u + v) into the cases of Abs(u*f(...)), which has no form that reads back equal."""
    inner = forge.get("softclamp_gelu").compose(forge.get("srelu"))
    places = [-7.3, -1.0, 0.3, 2.5]
    values = [abs(inner.eval(x=at)) for at in places]
    for made in (forge.get("abs").compose(inner), abs(inner), forge.compose("abs(softclamp_gelu(srelu))")):
        assert [made.eval(x=at) for at in places] == values
        assert made.eval(x=places).tolist() == pytest.approx(values, rel=1e-15)


def test_an_expression_feeds_itself(leaky, forge):
    twice = leaky.with_params(alpha=0.5).compose(leaky.with_params(alpha=0.5))
    assert twice.params == {"alpha": 0.5}
    assert [twice.eval(x=at) for at in (-4.0, 0.0, 3.0)] == [-1, 0, 3]
    assert forge.get("relu").compose(forge.get("relu")) == forge.get("relu")


def test_a_composition_that_grows_without_end_is_refused_with_its_size(leaky, forge):
    for f in (leaky, forge.get("swish"), forge.get("gelu")):
        with pytest.raises(
            FormulaError, match=r"\b(\d{3,}) parts; a formula has at most 500|\d{3,} combinations, more than 256"
        ):
            g = f
            for _ in range(20):
                g = g.compose(f)


# Calculus -------------------------------------------------------------------------------------------------------


def test_a_derivative_is_named_by_what_it_is_of_and_by(leaky):
    assert leaky.gradient().name == "d(leaky_relu)/d(x)"
    assert leaky.gradient("x", 2).name == leaky.gradient().gradient().name == "d2(leaky_relu)/d(x)2"
    assert leaky.gradient("x").gradient("alpha").name == "d(d(leaky_relu)/d(x))/d(alpha)"


def test_a_derivative_of_any_order_may_be_by_a_parameter(leaky, forge):
    cube = Expression("cube", "a*x**3", {"a": 2})
    assert [cube.gradient("x", k).eval(x=2.0) for k in (1, 2, 3, 4)] == [24, 24, 12, 0]
    assert cube.gradient("x", 2) == cube.gradient("x").gradient("x")
    assert cube.gradient("a").eval(x=2.0) == 8 and cube.gradient("a", 2).eval(x=2.0) == 0
    assert leaky.gradient("alpha").eval(x=-3.0) == -3 and leaky.gradient("alpha").eval(x=3.0) == 0
    assert leaky.gradient("x").params == {"alpha": 0.01}
    assert leaky.gradient("x").with_params(alpha=0.3).eval(x=-1.0) == 0.3
    assert math.isfinite(forge.get("gelu").gradient("x", 8).eval(x=0.5))


def test_mixed_derivatives_commute():
    f = Expression("f", "sigmoid(b*x)*x**2", {"b": 1.5})
    one, other = f.gradient("x").gradient("b"), f.gradient("b").gradient("x")
    assert one.eval(x=0.7) == pytest.approx(other.eval(x=0.7), rel=1e-14)


def test_an_antiderivative_has_the_function_as_its_slope(forge):
    for name in ("tanh", "gelu", "leaky_relu", "square"):
        f = forge.get(name)
        back = f.integrate().gradient("x")
        assert f.integrate().name == f"int({name})d(x)" and f.integrate().params == f.params
        for at in (-2.0, -0.3, 0.5, 3.0):
            assert back.eval(x=at) == pytest.approx(f.eval(x=at), rel=1e-13), (name, at)


def test_simplify_and_expand_keep_the_value_and_what_belongs_to_it():
    f = Expression("f", "(x + a)**2 - x**2 - a**2", {"a": 3}, ["a"])
    for g, text in ((f.simplify(), "2*a*x"), (f.expand(), "2*a*x")):
        assert str(g) == text and g.params == {"a": 3.0} and g.trainable_params == ["a"] and g.name == "f"
        assert g.eval(x=5.0) == f.eval(x=5.0) == 30
    assert Expression("f", "sin(x)**2 + cos(x)**2").simplify().eval(x=2.0) == 1
