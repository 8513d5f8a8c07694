"""Types that no value can have, and how much one function does."""

from __future__ import annotations

from typing import Any

import pytest

from chain.metadata import MetadataError
from chain.scale import DecodeError, EncodeError
from tests.chain.metadata.handmade import (
    ArrayType,
    BitSequenceType,
    CompactType,
    SequenceType,
    TupleType,
    codec_of,
    enum,
    primitive,
    struct,
    unnamed,
)

U8, U32, STR = primitive("u8"), primitive("u32"), primitive("str")
LSB0 = ("Lsb0", unnamed())


@pytest.mark.parametrize(
    ("definitions", "reason"),
    [
        ([primitive("char")], r"type 0 \(char\): SCALE has no encoding of a char"),
        ([CompactType(1), STR], r"type 0 \(Compact<str>\): str has no compact form"),
        ([CompactType(1), primitive("i8")], "i8 has no compact form"),
        ([CompactType(1), ("Loop", unnamed(1))], "Loop has no compact form"),
        ([BitSequenceType(1, 2), STR, LSB0], "bits are not stored in words of str"),
        ([BitSequenceType(1, 1), U8], "u8 is no order of bits"),
        ([ArrayType(2**31, 1), U8], r"each value takes more than 1073741824 bytes"),
        ([ArrayType(65, 1), TupleType(())], "a value has more than 64 parts and no bytes"),
    ],
)
def test_types_that_no_value_can_have_are_refused(definitions: list[Any], reason: str) -> None:
    with pytest.raises(MetadataError, match=reason):
        codec_of(*definitions).decode(b"")
    with pytest.raises(MetadataError, match=reason):
        codec_of(*definitions).encode(None)


def test_loops_within_loops_go_deeper_than_python_allows_in_one_function() -> None:
    nested = [SequenceType(number + 1) for number in range(40)]
    codec = codec_of(*nested, U32)
    value: Any = [7]
    for _ in range(39):
        value = [value]

    assert codec.decode(codec.encode(value)) == value


def test_types_that_double_are_split_into_functions_of_a_bounded_size() -> None:
    doubling = [struct(left=number + 1, right=number + 1) for number in range(40)]
    codec = codec_of(*doubling, U8)

    with pytest.raises(MetadataError, match="each value takes more than 1073741824 bytes"):
        codec.decode(bytes(100))
    with pytest.raises(DecodeError, match="needs"):
        codec_of(*doubling[:20], *[U8] * 21).decode(bytes(100))


def test_doubling_types_without_bytes_are_refused() -> None:
    doubling = [unnamed(number + 1, number + 1) for number in range(40)]

    with pytest.raises(MetadataError, match="a value has more than 64 parts and no bytes"):
        codec_of(*doubling, TupleType(())).decode(b"")
    with pytest.raises(MetadataError, match="a value has more than 64 parts and no bytes"):
        codec_of(SequenceType(1), *(unnamed(number + 2, number + 2) for number in range(40)), TupleType(())).decode(
            b"\4"
        )


def test_enums_that_double_end_with_the_input() -> None:
    doubling = [("Both", enum(Pair=(number + 1, number + 1))) for number in range(40)]

    with pytest.raises(DecodeError, match="needs"):
        codec_of(*doubling, U8).decode(bytes(60))
    with pytest.raises(EncodeError):
        codec_of(*doubling, U8).encode({"Pair": ({"Pair": 1}, 2)})
