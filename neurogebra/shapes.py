"""How arrays meet: which axis a parameter lies along, and whether everything broadcasts.

Arrays match from their last axis on, as in NumPy; a parameter with one number for each channel says which axis
those are with `channel_axis`, since in pictures (batch, channel, height, width) it is not the last. Whatever
does not fit is refused here, in the caller's words, before any formula is evaluated. It knows no formulas.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

from neurogebra.errors import AxisOutOfRange, InputError, UsageError, brief

__all__ = ["axis_of", "fitted", "gathered", "shape_of"]

_CHANNELS = " For a parameter with a number for each channel say channel_axis=1, or where the channels are."


def fitted(
    owner: str, variables: Mapping[str, Any], parameters: Mapping[str, Any], channel_axis: object
) -> tuple[list[Any], list[Any]]:
    """The values in order: arrays of one axis among the parameters lie along `channel_axis` where one is given.

    Raises UsageError for what does not broadcast, AxisOutOfRange for an axis that is not there, InputError for one
    that is no whole number. Plain numbers come back as they are, without NumPy.
    """
    arrays = {name: value for name, value in parameters.items() if type(value) is not float}
    plain = len(variables) == 1 or all(type(value) in (float, int) for value in variables.values())
    if channel_axis is None and not arrays and plain:
        return list(variables.values()), list(parameters.values())
    shapes = {name: shape_of(value) for name, value in variables.items()}
    inputs = _joint(owner, shapes)
    if channel_axis is not None:
        axis = axis_of(owner, "channel_axis", channel_axis, inputs)
        arrays = {name: _along(owner, name, value, axis, inputs) for name, value in arrays.items()}
    _joint(owner, {**shapes, **{name: value.shape for name, value in arrays.items()}}, _CHANNELS)
    return list(variables.values()), list({**parameters, **arrays}.values())


def shape_of(value: Any, refusal: str = "cannot evaluate at") -> tuple[int, ...]:
    """The shape of a number, a list or an array. InputError, beginning with `refusal`, for what cannot be evaluated."""
    if type(value) in (float, int):
        return ()
    from neurogebra.compile.to_numpy import as_array

    shape: tuple[int, ...] = as_array(value, refusal).shape
    return shape


def axis_of(owner: str, what: str, axis: object, shape: tuple[int, ...]) -> int:
    """The axis counted from the front; `what` is the name under which it was given."""
    try:
        if isinstance(axis, bool):
            raise TypeError
        index = operator.index(axis)  # type: ignore[arg-type]
    except TypeError:
        raise InputError(f"{owner}: {what} is a whole number such as 1 or -1; got {brief(axis)}.") from None
    if not -len(shape) <= index < len(shape):
        axes = f"whose axes are 0 to {len(shape) - 1}" if shape else "which has none"
        raise AxisOutOfRange(f"{owner}: there is no {what} {brief(index)} in an input of shape {shape}, {axes}.")
    return index % len(shape)


def gathered(values: Any, shape: tuple[int, ...]) -> Any:
    """Numbers of a broadcast shape added up to what they were broadcast from."""
    if values.shape == shape:
        return values
    import numpy as np

    extra = values.ndim - len(shape)
    stretched = [extra + k for k, n in enumerate(shape) if n == 1 and values.shape[extra + k] != 1]
    return np.sum(values, axis=(*range(extra), *stretched)).reshape(shape)


def _joint(owner: str, shapes: Mapping[str, tuple[int, ...]], hint: str = "") -> tuple[int, ...]:
    """The shape of all together."""
    import numpy as np

    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = " and ".join(f"{name} of shape {shape}" for name, shape in shapes.items() if shape)
        raise UsageError(f"{owner}: {listed} do not broadcast; arrays match from their last axis on.{hint}") from None


def _along(owner: str, name: str, value: Any, axis: int, inputs: tuple[int, ...]) -> Any:
    """A parameter of one axis, laid along this axis of the input."""
    if value.ndim != 1:
        return value
    if value.size not in (1, inputs[axis]):
        raise UsageError(
            f"{owner}: {name} has {value.size} numbers, but axis {axis} of an input of shape {inputs}"
            f" has {inputs[axis]} channels."
        )
    return value.reshape(-1, *(1,) * (len(inputs) - 1 - axis))
