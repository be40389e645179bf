"""Names and values that people give: what is accepted, and the sentence for what is not.

A parameter's value is a finite float64 inside the domain its entry declares, or an array of such that cannot be
written to. Booleans, text, complex numbers, nan and infinities are refused, never converted. This file knows
no formulas.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from neurogebra.catalogue.parts import Param
from neurogebra.errors import InputError, ParameterOutOfDomain, UnknownParameter, brief, did_you_mean
from neurogebra.language.unseen import first_unseen, said_of

__all__ = [
    "check_mappings",
    "check_name",
    "checked",
    "chosen",
    "kept",
    "listed",
    "not_in_formula",
    "number",
    "of_habit",
    "same_value",
    "unknown",
]


def checked(owner: str, name: str, value: Any, rows: Mapping[str, Param], present: Mapping[str, Any]) -> Any:
    """A parameter's value as a float or a read-only array inside the domain."""
    if name not in rows:
        raise UnknownParameter(unknown(owner, name, rows, present))
    value = number(owner, name, value)
    domain = rows[name].domain
    ends = [value] if type(value) is float else [float(value.min()), float(value.max())] if value.size else []
    for one in ends:  # a domain is one interval
        if one not in domain:
            raise ParameterOutOfDomain(f"{owner} needs {name} in {domain}; got {one!r}.")
    return value


def kept(owner: str, name: str, value: Any) -> Any:
    """A checked value that an expression may keep: of no numbers, none could be evaluated. Of one call they may be."""
    if type(value) is not float and not value.size:
        raise InputError(f"{owner} needs at least one number for {name}; got an array of shape {value.shape}.")
    return value


