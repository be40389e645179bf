"""The backward pass of a formula: what a change of the result asks of each input, without a Jacobian.

The cotangent of an input is the cotangent of the result times the derivative, added up over every axis along
which the input was broadcast; that is what reverse differentiation needs and all that a layer keeps. Products
and sums are taken in float64 and rounded once, so that a float16 batch does not spoil the gradient of a
parameter. It asks the expression for its derivatives and knows no formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from neurogebra.errors import InputError, UnknownVariable, UsageError, brief
from neurogebra.shapes import gathered, shape_of

if TYPE_CHECKING:
    from neurogebra.expression import Expression

__all__ = ["asked", "in_kind_of", "vjp"]

By = str | Sequence[str] | None


def vjp(e: Expression, cotangent: Any, by: By, values: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """One cotangent, or a dict of them, as `by` asks; see `Expression.vjp`."""
    variables, parameters = e._bind(values, dict(named))
    names, alone = asked(e, by, e._variable_names())
    inputs = dict(zip((*e._variable_names(), *e._params), (*variables, *parameters), strict=True))
    _check_shape(e, cotangent, inputs)
    if not names:
        return {}
    slopes = [e.gradient(name).words for name in names]
    if all(type(value) in (float, int) for value in (*inputs.values(), cotangent)):
        found = _of_numbers(e, slopes, cotangent, inputs)
    else:
        found = _of_arrays(e, slopes, cotangent, inputs, [shape_of(inputs[name]) for name in names])
    answers = {name: in_kind_of(total, inputs[name]) for name, total in zip(names, found, strict=True)}
    for name in answers.keys() & e._params.keys():  # in the shape it had before it was laid along an axis
        if type(answers[name]) is not float:
            answers[name] = answers[name].reshape(shape_of(named.get(name, e._params[name])))
    return answers[names[0]] if alone else answers


def asked(e: Expression, by: By, everything: Sequence[str]) -> tuple[list[str], bool]:
    """The names that `by` asks for, and whether one is meant alone; everything where it is None."""
    if by is None:
        return list(everything), len(everything) == 1
    if not isinstance(by, (str, list, tuple)) or not all(isinstance(name, str) for name in by):
        raise InputError(f"{e.name}: by is a name such as {everything[0]!r}, or a list of names; got {brief(by)}.")
    names = [by] if isinstance(by, str) else list(by)
    for name in names:
        if name not in (*everything, *e._variable_names(), *e._params):
            raise UnknownVariable(e._unknown(name))
    return names, isinstance(by, str)


def _check_shape(e: Expression, cotangent: Any, inputs: Mapping[str, Any]) -> None:
    given = shape_of(cotangent, f"{e.name}: the cotangent cannot be")
    shapes = [shape_of(value) for value in inputs.values()]
    if given or any(shapes):
        import numpy as np

        needed = np.broadcast_shapes(*shapes)
        if given != needed:
            raise UsageError(f"{e.name}: the cotangent needs the shape of the value, {needed}; got {given}.")


def _of_numbers(e: Expression, slopes: list[Any], cotangent: float, inputs: Mapping[str, Any]) -> list[float]:
    from neurogebra.compile.choose import as_float

    count = len(e._variable_names())
    values = [as_float(value) for value in inputs.values()]
    return [as_float(cotangent) * slope for slope in e._compile(*slopes)(values[:count], values[count:])]


def _of_arrays(
    e: Expression, slopes: list[Any], cotangent: Any, inputs: Mapping[str, Any], shapes: list[tuple[int, ...]]
) -> list[Any]:
    import numpy as np

    from neurogebra.compile.to_numpy import as_array

    values, count = list(inputs.values()), len(e._variable_names())
    wide = [as_array(value).astype(np.float64, copy=False) for value in values[:count]]
    flow = as_array(cotangent).astype(np.float64, copy=False)
    found = e._compile(*slopes)(wide, values[count:])
    with np.errstate(all="ignore"):
        return [gathered(flow * slope, shape) for slope, shape in zip(found, shapes, strict=True)]


def in_kind_of(total: Any, given: Any) -> Any:
    """In the kind of the input: a float for a number, a NumPy scalar for one, else an array of its kind and dtype."""
    if type(given) in (float, int):
        return float(total)
    import numpy as np

    from neurogebra.compile.to_numpy import as_array
    from neurogebra.compile.to_numpy_frameworks import in_kind

    with np.errstate(all="ignore"):
        return in_kind(total.astype(as_array(given).dtype, copy=False), given)
