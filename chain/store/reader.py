"""Blocks and states as they are made of what lies on disk."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from chain.primitives import BlockNumber, Hash
from chain.scale import DecodeError
from chain.store.block_store import ImportedBlock
from chain.store.database import Database, Tables
from chain.store.errors import StoreDamaged
from chain.store.records import PRUNED, BlockRecord, Step
from chain.store.stored_trie import StoredTrie
from chain.trie.difference import Difference, applied
from chain.trie.trie import Trie

STATES_READ: Final = 8
"""Old states that stay in memory after they were asked for."""


class Reader:
    """Reads blocks, and makes their states when somebody looks into them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._states: OrderedDict[Hash, Trie] = OrderedDict()

    def record(self, tables: Tables, block_hash: Hash) -> BlockRecord:
        """The record of a block that must be there; raises StoreDamaged."""
        return self.decoded(block_hash, tables.blocks.get(block_hash))

    def decoded(self, block_hash: Hash, data: bytes | None) -> BlockRecord:
        """What the record says; raises StoreDamaged where it is not of this block."""
        if not data:
            raise self._damaged(f"block 0x{block_hash.hex()} is missing")
        try:
            record = BlockRecord.decode(data)
        except DecodeError as error:
            raise self._damaged(f"block 0x{block_hash.hex()}: {error}") from None
        if record.block.hash != block_hash:
            raise self._damaged(f"block 0x{block_hash.hex()} has the contents of another")
        return record

    def block(self, record: BlockRecord) -> ImportedBlock:
        """The block of a record; its state is made when it is looked into, which may raise StoreDamaged."""
        block_hash = record.block.hash
        state = StoredTrie(record.state_root, record.state_version, lambda: self._state_of(block_hash))
        return ImportedBlock(record.block, state)

    def forget_states(self) -> None:
        """States may be others from now on."""
        self._states.clear()

    def _state_of(self, block_hash: Hash) -> Trie:
        """The state after a block: the nearest that is there, and what the blocks since have changed."""
        known = self._states.get(block_hash)
        if known is not None:
            self._states.move_to_end(block_hash)
            return known
        with self._database.reading() as tables:
            wanted = self.record(tables, block_hash)
            try:
                state = self._made(tables, wanted)
            except DecodeError as error:
                raise self._damaged(f"the state of block 0x{block_hash.hex()}: {error}") from None
        if state.root != wanted.state_root:
            raise self._damaged(f"the state of block 0x{block_hash.hex()} has another root")
        self._states[block_hash] = state
        if len(self._states) > STATES_READ:
            self._states.popitem(last=False)
        return state

    def _made(self, tables: Tables, record: BlockRecord) -> Trie:
        if not record.since:
            return self._whole(tables, record)
        steps: list[Difference] = []
        start: Trie | None = None
        at = record.block.hash
        while start is None:
            step = Step.decode(tables.blocks.get(at) or PRUNED)
            if step.since:
                steps.append(step.change)
                at = step.parent_hash
                start = self._states.get(at)
            else:
                start = self._whole(tables, self.record(tables, at))
        return applied(start, reversed(steps))

    def _whole(self, tables: Tables, record: BlockRecord) -> Trie:
        """A state that is kept whole."""
        place = state_place(record.block.header.number, record.block.hash)
        pieces: list[bytes] = []
        for key, piece in tables.states.items(place):
            if not key.startswith(place):
                break
            pieces.append(piece)
        return applied(Trie.empty(record.state_version), [Difference.decode(b"".join(pieces))])

    def _damaged(self, reason: str) -> StoreDamaged:
        return StoreDamaged(self._database.folder, reason)


def number_key(number: int) -> bytes:
    """A key that sorts by number."""
    return number.to_bytes(4, "big")


def state_place(number: BlockNumber, block_hash: Hash) -> bytes:
    """What the keys of the pieces of a whole state begin with."""
    return number_key(number) + block_hash
