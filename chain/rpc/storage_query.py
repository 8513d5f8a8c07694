"""What clients of the new API ask of a state, item by item, and what is found; used by `chainHead_v1` and `archive_v1`.

value, hash                             of one key
closestDescendantMerkleValue            of the topmost node at or below a key
descendantsValues, descendantsHashes    of every key that begins so, itself included
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from chain.crypto.hashing import blake2_256
from chain.record import record
from chain.rpc.errors import invalid_params
from chain.rpc.parameters import Json
from chain.state.child import DEFAULT_PREFIX
from chain.trie.trie import Trie


class QueryType(StrEnum):
    """What is asked of a key."""

    VALUE = "value"
    HASH = "hash"
    CLOSEST = "closestDescendantMerkleValue"
    DESCENDANTS_VALUES = "descendantsValues"
    DESCENDANTS_HASHES = "descendantsHashes"


@record
class StorageQuery:
    """One item of a request.

    pagination_start_key: of descendants, only those after this key
    """

    key: bytes
    type: QueryType
    pagination_start_key: bytes | None = None


def child_trie(state: Trie, name: bytes) -> Trie:
    """The child trie of this name, empty where there is none."""
    return state.children.get(DEFAULT_PREFIX + name) or Trie.empty(state.version)


def results(state: Trie, queries: Iterable[StorageQuery], child: bytes | None = None) -> Iterator[Json]:
    """What is found, in the order of the queries; nothing for what is not there.

    child: the name of a child trie, which is then asked instead of the state
    Raises RpcError where a query has a key to start after and no descendants.
    """
    queries = tuple(queries)
    for query in queries:
        if query.pagination_start_key is not None and not query.type.startswith("descendants"):
            raise invalid_params("paginationStartKey is for descendantsValues and descendantsHashes only")
    if child is None:
        return _results(state, queries)
    return ({**found, "childTrieKey": child} for found in _results(child_trie(state, child), queries))


def _results(trie: Trie, queries: Iterable[StorageQuery]) -> Iterator[Json]:
    for query in queries:
        match query.type:
            case QueryType.DESCENDANTS_VALUES:
                for key, value in trie.items(query.key, query.pagination_start_key):
                    yield {"key": key, "value": value}
            case QueryType.DESCENDANTS_HASHES:
                for key, value in trie.items(query.key, query.pagination_start_key):
                    yield {"key": key, "hash": blake2_256(value)}
            case QueryType.CLOSEST:
                merkle_value = trie.closest_merkle_value(query.key)
                if merkle_value is not None:
                    yield {"key": query.key, "closestDescendantMerkleValue": merkle_value}
            case QueryType.VALUE | QueryType.HASH:
                stored = trie.get(query.key)
                if stored is not None:
                    is_hash = query.type is QueryType.HASH
                    yield {"key": query.key, query.type.value: blake2_256(stored) if is_hash else stored}
