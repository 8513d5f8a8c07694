"""Registries whose types do not fit together, and what names types have."""

from __future__ import annotations

from typing import Any

import pytest

from chain.metadata import MetadataError
from chain.metadata.portable import CompositeType, Field, PortableType, Variant, VariantType
from chain.metadata.registry import Registry
from tests.chain.metadata.handmade import (
    ArrayType,
    BitSequenceType,
    CompactType,
    SequenceType,
    TupleType,
    enum,
    primitive,
    registry_of,
    struct,
    unnamed,
)

U8 = primitive("u8")


@pytest.mark.parametrize(
    ("definitions", "message"),
    [
        ([SequenceType(1)], "type 0: it refers to type 1, and there are 1"),
        ([("Side", enum(A=(), B=(7,)))], "type 0 (Side): it refers to type 7, and there are 1"),
        ([BitSequenceType(0, 2), U8], "type 0: it refers to type 2, and there are 2"),
        (
            [CompositeType((Field("a", 1), Field(None, 1))), U8],
            "type 0: some of its fields have names and some have none",
        ),
        ([CompositeType((Field("a", 1), Field("a", 1))), U8], "type 0: two of its fields have the same name"),
        (
            [VariantType((Variant("A", (Field("a", 1), Field("a", 1)), 0),)), U8],
            "type 0::A: two of its fields have the same name",
        ),
        ([VariantType((Variant("A", (), 0), Variant("A", (), 1)))], "type 0: two of its variants have the same name"),
        ([VariantType((Variant("A", (), 0), Variant("B", (), 0)))], "type 0: two of its variants have the same index"),
    ],
)
def test_types_that_do_not_fit_together_are_refused(definitions: list[Any], message: str) -> None:
    with pytest.raises(MetadataError) as refused:
        registry_of(*definitions)

    assert str(refused.value) == message


def test_a_type_stands_at_its_number() -> None:
    with pytest.raises(MetadataError, match=r"^type 5: it stands at place 0$"):
        Registry((PortableType(5, (), (), U8),))


@pytest.mark.parametrize(
    ("definition", "name"),
    [
        (("AccountId32", unnamed(1)), "AccountId32"),
        (SequenceType(1), "Vec<u8>"),
        (ArrayType(32, 1), "[u8; 32]"),
        (CompactType(1), "Compact<u8>"),
        (TupleType((1, 1)), "(u8, u8)"),
        (TupleType((1,) * 9), "(u8, u8, u8, u8, …)"),
        (BitSequenceType(1, 1), "BitVec"),
        (SequenceType(0), "Vec<Vec<Vec<…>>>"),
        (struct(a=1), "type 0"),
    ],
)
def test_a_type_is_named_about_as_rust_writes_it(definition: Any, name: str) -> None:
    assert registry_of(definition, U8).name(0) == name


def test_types_are_found_by_the_end_of_their_path() -> None:
    registry = registry_of(("Weight", U8), U8, ("Weight", U8))

    assert registry.named("Weight") == registry.named("crate", "Weight") == (0, 2)
    assert registry.named("other", "Weight") == ()
    with pytest.raises(MetadataError, match=r"^type 1 \(u8\): it is no variant type$"):
        registry.variants(1)
