"""Secret URIs: one line of text that names a key pair, as in every Substrate tool.

    bottom drive obey … walk//Alice/savings///password
    └─ phrase or 0x seed ─┘└hard┘└ soft ┘   └ password

A missing phrase stands for the development phrase, so `//Alice` is everyone's Alice.
Source: sp_core::crypto (SecretUri, DeriveJunction).
"""

from __future__ import annotations

import re
from dataclasses import field

from chain.crypto.hashing import blake2_256
from chain.crypto.mnemonic import DEVELOPMENT_PHRASE, MnemonicError, seed_of
from chain.record import record
from chain.scale.compact import encode_compact
from chain.secret_fields import SECRET

_SHAPE = re.compile(r"([A-Za-z0-9 ]*)((?://?[^/]+)*)(?:///(.*))?", re.DOTALL)
_JUNCTION = re.compile(r"/(/?)([^/]+)")
_SEED = re.compile(r"0x[0-9a-fA-F]{64}")
_NUMBER = re.compile(r"\+?[0-9]+")  # what Rust's u64::from_str reads


class SecretUriError(ValueError):
    """A secret URI names no key pair; the message never repeats the secret."""


@record
class Junction:
    """One step from a parent key to a child."""

    chain_code: bytes
    """32 bytes that choose the child."""

    is_hard: bool
    """Whether the parent's secret is needed, and cannot be found from the child's."""


@record
class SecretUri:
    """A secret URI taken apart."""

    phrase: str = field(repr=False, metadata=SECRET)
    """Words, or a seed as 0x and 64 hex digits."""

    junctions: tuple[Junction, ...]
    password: str = field(repr=False, metadata=SECRET)

    def seed(self) -> bytes:
        """The 32 bytes from which the junctions start; a password has no effect on a seed given in hex.

        Raises SecretUriError where the phrase is neither BIP-39 words nor a seed.
        """
        if self.phrase.startswith("0x"):
            if _SEED.fullmatch(self.phrase) is None:
                raise SecretUriError("a seed in a secret URI is 0x and 64 hex digits")
            return bytes.fromhex(self.phrase[2:])
        try:
            return seed_of(self.phrase, self.password)
        except MnemonicError as error:
            raise SecretUriError(str(error)) from None


def parse(uri: str) -> SecretUri:
    """Take a secret URI apart; raises SecretUriError where it has not the shape of one."""
    shape = _SHAPE.fullmatch(uri)
    if shape is None:
        raise SecretUriError(_complaint(uri))
    phrase, path, password = shape.groups()
    try:
        junctions = tuple(junction(code, is_hard=bool(slash)) for slash, code in _JUNCTION.findall(path))
        (password or "").encode()
    except UnicodeEncodeError:
        raise SecretUriError("a secret URI is Unicode text; this one has half of a surrogate pair") from None
    return SecretUri(phrase or DEVELOPMENT_PHRASE, junctions, password or "")


def junction(code: str, *, is_hard: bool) -> Junction:
    """The step that a path element stands for: a number as u64, anything else as a SCALE string.

    An encoding of more than 32 bytes is hashed, a shorter one padded with zeros.
    """
    digits = code.removeprefix("+").lstrip("0") if _NUMBER.fullmatch(code) else None
    if digits is not None and len(digits) <= 20 and int(digits or "0") < 2**64:
        encoded = int(digits or "0").to_bytes(8, "little")
    else:
        text = code.encode()
        encoded = encode_compact(len(text)) + text
    chain_code = blake2_256(encoded) if len(encoded) > 32 else encoded.ljust(32, b"\0")
    return Junction(chain_code, is_hard)


def _complaint(uri: str) -> str:
    phrase = uri.partition("/")[0]
    if re.fullmatch(r"[A-Za-z0-9 ]*", phrase) is None:
        return "the phrase of a secret URI has letters, digits and spaces only"
    return "the path of a secret URI is /soft and //hard junctions, none empty, then perhaps ///password"
