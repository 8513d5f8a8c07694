"""A chain in memory: old blocks stay readable, and a snapshot copies no more of a long chain than of a short one."""

import pytest

from chain.node.service import Node
from chain.primitives import Hash
from chain.store.block_store import PrunedBlock, UnknownBlock
from chain.store.memory import WINDOW, MemoryStore
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, encode

BLOCKS = 3 * WINDOW


def grown(blocks: int = BLOCKS, store: MemoryStore | None = None) -> Node[FakeRuntime]:
    node = Node(FakeRuntimes(), GENESIS, finality_lag=0, store=store)
    for nonce in range(blocks):
        node.submit(encode(b"a", nonce, key=1, value=nonce % 250))
        node.seal()
    return node


def test_every_block_of_a_long_chain_is_there_with_its_state() -> None:
    node = grown()
    for number in range(BLOCKS + 1):
        block = node.chain.at(number)
        assert block is not None
        assert node.chain[block.hash] is block
        assert node.chain.is_in_best_chain(block.hash)
        assert node.runtime_at(block.hash).value(1) == (max(number - 1, 0)) % 250
    assert (len(node.chain), node.chain.at(BLOCKS + 1)) == (BLOCKS + 1, None)
    with pytest.raises(UnknownBlock):
        node.chain[Hash(b"x" * 32)]


@pytest.mark.parametrize("blocks", [WINDOW + 1, BLOCKS])
def test_a_snapshot_copies_the_newest_blocks_alone(blocks: int) -> None:
    assert len(grown(blocks).chain.snapshot().blocks) == WINDOW


def test_a_revert_over_more_blocks_than_are_held_brings_all_of_them_back() -> None:
    node = grown(WINDOW)
    snapshot, hashes = node.snapshot(), [node.chain.hash_of(number) for number in range(WINDOW + 2)]
    for _ in range(2):
        since = [node.seal() for _ in range(BLOCKS)]
        node.revert(snapshot)
        assert [node.chain.hash_of(number) for number in range(WINDOW + 2)] == hashes
        assert all(block.hash not in node.chain for block in since)
        assert node.chain.finalized.number == WINDOW
    node.set_best(node.chain.genesis.hash)
    assert (node.best.number, node.chain.finalized.number) == (0, 0)


def test_what_is_not_kept_is_known_to_be_gone() -> None:
    node = grown(10, MemoryStore(keep=4))
    assert [node.chain.hash_of(number) is None for number in (0, 5, 10, 11)] == [False, False, False, True]
    gone = node.chain.hash_of(6)
    assert gone is not None
    with pytest.raises(PrunedBlock):
        node.chain[gone]
    kept = node.chain.at(7)
    assert kept is not None
    assert kept.number == 7
    with pytest.raises(ValueError, match="at least one finalized block is kept"):
        MemoryStore(keep=0)


def test_who_opens_a_store_again_begins_anew() -> None:
    store = MemoryStore()
    before, node = grown(BLOCKS, store), grown(WINDOW + 2, store)
    last = before.chain.at(BLOCKS)
    assert last is not None
    assert last.hash not in node.chain
    assert [node.chain.hash_of(number) is None for number in (WINDOW + 2, WINDOW + 3, BLOCKS)] == [False, True, True]
    assert [store.hash_of(number) for number in range(WINDOW + 1)] == [
        node.chain.hash_of(number) for number in range(WINDOW + 1)
    ]
    node.set_best(node.chain.genesis.hash)
    assert (node.best.number, node.chain.finalized.number) == (0, 0)


def test_a_revert_brings_the_states_of_final_blocks_back_and_finality_where_it_was() -> None:
    node = grown(WINDOW)
    final = node.chain.at(WINDOW - 1)
    assert final is not None
    snapshot = node.snapshot()
    for since in (0, 1, WINDOW + 1):
        for _ in range(since):
            node.seal()
        node.set_storage({b"\x02": b"\x07"}, final.hash)
        assert node.runtime_at(final.hash).value(2) == 7
        node.revert(snapshot)
        assert node.chain[final.hash] is final
        grown_again = [node.seal().hash for _ in range(2 * WINDOW)]  # the store alone has it now
        assert node.chain[final.hash] is final
        node.revert(snapshot)
        assert not any(each in node.chain for each in grown_again)
        assert node.chain.finalized.number == WINDOW


def test_a_snapshot_of_what_has_not_changed_since_is_the_one_before() -> None:
    node = grown(2)
    node.submit(encode(b"a", 2, key=1, value=1))
    first = node.snapshot()
    again = node.snapshot()
    assert (again.chain is first.chain, again.pool is first.pool) == (True, True)
    node.seal()
    since = node.snapshot()
    assert (since.chain is first.chain, since.pool is first.pool) == (False, False)
    node.revert(first)
    again = node.snapshot()
    assert (again.chain is first.chain, again.pool is first.pool) == (True, True)
    node.set_storage({b"\x02": b"\x07"})
    assert node.snapshot().chain.best is node.best
