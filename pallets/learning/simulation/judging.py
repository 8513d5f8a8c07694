"""What coalitions of clients are worth, and each client by them: right answers to the rows of a test set, exact.

Linear models are judged by their mean whatever the server's rule, because a rule that hides an attacker would hide
from the judge what it sent; and each step is cut to the length of the middle one, because whoever sends a longer one
would be paid for a learning rate. Networks are judged by their mean, too, in which a step too long shows as the harm
that it is. Forests are judged by their votes beside those of the base version, trees that correct it
by the scores that they bring it to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.boosting.model import BoostedModel
from pallets.learning.boosting.training import boosted_scores
from pallets.learning.contribution import shapley_of_table
from pallets.learning.estimators.network_arrays import NetworkShape, answers, class_scores
from pallets.learning.fixed_point import INT64_MAX, Overflow, divide
from pallets.learning.forest import Forest
from pallets.learning.linear_model import FEATURE_BITS, FEATURE_MIDDLE, LinearModel
from pallets.learning.metrics import MILLION
from pallets.learning.robust.coordinates import quotients
from pallets.learning.simulation.clipping import clipped_to_median
from pallets.learning.training_rows import Integers

EXACT_FLOAT = 2**53
"""Sums of products below this are the same in floats, which multiply matrices a hundred times faster."""

EXACT_CLIENTS = 12
"""Up to so many clients get Shapley values, from 4,096 coalitions; more get what all lose without each of them."""

COALITIONS_AT_ONCE = 128

Rows = Sequence[Sequence[int]]
Members = NDArray[np.int64]
"""(coalitions, clients) 1 where a client belongs to a coalition, 0 elsewhere."""

Values = Callable[[Members], list[int]]
"""What coalitions are worth."""


def contributions_of(clients: int, values: Values, nobody: int | None) -> tuple[int, ...]:
    """What each client is worth, in millionths of a right answer; `nobody` replaces the value of no client."""
    if clients > EXACT_CLIENTS:
        everybody = np.ones((1, clients), dtype=np.int64)
        with_all, *without = values(np.concatenate([everybody, 1 - alone_of(clients)]))
        return tuple((with_all - less) * MILLION for less in without)
    masks = np.arange(1 << clients)[:, None] >> np.arange(clients)
    table = values((masks & 1).astype(np.int64))
    if nobody is not None:
        table[0] = nobody
    found = shapley_of_table(table)
    return tuple(divide(numerator * MILLION, found.denominator) for numerator in found.numerators)


def alone_of(clients: int) -> Members:
    """The coalitions of one."""
    return np.eye(clients, dtype=np.int64)


def constant_value(labels: Sequence[int]) -> int:
    """Right answers of the best constant one."""
    return max(Counter(labels).values())


def answers_of(model: LinearModel | Forest, rows: Rows) -> list[int]:
    """The class of each row."""
    if isinstance(model, Forest):
        return list(map(int, BatchPredictor(model).predict(rows)))
    weights = np.array(model.weights, dtype=np.int64)[None]
    return list(map(int, _answers(weights, _inputs(rows), model.outputs)[0]))


def forest_values(base: Forest, updates: Sequence[Forest], rows: Rows, labels: Sequence[int]) -> Values:
    """Right answers of the base version with the trees of each coalition; the lowest class wins ties."""
    votes = np.stack([BatchPredictor(forest).votes(rows) for forest in updates])
    own, wanted = BatchPredictor(base).votes(rows), np.array(labels, dtype=np.int64)

    def of(members: Members) -> NDArray[np.bool_]:
        together = _products(members, votes.reshape(len(updates), -1)).reshape(-1, *own.shape)
        right: NDArray[np.bool_] = (together + own).argmax(axis=2) == wanted
        return right

    return lambda members: _by_blocks(members, of)


def average_values(
    base: LinearModel, updates: Sequence[LinearModel], samples: Sequence[int], rows: Rows, labels: Sequence[int]
) -> Values:
    """Right answers of the base version moved by the mean step of each coalition."""
    start = np.array(base.weights, dtype=np.int64)
    steps = clipped_to_median(np.array([update.weights for update in updates], dtype=np.int64) - start)
    moved = _moved(start, steps, samples)
    inputs, wanted = _inputs(rows), np.array(labels, dtype=np.int64)

    def of(members: Members) -> NDArray[np.bool_]:
        right: NDArray[np.bool_] = _answers(moved(members), inputs, base.outputs) == wanted
        return right

    return lambda members: _by_blocks(members, of)


def network_values(
    shape: NetworkShape, start: Integers, updates: Integers, samples: Sequence[int], rows: Rows, labels: Sequence[int]
) -> Values:
    """Right answers of the base version moved by the mean step of each coalition; updates: (clients, parameters)"""
    moved, wanted = _moved(start, updates - start, samples), np.array(labels, dtype=np.int64)

    def of(members: Members) -> NDArray[np.bool_]:
        weights = moved(members)
        scores = class_scores(shape, weights, rows)
        classes = (
            np.array([network_answers(shape, each, rows) for each in weights])
            if scores is None
            else _classes_of(scores)
        )
        right: NDArray[np.bool_] = classes == wanted
        return right

    return lambda members: _by_blocks(members, of)


def network_answers(shape: NetworkShape, weights: Integers, rows: Rows) -> list[int]:
    """The class that a network says of each row."""
    return answers(shape, weights, rows)


def boosted_values(base: BoostedModel, updates: Sequence[Forest], rows: Rows, labels: Sequence[int]) -> Values:
    """Right answers of the base version with the trees of each coalition, whose leaves count for their share.

    Each leaf is divided by the size of the coalition and rounded toward zero, as in the version that they make.
    """
    clients, begun = len(updates), boosted_scores(base, rows)
    leaves = np.stack([BatchPredictor(trees).leaf_values(rows) for trees in updates])
    signs, sizes = np.sign(leaves), np.abs(leaves)
    wanted = np.array(labels, dtype=np.int64)

    def shared(size: int) -> Integers:
        whole: Integers = (signs * (sizes // size)).reshape(clients, len(begun), -1, base.columns).sum(axis=2)
        return whole.reshape(clients, -1)

    by_size = {size: shared(size) for size in range(1, clients + 1)}

    def of(members: Members) -> NDArray[np.bool_]:
        scores = np.empty((len(members), *begun.shape), dtype=np.int64)
        counts = members.sum(axis=1)
        for size in np.unique(counts).tolist():
            chosen = counts == size
            added = _whole_products(members[chosen], by_size[size]) if size else np.zeros((1, begun.size), np.int64)
            scores[chosen] = begun + added.reshape(-1, *begun.shape)
        right: NDArray[np.bool_] = _classes_of(scores) == wanted
        return right

    return lambda members: _by_blocks(members, of)


def boosted_answers(model: BoostedModel, rows: Rows) -> list[int]:
    """The class that boosted trees say of each row."""
    return list(map(int, _classes_of(boosted_scores(model, rows))))


def moved_to(model: LinearModel, weights: Integers) -> LinearModel:
    """The model with other weights."""
    return replace(model, weights=tuple(weights.tolist()))


def _moved(start: Integers, steps: Integers, samples: Sequence[int]) -> Callable[[Members], Integers]:
    """From coalitions to the weights that they move the start to: by the mean of their steps."""
    counts = np.array(samples, dtype=np.int64)

    def moved(members: Members) -> Integers:
        sums = _whole_products(members * counts, steps)
        totals = np.maximum((members * counts).sum(axis=1), 1).tolist()
        means: Integers = np.stack([quotients(row, total) for row, total in zip(sums, totals, strict=True)])
        return start + means

    return moved


def _classes_of(scores: Integers) -> Integers:
    """(…, rows) the classes of (…, rows, columns) scores: of one column whether it is above zero."""
    classes: Integers = (scores[..., 0] > 0).astype(np.int64) if scores.shape[-1] == 1 else scores.argmax(axis=-1)
    return classes


def _by_blocks(members: Members, of: Callable[[Members], NDArray[np.bool_]]) -> list[int]:
    values: list[int] = []
    for first in range(0, len(members), COALITIONS_AT_ONCE):
        values += of(members[first : first + COALITIONS_AT_ONCE]).sum(axis=1).tolist()
    return values


def _inputs(rows: Rows) -> Integers:
    """(rows, features + 1) what the weights are multiplied with."""
    table = np.full((len(rows), len(rows[0]) + 1), 1 << FEATURE_BITS, dtype=np.int64)
    table[:, :-1] = np.array(rows, dtype=np.int64) - FEATURE_MIDDLE
    return table


def _answers(models: Integers, inputs: Integers, outputs: int) -> Integers:
    """(models, rows) the classes that models, one a row of weights, give to each row of inputs."""
    weights = models.reshape(len(models) * outputs, inputs.shape[1])
    scores = _products(weights, inputs.T).reshape(len(models), outputs, len(inputs))
    classes: Integers = (scores[:, 0] > 0).astype(np.int64) if outputs == 1 else scores.argmax(axis=1)
    return classes


def _whole_products(left: Integers, right: Integers) -> Integers:
    products: Integers = _products(left, right).astype(np.int64)
    return products


def _products(left: Integers, right: Integers) -> NDArray[np.float64] | Integers:
    """The matrix product, exact; raises Overflow where an entry might leave int64."""
    largest = int(np.abs(left).max(initial=0)) * int(np.abs(right).max(initial=0)) * left.shape[1]
    if largest < EXACT_FLOAT:
        exact: NDArray[np.float64] = left.astype(np.float64) @ right.astype(np.float64)
        return exact
    if largest > INT64_MAX:
        raise Overflow("updates too large to be judged: they leave int64")
    return left @ right
