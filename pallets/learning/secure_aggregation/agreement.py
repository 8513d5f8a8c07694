"""X25519 agreements, and the 256-bit keys that follow from them.

    key = BLAKE2b-256(shared secret ‖ both public keys in byte order, key = roster digest, person = purpose)

The roster digest binds a key to one round and one list of clients: clients who were told different lists share no key.
Source of the curve: RFC 7748, through `cryptography`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from pallets.learning.secure_aggregation.refusals import MalformedMessage, WeakKey
from pallets.learning.secure_aggregation.shamir import PRIME, RandomBytes

KEY_BYTES = 32
"""Of public keys, and of the keys that follow: 256 bits all the way to the cipher."""

MASK_PURPOSE, CHANNEL_PURPOSE, SELF_PURPOSE = b"palletlab.mask", b"palletlab.seal", b"palletlab.self"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An X25519 key pair; `secret` is the clamped scalar, which is an element of Shamir's field."""

    secret: int = field(repr=False)
    public: bytes
    private: X25519PrivateKey = field(repr=False, compare=False)


def new_pair(random_bytes: RandomBytes) -> KeyPair:
    """A fresh key pair."""
    while True:
        secret = clamped(random_bytes(KEY_BYTES))
        if secret < PRIME:
            return pair_of(secret)


def clamped(scalar: bytes) -> int:
    """The scalar that the curve takes 32 bytes for (RFC 7748, section 5)."""
    return int.from_bytes(scalar, "little") & ~7 & (2**255 - 1) | 1 << 254


def pair_of(secret: int) -> KeyPair:
    """The pair of a clamped scalar."""
    private = X25519PrivateKey.from_private_bytes(secret.to_bytes(KEY_BYTES, "little"))
    return KeyPair(secret, private.public_key().public_bytes_raw(), private)


def agree(own: KeyPair, other_public: bytes, roster: bytes, purpose: bytes) -> bytes:
    """The key that both pairs agree on for one purpose in the round of a roster.

    Raises MalformedMessage for what is no public key, and WeakKey for one of small order.
    """
    if len(other_public) != KEY_BYTES:
        raise MalformedMessage(f"a public key of {len(other_public)} bytes")
    try:
        shared = own.private.exchange(X25519PublicKey.from_public_bytes(other_public))
    except ValueError:
        raise WeakKey(f"public key {other_public.hex()} gives everybody the same secret") from None
    low, high = sorted((own.public, other_public))
    return derive(shared + low + high, roster, purpose)


def own_mask_key(seed: int, roster: bytes) -> bytes:
    """The key of the mask that a client shares with nobody."""
    return derive(seed.to_bytes(KEY_BYTES, "little"), roster, SELF_PURPOSE)


def seed_commitment(seed: int, client: int) -> bytes:
    """What a client announces of the seed of its own mask, so that a wrongly dealt one is found."""
    return blake2b(
        client.to_bytes(4, "little") + seed.to_bytes(KEY_BYTES, "little"), digest_size=32, person=b"palletlab.seed?"
    ).digest()


def derive(secret: bytes, roster: bytes, purpose: bytes) -> bytes:
    """A 256-bit key of a secret for one round and purpose."""
    return blake2b(secret, key=roster, digest_size=KEY_BYTES, person=purpose).digest()
