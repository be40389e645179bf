"""`expression.properties` and what `list_all` finds by them: values, text, LaTeX, conditions, errors in whole."""

from __future__ import annotations

import math

import pytest
import sympy

from neurogebra import Expression, MathForge
from neurogebra.errors import FormulaError, UnknownProperty, UnknownTag, UsageError
from neurogebra.language.interval import Interval
from neurogebra.language.region import Region, region_of, spans


@pytest.fixture(scope="module")
def forge():
    return MathForge()


def test_a_property_is_a_value_for_the_present_parameters(forge):
    relu = forge.get("relu").properties
    assert relu["range"] == Interval.parse("[0, oo)")
    assert (relu["monotone"], relu["lipschitz"], relu["smoothness"]) == ("increasing", 1, 0)
    assert relu["limits"] == {"-oo": 0, "oo": math.inf}
    assert relu["cost"] == {"exponentials": 0, "operations": 1}
    elu = forge.get("elu", params={"alpha": 0.5})
    assert elu.properties["range"] == Interval(-0.5, math.inf, False, False)
    assert elu.properties["asymptotes"] == {"-oo": "-alpha", "oo": "x"}
    assert (elu.properties["smoothness"], forge.get("elu").properties["smoothness"]) == (0, 1)


def test_a_condition_decides_what_is_stated(forge):
    leaky = forge.get("leaky_relu")
    assert leaky.properties["convex"] is True
    assert leaky.with_params(alpha=2).properties["convex"] == "concave"
    assert str(leaky.properties["range"]) == "(-oo, oo)"
    assert str(leaky.with_params(alpha=0).properties["range"]) == "[0, oo)"
    hard = forge.get("hard_tanh")
    assert hard.properties["parity"] == "odd"  # (min_val < max_val) & Eq(min_val, -max_val)
    assert hard.with_params(min_val=-2).properties["parity"] == "none"


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("lower + upper > 0.75", False),
        ("Eq(lower + upper, 0.75)", True),
        ("Ne(upper, 2*lower) & (upper < 2.5*lower)", False),
        ("2*lower + -1*upper + 1e-3 >= 0", True),
        ("(lower > 0) & Eq(-upper, -5e-1)", True),
        ("lower - upper < 0", True),
        ("upper**2 >= lower", True),
        ("upper**2*lower > lower/2", False),
    ],
)
def test_a_plain_condition_is_decided_as_sympy_decides_it(forge, condition, truth):
    properties = forge.get("rrelu", params={"lower": 0.25, "upper": 0.5}).properties
    known = properties._evaluated(f"Piecewise((1, {condition}), (0, True))") == 1
    assert properties._holds(condition) is known is truth


def test_sums_and_products_are_decided_without_sympy(forge, monkeypatch):
    properties = forge.get("rrelu").properties
    monkeypatch.setattr(type(properties), "_evaluated", lambda self, text: pytest.fail(text))
    for condition in ("lower + upper > 0", "Ne(upper, 2*lower) & (lower > 0)", "Eq(lower + 2*upper, 1e-3)"):
        properties._holds(condition)
    with pytest.raises(pytest.fail.Exception):
        properties._holds("lower - upper > 0")


def test_asking_for_what_is_not_stated_reads_no_other_condition(forge, monkeypatch):
    properties = forge.get("xielu").properties
    monkeypatch.setattr(type(properties), "_holds", lambda self, condition: pytest.fail(condition))
    assert properties.get("sums_to") is None and properties.get("nonsense", 0) == 0 and properties.get(["x"]) is None


def test_sets_have_parts_points_and_members(forge):
    values = forge.get("hard_shrink").properties["range"]
    assert isinstance(values, Region)
    assert (len(values), 0 in values, 0.25 in values, 3 in values) == (3, True, False, True)
    assert str(values) == "(-oo, -0.5) | {0} | (0.5, oo)"
    assert str(forge.get("relu").properties["gradient_range"]) == "{0, 1}"
    assert forge.get("swish").properties["minimum"]["at"] == -1.27846454276107
    assert forge.get("sigmoid").properties["point_symmetry"] == {"about": (0, 0.5)}


def test_text_and_latex_keep_the_parameters(forge):
    elu = forge.get("elu").properties
    assert elu.text("range") == "(-alpha, oo)"
    assert elu.latex("range") == r"\left(- \alpha, \infty\right)"
    assert elu.latex("limits") == r"x \to -\infty: - \alpha,\; x \to \infty: \infty"
    assert elu.latex("monotone") == r"\text{increasing}"
    assert forge.get("relu").properties.latex("gradient_range") == r"\left\{0, 1\right\}"
    assert forge.get("gelu").properties.text("monotone") == "false"


def test_its_repr_is_one_property_a_line(forge):
    lines = repr(forge.get("relu").properties).splitlines()
    assert lines[:3] == ["range: [0, oo)", "gradient_range: {0, 1}", "bounded: below"]
    assert "limits: -oo: 0, oo: oo" in lines
    assert repr(Expression("mine", "x**2").properties) == "(no properties are stated)"


def test_all_stated_properties_of_all_entries_have_values_text_and_latex(forge):
    for name in forge:
        properties = forge.get(name).properties
        for each in properties:
            assert properties[each] is not None and properties.text(each)
        assert repr(properties)
    for each in forge.get("swish_beta").properties:
        assert forge.get("swish_beta").properties.latex(each)


def test_variants_have_properties_of_their_own(forge):
    gelu = forge.get("gelu")
    ends = [forge.get("gelu", variant=v).properties["range"].low for v in (None, "tanh", "sigmoid")]
    assert ends == [-0.169971207479904, -0.170040750571254, -0.163610189636354]
    assert dict(gelu.gradient("x").properties) == {}


