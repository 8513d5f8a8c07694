"""The garbage collector's place in the life of a block, and of the process."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_after() -> Iterator[None]:
    """Let the collector wait for what runs here, then look once at what that made.

    A block makes thousands of trie nodes and records, nearly all of which stay or go by themselves. Left alone the
    collector visits the young ones every 700 objects, and all that the node holds when they have grown by a quarter.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        if gc.get_count()[0] > gc.get_threshold()[0]:  # what a small block made can wait for the next
            gc.collect(0)


@contextmanager
def never_collected() -> Iterator[None]:
    """Keep the collector from what is made here, now and later: it stays as long as the process.

    To look once at the modules of a node, to find none of them in vain, takes a tenth of its start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
