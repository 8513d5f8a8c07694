"""Blocks for stores: each sets a few keys, and names the state that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chain.block import Block, Header, extrinsics_root
from chain.node.chain_store import ChainStore, ImportedBlock, genesis_block
from chain.primitives import Hash
from chain.store.block_store import BlockStore
from chain.store.lmdb_store import LmdbStore
from chain.trie.trie import Trie

GENESIS_STATE = Trie.from_items({b"genesis": b"state", b"long": bytes(40)})
GENESIS = genesis_block(GENESIS_STATE)

Changes = Mapping[bytes, bytes | None]


def chain_over(store: BlockStore | None = None) -> ChainStore:
    """A chain with this genesis, or what the store has of it."""
    return ChainStore(GENESIS, GENESIS_STATE, store)


def opened(folder: Path, keep: int | None = None) -> ChainStore:
    """The chain in a folder."""
    return chain_over(LmdbStore(folder, keep))


def child(parent: ImportedBlock, name: bytes = b"", changes: Changes | None = None) -> tuple[Block, Trie]:
    """A block on top of another, with its state; siblings have other names."""
    number = parent.number + 1
    state = parent.state.updated({b"number": b"%d" % number} if changes is None else dict(changes))
    header = Header(parent.hash, number, Hash(state.root), extrinsics_root((name,)), ())
    return Block(header, (name,)), state


def grown(chain: ChainStore, blocks: int, name: bytes = b"") -> list[Hash]:
    """So many blocks more upon the best one; their hashes."""
    hashes: list[Hash] = []
    for _ in range(blocks):
        block, state = child(chain.best, name)
        chain.add(block, state)
        hashes.append(block.hash)
    return hashes


def picture(chain: ChainStore) -> tuple[object, ...]:
    """All that can be seen of a chain, states too; of pruned blocks, that they are."""
    hashes = [each for number in range(chain.best.number + 1) if (each := chain.hash_of(number)) is not None]
    known = [chain[each] for each in hashes if each in chain]
    return (
        chain.best.hash,
        chain.finalized.hash,
        [chain.hash_of(number) for number in range(-1, chain.best.number + 2)],
        chain.leaves(),
        [(entry.block, chain.children(entry.hash), dict(entry.state.items())) for entry in known],
    )
