"""A chain on disk: one record a block, synced before the block is announced; states made of what blocks changed.

    store = LmdbStore(Path("chain"), keep=256)
    node = dev_node(store=store)          # goes on where the last one with this folder stopped

A state that is kept whole, and the differences after it, make any state since. Another is kept whole when those have
grown to four times its size: a start reads no more than that, and it adds a quarter to what is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from chain.primitives import BlockNumber, Hash
from chain.state.overlay import Overlay
from chain.store import writer
from chain.store.block_store import ImportedBlock, KeptChain, PrunedBlock
from chain.store.database import FIRST_MAP_SIZE, Database, Tables
from chain.store.errors import StoreDamaged, StoreOfOtherChain
from chain.store.reader import Reader, number_key
from chain.store.records import PRUNED
from chain.store.writer import Place
from chain.trie.difference import difference, written

WINDOW: Final = 32
"""Finalized blocks that a chain holds in memory; clients pin up to 16."""


class LmdbStore:
    """Implements `BlockStore` in a folder.

    keep: finalized blocks that stay readable, all by default; older ones are removed by and by
    """

    def __init__(self, folder: Path, keep: int | None = None, map_size: int = FIRST_MAP_SIZE) -> None:
        """Take hold of the folder; raises StoreError, OSError."""
        if keep is not None and keep < 1:
            raise ValueError(f"at least one finalized block is kept, not {keep}")
        self.keep = keep
        self._database = Database(folder, map_size)
        self._reader = Reader(self._database)
        self._places: dict[Hash, Place] = {}
        """Of the finalized block and those after it."""
        self._sequence = 0
        """Of the next block."""
        self._finalized: BlockNumber = 0

    @property
    def window(self) -> int:
        """How many finalized blocks a chain holds itself."""
        return WINDOW if self.keep is None else min(self.keep, WINDOW)

    @property
    def folder(self) -> Path:
        """Where the chain lies."""
        return self._database.folder

    def close(self) -> None:
        """Let go of the folder; states that were not looked into cannot be any more."""
        self._database.close()

    def open(self, genesis: ImportedBlock) -> KeptChain:
        """What is in the folder, the new genesis where it is empty; raises StoreOfOtherChain, StoreDamaged."""
        with self._database.reading() as tables:
            found = tables.about.get(b"genesis")
        if found is None:
            self._places = {genesis.hash: self._database.write(lambda tables: writer.begin(tables, genesis))}
            self._sequence = 1
            return KeptChain((genesis,), genesis.hash)
        if found != genesis.hash:
            raise StoreOfOtherChain(self.folder, genesis.hash, Hash(found))
        with self._database.reading() as tables:
            kept = self._kept(tables)
        best = next((block for block in kept.blocks if block.hash == kept.best), None)
        if best is None:
            raise StoreDamaged(self.folder, f"the best block 0x{kept.best.hex()} is missing")
        best.state.get(b"")  # made now: whoever opens a damaged chain is told at once
        return kept

    def _kept(self, tables: Tables) -> KeptChain:
        finalized, best = tables.about.get(b"finalized"), tables.about.get(b"best")
        if finalized is None or best is None:
            raise StoreDamaged(self.folder, "it does not say which blocks are best and finalized")
        in_order = {0: finalized, **{int.from_bytes(key, "big"): value for key, value in tables.order.items()}}
        found = {sequence: self._reader.record(tables, Hash(each)) for sequence, each in in_order.items()}
        records = tuple(found.values())
        if not all(tables.blocks.has(each) for each, _ in tables.justifications.items()):
            raise StoreDamaged(self.folder, "a proof of finality is of no block")
        self._places = {each.block.hash: Place(sequence, each.since) for sequence, each in found.items()}
        self._sequence = 1 + max(found)
        self._finalized = records[0].block.header.number
        return KeptChain(tuple(self._reader.block(each) for each in records), Hash(best))

    def get(self, block_hash: Hash) -> ImportedBlock | None:
        """A block that was kept; None where it never was, raises PrunedBlock where it is no longer."""
        with self._database.reading() as tables:
            data = tables.blocks.get(block_hash)
        if data is None:
            return None
        if data == PRUNED:
            raise PrunedBlock(block_hash)
        record = self._reader.decoded(block_hash, data)
        if self.keep is not None and 0 < record.block.header.number <= self._finalized - self.keep:
            raise PrunedBlock(block_hash)
        return self._reader.block(record)

    def hash_of(self, number: BlockNumber) -> Hash | None:
        """The finalized block of that number."""
        with self._database.reading() as tables:
            found = tables.finalized.get(number_key(number)) if 0 <= number < 2**32 else None
            is_there = found is not None and tables.blocks.has(found)
        if not is_there and 0 <= number <= self._finalized:
            raise StoreDamaged(self.folder, f"block {number} is missing")
        return None if found is None else Hash(found)

    def justification(self, block_hash: Hash) -> bytes | None:
        """What proves that the block is finalized, where its finality came with a proof."""
        with self._database.reading() as tables:
            return tables.justifications.get(block_hash)

    def add(
        self,
        block: ImportedBlock,
        parent: ImportedBlock,
        best: Hash,
        overlay: Overlay | None = None,
    ) -> None:
        """Keep a block for good; raises StoreFull."""
        before, after = parent.state, block.state
        if overlay is not None and overlay.base is before and overlay.committed() is after:
            changed = written(before, after, overlay.net_changes)
        else:
            changed = difference(before, after).encoded
        since = self._places[parent.hash].since + len(changed)

        def write(tables: Tables) -> Place:
            writer.note(tables, best=best)
            tables.order.put(writer.order_key(self._sequence), block.hash)
            return Place(self._sequence, writer.put(tables, block, changed, since))

        self._places[block.hash] = self._database.write(write)
        self._sequence += 1

    def finalize(
        self,
        finalized: Sequence[ImportedBlock],
        forgotten: Sequence[ImportedBlock],
        best: Hash,
        justification: bytes | None = None,
    ) -> None:
        """Settle on these, oldest first, and forget those; raises StoreFull."""
        if not finalized:
            return
        last = finalized[-1]

        def write(tables: Tables) -> None:
            writer.settle(tables, self._places, finalized, forgotten)
            writer.note(tables, finalized=last.hash, best=best)
            if justification is not None:
                tables.justifications.put(last.hash, justification)
            if self.keep is not None and last.number > self.keep:
                writer.prune(tables, last.number - self.keep + 1)

        self._database.write(write)
        self._finalized = last.number
        for each in (finalized[0].header.parent_hash, *(block.hash for block in (*finalized[:-1], *forgotten))):
            self._places.pop(each, None)

    def replace(self, blocks: Mapping[Hash, ImportedBlock], finalized: ImportedBlock, best: Hash) -> None:
        """Have these blocks, parents first, and no others from the number of the first on.

        For a chain that was taken back, or to whose states somebody wrote. Raises StoreFull.
        """
        for block in blocks.values():
            block.state.get(b"")  # while what it is made of is still there

        def write(tables: Tables) -> dict[Hash, Place]:
            writer.note(tables, finalized=finalized.hash, best=best)
            return writer.replace(tables, self._reader, blocks, finalized)

        places = self._database.write(write)
        self._sequence = len(blocks)
        self._places = {each: places[each] for each, block in blocks.items() if block.number >= finalized.number}
        self._finalized = finalized.number
        self._reader.forget_states()
