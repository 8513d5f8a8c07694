"""What happens to an asset as a whole: it is created, named, handed over, and destroyed in four steps."""

from __future__ import annotations

from dataclasses import replace

from chain.primitives import U8, U32, AccountId, Balance
from pallets.assets.accounts import AssetAccounts
from pallets.assets.errors import (
    BadAssetId,
    BadMetadata,
    CallbackFailed,
    ContainsFreezes,
    ContainsHolds,
    IncorrectStatus,
    InUse,
    MinBalanceZero,
    NoPermission,
    Unapproved,
    Unknown,
)
from pallets.assets.events import (
    AccountsDestroyed,
    ApprovalCancelled,
    ApprovalsDestroyed,
    ApprovedTransfer,
    Created,
    Destroyed,
    DestructionStarted,
    ForceCreated,
    MetadataCleared,
    MetadataSet,
)
from pallets.assets.types import Approval, AssetDetails, AssetId, AssetMetadata, AssetStatus
from pallets.balances.ledger import BALANCE_MAX
from pallets.frame.arithmetic import saturating_add
from pallets.frame.error import ensure

LAST_ID: AssetId = 2**32 - 1


class AssetClasses(AssetAccounts):
    """Creates, names and destroys assets, and keeps approvals."""

    # Creation

    def do_create(self, asset: AssetId, owner: AccountId, admin: AccountId, min_balance: Balance) -> None:
        """Create an asset for the deposit of its owner."""
        self._ensure_creatable(asset, min_balance)
        deposit = self.config.asset_deposit
        self.config.currency.reserve(owner, deposit)
        self.asset.insert(asset, new_asset(owner, admin, deposit, min_balance, is_sufficient=False))
        self._tell_creation(asset, owner)
        self.deposit_event(Created(asset, owner, admin))

    def do_force_create(self, asset: AssetId, owner: AccountId, is_sufficient: bool, min_balance: Balance) -> None:
        """Create an asset without a deposit."""
        self._ensure_creatable(asset, min_balance)
        self.asset.insert(asset, new_asset(owner, owner, 0, min_balance, is_sufficient=is_sufficient))
        self._tell_creation(asset, owner)
        self.deposit_event(ForceCreated(asset, owner))

    def _ensure_creatable(self, asset: AssetId, min_balance: Balance) -> None:
        ensure(not self.asset.contains_key(asset), InUse)
        ensure(min_balance > 0, MinBalanceZero)
        ensure(self.next_asset_id.get() in (None, asset), BadAssetId)

    def _tell_creation(self, asset: AssetId, owner: AccountId) -> None:
        ensure(self.config.callback.created(asset, owner), CallbackFailed)
        following = self.next_asset_id.get()
        if self.config.counts_ids and following is not None:
            ensure(following < LAST_ID, CallbackFailed)
            self.next_asset_id.put(following + 1)

    # Destruction

    def do_start_destroy(self, asset: AssetId, owner: AccountId | None) -> None:
        """Forbid all use of the asset from now on; `owner`, if any, must be its owner."""
        details = self.details(asset)
        ensure(owner in (None, details.owner), NoPermission)
        ensure(not self.config.holder.contains_holds(asset), ContainsHolds)
        ensure(not self.config.freezer.contains_freezes(asset), ContainsFreezes)
        self.asset.insert(asset, replace(details, status=AssetStatus.DESTROYING))
        self.deposit_event(DestructionStarted(asset))

    def do_destroy_accounts(self, asset: AssetId, limit: U32) -> U32:
        """Close up to `limit` accounts; how many."""
        details = self._destroying(asset)
        dead = list[AccountId]()
        for position, ((_, who), account) in enumerate(self.account.iter(prefix=(asset,))):
            if account is None or not self._can_die(asset, who):
                continue
            closed = self._closed(who, details, self._release_deposit(who, account.reason))
            details = closed or details
            self.account.remove((asset, who))
            dead.append(who)
            if position + 1 >= limit:
                break
        self.asset.insert(asset, details)
        for who in dead:
            self._tell_death(asset, who)
        self.deposit_event(AccountsDestroyed(asset, len(dead), details.accounts))
        return len(dead)

    def do_destroy_approvals(self, asset: AssetId, limit: U32) -> U32:
        """Cancel up to `limit` approvals; how many."""
        details, removed = self._destroying(asset), 0
        for (_, owner, _), approval in self.approvals.drain(prefix=(asset,)):
            if approval is not None:
                self.config.currency.unreserve(owner, approval.deposit)
            removed += 1
            if removed >= limit:
                break
        details = replace(details, approvals=max(details.approvals - removed, 0))
        self.asset.insert(asset, details)
        self.deposit_event(ApprovalsDestroyed(asset, removed, details.approvals))
        return removed

    def do_finish_destroy(self, asset: AssetId) -> None:
        """Remove what is left of an asset without accounts and approvals, and free its deposits."""
        details = self._destroying(asset)
        ensure(not details.accounts and not details.approvals, InUse)
        ensure(self.config.callback.destroyed(asset), CallbackFailed)
        metadata = self.metadata.take(asset)
        self.config.currency.unreserve(details.owner, saturating_add(Balance, details.deposit, metadata.deposit))
        self.asset.remove(asset)
        self.deposit_event(Destroyed(asset))

    def _destroying(self, asset: AssetId) -> AssetDetails:
        details = self.details(asset)
        ensure(details.status is AssetStatus.DESTROYING, IncorrectStatus)
        return details

    # Metadata

    def metadata_deposit(self, name: bytes, symbol: bytes) -> Balance:
        """Native funds that a name and a symbol take."""
        config = self.config
        by_length = config.metadata_deposit_per_byte * (len(name) + len(symbol))
        return min(by_length + config.metadata_deposit_base, BALANCE_MAX)

    def do_set_metadata(self, asset: AssetId, owner: AccountId, name: bytes, symbol: bytes, decimals: U8) -> None:
        """Name an asset; what it takes more, or less, than the name before is reserved, or freed."""
        self._ensure_short(name, symbol)
        details = self.live_details(asset)
        ensure(owner == details.owner, NoPermission)
        before = self.metadata.get(asset)
        ensure(not before.is_frozen, NoPermission)
        deposit = self.metadata_deposit(name, symbol)
        if deposit > before.deposit:
            self.config.currency.reserve(owner, deposit - before.deposit)
        else:
            self.config.currency.unreserve(owner, before.deposit - deposit)
        self._write_metadata(asset, AssetMetadata(deposit, name, symbol, decimals))

    def do_force_set_metadata(self, asset: AssetId, metadata: AssetMetadata) -> None:
        """Name an asset; what is reserved for the name before stays so."""
        self._ensure_short(metadata.name, metadata.symbol)
        ensure(self.asset.contains_key(asset), Unknown)
        self._write_metadata(asset, replace(metadata, deposit=self.metadata.get(asset).deposit))

    def do_clear_metadata(self, asset: AssetId, owner: AccountId) -> None:
        """Take an asset's name away, and free what is reserved for it."""
        ensure(self.metadata.contains_key(asset), Unknown)
        self.config.currency.unreserve(owner, self.metadata.take(asset).deposit)
        self.deposit_event(MetadataCleared(asset))

    def _ensure_short(self, name: bytes, symbol: bytes) -> None:
        limit = self.config.string_limit
        ensure(len(name) <= limit and len(symbol) <= limit, BadMetadata)

    def _write_metadata(self, asset: AssetId, new: AssetMetadata) -> None:
        self.metadata.insert(asset, new)
        self.deposit_event(MetadataSet(asset, new.name, new.symbol, new.decimals, new.is_frozen))

    # Approvals

    def do_approve_transfer(self, asset: AssetId, owner: AccountId, delegate: AccountId, amount: Balance) -> None:
        """Let a delegate move so much more for the owner."""
        details = self.live_details(asset)
        key = asset, owner, delegate
        before = self.approvals.get(key)
        if before is None:
            before, details = Approval(), replace(details, approvals=saturating_add(U32, details.approvals, 1))
        deposit = self.config.approval_deposit
        if before.deposit < deposit:
            self.config.currency.reserve(owner, deposit - before.deposit)
        total = saturating_add(Balance, before.amount, amount)
        self.approvals.insert(key, Approval(total, max(before.deposit, deposit)))
        self.asset.insert(asset, details)
        self.deposit_event(ApprovedTransfer(asset, owner, delegate, amount))

    def do_cancel_approval(self, asset: AssetId, owner: AccountId, delegate: AccountId) -> None:
        """Let a delegate move nothing more for the owner."""
        details = self.live_details(asset)
        approval = self.approvals.take((asset, owner, delegate))
        if approval is None:
            raise Unknown
        self.config.currency.unreserve(owner, approval.deposit)
        self.asset.insert(asset, replace(details, approvals=max(details.approvals - 1, 0)))
        self.deposit_event(ApprovalCancelled(asset, owner, delegate))

    def do_transfer_approved(
        self, asset: AssetId, owner: AccountId, delegate: AccountId, dest: AccountId, amount: Balance
    ) -> None:
        """Move some of the owner's, as a delegate who may."""
        self.live_details(asset)
        key = asset, owner, delegate
        approval = self.approvals.get(key)
        if approval is None or approval.amount < amount:
            raise Unapproved
        self.do_transfer(asset, owner, dest, amount)
        left = approval.amount - amount
        if left:
            self.approvals.insert(key, Approval(left, approval.deposit))
            return
        self.approvals.remove(key)
        self.config.currency.unreserve(owner, approval.deposit)
        details = self.details(asset)
        self.asset.insert(asset, replace(details, approvals=max(details.approvals - 1, 0)))


def new_asset(
    owner: AccountId, team: AccountId, deposit: Balance, min_balance: Balance, *, is_sufficient: bool
) -> AssetDetails:
    """An asset of which there is nothing yet."""
    return AssetDetails(
        owner=owner,
        issuer=team,
        admin=team,
        freezer=team,
        supply=0,
        deposit=deposit,
        min_balance=min_balance,
        is_sufficient=is_sufficient,
        accounts=0,
        sufficients=0,
        approvals=0,
        status=AssetStatus.LIVE,
    )
