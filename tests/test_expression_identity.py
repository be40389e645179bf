"""Expressions as objects: frozen, equal, copied, pickled, written as text, and shared by threads.

Every way of getting an equal expression back (pickle, copy, YAML) is tried on every kind of expression there is.
"""

from __future__ import annotations

import copy
import pickle
import threading

import numpy as np
import pytest
import sympy
from refusals import refusal

from neurogebra import Expression, MathForge
from neurogebra.catalogue.schema import read_entry_text
from neurogebra.compile.choose import LOCK
from neurogebra.errors import (
    NeurogebraError,
)

x, alpha = sympy.symbols("x alpha")


@pytest.fixture
def leaky(forge):
    return forge.get("leaky_relu")


@pytest.fixture
def kinds(forge):
    """One of every kind of expression there is."""
    leaky = forge.get("leaky_relu")
    tilted = Expression("tilted", "Max(a*x, x/3) + y", {"a": 0.25}, ["a"], {"category": "mine", "tags": ["odd"]})
    return {
        "entry": leaky,
        "entry with constants": forge.get("selu"),
        "other parameters": leaky.with_params(alpha=0.2),
        "array parameters": leaky.with_params(alpha=np.array([0.1, 0.2])),
        "variant": forge.get("gelu", variant="tanh"),
        "alias": forge.get("silu"),
        "typed": tilted,
        "slope": forge.get("gelu").gradient("x"),
        "third slope": forge.get("swish").gradient("x", 3),
        "mixed slope": leaky.gradient("x").gradient("alpha"),
        "sum": leaky + forge.get("elu"),
        "slope of a sum": (forge.get("selu") * forge.get("tanh")).gradient("x"),
        "composition": leaky.compose(forge.get("tanh")),
        "renamed": leaky.renamed("mine"),
        "trainable": leaky.with_trainable(["alpha"]),
        "constant": Expression("three", "3"),
    }


KINDS = (
    "entry|entry with constants|other parameters|array parameters|variant|alias|typed|slope|third slope|mixed slope|"
    "sum|slope of a sum|composition|renamed|trainable|constant"
).split("|")


# Frozen, equal, the same again ------------------------------------------------------------------------------------


def test_an_expression_is_frozen(leaky):
    message = "an Expression is frozen; 'name' cannot be set. with_params(...) makes another."
    with pytest.raises(AttributeError) as refused:
        leaky.name = "mine"
    assert str(refused.value) == message
    with pytest.raises(AttributeError):
        del leaky._params
    with pytest.raises(AttributeError):
        leaky.color = "blue"


def test_what_is_handed_out_is_fresh(leaky):
    leaky.params["alpha"] = 7
    leaky.metadata["pros"].append("free")
    leaky.metadata["params"]["alpha"]["default"] = 7
    leaky.variables.append("z")
    leaky.trainable_params.append("z")
    leaky.domains.clear()
    assert leaky.params == {"alpha": 0.01} and leaky.variables == ["x"] and leaky.trainable_params == []
    assert "free" not in leaky.metadata["pros"] and leaky.metadata["params"]["alpha"]["default"] == 0.01
    assert leaky == MathForge().get("leaky_relu") and list(leaky.domains) == ["alpha"]


def test_what_is_handed_in_may_change_later():
    values, notes, names = {"a": np.array([1.0, 2.0])}, {"tags": ["one"]}, ["a"]
    f = Expression("f", "a*x", values, names, notes)
    values["a"][0] = 7
    values.clear()
    notes["tags"].append("two")
    notes["more"] = 1
    names.append("b")
    assert f.params["a"].tolist() == [1, 2] and f.trainable_params == ["a"]
    assert f.metadata == {"tags": ["one"]}


def test_arrays_of_parameters_cannot_be_written_to():
    f = Expression("f", "a*x", {"a": [1.0, 2.0]})
    with pytest.raises(ValueError, match="read-only"):
        f.params["a"][0] = 7


