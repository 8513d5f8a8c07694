"""Why Multisig calls fail; the order is wire format."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a Multisig call failed."""


class MinimumThreshold(Error):
    """The threshold must be two or more."""


class AlreadyApproved(Error):
    """The signatory approved the call before."""


class NoApprovalsNeeded(Error):
    """The call needs no more approvals."""


class TooFewSignatories(Error):
    """There are too few signatories."""


class TooManySignatories(Error):
    """There are too many signatories."""


class SignatoriesOutOfOrder(Error):
    """The other signatories are not in ascending order, or one stands twice."""


class SenderInSignatories(Error):
    """The signer is among the other signatories."""


class NotFound(Error):
    """No such operation is open."""


class NotOwner(Error):
    """Only who opened the operation may cancel it or change its deposit."""


class NoTimepoint(Error):
    """The operation is open already, and no timepoint was given."""


class WrongTimepoint(Error):
    """The operation was opened at another timepoint."""


class UnexpectedTimepoint(Error):
    """A timepoint was given for an operation that is not open."""


class MaxWeightTooLow(Error):
    """The call weighs more than the signer expects."""


class AlreadyStored(Error):
    """What is to be stored is stored already."""
