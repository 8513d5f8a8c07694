"""Linear models, averaged by a server's rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pallets.learning.linear_model import LinearKind, LinearModel, LinearParameters, empty_model
from pallets.learning.linear_training import train_linear
from pallets.learning.simulation.judging import alone_of, answers_of, average_values, moved_to
from pallets.learning.simulation.learners.learner import Labels, Model, Rows, Update, Worth, WrongKind
from pallets.learning.simulation.learners.weighted import WeightedLearner
from pallets.learning.simulation.servers import Arrived, Local, Server


@dataclass(frozen=True, slots=True)
class AverageLearner(WeightedLearner[LinearModel]):
    """Classifiers of so many features and classes."""

    features: int
    classes: int
    descent: LinearParameters

    @property
    def start(self) -> LinearModel:
        return empty_model(LinearKind.CLASSIFIER, self.features, self.classes)

    def own(self, model: Model) -> LinearModel:
        if not isinstance(model, LinearModel):
            raise WrongKind(f"a {type(model).__name__} among linear models")
        return model

    def trained(self, base: Model, rows: Rows, labels: Labels, seed: bytes, local: Local) -> LinearModel:
        begun = self.own(base)
        return train_linear(begun, rows, labels, self.descent, local.correction(begun))

    def joined(self, model: Model, updates: Sequence[Update], arrived: Arrived, server: Server | None) -> LinearModel:
        begun = self.own(model)
        if server is None:
            raise WrongKind("averages without a server's rule")
        table = np.array([self.own(update).weights for update in updates], dtype=np.int64)
        return moved_to(begun, server.join(np.array(begun.weights, dtype=np.int64), table, arrived))

    def answers(self, model: Model, rows: Rows) -> list[int]:
        return answers_of(self.own(model), rows)

    def worth(
        self, model: Model, updates: Sequence[Update], samples: Sequence[int], rows: Rows, labels: Labels
    ) -> Worth:
        values = average_values(self.own(model), [self.own(update) for update in updates], samples, rows, labels)
        return Worth(values, tuple(values(alone_of(len(updates)))))
