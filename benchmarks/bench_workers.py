"""What offchain workers cost the chain beside which they run: the node's own thread, and the rate of its blocks.

The node's thread is measured with runs in threads, where all that it does is to begin them and to note that they ended;
the rate of blocks with fifty validators inline, in the node's own thread, which is the dearest place for them. Both
against the same blocks without participants, by CPU time. A worker that does nothing is one that looks whose it is and
returns; one that returns without a look has one run for all. Those of the development runtime say beforehand that they
have nothing to do, which is all that an empty block pays for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Final

from benchmarks.measure import Goal, Row, Run, WorkDiffers, alternate
from benchmarks.run import alone
from chain.crypto import development
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.crypto.signatures import Scheme
from chain.extrinsic import Id
from chain.node.signature_cache import SignatureCache
from chain.offchain.executor import Inline
from chain.offchain.hook import Trigger
from chain.offchain.offchain_node import OffchainNode
from chain.offchain.participant import Participant
from chain.offchain.settings import WorkerSettings
from chain.offchain.threads import Threads
from chain.primitives import BlockNumber
from chain.state.overlay import Overlay
from pallets.frame.call import call_of
from pallets.frame.pallet import Pallet, config
from runtime.dev import DevRuntime, genesis_state
from runtime.devnet import node_of
from runtime.rebound import Rebound

VALIDATORS: Final = 50
TRANSFERS: Final = 100
MILLI: Final = 1e3

FALL: Final = 0.75
"""Of the rate of blocks that has to be left."""


@config
class Config:
    """Nothing."""


class Nothing(Pallet[Config]):
    """Its worker does nothing, and does not say so beforehand."""

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        """Look whose it is."""
        assert node.account


class NothingRuntime(DevRuntime):
    """The development runtime with such a worker."""

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.nothing = Nothing(self, Config(), index=200)


class Unlooking(Pallet[Config]):
    """Its worker does nothing, and has no look at its node."""

    def offchain_worker(self, now: BlockNumber, node: OffchainNode) -> None:
        """Return at once."""


class UnlookingRuntime(DevRuntime):
    """The development runtime with such a worker."""

    def __init__(self, storage: Overlay, signatures: SignatureCache | None = None) -> None:
        super().__init__(storage, signatures)
        self.unlooking = Unlooking(self, Config(), index=200)


class Chain:
    """The rounds: blocks of a node with so many participants, whose workers do nothing.

    transfers: in each block, ready in the pool before it is timed
    """

    def __init__(
        self,
        participants: int,
        executor: type[Inline] | type[Threads],
        blocks: int,
        transfers: int,
        runtime: type[DevRuntime] = NothingRuntime,
    ) -> None:
        seeds = (blake2_256(b"validator" + bytes((each,))) for each in range(participants))
        members = [Participant(KeyPair.from_seed(seed, Scheme.ED25519)) for seed in seeds]
        settings = WorkerSettings(executor=executor)
        make = Rebound(partial(runtime, signatures=SignatureCache()))
        self.node = node_of(make, genesis_state(), members, workers=settings)
        self.runtime = runtime
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
        """Every participant's workers ran after each block that may have had work; raises WorkDiffers."""
        hooks = [hook for hook in self.node.runtime_at().worker_hooks() if hook.trigger is Trigger.BEST]
        workers = sum(not hook.is_selective for hook in hooks)
        own = list(self.node.workers.totals.values())
        for totals in own[:1] if self.runtime is UnlookingRuntime else own:  # where one run is everybody's
            if (totals.runs, totals.failures) != (self.sealed * workers, 0):
                told = f"{totals.runs} runs of {workers} workers, {totals.failures} of them failed"
                raise WorkDiffers(f"{told}, for {self.sealed} blocks")
        self.node.workers.close()


def rows(run: Run) -> Iterator[Row]:
    """The cost of a run to the node's thread, and the blocks of fifty validators."""
    blocks = 5 if run.is_quick else 50
    run.say("runs in threads")
    without, beside = Chain(0, Threads, blocks, 0), Chain(VALIDATORS, Threads, blocks, 0)
    plain, taken = alternate(run.rounds, without.round, beside.round)
    beside.check()
    yield Row(
        name="a worker that does nothing, on the node's own thread",
        work=f"one of {VALIDATORS} runs of a block in threads, begun and noted",
        unit="ms",
        figure=max(taken.median - plain.median, 0.0) * MILLI / VALIDATORS,
        peer="the block itself, empty",
        peer_figure=plain.median * MILLI,
        goal=Goal("at most", 1, "figure"),
    )
    work = f"{TRANSFERS} transfers a block, runs that do nothing, inline"
    yield _fifty(run, work, max(1, blocks // 10), TRANSFERS, NothingRuntime)
    yield _fifty(run, "empty blocks, the development runtime's own workers, inline", blocks, 0, DevRuntime)
    work = "empty blocks, a worker more that does nothing and does not say so, inline"
    yield _fifty(run, work, blocks, 0, UnlookingRuntime)


def _fifty(run: Run, work: str, blocks: int, transfers: int, runtime: type[DevRuntime]) -> Row:
    run.say(f"blocks of {VALIDATORS} validators: {work}")
    alone_chain = Chain(0, Inline, blocks, transfers, runtime)
    together = Chain(VALIDATORS, Inline, blocks, transfers, runtime)
    plain, taken = alternate(run.rounds, alone_chain.round, together.round)
    together.check()
    return Row(
        name=f"a block with the workers of {VALIDATORS} validators",
        work=work,
        unit="ms",
        figure=taken.median * MILLI,
        peer="itself without workers",
        peer_figure=plain.median * MILLI,
        goal=Goal("at most", round(1 / FALL, 2)),
    )


if __name__ == "__main__":
    raise SystemExit(alone("workers"))
