"""offchain: the persistent storage of the node's offchain workers."""

from __future__ import annotations

from chain.offchain.local_storage import LocalStorage
from chain.rpc.context import Context
from chain.rpc.errors import RpcError
from chain.rpc.registry import unsafe

UNAVAILABLE = 5001


@unsafe
def offchain_localStorageSet(context: Context, kind: str, key: bytes, value: bytes) -> None:
    """Keep a value."""
    _storage(context, kind).set(key, value)


@unsafe
def offchain_localStorageGet(context: Context, kind: str, key: bytes) -> bytes | None:
    """A value, null where there is none."""
    return _storage(context, kind).get(key)


@unsafe
def offchain_localStorageClear(context: Context, kind: str, key: bytes) -> None:
    """Forget a value."""
    _storage(context, kind).clear(key)


def _storage(context: Context, kind: str) -> LocalStorage:
    """That of the node's first participant, the node's own where it has none."""
    if kind != "PERSISTENT":
        raise RpcError(UNAVAILABLE, "This storage kind is not available yet.")
    return context.node.workers.storage
