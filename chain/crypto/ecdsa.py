"""ECDSA over secp256k1; what is signed is the Blake2b-256 of the message, as in Substrate.

A public key is 33 bytes (compressed), a signature 65: r, s and the recovery id. Signatures are deterministic
(RFC 6979). Importing this module loads libsecp256k1, which takes 12 ms: `signatures` and `keys` do it on first use.
"""

from __future__ import annotations

from coincurve import PrivateKey, PublicKey

from chain.crypto.hashing import blake2_256

SIGNATURE_LENGTH = 65

_HARD_DERIVATION = b"\x34Secp256k1HDKD"
"""Domain of hard derivation, SCALE-encoded (sp_core::ecdsa)."""


def verify(signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether the key that `signature` names by recovery is `public`, 33 bytes."""
    return recover(signature, message) == public


def recover(signature: bytes, message: bytes) -> bytes | None:
    """The public key, 33 bytes, that signed the message; None where the signature names no key.

    The recovery id is 0 to 3; the forms 27 to 30 of Ethereum are the caller's to translate.
    """
    if len(signature) != SIGNATURE_LENGTH:
        return None
    try:
        return PublicKey.from_signature_and_message(signature, blake2_256(message), hasher=None).format()
    except ValueError:  # r, s or the recovery id out of range, or no such point
        return None


def sign(secret: bytes, message: bytes) -> bytes:
    """65 bytes of signature, s in the lower half."""
    return PrivateKey(secret).sign_recoverable(blake2_256(message), hasher=None)


def public_of_seed(seed: bytes) -> bytes:
    """The public key, 33 bytes, of a secret scalar of 32 bytes.

    Raises ValueError where the scalar is 0 or not below the order of the group.
    """
    return PrivateKey(seed).public_key.format()


def derive_hard(seed: bytes, chain_code: bytes) -> bytes:
    """The secret scalar of a hard child."""
    return blake2_256(_HARD_DERIVATION + seed + chain_code)


def uncompressed(public: bytes) -> bytes:
    """The public key as 65 bytes, 0x04 and both coordinates; raises ValueError where it is no point."""
    return PublicKey(public).format(compressed=False)
