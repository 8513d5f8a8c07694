"""A node that seals blocks of transfers, with forks and finality, until it is killed: `sealing_process FOLDER SEED`.

It prints a line when something is announced, which is when it must be on disk: `sealed NUMBER HASH`, `finalized …`.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Final

from chain.block import Header
from chain.crypto.development import pair
from chain.extrinsic import Id
from chain.node.service import Node
from chain.store import writer
from chain.store.lmdb_store import LmdbStore
from pallets.frame.call import call_of
from runtime.dev import DevRuntime
from runtime.devnet import dev_node

KEEP: Final = 64
"""Finalized blocks that every other chain keeps; more than one kill can add."""

SENDERS: Final = [pair(name) for name in ("Alice", "Bob", "Charlie", "Dave")]


def node_in(folder: Path, keep: int | None) -> Node[DevRuntime]:
    """The node of a folder."""
    return dev_node(store=LmdbStore(folder, keep))


def main(folder: Path, seed: int) -> None:
    """Seal until killed."""
    node, choice = node_in(folder, KEEP if seed % 2 else None), random.Random(seed)
    while True:
        for sender in choice.sample(SENDERS, choice.randint(0, len(SENDERS))):
            dest = Id(choice.choice(SENDERS).account)
            transfer = call_of(node.runtime_at().balances.transfer_keep_alive, dest=dest, value=10**9)
            node.submit_call(sender, transfer)
        tell("sealed", node.seal().header)
        if choice.random() < 0.2 and node.best.number - node.chain.finalized.number > 1:
            node.seal(node.best.header.parent_hash)
        if choice.random() < 0.6:
            behind = node.chain.at(max(node.chain.finalized.number, node.best.number - choice.randint(0, 4)))
            assert behind is not None
            node.finalize(behind.hash)
            tell("finalized", behind.header)


def tell(what: str, header: Header) -> None:
    """One line, through to whoever reads."""
    print(what, header.number, header.hash.hex(), flush=True)


if __name__ == "__main__":
    setattr(writer, "SMALLEST", 20_000)  # noqa: B010  # states are kept whole so often that kills meet that too
    main(Path(sys.argv[1]), int(sys.argv[2]))
