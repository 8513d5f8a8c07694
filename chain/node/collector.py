"""The garbage collector's place in the life of a block, and of the process."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LEAST_GROWTH: Final = 100_000
"""Blocks of memory by which a process may grow without anyone looking at what it holds: some 10 MB."""

UNMEASURED: Final = 20_000
"""Objects that blocks may leave before anyone asks how large the process is: the answer takes 0.1 ms for 100 MB."""


@contextmanager
def collected_after() -> Iterator[None]:
    """Let the collector wait for what runs here; look at all objects where the process has grown by a quarter.

    A block makes thousands of trie nodes and records, which stay as long as a state or go by themselves. Left alone
    the collector visits the young ones every 700 objects, and with them all that they refer to, which is old and in
    no cache: as much work as a tenth of the block. So what a block leaves is old at once, without a visit.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        young = gc.get_count()[0]
        if young > gc.get_threshold()[0]:  # what a small block made can wait for the next
            _growth.age(young)
        gc.enable()


class _Growth:
    """How much memory the process may have until all its objects are looked at."""

    def __init__(self) -> None:
        self._most: int | None = None
        self._unmeasured = UNMEASURED

    def age(self, young: int) -> None:
        """Make all objects old, so that no collector looks at them; look at them first where it is time to.

        young: how many there are more of those that a collector looks at than the last time
        """
        self._unmeasured += young
        if self._unmeasured > UNMEASURED:
            self._unmeasured = 0
            self._look_if_grown()
        gc.freeze()

    def _look_if_grown(self) -> None:
        now = sys.getallocatedblocks()
        if self._most is not None and now > self._most:
            gc.unfreeze()
            gc.collect()
            now, self._most = sys.getallocatedblocks(), None
        if self._most is None:
            self._most = now + max(now // 4, LEAST_GROWTH)


_growth = _Growth()


@contextmanager
def never_collected() -> Iterator[None]:
    """Let what is made here be old at once.

    To look once at the modules of a node, to find none of them in vain, takes a tenth of its start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
