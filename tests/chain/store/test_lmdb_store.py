"""A chain on disk: opened again it is what it was, forks, finality, states and all."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chain.node.chain_store import ChainSnapshot, ChainStore, UnknownBlock, genesis_block
from chain.primitives import Hash
from chain.state.child import child_of
from chain.state.overlay import Overlay
from chain.store import lmdb_store, writer
from chain.store.block_store import PrunedBlock
from chain.store.errors import StoreLocked, StoreOfOtherChain
from chain.store.lmdb_store import LmdbStore
from chain.trie.trie import Trie
from tests.chain.store.blocks import GENESIS, GENESIS_STATE, chain_over, child, grown, opened, picture

CHANGES = st.dictionaries(
    st.sampled_from([b"", b"a", b"b", b"ab", b"long"]), st.none() | st.sampled_from([b"x", bytes(40)]), max_size=3
)


def test_a_new_chain_has_genesis_alone(tmp_path: Path) -> None:
    chain = opened(tmp_path)
    assert picture(chain) == picture(chain_over())
    assert len(chain) == 1


def test_a_chain_goes_on_where_it_stopped(tmp_path: Path) -> None:
    chain = opened(tmp_path)
    hashes = grown(chain, 5)
    chain.finalize(hashes[2])
    side, state = child(chain[hashes[3]], b"side")
    chain.add(side, state)
    before = picture(chain)
    chain.close()
    again = opened(tmp_path)
    assert picture(again) == before
    assert again.children(hashes[3]) == (hashes[4], side.hash)
    grown(again, 1)
    assert again.best.number == 6


def test_the_state_of_every_block_is_readable_in_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SMALLEST", 500)
    chain = opened(tmp_path)
    hashes = grown(chain, 80)
    chain.finalize(hashes[70])
    for number, block_hash in enumerate(hashes, start=1):
        assert chain[block_hash].state.get(b"number") == b"%d" % number
    chain.close()
    again = opened(tmp_path)
    for number, block_hash in reversed(list(enumerate(hashes, start=1))):
        assert again.hash_of(number) == block_hash
        assert dict(again[block_hash].state.items()) == {**dict(GENESIS_STATE.items()), b"number": b"%d" % number}


def test_a_chain_holds_no_more_than_its_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lmdb_store, "WINDOW", 4)
    chain = opened(tmp_path)
    hashes = grown(chain, 30)
    chain.finalize(hashes[20])
    assert len(chain._blocks) == 4 + 9
    assert (len(chain), chain.children(hashes[3]), chain.hash_of(4)) == (31, (hashes[4],), hashes[3])
    assert chain.is_in_best_chain(hashes[1])


def test_child_tries_are_kept(tmp_path: Path) -> None:
    chain = opened(tmp_path)
    overlay = Overlay(chain.best.state)
    child_of(overlay, b"votes").put(b"alice", b"\1")
    state = overlay.committed()
    block, _ = child(chain.best)
    block = type(block)(type(block.header)(GENESIS.hash, 1, Hash(state.root), block.header.extrinsics_root, ()), (b"",))
    chain.add(block, state, overlay)
    chain.close()
    again = opened(tmp_path)
    assert child_of(Overlay(again.best.state), b"votes").get(b"alice") == b"\1"


def test_both_state_versions_are_kept(tmp_path: Path) -> None:
    chain = opened(tmp_path)
    parent = chain.best
    old = parent.state.with_version(0).updated({b"old": bytes(50)})
    for state in (old, old.with_version(1).updated({b"new": bytes(50)})):
        block, _ = child(parent)
        header = type(block.header)(
            parent.hash, block.header.number, Hash(state.root), block.header.extrinsics_root, ()
        )
        chain.add(type(block)(header, (b"",)), state)
        parent = chain.best
    chain.close()
    again = opened(tmp_path)
    assert (again.best.state.version, again.best.state.updated({}).root) == (1, chain.best.header.state_root)


def test_pruned_blocks_are_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SMALLEST", 200)
    chain = opened(tmp_path, keep=3)
    hashes = grown(chain, 40)
    for each in (hashes[9], hashes[29]):
        chain.finalize(each)
    for is_reopened in (False, True):
        if is_reopened:
            chain.close()
            chain = opened(tmp_path, keep=3)
        with pytest.raises(PrunedBlock) as caught:
            chain[hashes[26]]
        assert str(caught.value) == f"State already discarded for 0x{hashes[26].hex()}"
        with pytest.raises(PrunedBlock):
            chain[hashes[0]]
        assert hashes[0] not in chain
        assert [chain[each].state.get(b"number") for each in hashes[27:30]] == [b"28", b"29", b"30"]
        assert chain[GENESIS.hash].state.root == GENESIS_STATE.root
        assert chain.hash_of(1) == hashes[0]
        with pytest.raises(UnknownBlock):
            chain[Hash(bytes(32))]


def test_what_is_pruned_leaves_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "SMALLEST", 2_000)
    store = LmdbStore(tmp_path, keep=2)
    chain = chain_over(store)
    for _ in range(20):
        grown(chain, 10)
        chain.finalize(chain.best.hash)
    with store._database.reading() as tables:
        kept = sum(1 for _, record in tables.blocks.items() if record)
        states = sum(1 for _ in tables.states.items())
    assert kept < 40
    assert states <= 3


def test_a_justification_is_kept_with_the_finality_that_it_proves(tmp_path: Path) -> None:
    chain = opened(tmp_path)
    first, second = grown(chain, 2)
    chain.finalize(first, b"votes")
    chain.finalize(second)
    chain.close()
    again = opened(tmp_path)
    assert (again.justification(first), again.justification(second)) == (b"votes", None)


def test_another_genesis_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    other = Trie.from_items({b"other": b"chain"})
    store = LmdbStore(tmp_path)
    with pytest.raises(StoreOfOtherChain) as caught:
        ChainStore(genesis_block(other), other, store)
    own, found = genesis_block(other).hash.hex(), GENESIS.hash.hex()
    assert str(caught.value) == (
        f"{tmp_path}: the chain with the genesis 0x{found}, not 0x{own}; "
        "give the specification that it was begun with, choose another folder, or remove this one to begin anew"
    )


def test_a_folder_belongs_to_one_node_at_a_time(tmp_path: Path) -> None:
    chain = opened(tmp_path)
    with pytest.raises(StoreLocked) as caught:
        opened(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: another node has this chain open; stop that one, or choose another folder"
    )
    chain.close()
    opened(tmp_path).close()


def test_the_file_grows_as_it_must(tmp_path: Path) -> None:
    chain = chain_over(LmdbStore(tmp_path, map_size=2**18))
    for number in range(20):
        block, state = child(chain.best, changes={b"%d" % number: bytes(100_000)})
        chain.add(block, state)
    chain.close()
    assert opened(tmp_path).best.state.get(b"7") == bytes(100_000)


def test_at_least_one_block_is_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one finalized block is kept, not 0"):
        LmdbStore(tmp_path, keep=0)


class DiskMachine(RuleBasedStateMachine):
    """The same is done to a chain on disk and to one in memory; whenever, the one on disk is opened again."""

    def __init__(self) -> None:
        super().__init__()
        self.small = pytest.MonkeyPatch()
        self.small.setattr(writer, "SMALLEST", 300)
        self.small.setattr(lmdb_store, "WINDOW", 3)
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.disk = opened(Path(self.folder.name))
        self.memory = chain_over()
        self.snapshots: list[tuple[ChainSnapshot, ChainSnapshot]] = []

    def teardown(self) -> None:
        self.disk.close()
        self.folder.cleanup()
        self.small.undo()

    def _some(self, data: st.DataObject) -> Hash:
        blocks = list(self.memory._blocks)
        return data.draw(st.sampled_from(blocks[-4:] + blocks[:2]))

    @rule(data=st.data(), changes=CHANGES, with_overlay=st.booleans())
    def add(self, data: st.DataObject, changes: dict[bytes, bytes | None], with_overlay: bool) -> None:
        parent = self.memory[self._some(data)]
        if parent.number < self.memory.finalized.number:
            return
        block, state = child(parent, bytes((len(self.memory._blocks),)), changes)
        overlay: Overlay | None = None
        if with_overlay:
            overlay = Overlay(self.disk[parent.hash].state)
            for key, value in changes.items():
                overlay.delete(key) if value is None else overlay.put(key, value)
            overlay.committed()
        self.memory.add(block, state)
        self.disk.add(block, state if overlay is None else overlay.committed(), overlay)

    @rule(data=st.data())
    def finalize(self, data: st.DataObject) -> None:
        target = self._some(data)
        if self.memory.route(self.memory.finalized.hash, target).retracted:
            return
        of_memory, of_disk = self.memory.finalize(target), self.disk.finalize(target)
        assert [entry.hash for entry in of_memory.pruned] == [entry.hash for entry in of_disk.pruned]

    @rule(data=st.data(), changes=CHANGES)
    def write_by_hand(self, data: st.DataObject, changes: dict[bytes, bytes | None]) -> None:
        target = self._some(data)
        if target == GENESIS.hash or not all(target in snapshot.blocks for _, snapshot in self.snapshots):
            return  # genesis is given anew at each start; an old block's state does not come back with a snapshot
        for chain in (self.memory, self.disk):
            chain.replace_state(target, chain[target].state.updated(changes))

    @rule(data=st.data())
    def choose_best(self, data: st.DataObject) -> None:
        target = self._some(data)
        for chain in (self.memory, self.disk):
            chain.choose_best(target)

    @rule()
    def take_snapshot(self) -> None:
        self.snapshots.append((self.memory.snapshot(), self.disk.snapshot()))

    @rule()
    def revert(self) -> None:
        if self.snapshots:
            of_memory, of_disk = self.snapshots.pop()
            self.memory.revert(of_memory)
            self.disk.revert(of_disk)

    @rule()
    def open_again(self) -> None:
        self.disk.close()
        self.snapshots.clear()
        self.disk = opened(Path(self.folder.name))

    @invariant()
    def both_are_the_same(self) -> None:
        assert picture(self.disk) == picture(self.memory)


TestDiskMachine = DiskMachine.TestCase
TestDiskMachine.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
