"""A transaction that holds calls is charged for those that were made, also where it failed."""

from __future__ import annotations

from chain.block import Header
from chain.state.overlay import Overlay
from pallets import utility
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.weight import PostDispatchInfo
from pallets.system import ExtrinsicFailed, ExtrinsicSuccess
from pallets.system.types import DispatchEventInfo
from pallets.transaction_payment import TransactionFeePaid
from runtime.dev import DevRuntime, genesis_state
from runtime.genesis import genesis_header
from runtime.signing import signed
from tests.runtime.blocks import ALICE, BOB, NO_ROOT, time_of, transfer


def begun() -> DevRuntime:
    """In block 1, after its inherents."""
    state = genesis_state()
    runtime = DevRuntime(Overlay(state))
    runtime.initialize_block(Header(genesis_header(state).hash, 1, NO_ROOT, NO_ROOT, ()))
    for extrinsic in runtime.inherent_extrinsics({b"timstap0": time_of(1)}):
        runtime.apply_extrinsic(extrinsic)
    return runtime


def charged(runtime: DevRuntime, call: RuntimeCall) -> tuple[DispatchEventInfo, int]:
    """What the transaction's event says that it cost, and its fee."""
    runtime.apply_extrinsic(signed(runtime, ALICE, call))
    told = [record.event.event for record in runtime.system.events.get()]
    outcome = told[-1]
    assert isinstance(outcome, ExtrinsicSuccess | ExtrinsicFailed)
    return outcome.dispatch_info, next(
        each.actual_fee for each in reversed(told) if isinstance(each, TransactionFeePaid)
    )


def test_a_failed_batch_is_charged_for_the_calls_that_were_made() -> None:
    runtime = begun()
    works, fails = transfer(runtime, BOB, 1), transfer(runtime, BOB, 10**30)
    batch_all = runtime.utility.batch_all
    whole, whole_fee = charged(runtime, call_of(batch_all, calls=[works, works, works]))
    part, part_fee = charged(runtime, call_of(batch_all, calls=[works, fails, works]))
    assert part.dispatch_class is whole.dispatch_class
    one = works.info().call_weight + utility.WEIGHTS.formulas["batch_all"].terms[1].weight
    assert whole.weight - part.weight == one
    assert 0 < part_fee < whole_fee


def test_an_interrupted_batch_is_charged_for_the_calls_that_were_made() -> None:
    runtime = begun()
    works, fails = transfer(runtime, BOB, 1), transfer(runtime, BOB, 10**30)
    whole, whole_fee = charged(runtime, call_of(runtime.utility.batch, calls=[works, works]))
    part, part_fee = charged(runtime, call_of(runtime.utility.batch, calls=[fails, works]))
    one = works.info().call_weight + utility.WEIGHTS.formulas["batch"].terms[1].weight
    assert whole.weight - part.weight == one
    assert 0 < part_fee < whole_fee


def test_a_failure_that_says_nothing_is_charged_in_full() -> None:
    runtime = begun()
    fails = transfer(runtime, BOB, 10**30)
    assert PostDispatchInfo().actual_weight is None
    outcome, _ = charged(runtime, fails)
    success, _ = charged(runtime, transfer(runtime, BOB, 1))
    assert outcome == success
