from __future__ import annotations

from fractions import Fraction
from math import isqrt, trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.aggregation.asynchronous import (
    BufferIsFull,
    BufferNotFull,
    StaleUpdate,
    empty_buffer,
    staleness_weight,
)
from pallets.learning.aggregation.rates import ONE, OptimiserError

values = st.integers(-(2**40), 2**40)
arrivals = st.lists(
    st.tuples(st.lists(values, min_size=2, max_size=2), st.integers(1, 1000), st.integers(0, 5)), min_size=1, max_size=5
)


@given(arrivals, st.integers(0, 2 * ONE), st.data())
def test_a_full_buffer_moves_the_weights_by_the_exact_sum_whatever_the_order(
    given_: list[tuple[list[int], int, int]], learning_rate: int, data: st.DataObject
) -> None:
    results = []
    for order in (range(len(given_)), data.draw(st.permutations(range(len(given_))))):
        buffer = empty_buffer(2, len(given_), 5, version=7)
        for place in order:
            change, samples, staleness = given_[place]
            buffer = buffer.added(bytes([place]), change, samples, begun_from=7 - staleness)
        results.append(buffer.moved([100, -100], learning_rate))
    assert results[0] == results[1]
    moved, following = results[0]
    total = sum(samples for _, samples, _ in given_)
    for place, weight in enumerate((100, -100)):
        moves = sum(Fraction(staleness_weight(old), ONE) * n * update[place] for update, n, old in given_)
        assert moved[place] == weight + trunc(Fraction(learning_rate, ONE) * moves / total)
    assert (following.version, following.clients, following.samples) == (8, (), 0)


@given(st.integers(0, 10_000))
def test_the_staleness_weight_is_the_reciprocal_root(staleness: int) -> None:
    found = staleness_weight(staleness)
    exact_square = Fraction(ONE**2, 1 + staleness)
    assert found**2 <= exact_square < (found + 1) ** 2 + 2 * isqrt(ONE**2)
    assert staleness_weight(0) == ONE
    assert staleness_weight(3) == ONE // 2


def test_a_buffer_takes_each_client_once_until_it_is_full() -> None:
    buffer = empty_buffer(1, 2, 3, version=5)
    with pytest.raises(BufferNotFull, match="0 of 2 updates have arrived"):
        buffer.moved([0])
    one = buffer.added(b"a", [1], 1, begun_from=5)
    assert buffer.clients == ()
    with pytest.raises(OptimiserError, match="client 61 is in the buffer already"):
        one.added(b"a", [1], 1, begun_from=5)
    both = one.added(b"b", [1], 1, begun_from=2)
    with pytest.raises(BufferIsFull):
        both.added(b"c", [1], 1, begun_from=5)


@pytest.mark.parametrize("begun_from", [1, 6])
def test_updates_too_old_or_from_the_future_are_refused(begun_from: int) -> None:
    with pytest.raises(StaleUpdate, match=f"an update from version {begun_from} at 5: at most 3 behind"):
        empty_buffer(1, 2, 3, version=5).added(b"a", [1], 1, begun_from)


def test_numbers_that_mean_nothing_are_refused() -> None:
    with pytest.raises(OptimiserError, match="an update of 0 samples"):
        empty_buffer(1, 2, 3).added(b"a", [1], 0, 0)
    with pytest.raises(OptimiserError, match="change has 2 values for 1 weights"):
        empty_buffer(1, 2, 3).added(b"a", [1, 2], 1, 0)
    with pytest.raises(OptimiserError, match="a buffer of 0 updates"):
        empty_buffer(1, 0, 3)
