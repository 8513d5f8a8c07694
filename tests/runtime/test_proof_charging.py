"""Nodes that record proofs charge blocks for them alike; a node that does not refuses their blocks."""

from __future__ import annotations

import pytest

from chain.node.inherents import slot_clock, timestamp_inherents
from chain.node.service import Node
from chain.state.overlay import Overlay
from chain.validity import InvalidBlock
from pallets.frame.call import call_of
from pallets.frame.weight import DispatchClass
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, UNIT, DevRuntime, genesis_state
from runtime.devnet import sign_call
from runtime.proof_charging import ChargesProof, recording_overlay
from runtime.signing import signed
from tests.runtime.blocks import ALICE, BOB, CHARLIE, transfer


class ProvenRuntime(ChargesProof, DevRuntime):
    """The development runtime, whose blocks are charged for their proofs."""


def node(*, records: bool = True) -> Node[ProvenRuntime]:
    return Node(
        ProvenRuntime,
        genesis_state(),
        inherents=timestamp_inherents(slot_clock(GENESIS_TIME_MS, SLOT_DURATION_MS)),
        sign_call=sign_call,
        make_overlay=recording_overlay if records else Overlay,
    )


def with_transfers(*, records: bool = True) -> Node[ProvenRuntime]:
    """Two blocks, in the second of which two accounts pay, one of them more than it has."""
    made = node(records=records)
    made.seal()
    runtime = made.runtime_at()
    made.submit(signed(runtime, ALICE, transfer(runtime, BOB, UNIT)))
    made.submit(signed(runtime, BOB, transfer(runtime, CHARLIE, 10**30)))
    made.submit(signed(runtime, CHARLIE, call_of(runtime.system.remark, remark=b"seen")))
    made.seal()
    return made


def test_a_block_is_charged_for_its_proof_instead_of_what_was_declared() -> None:
    recorded, declared = (proof_of(with_transfers(records=records)) for records in (True, False))
    assert 0 < recorded != declared > 0


def proof_of(made: Node[ProvenRuntime]) -> int:
    """What normal calls of the best block were charged."""
    return made.runtime_at().system.block_weight.get().of(DispatchClass.NORMAL).proof_size


def test_whoever_records_imports_the_blocks_and_whoever_does_not_refuses_them() -> None:
    made, alike, other = with_transfers(), node(), node(records=False)
    first, second = made.chain[made.best.header.parent_hash].block, made.best.block
    for block in (first, second):
        alike.import_block(block)
    assert alike.best.hash == made.best.hash
    other.import_block(first)  # of inherents alone, which declare what they are charged
    with pytest.raises(InvalidBlock, match="state root"):
        other.import_block(second)
    assert other.best.number == 1


def test_transactions_are_validated_without_a_record() -> None:
    made = node()
    made.seal()
    runtime = made.runtime_at()
    assert runtime.recorder is None
    made.submit(signed(runtime, ALICE, transfer(runtime, BOB, UNIT)))
    assert len(list(made.pool.ready())) == 1
