"""What an author tells the runtime besides transactions: inherent data and pre-runtime digests.

Nothing here reads a clock: the time of a block comes from its number, so that a devnet can be run again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chain.block import DigestItem
from chain.primitives import BlockNumber, Moment

TIMESTAMP: Final = b"timstap0"
"""The identifier of pallet_timestamp's inherent: a u64 in milliseconds."""

InherentData = Mapping[bytes, bytes]
"""8-byte identifier to SCALE bytes (sp_inherents::InherentData)."""

InherentProvider = Callable[[BlockNumber], InherentData]
"""The inherent data of the block of that number."""

DigestProvider = Callable[[BlockNumber], tuple[DigestItem, ...]]
"""The pre-runtime digest items of the block of that number."""

Clock = Callable[[BlockNumber], Moment]
"""The time of the block of that number."""


def no_inherents(_number: BlockNumber) -> InherentData:
    """For runtimes without inherents."""
    return {}


def no_digest(_number: BlockNumber) -> tuple[DigestItem, ...]:
    """For runtimes without slots."""
    return ()


def slot_clock(genesis_ms: Moment, slot_duration_ms: Moment) -> Clock:
    """A clock by which every block comes one slot after its parent."""
    return lambda number: genesis_ms + slot_duration_ms * number


def timestamp_inherents(clock: Clock) -> InherentProvider:
    """The time of the clock for pallet_timestamp, and nothing else."""
    return lambda number: {TIMESTAMP: clock(number).to_bytes(8, "little")}
