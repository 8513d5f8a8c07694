"""Records of the Governance pallet."""

from __future__ import annotations

from chain.primitives import U32, U64, AccountId, Balance, BlockNumber
from chain.record import record
from pallets.frame.call import RuntimeCall
from pallets.frame.pallet import config
from pallets.frame.traits import Dispatcher, Fungible
from pallets.frame.weight import Weight

ProposalId = U32


@config
class Config:
    """What the runtime supplies."""

    currency: Fungible
    dispatcher: Dispatcher  # the composition: it runs what was decided
    deposit: Balance = 1  # held from the proposer until the vote is over
    voting_period: BlockNumber = 100
    enactment_delay: BlockNumber = 20  # blocks between the decision and its effect, in which others can prepare
    max_members: U32 = 64
    max_proposals: U32 = 16  # under vote or waiting for enactment; all could be enacted in one block
    max_call_bytes: U32 = 4096
    max_ref_time: U64 = 20_000_000_000  # of a proposed call, in picoseconds; sixteen of them fit in a block
    max_proof_size: U64 = 65_536

    @property
    def max_weight(self) -> Weight:
        """The heaviest call that may be proposed."""
        return Weight(self.max_ref_time, self.max_proof_size)


@record
class Proposal:
    """A call that will be made in root's name if more than half of the members approve.

    deposit: on hold while it is under vote, then 0
    due: the block in which the vote ends, or, once accepted, in which the call is made
    """

    proposer: AccountId
    call: RuntimeCall
    deposit: Balance
    due: BlockNumber
    is_accepted: bool
