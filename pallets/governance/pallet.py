"""An alliance that decides together: members propose a call, vote, and root makes it after a delay.

The vote of a member counts as long as the account is one. A proposal is decided as soon as more than half of the
members approve, or half of them reject; undecided at the end of its period it is rejected. Deposits come back in
every case, at the decision. Slashed stake gathers in the treasury, which only proposals can spend.
"""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import Annotated

from chain.primitives import U32, AccountId, Balance, BlockNumber, Err, MaxLen, Ok
from chain.record import record
from pallets.frame.arithmetic import ensure_add
from pallets.frame.call import RuntimeCall, call
from pallets.frame.error import BadOrigin, DispatchError, DispatchFailure, PalletError, ensure
from pallets.frame.event import PalletEvent
from pallets.frame.origin import ROOT, Origin, ensure_root, ensure_signed, ensure_signed_or_root
from pallets.frame.pallet import Pallet, config
from pallets.frame.storage import CountedStorageMap, StorageDoubleMap, StorageMap, StorageValue, Twox64
from pallets.frame.traits import Preservation, hold_reason
from pallets.frame.weight import Weight, db
from pallets.governance.types import Config, Proposal, ProposalId


class HoldReason(IntEnum):
    """Why funds are held."""

    PROPOSAL = 0


@config
class Genesis:
    """The first members."""

    members: tuple[AccountId, ...] = ()


class Event(PalletEvent):
    """What happened."""


class Proposed(Event):
    """A member proposed a call; the vote ends in block `ends`."""

    proposal: ProposalId
    proposer: AccountId
    ends: BlockNumber


class Voted(Event):
    """A member voted, or voted anew."""

    proposal: ProposalId
    who: AccountId
    approve: bool


class Accepted(Event):
    """The call will be made in block `at`."""

    proposal: ProposalId
    ayes: U32
    nays: U32
    at: BlockNumber


class Rejected(Event):
    """The call will not be made."""

    proposal: ProposalId
    ayes: U32
    nays: U32


class Cancelled(Event):
    """The proposal was taken back."""

    proposal: ProposalId


class Enacted(Event):
    """The call was made, with this result."""

    proposal: ProposalId
    result: Ok[None] | Err[DispatchFailure]


class MemberAdded(Event):
    """An account joined."""

    who: AccountId


class MemberRemoved(Event):
    """An account left."""

    who: AccountId


class Spent(Event):
    """The treasury paid."""

    beneficiary: AccountId
    amount: Balance


class Error(PalletError):
    """Why a call failed."""


class NotMember(Error):
    """Only members may do this."""


class AlreadyMember(Error):
    """The account is a member."""


class TooManyMembers(Error):
    """The alliance is full."""


class LastMember(Error):
    """The last member cannot leave."""


class UnknownProposal(Error):
    """No proposal has this id, or it is over."""


class VoteIsOver(Error):
    """The proposal was accepted."""


class Undecided(Error):
    """Members who have not voted can still turn the vote."""


class TooManyProposals(Error):
    """Others have to be decided and enacted first."""


class CallTooLarge(Error):
    """The call has too many bytes."""


class CallTooHeavy(Error):
    """The call weighs too much to be made beside others at the beginning of a block."""


@record
class Tally:
    """The votes of those who are members now."""

    ayes: int
    nays: int
    members: int

    @property
    def is_approved(self) -> bool:
        """More than half approve."""
        return 2 * self.ayes > self.members

    @property
    def is_decided(self) -> bool:
        """Nobody who is still to vote can change the outcome."""
        return self.is_approved or 2 * self.nays >= self.members


