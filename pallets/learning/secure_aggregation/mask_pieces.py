"""Pieces of masks: the bytes of a stream from any of its blocks on, for whoever looks at a few words of a long vector.

`masks` adds whole streams. AES in counter mode begins anywhere, so a piece costs as much as it has blocks. Pure Python
over `cryptography`, as is everything that a chain itself computes.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from pallets.learning.secure_aggregation.agreement import KEY_BYTES
from pallets.learning.secure_aggregation.refusals import MalformedMessage

CIPHER_BLOCK: Final = 16


def piece_of(key: bytes, first: int, count: int) -> bytes:
    """So many bytes of a mask's stream, from byte `first` on, where a block of the cipher begins."""
    if len(key) != KEY_BYTES or first < 0 or count < 0 or first % CIPHER_BLOCK:
        raise MalformedMessage(f"{count} bytes from byte {first} of a stream under a key of {8 * len(key)} bits")
    counter = (first // CIPHER_BLOCK).to_bytes(CIPHER_BLOCK, "big")
    return Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor().update(bytes(count))
