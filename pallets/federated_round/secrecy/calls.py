"""The calls of hidden rounds: keys, shares, what is missing, and the shares that survivors open.

Keys need no list of all that ever served. Nobody can announce for another or for another round: the transaction is
signed, and says which round it is for. Whatever follows from a key is bound to the digest of its roster, and thereby
to the round's seed (`learning.secure_aggregation.agreement`): masks and seals of an older round fit nothing here,
though the keys were the same. A client that announces an old key of its own after all, which no worker does, may have
had it opened when it dropped; it counts among those who tell all they know. A key of somebody else's is of no use to
who cannot seal shares with it. In one round it would stop its group, so there it is refused; whose key was copied
announces another.
"""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import U32, U128, AccountId, Bytes32
from pallets.federated_round.errors import (
    AlreadyCommitted,
    EmptyArtifact,
    KeyReplayed,
    KeyWeak,
    NotDrawn,
    NotInSum,
    UnknownClient,
    WrongPhase,
)
from pallets.federated_round.events import KeysAnnounced, MissingReported, SharesDealt, SharesOpened
from pallets.federated_round.secrecy.reading import groups_of, keys_in, own_group
from pallets.federated_round.secrecy.types import PublicKeys
from pallets.federated_round.shapes.root import check_root
from pallets.federated_round.storage import RoundStorage
from pallets.federated_round.types import MAX_CLIENTS, Aggregate, Phase, Role, Round, RoundNumber, Stage, TaskId
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.view import view_function
from pallets.frame.weight import db
from pallets.ml_registry.artifact import Artifact


