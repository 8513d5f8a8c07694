"""How much weight and how many bytes a block may hold (frame_system::limits)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from chain.primitives import U32
from chain.record import record
from pallets.frame.arithmetic import PERBILL, perbill_of
from pallets.frame.weight import NO_WEIGHT, REF_TIME_PER_SECOND, U64_MAX, UNLIMITED, DispatchClass, Weight

EXTRINSIC_BASE = Weight(ref_time=108_157_000)
"""Cost of an extrinsic that does nothing (polkadot-sdk, ExtrinsicBaseWeight)."""

BLOCK_BASE = Weight(ref_time=431_614_000)
"""Cost of a block that holds nothing (polkadot-sdk, BlockExecutionWeight)."""

NORMAL_PERCENT = 75
"""Share of a block that normal calls may use; operational calls may use all of it."""

INITIALIZATION_PERCENT = 10
"""Share of a block that is assumed to go to hooks, so that no single extrinsic may ask for it."""


@record
class ClassWeights:
    """Weight limits of one dispatch class; None is no limit."""

    base_extrinsic: Weight
    max_extrinsic: Weight | None
    max_total: Weight | None
    reserved: Weight | None


def _percent(weight: Weight, percent: int) -> Weight:
    """A share of a weight, rounded as a Perbill of it is."""
    parts = percent * PERBILL // 100
    return Weight(perbill_of(parts, weight.ref_time), perbill_of(parts, weight.proof_size))


@record
class BlockWeights:
    """Weight limits of a block."""

    base_block: Weight
    max_block: Weight
    per_class: tuple[ClassWeights, ClassWeights, ClassWeights]

    def of(self, dispatch_class: DispatchClass) -> ClassWeights:
        """The limits of one class."""
        return self.per_class[dispatch_class]

    def mistakes(self) -> list[str]:
        """What is impossible about the limits, each with its class; empty for those that a runtime can have."""
        return [
            f"{dispatch_class.name}: {mistake}"
            for dispatch_class in DispatchClass
            for mistake in _mistakes(self, self.of(dispatch_class))
        ]

    def validated(self) -> BlockWeights:
        """The limits; raises ValueError with all that is impossible about them (BlockWeightsBuilder::build)."""
        mistakes = self.mistakes()
        if mistakes:
            raise ValueError("limits of a block contradict each other: " + "; ".join(mistakes))
        return self

    @staticmethod
    def with_sensible_defaults(
        max_block: Weight = Weight(2 * REF_TIME_PER_SECOND, U64_MAX),
        base_extrinsic: Weight = EXTRINSIC_BASE,
        base_block: Weight = BLOCK_BASE,
        *,
        normal_percent: int = NORMAL_PERCENT,
        hooks_percent: int = INITIALIZATION_PERCENT,
    ) -> BlockWeights:
        """The limits of most solo chains: 75 % for normal calls, the rest reserved for operational ones.

        Raises ValueError with all that is impossible about them.
        """
        normal = _percent(max_block, normal_percent)
        hooks = _percent(max_block, hooks_percent)
        return BlockWeights(
            base_block,
            max_block,
            (
                ClassWeights(base_extrinsic, normal - hooks - base_extrinsic, normal, Weight()),
                ClassWeights(base_extrinsic, max_block - hooks - base_extrinsic, max_block, max_block - normal),
                ClassWeights(base_extrinsic, None, None, None),
            ),
        ).validated()


def _mistakes(block: BlockWeights, limits: ClassWeights) -> Iterator[str]:
    """What is impossible about the limits of one class (BlockWeights::validate)."""
    base, most = limits.base_extrinsic, limits.max_total or UNLIMITED
    if most != NO_WEIGHT and not (_is_above(most, block.base_block) and _is_above(most, base)):
        yield f"{most} in all is not more than {block.base_block} of an empty block and {base} of an extrinsic"
    if limits.max_extrinsic is not None:
        if limits.max_extrinsic.exceeds(most - base):
            yield f"{limits.max_extrinsic} for an extrinsic is more than the {most - base} that there are in all"
        if not _is_above(limits.max_extrinsic, NO_WEIGHT):
            yield f"{limits.max_extrinsic} for an extrinsic leaves no room for any"
    if limits.reserved is not None and limits.reserved != NO_WEIGHT and not _is_above(limits.reserved, base):
        yield f"{limits.reserved} reserved is not more than the {base} of an extrinsic"
    if limits.max_total is not None and limits.max_total.exceeds(block.max_block):
        yield f"{limits.max_total} in all is more than the {block.max_block} of a block"
    if not _is_above(block.max_block, base + block.base_block):
        yield f"the {block.max_block} of a block have no room for an extrinsic, {base + block.base_block}"


def _is_above(weight: Weight, other: Weight) -> bool:
    """Whether it is more in both dimensions (Weight::all_gt)."""
    return weight.ref_time > other.ref_time and weight.proof_size > other.proof_size


@record
class BlockLength:
    """Bytes of extrinsics that a block may hold, by class."""

    max_by_class: tuple[U32, U32, U32] = field(default=(3_932_160, 5_242_880, 5_242_880))
    """5 MiB, of which normal calls may use 75 %."""

    def of(self, dispatch_class: DispatchClass) -> int:
        """The limit of one class."""
        return self.max_by_class[dispatch_class]
