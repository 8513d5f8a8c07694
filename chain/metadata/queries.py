"""Questions that a runtime answers, by name: its APIs, and the view functions of its pallets.

An API's method is asked for as `Api_method` with its inputs one after the other; a view function by the id that the
metadata gives it and its inputs, through `RuntimeViewFunction_execute_view_function`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chain.metadata.codecs import Codecs
from chain.metadata.errors import NotInMetadata
from chain.metadata.v15 import FunctionParameter
from chain.metadata.v16 import ViewFunction
from chain.metadata.view import RuntimeApi, RuntimeApiMethod, View
from chain.scale import EncodeError


class Queries:
    """The runtime APIs and view functions of one runtime; V14 says nothing of them."""

    def __init__(self, view: View, codecs: Codecs) -> None:
        self._view, self._codecs = view, codecs

    def method(self, api: str, name: str) -> RuntimeApiMethod:
        """What the metadata says of a method; raises NotInMetadata."""
        found: RuntimeApi | None = next((each for each in self._view.apis if each.name == api), None)
        if found is None:
            raise NotInMetadata("runtime API", api, [each.name for each in self._view.apis])
        for each in found.methods:
            if each.name == name:
                return each
        raise NotInMetadata("method", f"{api}_{name}", [f"{api}_{each.name}" for each in found.methods])

    def encode_inputs(self, api: str, name: str, **inputs: Any) -> bytes:
        """The bytes to ask a method with; raises EncodeError."""
        return self._inputs(f"{api}_{name}", self.method(api, name).inputs, inputs)

    def decode_output(self, api: str, name: str, data: bytes) -> Any:
        """What a method answered; raises DecodeError."""
        return self._codecs[self.method(api, name).output].decode(data)

    def view_function(self, pallet: str, name: str) -> ViewFunction:
        """What the metadata says of a view function; raises NotInMetadata."""
        functions = self._view.pallet(pallet).view_functions
        for each in functions:
            if each.name == name:
                return each
        raise NotInMetadata("view function", f"{pallet}.{name}", [f"{pallet}.{each.name}" for each in functions])

    def encode_view_inputs(self, pallet: str, name: str, **inputs: Any) -> bytes:
        """The inputs of a view function, without their length; raises EncodeError."""
        return self._inputs(f"{pallet}.{name}", self.view_function(pallet, name).inputs, inputs)

    def decode_view_output(self, pallet: str, name: str, data: bytes) -> Any:
        """What a view function answered; raises DecodeError."""
        return self._codecs[self.view_function(pallet, name).output].decode(data)

    def _inputs(self, what: str, parameters: tuple[FunctionParameter, ...], inputs: Mapping[str, Any]) -> bytes:
        names = [each.name for each in parameters]
        if sorted(names) != sorted(inputs):
            raise EncodeError(what, f"its inputs are {', '.join(names) or 'none'}, not {', '.join(inputs) or 'none'}")
        return b"".join([self._codecs[each.type_id].encode(inputs[each.name]) for each in parameters])
