"""What a runtime supplies to the Assets pallet, and what the pallet asks of it."""

from __future__ import annotations

from typing import Protocol

from chain.primitives import U32, AccountId, Balance
from chain.record import record
from pallets.assets.weights import WEIGHTS
from pallets.balances.types import BalanceStatus
from pallets.frame.ensure_origin import (
    AsEnsureOriginWithArg,
    EnsureOrigin,
    EnsureOriginWithArg,
    EnsureRoot,
    EnsureSigned,
)
from pallets.frame.pallet import config
from pallets.frame.weight_info import WeightInfo


class DepositCurrency(Protocol):
    """The native currency, in which deposits are reserved (frame_support::traits::ReservableCurrency)."""

    def reserve(self, who: AccountId, amount: Balance) -> None:
        """Set free funds aside."""
        ...

    def unreserve(self, who: AccountId, amount: Balance) -> Balance:
        """Make reserved funds free; how much could not be."""
        ...

    def repatriate_reserved(
        self, slashed: AccountId, beneficiary: AccountId, amount: Balance, status: BalanceStatus
    ) -> Balance:
        """Move reserved funds to another account; how much could not be."""
        ...


class AccountReferences(Protocol):
    """What keeps native accounts alive: System."""

    def inc_consumers(self, who: AccountId) -> None:
        """One more reason that the account may not vanish; raises NoProviders or TooManyConsumers."""
        ...

    def dec_consumers(self, who: AccountId) -> None:
        """One such reason less."""
        ...

    def can_accrue_consumers(self, who: AccountId, amount: int) -> bool:
        """Whether the account has a provider, and room for so many more consumers."""
        ...

    def inc_sufficients(self, who: AccountId) -> bool:
        """One more reason in itself that the account exists; whether this created it."""
        ...

    def dec_sufficients(self, who: AccountId) -> bool:
        """One such reason less; whether this reaped the account."""
        ...


class FrozenBalance(Protocol):
    """What of an account's asset is frozen (pallet_assets::FrozenBalance); `freezer.AssetsFreezer` is one."""

    def frozen_balance(self, asset: U32, who: AccountId) -> Balance | None:
        """The floor under what the account has; None where nothing is frozen."""
        ...

    def died(self, asset: U32, who: AccountId) -> None:
        """The account is gone; the asset may be, too."""
        ...

    def contains_freezes(self, asset: U32) -> bool:
        """Whether anything of the asset is frozen."""
        ...


class BalanceOnHold(Protocol):
    """What of an account's asset is on hold (pallet_assets::BalanceOnHold); `holder.AssetsHolder` is one."""

    def balance_on_hold(self, asset: U32, who: AccountId) -> Balance | None:
        """All that is on hold, beside the account's balance; None where nothing is."""
        ...

    def died(self, asset: U32, who: AccountId) -> None:
        """The account is gone; the asset may be, too."""
        ...

    def contains_holds(self, asset: U32) -> bool:
        """Whether anything of the asset is on hold."""
        ...


class AssetsCallback(Protocol):
    """Told of assets that come and go; an answer of False refuses, and the call fails with CallbackFailed."""

    def created(self, asset: U32, owner: AccountId) -> bool:
        """An asset was created."""
        ...

    def destroyed(self, asset: U32) -> bool:
        """An asset is being removed."""
        ...


@record
class NothingFrozen:
    """The freezer of a runtime without freezes."""

    def frozen_balance(self, asset: U32, who: AccountId) -> Balance | None:
        return None

    def died(self, asset: U32, who: AccountId) -> None:
        pass

    def contains_freezes(self, asset: U32) -> bool:
        return False


@record
class NothingHeld:
    """The holder of a runtime without holds."""

    def balance_on_hold(self, asset: U32, who: AccountId) -> Balance | None:
        return None

    def died(self, asset: U32, who: AccountId) -> None:
        pass

    def contains_holds(self, asset: U32) -> bool:
        return False


@record
class NobodyTold:
    """The callback of a runtime that needs none."""

    def created(self, asset: U32, owner: AccountId) -> bool:
        return True

    def destroyed(self, asset: U32) -> bool:
        return True


@config
class Config:
    """What the runtime supplies; the deposits are in the native currency."""

    currency: DepositCurrency
    account_store: AccountReferences
    create_origin: EnsureOriginWithArg[AccountId, U32] = AsEnsureOriginWithArg(EnsureSigned())  # gives the owner
    force_origin: EnsureOrigin[object] = EnsureRoot()  # may do anything with any asset
    remove_items_limit: U32 = 1000  # accounts or approvals that one call destroys
    asset_deposit: Balance  # for an asset
    asset_account_deposit: Balance  # for an account of an asset that is not sufficient
    metadata_deposit_base: Balance
    metadata_deposit_per_byte: Balance
    approval_deposit: Balance
    string_limit: U32 = 50  # bytes of a name or a symbol
    freezer: FrozenBalance = NothingFrozen()
    holder: BalanceOnHold = NothingHeld()
    callback: AssetsCallback = NobodyTold()
    weights: WeightInfo = WEIGHTS
    counts_ids: bool = False  # pallet_assets::AutoIncAssetId: each new asset moves the next id on
