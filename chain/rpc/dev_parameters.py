"""What the dev methods are given."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from chain.bounds import Interval
from chain.node.sealing import SealingMode
from chain.primitives import Hash
from chain.record import keyword_record


class BuildMode(StrEnum):
    """When blocks are made: chopsticks' names, and the interval that it has not."""

    INSTANT = "Instant"
    BATCH = "Batch"
    MANUAL = "Manual"
    INTERVAL = "Interval"


MODES: Final = {
    BuildMode.INSTANT: SealingMode.INSTANT,
    BuildMode.BATCH: SealingMode.MIXED,
    BuildMode.MANUAL: SealingMode.MANUAL,
    BuildMode.INTERVAL: SealingMode.INTERVAL,
}

Milliseconds = Annotated[int, Interval(ge=1, le=2**40)]


@keyword_record
class NewBlocks:
    """How many blocks, or up to which number, and what the first of them should have.

    unsafe_block_height: the number of the first
    """

    count: int | None = None
    to: int | None = None
    transactions: list[bytes] | None = None
    unsafe_block_height: int | None = None


@keyword_record
class CallAs:
    """An encoded call, and in whose name."""

    call: bytes
    address: str


@keyword_record
class DryRun:
    """What to try, on which block, and how to tell: raw pairs, a web page, or what differs."""

    extrinsic: bytes | CallAs
    at: Hash | None = None
    raw: bool = False
    html: bool = False


@keyword_record
class Pending:
    """A transaction by its hash, or all of an account."""

    hash: Hash | None = None
    account: str | None = None
