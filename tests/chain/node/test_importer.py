"""What an import checks, and what it leaves behind."""

from dataclasses import replace

import pytest

from chain.block import Block
from chain.node.author import build_block
from chain.node.chain_store import ChainStore, genesis_block
from chain.node.importer import import_block
from chain.node.inherents import TIMESTAMP
from chain.node.ready_order import ReadyOrder
from chain.primitives import Hash
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from chain.validity import InvalidBlock
from tests.chain.node.fake_runtime import GENESIS, FakeRuntimes, encode


@pytest.fixture
def store() -> ChainStore:
    return ChainStore(genesis_block(GENESIS), GENESIS)


def next_block(store: ChainStore) -> Block:
    return build_block(FakeRuntimes(), store.best, ReadyOrder([]), {}).block


def test_a_block_is_executed_kept_and_best(store: ChainStore) -> None:
    runtimes, block = FakeRuntimes(), next_block(store)
    imported = import_block(store, runtimes, block)
    assert imported.route is not None
    assert (store.best.block, runtimes.executed, imported.is_known) == (block, 1, False)


def test_what_an_execution_wrote_is_let_go_of(store: ChainStore) -> None:
    made: list[Overlay] = []

    def make(state: Trie) -> Overlay:
        made.append(Overlay(state))
        return made[-1]

    imported = import_block(store, FakeRuntimes(), next_block(store), make_overlay=make)
    assert [list(overlay.keys()) for overlay in made] == [[]]
    assert imported.block.state.root == imported.block.header.state_root
    assert list(imported.block.state.keys())


def test_an_authors_overlay_stays_as_it_is(store: ChainStore) -> None:
    proposal = build_block(FakeRuntimes(), store.best, ReadyOrder([]), {})
    import_block(store, FakeRuntimes(), proposal.block, proposal.state, overlay=proposal.overlay)
    assert proposal.overlay.committed() is proposal.state


def test_a_known_block_is_not_executed_again(store: ChainStore) -> None:
    runtimes, block = FakeRuntimes(), next_block(store)
    first = import_block(store, runtimes, block)
    again = import_block(store, runtimes, block)
    assert (again.block, again.route, again.is_known, runtimes.executed) == (first.block, None, True, 1)


def test_a_block_whose_state_is_known_is_not_executed(store: ChainStore) -> None:
    runtimes = FakeRuntimes()
    import_block(store, runtimes, next_block(store), state=GENESIS)
    assert (runtimes.executed, store.best.number) == (0, 1)


def test_a_state_that_is_not_the_blocks_is_refused(store: ChainStore) -> None:
    with pytest.raises(InvalidBlock, match="state root"):
        import_block(store, FakeRuntimes(), next_block(store), state=Trie.empty())
    assert len(store) == 1


def test_every_part_of_a_header_is_checked(store: ChainStore) -> None:
    block, other = next_block(store), Hash(bytes(31) + b"\x01")
    header = block.header
    for forged, rule in (
        (replace(header, parent_hash=other), "the parent is known"),
        (replace(header, number=2), "number"),
        (replace(header, state_root=other), "header"),
        (replace(header, extrinsics_root=other), "header"),
    ):
        with pytest.raises(InvalidBlock) as caught:
            import_block(store, FakeRuntimes(), Block(forged, block.extrinsics))
        assert caught.value.rule == rule
    assert len(store) == 1


def test_an_invalid_extrinsic_refuses_the_block(store: ChainStore) -> None:
    block = next_block(store)
    with pytest.raises(InvalidBlock, match="extrinsic 0 is valid: Invalid Transaction: Future"):
        import_block(store, FakeRuntimes(), Block(block.header, (encode(b"a", 1, 1),)))


def test_what_a_block_says_has_to_fit_what_this_node_knows(store: ChainStore) -> None:
    now, later = {TIMESTAMP: bytes([1] * 8)}, {TIMESTAMP: bytes([2] * 8)}
    block = build_block(FakeRuntimes(), store.best, ReadyOrder([]), now).block
    runtimes = FakeRuntimes()
    with pytest.raises(InvalidBlock, match="the time is this node's"):
        import_block(store, runtimes, block, inherent_data=later)
    assert (len(store), runtimes.executed) == (1, 0)
    assert import_block(store, runtimes, block, inherent_data=now).route is not None


def test_a_block_of_this_nodes_own_is_not_asked(store: ChainStore) -> None:
    block = next_block(store)
    import_block(store, FakeRuntimes(), block, state=GENESIS, inherent_data={TIMESTAMP: bytes(8)})
    assert store.best.block == block
