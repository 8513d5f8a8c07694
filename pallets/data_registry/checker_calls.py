"""The calls of the data registry for those who check data sets, and for those who doubt one."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import AccountId, Bytes32, Hash
from pallets.data_registry.calls import OwnerCalls
from pallets.data_registry.checks import open_check, seal_of
from pallets.data_registry.errors import (
    AlreadyChecker,
    AlreadyRefuted,
    AlreadySealed,
    CheckIsOpen,
    NotChecker,
    NothingSealed,
    NotOnPanel,
    SealBroken,
    StakeTooSmall,
    TooManyCheckers,
    WrongPhase,
)
from pallets.data_registry.events import Challenged, CheckersChanged, VerdictRevealed, VerdictSealed
from pallets.data_registry.types import Check, CheckPhase, DataSetId, Status, Verdict, VerdictBallot
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.weight import db


class CheckerCalls(OwnerCalls):
    """What checkers and challengers do."""

    @call(6, weight=db(reads=2, writes=1))
    def join_checkers(self, origin: Origin) -> None:
        """Be drawn for panels from now on; the account's stake answers for its verdicts."""
        who, checkers = ensure_signed(origin), self.checkers.get()
        ensure(who not in checkers, AlreadyChecker)
        ensure(len(checkers) < self.config.max_checkers, TooManyCheckers)
        ensure(self.config.stakes.active(who) >= self.config.minimum_stake, StakeTooSmall)
        self.checkers.put((*checkers, who))
        self.deposit_event(CheckersChanged(who, True))

    @call(7, weight=db(reads=2, writes=1))
    def leave_checkers(self, origin: Origin, who: AccountId) -> None:
        """Be drawn no more; anybody may say so of a checker whose stake has become too small.

        What an account was drawn for before, it still owes.
        """
        caller, checkers = ensure_signed(origin), self.checkers.get()
        ensure(who in checkers, NotChecker)
        ensure(caller == who or self.config.stakes.active(who) < self.config.minimum_stake, NotChecker)
        self.checkers.put(tuple(each for each in checkers if each != who))
        self.deposit_event(CheckersChanged(who, False))

    @call(8, weight=db(reads=5, writes=4))
    def request_check(self, origin: Origin, data_set: DataSetId) -> None:
        """Have a data set checked again: its owner pays the fee, anybody else doubts it and pledges a bond."""
        who, found = ensure_signed(origin), self.data_set(data_set)
        ensure(found.status is not Status.REFUTED, AlreadyRefuted)
        ensure(not self.checks.contains_key(data_set), CheckIsOpen)
        if who == found.owner:
            open_check(self, data_set, found.owner, None, self.config.check_fee)
            return
        open_check(self, data_set, found.owner, who, self.config.challenge_bond)
        self.deposit_event(Challenged(data_set, who))

    @call(9, weight=db(reads=2, writes=2))
    def seal_verdict(self, origin: Origin, data_set: DataSetId, seal: Hash) -> None:
        """Commit to a verdict that nobody can read or copy yet."""
        who = ensure_signed(origin)
        check = self._check_in(data_set, CheckPhase.COMMIT)
        ensure(who in check.panel, NotOnPanel)
        ensure(not self.ballots.contains_key((data_set, who)), AlreadySealed)
        self.ballots.insert((data_set, who), VerdictBallot(seal, None))
        self.checks.insert(data_set, replace(check, acted=check.acted + 1))
        self.deposit_event(VerdictSealed(data_set, who))

    @call(10, weight=db(reads=2, writes=2))
    def reveal_verdict(self, origin: Origin, data_set: DataSetId, verdict: Verdict, salt: Bytes32) -> None:
        """Tell the verdict that was sealed."""
        who = ensure_signed(origin)
        check = self._check_in(data_set, CheckPhase.REVEAL)
        ballot = self.ballots.get((data_set, who))
        if ballot is None or ballot.verdict is not None:
            raise NothingSealed
        ensure(seal_of(data_set, check.opened, who, salt, verdict) == ballot.seal, SealBroken)
        self.ballots.insert((data_set, who), replace(ballot, verdict=verdict))
        self.checks.insert(data_set, replace(check, acted=check.acted + 1))
        self.deposit_event(VerdictRevealed(data_set, who, verdict))

    # Parts

    def _check_in(self, data_set: DataSetId, phase: CheckPhase) -> Check:
        check = self.check(data_set)
        ensure(check.phase is phase, WrongPhase)
        return check