def test_equal_means_formula_variables_and_parameters(leaky, forge):
    assert leaky == forge.get("leaky_relu") == leaky.clone() == leaky.renamed("mine")
    assert Expression("a", "x + 1") == Expression("b", "1 + x", metadata={"category": "mine"})
    assert Expression("f", "x**2").gradient("x") == Expression("g", "2*x")
    others = [leaky.with_params(alpha=0.2), leaky.with_params(alpha=[0.01, 0.2]), leaky.gradient("x")]
    others += [forge.get("relu"), Expression("f", str(leaky)), "leaky_relu", None]
    assert all(leaky != other for other in others)
    assert Expression("f", "x - x + y") != Expression("f", "y").gradient("y")
    assert leaky.with_params(alpha=[0.1, 0.2]) == leaky.with_params(alpha=np.array([0.1, 0.2]))


def test_equal_expressions_have_equal_hashes(leaky, forge):
    assert hash(leaky) == hash(forge.get("leaky_relu")) == hash(leaky.clone())
    assert len({leaky, forge.get("leaky_relu"), leaky.with_params(alpha=0.2), forge.get("relu")}) == 3
    assert hash(leaky.with_params(alpha=[0.1, 0.2])) == hash(leaky.with_params(alpha=[0.1, 0.2]))


def alike(a, b):
    assert a == b and hash(a) == hash(b)
    assert (a.name, a.variables, a.trainable_params, str(a)) == (b.name, b.variables, b.trainable_params, str(b))
    assert (a.formula, a.metadata, a.domains, repr(a)) == (b.formula, b.metadata, b.domains, repr(b))
    for at in (-1.5, 0.0, 2.0):
        given = dict.fromkeys(a.variables, at)
        np.testing.assert_array_equal(a.eval(**given), b.eval(**given))
        np.testing.assert_array_equal(a.value_and_grad(**given)[0], b.value_and_grad(**given)[0])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_from_a_pickle(kinds, kind):
    f = kinds[kind]
    for protocol in (2, pickle.HIGHEST_PROTOCOL):
        alike(pickle.loads(pickle.dumps(f, protocol)), f)
    f.eval(**dict.fromkeys(f.variables, 1.0))  # what was compiled since does not matter
    alike(pickle.loads(pickle.dumps(f)), f)
    assert b"sympy" not in pickle.dumps(f)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_copied_as_an_equal(kinds, kind):
    f = kinds[kind]
    for other in (copy.copy(f), copy.deepcopy(f), f.clone(), copy.deepcopy({"f": [f]})["f"][0]):
        alike(other, f)


def test_a_pickle_is_read_by_another_process(python, forge, tmp_path):
    slope = (forge.get("leaky_relu") + forge.get("gelu")).gradient("x")
    (tmp_path / "slope.pickle").write_bytes(pickle.dumps(slope))
    done = python("-c", "import pickle; print(pickle.load(open('slope.pickle', 'rb')).eval(x=0.5))")
    assert done.stdout.strip() == repr(slope.eval(x=0.5)), done.stderr


# Texts ----------------------------------------------------------------------------------------------------------


def read_back(text, name):
    return Expression.from_entry(read_entry_text(text, f"{name}.yaml"))


