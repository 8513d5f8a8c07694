"""Proofs measured while a block is executed: they prove, and their size is what was recorded."""

from __future__ import annotations

import pytest

from chain.scale import encode
from chain.state.trace import StorageTrace, TracedOverlay
from chain.trie.proof import ProofReader
from chain.trie.trie import Trie
from chain.validity import InvalidTransaction
from pallets.frame import call_of
from pallets.frame.error import DispatchFailure
from runtime.dev import DevRuntime
from runtime.extensions.reclaim import ReclaimingPipeline
from runtime.proof_size import MeasuredExtrinsic, ProofRecorder, apply_measured, encoded_size
from runtime.signing import signed
from tests.runtime.blocks import ALICE, BOB, CHARLIE, DevChain, Draft, transfer


class ReclaimingRuntime(DevRuntime):
    """The development runtime, charging blocks for the proofs that are measured."""

    def __init__(self, storage: TracedOverlay) -> None:
        super().__init__(storage)
        self.recorder = ProofRecorder(storage)
        self.sizes: list[int] = []
        self.extensions = ReclaimingPipeline(self.extensions.extensions, self.system, self._proof_size)

    def apply_extrinsic(self, extrinsic: bytes) -> DispatchFailure | None:
        with self.recorder.attempt():
            return super().apply_extrinsic(extrinsic)

    def _proof_size(self) -> int:
        self.sizes.append(self.recorder())
        return self.sizes[-1]


class ReclaimingChain(DevChain):
    """Blocks over overlays that are traced."""

    def __init__(self) -> None:
        super().__init__()
        self.seal()

    def overlay(self) -> TracedOverlay:
        return TracedOverlay(self.states[-1], StorageTrace())

    def runtime(self) -> ReclaimingRuntime:
        return ReclaimingRuntime(self.overlay())


CHAIN = ReclaimingChain()


def begun() -> tuple[Draft, ReclaimingRuntime, TracedOverlay]:
    draft = CHAIN.begin()
    runtime, storage = draft.runtime, draft.runtime.storage
    assert isinstance(runtime, ReclaimingRuntime)
    assert isinstance(storage, TracedOverlay)
    return draft, runtime, storage


def measured(runtime: ReclaimingRuntime, storage: TracedOverlay) -> list[MeasuredExtrinsic]:
    other = CHAIN.runtime()  # signing reads the state as well
    extrinsics = [
        signed(other, ALICE, transfer(runtime, BOB, 10**12), nonce=0),
        signed(other, ALICE, transfer(runtime, BOB, 10**30), nonce=1),  # fails
        signed(other, BOB, transfer(runtime, CHARLIE, 10**12), nonce=0),
        signed(other, CHARLIE, call_of(runtime.system.remark_with_event, remark=b"proven"), nonce=0),
    ]
    return [apply_measured(runtime, storage, runtime.recorder, each) for each in extrinsics]


def repeated(nodes: tuple[bytes, ...], base: Trie, trace: StorageTrace) -> dict[bytes, bytes | None]:
    """What a proof says of every key that was read."""
    reader = ProofReader(base.root, nodes, base.version)
    return {key: reader.get(key) for key in trace.read_keys}


def test_the_proof_of_each_extrinsic_proves_what_it_read_and_has_the_size_that_is_told() -> None:
    _, runtime, storage = begun()
    base = storage.base
    for one in measured(runtime, storage):
        assert one.size == encoded_size(one.proof) == sum(len(encode(bytes, node)) for node in one.proof)
        reader = ProofReader(base.root, one.proof, base.version)
        known = dict(reader.known_items())
        assert known
        assert all(base.get(key) == value for key, value in known.items())
        assert one.counts.reads > 0


def test_a_node_is_paid_for_by_the_first_that_reads_it() -> None:
    _, runtime, storage = begun()
    before = runtime.recorder()
    first, failing, second, remark = measured(runtime, storage)
    assert (first.failure, second.failure, remark.failure) == (None, None, None)
    assert failing.failure is not None
    assert 0 < first.added <= first.size
    assert failing.added < failing.size  # the same accounts
    assert second.added < second.size
    assert runtime.recorder() == before + sum(each.added for each in (first, failing, second, remark))


def test_the_proof_of_a_block_repeats_all_that_it_read() -> None:
    draft, runtime, storage = begun()
    for key, value in ((ALICE, 1), (BOB, 2)):
        draft.call(key, transfer(runtime, CHARLIE, value * 10**12))
    nodes = runtime.recorder.nodes
    assert encoded_size(nodes) == runtime.recorder()
    values = repeated(nodes, storage.base, storage.trace)
    assert values == {key: storage.base.get(key) for key in storage.trace.read_keys}
    assert set(nodes) == set(storage.trace.proof(storage.base))


