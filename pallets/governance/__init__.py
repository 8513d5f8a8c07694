"""Governance by an alliance: propose, vote, close, and an enactment delay; membership; a shared treasury.

`types` (config, proposals), `pallet`.

    self.governance = Governance(self, governance.Config(currency=self.balances, dispatcher=self), index=22)
"""

from pallets.governance.pallet import (
    Accepted,
    AlreadyMember,
    CallTooHeavy,
    CallTooLarge,
    Cancelled,
    Enacted,
    Error,
    Event,
    Genesis,
    Governance,
    HoldReason,
    LastMember,
    MemberAdded,
    MemberRemoved,
    NotMember,
    Proposed,
    Rejected,
    Spent,
    Tally,
    TooManyMembers,
    TooManyProposals,
    Undecided,
    UnknownProposal,
    Voted,
    VoteIsOver,
)
from pallets.governance.types import Config, Proposal, ProposalId

__all__ = [
    "Accepted",
    "AlreadyMember",
    "CallTooHeavy",
    "CallTooLarge",
    "Cancelled",
    "Config",
    "Enacted",
    "Error",
    "Event",
    "Genesis",
    "Governance",
    "HoldReason",
    "LastMember",
    "MemberAdded",
    "MemberRemoved",
    "NotMember",
    "Proposal",
    "ProposalId",
    "Proposed",
    "Rejected",
    "Spent",
    "Tally",
    "TooManyMembers",
    "TooManyProposals",
    "Undecided",
    "UnknownProposal",
    "VoteIsOver",
    "Voted",
]
