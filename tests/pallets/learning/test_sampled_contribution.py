"""Sampled Shapley values repeat by their seed, come near the exact ones, and add up where nothing is cut short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.contribution import ContributionError, shapley
from pallets.learning.sampled_contribution import sampled_shapley
from pallets.learning.stream import Stream

GAME = [Stream(b"game").below(1000) for _ in range(1)] + Stream(b"values").draws(31, 1000)


def value(coalition: int) -> int:
    return GAME[coalition]


def test_the_same_seed_gives_the_same_values_and_another_one_others() -> None:
    one, same = (sampled_shapley(5, value, b"seed", 20, -1) for _ in range(2))
    assert one == same
    assert one != sampled_shapley(5, value, b"other", 20, -1)


def test_without_truncation_each_order_gives_away_all_that_everybody_gains() -> None:
    found = sampled_shapley(5, value, b"seed", 17, -1)
    assert sum(found.numerators) == 17 * (value(31) - value(0))


def test_many_orders_come_near_the_exact_values() -> None:
    exact, found = shapley(5, value), sampled_shapley(5, value, b"seed", 3_000, -1)
    assert all(abs(one - other) < 15 for one, other in zip(exact.values, found.values, strict=True))


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=6), st.binary(max_size=4))
def test_in_a_game_of_plain_sums_every_order_gives_the_exact_values(worths: list[int], seed: bytes) -> None:
    def total(coalition: int) -> int:
        return sum(worth for client, worth in enumerate(worths) if coalition >> client & 1)

    found = sampled_shapley(len(worths), total, seed, 2, -1)
    assert found.numerators == tuple(2 * worth for worth in worths)


def test_an_order_ends_where_the_coalition_is_as_good_as_everybody() -> None:
    asked = list[int]()

    def first_is_enough(coalition: int) -> int:
        asked.append(coalition)
        return 100 if coalition else 0

    found = sampled_shapley(20, first_is_enough, b"seed", 10, 5)
    assert sum(found.numerators) == 1_000
    assert len(set(asked)) == len(asked) <= 12


@pytest.mark.parametrize(("clients", "orders"), [(0, 1), (1, 0)])
def test_a_game_of_nobody_and_no_orders_are_refused(clients: int, orders: int) -> None:
    with pytest.raises(ContributionError):
        sampled_shapley(clients, lambda _coalition: 0, b"", orders)
