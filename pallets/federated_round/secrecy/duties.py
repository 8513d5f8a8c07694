"""What a worker owes in a hidden round: keys, shares, a masked update, opened shares; and the sums, for aggregators.

Every step is made again from the chain and the seed in the node's storage, so a worker may stop in any block. What the
chain fixed is compared with what this client told before: it deals, masks and opens once, whatever fork it is on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from logging import getLogger
from typing import Final

from chain.content.store import ContentError
from chain.primitives import AccountId
from pallets.federated_round.errand import UNAVAILABLE, Errand
from pallets.federated_round.secrecy.hidden_round import HiddenRound, members_of
from pallets.federated_round.secrecy.hiding import announcement_of, client_of, masked_update
from pallets.federated_round.secrecy.memory import HiddenMemory
from pallets.federated_round.secrecy.reading import keys_in
from pallets.federated_round.secrecy.sums import (
    BROKEN,
    Sums,
    artifacts_of,
    dealing_of,
    masked_of,
    shares_due,
    sum_of,
    sums_of,
)
from pallets.federated_round.secrecy.tiers import groups_to_judge
from pallets.federated_round.secrecy.types import Group
from pallets.federated_round.secrecy.vectors import Integers, Vectors, vectors_of
from pallets.federated_round.settings import decode_settings
from pallets.federated_round.stated import Stated, stated_aggregate, stated_artifact
from pallets.federated_round.strategies.strategy import ClientUpdate, StrategyError
from pallets.federated_round.types import Aggregate, Phase, Role, RoundNumber, Stage
from pallets.frame.call import call_of
from pallets.learning.aggregation.hierarchical import GroupDecodeError, decode_group, encode_group
from pallets.learning.linear_model import LinearDecodeError
from pallets.learning.secure_aggregation.client import Client
from pallets.learning.secure_aggregation.message_codec import encode_dealing, encode_revealed
from pallets.learning.secure_aggregation.messages import Dealing, Roster
from pallets.learning.secure_aggregation.messages import Stage as Told
from pallets.learning.secure_aggregation.refusals import SecureAggregationError
from pallets.ml_registry.artifact import Artifact, fetch

log = getLogger(__name__)


# Clients


def announce_keys(errand: Errand) -> None:
    """Begin the round's secrets, and announce the public keys that follow from them."""
    who, key = errand.node.account, (errand.task_id, errand.number)
    if who not in errand.rounds.holders(*key, Role.CLIENT) or errand.rounds.public_keys.contains_key((*key, who)):
        return
    seen, memory, taken = _seen(errand), _memory(errand), keys_in(errand.rounds, key)
    announced, act = announcement_of(seen, client_of(seen, who, memory.secret_or_new())), b"announce keys"
    if {announced.mask_public, announced.channel_public} & taken.keys():  # somebody has read them in the pool
        announced, act = announcement_of(seen, client_of(seen, who, memory.new_secret())), b"announce others"
    call = call_of(
        errand.rounds.announce_keys,
        task=errand.task_id,
        number=errand.number,
        mask=announced.mask_public,
        channel=announced.channel_public,
    )
    errand.submit(act, call)


def deal_shares(errand: Errand) -> None:
    """Deal shares of what hides the update to be, for the roster that the chain has fixed."""
    if errand.rounds.dealings.contains_key((errand.task_id, errand.number, errand.node.account)):
        return
    own = _Own.of(errand)
    if own is None:
        return
    dealing = own.dealt()
    errand.submit(
        b"deal shares",
        call_of(
            errand.rounds.deal_shares,
            task=errand.task_id,
            number=errand.number,
            dealing=errand.publish(encode_dealing(dealing)),
        ),
    )


