"""Weight given back to the block; the figures are those of polkadot-sdk's own tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.frame import call_of
from pallets.frame.weight import DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight
from pallets.system import ConsumedWeight, System
from pallets.system.limits import BlockWeights
from runtime.extensions.extension import Extension, Transaction
from runtime.extensions.pipeline import Pipeline
from runtime.extensions.reclaim import ReclaimingPipeline, WeightReclaim
from runtime.extensions.weight import CheckWeight
from tests.pallets.template_runtime import ALICE, TemplateRuntime, runtime_with

LENGTH = 150
NORMAL, OPERATIONAL = DispatchClass.NORMAL, DispatchClass.OPERATIONAL
BASE = BlockWeights.with_sensible_defaults().of(NORMAL).base_extrinsic


def transaction(runtime: TemplateRuntime, info: DispatchInfo, length: int = LENGTH) -> Transaction:
    return Transaction(ALICE, call_of(runtime.system.remark, remark=b""), info, length)


def info_of(ref_time: int, proof_size: int, extensions: Weight = Weight()) -> DispatchInfo:
    return DispatchInfo(Weight(ref_time, proof_size), extensions, NORMAL, Pays.YES)


def run(
    pipeline: Pipeline, runtime: TemplateRuntime, info: DispatchInfo, post: PostDispatchInfo, length: int = LENGTH
) -> PostDispatchInfo:
    """A transaction's way through its extensions."""
    one = transaction(runtime, info, length)
    values = pipeline.values({})
    carried = pipeline.prepare(values, pipeline.check(values, one), one)
    return pipeline.post_dispatch(carried, one, post)


def runtime_at(proof_size: int) -> TemplateRuntime:
    """In a block in which normal calls have needed so much proof."""
    runtime = runtime_with()
    runtime.system.block_weight.put(ConsumedWeight(normal=Weight(0, proof_size)))
    return runtime


class Refunding(Extension):
    """Weighs something, and gives some of it back."""

    identifier = "Refunding"

    def __init__(self, weight: Weight, unspent: Weight) -> None:
        self.weight, self.unspent = weight, unspent

    def post_dispatch(self, carried: None, transaction: Transaction, post: PostDispatchInfo) -> Weight:
        return self.unspent


# polkadot-sdk, cumulus_pallet_weight_reclaim::tests:
# name, proof of the block before, recorded before and after, declared, actual, proof of the block after
MEASURED = [
    ("basic refund", 1000, (0, 100), (0, 500), None, 1250),
    ("nothing records", 1000, (None, None), (0, 500), None, 1650),
    ("more than declared", 1000, (100, 300), (0, 100), None, 1350),
    ("no proof at all", 0, (0, 0), (0, 500), None, 150),
    ("less recorded after than before", 1300, (300, 100), (0, 500), None, 1450),
    ("with what the call did not use", 1000, (100, 300), (100, 300), (50, 250), 1350),
    ("more than the call said that it used", 1000, (100, 300), (100, 50), (50, 25), 1350),
    ("as declared", 0, (100, 200), (100, 100), (50, 100), 350),
    ("more recorded than charged", 5, (1000, 1005), (0, 10), None, 1155),
    ("more recorded than charged once reclaimed", 85, (175, 180), (0, 100), None, 330),
]


@pytest.mark.parametrize(("name", "before", "sizes", "declared", "actual", "after"), MEASURED)
def test_the_block_is_charged_for_the_proof_that_was_measured(
    name: str,
    before: int,
    sizes: tuple[int | None, int | None],
    declared: tuple[int, int],
    actual: tuple[int, int] | None,
    after: int,
) -> None:
    runtime, sizes_left = runtime_at(before), list(sizes)
    pipeline = ReclaimingPipeline([CheckWeight(runtime.system)], runtime.system, lambda: sizes_left.pop(0))
    run(pipeline, runtime, info_of(*declared), PostDispatchInfo(None if actual is None else Weight(*actual)))
    assert runtime.system.block_weight.get().normal.proof_size == after, name
    assert sizes_left == []


# with extensions that weigh and give back: bytes recorded
FULL = [("refund", 200), ("accrue", 400)]


@pytest.mark.parametrize(("name", "growth"), FULL)
def test_extensions_that_give_back_are_part_of_what_is_measured(name: str, growth: int) -> None:
    runtime, sizes = runtime_at(1212), [1212, 1212 + growth]
    inner = Refunding(Weight(37, 242), Weight(35, 100))
    pipeline = ReclaimingPipeline(
        [CheckWeight(runtime.system), inner], runtime.system, lambda: sizes.pop(0), Weight(1, 100)
    )
    info = info_of(50, 7).with_extension_weight(pipeline.weight)
    assert info.total_weight == Weight(88, 349)
    after = run(pipeline, runtime, info, PostDispatchInfo())
    assert after.actual_weight is not None, name
    assert after.actual_weight.ref_time == 50 + 38 - 35
    assert after.actual_weight.proof_size == min(growth, 349)  # no more than was declared
    assert runtime.system.block_weight.get().normal == Weight(BASE.ref_time + 53, 1212 + growth + LENGTH)


