"""Keys for clients that bring none for a scheme: what a client asks of a key pair, by libraries that are not ours."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import import_module
from typing import Any

ED25519, SR25519, ECDSA = 0, 1, 2

PHRASE_SEED = bytes.fromhex("fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e")
"""Of the development phrase: bottom drive obey lake curtain smoke basket hold race lonely fit walk."""


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
    return Signer(SR25519, pair[0], address(pair[0]), tuple(pair))


def development_signer(name: str, address: Any) -> Signer:
    """The sr25519 signer of a development account: `//NAME` of the phrase that everybody knows."""
    library = import_module("sr25519")
    junction = (bytes((len(name) * 4,)) + name.encode()).ljust(32, b"\0")  # the name as SCALE has it
    _, *pair = library.hard_derive_keypair((junction, *library.pair_from_seed(PHRASE_SEED)), b"")
    return Signer(SR25519, pair[0], address(pair[0]), tuple(pair))


def ed25519_signer(seed: bytes, address: Any) -> Signer:
    """The signer of an ed25519 seed."""
    secret, public = import_module("ed25519_zebra").ed_from_seed(seed)
    return Signer(ED25519, public, address(public), secret)


def ecdsa_signer(seed: bytes, address: Any) -> Signer:
    """The signer of a secp256k1 seed."""
    secret = import_module("coincurve").PrivateKey(seed)
    account = hashlib.blake2b(secret.public_key.format(), digest_size=32).digest()
    return Signer(ECDSA, account, address(account), secret)
