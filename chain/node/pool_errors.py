"""Why a pool does not take a transaction that may well be valid; the texts are those of Substrate's RPC.

A transaction that is not valid is refused with `chain.validity.TransactionInvalid` instead.
"""

from __future__ import annotations

from chain.primitives import Hash


class PoolError(Exception):
    """The pool does not take the transaction."""


class AlreadyImported(PoolError):
    """The transaction is in the pool."""

    def __str__(self) -> str:
        return "Transaction Already Imported"


class TemporarilyBanned(PoolError):
    """The transaction was found invalid not long ago."""

    def __str__(self) -> str:
        return "Transaction is temporarily banned"


class ImmediatelyDropped(PoolError):
    """The pool is full of better transactions."""

    def __str__(self) -> str:
        return "Immediately Dropped"


class NoTagsProvided(PoolError):
    """The transaction provides no tag: the pool could not tell when it is outdated."""

    def __str__(self) -> str:
        return "Transaction does not provide any tags, so the pool can't identify it"


class TooLowPriority(PoolError):
    """The tags of the transaction are taken by ready ones of at least its priority."""

    def __init__(self, old: int, new: int) -> None:
        super().__init__(old, new)
        self.old = old
        self.new = new

    def __str__(self) -> str:
        return f"Priority is too low: ({self.old} vs {self.new})"


class CycleDetected(PoolError):
    """The transaction would replace one that it depends on."""

    def __str__(self) -> str:
        return "Cycle Detected"


class TransactionNotFound(LookupError):
    """The pool has no transaction of this hash."""

    def __init__(self, transaction_hash: Hash) -> None:
        super().__init__(transaction_hash)
        self.transaction_hash = transaction_hash

    def __str__(self) -> str:
        return f"the pool has no transaction 0x{self.transaction_hash.hex()}"
