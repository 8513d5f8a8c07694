"""How a node runs its workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chain.offchain.backing import Backing
from chain.offchain.executor import Executor, Inline
from chain.offchain.hook import Overlap
from chain.offchain.layers import MakeLayer
from chain.offchain.outbound import Outbound
from chain.offchain.run import WorkerLimits
from chain.offchain.time_source import TimeOfRun
from chain.record import keyword_record


@keyword_record
class WorkerSettings:
    """Where and how runs run; by default inline, so that a chain with its workers repeats exactly.

    executor: makes what runs them: `Inline`, `Threads`, `Processes`
    limits: what a run may take; overlap: of pallets by name, instead of what these say themselves
    time: the time that runs are told; None for the chain's own where runs are inline, the machine's otherwise
    outbound: to whom they may speak HTTP, nobody by default
    layers: what stands between runs and the node besides, the first nearest to the worker
    backing: where their storage is kept beyond the process, nowhere by default
    asks_for_state: whether runs read their block's state by host calls, as those in processes always do: slower, and
        a recording of the calls has all that is needed to run again
    is_indexing: whether what on-chain code writes for workers is kept (`offchain_index`)
    """

    executor: Callable[[], Executor] = Inline
    limits: WorkerLimits = WorkerLimits()
    overlap: Mapping[str, Overlap] | None = None
    time: TimeOfRun | None = None
    outbound: Outbound = Outbound()
    layers: tuple[MakeLayer, ...] = ()
    backing: Backing | None = None
    asks_for_state: bool = False
    is_indexing: bool = True
