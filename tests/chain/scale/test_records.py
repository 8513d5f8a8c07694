"""Objects are made as their class wants: directly where it only sets fields, else by its constructor."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field, fields
from typing import Any, Generic, TypeVar

import pytest

from chain.primitives import U8, U16, Enumeration
from chain.record_methods import blank_of
from chain.scale import DecodeError, codec_of
from chain.scale.records import is_plain

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slotted:
    first: U8
    second: U16 = 7


@dataclass(frozen=True, slots=True)
class Longer(Slotted):
    third: U8 = 9


@dataclass
class Open:
    first: U8
    _: KW_ONLY
    second: U16 = field(default=7, repr=False)


@dataclass(frozen=True, slots=True)
class Holder(Generic[T]):
    first: T
    second: T


class Choice(Enumeration):
    pass


class Chosen(Choice):
    first: U8
    second: U16


@dataclass(frozen=True, slots=True)
class Ascending:
    first: U8
    second: U16

    def __post_init__(self) -> None:
        if self.first >= self.second:
            raise ValueError(f"{self.first} is not below {self.second}")


@dataclass(frozen=True)
class Interned:
    first: U8
    second: U16

    def __new__(cls, *_: int, **__: int) -> Interned:
        return super().__new__(cls)


class Heir(Slotted):
    pass


@dataclass(init=False)
class Own:
    first: U8
    second: U16

    def __init__(self, second: int, first: int) -> None:
        self.first, self.second = first, second


PLAIN: list[Any] = [Slotted, Longer, Open, Chosen]
CONSTRUCTED: list[Any] = [Ascending, Interned, Heir, Own]


def test_only_classes_that_set_their_fields_are_made_directly() -> None:
    assert all(is_plain(cls) for cls in PLAIN)
    assert not any(is_plain(cls) for cls in CONSTRUCTED)


def test_only_classes_whose_slots_are_all_their_own_have_a_blank_twin() -> None:
    assert [blank_of(cls) is not None for cls in (Slotted, Longer, Holder, Open, Chosen)] == [True, *[False] * 4]


@pytest.mark.parametrize("cls", [*PLAIN, *CONSTRUCTED])
def test_object_returns_whole(cls: Any) -> None:
    values = {part.name: number for number, part in enumerate(fields(cls), start=1)}
    codec = codec_of(Choice if cls is Chosen else cls)
    made = codec.decode(codec.encode(cls(**values)))
    assert type(made) is cls
    assert {name: getattr(made, name) for name in values} == values
    assert made == cls(**values)
    assert repr(made) == repr(cls(**values))


def test_parametrised_record_is_of_its_class() -> None:
    assert codec_of(Holder[U8]).decode(b"\x01\x02") == Holder(1, 2)
    assert codec_of(Holder[U16]).decode(b"\x01\x00\x02\x00") == Holder(1, 2)


def test_what_a_class_refuses_is_refused_input() -> None:
    with pytest.raises(DecodeError, match="Ascending at byte 3: 5 is not below 2"):
        codec_of(Ascending).decode(b"\x05\x02\x00")
    with pytest.raises(DecodeError, match="5 is not below 2"):
        codec_of(list[Ascending]).decode(b"\x04\x05\x02\x00")


def test_a_value_without_fields_is_one_object() -> None:
    @dataclass(frozen=True, slots=True)
    class Marker:
        pass

    codec = codec_of(Marker)
    assert codec.decode(b"") is codec.decode(b"")
