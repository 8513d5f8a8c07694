"""What happens to a transaction in a pool, as its submitter is told."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from chain.primitives import Hash
from chain.record import record


class TransactionStatus(Enum):
    """Where a transaction stands; the values are those of `author_submitAndWatchExtrinsic`."""

    FUTURE = "future"
    """It waits for a tag."""
    READY = "ready"
    """It may enter the next block."""
    BROADCAST = "broadcast"
    """It was sent to other nodes; `peers` names them."""
    IN_BLOCK = "inBlock"
    """A block of the best chain has it; `detail` is that block's hash."""
    RETRACTED = "retracted"
    """That block left the best chain; `detail` is its hash."""
    FINALITY_TIMEOUT = "finalityTimeout"
    """So many blocks came after the one that has it, and none is final; `detail` is that block's hash."""
    FINALIZED = "finalized"
    """A finalized block has it; `detail` is that block's hash."""
    USURPED = "usurped"
    """Another took its place; `detail` is that one's hash."""
    DROPPED = "dropped"
    """The pool has no room for it, or was told to drop it."""
    INVALID = "invalid"
    """It is not valid any more."""

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more is said after it."""
        return self in _TERMINAL


_TERMINAL = {
    TransactionStatus.FINALIZED,
    TransactionStatus.FINALITY_TIMEOUT,
    TransactionStatus.USURPED,
    TransactionStatus.DROPPED,
    TransactionStatus.INVALID,
}


@record
class StatusChange:
    """A transaction's new status; `detail` is a hash, of what the status says.

    peers: the nodes that a transaction was sent to
    """

    transaction: Hash
    status: TransactionStatus
    detail: Hash | None = None
    peers: tuple[str, ...] = ()


StatusListener = Callable[[StatusChange], None]
