"""What is written for a block: its record, its place among others, now and then its whole state.

Everything here happens within one transaction, which may be tried again: what is noted outside the file comes back
as a result, and counts when the transaction is through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

from chain.primitives import BlockNumber, Hash
from chain.record import record
from chain.store.block_store import ImportedBlock, down_from
from chain.store.database import Tables
from chain.store.reader import Reader, number_key, state_place
from chain.store.records import PRUNED, BlockRecord
from chain.trie.difference import difference, whole

PIECE: Final = 4 * 2**20
"""Bytes of a whole state that lie together."""

SMALLEST: Final = 2**20
"""Bytes of differences that are too few to keep another state whole, whatever its size."""

TIMES: Final = 4
"""How many times the size of the last whole state the differences since have when another is kept."""


@record
class Place:
    """Where a block stands that another may be put upon.

    sequence: in the order in which blocks were seen; since: as in its record
    """

    sequence: int
    since: int


Places = Mapping[Hash, Place]


def begin(tables: Tables, genesis: ImportedBlock) -> Place:
    """A chain of genesis alone."""
    place = Place(0, _put_whole(tables, genesis))
    tables.finalized.put(number_key(0), genesis.hash)
    note(tables, genesis=genesis.hash, finalized=genesis.hash, best=genesis.hash)
    return place


def put(tables: Tables, block: ImportedBlock, change: bytes, since: int) -> int:
    """The record of a block that changed so much, `since` counting it; what the record says."""
    if since > max(SMALLEST, TIMES * _whole_size(tables)):
        _keep_whole(tables, block)
        since = 0
    kept = BlockRecord(since, Hash(block.state.root), block.block, change)
    tables.blocks.put(block.hash, kept.encoded)
    return since


def settle(
    tables: Tables, places: Places, finalized: Sequence[ImportedBlock], forgotten: Sequence[ImportedBlock]
) -> None:
    """Make some blocks final, and forget those of other forks."""
    for block in finalized:
        tables.finalized.put(number_key(block.number), block.hash)
        tables.order.delete(order_key(places[block.hash].sequence))
    for block in forgotten:
        tables.order.delete(order_key(places[block.hash].sequence))
        _forget(tables, block.number, block.hash)


def replace(
    tables: Tables, reader: Reader, blocks: Mapping[Hash, ImportedBlock], finalized: ImportedBlock
) -> dict[Hash, Place]:
    """Have these blocks, and no others from the number of the first on; their places."""
    final = {block.hash for block in down_from(finalized, blocks)}
    _forget_others(tables, reader, next(iter(blocks.values())).number, blocks)
    places: dict[Hash, Place] = {}
    changed: set[Hash] = set()
    for sequence, block in enumerate(blocks.values()):
        parent_hash = block.header.parent_hash
        data = tables.blocks.get(block.hash)
        known = reader.decoded(block.hash, data) if data else None
        if known is not None and known.state_root == block.state.root and parent_hash not in changed:
            places[block.hash] = Place(sequence, known.since)
        else:
            changed.add(block.hash)
            parent = blocks.get(parent_hash)
            if parent is None:
                places[block.hash] = Place(sequence, _put_whole(tables, block))
            else:
                change = difference(parent.state, block.state).encoded
                since = places[parent_hash].since + len(change)
                places[block.hash] = Place(sequence, put(tables, block, change, since))
        if block.hash in final:
            tables.finalized.put(number_key(block.number), block.hash)
        else:
            tables.order.put(order_key(sequence), block.hash)
    return places


def prune(tables: Tables, oldest: BlockNumber) -> None:
    """Remove finalized blocks below `oldest`, but for what its state is made of."""
    needed = tables.states.last_before(number_key(oldest + 1))
    first_needed = 0 if needed is None else int.from_bytes(needed[:4], "big")
    first = int.from_bytes(tables.about.get(b"oldest") or b"", "little") or 1
    for number in range(first, first_needed):
        found = tables.finalized.get(number_key(number))
        if found is not None:
            _forget(tables, number, Hash(found))
            tables.blocks.put(found, PRUNED)
    if first_needed > first:
        tables.about.put(b"oldest", first_needed.to_bytes(4, "little"))


def note(tables: Tables, **hashes: Hash) -> None:
    """Which block is the one of that name."""
    for name, block_hash in hashes.items():
        tables.about.put(name.encode(), block_hash)


def order_key(sequence: int) -> bytes:
    """A key that sorts by when a block was seen."""
    return sequence.to_bytes(8, "big")


def _forget_others(tables: Tables, reader: Reader, first: BlockNumber, blocks: Mapping[Hash, ImportedBlock]) -> None:
    """Empty the tables of finalized and other blocks from a number on; forget those that are not among `blocks`."""
    for key, block_hash in list(tables.finalized.items(number_key(first))):
        tables.finalized.delete(key)
        if block_hash not in blocks:
            _forget(tables, int.from_bytes(key, "big"), Hash(block_hash))
    for key, block_hash in list(tables.order.items()):
        tables.order.delete(key)
        if block_hash not in blocks:
            number = reader.record(tables, Hash(block_hash)).block.header.number
            _forget(tables, number, Hash(block_hash))


def _put_whole(tables: Tables, block: ImportedBlock) -> int:
    """The record of a block whose parent is not there; what it says of `since`."""
    state = block.state
    _keep_whole(tables, block)
    kept = BlockRecord(0, Hash(state.root), block.block, difference(state, state).encoded)
    tables.blocks.put(block.hash, kept.encoded)
    return 0


def _keep_whole(tables: Tables, block: ImportedBlock) -> None:
    data = whole(block.state).encoded
    place = state_place(block.number, block.hash)
    for piece, start in enumerate(range(0, len(data), PIECE)):
        tables.states.put(place + number_key(piece), data[start : start + PIECE])
    tables.about.put(b"whole size", len(data).to_bytes(8, "little"))


def _whole_size(tables: Tables) -> int:
    return int.from_bytes(tables.about.get(b"whole size") or b"", "little")


def _forget(tables: Tables, number: BlockNumber, block_hash: Hash) -> None:
    tables.blocks.delete(block_hash)
    tables.justifications.delete(block_hash)
    place = state_place(number, block_hash)
    for piece in count():
        if tables.states.get(place + number_key(piece)) is None:
            return
        tables.states.delete(place + number_key(piece))
