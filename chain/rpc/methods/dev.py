"""dev: control of a development chain, in chopsticks' dialect; snapshots besides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from chain.node.consensus import NotOurTurn
from chain.node.control import Control, ControlError
from chain.node.sealing import SealingMode
from chain.primitives import Hash
from chain.record import keyword_record
from chain.rpc.context import Context, ServedRuntime
from chain.rpc.errors import RpcError
from chain.rpc.extrinsics import extrinsic_of
from chain.rpc.hexadecimal import read_hex
from chain.rpc.parameters import Json
from chain.rpc.registry import unsafe
from chain.validity import InvalidBlock

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

REFUSED: Final = 1
"""The code of every error of this namespace."""


class BuildMode(StrEnum):
    """When blocks are made: chopsticks' names, and the interval that it has not."""

    INSTANT = "Instant"
    BATCH = "Batch"
    MANUAL = "Manual"
    INTERVAL = "Interval"


_MODES: Final = {
    BuildMode.INSTANT: SealingMode.INSTANT,
    BuildMode.BATCH: SealingMode.MIXED,
    BuildMode.MANUAL: SealingMode.MANUAL,
    BuildMode.INTERVAL: SealingMode.INTERVAL,
}


@keyword_record
class NewBlocks:
    """How many blocks, or up to which number, and what the first of them should have.

    transactions: each with its length in front, as everywhere here
    """

    count: int | None = None
    to: int | None = None
    transactions: list[bytes] | None = None


@unsafe
def dev_newBlock(context: Context, options: NewBlocks | None = None) -> Hash:
    """Make blocks on the best one; the hash of the last."""
    asked = options or NewBlocks()
    transactions = [extrinsic_of(each) for each in asked.transactions or ()]
    with _refused():
        made = _control(context).new_blocks(
            1 if asked.count is None else asked.count, to=asked.to, transactions=transactions
        )
    return made[-1].hash


@unsafe
def dev_setStorage(context: Context, values: Json, block_hash: Hash | None = None) -> Hash:
    """Write to the state after a block; the hash of the block.

    values: pairs of key and value, null to remove, or entries by pallet, item and key
    """
    with _refused():
        if isinstance(values, dict):
            return _control(context).set_items(values, block_hash)
        return _control(context).set_storage(dict(_pairs(values)), block_hash)


@unsafe
def dev_timeTravel(context: Context, date: str | int) -> int:
    """Let the next block have that time, milliseconds since 1970 or an ISO 8601 date (of UTC where it does not say);
    the time that it will have."""
    with _refused():
        return _control(context).travel(date if isinstance(date, int) else _moment_of(date))


@unsafe
def dev_setHead(context: Context, block: Hash | int) -> Hash:
    """Make a block, or that of a number, the best one; below zero a number counts back."""
    with _refused():
        return _control(context).set_head(block)


@unsafe
def dev_setBlockBuildMode(context: Context, mode: BuildMode) -> None:
    """Make blocks in another way from now on."""
    _control(context).sealer.mode = _MODES[mode]


@unsafe
def dev_snapshot(context: Context) -> int:
    """Remember the node as it is; the number to go back by."""
    return _control(context).snapshot()


@unsafe
def dev_revert(context: Context, number: int) -> Json:
    """Go back to a snapshot, which stays."""
    with _refused():
        _control(context).revert(number)
    return True


def _control(context: Context) -> Control[ServedRuntime]:
    return context.service(Control)


def _pairs(values: Json) -> Iterator[tuple[bytes, bytes | None]]:
    if not isinstance(values, list):
        raise ControlError("storage is given as pairs of key and value, or by pallet, item and key")
    for position, pair in enumerate(values):
        if not isinstance(pair, list) or len(pair) != 2:
            raise ControlError(f"entry {position} is no pair of key and value")
        key, value = pair
        yield read_hex(key), None if value is None else read_hex(value)


def _moment_of(date: str) -> int:
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        raise ControlError(f"{date!r} is no date as 2026-11-21T12:00:00+00:00") from None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except (ValueError, InvalidBlock, NotOurTurn) as error:  # all refusals of a control are ValueErrors
        raise RpcError(REFUSED, f"Error: {error}") from None
