"""The limits of a block: what an extrinsic may weigh, and how long it may be (frame_system::CheckWeight)."""

from __future__ import annotations

from chain.record import maker_of
from chain.validity import Invalid, InvalidTransaction
from pallets.frame.weight import U64_MAX, DispatchInfo, PostDispatchInfo, Weight
from pallets.system import ConsumedWeight, System
from runtime.extensions.extension import Extension, Transaction

_new_weight = maker_of(Weight)


class CheckWeight(Extension):
    """Room for the extrinsic in the block; what was not used is given back."""

    identifier = "CheckWeight"

    def __init__(self, system: System) -> None:
        self._block_weight, self._all_lengths = system.block_weight, system.all_extrinsics_len
        self._reclaim = system.reclaim_weight
        self._weights, self._lengths = system.config.block_weights, system.config.block_length
        self._proof_per_byte = int(system.config.length_is_proof)

    def check(self, value: None, transaction: Transaction) -> int:
        """The bytes of all extrinsics with this one, which `prepare` stores."""
        return self.check_single(transaction.info, transaction.length)

    def prepare(self, value: None, checked: int, transaction: Transaction) -> None:
        self._take(transaction.info, transaction.length, checked)

    def post_dispatch(self, carried: None, transaction: Transaction, post: PostDispatchInfo) -> None:
        self.give_back(transaction.info, post)

    def check_single(self, info: DispatchInfo, length: int) -> int:
        """Raises ExhaustsResources where no block would ever have room; the bytes of all extrinsics with this one."""
        limit = self._weights.per_class[info.dispatch_class].max_extrinsic
        if limit is not None:
            weight = info.total_weight  # the extrinsic itself is part of the proof
            if weight.ref_time > limit.ref_time or min(weight.proof_size + length, U64_MAX) > limit.proof_size:
                raise InvalidTransaction(Invalid.EXHAUSTS_RESOURCES)
        return self._length_with(info, length)

    def take(self, info: DispatchInfo, length: int) -> None:
        """Take room for an extrinsic; raises ExhaustsResources where this block has none left."""
        self._take(info, length, self._length_with(info, length))

    def _take(self, info: DispatchInfo, length: int, total_length: int) -> None:
        weight = self._weight_with(info, length)
        self._all_lengths.put(total_length)
        self._block_weight.put(weight)

    def give_back(self, info: DispatchInfo, post: PostDispatchInfo) -> None:
        """Give back the weight that was declared and not used."""
        if post.actual_weight is not None:
            self._reclaim(info, post)

    def _length_with(self, info: DispatchInfo, length: int) -> int:
        total = (self._all_lengths.get() or 0) + length
        if total > self._lengths.max_by_class[info.dispatch_class]:
            raise InvalidTransaction(Invalid.EXHAUSTS_RESOURCES)
        return total

    def _weight_with(self, info: DispatchInfo, length: int) -> ConsumedWeight:
        limits = self._weights
        limit = limits.per_class[info.dispatch_class]
        before = self._block_weight.get()
        used, total, base = before.of(info.dispatch_class), info.total_weight, limit.base_extrinsic
        ref_time = used.ref_time + total.ref_time + base.ref_time
        # the extrinsic itself is part of the proof
        proof_size = used.proof_size + total.proof_size + base.proof_size + length * self._proof_per_byte
        if ref_time > U64_MAX or proof_size > U64_MAX:
            if limit.max_total is not None or limit.reserved is not None:
                raise InvalidTransaction(Invalid.EXHAUSTS_RESOURCES)
            ref_time, proof_size = min(ref_time, U64_MAX), min(proof_size, U64_MAX)
        of_class = _new_weight(ref_time, proof_size)
        if limit.max_total is not None and of_class.exceeds(limit.max_total):
            raise InvalidTransaction(Invalid.EXHAUSTS_RESOURCES)
        after = before.replaced(of_class, info.dispatch_class)
        if after.total_exceeds(limits.max_block) and limit.reserved is not None and of_class.exceeds(limit.reserved):
            raise InvalidTransaction(Invalid.EXHAUSTS_RESOURCES)
        return after
