"""Balances of 2023: two calls more, on their way out, and fewer events."""

from __future__ import annotations

from chain.extrinsic import MultiAddress
from chain.primitives import Balance, Compact
from pallets import balances
from pallets.balances import BalanceSet, Config, Error, Event, Genesis, Issued, Rescinded
from pallets.frame.call import call
from pallets.frame.event import PalletEvent
from pallets.frame.origin import Origin, ensure_root
from pallets.frame.traits import lookup
from pallets.frame.weight_info import benchmarked
from pallets.system import AccountData

__all__ = ["Balances", "Config", "Error", "Event", "FirstBalances", "Genesis"]


class Balances(balances.Balances):
    without_calls = frozenset({"force_adjust_total_issuance", "burn"})

    @call(1, weight=benchmarked("force_set_balance_killing"))
    def set_balance_deprecated(
        self, origin: Origin, who: MultiAddress, new_free: Compact[Balance], old_reserved: Compact[Balance]
    ) -> None:
        """`force_set_balance`, which once set reserved funds, too."""
        self.force_set_balance(origin, who, new_free)

    @call(7, weight=benchmarked("transfer_allow_death"))
    def transfer_(self, origin: Origin, dest: MultiAddress, value: Compact[Balance]) -> None:
        """`transfer_allow_death` under its old name, `transfer`: here that of every currency's own method."""
        self.transfer_allow_death(origin, dest, value)

    def deposit_event(self, event: PalletEvent) -> None:
        """Tell the world, but not yet of changes to the issuance alone."""
        if not isinstance(event, Issued | Rescinded):
            super().deposit_event(event)


class FirstBalances(Balances):
    """As it was in 2022."""

    without_calls = frozenset(
        {
            "set_balance_deprecated",
            "upgrade_accounts",
            "transfer_",
            "force_set_balance",
            "force_adjust_total_issuance",
            "burn",
        }
    )

    @call(1, weight=benchmarked("force_set_balance_killing"))
    def set_balance(
        self, origin: Origin, who: MultiAddress, new_free: Compact[Balance], new_reserved: Compact[Balance]
    ) -> None:
        """Set free and reserved funds; less than the existential deposit together is nothing. Root only."""
        ensure_root(origin)
        account = lookup(who)
        is_kept = new_free + new_reserved >= self.config.existential_deposit
        free, reserved = (new_free, new_reserved) if is_kept else (0, 0)
        info = self._ledger.info(account)
        before = info.data
        self._ledger.write(account, info, AccountData(free, reserved, before.frozen, before.flags))
        change = free + reserved - before.free - before.reserved
        self._ledger.issue(change) if change > 0 else self._ledger.rescind(-change)
        self.deposit_event(BalanceSet(account, free))