class SecrecyCalls(RoundStorage):
    """What clients and aggregators do in hidden rounds, and only there."""

    @call(13, weight=db(reads=4 + MAX_CLIENTS, writes=2))
    def announce_keys(self, origin: Origin, task: TaskId, number: RoundNumber, mask: Bytes32, channel: Bytes32) -> None:
        """Announce the X25519 keys of one round: for masks, and for sealing shares. In a round no key serves twice."""
        from pallets.learning.secure_aggregation.messages import is_weak_key  # what open rounds never load

        who = ensure_signed(origin)
        found = self.live_round(task, number, Phase.ANNOUNCE_KEYS)
        ensure(who in self.holders(task, number, Role.CLIENT), NotDrawn)
        ensure(not self.public_keys.contains_key((task, number, who)), AlreadyCommitted)
        ensure(not is_weak_key(mask) and not is_weak_key(channel), KeyWeak)
        announced = keys_in(self, (task, number))
        ensure(mask != channel and not {mask, channel} & announced.keys(), KeyReplayed)
        self.public_keys.insert((task, number, who), PublicKeys(mask, channel))
        self._count(task, number, found)
        self.deposit_event(KeysAnnounced(task, number, who))

    @call(14, weight=db(reads=3, writes=2))
    def deal_shares(self, origin: Origin, task: TaskId, number: RoundNumber, dealing: Artifact) -> None:
        """Name the sealed shares that the caller dealt to its group."""
        who = ensure_signed(origin)
        found = self.live_round(task, number, Phase.DEAL_SHARES)
        ensure(own_group(self, (task, number), who) is not None, NotInSum)
        ensure(not self.dealings.contains_key((task, number, who)), AlreadyCommitted)
        ensure(dealing.size > 0 and len(dealing.cid) > 0, EmptyArtifact)
        self.dealings.insert((task, number, who), dealing)
        self._count(task, number, found)
        self.deposit_event(SharesDealt(task, number, who, dealing))

    @call(15, weight=db(reads=4, writes=2))
    def report_missing(self, origin: Origin, task: TaskId, number: RoundNumber, missing: U32) -> None:
        """Say whose shares, or masked updates, are not there or not right: a bit for each drawn client.

        Dealers say it of shares, aggregators of updates; to say that nothing is missing ends the phase sooner.
        """
        who = ensure_signed(origin)
        found = self.course(task, number)
        clients = self.holders(task, number, Role.CLIENT)
        if found.phase is Phase.CHECK_SHARES:
            ensure(self.dealings.contains_key((task, number, who)), NotInSum)
        else:
            ensure(found.phase is Phase.CHECK_UPDATES, WrongPhase)
            ensure(who in self.holders(task, number, Role.AGGREGATOR), NotDrawn)
        ensure(missing >> len(clients) == 0, UnknownClient)
        place = (task, number, found.phase, who)
        ensure(not self.missing.contains_key(place), AlreadyCommitted)
        self.missing.insert(place, missing)
        self._count(task, number, found)
        self.deposit_event(MissingReported(task, number, found.phase, who, missing))

    @call(16, weight=db(reads=3, writes=2))
    def open_shares(self, origin: Origin, task: TaskId, number: RoundNumber, opening: Artifact) -> None:
        """Name the shares that the caller opens for the survivors that the chain has fixed."""
        who = ensure_signed(origin)
        found = self.live_round(task, number, Phase.OPEN_SHARES)
        group = own_group(self, (task, number), who)
        ensure(group is not None and who in group.accounts(group.survivors), NotInSum)
        ensure(not self.openings.contains_key((task, number, who)), AlreadyCommitted)
        ensure(opening.size > 0 and len(opening.cid) > 0, EmptyArtifact)
        self.openings.insert((task, number, who), opening)
        self._count(task, number, found)
        self.deposit_event(SharesOpened(task, number, who, opening))

    @view_function
    def privacy_spent(self, task: U32, number: U32, who: AccountId) -> U128 | None:
        """What the noisy sum of a round cost a client that is in it, in 10^-12 of rho; None where nothing bounds it.

        None, too, where the client is in no sum, or the task is closed.
        """
        from pallets.federated_round.secrecy.queries import noise_around

        found = None if self.tasks.get(task) is None else noise_around(self, task, number, who)
        return None if found is None else min(found.cost, 2**128 - 1)

    def _count(self, task: TaskId, number: RoundNumber, found: Round) -> None:
        """One more has acted."""
        self.rounds.insert((task, number), replace(found, acted=found.acted + 1))

    def ensure_dealer(self, task: TaskId, number: RoundNumber, who: AccountId) -> None:
        """Raises NotInSum where a client's update could not be unmasked."""
        group = own_group(self, (task, number), who)
        ensure(group is not None and who in group.accounts(group.dealers), NotInSum)

    def ensure_clients(self, task: TaskId, number: RoundNumber, aggregate: Aggregate) -> None:
        """Raises UnknownClient or EmptyArtifact where an aggregate is not of the clients that it can be of."""
        hides, has_tiers = self.course(task, number).hides, self.tiers.contains_key((task, number))
        if hides and has_tiers:
            from pallets.federated_round.secrecy.tiers import check_hidden_root

            check_hidden_root(self, (task, number), aggregate)
            return
        if hides:
            self._ensure_groups(task, number, aggregate)
            return
        if has_tiers:
            check_root(self, task, number, aggregate)
            return
        revealed = self.revealed(task, number, Stage.UPDATE)
        ensure(aggregate.invalid == tuple(each for each in revealed if each in aggregate.invalid), UnknownClient)
        ensure((aggregate.model is None) == (len(aggregate.invalid) == len(revealed)), EmptyArtifact)
        ensure(not aggregate.unsummed, UnknownClient)

    def _ensure_groups(self, task: TaskId, number: RoundNumber, aggregate: Aggregate) -> None:
        groups = groups_of(self, (task, number))
        dealers = sorted(who for group in groups for who in group.accounts(group.dealers))
        alive = [number for number, group in enumerate(groups) if group.is_alive]
        ensure(aggregate.invalid == tuple(each for each in dealers if each in aggregate.invalid), UnknownClient)
        ensure(aggregate.unsummed == tuple(each for each in alive if each in aggregate.unsummed), UnknownClient)
        ensure((aggregate.model is None) == (len(aggregate.unsummed) == len(alive)), EmptyArtifact)
