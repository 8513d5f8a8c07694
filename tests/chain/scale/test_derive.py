"""What annotations declare, and which declare nothing."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, NewType, Optional, TypeVar

import pytest
from annotated_types import Interval, Len, MinLen

from chain.primitives import (
    I8,
    I256,
    U8,
    U16,
    U32,
    AccountId,
    Balance,
    BitFormat,
    BitSequence,
    Bytes32,
    Compact,
    Enumeration,
    Err,
    MaxLen,
    Ok,
    OptionBool,
    Result,
    Width,
)
from chain.scale import DeclarationError, codec_of, decode, encode, shape_of
from chain.scale.shapes import FixedBytes, Record, Recursion, Sequence, Variants

T = TypeVar("T")
Asset = NewType("Asset", U32)  # pyright: ignore[reportGeneralTypeIssues]
Name = NewType("Name", bytes)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items."""

    items: tuple[T, ...]
    next_page: Compact[U32] | None


@dataclass(frozen=True, slots=True)
class Named(Page[T]):
    name: str


@dataclass(frozen=True, slots=True)
class Numbers(Named[U16]):
    pass


@dataclass(frozen=True, slots=True)
class Tree:
    label: U8
    children: list[Tree]


class Address(Enumeration):
    """Where to."""


class Id(Address):
    """By key."""

    account: AccountId


class Raw(Address, index=4):
    data: bytes


class Mode(enum.Enum):
    SLOW = 3
    FAST = 1


@dataclass(frozen=True)
class Endless:
    inner: Endless


@dataclass(frozen=True)
class Growing(Generic[T]):
    inner: list[Growing[list[T]]]


@dataclass(frozen=True)
class Unresolved:
    inner: Missing  # type: ignore[name-defined] # noqa: F821  # the point of the test


@dataclass(frozen=True)
class Hidden:
    inner: U8 = field(init=False, default=0)


class Wide(enum.Enum):
    ALL = 256


class Nothing(Enumeration):
    pass


VARIABLE: Any = T
RESULT: Any = Result  # which type checkers take for a type only


def optional(hint: Any) -> Any:
    """`hint | None` for what type checkers do not take for a type."""
    return hint | None


NAMES: list[tuple[Any, str]] = [
    (U32, "u32"),
    (I256, "i256"),
    (Balance, "u128"),
    (Compact[Balance], "Compact<u128>"),
    (Compact[Asset], "Compact<u32>"),
    (Annotated[U8, Interval(le=9)], "u8"),
    (bool, "bool"),
    (str, "str"),
    (bytes, "Vec<u8>"),
    (None, "()"),
    (Optional[U8], "Option<u8>"),  # noqa: UP045
    (optional(U8), "Option<u8>"),
    (OptionBool, "OptionBool"),
    (RESULT[U8, str], "Result<u8, str>"),
    (Err[str] | Ok[U8], "Result<u8, str>"),
    (Ok[None] | Err[U8] | None, "Option<Result<(), u8>>"),
    (tuple[()], "()"),
    (tuple[U8], "(u8,)"),
    (tuple[U8, bool], "(u8, bool)"),
    (tuple[U8, ...], "Vec<u8>"),
    (list[I8], "Vec<i8>"),
    (Bytes32, "[u8; 32]"),
    (Annotated[list[U16], Len(3, 3)], "[u16; 3]"),
    (Annotated[bytes, Len(0, 0)], "[u8; 0]"),
    (Annotated[list[U16], MaxLen(9)], "BoundedVec<u16, 9>"),
    (Annotated[list[U16], Len(0, 9), MaxLen(5)], "BoundedVec<u16, 5>"),
    (Annotated[list[U16], Len(0)], "Vec<u16>"),
    (Annotated[str, MaxLen(9)], "BoundedStr<9>"),
    (Annotated[dict[U8, str], MaxLen(9)], "BoundedBTreeMap<u8, str, 9>"),
    (set[AccountId], "BTreeSet<AccountId>"),
    (frozenset[Mode], "BTreeSet<Mode>"),
    (BitSequence, "BitVec<u8, Lsb0>"),
    (Annotated[BitSequence, BitFormat(64, msb_first=True)], "BitVec<u64, Msb0>"),
    (AccountId, "AccountId"),
    (Name, "Vec<u8>"),
    (Page[U8], "Page<u8>"),
    (Numbers, "Numbers"),
    (Tree, "Tree"),
    (Address, "Address"),
    (Mode, "Mode"),
]

