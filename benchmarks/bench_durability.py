"""What it costs that a block is on disk before it is announced, beside executing the block.

Timed is all that a store has to do: finding what the block changed, writing it, syncing, finality, now and then a
whole state. The same block is executed beside it, its signatures being known. Both by the clock: a disk is waited for.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.measure import Goal, Row, Run, WorkDiffers, alternate
from benchmarks.run import alone
from benchmarks.transfer_chain import TransferBlock, TransferChain, executed
from chain.node import importer
from chain.node.chain_store import ChainStore, genesis_block
from chain.node.signature_cache import SignatureCache
from chain.store.lmdb_store import LmdbStore
from chain.store.writer import TIMES
from chain.trie.difference import difference, whole
from chain.trie.trie import Trie
from runtime.dev import runtime_factory

MILLI: Final = 1e3


class Blocks:
    """The rounds: each keeps the next block, then executes it again."""

    def __init__(self, made: TransferChain, folder: Path) -> None:
        self.made = made
        self.folder = folder
        self.genesis = made.state
        self.whole_seconds = median([self._whole_seconds(folder / name) for name in ("a", "b", "c")])
        """To write a whole state, as that of genesis is."""
        self.chain = _opened(made.state, folder)
        self.signatures = SignatureCache()
        self.newest: TransferBlock | None = None

    def _whole_seconds(self, folder: Path) -> float:
        return _seconds(lambda: _opened(self.genesis, folder).close())

    def keep(self) -> float:
        """Seconds until the next block is on disk and final."""
        newest = self.newest = self.made.next_block()
        overlay = importer.executed(runtime_factory(self.signatures), self.chain.best.state, newest.block)

        def work() -> None:
            self.chain.add(newest.block, overlay.committed(), overlay)
            self.chain.finalize(newest.block.hash)

        return _seconds(work)

    def execute(self) -> float:
        """Seconds to execute the same block."""
        newest = self.newest
        assert newest is not None
        return _seconds(lambda: executed(newest, self.signatures))

    def share_of_whole(self) -> float:
        """Seconds that a block has of writing a whole state."""
        newest = self.newest
        assert newest is not None
        change = difference(newest.parent_state, newest.state).encoded
        return self.whole_seconds * len(change) / (TIMES * len(whole(newest.state).encoded))

    def check(self) -> None:
        """What is on disk is the chain; raises WorkDiffers."""
        self.chain.close()
        again = _opened(self.genesis, self.folder)
        best = again.best
        if best.header != self.made.header or Trie.from_items(best.state.items()).root != self.made.state.root:
            raise WorkDiffers("the chain on disk does not end with the last block")
        again.close()


def rows(run: Run) -> Iterator[Row]:
    """Time to keep a block of transfers, beside executing it."""
    accounts, transfers = (2_000, 100) if run.is_quick else (100_000, 1_000)
    run.say(f"genesis of {accounts:,} accounts")
    made = TransferChain(accounts, transfers)
    with tempfile.TemporaryDirectory() as folder:
        blocks = Blocks(made, Path(folder))
        run.say(f"blocks of {transfers:,} transfers")
        kept, execution = alternate(run.rounds, blocks.keep, blocks.execute)
        share = blocks.share_of_whole()
        run.say("opening the chain again")
        blocks.check()
    yield Row(
        name="a block on disk before it is announced",
        work=f"{accounts:,} accounts, {transfers:,} transfers a block, synced and final",
        unit="ms",
        figure=(kept.median + share) * MILLI,
        peer="executing the block",
        peer_figure=execution.median * MILLI,
        goal=Goal("at most", 0.1),
    )


def _opened(genesis: Trie, folder: Path) -> ChainStore:
    return ChainStore(genesis_block(genesis), genesis, LmdbStore(folder))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    raise SystemExit(alone("durability"))
