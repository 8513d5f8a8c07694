"""Maps and sets stand in Rust's order, and decode in no other."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Optional

import pytest

from chain.primitives import I8, U8, U16, BitSequence, Compact, Enumeration, Err, Ok, OptionBool
from chain.scale import DecodeError, codec_of


class Mode(enum.Enum):
    LATE = 5
    EARLY = 2


@dataclass(frozen=True, slots=True)
class Pair:
    number: U16
    mode: Mode


class Choice(Enumeration):
    pass


class Second(Choice, index=1):
    pass


class First(Choice, index=0):
    value: U8 | None


ORDERED: list[tuple[Any, list[Any]]] = [
    (U16, [1, 255, 256]),  # by value, though their bytes sort otherwise
    (I8, [-128, -1, 0, 127]),
    (Compact[U16], [1, 64, 16384]),
    (bool, [False, True]),
    (str, ["", "Z", "a", "é", "\uffff", "𐀀"]),  # by code point
    (bytes, [b"", b"a", b"a\x00", b"b"]),
    (OptionBool, [None, False, True]),
    (Optional[U8], [None, 0, 255]),  # noqa: UP045
    (Ok[U8] | Err[U8], [Ok(1), Ok(2), Err(0)]),
    (tuple[U8, ...], [(), (1,), (1, 0), (2,)]),
    (tuple[U8, Mode], [(1, Mode.LATE), (2, Mode.EARLY), (2, Mode.LATE)]),
    (tuple[Mode, ...], [(Mode.EARLY, Mode.LATE), (Mode.LATE,)]),
    (frozenset[U8], [frozenset(), frozenset({1, 9}), frozenset({2})]),
    (Mode, [Mode.EARLY, Mode.LATE]),
    (Pair, [Pair(1, Mode.LATE), Pair(256, Mode.EARLY), Pair(256, Mode.LATE)]),
    (Choice, [First(None), First(0), First(1), Second()]),
    (BitSequence, [BitSequence(), BitSequence((False, True)), BitSequence((True,))]),
    (None, [None]),
]


@pytest.mark.parametrize(("hint", "keys"), ORDERED)
def test_keys_are_written_in_order_and_read_in_no_other(hint: Any, keys: list[Any]) -> None:
    item, several = codec_of(hint), codec_of(frozenset[hint])
    encoded = [item.encode(key) for key in keys]
    assert several.encode(frozenset(keys)) == bytes([4 * len(keys)]) + b"".join(encoded)
    assert several.decode(several.encode(frozenset(keys))) == frozenset(keys)
    for wrong in ([*encoded[1:], encoded[0]], [*encoded, encoded[-1]]):
        if len(wrong) > 1:
            with pytest.raises(DecodeError, match="not in ascending order"):
                several.decode(bytes([4 * len(wrong)]) + b"".join(wrong))


def test_maps_are_ordered_by_their_keys() -> None:
    codec = codec_of(dict[Mode, U8])
    assert codec.encode({Mode.LATE: 1, Mode.EARLY: 2}).hex() == "0802020501"
    assert list(codec.decode(bytes.fromhex("0802020501"))) == [Mode.EARLY, Mode.LATE]
    for wrong in ("0805010202", "0802020201"):
        with pytest.raises(DecodeError, match="not in ascending order"):
            codec.decode(bytes.fromhex(wrong))
