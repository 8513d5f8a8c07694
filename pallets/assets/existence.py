"""Why accounts of an asset exist: references to the native account, or deposits; and how they end."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import U32, AccountId, Balance
from pallets.assets.errors import (
    AlreadyExists,
    ContainsFreezes,
    ContainsHolds,
    Frozen,
    IncorrectStatus,
    NoDeposit,
    NoPermission,
    UnavailableConsumer,
    WouldBurn,
)
from pallets.assets.events import Touched
from pallets.assets.storage import AssetStorage
from pallets.assets.types import (
    AccountStatus,
    AssetAccount,
    AssetDetails,
    AssetId,
    AssetStatus,
    Consumer,
    DepositFrom,
    DepositHeld,
    DepositRefunded,
    ExistenceReason,
    Sufficient,
)
from pallets.frame.arithmetic import ensure_add, saturating_add
from pallets.frame.error import DispatchError, ensure


class AccountExistence(AssetStorage):
    """Opens and closes accounts of an asset."""

    def _opened(self, who: AccountId, details: AssetDetails) -> tuple[AssetDetails, ExistenceReason]:
        """The asset with one more account, and the reference that was counted for it."""
        accounts = ensure_add(U32, details.accounts, 1)
        references = self.config.account_store
        if details.is_sufficient:
            references.inc_sufficients(who)
            sufficients = saturating_add(U32, details.sufficients, 1)
            return replace(details, accounts=accounts, sufficients=sufficients), Sufficient()
        # one place for a consumer must stay free, or assets that nobody asked for could use up all of them
        ensure(references.can_accrue_consumers(who, 2), UnavailableConsumer)
        references.inc_consumers(who)
        return replace(details, accounts=accounts), Consumer()

    def _closed(self, who: AccountId, details: AssetDetails, reason: ExistenceReason) -> AssetDetails | None:
        """The asset with one account less, its reference dropped; None where a deposit keeps the account."""
        match reason:
            case DepositHeld() | DepositFrom():
                return None
            case Consumer():
                self.config.account_store.dec_consumers(who)
            case Sufficient():
                details = replace(details, sufficients=max(details.sufficients - 1, 0))
                self.config.account_store.dec_sufficients(who)
            case _:
                pass
        return replace(details, accounts=max(details.accounts - 1, 0))

    def _ensure_can_die(self, asset: AssetId, who: AccountId) -> None:
        """Raises ContainsHolds or ContainsFreezes."""
        ensure(self.config.holder.balance_on_hold(asset, who) is None, ContainsHolds)
        ensure(self.config.freezer.frozen_balance(asset, who) is None, ContainsFreezes)

    def _can_die(self, asset: AssetId, who: AccountId) -> bool:
        try:
            self._ensure_can_die(asset, who)
        except DispatchError:
            return False
        return True

    def _tell_death(self, asset: AssetId, who: AccountId) -> None:
        self.config.freezer.died(asset, who)
        self.config.holder.died(asset, who)

    def _release_deposit(self, who: AccountId, reason: ExistenceReason) -> ExistenceReason:
        """The reason once the deposit, if there is one, went back to whoever placed it."""
        if isinstance(reason, DepositFrom):
            self.config.currency.unreserve(reason.depositor, reason.deposit)
        elif isinstance(reason, DepositHeld):
            self.config.currency.unreserve(who, reason.deposit)
        else:
            return reason
        return DepositRefunded()

    # Deposits

    def deposit_required(self) -> Balance:
        """Native funds that opening an account takes."""
        return self.config.asset_account_deposit

    def should_touch(self, asset: AssetId, who: AccountId) -> bool:
        """Whether the account could not receive the asset without a deposit."""
        details = self.asset.get(asset)
        if details is None:
            return True
        if details.is_sufficient or self.config.account_store.can_accrue_consumers(who, 2):
            return False
        return not self.account.contains_key((asset, who))

    def do_touch(self, asset: AssetId, who: AccountId, depositor: AccountId) -> None:
        """Make an empty account that a deposit of anybody keeps; raises AlreadyExists, Unknown, AssetNotLive."""
        ensure(not self.account.contains_key((asset, who)), AlreadyExists)
        deposit = self.config.asset_account_deposit
        details = self.live_details(asset)
        accounts = ensure_add(U32, details.accounts, 1)
        self.config.currency.reserve(depositor, deposit)
        reason = DepositHeld(deposit) if depositor == who else DepositFrom(depositor, deposit)
        self.asset.insert(asset, replace(details, accounts=accounts))
        self.account.insert((asset, who), AssetAccount(0, AccountStatus.LIQUID, reason))
        self.deposit_event(Touched(asset, who, depositor))

    def deposit_held(self, asset: AssetId, who: AccountId) -> tuple[AccountId, Balance] | None:
        """Who placed a deposit for the account, and how much; None where nobody did."""
        account = self.account.get((asset, who))
        match account and account.reason:
            case DepositHeld(deposit):
                return who, deposit
            case DepositFrom(depositor, deposit):
                return depositor, deposit
            case _:
                return None

    def do_refund(self, asset: AssetId, who: AccountId, allow_burn: bool) -> None:
        """Close the account and give back its deposit or its consumer reference.

        As in polkadot-sdk up to stable2509, what is burnt with the account stays in the supply.
        """
        account = self.account.get((asset, who))
        if account is None or not isinstance(account.reason, Consumer | DepositHeld):
            raise NoDeposit
        details = self.details(asset)
        ensure(details.status is not AssetStatus.DESTROYING, IncorrectStatus)
        ensure(not account.balance or allow_burn, WouldBurn)
        self._refund(asset, who, account, details)

    def do_refund_other(self, asset: AssetId, who: AccountId, caller: AccountId | None) -> None:
        """Close an empty account that somebody else's deposit keeps; `caller`, if any, placed it or is the admin."""
        account = self.account.get((asset, who))
        if account is None or not isinstance(account.reason, DepositFrom):
            raise NoDeposit
        details = self.live_details(asset)
        ensure(account.may_send, Frozen)
        ensure(caller in (None, account.reason.depositor, details.admin), NoPermission)
        ensure(not account.balance, WouldBurn)
        self._refund(asset, who, account, details)

    def _refund(self, asset: AssetId, who: AccountId, account: AssetAccount, details: AssetDetails) -> None:
        self._ensure_can_die(asset, who)
        closed = self._closed(who, details, self._release_deposit(who, account.reason))
        self.account.remove((asset, who))
        self.asset.insert(asset, closed)
        self._tell_death(asset, who)
