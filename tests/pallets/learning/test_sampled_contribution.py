from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.contribution import ContributionError, shapley
from pallets.learning.sampled_contribution import sampled_shapley
from pallets.learning.stream import Stream

games = st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(-1000, 1000), min_size=1 << n, max_size=1 << n))


def oracle(values: list[int], seed: bytes, orders: int, tolerance: int) -> tuple[int, ...]:
    """The gains order by order, each coalition's value looked up anew."""
    clients = len(values).bit_length() - 1
    gains = [0] * clients
    stream = Stream(seed)
    for order in [stream.permutation(clients) for _ in range(orders)]:
        for place, client in enumerate(order):
            before = values[sum(1 << other for other in order[:place])]
            if any(
                abs(values[-1] - values[sum(1 << other for other in order[:earlier])]) <= tolerance
                for earlier in range(place + 1)
            ):
                continue
            gains[client] += values[sum(1 << other for other in order[: place + 1])] - before
    return tuple(gains)


@given(games, st.binary(max_size=4), st.integers(1, 6), st.sampled_from([-1, 0, 40, 500]))
def test_values_are_the_oracles(values: list[int], seed: bytes, orders: int, tolerance: int) -> None:
    clients = len(values).bit_length() - 1
    found = sampled_shapley(clients, values.__getitem__, seed, orders, tolerance)
    assert found.numerators == oracle(values, seed, orders, tolerance)
    assert found.denominator == orders


@given(games, st.binary(max_size=4), st.integers(1, 6), st.sampled_from([-1, 0, 40, 500]))
def test_values_add_up_to_within_the_tolerance(values: list[int], seed: bytes, orders: int, tolerance: int) -> None:
    found = sampled_shapley(len(values).bit_length() - 1, values.__getitem__, seed, orders, tolerance)
    missing = sum(found.numerators) - orders * (values[-1] - values[0])
    assert abs(missing) <= orders * max(tolerance, 0)


def test_no_coalition_is_asked_for_twice_and_few_at_all() -> None:
    asked: list[int] = []

    def value(coalition: int) -> int:
        asked.append(coalition)
        return min(coalition.bit_count(), 10)  # ten clients are as good as all of them

    found = sampled_shapley(40, value, b"chain", 20)
    assert len(asked) == len(set(asked)) <= 2 + 20 * 10
    assert sum(found.values) == 10


def test_a_null_client_is_worth_nothing_and_one_that_always_adds_the_same_just_that() -> None:
    found = sampled_shapley(30, lambda coalition: 7 * (coalition >> 3 & 1) + 5 * (coalition >> 20 & 1), b"x", 25)
    assert [found.values[client] for client in (3, 20)] == [7, 5]
    assert sum(found.values) == 12


def test_many_orders_come_near_the_exact_values() -> None:
    def value(coalition: int) -> int:
        return sum(client * 10 for client in range(9) if coalition >> client & 1) + coalition.bit_count() ** 3

    exact = shapley(9, value).values
    found = sampled_shapley(9, value, b"many", 400).values
    for near, true in zip(found, exact, strict=True):
        assert abs(near - true) < Fraction(true, 5)


def test_the_seed_alone_decides() -> None:
    def value(coalition: int) -> int:
        return coalition.bit_count() ** 2 + (coalition & 5 == 5) * 9

    drawn = [sampled_shapley(18, value, seed, 30) for seed in (b"a", b"a", b"b")]
    assert drawn[0] == drawn[1] != drawn[2]
    assert drawn[0].numerators[:4] == (807, 578, 567, 552)  # must never change: payouts are recomputed from it


@pytest.mark.parametrize(("clients", "orders"), [(0, 1), (1, 0)])
def test_nothing_to_sample_is_refused(clients: int, orders: int) -> None:
    with pytest.raises(ContributionError, match=f"{orders} orders of {clients} clients"):
        sampled_shapley(clients, lambda coalition: coalition, b"", orders)
