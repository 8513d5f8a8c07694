"""Ed25519 signatures, accepted by the rules of ZIP-215 as in Substrate.

ZIP-215 fixes which signatures are valid to the last bit: points may be written in a non-canonical way, the check
is multiplied by the cofactor, S is below the order. RFC 8032 leaves that open, and nodes that differ would fork. A
secret is the seed of 32 bytes; signatures are deterministic.
"""

from __future__ import annotations

from collections.abc import Callable

import ed25519_zebra.ed25519_zebra as binding

from chain.crypto.hashing import blake2_256

_verify: Callable[[bytes, bytes, bytes], bool] = binding.ed_verify
_sign: Callable[[bytes, bytes], bytes] = binding.ed_sign
_pair_of_seed: Callable[[bytes], tuple[bytes, bytes]] = binding.ed_from_seed

_HARD_DERIVATION = b"\x2cEd25519HDKD"
"""Domain of hard derivation, SCALE-encoded (sp_core::ed25519)."""


def verify(signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether `signature` is the key's; False where a length is wrong."""
    return _verify(signature, message, public)


def sign(secret: bytes, message: bytes) -> bytes:
    """64 bytes of signature."""
    return _sign(secret, message)


def public_of_seed(seed: bytes) -> bytes:
    """The public key, 32 bytes, of a seed of 32 bytes."""
    return _pair_of_seed(seed)[1]


def derive_hard(seed: bytes, chain_code: bytes) -> bytes:
    """The seed of a hard child."""
    return blake2_256(_HARD_DERIVATION + seed + chain_code)
