"""Blocks are built and executed in FRAME's order, and a block that lies is refused by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.block import Block, Consensus, Header
from chain.extrinsic import encode_bare
from chain.primitives import BlockNumber, Hash
from chain.runtime_api import TransactionSource, Validate, ValidTransaction
from chain.scale import DecodeError
from chain.state.overlay import Overlay
from chain.validity import Invalid, InvalidBlock, InvalidTransaction, TransactionInvalid
from pallets.frame.call import call_of
from pallets.frame.composition import MAX_STORAGE_LAYERS
from pallets.frame.error import TokenError, TokenFailure
from pallets.frame.event import Finalization, Initialization, PalletEvent
from pallets.frame.pallet import Pallet, config
from pallets.frame.weight import DispatchClass, Weight
from pallets.system import ExtrinsicFailed, ExtrinsicSuccess
from pallets.utility import BatchInterrupted
from runtime.dev import DevRuntime, genesis_state
from runtime.signing import signed
from tests.runtime.blocks import ALICE, BOB, CHARLIE, NO_ROOT, DevChain, time_of, transfer


def executed(chain: DevChain, block: Block, number: int = 1) -> bytes:
    """The state root after a block in the place of block `number`."""
    overlay = Overlay(chain.states[number - 1])
    DevRuntime(overlay).execute_block(block)
    return overlay.root()


def test_a_block_executed_from_its_parent_gives_its_own_header() -> None:
    chain = DevChain()
    runtime = chain.runtime()
    for number in (1, 2, 3):
        block = chain.seal((ALICE, transfer(runtime, BOB, 10**12)), (BOB, transfer(runtime, CHARLIE, 5)))
        assert executed(chain, block, number) == block.header.state_root
    assert chain.runtime().system.block_hash.get(2) == chain.headers[2].hash


def test_events_tell_what_happened_in_order() -> None:
    chain = DevChain()
    chain.seal((ALICE, transfer(chain.runtime(), BOB, 10**12)))
    events = [type(record.event.event).__name__ for record in chain.runtime().system.events.get()]
    assert events == ["ExtrinsicSuccess", "Withdraw", "Transfer", "TransactionFeePaid", "ExtrinsicSuccess"]


def test_a_block_is_refused_for_its_first_extrinsic_that_may_not_stand_there() -> None:
    chain = DevChain()
    good = chain.seal((ALICE, transfer(chain.runtime(), BOB, 5)), (BOB, transfer(chain.runtime(), CHARLIE, 5)))
    inherent, first, second = good.extrinsics
    forged = bytes([*second[:40], second[40] ^ 1, *second[41:]])  # within the signature
    for extrinsics, refusal in (
        ((inherent, first, first, forged), r"extrinsic 2 is valid: .* Stale"),
        ((inherent, first, forged, first), r"extrinsic 2 is valid: .* BadProof"),
        ((inherent, first, second, b"\x84"), r"extrinsic 3 is valid: .* Call"),
    ):
        with pytest.raises(InvalidBlock, match=refusal):
            executed(chain, Block(good.header, extrinsics))


def test_a_failed_call_keeps_its_fee_and_its_nonce_and_says_why() -> None:
    chain = DevChain()
    runtime = chain.runtime()
    before = runtime.balances.balance(ALICE.account)
    draft = chain.begin()
    failure = draft.call(ALICE, transfer(runtime, BOB, before))
    chain.end(draft)
    after = chain.runtime()
    assert failure == TokenFailure(TokenError.FUNDS_UNAVAILABLE)
    assert after.system.account_nonce(ALICE.account) == 1
    assert 0 < before - after.balances.balance(ALICE.account) < 10**9
    last = after.system.events.get()[-1].event.event
    assert isinstance(last, ExtrinsicFailed)
    assert last.dispatch_error == failure


@pytest.mark.parametrize("batches", [MAX_STORAGE_LAYERS - 1, MAX_STORAGE_LAYERS])
def test_authors_and_importers_count_the_same_layers_of_storage(batches: int) -> None:
    chain = DevChain()
    deepest = call_of(chain.runtime().system.remark, remark=b"")
    for _ in range(batches):
        deepest = call_of(chain.runtime().utility.batch, calls=[deepest])
    block = chain.seal((ALICE, deepest))
    assert executed(chain, block) == block.header.state_root
    told = [record.event.event for record in chain.runtime().system.events.get()]
    assert any(isinstance(each, BatchInterrupted) for each in told) == (batches == MAX_STORAGE_LAYERS)


def test_an_extrinsic_that_may_not_stand_in_a_block_leaves_what_was_built_of_it() -> None:
    chain = DevChain()
    draft = chain.begin()
    extrinsic = signed(draft.runtime, ALICE, transfer(draft.runtime, BOB, 5))
    draft.apply(extrinsic)
    before = dict(draft.runtime.storage.changes)
    with pytest.raises(InvalidTransaction):
        draft.runtime.apply_extrinsic(extrinsic)
    assert (draft.runtime.storage.changes, draft.runtime.outer_transactions) == (before, 0)


@pytest.mark.parametrize(
    ("rule", "lie"),
    [
        ("state root", {"state_root": NO_ROOT}),
        ("extrinsics root", {"extrinsics_root": NO_ROOT}),
        ("digest", {"digest": (Consensus(b"test", b""),)}),
        ("number", {"number": 2}),
    ],
)
def test_a_header_that_lies_is_refused_by_name(rule: str, lie: dict[str, Any]) -> None:
    chain = DevChain()
    block = chain.seal((ALICE, transfer(chain.runtime(), BOB, 1)))
    with pytest.raises(InvalidBlock, match=f"^invalid block: {rule}: expected "):
        executed(chain, Block(replace(block.header, **lie), block.extrinsics))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_flipped_byte_anywhere_in_a_block_is_refused(data: st.DataObject) -> None:
    (block,) = CHAIN.blocks
    changed = bytearray(block.encoded)
    # what comes before is the parent hash, which is the importer's business
    changed[data.draw(st.integers(32, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises((InvalidBlock, DecodeError)):
        executed(CHAIN, Block.decode(bytes(changed)))


def _chain() -> DevChain:
    chain = DevChain()
    chain.seal((ALICE, transfer(chain.runtime(), BOB, 7)), (BOB, transfer(chain.runtime(), CHARLIE, 8)))
    return chain


CHAIN = _chain()


def test_transactions_validated_one_after_the_other_are_each_found_what_they_are_alone() -> None:
    best, runtime = CHAIN.headers[-1].hash, CHAIN.runtime()
    nonce = runtime.system.account_nonce(ALICE.account)
    good = [signed(runtime, ALICE, transfer(runtime, BOB, 1), nonce=nonce + ahead) for ahead in (0, 1)]
    stale = signed(runtime, ALICE, transfer(runtime, BOB, 1), nonce=nonce - 1)
    mandatory = encode_bare(call_of(runtime.timestamp.set, now=5).encode())

    def told(validate: Validate, extrinsic: bytes) -> object:
        try:
            return validate(TransactionSource.EXTERNAL, extrinsic)
        except TransactionInvalid as error:
            return error.variant

    def alone(source: TransactionSource, extrinsic: bytes) -> ValidTransaction:
        return CHAIN.runtime().validate_transaction(source, extrinsic, best)

    validate = runtime.validating(best)
    changes = dict(runtime.storage.changes)
    for extrinsic in (good[0], stale, good[1], mandatory, b"\x00", good[0]):
        assert told(validate, extrinsic) == told(alone, extrinsic)
        assert runtime.storage.changes == changes
    assert told(validate, stale) is Invalid.STALE


def test_an_inherent_after_a_transaction_is_refused() -> None:
    chain = DevChain()
    draft = chain.begin(inherents=False)
    draft.call(ALICE, transfer(draft.runtime, BOB, 1))
    (inherent,) = draft.runtime.inherent_extrinsics({b"timstap0": time_of(1)})
    draft.apply(inherent)
    block = Block(draft.runtime.finalize_block(), tuple(draft.extrinsics))
    with pytest.raises(InvalidBlock, match="inherents come first, extrinsic 1"):
        DevRuntime(chain.overlay()).execute_block(block)


def test_a_block_without_its_time_is_refused() -> None:
    chain = DevChain()
    draft = chain.begin(inherents=False)
    with pytest.raises(InvalidBlock, match="timestamp"):
        draft.runtime.finalize_block()


def test_a_mandatory_call_may_not_come_from_the_pool_nor_be_signed_to_fail() -> None:
    chain = DevChain()
    runtime = chain.runtime()
    inherent = encode_bare(call_of(runtime.timestamp.set, now=5).encode())
    with pytest.raises(InvalidTransaction) as caught:
        runtime.validate_transaction(TransactionSource.EXTERNAL, inherent, chain.headers[-1].hash)
    assert caught.value.variant is Invalid.MANDATORY_VALIDATION
    draft = chain.begin()
    before = dict(draft.runtime.storage.changes)
    with pytest.raises(InvalidTransaction) as caught:
        draft.call(ALICE, call_of(draft.runtime.timestamp.set, now=5))
    assert caught.value.variant is Invalid.BAD_MANDATORY
    assert draft.runtime.storage.changes == before


def test_validation_keeps_nothing() -> None:
    chain = DevChain()
    chain.seal()
    runtime = chain.runtime()
    extrinsic = signed(runtime, ALICE, transfer(runtime, BOB, 1))
    runtime.validate_transaction(TransactionSource.EXTERNAL, extrinsic, chain.headers[-1].hash)
    assert runtime.storage.changes == {}


@config
class Config:
    """Nothing."""


class Event(PalletEvent):
    """Which hook ran."""


class Ran(Event):
    hook: str
    pallet: str


class Watcher(Pallet[Config]):
    """Tells which hooks run, and uses weight in each."""

    def on_initialize(self, now: BlockNumber) -> Weight:
        self.deposit_event(Ran("on_initialize", self.name))
        return Weight(1_000)

    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        self.deposit_event(Ran("on_idle", self.name))
        return Weight(10)

    def on_finalize(self, now: BlockNumber) -> None:
        self.deposit_event(Ran("on_finalize", self.name))


class Watched(DevRuntime):
    def __init__(self, storage: Overlay) -> None:
        super().__init__(storage)
        self.first = Watcher(self, Config(), index=60, name="First")
        self.second = Watcher(self, Config(), index=61, name="Second")


def test_hooks_run_in_order_and_idle_begins_elsewhere_in_each_block() -> None:
    runtime = Watched(Overlay(genesis_state()))
    pallets = len(runtime.pallets)
    order = []
    for number in (1, pallets - 1):
        runtime = Watched(Overlay(genesis_state()))
        runtime.system.number.put(number - 1)
        parent = Hash(bytes(32))
        runtime.initialize_block(Header(parent, number, NO_ROOT, NO_ROOT, ()))
        for extrinsic in runtime.inherent_extrinsics({b"timstap0": time_of(1)}):
            runtime.apply_extrinsic(extrinsic)
        runtime.finalize_block()
        records = [(record.phase, record.event.event) for record in runtime.system.events.get()]
        ran = [(type(phase), event) for phase, event in records if isinstance(event, Ran)]
        order.append([f"{event.hook} {event.pallet}" for _, event in ran])
        assert [phase for phase, _ in ran] == [Initialization] * 2 + [Finalization] * 4
    start = ["on_initialize First", "on_initialize Second"]
    end = ["on_finalize First", "on_finalize Second"]
    assert order == [
        [*start, "on_idle First", "on_idle Second", *end],
        [*start, "on_idle Second", "on_idle First", *end],
    ]
    base = runtime.system.config.block_weights
    mandatory = base.base_block.ref_time + base.of(DispatchClass.MANDATORY).base_extrinsic.ref_time
    assert runtime.system.block_weight.get().mandatory.ref_time > mandatory + 2_000 + 20


def test_what_only_the_execution_needs_is_gone_from_the_state() -> None:
    chain = DevChain()
    chain.seal((ALICE, transfer(chain.runtime(), BOB, 1)))
    state, system = chain.states[-1], chain.runtime().system
    assert state.get(b":extrinsic_index") is None
    assert state.get(b":intrablock_entropy") is None
    assert not system.execution_phase.exists()
    assert not system.all_extrinsics_len.exists()
    assert list(system.extrinsic_data.iter_keys()) == []
    assert system.event_count.get() == len(system.events.get())
    assert isinstance(system.events.get()[0].event.event, ExtrinsicSuccess)


@given(st.binary(max_size=200) | st.binary(max_size=150).map(lambda tail: b"\x84\x00" + bytes(32) + b"\x01" + tail))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_refused_as_transactions_and_change_nothing(extrinsic: bytes) -> None:
    runtime = CHAIN.runtime()
    with pytest.raises(TransactionInvalid):
        runtime.validate_transaction(TransactionSource.EXTERNAL, extrinsic, CHAIN.headers[-1].hash)
    with pytest.raises(TransactionInvalid):
        runtime.apply_extrinsic(extrinsic)
    assert runtime.storage.changes == {}
