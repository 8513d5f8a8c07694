"""Doubling hops bring something of everybody to everybody, and whoever is silent is skipped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.proxy_exchange.ring import hops, source_of, target_of


def test_hops_double_and_begin_again() -> None:
    assert [hops(number, 8) for number in range(5)] == [1, 2, 4, 1, 2]
    assert [hops(number, 9) for number in range(5)] == [1, 2, 4, 8, 1]
    assert [hops(number, 2) for number in range(3)] == [hops(number, 1) for number in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("call", [lambda: hops(-1, 3), lambda: hops(0, 0)])
def test_there_is_no_round_below_zero_and_none_of_nobody(call: Callable[[], int]) -> None:
    with pytest.raises(ValueError, match="round"):
        call()


@given(st.integers(2, 40))
def test_after_as_many_rounds_as_the_count_has_bits_everybody_has_heard_of_everybody(count: int) -> None:
    ring = list(range(count))
    known = [{member} for member in ring]
    for number in range((count - 1).bit_length()):
        heard = [source_of(ring, ring, member, number) for member in ring]
        assert all(other is not None and target_of(ring, other, number) == member for member, other in enumerate(heard))
        assert sorted(other for other in heard if other is not None) == ring
        known = [known[member] | known[other] for member, other in enumerate(heard) if other is not None]
    assert all(each == set(ring) for each in known)


@given(st.integers(1, 20), st.data())
def test_who_is_silent_is_skipped_for_the_next_sender_further_back(count: int, data: st.DataObject) -> None:
    ring = list(range(count))
    sent = data.draw(st.sets(st.sampled_from(ring)))
    number, member = data.draw(st.integers(0, 9)), data.draw(st.sampled_from(ring))
    source = source_of(ring, sent, member, number)
    if sent <= {member}:
        assert source is None
        return
    assert source in sent - {member}
    passed = [(member - step) % count for step in range(hops(number, count), hops(number, count) + count)]
    assert all(other not in sent or other == member for other in passed[: passed.index(source)])
