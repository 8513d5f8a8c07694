"""The name of an artifact, or of a piece of one: CIDv1 under sha2-256, in base32 (multiformats.io specifications).

    b ‖ base32(0x01 version ‖ codec ‖ 0x12 sha2-256 ‖ 0x20 length ‖ digest), lower case, no padding

The codec is raw (0x55) where the bytes themselves are the content, dag-pb (0x70) where they are a node that links to
the pieces of a larger one (`chain.content.dag_pb`). A name has 59 characters; any other spelling is refused.
"""

from __future__ import annotations

from base64 import b32encode
from enum import IntEnum
from functools import lru_cache
from hashlib import sha256
from re import compile as pattern
from typing import Final


class Codec(IntEnum):
    """How the bytes under a CID are to be read; numbers of the multicodec table."""

    RAW = 0x55
    DAG_PB = 0x70


CID_LENGTH: Final = 59
"""Characters: the multibase letter and 36 bytes in base32."""

DIGEST_LENGTH: Final = 32

_PREFIXES: Final = {codec: bytes((1, codec, 0x12, DIGEST_LENGTH)) for codec in Codec}  # each a varint of one byte
_CODECS: Final = {prefix: codec for codec, prefix in _PREFIXES.items()}
_SPELLING: Final = pattern("b[a-z2-7]{58}")
_DIGITS: Final = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz234567", b"0123456789abcdefghijklmnopqrstuv")
"""From the letters of base32 to the digits that `int` takes."""

_SPARE_BITS: Final = 2
"""Bits of 58 letters beyond 36 bytes."""

REMEMBERED: Final = 4096
"""Names that are not written anew: a piece is named when it is made, kept, linked to and read."""


class CidError(ValueError):
    """A text is not the CID of an artifact."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= CID_LENGTH else f"{self.text[:CID_LENGTH]}…"
        return f"not the CID of an artifact: {shown!r}: {self.reason}"


def cid_of(data: bytes | memoryview, codec: Codec = Codec.RAW) -> str:
    """The CID of `data`."""
    return cid_of_digest(sha256(data).digest(), codec)


@lru_cache(maxsize=REMEMBERED)
def cid_of_digest(digest: bytes, codec: Codec = Codec.RAW) -> str:
    """The CID of the bytes whose SHA-256 is `digest` (32 bytes)."""
    if len(digest) != DIGEST_LENGTH:
        raise ValueError(f"a SHA-256 digest has 32 bytes, not {len(digest)}")
    return "b" + b32encode(_PREFIXES[codec] + digest).decode().rstrip("=").lower()


def digest_of(cid: str) -> bytes:
    """The SHA-256 that a CID names; raises `CidError` for any text that `cid_of` does not write."""
    return binary_of(cid)[4:]


def codec_of(cid: str) -> Codec:
    """The codec that a CID names; raises `CidError`."""
    return _CODECS[binary_of(cid)[:4]]


def binary_of(cid: str) -> bytes:
    """The 36 bytes of a CID, as links have it; raises `CidError`."""
    if len(cid) != CID_LENGTH:
        raise CidError(cid, f"{len(cid)} characters instead of {CID_LENGTH}")
    if _SPELLING.fullmatch(cid) is None:
        raise CidError(cid, "not lower-case base32 under the multibase letter b")
    number = int(cid[1:].encode().translate(_DIGITS), 32)
    binary = (number >> _SPARE_BITS).to_bytes(4 + DIGEST_LENGTH, "big")
    if binary[:4] not in _CODECS:
        raise CidError(cid, f"begins with 0x{binary[:4].hex()}, which is not CIDv1 of raw or dag-pb under sha2-256")
    if number & ((1 << _SPARE_BITS) - 1):
        raise CidError(cid, "its last character has bits beyond the digest")
    return binary


def cid_of_binary(binary: bytes) -> str:
    """The CID of the 36 bytes in a link; raises `CidError`, with the bytes in hexadecimal as its text."""
    codec = _CODECS.get(binary[:4])
    if codec is None or len(binary) != 4 + DIGEST_LENGTH:
        raise CidError(f"0x{binary[:40].hex()}", "not CIDv1 of raw or dag-pb under sha2-256")
    return cid_of_digest(binary[4:], codec)
