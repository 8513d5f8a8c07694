"""Reading is bounded by the input, and errors say where it went wrong."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass
from typing import Annotated, Any, Optional

import pytest
from annotated_types import Len

from chain.primitives import U8, U32, U128, AccountId, BitSequence, Compact, Enumeration, MaxLen, OptionBool
from chain.scale import DecodeError, codec_of, encode_compact


@dataclass(frozen=True, slots=True)
class Data:
    free: U128
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class Account:
    nonce: U32
    data: Data
    name: str


class Choice(Enumeration):
    pass


class Some(Choice, index=3):
    account: Account


LYING_LENGTHS: list[Any] = [
    bytes,
    str,
    BitSequence,
    list[U8],
    list[U32],
    tuple[AccountId, ...],
    list[Data],
    list[str],
    list[list[list[U8]]],
    list[None],
    tuple[tuple[()], ...],
    dict[U8, U8],
    dict[str, None],
    frozenset[U32],
    frozenset[None],
    list[Choice],
    tuple[U8 | None, ...],
]


@pytest.mark.parametrize("hint", LYING_LENGTHS)
@pytest.mark.parametrize("count", [2000, 2**14, 2**29, 2**32 - 1, 2**64, 2**536 - 1], ids=int.bit_length)
def test_a_length_that_lies_is_refused_without_work(hint: Any, count: int) -> None:
    codec, data = codec_of(hint), encode_compact(count) + bytes(40)
    codec.decode(b"\x00")  # generates the function
    tracemalloc.start()
    with pytest.raises(DecodeError):
        codec.decode(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000


REFUSED: list[tuple[Any, str, str]] = [
    (U32, "010203", "u32 at byte 0: needs 4 bytes, 3 left"),
    (U8, "", "u8 at byte 0: needs 1 bytes, 0 left"),
    (U8, "0102", "u8 at byte 1: 1 bytes are left over"),
    (list[U32], "0c01000000", "Vec<u32> at byte 1: needs 12 bytes, 4 left"),
    (bytes, "0c01", "Vec<u8> at byte 1: needs 3 bytes, 1 left"),
    (Compact[U8], "0104", "Compact<u8> at byte 2: 256 does not fit Compact<u8>"),
    (Compact[U32], "0100", "Compact at byte 0: 0 is not in its shortest form"),
    (bool, "02", "bool at byte 0: 2 is not a bool"),
    (OptionBool, "03", "OptionBool at byte 0: 3 is not a bool"),
    (Optional[U8], "02", "Option<u8> at byte 0: 2 is neither 0 nor 1"),  # noqa: UP045
    (tuple[U32, bool], "0100000007", "(u32, bool) at byte 4: 7 is not a bool"),
    (list[Data], "08" + "00" * 33 + "02", "Vec<Data> at byte 34: 2 is not a bool"),
    (Annotated[list[U8], MaxLen(1)], "080102", "BoundedVec<u8, 1> at byte 1: has length 2, more than 1"),
    (Annotated[list[U32], Len(3, 3)], "00" * 11, "[u32; 3] at byte 0: needs 12 bytes, 11 left"),
    (str, "08ff", "str at byte 1: needs 2 bytes, 1 left"),
    (str, "04ff", "str at byte 1: 'utf-8' codec can't decode byte 0xff"),
    (BitSequence, "0c08", "BitVec<u8, Lsb0> at byte 1: a bit behind the last one is set"),
    (Choice, "07", "Choice at byte 0: Choice has no variant 7"),
    (Choice, "03" + "00" * 19, "Choice at byte 1: needs 21 bytes, 19 left"),
    (tuple[U8, Choice], "0103" + "00" * 20 + "02", "Choice at byte 22: 2 is not a bool"),
    (Account, "00" * 21 + "0861", "Account at byte 22: needs 2 bytes, 1 left"),
]


@pytest.mark.parametrize(("hint", "data", "message"), REFUSED)
def test_error_says_which_type_where_and_why(hint: Any, data: str, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        codec_of(hint).decode(bytes.fromhex(data))
    assert str(caught.value).startswith(message)
    assert str(caught.value) == f"{caught.value.type_name} at byte {caught.value.offset}: {caught.value.reason}"


def test_an_offset_behind_the_end_is_refused() -> None:
    for hint in (U8, U32, bytes, Choice, Compact[U32], Account):
        with pytest.raises(DecodeError, match="at byte 9: needs"):
            codec_of(hint).read(b"\x00", 9)
