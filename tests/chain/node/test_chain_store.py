"""The tree of blocks: best chain, routes and finality, by example and against a search over all blocks."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chain.block import Block, Header, extrinsics_root
from chain.node.chain_store import (
    NO_PARENT,
    ChainSnapshot,
    ChainStore,
    ImportedBlock,
    NotFinalizable,
    Route,
    UnknownBlock,
    genesis_block,
)
from chain.primitives import Hash
from chain.trie.trie import Trie
from chain.validity import InvalidBlock

EMPTY = Trie.empty()
GENESIS = genesis_block(EMPTY)


def child(parent: Block, name: bytes = b"") -> Block:
    """A block on top of another; siblings have other names."""
    header = parent.header
    return Block(Header(header.hash, header.number + 1, Hash(EMPTY.root), extrinsics_root((name,)), ()), (name,))


def store_of(*blocks: Block) -> ChainStore:
    store = ChainStore(GENESIS, EMPTY)
    for block in blocks:
        store.add(block, EMPTY)
    return store


def hashes(blocks: tuple[ImportedBlock, ...]) -> list[Hash]:
    return [block.hash for block in blocks]


def test_genesis_names_its_state_and_no_parent() -> None:
    header = GENESIS.header
    assert (header.parent_hash, header.number, header.state_root) == (NO_PARENT, 0, EMPTY.root)
    with pytest.raises(InvalidBlock, match="state root of genesis"):
        ChainStore(GENESIS, Trie.from_items({b"k": b"v"}))


def test_blocks_are_found_by_hash_and_those_of_the_best_chain_by_number() -> None:
    first, side = child(GENESIS), child(GENESIS, b"side")
    store = store_of(first, side)
    assert store[first.hash].block is first
    assert (store.hash_of(1), store.hash_of(2), store.hash_of(-1)) == (first.hash, None, None)
    at_one = store.at(1)
    assert at_one is not None
    assert at_one.block is first
    assert store.at(5) is None
    assert (store.is_in_best_chain(first.hash), store.is_in_best_chain(side.hash)) == (True, False)
    assert store.children(GENESIS.hash) == (first.hash, side.hash)
    assert store.leaves() == (first.hash, side.hash)


def test_an_unknown_hash_is_named() -> None:
    store = store_of()
    with pytest.raises(UnknownBlock) as caught:
        store[Hash(bytes(32))]
    assert str(caught.value) == f"unknown block 0x{'00' * 32}"
    with pytest.raises(UnknownBlock):
        store.children(Hash(bytes(32)))


def test_a_longer_fork_becomes_best_by_way_of_the_common_ancestor() -> None:
    trunk = child(GENESIS)
    left, right = child(trunk, b"left"), child(trunk, b"right")
    longer = child(right)
    store = store_of(trunk, left)
    assert store.add(right, EMPTY) is None
    route = store.add(longer, EMPTY)
    assert route is not None
    assert (hashes(route.retracted), hashes(route.enacted)) == ([left.hash], [right.hash, longer.hash])
    assert [store.hash_of(number) for number in range(4)] == [GENESIS.hash, trunk.hash, right.hash, longer.hash]


def test_a_known_block_changes_nothing() -> None:
    first = child(GENESIS)
    second = child(first)
    store = store_of(first, second)
    assert store.add(first, EMPTY) is None
    assert store.children(first.hash) == (second.hash,)


def test_a_block_needs_its_parent() -> None:
    with pytest.raises(InvalidBlock, match="the parent is known"):
        store_of().add(child(child(GENESIS)), EMPTY)


def test_finality_settles_ancestors_and_forgets_forks() -> None:
    trunk, side = child(GENESIS), child(GENESIS, b"side")
    deeper, top = child(side), child(trunk)
    store = store_of(trunk, side, top, deeper)
    finality = store.finalize(top.hash)
    assert hashes(finality.finalized) == [trunk.hash, top.hash]
    assert hashes(finality.pruned) == [side.hash, deeper.hash]
    assert finality.route == Route((), ())
    assert side.hash not in store
    assert store.children(GENESIS.hash) == (trunk.hash,)
    assert store.finalize(top.hash).finalized == ()


def test_finality_of_a_side_fork_makes_its_first_longest_block_the_best() -> None:
    best = child(child(child(GENESIS)))
    side = child(GENESIS, b"side")
    one, two = child(side, b"1"), child(side, b"2")
    store = store_of(child(GENESIS), child(child(GENESIS)), best, side, one, two)
    finality = store.finalize(side.hash)
    assert store.best.hash == one.hash
    assert len(finality.route.retracted) == 3
    assert hashes(finality.route.enacted) == [side.hash, one.hash]
    assert len(store) == 4


def test_finality_never_goes_to_another_fork_or_back() -> None:
    first = child(GENESIS)
    second = child(first)
    store = store_of(first, second)
    store.finalize(second.hash)
    with pytest.raises(NotFinalizable) as caught:
        store.finalize(first.hash)
    assert str(caught.value) == (
        f"block 0x{first.hash.hex()} does not descend from the finalized block 0x{second.hash.hex()}"
    )
    with pytest.raises(InvalidBlock) as refused:
        store.add(child(first, b"late"), EMPTY)
    assert (refused.value.rule, refused.value.expected, refused.value.actual) == (
        "number above the finalized block",
        3,
        2,
    )


class ChainMachine(RuleBasedStateMachine):
    """Blocks on random parents and random finality, against a search over all blocks that were ever made."""

    def __init__(self) -> None:
        super().__init__()
        self.store = store_of()
        self.alive: list[Block] = [GENESIS]
        self.best = self.finalized = GENESIS
        self.snapshots: list[tuple[ChainSnapshot, list[Block], Block, Block]] = []

    @rule()
    def snapshot(self) -> None:
        self.snapshots.append((self.store.snapshot(), list(self.alive), self.best, self.finalized))

    @precondition(lambda self: self.snapshots)
    @rule(data=st.data())
    def revert(self, data: st.DataObject) -> None:
        snapshot, alive, self.best, self.finalized = data.draw(st.sampled_from(self.snapshots))
        self.store.revert(snapshot)
        self.alive = list(alive)

    @rule(data=st.data())
    def choose_best(self, data: st.DataObject) -> None:
        block = data.draw(st.sampled_from(self.alive))
        self._check_route(self.store.choose_best(block.hash), self.best, block)
        self.best = block
        if block.header.number < self.finalized.header.number:
            self.finalized = block

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        parent = data.draw(st.sampled_from(self.alive))
        block = child(parent, len(self.alive).to_bytes(2, "big") + parent.hash[:4])
        if block in self.alive:
            return
        if parent.header.number < self.finalized.header.number:
            with pytest.raises(InvalidBlock):
                self.store.add(block, EMPTY)
            return
        self.alive.append(block)
        route = self.store.add(block, EMPTY)
        assert (route is not None) == (block.header.number > self.best.header.number)
        if route is not None:
            self._check_route(route, self.best, block)
            self.best = block

    @rule(data=st.data())
    def finalize(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(self.alive[-3:]))
        if self.finalized not in self._chain(target):
            with pytest.raises(NotFinalizable):
                self.store.finalize(target.hash)
            return
        finality = self.store.finalize(target.hash)
        expected = [block for block in self._chain(target) if block not in self._chain(self.finalized)]
        assert [entry.block for entry in finality.finalized] == expected
        kept = [block for block in self.alive if target in self._chain(block) or block in self._chain(target)]
        assert {entry.hash for entry in finality.pruned} == {b.hash for b in self.alive} - {b.hash for b in kept}
        if self.best not in kept or self.best.header.number < target.header.number:
            on_top = [block for block in kept if target in self._chain(block)]
            best = max(on_top, key=_number)
            self._check_route(finality.route, self.best, best)
            self.best = best
        self.alive, self.finalized = [b for b in self.alive if b in kept], target

    @invariant()
    def the_best_chain_is_the_best_blocks_ancestry(self) -> None:
        chain = self._chain(self.best)
        assert self.store.best.block == self.best
        assert [self.store.hash_of(number) for number in range(len(chain) + 1)] == [*(b.hash for b in chain), None]

    @invariant()
    def only_living_blocks_are_kept(self) -> None:
        assert len(self.store) == len(self.alive)
        assert all(self.store[block.hash].block == block for block in self.alive)

    @invariant()
    def a_snapshot_stays_what_it_was(self) -> None:
        for snapshot, alive, best, finalized in self.snapshots:
            assert [each.block for each in snapshot.blocks.values()] == alive
            assert (snapshot.best.block, snapshot.finalized.block) == (best, finalized)
            assert snapshot.best_chain[-1] == best.hash
            children = {each.hash: {b.hash for b in alive if b.header.parent_hash == each.hash} for each in alive}
            assert {each: set(after) for each, after in snapshot.children.items()} == children

    def _check_route(self, route: Route, start: Block, end: Block) -> None:
        back, forth = self._chain(start), self._chain(end)
        assert [entry.block for entry in route.retracted] == [b for b in reversed(back) if b not in forth]
        assert [entry.block for entry in route.enacted] == [b for b in forth if b not in back]

    def _chain(self, block: Block) -> list[Block]:
        """From genesis to the block."""
        chain = [block]
        while chain[-1] != GENESIS:
            chain.append(next(b for b in self.alive if b.hash == chain[-1].header.parent_hash))
        return chain[::-1]


TestChainMachine = ChainMachine.TestCase
TestChainMachine.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)


def _number(block: Block) -> int:
    return block.header.number
