"""How the states after two blocks differ, as `archive_v1_storageDiff` tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from chain.crypto.hashing import blake2_256
from chain.record import record
from chain.rpc.parameters import Json
from chain.rpc.storage_query import child_trie
from chain.trie.difference import difference
from chain.trie.tree import leaf_key
from chain.trie.trie import Trie


class ReturnType(StrEnum):
    """What is told of a value."""

    VALUE = "value"
    HASH = "hash"


@record
class DifferenceQuery:
    """One item of a request.

    key: what the keys begin with; child_trie_key: the name of a child trie, instead of the state
    """

    return_type: ReturnType
    key: bytes = b""
    child_trie_key: bytes | None = None


def differences(before: Trie, after: Trie, queries: Iterable[DifferenceQuery] | None) -> Iterator[Json]:
    """The keys that were added, modified or deleted, in order, for each query; of deleted ones the value before.

    queries: without any, all keys of the state
    """
    for query in queries or [DifferenceQuery(ReturnType.VALUE)]:
        name = query.child_trie_key
        if name is None:
            found = _differences(before, after, query)
        else:
            children = child_trie(before, name), child_trie(after, name)
            found = ({**each, "childTrieKey": name} for each in _differences(*children, query))
        yield from found


def _differences(before: Trie, after: Trie, query: DifferenceQuery) -> Iterator[Json]:
    keys = (leaf_key(item) for item in difference(before, after).items)
    for key in sorted(key for key in keys if key.startswith(query.key)):
        old, new = before.get(key), after.get(key)
        value = old if new is None else new
        if value is None or old == new:  # only the form differs in which the node holds the value
            continue
        kind = "deleted" if new is None else "added" if old is None else "modified"
        told = blake2_256(value) if query.return_type is ReturnType.HASH else value
        yield {"key": key, query.return_type.value: told, "type": kind}
