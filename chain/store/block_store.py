"""What a chain asks of the place where its blocks are kept: `BlockStore`, and what goes in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from chain.block import Block, Header
from chain.primitives import BlockNumber, Hash
from chain.record import record
from chain.state.overlay import Overlay
from chain.trie.trie import Trie


class UnknownBlock(LookupError):
    """No block of this hash was imported, or finality has removed it."""

    def __init__(self, block_hash: Hash) -> None:
        super().__init__(block_hash)
        self.block_hash = block_hash

    def __str__(self) -> str:
        return f"unknown block 0x{self.block_hash.hex()}"


class PrunedBlock(UnknownBlock):
    """The block is finalized, and older than those that are kept."""

    def __str__(self) -> str:
        return f"State already discarded for 0x{self.block_hash.hex()}"  # clients look for these words


@record
class ImportedBlock:
    """A block and the state after it."""

    block: Block
    state: Trie

    @property
    def header(self) -> Header:
        return self.block.header

    @property
    def hash(self) -> Hash:
        return self.block.header.hash

    @property
    def number(self) -> BlockNumber:
        return self.block.header.number

    @property
    def is_overridden(self) -> bool:
        """Whether somebody wrote to the state by hand: it is not the one that the header names."""
        return self.block.header.state_root != self.state.root


@record
class KeptChain:
    """What a store has when it is opened.

    blocks: the finalized block first, then those after it in the order in which they were seen
    """

    blocks: tuple[ImportedBlock, ...]
    best: Hash


class BlockStore(Protocol):
    """Keeps a chain's blocks, and has the finalized ones that the chain holds no longer.

    What a method that writes was given is safe when it returns; where it raises, nothing has changed.
    """

    @property
    def window(self) -> int | None:
        """How many finalized blocks the chain holds itself, None for all: `get` has those before."""
        ...

    def open(self, genesis: ImportedBlock) -> KeptChain:
        """What is kept of the chain that begins with `genesis`: that alone where nothing is."""
        ...

    def close(self) -> None:
        """Let go of whatever is held open."""
        ...

    def get(self, block_hash: Hash) -> ImportedBlock | None:
        """A block that is kept; None where it never was. Raises PrunedBlock where it is no longer."""
        ...

    def hash_of(self, number: BlockNumber) -> Hash | None:
        """The finalized block of that number."""
        ...

    def justification(self, block_hash: Hash) -> bytes | None:
        """What proves that the block is finalized, where its finality came with a proof."""
        ...

    def add(
        self,
        block: ImportedBlock,
        parent: ImportedBlock,
        best: Hash,
        overlay: Overlay | None = None,
    ) -> None:
        """Keep a block; `best` is the best one then.

        overlay: the one of which its state was made, over its parent's, where it is at hand
        """
        ...

    def finalize(
        self,
        finalized: Sequence[ImportedBlock],
        forgotten: Sequence[ImportedBlock],
        best: Hash,
        justification: bytes | None = None,
    ) -> None:
        """Settle on these, oldest first, and forget those; `justification` proves the last one's finality."""
        ...

    def replace(self, blocks: Mapping[Hash, ImportedBlock], finalized: ImportedBlock, best: Hash) -> None:
        """Have these blocks, parents first, and no others from the number of the first on.

        For a chain that was taken back, or to whose states somebody wrote.
        """
        ...


def down_from(block: ImportedBlock | None, blocks: Mapping[Hash, ImportedBlock]) -> list[ImportedBlock]:
    """The block and its ancestors among these, itself first."""
    way: list[ImportedBlock] = []
    while block is not None:
        way.append(block)
        block = blocks.get(block.header.parent_hash)
    return way
