"""A neural network with one hidden layer: records, bytes, forward pass in fixed point, averaging over clients.

    "PEW\\x01" ‖ task u8 ‖ features u16 ‖ hidden u16 ‖ classes u16 ‖ weights i64 each            little endian

Weights have 24 fractional bits and stand unit by unit, each unit's constant last: first the hidden units (a weight a
feature), then the outputs (a weight a hidden unit). A hidden unit is the sum of its products or zero, whichever is
larger, with 16 fractional bits rounded down. Two classes share one output, whose sign decides; more have one each.
Difference to the same network in reals: a score at most `error_bound`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt
from operator import mul
from struct import pack

from pallets.learning.averaging import weighted_mean
from pallets.learning.estimators.artifact import (
    FEATURE_BITS,
    FEATURE_MIDDLE,
    ArtifactReader,
    EstimatorError,
    Task,
    check_count,
    check_row,
    check_shape,
    check_within,
    highest,
    packed,
)
from pallets.learning.fixed_point import TARGET_FRACTIONAL_BITS, WEIGHT_FRACTIONAL_BITS, rescale
from pallets.learning.linear_model import WEIGHT_LIMIT
from pallets.learning.stream import Stream

MAGIC = b"PEW\x01"
HIDDEN_LIMIT = 2**11
MOVE_BITS = (16, 32)
"""How wide the moves can be that clients send of a network's weights."""

UNIT_BITS = TARGET_FRACTIONAL_BITS
"""Fractional bits of a hidden unit."""

UNIT_SHIFT = WEIGHT_FRACTIONAL_BITS + FEATURE_BITS - UNIT_BITS
SCORE_FRACTIONAL_BITS = WEIGHT_FRACTIONAL_BITS + UNIT_BITS


@dataclass(frozen=True, slots=True)
class Network:
    """A classifier or regressor of one hidden layer.

    classes: of a classifier, 2 to 256; 0 for a regressor
    """

    task: Task
    features: int
    hidden: int
    classes: int
    weights: tuple[int, ...]

    def __post_init__(self) -> None:
        check_shape(self.task, self.features, self.classes)
        check_count(self.hidden, 1, HIDDEN_LIMIT, "hidden units")
        expected = self.inner + self.outputs * (self.hidden + 1)
        check_count(len(self.weights), expected, expected, "weights")
        check_within(self.weights, 1 - WEIGHT_LIMIT, WEIGHT_LIMIT - 1, "weight")

    @property
    def inner(self) -> int:
        """Weights of the hidden layer."""
        return self.hidden * (self.features + 1)

    @property
    def outputs(self) -> int:
        """Scores that a row is given."""
        return self.classes if self.classes > 2 else 1

    @property
    def cost_bound(self) -> int:
        """Products that a prediction takes."""
        return len(self.weights)

    @property
    def error_bound(self) -> Fraction:
        """How far a score can be from that of the network before its weights were rounded to the nearest."""
        half_step = Fraction(1, 2 << WEIGHT_FRACTIONAL_BITS)
        width = self.features + 1
        unit_error = width * half_step + Fraction(1, 1 << UNIT_BITS)
        units = [sum(map(abs, self.weights[start : start + width])) for start in range(0, self.inner, width)]
        largest = Fraction(sum(units), 1 << WEIGHT_FRACTIONAL_BITS)
        outer = max(sum(map(abs, line[:-1])) for line in self._outer_lines())
        carried = (Fraction(outer, 1 << WEIGHT_FRACTIONAL_BITS) + self.hidden * half_step) * unit_error
        return carried + (largest + 1) * half_step

    def scores(self, row: Sequence[int]) -> list[int]:
        """The sum of each output, 40 fractional bits."""
        check_row(row, self.features)
        inputs = [step - FEATURE_MIDDLE for step in row]
        inputs.append(1 << FEATURE_BITS)
        width = len(inputs)
        units = [
            max(sum(map(mul, self.weights[start : start + width], inputs)) >> UNIT_SHIFT, 0)
            for start in range(0, self.inner, width)
        ]
        units.append(1 << UNIT_BITS)
        return [sum(map(mul, line, units)) for line in self._outer_lines()]

    def predict(self, row: Sequence[int]) -> int:
        """The class of the highest score, the lowest of equals; a regressor's value with 16 fractional bits."""
        return self.verdict(self.scores(row))

    def verdict(self, scores: Sequence[int]) -> int:
        """What the scores mean."""
        if self.task is Task.REGRESSOR:
            return rescale(scores[0], SCORE_FRACTIONAL_BITS, TARGET_FRACTIONAL_BITS)
        return int(scores[0] > 0) if len(scores) == 1 else highest(scores)

    def _outer_lines(self) -> list[tuple[int, ...]]:
        """The weights of each output."""
        width = self.hidden + 1
        return [self.weights[start : start + width] for start in range(self.inner, len(self.weights), width)]


def starting_network(task: Task, features: int, hidden: int, classes: int, seed: bytes) -> Network:
    """The network that every client of a round starts from: small weights of the seed, constants zero.

    A weight is uniform within ±sqrt(6 / (inputs + outputs)) of its layer (Glorot, Bengio 2010), the root rounded
    down; equal seeds give equal bytes on every machine.
    """
    check_shape(task, features, classes)
    check_count(hidden, 1, HIDDEN_LIMIT, "hidden units")
    outputs = classes if classes > 2 else 1
    stream = Stream(seed)
    inner = _layer(hidden, features, outputs=hidden, stream=stream)
    return Network(task, features, hidden, classes, inner + _layer(outputs, hidden, outputs=outputs, stream=stream))


def average_networks(networks: Sequence[Network], samples: Sequence[int]) -> Network:
    """The federated average, each network counted by its samples; raises EstimatorError where shapes differ."""
    if not networks:
        raise EstimatorError("no network to average")
    first = networks[0]
    shape = (first.task, first.features, first.hidden, first.classes)
    for index, network in enumerate(networks):
        if (network.task, network.features, network.hidden, network.classes) != shape:
            raise EstimatorError(f"network {index} has another task or shape than network 0")
    return replace(first, weights=tuple(weighted_mean([network.weights for network in networks], samples)))


def encode_network(model: Network) -> bytes:
    """The canonical bytes."""
    return MAGIC + pack("<BHHH", model.task, model.features, model.hidden, model.classes) + packed("q", model.weights)


def decode_network(data: bytes) -> Network:
    """The network of its canonical bytes; raises ArtifactDecodeError."""
    reader = ArtifactReader(data, MAGIC)
    task, features, hidden, classes = reader.header("BHHH")
    outputs = classes if classes > 2 else 1
    weights = reader.table("q", hidden * (features + 1) + outputs * (hidden + 1))
    return reader.built(lambda: Network(Task(task), features, hidden, classes, weights))


def _layer(units: int, inputs: int, *, outputs: int, stream: Stream) -> tuple[int, ...]:
    bound = isqrt((6 << 2 * WEIGHT_FRACTIONAL_BITS) // (inputs + outputs))
    weights = list[int]()
    for _ in range(units):
        weights += [draw - bound for draw in stream.draws(inputs, 2 * bound + 1)]
        weights.append(0)
    return tuple(weights)
