"""Least and largest sizes (MaxEncodedLen), and which values can be changed."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any, Optional

import pytest
from annotated_types import Len

from chain.primitives import (
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    U256,
    AccountId,
    BitSequence,
    Compact,
    Enumeration,
    Err,
    MaxLen,
    Ok,
    OptionBool,
)
from chain.scale import codec_of


class Mode(enum.Enum):
    FAST = 1


@dataclass(frozen=True, slots=True)
class Account:
    nonce: U32
    free: U128
    name: Annotated[bytes, MaxLen(100)]


@dataclass(slots=True)
class Counter:
    count: U8


class Choice(Enumeration):
    pass


class Empty(Choice):
    pass


class Full(Choice):
    account: Account
    history: Annotated[tuple[U64, ...], MaxLen(2)]


SIZES: list[tuple[Any, int, int | None, bool]] = [
    (U8, 1, 1, True),
    (U256, 32, 32, True),
    (I128, 16, 16, True),
    (Compact[U8], 1, 2, True),
    (Compact[U16], 1, 4, True),
    (Compact[U32], 1, 5, True),
    (Compact[U64], 1, 9, True),
    (Compact[U128], 1, 17, True),
    (Compact[U256], 1, 33, True),
    (bool, 1, 1, True),
    (OptionBool, 1, 1, True),
    (None, 0, 0, True),
    (Mode, 1, 1, True),
    (AccountId, 32, 32, True),
    (BitSequence, 1, None, True),
    (str, 1, None, True),
    (bytes, 1, None, True),
    (Annotated[str, MaxLen(63)], 1, 64, True),
    (Annotated[bytes, MaxLen(64)], 1, 66, True),
    (Annotated[bytes, MaxLen(0)], 1, 1, True),
    (Optional[U32], 1, 5, True),  # noqa: UP045
    (Ok[U32] | Err[bool], 2, 5, True),
    (Ok[list[U8]] | Err[bool], 2, None, False),
    (tuple[()], 0, 0, True),
    (tuple[U8, U32], 5, 5, True),
    (tuple[U8, ...], 1, None, True),
    (list[U8], 1, None, False),
    (list[U8] | None, 1, None, False),
    (tuple[list[U8], ...], 1, None, False),
    (Annotated[list[U32], MaxLen(16)], 1, 65, False),
    (Annotated[list[U32], Len(3, 3)], 12, 12, False),
    (Annotated[tuple[Compact[U32], ...], Len(3, 3)], 3, 15, True),
    (Annotated[tuple[str, ...], Len(0, 0)], 0, 0, True),
    (Annotated[dict[U8, U32], MaxLen(4)], 1, 21, False),
    (Annotated[frozenset[U16], MaxLen(4)], 1, 9, True),
    (Annotated[set[U16], MaxLen(4)], 1, 9, False),
    (Annotated[list[str], MaxLen(0)], 1, 1, False),
    (Account, 21, 122, True),
    (Counter, 1, 1, False),
    (Choice, 1, 140, True),
]


@pytest.mark.parametrize(("hint", "least", "most", "immutable"), SIZES)
def test_sizes_are_those_of_frame(hint: Any, least: int, most: int | None, immutable: bool) -> None:
    codec = codec_of(hint)
    assert (codec.min_size, codec.max_size, codec.is_immutable) == (least, most, immutable)


def test_the_largest_value_takes_the_largest_size() -> None:
    value = Full(Account(0, 0, bytes(100)), (0, 0))
    assert len(codec_of(Choice).encode(value)) == 140
