from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.partition import (
    PartitionError,
    Parts,
    equal_parts,
    hold_out,
    hold_out_weeks,
    hour_bands,
    label_skew,
    periods,
    quantity_skew,
    shards,
)

label_lists = st.lists(st.integers(0, 4), min_size=1, max_size=60)
seeds = st.binary(max_size=4)
PARTITIONS: list[Callable[[list[int], int, bytes], Parts]] = [
    lambda labels, clients, seed: equal_parts(len(labels), clients, seed),
    lambda labels, clients, seed: label_skew(labels, clients, seed, Fraction(1, 3)),
    lambda labels, clients, seed: quantity_skew(len(labels), clients, seed, 2),
    lambda labels, clients, seed: shards(labels, min(clients, len(labels)), seed, shards_each=1),
    lambda labels, clients, _: periods(labels, clients),
    lambda labels, clients, _: hour_bands(labels, clients),
    lambda labels, clients, _: hold_out_weeks([label * 100 for label in labels], clients + 1),
    lambda labels, _, seed: hold_out(len(labels), Fraction(1, 3), seed),
]


@pytest.mark.parametrize("partition", PARTITIONS)
@given(labels=label_lists, clients=st.integers(1, 7), seed=seeds)
def test_every_row_belongs_to_one_client(
    partition: Callable[[list[int], int, bytes], Parts], labels: list[int], clients: int, seed: bytes
) -> None:
    parts = partition(labels, clients, seed)
    assert sorted(row for part in parts for row in part) == list(range(len(labels)))
    assert all(list(part) == sorted(part) for part in parts)
    assert parts == partition(labels, clients, seed)


@given(st.integers(1, 100), st.integers(1, 9), seeds)
def test_equal_parts_differ_by_one_row_at_most(rows: int, clients: int, seed: bytes) -> None:
    sizes = [len(part) for part in equal_parts(rows, clients, seed)]
    assert len(sizes) == clients
    assert max(sizes) - min(sizes) <= 1


def test_a_small_concentration_skews_more() -> None:
    labels = [0, 1] * 500

    def largest_share(concentration: Fraction | int) -> float:
        parts = label_skew(labels, 10, b"skew", concentration)
        return max(Counter(labels[row] for row in part)[0] for part in parts) / 500

    assert largest_share(Fraction(1, 10)) > 0.4
    assert largest_share(1000) < 0.15


def test_the_urn_draws_the_moments_of_dirichlet() -> None:
    # the share of one of two clients under Dirichlet(1, 1) is uniform: mean 1/2, variance 1/12
    shares = [len(quantity_skew(200, 2, b"%d" % trial, 1)[0]) / 200 for trial in range(400)]
    mean = sum(shares) / 400
    assert abs(mean - 1 / 2) < 0.05
    assert abs(sum((share - mean) ** 2 for share in shares) / 400 - 1 / 12) < 0.015


@given(st.integers(20, 60), st.integers(1, 10), st.integers(0, 2), seeds)
def test_every_client_ends_with_the_rows_asked(rows: int, clients: int, least: int, seed: bytes) -> None:
    for parts in (
        quantity_skew(rows, clients, seed, Fraction(1, 10), at_least=least),
        label_skew([0] * rows, clients, seed, Fraction(1, 10), at_least=least),
    ):
        assert min(map(len, parts)) >= least
        assert sum(map(len, parts)) == rows


def test_a_shard_client_sees_few_classes() -> None:
    labels = [row % 10 for row in range(1000)]
    assert all(len({labels[row] for row in part}) <= 2 for part in shards(labels, 10, b"s"))


def test_a_thousand_clients_are_partitioned() -> None:
    parts = label_skew([row % 10 for row in range(20_000)], 1000, b"many", Fraction(1, 2), at_least=1)
    assert len(parts) == 1000


def test_time_divides_by_period_hour_and_week() -> None:
    hours = list(range(24 * 28))  # from Thursday 1 January 1970 on
    assert [len(part) for part in periods(hours, 4)] == [168] * 4
    bands = hour_bands(hours, 4)
    assert {hours[row] % 24 for row in bands[1]} == set(range(6, 12))
    learn, judge = hold_out_weeks(hours, 2)
    assert judge == (*range(96, 264), *range(432, 600))  # Monday to Sunday of every second week
    assert len(learn) + len(judge) == len(hours)


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: equal_parts(3, 0, b""), "0 clients"),
        (lambda: label_skew([0], 0, b"", 1), "0 clients"),
        (lambda: label_skew([0], 2, b"", 0), "concentration 0 is not positive"),
        (lambda: quantity_skew(3, 2, b"", Fraction(-1, 2)), "concentration -1/2 is not positive"),
        (lambda: quantity_skew(3, 2, b"", Fraction(1, 2**40)), "too fine for 3 rows"),
        (lambda: quantity_skew(3, 2, b"", 1, at_least=2), "too few rows for 2 each among 2 clients"),
        (lambda: shards([0, 1], 2, b""), "4 shards of 2 rows"),
        (lambda: shards([0, 1], 2, b"", shards_each=0), "0 shards of 2 rows"),
        (lambda: periods([], 2), "no rows to divide by time"),
        (lambda: hold_out_weeks([0], 1), "leaves nothing to learn from"),
        (lambda: hold_out(2, Fraction(3, 2), b""), "a share of 3/2"),
    ],
)
def test_senseless_partitions_are_refused(attempt: Callable[[], Parts], message: str) -> None:
    with pytest.raises(PartitionError, match=message):
        attempt()
