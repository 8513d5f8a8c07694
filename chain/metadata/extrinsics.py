"""Whole extrinsics, taken apart and put together as the metadata says: address, signature, extensions, call.

    04 or 05 ‖ call                                    bare
    84 ‖ address ‖ signature ‖ extensions ‖ call       signed, version 4
    45 ‖ extension version ‖ extensions ‖ call         general, version 5

Bytes here have no length in front.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chain.era import Era
from chain.extrinsic import BARE, BARE_V5, GENERAL, SIGNED, signing_payload
from chain.metadata.calls import Call, Calls, call_of
from chain.metadata.codecs import Codecs, TypeCodec
from chain.metadata.errors import NotInMetadata
from chain.metadata.functions import Read
from chain.metadata.portable import Field
from chain.metadata.view import Extension, View
from chain.record import record
from chain.scale import DecodeError, EncodeError
from chain.scale.depth import TOO_DEEP


@record
class Signer:
    """Who signed, as values of the metadata's types: {"Id": account} and {"Sr25519": signature} mostly."""

    address: Any
    signature: Any


@record
class DecodedExtrinsic:
    """An extrinsic with values as `codecs` describes them."""

    version: int
    """4 or 5."""
    call: Call
    signer: Signer | None = None
    """Of signed extrinsics only."""
    extensions: dict[str, Any] | None = None
    """What each extension put in, by identifier; None in bare extrinsics."""
    extension_version: int | None = None
    """Of general extrinsics only."""


class Extrinsics:
    """Encodes and decodes the extrinsics of one runtime."""

    def __init__(self, view: View, codecs: Codecs, calls: Calls) -> None:
        self._view, self._codecs, self._calls = view, codecs, calls
        self._address, self._signature = codecs[view.extrinsic.address], codecs[view.extrinsic.signature]
        self._call = codecs[view.extrinsic.call]
        self._extension_reads: dict[int, Read] = {}

    def decode(self, data: bytes) -> DecodedExtrinsic:
        """The extrinsic that the whole of `data` is; raises DecodeError."""
        if not data:
            raise DecodeError("Extrinsic", 0, "it is empty")
        form = data[0]
        extrinsic: DecodedExtrinsic
        if form == SIGNED:
            address, offset = self._address.read(data, 1)
            signature, offset = self._signature.read(data, offset)
            extensions, offset = self._read_extensions(0, data, offset)
            call, offset = self._call.read(data, offset)
            extrinsic = DecodedExtrinsic(4, call_of(call), Signer(address, signature), extensions)
        elif form in (BARE, BARE_V5):
            call, offset = self._call.read(data, 1)
            extrinsic = DecodedExtrinsic(form, call_of(call))
        elif form == GENERAL:
            if len(data) < 2:
                raise DecodeError("Extrinsic", 1, "the extension version is missing")
            extensions, offset = self._read_extensions(data[1], data, 2)
            call, offset = self._call.read(data, offset)
            extrinsic = DecodedExtrinsic(5, call_of(call), None, extensions, data[1])
        else:
            raise DecodeError("Extrinsic", 0, f"0x{form:02x} is none of the known forms 0x04, 0x05, 0x45, 0x84")
        if offset != len(data):
            raise DecodeError("Extrinsic", offset, f"{len(data) - offset} bytes are left over")
        return extrinsic

    def encode(self, extrinsic: DecodedExtrinsic) -> bytes:
        """The bytes of an extrinsic; raises EncodeError."""
        call = self._calls.encode_call(extrinsic.call)
        if extrinsic.signer is not None:
            signer = self._address.encode(extrinsic.signer.address) + self._signature.encode(extrinsic.signer.signature)
            return bytes([SIGNED]) + signer + self.extra(extrinsic.extensions or {}) + call
        if extrinsic.extension_version is not None:
            version = extrinsic.extension_version
            return bytes([GENERAL, version]) + self.extra(extrinsic.extensions or {}, version) + call
        return bytes([BARE_V5 if extrinsic.version == 5 else BARE]) + call

    def extra(self, values: Mapping[str, Any], version: int = 0) -> bytes:
        """What the extensions of a set put into the extrinsic, given their values by identifier.

        Those that put nothing in may be left out. Raises EncodeError.
        """
        types = {each.identifier: each.type_id for each in self._set(version)}
        return self._concatenated(types, values, "extra")

    def additional(self, values: Mapping[str, Any], version: int = 0) -> bytes:
        """What the extensions of a set add to the payload, given their values by identifier; as `extra`."""
        types = {each.identifier: each.implicit for each in self._set(version)}
        return self._concatenated(types, values, "additional signed")

    def signing_payload(self, call: Call, extra: Mapping[str, Any], additional: Mapping[str, Any]) -> bytes:
        """What a signer of version 4 signs; the Blake2b-256 of it from 257 bytes on. Raises EncodeError."""
        return signing_payload(self._calls.encode_call(call), self.extra(extra), self.additional(additional))

    def _set(self, version: int) -> tuple[Extension, ...]:
        found = self._view.extrinsic.extension_sets.get(version)
        if found is None:
            raise NotInMetadata("set of extensions", version)
        return found

    def _read_extensions(self, version: int, data: bytes, offset: int) -> tuple[Any, int]:
        read = self._extension_reads.get(version)
        if read is None:
            fields = tuple(Field(each.identifier, each.type_id) for each in self._set_at(version, offset))
            read = self._extension_reads[version] = self._codecs.fields_reader(fields, "Extensions")
        try:
            return read(data, offset)
        except RecursionError:
            raise DecodeError("Extensions", offset, TOO_DEEP) from None

    def _set_at(self, version: int, offset: int) -> tuple[Extension, ...]:
        try:
            return self._set(version)
        except NotInMetadata as error:
            raise DecodeError("Extrinsic", offset - 1, str(error)) from None

    def _concatenated(self, types: Mapping[str, int], values: Mapping[str, Any], what: str) -> bytes:
        unknown = [name for name in values if name not in types]
        if unknown:
            raise EncodeError(what, f"there is no extension {unknown[0]}, only {', '.join(types)}")
        parts = list[bytes]()
        for name, type_id in types.items():
            codec = self._codecs[type_id]
            if name in values:
                parts.append(self._told(codec, values[name], f"{what} of {name}"))
            elif self._codecs.registry.measures.sizes[type_id]:
                raise EncodeError(what, f"the value of {name} is missing, a {codec.name}")
        return b"".join(parts)

    def _told(self, codec: TypeCodec, value: Any, what: str) -> bytes:
        try:
            return codec.encode(value)
        except EncodeError as error:
            raise EncodeError(what, error.reason) from None


def era_value(era: Era) -> Any:
    """The era as a value of sp_runtime's Era, whose variants are Immortal and Mortal1 to Mortal255."""
    first, *second = era.encode()
    return {f"Mortal{first}": second[0]} if second else "Immortal"


def era_of(value: Any) -> Era:
    """The era that a value of sp_runtime's Era is; raises DecodeError where it is none."""
    if value == "Immortal":
        return Era(0, 0)
    try:
        [(name, second)] = value.items()
        return Era.decode(bytes([int(name.removeprefix("Mortal")), second]))
    except (AttributeError, TypeError, ValueError) as error:
        raise error if isinstance(error, DecodeError) else DecodeError("Era", 0, f"{value!r} is no era") from None
