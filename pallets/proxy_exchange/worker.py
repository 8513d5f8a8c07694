"""The offchain side of an exchange: joins, trains, shows the proxy, hears a peer's, and takes the exchange on.

It decides from the state alone and keeps nothing but the client's own models, so it can be stopped in any block; a
client that lost its private model begins another, and one that comes late begins with the round in which it comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from logging import getLogger
from typing import Final

from chain.content.cid import CidError
from chain.content.store import ContentError
from chain.primitives import BlockNumber, Hash
from chain.runtime_api import CapabilityDenied, OffchainNode, SubmissionRefused
from pallets.federated_round.data import DataError, check_shape
from pallets.federated_round.local_noise import noised
from pallets.federated_round.settings import LinearSettings, SettingsError, decode_settings, quantiser_of
from pallets.federated_round.strategies import StrategyError
from pallets.federated_round.types import DataCommitment
from pallets.frame.call import RuntimeCall, call_of
from pallets.learning.fixed_point import Overflow
from pallets.learning.linear_model import (
    LinearDecodeError,
    LinearModel,
    LinearModelError,
    decode_linear,
    empty_model,
    encode_linear,
)
from pallets.ml_registry.artifact import Artifact, ArtifactMismatch, fetch, publish
from pallets.proxy_exchange.calls import ExchangeCalls
from pallets.proxy_exchange.course import is_due
from pallets.proxy_exchange.models import DOMAIN, Models, Pair, begun_from, own_models
from pallets.proxy_exchange.operator import Peer, peer_of
from pallets.proxy_exchange.types import Exchange, ExchangeId, Outcome, Phase

log = getLogger(__name__)

PATIENCE: Final[BlockNumber] = 2
"""Blocks before a deadline in which a worker stops waiting for a proxy that its store has not got."""

HINDRANCES = (
    ArtifactMismatch,
    CapabilityDenied,
    CidError,
    ContentError,
    DataError,
    LinearModelError,
    Overflow,
    SettingsError,
    StrategyError,
    SubmissionRefused,
)
"""What may keep a worker from its duty without being a bug: others' artifacts, the pool, the node's own limits."""


def work(exchanges: ExchangeCalls, now: BlockNumber, node: OffchainNode) -> None:
    """Do what the node's account owes now, in every exchange that its operator joins."""
    peer = peer_of(node.data)
    if peer is None:
        return
    for number, found in sorted(exchanges.exchanges.iter()):
        if found is not None and found.outcome is Outcome.DATA_ERASED and found.seed is not None:
            Models(node, number, found.seed).forget(found.number)
        if found is None or found.phase is Phase.ENDED or not peer.joins(number):
            continue
        try:
            _Errand(exchanges, node, peer, now, number, found).run()
        except HINDRANCES as problem:
            log.warning("exchange %d, round %d, %s: %s", number, found.number, found.phase.name, problem)


