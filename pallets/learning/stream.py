"""Seeded draws that are the same on every machine: SHAKE-256 in counter mode, uniform by rejection.

    block i = SHAKE-256(seed ‖ u64 little endian i), 4,096 bytes = 1,024 words, u32 little endian

A draw below `bound` takes words in order, skips each word from the largest multiple of `bound` on, and returns the
word modulo `bound`. Nothing else consumes words, so a draw of many equals as many draws of one.
"""

from __future__ import annotations

from hashlib import blake2b, shake_256
from struct import Struct

WORD_RANGE = 2**32
"""Words are u32, so a bound is at most this."""

BLOCK_BYTES = 4096
"""A few hashes serve a whole bootstrap sample; a short stream wastes 9 µs."""

WORDS_A_BLOCK = BLOCK_BYTES // 4

_WORDS = Struct(f"<{WORDS_A_BLOCK}I")
_PERSON = b"palletlab.seed"


class StreamError(ValueError):
    """A draw that has no outcome: a bound outside 1..2^32, or more items than there are."""


def seed_for(*parts: bytes | str | int) -> bytes:
    """32 bytes that depend on every part, its type and its place.

    BLAKE2b-256 over tag ‖ u32 little endian length ‖ content of each part; tag b, s (UTF-8) or i (two's complement,
    little endian, shortest).
    """
    state = blake2b(digest_size=32, person=_PERSON)
    for part in parts:
        if isinstance(part, bytes):
            tag, content = b"b", part
        elif isinstance(part, str):
            tag, content = b"s", part.encode()
        else:
            tag, content = b"i", part.to_bytes(part.bit_length() // 8 + 1, "little", signed=True)
        state.update(tag + len(content).to_bytes(4, "little") + content)
    return state.digest()


class Stream:
    """Uniform integers from a seed."""

    __slots__ = ("_counter", "_seed", "_words")

    def __init__(self, seed: bytes, at: int = 0) -> None:
        """at: how many words are taken already, as `at` told of another stream of this seed"""
        self._seed = seed
        self._counter, taken = divmod(at, WORDS_A_BLOCK)
        self._words: list[int] = []  # of the current block, the next one last
        if taken:
            self._refill()
            del self._words[-taken:]

    @property
    def at(self) -> int:
        """How many words are taken, those that were skipped among them."""
        return self._counter * WORDS_A_BLOCK - len(self._words)

    def below(self, bound: int) -> int:
        """A uniform integer from 0 to bound - 1; bound at most 2^32."""
        limit = _limit(bound)
        while True:
            if not self._words:
                self._refill()
            word = self._words.pop()
            if word < limit:
                return word % bound

    def draws(self, count: int, bound: int) -> list[int]:
        """`count` draws below `bound`: a bootstrap sample where both are the number of rows."""
        limit = _limit(bound)
        if count < 0:
            raise StreamError(f"{count} draws")
        drawn: list[int] = []
        while missing := count - len(drawn):
            if not self._words:
                self._refill()
            taken = self._words[: -missing - 1 : -1]
            del self._words[-len(taken) :]
            drawn += [word % bound for word in taken if word < limit]
        return drawn

    def choice(self, count: int, among: int) -> list[int]:
        """`count` different integers below `among`, in the order drawn (Fisher-Yates from the front)."""
        if not 0 <= count <= among:
            raise StreamError(f"cannot choose {count} different among {among}")
        pool = list(range(among))
        for place in range(count):
            other = place + self.below(among - place)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def permutation(self, count: int) -> list[int]:
        """The integers below `count` in random order."""
        return self.choice(count, count)

    def _refill(self) -> None:
        block = shake_256(self._seed + self._counter.to_bytes(8, "little")).digest(BLOCK_BYTES)
        self._counter += 1
        self._words = list(_WORDS.unpack(block))[::-1]


def _limit(bound: int) -> int:
    if not 1 <= bound <= WORD_RANGE:
        raise StreamError(f"a draw below {bound}: bounds go from 1 to 2^32")
    return WORD_RANGE - WORD_RANGE % bound
