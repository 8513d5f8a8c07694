"""Networks of one hidden layer: clients send how far their descent moved the weights, and the mean or a rule joins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pallets.learning.estimators.artifact import Task
from pallets.learning.estimators.network import Network
from pallets.learning.estimators.network_arrays import NetworkShape, starting_weights
from pallets.learning.moves import decode_moves, encode_moves
from pallets.learning.network_rounds import Descent, NetworkRounds
from pallets.learning.simulation.judging import alone_of, network_answers, network_values
from pallets.learning.simulation.learners.learner import Labels, Model, Rows, Update, Worth, WrongKind
from pallets.learning.simulation.learners.weighted import WeightedLearner
from pallets.learning.simulation.servers import Arrived, Local, Server
from pallets.learning.training_rows import Integers

START = b"palletlab/simulated network"
"""Seed of the weights that all begin with."""


@dataclass(frozen=True, slots=True)
class NetworkLearner(WeightedLearner[Network]):
    """Classifiers of so many features and classes, with so many hidden units; bits: of a move"""

    features: int
    classes: int
    hidden: int
    descent: Descent
    bits: int = 16

    @property
    def start(self) -> Network:
        return self._network(starting_weights(self._shape, START))

    def own(self, model: Model) -> Network:
        if not isinstance(model, Network):
            raise WrongKind(f"a {type(model).__name__} among networks")
        return model

    def trained(self, base: Model, rows: Rows, labels: Labels, seed: bytes, local: Local) -> Network:
        begun = self._weights(base)
        moves = self._rounds.read(self._rounds.descended(begun, rows, labels, self.descent, seed))
        return self._network(begun + moves.values)

    def joined(self, model: Model, updates: Sequence[Update], arrived: Arrived, server: Server | None) -> Network:
        """Each update as it is sent: in moves of `bits` bits; by their mean, or by a server's rule."""
        begun = self._weights(model)
        sent = [encode_moves(self._weights(update) - begun, self.bits) for update in updates]
        moves = [decode_moves(each, len(begun), self.bits) for each in sent]
        if server is None:
            return self._network(self._rounds.joined(begun, moves, arrived.samples))
        moved = server.join(np.zeros_like(begun), np.stack([each.values for each in moves]), arrived)
        return self._network(self._rounds.moved_by(begun, moved))

    def answers(self, model: Model, rows: Rows) -> list[int]:
        return network_answers(self._shape, self._weights(model), rows)

    def worth(
        self, model: Model, updates: Sequence[Update], samples: Sequence[int], rows: Rows, labels: Labels
    ) -> Worth:
        sent = np.stack([self._weights(update) for update in updates])
        values = network_values(self._shape, self._weights(model), sent, samples, rows, labels)
        return Worth(values, tuple(values(alone_of(len(updates)))))

    @property
    def _shape(self) -> NetworkShape:
        return NetworkShape(Task.CLASSIFIER, self.features, self.hidden, self.classes)

    @property
    def _rounds(self) -> NetworkRounds:
        return NetworkRounds(self._shape, self.bits, START)

    def _weights(self, model: Model) -> Integers:
        return np.array(self.own(model).weights, dtype=np.int64)

    def _network(self, weights: Integers) -> Network:
        return Network(Task.CLASSIFIER, self.features, self.hidden, self.classes, tuple(weights.tolist()))
