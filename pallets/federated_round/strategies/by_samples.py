"""Contributions in proportion to samples: the verdict on the model alone, whatever the algorithm.

Nobody's update is looked at by the validators, so a round of many clients or of large models is judged as fast as one.
Who says that it has many rows is paid for many: a task of clients that are believed may choose this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chain.primitives import AccountId
from chain.record import record
from pallets.federated_round.data import DataSet, Training
from pallets.federated_round.strategies.strategy import (
    NOBODY,
    ClientUpdate,
    Joined,
    Strategy,
    TakesTraining,
    takes_training,
)
from pallets.federated_round.types import ClientScore, Judged
from pallets.learning.fixed_point import divide


@record
class BySamplesStrategy:
    """Another strategy, whose verdict gives each client its part of the improvement by its samples."""

    inner: Strategy

    def check_data(self, data: DataSet) -> None:
        """As the other strategy."""
        self.inner.check_data(data)

    def train(
        self, data: DataSet, base: bytes | None, seed: bytes, state: bytes | None = None, account: AccountId = NOBODY
    ) -> bytes:
        """As the other strategy."""
        return self.inner.train(data, base, seed, state, account)

    def check(self, update: bytes) -> None:
        """As the other strategy."""
        self.inner.check(update)

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """As the other strategy."""
        return self.inner.aggregate(updates, base, state)

    def evaluate(
        self,
        updates: Sequence[ClientUpdate],
        base: bytes | None,
        model: bytes,
        test: DataSet,
        state: bytes | None = None,
        seed: bytes = b"",
    ) -> Judged:
        """The other strategy's metrics; of an improvement each client has its part, alone it counts as the model."""
        found = self.inner.evaluate((), base, model, test, state, seed)
        gain, total = max(found.after - found.before, 0), sum(update.samples for update in updates)
        scores = (
            ClientScore(update.account, divide(gain * update.samples, max(total, 1)), found.after) for update in updates
        )
        return replace(found, clients=tuple(scores))


@record
class TrainedBySamples(BySamplesStrategy):
    """One of another strategy that takes training of one's own. trainer: the same again"""

    trainer: TakesTraining

    def train_with(self, training: Training, data: DataSet, base: bytes | None, seed: bytes) -> bytes:
        """As the other strategy."""
        return self.trainer.train_with(training, data, base, seed)


def by_samples(strategy: Strategy) -> BySamplesStrategy:
    """The strategy with verdicts by samples, which takes training of one's own where the strategy does."""
    inner = strategy
    return TrainedBySamples(inner, strategy) if takes_training(strategy) else BySamplesStrategy(inner)
