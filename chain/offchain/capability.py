"""What a node may lend a worker, and how it refuses the rest."""

from __future__ import annotations

from enum import Flag, auto


class Capability(Flag):
    """What a node may lend a worker (compare sp_core::offchain::Capabilities).

    Substrate's network state and authorized nodes are not among them: these nodes have no peers to tell of.
    """

    RANDOMNESS = auto()
    STORAGE_READ = auto()
    STORAGE_WRITE = auto()
    CONTENT_READ = auto()
    CONTENT_WRITE = auto()
    SUBMIT = auto()
    TIME = auto()
    """Telling the time, and waiting."""
    HTTP = auto()
    """Requests to the hosts that the node's allow list names."""
    KEYSTORE = auto()
    """Making keys and signing with those of the keystore."""
    REQUEST_BLOCK = auto()
    """Asking for a next block where blocks are made on demand."""
    ALL = (
        RANDOMNESS
        | STORAGE_READ
        | STORAGE_WRITE
        | CONTENT_READ
        | CONTENT_WRITE
        | SUBMIT
        | TIME
        | HTTP
        | KEYSTORE
        | REQUEST_BLOCK
    )


NOTHING = Capability(0)


class CapabilityDenied(Exception):
    """A worker asked for what its node does not lend."""

    def __init__(self, capability: Capability) -> None:
        super().__init__(capability)
        self.capability = capability

    def __str__(self) -> str:
        return f"this node lends its worker no {self.capability.name}"
