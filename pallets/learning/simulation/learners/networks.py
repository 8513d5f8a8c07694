"""Networks of one hidden layer: clients send how far their descent has moved the weights, and the mean is exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pallets.learning.attacks import random_weights, reversed_update, scaled_update
from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.network import Network
from pallets.learning.estimators.network_arrays import NetworkShape, starting_weights
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.moves import decode_moves, encode_moves
from pallets.learning.network_rounds import Descent, NetworkRounds
from pallets.learning.simulation.judging import alone_of, network_answers, network_values
from pallets.learning.simulation.learners.learner import Labels, Model, Rows, Update, Worth, WrongKind
from pallets.learning.simulation.servers import Arrived, Local, Server
from pallets.learning.training_rows import Integers

START = b"palletlab/simulated network"
"""Seed of the weights that all begin with."""


@dataclass(frozen=True, slots=True)
class NetworkLearner:
    """Classifiers of so many features and classes, with so many hidden units; bits: of a move"""

    features: int
    classes: int
    hidden: int
    descent: Descent
    bits: int = 16

    @property
    def start(self) -> Network:
        return self._network(starting_weights(self._shape, START))

    def base(self, model: Model) -> Network:
        return _network(model)

    def trained(self, base: Model, rows: Rows, labels: Labels, seed: bytes, local: Local) -> Network:
        begun = _weights(base)
        moves = self._rounds.read(self._rounds.descended(begun, rows, labels, self.descent, seed))
        return self._network(begun + moves.values)

    def idle(self, base: Model, labels: Labels) -> Network:
        return _network(base)

    def drawn(self, base: Model, labels: Labels, seed: bytes) -> Network:
        found = _network(base)
        return replace(found, weights=random_weights(len(found.weights), 1 << WEIGHT_FRACTIONAL_BITS, seed))

    def reversed(self, base: Model, honest: Update) -> Network:
        found = _network(honest)
        return replace(found, weights=reversed_update(_network(base).weights, found.weights, 1))

    def scaled(self, base: Model, honest: Update, factor: int) -> Network:
        found = _network(honest)
        return replace(found, weights=scaled_update(_network(base).weights, found.weights, factor))

    def tried(self, base: Model, update: Update) -> Network:
        return _network(update)

    def joined(self, model: Model, updates: Sequence[Update], arrived: Arrived, server: Server | None) -> Network:
        """Each update as it is sent: in moves of `bits` bits."""
        begun = _weights(model)
        sent = [encode_moves(_weights(update) - begun, self.bits) for update in updates]
        moves = [decode_moves(each, len(begun), self.bits) for each in sent]
        return self._network(self._rounds.joined(begun, moves, arrived.samples))

    def answers(self, model: Model, rows: Rows) -> list[int]:
        return network_answers(self._shape, _weights(model), rows)

    def worth(
        self, model: Model, updates: Sequence[Update], samples: Sequence[int], rows: Rows, labels: Labels
    ) -> Worth:
        sent = np.stack([_weights(update) for update in updates])
        values = network_values(self._shape, _weights(model), sent, samples, rows, labels)
        return Worth(values, tuple(values(alone_of(len(updates)))))

    @property
    def _shape(self) -> NetworkShape:
        return NetworkShape(Task.CLASSIFIER, self.features, self.hidden, self.classes)

    @property
    def _rounds(self) -> NetworkRounds:
        return NetworkRounds(self._shape, self.bits, START)

    def _network(self, weights: Integers) -> Network:
        return Network(Task.CLASSIFIER, self.features, self.hidden, self.classes, tuple(weights.tolist()))


def _network(model: Model) -> Network:
    if not isinstance(model, Network):
        raise WrongKind(f"a {type(model).__name__} among networks")
    return model


def _weights(model: Model) -> Integers:
    return np.array(_network(model).weights, dtype=np.int64)
