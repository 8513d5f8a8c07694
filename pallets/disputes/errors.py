"""Why a call of the Disputes pallet fails; the order is wire format."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a call failed."""


class UnknownClaim(Error):
    """No claim has this id, or it was concluded."""


class NotDisputed(Error):
    """Nobody challenges the claim now."""


class AlreadyDisputed(Error):
    """Somebody challenges the claim already: wait for the end of the dispute."""


class WindowImpossible(Error):
    """A claim must be open to challenges for at least one block, and at most as many as the chain allows."""


class TooLate(Error):
    """The deadline is over: the claim can be concluded."""


class TooEarly(Error):
    """The deadline is not over."""


class StakeTooSmall(Error):
    """Whoever challenges needs more at stake."""


class OwnClaim(Error):
    """The account stands behind this claim itself."""


class AlreadyLost(Error):
    """The account lost a dispute about this claim."""


class SameResult(Error):
    """The claim has this result."""


class NotComputable(Error):
    """No kind of computation takes such inputs, or has such results."""


class NotParty(Error):
    """Only the two sides of the dispute move."""


class WrongStage(Error):
    """The dispute waits for another move."""


class AlreadyMoved(Error):
    """It is the other side's turn."""


class PathBroken(Error):
    """The hashes do not lead to what was committed."""


class WrongNodes(Error):
    """There are more or fewer nodes than the move asks for, or they are not below the one in question."""


class WrongStep(Error):
    """The witness does not belong to the state: nothing follows from it."""


class Awaited(Error):
    """The pallet that opened the claim concludes it itself."""
