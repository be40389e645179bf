"""Explanations, tables, formulas on pages and plots: that each says what the library computes."""

from __future__ import annotations

import json
import math
import sys
from xml.etree import ElementTree

import pytest

from neurogebra import Expression, MathForge
from neurogebra.catalogue.properties import OF_KIND
from neurogebra.errors import InputError, MissingExtra, UnknownParameter, UsageError
from neurogebra.language.interval import Interval
from neurogebra.language.mathml import mathml
from neurogebra.show.proofs import MANY, PROOFS, REASONS

FORGE = MathForge()


# Explanations ---------------------------------------------------------------------------------------------------


def test_constants_are_listed_with_all_their_digits():
    scale = next(c.text for c in FORGE.get("selu").entry.constants if c.name == "scale")
    assert len(scale) > 20 and f"  scale = {scale}, fixed\n" in FORGE.explain("selu")
    assert scale in FORGE.get("selu")._repr_mimebundle_()["text/html"]


def test_a_beginner_sees_no_formula():
    for name in FORGE.list_all():
        text = FORGE.explain(name, "beginner")
        assert FORGE.get(name).entry.formula not in text or len(FORGE.get(name).entry.formula) < 6, name


def test_an_advanced_reader_sees_the_form_that_is_computed_and_why():
    text = FORGE.explain("gelu", "advanced")
    assert "Computed as: x*Phi(x)\n  Phi: in float64, (1 + erf(x/sqrt(2)))/2 is 0 below x = -8.4\n" in text
    assert '\nElsewhere:\n  torch: torch.nn.functional.gelu(approximate="none")\n' in text
    assert text.endswith(
        "References:\n  - Hendrycks, Gimpel (2016). Gaussian Error Linear Units (GELUs). "
        "https://arxiv.org/abs/1606.08415"
    )
    assert "Computed as" not in FORGE.explain("relu", "advanced")


def test_a_proven_property_is_shown_with_its_kind_of_proof(monkeypatch):
    stated = {
        "range": Interval.parse("[-0.169971207479904, oo)"),
        "limits": {"-oo": 0, "oo": math.inf},
        "monotone": False,
    }
    monkeypatch.setattr(Expression, "properties", stated, raising=False)
    assert (
        "Proven properties:\n"
        "  from the signs of f, f' and f'', enclosed on the whole line\n"
        "    range: [-0.1699712, oo)\n"
        "    monotone: no\n"
        "  from the leading terms at both ends\n"
        "    limits: 0 on the left, oo on the right\n"
    ) in FORGE.explain("gelu", "advanced")
    assert FORGE.compare(["gelu"], columns=["range"])[0]["range"] is stated["range"]
    assert "gelu  [-0.1699712, oo)  no" in str(FORGE.compare(["gelu"], columns=["range", "monotone"]))
    assert "<th>range</th><td>[-0.1699712, oo)</td>" in FORGE.get("gelu")._repr_mimebundle_()["text/html"]


def test_each_property_has_one_kind_of_proof():
    for table, kinds in ((PROOFS, ("elementwise", "stochastic")), (MANY, ("gated", "vector"))):
        names = [name for proof in table.values() for name in proof]
        assert len(names) == len(set(names)) and set(names) == {name for kind in kinds for name in OF_KIND[kind]}


def test_the_reasons_are_true():
    """Each textbook spelling in float64, where its reason says that it fails and just before."""
    exp, log, tanh, erf, cosh = math.exp, math.log, math.tanh, math.erf, math.cosh
    assert exp(709.7) < math.inf and "709.8" in REASONS["sigmoid"] and "709.8" in REASONS["softplus"]
    assert log(1 + exp(-36.7)) > 0 == log(1 + exp(-36.8)) and "-36.8" in REASONS["softplus"]
    assert (1 + erf(-8.2 / 2**0.5)) / 2 > 0 == (1 + erf(-8.4 / 2**0.5)) / 2 and "-8.4" in REASONS["Phi"]
    assert exp(1e-16) - 1 == 0 == log(1 + 1e-16) and "1e-16" in REASONS["expm1"] and "1e-16" in REASONS["log1p"]
    assert cosh(710.4) < math.inf and "710.5" in REASONS["log_cosh"]
    assert 1 - tanh(18.3) ** 2 > 0 == 1 - tanh(19.1) ** 2 and "19.1" in REASONS["sech2"]
    for overflows in (lambda: exp(709.8), lambda: cosh(710.5)):
        with pytest.raises(OverflowError):
            overflows()


# Tables ---------------------------------------------------------------------------------------------------------


