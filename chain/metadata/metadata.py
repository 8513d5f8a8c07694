"""The metadata of one runtime, and all that can be done with it: the entry to this package.

metadata = Metadata.decode(data)
metadata.calls.encode("Balances", "transfer_keep_alive", dest={"Id": bob}, value=5)
metadata.storage.key("System", "Account", alice)
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from chain.metadata.calls import Calls
from chain.metadata.codecs import Codecs
from chain.metadata.envelope import RuntimeMetadata, decode_metadata
from chain.metadata.errors import NotInMetadata
from chain.metadata.events import Events, ModuleError, module_error
from chain.metadata.extrinsics import Extrinsics
from chain.metadata.queries import Queries
from chain.metadata.registry import Registry
from chain.metadata.storage import Storage
from chain.metadata.unify import view_of
from chain.metadata.view import Constant, Pallet, View


class Metadata:
    """The metadata of one runtime; raises MetadataError where its parts do not fit together."""

    def __init__(self, records: RuntimeMetadata) -> None:
        self.records = records
        """As they were decoded."""
        self.registry = Registry(records.types)
        self.view: View = view_of(records, self.registry)
        """The same for all versions."""

    @classmethod
    def decode(cls, data: bytes) -> Metadata:
        """Of the bytes, which begin with the word `meta`; raises DecodeError, or MetadataError."""
        return cls(decode_metadata(data))

    @cached_property
    def codecs(self) -> Codecs:
        """The codec of each type, by its number."""
        return Codecs(self.registry)

    @cached_property
    def calls(self) -> Calls:
        """Calls by name."""
        return Calls(self.view, self.codecs)

    @cached_property
    def storage(self) -> Storage:
        """Storage keys and values by name."""
        return Storage(self.view, self.codecs)

    @cached_property
    def events(self) -> Events:
        """What System.Events holds."""
        return Events(self.storage, self.codecs)

    @cached_property
    def extrinsics(self) -> Extrinsics:
        """Whole extrinsics."""
        return Extrinsics(self.view, self.codecs, self.calls)

    @cached_property
    def queries(self) -> Queries:
        """Runtime APIs and view functions."""
        return Queries(self.view, self.codecs)

    def pallet(self, name: str) -> Pallet:
        """What the metadata says of a pallet; raises NotInMetadata."""
        return self.view.pallet(name)

    def constant(self, pallet: str, name: str) -> Any:
        """The value of a constant; raises NotInMetadata."""
        constants: tuple[Constant, ...] = self.pallet(pallet).constants
        found = next((each for each in constants if each.name == name), None)
        if found is None:
            raise NotInMetadata("constant", f"{pallet}.{name}", [f"{pallet}.{each.name}" for each in constants])
        return self.codecs[found.type_id].decode(found.value)

    def custom_value(self, name: str) -> Any:
        """The value of a custom entry; raises NotInMetadata, also where its type is not there."""
        found = self.view.custom.get(name)
        if found is None:
            raise NotInMetadata("custom value", name, self.view.custom)
        return self.codecs[found.type_id].decode(found.value)

    def module_error(self, pallet_index: int, error: bytes | int) -> ModuleError:
        """The error that a module error's index and bytes name; raises NotInMetadata."""
        return module_error(self.view, pallet_index, error)
