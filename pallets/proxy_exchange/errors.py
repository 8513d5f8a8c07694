"""Why a call of the ProxyExchange pallet fails; the order is wire format."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a call failed."""


class UnknownExchange(Error):
    """No exchange has this id, or it was closed."""


class PlanImpossible(Error):
    """A phase has no block, there are no rounds or too many, a share is above the whole, or nobody could take part."""


class PurposeUnknowable(Error):
    """This chain has no registry of permits."""


class NotOwner(Error):
    """Only whoever opened the exchange may close it."""


class WrongPhase(Error):
    """The exchange is not in the phase for this."""


class WrongRound(Error):
    """The exchange is in another round."""


class AlreadyMember(Error):
    """The account takes part already."""


class NotMember(Error):
    """The account does not take part, or is not on the ring of this round."""


class TooManyMembers(Error):
    """The ring is full."""


class NoSamples(Error):
    """At least one sample must count."""


class NotPermitted(Error):
    """The exchange has a purpose, and the data's owner has not permitted it."""


class AlreadyActed(Error):
    """The account has done this in this round."""


class EmptyArtifact(Error):
    """An artifact has bytes, and a CID to find them by."""


class NothingHeard(Error):
    """The account has shown no proxy in this round, so it hears none."""


class WrongProxy(Error):
    """That is not the proxy that the ring brings to the account in this round."""


class NothingDue(Error):
    """The phase is not over."""
