"""How the key of encrypted data travels: sealed by the owner's node, opened by the node of a permit's holder.

    sealed = ephemeral key 32 ‖ ChaCha20-Poly1305 of key ‖ salt, with data set ‖ account ‖ purpose as associated data
    its key = blake2_256("palletlab/release" ‖ X25519 of both ‖ ephemeral key ‖ holder's key), its nonce zero

Each sealing has an ephemeral key of its own. The holder keeps the secret half of its key in its node's local storage,
and destroys it when the data are erased: then what lies sealed in the store opens for nobody.
"""

from __future__ import annotations

from typing import Annotated, Final

from chain.bounds import Len
from chain.crypto.hashing import blake2_256
from chain.offchain.secrecy import SECRET_STORAGE
from chain.primitives import AccountId, Bytes32, Hash
from chain.record import record
from chain.runtime_api import OffchainNode
from chain.scale import codec_of
from pallets.data_registry.custody import DOMAIN, KEY_BYTES, NONCE_BYTES, BlobRefused, commitment_to, decrypt
from pallets.data_registry.operator import Opened
from pallets.data_registry.storage import RegistryStorage
from pallets.data_registry.types import DataSetId, Purpose
from pallets.ml_registry.artifact import fetch

_NO_NONCE: Final = bytes(NONCE_BYTES)  # a key serves one message

_GONE: Final = bytes(KEY_BYTES)


@record
class Secrets:
    """What opens a blob, and shows what its commitment is to."""

    key: Annotated[bytes, Len(KEY_BYTES, KEY_BYTES)]
    salt: Bytes32


@record
class Deal:
    """A permit, as both sides name it."""

    data_set: DataSetId
    who: AccountId
    purpose: Purpose


_SECRETS = codec_of(Secrets)
_DEAL = codec_of(Deal)


def seal(secrets: Secrets, deal: Deal, holder: bytes, ephemeral_secret: bytes) -> bytes:
    """The secrets for the holder of a key; raises BlobRefused where that key is none."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # for those who have data

    ephemeral = X25519PrivateKey.from_private_bytes(ephemeral_secret).public_key().public_bytes_raw()
    key = _key(_agreed(ephemeral_secret, holder), ephemeral, holder)
    return ephemeral + ChaCha20Poly1305(key).encrypt(_NO_NONCE, _SECRETS.encode(secrets), _DEAL.encode(deal))


def unseal(sealed: bytes, deal: Deal, holder_secret: bytes) -> Secrets:
    """The secrets that were sealed for this deal; raises BlobRefused."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    ephemeral, holder = sealed[:KEY_BYTES], public_key(holder_secret)
    key = _key(_agreed(holder_secret, ephemeral), ephemeral, holder)
    try:
        found: Secrets = _SECRETS.decode(
            ChaCha20Poly1305(key).decrypt(_NO_NONCE, sealed[KEY_BYTES:], _DEAL.encode(deal))
        )
    except (InvalidTag, ValueError):
        raise BlobRefused("the key was not sealed for this permit") from None
    return found


def public_key(secret: bytes) -> bytes:
    """What the holder names on chain."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def secret_for(node: OffchainNode, deal: Deal) -> bytes:
    """The secret half of the key that this node names for a deal; drawn once."""
    found = node.local_get(_secret_key(deal))
    if found is None or found == _GONE:
        found = node.random_seed()
        node.local_set(_secret_key(deal), found)
    return found


def forget_secret(node: OffchainNode, deal: Deal) -> None:
    """Destroy it: what was sealed to it opens no more."""
    if node.local_get(_secret_key(deal)) is not None:
        node.local_set(_secret_key(deal), _GONE)


def opened(registry: RegistryStorage, node: OffchainNode, data_set: DataSetId, purpose: Purpose) -> Opened:
    """The data that this node's account may use for a purpose, checked against their commitment.

    Raises KeyError where no key was released to it, BlobRefused, and what `content_get` raises.
    """
    deal = Deal(data_set, node.account, purpose)
    release, secret = registry.released_keys.get((data_set, node.account, purpose)), node.local_get(_secret_key(deal))
    if release is None or secret is None:
        raise KeyError(deal)
    description = registry.data_set(data_set).description
    secrets = unseal(fetch(node, release), deal, secret)
    data = decrypt(fetch(node, description.artifact), secrets.key, description.commitment)
    if commitment_to(data, secrets.salt) != description.commitment:
        raise BlobRefused("the salt is not that of the data's commitment")
    return Opened(data, secrets.salt)


def _agreed(secret: bytes, other: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    try:
        return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError:
        raise BlobRefused("this is no key to seal to") from None


def _key(agreed: bytes, ephemeral: bytes, holder: bytes) -> Hash:
    return Hash(blake2_256(b"palletlab/release" + agreed + ephemeral + holder))


def _secret_key(deal: Deal) -> bytes:
    return SECRET_STORAGE + DOMAIN + b"release/" + blake2_256(_DEAL.encode(deal))