def test_what_is_not_stated_is_an_error_that_says_what_is(forge):
    properties = forge.get("relu").properties
    assert properties.get("minimum") is None
    with pytest.raises(UnknownProperty) as missing:
        properties["minimum"]
    assert str(missing.value) == (
        "relu states no minimum; it states range, gradient_range, bounded, zeros, fixed_points, monotone, convex, "
        "parity, smoothness, lipschitz, limits, asymptotes, saturates, dead_region, cost."
    )
    with pytest.raises(UnknownProperty, match=r"no property called 'montone'\. Did you mean 'monotone'\?"):
        properties["montone"]


def test_an_array_of_parameter_values_has_no_one_range(forge):
    with pytest.raises(UsageError) as refused:
        forge.get("elu", params={"alpha": [0.5, 1.0]}).properties["range"]
    assert str(refused.value) == "-alpha is a number for each value of alpha, which is an array; ask with one value."


def test_a_repr_tells_what_has_no_one_number_as_the_entry_writes_it(forge):
    lines = repr(forge.get("prelu", params={"alpha": [0.1, 0.2]}).properties).splitlines()
    assert "lipschitz: Max(1, Abs(alpha))" in lines and "cost: exponentials: 0, operations: 3" in lines
    sigmas = repr(forge.get("laplace", params={"sigma": [1.0, 2.0]}).properties).splitlines()
    assert "lipschitz: sqrt(2/pi)/2/sigma" in sigmas and "range: (0, 1)" in sigmas
    assert "range: (beta - Abs(gamma), beta + Abs(gamma))" in repr(
        forge.get("dynamic_tanh", {"beta": 1e300}).properties
    )


def test_no_repr_of_properties_raises_whatever_the_parameter_values(forge):
    for name in forge:
        e = forge.get(name)
        for parameter, domain in e.domains.items():
            values = [5e-324, 1.0, 1.7e308, [1.0, 2.0]] if e.kind != "vector" else [5e-324, 1.0]
            for value in values:
                if all(each in domain for each in (value if isinstance(value, list) else [value])):
                    assert repr(e.with_params(**{parameter: value}).properties)


# list_all ---------------------------------------------------------------------------------------------------


def test_list_all_selects_by_property(forge):
    assert forge.list_all(monotone=False, smoothness=sympy.oo, bounded="below")[:2] == ["swish", "gelu"]
    assert forge.list_all(smoothness=math.inf) == forge.list_all(smoothness="oo") == forge.list_all(smoothness=sympy.oo)
    assert set(forge.list_all(monotone=True)) >= set(forge.list_all(monotone="increasing"))
    assert "relu" in forge.list_all(range="[0, oo)", lipschitz=1)
    assert forge.list_all(range=Interval(-1, 1, False, False), parity="odd")[0] == "tanh"
    assert forge.list_all(lipschitz=lambda size: size < 0.5)[:1] == ["sigmoid"]
    assert forge.list_all(cost=lambda cost: cost["exponentials"] == 0)[0] == "relu"


def test_what_an_entry_does_not_state_is_never_found(forge):
    having = [name for name in forge.list_all() if "periodic" in forge.get(name).properties]
    assert having and forge.list_all(periodic=True) == forge.list_all(periodic=lambda period: True) == having


def test_list_all_selects_by_tag_and_category_at_once(forge):
    assert forge.list_all(tags="self-normalizing") == ["selu"]
    assert forge.list_all("activation", tags=["bounded", "odd"], smoothness=math.inf)[0] == "tanh"
    with pytest.raises(UnknownTag, match=r"no tag called 'smoth'\. Did you mean 'smooth'\? The tags are: "):
        forge.list_all(tags="smoth")


def test_a_property_that_is_none_is_refused_with_the_nearest(forge):
    with pytest.raises(UnknownProperty) as refused:
        forge.list_all(lipshitz=1)
    assert str(refused.value).startswith(
        "no property called 'lipshitz'. Did you mean 'lipschitz'? The properties are: range, gradient_range, "
    )


def test_what_a_user_adds_is_found_by_what_it_states(tmp_path):
    forge = MathForge()
    forge.register("plain", Expression("plain", "x", metadata={"category": "mine", "tags": ["own"]}))
    file = tmp_path / "stated.yaml"
    file.write_text(
        "name: stated\ncategory: mine\ntags: [own]\nformula: x\nproperties: {lipschitz: 1}\n", encoding="utf-8"
    )
    forge.load(file)
    assert forge.list_all(tags="own") == ["plain", "stated"]
    assert forge.list_all(tags="own", lipschitz=1) == ["stated"]


# Sets as text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["[0, oo)", "{0, 1}", "(-oo, -1) | {0} | (1, oo)", "{}", "{-1} | [0, 2)", "(0, 1) | (1, 2]"]
)
def test_a_set_reads_back_as_it_was_written(text):
    assert str(region_of(text, lambda end: float(end.replace("oo", "inf")))) == text


@pytest.mark.parametrize(
    "text", ["", "0, 1", "10, 1]", "[0, 11", "{0, 1]", "[0, 1}", "[0, 1] |", "[0]", "[0, 1, 2]", "(, 1)"]
)
def test_what_is_no_set_is_refused(text):
    with pytest.raises(FormulaError, match=r"is no (set|interval); write one like"):
        spans(text)


def test_ends_may_be_formulas_with_commas():
    assert [span.high for span in spans("[0, Max(1, alpha)] | {Min(a, b), 2}")] == ["Max(1, alpha)", "Min(a, b)", "2"]
