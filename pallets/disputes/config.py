"""What disputes ask of the runtime."""

from __future__ import annotations

from typing import Protocol

from chain.primitives import U8, U32, AccountId, Balance, BlockNumber
from pallets.disputes.steps import Kinds
from pallets.frame.pallet import config
from pallets.frame.traits import Fungible


class Stakes(Protocol):
    """Who answers for what with how much."""

    def active(self, who: AccountId) -> Balance:
        """Stake that its owner has not taken back."""
        ...

    def record_fault(self, who: AccountId) -> None:
        """The account did not do what it should."""
        ...


@config
class Config:
    """What the runtime supplies."""

    currency: Fungible
    stakes: Stakes
    kinds: Kinds
    slash_destination: AccountId  # where the part of a lost bond goes that no winner gets
    bond: Balance  # of each side; a dispute with oneself costs what of it goes to the slash destination
    minimum_stake: Balance  # of who challenges
    winner_percent: U8 = 50  # of a lost bond
    patience: BlockNumber = 4  # blocks for each move
    steps_a_block: U32 = 2**14  # small steps that a node goes through in a block: a large trace has more time
    max_extra: BlockNumber = 20  # blocks that it has more at most
    max_window: BlockNumber = 10_000  # blocks in which a claim can be challenged
    max_disputes: U32 = 3  # of one claim; one more would be too many to trust its result
    retry_after: BlockNumber = 2  # blocks before a worker repeats a transaction that had no effect