def test_a_block_is_charged_what_was_measured() -> None:
    _, runtime, storage = begun()
    extrinsic = signed(CHAIN.runtime(), ALICE, transfer(runtime, BOB, 10**12))
    before = runtime.system.block_weight.get()
    one = apply_measured(runtime, storage, runtime.recorder, extrinsic)
    charged = runtime.system.block_weight.get().normal
    began, ended = runtime.sizes
    length, all_lengths = len(extrinsic) + 2, runtime.system.all_extrinsics_len.get() or 0
    needed = ended + all_lengths - before.total().proof_size  # at least what is recorded
    assert 0 < ended - began <= one.added
    assert charged.proof_size == max(ended - began + length, needed)
    declared = transfer(runtime, BOB, 1).info().call_weight
    assert charged.proof_size < declared.proof_size + length
    assert (
        charged.ref_time == declared.ref_time + runtime.system.config.block_weights.per_class[0].base_extrinsic.ref_time
    )


def test_nothing_is_measured_twice_and_nothing_is_lost_when_a_trace_is_replaced() -> None:
    _, runtime, storage = begun()
    runtime.recorder()
    size = runtime.recorder()
    storage.trace = StorageTrace()
    assert runtime.recorder() == size
    runtime.balances.balance(CHARLIE.account)
    grown = runtime.recorder()
    assert grown > size
    storage.trace = StorageTrace()
    runtime.balances.balance(CHARLIE.account)
    assert runtime.recorder() == grown


def test_metadata_names_the_extension_behind_all_others() -> None:
    runtime = CHAIN.runtime()
    assert [each.identifier for each in runtime.extensions.extensions][-1] == "StorageWeightReclaim"
    for version in (14, 15, 16):
        metadata = runtime.metadata_at_version(version)
        assert metadata is not None
        assert b"StorageWeightReclaim" in metadata


def test_an_empty_proof_has_no_size() -> None:
    storage = TracedOverlay(Trie.empty(1), StorageTrace())
    assert (encoded_size(()), ProofRecorder(storage)()) == (0, 0)


def test_whoever_executes_the_block_again_measures_the_same() -> None:
    chain = ReclaimingChain()
    parent = chain.states[-1]
    other = chain.runtime()
    draft = chain.begin()
    for key, value in ((ALICE, 1), (BOB, 2), (ALICE, 3)):
        nonce = sum(each is key for each, _ in ((ALICE, 1), (BOB, 2)) if value == 3)
        draft.apply(signed(other, key, transfer(other, CHARLIE, value * 10**12), nonce=nonce))
    with pytest.raises(InvalidTransaction):  # it reads accounts, and then does not stand in the block
        draft.runtime.apply_extrinsic(signed(other, CHARLIE, transfer(other, BOB, 1), nonce=9))
    block = chain.end(draft)
    again = TracedOverlay(parent, StorageTrace())
    ReclaimingRuntime(again).execute_block(block)
    assert again.root() == block.header.state_root


def test_authors_and_importers_have_the_same_size_after_every_step() -> None:
    chain = ReclaimingChain()
    parent, other, draft = chain.states[-1], chain.runtime(), chain.begin()
    for key in (ALICE, BOB):
        draft.apply(signed(other, key, transfer(other, CHARLIE, 10**12), nonce=0))
    author = draft.runtime
    importer = ReclaimingRuntime(TracedOverlay(parent, StorageTrace()))
    importer.execute_block(chain.end(draft))
    assert isinstance(author, ReclaimingRuntime)
    assert importer.sizes == author.sizes
    assert len(author.sizes) == 4


def test_what_a_refused_transaction_read_is_forgotten() -> None:
    _, runtime, storage = begun()
    size, nodes, reads = runtime.recorder(), runtime.recorder.nodes, list(storage.trace.read_keys)
    stranger = signed(CHAIN.runtime(), CHARLIE, transfer(runtime, BOB, 1), nonce=9)
    with pytest.raises(InvalidTransaction):
        runtime.apply_extrinsic(stranger)
    assert (runtime.recorder(), runtime.recorder.nodes, list(storage.trace.read_keys)) == (size, nodes, reads)
    assert runtime.apply_extrinsic(signed(CHAIN.runtime(), CHARLIE, transfer(runtime, BOB, 1), nonce=0)) is None
    assert runtime.recorder() > size
