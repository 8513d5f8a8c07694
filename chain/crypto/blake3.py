"""BLAKE3, plain mode, 32 bytes of output: what the digest of metadata is made with (RFC-78).

Slow, about 0.1 ms for each 64 bytes: a digest is made once for each runtime version. Source: the BLAKE3 paper,
sections 2.1 to 2.6.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache
from typing import Final

CHUNK: Final = 1024
BLOCK: Final = 64

_IV: Final = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
_PERMUTATION: Final = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
_QUARTERS: Final = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip
"""Words that each of the eight quarter rounds mixes: the columns, then the diagonals."""

_ROUNDS: Final = 7
_CHUNK_START, _CHUNK_END, _PARENT, _ROOT = 1, 2, 4, 8

Words = tuple[int, ...]
Compress = Callable[[Words, Words, int, int, int], Words]
"""Chaining value, message, counter, bytes in the block and flags to the next chaining value."""


def blake3_256(data: bytes) -> bytes:
    """The 32 bytes of BLAKE3 of `data`."""
    return struct.pack("<8I", *_subtree(data, 0, _ROOT))


def _subtree(data: bytes, counter: int, flags: int) -> Words:
    """The chaining value of the tree over the chunks of `data`, the first of which has number `counter`."""
    if len(data) <= CHUNK:
        return _chunk(data, counter, flags)
    chunks = (len(data) - 1) // CHUNK  # the left tree is the largest complete one that leaves something for the right
    left_chunks = 1 << (chunks.bit_length() - 1)
    left = _subtree(data[: left_chunks * CHUNK], counter, 0)
    right = _subtree(data[left_chunks * CHUNK :], counter + left_chunks, 0)
    return _compress()(_IV, left + right, 0, BLOCK, _PARENT | flags)


def _chunk(data: bytes, counter: int, flags: int) -> Words:
    """The chaining value of one chunk; `flags` are those of its last block."""
    compress = _compress()
    value: Words = _IV
    starts = range(0, max(len(data), 1), BLOCK)
    for start in starts:
        block = data[start : start + BLOCK]
        of_block = _CHUNK_START if start == 0 else 0
        if start == starts[-1]:
            of_block |= _CHUNK_END | flags
        words = struct.unpack("<16I", block.ljust(BLOCK, b"\0"))
        value = compress(value, words, counter, len(block), of_block)
    return value


@cache
def _compress() -> Compress:
    """The compression function; its rounds are written out, as a call for each quarter would take twice the time."""
    mixed = ", ".join(f"v{word}" for word in range(16))
    lines = [
        "def compress(chaining, message, counter, size, flags):",
        f" {mixed} = *chaining, {', '.join(map(str, _IV[:4]))}, counter & {2**32 - 1}, counter >> 32, size, flags",
        f" {mixed.replace('v', 'm')} = message",
    ]
    order = list(range(16))
    for _ in range(_ROUNDS):
        for number, (a, b, c, d) in enumerate(_QUARTERS):
            for word, (far, near) in zip(order[2 * number : 2 * number + 2], ((16, 12), (8, 7)), strict=True):
                lines += [
                    f" v{a} = v{a} + v{b} + m{word} & {2**32 - 1}",
                    f" v{d} ^= v{a}",
                    f" v{d} = v{d} >> {far} | v{d} << {32 - far} & {2**32 - 1}",
                    f" v{c} = v{c} + v{d} & {2**32 - 1}",
                    f" v{b} ^= v{c}",
                    f" v{b} = v{b} >> {near} | v{b} << {32 - near} & {2**32 - 1}",
                ]
        order = [order[place] for place in _PERMUTATION]
    lines.append(" return " + ", ".join(f"v{word} ^ v{word + 8}" for word in range(8)))
    made: dict[str, Compress] = {}
    exec("\n".join(lines), made)
    return made["compress"]
