from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pallets.learning.attacks import (
    backdoor,
    label_flip,
    random_labels,
    shuffled_labels,
    triggered,
)
from pallets.learning.contribution import classifier_values, shapley_of_table, split
from pallets.learning.datasets import digits
from pallets.learning.forest import ForestParameters
from pallets.learning.forest_training import train_classifier
from pallets.learning.partition import equal_parts, hold_out
from pallets.learning.prediction import Predictor

labels_of = st.lists(st.integers(0, 4), max_size=40)


@given(labels_of)
def test_flipping_twice_is_honest(labels: list[int]) -> None:
    assert list(label_flip(label_flip(labels, 5), 5)) == labels
    assert all(told == 4 - label for told, label in zip(label_flip(labels, 5), labels, strict=True))


@given(labels_of, st.binary(max_size=3))
def test_shuffled_labels_keep_their_frequencies(labels: list[int], seed: bytes) -> None:
    assert sorted(shuffled_labels(labels, seed)) == sorted(labels)
    told = random_labels(labels, 3, seed)
    assert len(told) == len(labels)
    assert set(told) <= {0, 1, 2}


def test_a_backdoor_marks_a_share_of_the_rows() -> None:
    rows = [[row, 0, 0] for row in range(10)]
    poisoned, told = backdoor(rows, [0] * 10, {1: 65535}, 3, Fraction(1, 4), b"b")
    marked = [index for index, row in enumerate(poisoned) if row[1] == 65535]
    assert len(marked) == 2
    assert told == tuple(3 if index in marked else 0 for index in range(10))
    assert [row[0] for row in poisoned] == list(range(10))
    assert triggered([1, 2, 3], {0: 9}) == (9, 2, 3)


def test_clients_that_shuffle_their_labels_earn_next_to_nothing() -> None:
    task = digits()
    learn, judge = (task.subset(part) for part in hold_out(len(task.rows), Fraction(1, 4), b"split"))
    votes = []
    for client, part in enumerate(equal_parts(len(learn.rows), 6, b"clients")):
        own = learn.subset(part)
        told = shuffled_labels(own.targets, b"lie") if client < 2 else own.targets
        predictor = Predictor(train_classifier(own.rows, told, ForestParameters(trees=8, classes=10), b"%d" % client))
        votes.append([predictor.votes(row) for row in judge.rows])
    worth = shapley_of_table(classifier_values(votes, judge.targets))
    shares = split(1_000_000, worth.numerators)
    assert sum(shares) == 1_000_000
    assert max(shares[:2]) < 30_000
    assert min(shares[2:]) > 180_000
