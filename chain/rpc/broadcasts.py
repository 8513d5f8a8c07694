"""Transactions that a connection broadcasts: handed to the pool at each new block, until one has them for good."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import Final

from chain.extrinsic import extrinsic_hash, without_length_prefix
from chain.node.importer import BlockImport
from chain.node.pool_errors import PoolError
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.rpc.context import Context, ServedNode
from chain.rpc.watched import WatchedTransactions
from chain.scale import DecodeError
from chain.validity import TransactionInvalid

BROADCASTS_AT_MOST: Final = 16
"""Of one connection (sc_rpc_spec_v2::transaction)."""

_SETTLED: Final = {
    TransactionStatus.IN_BLOCK,
    TransactionStatus.FINALITY_TIMEOUT,
    TransactionStatus.FINALIZED,
    TransactionStatus.USURPED,
}
"""After these nobody needs to be handed the transaction again, until a block that has it is retracted."""


class Broadcasts:
    """The broadcasts of one connection, by name; one counts until its client stops it."""

    def __init__(self, context: Context) -> None:
        self._node = context.node
        self._watched = context.services.shared(WatchedTransactions, lambda: WatchedTransactions(context.node.pool))
        self._names = count(1)
        self._active: dict[str, Broadcast | None] = {}
        context.on_close(self._end_all)

    @classmethod
    def of(cls, context: Context) -> Broadcasts:
        """Those of the connection."""
        return context.session(cls, lambda: cls(context))

    def begin(self, transaction: bytes) -> str | None:
        """Broadcast a transaction, led by its length; None at the limit. Nobody is told whether it is valid."""
        if len(self._active) >= BROADCASTS_AT_MOST:
            return None
        name = str(next(self._names))
        try:
            self._active[name] = Broadcast(self._node, self._watched, without_length_prefix(transaction))
        except DecodeError:
            self._active[name] = None
        return name

    def stop(self, name: str) -> bool:
        """End a broadcast; whether there was one of this name. The transaction stays where it is."""
        if name not in self._active:
            return False
        broadcast = self._active.pop(name)
        if broadcast is not None:
            broadcast.end()
        return True

    def _end_all(self) -> None:
        for name in tuple(self._active):
            self.stop(name)


class Broadcast:
    """One transaction, which is submitted until it is settled."""

    def __init__(self, node: ServedNode, watched: WatchedTransactions, extrinsic: bytes) -> None:
        self._node = node
        self._extrinsic = extrinsic
        self._hash = extrinsic_hash(extrinsic)
        self._is_settled = False
        self._ends = (watched.watch(self._hash, self._hear), node.on_block(self._on_block))
        self._submit()

    def end(self) -> None:
        """Submit it no more."""
        for end in self._ends:
            end()

    def _hear(self, change: StatusChange) -> None:
        self._is_settled = change.status in _SETTLED

    def _on_block(self, imported: BlockImport) -> None:
        if imported.route is not None and not self._is_settled and self._hash not in self._node.pool:
            self._submit()

    def _submit(self) -> None:
        with suppress(PoolError, TransactionInvalid):  # it may become valid later
            self._node.submit(self._extrinsic)
