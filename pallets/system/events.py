"""What System tells: outcomes of extrinsics, accounts that come and go, upgrades."""

from __future__ import annotations

from chain.primitives import AccountId, Hash
from pallets.frame.error import DispatchFailure
from pallets.frame.event import PalletEvent
from pallets.system.types import DispatchEventInfo


class Event(PalletEvent):
    """What happened to extrinsics and accounts."""


class ExtrinsicSuccess(Event):
    """An extrinsic completed."""

    dispatch_info: DispatchEventInfo


class ExtrinsicFailed(Event):
    """An extrinsic failed; its fee stays paid."""

    dispatch_error: DispatchFailure
    dispatch_info: DispatchEventInfo


class CodeUpdated(Event):
    """The runtime was replaced."""


class NewAccount(Event):
    """An account was created."""

    account: AccountId


class KilledAccount(Event):
    """An account was reaped."""

    account: AccountId


class Remarked(Event):
    """A remark was made; the hash is of its bytes."""

    sender: AccountId
    hash: Hash


class UpgradeAuthorized(Event):
    """A runtime may be put in place of this one, by whoever brings its code."""

    code_hash: Hash
    check_version: bool


class RejectedInvalidAuthorizedUpgrade(Event):
    """The authorized runtime was brought, and it may not follow this one; the authorization is used up."""

    code_hash: Hash
    error: DispatchFailure
