"""What makes an expression an object that can be shared: frozen, comparable, hashable, copied and pickled.

Two are equal when formula, variables, parameter names and values are, whatever they are called; the hash leaves the
values out, because arrays among them have none. What seems to change one answers with another. Which attributes
an expression has, and what they mean, is not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

from neurogebra.parameters import same_value

if TYPE_CHECKING:
    import sympy

    from neurogebra.expression import Expression

__all__ = ["Frozen"]


class Frozen:
    """Attributes that are set once, equality, hashing, copies, pickles and the two texts."""

    if TYPE_CHECKING:
        _params: dict[str, Any]
        _constants: dict[str, str]

        @property
        def _itself(self) -> Expression: ...
        @property
        def name(self) -> str: ...
        @property
        def readable(self) -> sympy.Expr: ...
        def _variable_names(self) -> tuple[str, ...]: ...

    def _set(self, **attributes: Any) -> None:
        for name, value in attributes.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"an Expression is frozen; {name!r} cannot be set. with_params(...) makes another.")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"an Expression is frozen; {name!r} cannot be deleted.")

    def _with(self, **attributes: Any) -> Expression:
        """Another expression that differs in these attributes."""
        other = type(self._itself).__new__(type(self._itself))
        other.__dict__.update(self.__dict__)
        other.__dict__.pop("_fast", None)
        other._set(**attributes)
        return other

    def __eq__(self, other: object) -> bool:
        """Equal formula, variables, parameter names and values."""
        if not isinstance(other, Frozen):
            return NotImplemented
        if self is other:
            return True
        if self._identity() != other._identity():
            return False
        return all(same_value(value, other._params[name]) for name, value in self._params.items())

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[Any, ...]:
        constants = tuple(sorted(self._constants.items()))
        return type(self), self.readable, self._variable_names(), tuple(sorted(self._params)), constants

    def __reduce__(self) -> tuple[Any, ...]:
        from neurogebra.expression_parts import restore, state

        return restore, (type(self), state(self._itself))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __str__(self) -> str:
        from neurogebra.language.writer import write

        return write(self.readable)

    def __repr__(self) -> str:
        values = f", params={self._params}" if self._params else ""
        return f"Expression({self.name!r}, {str(self)!r}{values})"
