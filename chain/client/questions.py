"""Questions that a runtime answers without a transaction: its APIs, and the view functions of its pallets.

net.api.TransactionPaymentApi.query_weight_to_fee(weight={"ref_time": 10**9, "proof_size": 0})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chain.client.endpoint import Endpoint
from chain.client.storage import BlockLike, Reader
from chain.metadata.v15 import FunctionParameter
from chain.scale import DecodeError, codec_of

_VIEW_FUNCTION: Final = "RuntimeViewFunction_execute_view_function"
_ANSWER: Final = codec_of(bytes)


class ViewFunctionFailed(Exception):
    """A runtime does not answer a view function; the message says why."""


class _Question:
    """What API methods and view functions have in common."""

    def __init__(self, chain: Reader, owner: str, name: str, docs: Sequence[str]) -> None:
        self._chain, self._owner, self._name = chain, owner, name
        self.__name__ = name
        self.__doc__ = "\n".join(docs).strip() or f"{owner}.{name}"

    @property
    def _endpoint(self) -> Endpoint:
        return self._chain.endpoint

    def __repr__(self) -> str:
        return f"<{self._owner}.{self._name}>"


class ApiMethod(_Question):
    """A method of a runtime API: call it with its inputs by name."""

    def __init__(self, chain: Reader, api: str, name: str) -> None:
        """Raises NotInMetadata."""
        method = chain.runtime_after(chain.hash_of(None)).metadata.queries.method(api, name)
        super().__init__(chain, api, name, method.docs)

    def __call__(self, *, at: BlockLike = None, **inputs: Any) -> Any:
        """The answer on the state after a block, the best one by default; raises EncodeError, RequestRefused."""
        block_hash = self._chain.hash_of(at)
        runtime = self._chain.runtime_after(block_hash)
        queries = runtime.metadata.queries
        taken = _taken(runtime.values.taken, queries.method(self._owner, self._name).inputs, inputs)
        data = queries.encode_inputs(self._owner, self._name, **taken)
        answer = self._endpoint.call(f"{self._owner}_{self._name}", data, block_hash)
        return queries.decode_output(self._owner, self._name, answer)


class ViewFunctionCall(_Question):
    """A view function of a pallet: call it with its inputs by name."""

    def __init__(self, chain: Reader, pallet: str, name: str) -> None:
        """Raises NotInMetadata."""
        function = chain.runtime_after(chain.hash_of(None)).metadata.queries.view_function(pallet, name)
        super().__init__(chain, pallet, name, function.docs)

    def __call__(self, *, at: BlockLike = None, **inputs: Any) -> Any:
        """The answer on the state after a block, the best one by default.

        Raises EncodeError, ViewFunctionFailed, RequestRefused.
        """
        block_hash = self._chain.hash_of(at)
        runtime = self._chain.runtime_after(block_hash)
        queries = runtime.metadata.queries
        function = queries.view_function(self._owner, self._name)
        taken = _taken(runtime.values.taken, function.inputs, inputs)
        data = queries.encode_view_inputs(self._owner, self._name, **taken)
        answer = self._endpoint.call(_VIEW_FUNCTION, function.query_id + _ANSWER.encode(data), block_hash)
        if answer[:1] != b"\0":  # Result<Vec<u8>, ViewFunctionDispatchError>
            raise ViewFunctionFailed(f"{self._owner}.{self._name}: the runtime answers with error 0x{answer[1:].hex()}")
        try:
            return queries.decode_view_output(self._owner, self._name, _ANSWER.decode(answer[1:]))
        except DecodeError as error:
            raise ViewFunctionFailed(f"{self._owner}.{self._name}: {error}") from error


def _taken(take: Any, parameters: Sequence[FunctionParameter], inputs: Mapping[str, Any]) -> dict[str, Any]:
    types = {each.name: each.type_id for each in parameters}
    return {name: take(types[name], value) if name in types else value for name, value in inputs.items()}
