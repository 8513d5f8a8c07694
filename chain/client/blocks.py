"""Blocks, extrinsics and events, read with the metadata of the runtime that made them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from html import escape
from typing import Any, Final

from chain.block import Block, Header
from chain.client.dispatch_errors import call_error
from chain.client.errors import CallError, CallFailed
from chain.client.rows import Rows
from chain.client.runtimes import KnownRuntime
from chain.extrinsic import extrinsic_hash
from chain.metadata import Call, DecodedExtrinsic
from chain.metadata import Event as DecodedEvent
from chain.primitives import Hash
from chain.rpc.hexadecimal import to_hex

_FEE_PAID: Final = ("TransactionPayment", "TransactionFeePaid")
_FAILED: Final = ("System", "ExtrinsicFailed")


class BlockView:
    """A block of the chain.

    runtime: the one that executed it; events: what it left in System.Events, asked for when needed
    """

    def __init__(self, block: Block, runtime: KnownRuntime, events: Callable[[], bytes | None]) -> None:
        self.block = block
        self.runtime = runtime
        self._events_asked = events

    @property
    def header(self) -> Header:
        """The header."""
        return self.block.header

    @property
    def number(self) -> int:
        """How many blocks came before."""
        return self.header.number

    @property
    def hash(self) -> Hash:
        """What it is called by."""
        return self.header.hash

    @cached_property
    def extrinsics(self) -> Rows[ExtrinsicView]:
        """What it executed, in order."""
        found = (ExtrinsicView(self, index, data) for index, data in enumerate(self.block.extrinsics))
        return Rows(f"extrinsics of block {self.number}", found, ExtrinsicView.as_row)

    @cached_property
    def events(self) -> Rows[EventView]:
        """What it told, in order."""
        data = self._events_asked()
        decoded = [] if data is None else self.runtime.metadata.events.decode(data)
        found = (EventView(self, index, event) for index, event in enumerate(decoded))
        return Rows(f"events of block {self.number}", found, EventView.as_row)

    @property
    def timestamp(self) -> int | None:
        """Milliseconds since 1970, as its inherent says; None where it has none."""
        for each in self.extrinsics:
            if (each.call.pallet, each.call.name) == ("Timestamp", "set"):
                moment = each.call.arguments.get("now")
                return moment if isinstance(moment, int) else None
        return None

    def as_row(self) -> dict[str, Any]:
        """Its cells in a table."""
        return {
            "number": self.number,
            "hash": to_hex(self.hash),
            "timestamp": self.timestamp,
            "extrinsics": len(self.extrinsics),
            "events": len(self.events),
            "state_root": to_hex(self.header.state_root),
            "spec_version": self.runtime.version.spec_version,
        }

    def __eq__(self, other: object) -> bool:
        return self.hash == other.hash if isinstance(other, BlockView) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"<block {self.number}, {to_hex(self.hash)[:10]}…, {len(self.block.extrinsics)} extrinsics>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.extrinsics._repr_html_()}{self.events._repr_html_()}"


class ExtrinsicView:
    """An extrinsic in a block, and what came of it."""

    def __init__(self, block: BlockView, index: int, data: bytes) -> None:
        self.block = block
        self.index = index
        self.data = data
        """Without length prefix."""

    @property
    def hash(self) -> Hash:
        """What it is called by."""
        return extrinsic_hash(self.data)

    @cached_property
    def decoded(self) -> DecodedExtrinsic:
        """All its parts."""
        return self.block.runtime.metadata.extrinsics.decode(self.data)

    @property
    def call(self) -> Call:
        """What it calls."""
        return self.decoded.call

    @property
    def signer(self) -> str | None:
        """The address of who signed it; None where nobody did."""
        if self.decoded.signer is None:
            return None
        runtime = self.block.runtime
        address = runtime.values.shown(runtime.metadata.view.extrinsic.address, self.decoded.signer.address)
        return str(address["Id"] if isinstance(address, dict) and "Id" in address else address)

    @property
    def events(self) -> Rows[EventView]:
        """What it told."""
        return self.block.events.where(lambda event: event.extrinsic == self.index)

    @property
    def error(self) -> CallError | None:
        """Why its call failed; None where it did not."""
        for event in self.events:
            if (event.pallet, event.name) == _FAILED:
                return call_error(self.block.runtime.metadata, event.fields["dispatch_error"])
        return None

    @property
    def is_success(self) -> bool:
        """Whether its call did not fail."""
        return self.error is None

    @property
    def fee(self) -> int:
        """What its signer paid, in planck; 0 where nothing was."""
        paid = (event.fields["actual_fee"] for event in self.events if (event.pallet, event.name) == _FEE_PAID)
        return int(next(paid, 0))

    def checked(self) -> ExtrinsicView:
        """Itself; raises CallFailed where its call failed."""
        error = self.error
        if error is not None:
            raise CallFailed(f"{self.call.pallet}.{self.call.name}", error)
        return self

    def as_row(self) -> dict[str, Any]:
        """Its cells in a table."""
        error = self.error
        return {
            "block": self.block.number,
            "index": self.index,
            "hash": to_hex(self.hash),
            "signer": self.signer,
            "pallet": self.call.pallet,
            "call": self.call.name,
            "arguments": shown_arguments(self.block.runtime, self.call),
            "fee": self.fee,
            "error": None if error is None else str(error),
        }

    def __repr__(self) -> str:
        error = self.error
        outcome = "succeeded" if error is None else f"failed with {error}"
        place = f"in block {self.block.number} at {self.index}"
        return f"<{self.call.pallet}.{self.call.name} {place}: {outcome}, fee {self.fee}, {len(self.events)} events>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.events._repr_html_()}"


class EventView:
    """An event of a block."""

    def __init__(self, block: BlockView, index: int, event: DecodedEvent) -> None:
        self.block = block
        self.index = index
        self.event = event

    @property
    def pallet(self) -> str:
        """Whose event it is."""
        return self.event.pallet

    @property
    def name(self) -> str:
        """What it is called."""
        return self.event.name

    @property
    def fields(self) -> Any:
        """What it tells, as metadata's codecs have it: a dict mostly, None where it tells nothing more."""
        return self.event.fields

    @property
    def extrinsic(self) -> int | None:
        """The extrinsic that it belongs to; None before the first and after the last."""
        phase = self.event.phase
        return int(phase["ApplyExtrinsic"]) if isinstance(phase, dict) else None

    def shown(self) -> Any:
        """What it tells, as people read it."""
        runtime = self.block.runtime
        inner = self.name if self.fields is None else {self.name: self.fields}
        outer = runtime.metadata.view.outer.event
        if outer is None:
            return self.fields
        found = runtime.values.shown(outer, {self.pallet: inner})[self.pallet]
        return found[self.name] if isinstance(found, dict) else None

    def as_row(self) -> dict[str, Any]:
        """Its cells in a table."""
        return {
            "block": self.block.number,
            "index": self.index,
            "extrinsic": self.extrinsic,
            "pallet": self.pallet,
            "event": self.name,
            "fields": self.shown(),
        }

    def __repr__(self) -> str:
        fields = self.shown()
        told = ", ".join(f"{name}={value!r}" for name, value in fields.items()) if isinstance(fields, dict) else fields
        return f"{self.pallet}.{self.name}({'' if told is None else told})"


def shown_arguments(runtime: KnownRuntime, call: Call) -> dict[str, Any]:
    """The arguments of a call, as people read them."""
    fields = {str(field.name): field.type_id for field in runtime.metadata.calls.variant(call.pallet, call.name).fields}
    return {
        name: runtime.values.shown(fields[name], value) if name in fields else value
        for name, value in call.arguments.items()
    }
