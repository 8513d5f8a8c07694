"""The name of an artifact: CIDv1 of raw bytes under sha2-256, in base32 (multiformats.io specifications).

    b ‖ base32(0x01 version ‖ 0x55 raw ‖ 0x12 sha2-256 ‖ 0x20 length ‖ digest), lower case, no padding

Every artifact has exactly one such name of 59 characters; any other spelling is refused.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from hashlib import sha256
from re import compile as pattern
from typing import Final

PREFIX: Final = b"\x01\x55\x12\x20"
"""Version 1, codec raw, hash sha2-256 of 32 bytes; each is a varint of one byte."""

CID_LENGTH: Final = 59
"""Characters: the multibase letter and 36 bytes in base32."""

_SPELLING: Final = pattern("b[a-z2-7]{58}")
_PADDING: Final = "=" * 6  # 58 characters are seven groups of eight and two more


class CidError(ValueError):
    """A text is not the CID of an artifact."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= CID_LENGTH else f"{self.text[:CID_LENGTH]}…"
        return f"not the CID of an artifact: {shown!r}: {self.reason}"


def cid_of(data: bytes) -> str:
    """The CID of `data`."""
    return cid_of_digest(sha256(data).digest())


def cid_of_digest(digest: bytes) -> str:
    """The CID of the artifact whose SHA-256 is `digest` (32 bytes)."""
    if len(digest) != 32:
        raise ValueError(f"a SHA-256 digest has 32 bytes, not {len(digest)}")
    return "b" + b32encode(PREFIX + digest).decode().rstrip("=").lower()


def digest_of(cid: str) -> bytes:
    """The SHA-256 that a CID names; raises `CidError` for any text that `cid_of` does not write."""
    if len(cid) != CID_LENGTH:
        raise CidError(cid, f"{len(cid)} characters instead of {CID_LENGTH}")
    if _SPELLING.fullmatch(cid) is None:
        raise CidError(cid, "not lower-case base32 under the multibase letter b")
    raw = b32decode(cid[1:].upper() + _PADDING)
    if raw[:4] != PREFIX:
        raise CidError(cid, f"begins with 0x{raw[:4].hex()} instead of 0x{PREFIX.hex()} (CIDv1, raw, sha2-256)")
    digest = raw[4:]
    if cid_of_digest(digest) != cid:
        raise CidError(cid, "its last character has bits beyond the digest")
    return digest
