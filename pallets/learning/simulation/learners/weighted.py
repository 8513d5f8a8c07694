"""What linear models and networks have in common: weights that clients send, or spoil, one by one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Generic, TypeVar

from pallets.learning.attacks import random_weights, reversed_update, scaled_update
from pallets.learning.estimators.network import Network
from pallets.learning.fixed_point import WEIGHT_FRACTIONAL_BITS
from pallets.learning.linear_model import LinearModel
from pallets.learning.simulation.learners.learner import Labels, Model, Update

W = TypeVar("W", LinearModel, Network)


class WeightedLearner(ABC, Generic[W]):
    """A learner whose models and updates are of one kind, with weights of 24 fractional bits."""

    __slots__ = ()

    @abstractmethod
    def own(self, model: Model) -> W:
        """The model as one of this kind; raises WrongKind."""

    def base(self, model: Model) -> W:
        return self.own(model)

    def idle(self, base: Model, labels: Labels) -> W:
        return self.own(base)

    def drawn(self, base: Model, labels: Labels, seed: bytes) -> W:
        begun = self.own(base)
        return replace(begun, weights=random_weights(len(begun.weights), 1 << WEIGHT_FRACTIONAL_BITS, seed))

    def reversed(self, base: Model, honest: Update) -> W:
        found = self.own(honest)
        return replace(found, weights=reversed_update(self.own(base).weights, found.weights, 1))

    def scaled(self, base: Model, honest: Update, factor: int) -> W:
        found = self.own(honest)
        return replace(found, weights=scaled_update(self.own(base).weights, found.weights, factor))

    def tried(self, base: Model, update: Update) -> W:
        return self.own(update)
