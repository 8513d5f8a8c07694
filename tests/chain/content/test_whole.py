"""A store that cuts nothing gives back the very bytes that it got, under the name that their pieces would have."""

from __future__ import annotations

import pytest

from chain.content.chunked import ChunkedStore
from chain.content.hashed import HashedBytes
from chain.content.memory import MemoryStore
from chain.content.store import ContentTooLarge
from chain.content.whole import WholeStore


@pytest.mark.parametrize("size", [0, 1, 2**18, 2**18 + 1, 700_000])
def test_an_artifact_is_named_as_where_it_is_cut(size: int) -> None:
    data = bytes(size)
    assert WholeStore().put(data) == ChunkedStore(MemoryStore()).put(data)


def test_what_was_put_with_its_hashes_is_got_with_them() -> None:
    store, known = WholeStore(), HashedBytes.of(bytes(700_000))
    assert store.get(store.put(known)) is known


def test_what_is_too_large_is_not_kept() -> None:
    store = WholeStore(limit=9)
    with pytest.raises(ContentTooLarge) as caught:
        store.put(bytes(10))
    assert not store.has(caught.value.cid)
    assert store.statistics.puts == 0
