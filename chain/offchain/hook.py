"""What a runtime has to run beside the chain: one hook of one pallet, and when."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from chain.record import record


class Trigger(StrEnum):
    """What has a hook run."""

    BEST = "best"
    """A new best block: once for each, never for blocks of other forks."""
    FINALIZED = "finalized"
    """A finalized block: once for each, oldest first."""


class Overlap(StrEnum):
    """What happens where a pallet's run on an earlier block has not ended yet."""

    SKIP = "skip"
    """The new block has no run."""
    QUEUE = "queue"
    """The run waits for the earlier one."""
    ALLOW = "allow"
    """Both run, as in Substrate."""


@record
class WorkerHook:
    """A pallet's worker.

    pallet: the name of its instance in the runtime
    is_selective: whether it says beforehand for whom it has nothing to do, so that these have no run
    """

    pallet: str
    trigger: Trigger = Trigger.BEST
    overlap: Overlap = Overlap.SKIP
    is_selective: bool = False


class Encodable(Protocol):
    """A call of a runtime that a chain does not look into."""

    def encode(self) -> bytes:
        """The call's bytes, as extrinsics carry them."""
        ...


@record
class EncodedCall:
    """A call as its bytes: what crosses the boundary between a worker and its node."""

    data: bytes

    def encode(self) -> bytes:
        """The call's bytes."""
        return self.data