@dataclass(frozen=True)
class _Errand:
    """One exchange, as the worker of one account finds it."""

    exchanges: ExchangeCalls
    node: OffchainNode
    peer: Peer
    now: BlockNumber
    number: ExchangeId
    exchange: Exchange

    def run(self) -> None:
        """Do the first thing that is due."""
        if not self.exchanges.members.contains_key((self.number, self.node.account)):
            self._join()
        elif self._is_due:
            self._go_on()
        elif self.exchange.phase is Phase.PUSH:
            self._push()
        elif self.exchange.phase is Phase.ACKNOWLEDGE:
            self._acknowledge()

    def _join(self) -> None:
        local = self.peer.data
        is_late = self.exchange.phase is not Phase.JOIN
        if is_late and self.exchange.number + 1 >= self.exchange.plan.rounds:
            return
        if not is_late and self.now + 1 >= self.exchange.deadline:
            return  # until the ring is drawn nobody joins it
        try:
            check_shape(local.data, self.start.features, self.settings.classes)
        except DataError as problem:
            log.info("exchange %d: the operator's rows do not suit it: %s", self.number, problem)
            return
        if self.exchanges.may_train(self.exchange.plan.purpose, self.node.account, local.root):
            data = DataCommitment(local.root, len(local.data))
            self._submit(b"join", call_of(self.exchanges.join, exchange=self.number, data=data))

    @property
    def _is_due(self) -> bool:
        """Whether the next block can take the exchange on; the hash that draws the ring is known a block later."""
        return is_due(self.exchange, self.now if self.exchange.phase is Phase.JOIN else self.now + 1)

    def _go_on(self) -> None:
        """One member takes the exchange on, another each block, so that the others pay nothing for it."""
        members = list(self.exchanges.members_of(self.number))
        if members[self.now % len(members)] == self.node.account:
            self._submit(b"go on", call_of(self.exchanges.go_on, exchange=self.number))

    def _push(self) -> None:
        who, round_number, seed = self.node.account, self.exchange.number, self.exchange.seed
        place = (self.number, round_number, who)
        if seed is None or self.exchanges.pushes.contains_key(place):
            return
        if who not in (self.exchanges.rings.get((self.number, round_number)) or ()):
            return  # joined in this round: the next has a ring with a place for it
        models = Models(self.node, self.number, seed)
        pair = models.recall(round_number)
        if pair is None:
            pair = self._trained(models)
            models.keep(round_number, pair)
        proxy = publish(self.node, pair.proxy)
        call = call_of(self.exchanges.push, exchange=self.number, number=round_number, proxy=proxy)
        self._submit(b"push %d" % round_number, call)

    def _trained(self, models: Models) -> Pair:
        # numpy is for those who train
        from pallets.learning.proxy_exchange.mutual_training import MutualParameters, train_mutually
        from pallets.learning.training_rows import TrainingError

        plan, data = self.exchange.plan, self.peer.data.data
        member = self.exchanges.members.get((self.number, self.node.account))
        if member is None or member.data.root != self.peer.data.root:
            raise StrategyError("the operator has other data than it joined with")
        private, proxy = self._begun(models)
        parameters = MutualParameters(self.settings.parameters, plan.share)
        try:
            own, shown = train_mutually(private, proxy, data.rows(), data.targets, parameters)
        except TrainingError as error:
            raise StrategyError(str(error)) from None
        begun = encode_linear(proxy)
        return Pair(encode_linear(own), noised(plan.noise, encode_linear(shown), begun, self.node.random_seed))

    def _begun(self, models: Models) -> tuple[LinearModel, LinearModel]:
        """What this round begins with; where the proxy that was heard is gone for good, without it."""
        try:
            return begun_from(self.exchanges, models, self.exchange.number, self.start, self._fetched)
        except (ArtifactMismatch, ContentError):
            if not self._is_urgent:
                raise
        return own_models(models, self.exchange.number, self.start)

    @property
    def _is_urgent(self) -> bool:
        return self.now + PATIENCE >= self.exchange.deadline

    def _acknowledge(self) -> None:
        round_number, who = self.exchange.number, self.node.account
        if not self.exchanges.pushes.contains_key((self.number, round_number, who)):
            return
        if self.exchanges.heard.contains_key((self.number, round_number, who)):
            return
        source = self.exchanges.source_for(self.number, round_number, who)
        proxy = None if source is None else self.exchanges.pushes.get((self.number, round_number, source))
        if proxy is None:
            return
        try:
            self._checked(fetch(self.node, proxy))
            root: Hash | None = proxy.root
        except ContentError:
            if not self._is_urgent:
                return  # it may still come
            root = None
        except (ArtifactMismatch, CidError, StrategyError) as problem:
            log.info("exchange %d, round %d: a peer's proxy: %s", self.number, round_number, problem)
            root = None
        call = call_of(self.exchanges.acknowledge, exchange=self.number, number=round_number, root=root)
        self._submit(b"acknowledge %d" % round_number, call)

    def _checked(self, proxy: bytes) -> None:
        """Raises StrategyError where bytes are no proxy of this exchange."""
        try:
            found = decode_linear(proxy)
        except LinearDecodeError as error:
            raise StrategyError(str(error)) from None
        if (found.kind, found.features, found.classes) != (self.start.kind, self.start.features, self.start.classes):
            raise StrategyError(f"a {found.kind.name.lower()} of {found.features} features and {found.classes} classes")

    @cached_property
    def settings(self) -> LinearSettings:
        """What is trained, and how; raises SettingsError, and what `fetch` raises."""
        found = decode_settings(self._fetched(self.exchange.plan.settings))
        if not isinstance(found, LinearSettings):
            raise SettingsError(f"{type(found).__name__} for an exchange of linear proxies")
        return found

    @cached_property
    def start(self) -> LinearModel:
        """The model that everybody begins with."""
        return empty_model(self.settings.kind, len(quantiser_of(self.settings).ranges), self.settings.classes)

    def _fetched(self, artifact: Artifact) -> bytes:
        return fetch(self.node, artifact)

    def _submit(self, act: bytes, call: RuntimeCall) -> None:
        """Send a call, unless the same act was sent a few blocks ago."""
        key = DOMAIN + self.number.to_bytes(4, "little") + b"submitted" + act
        found = self.node.local_get(key)
        last = None if found is None else int.from_bytes(found, "little")
        if last is not None and last <= self.now < last + self.exchanges.config.retry_after:
            return
        self.node.submit_signed(call)
        self.node.local_set(key, self.now.to_bytes(4, "little"))
