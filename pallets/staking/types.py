"""Records of the Staking pallet."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from chain.primitives import U32, AccountId, Balance, BlockNumber, MaxLen
from chain.record import record
from pallets.frame.pallet import config
from pallets.frame.traits import Fungible


@config
class Config:
    """What the runtime supplies."""

    currency: Fungible
    slash_destination: AccountId  # where slashed stake goes: an account that no participant controls
    minimum_bond: Balance = 1
    unbonding_delay: BlockNumber = 600  # blocks for which stake answers for its owner after it was unbonded
    max_unlocking: U32 = 32
    max_reputation: U32 = 1000


@record
class Unlocking:
    """Stake that leaves: it can be withdrawn from block `at` on, and slashed until it is."""

    amount: Balance
    at: BlockNumber


@record
class Ledger:
    """The stake of one account; all of it is on hold there."""

    active: Balance = 0
    unlocking: Annotated[tuple[Unlocking, ...], MaxLen(Config.max_unlocking)] = ()

    @property
    def total(self) -> Balance:
        """Stake that can be slashed."""
        return self.active + sum(chunk.amount for chunk in self.unlocking)

    def unbonded(self, amount: Balance, at: BlockNumber) -> Ledger:
        """With that much less active stake; what unlocks in the same block is one chunk."""
        chunks = self.unlocking
        if chunks and chunks[-1].at == at:
            chunks, amount_then = chunks[:-1], chunks[-1].amount + amount
        else:
            amount_then = amount
        return Ledger(self.active - amount, (*chunks, Unlocking(amount_then, at)))

    def withdrawn(self, now: BlockNumber) -> Ledger:
        """Without what may leave at `now`."""
        return replace(self, unlocking=tuple(chunk for chunk in self.unlocking if chunk.at > now))

    def slashed(self, amount: Balance) -> Ledger:
        """With that much less, at most all: active stake first, then the chunks that unlock last."""
        from_active = min(amount, self.active)
        rest, kept = amount - from_active, list[Unlocking]()
        for chunk in reversed(self.unlocking):
            taken = min(rest, chunk.amount)
            rest -= taken
            if chunk.amount > taken:
                kept.append(Unlocking(chunk.amount - taken, chunk.at))
        return Ledger(self.active - from_active, tuple(reversed(kept)))