def check_shares(errand: Errand) -> None:
    """Say which dealers' shares did not arrive, or are not those that they committed to."""
    place = (errand.task_id, errand.number, errand.round.phase, errand.node.account)
    if errand.rounds.missing.contains_key(place):
        return
    own = _Own.of(errand)
    if own is None or own.has_not_dealt:
        return
    own.dealt()
    missing, is_waiting = own.received(own.others_who_dealt())
    if is_waiting and not errand.is_urgent:
        return
    _report(errand, missing)


def open_shares(errand: Errand) -> None:
    """Open shares for the survivors that the block has fixed: of seeds for them, of keys for who dropped."""
    if errand.rounds.openings.contains_key((errand.task_id, errand.number, errand.node.account)):
        return
    own = _Own.of(errand)
    if own is None:
        return
    opened = own.opened()
    if opened is not None:
        artifact = errand.publish(opened)
        call = call_of(errand.rounds.open_shares, task=errand.task_id, number=errand.number, opening=artifact)
        errand.submit(b"open shares", call)


def may_mask(errand: Errand) -> bool:
    """Whether the account is a dealer, so that its update can be unmasked, and has not masked one for other dealers."""
    seen = _seen(errand)
    placed = seen.group_of(errand.node.account)
    if placed is None or placed[1] not in placed[0].dealers:
        return False
    group, _ = placed
    try:
        told = _memory(errand).told_dealers()
        return told in (None, members_of(Told.DEALERS, group.dealers).digest(seen.roster(group)))
    except SecureAggregationError as refusal:
        raise StrategyError(str(refusal)) from None


def masked(errand: Errand, update: bytes) -> Stated:
    """The update under masks; raises StrategyError where the chain asks for other masks than before."""
    own = _Own.of(errand)
    if own is None:
        raise StrategyError("this account has no keys in the round, or its node has not got them")
    try:
        data = own.masked(_vectors(errand).move(update))
    except (SecureAggregationError, LinearDecodeError) as refusal:
        raise StrategyError(str(refusal)) from None
    return stated_artifact(data)


def forget(errand: Errand, number: RoundNumber) -> None:
    """Drop the secrets of a round in which nothing more is opened."""
    key = (errand.task_id, number)
    course = errand.rounds.rounds.get(key)
    if course is not None and course.seed is not None:
        HiddenMemory(errand.node, *key, course.seed).forget()


