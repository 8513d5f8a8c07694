"""Seeded divisions of rows for judging: folds, stratified folds, and a held-out part (`partition.hold_out`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pallets.learning.partition import PartitionError, hold_out
from pallets.learning.stream import Stream


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows to learn from and rows to be judged by, both ascending."""

    train: tuple[int, ...]
    test: tuple[int, ...]


def train_test_split(rows: int, test_share: Fraction, seed: bytes) -> Fold:
    """A random share of the rows, rounded down, to be judged by."""
    return Fold(*hold_out(rows, test_share, seed))


def k_folds(rows: int, folds: int, seed: bytes) -> tuple[Fold, ...]:
    """Every row is judged once; test parts differ in size by one at most."""
    return _dealt(Stream(seed).permutation(rows), folds)


def stratified_folds(labels: Sequence[int], folds: int, seed: bytes) -> tuple[Fold, ...]:
    """As `k_folds`, each class dealt in turn, so that its rows in two test parts differ by one at most."""
    shuffled = Stream(seed).permutation(len(labels))
    return _dealt(sorted(shuffled, key=labels.__getitem__), folds)


def _dealt(order: Sequence[int], folds: int) -> tuple[Fold, ...]:
    if not 2 <= folds <= len(order):
        raise PartitionError(f"{folds} folds of {len(order)} rows")
    tests = [tuple(sorted(order[fold::folds])) for fold in range(folds)]
    return tuple(Fold(tuple(sorted(set(order) - set(test))), test) for test in tests)
