"""What is found in a state equals what a dictionary has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.crypto.hashing import blake2_256
from chain.rpc.errors import RpcError
from chain.rpc.parameters import Json
from chain.rpc.storage_query import QueryType, StorageQuery, results
from chain.state.child import state_with_children
from chain.trie.oracle import root_of
from chain.trie.trie import Trie

PAIRS = st.dictionaries(st.binary(max_size=3), st.binary(min_size=1, max_size=40), max_size=12)
KEYS = st.binary(max_size=3)


def expected(pairs: dict[bytes, bytes], query: StorageQuery) -> list[Json]:
    """The answer, but for Merkle values."""
    name = "hash" if query.type in (QueryType.HASH, QueryType.DESCENDANTS_HASHES) else "value"
    if query.type in (QueryType.VALUE, QueryType.HASH):
        keys = [query.key] if query.key in pairs else []
    else:
        after = query.pagination_start_key
        keys = [key for key in sorted(pairs) if key.startswith(query.key) and (after is None or key > after)]
    return [{"key": key, name: blake2_256(pairs[key]) if name == "hash" else pairs[key]} for key in keys]


@st.composite
def queries(draw: st.DrawFn) -> StorageQuery:
    kind = draw(st.sampled_from([each for each in QueryType if each is not QueryType.CLOSEST]))
    start = draw(st.none() | KEYS) if kind.startswith("descendants") else None
    return StorageQuery(draw(KEYS), kind, start)


@given(PAIRS, st.lists(queries(), max_size=4), st.booleans())
def test_queries_find_what_is_there_in_order(
    pairs: dict[bytes, bytes], asked: list[StorageQuery], is_child: bool
) -> None:
    found = [each for query in asked for each in expected(pairs, query)]
    if is_child and pairs:
        state = state_with_children(Trie.empty(), {b"child": pairs})
        assert list(results(state, asked, b"child")) == [{**each, "childTrieKey": b"child"} for each in found]
    else:
        assert list(results(Trie.from_items(pairs), asked)) == found


@given(PAIRS)
def test_the_closest_merkle_value_of_everything_is_the_root(pairs: dict[bytes, bytes]) -> None:
    found = list(results(Trie.from_items(pairs), [StorageQuery(b"", QueryType.CLOSEST)]))
    root = root_of(pairs, 1)
    assert found == ([{"key": b"", "closestDescendantMerkleValue": root}] if pairs else [])


def test_only_descendants_begin_after_a_key() -> None:
    for kind in (QueryType.VALUE, QueryType.HASH, QueryType.CLOSEST):
        with pytest.raises(RpcError, match="paginationStartKey"):
            results(Trie.empty(), [StorageQuery(b"", kind, b"a")])
