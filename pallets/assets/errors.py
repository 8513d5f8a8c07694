"""Why Assets calls fail; the order is wire format."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why an Assets call failed."""


class BalanceLow(Error):
    """The account has less than the amount."""


class NoAccount(Error):
    """The account has none of the asset."""


class NoPermission(Error):
    """The signer may not do this."""


class Unknown(Error):
    """There is no such asset, metadata or approval."""


class Frozen(Error):
    """The account is frozen."""


class InUse(Error):
    """The id is taken, or the asset still has accounts or approvals."""


class BadWitness(Error):
    """The witness data is wrong; no call fails so any more."""


class MinBalanceZero(Error):
    """The least balance must be greater than zero."""


class UnavailableConsumer(Error):
    """The native account does not exist, or would have the most consumers that it may."""


class BadMetadata(Error):
    """The name or the symbol is too long."""


class Unapproved(Error):
    """No approval lets the delegate move this much."""


class WouldDie(Error):
    """The account would not survive and should."""


class AlreadyExists(Error):
    """The account has the asset already."""


class NoDeposit(Error):
    """No deposit is reserved for the account, and it consumes none."""


class WouldBurn(Error):
    """What the account has of the asset would be destroyed."""


class LiveAsset(Error):
    """The asset is in use and must be on its way out."""


class AssetNotLive(Error):
    """The asset is frozen or being destroyed."""


class IncorrectStatus(Error):
    """The asset is not in the state that this needs."""


class NotFrozen(Error):
    """The asset must be frozen first."""


class CallbackFailed(Error):
    """The runtime refused what was to happen."""


class BadAssetId(Error):
    """The next asset has another id."""


class ContainsFreezes(Error):
    """Some of the asset is frozen, so it cannot go."""


class ContainsHolds(Error):
    """Some of the asset is on hold, so it cannot go."""
