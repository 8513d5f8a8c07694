"""Networks as arrays, for those with a million weights: the bytes, the start and the answers of `network`.

Weights are (parameters,) int64 in the order of the canonical bytes. Answers are exact: a product of tables goes through
floats where no sum leaves 2^53, through int64 where none leaves that, and else row by row through Python's integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from struct import Struct
from typing import Final

import numpy as np

from pallets.learning.decoding import read_header, require_length
from pallets.learning.estimators.artifact import (
    FEATURE_BITS,
    FEATURE_MIDDLE,
    FEATURES_LIMIT,
    ArtifactDecodeError,
    EstimatorError,
    Task,
    check_count,
    check_shape,
)
from pallets.learning.estimators.network import (
    HIDDEN_LIMIT,
    MAGIC,
    SCORE_FRACTIONAL_BITS,
    UNIT_BITS,
    UNIT_SHIFT,
    Network,
    starting_network,
)
from pallets.learning.fixed_point import INT64_MAX, TARGET_FRACTIONAL_BITS, rescale
from pallets.learning.linear_model import WEIGHT_LIMIT
from pallets.learning.training_rows import Integers, Table, table_of

EXACT_FLOAT: Final = 2**53
"""Sums of products below this are the same in floats, which multiply tables a hundred times faster."""

WORTH_FLOATS: Final = 2**24
"""Products below which copies into floats, and waking the threads that multiply these, take longer than they save."""

_HEADER: Final = Struct("<BHHH")


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """How many weights there are, and where; classes: 2 to 256, 0 for a regressor."""

    task: Task
    features: int
    hidden: int
    classes: int

    def __post_init__(self) -> None:
        check_shape(self.task, self.features, self.classes)
        check_count(self.hidden, 1, HIDDEN_LIMIT, "hidden units")

    @property
    def inner(self) -> int:
        """Weights of the hidden layer."""
        return self.hidden * (self.features + 1)

    @property
    def outputs(self) -> int:
        """Scores that a row is given."""
        return self.classes if self.classes > 2 else 1

    @property
    def parameters(self) -> int:
        """All weights."""
        return self.inner + self.outputs * (self.hidden + 1)

    def layers(self, weights: Integers) -> tuple[Integers, Integers]:
        """(hidden, features + 1) and (outputs, hidden + 1) of the weights, the constants last."""
        inner, outer = weights[: self.inner], weights[self.inner :]
        return inner.reshape(self.hidden, -1), outer.reshape(self.outputs, -1)


@lru_cache(maxsize=4)
def starting_weights(shape: NetworkShape, seed: bytes) -> Integers:
    """The weights of `network.starting_network`, read-only; drawn once for all clients in a process."""
    drawn = starting_network(shape.task, shape.features, shape.hidden, shape.classes, seed).weights
    weights = np.array(drawn, dtype=np.int64)
    weights.flags.writeable = False
    return weights


def encode_weights(shape: NetworkShape, weights: Integers) -> bytes:
    """The canonical bytes of the network; raises EstimatorError where a weight is not within its range."""
    if weights.shape != (shape.parameters,):
        raise EstimatorError(f"weights of shape {weights.shape} for a network of {shape.parameters}")
    if not 1 - WEIGHT_LIMIT <= int(weights.min()) <= int(weights.max()) <= WEIGHT_LIMIT - 1:
        raise EstimatorError("a weight is not within 2^20")
    header = _HEADER.pack(shape.task, shape.features, shape.hidden, shape.classes)
    return b"".join((MAGIC, header, np.ascontiguousarray(weights, "<i8").data))


def decode_weights(shape: NetworkShape, data: bytes) -> Integers:
    """The weights of a network's canonical bytes, read-only and not copied; raises ArtifactDecodeError."""
    told = read_header(data, _HEADER, MAGIC, ArtifactDecodeError)
    if told != (shape.task, shape.features, shape.hidden, shape.classes):
        raise ArtifactDecodeError(len(MAGIC), f"a network of the shape {told}, not {shape}")
    start = len(MAGIC) + _HEADER.size
    require_length(data, start + 8 * shape.parameters, ArtifactDecodeError)
    weights: Integers = np.frombuffer(data, "<i8", shape.parameters, start)
    if not 1 - WEIGHT_LIMIT <= int(weights.min()) <= int(weights.max()) <= WEIGHT_LIMIT - 1:
        raise ArtifactDecodeError(start, "a weight is not within 2^20")
    return weights


