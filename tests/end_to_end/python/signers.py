"""Keys for clients that bring none for a scheme: what a client asks of a key pair, by libraries that are not ours."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import import_module
from typing import Any

ED25519, SR25519, ECDSA = 0, 1, 2


@dataclass(frozen=True)
class Signer:
    """A key of a 32-byte seed; `public_key` is the account, which of an ecdsa key is a hash."""

    crypto_type: int
    public_key: bytes
    ss58_address: str
    secret: Any
    ss58_format: int = 42

    def sign(self, data: Any) -> bytes:
        """The signature of bytes, of hexadecimal text, or of a client's own bytes."""
        message = (
            bytes.fromhex(data.removeprefix("0x")) if isinstance(data, str) else bytes(getattr(data, "data", data))
        )
        if self.crypto_type == ECDSA:
            digest = hashlib.blake2b(message, digest_size=32).digest()
            return bytes(self.secret.sign_recoverable(digest, hasher=None))
        if self.crypto_type == SR25519:
            return bytes(import_module("sr25519").sign(self.secret, message))
        return bytes(import_module("ed25519_zebra").ed_sign(self.secret, message))


def sr25519_signer(seed: bytes, address: Any) -> Signer:
    """The signer of an sr25519 seed; `address` writes an account as text."""
    pair = import_module("sr25519").pair_from_seed(seed)
    return Signer(SR25519, pair[0], address(pair[0]), pair)


def ed25519_signer(seed: bytes, address: Any) -> Signer:
    """The signer of an ed25519 seed."""
    secret, public = import_module("ed25519_zebra").ed_from_seed(seed)
    return Signer(ED25519, public, address(public), secret)


def ecdsa_signer(seed: bytes, address: Any) -> Signer:
    """The signer of a secp256k1 seed."""
    secret = import_module("coincurve").PrivateKey(seed)
    account = hashlib.blake2b(secret.public_key.format(), digest_size=32).digest()
    return Signer(ECDSA, account, address(account), secret)
