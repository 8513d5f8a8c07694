"""Weight that was charged and not used, given back to the block.

`WeightReclaim` stands last and gives back what calls and extensions say they did not use (frame_system). In a chain
whose blocks carry a proof, `ReclaimingPipeline` stands around all extensions and puts the measured size of the proof
in place of the declared one (cumulus_pallet_weight_reclaim::StorageWeightReclaim).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pallets.frame.weight import NO_WEIGHT, PostDispatchInfo, Weight
from pallets.system import System
from runtime.extensions.extension import Extension, Transaction
from runtime.extensions.pipeline import Pipeline

ProofSize = Callable[[], int | None]
"""Bytes of proof that the block needs so far; None where nobody records it."""


class WeightReclaim(Extension):
    """Gives the block back what call and extensions did not use; behind all others."""

    identifier = "WeightReclaim"

    def __init__(self, system: System, weight: Weight = NO_WEIGHT) -> None:
        self._reclaim, self.weight = system.reclaim_weight, weight

    def post_dispatch(self, carried: None, transaction: Transaction, post: PostDispatchInfo) -> None:
        if post.actual_weight is not None:
            self._reclaim(transaction.info, post)


class StorageWeightReclaim(Extension):
    """What a `ReclaimingPipeline` is called in transactions and metadata; it carries nothing."""

    identifier = "StorageWeightReclaim"

    def __init__(self, weight: Weight = NO_WEIGHT) -> None:
        self.weight = weight


class ReclaimingPipeline(Pipeline):
    """Extensions around which the proof is measured; with it a block is charged for the proof that it needs.

    Where nobody records proofs it gives back what is unspent, as `CheckWeight` does. All who execute a block must
    then be alike: the weight of a block is part of its state while it is executed.
    """

    def __init__(
        self, extensions: Sequence[Extension], system: System, proof_size: ProofSize, weight: Weight = NO_WEIGHT
    ) -> None:
        super().__init__((*extensions, StorageWeightReclaim(weight)))
        self._system, self._proof_size = system, proof_size

    def check(self, values: Sequence[Any], transaction: Transaction) -> list[Any]:
        before = self._proof_size()
        checked = super().check(values, transaction)
        checked[-1] = before
        return checked

    def prepare(self, values: Sequence[Any], checked: Sequence[Any], transaction: Transaction) -> list[Any]:
        carried = super().prepare(values, checked, transaction)
        carried[-1] = checked[-1]
        return carried

    def post_dispatch(
        self, carried: Sequence[Any], transaction: Transaction, post: PostDispatchInfo
    ) -> PostDispatchInfo:
        inner = super().post_dispatch(carried, transaction, post)
        before, after = carried[-1], self._proof_size()
        if before is None or after is None:
            return inner
        info = transaction.info
        accurate = Weight(inner.used(info).ref_time, max(after - before, 0))
        missing = self._charge(transaction, accurate, after)
        unspent = info.total_weight - accurate - Weight(0, missing)
        self._system.note_reclaimed(unspent)
        return post.refunded(info, unspent - post.unspent(info))

    def _charge(self, transaction: Transaction, accurate: Weight, recorded: int) -> int:
        """Charge the block what was measured; the bytes that it has to be charged besides, to be no less than recorded.

        recorded: bytes of proof that the whole block needs so far
        """
        system, dispatch_class = self._system, transaction.info.dispatch_class
        charged = system.block_weight.get().plus(system.extrinsic_weight_reclaimed.get(), dispatch_class)
        charged = charged.minus(transaction.info.total_weight, dispatch_class).plus(accurate, dispatch_class)
        needed = recorded + (system.all_extrinsics_len.get() or 0)
        missing = max(needed - charged.total().proof_size, 0)
        system.block_weight.put(charged.plus(Weight(0, missing), dispatch_class))
        return missing
