"""Reading tries: what `state_` does with the state and `childstate_` with the child tries in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from chain.crypto.hashing import blake2_256
from chain.primitives import Hash
from chain.rpc.errors import INVALID_COUNT, RpcError, client_error
from chain.rpc.hexadecimal import to_hex
from chain.rpc.turns import PIECE, JsonText, Turns, in_turns, written_in_turns
from chain.state.child import DEFAULT_PREFIX
from chain.trie.difference import difference
from chain.trie.tree import leaf_key
from chain.trie.trie import Trie

KEYS_AT_MOST: Final = 1000
"""On one page (sc_rpc::state, STORAGE_KEYS_PAGED_MAX_COUNT)."""


LONGEST_INLINE: Final = 32
"""Bytes of a value that stands in its node under state version 1 (sp_core::storage::TRIE_VALUE_NODE_THRESHOLD)."""


def child_at(state: Trie, key: bytes) -> Trie:
    """The child trie whose root stands at `key`, empty where there is none; raises RpcError where none can stand."""
    if not key.startswith(DEFAULT_PREFIX):
        raise client_error("Invalid child storage key")
    return state.children.get(key) or Trie.empty(state.version)


def keys_page(trie: Trie, prefix: bytes, count: int, start_key: bytes | None) -> list[bytes]:
    """The first keys with the prefix that come after `start_key`; raises RpcError where too many are asked for."""
    if count > KEYS_AT_MOST:
        raise RpcError(INVALID_COUNT, f"count exceeds maximum value. value: {count}, max: {KEYS_AT_MOST}")
    # an empty key to start after is how clients ask for the first page
    return list(islice(trie.keys(prefix, start_key or None), count))


def value_hash(trie: Trie, key: bytes) -> Hash | None:
    """The Blake2b-256 of the value, None where there is none."""
    value = trie.get(key)
    return None if value is None else Hash(blake2_256(value))


def value_size(trie: Trie, key: bytes) -> Turns[int | None]:
    """Bytes of the value; where there is none, of all values whose keys begin so; None where these are none."""
    value = trie.get(key)
    if value is not None:
        return len(value)
    return sum((yield from in_turns(len(each) for _, each in trie.items(key)))) or None


def values(trie: Trie, keys: Iterable[bytes]) -> Turns[list[tuple[bytes, bytes | None]]]:
    """The keys with their values."""
    return (yield from in_turns((key, trie.get(key)) for key in keys))


def proof(block: Hash, nodes: Iterable[bytes], trie: Trie, keys: Sequence[bytes]) -> Turns[JsonText]:
    """The nodes, and those that prove the values of the keys or that they have none (sc_rpc_api::state::ReadProof)."""
    found = {*nodes, *trie.prove(keys[:PIECE])}
    for start in range(PIECE, len(keys), PIECE):
        yield None
        found.update(trie.prove(keys[start : start + PIECE]))
    written = yield from written_in_turns(in_order(found))
    return JsonText(f'{{"at":"{to_hex(block)}","proof":{written}}}')


def changes(before: Trie, after: Trie, keys: Sequence[bytes] | None) -> list[tuple[bytes, bytes | None]]:
    """What is another value of these keys, of all where none is named; None where there is none any more."""
    if keys is None or len(keys) > PIECE:  # looking at what the tries have not in common is less then
        changed = {leaf_key(item) for item in difference(before, after).items}
        keys = sorted(changed) if keys is None else [key for key in keys if key in changed]
    return [(key, new) for key in keys if (new := after.get(key)) != before.get(key)]


def unhashed_values(trie: Trie) -> Turns[tuple[int, int]]:
    """How many values a node would hold by their hash if its state version were 1, and does not; and all values."""
    sizes = yield from in_turns(len(value) for _, value in trie.items())
    is_old = trie.version == 0
    return sum(is_old and size > LONGEST_INLINE for size in sizes), len(sizes)


def in_order(nodes: Iterable[bytes]) -> list[bytes]:
    """The nodes of a proof, each once, as a StorageProof has them."""
    return sorted(set(nodes))
