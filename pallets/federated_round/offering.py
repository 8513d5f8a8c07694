"""Who may offer what to a task's rounds, for one of them or until further notice."""

from __future__ import annotations

from chain.primitives import AccountId
from pallets.federated_round.errors import (
    DataErased,
    NoSamples,
    NothingOffered,
    OwnerMayNotEnrol,
    ShapeUnsuited,
    StakeTooSmall,
    TooManySamples,
)
from pallets.federated_round.shapes.choice import Buffered
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import DataCommitment, Task
from pallets.frame.error import ensure


def ensure_may_offer(
    rounds: RoundStorage, task: Task, who: AccountId, data: DataCommitment | None, *, duties: bool
) -> None:
    """Raises the error of the first rule that an offer breaks; whether the data are permitted is asked elsewhere."""
    terms = task.terms
    ensure(task.owner != who, OwnerMayNotEnrol)
    ensure(data is not None or duties, NothingOffered)
    if data is not None:
        ensure(not isinstance(terms.shape, Buffered), ShapeUnsuited)
        ensure(data.samples > 0, NoSamples)
        ensure(data.samples <= terms.max_samples, TooManySamples)
        ensure(not rounds.erased.get(data.root), DataErased)
    ensure(rounds.config.stakes.active(who) >= terms.minimum_stake, StakeTooSmall)
