"""The calls of the ProxyExchange pallet: what owners and members can do."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import U32, Hash
from pallets.federated_round.noise import LocalGaussian, check_noise, cost_of
from pallets.federated_round.rules import MEAN
from pallets.federated_round.types import DataCommitment
from pallets.frame.arithmetic import ensure_add
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.weight import db
from pallets.ml_registry.algorithms import LINEAR_AVERAGING
from pallets.ml_registry.artifact import Artifact
from pallets.proxy_exchange.errors import (
    AlreadyActed,
    AlreadyMember,
    EmptyArtifact,
    NoSamples,
    NothingDue,
    NothingHeard,
    NotMember,
    NotOwner,
    NotPermitted,
    PlanImpossible,
    PurposeUnknowable,
    TooManyMembers,
    WrongPhase,
    WrongProxy,
    WrongRound,
)
from pallets.proxy_exchange.events import Acknowledged, Closed, Joined, Left, Opened, Pushed
from pallets.proxy_exchange.storage import ExchangeStorage
from pallets.proxy_exchange.types import (
    MAX_MEMBERS,
    MAX_ROUNDS,
    WHOLE_SHARE,
    Exchange,
    ExchangeId,
    Heard,
    Member,
    Phase,
    Plan,
)

GOING_ON = db(reads=4 + 4 * MAX_MEMBERS, writes=4 + MAX_MEMBERS)
"""The most that taking an exchange on costs: a silent ring is looked at member by member."""

ROUND_RECORDS = 2 * MAX_MEMBERS + 1
"""Proxies and acknowledgements of a round, and its ring."""

CLOSED_RECORDS = MAX_ROUNDS * (ROUND_RECORDS + MAX_MEMBERS)
"""What an exchange leaves: its rounds, and the data of as many members as could come and go in each of them."""


class ExchangeCalls(ExchangeStorage):
    """The pallet's calls over its storage."""

    @call(0, weight=db(reads=3, writes=3))
    def open(self, origin: Origin, plan: Plan) -> None:
        """Open an exchange for whoever joins; its owner leaves a deposit until it is closed."""
        owner = ensure_signed(origin)
        self._check(plan)
        number, deposit = self.exchange_count.get(), self.config.deposit
        self.config.currency.hold(self.reason(), owner, deposit)
        self.exchange_count.put(ensure_add(U32, number, 1))
        deadline = self.block_number() + plan.join
        self.exchanges.insert(
            number, Exchange(owner, plan, deposit, Phase.JOIN, 0, deadline, 0, MAX_MEMBERS, 0, None, None)
        )
        self.deposit_event(Opened(number, owner))

    @call(1, weight=GOING_ON + db(reads=7, writes=3))
    def join(self, origin: Origin, exchange: ExchangeId, data: DataCommitment) -> None:
        """Take part with the rows of a root; whoever comes late is on the ring from the next round on."""
        who = ensure_signed(origin)
        found = self._advanced(exchange)
        ensure(found.phase is not Phase.ENDED, WrongPhase)
        ensure(found.phase is not Phase.JOIN or self.block_number() < found.deadline, WrongPhase)
        ensure(not self.members.contains_key((exchange, who)), AlreadyMember)
        ensure(found.members < MAX_MEMBERS, TooManyMembers)
        ensure(data.samples > 0, NoSamples)
        ensure(self.may_train(found.plan.purpose, who, data.root), NotPermitted)
        self.members.insert((exchange, who), Member(data, 0))
        if not self.named_by.contains_key(data.root):
            self.named_by.insert(data.root, who)
        self.exchanges.insert(exchange, replace(found, members=found.members + 1))
        self.deposit_event(Joined(exchange, who, data.samples))

    @call(2, weight=GOING_ON + db(reads=10, writes=7))
    def push(self, origin: Origin, exchange: ExchangeId, number: U32, proxy: Artifact) -> None:
        """Show a proxy, which goes to the peer that the round's hop leads to; it costs the member's privacy."""
        who = ensure_signed(origin)
        found = self._in_round(exchange, number, Phase.PUSH)
        ensure(proxy.size > 0 and len(proxy.cid) > 0, EmptyArtifact)
        member = self.members.get((exchange, who))
        if member is None or who not in (self.rings.get((exchange, number)) or ()):
            raise NotMember
        ensure(not self.pushes.contains_key((exchange, number, who)), AlreadyActed)
        ensure(self.may_train(found.plan.purpose, who, member.data.root), NotPermitted)
        if self.config.budgets is not None:
            self.config.budgets.charge(who, member.data.root, cost_of(found.plan.noise))
        self.pushes.insert((exchange, number, who), proxy)
        self.learnt.insert((exchange, member.data.root), True)
        self.deposit_event(Pushed(exchange, number, who, proxy))
        self._count(exchange, found)

    @call(3, weight=GOING_ON + db(reads=4 + MAX_MEMBERS, writes=3))
    def acknowledge(self, origin: Origin, exchange: ExchangeId, number: U32, root: Hash | None) -> None:
        """Say which proxy the caller has mixed with its own; None where what it should hear could not be read."""
        who = ensure_signed(origin)
        found = self._in_round(exchange, number, Phase.ACKNOWLEDGE)
        ensure(self.pushes.contains_key((exchange, number, who)), NothingHeard)
        ensure(not self.heard.contains_key((exchange, number, who)), AlreadyActed)
        source = self.source_for(exchange, number, who)
        proxy = None if source is None else self.pushes.get((exchange, number, source))
        if source is None or proxy is None:
            raise NothingHeard
        ensure(root is None or root == proxy.root, WrongProxy)
        self.heard.insert((exchange, number, who), Heard(source, root))
        self.deposit_event(Acknowledged(exchange, number, who, source, root))
        self._count(exchange, found)

    @call(4, weight=GOING_ON + db(reads=2, writes=2))
    def leave(self, origin: Origin, exchange: ExchangeId) -> None:
        """Take part no more, from the next round on."""
        who = ensure_signed(origin)
        found = self._advanced(exchange)
        ensure(self.members.contains_key((exchange, who)), NotMember)
        self.members.remove((exchange, who))
        self.exchanges.insert(exchange, replace(found, members=found.members - 1))
        self.deposit_event(Left(exchange, who, False))

    @call(5, weight=GOING_ON)
    def go_on(self, origin: Origin, exchange: ExchangeId) -> None:
        """Take an exchange on whose phase is over; anybody may."""
        ensure_signed(origin)
        before = self.exchange(exchange)
        ensure(self._advanced(exchange) != before, NothingDue)

    @call(6, weight=GOING_ON + db(reads=3 + CLOSED_RECORDS, writes=3 + CLOSED_RECORDS))
    def close(self, origin: Origin, exchange: ExchangeId) -> None:
        """Forget an exchange that is over, or that nobody has joined; the deposit is free."""
        owner = ensure_signed(origin)
        found = self._advanced(exchange)
        ensure(found.owner == owner, NotOwner)
        ensure(found.phase is Phase.ENDED or found.members == 0, WrongPhase)
        self.config.currency.release(self.reason(), owner, found.deposit)
        self.exchanges.remove(exchange)
        self.members.clear(prefix=(exchange,))
        self.learnt.clear(prefix=(exchange,))
        for records in (self.rings, self.pushes, self.heard):
            records.clear(prefix=(exchange,))
        self.deposit_event(Closed(exchange))

    # Parts

    def _advanced(self, exchange: ExchangeId) -> Exchange:
        """The exchange, taken on as far as it is due."""
        from pallets.proxy_exchange.course import advanced  # what a chain without exchanges never loads

        return advanced(self, exchange, self.block_number())

    def _check(self, plan: Plan) -> None:
        ensure(plan.settings.size > 0 and len(plan.settings.cid) > 0, EmptyArtifact)
        ensure(min(plan.join, plan.push, plan.acknowledge) > 0, PlanImpossible)
        ensure(1 <= plan.rounds <= MAX_ROUNDS and plan.share <= WHOLE_SHARE, PlanImpossible)
        ensure(2 <= plan.minimum_members <= MAX_MEMBERS, PlanImpossible)
        ensure(plan.purpose is None or self.config.permits is not None, PurposeUnknowable)
        if isinstance(plan.noise, LocalGaussian):
            check_noise(plan.noise, LINEAR_AVERAGING, MEAN)

    def _in_round(self, exchange: ExchangeId, number: U32, phase: Phase) -> Exchange:
        found = self._advanced(exchange)
        ensure(found.number == number, WrongRound)
        ensure(found.phase is phase, WrongPhase)
        return found

    def _count(self, exchange: ExchangeId, found: Exchange) -> None:
        """One more has acted; the last of them takes the exchange on."""
        self.exchanges.insert(exchange, replace(found, acted=found.acted + 1))
        self._advanced(exchange)
