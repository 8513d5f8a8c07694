"""What one run of a worker took and did."""

from __future__ import annotations

from dataclasses import dataclass, field

from chain.offchain.hook import Trigger
from chain.primitives import AccountId, BlockNumber, Hash


@dataclass(slots=True)
class CallCost:
    """The host calls of one name: how many, how many of them failed, bytes to the node and back."""

    count: int = 0
    failed: int = 0
    bytes_out: int = 0
    bytes_in: int = 0

    def add(self, other: CallCost) -> None:
        """Count those of another run too."""
        self.count += other.count
        self.failed += other.failed
        self.bytes_out += other.bytes_out
        self.bytes_in += other.bytes_in


@dataclass(slots=True)
class WorkerRun:
    """One pallet's worker for one participant on one block.

    cpu_seconds: processor time of the run, by the executor's clock; wall_seconds: what it took besides waiting
    peak_memory: bytes that its process had at most; None where runs share one
    traced_memory: bytes that it allocated at most, by Python's account; None where nobody asked (`memory_trace`)
    host_calls: how many questions it asked; bytes_out, bytes_in: what went to its node, and came back
    content_put, content_got: bytes into and out of the content store
    accepted: hashes of the transactions that the pool took; refused: how many it did not take
    accepted_by: the host call by which each came
    failure: what ended the run, None where it ended by itself; secrets are taken out of it
    calls: the host calls by name
    """

    account: AccountId
    block: Hash
    number: BlockNumber
    pallet: str = ""
    trigger: Trigger = Trigger.BEST
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    peak_memory: int | None = None
    host_calls: int = 0
    bytes_out: int = 0
    bytes_in: int = 0
    content_put: int = 0
    content_got: int = 0
    accepted: list[Hash] = field(default_factory=list)
    accepted_by: list[str] = field(default_factory=list)
    refused: int = 0
    failure: str | None = None
    calls: dict[str, CallCost] = field(default_factory=dict)
    traced_memory: int | None = None


@dataclass(slots=True)
class WorkerTotals:
    """The runs of one participant, added up; skipped: those that did not begin because an earlier one went on."""

    runs: int = 0
    failures: int = 0
    skipped: int = 0
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    host_calls: int = 0
    bytes_out: int = 0
    bytes_in: int = 0
    content_put: int = 0
    content_got: int = 0
    accepted: int = 0
    refused: int = 0

    def add(self, run: WorkerRun) -> None:
        """Count a run that has ended."""
        self.runs += 1
        self.failures += run.failure is not None
        self.cpu_seconds += run.cpu_seconds
        self.wall_seconds += run.wall_seconds
        self.host_calls += run.host_calls
        self.bytes_out += run.bytes_out
        self.bytes_in += run.bytes_in
        self.content_put += run.content_put
        self.content_got += run.content_got
        self.accepted += len(run.accepted)
        self.refused += run.refused
