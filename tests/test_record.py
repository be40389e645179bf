"""Records behave as frozen dataclasses do; a plain one stands beside each test to say what that is."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from neurogebra.errors import InputError
from neurogebra.record import Record, field


class Point(Record):
    """A point with a remark that makes no difference."""

    x: float
    y: float = 0.0
    remark: str = field(default="", compare=False, repr=False)


class Named(Record, kw_only=True):
    name: str = "origin"
    at: Point


@dataclasses.dataclass(frozen=True)
class Model:
    x: float
    y: float = 0.0
    remark: str = dataclasses.field(default="", compare=False, repr=False)


@pytest.mark.parametrize("kind", [Point, Model])
def test_fields_are_given_by_place_or_by_name_and_have_defaults(kind):
    point = kind(1.0, remark="first")
    assert (point.x, point.y, point.remark) == (1.0, 0.0, "first")
    assert kind(1.0, 2.0) == kind(y=2.0, x=1.0)
    assert repr(point).endswith("(x=1.0, y=0.0)")


@pytest.mark.parametrize("kind", [Point, Model])
def test_what_is_not_compared_makes_no_difference(kind):
    assert kind(1, remark="a") == kind(1, remark="b") != kind(2, remark="a")
    assert len({kind(1, remark="a"), kind(1, remark="b"), kind(2)}) == 2
    assert kind(1) != (1, 0.0, "")


def test_two_kinds_of_the_same_fields_are_not_equal():
    class Other(Record):
        x: float
        y: float = 0.0

    assert Other(1) != Point(1)


@pytest.mark.parametrize("kind", [Point, Model])
def test_nothing_can_be_set_or_deleted(kind):
    point = kind(1)
    for change in (lambda: setattr(point, "x", 2), lambda: setattr(point, "z", 2), lambda: delattr(point, "x")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert point == kind(1)


@pytest.mark.parametrize("kind", [Point, Model])
def test_the_standard_librarys_functions_know_the_fields(kind):
    assert [each.name for each in dataclasses.fields(kind)] == ["x", "y", "remark"]
    assert dataclasses.replace(kind(1, 2), y=3) == kind(1, 3)
    assert dataclasses.asdict(kind(1)) == {"x": 1, "y": 0.0, "remark": ""}


def test_records_are_copied_and_pickled():
    named = Named(at=Point(1, remark="kept"))
    for other in (copy.copy(named), copy.deepcopy(named), pickle.loads(pickle.dumps(named))):
        assert other == named
        assert other.at.remark == "kept"


@pytest.mark.parametrize(
    ("make", "given"),
    [
        (lambda: Point(), "nothing"),
        (lambda: Point(y=1), "y"),
        (lambda: Point(1, x=1), "1 by place, x"),
        (lambda: Point(1, z=1), "1 by place, z"),
        (lambda: Point(y=1, z=1), "y, z"),
        (lambda: Point(1, 2, "", 4), "4 by place"),
    ],
)
def test_a_field_that_is_missing_unknown_or_given_twice_is_refused(make, given):
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == f"Point takes x, y, remark, each once; it was given {given}."


def test_a_record_of_names_takes_nothing_by_place():
    with pytest.raises(InputError, match=r"Named takes name, at, each once; it was given 1 by place\."):
        Named(Point(1))


def test_no_method_is_written_for_a_class():
    """That is what they are for: a dataclass compiles six, 0.5 ms each time it is imported."""
    own = {name for name, value in vars(Point).items() if callable(value) and name not in ("_compared", "__replace__")}
    assert own == set()
    assert {"__init__", "__eq__", "__repr__"} <= vars(Model).keys()
