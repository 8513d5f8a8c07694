"""The headers that votes are about: everything ever seen, also forks that finality has pruned."""

from __future__ import annotations

from collections.abc import Iterator

from chain.block import Header
from chain.primitives import BlockNumber, Hash


class HeaderTree:
    """Headers from one on, each with its parent."""

    def __init__(self, root: Header) -> None:
        self.root = root.hash
        self._headers: dict[Hash, Header] = {root.hash: root}  # in the order in which they were seen

    def __contains__(self, block_hash: Hash) -> bool:
        return block_hash in self._headers

    def __getitem__(self, block_hash: Hash) -> Header:
        return self._headers[block_hash]

    def add(self, header: Header) -> None:
        """Take in a header whose parent is there."""
        if header.parent_hash not in self._headers:
            raise KeyError(header.parent_hash)
        self._headers.setdefault(header.hash, header)

    def hashes(self) -> list[Hash]:
        """All blocks, in the order in which they were seen."""
        return list(self._headers)

    def number(self, block_hash: Hash) -> BlockNumber:
        """The number of a block that is there."""
        return self._headers[block_hash].number

    def up_to_root(self, block_hash: Hash, floor: BlockNumber = 0) -> Iterator[Header]:
        """A block that is there and what it stands on, down to the number `floor`, at most to the root."""
        header = self._headers[block_hash]
        while header.number >= floor:
            yield header
            if header.hash == self.root:
                return
            header = self._headers[header.parent_hash]

    def at(self, block_hash: Hash, number: BlockNumber) -> Hash:
        """The block with this number among a block that is there and what it stands on, down to the root."""
        header = self._headers[block_hash]
        while header.number > number:
            header = self._headers[header.parent_hash]
        return header.hash

    def is_on(self, block_hash: Hash, ancestor: Hash) -> bool:
        """Whether a block is the other one, or stands on it; both are there."""
        return self.at(block_hash, self.number(ancestor)) == ancestor

    def highest_on(self, ancestor: Hash) -> Hash:
        """The highest block on this one, itself if there is no other; of several the one that was seen first."""
        found = self._headers[ancestor]
        for header in self._headers.values():
            if header.number > found.number and self.is_on(header.hash, ancestor):
                found = header
        return found.hash
