"""One asset as a currency: what a pallet that asks for a `Fungible` is given (frame_support::fungible::ItemOf).

staking.Config(currency=AssetCurrency(self.assets.fungibles, self.assets_holder, asset=7), ...)
"""

from __future__ import annotations

from chain.primitives import AccountId, Balance
from pallets.assets.fungibles import AssetFungibles
from pallets.assets.holder import AssetsHolder
from pallets.assets.types import AssetId
from pallets.frame.traits import Preservation, RuntimeHoldReason


class AssetCurrency:
    """One asset; `force` changes nothing, because assets respect freezes whoever asks."""

    __slots__ = ("_asset", "_assets", "_holder")

    def __init__(self, assets: AssetFungibles, holder: AssetsHolder, asset: AssetId) -> None:
        self._assets, self._holder, self._asset = assets, holder, asset

    # What there is

    def minimum_balance(self) -> Balance:
        """The least that an account may have."""
        return self._assets.minimum_balance(self._asset)

    def issuance(self) -> Balance:
        """All of the asset that exists."""
        return self._assets.issuance(self._asset)

    def balance(self, who: AccountId) -> Balance:
        """What the account has, without what is on hold."""
        return self._assets.balance(self._asset, who)

    def total_balance(self, who: AccountId) -> Balance:
        """What the account has, with what is on hold."""
        return self._assets.total_balance(self._asset, who)

    def reducible_balance(self, who: AccountId, preservation: Preservation, *, force: bool = False) -> Balance:
        """How much may leave the account."""
        return self._assets.reducible_balance(self._asset, who, preservation)

    def ensure_can_withdraw(self, who: AccountId, amount: Balance, preservation: Preservation) -> None:
        """Raises what taking `amount` out of the account would raise."""
        self._assets.ensure_can_withdraw(self._asset, who, amount, preservation)

    # Moving, making and destroying

    def transfer(self, source: AccountId, dest: AccountId, amount: Balance, preservation: Preservation) -> Balance:
        """Move some of the asset; the amount."""
        return self._assets.transfer(self._asset, source, dest, amount, preservation)

    def mint_into(self, who: AccountId, amount: Balance) -> Balance:
        """Make some of the asset."""
        return self._assets.mint_into(self._asset, who, amount)

    def burn_from(
        self,
        who: AccountId,
        amount: Balance,
        preservation: Preservation = Preservation.EXPENDABLE,
        *,
        best_effort: bool = False,
        force: bool = False,
    ) -> Balance:
        """Destroy some of the asset; how much."""
        return self._assets.burn_from(self._asset, who, amount, preservation, best_effort=best_effort)

    # In two steps

    def withdraw(self, who: AccountId, amount: Balance, preservation: Preservation) -> None:
        """Take some of the asset out of an account; what would be too little to stay goes with it and is destroyed."""
        taken = self._assets.withdraw(self._asset, who, amount, preservation)
        self._assets.drop_withdrawn(self._asset, taken - amount)

    def deposit(self, who: AccountId, amount: Balance) -> Balance:
        """Put what was withdrawn into an account; 0 where it would stay below the least balance."""
        if self.balance(who) + amount < self.minimum_balance():
            return 0
        return self._assets.deposit(self._asset, who, amount)

    def drop_withdrawn(self, amount: Balance) -> None:
        """Destroy what was withdrawn."""
        self._assets.drop_withdrawn(self._asset, amount)

    # Holds

    def balance_on_hold(self, reason: RuntimeHoldReason, who: AccountId) -> Balance:
        """What is on hold for one reason."""
        return self._holder.amount_on_hold(self._asset, reason, who)

    def total_balance_on_hold(self, who: AccountId) -> Balance:
        """What is on hold for any reason."""
        return self._holder.total_balance_on_hold(self._asset, who)

    def hold(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        """Set some of the asset aside."""
        self._holder.hold(self._asset, reason, who, amount)

    def release(
        self, reason: RuntimeHoldReason, who: AccountId, amount: Balance, *, best_effort: bool = False
    ) -> Balance:
        """Give what was set aside back to the account; how much."""
        return self._holder.release(self._asset, reason, who, amount, best_effort=best_effort)

    def burn_held(
        self,
        reason: RuntimeHoldReason,
        who: AccountId,
        amount: Balance,
        *,
        best_effort: bool = False,
        force: bool = False,
    ) -> Balance:
        """Destroy what was set aside; how much."""
        return self._holder.burn_held(self._asset, reason, who, amount, best_effort=best_effort)

    def transfer_on_hold(
        self,
        reason: RuntimeHoldReason,
        source: AccountId,
        dest: AccountId,
        amount: Balance,
        *,
        best_effort: bool = False,
        on_hold: bool = False,
        force: bool = False,
    ) -> Balance:
        """Move what was set aside to another account; how much."""
        return self._holder.transfer_on_hold(
            self._asset, reason, source, dest, amount, best_effort=best_effort, on_hold=on_hold
        )
