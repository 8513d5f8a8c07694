"""What on-chain code leaves for offchain workers (sp_io::offchain_index).

    index = indexing(self)
    index.set(b"my_pallet/leaf/" + number, leaf)        # workers find it with `node.local_get`, clients by RPC

It reaches the nodes that import the block as the best one, goes back with a call that fails, and cannot be read on
chain: it is no part of the state.
"""

from __future__ import annotations

from typing import Any

from chain.state.offchain_index import OffchainIndex, offchain_index
from pallets.frame.pallet import Pallet


def indexing(pallet: Pallet[Any]) -> OffchainIndex:
    """Where a pallet leaves things for workers."""
    return offchain_index(pallet.storage)
