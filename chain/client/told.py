"""What happened to a state, as JSON in a runtime's own words: changed entries, events, fee, why a call failed.

told = Told(Metadata.decode(data))
told.changes(before, after), told.events(event_bytes)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from chain.client.dispatch_errors import call_error
from chain.client.values import Values
from chain.crypto.ss58 import GENERIC_PREFIX
from chain.metadata import Event, Metadata, NotInMetadata
from chain.metadata.storage import HashedKey
from chain.record import record
from chain.rpc.hexadecimal import to_hex
from chain.rpc.parameters import Json
from chain.scale import DecodeError

EXACT: Final = 2**53 - 1
"""The largest whole number that every reader of JSON takes exactly; above it numbers are written as text."""


@record
class ToldChange:
    """One storage key whose value differs.

    item: `System.Account`, or the storage key where the metadata has no such item
    keys: of a map's entry; before, after: the values, None where there is none
    """

    storage_key: bytes
    item: str
    keys: tuple[Json, ...]
    before: Json
    after: Json

    def __str__(self) -> str:
        keys = f"[{', '.join(map(str, self.keys))}]" if self.keys else ""
        parts = ", ".join(f"{name}{' ' if name else ''}{old} became {new}" for name, old, new in self.parts())
        return f"{self.item}{keys}: {parts}"

    def parts(self) -> Iterator[tuple[str, str, str]]:
        """Name, value before and after of each part that differs; of a record, its fields, as `data.free`."""
        return _parts("", self.before, self.after)


@record
class ToldEvent:
    """An event; extrinsic: whose it is, None before the first and after the last."""

    pallet: str
    name: str
    fields: Json
    extrinsic: int | None = None

    def __str__(self) -> str:
        fields = self.fields
        told = ", ".join(f"{name}={fields[name]!r}" for name in fields) if isinstance(fields, dict) else fields
        return f"{self.pallet}.{self.name}({'' if told is None else told})"


class Told:
    """Tells by the metadata of a runtime."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata
        self._values = Values(metadata, _prefix(metadata))

    def changes(self, before: Mapping[bytes, bytes | None], after: Mapping[bytes, bytes | None]) -> list[ToldChange]:
        """The keys of `after` whose values differ, in order."""
        return [
            self._change(key, before.get(key), after[key]) for key in sorted(after) if before.get(key) != after[key]
        ]

    def events(self, data: bytes | None) -> list[Event]:
        """What System.Events holds; none where the bytes are none."""
        try:
            return self._metadata.events.decode(data or b"\0")
        except DecodeError:
            return []

    def event(self, event: Event) -> ToldEvent:
        """An event as JSON."""
        outer, fields = self._metadata.view.outer.event, event.fields
        if outer is not None and fields is not None:
            shown = self._values.shown(outer, {event.pallet: {event.name: fields}})
            fields = shown[event.pallet][event.name]
        extrinsic = int(event.phase["ApplyExtrinsic"]) if isinstance(event.phase, dict) else None
        return ToldEvent(event.pallet, event.name, plain(fields), extrinsic)

    def fee(self, events: Iterable[Event]) -> int | None:
        """What was paid, None where nobody did."""
        found = _fields(events, "TransactionPayment", "TransactionFeePaid")
        return None if found is None else int(found["actual_fee"])

    def failure(self, events: Iterable[Event]) -> str | None:
        """Why a call failed; None where none did."""
        found = _fields(events, "System", "ExtrinsicFailed")
        return None if found is None else str(call_error(self._metadata, found["dispatch_error"]))

    def _change(self, key: bytes, before: bytes | None, after: bytes | None) -> ToldChange:
        try:
            item, keys = self._metadata.storage.decode_key(key)
            values = [
                None
                if raw is None
                else plain(
                    self._values.shown(item.value_type, self._metadata.storage.decode(item.pallet, item.name, raw))
                )
                for raw in (before, after)
            ]
        except (NotInMetadata, DecodeError):
            raw_values = (None if raw is None else to_hex(raw) for raw in (before, after))
            return ToldChange(key, _name(key), (), *raw_values)
        shown = [
            to_hex(each.digest) if isinstance(each, HashedKey) else plain(self._values.shown(type_id, each))
            for type_id, each in zip(item.key_types, keys, strict=True)
        ]
        return ToldChange(key, f"{item.pallet}.{item.name}", tuple(shown), *values)


def plain(value: Any) -> Json:
    """A decoded value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return to_hex(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > EXACT:
        return str(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def camel_case(name: str) -> str:
    """A pallet's or an item's name as polkadot.js has it: `transactionPayment`, `totalIssuance`."""
    return name.lower() if name.isupper() else name[:1].lower() + name[1:]


def _parts(name: str, before: Json, after: Json) -> Iterator[tuple[str, str, str]]:
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        for each in before:
            yield from _parts(f"{name}.{each}" if name else each, before[each], after[each])
    elif before != after:
        old, new = ("nothing" if value is None else str(value) for value in (before, after))
        yield name, old, new


def _fields(events: Iterable[Event], pallet: str, name: str) -> Any:
    return next((each.fields for each in events if (each.pallet, each.name) == (pallet, name)), None)


def _name(key: bytes) -> str:
    """Well-known keys (`:code`) are text."""
    return key.decode() if key.isascii() and key.decode().isprintable() else to_hex(key)


def _prefix(metadata: Metadata) -> int:
    try:
        found = metadata.constant("System", "SS58Prefix")
    except NotInMetadata:
        return GENERIC_PREFIX
    return found if isinstance(found, int) else GENERIC_PREFIX
