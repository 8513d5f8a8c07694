"""Ethereum keys and addresses, for chains whose accounts come from an EVM.

The curve is that of `ecdsa`, all else differs: the seed comes from the phrase itself (BIP-39), children along a
BIP-32 path, the address from Keccak. A URI is `phrase/m/44'/60'/0'/0/0`, as polkadot-js writes it.
"""

from __future__ import annotations

import hmac
import re
from hashlib import pbkdf2_hmac

from chain.crypto import ecdsa
from chain.crypto.hashing import keccak_256
from chain.crypto.mnemonic import MnemonicError, entropy_of
from chain.crypto.secret_uri import SecretUriError

_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
"""Of the group of secp256k1 (SEC 2, section 2.4.1)."""

_HARDENED = 2**31
_PATH = re.compile(r"m(/[0-9]{1,10}'?)*")


def secret_of_uri(uri: str, password: str = "") -> bytes:
    """The secret scalar, 32 bytes, of a phrase and a path. Raises SecretUriError."""
    phrase, _, path = uri.partition("/")
    try:
        entropy_of(phrase)
    except MnemonicError as error:
        raise SecretUriError(str(error)) from None
    if _PATH.fullmatch(path) is None:
        raise SecretUriError("the path of an Ethereum secret URI is m and numbers, such as m/44'/60'/0'/0/0")
    words = " ".join(phrase.split())
    stretched = pbkdf2_hmac("sha512", words.encode(), b"mnemonic" + password.encode(), 2048)
    secret, chain_code = _halves(b"Bitcoin seed", stretched)
    for step in path.split("/")[1:]:
        secret, chain_code = _child(secret, chain_code, step)
    return secret


def address_of(public: bytes) -> bytes:
    """The address, 20 bytes, of a compressed public key."""
    return keccak_256(ecdsa.uncompressed(public)[1:])[12:]


def checksummed(address: bytes) -> str:
    """The address as text whose capitals are a checksum (EIP-55)."""
    digits = address.hex()
    capitals = keccak_256(digits.encode()).hex()
    return "0x" + "".join(d.upper() if c >= "8" else d for d, c in zip(digits, capitals, strict=False))


def _child(secret: bytes, chain_code: bytes, step: str) -> tuple[bytes, bytes]:
    number = int(step.removesuffix("'"))
    if number >= _HARDENED:
        raise SecretUriError(f"a number of the path is below 2**31, {number} is not")
    if step.endswith("'"):
        data = b"\0" + secret + (number + _HARDENED).to_bytes(4)
    else:
        data = ecdsa.public_of_seed(secret) + number.to_bytes(4)
    offset, child_chain_code = _halves(chain_code, data)
    return ((int.from_bytes(secret) + int.from_bytes(offset)) % _ORDER).to_bytes(32), child_chain_code


def _halves(key: bytes, data: bytes) -> tuple[bytes, bytes]:
    digest = hmac.digest(key, data, "sha512")
    return digest[:32], digest[32:]
