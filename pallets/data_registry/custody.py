"""Encrypted blobs, and the keys and salts that their owner's node keeps for them.

    blob = nonce 12 ‖ ChaCha20-Poly1305 of the data under a key of its own, with the commitment as associated data
    commitment = blake2_256(salt ‖ data)

The key and the salt are in the node's local storage and nowhere else. Shredding overwrites both before it forgets
them: without the key the blob is noise wherever it was copied to, and without the salt nobody can show that the
commitment in old blocks was of these data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

from annotated_types import Len

from chain.crypto.hashing import blake2_256
from chain.primitives import Bytes32, Hash
from chain.record import record
from chain.runtime_api import OffchainNode
from chain.scale import DecodeError, codec_of
from pallets.data_registry.operator import NAMES_KEY, Deletes, Offer
from pallets.data_registry.types import DataSetId, Format
from pallets.ml_registry.artifact import Artifact, publish

DOMAIN = b"data_registry/"
NONCE_BYTES = 12
KEY_BYTES = 32

Secret = Annotated[bytes, Len(KEY_BYTES, KEY_BYTES)]


class BlobRefused(ValueError):
    """A blob that was not encrypted under this key for this commitment, or was changed since."""


@record
class Custody:
    """What the node keeps of one data set of its own.

    key: None where the blob is not encrypted; data_set: None until a finalized block has it
    """

    artifact: Artifact
    commitment: Hash
    key: Secret | None
    salt: Bytes32
    data_set: DataSetId | None


def commitment_to(data: bytes, salt: bytes) -> Hash:
    """What stands on chain for data that nobody may see."""
    return Hash(blake2_256(salt + data))


def encrypt(data: bytes, key: bytes, nonce: bytes, commitment: Hash) -> bytes:
    """The blob of data; a key and a nonce belong together once."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # for those who have data

    return nonce + ChaCha20Poly1305(key).encrypt(nonce, data, commitment)


def decrypt(blob: bytes, key: bytes, commitment: Hash) -> bytes:
    """The data in a blob; raises BlobRefused."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        return ChaCha20Poly1305(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], commitment)
    except (InvalidTag, ValueError):
        raise BlobRefused("the blob is not what this key encrypted") from None


def custody_in(local_get: Callable[[bytes], bytes | None], name: bytes) -> Custody | None:
    """The custody of a name in a node's local storage; None where there is none, or it was shredded."""
    found = local_get(_key(name))
    try:
        return None if not found or found == _SHREDDED else _CUSTODY.decode(found)
    except DecodeError:
        return None


class Keeper:
    """The custodies in one node's local storage, by the names that its operator gave them."""

    def __init__(self, node: OffchainNode) -> None:
        self._node = node

    def take_in(self, offer: Offer) -> Custody:
        """Encrypt an offer where that may be, put its blob into the content store, and keep what opens it.

        Raises ContentError.
        """
        salt = offer.salt if offer.salt is not None else self._node.random_seed()
        commitment = commitment_to(offer.data, salt)
        key, blob = None, offer.data
        if offer.format is Format.OPAQUE:
            key, nonce = self._node.random_seed(), self._node.random_seed()[:NONCE_BYTES]
            blob = encrypt(offer.data, key, nonce, commitment)
        custody = Custody(publish(self._node, blob), commitment, key, salt, None)
        self.keep(offer.name, custody)
        names = self.names()
        if offer.name not in names:
            self._node.local_set(NAMES_KEY, _NAMES.encode((*names, offer.name)))
        return custody

    def keep(self, name: bytes, custody: Custody) -> None:
        """Write one."""
        self._node.local_set(_key(name), _CUSTODY.encode(custody))

    def find(self, name: bytes) -> Custody | None:
        """The custody of a name; None where there is none, or it was shredded."""
        return custody_in(self._node.local_get, name)

    def is_shredded(self, name: bytes) -> bool:
        """Whether data of this name were erased, and shall not be registered again."""
        return self._node.local_get(_key(name)) == _SHREDDED

    def names(self) -> tuple[bytes, ...]:
        """All that were taken in, shredded ones among them."""
        found = self._node.local_get(NAMES_KEY)
        return () if found is None else _NAMES.decode(found)

    def all(self) -> Iterator[tuple[bytes, Custody]]:
        """Names and custodies of what is not shredded."""
        for name in self.names():
            custody = self.find(name)
            if custody is not None:
                yield name, custody

    def data_of(self, name: bytes) -> bytes:
        """The data in clear; raises KeyError, BlobRefused, and what `content_get` raises."""
        custody = self.find(name)
        if custody is None:
            raise KeyError(name)
        blob = self._node.content_get(custody.artifact.cid.decode("ascii", "replace"))
        return blob if custody.key is None else decrypt(blob, custody.key, custody.commitment)

    def shred(self, name: bytes, stores: Iterable[Deletes]) -> None:
        """Delete a blob from the stores, then destroy its key and its salt, in this order; raises ContentError."""
        custody = self.find(name)
        if custody is None:
            return
        for store in stores:
            store.delete(custody.artifact.cid.decode("ascii", "replace"))
        self._node.local_set(_key(name), bytes(len(_CUSTODY.encode(custody))))
        self._node.local_set(_key(name), _SHREDDED)


_CUSTODY = codec_of(Custody)
_NAMES = codec_of(tuple[bytes, ...])
_SHREDDED = bytes(KEY_BYTES)


def _key(name: bytes) -> bytes:
    return DOMAIN + b"custody/" + name
