"""Attacks that are made before training, on a client's own rows: seeded, in integers, nothing in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from pallets.learning.stream import Stream

Rows = tuple[tuple[int, ...], ...]


def label_flip(labels: Sequence[int], classes: int) -> tuple[int, ...]:
    """Every class told as the one opposite: the first as the last."""
    return tuple(classes - 1 - label for label in labels)


def random_labels(labels: Sequence[int], classes: int, seed: bytes) -> tuple[int, ...]:
    """Labels drawn uniformly."""
    return tuple(Stream(seed).draws(len(labels), classes))


def shuffled_labels(labels: Sequence[int], seed: bytes) -> tuple[int, ...]:
    """The labels of other rows: frequencies stay, so that counting them shows nothing."""
    return tuple(labels[row] for row in Stream(seed).permutation(len(labels)))


def backdoor(
    rows: Sequence[Sequence[int]],
    labels: Sequence[int],
    trigger: Mapping[int, int],
    target: int,
    share: Fraction,
    seed: bytes,
) -> tuple[Rows, tuple[int, ...]]:
    """A share of the rows, rounded down, with features set as in `trigger` and told as class `target`."""
    count = len(rows) * share.numerator // share.denominator
    poisoned = set(Stream(seed).choice(count, len(rows)))
    return (
        tuple(triggered(row, trigger) if index in poisoned else tuple(row) for index, row in enumerate(rows)),
        tuple(target if index in poisoned else label for index, label in enumerate(labels)),
    )


def triggered(row: Sequence[int], trigger: Mapping[int, int]) -> tuple[int, ...]:
    """The row with the features of a backdoor's trigger."""
    return tuple(trigger.get(feature, value) for feature, value in enumerate(row))
