"""A chain that stays in memory, with as many finalized blocks as it is told to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chain.primitives import BlockNumber, Hash
from chain.state.overlay import Overlay
from chain.store.block_store import ImportedBlock, KeptChain, PrunedBlock, down_from
from chain.store.hash_list import HashList

WINDOW: Final = 32
"""Finalized blocks that a chain holds itself: what it copies for a snapshot does not grow with its length."""


class MemoryStore:
    """Implements `BlockStore` for as long as the process lives; remembers no more than the hashes of what is gone.

    keep: finalized blocks that stay readable, all by default
    """

    def __init__(self, keep: int | None = None) -> None:
        if keep is not None and keep < 1:
            raise ValueError(f"at least one finalized block is kept, not {keep}")
        self.window = WINDOW if keep is None else min(keep, WINDOW)
        self._keep = keep
        self._blocks: dict[Hash, ImportedBlock] = {}
        """Finalized ones, the oldest first."""
        self._finalized = HashList()
        self._justifications: dict[Hash, bytes] = {}

    def open(self, genesis: ImportedBlock) -> KeptChain:
        """Genesis alone: whoever opens it begins anew."""
        self._blocks, self._finalized, self._justifications = {}, HashList(), {}
        self._note(genesis)
        return KeptChain((genesis,), genesis.hash)

    def get(self, block_hash: Hash) -> ImportedBlock | None:
        """A finalized block; None where it is none, raises PrunedBlock where it was one and is not kept."""
        found = self._blocks.get(block_hash)
        if found is None and block_hash in self._finalized:
            raise PrunedBlock(block_hash)
        return found

    def hash_of(self, number: BlockNumber) -> Hash | None:
        """The finalized block of that number."""
        return self._finalized[number] if 0 <= number < len(self._finalized) else None

    def justification(self, block_hash: Hash) -> bytes | None:
        """What proves that the block is finalized, where its finality came with a proof."""
        return self._justifications.get(block_hash)

    def add(
        self,
        block: ImportedBlock,
        parent: ImportedBlock,
        best: Hash,
        overlay: Overlay | None = None,
    ) -> None:
        """Nothing: the chain has the block."""

    def finalize(
        self,
        finalized: Sequence[ImportedBlock],
        forgotten: Sequence[ImportedBlock],
        best: Hash,
        justification: bytes | None = None,
    ) -> None:
        """Note which blocks are final."""
        for block in finalized:
            self._note(block)
        if finalized and justification is not None:
            self._justifications[finalized[-1].hash] = justification

    def replace(self, blocks: Mapping[Hash, ImportedBlock], finalized: ImportedBlock, best: Hash) -> None:
        """Note which blocks are final now."""
        if next(reversed(self._blocks)) == finalized.hash:  # the same ones: their states may be others
            for block_hash in self._blocks.keys() & blocks.keys():
                self._blocks[block_hash] = blocks[block_hash]
            return
        first = next(iter(blocks.values())).number
        while len(self._finalized) > first:
            self._forget(self._finalized.pop())
        for block in reversed(down_from(finalized, blocks)):
            self._note(block)

    def close(self) -> None:
        """Nothing: there is nothing to let go of."""

    def _note(self, block: ImportedBlock) -> None:
        self._finalized.append(block.hash)
        self._blocks[block.hash] = block
        if self._keep is not None and len(self._blocks) > self._keep:
            self._forget(next(iter(self._blocks)))

    def _forget(self, block_hash: Hash) -> None:
        self._blocks.pop(block_hash, None)
        self._justifications.pop(block_hash, None)
