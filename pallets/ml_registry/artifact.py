"""Artifacts: what the chain knows of bytes that it never holds."""

from __future__ import annotations

from typing import Annotated

from chain.content.hashed import HashedBytes
from chain.crypto.hashing import blake2_256
from chain.primitives import U64, Hash, MaxLen
from chain.record import record
from chain.runtime_api import OffchainNode

CID_BYTES = 64
"""A CIDv1 of sha2-256 in base32 has 59 characters; a few more leave room for other stores."""


@record
class Artifact:
    """Bytes in the content store.

    cid: where to find them; root: their Blake2b-256; size: how many they are
    """

    cid: Annotated[bytes, MaxLen(CID_BYTES)]
    root: Hash
    size: U64


class ArtifactMismatch(Exception):
    """The store's bytes are not those that the chain has the root of."""

    def __init__(self, artifact: Artifact, reason: str) -> None:
        super().__init__(artifact, reason)
        self.artifact = artifact
        self.reason = reason

    def __str__(self) -> str:
        return f"artifact {self.artifact.cid.decode('ascii', 'replace')}: {self.reason}"


def artifact_of(data: bytes) -> Artifact:
    """The artifact that `data` is, wherever it is kept in the chunks of IPFS."""
    known = HashedBytes.of(data)
    return Artifact(known.cid.encode(), Hash(known.root), len(known))


def publish(node: OffchainNode, data: bytes) -> Artifact:
    """Put `data` in the content store; raises `ContentTooLarge`."""
    known = HashedBytes.of(data)
    return Artifact(node.content_put(known).encode(), Hash(known.root), len(known))


def fetch(node: OffchainNode, artifact: Artifact) -> bytes:
    """The bytes of an artifact, checked against its root and size.

    Raises ArtifactMismatch, and what `OffchainNode.content_get` raises.
    """
    return verified(artifact, node.content_get(artifact.cid.decode("ascii", "replace")))


def verified(artifact: Artifact, data: bytes) -> bytes:
    """`data`, which must be the artifact's bytes; raises ArtifactMismatch."""
    if len(data) != artifact.size:
        raise ArtifactMismatch(artifact, f"{len(data)} bytes instead of {artifact.size}")
    root = data.root if isinstance(data, HashedBytes) else blake2_256(data)
    if root != artifact.root:
        raise ArtifactMismatch(artifact, f"its root is not 0x{artifact.root.hex()}")
    return data
