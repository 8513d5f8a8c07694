"""What a strategy is: how the clients' updates of one algorithm are made, checked, joined and judged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Protocol, TypeGuard, runtime_checkable

from chain.primitives import AccountId
from chain.record import record
from pallets.federated_round.data import DataSet, Training
from pallets.federated_round.types import Judged


class StrategyError(Exception):
    """Something cannot be trained, joined or judged; the message says what."""


class UpdateRefused(StrategyError):
    """Bytes are no update of this task."""


@record
class ClientUpdate:
    """A client's checked update, and how many samples it counts for.

    group: of the client, where the round has groups
    staleness, begun_from: of a buffered round: versions that came out since, and the bytes of the one before them
    """

    account: AccountId
    samples: int
    data: bytes
    group: int = 0
    staleness: int = 0
    begun_from: bytes | None = None


@record
class Joined:
    """A new model, and what the server optimiser remembers with it; None where the rule remembers nothing."""

    model: bytes
    state: bytes | None = None


NOBODY = AccountId(bytes(32))
"""Who trains alone, outside a round."""


class Strategy(Protocol):
    """Made for the settings and the terms of one task. Equal arguments give equal bytes on every machine.

    base: the bytes of the version that the round began from, None before the first
    state: what the server optimiser remembered then, None where there is nothing
    updates: in ascending order of accounts, all accepted by `check`
    """

    def check_data(self, data: DataSet) -> None:
        """Raises DataError where rows do not suit the task."""
        ...

    def train(
        self, data: DataSet, base: bytes | None, seed: bytes, state: bytes | None = None, account: AccountId = NOBODY
    ) -> bytes:
        """A client's update; raises what `check_data` does, and StrategyError where nothing is learnt."""
        ...

    def check(self, update: bytes) -> None:
        """Raises UpdateRefused where the bytes are no update of this task."""
        ...

    def aggregate(self, updates: Sequence[ClientUpdate], base: bytes | None, state: bytes | None = None) -> Joined:
        """The new model; raises StrategyError where the updates cannot be joined."""
        ...

    def evaluate(
        self,
        updates: Sequence[ClientUpdate],
        base: bytes | None,
        model: bytes,
        test: DataSet,
        state: bytes | None = None,
        seed: bytes = b"",
    ) -> Judged:
        """What the new model and each update are worth; raises DataError where `test` is no test set of the task.

        seed: what sampled contributions are drawn by
        """
        ...


@runtime_checkable
class TakesTraining(Protocol):
    """A strategy whose clients may train with what they like."""

    def train_with(self, training: Training, data: DataSet, base: bytes | None, seed: bytes) -> bytes:
        """A client's update by its operator's own training; raises StrategyError where that gives none."""
        ...


def takes_training(strategy: Strategy) -> TypeGuard[TakesTraining]:
    """Whether its clients may train with what they like."""
    return _is_training(type(strategy))


@cache
def _is_training(kind: type) -> bool:  # a look at the protocol takes as long as half a transaction
    return issubclass(kind, TakesTraining)
