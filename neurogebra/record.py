"""Records: frozen dataclasses that share their methods, instead of having each class write and compile its own.

`@dataclass(frozen=True)` generates six methods for a class as text and compiles them whenever it is imported: the
records of an entry alone took 10 ms of every process, more than reading the entry, and 1 ms this way. The fields are
still the standard library's, so that `fields`, `replace` and `field` work as ever. It knows no record.

>>> class Point(Record):
...     x: float
...     y: float = 0.0
>>> Point(1), Point(1) == Point(x=1.0, y=0), len({Point(1), Point(2)})
(Point(x=1, y=0.0), True, 2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, ClassVar, NoReturn, dataclass_transform

from neurogebra.errors import InputError

__all__ = ["Record", "field"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record:
    """A class whose annotated names are its fields: given once, then compared, hashed and shown.

    `class Entry(Record, kw_only=True)` takes its fields by name alone. A field made with `field(compare=False)` is
    neither compared nor hashed, one with `field(repr=False)` is not shown. Defaults are immutable values.
    """

    _names: ClassVar[tuple[str, ...]]
    _by_place: ClassVar[tuple[str, ...]]
    _defaults: ClassVar[dict[str, Any]]
    _compared: ClassVar[Callable[[Any], Any]]

    def __init_subclass__(cls, kw_only: bool = False) -> None:
        super().__init_subclass__()
        dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(cls)
        rows = fields(cls)  # type: ignore[arg-type]  # it is a dataclass now
        cls._names = tuple(row.name for row in rows)
        cls._by_place = () if kw_only else cls._names
        cls._defaults = {row.name: row.default for row in rows if row.default is not MISSING}
        cls._compared = attrgetter(*(row.name for row in rows if row.compare))

    def __init__(self, *values: Any, **named: Any) -> None:
        kind = type(self)
        placed = dict(zip(kind._by_place, values, strict=False))
        given = kind._defaults | placed | named
        if given.keys() != set(kind._names) or len(placed) < len(values) or placed.keys() & named.keys():
            by_place = [f"{len(values)} by place"] if values else []
            told = ", ".join([*by_place, *named]) or "nothing"
            raise InputError(f"{kind.__name__} takes {', '.join(kind._names)}, each once; it was given {told}.")
        self.__dict__.update(given)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Where a class refuses values that do not fit together."""

    def __eq__(self, other: object) -> bool:
        kind = type(self)
        return kind._compared(self) == kind._compared(other) if type(other) is kind else NotImplemented

    def __hash__(self) -> int:
        return hash(type(self)._compared(self))

    def __repr__(self) -> str:
        shown = [row.name for row in fields(self) if row.repr]  # type: ignore[arg-type]
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"a {type(self).__name__} is frozen; {name!r} cannot be set.")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"a {type(self).__name__} is frozen; {name!r} cannot be deleted.")
