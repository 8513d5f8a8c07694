"""Why calls of on-chain inference fail; the order is wire format."""

from __future__ import annotations

from pallets.frame.error import PalletError


class Error(PalletError):
    """Why a call failed."""


class NotAForest(Error):
    """Only forests and boosted trees are served on chain."""


class TooLarge(Error):
    """The artifact has more bytes, or more trees, than the chain serves."""


class VersionWithdrawn(Error):
    """The version shall not be used any more."""


class AlreadyPlaced(Error):
    """The version is on chain already."""


class NotPlaced(Error):
    """The version is not on chain; place its artifact first."""


class UploadKnown(Error):
    """The caller is bringing this version on chain already; go on, or abandon it."""


class UnknownUpload(Error):
    """The account is not bringing this version on chain."""


class ChunkOutOfOrder(Error):
    """The chunk does not begin where the bytes that are there end."""


class WrongChunkSize(Error):
    """All chunks but the last have the chain's chunk size, and the last has the rest."""


class UploadIncomplete(Error):
    """There are bytes to come."""


class UploadHolds(Error):
    """Only its own account abandons an upload before it expires."""


class WrongSize(Error):
    """The size is not the artifact's."""


class WrongBytes(Error):
    """The bytes are not those that the version's root stands for."""


class Malformed(Error):
    """The artifact is no canonical encoding of what its algorithm makes."""


class NotPlacer(Error):
    """Only its placer takes a version off the chain while it is in use."""


class NotOwner(Error):
    """Only the model's owner may do this."""


class NoRows(Error):
    """There is nothing to predict."""


class WrongRowLength(Error):
    """A row has not as many values as the model has features."""


class BoundTooSmall(Error):
    """The model needs more than the caller has said; ask for a quote."""


class FeeTooHigh(Error):
    """The owner's fee is more than the caller would pay."""


class RootKnown(Error):
    """The version has a root; drop it first."""


class UnknownRoot(Error):
    """Nobody has named the root of the version's proofs."""


class RootContradicted(Error):
    """The version is on chain, and its root is another."""


class ProofRefused(Error):
    """The proof does not show what the model of this root says about these rows."""