REFUSED: list[tuple[Any, str]] = [
    (int, "an integer needs a width"),
    (float, "it is neither a SCALE primitive, a dataclass"),
    (object, "it is neither"),
    (Any, "it is neither|no SCALE type"),
    (list, "it is neither"),
    (VARIABLE, "nothing says what the type variable stands for"),
    (Page, "nothing says what the type variable stands for"),
    (Ok[U8], "no SCALE type"),
    (Ok, "it is neither"),
    (U8 | str, "a choice is"),
    (Ok[U8] | str, "a choice is"),
    (Annotated[int, Width(24)], "not 24"),
    (Compact[I8], "only unsigned integers have a compact form, not i8"),
    (Compact[str], "only unsigned integers have a compact form, not str"),
    (optional(OptionBool), "None would be both"),
    (optional(Annotated[U8 | None, "kept apart"]), "None would be both"),
    (Annotated[bytes, MinLen(1)], "not a least one"),
    (Annotated[bytes, Len(1, 2)], "not a least one"),
    (Annotated[str, Len(3, 3)], "str has no fixed length"),
    (Annotated[U8, MaxLen(3)], "u8 has no length to bound"),
    (Annotated[bytes, MaxLen(-3)], "a bound is a number"),
    (Annotated[BitSequence, BitFormat(24)], "not 24"),
    (Annotated[U8, []], "cannot be hashed"),
    (dict[tuple[list[U8], ...], U8], "can be changed"),
    (set[dict[U8, U8]], "have no order"),
    (Endless, "without end"),
    (Growing[U8], "nest more than"),
    (Unresolved, "do not resolve: name 'Missing' is not defined"),
    (Hidden, "inner is not an argument"),
    (Wide, "the value of ALL is not a byte"),
    (Nothing, "it has no variants"),
    (Id, "it is a variant or a family"),
    (Enumeration, "it is a variant or a family"),
]


@pytest.mark.parametrize(("hint", "name"), NAMES)
def test_annotation_declares_the_type(hint: Any, name: str) -> None:
    assert shape_of(hint).name == codec_of(hint).name == name


@pytest.mark.parametrize(("hint", "reason"), REFUSED)
def test_annotation_without_a_codec_says_why(hint: Any, reason: str) -> None:
    with pytest.raises(DeclarationError, match=f"has no codec: .*({reason})"):
        codec_of(hint)


def test_type_variables_are_replaced_through_bases() -> None:
    value = Numbers((1, 2), None, "n")
    assert encode(Numbers, value) == bytes.fromhex("08010002000004") + b"n"
    assert decode(Numbers, encode(Numbers, value)) == value
    assert encode(Page[Page[U8]], Page((Page((7,), 3),), None)) == bytes.fromhex("040407010c00")


def test_shape_tells_what_metadata_needs() -> None:
    page = shape_of(Page[AccountId])
    assert isinstance(page, Record)
    assert (page.cls, page.docs, page.path) == (Page, "Some items.", ("tests", "chain", "scale", "test_derive", "Page"))
    assert [(parameter.name, parameter.shape.hint) for parameter in page.parameters] == [("T", AccountId)]
    items, next_page = page.fields
    assert isinstance(items.shape, Sequence)
    assert isinstance(items.shape.item, FixedBytes)
    assert (items.name, next_page.name, next_page.shape.name) == ("items", "next_page", "Option<Compact<u32>>")
    numbers = shape_of(Numbers)
    assert isinstance(numbers, Record)
    assert numbers.docs == ""


def test_shape_of_a_tagged_union_has_its_variants_by_index() -> None:
    address = shape_of(Address)
    assert isinstance(address, Variants)
    assert address.docs == "Where to."
    assert [(variant.index, variant.name, variant.docs) for variant in address.variants] == [
        (0, "Id", "By key."),
        (4, "Raw", ""),
    ]


def test_shape_of_a_recursive_type_ends_where_it_begins_again() -> None:
    tree = shape_of(Tree)
    assert isinstance(tree, Record)
    children = tree.fields[1].shape
    assert isinstance(children, Sequence)
    assert isinstance(children.item, Recursion)
    assert children.item.hint is Tree
