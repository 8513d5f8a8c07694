"""Calling a runtime's API for a client."""

from __future__ import annotations

from chain.rpc.context import ServedRuntime
from chain.rpc.errors import bad_input, client_error
from chain.scale import DecodeError
from chain.validity import InvalidBlock


def called(runtime: ServedRuntime, method: str, data: bytes) -> bytes:
    """The encoded answer; what the call writes is not kept.

    Raises RpcError where the arguments are none of the method, UnknownRuntimeMethod, and whatever else it raises.
    """
    try:
        return runtime.call(method, data)
    except DecodeError as error:
        raise bad_input(method, error) from None
    except InvalidBlock as error:
        raise client_error(f"Execution failed: {method}: {error}") from None
