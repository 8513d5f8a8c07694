from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.attacks import random_weights, reversed_update, scaled_update

weights_of = st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), max_size=9)


def test_random_weights_fill_their_range() -> None:
    weights = random_weights(1000, 50, b"w")
    assert min(weights) == -50
    assert max(weights) == 50
    assert weights == random_weights(1000, 50, b"w")


@given(weights_of)
def test_a_reversed_update_and_the_honest_one_cancel(pairs: list[tuple[int, int]]) -> None:
    start, trained = [old for old, _ in pairs], [new for _, new in pairs]
    both = zip(reversed_update(start, trained, 1), trained, strict=True)
    assert [one + other for one, other in both] == [2 * old for old in start]
    assert list(scaled_update(start, trained, 1)) == trained


def test_a_scaled_update_is_as_many_times_as_long() -> None:
    assert scaled_update([10, 10], [11, 8], 10) == (20, -10)
    assert reversed_update([10, 10], [11, 8], 3) == (7, 16)
