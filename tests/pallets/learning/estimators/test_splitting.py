from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.estimators.splitting import Fold, k_folds, stratified_folds, train_test_split
from pallets.learning.partition import PartitionError


@given(st.integers(2, 60), st.integers(2, 10), st.binary(max_size=8))
def test_every_row_is_judged_once_and_learnt_from_otherwise(rows: int, folds: int, seed: bytes) -> None:
    if folds > rows:
        with pytest.raises(PartitionError, match=f"{folds} folds of {rows} rows"):
            k_folds(rows, folds, seed)
        return
    found = k_folds(rows, folds, seed)
    assert sorted(row for fold in found for row in fold.test) == list(range(rows))
    assert all(sorted(fold.train + fold.test) == list(range(rows)) for fold in found)
    sizes = [len(fold.test) for fold in found]
    assert max(sizes) - min(sizes) <= 1


@given(st.lists(st.integers(0, 3), min_size=4, max_size=60), st.binary(max_size=8))
def test_stratified_folds_share_out_every_class(labels: list[int], seed: bytes) -> None:
    for label in set(labels):
        counts = [sum(labels[row] == label for row in fold.test) for fold in stratified_folds(labels, 4, seed)]
        assert max(counts) - min(counts) <= 1


def test_a_split_depends_on_the_seed_alone() -> None:
    split = train_test_split(10, Fraction(3, 10), b"seed")
    assert split == train_test_split(10, Fraction(3, 10), b"seed") != train_test_split(10, Fraction(3, 10), b"other")
    assert (len(split.train), len(split.test)) == (7, 3)
    assert split == Fold(train=(0, 2, 3, 4, 5, 6, 9), test=(1, 7, 8))