def test_what_the_block_is_charged_besides_is_not_given_back() -> None:
    runtime, sizes = runtime_at(100), [150, 220]
    pipeline = ReclaimingPipeline([CheckWeight(runtime.system)], runtime.system, lambda: sizes.pop(0))
    run(pipeline, runtime, info_of(0, 220), PostDispatchInfo(Weight(0, 90)), length=20)
    assert runtime.system.block_weight.get().normal.proof_size == 220 + 20
    assert runtime.system.extrinsic_weight_reclaimed.get().proof_size == 220 - 70 - 50


def test_the_time_that_was_not_used_is_given_back_as_well() -> None:
    runtime, sizes = runtime_at(0), [0, 0]
    runtime.system.block_weight.put(ConsumedWeight(normal=Weight(121)))
    inner = Refunding(Weight(63), Weight(22))
    pipeline = ReclaimingPipeline([CheckWeight(runtime.system), inner], runtime.system, lambda: sizes.pop(0))
    run(
        pipeline,
        runtime,
        info_of(145, 0).with_extension_weight(pipeline.weight),
        PostDispatchInfo(Weight(104 + 63)),
        length=20,
    )
    assert runtime.system.block_weight.get().normal.ref_time == 121 + BASE.ref_time + 104 + 63 - 22
    assert runtime.system.extrinsic_weight_reclaimed.get().ref_time == 145 - 104 + 22


# frame_system::extensions::weight_reclaim::tests: half of a block's weight declared, a quarter of that used
RECLAIMED = [
    ("more than the call says", Weight(128), Weight(510), Weight(510)),
    ("less than the call says", Weight(128), Weight(110), Weight(384)),
    ("nothing", Weight(128), Weight(), Weight(384)),
    ("nothing, and the call says nothing", None, Weight(), Weight()),
]


@pytest.mark.parametrize("dispatch_class", [NORMAL, OPERATIONAL])
@pytest.mark.parametrize(("name", "actual", "already", "reclaimed"), RECLAIMED)
def test_weight_is_given_back_once(
    name: str, actual: Weight | None, already: Weight, reclaimed: Weight, dispatch_class: DispatchClass
) -> None:
    runtime = runtime_with()
    system, prior = runtime.system, Weight(64)
    info = DispatchInfo(Weight(512), Weight(), dispatch_class, Pays.YES)
    system.block_weight.put(ConsumedWeight().plus(prior + BASE + info.total_weight - already, dispatch_class))
    if already != Weight():
        system.note_reclaimed(already)
    WeightReclaim(system).post_dispatch(None, transaction(runtime, info), PostDispatchInfo(actual))
    assert system.extrinsic_weight_reclaimed.get() == reclaimed, name
    assert system.block_weight.get().of(dispatch_class) == prior + BASE + info.total_weight - reclaimed


def test_what_an_extension_did_not_use_is_given_back_behind_check_weight() -> None:
    runtime = runtime_with()
    system = runtime.system
    extensions = [CheckWeight(system), Refunding(Weight(40, 9), Weight(30, 4)), WeightReclaim(system, Weight(2, 1))]
    pipeline = Pipeline(extensions)
    info = info_of(100, 10).with_extension_weight(pipeline.weight)
    told = run(pipeline, runtime, info, PostDispatchInfo())
    assert told.actual_weight == Weight(112, 16)
    assert system.block_weight.get().normal == BASE + Weight(112, 16 + LENGTH)
    system.note_applied_extrinsic(None, info, told)
    assert not system.extrinsic_weight_reclaimed.exists()


@given(
    st.integers(0, 10**6),
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
    st.integers(0, 10**6),
    st.integers(0, 10**6) | st.none(),
)
def test_a_block_is_never_charged_less_proof_than_was_recorded(
    before: int, sizes: tuple[int, int], declared: int, actual: int | None
) -> None:
    left = sorted(sizes)
    runtime = runtime_at(before)
    pipeline = ReclaimingPipeline([CheckWeight(runtime.system)], runtime.system, lambda: left.pop(0))
    recorded_after = left[1]
    run(pipeline, runtime, info_of(0, declared), PostDispatchInfo(None if actual is None else Weight(0, actual)))
    charged = runtime.system.block_weight.get().normal.proof_size
    assert charged == max(before + LENGTH + left_over(sizes), recorded_after + LENGTH)


def left_over(sizes: tuple[int, int]) -> int:
    return abs(sizes[1] - sizes[0])


def test_system_forgets_what_was_reclaimed_with_the_extrinsic() -> None:
    runtime = runtime_with()
    system: System = runtime.system
    system.note_reclaimed(Weight(7))
    system.note_applied_extrinsic(None, info_of(1, 1), PostDispatchInfo())
    assert system.extrinsic_weight_reclaimed.get() == Weight()
