"""One compression of Blake2b (RFC 7693, section 3.2): what a hash of any length is made of, a block at a time.

    chain = FIRST
    chain = compress(chain, block, taken, is_last)     for each block of 128 bytes, the last one padded with zeros
    chain[:32]                                         the Blake2b-256 of all bytes

`hashlib` hashes from the first byte to the last and shows nothing in between. A dispute shows one block in the middle,
and what the hash was before and after it. Pure Python: 0.2 ms a block.
"""

from __future__ import annotations

from itertools import pairwise
from struct import Struct
from typing import Final

BLOCK_BYTES: Final = 128
CHAIN_BYTES: Final = 64
DIGEST_BYTES: Final = 32

_MASK: Final = 2**64 - 1
_WORDS: Final = Struct("<16Q")
_CHAIN: Final = Struct("<8Q")

_IV: Final = (
    0x6A09E667F3BCC908,
    0xBB67AE8584CAA73B,
    0x3C6EF372FE94F82B,
    0xA54FF53A5F1D36F1,
    0x510E527FADE682D1,
    0x9B05688C2B3E6C1F,
    0x1F83D9ABFB41BD6B,
    0x5BE0CD19137E2179,
)
"""The first 64 bits of the fractional parts of the square roots of the first eight primes (RFC 7693, section 2.6)."""

_SIGMA: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
"""Which word each mixing takes, round by round; rounds 10 and 11 repeat the first two (RFC 7693, section 2.7)."""

_COLUMNS: Final = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
_DIAGONALS: Final = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
_SCHEDULE: Final = tuple(
    (*places, order[2 * number], order[2 * number + 1])
    for order in (*_SIGMA, *_SIGMA[:2])
    for number, places in enumerate((*_COLUMNS, *_DIAGONALS))
)
"""Every mixing of the twelve rounds: four places of the working vector, two words of the block."""

FIRST: Final = _CHAIN.pack(_IV[0] ^ 0x01010000 ^ DIGEST_BYTES, *_IV[1:])
"""The chain before the first block: no key, 32 bytes of digest, sequential."""


def compress(chain: bytes, block: bytes, taken: int, is_last: bool) -> bytes:
    """The chain after a block.

    chain: 64 bytes; block: at most 128 bytes, padded with zeros; taken: bytes of the message up to its end
    """
    words = _WORDS.unpack(block.ljust(BLOCK_BYTES, b"\0"))
    before = _CHAIN.unpack(chain)
    v = [*before, *_IV]
    v[12] ^= taken  # messages of 2^64 bytes do not occur
    if is_last:
        v[14] ^= _MASK
    for a, b, c, d, x, y in _SCHEDULE:
        one, two, three, four = v[a], v[b], v[c], v[d]
        one = (one + two + words[x]) & _MASK
        four ^= one
        four = (four >> 32 | four << 32) & _MASK
        three = (three + four) & _MASK
        two ^= three
        two = (two >> 24 | two << 40) & _MASK
        one = (one + two + words[y]) & _MASK
        four ^= one
        four = (four >> 16 | four << 48) & _MASK
        three = (three + four) & _MASK
        two ^= three
        v[a], v[b], v[c], v[d] = one, (two >> 63 | two << 1) & _MASK, three, four
    return _CHAIN.pack(*(old ^ v[place] ^ v[place + 8] for place, old in enumerate(before)))


def blocks_of(size: int) -> int:
    """Compressions that a message of so many bytes takes; one where it is empty."""
    return max(-(-size // BLOCK_BYTES), 1)


def chains_of(message: bytes) -> list[bytes]:
    """The chain before each block of a message, and the last one after it."""
    chain, chains = FIRST, [FIRST]
    starts = range(0, max(len(message), 1), BLOCK_BYTES)
    for start, end in pairwise((*starts, len(message))):
        chain = compress(chain, message[start:end], end, end == len(message))
        chains.append(chain)
    return chains
