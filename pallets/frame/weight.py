"""Weights: what a call costs in reference time and proof size, and how it is charged (sp_weights, frame_support)."""

from __future__ import annotations

from dataclasses import field
from enum import IntEnum

from chain.primitives import U64, Compact
from chain.record import maker_of, record

REF_TIME_PER_SECOND = 10**12
"""One second is 10^12 picoseconds of reference time."""

ROCKSDB_READ, ROCKSDB_WRITE = 25_000_000, 100_000_000
"""Picoseconds of one storage read and write (polkadot-sdk, RocksDbWeight)."""

U64_MAX = 2**64 - 1


@record
class Weight:
    """Reference time in picoseconds and proof size in bytes; arithmetic saturates as in Rust."""

    ref_time: Compact[U64] = 0
    proof_size: Compact[U64] = 0

    def __add__(self, other: Weight) -> Weight:
        ref_time, proof_size = self.ref_time + other.ref_time, self.proof_size + other.proof_size
        return _new_weight(min(ref_time, U64_MAX), min(proof_size, U64_MAX))

    def __sub__(self, other: Weight) -> Weight:
        return Weight(max(self.ref_time - other.ref_time, 0), max(self.proof_size - other.proof_size, 0))

    def __mul__(self, times: int) -> Weight:
        return Weight(min(self.ref_time * times, U64_MAX), min(self.proof_size * times, U64_MAX))

    def at_most(self, other: Weight) -> Weight:
        """The smaller of both in each dimension."""
        return Weight(min(self.ref_time, other.ref_time), min(self.proof_size, other.proof_size))

    def at_least(self, other: Weight) -> Weight:
        """The larger of both in each dimension."""
        return Weight(max(self.ref_time, other.ref_time), max(self.proof_size, other.proof_size))

    def exceeds(self, other: Weight) -> bool:
        """Whether any dimension is larger than the other's."""
        return self.ref_time > other.ref_time or self.proof_size > other.proof_size


_new_weight = maker_of(Weight)

NO_WEIGHT = Weight()
UNLIMITED = Weight(U64_MAX, U64_MAX)


def db(reads: int = 0, writes: int = 0, *, ref_time: int = 0, proof_size: int = 0) -> Weight:
    """Weight of storage accesses on RocksDB, plus computing time in picoseconds and proof size in bytes."""
    return Weight(reads * ROCKSDB_READ + writes * ROCKSDB_WRITE + ref_time, proof_size)


class DispatchClass(IntEnum):
    """Which share of a block a call may use."""

    NORMAL = 0
    OPERATIONAL = 1
    MANDATORY = 2


class Pays(IntEnum):
    """Whether a call pays a fee."""

    YES = 0
    NO = 1


@record
class DispatchInfo:
    """What is known of a call before it runs: its weight, its extensions' weight, class and fee."""

    call_weight: Weight
    extension_weight: Weight
    dispatch_class: DispatchClass
    pays_fee: Pays
    total_weight: Weight = field(init=False, compare=False)
    """Of call and extensions together."""

    def __post_init__(self) -> None:
        total = self.call_weight if self.extension_weight == NO_WEIGHT else self.call_weight + self.extension_weight
        object.__setattr__(self, "total_weight", total)

    def with_extension_weight(self, weight: Weight) -> DispatchInfo:
        """The same call among other extensions."""
        return DispatchInfo(self.call_weight, weight, self.dispatch_class, self.pays_fee)


@record
class PostDispatchInfo:
    """What a call says after it ran; `actual_weight` None means the declared weight stands.

    A call returns one to lower its charge; a larger weight than declared does not raise it.
    """

    actual_weight: Weight | None = None
    pays_fee: Pays = Pays.YES

    def used(self, info: DispatchInfo) -> Weight:
        """What call and extensions weighed after all; `actual_weight` is that of both here."""
        declared = info.total_weight
        return declared if self.actual_weight is None else self.actual_weight.at_most(declared)

    def unspent(self, info: DispatchInfo) -> Weight:
        """What was declared and not used."""
        return NO_WEIGHT if self.actual_weight is None else info.total_weight - self.used(info)

    def refunded(self, info: DispatchInfo, unspent: Weight) -> PostDispatchInfo:
        """With less weight, which an extension did not use."""
        actual = info.total_weight if self.actual_weight is None else self.actual_weight
        return PostDispatchInfo(actual - unspent, self.pays_fee)
