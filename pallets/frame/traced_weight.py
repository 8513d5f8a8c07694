"""Weights computed from what a call does: its storage accesses, counted, and the proof that it needs, measured.

    weighed = weigh_call(DevRuntime, state, call_of(balances.transfer_allow_death, dest=bob, value=1), Signed(alice))
    weighed.weight      # accesses × DbWeight, and bytes of proof
    weighed.formula     # the same, for a WeightInfo

Accesses are counted as benchmarking counts them: each key once, without those that every block has at hand. Computing
time cannot be told from accesses; `computing` says what to add for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from chain.primitives import U64
from chain.record import record
from chain.scale.compact import encode_compact
from chain.state.overlay import Overlay
from chain.state.trace import Append, Read, StorageTrace, TracedOverlay, Write
from chain.trie.trie import Trie
from pallets.frame.call import RuntimeCall
from pallets.frame.composition import Composition
from pallets.frame.layout import storage_prefix
from pallets.frame.origin import Origin
from pallets.frame.weight import Weight
from pallets.frame.weight_info import ROCKSDB, DbWeight, WeightFormula, formula

AT_HAND: Final = frozenset(
    {
        b":extrinsic_index",
        b":intrablock_entropy",
        b":transaction_level:",
        storage_prefix("Balances", "TotalIssuance"),
        *(
            storage_prefix("System", name)
            for name in (
                "Number",
                "ParentHash",
                "ExecutionPhase",
                "EventCount",
                "Events",
                "BlockWeight",
                "InherentsApplied",
                "ExtrinsicWeightReclaimed",
            )
        ),
    }
)
"""Keys that no call pays for: every block reads and writes them anyway (`#[pallet::whitelist_storage]`)."""


@record
class TracedWeight:
    """What a call did to storage.

    reads, writes: different keys; a key that was written before it was read is no read
    proof_size: bytes of the nodes from which the call can be repeated without the state
    computing: picoseconds of computing time, as the caller estimated them
    """

    reads: U64
    writes: U64
    proof_size: U64
    computing: U64
    database: DbWeight

    @property
    def weight(self) -> Weight:
        """As it is charged."""
        return self.formula.of(self.database, {})

    @property
    def formula(self) -> WeightFormula:
        """As a WeightInfo holds it, for any database."""
        return formula(self.computing, self.proof_size, reads=self.reads, writes=self.writes)


def traced_weight(
    trace: StorageTrace,
    base: Trie,
    database: DbWeight = ROCKSDB,
    *,
    computing: int = 0,
    at_hand: Iterable[bytes] = AT_HAND,
) -> TracedWeight:
    """The weight of everything that a trace has seen over the state `base`.

    at_hand: keys that cost nothing; benchmarking leaves the account of the caller out as well
    """
    free = frozenset(at_hand)
    reads = sum(isinstance(each, Read) and not each.is_repeated and each.key not in free for each in trace.entries)
    writes = sum(
        isinstance(each, Write | Append) and not each.is_repeated and each.key not in free for each in trace.entries
    )
    nodes = base.prove([key for key in trace.read_keys if key not in free], trace.visited_keys)
    proof_size = sum(len(encode_compact(len(node))) + len(node) for node in nodes)
    return TracedWeight(reads, writes, proof_size, computing, database)


def weigh_call(
    make_runtime: Callable[[Overlay], Composition],
    state: Trie,
    call: RuntimeCall,
    origin: Origin,
    database: DbWeight = ROCKSDB,
    *,
    computing: int = 0,
    at_hand: Iterable[bytes] = AT_HAND,
) -> TracedWeight:
    """Run a call on a state, of which nothing is kept, and weigh what it did; raises DispatchError where it fails.

    make_runtime: the runtime class, or what else binds one to an overlay; the call must be one of its
    """
    storage = TracedOverlay(state, StorageTrace())
    runtime = make_runtime(storage)
    storage.trace = StorageTrace()
    runtime.dispatch(call, origin)
    return traced_weight(storage.trace, state, database, computing=computing, at_hand=at_hand)
