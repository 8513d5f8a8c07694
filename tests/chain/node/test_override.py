"""Writing to a state by hand: it holds, it shows, and nobody else believes it."""

import pytest

from chain.node.chain_store import UnknownBlock
from chain.node.override import StorageRefused, is_marked
from chain.node.service import Node
from chain.primitives import Hash
from chain.validity import InvalidBlock
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, encode

KEY = b"\x07"


def node() -> Node[FakeRuntime]:
    return Node(FakeRuntimes(), GENESIS)


def test_the_best_block_keeps_its_hash_and_has_another_state() -> None:
    chain = node()
    block = chain.seal()
    chain.set_storage({KEY: b"\x2a"})
    assert chain.best.hash == block.hash
    assert chain.best.is_overridden
    assert chain.runtime_at().value(7) == 42
    chain.seal()
    assert chain.runtime_at().value(7) == 42
    assert not chain.best.is_overridden
    chain.set_storage({KEY: None})
    assert chain.runtime_at().value(7) == 0


def test_the_pool_is_asked_again_on_the_new_state() -> None:
    chain = node()
    outdated, waiting = chain.submit(encode(b"a", 0, key=1)), chain.submit(encode(b"a", 1, key=1))
    chain.set_storage({b"nonce" + b"a".ljust(32, b"\0"): (1).to_bytes(4, "little")})
    assert outdated not in chain.pool
    assert [entry.hash for entry in chain.pool.ready()] == [waiting]
    assert len(chain.seal().extrinsics) == 1


def test_the_state_of_an_older_block_may_be_written_to() -> None:
    chain = node()
    first, second = chain.seal(), chain.seal()
    heard = list[Hash]()
    end = chain.on_storage_set(lambda block: heard.append(block.hash))
    chain.set_storage({KEY: b"\x01"}, first.hash)
    end()
    chain.set_storage({KEY: b"\x02"}, first.hash)
    assert (chain.runtime_at(first.hash).value(7), chain.runtime_at(second.hash).value(7)) == (2, 0)
    assert heard == [first.hash]
    with pytest.raises(UnknownBlock):
        chain.set_storage({KEY: b"\x01"}, Hash(bytes(32)))


def test_genesis_and_the_finalized_block_change_with_their_state() -> None:
    chain = node()
    chain.set_storage({KEY: b"\x01"})
    for block in (chain.chain.genesis, chain.chain.finalized, chain.chain.best, chain.chain[chain.best.hash]):
        assert block.state.get(KEY) == b"\x01"


def test_a_block_with_changes_says_so_and_no_other_node_takes_it() -> None:
    chain, other = node(), node()
    chain.submit(encode(b"a", 0, key=1, value=3))
    block = chain.seal(changes={KEY: b"\x2a"})
    assert (chain.runtime_at().value(7), chain.runtime_at().value(1)) == (42, 3)
    assert chain.best.state.root == block.header.state_root
    assert is_marked(block)
    assert not is_marked(chain.seal())
    with pytest.raises(InvalidBlock):
        other.import_block(block)


def test_a_revert_takes_it_back() -> None:
    chain = node()
    chain.submit(encode(b"a", 0, key=1))
    snapshot, root = chain.snapshot(), chain.best.state.root
    chain.set_storage({b"nonce" + b"a".ljust(32, b"\0"): (5).to_bytes(4, "little")})
    chain.revert(snapshot)
    assert chain.best.state.root == root
    assert chain.submit(encode(b"a", 1, key=1)) in chain.pool  # validated on the state that is there again


def test_a_key_that_no_state_has_is_refused() -> None:
    chain = node()
    with pytest.raises(StorageRefused, match="it holds the root of a child trie"):
        chain.set_storage({b":child_storage:default:x": b"\x01"})
    with pytest.raises(StorageRefused, match=r"storage key 0x(00){32}…: a partial key of 79999 nibbles"):
        chain.set_storage({bytes(40_000): b"\x01"})
    assert not chain.best.is_overridden
