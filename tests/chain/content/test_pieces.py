"""A tree that someone else made is believed in nothing but its hashes."""

from __future__ import annotations

import random

import pytest

from chain.content.cid import Codec, cid_of
from chain.content.dag_pb import Link, encoded
from chain.content.memory import MemoryStore
from chain.content.pieces import MAX_DEPTH, Piece, piece_data, pieces_of, reached_from, size_of
from chain.content.store import ContentMalformed, ContentTooLarge

LIMIT = 10_000


class Counting(MemoryStore):
    """Counts what it is asked for."""

    asked = 0

    def get(self, cid: str) -> bytes:
        self.asked += 1
        return super().get(cid)

    def node(self, *links: tuple[str, int]) -> str:
        return self.put(encoded([Link(cid, size, size) for cid, size in links]), Codec.DAG_PB)


@pytest.fixture
def store() -> Counting:
    return Counting()


def read(store: MemoryStore, cid: str, limit: int = LIMIT) -> bytes:
    return b"".join(piece_data(store, piece, limit) for piece in pieces_of(store, cid, limit))


def test_leaves_come_in_order_and_are_not_read_for_it(store: Counting) -> None:
    one, two = store.put(b"one"), store.put(b"three")
    inner = store.node((two, 5), (one, 3))
    root = store.node((one, 3), (inner, 8))
    assert list(pieces_of(store, root, LIMIT)) == [Piece(one, 0, 3), Piece(two, 3, 5), Piece(one, 8, 3)]
    assert store.asked == 2
    assert read(store, root) == b"onethreeone"
    assert (size_of(store, root), size_of(store, one)) == (11, None)
    assert list(reached_from(store, root)) == [root, one, inner, two, one]


def test_a_file_that_says_to_be_too_large_is_refused_before_its_leaves_are_read(store: Counting) -> None:
    root = store.node((store.put(b"x"), LIMIT + 1))
    with pytest.raises(ContentTooLarge):
        read(store, root)
    assert store.asked == 1


@pytest.mark.parametrize("size", [1, 4])
def test_a_leaf_of_another_size_is_refused(store: Counting, size: int) -> None:
    with pytest.raises(ContentMalformed, match=f"a leaf has 3 bytes, and its node says {size}"):
        read(store, store.node((store.put(b"one"), size)))


def test_a_node_of_another_size_is_refused(store: Counting) -> None:
    with pytest.raises(ContentMalformed, match="a part has 3 bytes, and its node says 7"):
        read(store, store.node((store.node((store.put(b"one"), 3)), 7)))


def test_a_million_empty_parts_are_refused_at_the_first(store: Counting) -> None:
    bomb = store.put(b"")
    for _ in range(5):
        bomb = store.node(*[(bomb, 0)] * 16)
    with pytest.raises(ContentMalformed, match="a part has no bytes"):
        read(store, bomb)
    assert store.asked == 1


def test_a_tree_without_end_is_refused(store: Counting) -> None:
    deep = store.put(b"one")
    for _ in range(MAX_DEPTH + 1):
        deep = store.node((deep, 3))
    with pytest.raises(ContentMalformed, match="more than 32 levels"):
        read(store, deep)
    with pytest.raises(ContentMalformed, match="more than 32 levels"):
        list(reached_from(store, deep))


def test_a_node_that_is_none_is_refused(store: Counting) -> None:
    cid = store.put(random.Random(1).randbytes(50), Codec.DAG_PB)
    with pytest.raises(ContentMalformed, match="not a node of a file"):
        read(store, cid)


def test_a_single_leaf_above_the_limit_is_refused(store: Counting) -> None:
    with pytest.raises(ContentTooLarge):
        read(store, store.put(b"x" * 11), limit=10)
    assert read(store, cid_of(b"x" * 11), limit=11) == b"x" * 11
