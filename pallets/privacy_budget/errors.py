"""Why the ledger of privacy refuses; the order is wire format."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a call failed."""


class BudgetExceeded(Error):
    """The round would cost more privacy than the account, or the owner of the data, allows."""


class NotOwner(Error):
    """Only the owner of registered data sets a limit for them."""
