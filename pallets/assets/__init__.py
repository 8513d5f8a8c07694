"""Any number of assets beside the native currency, each with a team, a least balance and approvals (pallet_assets).

In reading order: `config`, `types`, `events`, `errors`, `weights`; `storage`, `existence` (why accounts of an asset
exist), `accounts` (what moves between them), `classes` (assets as a whole, and approvals) and `fungibles` (what other
pallets may do); the calls in `account_calls` and `pallet`; `try_state`. Beside it `holder` and `freezer`, pallets that
set parts aside, and `currency`, one asset as the currency of another pallet.

    self.assets_holder = AssetsHolder(self, holder.Config(assets=lambda: self.assets.fungibles), index=51)
    self.assets = Assets(
        self, assets.Config(currency=self.balances, account_store=self.system, holder=self.assets_holder, ...), index=50
    )

The same pallet stands in a runtime twice as two objects with different names and indices.
"""

from pallets.assets.config import AssetsCallback, BalanceOnHold, Config, DepositCurrency, FrozenBalance
from pallets.assets.currency import AssetCurrency
from pallets.assets.freezer import AssetsFreezer
from pallets.assets.fungibles import AssetFungibles
from pallets.assets.holder import AssetsHolder
from pallets.assets.pallet import Assets, Error, Event, Genesis
from pallets.assets.types import (
    AccountStatus,
    Approval,
    AssetAccount,
    AssetDetails,
    AssetId,
    AssetMetadata,
    AssetStatus,
    ExistenceReason,
)

__all__ = [
    "AccountStatus",
    "Approval",
    "AssetAccount",
    "AssetCurrency",
    "AssetDetails",
    "AssetFungibles",
    "AssetId",
    "AssetMetadata",
    "AssetStatus",
    "Assets",
    "AssetsCallback",
    "AssetsFreezer",
    "AssetsHolder",
    "BalanceOnHold",
    "Config",
    "DepositCurrency",
    "Error",
    "Event",
    "ExistenceReason",
    "FrozenBalance",
    "Genesis",
]
