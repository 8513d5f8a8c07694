"""The calls of rounds of other shapes: what groups agreed on, and updates that come when they are done."""

from __future__ import annotations

from chain.primitives import AccountId, Bytes32, Hash
from pallets.federated_round.config import Config
from pallets.federated_round.errors import (
    AlreadyCommitted,
    EmptyArtifact,
    NotDrawn,
    NothingCommitted,
    ShapeUnsuited,
    StaleUpdate,
    TooManyWaiting,
    UnknownClient,
    WrongPhase,
)
from pallets.federated_round.events import DeliveryWaits
from pallets.federated_round.opening import ensure_bytes, open_seal
from pallets.federated_round.shapes.buffer import (
    ensure_may_deliver,
    has_room,
    is_waiting,
    staleness_in,
    take,
    versions_back,
)
from pallets.federated_round.shapes.choice import MOST_STALENESS, Buffered
from pallets.federated_round.shapes.types import ANY_ROUND, MAX_WAITING, Delivery, Tier
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import (
    MAX_CLIENTS,
    Aggregate,
    DataCommitment,
    RoundNumber,
    Stage,
    Task,
    TaskId,
)
from pallets.federated_round.unlearning.bases import base_again
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.weight import Weight, db
from pallets.ml_registry.artifact import Artifact


def delivery_weight(config: Config) -> Weight:
    """Of an update to a round that does another again: the remembered rounds say what it begins from."""
    return db(reads=24 + MOST_STALENESS + 4 * config.history, writes=9)


class ShapeCalls(RoundStorage):
    """What participants do in hierarchical and buffered rounds, and only there."""

    @call(17, weight=db(reads=6 + 3 * MAX_CLIENTS, writes=3))
    def reveal_group(
        self, origin: Origin, task: TaskId, number: RoundNumber, aggregate: Aggregate, salt: Bytes32
    ) -> None:
        """Open the seal of what an aggregator made of its group's updates; state it where no group has two of them."""
        who = ensure_signed(origin)
        tier = self._tier_of(task, number, who)
        if self.course(task, number).hides:
            from pallets.federated_round.secrecy.tiers import check_group  # what open rounds never load

            check_group(self, (task, number), tier, aggregate)
        else:
            self._check_group(task, number, tier, aggregate)
        if aggregate.model is not None:
            ensure_bytes(aggregate.model)
        open_seal(self, who, (task, number), Stage.GROUP, aggregate, salt)
        self.group_aggregates.insert((task, number, who), aggregate)

    @call(18, weight=delivery_weight)
    def deliver(self, origin: Origin, task: TaskId, base: Hash | None, data: DataCommitment, seal: Hash) -> None:
        """Seal an update for a buffer, at any time: into the round that is filling, or to wait for the next.

        base: the version that the client began from; the seal names `ANY_ROUND` in place of a round
        """
        who = ensure_signed(origin)
        found = self.task(task)
        shape, newest = _buffered(found), self.config.models.model(found.model).latest
        ensure_may_deliver(self, task, found, who, data)
        versions = versions_back(self.config.models, newest, shape.largest_staleness)
        staleness_in(versions, base)
        again = self.redone.get((task, found.rounds - 1)) if found.is_live else None
        if again is not None:
            self._deliver_again((task, found.rounds - 1), found, Delivery(who, data, base, seal), versions, again)
            return
        ensure(not is_waiting(self, task, who), AlreadyCommitted)
        delivery = Delivery(who, data, base, seal)
        key = (task, found.rounds - 1)
        is_free = found.is_live and has_room(self, key, found) and not self.taken.contains_key((*key, who))
        if is_free:
            take(self, key, found, delivery, versions)
            return
        waiting = self.inbox.get(task)
        ensure(len(waiting) < MAX_WAITING, TooManyWaiting)
        self.inbox.insert(task, (*waiting, delivery))
        self.deposit_event(DeliveryWaits(task, who))

    @call(19, weight=db(reads=3, writes=3))
    def reveal_delivery(
        self, origin: Origin, task: TaskId, number: RoundNumber, update: Artifact, salt: Bytes32
    ) -> None:
        """Open the seal of an update that a round has taken."""
        who = ensure_signed(origin)
        ensure_bytes(update)
        ensure(self.taken.contains_key((task, number, who)), NothingCommitted)
        open_seal(self, who, (task, number), Stage.UPDATE, update, salt, ANY_ROUND)
        self.updates.insert((task, number, who), update)

    def _deliver_again(
        self,
        key: tuple[TaskId, RoundNumber],
        task: Task,
        delivery: Delivery,
        versions: tuple[Hash | None, ...],
        again: RoundNumber,
    ) -> None:
        """Into the round that does again the one that the client was in, and nowhere else."""
        ensure(not self.taken.contains_key((*key, delivery.account)), AlreadyCommitted)
        ensure(has_room(self, key, task), WrongPhase)
        ensure(delivery.base == base_again(self, key[0], again, delivery.account), StaleUpdate)
        take(self, key, task, delivery, versions)

    def _tier_of(self, task: TaskId, number: RoundNumber, who: AccountId) -> Tier:
        for tier in self.tiers.get((task, number)) or ():
            if who in tier.aggregators:
                return tier
        raise NotDrawn

    def _check_group(self, task: TaskId, number: RoundNumber, tier: Tier, aggregate: Aggregate) -> None:
        revealed = [client for client in self.revealed(task, number, Stage.UPDATE) if client in tier.clients]
        ensure(aggregate.invalid == tuple(each for each in revealed if each in aggregate.invalid), UnknownClient)
        ensure((aggregate.model is None) == (len(aggregate.invalid) == len(revealed)), EmptyArtifact)
        ensure(aggregate.state is None and not aggregate.unsummed, ShapeUnsuited)


def _buffered(task: Task) -> Buffered:
    shape = task.terms.shape
    if not isinstance(shape, Buffered):
        raise ShapeUnsuited
    return shape
