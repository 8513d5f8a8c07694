from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chain.trie.nibbles import packed, shared_length, to_key, to_nibbles

NIBBLES = st.lists(st.integers(0, 15), max_size=9).map(bytes)


def test_nibbles_come_high_half_first() -> None:
    assert to_nibbles(b"\x12\xaf") == bytes([1, 2, 10, 15])


@given(st.binary())
def test_keys_survive_the_way_to_nibbles_and_back(key: bytes) -> None:
    assert to_key(to_nibbles(key)) == key


def test_an_odd_first_nibble_is_packed_alone() -> None:
    assert packed(bytes([1, 2, 3])) == b"\x01\x23"
    assert packed(bytes([2, 3])) == b"\x23"
    assert packed(b"") == b""


@given(NIBBLES, NIBBLES)
def test_shared_length_is_where_the_first_difference_is(left: bytes, right: bytes) -> None:
    shared = shared_length(left, right)
    assert left[:shared] == right[:shared]
    assert left[shared : shared + 1] != right[shared : shared + 1] or shared == len(left) == len(right)
