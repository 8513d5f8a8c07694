"""Compositions of our pallets do, block by block and bit by bit, what compiled runtimes did."""

from __future__ import annotations

import pytest

from chain.primitives import Balance, Err, Ok
from chain.runtime_api import RuntimeVersion, TransactionSource, ValidTransaction
from chain.scale import Codec, codec_of, encode
from chain.state.overlay import Overlay
from pallets.frame.error import DispatchFailure
from pallets.frame.weight import DispatchClass, Weight
from runtime.checked import CheckedExtrinsic, check
from runtime.genesis import genesis_header
from tests.runtime.templates.recorded import RUNTIMES, MakeRuntime, Watched, recording

every_recording = pytest.mark.parametrize(("name", "make"), RUNTIMES.items(), ids=RUNTIMES)

_INFO: Codec[tuple[Weight, DispatchClass, Balance]] = codec_of(tuple[Weight, DispatchClass, Balance])


@pytest.mark.parametrize("name", RUNTIMES)
def test_the_recorded_genesis_has_the_published_root_and_hash(name: str) -> None:
    recorded = recording(name)
    assert recorded.genesis.root == recorded.root
    assert genesis_header(recorded.genesis).hash == recorded.hash


@every_recording
def test_the_version_and_the_extensions_are_those_of_the_real_runtime(name: str, make: MakeRuntime) -> None:
    recorded = recording(name)
    runtime = make(Overlay(recorded.genesis))
    assert encode(RuntimeVersion, runtime.version) == recorded.version
    assert tuple(each.identifier for each in runtime.extensions.extensions) == recorded.extensions


@every_recording
def test_each_step_of_each_block_changes_what_the_real_runtime_changed(name: str, make: MakeRuntime) -> None:
    state = recording(name).genesis
    for recorded in recording(name).blocks:
        number = recorded.header.number
        watched = Watched(state, make)
        runtime = watched.runtime
        runtime.initialize_block(recorded.begun)
        assert watched.changes() == recorded.initialized, f"block {number}, initialize"
        for step in recorded.steps:
            failure = runtime.apply_extrinsic(step.extrinsic)
            outcome = Ok(None) if failure is None else Err(failure)
            assert b"\0" + encode(Ok[None] | Err[DispatchFailure], outcome) == step.result, (
                f"block {number}, {step.name}"
            )
            assert watched.changes() == step.changes, f"block {number}, {step.name}"
        events = watched.overlay.get(runtime.system.events.storage_key())
        header = runtime.finalize_block()
        assert watched.changes() == recorded.finalized, f"block {number}, finalize"
        assert events == watched.overlay.get(runtime.system.events.storage_key()) == recorded.events
        assert header == recorded.header
        assert watched.overlay.root() == recorded.header.state_root
        runtime.try_state()
        state = watched.overlay.committed()


@every_recording
def test_each_block_is_accepted_in_turn_and_leads_to_the_state_root_of_its_header(name: str, make: MakeRuntime) -> None:
    recorded = recording(name)
    parent = recorded.hash
    for block in recorded.blocks:
        overlay = Overlay(recorded.before(block.header.number, make))
        make(overlay).execute_block(block.block)
        assert overlay.root() == block.header.state_root
        assert block.header.parent_hash == parent
        parent = block.header.hash


@every_recording
def test_a_pool_hears_of_each_transaction_what_it_heard_of_the_real_runtime(name: str, make: MakeRuntime) -> None:
    for recorded in recording(name).blocks:
        watched = Watched(recording(name).before(recorded.header.number, make), make)
        watched.runtime.initialize_block(recorded.begun)
        for step in recorded.steps:
            if step.validity is not None:
                parent = recorded.header.parent_hash
                valid = watched.runtime.validate_transaction(TransactionSource.EXTERNAL, step.extrinsic, parent)
                assert b"\0" + encode(ValidTransaction, valid) == step.validity, step.name
            watched.runtime.apply_extrinsic(step.extrinsic)


@every_recording
def test_weight_class_and_fee_of_each_transaction_are_those_of_the_real_runtime(name: str, make: MakeRuntime) -> None:
    asked = 0
    for recorded in recording(name).blocks:
        runtime = make(Overlay(recording(name).before(recorded.header.number, make)))
        runtime.initialize_block(recorded.begun)
        for step in recorded.steps:
            if step.info is not None:
                checked = check(runtime, step.extrinsic)
                assert isinstance(checked, CheckedExtrinsic)
                transaction = checked.transaction
                info = transaction.info
                fee = runtime.transaction_payment.compute_fee(transaction.length, info, tip=0)
                assert (info.total_weight, info.dispatch_class, fee) == _INFO.decode(step.info), step.name
                asked += 1
    assert asked == 13