class _Own:
    """The account's client in a round, as far as the chain is."""

    def __init__(
        self, errand: Errand, seen: HiddenRound, group: Group, place: int, client: Client, secret: bytes
    ) -> None:
        self.seen = seen
        self._errand, self._group, self._place = errand, group, place
        self._client, self._secret = client, secret
        self._memory = _memory(errand)
        self._roster: Roster = seen.roster(group)

    @classmethod
    def of(cls, errand: Errand) -> _Own | None:
        """None where the account is in no group, or its node has no secrets of the round; raises StrategyError."""
        who, seen = errand.node.account, _seen(errand)
        placed = seen.group_of(who)
        if placed is None:
            return None
        secret = _memory(errand).secret()
        if secret is None:
            log.warning("task %d, round %d: the client's secrets are lost", errand.task_id, errand.number)
            return None
        try:
            return cls(errand, seen, *placed, client_of(seen, who, secret), secret)
        except SecureAggregationError as refusal:
            raise StrategyError(f"the roster that the chain has is none: {refusal}") from None

    @property
    def has_not_dealt(self) -> bool:
        """Whether the chain has no shares of this client."""
        return not self.seen.rounds.dealings.contains_key((*self.seen.key, self._errand.node.account))

    def dealt(self) -> Dealing:
        """The dealing for the fixed roster, the same each time; raises StrategyError for another roster."""
        try:
            self._memory.tell_roster(self._group.roster)
            return self._client.deal(self._roster, self._group.roster)
        except SecureAggregationError as refusal:
            raise StrategyError(str(refusal)) from None

    def others_who_dealt(self) -> list[int]:
        """The places of the others whose shares the chain names."""
        dealt = self.seen.rounds.dealings
        members = enumerate(self._group.members)
        return [place for place, who in members if place != self._place and dealt.contains_key((*self.seen.key, who))]

    def received(self, places: list[int]) -> tuple[set[AccountId], bool]:
        """Take the shares of others: whose are missing or wrong, and whether some only have not come yet."""
        missing, is_waiting = set[AccountId](), False
        for place in places:
            try:
                dealing = dealing_of(self.seen, self._group, self._roster, place, self._read)
                self._client.receive([dealing])
            except (*BROKEN, SecureAggregationError) as problem:
                is_waiting |= isinstance(problem, ContentError)
                missing.add(self._group.members[place])
                log.info("round %s: shares of client %d: %s", self.seen.key, place, problem)
        return missing, is_waiting

    def masked(self, move: Integers) -> bytes:
        """The update under masks with the fixed dealers; move: how far it is from where all began."""
        self.dealt()
        self._memory.tell_dealers(members_of(Told.DEALERS, self._group.dealers).digest(self._roster))
        return masked_update(self.seen, self._client, self._group, move, self._secret)

    def opened(self) -> bytes | None:
        """The shares that the fixed survivors ask for; None where this client is not one of them, or lacks some.

        To be absent costs less than to withhold what one has not reported missing.
        """
        if self._place not in self._group.survivors:
            return None
        self.dealt()
        lacking, _ = self.received([place for place in self._group.dealers if place != self._place])
        due = shares_due(self.seen, self._group, self._errand.node.account)
        if any(self._group.members[place] in lacking for place in due):
            return None
        survivors = members_of(Told.SURVIVORS, self._group.survivors)
        digest = survivors.digest(self._roster)
        try:
            dealers = members_of(Told.DEALERS, self._group.dealers)
            self._memory.tell_dealers(dealers.digest(self._roster))
            self._memory.tell_survivors(digest)
            self._client.resume(dealers, dealers.digest(self._roster))
            return encode_revealed(self._client.reveal(survivors, digest))
        except SecureAggregationError as refusal:
            raise StrategyError(str(refusal)) from None

    def _read(self, artifact: Artifact) -> bytes:
        return fetch(self._errand.node, artifact)


# Aggregators and validators


def check_updates(errand: Errand) -> None:
    """Say whose masked updates are not there, or are none."""
    who, seen = errand.node.account, _seen(errand)
    place = (*seen.key, errand.round.phase, who)
    if who not in errand.rounds.holders(*seen.key, Role.AGGREGATOR) or errand.rounds.missing.contains_key(place):
        return
    parameters, missing, is_waiting = _vectors(errand).parameters, set[AccountId](), False
    judged = {client for group in groups_to_judge(errand.rounds, seen.key, who) for client in group.members}
    for client in errand.rounds.revealed(*seen.key, Stage.UPDATE):
        if client not in judged:
            continue
        try:
            masked_of(seen, client, parameters, lambda artifact: fetch(errand.node, artifact))
        except BROKEN as problem:
            is_waiting |= isinstance(problem, ContentError)
            missing.add(client)
    if is_waiting and not errand.is_urgent:
        return
    _report(errand, missing)


def are_there(errand: Errand) -> bool:
    """Whether all that the sums are made of can be fetched, or there is no time left to wait for it."""
    if errand.is_urgent:
        return True
    seen = _seen(errand)
    for artifact in artifacts_of(seen, groups_to_judge(errand.rounds, seen.key, errand.node.account)):
        try:
            fetch(errand.node, artifact)
        except ContentError:
            return False
        except UNAVAILABLE:
            continue  # no waiting makes this valid
    return True


def made_aggregate(errand: Errand) -> Stated:
    """The model that the task's rule makes of the groups' means."""
    sums = _sums(errand)
    if not sums.updates:
        return Aggregate(None, sums.invalid, None, sums.unsummed), ()
    joined = errand.strategy.aggregate(list(sums.updates), errand.base, errand.state)
    model = falsified(joined.model) if errand.operator.falsifies else joined.model
    return stated_aggregate(model, joined.state, sums.invalid, sums.unsummed)


