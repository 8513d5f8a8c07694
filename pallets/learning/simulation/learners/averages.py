"""Linear models, averaged by a server's rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pallets.learning.attacks import random_weights, reversed_update, scaled_update
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.linear_model import LinearKind, LinearModel, LinearParameters, empty_model
from pallets.learning.linear_training import train_linear
from pallets.learning.simulation.judging import alone_of, answers_of, average_values, moved_to
from pallets.learning.simulation.learners.learner import Labels, Model, Rows, Update, Worth, WrongKind
from pallets.learning.simulation.servers import Arrived, Local, Server


@dataclass(frozen=True, slots=True)
class AverageLearner:
    """Classifiers of so many features and classes."""

    features: int
    classes: int
    descent: LinearParameters

    @property
    def start(self) -> LinearModel:
        return empty_model(LinearKind.CLASSIFIER, self.features, self.classes)

    def base(self, model: Model) -> LinearModel:
        return _linear(model)

    def trained(self, base: Model, rows: Rows, labels: Labels, seed: bytes, local: Local) -> LinearModel:
        begun = _linear(base)
        return train_linear(begun, rows, labels, self.descent, local.correction(begun))

    def idle(self, base: Model, labels: Labels) -> LinearModel:
        return _linear(base)

    def drawn(self, base: Model, labels: Labels, seed: bytes) -> LinearModel:
        begun = _linear(base)
        return replace(begun, weights=random_weights(len(begun.weights), 1 << WEIGHT_FRACTIONAL_BITS, seed))

    def reversed(self, base: Model, honest: Update) -> LinearModel:
        found = _linear(honest)
        return replace(found, weights=reversed_update(_linear(base).weights, found.weights, 1))

    def scaled(self, base: Model, honest: Update, factor: int) -> LinearModel:
        found = _linear(honest)
        return replace(found, weights=scaled_update(_linear(base).weights, found.weights, factor))

    def tried(self, base: Model, update: Update) -> LinearModel:
        return _linear(update)

    def joined(self, model: Model, updates: Sequence[Update], arrived: Arrived, server: Server | None) -> LinearModel:
        begun = _linear(model)
        if server is None:
            raise WrongKind("averages without a server's rule")
        table = np.array([_linear(update).weights for update in updates], dtype=np.int64)
        return moved_to(begun, server.join(np.array(begun.weights, dtype=np.int64), table, arrived))

    def answers(self, model: Model, rows: Rows) -> list[int]:
        return answers_of(_linear(model), rows)

    def worth(
        self, model: Model, updates: Sequence[Update], samples: Sequence[int], rows: Rows, labels: Labels
    ) -> Worth:
        values = average_values(_linear(model), [_linear(update) for update in updates], samples, rows, labels)
        return Worth(values, tuple(values(alone_of(len(updates)))))


def _linear(model: Model) -> LinearModel:
    if not isinstance(model, LinearModel):
        raise WrongKind(f"a {type(model).__name__} among linear models")
    return model
