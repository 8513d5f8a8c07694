"""Where assets, their accounts, approvals and names are kept, and the questions that need no more than a look."""

from __future__ import annotations

from chain.primitives import AccountId, Balance
from pallets.assets.config import Config
from pallets.assets.errors import AssetNotLive, Unknown
from pallets.assets.types import Approval, AssetAccount, AssetDetails, AssetId, AssetMetadata, AssetStatus
from pallets.frame.error import ensure
from pallets.frame.pallet import Pallet
from pallets.frame.storage import StorageDoubleMap, StorageMap, StorageNMap, StorageValue, item


class AssetStorage(Pallet[Config]):
    """The pallet's storage."""

    storage_version = 1

    asset: StorageMap[AssetId, AssetDetails | None]
    """Every asset."""

    account: StorageDoubleMap[AssetId, AccountId, AssetAccount | None]
    """What each account has of each asset."""

    approvals: StorageNMap[tuple[AssetId, AccountId, AccountId], Approval | None]
    """What a delegate, the third key, may move of an owner's, the second, and what is reserved for that."""

    metadata: StorageMap[AssetId, AssetMetadata] = item(default=AssetMetadata())
    """Names, symbols and decimals."""

    next_asset_id: StorageValue[AssetId | None]
    """The only id that the next asset may have; any while this is empty."""

    def details(self, asset: AssetId) -> AssetDetails:
        """An asset; raises Unknown."""
        found = self.asset.get(asset)
        if found is None:
            raise Unknown
        return found

    def live_details(self, asset: AssetId) -> AssetDetails:
        """An asset that may be used; raises Unknown or AssetNotLive."""
        found = self.details(asset)
        ensure(found.status is AssetStatus.LIVE, AssetNotLive)
        return found

    # Fungibles: what there is

    def asset_exists(self, asset: AssetId) -> bool:
        """Whether there is such an asset."""
        return self.asset.contains_key(asset)

    def minimum_balance(self, asset: AssetId) -> Balance:
        """The least that an account may have; 0 of an asset that does not exist."""
        found = self.asset.get(asset)
        return 0 if found is None else found.min_balance

    def issuance(self, asset: AssetId) -> Balance:
        """All of the asset that exists."""
        found = self.asset.get(asset)
        return 0 if found is None else found.supply

    def balance(self, asset: AssetId, who: AccountId) -> Balance:
        """What the account has, without what is on hold."""
        found = self.account.get((asset, who))
        return 0 if found is None else found.balance

    def total_balance(self, asset: AssetId, who: AccountId) -> Balance:
        """What the account has, with what is on hold."""
        return self.balance(asset, who) + (self.config.holder.balance_on_hold(asset, who) or 0)

    def allowance(self, asset: AssetId, owner: AccountId, delegate: AccountId) -> Balance:
        """How much a delegate may still move for the owner."""
        found = self.approvals.get((asset, owner, delegate))
        return 0 if found is None else found.amount

    def account_balances(self, who: AccountId) -> list[tuple[AssetId, Balance]]:
        """What the account has of every asset that it has an account of."""
        found = ((asset, self.account.get((asset, who))) for asset in self.asset.iter_keys())
        return [(asset, account.balance) for asset, account in found if account is not None]
