"""What the data registry asks of the runtime."""

from __future__ import annotations

from typing import Protocol

from chain.primitives import U8, U32, AccountId, Balance, BlockNumber, Hash
from pallets.frame.pallet import config
from pallets.frame.traits import Fungible


class Stakes(Protocol):
    """Who answers for what with how much."""

    @property
    def unbonding_delay(self) -> BlockNumber:
        """For how many blocks at least today's stake can be slashed."""
        ...

    def active(self, who: AccountId) -> Balance:
        """Stake that its owner has not taken back."""
        ...

    def bonded(self, who: AccountId) -> Balance:
        """Stake that can be slashed."""
        ...

    def lottery_weight(self, who: AccountId) -> int:
        """The account's weight in the draw."""
        ...

    def slash(self, who: AccountId, amount: Balance) -> Balance:
        """Take stake away, at most all of it; how much."""
        ...

    def record_success(self, who: AccountId) -> None:
        """The account did what it should."""
        ...

    def record_fault(self, who: AccountId) -> None:
        """The account did not."""
        ...


class Beacon(Protocol):
    """Public randomness."""

    def after(self, block: BlockNumber) -> Hash | None:
        """A hash that nobody could know when `block` began; None until there is one."""
        ...


class Erasures(Protocol):
    """Who has to know when data are erased: models may have learnt from them."""

    def data_erased(self, commitment: Hash) -> None:
        """The data that clients named by this root are gone; what was learnt from them shall go, too."""
        ...

    def may_register(self, commitment: Hash, owner: AccountId) -> bool:
        """Whether nobody else has named data by this root: else an erasure would be of somebody else's."""
        ...


@config
class Config:
    """What the runtime supplies."""

    currency: Fungible
    stakes: Stakes
    beacon: Beacon
    slash_destination: AccountId
    erasures: Erasures | None = None
    device_deposit: Balance
    data_set_deposit: Balance  # what a registrant loses whose bytes do not match
    permit_deposit: Balance
    check_fee: Balance  # shared by the checkers who agree
    challenge_bond: Balance  # lost by who doubts a data set without cause
    minimum_stake: Balance  # of a checker
    panel_seats: U32 = 5
    minimum_panel: U32 = 3
    commit_blocks: BlockNumber = 10
    reveal_blocks: BlockNumber = 5
    bounty_percent: U8 = 50  # of a lost deposit, to who doubted it
    dissent_slash: U32 = 100_000  # parts per million of the stake of a checker whom the majority contradicts
    absence_slash: U32 = 10_000  # parts per million of the stake of a checker who says nothing
    max_checkers: U32 = 64
    max_checks: U32 = 32  # under way
    max_permits: U32 = 32  # of one data set
    retry_after: BlockNumber = 2  # blocks before a worker repeats a transaction that had no effect: a pool was lost
