"""The proof that a block needs, measured while it is executed.

A proof is the nodes of the parent's state from which the same execution can be repeated. A block pays for each node
once, whoever reads it first; its size is what a list of the nodes adds, each with its length before it
(sp_trie::recorder::Recorder::estimate_encoded_size). Measured are reads: what computing the block's state root needs
besides, is the block's and no extrinsic's. A runtime that charges for it counts only what stands in the block:

    def apply_extrinsic(self, extrinsic: bytes) -> DispatchFailure | None:
        with self.recorder.attempt():
            return super().apply_extrinsic(extrinsic)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from chain.record import record
from chain.scale.compact import encode_compact
from chain.state.trace import Counts, StorageTrace, TracedOverlay
from chain.validity import TransactionInvalid
from pallets.frame.error import DispatchFailure
from runtime.construct import Runtime
from runtime.executive import apply_extrinsic


def encoded_size(nodes: Iterable[bytes]) -> int:
    """Bytes that these nodes add to a proof."""
    return sum(len(encode_compact(len(node))) + len(node) for node in nodes)


class ProofRecorder:
    """The nodes that a block has read so far; calling it gives their size."""

    def __init__(self, storage: TracedOverlay) -> None:
        self._storage = storage
        self._nodes: dict[bytes, None] = {}
        self._trace, self._reads, self._visits = storage.trace, 0, 0
        self._size = 0

    def __call__(self) -> int:
        """Bytes of the proof so far."""
        trace = self._storage.trace
        if trace is not self._trace:
            self._trace, self._reads, self._visits = trace, 0, 0
        reads = list(islice(trace.read_keys, self._reads, None))
        visits = list(islice(trace.visited_keys, self._visits, None))
        if reads or visits:
            self._reads += len(reads)
            self._visits += len(visits)
            new = [node for node in self._storage.base.prove(reads, visits) if node not in self._nodes]
            self._nodes.update(dict.fromkeys(new))
            self._size += encoded_size(new)
        return self._size

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A context whose reads are forgotten where TransactionInvalid leaves it.

        An author tries extrinsics that turn out not to fit; who executes the block never sees them, and must measure
        the same.
        """
        size, nodes, trace = self(), len(self._nodes), self._storage.trace
        reads, visits = len(trace.read_keys), len(trace.visited_keys)
        try:
            yield
        except TransactionInvalid:
            self()
            for record, count in ((self._nodes, nodes), (trace.read_keys, reads), (trace.visited_keys, visits)):
                for key in list(islice(record, count, None)):
                    del record[key]
            self._size, self._reads, self._visits = size, reads, visits
            raise

    @property
    def nodes(self) -> tuple[bytes, ...]:
        """The nodes of the proof so far, each once, in the order in which they were first read."""
        self()
        return tuple(self._nodes)


@record
class MeasuredExtrinsic:
    """An extrinsic that was applied, and the proof that it needed.

    proof: the nodes that it needs alone; size: their bytes
    added: bytes that nobody before it in the block needed
    """

    failure: DispatchFailure | None
    counts: Counts
    proof: tuple[bytes, ...]
    size: int
    added: int


def apply_measured(
    runtime: Runtime, storage: TracedOverlay, recorder: ProofRecorder, extrinsic: bytes
) -> MeasuredExtrinsic:
    """Apply one extrinsic (without length prefix) with a trace of its own.

    storage: that of the runtime; recorder: that of the block, over the same storage
    Raises TransactionInvalid, and changes nothing, where it may not stand in this block.
    """
    before, whole = recorder(), storage.trace
    storage.trace = StorageTrace()
    try:
        failure = apply_extrinsic(runtime, extrinsic)
        proof = tuple(storage.trace.proof(storage.base))
        added = recorder() - before
        counts = storage.trace.counts()
    finally:
        storage.trace = whole
    return MeasuredExtrinsic(failure, counts, proof, encoded_size(proof), added)
