"""What exchanges of proxies ask of the runtime."""

from __future__ import annotations

from typing import Protocol

from chain.primitives import AccountId, Balance, BlockNumber
from pallets.federated_round.config import Beacon, Budgets, Permits
from pallets.frame.pallet import config
from pallets.frame.traits import RuntimeHoldReason


class Holds(Protocol):
    """A currency in which funds can be set aside."""

    def hold(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        """Set free funds aside; raises DispatchError."""
        ...

    def release(
        self, reason: RuntimeHoldReason, who: AccountId, amount: Balance, *, best_effort: bool = False
    ) -> Balance:
        """Make held funds free; how much."""
        ...

    def balance_on_hold(self, reason: RuntimeHoldReason, who: AccountId) -> Balance:
        """The account's funds on hold for this reason."""
        ...


@config
class Config:
    """What the runtime supplies."""

    currency: Holds
    beacon: Beacon
    permits: Permits | None = None  # None: exchanges cannot have a purpose
    budgets: Budgets | None = None  # None: nobody counts what proxies tell of data
    deposit: Balance  # of whoever opens an exchange, until it is closed
    retry_after: BlockNumber = 2  # blocks before a worker repeats a transaction that had no effect
