"""What one run of a worker took and did."""

from __future__ import annotations

from dataclasses import dataclass, field

from chain.primitives import AccountId, BlockNumber, Hash


@dataclass(slots=True)
class WorkerRun:
    """One participant's worker on one block.

    cpu_seconds: processor time of the run, by the host's clock; wall_seconds: what it took besides waiting
    content_put, content_got: bytes into and out of the content store
    accepted: hashes of the transactions that the pool took; refused: how many it did not take
    failure: the exception that ended the run, None where it ended by itself
    """

    account: AccountId
    block: Hash
    number: BlockNumber
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    content_put: int = 0
    content_got: int = 0
    accepted: list[Hash] = field(default_factory=list)
    refused: int = 0
    failure: str | None = None


@dataclass(slots=True)
class WorkerTotals:
    """The runs of one participant, added up."""

    runs: int = 0
    failures: int = 0
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    content_put: int = 0
    content_got: int = 0
    accepted: int = 0
    refused: int = 0

    def add(self, run: WorkerRun) -> None:
        self.runs += 1
        self.failures += run.failure is not None
        self.cpu_seconds += run.cpu_seconds
        self.wall_seconds += run.wall_seconds
        self.content_put += run.content_put
        self.content_got += run.content_got
        self.accepted += len(run.accepted)
        self.refused += run.refused
