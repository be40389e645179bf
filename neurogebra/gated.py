"""Gated units: formulas of two variables, a value `a` and a gate `b`, which are the halves of one input.

Given `x`, the axis is halved, and which half is the gate is what the entry declares unless the call says
otherwise, because frameworks disagree; given `a` and `b` by name, nothing is halved. An axis of odd size is
refused rather than cut. In all else it is an expression of two variables, and it knows no other formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from neurogebra.errors import UsageError, brief
from neurogebra.expression import Expression
from neurogebra.shapes import axis_of, shape_of

__all__ = ["GatedExpression"]

HALVES: Final = ("a", "b")


class GatedExpression(Expression):
    """An expression of a value `a` and a gate `b`, or of one input `x` that holds both.

    >>> glu = forge.get("glu")
    >>> glu.eval(x=[1.0, 2.0, 0.0, 0.0])
    array([0.5, 1. ])
    >>> glu.eval(a=2.0, b=0.0), glu.eval(x=[0.0, 2.0], gate="first")
    (1.0, array([1.]))

    `axis` is halved, the last where none is given; `gate` is "first" or "second", the half that is the gate.
    `gradient` is by "a" or by "b". Raises UsageError for an axis of odd size and for a number as `x`.
    """

    kind = "gated"
    _axes = "halved"

    def _bind(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[list[Any], list[Any]]:
        x, named = self._whole(values, named)
        if x is None:
            if "axis" in named or "gate" in named:
                raise UsageError(
                    f"{self.name} was given its halves, so there is no axis to halve; axis and gate go with x."
                )
            return super()._bind(values, named)
        axis, gate = named.pop("axis", -1), named.pop("gate", None)
        return super()._bind((), {**named, **self._halves(x, axis, gate)})

    def _whole(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The one input that holds both halves, None where they are given apart; and what else is given."""
        named = dict(named)
        if len(values) == 1 and not any(half in named for half in HALVES):
            if "x" in named:
                raise UsageError(f"{self.name} was given x twice.")
            named["x"] = values[0]
        x = named.pop("x", None)
        if x is not None and any(half in named for half in HALVES):
            raise UsageError(f"{self.name} takes x, which holds both halves, or a and b; it was given both.")
        return x, named

    def _halves(self, x: Any, axis: Any, gate: Any) -> dict[str, Any]:
        from neurogebra.compile.to_numpy import as_array
        from neurogebra.compile.to_numpy_frameworks import home_of

        array, order = as_array(x), self._order_of(gate)
        if not array.ndim:
            raise UsageError(
                f"{self.name} halves an axis of x, and {brief(x)} has none; give an array of an even size,"
                " or the halves by name: eval(a=..., b=...)."
            )
        index = axis_of(self.name, "axis", axis, array.shape)
        size = array.shape[index]
        if size % 2:
            raise UsageError(
                f"{self.name} halves axis {index} of x, so its size is even; x of shape {array.shape} has {size} there."
            )
        middle, before = size // 2, (slice(None),) * index
        whole = array if home_of([x]) is None else x  # halves of a framework's array are its arrays
        parts = whole[(*before, slice(middle))], whole[(*before, slice(middle, None))]
        return dict(zip(order, parts, strict=True))

    def _order_of(self, gate: Any) -> tuple[str, ...]:
        """The halves in the order in which x holds them."""
        declared = self._gate if gate is None else gate
        if not isinstance(declared, str) or declared not in ("first", "second"):
            raise UsageError(f"{self.name}: gate is 'first' or 'second', the half that is the gate; got {brief(gate)}.")
        return HALVES if declared == "second" else HALVES[::-1]

    @property
    def _gate(self) -> str:
        """The half that the entry declares to be the gate; a derivative's is its parent's."""
        e: Expression = self
        while e._parent is not None:
            e = e._parent[0]
        return (e.entry.gate if e.entry else None) or "second"

    def vjp(self, cotangent: Any, /, *values: Any, by: str | Sequence[str] | None = None, **named: Any) -> Any:
        """The backward pass: by `x` where that is given, else by `a` and `b`; see `Expression.vjp`.

        >>> forge.get("glu").vjp([1.0], x=[3.0, 0.0])
        array([0.5 , 0.75])
        """
        from neurogebra.backward import asked

        x, rest = self._whole(values, named)
        if x is None:
            return super().vjp(cotangent, *values, by=by, **named)
        names, alone = asked(self, by, ["x"])
        order, axis = self._order_of(rest.get("gate")), rest.get("axis", -1)
        inner = dict.fromkeys(part for name in names for part in (order if name == "x" else (name,)))
        from neurogebra.compile.to_numpy import as_array
        from neurogebra.compile.to_numpy_frameworks import home_of, in_kind

        whole = x if home_of([x]) is None else as_array(x)  # joined as NumPy's, then given its kind
        found = super().vjp(cotangent, x=whole, by=list(inner), **rest)
        if "x" in names:
            import numpy as np

            index = axis_of(self.name, "axis", axis, shape_of(x))
            found["x"] = in_kind(np.concatenate([found[half] for half in order], axis=index), x)
        return found[names[0]] if alone else {name: found[name] for name in names}

    def _input(self) -> str:
        return "x"
