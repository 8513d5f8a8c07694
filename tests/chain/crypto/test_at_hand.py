"""The same bytes are hashed once while they are at hand, and no others are taken for them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.at_hand import LEAST, MOST, REMEMBERED, AtHand, Hashing, once_at_hand
from chain.crypto.hashing import blake2_256


class Counted:
    """A hash function that counts."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, data: bytes) -> bytes:
        self.calls += 1
        return blake2_256(data)


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def hashing(counted: Counted) -> Hashing:
    return once_at_hand(counted)


def test_the_very_same_bytes_are_hashed_once(counted: Counted, hashing: Hashing) -> None:
    data = bytes(LEAST)
    assert [hashing(data) for _ in range(3)] == [blake2_256(data)] * 3
    assert counted.calls == 1


def test_bytes_that_are_merely_equal_are_hashed_by_themselves(counted: Counted, hashing: Hashing) -> None:
    first, second = b"a" * LEAST, bytes(bytearray(b"a" * LEAST))
    assert hashing(first) == hashing(second)
    assert counted.calls == 2


@pytest.mark.parametrize("size", [0, LEAST - 1, MOST + 1])
def test_what_is_short_or_long_is_not_kept(counted: Counted, hashing: Hashing, size: int) -> None:
    data = bytes(size)
    assert hashing(data) == hashing(data) == blake2_256(data)
    assert counted.calls == 2


def test_the_oldest_is_let_go(counted: Counted, hashing: Hashing) -> None:
    first = bytes(LEAST)
    others = [bytes((number,)) * LEAST for number in range(REMEMBERED)]
    for data in (first, *others, others[-1], first):
        hashing(data)
    assert counted.calls == 2 + len(others)


@given(st.lists(st.integers(0, 199), max_size=300))
def test_every_hash_is_that_of_its_bytes_whatever_memory_they_take_over(order: Sequence[int]) -> None:
    hashing = once_at_hand(blake2_256)
    for number in order:  # made anew each time, mostly where those before were
        data = number.to_bytes(2, "little") * LEAST
        assert hashing(data) == blake2_256(data)


def test_what_the_very_same_bytes_were_made_of_is_known_while_it_is_at_hand() -> None:
    known = AtHand[str]()
    first, twin, short = b"a" * LEAST, bytes(bytearray(b"a" * LEAST)), bytes(LEAST - 1)
    known.note(first, "first")
    known.note(short, "short")
    assert [known.get(each) for each in (first, twin, short)] == ["first", None, None]
    others = [bytes((number,)) * LEAST for number in range(REMEMBERED)]
    for each in others:
        known.note(each, "another")
    assert [known.get(each) for each in (first, others[0])] == [None, "another"]
