"""The arrays of torch and jax: their numbers as a NumPy array, and answers in the kind and on the device they had.

This one file knows the frameworks, and none is imported: whoever has a tensor has loaded its library, so it is looked
for among the loaded modules. It carries numbers and no graph: what is being traced or differentiated by a framework
is refused, since a value without its derivative would be wrong in silence. It knows no formula.

    torch   tensors on the processor; those on a graph are refused, those on another device in torch's own words
    jax     arrays on one device of any sort; those that are traced or spread over several devices are refused
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neurogebra.errors import InputError

__all__ = ["home_of", "in_kind", "unwrapped"]

Array = NDArray[Any]


def unwrapped(value: Any) -> Any:
    """A framework's array as NumPy's, which may share its memory; anything else as it is.

    Raises InputError, and the TypeError or RuntimeError with which the framework refuses.
    """
    name = _framework(value)
    return value if name is None else READ[name](sys.modules[name], value)


def home_of(values: Iterable[Any]) -> Callable[[Array], Any] | None:
    """What makes a new NumPy array one of their framework; None where all are NumPy's, lists or numbers.

    Numbers, lists and NumPy arrays join the framework that is there. InputError where there are two.
    """
    found: dict[str, Any] = {}
    for value in values:
        if type(value) is not np.ndarray and (name := _framework(value)) is not None:
            found[name] = value
    if not found:
        return None
    if len(found) > 1:
        raise InputError(f"cannot evaluate at arrays of {' and '.join(sorted(found))} together: give all of one kind.")
    ((name, given),) = found.items()
    return lambda array: BACK[name](sys.modules[name], array, given)


def in_kind(array: Array, given: Any) -> Any:
    """A new NumPy array in the kind of what was given; one of no axes is a NumPy scalar."""
    home = None if type(given) is np.ndarray else home_of([given])
    return array[()] if home is None else home(np.asarray(array))


def _framework(value: Any) -> str | None:
    for name, kind in KINDS.items():
        module = sys.modules.get(name)
        if module is not None and isinstance(value, getattr(module, kind, ())):
            return name
    return None


# One of each for every framework ------------------------------------------------------------------------------


def _of_torch(torch: Any, tensor: Any) -> Array:
    if tensor.requires_grad:
        raise InputError("a tensor on a graph, which would be lost (x.detach() has its numbers alone)")
    if tensor.dtype is not torch.bfloat16:
        return np.asarray(tensor)
    try:
        from ml_dtypes import bfloat16
    except ImportError:
        reason = "a tensor of bfloat16, which NumPy has where ml_dtypes is installed (x.float() needs none)"
        raise InputError(reason) from None
    bits: Array = tensor.view(torch.int16).numpy()  # NumPy is told no dtype that it lacks
    return bits.view(bfloat16)


def _to_torch(torch: Any, array: Array, given: Any) -> Any:
    array = np.require(array, requirements="W")
    if array.dtype.name == "bfloat16":
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(array)


def _of_jax(jax: Any, array: Any) -> Array:
    if isinstance(array, jax.core.Tracer):
        raise InputError("a traced array of jax, which has no numbers yet (evaluate outside jit, grad and vmap)")
    if len(array.devices()) > 1:
        raise InputError(
            f"an array of jax on {len(array.devices())} devices (jax.device_put(x, jax.devices()[0]) puts it on one)"
        )
    return np.asarray(array)


def _to_jax(jax: Any, array: Array, given: Any) -> Any:
    return jax.device_put(array, given.device)  # float64 becomes float32 here, unless jax was told to have it


KINDS: Final = {"torch": "Tensor", "jax": "Array"}
READ: Final[dict[str, Callable[[Any, Any], Array]]] = {"torch": _of_torch, "jax": _of_jax}
BACK: Final[dict[str, Callable[[Any, Array, Any], Any]]] = {"torch": _to_torch, "jax": _to_jax}
