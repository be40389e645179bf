"""Records: frozen dataclasses that share their methods, instead of having each class write and compile its own.

`@dataclass(frozen=True)` generates six methods for a class as text and compiles them whenever it is imported: the
records of an entry alone took 10 ms of every process, more than reading the entry. Here the standard library makes
the fields and `__init__`, so that `fields`, `replace` and `field` work as ever, and one base class does the rest.
It imports nothing of ours and knows no record.

>>> class Point(Record):
...     x: float
...     y: float = 0.0
>>> Point(1), Point(1) == Point(1.0, 0), len({Point(1), Point(2)})
(Point(x=1, y=0.0), True, 2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, ClassVar, NoReturn, dataclass_transform

__all__ = ["Record", "field"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record:
    """A class whose annotated names are its fields: set once, compared, hashed and shown.

    `class Entry(Record, kw_only=True)` takes its fields by name alone. A field made with `field(compare=False)` is
    neither compared nor hashed, one with `field(repr=False)` is not shown.
    """

    _compared: ClassVar[Callable[[Any], Any]]

    def __init_subclass__(cls, kw_only: bool = False) -> None:
        super().__init_subclass__()
        dataclass(repr=False, eq=False, kw_only=kw_only)(cls)
        cls._compared = attrgetter(*(each.name for each in fields(cls) if each.compare))  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        kind = type(self)
        return kind._compared(self) == kind._compared(other) if type(other) is kind else NotImplemented

    def __hash__(self) -> int:
        return hash(type(self)._compared(self))

    def __repr__(self) -> str:
        shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)  # type: ignore[arg-type]
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __setattr__(self, name: str, value: Any) -> None:
        """Only `__init__` finds a field that is not set yet."""
        if name in self.__dict__ or name not in self.__dataclass_fields__:  # type: ignore[attr-defined]
            raise FrozenInstanceError(f"a {type(self).__name__} is frozen; {name!r} cannot be set.")
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"a {type(self).__name__} is frozen; {name!r} cannot be deleted.")
