"""Mutual learning against the same in fractions, its ends, and what it brings clients with skewed data."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from statistics import mean

import numpy as np
import pytest

from pallets.learning.datasets import digits
from pallets.learning.fixed_point import Overflow
from pallets.learning.linear_model import LinearKind, LinearModel, LinearModelError, LinearParameters, empty_model
from pallets.learning.linear_training import train_linear
from pallets.learning.partition import label_skew
from pallets.learning.proxy_exchange.mixing import mixed
from pallets.learning.proxy_exchange.mutual_training import HALF, MutualParameters, train_mutually
from pallets.learning.proxy_exchange.ring import source_of
from pallets.learning.sigmoid import ONE, sigmoid
from pallets.learning.stream import Stream

RATE = 2 << 16
DESCENT = LinearParameters(epochs=6, learning_rate=RATE)
START = empty_model(LinearKind.CLASSIFIER, 2, 2)


def rows_of(seed: bytes, count: int = 30) -> tuple[list[tuple[int, ...]], list[int]]:
    stream = Stream(seed)
    rows = [tuple(stream.draws(2, 65536)) for _ in range(count)]
    return rows, [int(row[0] + row[1] > 65536) for row in rows]


def in_fractions(
    models: list[list[Fraction]], rows: list[tuple[int, ...]], labels: list[int], share: Fraction, epochs: int
) -> list[list[Fraction]]:
    """The descent without a rounding but that of the sigmoid's argument."""
    inputs = [[*(Fraction(value - 2**15, 2**15) for value in row), Fraction(1)] for row in rows]
    for _ in range(epochs):
        says = [
            [Fraction(sigmoid(int(sum(map(lambda w, x: w * x, model, row)) * ONE)), ONE) for row in inputs]
            for model in models
        ]
        after = []
        for model, own, other in zip(models, says, says[::-1], strict=True):
            wants = [(1 - share) * label + share * answer for label, answer in zip(labels, other, strict=True)]
            away = [mine - want for mine, want in zip(own, wants, strict=True)]
            gradient = [
                sum(a * x for a, x in zip(away, column, strict=True)) / len(rows)
                for column in zip(*inputs, strict=True)
            ]
            after.append([weight - 2 * step for weight, step in zip(model, gradient, strict=True)])
        models = after
    return models


@pytest.mark.parametrize("share", [0, HALF, ONE])
def test_the_steps_are_those_of_the_formula(share: int) -> None:
    rows, labels = rows_of(b"rows", 12)
    begun = [replace(START, weights=(2**24, -(2**23), 5)), replace(START, weights=(-(2**24), 0, 2**22))]
    parameters = MutualParameters(replace(DESCENT, epochs=3), share)
    trained = train_mutually(begun[0], begun[1], rows, labels, parameters)
    exact = in_fractions(
        [[Fraction(weight, 2**24) for weight in model.weights] for model in begun],
        rows,
        labels,
        Fraction(share, ONE),
        3,
    )
    for model, weights in zip(trained, exact, strict=True):
        for weight, expected in zip(model.weights, weights, strict=True):
            assert abs(Fraction(weight, 2**24) - expected) < Fraction(1, 2**11)


def test_without_a_share_both_learn_as_if_alone() -> None:
    rows, labels = rows_of(b"rows")
    other = replace(START, weights=(5, 6, 7))
    private, proxy = train_mutually(START, other, rows, labels, MutualParameters(DESCENT, 0))
    assert private == train_linear(START, rows, labels, DESCENT)
    assert proxy == train_linear(other, rows, labels, DESCENT)


def test_with_the_whole_share_the_labels_do_not_matter() -> None:
    rows, labels = rows_of(b"rows")
    flipped = [1 - label for label in labels]
    begun = replace(START, weights=(2**24, 2**24, 0))
    parameters = MutualParameters(DESCENT, ONE)
    assert train_mutually(START, begun, rows, labels, parameters) == train_mutually(
        START, begun, rows, flipped, parameters
    )


def test_other_shapes_shares_and_overflows_are_refused() -> None:
    rows, labels = rows_of(b"rows")
    with pytest.raises(LinearModelError):
        train_mutually(START, empty_model(LinearKind.CLASSIFIER, 2, 3), rows, labels, MutualParameters(DESCENT))
    for share in (-1, ONE + 1):
        with pytest.raises(LinearModelError):
            MutualParameters(DESCENT, share)
    far = LinearModel(LinearKind.CLASSIFIER, 2, 2, (2**43, 2**43, 2**43))
    with pytest.raises(Overflow):
        train_mutually(far, far, rows, labels, MutualParameters(LinearParameters(9, 2**24, 2**24)))


def test_clients_with_skewed_digits_gain_against_training_alone() -> None:
    """Eight clients that have seen mostly other digits each: every proxy ends where none of them could come alone."""
    task = digits()
    labels, table = np.array(task.targets), np.array(task.rows, dtype=np.int64)
    rows, held = table[:800], table[1200:]
    parts = [list(part) for part in label_skew(labels[:800].tolist(), 8, b"digits", Fraction(1, 2), at_least=5)]
    start, descent = empty_model(LinearKind.CLASSIFIER, 64, 10), LinearParameters(8, 3 << 16)

    def accuracy(model: LinearModel) -> float:
        weights = np.array(model.weights, dtype=np.int64).reshape(10, -1)
        inputs = np.hstack([held - 2**15, np.full((len(held), 1), 2**15)])
        return float(np.mean(np.argmax(inputs @ weights.T, axis=1) == labels[1200:]))

    alone = [train_linear(start, rows[part], labels[part], replace(descent, epochs=9 * 8)) for part in parts]
    ring, private, proxies = list(range(8)), [start] * 8, [start] * 8
    for number in range(9):
        for client, part in enumerate(parts):
            private[client], proxies[client] = train_mutually(
                private[client], proxies[client], rows[part], labels[part], MutualParameters(descent)
            )
        sources = [source_of(ring, ring, client, number) for client in ring]
        proxies = [mixed(proxies[client], proxies[other]) for client, other in enumerate(sources) if other is not None]
    reached = [[accuracy(model) for model in models] for models in (alone, proxies)]
    assert mean(reached[1]) > mean(reached[0]) + 0.15, reached
    assert min(reached[1]) > max(reached[0]), reached
