"""Masks: AES-256-CTR streams read as little endian words and added to a vector, or taken off, modulo 2^32 or 2^64.

A key serves one stream from its first byte on, so the counter starts at zero. Flower's SecAgg+ folds its seed to the
32 bits of a Mersenne Twister; nothing here is narrower than 256 bits on the way from the agreement to the cipher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from numpy.typing import NDArray

from pallets.learning.secure_aggregation.agreement import KEY_BYTES
from pallets.learning.secure_aggregation.refusals import MalformedMessage

Residues = NDArray[np.uint32 | np.uint64]
"""A vector modulo 2^32 or 2^64."""

BLOCK_BYTES = 2**17
"""Bytes of stream made and added at once: the block of the vector, its stream and the zeros stay in the cache."""

_ZEROS = bytes(BLOCK_BYTES)
_TYPES = (np.dtype("<u4"), np.dtype("<u8"))


@dataclass(frozen=True, slots=True)
class Mask:
    """One stream, and whether it is taken off instead of added."""

    key: bytes
    is_subtracted: bool = False


def apply_masks(vector: Residues, masks: Sequence[Mask]) -> None:
    """Add or take off every mask, in place; the order of masks changes nothing."""
    if vector.ndim != 1 or vector.dtype not in _TYPES or not vector.flags.c_contiguous:
        raise MalformedMessage(f"a vector of type {vector.dtype} and shape {vector.shape} has no place for masks")
    streams = [(_stream(mask.key), mask.is_subtracted) for mask in masks]
    width = vector.dtype.itemsize
    step = BLOCK_BYTES // width
    # the cipher asks for room for one block more than it writes
    room = bytearray(BLOCK_BYTES + 16)
    words = np.frombuffer(room, dtype=vector.dtype, count=step)
    zeros = memoryview(_ZEROS)
    for first in range(0, len(vector), step):
        block = vector[first : first + step]
        stream_block = words[: len(block)]
        for stream, is_subtracted in streams:
            stream.update_into(zeros[: len(block) * width], room)
            if is_subtracted:
                np.subtract(block, stream_block, out=block)
            else:
                np.add(block, stream_block, out=block)


def _stream(key: bytes) -> CipherContext:
    if len(key) != KEY_BYTES:
        raise MalformedMessage(f"a mask key of {8 * len(key)} bits, not 256")
    return Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
