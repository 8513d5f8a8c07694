"""transaction_v1: broadcasting transactions without being told what becomes of them."""

from __future__ import annotations

from chain.rpc.broadcasts import Broadcasts
from chain.rpc.context import Context
from chain.rpc.errors import INVALID_PARAMS, RpcError


def transaction_v1_broadcast(context: Context, transaction: bytes) -> str | None:
    """Try to get a transaction into a block until it is stopped; null where the connection broadcasts enough."""
    return Broadcasts.of(context).begin(transaction)


def transaction_v1_stop(context: Context, operation_id: str) -> None:
    """End a broadcast."""
    if not Broadcasts.of(context).stop(operation_id):
        raise RpcError(INVALID_PARAMS, "Invalid operation id")
