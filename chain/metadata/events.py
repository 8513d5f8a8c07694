"""Events and errors by the names of pallet and variant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chain.metadata.codecs import Codecs
from chain.metadata.errors import MetadataError, NotInMetadata
from chain.metadata.storage import Storage
from chain.metadata.view import View
from chain.record import record


@record
class Event:
    """An event of a block: when and which, and values as `codecs` describes them."""

    phase: Any
    """{"ApplyExtrinsic": index}, "Finalization" or "Initialization"."""
    pallet: str
    name: str
    fields: Any
    """A dict, a tuple, or what the only unnamed field holds; None where there are none."""
    topics: tuple[bytes, ...]


@record
class ModuleError:
    """An error of a pallet."""

    pallet: str
    name: str
    docs: tuple[str, ...]


class Events:
    """Decodes what a block leaves in System.Events."""

    def __init__(self, storage: Storage, codecs: Codecs) -> None:
        self._codec = codecs[storage.item("System", "Events").value_type]

    def decode(self, data: bytes) -> list[Event]:
        """The events of the bytes, in order; raises DecodeError."""
        return [event_of(record) for record in self._codec.decode(data)]

    def encode(self, events: Iterable[Event]) -> bytes:
        """The bytes of the events; raises EncodeError."""
        return self._codec.encode([record_of(event) for event in events])


def event_of(record: dict[str, Any]) -> Event:
    """The event of a value of EventRecord."""
    try:
        [(pallet, inner)] = record["event"].items()
        [(name, fields)] = [(inner, None)] if isinstance(inner, str) else inner.items()
        return Event(record["phase"], pallet, name, fields, tuple(record["topics"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise MetadataError("System.Events", "its values are not records of phase, event and topics") from None


def record_of(event: Event) -> dict[str, Any]:
    """The value of EventRecord that an event is."""
    inner = event.name if event.fields is None else {event.name: event.fields}
    return {"phase": event.phase, "event": {event.pallet: inner}, "topics": list(event.topics)}


def module_error(view: View, pallet_index: int, error: bytes | int) -> ModuleError:
    """The error that a module error's index and bytes name; raises NotInMetadata.

    error: of several bytes the first, as in `ModuleError { index: u8, error: [u8; 4] }`
    """
    pallet = view.pallet_at(pallet_index)
    index = error if isinstance(error, int) else error[0] if error else -1
    for variant in pallet.errors.variants if pallet.errors else ():
        if variant.index == index:
            return ModuleError(pallet.name, variant.name, variant.docs)
    raise NotInMetadata(f"error of {pallet.name} with index", index)
