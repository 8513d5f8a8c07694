"""A record is what a frozen, slotted dataclass is; the dataclass is the oracle."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.record import is_frozen, keyword_record, maker_of, record, record_in_place


@record
class Point:
    """A record with every kind of field."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PlainPoint:
    """The same as a dataclass."""

    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


@record
class Space(Point):
    """A record of a record, whose slots are not all its own."""

    z: int = 3


@keyword_record
class Named:
    """Fields by name only."""

    first: int
    second: int = 5


@record
class Derived:
    """A field that `__post_init__` sets."""

    side: int
    area: int = field(init=False)

    def __post_init__(self) -> None:
        if self.side < 0:
            raise ValueError("no side is negative")
        object.__setattr__(self, "area", self.side**2)


@record
class Empty:
    """No fields."""


VALUES = st.fixed_dictionaries(
    {"x": st.integers()}, optional={"y": st.integers(), "tags": st.lists(st.text()), "note": st.text()}
)


@given(VALUES, VALUES)
def test_values_equality_and_text_are_the_dataclasss(first: dict[str, Any], second: dict[str, Any]) -> None:
    ours, theirs = (Point(**first), Point(**second)), (PlainPoint(**first), PlainPoint(**second))
    assert [repr(each) for each in ours] == [repr(each).replace("Plain", "") for each in theirs]
    assert (ours[0] == ours[1]) == (theirs[0] == theirs[1])
    assert dataclasses.asdict(ours[0]) == dataclasses.asdict(theirs[0])
    assert dataclasses.replace(ours[0], x=1) == Point(**{**first, "x": 1})
    assert pickle.loads(pickle.dumps(ours[0])) == copy.deepcopy(ours[0]) == ours[0]


def test_equal_records_hash_alike_and_what_does_not_compare_does_not_hash() -> None:
    assert hash(Derived(3)) == hash(Derived(3))
    assert Point(1, note="a") == Point(1, note="b")
    other: object = PlainPoint(1)
    assert Point(1) != other
    assert len({Empty(), Empty()}) == 1


def test_nothing_can_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Point(1).x = 2  # type: ignore[misc]  # the mistake
    with pytest.raises(dataclasses.FrozenInstanceError):
        delattr(Point(1), "x")
    assert not hasattr(Point(1), "__dict__")
    assert is_frozen(Point)
    assert is_frozen(PlainPoint)


def test_a_default_factory_makes_a_value_for_each_object() -> None:
    first, second = Point(1), Point(1)
    first.tags.append("a")
    assert second.tags == []


def test_inherited_fields_come_first() -> None:
    assert Space(1, 2, ["a"], "b", 4) == Space(x=1, y=2, tags=["a"], note="b", z=4)
    assert Space(1).z == 3


def test_signatures_are_there_before_the_first_object() -> None:
    @record
    class Late:
        """Nothing was made of it yet."""

        size: int
        weight: int = 1

    assert str(inspect.signature(Late)) == "(size: 'int', weight: 'int' = 1)"
    assert Late.__match_args__ == ("size", "weight")


def test_missing_and_unknown_fields_are_refused() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Point()  # type: ignore[call-arg]  # the mistake
    with pytest.raises(TypeError, match="unexpected keyword argument 'w'"):
        Point(1, w=2)  # type: ignore[call-arg]  # the mistake
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        Named(1)  # type: ignore[call-arg]  # the mistake
    assert Named(first=1) == Named(second=5, first=1)


def test_post_init_runs_and_may_refuse() -> None:
    assert Derived(3).area == 9
    with pytest.raises(ValueError, match="no side is negative"):
        Derived(-1)


def test_objects_made_without_init_compare_as_well() -> None:
    @record
    class Bare:
        """Made by a codec."""

        value: int

    made = [object.__new__(Bare), object.__new__(Bare)]
    for each in made:
        object.__setattr__(each, "value", 7)
    assert made[0] == made[1]
    assert hash(made[0]) == hash(Bare(7))


def test_a_class_in_use_becomes_a_record_that_keeps_its_identity() -> None:
    class Place:
        x: int
        y: int = 7

    make: Any = Place
    record_in_place(Place)
    made = make(1)
    assert (made.x, made.y, repr(made)) == (1, 7, f"{Place.__qualname__}(x=1, y=7)")
    assert (made, hash(made)) == (make(x=1, y=7), hash(make(1)))
    assert type(made) is Place
    assert [each.name for each in dataclasses.fields(make)] == ["x", "y"]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        made.x = 2


