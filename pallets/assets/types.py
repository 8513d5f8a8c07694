"""Records of the Assets pallet, in the layout of their stored form."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from chain.primitives import U8, U32, AccountId, Balance, Enumeration, MaxLen, RustType
from chain.record import record
from pallets.assets.config import Config

AssetId = U32
"""Which asset; every instance of the pallet counts for itself."""


class AssetStatus(IntEnum):
    """What may be done with an asset."""

    LIVE = 0
    FROZEN = 1
    DESTROYING = 2


class AccountStatus(IntEnum):
    """What an account may do with an asset."""

    LIQUID = 0
    FROZEN = 1
    """It may receive, and not send."""
    BLOCKED = 2
    """It may neither receive nor send."""


@record
class AssetDetails:
    """An asset: who may do what with it, how much of it there is, and what counts on it.

    issuer mints; admin burns, thaws and forces transfers; freezer freezes; owner changes all of them
    deposit: native funds that its owner has reserved for it
    is_sufficient: whether holding the asset is reason enough for an account to exist
    sufficients: accounts that exist for this reason
    """

    __rust__ = RustType(
        "pallet_assets::types::AssetDetails",
        parameters=(("Balance", Balance), ("AccountId", AccountId), ("DepositBalance", Balance)),
    )

    owner: AccountId
    issuer: AccountId
    admin: AccountId
    freezer: AccountId
    supply: Balance
    deposit: Balance
    min_balance: Balance
    is_sufficient: bool
    accounts: U32
    sufficients: U32
    approvals: U32
    status: AssetStatus


class ExistenceReason(Enumeration):
    """Why an account of an asset exists."""

    __rust__ = RustType(
        "pallet_assets::types::ExistenceReason",
        unnamed=True,
        parameters=(("Balance", Balance), ("AccountId", AccountId)),
    )


class Consumer(ExistenceReason, index=0):
    """It consumes the native account, which may not be reaped meanwhile."""


class Sufficient(ExistenceReason, index=1):
    """The asset is reason enough."""


class DepositHeld(ExistenceReason, index=2):
    """Its holder reserved a deposit for it."""

    deposit: Balance


class DepositRefunded(ExistenceReason, index=3):
    """There was a deposit, which was given back."""


class DepositFrom(ExistenceReason, index=4):
    """Somebody else reserved a deposit for it; the holder may have no native account."""

    depositor: AccountId
    deposit: Balance


@record
class AssetAccount:
    """What one account has of one asset."""

    __rust__ = RustType(
        "pallet_assets::types::AssetAccount",
        parameters=(("Balance", Balance), ("DepositBalance", Balance), ("Extra", "extra"), ("AccountId", AccountId)),
    )

    balance: Balance
    status: AccountStatus
    reason: ExistenceReason
    extra: None = None
    """Room for what a runtime adds to each account; nothing here."""

    @property
    def may_send(self) -> bool:
        """Whether its holder may move the asset."""
        return self.status is AccountStatus.LIQUID


@record
class Approval:
    """How much a delegate may still move for the owner, and the native funds reserved for saying so."""

    __rust__ = RustType(
        "pallet_assets::types::Approval", parameters=(("Balance", Balance), ("DepositBalance", Balance))
    )

    amount: Balance = 0
    deposit: Balance = 0


Text = Annotated[bytes, MaxLen(Config.string_limit)]
"""A name or a symbol, in UTF-8."""


@record
class AssetMetadata:
    """What wallets show of an asset; `is_frozen` keeps its owner from changing it."""

    __rust__ = RustType(
        "pallet_assets::types::AssetMetadata", parameters=(("DepositBalance", Balance), ("BoundedString", "name"))
    )

    deposit: Balance = 0
    name: Text = b""
    symbol: Text = b""
    decimals: U8 = 0
    is_frozen: bool = False
