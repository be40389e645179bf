"""What users of a symbolic catalogue rely on, statement by statement, to the digits written.

Each test is one statement of the documented interface: what is printed is compared as printed, values are
compared to the digits given. The relations between functions are in test_relations.py.
"""

from __future__ import annotations

import math

import pytest

from neurogebra import Expression, MathForge

SEVEN = ["relu", "sigmoid", "tanh", "leaky_relu", "swish", "gelu", "softplus"]


# The list -------------------------------------------------------------------------------------------------


def test_list_all_begins_with_the_seven_of_the_tutorial():
    forge = MathForge()
    names = forge.list_all(category="activation")
    assert type(names) is list
    assert names[:7] == SEVEN
    assert names[7:] == sorted(names[7:])
    assert len(set(names)) == len(names) > 7


# relu as it is printed ------------------------------------------------------------------------------------


def test_relu_reads_max_of_0_and_x(forge):
    assert str(forge.get("relu").symbolic_expr) == "Max(0, x)"


def test_relu_of_whole_numbers_prints_whole_numbers(forge, capsys):
    relu = forge.get("relu")
    print(relu.eval(x=5), relu.eval(x=-3), relu.eval(x=0))
    assert capsys.readouterr().out == "5 0 0\n"


# What an entry says ---------------------------------------------------------------------------------------


def test_the_metadata_of_relu_prints_as_documented(forge, capsys):
    relu = forge.get("relu")
    assert relu.metadata["description"] == "Rectified Linear Unit - outputs x if x > 0, else 0"
    print(relu.metadata["pros"])
    print(relu.metadata["cons"])
    assert capsys.readouterr().out == (
        "['Fast computation', 'No vanishing gradient for positive values']\n"
        "['Dead neurons for negative values', 'Not zero-centered']\n"
    )


# Values as documented -------------------------------------------------------------------------------------


def test_sigmoid_is_a_half_at_0_and_flattens_at_10(forge):
    sigmoid = forge.get("sigmoid")
    assert sigmoid.eval(x=0) == 0.5
    assert 0.9999 < sigmoid.eval(x=10) < 1
    assert 0 < sigmoid.eval(x=-10) < 0.0001


def test_tanh_is_0_at_0_and_flattens_at_5(forge, capsys):
    tanh = forge.get("tanh")
    print(tanh.eval(x=0))
    assert capsys.readouterr().out == "0.0\n"
    assert 0.9999 < tanh.eval(x=5) < 1
    assert tanh.eval(x=-5) == -tanh.eval(x=5)


def test_leaky_relu_takes_another_alpha_and_the_catalogue_keeps_its_own(forge, capsys):
    leaky_relu = forge.get("leaky_relu")
    print(leaky_relu.eval(x=5), leaky_relu.eval(x=-5))
    print(forge.get("leaky_relu", params={"alpha": 0.2}).eval(x=-5))
    print(forge.get("leaky_relu").eval(x=-5), forge.get("leaky_relu").params, leaky_relu.eval(x=-5))
    assert capsys.readouterr().out == "5 -0.05\n-1.0\n-0.05 {'alpha': 0.01} -0.05\n"


@pytest.mark.parametrize(
    ("name", "x", "digits", "value"),
    [
        ("swish", 5, 2, "4.97"),
        ("swish", -5, 2, "-0.03"),
        ("gelu", 1, 3, "0.841"),
        ("gelu", -1, 3, "-0.159"),
        ("softplus", 5, 3, "5.007"),
        ("softplus", -5, 3, "0.007"),
        ("softplus", 0, 3, "0.693"),
    ],
)
def test_values_to_the_digits_written(forge, name, x, digits, value):
    assert f"{forge.get(name).eval(x=x):.{digits}f}" == value


@pytest.mark.parametrize("name", ["swish", "gelu"])
def test_swish_and_gelu_of_0_print_0_as_a_float(forge, name, capsys):
    print(forge.get(name).eval(x=0))
    assert capsys.readouterr().out == "0.0\n"


# Seven side by side ---------------------------------------------------------------------------------------

SIDE_BY_SIDE = """\
        relu | 1.0000
     sigmoid | 0.7311
        tanh | 0.7616
  leaky_relu | 1.0000
       swish | 0.7311
        gelu | 0.8413
    softplus | 1.3133
"""


def test_the_seven_side_by_side_at_1(forge, capsys):
    for name in forge.list_all(category="activation")[:7]:
        value = forge.get(name).eval(x=1.0)
        print(f"{name:>12} | {value:.4f}")
    assert capsys.readouterr().out == SIDE_BY_SIDE


def test_the_tanh_variant_of_gelu_prints_8412(forge):
    assert f"{forge.get('gelu', variant='tanh').eval(x=1.0):.4f}" == "0.8412"


