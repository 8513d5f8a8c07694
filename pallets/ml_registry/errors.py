"""Why calls of the registry of models fail."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a call failed."""


class UnknownAlgorithm(Error):
    """No algorithm has this id."""


class AlgorithmDisabled(Error):
    """The algorithm may not be used any more."""


class UnknownModel(Error):
    """No model has this id."""


class NotOwner(Error):
    """Only the model's owner may do this."""


class NameMissing(Error):
    """A name has at least one byte."""


class UnknownParent(Error):
    """No version has this id."""


class ForeignParent(Error):
    """The parent was made by another algorithm."""


class EmptyArtifact(Error):
    """A model has bytes, and a CID to find them by."""


class SharesUnbalanced(Error):
    """The contributors are not all different, or their shares do not add up to a million."""


class ShareTooSmall(Error):
    """The account owns less of the version than that, or nothing was to be moved."""


class TooManyHolders(Error):
    """The version has as many owners as it may have."""


class AlreadyWithdrawn(Error):
    """The version shall not be used any more; `withdrawal_of` says what takes its place."""


class TooManyDescendants(Error):
    """More was made from the version than goes at once: withdraw what was made last first."""


class NothingEarned(Error):
    """The account's part has earned less than a planck."""


class NoCurrency(Error):
    """On this chain versions earn nothing."""