def chosen(owner: str, names: Iterable[str], rows: Mapping[str, Param], present: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of parameters in the order they are declared."""
    if isinstance(names, str):
        raise InputError(f"trainable parameters are a list of names such as [{brief(names)}]; got {brief(names)}.")
    try:
        wanted = list(names)
    except TypeError:
        raise InputError(f"trainable parameters are a list of names such as ['alpha']; got {brief(names)}.") from None
    if not all(isinstance(name, str) for name in wanted):
        raise InputError(f"trainable parameters are a list of names such as ['alpha']; got {brief(names)}.")
    for name in wanted:
        if name not in rows:
            raise UnknownParameter(unknown(owner, name, rows, present))
    return tuple(name for name in rows if name in wanted)


def number(owner: str, name: str, value: Any) -> Any:
    """A parameter's value: a finite float, or an array of them that cannot be written to."""
    if type(value) in (float, int) or (hasattr(value, "__float__") and not hasattr(value, "__array__")):
        return _finite_float(owner, name, value)
    if isinstance(value, (str, bytes, complex)) or value is None:
        raise InputError(f"{owner} needs a number for {name}; got {brief(value)}.")
    import numpy as np

    from neurogebra.compile.to_numpy_given import array_of

    try:
        array = array_of(value)
    except InputError as reason:
        raise InputError(f"{owner} needs a number or an array of numbers for {name}; got {reason}.") from None
    if not array.ndim and array.dtype != object:
        return _finite_float(owner, name, array[()])
    if array.dtype.kind not in "iuf":  # the words are made here only: a large array takes a millisecond to print
        raise InputError(f"{owner} needs a number or an array of numbers for {name}; got {brief(value)}.")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise InputError(f"{owner} needs finite numbers for {name}; the array has nan or infinity.")
    array.flags.writeable = False
    return array


def _finite_float(owner: str, name: str, value: Any) -> float:
    kind = getattr(getattr(value, "dtype", None), "kind", "f")
    if isinstance(value, bool) or kind not in "iuf":
        raise InputError(f"{owner} needs a number for {name}; got {brief(value)}.")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    except (TypeError, ValueError):
        raise InputError(f"{owner} needs a number for {name}; got {brief(value)}.") from None
    if not math.isfinite(result):
        raise InputError(f"{owner} needs a finite number for {name}; got {brief(value)}.")
    return result


def same_value(one: Any, other: Any) -> bool:
    """Whether two parameter values, floats or arrays, are the same number for number."""
    if type(one) is float or type(other) is float:
        return type(one) is type(other) and bool(one == other)
    return one.shape == other.shape and bool((one == other).all())


def check_name(name: object) -> None:
    """Refuse what is no name to print: no text, empty, unprintable or longer than 200 letters."""
    if not isinstance(name, str) or not name or not name.isprintable() or len(name) > 200:
        raise InputError(f"an expression's name is a printable text; got {brief(name)}.")


def check_mappings(params: object, metadata: object) -> None:
    """Refuse params and metadata that are no dicts, and metadata with characters that no screen shows."""
    for what, value in (("params", params), ("metadata", metadata)):
        if value is not None and not isinstance(value, Mapping):
            raise InputError(f"{what} is a dict; got {brief(value)}.")
    _check_seen(metadata)


def _check_seen(metadata: object) -> None:
    """Refuse metadata with a character that no screen shows, as files are refused for it: a terminal obeys it."""
    waiting, met = [metadata], set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            unseen = first_unseen(value.replace("\t", " "))
            if unseen is not None:
                raise InputError(f"metadata, {brief(value)}: {said_of(unseen)}")
        elif isinstance(value, (Mapping, list, tuple, set)) and id(value) not in met:
            met.add(id(value))
            waiting += [*value, *value.values()] if isinstance(value, Mapping) else value


def of_habit(owner: str, word: str, axes: str | None) -> str:
    """What to type instead of a keyword of NumPy or torch, empty for any other word. `axes`: what becomes of the axis.

    >>> of_habit("softmax", "dim", "same")
    'softmax calls it axis, as NumPy does: axis=-1.'
    """
    if word in ("axis", "dim"):
        none = f"{owner} works on each element alone and takes no {word}; leave it out."
        return none if axes is None else f"{owner} calls it axis, as NumPy does: axis=-1."
    again = "numpy.expand_dims(value, axis) puts back the one that is gone" if axes == "reduce" else "leave it out"
    what = {
        "keepdims": f"has no keepdims; {again}.",
        "keepdim": f"has no keepdim; {again}.",
        "out": "answers with a new array at each call; out[...] = value fills one of yours.",
        "inplace": "changes nothing that it is given; x[...] = value does.",
        "dtype": "answers in the dtype of its input; x.astype(dtype) chooses it.",
        "where": "computes every element; numpy.where(condition, value, other) chooses among them.",
        "training": "is the same in training, but for noise, which is drawn where rng is given; see layer().",
    }
    return f"{owner} {what[word]}" if word in what else ""


def not_in_formula(name: str, parameter: str, free: set[str]) -> str:
    """Why a parameter is refused that the formula does not have."""
    near = did_you_mean(str(parameter), free)
    return f"the formula of {name} has no symbol {parameter!r}; it has {listed(sorted(free))}.{near}"


def listed(names: Iterable[str]) -> str:
    """Names with commas, for a sentence."""
    return ", ".join(names) or "nothing"


def unknown(owner: str, name: str, rows: Mapping[str, Param], present: Mapping[str, Any]) -> str:
    """Which parameters there are, for a name that is none of them.

    >>> unknown("relu", "dim", {}, {})
    "relu has no parameters; got 'dim'."
    """
    if not rows:
        return f"{owner} has no parameters; got {brief(name)}."
    texts = [_row_text(row, present.get(row.name)) for row in rows.values()]
    return f"{owner} has no parameter {brief(name)}; it has {', '.join(texts)}.{did_you_mean(name, rows)}"


def _row_text(row: Param, value: Any) -> str:
    default = row.default if not math.isnan(row.default) else value
    meaning = f", {row.meaning[0].lower()}{row.meaning[1:].rstrip('.')}" if row.meaning else ""
    return f"{row.name} (default {default!r}{meaning})"
