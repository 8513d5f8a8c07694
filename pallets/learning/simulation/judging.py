"""What coalitions of clients are worth, and each client by them: right answers to the rows of a test set, exact.

Averaged models are judged by their mean whatever the server's rule, because a rule that hides an attacker would hide
from the judge what it sent; and each step is cut to the length of the middle one, because whoever sends a longer one
would be paid for a learning rate. Forests are judged by their votes beside those of the base version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pallets.learning.batch_prediction import BatchPredictor
from pallets.learning.contribution import shapley_of_table
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
    counts = np.array(samples, dtype=np.int64)
    steps = clipped_to_median(np.array([update.weights for update in updates], dtype=np.int64) - start)
    inputs, wanted = _inputs(rows), np.array(labels, dtype=np.int64)

    def of(members: Members) -> NDArray[np.bool_]:
        sums = _whole_products(members * counts, steps)
        totals = np.maximum((members * counts).sum(axis=1), 1).tolist()
        means = np.stack([quotients(row, total) for row, total in zip(sums, totals, strict=True)])
        right: NDArray[np.bool_] = _answers(start + means, inputs, base.outputs) == wanted
        return right

    return lambda members: _by_blocks(members, of)


def moved_to(model: LinearModel, weights: Integers) -> LinearModel:
    """The model with other weights."""
    return replace(model, weights=tuple(weights.tolist()))


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