def test_a_field_that_must_be_given_stands_before_those_that_need_not() -> None:
    @record
    class Mixed:
        """Not as dataclass wants it."""

        first: int = 1
        second: int  # type: ignore[misc]  # the mistake

    with pytest.raises(TypeError, match="without a default stands behind first"):
        Mixed(1, 2)


def test_a_default_that_objects_would_share_is_refused_where_it_is_declared() -> None:
    with pytest.raises(ValueError, match="mutable default"):

        @record
        class Sharing:
            """All would have one list."""

            each: list[int] = []  # noqa: RUF012 — the mistake


def test_what_belongs_to_the_class_is_no_field() -> None:
    @record
    class Counted:
        """Has a limit for all."""

        limit: ClassVar[int] = 3
        size: int

    assert ([each.name for each in dataclasses.fields(Counted)], Counted(2).limit) == (["size"], 3)


def test_classes_with_as_many_fields_have_names_of_their_own() -> None:
    @record
    class Width:
        """One field."""

        width: int

    @record
    class Height:
        """Another."""

        height: int

    assert (Width(width=1).width, Height(height=2).height) == (1, 2)
    with pytest.raises(TypeError, match=r"Height.__init__\(\) got an unexpected keyword argument 'width'"):
        Height(width=1)  # type: ignore[call-arg]  # the mistake
    assert (repr(Width(1)), Width(1) == Width(1), hash(Height(2)) == hash(Height(2))) == (repr(Width(1)), True, True)


@record
class Pair:
    """What a maker makes."""

    first: int
    second: int = 2


@given(st.integers(), st.integers())
def test_a_maker_makes_what_the_class_makes(first: int, second: int) -> None:
    make = maker_of(Pair)
    for made, expected in (
        (make(first, second), Pair(first, second)),
        (make(second=second, first=first), Pair(first, second)),
        (make(first), Pair(first)),
    ):
        assert (type(made), made, hash(made)) == (Pair, expected, hash(expected))
        with pytest.raises(dataclasses.FrozenInstanceError):
            made.first = 3  # type: ignore[misc]
    untyped: Any = make
    for arguments in ((), (1, 2, 3)):
        with pytest.raises(TypeError, match="positional argument"):
            untyped(*arguments)


def test_where_making_is_more_than_setting_fields_the_class_makes() -> None:
    @record
    class WithOwnInit:
        x: int

        def __init__(self) -> None:
            object.__setattr__(self, "x", 7)

    @record
    class WithOwnNew:
        x: int

        def __new__(cls, x: int) -> WithOwnNew:
            assert x
            return super().__new__(cls)

    assert maker_of(WithOwnInit)().x == WithOwnInit().x == 7
    kinds: tuple[Any, ...] = (WithOwnInit, WithOwnNew, Point, Space, Named, Derived, PlainPoint)
    assert all(maker_of(kind) is kind for kind in kinds)


def test_two_threads_that_ask_for_the_fields_at_once_find_the_same() -> None:
    @record
    class Base:
        first: int

    @record
    class Derived(Base):
        second: int = 2

    late = {cls: vars(cls)["__dataclass_fields__"] for cls in (Base, Derived)}
    assert Derived(1).second == 2  # by the first thread, while the second was on its way
    for cls, descriptor in late.items():
        assert descriptor.__get__(None, cls) is vars(cls)["__dataclass_fields__"]
    assert list(late[Base].__get__(None, Derived)) == ["first", "second"]


def test_two_threads_that_need_a_method_first_call_that_of_the_class() -> None:
    @record
    class Base:
        first: int

    @record
    class Derived(Base):
        second: int

    late = {name: vars(Derived)[name] for name in ("__init__", "__eq__", "__hash__")}
    one, other = Derived(1, 2), object.__new__(Derived)  # the first thread was faster with each of them
    assert (one == Derived(1, 2), hash(one)) == (True, hash(Derived(1, 2)))
    late["__init__"](other, 3, 4)
    assert (other.first, other.second) == (3, 4)
    assert late["__eq__"](one, other) is False
    assert late["__hash__"](one) == hash(one)
    assert Base(5).first == 5
