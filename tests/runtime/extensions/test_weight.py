"""The limits of a block, with the figures of frame_system's own tests: 1,024 of weight, 768 for normal calls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.validity import Invalid, InvalidTransaction
from pallets import system
from pallets.frame import call_of
from pallets.frame.error import BadOriginFailure
from pallets.frame.testing import MockRuntime
from pallets.frame.weight import U64_MAX, UNLIMITED, DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight
from pallets.system import BlockLength, BlockWeights, ConsumedWeight, System
from pallets.system.limits import ClassWeights
from runtime.extensions.weight import CheckWeight
from runtime.signing import signed
from tests.runtime.blocks import ALICE, BOB, DevChain, transfer

NORMAL, OPERATIONAL, MANDATORY = DispatchClass
BLOCK = Weight(1024, U64_MAX)
FRAME = BlockWeights(
    Weight(10),
    BLOCK,
    (
        ClassWeights(Weight(5), Weight(763, U64_MAX), Weight(768, U64_MAX), Weight()),
        ClassWeights(Weight(10), Weight(1014, U64_MAX), BLOCK, Weight(256, U64_MAX)),
        ClassWeights(Weight(5), None, None, None),
    ),
)
LENGTHS = BlockLength((768, 1024, 1024))


class Limited(MockRuntime):
    """System with small blocks."""

    def __init__(self, weights: BlockWeights = FRAME) -> None:
        super().__init__()
        version = self.system.config.version
        config = system.Config(version=version, block_weights=weights, block_length=LENGTHS)
        self.limited = System(self, config, index=9, name="Limited")
        self.limited.block_weight.put(ConsumedWeight(mandatory=weights.base_block))


def info(ref_time: int, dispatch_class: DispatchClass = NORMAL, proof_size: int = 0) -> DispatchInfo:
    return DispatchInfo(Weight(ref_time, proof_size), Weight(), dispatch_class, Pays.YES)


def take(runtime: Limited, asked: DispatchInfo, length: int = 0) -> Weight:
    """Take room in the block; what it has taken then."""
    CheckWeight(runtime.limited).take(asked, length)
    return runtime.limited.block_weight.get().total()


def refused(runtime: Limited, asked: DispatchInfo, length: int = 0) -> bool:
    before = runtime.limited.block_weight.get(), runtime.limited.all_extrinsics_len.get()
    with pytest.raises(InvalidTransaction) as caught:
        take(runtime, asked, length)
    assert caught.value.variant is Invalid.EXHAUSTS_RESOURCES
    return before == (runtime.limited.block_weight.get(), runtime.limited.all_extrinsics_len.get())


def test_normal_and_operational_calls_fill_a_block_in_either_order() -> None:
    runtime = Limited()
    assert take(runtime, info(753)) == Weight(768)
    assert take(runtime, info(246, OPERATIONAL)) == Weight(1024)
    runtime = Limited()
    assert take(runtime, info(246, OPERATIONAL)) == Weight(266)
    assert take(runtime, info(753)) == Weight(1024)


def test_normal_calls_take_three_quarters_and_an_operational_one_still_fits() -> None:
    runtime = Limited()
    take(runtime, info(753))
    assert refused(runtime, info(6))
    assert take(runtime, info(6, OPERATIONAL)) == Weight(784)


def test_operational_calls_fit_where_hooks_took_the_whole_block() -> None:
    runtime = Limited()
    runtime.limited.block_weight.put(ConsumedWeight(mandatory=UNLIMITED))
    assert refused(runtime, info(251))
    take(runtime, info(246, OPERATIONAL))  # of the reserve of 256, with the 10 that every such extrinsic costs
    assert refused(runtime, info(0, OPERATIONAL))


def test_a_mandatory_call_has_no_limit() -> None:
    runtime = Limited()
    assert CheckWeight(runtime.limited).check_single(DispatchInfo(UNLIMITED, Weight(), MANDATORY, Pays.YES), 7) == 7
    assert take(runtime, DispatchInfo(UNLIMITED, Weight(), MANDATORY, Pays.YES), 7) == UNLIMITED
    assert take(runtime, info(1, MANDATORY)) == UNLIMITED


@pytest.mark.parametrize(("dispatch_class", "most"), [(NORMAL, 763), (OPERATIONAL, 1014)])
def test_a_single_extrinsic_has_a_limit_of_its_own(dispatch_class: DispatchClass, most: int) -> None:
    check = CheckWeight(Limited().limited).check_single
    assert check(info(most, dispatch_class), 3) == 3
    with pytest.raises(InvalidTransaction):
        check(info(most + 1, dispatch_class), 3)


def test_the_length_of_an_extrinsic_counts_as_proof() -> None:
    whole = Weight(1024, 1000)
    classes = ClassWeights(Weight(), Weight(1024, 900), whole, None)
    runtime = Limited(BlockWeights(Weight(), whole, (classes, classes, classes)))
    check = CheckWeight(runtime.limited).check_single
    assert check(info(0, proof_size=800), 100) == 100
    with pytest.raises(InvalidTransaction):
        check(info(0, proof_size=800), 101)
    assert take(runtime, info(0, proof_size=850), 100) == Weight(0, 950)
    assert refused(runtime, info(0), 51)
    assert take(runtime, info(0), 50) == Weight(0, 1000)


def test_lengths_are_limited_by_class() -> None:
    runtime = Limited()
    take(runtime, info(0), 700)
    assert refused(runtime, info(0), 69)
    take(runtime, info(0), 68)
    assert refused(runtime, info(0), 1)
    take(runtime, info(0, OPERATIONAL), 256)
    assert refused(runtime, info(0, MANDATORY), 1)
    assert runtime.limited.all_extrinsics_len.get() == 1024


def test_a_class_with_nothing_but_a_reserve_does_not_overflow() -> None:
    reserved = ClassWeights(Weight(), None, None, UNLIMITED)
    runtime = Limited(BlockWeights(Weight(), BLOCK, (reserved, reserved, reserved)))
    take(runtime, info(U64_MAX))
    assert refused(runtime, info(1))


def test_what_was_not_used_is_given_back_and_no_more_is_taken() -> None:
    runtime = Limited()
    check = CheckWeight(runtime.limited)
    take(runtime, info(500), 20)
    check.give_back(info(500), PostDispatchInfo(Weight(120)))
    assert runtime.limited.block_weight.get().normal == Weight(125, 20)
    runtime.limited.note_applied_extrinsic(None, info(500), PostDispatchInfo(Weight(120)))
    check.give_back(info(500), PostDispatchInfo(Weight(900)))
    check.give_back(info(500), PostDispatchInfo())
    assert runtime.limited.block_weight.get().normal == Weight(125, 20)


@given(
    st.lists(st.tuples(st.sampled_from((NORMAL, OPERATIONAL)), st.integers(0, 1100), st.integers(0, 400)), max_size=12)
)
def test_no_order_of_extrinsics_passes_a_limit(asked: list[tuple[DispatchClass, int, int]]) -> None:
    runtime = Limited()
    for dispatch_class, ref_time, length in asked:
        try:
            take(runtime, info(ref_time, dispatch_class), length)
        except InvalidTransaction:
            continue
    used = runtime.limited.block_weight.get()
    assert used.normal.ref_time <= 768
    assert used.operational.ref_time <= 1024
    assert used.total().ref_time <= 1024 + 256
    assert (runtime.limited.all_extrinsics_len.get() or 0) <= 1024


def test_an_operational_transaction_stands_in_a_block_that_is_full_of_normal_ones() -> None:
    chain = DevChain()
    draft = chain.begin()
    runtime = draft.runtime
    full = runtime.system.config.block_weights.of(NORMAL).max_total
    assert full is not None
    runtime.system.block_weight.mutate(lambda used: used.replaced(full, NORMAL))
    with pytest.raises(InvalidTransaction) as caught:
        draft.apply(signed(runtime, ALICE, transfer(runtime, BOB, 1)))
    assert caught.value.variant is Invalid.EXHAUSTS_RESOURCES
    made = call_of(runtime.system.kill_storage, keys=[b"none"])
    assert draft.apply(signed(runtime, ALICE, made)) == BadOriginFailure()  # included, though only root may do it
    assert runtime.system.block_weight.get().operational.ref_time > made.info().call_weight.ref_time
