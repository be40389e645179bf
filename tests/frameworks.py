"""How a function of another library is found and called: one small table, a row for each library.

Each row says how to make that library's array, how to call a function on it, how to get slopes (None where
that library, or its format, has none) and how many digits it keeps. A library that is not installed, or has
no device to run on, is missing from `installed()`, and who asks can say so by name. Nothing here knows what a
result should be.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

__all__ = ["ROWS", "Framework", "Missing", "installed"]

Values = np.ndarray
Arguments = Mapping[str, Any]


class Missing(Exception):
    """The library is here, but not this name."""


@dataclass(frozen=True)
class Framework:
    """`values` and `slopes` take a name, arguments and an array; `digits` is the relative error it may have."""

    module: str
    values: Callable[[str, Arguments, Values], Values]
    slopes: Callable[[str, Arguments, Values], Values] | None = None
    digits: float = 1e-12


def resolve(name: str) -> Any:
    """What a dotted name means: attributes of the longest module in it, or entries of a table there."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            found = found[part] if isinstance(found, Mapping) else getattr(found, part, None)
            if found is None:
                raise Missing(name)
        return found
    raise Missing(name)


def call(name: str, arguments: Arguments, x: Any, array: Callable[[Any], Any]) -> Any:
    """A function applied to x; a class is first made with the arguments. Numbers become arrays where it wants these."""
    found = resolve(name)
    if isinstance(found, type):
        return found(**arguments)(x)
    try:
        return found(x, **arguments)
    except (TypeError, ValueError):
        if not arguments:
            raise
        arrays = {key: array(np.array([value])) for key, value in arguments.items()}
        try:
            return found(x, **arrays)
        except TypeError:  # arguments without names
            return found(x, *arrays.values())
        except RuntimeError:  # one for each channel, or one for all
            return found(x, **{key: array(np.full(1, value)) for key, value in arguments.items()})


# torch ------------------------------------------------------------------------------------------------------


def torch_values(name: str, arguments: Arguments, x: Values) -> Values:
    import torch

    return call(name, arguments, torch.tensor(x), torch.tensor).detach().numpy()


def torch_slopes(name: str, arguments: Arguments, x: Values) -> Values:
    import torch

    leaf = torch.tensor(x, requires_grad=True)
    call(name, arguments, leaf, torch.tensor).sum().backward()
    return leaf.grad.numpy()


# jax, and what computes with it -----------------------------------------------------------------------------


def jax_values(name: str, arguments: Arguments, x: Values) -> Values:
    import jax

    with jax.enable_x64(True):
        return np.asarray(call(name, arguments, jax.numpy.asarray(x), jax.numpy.asarray))


def jax_slopes(name: str, arguments: Arguments, x: Values) -> Values:
    import jax

    with jax.enable_x64(True):
        total = lambda z: call(name, arguments, z, jax.numpy.asarray).sum()  # noqa: E731
        return np.asarray(jax.grad(total)(jax.numpy.asarray(x)))


def keras_values(name: str, arguments: Arguments, x: Values) -> Values:
    """Values only: slopes at kinks are those of whichever library Keras runs on."""
    import jax
    import keras

    keras.config.set_floatx("float64")
    with jax.enable_x64(True):
        if name.startswith("keras.layers."):
            arguments = {**arguments, "dtype": "float64"}
        return np.asarray(call(name, arguments, jax.numpy.asarray(x), jax.numpy.asarray))


# others -----------------------------------------------------------------------------------------------------


def numpy_values(name: str, arguments: Arguments, x: Values) -> Values:
    return call(name, arguments, x, np.asarray)


def onnx_values(name: str, arguments: Arguments, x: Values) -> Values:
    """By the reference evaluator, in float32: some operators know no other, and attributes never are."""
    import onnx
    from onnx import helper
    from onnx.reference import ReferenceEvaluator

    try:
        schema = onnx.defs.get_schema(name)
    except onnx.defs.SchemaError:
        raise Missing(f"{name}, which is no operator") from None
    attributes = {key: value for key, value in arguments.items() if key in schema.attributes}
    extra = [each.name for each in schema.inputs[1:] if each.name in arguments]
    given = {"x": x.astype(np.float32), **{key: np.float32(arguments[key]) for key in extra}}
    assert len(attributes) + len(extra) == len(arguments), f"{name} has not all of {list(arguments)}"
    kind = onnx.TensorProto.FLOAT
    inputs = [helper.make_tensor_value_info(key, kind, value.shape) for key, value in given.items()]
    output = helper.make_tensor_value_info("y", kind, x.shape)
    graph = helper.make_graph([helper.make_node(name, list(given), ["y"], **attributes)], "g", inputs, [output])
    version = helper.make_opsetid("", onnx.defs.onnx_opset_version())
    model = helper.make_model(graph, opset_imports=[version])
    return ReferenceEvaluator(model).run(None, given)[0]


def tensorflow_values(name: str, arguments: Arguments, x: Values) -> Values:
    import tensorflow as tf

    return call(name, arguments, tf.constant(x), tf.constant).numpy()


def mlx_values(name: str, arguments: Arguments, x: Values) -> Values:
    import mlx.core as mx

    return np.array(call(name, arguments, mx.array(x.astype(np.float32)), mx.array))


def mlx_slopes(name: str, arguments: Arguments, x: Values) -> Values:
    import mlx.core as mx

    total = mx.grad(lambda z: call(name, arguments, z, mx.array).sum())
    return np.array(total(mx.array(x.astype(np.float32))))


SINGLE = 3e-6

ROWS: dict[str, Framework] = {
    "torch": Framework("torch", torch_values, torch_slopes),
    "jax": Framework("jax", jax_values, jax_slopes),
    "flax": Framework("flax", jax_values, jax_slopes),
    "keras": Framework("keras", keras_values, digits=SINGLE),  # tanh, arctan and sin come back with 24 bits
    "keras_ops": Framework("keras", keras_values, digits=SINGLE),
    "keras_layers": Framework("keras", keras_values, digits=SINGLE),
    "tensorflow": Framework("tensorflow", tensorflow_values),
    "onnx": Framework("onnx", onnx_values, digits=SINGLE),
    "transformers": Framework("transformers", torch_values, torch_slopes, digits=1e-10),  # constants of ten digits
    "mlx": Framework("mlx.core", mlx_values, mlx_slopes, digits=2 * SINGLE),
    "mlx_layers": Framework("mlx.core", mlx_values, mlx_slopes, digits=2 * SINGLE),
    "numpy": Framework("numpy", numpy_values),
    "scipy": Framework("scipy.special", numpy_values),
}


@cache
def installed(framework: str) -> bool:
    """Whether this library can be imported here."""
    if ROWS[framework].module == "keras":
        os.environ.setdefault("KERAS_BACKEND", "jax")
    with contextlib.suppress(ImportError):
        importlib.import_module(ROWS[framework].module)
        return True
    return False