def answers(shape: NetworkShape, weights: Integers, rows: Table) -> list[int]:
    """What `Network.predict` says of each row; raises TrainingError for rows outside u16."""
    table = table_of(rows, FEATURES_LIMIT)
    if table.shape[1] != shape.features:
        raise EstimatorError(f"rows of {table.shape[1]} values for {shape.features} features")
    inner, outer = shape.layers(weights)
    sums = _products(_with_constant(table.astype(np.int64) - FEATURE_MIDDLE, 1 << FEATURE_BITS), inner)
    if sums is not None:
        scores = _products(_with_constant(np.maximum(sums >> UNIT_SHIFT, 0), 1 << UNIT_BITS), outer)
        if scores is not None:
            return _verdicts(shape, scores)
    network = Network(shape.task, shape.features, shape.hidden, shape.classes, tuple(weights.tolist()))
    return [network.predict(row) for row in table.tolist()]


def class_scores(shape: NetworkShape, weights: Integers, rows: Table) -> Integers | None:
    """(networks, rows, outputs) what many networks of one shape, (networks, parameters), make of all rows.

    None where a sum may leave 2^53: then each has to be asked by itself.
    """
    table = table_of(rows, FEATURES_LIMIT).astype(np.int64) - FEATURE_MIDDLE
    inputs = _with_constant(table, 1 << FEATURE_BITS)
    inner = weights[:, : shape.inner].reshape(-1, inputs.shape[1])
    outer = weights[:, shape.inner :].reshape(len(weights), shape.outputs, -1)
    if inputs.shape[1] * _largest(inputs) * _largest(inner) >= EXACT_FLOAT:
        return None
    sums = (inputs.astype(np.float64) @ inner.T.astype(np.float64)).astype(np.int64)
    units = np.maximum(sums >> UNIT_SHIFT, 0).reshape(len(table), len(weights), -1).transpose(1, 0, 2)
    if (shape.hidden + 1) * max(_largest(units), 1 << UNIT_BITS) * _largest(outer) >= EXACT_FLOAT:
        return None
    turned = outer.transpose(0, 2, 1).astype(np.float64)
    scores = units.astype(np.float64) @ turned[:, :-1] + float(1 << UNIT_BITS) * turned[:, -1:]
    exact: Integers = scores.astype(np.int64)
    return exact


def _with_constant(inputs: Integers, one: int) -> Integers:
    return np.column_stack([inputs, np.full(len(inputs), one)])


def _products(left: Integers, right: Integers) -> Integers | None:
    """The table of left times right turned over; None where a sum may leave int64."""
    bound = left.shape[1] * _largest(left) * _largest(right)
    if bound < EXACT_FLOAT and left.size * len(right) > WORTH_FLOATS:
        exact: Integers = (left.astype(np.float64) @ right.T.astype(np.float64)).astype(np.int64)
        return exact
    # both are walked along their rows, in half the time of `@` for integers
    return np.einsum("ij,kj->ik", left, right) if bound <= INT64_MAX else None


def _largest(values: Integers) -> int:
    return max(int(values.max()), -int(values.min()))


def _verdicts(shape: NetworkShape, scores: Integers) -> list[int]:
    """What each row's scores mean."""
    if shape.task is Task.REGRESSOR:
        return [rescale(score, SCORE_FRACTIONAL_BITS, TARGET_FRACTIONAL_BITS) for score in scores[:, 0].tolist()]
    if shape.outputs == 1:
        return [int(score > 0) for score in scores[:, 0].tolist()]
    found: list[int] = scores.argmax(axis=1).tolist()
    return found
