"""The codecs of a runtime's types: what a caller has of the generated functions.

Values are written as serde writes them, so that Rust authors know them and JSON can hold them, bytes apart:

    struct                        {"nonce": 0, "data": {…}}        a dict of its fields
    struct of one unnamed field   what the field holds             an AccountId32 is 32 bytes
    other unnamed fields, tuple   (1, 2)                           a list will do
    unit, empty struct            None
    enum                          "Normal"                         a variant without fields
                                  {"Id": b"…"}, {"Some": 5}        one unnamed field: what it holds
                                  {"Transfer": {"amount": 5, …}}   named fields
    Vec, array; of u8             [1, 2]; bytes                    hex after 0x will do
    BTreeMap<K, V>                [(key, value), …]                in the order that they stand in
    Compact<T>                    an int, also of a struct around one
    BitVec                        BitSequence
"""

from __future__ import annotations

import struct
from typing import Any, Final

from chain.metadata.errors import MetadataError
from chain.metadata.explain import fault_of
from chain.metadata.functions import Read, ReadTable, WriteTable
from chain.metadata.portable import Field
from chain.metadata.registry import Registry
from chain.metadata.shapes import shape_of_fields
from chain.scale import refusals, requirements
from chain.scale.depth import TOO_DEEP
from chain.scale.errors import DecodeError, EncodeError

ENCODING_FAILURES: Final = (
    struct.error,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)
"""What generated functions raise for values that are not of the type."""


class TypeCodec:
    """Encodes and decodes the values of one type of a registry."""

    __slots__ = ("_reads", "_registry", "_writes", "name", "type_id")

    def __init__(self, registry: Registry, reads: ReadTable, writes: WriteTable, type_id: int) -> None:
        self.type_id = type_id
        self.name = registry.name(type_id)
        self._registry, self._reads, self._writes = registry, reads, writes

    def __repr__(self) -> str:
        return f"<codec of type {self.type_id}, {self.name}>"

    def read(self, data: bytes, offset: int) -> tuple[Any, int]:
        """The value that begins at an offset, and the offset after it; raises DecodeError."""
        try:
            return self._reads[self.type_id](data, offset)
        except RecursionError:
            raise DecodeError(self.name, offset, TOO_DEEP) from None

    def decode(self, data: bytes) -> Any:
        """The value that the whole of the bytes encodes; raises DecodeError."""
        if type(data) is not bytes:
            data = requirements.as_input(data)
        value, end = self.read(data, 0)
        if end != len(data):
            raise refusals.left_over(self.name, end, data)
        return value

    def encode(self, value: Any) -> bytes:
        """The bytes of a value; raises EncodeError."""
        try:
            return self._writes[self.type_id](value)
        except MetadataError:
            raise
        except ENCODING_FAILURES as error:
            reason = fault_of(self._registry, self.type_id, value)
            if reason is None and not isinstance(error, RecursionError):
                raise
            raise EncodeError(self.name, reason or TOO_DEEP) from None


class Codecs(dict[int, TypeCodec]):
    """The codecs of a registry's types by number; raises NotInMetadata for a number that it does not have."""

    def __init__(self, registry: Registry) -> None:
        super().__init__()
        self.registry = registry
        self._reads, self._writes = ReadTable(registry), WriteTable(registry)

    def fields_reader(self, fields: tuple[Field, ...], name: str) -> Read:
        """Reads fields that stand one after the other; with names, a dict of them."""
        return self._reads.compiled(shape_of_fields(self.registry, fields, name), name, name)

    def __missing__(self, type_id: int) -> TypeCodec:
        codec = self[type_id] = TypeCodec(self.registry, self._reads, self._writes, type_id)
        return codec
