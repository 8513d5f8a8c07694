"""How much a block may hold, as frame_system works it out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chain.scale import encode
from chain.state.overlay import Overlay
from pallets.frame.weight import U64_MAX, DispatchClass, Weight
from pallets.system import BlockLength, BlockWeights
from pallets.system.limits import EXTRINSIC_BASE, ClassWeights
from runtime.dev import DevRuntime
from runtime.genesis import build_genesis
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
    limits = BlockWeights.with_sensible_defaults(Weight(2 * 10**12, 5000), hooks_percent=1)
    assert limits.of(NORMAL).max_extrinsic == Weight(1_480_000_000_000, 3700) - EXTRINSIC_BASE
    assert limits.of(OPERATIONAL).max_extrinsic == Weight(1_980_000_000_000, 4950) - EXTRINSIC_BASE
    assert limits.of(MANDATORY).max_extrinsic is None
    halves = BlockWeights.with_sensible_defaults(Weight(1000, 10), Weight(), Weight(), normal_percent=50)
    assert (halves.of(NORMAL).max_total, halves.of(OPERATIONAL).reserved) == (Weight(500, 5), Weight(500, 5))


SOUND = ClassWeights(Weight(10, 0), Weight(70, 7), Weight(80, 80), Weight(20, 20))


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ({"max_total": Weight(10, 80), "max_extrinsic": None}, "in all is not more than"),
        ({"max_total": Weight(80, 0), "max_extrinsic": None}, "in all is not more than"),
        ({"max_extrinsic": Weight(71, 1)}, "for an extrinsic is more than"),
        ({"max_extrinsic": Weight(0, 7)}, "for an extrinsic leaves no room"),
        ({"reserved": Weight(10, 20)}, "reserved is not more than"),
        ({"max_total": Weight(101, 80)}, "in all is more than"),
        ({"base_extrinsic": Weight(96, 0), "max_total": None, "max_extrinsic": None, "reserved": None}, "no room for"),
    ],
)
def test_limits_that_contradict_each_other_are_named_with_their_class(change: dict[str, Any], mistake: str) -> None:
    """Each as BlockWeights::validate has it."""
    wrong = BlockWeights(Weight(5, 0), Weight(100, 100), (SOUND, replace(SOUND, **change), SOUND))
    found = wrong.mistakes()
    assert found
    assert all(each.startswith("OPERATIONAL: ") for each in found)
    assert mistake in "; ".join(found)
    with pytest.raises(ValueError, match=r"^limits of a block contradict each other: OPERATIONAL: "):
        wrong.validated()


def test_limits_may_be_missing_or_shut_a_class_out() -> None:
    none = ClassWeights(Weight(10, 0), None, None, None)
    shut = ClassWeights(Weight(10, 0), None, Weight(), Weight())
    assert BlockWeights(Weight(5, 0), Weight(100, 100), (none, SOUND, shut)).mistakes() == []


def test_a_runtime_whose_blocks_hold_nothing_begins_no_chain() -> None:
    class Crammed(DevRuntime):
        def __init__(self, storage: Overlay) -> None:
            super().__init__(storage)
            limits = replace(self.system.config.block_weights, max_block=Weight(1, 1))
            self.system.config = replace(self.system.config, block_weights=limits)

    with pytest.raises(AssertionError, match=r"MANDATORY: the .* of a block have no room for an extrinsic"):
        build_genesis(Crammed, {})
    with pytest.raises(ValueError, match="leaves no room for any"):
        BlockWeights.with_sensible_defaults(Weight(10**12, U64_MAX), normal_percent=10)


def test_lengths_are_five_mebibytes_and_three_quarters_of_that() -> None:
    lengths = BlockLength()
    assert [lengths.of(each) for each in DispatchClass] == [3_932_160, 5 * 2**20, 5 * 2**20]
