"""childstate: reading the child tries of a state."""

from __future__ import annotations

from chain.primitives import U32, Hash
from chain.rpc.context import Context
from chain.rpc.reading import child_at, keys_page, value_hash, value_size
from chain.rpc.turns import JsonText, Turns, in_turns, written_in_turns
from chain.trie.trie import Trie

ALIASES = {"childstate_getKeysPagedAt": "childstate_getKeysPaged"}


def childstate_getKeys(
    context: Context, child_storage_key: bytes, prefix: bytes, at: Hash | None = None
) -> Turns[JsonText]:
    """All keys with the prefix."""
    return written_in_turns(_child(context, child_storage_key, at).keys(prefix))


def childstate_getKeysPaged(
    context: Context,
    child_storage_key: bytes,
    prefix: bytes | None,
    count: U32,
    start_key: bytes | None = None,
    at: Hash | None = None,
) -> list[bytes]:
    """At most `count` keys with the prefix, from the first one after `start_key`."""
    return keys_page(_child(context, child_storage_key, at), prefix or b"", count, start_key)


def childstate_getStorage(
    context: Context, child_storage_key: bytes, key: bytes, at: Hash | None = None
) -> bytes | None:
    """The value of a key, null where there is none."""
    return _child(context, child_storage_key, at).get(key)


def childstate_getStorageEntries(
    context: Context, child_storage_key: bytes, keys: list[bytes], at: Hash | None = None
) -> Turns[list[bytes | None]]:
    """The values of these keys, in their order."""
    child = _child(context, child_storage_key, at)
    return (yield from in_turns(map(child.get, keys)))


def childstate_getStorageHash(
    context: Context, child_storage_key: bytes, key: bytes, at: Hash | None = None
) -> Hash | None:
    """The hash of a value."""
    return value_hash(_child(context, child_storage_key, at), key)


def childstate_getStorageSize(
    context: Context, child_storage_key: bytes, key: bytes, at: Hash | None = None
) -> Turns[int | None]:
    """Bytes of a value, or of all values under a prefix."""
    return value_size(_child(context, child_storage_key, at), key)


def _child(context: Context, key: bytes, at: Hash | None) -> Trie:
    return child_at(context.block(at).state, key)
