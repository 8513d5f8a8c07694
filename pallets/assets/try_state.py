"""Whether the Assets pallet's records agree with each other: what `try_state` asks after each block of a test."""

from __future__ import annotations

from collections.abc import Iterator

from chain.primitives import Balance
from pallets.assets.config import BalanceOnHold
from pallets.assets.storage import AssetStorage
from pallets.assets.types import AssetDetails, AssetId, AssetStatus, Sufficient
from pallets.frame.guard import TryStateError


def check_assets(assets: AssetStorage, holder: BalanceOnHold) -> None:
    """Raises TryStateError with the asset and the figures that contradict each other.

    The supply may be larger than what all accounts have together: a refund that burns, and a transfer by another
    pallet that leaves too little to stay, take from an account and not from the supply, as in polkadot-sdk.
    """
    for asset in _mentioned(assets):
        if not assets.asset.contains_key(asset):
            raise TryStateError(f"asset {asset} is not there and has accounts, approvals or a name")
    for asset, details in assets.asset.iter():
        if details is not None and details.status is not AssetStatus.DESTROYING:
            _check_asset(assets, holder, asset, details)


def _mentioned(assets: AssetStorage) -> Iterator[AssetId]:
    yield from assets.metadata.iter_keys()
    for asset, _, _ in assets.approvals.iter_keys():
        yield asset
    for asset, _ in assets.account.iter_keys():
        yield asset


def _check_asset(assets: AssetStorage, holder: BalanceOnHold, asset: AssetId, details: AssetDetails) -> None:
    accounts = sufficients = 0
    total: Balance = 0
    for (_, who), account in assets.account.iter(prefix=(asset,)):
        if account is not None:
            accounts += 1
            sufficients += isinstance(account.reason, Sufficient)
            total += account.balance + (holder.balance_on_hold(asset, who) or 0)
    approvals = sum(1 for _ in assets.approvals.iter_keys(prefix=(asset,)))
    if total > details.supply:
        raise TryStateError(f"asset {asset}: accounts have {total} of a supply of {details.supply}")
    found, counted = (
        (accounts, sufficients, approvals),
        (details.accounts, details.sufficients, details.approvals),
    )
    if found != counted:
        raise TryStateError(
            f"asset {asset}: it has {found} accounts, sufficient ones and approvals, and counts {counted}"
        )
