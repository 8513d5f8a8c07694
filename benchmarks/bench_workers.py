"""What offchain workers cost the chain beside which they run: the node's own thread, and the rate of its blocks.

A worker that does nothing is the one of the development runtime on a node whose operator takes part in nothing. The
node's thread is measured with runs in threads, where all that it does is to begin them and to note that they ended;
the rate of blocks with fifty participants inline, in the node's own thread, which is the dearest place for them. Both
against the same blocks without participants, by CPU time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from benchmarks.measure import Goal, Row, Run, WorkDiffers, alternate
from benchmarks.run import alone
from chain.crypto import development
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.extrinsic import Id
from chain.offchain.executor import Inline
from chain.offchain.hook import Trigger
from chain.offchain.participant import Participant
from chain.offchain.settings import WorkerSettings
from chain.offchain.threads import Threads
from pallets.frame.call import call_of
from runtime.devnet import dev_node

VALIDATORS: Final = 50
TRANSFERS: Final = 100
MILLI: Final = 1e3

FALL: Final = 0.75
"""Of the rate of blocks that has to be left."""


class Chain:
    """The rounds: blocks of a node with so many participants, whose workers do nothing.

    transfers: in each block, ready in the pool before it is timed
    """

    def __init__(self, participants: int, executor: type[Inline] | type[Threads], blocks: int, transfers: int) -> None:
        seeds = (blake2_256(b"validator" + bytes((each,))) for each in range(participants))
        members = [Participant(KeyPair.from_seed(seed, Scheme.ED25519)) for seed in seeds]
        self.node = dev_node(participants=members, workers=WorkerSettings(executor=executor))
        self.blocks = blocks
        self.transfers = transfers
        self.sealed = 0

    def round(self) -> float:
        """Seconds of this thread for a block and the runs after it."""
        return sum(self._block() for _ in range(self.blocks)) / self.blocks

    def _block(self) -> float:
        alice = development.pair("Alice")
        transfer = call_of(
            self.node.runtime_at().balances.transfer_keep_alive, dest=Id(development.account("Bob")), value=1
        )
        for _ in range(self.transfers):
            self.node.submit_call(alice, transfer)
        begun = time.thread_time()
        block = self.node.seal()
        if not self.node.workers.wait_idle():
            raise WorkDiffers("a worker that does nothing goes on for a minute")
        seconds = time.thread_time() - begun
        self.sealed += 1
        if len(block.extrinsics) != self.transfers + 1:
            raise WorkDiffers(f"a block has {len(block.extrinsics) - 1} transfers, not {self.transfers}")
        return seconds

    def check(self) -> None:
        """Every participant's workers ran after each block; raises WorkDiffers."""
        workers = sum(hook.trigger is Trigger.BEST for hook in self.node.runtime_at().worker_hooks())
        for totals in self.node.workers.totals.values():
            if (totals.runs, totals.failures) != (self.sealed * workers, 0):
                told = f"{totals.runs} runs of {workers} workers, {totals.failures} of them failed"
                raise WorkDiffers(f"{told}, for {self.sealed} blocks")
        self.node.workers.close()


def rows(run: Run) -> Iterator[Row]:
    """The cost of a run to the node's thread, and the blocks of fifty validators."""
    blocks = 5 if run.is_quick else 50
    run.say("runs in threads")
    without, beside = Chain(0, Threads, blocks, 0), Chain(1, Threads, blocks, 0)
    plain, taken = alternate(run.rounds, without.round, beside.round)
    beside.check()
    yield Row(
        name="a worker that does nothing, on the node's own thread",
        work="one participant, runs in threads, begun and noted",
        unit="ms",
        figure=max(taken.median - plain.median, 0.0) * MILLI,
        peer="the block itself, empty",
        peer_figure=plain.median * MILLI,
        goal=Goal("at most", 1, "figure"),
    )
    run.say(f"blocks of {VALIDATORS} validators")
    blocks = max(1, blocks // 10)
    alone_chain = Chain(0, Inline, blocks, TRANSFERS)
    together = Chain(VALIDATORS, Inline, blocks, TRANSFERS)
    plain, taken = alternate(run.rounds, alone_chain.round, together.round)
    together.check()
    yield Row(
        name=f"a block with the workers of {VALIDATORS} validators",
        work=f"{TRANSFERS} transfers a block, workers that do nothing, inline",
        unit="ms",
        figure=taken.median * MILLI,
        peer="itself without workers",
        peer_figure=plain.median * MILLI,
        goal=Goal("at most", round(1 / FALL, 2)),
    )


if __name__ == "__main__":
    raise SystemExit(alone("workers"))
