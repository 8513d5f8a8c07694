"""Types from annotations: one number each, Rust's names, no number without a type."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Generic, TypeVar

import pytest

from chain.metadata.portable import (
    ArrayType,
    BitSequenceType,
    CompactType,
    CompositeType,
    PortableType,
    PrimitiveKind,
    PrimitiveType,
    SequenceType,
    TupleType,
    VariantType,
)
from chain.primitives import (
    BY_RUNTIME,
    U8,
    U32,
    U64,
    WEAKLY,
    AccountId,
    BitFormat,
    BitSequence,
    Bytes4,
    Compact,
    Enumeration,
    Err,
    FixedU128,
    Hash,
    MaxLen,
    Ok,
    OptionBool,
    RustType,
)
from chain.record import record
from chain.scale import DeclarationError
from runtime.metadata.registry import TypeRegistry

T = TypeVar("T")

MaybeByte = U8 | None

BOUNDED = ("bounded_collections", "bounded_vec", "BoundedVec")


@record
class Pair(Generic[T]):
    """Two of a kind."""

    from_: T
    """Where it begins."""
    to: T


class Tree(Enumeration):
    """A tree."""


class Leaf(Tree):
    """The end."""

    value: U32


class Branch(Tree):
    """Two trees."""

    children: list[Tree]


class Colour(IntEnum):
    """What light is."""

    DARK_RED = 0
    """Almost black."""
    GREEN = 7


class Shadow(Enumeration):
    """Has Rust's names."""

    __rust__ = RustType("sp_light::Shadow", unnamed=True)


class NoneCase(Shadow, index=3):
    """Nothing."""

    __rust__ = RustType("None")


class Some(Shadow, index=4):
    """Something."""

    what: U8


@pytest.fixture
def registry() -> TypeRegistry:
    return TypeRegistry({})


def described(registry: TypeRegistry, hint: object) -> PortableType:
    number = registry.number(hint)
    return registry.types()[number]


def kind_of(registry: TypeRegistry, number: int) -> PrimitiveKind:
    definition = registry.types()[number].definition
    assert isinstance(definition, PrimitiveType)
    return definition.kind


def test_equal_types_share_a_number_that_is_their_place(registry: TypeRegistry) -> None:
    hints = [U32, list[U32], tuple[U32, ...], Compact[U32], MaybeByte, Pair[U32], Pair[U64], U32, bytes, list[U8]]
    numbers = [registry.number(hint) for hint in hints]
    assert numbers[0] == numbers[7]
    assert numbers[1] == numbers[2]
    assert numbers[8] == numbers[9]
    assert numbers[5] != numbers[6]
    assert [each.type_id for each in registry.types()] == list(range(len(registry.types())))


@pytest.mark.parametrize(
    ("hint", "path", "definition"),
    [
        (AccountId, ("sp_core", "crypto", "AccountId32"), CompositeType),
        (Hash, ("primitive_types", "H256"), CompositeType),
        (FixedU128, ("sp_arithmetic", "fixed_point", "FixedU128"), CompositeType),
        (Bytes4, (), ArrayType),
        (Compact[U64], (), CompactType),
        (None, (), TupleType),
        (MaybeByte, ("Option",), VariantType),
        (Ok[U8] | Err[None], ("Result",), VariantType),
        (OptionBool, ("OptionBool",), VariantType),
        (dict[U8, U32], ("BTreeMap",), CompositeType),
        (Annotated[bytes, MaxLen(4)], BOUNDED, CompositeType),
        (Annotated[list[U8], MaxLen(4)], BOUNDED, CompositeType),
        (
            Annotated[list[U8], MaxLen(4), WEAKLY],
            ("bounded_collections", "weak_bounded_vec", "WeakBoundedVec"),
            CompositeType,
        ),
        (Annotated[list[U8], BY_RUNTIME], BOUNDED, CompositeType),
        (Annotated[set[U8], MaxLen(4)], ("bounded_collections", "bounded_btree_set", "BoundedBTreeSet"), CompositeType),
        (
            Annotated[dict[U8, U8], MaxLen(4)],
            ("bounded_collections", "bounded_btree_map", "BoundedBTreeMap"),
            CompositeType,
        ),
        (Annotated[BitSequence, BitFormat(32, True)], (), BitSequenceType),
        (list[str], (), SequenceType),
    ],
)
def test_types_have_rusts_paths(
    registry: TypeRegistry, hint: object, path: tuple[str, ...], definition: type[object]
) -> None:
    found = described(registry, hint)
    assert found.path == path
    assert isinstance(found.definition, definition)


def test_records_keep_names_parameters_and_docs(registry: TypeRegistry) -> None:
    found = described(registry, Pair[U32])
    assert found.path[-1] == "Pair"
    assert found.docs == ("Two of a kind.",)
    assert [(each.name, each.type_id) for each in found.parameters] == [("T", registry.number(U32))]
    assert isinstance(found.definition, CompositeType)
    first, second = found.definition.fields
    assert (first.name, first.type_name, first.docs) == ("from", "T", ("Where it begins.",))
    assert (second.name, second.docs) == ("to", ())


def test_a_type_may_contain_itself(registry: TypeRegistry) -> None:
    number = registry.number(Tree)
    found = registry.types()[number]
    assert isinstance(found.definition, VariantType)
    leaf, branch = found.definition.cases
    assert (leaf.name, leaf.index, branch.name, branch.index) == ("Leaf", 0, "Branch", 1)
    children = registry.types()[branch.fields[0].type_id].definition
    assert children == SequenceType(number)
    assert registry.number(list[Tree]) == branch.fields[0].type_id


def test_members_of_python_enums_are_variants(registry: TypeRegistry) -> None:
    found = described(registry, Colour).definition
    assert isinstance(found, VariantType)
    assert [(each.name, each.index, each.docs) for each in found.cases] == [
        ("DarkRed", 0, ("Almost black.",)),
        ("Green", 7, ()),
    ]


def test_a_class_may_say_its_name_in_rust(registry: TypeRegistry) -> None:
    found = described(registry, Shadow)
    assert found.path == ("sp_light", "Shadow")
    assert isinstance(found.definition, VariantType)
    nothing, some = found.definition.cases
    assert (nothing.name, nothing.index) == ("None", 3)
    assert [field.name for field in some.fields] == [None]


def test_a_stand_in_is_described_wherever_the_other_stands() -> None:
    registry = TypeRegistry({Colour: U8})
    item = described(registry, list[Colour]).definition
    assert isinstance(item, SequenceType)
    assert kind_of(registry, item.item) is PrimitiveKind.U8
    assert registry.number(Colour) == item.item


def test_a_reserved_number_must_be_defined(registry: TypeRegistry) -> None:
    number = registry.reserve(Pair)
    with pytest.raises(TypeError, match=f"type {number} was reserved"):
        registry.types()
    registry.define(number, ("a", "Pair"), CompositeType(()))
    assert registry.types()[number].path == ("a", "Pair")


def test_a_type_that_cannot_be_described_is_named(registry: TypeRegistry) -> None:
    with pytest.raises(DeclarationError, match="an integer needs a width"):
        registry.number(list[int])
