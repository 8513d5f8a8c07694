"""How much a block may hold, as frame_system works it out."""

from __future__ import annotations

from chain.scale import encode
from pallets.frame.weight import U64_MAX, DispatchClass, Weight
from pallets.system import BlockLength, BlockWeights
from pallets.system.limits import EXTRINSIC_BASE
from tests.vectors import load, unhex

NORMAL, OPERATIONAL, MANDATORY = DispatchClass


def test_the_defaults_are_those_of_the_solochain_template() -> None:
    """Its constant System.BlockWeights, as its metadata has it."""
    limits = BlockWeights.with_sensible_defaults()
    assert (limits.base_block, limits.max_block) == (Weight(431_614_000), Weight(2 * 10**12, U64_MAX))
    normal, operational, mandatory = limits.per_class
    assert normal.base_extrinsic == operational.base_extrinsic == mandatory.base_extrinsic == Weight(108_157_000)
    assert normal.max_extrinsic == Weight(1_299_891_843_000, 11_990_383_647_911_208_550)
    assert normal.max_total == Weight(1_500_000_000_000, 13_835_058_055_282_163_711)
    assert normal.reserved == Weight()
    assert operational.max_extrinsic == Weight(1_799_891_843_000, 16_602_069_666_338_596_454)
    assert operational.max_total == limits.max_block
    assert operational.reserved == Weight(500_000_000_000, 4_611_686_018_427_387_904)
    assert (mandatory.max_extrinsic, mandatory.max_total, mandatory.reserved) == (None, None, None)
    metadata = unhex(load("golden/golden-solochain-template-2025.json")["metadata"]["V14"])
    assert encode(BlockWeights, limits) in metadata


def test_shares_are_rounded_to_the_nearest_and_ties_down() -> None:
    limits = BlockWeights.with_sensible_defaults(Weight(5, 10), Weight(), Weight(), hooks_percent=0)
    assert limits.of(NORMAL).max_total == Weight(4, 7)  # of 3.75 and 7.5
    assert limits.of(OPERATIONAL).reserved == Weight(1, 3)


def test_a_relay_chain_leaves_hooks_a_hundredth() -> None:
    limits = BlockWeights.with_sensible_defaults(Weight(2 * 10**12), hooks_percent=1)
    assert limits.of(NORMAL).max_extrinsic == Weight(1_480_000_000_000) - EXTRINSIC_BASE
    assert limits.of(OPERATIONAL).max_extrinsic == Weight(1_980_000_000_000) - EXTRINSIC_BASE
    assert limits.of(MANDATORY).max_extrinsic is None
    halves = BlockWeights.with_sensible_defaults(Weight(1000), Weight(), normal_percent=50)
    assert (halves.of(NORMAL).max_total, halves.of(OPERATIONAL).reserved) == (Weight(500), Weight(500))


def test_lengths_are_five_mebibytes_and_three_quarters_of_that() -> None:
    lengths = BlockLength()
    assert [lengths.of(each) for each in DispatchClass] == [3_932_160, 5 * 2**20, 5 * 2**20]
