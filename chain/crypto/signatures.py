"""Signatures under any scheme: `verify`, and `MultiSignature` as accounts and extrinsics carry it."""

from __future__ import annotations

from enum import StrEnum

from chain.crypto import ed25519, sr25519
from chain.crypto.hashing import blake2_256
from chain.primitives import AccountId, Bytes64, Bytes65, Enumeration


class Scheme(StrEnum):
    """A signature scheme; the value is its name in key files and on command lines."""

    SR25519 = "sr25519"
    ED25519 = "ed25519"
    ECDSA = "ecdsa"


class MultiSignature(Enumeration):
    """A signature that says its scheme (sp_runtime::MultiSignature)."""


class Ed25519(MultiSignature, index=0):
    """By an Ed25519 key, which is the account."""

    signature: Bytes64


class Sr25519(MultiSignature, index=1):
    """By an sr25519 key, which is the account."""

    signature: Bytes64


class Ecdsa(MultiSignature, index=2):
    """By a secp256k1 key, whose Blake2b-256 is the account."""

    signature: Bytes65


Claim = tuple[MultiSignature, bytes, AccountId]
"""A signature, what it signs and who signed, as `verify_signature` takes them."""


def verify_signature(signature: MultiSignature, message: bytes, account: AccountId) -> bool:
    """Whether `account` signed `message`."""
    if type(signature) is Sr25519:
        return sr25519.verify(signature.signature, message, account)
    if type(signature) is Ed25519:
        return ed25519.verify(signature.signature, message, account)
    if type(signature) is Ecdsa:
        return _verify_by_recovery(signature.signature, message, account)
    raise TypeError(f"{type(signature).__qualname__} is no variant of MultiSignature")


def verify(scheme: Scheme, signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether `signature` is the public key's; False where a length is wrong."""
    if scheme is Scheme.SR25519:
        return sr25519.verify(signature, message, public)
    if scheme is Scheme.ED25519:
        return ed25519.verify(signature, message, public)
    from chain.crypto import ecdsa  # on first use: it loads libsecp256k1

    return ecdsa.verify(signature, message, public)


def account_of(scheme: Scheme, public: bytes) -> AccountId:
    """The account that a public key controls: the key itself, or for ecdsa its Blake2b-256."""
    return AccountId(blake2_256(public) if scheme is Scheme.ECDSA else public)


def _verify_by_recovery(signature: bytes, message: bytes, account: AccountId) -> bool:
    from chain.crypto import ecdsa  # on first use: it loads libsecp256k1

    if signature[64:] > b"\x1a":
        # Ethereum's recovery ids 27 to 30 count as 0 to 3 here (sp_io::secp256k1_ecdsa_recover_compressed)
        signature = signature[:64] + bytes([signature[64] - 27])
    public = ecdsa.recover(signature, message)
    return public is not None and blake2_256(public) == account
