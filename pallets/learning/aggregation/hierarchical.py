"""Hierarchical rounds: a group adds its clients' updates, the root adds the groups; both are anchored by digest.

Sums are exact, so the mean of the root is that of all clients at once, however they were grouped, and however deep.

    "PLG\\x01" ‖ samples u64 ‖ parameters u32 ‖ sums i64 each                                little endian
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct, pack, unpack_from

from pallets.learning.averaging import AveragingError, weighted_sums
from pallets.learning.decoding import DecodeError, read_header, require_length
from pallets.learning.fixed_point import INT64_MAX, Overflow, divide, ensure_int64

_MAGIC = b"PLG\x01"
_HEADER = Struct("<QI")


class GroupDecodeError(DecodeError):
    """Bytes are no canonical sum of a group."""

    what = "group sum encoding"


@dataclass(frozen=True, slots=True)
class GroupSum:
    """What a group has added up: each update times its samples, and the samples."""

    samples: int
    sums: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise AveragingError(f"a group of {self.samples} samples")
        if self.samples > INT64_MAX:
            raise Overflow(f"{self.samples} samples leave int64")
        for index, value in enumerate(self.sums):
            ensure_int64(value, f"the sum of parameter {index}")

    def mean(self) -> list[int]:
        """The mean of all that is in the sum, rounded toward zero."""
        return [divide(value, self.samples) for value in self.sums]

    def digest(self) -> bytes:
        """What the chain anchors: BLAKE2b-256 of the canonical bytes."""
        return blake2b(encode_group(self), digest_size=32).digest()


def group_sum(updates: Sequence[Sequence[int]], samples: Sequence[int]) -> GroupSum:
    """The sum of a group of clients; raises AveragingError, or Overflow where it leaves int64."""
    return GroupSum(sum(samples), tuple(weighted_sums(updates, samples)))


def joined(groups: Sequence[GroupSum]) -> GroupSum:
    """The sum of groups, which may be joined again."""
    if not groups:
        raise AveragingError("no groups to join")
    for number, group in enumerate(groups):
        if len(group.sums) != len(groups[0].sums):
            raise AveragingError(f"group {number} has {len(group.sums)} parameters, group 0 has {len(groups[0].sums)}")
    columns = zip(*(group.sums for group in groups), strict=True)
    return GroupSum(sum(group.samples for group in groups), tuple(sum(column) for column in columns))


def encode_group(group: GroupSum) -> bytes:
    """The canonical bytes."""
    return _MAGIC + _HEADER.pack(group.samples, len(group.sums)) + pack(f"<{len(group.sums)}q", *group.sums)


def decode_group(data: bytes) -> GroupSum:
    """The sum of its canonical bytes; raises GroupDecodeError."""
    samples, parameters = read_header(data, _HEADER, _MAGIC, GroupDecodeError)
    start = len(_MAGIC) + _HEADER.size
    require_length(data, start + 8 * parameters, GroupDecodeError)
    try:
        return GroupSum(samples, unpack_from(f"<{parameters}q", data, start))
    except (AveragingError, Overflow) as error:
        raise GroupDecodeError(len(_MAGIC), str(error)) from None
