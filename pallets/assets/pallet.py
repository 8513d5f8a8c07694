"""The Assets pallet: the calls that concern an asset as a whole, genesis and checks.

Simplified against pallet_assets of stable2509: ids are u32 in every instance, accounts carry no extra data.
"""
# ruff: noqa: A002  (the name of the parameter is `id` on the wire)

from __future__ import annotations

from dataclasses import replace

from chain.extrinsic import MultiAddress
from chain.primitives import U8, AccountId, Balance, Compact
from pallets.assets.account_calls import AccountCalls, AssetIdParameter
from pallets.assets.classes import new_asset
from pallets.assets.config import Config
from pallets.assets.errors import AssetNotLive, Error, NoPermission, NotFrozen
from pallets.assets.events import (
    AssetFrozen,
    AssetMinBalanceChanged,
    AssetStatusChanged,
    AssetThawed,
    Event,
    OwnerChanged,
    TeamChanged,
)
from pallets.assets.try_state import check_assets
from pallets.assets.types import AssetDetails, AssetId, AssetMetadata, AssetStatus
from pallets.assets.weights import (
    destroy_accounts_weight,
    destroy_approvals_weight,
    force_set_metadata_weight,
    set_metadata_weight,
)
from pallets.balances.types import BalanceStatus
from pallets.frame.call import call
from pallets.frame.error import ensure
from pallets.frame.origin import Origin, ensure_signed
from pallets.frame.pallet import config
from pallets.frame.traits import lookup
from pallets.frame.weight import PostDispatchInfo
from pallets.frame.weight_info import benchmarked

__all__ = ["Assets", "Config", "Error", "Event", "Genesis"]


@config
class Genesis:
    """The assets of block zero, their names, and who has how much; the native accounts must be there by then.

    assets: id, owner, whether it is sufficient, least balance
    metadata: id, name, symbol, decimals
    accounts: id, account, balance
    """

    assets: tuple[tuple[AssetId, AccountId, bool, Balance], ...] = ()
    metadata: tuple[tuple[AssetId, bytes, bytes, U8], ...] = ()
    accounts: tuple[tuple[AssetId, AccountId, Balance], ...] = ()
    next_asset_id: AssetId | None = None