# Slopes as documented -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "function", "slope", "at_1"),
    [
        ("relu", "Max(0, x)", "Piecewise((1, x > 0), (0, True))", "1.0000"),
        ("sigmoid", "1/(1 + exp(-x))", "exp(-x)/(1 + exp(-x))**2", "0.1966"),
        ("tanh", "tanh(x)", "1 - tanh(x)**2", "0.4200"),
        ("swish", "x*sigmoid(x)", "x*sigmoid(-x)*sigmoid(x) + sigmoid(x)", "0.9277"),
    ],
)
def test_a_function_its_derivative_and_the_slope_at_1_are_printed(forge, name, function, slope, at_1, capsys):
    f = forge.get(name)
    derivative = f.gradient("x")
    print(f"f(x) = {f}\nf'(x) = {derivative}\nf'(1.0) = {derivative.eval(x=1.0):.4f}")
    assert capsys.readouterr().out == f"f(x) = {function}\nf'(x) = {slope}\nf'(1.0) = {at_1}\n"


def test_the_slopes_at_the_kinks(forge):
    assert forge.get("relu").gradient("x").eval(x=0) == 0
    for alpha in (0.01, 0.2, 1.5):
        leaky_relu = forge.get("leaky_relu", params={"alpha": alpha})
        assert leaky_relu.gradient("x").eval(x=0) == alpha
    assert Expression("abs", "Abs(x)").gradient("x").eval(x=0) == 0
    assert Expression("abs", "abs(x)").gradient("x").eval(x=0.0) == 0


# Loops over the catalogue ---------------------------------------------------------------------------------


def test_every_activation_has_a_finite_value_at_small_whole_numbers(forge):
    for name in forge.list_all(category="activation"):
        values = [forge.get(name).eval(x=x) for x in (-2, -1, 0, 1, 2)]
        if name == "crelu":  # of one number it makes two
            values = [value for pair in values for value in pair.tolist()]
        assert all(type(value) in (int, float) and math.isfinite(value) for value in values), (name, values)


def test_softplus_is_the_largest_of_the_seven_at_1(forge):
    assert max(SEVEN, key=lambda name: forge.get(name).eval(x=1)) == "softplus"


def test_tanh_is_the_steepest_of_the_seven_at_0(forge):
    slopes = {name: forge.get(name).gradient("x").eval(x=0) for name in SEVEN}
    assert max(slopes, key=slopes.__getitem__) == "tanh"
    assert slopes["tanh"] == 1


def test_a_custom_activation_as_it_is_typed():
    custom = Expression("custom", "x * sigmoid(2*x)")
    assert f"{custom.eval(x=1):.6f}" == "0.880797"


# Ranges ---------------------------------------------------------------------------------------------------

GRID = [sign * size for size in (0.0, *(10 ** (k / 40) for k in range(-120, 121))) for sign in (-1.0, 1.0)]


def smallest(expression, low, high):
    """The least value between `low` and `high`, by narrowing down around the best of a grid three times."""
    for _ in range(3):
        points = [low + (high - low) * i / 1000 for i in range(1001)]
        best = min(points, key=lambda x: expression.eval(x=x))
        low, high = best - (high - low) / 1000, best + (high - low) / 1000
    return expression.eval(x=best)


def test_relu_ranges_from_0_included_upwards(forge):
    relu = forge.get("relu")
    values = [relu.eval(x=x) for x in GRID]
    assert min(values) == 0 == relu.eval(x=-math.inf)
    assert relu.eval(x=math.inf) == math.inf


@pytest.mark.parametrize(("name", "low", "high"), [("sigmoid", 0, 1), ("tanh", -1, 1)])
def test_sigmoid_and_tanh_approach_their_bounds_without_reaching_them(forge, name, low, high):
    f = forge.get(name)
    assert all(low < f.eval(x=x) < high for x in GRID if abs(x) <= 18)
    assert all(low <= f.eval(x=x) <= high for x in GRID)
    assert (f.eval(x=-math.inf), f.eval(x=math.inf)) == (low, high)


def test_leaky_relu_ranges_over_all_numbers(forge):
    leaky_relu = forge.get("leaky_relu")
    assert (leaky_relu.eval(x=-math.inf), leaky_relu.eval(x=math.inf)) == (-math.inf, math.inf)
    assert leaky_relu.eval(x=-1e300) == 0.01 * -1e300


def test_softplus_ranges_from_0_excluded_upwards(forge):
    softplus = forge.get("softplus")
    assert all(softplus.eval(x=x) > 0 for x in GRID if x > -740)  # below, the truth is less than any float64
    assert (softplus.eval(x=-math.inf), softplus.eval(x=math.inf)) == (0, math.inf)


