"""What a new best block means for the pool.

Blocks that left the best chain give their transactions back; blocks that entered it take theirs out. Then what
has expired goes, and the runtime is asked again: about everything after a reorganisation, about the stalest
transactions otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from chain.extrinsic import extrinsic_hash
from chain.node.chain_store import ImportedBlock, Route
from chain.node.pool import TransactionPool
from chain.node.pool_errors import PoolError
from chain.primitives import Hash
from chain.validity import TransactionInvalid

REVALIDATED_PER_BLOCK: Final = 64
"""Transactions asked about after an ordinary block: a full pool is gone through in 136 blocks."""

TagsOf = Callable[[ImportedBlock, bytes], Sequence[bytes]]
"""The tags that an extrinsic of that block provides, empty for an inherent."""


def follow_best(pool: TransactionPool, route: Route, tags_of: TagsOf) -> None:
    """Bring the pool from one best block to the next; the pool's best block is the next already."""
    for block in route.retracted:
        pool.retracted(block.hash, _hashes(block))
    for block in route.enacted:
        _include(pool, block, tags_of)
    if route.retracted:
        _submit_again(pool, route)
        pool.revalidate()
    elif len(pool):
        pool.revalidate(REVALIDATED_PER_BLOCK)
    if len(pool):
        pool.expire()


def _include(pool: TransactionPool, block: ImportedBlock, tags_of: TagsOf) -> None:
    hashes = _hashes(block)
    found = [pool.get(transaction_hash) for transaction_hash in hashes]
    others = len(pool) - sum(known is not None for known in found)
    tags: list[bytes] = []
    for known, extrinsic in zip(found, block.block.extrinsics, strict=True):
        if known is not None:
            tags += known.provides
        elif others:  # where none are left, there is nothing that the tags could outdate
            tags += tags_of(block, extrinsic)
    pool.included(block.hash, hashes, tags)


def _submit_again(pool: TransactionPool, route: Route) -> None:
    enacted = {extrinsic for block in route.enacted for extrinsic in block.block.extrinsics}
    for block in reversed(route.retracted):
        for extrinsic in block.block.extrinsics:
            if extrinsic in enacted:
                continue
            pool.counts.resubmitted += 1
            try:
                pool.submit(extrinsic)
            except (PoolError, TransactionInvalid):
                continue  # an inherent, or outdated by the blocks that were enacted


def _hashes(block: ImportedBlock) -> list[Hash]:
    return [extrinsic_hash(extrinsic) for extrinsic in block.block.extrinsics]
