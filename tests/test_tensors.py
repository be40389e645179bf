"""Tensors of torch and arrays of jax: the answer is of their kind, dtype and device, or the refusal says why not.

Both are asked where they are installed. A stand-in for torch, which keeps its numbers where NumPy finds them only on
request, goes through the same tests everywhere, so that none of them is skipped by all.
"""

from __future__ import annotations

import builtins
import itertools
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from refusals import refusal

from neurogebra.errors import InputError

GIVE = "give a number, an array, or a list of numbers."
X = [[1.0, -2.0, 0.5, 3.0], [0.0, 4.0, -1.0, 2.0]]


class StandIn:
    """As much of torch.Tensor as evaluation may use."""

    requires_grad = False

    def __init__(self, array):
        assert isinstance(array, np.ndarray) and array.flags.writeable  # torch warns of what cannot be written to
        self.held, self.dtype, self.shape = array, array.dtype.name, array.shape

    def __array__(self, dtype=None, copy=None):
        return self.held

    def __getitem__(self, key):
        return StandIn(self.held[key])


def stand_in(monkeypatch):
    module = SimpleNamespace(Tensor=StandIn, from_numpy=StandIn, bfloat16=None)
    monkeypatch.setitem(sys.modules, "torch", module)
    return StandIn, lambda x, dtype: StandIn(np.array(x, dtype)), "float16 float32 float64", lambda t: t.held


def torch(monkeypatch):
    torch = pytest.importorskip("torch")
    dtypes = "float16 bfloat16 float32 float64"
    return torch.Tensor, lambda x, dtype: torch.tensor(x, dtype=getattr(torch, dtype)), dtypes, lambda t: t.double()


def jax(monkeypatch):
    jax = pytest.importorskip("jax")
    return jax.Array, jax.numpy.asarray, "float16 bfloat16 float32", lambda a: a


@pytest.fixture(params=[stand_in, torch, jax])
def framework(request, monkeypatch):
    """The type of its arrays, what makes one of a list and a dtype, the dtypes it has, and what NumPy reads."""
    kind, make, dtypes, plain = request.param(monkeypatch)
    return SimpleNamespace(kind=kind, make=make, dtypes=dtypes.split(), numbers=lambda t: np.asarray(plain(t), float))


def expected(f, door, dtype, **named):
    """NumPy's answer, whose values are tested elsewhere."""
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
    return door(f, np.array(X, dtype), **named)


DOORS = {
    "eval": lambda f, x, **named: [f.eval(x=x, **named)],
    "call": lambda f, x, **named: [f(x, **named)],
    "vjp": lambda f, x, **named: [f.vjp(f.eval(np.array(X), **named), x, **named)],
    "layer": lambda f, x, **named: _there_and_back(f.layer(), x),
    "value_and_grad": lambda f, x, **named: f.value_and_grad(x=x, **named),
}


def _there_and_back(layer, x):
    value = layer.forward(x)
    return value, layer.backward(value)


@pytest.mark.parametrize("name", ["cube", "gelu", "rrelu", "softmax", "maxout", "crelu", "gumbel_softmax", "glu"])
def test_the_answer_is_of_the_kind_and_dtype_of_the_input(forge, framework, name):
    f = forge.get(name)
    doors = [DOORS[door] for door in DOORS if (name, door) != ("glu", "value_and_grad")]  # it has slopes by a and b
    for door, dtype in itertools.product(doors, framework.dtypes):
        x = framework.make(X, dtype)
        for answer, known in zip(door(f, x), expected(f, door, dtype), strict=True):
            assert isinstance(answer, framework.kind) and str(answer.dtype).removeprefix("torch.") == dtype
            assert tuple(answer.shape) == known.shape
            np.testing.assert_array_equal(framework.numbers(answer), known.astype(float))
        np.testing.assert_array_equal(framework.numbers(x), X)


@pytest.mark.parametrize("name", ["rrelu", "gumbel_softmax"])
def test_noise_is_drawn_for_it_as_for_arrays(forge, framework, name):
    f, x = forge.get(name), framework.make(X, "float32")
    for door in (DOORS["eval"], DOORS["value_and_grad"]):
        ours = door(f, x, rng=np.random.default_rng(7))
        for answer, known in zip(ours, expected(f, door, "float32", rng=np.random.default_rng(7)), strict=True):
            assert isinstance(answer, framework.kind) and known.dtype == np.float32
            np.testing.assert_array_equal(framework.numbers(answer), known)


def test_an_input_of_no_axes_or_no_elements_stays_one(forge, framework):
    for name in ("gelu", "softmax"):
        for x, shape in ((1.0, ()), (np.ones((2, 0)).tolist(), (2, 0))):
            answer = forge.get(name).eval(x=framework.make(x, "float32"))
            assert isinstance(answer, framework.kind) and tuple(answer.shape) == shape


def test_numbers_lists_and_numpy_arrays_beside_it_join_it(forge, framework):
    a, glu = framework.make([1.0, 2.0], "float32"), forge.get("glu")
    for b in (0.0, [0.0, 0.0], np.zeros(2, np.float32), framework.make([0.0, 0.0], "float32")):
        answer = glu.eval(a=a, b=b)
        assert isinstance(answer, framework.kind)
        assert framework.numbers(answer).tolist() == [0.5, 1.0]
        value, slopes = glu.value_and_grad(a=a, b=b)
        assert [type(each) for each in (value, *slopes.values())] == [type(a)] * 3


