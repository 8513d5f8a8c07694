"""Calls by the names of pallet and call."""

from __future__ import annotations

from typing import Any

from chain.metadata.codecs import Codecs
from chain.metadata.errors import MetadataError, NotInMetadata
from chain.metadata.portable import Variant
from chain.metadata.view import View
from chain.record import record
from chain.scale import EncodeError


@record
class Call:
    """A call of a runtime: names, and values as `codecs` describes them."""

    pallet: str
    name: str
    arguments: dict[str, Any]


class Calls:
    """Encodes and decodes the calls of one runtime."""

    def __init__(self, view: View, codecs: Codecs) -> None:
        self._view = view
        self._outer = codecs[view.extrinsic.call]

    def encode(self, pallet: str, name: str, /, **arguments: Any) -> bytes:
        """The bytes of a call; raises NotInMetadata for a name that is not there, EncodeError for an argument."""
        return self.encode_call(Call(pallet, name, arguments))

    def encode_call(self, call: Call) -> bytes:
        """As `encode`, of a call at hand."""
        try:
            return self._outer.encode(value_of(call))
        except EncodeError:
            self.variant(call.pallet, call.name)
            raise

    def decode(self, data: bytes) -> Call:
        """The call that the whole of the bytes encodes; raises DecodeError."""
        return call_of(self._outer.decode(data))

    def read(self, data: bytes, offset: int) -> tuple[Call, int]:
        """The call that begins at an offset, and the offset after it; raises DecodeError."""
        value, end = self._outer.read(data, offset)
        return call_of(value), end

    def variant(self, pallet: str, name: str) -> Variant:
        """What the metadata says of a call; raises NotInMetadata."""
        calls = self._view.pallet(pallet).calls
        variants = calls.variants if calls else ()
        call = next((each for each in variants if each.name == name), None)
        if call is None:
            raise NotInMetadata("call", f"{pallet}.{name}", [f"{pallet}.{each.name}" for each in variants])
        return call


def value_of(call: Call) -> dict[str, Any]:
    """The call as a value of the runtime's enum of calls."""
    return {call.pallet: {call.name: call.arguments} if call.arguments else call.name}


def call_of(value: Any) -> Call:
    """The call that a value of the runtime's enum of calls is; raises MetadataError where it has another form."""
    pallet, inner = _only_item(value)
    if isinstance(inner, str):
        return Call(pallet, inner, {})
    name, arguments = _only_item(inner)
    return Call(pallet, name, _by_name(arguments))


def _only_item(value: Any) -> tuple[str, Any]:
    if not isinstance(value, dict) or len(value) != 1:
        raise MetadataError("the extrinsic's call", "it is no enum of the pallets' enums of calls")
    [(name, inner)] = value.items()
    return name, inner


def _by_name(arguments: Any) -> dict[str, Any]:
    """The arguments, numbered where the call does not name them."""
    if isinstance(arguments, dict):
        return arguments
    values = arguments if isinstance(arguments, tuple) else (arguments,)
    return {str(number): value for number, value in enumerate(values)}
