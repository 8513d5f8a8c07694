"""One compression of Blake2b (RFC 7693, section 3.2): what a hash of any length is made of, a block at a time.

    chain = FIRST
    chain = compress(chain, block, taken, is_last)     for each block of 128 bytes, the last one padded with zeros
    chain[:32]                                         the Blake2b-256 of all bytes

`hashlib` hashes from the first byte to the last and shows nothing in between. A dispute shows one block in the middle,
and what the hash was before and after it. Pure Python, four words in one integer: 0.1 ms a block.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from struct import Struct
from typing import Final

BLOCK_BYTES: Final = 128
CHAIN_BYTES: Final = 64
DIGEST_BYTES: Final = 32

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

_ORDERS: Final = tuple(
    tuple(tuple(order[first + 2 * lane] for lane in range(4)) for first in (0, 1, 8, 9))
    for order in (*_SIGMA, *_SIGMA[:2])
)
"""For each of the twelve rounds the words that its columns take first and then, and its diagonals first and then."""


_LANE: Final = 128
"""Four words stand in one integer, each with as much room above it as its sums and shifts take."""


def _row(words: Sequence[int]) -> int:
    return words[0] | words[1] << _LANE | words[2] << 2 * _LANE | words[3] << 3 * _LANE


_WORD: Final = 2**64 - 1
_ROW: Final = _row([_WORD] * 4)
_ONE, _TWO, _THREE = (2 ** (lanes * _LANE) - 1 for lanes in (1, 2, 3))
_IV_ROW: Final = _row(_IV[:4])

FIRST: Final = _CHAIN.pack(_IV[0] ^ 0x01010000 ^ DIGEST_BYTES, *_IV[1:])
"""The chain before the first block: no key, 32 bytes of digest, sequential."""


def compress(chain: bytes, block: bytes, taken: int, is_last: bool) -> bytes:
    """The chain after a block.

    chain: 64 bytes; block: at most 128 bytes, padded with zeros; taken: bytes of the message up to its end
    """
    words = _WORDS.unpack(block.ljust(BLOCK_BYTES, b"\0"))
    second, third, fourth = ([word << lanes * _LANE for word in words] for lanes in (1, 2, 3))
    before = _CHAIN.unpack(chain)
    upper, lower = _row(before[:4]), _row(before[4:])
    a, b, c = upper, lower, _IV_ROW
    # messages of 2^64 bytes do not occur
    d = _row((_IV[4] ^ taken, _IV[5], _IV[6] ^ (_WORD if is_last else 0), _IV[7]))
    for order in _ORDERS:
        for half in (0, 2):  # the columns, then the diagonals
            i, j, k, m = order[half]
            a = (a + b + (words[i] | second[j] | third[k] | fourth[m])) & _ROW
            d ^= a
            d = (d >> 32 | d << 32) & _ROW
            c = (c + d) & _ROW
            b ^= c
            b = (b >> 24 | b << 40) & _ROW
            i, j, k, m = order[half + 1]
            a = (a + b + (words[i] | second[j] | third[k] | fourth[m])) & _ROW
            d ^= a
            d = (d >> 16 | d << 48) & _ROW
            c = (c + d) & _ROW
            b ^= c
            b = (b >> 63 | b << 1) & _ROW
            c = c >> 2 * _LANE | (c & _TWO) << 2 * _LANE
            if half:  # and back
                b, d = b >> 3 * _LANE | (b & _THREE) << _LANE, d >> _LANE | (d & _ONE) << 3 * _LANE
            else:
                b, d = b >> _LANE | (b & _ONE) << 3 * _LANE, d >> 3 * _LANE | (d & _THREE) << _LANE
    upper, lower = upper ^ a ^ c, lower ^ b ^ d
    after = (
        *(upper >> lane * _LANE & _WORD for lane in range(4)),
        *(lower >> lane * _LANE & _WORD for lane in range(4)),
    )
    return _CHAIN.pack(*after)


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
