"""What is told of values that do not encode: where, and why."""

from __future__ import annotations

from typing import Any

import pytest

from chain.scale import EncodeError
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
    ("definitions", "value", "message"),
    [
        ([U8], 256, "u8: 256 does not fit u8"),
        ([primitive("i8")], -129, "i8: -129 does not fit i8"),
        ([primitive("bool")], 1, "bool: 1 is not a bool"),
        ([STR], b"a", "str: b'a' is not a str"),
        ([STR], "\ud800", "str: '\\ud800' has no UTF-8"),
        ([TupleType(())], 0, "(): 0 is not None"),
        ([SequenceType(1), U8], "ff", "Vec<u8>: 'ff' is neither bytes nor hex after 0x"),
        ([SequenceType(1), U8], "0xf", "Vec<u8>: '0xf' is neither bytes nor hex after 0x"),
        ([SequenceType(1), U8], [1, 2], "Vec<u8>: [1, 2] is neither bytes nor hex after 0x"),
        ([SequenceType(1), U32], [1, -1], "Vec<u32>: [1]: -1 does not fit u32"),
        ([SequenceType(1), U32], {1}, "Vec<u32>: {1} is neither a list nor a tuple"),
        ([SequenceType(1), TupleType(())], [None] * 1025, "Vec<()>: [None, None, None, None, None, None, None, None, "
         "None, No... has length 1025, more than 1024"),
        ([ArrayType(2, 1), U32], [1], "[u32; 2]: [1] has length 1, not 2"),
        ([TupleType((1, 1)), U32], (1,), "(u32, u32): (1,) has length 1, not 2"),
        ([CompactType(1), U8], 256, "Compact<u8>: 256 does not fit u8"),
        ([CompactType(1), TupleType(())], 1, "Compact<()>: 1 is not None"),
        ([BitSequenceType(1, 2), U8, LSB0], "101", "BitVec: '101' is not a BitSequence"),
        ([("Point", struct(x=1)), U8], {"x": 1, "y": 2}, "Point: {'x': 1, 'y': 2} is no Point: it has 'y' besides"),
        ([("Point", struct(x=1)), U8], {}, "Point: {} is no Point: it has no x"),
        ([("Point", struct(x=1)), U8], [1], "Point: [1] is not a dict"),
        ([("Side", enum(Left=(), Right=()))], "Up", "Side: 'Up' is no Side"),
        ([("Side", enum(Left=(), Right=()))], ["Left"], "Side: ['Left'] is no Side"),
        ([("Side", enum(Left=(1,))), U8], {"Left": 1, "Right": 2}, "Side: {'Left': 1, 'Right': 2} is no Side: "
         "it has 2 names, not one"),
        ([("Side", enum(Left=(1,))), U8], {"Left": -1}, "Side: Left: -1 does not fit u8"),
        ([("Side", enum(Left=(), Right=(1,))), U8], {"Left": 1}, "Side: {'Left': 1} is no Side: "
         "what Left holds is not None"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_told_with_its_place(definitions: list[Any], value: Any, message: str) -> None:
    with pytest.raises(EncodeError) as refused:
        codec_of(*definitions).encode(value)

    assert str(refused.value) == message


def test_the_place_of_a_deep_fault_is_its_path() -> None:
    codec = codec_of(("Outer", struct(rows=1)), SequenceType(2), enum(Row={"cells": 3}), SequenceType(4), U8, U32)

    with pytest.raises(EncodeError, match=r"^Outer: rows\[1\]\.Row\.cells: 5 is neither bytes nor hex after 0x$"):
        codec.encode({"rows": [{"Row": {"cells": b""}}, {"Row": {"cells": 5}}]})
