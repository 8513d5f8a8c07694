"""What happened to assets; the order is wire format."""

from __future__ import annotations

from chain.primitives import U8, U32, AccountId, Balance
from pallets.assets.types import AssetId
from pallets.frame.event import PalletEvent


class Event(PalletEvent):
    """What happened to assets."""


class Created(Event):
    """An asset was created."""

    asset_id: AssetId
    creator: AccountId
    owner: AccountId


class Issued(Event):
    """Some of an asset was made."""

    asset_id: AssetId
    owner: AccountId
    amount: Balance


class Transferred(Event):
    """Some of an asset moved."""

    asset_id: AssetId
    from_: AccountId
    to: AccountId
    amount: Balance


class Burned(Event):
    """Some of an asset was destroyed."""

    asset_id: AssetId
    owner: AccountId
    balance: Balance


class TeamChanged(Event):
    """An asset has another team."""

    asset_id: AssetId
    issuer: AccountId
    admin: AccountId
    freezer: AccountId


class OwnerChanged(Event):
    """An asset has another owner."""

    asset_id: AssetId
    owner: AccountId


class Frozen(Event):
    """An account may no longer send an asset."""

    asset_id: AssetId
    who: AccountId


class Thawed(Event):
    """An account may send and receive an asset again."""

    asset_id: AssetId
    who: AccountId


class AssetFrozen(Event):
    """An asset may no longer be moved."""

    asset_id: AssetId


class AssetThawed(Event):
    """An asset may be moved again."""

    asset_id: AssetId


class AccountsDestroyed(Event):
    """Accounts of an asset that is on its way out are gone."""

    asset_id: AssetId
    accounts_destroyed: U32
    accounts_remaining: U32


class ApprovalsDestroyed(Event):
    """Approvals of an asset that is on its way out are gone."""

    asset_id: AssetId
    approvals_destroyed: U32
    approvals_remaining: U32


class DestructionStarted(Event):
    """An asset is on its way out."""

    asset_id: AssetId


class Destroyed(Event):
    """An asset is gone."""

    asset_id: AssetId


class ForceCreated(Event):
    """An asset was created by the force origin."""

    asset_id: AssetId
    owner: AccountId


class MetadataSet(Event):
    """An asset has a name, or another one."""

    asset_id: AssetId
    name: bytes
    symbol: bytes
    decimals: U8
    is_frozen: bool


class MetadataCleared(Event):
    """An asset has no name any more."""

    asset_id: AssetId


class ApprovedTransfer(Event):
    """A delegate may move so much more for the owner."""

    asset_id: AssetId
    source: AccountId
    delegate: AccountId
    amount: Balance


class ApprovalCancelled(Event):
    """A delegate may move nothing more for the owner."""

    asset_id: AssetId
    owner: AccountId
    delegate: AccountId


class TransferredApproved(Event):
    """A delegate moved some of the owner's; told by no call any more."""

    asset_id: AssetId
    owner: AccountId
    delegate: AccountId
    destination: AccountId
    amount: Balance


class AssetStatusChanged(Event):
    """The force origin changed an asset."""

    asset_id: AssetId


class AssetMinBalanceChanged(Event):
    """An asset has another least balance."""

    asset_id: AssetId
    new_min_balance: Balance


class Touched(Event):
    """An account of an asset was opened with a deposit."""

    asset_id: AssetId
    who: AccountId
    depositor: AccountId


class Blocked(Event):
    """An account may neither send nor receive an asset."""

    asset_id: AssetId
    who: AccountId


class Deposited(Event):
    """Some of an asset was put into an account, as a refund is."""

    asset_id: AssetId
    who: AccountId
    amount: Balance


class Withdrawn(Event):
    """Some of an asset was taken out of an account, as a fee is."""

    asset_id: AssetId
    who: AccountId
    amount: Balance
