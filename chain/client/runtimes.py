"""The runtimes that a chain has had: for each block the metadata that reads it, asked for once."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from chain.client.endpoint import Endpoint, Version
from chain.client.errors import BadAnswer, RequestRefused
from chain.client.values import Values
from chain.crypto.ss58 import GENERIC_PREFIX
from chain.metadata import Metadata, MetadataError, NotInMetadata
from chain.primitives import U32, Hash
from chain.record import record
from chain.rpc.parameters import Json
from chain.scale import Codec, DecodeError, codec_of

CODE: Final = b":code"
"""Where the runtime's code lies (sp_storage::well_known_keys)."""

VERSIONS: Final = (16, 15)
"""Of metadata, the best first; a node that has neither has version 14."""

REMEMBERED: Final = 1024
"""Blocks whose runtime is known without asking."""

_VERSIONS_CODEC: Final[Codec[list[U32]]] = codec_of(list[U32])
_OPAQUE: Final[Codec[bytes | None]] = codec_of(bytes | None)


@record
class KnownRuntime:
    """A runtime by its metadata."""

    version: Version
    metadata: Metadata
    values: Values


class Runtimes:
    """The runtimes of one chain."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._by_identity: dict[tuple[Version, Json], KnownRuntime] = {}
        self._by_block: dict[Hash, KnownRuntime] = {}

    def at(self, block_hash: Hash) -> KnownRuntime:
        """The runtime that the state after a block is for; raises BadAnswer, RequestRefused."""
        found = self._by_block.get(block_hash)
        if found is None:
            # a chain that went back to a snapshot may have two runtimes of one version: their code differs
            version = self._endpoint.version(block_hash)
            identity = version, self._endpoint.rpc("state_getStorageHash", CODE, block_hash)
            found = self._by_identity.get(identity)
            if found is None:
                found = self._by_identity[identity] = self._asked(version, block_hash)
            if len(self._by_block) >= REMEMBERED:
                self._by_block.clear()
            self._by_block[block_hash] = found
        return found

    def _asked(self, version: Version, block_hash: Hash) -> KnownRuntime:
        try:
            metadata = _decoded(self._metadata(block_hash))
        except (DecodeError, MetadataError) as error:
            raise BadAnswer("Metadata_metadata_at_version", str(error)) from error
        return KnownRuntime(version, metadata, Values(metadata, _prefix(metadata)))

    def _metadata(self, at: Hash) -> bytes:
        try:
            known = _VERSIONS_CODEC.decode(self._endpoint.call("Metadata_metadata_versions", b"", at))
        except RequestRefused:  # a runtime from before 2023
            return self._endpoint.metadata_v14(at)
        for version in VERSIONS:
            if version in known:
                answer = self._endpoint.call("Metadata_metadata_at_version", version.to_bytes(4, "little"), at)
                found = _OPAQUE.decode(answer)
                if found is not None:
                    return found
        return self._endpoint.metadata_v14(at)


@lru_cache(maxsize=8)
def _decoded(data: bytes) -> Metadata:
    """Tests have a client each, all of them for the same few runtimes."""
    return Metadata.decode(data)


def _prefix(metadata: Metadata) -> int:
    try:
        found = metadata.constant("System", "SS58Prefix")
    except NotInMetadata:
        return GENERIC_PREFIX
    return found if isinstance(found, int) else GENERIC_PREFIX