def updates_to_judge(errand: Errand) -> list[ClientUpdate]:
    """The means of the groups in the agreed aggregate, as updates of their representatives."""
    judged = errand.rounds.judged_clients(errand.task_id, errand.number, errand.round)
    found = _anchored(errand) if errand.rounds.tiers.contains_key(_seen(errand).key) else _sums(errand).updates
    updates = [update for update in found if update.account in judged]
    if len(updates) != len(judged):
        raise StrategyError("a sum that the aggregators agree on cannot be found here")
    return updates


def falsified(model: bytes) -> bytes:
    """Another model, as an operator publishes who lies for a show or a test."""
    from pallets.learning.attacks import falsified as bent

    return bent(model)


def made_group(errand: Errand, clients: tuple[AccountId, ...]) -> Stated:
    """The exact sum of a hierarchical round's group, and who spoilt it, or tried."""
    seen, vectors = _seen(errand), _vectors(errand)
    group = next(group for group in seen.groups if group.members == clients)
    if not group.is_alive:
        return Aggregate(None, ()), ()
    found = sum_of(seen, group, vectors, lambda artifact: fetch(errand.node, artifact))
    if found.unmasked is None:
        return Aggregate(None, tuple(sorted(found.blamed))), ()
    data = encode_group(vectors.group_sum(found.unmasked, seen.encoding.fractional_bits))
    return stated_aggregate(data, None, tuple(sorted(found.blamed)))


def _anchored(errand: Errand) -> list[ClientUpdate]:
    """The means of what the groups of a hierarchical round have agreed on."""
    seen, vectors = _seen(errand), _vectors(errand)
    found = []
    for number, agreed in errand.rounds.groups_of_round(*seen.key).items():
        if agreed.model is None:
            continue
        try:
            anchored = decode_group(fetch(errand.node, agreed.model))
        except GroupDecodeError:
            continue  # which the root has left out
        who = seen.groups[number].representative
        found.append(ClientUpdate(who, anchored.samples, vectors.mean_of(anchored), number))
    return sorted(found, key=lambda update: update.account)


def _sums(errand: Errand) -> Sums:
    return sums_of(_seen(errand), _vectors(errand), lambda artifact: fetch(errand.node, artifact))


def _vectors(errand: Errand) -> Vectors:
    return vectors_of(decode_settings(fetch(errand.node, errand.task.terms.settings)), errand.base)


def _report(errand: Errand, missing: set[AccountId]) -> None:
    clients = errand.rounds.holders(errand.task_id, errand.number, Role.CLIENT)
    bits = sum(1 << place for place, client in enumerate(clients) if client in missing)
    call = call_of(errand.rounds.report_missing, task=errand.task_id, number=errand.number, missing=bits)
    errand.submit(b"report %d" % errand.round.phase, call)


def _seen(errand: Errand) -> HiddenRound:
    seed = errand.round.seed
    if seed is None:
        raise StrategyError("a round without a seed")
    return HiddenRound(errand.rounds, (errand.task_id, errand.number), errand.task.terms, seed)


def _memory(errand: Errand) -> HiddenMemory:
    seed = errand.round.seed
    if seed is None:
        raise StrategyError("a round without a seed")
    return HiddenMemory(errand.node, errand.task_id, errand.number, seed)


DUTIES: Final[Mapping[Phase, Callable[[Errand], None]]] = {
    Phase.ANNOUNCE_KEYS: announce_keys,
    Phase.DEAL_SHARES: deal_shares,
    Phase.CHECK_SHARES: check_shares,
    Phase.CHECK_UPDATES: check_updates,
    Phase.OPEN_SHARES: open_shares,
}