def test_yaml_reads_back_equal(forge, leaky):
    tilted = Expression(
        "tilted", "a*x + Max(0, x)/3", {"a": 0.3}, ["a"], {"category": "mine", "description": "Tilted."}
    )
    for f, name in (
        (forge.get("gelu"), "gelu"), (leaky, "leaky_relu"), (forge.get("selu"), "selu"), (tilted, "tilted"),
        (forge.get("gelu", variant="tanh"), "gelu_tanh"), (leaky.with_params(alpha=0.2), "leaky_relu"),
        (leaky.renamed("mine").with_params(alpha=0.2).with_trainable(["alpha"]), "mine"),
        ((leaky + forge.get("elu")).renamed("both"), "both"),
        (forge.get("gelu").gradient("x").renamed("slope"), "slope"),
    ):  # fmt: skip
        back = read_back(f.to_yaml(), name)
        assert back == f, name
        assert (back.name, back.params, back.domains) == (name, f.params, f.domains)
        assert back.trainable_params == f.trainable_params
        assert back.eval(x=-0.7) == f.eval(x=-0.7)
    again = read_back(leaky.to_yaml(), "leaky_relu")
    assert again.metadata == leaky.metadata and again.to_yaml() == leaky.to_yaml()
    assert read_back(tilted.to_yaml(), "tilted").metadata["description"] == "Tilted."


def test_a_name_that_no_file_can_have_is_refused(leaky):
    assert "is no name" in refusal(NeurogebraError, (leaky + leaky).to_yaml)


def test_sympy_works_on_what_is_handed_out(forge, leaky):
    gelu, swish = forge.get("gelu").symbolic_expr, forge.get("swish").symbolic_expr
    assert sympy.diff(leaky.symbolic_expr, x).subs({x: -2, alpha: 3}) == 3
    assert sympy.limit(gelu, x, sympy.oo) == sympy.oo
    assert gelu.subs(x, 0) == 0 and gelu.free_symbols == {x}
    assert sympy.diff(swish, x).rewrite(sympy.exp).subs(x, 0) == sympy.Rational(1, 2)
    assert sympy.limit(swish.rewrite(sympy.exp), x, -sympy.oo) == 0
    assert leaky.symbolic_expr.free_symbols == {x, alpha}
    assert Expression("again", leaky.symbolic_expr, {"alpha": 0.01}).readable == leaky.readable


LATEX = {
    "x": "x",
    "alpha*x/2": r"\frac{\alpha x}{2}",
    "sqrt(x**2 + beta_1)": r"\sqrt{\beta_{1} + x^{2}}",
    "Max(0, x)": r"\max\left(0, x\right)",
    "0.044715*x": "0.044715 x",
    "where(x > 0, x, a*x)": r"\begin{cases} x & \text{for}\: x > 0 \\a x & \text{otherwise} \end{cases}",
}


@pytest.mark.parametrize("formula", LATEX)
def test_a_formula_is_typeset_as_it_is_written(formula):
    f = Expression("f", formula)
    assert f.formula == LATEX[formula]
    assert f._repr_latex_() == f"$\\displaystyle {LATEX[formula]}$"


def test_repr_names_formula_and_parameters(leaky, forge):
    assert repr(leaky) == "Expression('leaky_relu', 'Piecewise((x, x > 0), (alpha*x, True))', params={'alpha': 0.01})"
    assert repr(forge.get("relu").gradient("x")) == "Expression('d(relu)/d(x)', 'Piecewise((1, x > 0), (0, True))')"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_writes_what_reads_back_equal(kinds, kind):
    f = kinds[kind]
    assert Expression("again", str(f)).readable == f.readable


# Threads --------------------------------------------------------------------------------------------------------


def test_symbolic_work_waits_for_its_turn_and_evaluation_does_not(leaky):
    leaky.eval(x=1.0)
    leaky.eval(x=np.ones(3))
    done = []

    def evaluate():
        done.append((leaky.eval(x=-1.0), leaky.eval(x=-np.ones(2)).tolist()))

    def differentiate():
        done.append(Expression("f", "x**2*tanh(5*x)").gradient("x").variables)

    with LOCK:
        evaluating, differentiating = (threading.Thread(target=each) for each in (evaluate, differentiate))
        evaluating.start()
        evaluating.join(timeout=30)
        assert done == [(-0.01, [-0.01, -0.01])]
        differentiating.start()
        differentiating.join(timeout=0.2)
        assert len(done) == 1
    differentiating.join(timeout=30)
    assert done[1:] == [["x"]]
