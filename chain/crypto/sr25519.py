"""Schnorr signatures over Ristretto25519 (schnorrkel), the scheme of most accounts.

The signing context is "substrate", fixed in py-sr25519-bindings. Signing draws randomness: two signatures of the
same message differ. A secret is 64 bytes, scalar and nonce.
"""

from __future__ import annotations

from collections.abc import Callable

import sr25519.sr25519 as binding

_verify: Callable[[bytes, bytes, bytes], bool] = binding.verify
_sign: Callable[[tuple[bytes, bytes], bytes], bytes] = binding.sign
_pair_of_seed: Callable[[bytes], tuple[bytes, bytes]] = binding.pair_from_seed
_derive_hard: Callable[[tuple[bytes, bytes, bytes], bytes], tuple[bytes, bytes, bytes]] = binding.hard_derive_keypair
_derive_soft: Callable[[tuple[bytes, bytes, bytes], bytes], tuple[bytes, bytes, bytes]] = binding.derive_keypair
_derive_soft_public: Callable[[tuple[bytes, bytes], bytes], tuple[bytes, bytes]] = binding.derive_pubkey


def verify(signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether `signature` is the key's; False where a length or an encoding is wrong."""
    try:
        return _verify(signature, message, public)
    except ValueError:  # the binding refuses what is not a signature or a key at all
        return False


def sign(public: bytes, secret: bytes, message: bytes) -> bytes:
    """64 bytes of signature, different at each call."""
    return _sign((public, secret), message)


def pair_of_seed(seed: bytes) -> tuple[bytes, bytes]:
    """Public key and 64-byte secret of a mini secret of 32 bytes, expanded as for Ed25519."""
    return _pair_of_seed(seed)


def derive_hard(public: bytes, secret: bytes, chain_code: bytes) -> tuple[bytes, bytes]:
    """Public key and secret of the child that only the secret's owner can compute."""
    _, child_public, child_secret = _derive_hard((chain_code, public, secret), b"")
    return child_public, child_secret


def derive_soft(public: bytes, secret: bytes, chain_code: bytes) -> tuple[bytes, bytes]:
    """Public key and secret of the child whose public key anyone can compute.

    The nonce half of the secret is random, so the same child has another secret each time.
    """
    _, child_public, child_secret = _derive_soft((chain_code, public, secret), b"")
    return child_public, child_secret


def derive_soft_public(public: bytes, chain_code: bytes) -> bytes:
    """The public key of a soft child, from the parent's public key alone."""
    return _derive_soft_public((chain_code, public), b"")[1]