def test_a_table_is_a_list_of_dicts_underneath():
    table = FORGE.compare(["relu", "tanh"], at=[0, -1.5])
    assert isinstance(table, list) and all(type(row) is dict for row in table)
    assert table[0] == {
        "name": "relu", "formula": "Max(0, x)", "category": "activation",
        "f(0)": 0, "f'(0)": 0, "f(-1.5)": 0.0, "f'(-1.5)": 0.0,
    }  # fmt: skip
    assert json.loads(json.dumps(table)) == table


def test_the_columns_are_those_asked_for_and_the_name():
    table = FORGE.compare(["gelu"], columns=["usage", "usage", "name", "title"])
    head, rule, row = str(table).splitlines()
    assert head.split("  ")[0] == "Name" and "Best for" in head and "Title" in head and "Formula" not in head
    assert set(rule) == {"-"} and row.startswith("gelu  Transformers")
    assert repr(table) == str(table)


def test_markdown_and_html_hold_what_a_cell_holds():
    forge = MathForge()
    forge.register("a_b", Expression("a_b", "x", metadata={"title": "<b>$1|2$</b>"}))
    table = forge.compare(["a_b"], columns=["title"])
    assert table.markdown().splitlines() == ["| Name | Title |", "| --- | --- |", r"| a_b | \<b>\$1\|2\$\</b> |"]
    assert "<td>&lt;b&gt;<span>$</span>1|2<span>$</span>&lt;/b&gt;</td>" in table._repr_html_()
    assert table._repr_markdown_() == table.markdown()
    assert r"| x\*sigmoid(x) |" in forge.compare(["swish"]).markdown()


def test_compare_refuses_what_it_does_not_know():
    with pytest.raises(UsageError, match=r"compare has no column 'rang'. Did you mean 'range'\? The columns are: name"):
        FORGE.compare(["relu"], columns=["rang"])
    with pytest.raises(InputError, match=r"columns is a list of names such as \['range', 'usage'\]; got 'range'."):
        FORGE.compare(["relu"], columns="range")
    with pytest.raises(InputError, match=r"at is a list of numbers such as \[0, 1\]; got 'one'."):
        FORGE.compare(["relu"], at=["one"])


def test_an_empty_comparison_has_a_head_and_no_rows():
    assert str(FORGE.compare([])).splitlines() == ["Name  Formula  Category", "-" * 23]


# MathML ---------------------------------------------------------------------------------------------------------


def test_every_formula_and_slope_of_the_catalogue_is_well_formed_mathml():
    for name in FORGE.list_all():
        f = FORGE.get(name)
        for expression in (f, *map(f.gradient, f.variables)):
            ElementTree.fromstring(f"<math>{mathml(expression._shown())}</math>")


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("x - 1", "x\u22121"),
        ("-x", "\u2212x"),
        ("alpha*x", "\u03b1\u2062x"),
        ("exp(-x)", "e\u2212x"),
        ("2/3*x", "2\u2062x3"),
        ("x**2*0.5", "x22"),
        ("1e-7*x", "10\u22127\u2062x"),
        ("Max(0, x)", "max\u2061(0,x)"),
        ("Abs(x)", "|x|"),
        ("floor(x)", "\u230ax\u230b"),
        ("Phi(x)", "\u03a6\u2061(x)"),
        ("Gamma + theta_2", "\u0393+\u03b82"),
        ("where((x > 0) & (x <= 6), pi, E)", "{\u03c0if\xa0(x>0)\u2227(x\u22646)eotherwise"),
        ("(x + 1)*x", "x\u2062(x+1)"),
        ("tanh(x)**2", "tanh\u2061(x)2"),
        ("log_cosh(x)", "log\xa0cosh\u2061(x)"),
    ],
)
def test_formulas_as_they_stand_on_a_page(formula, shown):
    page = ElementTree.fromstring(f"<math>{mathml(Expression('f', formula).readable)}</math>")
    assert "".join(page.itertext()) == shown


# Plots ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pyplot():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot


@pytest.fixture
def axes(pyplot):
    figure, axes = pyplot.subplots()
    yield axes
    pyplot.close(figure)


def labels(axes):
    return [line.get_label() for line in axes.lines if not line.get_label().startswith("_")]


def test_plot_draws_f_and_its_slope_on_the_axes_it_is_given(axes):
    assert FORGE.get("gelu").plot(ax=axes) is axes
    assert labels(axes) == ["gelu", "gelu, f'"]
    x, y = axes.lines[0].get_data()
    assert list(y) == list(FORGE.get("gelu").eval(x=x))
    assert axes.get_xlim() == (-4, 4)


