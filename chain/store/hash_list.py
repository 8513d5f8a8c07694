"""The hashes of a chain's blocks by number: all that a node in memory keeps of each block for ever, in 48 bytes."""

from __future__ import annotations

from typing import Final

from chain.primitives import BlockNumber, Hash

_SIZE: Final = 32

_TOLD: Final = 16
"""Bytes by which hashes are told apart: nobody finds two that begin so alike."""


class HashList:
    """Hashes by number from 0 on; knows which it has without going through all of them."""

    def __init__(self) -> None:
        self._hashes = bytearray()
        self._beginnings = [bytearray() for _ in range(256)]
        """Of those hashes, by their first byte."""

    def __len__(self) -> int:
        return len(self._hashes) // _SIZE

    def __getitem__(self, number: BlockNumber) -> Hash:
        """The hash of that number; raises IndexError."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        return Hash(bytes(self._hashes[number * _SIZE : (number + 1) * _SIZE]))

    def __contains__(self, block_hash: Hash) -> bool:
        return self._place(block_hash) >= 0

    def append(self, block_hash: Hash) -> None:
        """The hash of the next number."""
        self._hashes += block_hash
        self._beginnings[block_hash[0]] += block_hash[:_TOLD]

    def pop(self) -> Hash:
        """Take the hash of the highest number away; raises IndexError where there is none."""
        last = self[len(self) - 1]
        place = self._place(last)
        del self._beginnings[last[0]][place : place + _TOLD]
        del self._hashes[-_SIZE:]
        return last

    def _place(self, block_hash: Hash) -> int:
        beginnings, told = self._beginnings[block_hash[0]], block_hash[:_TOLD]
        found = beginnings.find(told)
        while found >= 0 and found % _TOLD:  # the end of one and the begin of another
            found = beginnings.find(told, found + 1)
        return found
