"""Headers and blocks: what a chain is made of.

    header = parent_hash ‖ compact(number) ‖ state_root ‖ extrinsics_root ‖ digest items
    block  = header ‖ extrinsics, each led by its length

In memory an extrinsic is its bytes without the length.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import BlockNumber, Bytes4, Compact, Enumeration, Hash
from chain.record import record
from chain.scale import Codec, codec_of
from chain.scale.compact import encode_compact
from chain.trie.ordered import ordered_root

AURA: Final = b"aura"
BABE: Final = b"BABE"
GRANDPA: Final = b"FRNK"


class DigestItem(Enumeration):
    """A note in a header, from or for the consensus engine (sp_runtime::generic::DigestItem)."""


class Other(DigestItem, index=0):
    """Bytes that no engine reads."""

    data: bytes


class Consensus(DigestItem, index=4):
    """From the runtime to the engine: a change of authorities."""

    engine: Bytes4
    data: bytes


class Seal(DigestItem, index=5):
    """The author's signature of the header without it; added after the runtime is done."""

    engine: Bytes4
    data: bytes


class PreRuntime(DigestItem, index=6):
    """From the author to the runtime: the slot."""

    engine: Bytes4
    data: bytes


class RuntimeEnvironmentUpdated(DigestItem, index=8):
    """The block changed the runtime's code."""


# Without slots: the encoding and the hash of a header are asked for many times, and kept in its __dict__.
@dataclass(frozen=True)
class Header:
    """A block's header; its hash names the block."""

    parent_hash: Hash
    number: Compact[BlockNumber]
    state_root: Hash
    extrinsics_root: Hash
    digest: tuple[DigestItem, ...]

    @classmethod
    def decode(cls, data: bytes) -> Header:
        """The header that the whole of `data` encodes; raises DecodeError."""
        return _header_codec().decode(data)

    @cached_property
    def encoded(self) -> bytes:
        """The SCALE bytes."""
        return _header_codec().encode(self)

    @cached_property
    def hash(self) -> Hash:
        """Blake2b-256 of the encoding, seal included."""
        return Hash(blake2_256(self.encoded))

    @property
    def seals(self) -> tuple[Seal, ...]:
        """The seals, which stand at the end of the digest."""
        return tuple(item for item in self.digest[self._sealed_from() :] if isinstance(item, Seal))

    @property
    def unsealed(self) -> Header:
        """The header without its seals: what they sign, and what the runtime knows."""
        start = self._sealed_from()
        return self if start == len(self.digest) else replace(self, digest=self.digest[:start])

    def sealed(self, seal: Seal) -> Header:
        """The header with one more seal."""
        return replace(self, digest=(*self.digest, seal))

    def _sealed_from(self) -> int:
        start = len(self.digest)
        while start and isinstance(self.digest[start - 1], Seal):
            start -= 1
        return start


@record
class Block:
    """A header and the extrinsics that it stands for, each without its length."""

    header: Header
    extrinsics: tuple[bytes, ...]

    @classmethod
    def decode(cls, data: bytes) -> Block:
        """The block that the whole of `data` encodes; raises DecodeError."""
        return _block_codec().decode(data)

    @property
    def encoded(self) -> bytes:
        """The SCALE bytes."""
        return _block_codec().encode(self)

    @property
    def hash(self) -> Hash:
        """The header's."""
        return self.header.hash


def extrinsics_root(extrinsics: tuple[bytes, ...], state_version: int = 0) -> Hash:
    """The root of a block's extrinsics: of a trie from compact(i) to the extrinsic with its length.

    state_version: 0 in all runtimes so far but those whose version says otherwise (extrinsics_root_state_version)
    """
    return Hash(ordered_root([encode_compact(len(extrinsic)) + extrinsic for extrinsic in extrinsics], state_version))


@cache
def _header_codec() -> Codec[Header]:
    return codec_of(Header)


@cache
def _block_codec() -> Codec[Block]:
    return codec_of(Block)