def test_plot_makes_axes_where_none_are_given(pyplot):
    axes = FORGE.get("tanh").plot()
    assert labels(axes) == ["tanh", "tanh, f'"]
    pyplot.close(axes.figure)


def test_a_sweep_draws_a_curve_for_each_value(axes):
    FORGE.get("leaky_relu").plot(ax=axes, alpha=[0.01, 0.1, 0.3])
    assert labels(axes) == [f"leaky_relu, alpha={alpha}" for alpha in (0.01, 0.1, 0.3)]
    assert axes.lines[-3].get_ydata()[0] != axes.lines[0].get_ydata()[0]


def test_kinks_are_marked_and_asymptotes_dashed(axes):
    FORGE.get("relu6").plot(ax=axes)
    (marks,) = [line for line in axes.lines if line.get_marker() == "o"]
    assert list(marks.get_xdata()) == [0, 6] and list(marks.get_ydata()) == [0, 6]
    axes.clear()
    FORGE.get("sigmoid").plot(ax=axes)
    dashed = [
        list(line.get_ydata()) for line in axes.lines if line.get_linestyle() == "--" and len(line.get_ydata()) == 2
    ]
    assert dashed == [[0, 0], [1, 1]]


def test_an_interval_and_derivatives_are_chosen(axes):
    FORGE.get("tanh").plot(ax=axes, x=(-1, 2), derivatives=[1, 2])
    assert axes.get_xlim() == (-1, 2)
    assert labels(axes) == ["tanh", "tanh, f'", "tanh, f''"]
    axes.clear()
    FORGE.get("tanh").plot(ax=axes, derivatives=[])
    assert labels(axes) == ["tanh"]


def test_a_second_variable_is_fixed_by_naming_it(axes):
    Expression("gate", "a*sigmoid(b)").plot(ax=axes, b=[0, 2])
    assert labels(axes) == ["gate, b=0", "gate, b=2"]


def test_several_are_drawn_into_one_picture(axes):
    assert FORGE.plot(["relu", "gelu"], ax=axes, x=(-2, 2)) is axes
    assert labels(axes) == ["relu", "gelu"]
    assert axes.get_legend() is not None


@pytest.mark.parametrize(
    ("options", "kind", "reason"),
    [
        ({"slope": 1}, UnknownParameter, "leaky_relu cannot be drawn by 'slope'; it takes x, alpha."),
        ({"x": (3, -3)}, UsageError, "x begins with its smaller end, such as (-3, 3); got (3, -3)."),
        ({"x": (0, math.inf)}, UsageError, "x is drawn between -1e300 and 1e300; got (0, inf)."),
        ({"x": (-1e308, 1e308)}, UsageError, "x is drawn between -1e300 and 1e300; got (-1e+308, 1e+308)."),
        (
            {"x": (0, 10**5000)},
            UsageError,
            "x is drawn between -1e300 and 1e300; got a value of type tuple that cannot be printed.",
        ),
        ({"x": (0, math.nan)}, InputError, "x is an interval such as (-3, 3); got (0, nan)."),
        ({"x": (True, 2)}, InputError, "x is an interval such as (-3, 3); got (True, 2)."),
        ({"derivatives": [0]}, UsageError, "derivatives are whole numbers from 1 to 8, such as [1, 2]; got 0."),
        ({"ax": 5}, InputError, "ax is a matplotlib Axes, as plt.subplots() gives; got 5."),
        ({"alpha": []}, UsageError, "leaky_relu would be drawn 0 times; from 1 to 24 curves can be read."),
    ],
)
def test_plot_refuses_what_cannot_be_drawn(pyplot, options, kind, reason):
    with pytest.raises(kind) as refusal:
        FORGE.get("leaky_relu").plot(**options)
    assert str(refusal.value) == reason
    assert pyplot.get_fignums() == []


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra) as refusal:
        FORGE.get("relu").plot()
    assert str(refusal.value) == (
        "drawing needs matplotlib, the extra 'plot', which is not installed:"
        " pip install matplotlib; sketch() draws in plain text without it."
    )
    assert len(FORGE.get("relu").sketch().splitlines()) == 7


def test_the_picture_of_readme_is_drawn_by_one_command(pyplot, tmp_path, checkout):
    from benchmarks.picture import PLACE, draw

    one, other = (draw(tmp_path / name).read_bytes() for name in ("one.svg", "other.svg"))
    assert one == other
    assert b"<svg" in one and PLACE.read_bytes().startswith(b"<?xml")
    assert PLACE.parent == checkout / "docs"
