"""A runtime of early 2022: the same changes, but for what had another form then.

Compared are results, where they are no errors of Balances; every value of the state but events and entropy, the block's
weight among them in the one dimension that there was; weights, fees and validity of transactions; kinds and order of
events; headers but for the state root, which under state version 0 needs the code.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.primitives import Err, Hash, Ok
from chain.runtime_api import RuntimeVersion, TransactionSource, ValidTransaction
from chain.scale import encode
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from chain.validity import InvalidBlock
from pallets.frame.error import DispatchFailure, ModuleFailure
from pallets.frame.layout import storage_prefix
from pallets.frame.weight import DispatchClass
from runtime.checked import CheckedExtrinsic, check
from runtime.templates.old_node_template import OldNodeTemplate
from tests.runtime.templates.recorded import CODE, Changes, State, Step, recording
from tests.vectors import load

NAME = "node-template-2022"
RECORDED = recording(NAME)
BALANCES = 5

ACCOUNTS = storage_prefix("System", "Account")
BLOCK_WEIGHT = storage_prefix("System", "BlockWeight")
OTHER_FORM = (storage_prefix("System", "Events"), storage_prefix("System", "EventCount"), b":intrablock_entropy")
CAME_LATER = {("TransactionPayment", "TransactionFeePaid"), ("Balances", "Upgraded")}
"""Kinds of events that there were not."""


class Old:
    """The composition over a recorded state, whose values are told in the form of 2022."""

    def __init__(self, state: State) -> None:
        kept = {key: value for key, value in state.items() if key != BLOCK_WEIGHT}  # begun anew in each block
        self.overlay = Overlay(Trie.from_items(kept, version=0))
        self.runtime = OldNodeTemplate(self.overlay)
        self.before = self.state()

    def state(self) -> State:
        """All but what had another form."""
        whole = {key: self.overlay.get(key) for key in iter(self.overlay.keys())}
        told = {key: as_of_old(key, value) for key, value in whole.items() if value and key not in OTHER_FORM}
        if BLOCK_WEIGHT in told:
            used = self.runtime.system.block_weight.get()
            parts = (used.normal, used.operational, used.mandatory)
            told[BLOCK_WEIGHT] = b"".join(part.ref_time.to_bytes(8, "little") for part in parts)
        return told

    def changes(self) -> Changes:
        """What changed since this was asked last."""
        before, now = self.before, self.state()
        self.before = now
        return {key: now.get(key) for key in before.keys() | now.keys() if before.get(key) != now.get(key)}


def as_of_old(key: bytes, value: bytes) -> bytes:
    """Accounts had no flags, in the highest bit of the last word, and reserved funds were no consumers of them."""
    # nonce ‖ consumers ‖ … ‖ flags
    return value[:4] + bytes(4) + value[8:-1] + bytes((value[-1] & 127,)) if key.startswith(ACCOUNTS) else value


def without_other_forms(changes: Changes) -> Changes:
    return {key: value for key, value in changes.items() if key not in OTHER_FORM}


def genesis() -> State:
    keys = [key for key in iter(RECORDED.genesis.keys()) if key != CODE]
    return {key: value for key in keys if (value := RECORDED.genesis.get(key)) is not None}


def test_each_step_of_each_block_changes_what_the_real_runtime_changed() -> None:
    state = genesis()
    for recorded in RECORDED.blocks:
        number, old = recorded.header.number, Old(state)
        old.runtime.initialize_block(recorded.begun)
        assert old.changes() == without_other_forms(recorded.initialized), f"block {number}, initialize"
        for step in recorded.steps:
            failure = old.runtime.apply_extrinsic(step.extrinsic)
            assert_result(step, failure)
            assert old.changes() == without_other_forms(step.changes), f"block {number}, {step.name}"
        assert kinds_of(old.runtime) == kinds_recorded(number)
        header = old.runtime.finalize_block()
        assert old.changes() == without_other_forms(recorded.finalized), f"block {number}, finalize"
        assert replace(header, state_root=Hash(recorded.header.state_root)) == recorded.header
        state = recorded.after(state)


def assert_result(step: Step, failure: DispatchFailure | None) -> None:
    """The same, but that a module's error had one byte, and that Balances failed with errors of its own."""
    if step.result.startswith(bytes((0, 1, ModuleFailure.index, BALANCES))):
        assert failure is not None
        assert not isinstance(failure, ModuleFailure)
    else:
        outcome = encode(Ok[None] | Err[DispatchFailure], Ok(None) if failure is None else Err(failure))
        assert b"\0" + (outcome[:4] if isinstance(failure, ModuleFailure) else outcome) == step.result, step.name


def kinds_of(runtime: OldNodeTemplate) -> list[tuple[str, str]]:
    """Pallet and name of each event of the block."""
    told = [(record.event.pallet, type(record.event.event).__name__) for record in runtime.system.events.get()]
    return [kind for kind in told if kind not in CAME_LATER]


def kinds_recorded(number: int) -> list[tuple[str, str]]:
    events = load(f"golden/golden-{NAME}.json")["blocks"][number - 1]["events"]
    return [(event["module_id"], event["event_id"]) for event in events]


def test_its_version_is_that_of_the_real_runtime_which_did_not_tell_its_state_version() -> None:
    version = encode(RuntimeVersion, OldNodeTemplate(Overlay(Trie.empty(0))).version)
    assert version[:-1] == RECORDED.version
    assert version[-1:] == b"\0"


def test_its_extensions_are_those_of_the_real_runtime() -> None:
    extensions = OldNodeTemplate(Overlay(Trie.empty(0))).extensions.extensions
    assert tuple(each.identifier for each in extensions) == RECORDED.extensions


def test_of_a_recorded_block_nothing_but_the_state_root_is_refused() -> None:
    with pytest.raises(InvalidBlock, match="invalid block: state root"):
        Old(genesis()).runtime.execute_block(RECORDED.blocks[0].block)


def test_weight_class_fee_and_validity_of_each_transaction_are_those_of_the_real_runtime() -> None:
    state, asked = genesis(), 0
    for recorded in RECORDED.blocks:
        runtime = Old(state).runtime
        runtime.initialize_block(recorded.begun)
        for step in recorded.steps:
            if step.info is not None:
                checked = check(runtime, step.extrinsic)
                assert isinstance(checked, CheckedExtrinsic)
                info, length = checked.transaction.info, checked.transaction.length
                fee = runtime.transaction_payment.compute_fee(length, info, tip=0)
                told = info.total_weight.ref_time.to_bytes(8, "little") + encode(DispatchClass, info.dispatch_class)
                assert told + fee.to_bytes(16, "little") == step.info, step.name
                parent = recorded.header.parent_hash
                valid = runtime.validate_transaction(TransactionSource.EXTERNAL, step.extrinsic, parent)
                assert b"\0" + encode(ValidTransaction, valid) == step.validity, step.name
                asked += 1
            runtime.apply_extrinsic(step.extrinsic)
        state = recorded.after(state)
    assert asked == 13
