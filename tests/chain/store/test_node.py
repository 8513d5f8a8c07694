"""A node over a store on disk: what it announced is there when the next one opens the folder, and it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from chain.node.importer import BlockImport
from chain.node.service import Node
from chain.primitives import AccountId, Hash
from chain.store.block_store import ImportedBlock, PrunedBlock
from chain.store.errors import StoreFull
from chain.store.lmdb_store import LmdbStore
from chain.store.memory import MemoryStore
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, encode

ALICE = AccountId(b"alice".ljust(32, b"\0"))


def node_in(folder: Path, keep: int | None = None, finality_lag: int | None = None) -> Node[FakeRuntime]:
    return Node(FakeRuntimes(), GENESIS, store=LmdbStore(folder, keep), finality_lag=finality_lag)


def sealed(node: Node[FakeRuntime], key: int, value: int) -> Hash:
    """A block in which Alice sets a key."""
    node.submit(encode(ALICE, node.next_nonce(ALICE), key, value))
    return node.seal().hash


def test_blocks_are_on_disk_before_anybody_hears_of_them(tmp_path: Path) -> None:
    node = node_in(tmp_path)
    kept: list[bool] = []

    def look(heard: BlockImport) -> None:
        kept.append(node.chain._store.get(heard.block.hash) is not None)

    node.on_block(look)
    sealed(node, 1, 7)
    sealed(node, 1, 8)
    assert kept == [True, True]


def test_the_next_node_goes_on(tmp_path: Path) -> None:
    node = node_in(tmp_path, finality_lag=1)
    hashes = [sealed(node, 1, value) for value in (3, 4, 5)]
    node.chain.close()
    again = node_in(tmp_path, finality_lag=1)
    assert (again.best.hash, again.chain.finalized.hash) == (hashes[2], hashes[1])
    assert [again.runtime_at(each).value(1) for each in hashes] == [3, 4, 5]
    assert again.next_nonce(ALICE) == 3
    sealed(again, 1, 6)
    assert (again.best.number, again.chain.finalized.number) == (4, 3)


def test_a_longer_fork_and_a_revert_are_on_disk_too(tmp_path: Path) -> None:
    node = node_in(tmp_path)
    first = sealed(node, 1, 1)
    before = node.snapshot()
    left = sealed(node, 1, 2)
    right = node.seal(first)
    top = node.seal(right.hash)
    node.chain.close()
    again = node_in(tmp_path)
    assert again.best.hash == top.hash
    assert {left, right.hash} == set(again.chain.children(first))
    again.revert(before)
    again.chain.close()
    last = node_in(tmp_path)
    assert (last.best.hash, left in last.chain) == (first, False)


def test_storage_set_by_hand_is_on_disk(tmp_path: Path) -> None:
    node = node_in(tmp_path)
    sealed(node, 1, 1)
    node.set_storage({b"\x02": b"\x09"})
    sealed(node, 1, 2)
    node.chain.close()
    again = node_in(tmp_path)
    assert again.runtime_at().value(2) == 9
    parent = again.chain.at(1)
    assert parent is not None
    assert parent.is_overridden


def test_a_block_that_cannot_be_kept_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = node_in(tmp_path)
    first = sealed(node, 1, 1)

    def refuse(_store: LmdbStore, block: ImportedBlock, *_rest: object) -> None:
        raise StoreFull(tmp_path, f"no room for block {block.number}")

    with monkeypatch.context() as full:
        full.setattr(LmdbStore, "add", refuse)
        with pytest.raises(StoreFull) as caught:
            node.seal()
    assert str(caught.value) == (
        f"{tmp_path}: a block cannot be kept: no room for block 2; make room on the disk and start again"
    )
    assert node.best.hash == first
    node.seal()
    assert node.best.number == 2


def test_a_node_in_memory_keeps_as_much_as_it_is_told() -> None:
    node = Node(FakeRuntimes(), GENESIS, store=MemoryStore(keep=4), finality_lag=2)
    hashes = [sealed(node, 1, value) for value in range(1, 21)]
    assert len(node.chain._blocks) == 6
    assert node.runtime_at(hashes[14]).value(1) == 15
    with pytest.raises(PrunedBlock):
        node.runtime_at(hashes[13])
    assert (node.chain.hash_of(3), len(node.chain)) == (hashes[2], 21)
    with pytest.raises(ValueError, match="at least one finalized block is kept, not 0"):
        MemoryStore(keep=0)


def test_a_node_in_memory_that_prunes_goes_back_to_a_snapshot() -> None:
    node = Node(FakeRuntimes(), GENESIS, store=MemoryStore(keep=3), finality_lag=0)
    hashes = [sealed(node, 1, value) for value in range(1, 6)]
    before = node.snapshot()
    for value in range(6, 16):
        sealed(node, 1, value)
    node.revert(before)
    assert (node.best.hash, node.runtime_at(hashes[2]).value(1)) == (hashes[4], 3)
    with pytest.raises(PrunedBlock):
        node.runtime_at(hashes[1])
    assert node.chain.hash_of(6) is None
    again = sealed(node, 1, 60)
    assert (node.chain.finalized.hash, node.chain.hash_of(2)) == (again, hashes[1])
