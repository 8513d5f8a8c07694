"""How values of each kind of type are written, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.metadata import NotInMetadata
from chain.metadata.codecs import Codecs
from chain.metadata.portable import TypeDef
from chain.primitives import BitSequence
from chain.scale import DecodeError, EncodeError
from chain.scale.depth import MAX_DEPTH
from tests.chain.metadata.handmade import (
    ArrayType,
    BitSequenceType,
    CompactType,
    SequenceType,
    TupleType,
    codec_of,
    enum,
    primitive,
    registry_of,
    struct,
    unnamed,
)

U8, U32, STR = primitive("u8"), primitive("u32"), primitive("str")
LSB0, MSB0 = ("Lsb0", unnamed()), ("Msb0", unnamed())
OPTION = ("Option", enum(**{"None": (), "Some": (1,)}))

KINDS: list[tuple[str, list[Any], Any, str]] = [
    ("bool", [primitive("bool")], True, "01"),
    ("str", [STR], "aé", "0c61c3a9"),
    ("u8", [U8], 255, "ff"),
    ("i16", [primitive("i16")], -2, "feff"),
    ("u128", [primitive("u128")], 2**127, "00000000000000000000000000000080"),
    ("u256", [primitive("u256")], 1, "01" + "00" * 31),
    ("i256", [primitive("i256")], -1, "ff" * 32),
    ("a struct is a dict", [struct(a=1, b=2), U8, U32], {"a": 1, "b": 2}, "0102000000"),
    ("a struct of one unnamed field is what it holds", [unnamed(1), U8], 7, "07"),
    ("structs around structs too", [unnamed(1), unnamed(2), SequenceType(3), U8], b"\7", "0407"),
    ("other unnamed fields are a tuple", [unnamed(1, 1), U8], (7, 8), "0708"),
    ("a tuple of one is a tuple", [TupleType((1,)), U8], (7,), "07"),
    ("the empty tuple is None", [TupleType(())], None, ""),
    ("an empty struct is None", [unnamed()], None, ""),
    ("a sequence is a list", [SequenceType(1), U32], [1, 2], "080100000002000000"),
    ("of u8 it is bytes", [SequenceType(1), U8], b"\1\2", "080102"),
    ("an array is a list", [ArrayType(2, 1), primitive("bool")], [True, False], "0100"),
    ("an array of u8 is bytes", [ArrayType(2, 1), U8], b"\1\2", "0102"),
    ("an array of none is empty", [ArrayType(0, 1), STR], [], ""),
    ("a sequence of nothing", [SequenceType(1), TupleType(())], [None, None], "08"),
    ("a map is pairs in order", [unnamed(1), SequenceType(2), TupleType((3, 3)), U8], [(1, 2), (0, 3)], "0801020003"),
    ("compact", [CompactType(1), U32], 2**30, "0300000040"),
    ("compact of structs of one field", [CompactType(1), unnamed(2), struct(parts=3), U32], 64, "0101"),
    ("compact of nothing", [CompactType(1), TupleType(())], None, ""),
    ("bits", [BitSequenceType(1, 2), U8, LSB0], BitSequence((True, False, True)), "0c05"),
    ("bits, the most significant first", [BitSequenceType(1, 2), U8, MSB0], BitSequence((True, False, True)), "0ca0"),
    ("a variant without fields is its name", [enum(A=(), B=())], "B", "01"),
    ("also beside others with", [enum(A=(), B=(1,)), U8], "A", "00"),
    ("a variant with one unnamed field", [enum(A=(), B=(1,)), U8], {"B": 7}, "0107"),
    ("a variant with more", [enum(A=(), B=(1, 1)), U8], {"B": (7, 8)}, "010708"),
    ("a variant with names", [enum(A=(), B={"x": 1, "y": 1}), U8], {"B": {"x": 7, "y": 8}}, "010708"),
    ("an option is an enum", [OPTION, U8], {"Some": 7}, "0107"),
    ("an option of an option", [OPTION, ("Option", enum(**{"None": (), "Some": (2,)})), U8], {"Some": "None"}, "0100"),
    ("names that Python keeps for itself", [struct(**{"from": 1, "class": 1}), U8], {"from": 1, "class": 2}, "0102"),
    (
        "recursion",
        [("Tree", enum(Leaf=(), Node=(1,))), SequenceType(0)],
        {"Node": ["Leaf", {"Node": []}]},
        "0108000100",
    ),
]


@pytest.mark.parametrize(("definitions", "value", "encoded"), [pytest.param(*kind[1:], id=kind[0]) for kind in KINDS])
def test_a_value_is_written_so(definitions: list[TypeDef], value: Any, encoded: str) -> None:
    codec = codec_of(*definitions)

    assert codec.encode(value).hex() == encoded
    assert codec.decode(bytes.fromhex(encoded)) == value


@pytest.mark.parametrize(("definitions", "encoded"), [pytest.param(kind[1], kind[3], id=kind[0]) for kind in KINDS])
def test_every_shorter_and_longer_input_is_refused(definitions: list[TypeDef], encoded: str) -> None:
    codec, data = codec_of(*definitions), bytes.fromhex(encoded)

    for end in range(len(data)):
        with pytest.raises(DecodeError):
            codec.decode(data[:end])
    with pytest.raises(DecodeError, match="1 bytes are left over"):
        codec.decode(data + b"\0")


def test_an_enum_without_variants_has_no_value() -> None:
    codec = codec_of(("Never", enum()))

    with pytest.raises(DecodeError, match="Never at byte 0: Never has no variant 0"):
        codec.decode(b"\0")
    with pytest.raises(EncodeError, match="Never: 'None' is no Never"):
        codec.encode("None")


def test_types_inside_themselves_end_in_an_error() -> None:
    for definitions in ([("Loop", unnamed(0))], [("Loop", struct(next=0))], [("Loop", TupleType((0, 0)))]):
        with pytest.raises(DecodeError, match="Loop at byte 0: nested more than 256 levels deep"):
            codec_of(*definitions).decode(b"")


def test_values_nest_as_deep_as_calls_may_and_no_deeper() -> None:
    codec = codec_of(("List", enum(End=(), Next=(0,))))
    value: Any = "End"
    for _ in range(MAX_DEPTH - 1):
        value = {"Next": value}

    assert codec.decode(codec.encode(value)) == value
    for depth in (MAX_DEPTH, 5000, 200_000):
        with pytest.raises(DecodeError, match="nested more than 256 levels deep"):
            codec.decode(b"\1" * depth + b"\0")
    with pytest.raises(EncodeError, match="nested more than 256 levels deep"):
        codec.encode({"Next": value})


def test_a_chain_of_types_longer_than_python_nests_is_read() -> None:
    codec = codec_of(*[("Link", unnamed(number + 1)) for number in range(20_000)], U8)

    assert codec.encode(codec.decode(b"\1")) == b"\1"


def test_a_length_that_lies_allocates_nothing() -> None:
    for item in (U8, U32, STR, struct(a=2, b=2)):
        codec = codec_of(SequenceType(1), item, primitive("u64"))
        with pytest.raises(DecodeError, match="needs"):
            codec.decode(b"\x03\xff\xff\xff\x7f")


def test_a_number_that_is_no_type_has_no_codec() -> None:
    codecs = Codecs(registry_of(U8))

    with pytest.raises(NotInMetadata, match="the metadata has no type 1"):
        codecs[1]


def test_a_codec_says_what_it_is_of() -> None:
    assert repr(codec_of(SequenceType(1), U8)) == "<codec of type 0, Vec<u8>>"


@given(st.binary(max_size=40))
def test_whatever_decodes_encodes_back(data: bytes) -> None:
    codec = codec_of(
        ("Outer", struct(number=1, choice=2, rest=4)),
        CompactType(6),
        ("Choice", enum(A=(), B=(5,), C={"x": 6, "y": 3})),
        primitive("bool"),
        SequenceType(2),
        STR,
        U32,
    )
    try:
        value = codec.decode(data)
    except DecodeError:
        return
    assert codec.encode(value) == data


def test_any_buffer_decodes() -> None:
    codec = codec_of(SequenceType(1), U8)

    assert codec.decode(bytearray(b"\x04\x01")) == codec.decode(memoryview(b"\x04\x01")) == b"\1"  # type: ignore[arg-type]  # the point