@pytest.mark.parametrize(
    ("name", "variant", "least"),
    [
        ("swish", None, "-0.278465"),
        ("gelu", None, "-0.169971"),
        ("gelu", "tanh", "-0.170041"),
        ("gelu", "sigmoid", "-0.163610"),
    ],
)
def test_swish_and_gelu_dip_to_their_least_value_and_grow_without_bound(forge, name, variant, least):
    f = forge.get(name, variant=variant)
    found = smallest(f, -10.0, 10.0)
    assert f"{found:.6f}" == least
    assert all(f.eval(x=x) >= found for x in GRID)
    assert f.eval(x=math.inf) == math.inf


# The methods that are offered -----------------------------------------------------------------------------


def test_search_register_compose_compare_and_explain_are_offered(forge):
    assert "softplus" in forge.search("smooth relu")
    forge.register("double_relu", "2*Max(0, x)")
    assert forge.get("double_relu").eval(x=3) == 6
    composed = forge.compose("relu + 0.1*tanh")
    assert composed.eval(x=1.0) == pytest.approx(1 + 0.1 * math.tanh(1), rel=1e-15)
    assert str(forge.compare(["relu", "gelu"])).splitlines()[0].split() == ["Name", "Formula", "Category"]
    levels = [forge.explain("relu", level=level) for level in ("beginner", "intermediate", "advanced")]
    assert ["Pros:" in text for text in levels] == [False, True, True]
    assert ["Derivatives:" in text for text in levels] == [False, False, True]


def test_an_expression_is_called_like_a_function(forge):
    assert forge.get("gelu")(1) == forge.get("gelu").eval(x=1) == forge.get("gelu")(x=1)


def test_arithmetic_takes_expressions_and_numbers_on_either_side(forge):
    f, g = forge.get("softplus"), forge.get("sigmoid")
    at = {"x": 0.5}
    a, b = f.eval(**at), g.eval(**at)
    results = [
        (f + g, a + b), (f - g, a - b), (f * g, a * b), (f / g, a / b), (f**g, a**b),
        (f + 2, a + 2), (f - 2, a - 2), (f * 2, a * 2), (f / 2, a / 2), (f**2, a**2),
        (2 + f, 2 + a), (2 - f, 2 - a), (2 * f, 2 * a), (2 / f, 2 / a), (2**f, 2**a),
        (-f, -a), (+f, a), (abs(-f), a),
        (0.5 * f, 0.5 * a), (f + 0.25, a + 0.25),
    ]  # fmt: skip
    for expression, value in results:
        assert isinstance(expression, Expression)
        assert expression.eval(**at) == pytest.approx(value, rel=1e-15), expression.name


def test_names_of_sums_and_gradients_say_what_they_are(forge):
    relu, gelu = forge.get("relu"), forge.get("gelu")
    assert (relu + gelu).name == "(relu+gelu)"
    assert gelu.gradient("x").name == "d(gelu)/d(x)"


def test_compose_feeds_the_input_and_never_a_parameter(forge):
    outer, inner = forge.get("leaky_relu", params={"alpha": 0.2}), forge.get("tanh")
    composed = outer.compose(inner)
    assert composed.eval(x=-1.0) == pytest.approx(0.2 * math.tanh(-1.0), rel=1e-15)
    assert composed.params == {"alpha": 0.2}
    assert composed.variables == outer.variables == ["x"]


def test_clone_simplify_expand_and_integrate_are_offered(forge):
    sigmoid = forge.get("sigmoid")
    assert sigmoid.clone() == sigmoid
    assert Expression("f", "x*x + x**2").simplify().eval(x=3) == 18
    assert str(Expression("f", "(x + 1)**2").expand()) == "x**2 + 2*x + 1"
    integral = Expression("f", "2*x").integrate("x")
    assert integral.eval(x=3) - integral.eval(x=1) == 8


def test_what_an_expression_says_of_itself(forge):
    leaky_relu = forge.get("leaky_relu")
    assert leaky_relu.name == "leaky_relu"
    assert leaky_relu.variables == ["x"]
    assert leaky_relu.params == {"alpha": 0.01}
    assert leaky_relu.trainable_params == []
    assert leaky_relu.metadata["category"] == "activation"
    assert r"\alpha" in leaky_relu.formula


# Parameters of operands -----------------------------------------------------------------------------------


def test_equal_parameter_names_of_two_operands_do_not_collide(forge):
    leaky_relu = forge.get("leaky_relu", params={"alpha": 0.1})
    elu = forge.get("elu", params={"alpha": 2})
    total = leaky_relu + elu
    assert total.eval(x=-1) == pytest.approx(-0.1 + 2 * (math.exp(-1) - 1), rel=1e-15)
    assert total.params == {"alpha": 0.1, "alpha_2": 2}
