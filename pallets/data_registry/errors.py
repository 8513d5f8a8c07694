"""Why calls of the data registry fail."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a call failed."""


class DeviceKnown(Error):
    """A device of this id or with this key is registered."""


class KeyNotOnCurve(Error):
    """The key is no point of secp256r1."""


class PossessionUnproven(Error):
    """The signature is not the device's, over the owner's account and the device's id."""


class UnknownDevice(Error):
    """No device has this id."""


class DeviceInUse(Error):
    """Data sets of the device's readings are registered; erase them first."""


class NotOwner(Error):
    """Only the owner may do this."""


class EmptyArtifact(Error):
    """A data set has bytes, and a CID to find them by."""


class LicenceMissing(Error):
    """A data set has a licence and a jurisdiction."""


class DeviceMissing(Error):
    """Signed readings name their device, and nothing else does."""


class DataSetKnown(Error):
    """A data set with this commitment is registered, or somebody else has named data by it in a round."""


class UnknownDataSet(Error):
    """No data set has this id, or it was erased."""


class PermitExpired(Error):
    """The permit would be over already."""


class TooManyPermits(Error):
    """The data set has as many permits as it may have; revoke one."""


class UnknownPermit(Error):
    """There is no such permit."""


class PermitHolds(Error):
    """Only the owner ends a permit before its time."""


class StakeTooSmall(Error):
    """A checker answers with more stake than this account has."""


class AlreadyChecker(Error):
    """The account checks already."""


class NotChecker(Error):
    """The account does not check."""


class TooManyCheckers(Error):
    """There are as many checkers as there may be."""


class TooManyChecks(Error):
    """Too many data sets are being checked; try again in some blocks."""


class CheckIsOpen(Error):
    """The data set is being checked."""


class AlreadyRefuted(Error):
    """The data set has been refuted; there is no deposit to lose any more."""


class UnknownCheck(Error):
    """The data set is not being checked."""


class WrongPhase(Error):
    """The check is in another phase."""


class NotOnPanel(Error):
    """The account was not drawn for this check."""


class AlreadySealed(Error):
    """The account has sealed a verdict."""


class NothingSealed(Error):
    """The account has sealed no verdict, or has revealed it."""


class SealBroken(Error):
    """The verdict and the salt are not those that were sealed."""


class NotPermitted(Error):
    """There is no permit for this account and purpose in force, or the data are not confirmed."""


class KeyNotAsked(Error):
    """The account has named no key that the data's key could be sealed to."""
