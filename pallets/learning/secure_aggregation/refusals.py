"""Why a step of secure aggregation is refused; a type for each attack, so that a caller knows whom to blame."""

from __future__ import annotations


class SecureAggregationError(ValueError):
    """A step of the protocol cannot be done, or must not."""


class TermsRefused(SecureAggregationError):
    """A round whose numbers do not fit together: too few clients, a threshold that protects nobody, sums that wrap."""


class MalformedMessage(SecureAggregationError):
    """A message of the wrong size, or from somebody who is not in the round."""


class ForgedAnnouncement(SecureAggregationError):
    """An announcement that its client has not signed for this round."""


class ReplayedKey(SecureAggregationError):
    """A public key that another client, or another round, has used already."""


class WeakKey(SecureAggregationError):
    """A public key with which every agreement gives the same secret."""


class EquivocatingServer(SecureAggregationError):
    """The server tells a client something else than what the block fixed, or than what it told before."""


class BrokenSeal(SecureAggregationError):
    """A sealed share that was not sealed by its dealer for this holder in this round."""


class WrongShare(SecureAggregationError):
    """A share that is not the one its dealer committed to; the holder is to blame."""

    def __init__(self, holder: int, dealer: int) -> None:
        super().__init__(f"client {holder} gave a share of client {dealer} that the dealer has not committed to")
        self.holder, self.dealer = holder, dealer


class WrongDealing(SecureAggregationError):
    """Shares as committed to that do not give the announced secret; the dealer is to blame."""

    def __init__(self, dealer: int) -> None:
        super().__init__(f"the shares of client {dealer} do not give the secret that it announced")
        self.dealer = dealer


class TooFewSurvivors(SecureAggregationError):
    """Fewer clients than the threshold are left; the sum stays hidden."""


class ImpossibleSum(SecureAggregationError):
    """The unmasked sum is larger than clipped updates can give: some client left the protocol."""
