"""Encrypted blobs, and the keys and salts that their owner's node keeps for them.

    blob = nonce 12 ‖ ChaCha20-Poly1305 of the data under a key of its own, with the commitment as associated data
    commitment = blake2_256(salt ‖ data)

The key and the salt are in the node's local storage and nowhere else, each an entry of its own that recordings, logs
and errors know as secret. Shredding overwrites both: without the key the blob is noise wherever it was copied to, and
without the salt nobody can show that the commitment in old blocks was of these data.

    "data_registry/custody/" ‖ name              Custody; 32 zeros where it was shredded
    "secret/data_registry/key/" ‖ name           32 bytes; none where the blob is not encrypted
    "secret/data_registry/salt/" ‖ name          32 bytes
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

from chain.bounds import Len
from chain.crypto.hashing import blake2_256
from chain.offchain.secrecy import SECRET_STORAGE
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
    """What the node keeps of one data set of its own, besides what opens it.

    data_set: None until a finalized block has it
    """

    artifact: Artifact
    commitment: Hash
    is_encrypted: bool
    data_set: DataSetId | None


@record
class OpenCustody:
    """A custody as it was kept when key and salt were among it."""

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


LocalGet = Callable[[bytes], bytes | None]
"""Reads a node's local storage."""


def custody_in(local_get: LocalGet, name: bytes) -> Custody | None:
    """The custody of a name in a node's local storage; None where there is none, or it was shredded."""
    return _custody_of(local_get(_key(name)))


def _custody_of(found: bytes | None) -> Custody | None:
    try:
        return None if not found or found == _SHREDDED else _CUSTODY.decode(found)
    except DecodeError:
        return None


def key_in(local_get: LocalGet, name: bytes) -> bytes | None:
    """What the blob of a name opens with; None where it is not encrypted, or was shredded."""
    return _secret_in(local_get, _KEY + name)


def salt_in(local_get: LocalGet, name: bytes) -> bytes | None:
    """What the commitment of a name is made with; None where it was shredded."""
    return _secret_in(local_get, _SALT + name)


def _secret_in(local_get: LocalGet, place: bytes) -> bytes | None:
    found = local_get(place)
    return None if found is None or found == _SHREDDED else found


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
        custody = Custody(publish(self._node, blob), commitment, key is not None, None)
        self._keep_secrets(offer.name, key, salt)
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
        found = self._node.local_get(_key(name))
        return _custody_of(found) or self._split(name, found)

    def key(self, name: bytes) -> bytes | None:
        """As `key_in`."""
        return key_in(self._node.local_get, name)

    def salt(self, name: bytes) -> bytes | None:
        """As `salt_in`."""
        return salt_in(self._node.local_get, name)

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
        key = self.key(name) if custody.is_encrypted else None
        return blob if key is None else decrypt(blob, key, custody.commitment)

    def shred(self, name: bytes, stores: Iterable[Deletes]) -> None:
        """Delete a blob from the stores, then destroy its key and its salt, in this order; raises ContentError."""
        custody = self.find(name)
        if custody is None:
            return
        for store in stores:
            store.delete(custody.artifact.cid.decode("ascii", "replace"))
        for place in (_KEY + name, _SALT + name, _key(name)):
            self._node.local_set(place, _SHREDDED)

    def _keep_secrets(self, name: bytes, key: bytes | None, salt: bytes) -> None:
        if key is not None:
            self._node.local_set(_KEY + name, key)
        self._node.local_set(_SALT + name, salt)

    def _split(self, name: bytes, found: bytes | None) -> Custody | None:
        """The custody of a name that has key and salt within it, which get their own entries."""
        try:
            open_custody = None if not found or found == _SHREDDED else _OPEN_CUSTODY.decode(found)
        except DecodeError:
            return None
        if open_custody is None:
            return None
        key, data_set = open_custody.key, open_custody.data_set
        custody = Custody(open_custody.artifact, open_custody.commitment, key is not None, data_set)
        self._keep_secrets(name, key, open_custody.salt)
        self.keep(name, custody)
        return custody


_CUSTODY = codec_of(Custody)
_OPEN_CUSTODY = codec_of(OpenCustody)
_NAMES = codec_of(tuple[bytes, ...])
_SHREDDED = bytes(KEY_BYTES)
_KEY = SECRET_STORAGE + DOMAIN + b"key/"
_SALT = SECRET_STORAGE + DOMAIN + b"salt/"


def _key(name: bytes) -> bytes:
    return DOMAIN + b"custody/" + name
