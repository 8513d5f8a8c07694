"""Shares under authenticated encryption: only the holder reads them, and only the dealer can have written them.

ChaCha20-Poly1305 with the key that dealer and holder agreed on for this roster. A key seals two messages at most, one
each way, told apart by the nonce: dealer u32 ‖ holder u32 ‖ four zero bytes, little endian. Who and which round are
authenticated with it, so a seal moved elsewhere does not open.
"""

from __future__ import annotations

from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from pallets.learning.secure_aggregation.refusals import BrokenSeal

_NONCE = Struct("<II4x")


def seal(key: bytes, dealer: int, holder: int, roster: bytes, text: bytes) -> bytes:
    """The text for one holder; 16 bytes longer."""
    return ChaCha20Poly1305(key).encrypt(_NONCE.pack(dealer, holder), text, roster)


def unseal(key: bytes, dealer: int, holder: int, roster: bytes, sealed: bytes) -> bytes:
    """The text that the dealer sealed; raises BrokenSeal."""
    try:
        return ChaCha20Poly1305(key).decrypt(_NONCE.pack(dealer, holder), sealed, roster)
    except InvalidTag:
        raise BrokenSeal(f"what client {dealer} is said to have sealed for client {holder} does not open") from None
