"""Why Proxy calls fail; the order is wire format."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a Proxy call failed."""


class TooMany(Error):
    """There are too many delegates, or too many announcements."""


class NotFound(Error):
    """No such delegate or announcement is there."""


class NotProxy(Error):
    """The account is no delegate of the other one."""


class Unproxyable(Error):
    """A delegate of this kind may not make the call."""


class Duplicate(Error):
    """The account is that delegate already."""


class NoPermission(Error):
    """The call may not be made by a delegate, or not for this account."""


class Unannounced(Error):
    """The call was announced too late, or not at all."""


class NoSelfProxy(Error):
    """No account is its own delegate."""
