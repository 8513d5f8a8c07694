"""What extrinsics would do and blocks did, for a runtime of a few lines."""

from __future__ import annotations

import pytest

from chain.node.service import Node
from chain.node.trial import EVENTS, NothingToReplay, Trial, execute_again, is_of_one_block, trial, try_extrinsic
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from chain.validity import Invalid
from tests.chain.node.fake_runtime import GENESIS, UNWANTED, FakeRuntime, FakeRuntimes, encode, sign_call


def new_node() -> Node[FakeRuntime]:
    return Node(FakeRuntimes(), GENESIS, sign_call=sign_call)


def test_an_extrinsic_is_tried_and_nothing_of_it_stays() -> None:
    node = new_node()
    found = try_extrinsic(node, encode(b"a", 0, key=7, value=42))
    assert (found.refused, found.before[b"\7"], found.after[b"\7"]) == (None, None, b"\x2a")
    assert list(found.after) == sorted(found.after) == list(found.before)
    assert (node.best.number, node.runtime_at().value(7), len(node.pool)) == (0, 0, 0)
    node.submit(encode(b"a", 0, key=7, value=42))
    block = node.seal()
    assert {key: node.best.state.get(key) for key in found.after} == found.after
    again = try_extrinsic(node, encode(b"a", 1, key=7, value=43))
    assert (again.before[b"\7"], again.after[b"\7"]) == (b"\x2a", b"\x2b")
    assert try_extrinsic(node, encode(b"a", 0, key=7), block.header.parent_hash).refused is None


def test_a_refused_extrinsic_writes_nothing() -> None:
    found = try_extrinsic(new_node(), encode(b"a", 0, key=UNWANTED))
    assert found.refused is not None
    assert (found.refused.variant, found.before, found.after) == (Invalid.CALL, {}, {})


def test_a_trial_leaves_its_storage_as_it_was() -> None:
    storage = Overlay(Trie.from_items({b"a": b"1", b"b": b"2"}))
    storage.put(b"b", b"3")

    def act() -> None:
        storage.put(b"b", b"4")
        storage.delete(b"a")

    assert trial(storage, act) == Trial(None, {b"a": b"1", b"b": b"3"}, {b"a": None, b"b": b"4"})
    assert (storage.get(b"a"), storage.get(b"b"), storage.depth) == (b"1", b"3", 0)


def test_a_block_is_executed_again_to_its_root() -> None:
    node = new_node()
    node.submit(encode(b"a", 0, key=7, value=42))
    block = node.seal()
    found = execute_again(node, block.hash)
    assert (found.refused, found.state_root, found.after[b"\7"]) == (None, block.header.state_root, b"\x2a")
    marked = node.seal(changes={b"\7": b"\1"})
    assert execute_again(node, marked.hash).refused is not None
    with pytest.raises(NothingToReplay):
        execute_again(node, node.chain.genesis.hash)


def test_what_system_notes_for_one_block_is_told_apart() -> None:
    assert is_of_one_block(EVENTS)
    assert is_of_one_block(b":extrinsic_index")
    assert not is_of_one_block(b":code")
