from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.partition import PartitionError, classes_each
from pallets.learning.partitioner import partitioner_of

NAMES = ["equal", "dirichlet:0.3", "shards:2", "labels:2", "quantity:0.5"]
PINNED = {
    "equal": ((4, 5, 6, 9), (1, 2, 8, 11), (0, 3, 7, 10)),
    "dirichlet:0.3": ((0, 3, 9), (6,), (1, 2, 4, 5, 7, 8, 10, 11)),
    "shards:2": ((1, 4, 7, 10), (0, 3, 6, 9), (2, 5, 8, 11)),
    "labels:2": ((0, 1, 4, 9), (2, 3, 5, 6), (7, 8, 10, 11)),
    "quantity:0.5": ((2, 6, 8, 10), (), (0, 1, 3, 4, 5, 7, 9, 11)),
}

labels_of = st.lists(st.integers(0, 3), min_size=16, max_size=60)


@pytest.mark.parametrize("name", NAMES)
@given(labels=labels_of, clients=st.integers(2, 8), seed=st.binary(max_size=3))
def test_every_row_belongs_to_one_client(name: str, labels: list[int], clients: int, seed: bytes) -> None:
    if name == "labels:2" and len(set(labels)) < 2:
        return
    parts = partitioner_of(name).parts(labels, clients, seed)
    assert len(parts) == clients
    assert sorted(row for part in parts for row in part) == list(range(len(labels)))
    assert parts == partitioner_of(name).parts(labels, clients, seed)


@pytest.mark.parametrize("name", NAMES)
def test_counts_are_those_of_the_rows(name: str) -> None:
    class_counts = (30, 50, 20)
    counts = partitioner_of(name).counts(class_counts, 5, b"counts")
    assert len(counts) == 5
    assert tuple(map(sum, zip(*counts, strict=True))) == class_counts
    labels = [label for label, count in enumerate(class_counts) for _ in range(count)]
    parts = partitioner_of(name).parts(labels, 5, b"counts")
    assert [Counter(labels[row] for row in part) for part in parts] == [
        Counter({label: count for label, count in enumerate(own) if count}) for own in counts
    ]


@given(st.integers(1, 4), st.integers(4, 12), st.binary(max_size=3))
def test_a_client_has_no_more_classes_than_asked_and_shares_them_equally(few: int, clients: int, seed: bytes) -> None:
    labels = [row % 4 for row in range(240)]
    parts = classes_each(labels, clients, seed, few)
    assert all(len({labels[row] for row in part}) == few for part in parts)
    for label in range(4):
        sizes = [size for part in parts if (size := sum(labels[row] == label for row in part))]
        assert max(sizes) - min(sizes) <= 1


def test_one_seed_gives_these_rows_on_every_machine() -> None:
    labels = [row % 3 for row in range(12)]
    assert {name: partitioner_of(name).parts(labels, 3, b"pin") for name in NAMES} == PINNED


@pytest.mark.parametrize(
    "text",
    ["", "equal:1", "dirichlet", "dirichlet:0", "dirichlet:-1", "dirichlet:0.00001", "dirichlet:1e3", "shards:0",
     "shards:x", "labels:", "quantity:nan", "iid", "shards:99999"],
)  # fmt: skip
def test_other_names_are_refused(text: str) -> None:
    with pytest.raises(PartitionError):
        partitioner_of(text)


def test_impossible_partitions_are_refused() -> None:
    with pytest.raises(PartitionError, match="1 classes for each of 2 clients, of 3 classes"):
        partitioner_of("labels:1").parts([0, 1, 2], 2, b"")
    with pytest.raises(PartitionError, match="counts"):
        partitioner_of("equal").counts([3, -1], 2, b"")
