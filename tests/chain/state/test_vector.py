from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.scale.compact import encode_compact
from chain.state.vector import AppendedVector


@given(st.integers(0, 200), st.lists(st.binary(min_size=2, max_size=2), max_size=70))
def test_items_follow_those_that_are_there(count: int, items: list[bytes]) -> None:
    vector = AppendedVector(encode_compact(count) + b"ab" * count)
    for item in items:
        vector.append(item)
    assert vector.encoded() == encode_compact(count + len(items)) + b"ab" * count + b"".join(items)


def test_reading_between_appends_sees_each() -> None:
    vector = AppendedVector(None)
    assert vector.encoded() == b"\x00"
    vector.append(b"x")
    assert vector.encoded() == b"\x04x"
    vector.append(b"y")
    assert vector.encoded() == b"\x08xy"


def test_shrinking_takes_back_appends() -> None:
    vector = AppendedVector(b"\x04a")
    vector.append(b"b")
    pieces = len(vector.pieces)
    vector.append(b"c")
    vector.append(b"d")
    vector.shrink(pieces)
    assert vector.encoded() == b"\x08ab"


@pytest.mark.parametrize(
    "value", ["", "01", "0100", "02", "02000000", "03ffff", "0300000000", "07ffffffff00", "03ffffffff", "fffffffff0"]
)
def test_a_value_without_a_valid_length_is_replaced(value: str) -> None:
    vector = AppendedVector(bytes.fromhex(value))
    vector.append(b"x")
    assert vector.encoded() == b"\x04x"


def test_a_length_may_grow_to_the_largest_u32() -> None:
    vector = AppendedVector(bytes.fromhex("03feffffff"))
    vector.append(b"")
    assert vector.encoded() == bytes.fromhex("03ffffffff")
