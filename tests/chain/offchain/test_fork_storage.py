"""Fork-aware storage: a value belongs to its block, goes with its fork, and settles with finality."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chain.block import Header
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.node.service import Node
from chain.offchain.fork_storage import ForkStorage
from chain.offchain.lmdb_backing import LmdbBacking
from chain.offchain.participant import Participant
from chain.primitives import Hash
from chain.runtime_api import OffchainNode
from tests.chain.node.fake_runtime import GENESIS, FakeRuntime, FakeRuntimes, encode, sign_call

ALICE = KeyPair.from_uri("//Alice")
KEYS = (b"a", b"b")


def test_a_value_goes_back_with_its_fork_and_the_persistent_one_stays() -> None:
    def worker(_runtime: FakeRuntime, header: Header, lent: OffchainNode) -> None:
        lent.fork_set(b"seen", (lent.fork_get(b"seen") or b"") + bytes((header.number,)))
        lent.local_set(b"seen", (lent.local_get(b"seen") or b"") + bytes((header.number,)))

    participant = Participant(ALICE)
    node = Node(FakeRuntimes(worker), GENESIS, participants=(participant,), sign_call=sign_call)
    first = node.seal()
    second = node.seal()
    node.submit(encode(b"x", 0, key=1))
    side = node.seal(parent=first.hash)
    best = node.seal(parent=side.hash)
    stored = participant.fork_storage
    assert stored.get(node.lineage(second.hash), b"seen") == b"\x01\x02"
    assert stored.get(node.lineage(best.hash), b"seen") == b"\x01\x03"  # the side block itself had no run
    assert participant.storage.get(b"seen") == b"\x01\x02\x03"
    node.finalize(best.hash)
    assert stored.snapshot().settled == {b"seen": b"\x01\x03"}
    assert stored.snapshot().blocks == {}


def test_snapshots_bring_it_back() -> None:
    participant = Participant(ALICE)
    node = Node(
        FakeRuntimes(lambda _r, header, lent: lent.fork_set(b"n", bytes((header.number,)))),
        GENESIS,
        participants=(participant,),
        sign_call=sign_call,
    )
    node.seal()
    before = node.snapshot()
    node.seal()
    assert participant.fork_storage.get(node.lineage(node.best.hash), b"n") == b"\x02"
    node.revert(before)
    assert participant.fork_storage.get(node.lineage(node.best.hash), b"n") == b"\x01"
    assert len(participant.fork_storage.snapshot().blocks) == 1


def test_compare_and_set_compares_with_what_the_block_sees() -> None:
    stored, first, second, other = ForkStorage(), *(Hash(blake2_256(bytes((each,)))) for each in range(3))
    assert stored.compare_and_set(first, (first,), b"k", None, b"1")
    assert stored.compare_and_set(second, (second, first), b"k", b"1", b"2")
    assert not stored.compare_and_set(other, (other, first), b"k", b"2", b"3")
    assert stored.compare_and_set(other, (other, first), b"k", b"1", b"3")
    stored.put(other, (other, first), b"k", None)
    assert stored.get((other, first), b"k") is None
    assert stored.get((second, first), b"k") == b"2"
    stored.settle((first, other), (second,))
    assert stored.snapshot().settled == {}


class ForkMachine(RuleBasedStateMachine):
    """A tree of blocks, against the history of each written out."""

    def __init__(self) -> None:
        super().__init__()
        self.stored = ForkStorage()
        self.parents: dict[Hash, Hash | None] = {}
        self.seen: dict[Hash, dict[bytes, bytes]] = {}
        self.count = 0

    @initialize()
    def begin(self) -> None:
        self.add(None)

    def add(self, parent: Hash | None) -> None:
        block = Hash(blake2_256(self.count.to_bytes(4)))
        self.count += 1
        self.parents[block] = parent
        self.seen[block] = {} if parent is None else dict(self.seen[parent])

    def lineage(self, block: Hash) -> tuple[Hash, ...]:
        found = list[Hash]()
        at: Hash | None = block
        while at is not None:
            found.append(at)
            at = self.parents.get(at)
        return tuple(found)

    @rule(choice=st.integers(0, 10**6))
    def child(self, choice: int) -> None:
        self.add(sorted(self.parents)[choice % len(self.parents)])

    @rule(choice=st.integers(0, 10**6), key=st.sampled_from(KEYS), value=st.none() | st.binary(max_size=2))
    def write_to_a_leaf(self, choice: int, key: bytes, value: bytes | None) -> None:
        leaves = sorted(set(self.parents) - set(self.parents.values()))
        block = leaves[choice % len(leaves)]
        self.stored.put(block, self.lineage(block), key, value)
        self.seen[block].pop(key, None) if value is None else self.seen[block].update({key: value})

    @precondition(lambda self: len(self.parents) > 3)
    @rule(choice=st.integers(0, 10**6))
    def finalize(self, choice: int) -> None:
        block = sorted(self.parents)[choice % len(self.parents)]
        final = self.lineage(block)[::-1]
        kept = {each for each in self.parents if block in self.lineage(each)[1:]}
        if not kept:
            return
        forgotten = set(self.parents) - kept - set(final)
        self.stored.settle(final, forgotten)
        self.parents = {each: None if self.parents[each] == block else self.parents[each] for each in kept}

    @invariant()
    def reads_agree(self) -> None:
        for block in self.parents:
            lineage = self.lineage(block)
            assert {key: self.stored.get(lineage, key) for key in KEYS} == {
                key: self.seen[block].get(key) for key in KEYS
            }


TestForkMachine = ForkMachine.TestCase
TestForkMachine.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_it_is_there_again_after_a_restart(tmp_path: Path) -> None:
    backing = LmdbBacking(tmp_path)
    stored, first, second = ForkStorage(), Hash(bytes(31) + b"1"), Hash(bytes(31) + b"2")
    stored.keep_in(backing, b"alice")
    stored.put(first, (first,), b"k", b"1")
    stored.put(second, (second, first), b"k", None)
    stored.put(second, (second, first), b"other", b"")
    before = stored.snapshot()
    backing.close()
    again = ForkStorage()
    backing = LmdbBacking(tmp_path)
    again.keep_in(backing, b"alice")
    assert again.snapshot() == before
    again.settle((first, second), ())
    again.revert(before)
    again.settle((first,), (second,))
    backing.close()
    last = ForkStorage()
    backing = LmdbBacking(tmp_path)
    last.keep_in(backing, b"alice")
    assert (last.snapshot().settled, last.snapshot().blocks) == ({b"k": b"1"}, {})
    other = ForkStorage()
    other.keep_in(backing, b"bob")
    assert other.snapshot().settled == {}
    backing.close()


@pytest.mark.parametrize("length", [0, 511, 70_000])
def test_keys_and_values_of_any_length_are_kept(tmp_path: Path, length: int) -> None:
    backing = LmdbBacking(tmp_path, map_size=64 * 1024)
    backing.write([(b"part", b"k" * length, b"v" * 3 * length), (b"part2", b"x", b"")])
    assert backing.load(b"part") == {b"k" * length: b"v" * 3 * length}
    assert set(backing.parts(b"part")) == {b"part", b"part2"}
    backing.write([(b"part", b"k" * length, None)])
    assert backing.load(b"part") == {}
    backing.close()
