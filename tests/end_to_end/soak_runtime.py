"""The development runtime with small bounds on what it remembers of each block, so that a node is at them soon.

And it notes how many objects there are, in the file that is named by COUNTS: a number every few blocks.
"""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from chain.block import Header
from chain.node.signature_cache import SignatureCache
from chain.state.overlay import Overlay
from chain.trie.tree import _layout_of_hashes
from pallets.frame import storage as items
from pallets.frame.layout import Remembered
from runtime.dev import DevRuntime

COUNTS: Final = "PALLETLAB_SOAK_COUNTS"

EVERY: Final = 20
"""Blocks between two counts."""

BOUND: Final = 100
"""Of what there is one for each block: its hash, its time, its weight, the keys that these are under."""


class SoakRuntime(DevRuntime):
    """What differs is how much is remembered."""

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        if _layout_of_hashes.cache_info().currsize < 2**16:
            for bitmap in range(2**16):  # it has one for each set of children, which blocks meet by and by
                _layout_of_hashes(bitmap)
        Remembered.LIMIT = items.MEMO_LIMIT = BOUND  # not where the test itself imports this
        super().__init__(storage, signatures)
        self.system.config = replace(self.system.config, block_hash_count=BOUND)
        if signatures is not None:
            signatures.capacity = BOUND

    def finalize_block(self) -> Header:
        header = super().finalize_block()
        if COUNTS in os.environ and header.number % EVERY == 0:
            gc.unfreeze()  # what only waits to be collected is not kept: `chain.node.collector` lets it wait for long
            gc.collect()
            with Path(os.environ[COUNTS]).open("a") as counts:
                counts.write(f"{header.number} {sys.getallocatedblocks()}\n")
        return header