class Governance(Pallet[Config]):
    """Members, proposals, and what they decide."""

    members: StorageValue[Annotated[tuple[AccountId, ...], MaxLen(Config.max_members)]]
    """The alliance, in ascending order."""

    proposals: CountedStorageMap[Twox64[ProposalId], Proposal | None]
    """Proposals under vote or waiting for their block."""

    proposal_count: StorageValue[U32]
    """The id of the next proposal."""

    votes: StorageDoubleMap[Twox64[ProposalId], AccountId, bool | None]
    """Who approves which proposal under vote."""

    agenda: StorageMap[Twox64[BlockNumber], Annotated[tuple[ProposalId, ...], MaxLen(Config.max_proposals)]]
    """What is due in which block."""

    # Calls

    @call(0, weight=db(reads=8, writes=7))
    def propose(self, origin: Origin, call: RuntimeCall) -> None:
        """Ask the members to have root make a call; the deposit is held until the vote is over."""
        who = self._ensure_member(origin)
        ensure(self.proposals.count() < self.config.max_proposals, TooManyProposals)
        ensure(len(call.encode()) <= self.config.max_call_bytes, CallTooLarge)
        ensure(not call.info().total_weight.exceeds(self.config.max_weight), CallTooHeavy)
        number, ends = self.proposal_count.get(), ensure_add(U32, self.block_number(), self.config.voting_period)
        self.config.currency.hold(hold_reason(self, HoldReason.PROPOSAL), who, self.config.deposit)
        self.proposal_count.put(ensure_add(U32, number, 1))
        self.proposals.insert(number, Proposal(who, call, self.config.deposit, ends, False))
        self._add_to_agenda(number, ends)
        self.deposit_event(Proposed(number, who, ends))

    @call(1, weight=db(reads=3, writes=1))
    def vote(self, origin: Origin, proposal: ProposalId, approve: bool) -> None:
        """Approve or reject; the newest vote of a member counts."""
        who = self._ensure_member(origin)
        ensure(not self._proposal(proposal).is_accepted, VoteIsOver)
        self.votes.insert((proposal, who), approve)
        self.deposit_event(Voted(proposal, who, approve))

    @call(2, weight=db(reads=74, writes=74))
    def close(self, origin: Origin, proposal: ProposalId) -> None:
        """End a vote that is decided before its period is over; anybody may."""
        ensure_signed(origin)
        found = self._proposal(proposal)
        ensure(not found.is_accepted, VoteIsOver)
        ensure(self.tally(proposal).is_decided, Undecided)
        self._remove_from_agenda(proposal, found.due)
        self._decide(proposal, found)

    @call(3, weight=db(reads=74, writes=74))
    def cancel_proposal(self, origin: Origin, proposal: ProposalId) -> None:
        """Take back a proposal: its proposer as long as it is under vote, root also when it was accepted."""
        who = ensure_signed_or_root(origin)
        found = self._proposal(proposal)
        if who is not None:
            ensure(who == found.proposer, BadOrigin())
            ensure(not found.is_accepted, VoteIsOver)
        self._remove_from_agenda(proposal, found.due)
        self._end_vote(proposal, found)
        self.proposals.remove(proposal)
        self.deposit_event(Cancelled(proposal))

    @call(4, weight=db(reads=1, writes=1))
    def add_member(self, origin: Origin, who: AccountId) -> None:
        """Admit an account; root only, so a proposal's work."""
        ensure_root(origin)
        members = self.members.get()
        ensure(who not in members, AlreadyMember)
        ensure(len(members) < self.config.max_members, TooManyMembers)
        self.members.put(tuple(sorted((*members, who))))
        self.deposit_event(MemberAdded(who))

    @call(5, weight=db(reads=1, writes=1))
    def remove_member(self, origin: Origin, who: AccountId) -> None:
        """Expel an account; root only. Its votes count no longer."""
        ensure_root(origin)
        members = self.members.get()
        ensure(who in members, NotMember)
        ensure(len(members) > 1, LastMember)
        self.members.put(tuple(member for member in members if member != who))
        self.deposit_event(MemberRemoved(who))

    @call(6, weight=db(reads=4, writes=3))
    def spend(self, origin: Origin, beneficiary: AccountId, amount: Balance) -> None:
        """Pay out of the treasury; root only."""
        ensure_root(origin)
        self.config.currency.transfer(self.treasury(), beneficiary, amount, Preservation.EXPENDABLE)
        self.deposit_event(Spent(beneficiary, amount))

    # Questions

    def treasury(self) -> AccountId:
        """The alliance's own account."""
        return self.account_id(b"treasury")

    def tally(self, proposal: ProposalId) -> Tally:
        """How the vote stands."""
        members = self.members.get()
        votes = [self.votes.get((proposal, member)) for member in members]
        return Tally(votes.count(True), votes.count(False), len(members))

    # Hooks

    def on_initialize(self, now: BlockNumber) -> Weight:
        """End the votes whose period is over, and make the calls whose delay is."""
        due = self.agenda.take(now)
        weight = db(reads=1, writes=1)
        for number in due:
            found = self.proposals.get(number)
            if found is None:  # a call made just before cancelled it
                continue
            if found.is_accepted:
                weight = weight + db(reads=2, writes=2) + self._enact(number, found)
            else:
                self._decide(number, found)
                weight = weight + db(reads=74, writes=74)
        return weight

    def build_genesis(self, genesis: Genesis) -> None:
        """Write the first members."""
        self.members.put(tuple(sorted(genesis.members)))

    def try_state(self) -> None:
        """Every proposal is on the agenda of a later block, and its deposit is on hold."""
        deposits: dict[AccountId, int] = {}
        for number, proposal in self.proposals.iter():
            assert proposal is not None
            assert proposal.due > self.block_number(), f"proposal {number} was due in block {proposal.due}"
            assert number in self.agenda.get(proposal.due), f"proposal {number} is on no agenda"
            deposits[proposal.proposer] = deposits.get(proposal.proposer, 0) + proposal.deposit
        for who, amount in deposits.items():
            held = self.config.currency.balance_on_hold(hold_reason(self, HoldReason.PROPOSAL), who)
            assert held == amount, f"{who.hex()} has {held} on hold for deposits of {amount}"
        assert sum(len(due) for _, due in self.agenda.iter()) == self.proposals.count(), "the agenda has stale entries"

    def integrity_test(self) -> None:
        """A period without blocks would never be visited."""
        assert self.config.voting_period > 0, "the voting period is 0"
        assert self.config.enactment_delay > 0, "the enactment delay is 0"

    # Parts

    def _ensure_member(self, origin: Origin) -> AccountId:
        who = ensure_signed(origin)
        ensure(who in self.members.get(), NotMember)
        return who

    def _proposal(self, number: ProposalId) -> Proposal:
        found = self.proposals.get(number)
        if found is None:
            raise UnknownProposal
        return found

    def _decide(self, number: ProposalId, proposal: Proposal) -> None:
        """Accept or reject; the proposal is on no agenda when this begins."""
        tally = self.tally(number)
        self._end_vote(number, proposal)
        if not tally.is_approved:
            self.proposals.remove(number)
            self.deposit_event(Rejected(number, tally.ayes, tally.nays))
            return
        at = self.block_number() + self.config.enactment_delay
        self.proposals.insert(number, replace(proposal, deposit=0, due=at, is_accepted=True))
        self._add_to_agenda(number, at)
        self.deposit_event(Accepted(number, tally.ayes, tally.nays, at))

    def _end_vote(self, number: ProposalId, proposal: Proposal) -> None:
        reason = hold_reason(self, HoldReason.PROPOSAL)
        self.config.currency.release(reason, proposal.proposer, proposal.deposit, best_effort=True)
        self.votes.clear(prefix=(number,))

    def _enact(self, number: ProposalId, proposal: Proposal) -> Weight:
        weight = proposal.call.info().total_weight
        self.proposals.remove(number)
        try:
            self.config.dispatcher.dispatch(proposal.call, ROOT)
        except DispatchError as error:
            failure = self.config.dispatcher.failure_of(error)
            self.deposit_event(Enacted(number, Err(failure)))
        else:
            self.deposit_event(Enacted(number, Ok(None)))
        return weight

    def _add_to_agenda(self, number: ProposalId, at: BlockNumber) -> None:
        self.agenda.mutate(at, lambda due: (*due, number))

    def _remove_from_agenda(self, number: ProposalId, at: BlockNumber) -> None:
        rest = tuple(other for other in self.agenda.get(at) if other != number)
        if rest:
            self.agenda.insert(at, rest)
        else:
            self.agenda.remove(at)
