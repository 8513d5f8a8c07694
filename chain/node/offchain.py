"""The offchain-worker host: runs every participant's worker on a new best block.

Workers run one after the other, in the order of the participants. Each has a copy of the block's state that is
thrown away after it, so they depend on each other through the pool, the content store and nothing else; a host
with threads can take this one's place. What goes wrong in a worker stays in its log: nothing reaches the chain.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from logging import getLogger
from time import perf_counter, process_time
from typing import Final

from chain.content.store import ContentStore
from chain.node.chain_store import ImportedBlock
from chain.node.lent_node import LentNode, Submitter
from chain.node.participant import Participant
from chain.node.worker_run import WorkerRun, WorkerTotals
from chain.primitives import AccountId
from chain.runtime_api import RuntimeFactory
from chain.state.overlay import Overlay

log = getLogger(__name__)

RUNS_KEPT: Final = 4096
"""Newest runs that are kept in detail; `totals` has them all."""


class OffchainHost:
    """Runs workers and measures them.

    cpu_clock: seconds of processor time; that of the process counts the threads of numerical libraries too
    """

    def __init__(
        self,
        runtime_factory: RuntimeFactory,
        participants: Sequence[Participant],
        content: ContentStore,
        submitter: Submitter,
        cpu_clock: Callable[[], float] = process_time,
    ) -> None:
        accounts = [participant.account for participant in participants]
        if len(set(accounts)) != len(accounts):
            raise ValueError("two participants have the same account: their nonces and storage would collide")
        self.participants = tuple(participants)
        self.runs: deque[WorkerRun] = deque(maxlen=RUNS_KEPT)
        self.totals: dict[AccountId, WorkerTotals] = {account: WorkerTotals() for account in accounts}
        self._runtime_factory = runtime_factory
        self._content = content
        self._submitter = submitter
        self._cpu_clock = cpu_clock

    def run(self, block: ImportedBlock) -> list[WorkerRun]:
        """Run every participant's worker on the block's state."""
        runs = [self._run_worker(participant, block) for participant in self.participants]
        for run in runs:
            self.runs.append(run)
            self.totals[run.account].add(run)
        return runs

    def _run_worker(self, participant: Participant, block: ImportedBlock) -> WorkerRun:
        run = WorkerRun(participant.account, block.hash, block.number)
        node = LentNode(participant, self._content, self._submitter, run)
        runtime = self._runtime_factory(Overlay(block.state))
        cpu_start, wall_start = self._cpu_clock(), perf_counter()
        try:
            runtime.offchain_worker(block.header, node)
        except Exception as error:
            # the edge of the worker's task: whatever is wrong in it must not stop the node or the next worker
            log.exception("offchain worker of 0x%s failed on block %d", run.account.hex(), run.number)
            run.failure = f"{type(error).__name__}: {error}"
        run.cpu_seconds, run.wall_seconds = self._cpu_clock() - cpu_start, perf_counter() - wall_start
        return run
