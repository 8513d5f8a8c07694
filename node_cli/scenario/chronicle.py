"""What stands in the blocks: every call with its signer, its cost and its fee, and every event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chain.extrinsic import SignedExtrinsic, split, with_length_prefix
from chain.node.service import Node
from chain.primitives import AccountId, Balance, BlockNumber
from pallets.frame.call import RuntimeCall
from pallets.frame.event import ApplyExtrinsic, EventRecord, PalletEvent
from pallets.frame.weight import Weight
from pallets.system.events import ExtrinsicFailed, ExtrinsicSuccess
from pallets.transaction_payment import TransactionFeePaid
from runtime.dev import DevRuntime


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One extrinsic. `signer` is None for an inherent; `size`: its bytes in the block; `weight`: as it was charged."""

    name: str
    signer: AccountId | None
    size: int
    weight: Weight
    fee: Balance
    is_successful: bool


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """One block. `weight`: all that it used, with what hooks did; `size`: bytes of the whole block."""

    number: BlockNumber
    size: int
    weight: Weight
    calls: tuple[CallEntry, ...]
    events: tuple[PalletEvent, ...]


def chronicle_of(node: Node[DevRuntime]) -> Iterator[BlockEntry]:
    """Every block of the best chain after genesis."""
    for number in range(1, node.best.number + 1):
        imported = node.chain.at(number)
        if imported is None:
            return
        runtime = node.runtime_at(imported.hash)
        records = runtime.system.events.get()
        calls = tuple(
            _call_entry(runtime, extrinsic, [each for each in records if _index_of(each) == index])
            for index, extrinsic in enumerate(imported.block.extrinsics)
        )
        weight = runtime.system.block_weight.get().total()
        events = tuple(record.event.event for record in records)
        yield BlockEntry(number, len(imported.block.encoded), weight, calls, events)


def _index_of(record: EventRecord) -> int | None:
    return record.phase.extrinsic if isinstance(record.phase, ApplyExtrinsic) else None


def _call_entry(runtime: DevRuntime, extrinsic: bytes, records: list[EventRecord]) -> CallEntry:
    call, signer = _call_of(runtime, extrinsic)
    weight, fee, is_successful = Weight(), 0, True
    for record in records:
        event = record.event.event
        if isinstance(event, ExtrinsicSuccess | ExtrinsicFailed):
            weight, is_successful = event.dispatch_info.weight, isinstance(event, ExtrinsicSuccess)
        elif isinstance(event, TransactionFeePaid):
            fee = event.actual_fee
    name = f"{call.target.pallet}.{call.target.name}"
    return CallEntry(name, signer, len(with_length_prefix(extrinsic)), weight, fee, is_successful)


def _call_of(runtime: DevRuntime, extrinsic: bytes) -> tuple[RuntimeCall, AccountId | None]:
    """The call, and who signed it; the extrinsic is in a block, so it can be decoded."""
    envelope = split(extrinsic)
    if not isinstance(envelope, SignedExtrinsic):
        return runtime.decode_call(extrinsic[envelope.offset :]), None
    _, call_at = runtime.extensions.read(extrinsic, envelope.offset)
    return runtime.decode_call(extrinsic[call_at:]), envelope.signer
