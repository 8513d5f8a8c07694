"""Why System's calls fail."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a System call failed."""


class InvalidSpecName(Error):
    """The new runtime has another name."""


class SpecVersionNeedsToIncrease(Error):
    """The new runtime is not newer."""


class FailedToExtractRuntimeVersion(Error):
    """The new runtime does not tell its version."""


class NonDefaultComposite(Error):
    """The account is not at its default."""


class NonZeroRefCount(Error):
    """The account is still referred to."""


class CallFiltered(Error):
    """The origin's filter does not let the call through."""


class MultiBlockMigrationsOngoing(Error):
    """A migration is under way."""


class NothingAuthorized(Error):
    """No upgrade was authorized."""


class Unauthorized(Error):
    """The upgrade is not the authorized one."""