class Assets(AccountCalls):
    """Any number of assets, each with a team of its own."""

    @call(0, weight=benchmarked("create"))
    def create(self, origin: Origin, id: AssetIdParameter, admin: MultiAddress, min_balance: Balance) -> None:
        """Create an asset for a deposit; whoever the runtime lets."""
        owner = self.config.create_origin.ensure_origin(origin, id)
        self.do_create(id, owner, lookup(admin), min_balance)

    @call(1, weight=benchmarked("force_create"))
    def force_create(
        self,
        origin: Origin,
        id: AssetIdParameter,
        owner: MultiAddress,
        is_sufficient: bool,
        min_balance: Compact[Balance],
    ) -> None:
        """Create an asset without a deposit; the force origin only."""
        self.config.force_origin.ensure_origin(origin)
        self.do_force_create(id, lookup(owner), is_sufficient, min_balance)

    @call(2, weight=benchmarked("start_destroy"))
    def start_destroy(self, origin: Origin, id: AssetIdParameter) -> None:
        """Begin to destroy an asset; its owner or the force origin only."""
        owner = None if self.is_forced(origin) else ensure_signed(origin)
        self.do_start_destroy(id, owner)

    @call(3, weight=destroy_accounts_weight)
    def destroy_accounts(self, origin: Origin, id: AssetIdParameter) -> PostDispatchInfo:
        """Close accounts of an asset that is being destroyed, some in each call; anybody."""
        ensure_signed(origin)
        removed = self.do_destroy_accounts(id, self.config.remove_items_limit)
        return PostDispatchInfo(self.config.weights.of("destroy_accounts", c=removed))

    @call(4, weight=destroy_approvals_weight)
    def destroy_approvals(self, origin: Origin, id: AssetIdParameter) -> PostDispatchInfo:
        """Cancel approvals of an asset that is being destroyed, some in each call; anybody."""
        ensure_signed(origin)
        removed = self.do_destroy_approvals(id, self.config.remove_items_limit)
        return PostDispatchInfo(self.config.weights.of("destroy_approvals", a=removed))

    @call(5, weight=benchmarked("finish_destroy"))
    def finish_destroy(self, origin: Origin, id: AssetIdParameter) -> None:
        """Remove an asset whose accounts and approvals are gone, and free its deposits; anybody."""
        ensure_signed(origin)
        self.do_finish_destroy(id)

    @call(13, weight=benchmarked("freeze_asset"))
    def freeze_asset(self, origin: Origin, id: AssetIdParameter) -> None:
        """Keep everybody from moving an asset; the freezer only."""
        signer, details = ensure_signed(origin), self.live_details(id)
        ensure(signer == details.freezer, NoPermission)
        self.asset.insert(id, replace(details, status=AssetStatus.FROZEN))
        self.deposit_event(AssetFrozen(id))

    @call(14, weight=benchmarked("thaw_asset"))
    def thaw_asset(self, origin: Origin, id: AssetIdParameter) -> None:
        """Let everybody move an asset again; the admin only."""
        signer, details = ensure_signed(origin), self.details(id)
        ensure(signer == details.admin, NoPermission)
        ensure(details.status is AssetStatus.FROZEN, NotFrozen)
        self.asset.insert(id, replace(details, status=AssetStatus.LIVE))
        self.deposit_event(AssetThawed(id))

    @call(15, weight=benchmarked("transfer_ownership"))
    def transfer_ownership(self, origin: Origin, id: AssetIdParameter, owner: MultiAddress) -> None:
        """Hand an asset and its deposits to another owner; the owner only."""
        signer, new_owner = ensure_signed(origin), lookup(owner)
        details = self._owned(id, signer)
        if new_owner == signer:
            return
        deposit = details.deposit + self.metadata.get(id).deposit
        self.config.currency.repatriate_reserved(signer, new_owner, deposit, BalanceStatus.RESERVED)
        self.asset.insert(id, replace(details, owner=new_owner))
        self.deposit_event(OwnerChanged(id, new_owner))

    @call(16, weight=benchmarked("set_team"))
    def set_team(
        self, origin: Origin, id: AssetIdParameter, issuer: MultiAddress, admin: MultiAddress, freezer: MultiAddress
    ) -> None:
        """Change an asset's issuer, admin and freezer; the owner only."""
        signer = ensure_signed(origin)
        team = lookup(issuer), lookup(admin), lookup(freezer)
        details = self._owned(id, signer)
        self.asset.insert(id, replace(details, issuer=team[0], admin=team[1], freezer=team[2]))
        self.deposit_event(TeamChanged(id, *team))

    @call(17, weight=set_metadata_weight)
    def set_metadata(self, origin: Origin, id: AssetIdParameter, name: bytes, symbol: bytes, decimals: U8) -> None:
        """Name an asset, for a deposit; the owner only."""
        self.do_set_metadata(id, ensure_signed(origin), name, symbol, decimals)

    @call(18, weight=benchmarked("clear_metadata"))
    def clear_metadata(self, origin: Origin, id: AssetIdParameter) -> None:
        """Take an asset's name away; the owner only."""
        owner = ensure_signed(origin)
        self._owned(id, owner)
        self.do_clear_metadata(id, owner)

    @call(19, weight=force_set_metadata_weight)
    def force_set_metadata(
        self, origin: Origin, id: AssetIdParameter, name: bytes, symbol: bytes, decimals: U8, is_frozen: bool
    ) -> None:
        """Name an asset without a deposit, for good where it is frozen; the force origin only."""
        self.config.force_origin.ensure_origin(origin)
        self.do_force_set_metadata(id, AssetMetadata(0, name, symbol, decimals, is_frozen))

    @call(20, weight=benchmarked("force_clear_metadata"))
    def force_clear_metadata(self, origin: Origin, id: AssetIdParameter) -> None:
        """Take an asset's name away; the force origin only."""
        self.config.force_origin.ensure_origin(origin)
        self.do_clear_metadata(id, self.details(id).owner)

    @call(21, weight=benchmarked("force_asset_status"))
    def force_asset_status(
        self,
        origin: Origin,
        id: AssetIdParameter,
        owner: MultiAddress,
        issuer: MultiAddress,
        admin: MultiAddress,
        freezer: MultiAddress,
        min_balance: Compact[Balance],
        is_sufficient: bool,
        is_frozen: bool,
    ) -> None:
        """Change everything that is said of an asset; deposits stay where they are. The force origin only."""
        self.config.force_origin.ensure_origin(origin)
        details = self.details(id)
        ensure(details.status is not AssetStatus.DESTROYING, AssetNotLive)
        changed = replace(
            details,
            owner=lookup(owner),
            issuer=lookup(issuer),
            admin=lookup(admin),
            freezer=lookup(freezer),
            min_balance=min_balance,
            is_sufficient=is_sufficient,
            status=AssetStatus.FROZEN if is_frozen else AssetStatus.LIVE,
        )
        self.asset.insert(id, changed)
        self.deposit_event(AssetStatusChanged(id))

    @call(28, weight=benchmarked("set_min_balance"))
    def set_min_balance(self, origin: Origin, id: AssetIdParameter, min_balance: Balance) -> None:
        """Change the least balance: lower it, or any way while nobody has the asset; the owner only."""
        signer, details = ensure_signed(origin), self.details(id)
        ensure(signer == details.owner and not details.is_sufficient, NoPermission)
        ensure(min_balance < details.min_balance or not details.accounts, NoPermission)
        self.asset.insert(id, replace(details, min_balance=min_balance))
        self.deposit_event(AssetMinBalanceChanged(id, min_balance))

    def _owned(self, asset: AssetId, owner: AccountId) -> AssetDetails:
        details = self.live_details(asset)
        ensure(owner == details.owner, NoPermission)
        return details

    # Genesis and checks

    def build_genesis(self, genesis: Genesis) -> None:
        """Make the first assets; raises ValueError for one that stands twice, and where a name is too long."""
        for asset, owner, is_sufficient, min_balance in genesis.assets:
            if self.asset.contains_key(asset) or not min_balance:
                raise ValueError(f"assets at genesis: asset {asset} stands twice or has no least balance")
            self.asset.insert(asset, new_asset(owner, owner, 0, min_balance, is_sufficient=is_sufficient))
        for asset, name, symbol, decimals in genesis.metadata:
            if max(len(name), len(symbol)) > self.config.string_limit or not self.asset.contains_key(asset):
                raise ValueError(f"metadata at genesis: {name!r} or {symbol!r} is too long, or asset {asset} not there")
            self.metadata.insert(asset, AssetMetadata(0, name, symbol, decimals))
        for asset, who, balance in genesis.accounts:
            self.credit(asset, who, balance, _grown)
        self.next_asset_id.put(genesis.next_asset_id)

    def try_state(self) -> None:
        """Every asset counts what it has, and nothing belongs to an asset that is not there."""
        check_assets(self, self.config.holder)


def _grown(details: AssetDetails, amount: Balance) -> AssetDetails:
    return replace(details, supply=details.supply + amount)