def test_parameters_and_cotangents_of_its_kind_decide_nothing(forge, framework):
    alpha = framework.make([0.5, 0.25], "float32")
    leaky, x = forge.get("leaky_relu"), np.array([-1.0, -4.0])
    assert leaky.eval(x=x, alpha=alpha).tolist() == leaky.eval(x=x, alpha=[0.5, 0.25]).tolist() == [-0.5, -1.0]
    assert leaky.vjp(alpha, x, by=["x", "alpha"], alpha=alpha)["alpha"].tolist() == [-0.5, -1.0]


def test_a_layer_remembers_the_input_as_it_was(forge):
    torch = pytest.importorskip("torch")
    layer, x = forge.get("relu").layer(), torch.tensor([1.0, 2.0])
    layer.forward(x)
    x.fill_(-1)
    assert layer.backward(torch.ones(2)).tolist() == [1.0, 1.0]


# Refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [stand_in, torch])
def test_a_tensor_on_a_graph_is_told_of_detach(forge, monkeypatch, make):
    _, make, *_ = make(monkeypatch)
    x = make([1.0, 2.0], "float32")
    x.requires_grad = True
    reason = "a tensor on a graph, which would be lost (x.detach() has its numbers alone)"
    for name in ("gelu", "softmax", "glu"):
        f = forge.get(name)
        for door in (f, f.layer().forward, lambda x, f=f: f.vjp([1.0, 2.0], x)):
            assert refusal(InputError, door, x) == f"cannot evaluate at {reason}: {GIVE}"
    assert refusal(InputError, forge.get("elu").with_params, alpha=x) == (
        f"elu needs a number or an array of numbers for alpha; got {reason}."
    )


def test_a_tensor_on_another_device_is_told_where_to_go(forge):
    torch = pytest.importorskip("torch")
    assert refusal(InputError, forge.get("gelu"), torch.ones(3, device="meta")) == (
        "cannot evaluate at a Tensor that NumPy cannot read (can't convert meta device type tensor to numpy. Use"
        f" Tensor.cpu() to copy the tensor to host memory first.): {GIVE}"
    )


def test_bfloat16_of_torch_without_ml_dtypes_is_told_of_it(forge, monkeypatch):
    tensor = SimpleNamespace(dtype="bf16", requires_grad=False)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(Tensor=SimpleNamespace, bfloat16="bf16"))
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    assert refusal(InputError, forge.get("gelu"), tensor) == (
        "cannot evaluate at a tensor of bfloat16, which NumPy has where ml_dtypes is installed (x.float() needs none):"
        f" {GIVE}"
    )


class Spread:
    """As a jax.Array over several devices."""

    def devices(self):
        return {0, 1}


class OnOne(Spread):
    def devices(self):
        return {0}

    def __array__(self, dtype=None, copy=None):
        return np.zeros(1)


def test_arrays_of_jax_that_are_traced_or_spread_are_refused(forge, monkeypatch):
    traced = type("Tracer", (Spread,), {})
    module = SimpleNamespace(Array=Spread, core=SimpleNamespace(Tracer=traced))
    monkeypatch.setitem(sys.modules, "jax", module)
    for x, reason in (
        (traced(), "a traced array of jax, which has no numbers yet (evaluate outside jit, grad and vmap)"),
        (Spread(), "an array of jax on 2 devices (jax.device_put(x, jax.devices()[0]) puts it on one)"),
    ):
        for name in ("gelu", "softmax", "glu"):
            assert refusal(InputError, forge.get(name), x) == f"cannot evaluate at {reason}: {GIVE}"


def test_a_function_that_jax_traces_is_told_to_stay_outside(forge):
    jax = pytest.importorskip("jax")
    for transform in (jax.jit, jax.grad):
        assert refusal(InputError, transform(forge.get("gelu").eval), 1.0) == (
            "cannot evaluate at a traced array of jax, which has no numbers yet (evaluate outside jit, grad and vmap):"
            f" {GIVE}"
        )


def test_arrays_of_two_frameworks_are_refused(forge, monkeypatch):
    _, make, *_ = stand_in(monkeypatch)
    core = SimpleNamespace(Tracer=())
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(Array=OnOne, core=core))
    for door in (forge.get("glu").eval, forge.get("glu").value_and_grad):
        assert refusal(InputError, door, a=make([1.0], "float32"), b=OnOne()) == (
            "cannot evaluate at arrays of jax and torch together: give all of one kind."
        )


# What is not imported -----------------------------------------------------------------------------------------


def test_arrays_import_no_framework_and_a_module_of_its_name_is_let_be(forge, monkeypatch):
    for name in ("torch", "jax"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    importing, asked = builtins.__import__, []
    monkeypatch.setattr(builtins, "__import__", lambda name, *rest: asked.append(name) or importing(name, *rest))
    for name in ("gelu", "softmax", "glu"):
        forge.get(name).eval(x=[1.0, 2.0])
    assert asked and not {"torch", "jax"} & {name.partition(".")[0] for name in asked}
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(__name__="torch"))  # a file torch.py of somebody's own
    assert forge.get("relu").eval(x=[1.0, -2.0]).tolist() == [1.0, 0.0]
