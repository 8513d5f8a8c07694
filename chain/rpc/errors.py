"""What a request is refused with: codes and texts are those of Substrate's nodes.

-32700 … -32600   JSON-RPC 2.0
-32006 … -32010   limits of the server (jsonrpsee)
1001 … 1021       transactions (sc_rpc_api::author)
4001 … 4003       state (sc_rpc_api::state)
1, 2              what a development chain refuses, as chopsticks does
"""

from __future__ import annotations

from typing import Final

from chain.node.chain_store import UnknownBlock
from chain.node.pool_errors import (
    AlreadyImported,
    CycleDetected,
    ImmediatelyDropped,
    NoTagsProvided,
    PoolError,
    TemporarilyBanned,
    TooLowPriority,
)
from chain.runtime_api import UnknownRuntimeMethod
from chain.scale import DecodeError
from chain.store.block_store import PrunedBlock
from chain.validity import InvalidTransaction, TransactionInvalid, Undecodable

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
TOO_MANY_SUBSCRIPTIONS: Final = -32006
REQUEST_TOO_BIG: Final = -32007
RESPONSE_TOO_BIG: Final = -32008
BATCH_TOO_BIG: Final = -32010

BAD_FORMAT: Final = 1001
VERIFICATION_ERROR: Final = 1002
INVALID_TRANSACTION: Final = 1010
UNKNOWN_VALIDITY: Final = 1011
OTHER_TRANSACTION_ERROR: Final = 1040
INVALID_BLOCK_RANGE: Final = 4001
INVALID_COUNT: Final = 4002
CLIENT_ERROR: Final = 4003

_POOL: Final[dict[type[PoolError], tuple[int, str, str | None]]] = {
    TemporarilyBanned: (1012, "Transaction is temporarily banned", None),
    AlreadyImported: (1013, "Transaction Already Imported", None),
    TooLowPriority: (
        1014,
        "",
        "The transaction has too low priority to replace another transaction already in the pool.",
    ),
    CycleDetected: (1015, "Cycle Detected", None),
    ImmediatelyDropped: (
        1016,
        "Immediately Dropped",
        "The transaction couldn't enter the pool because of the limit",
    ),
    NoTagsProvided: (1019, "No tags provided", "Transaction does not provide any tags, so the pool can't identify it"),
}
"""Code, message (that of the error where it is empty), data."""


class RpcError(Exception):
    """A request is refused; `data` says more, where there is more to say."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(code, message, data)
        self.code = code
        self.message = message
        self.data = data

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" + (f": {self.data}" if self.data else "")

    @property
    def as_json(self) -> dict[str, object]:
        """The error object of a reply."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        if self.data is not None:
            error["data"] = self.data
        return error


def method_not_found(method: str) -> RpcError:
    """Nothing of this name is served."""
    return RpcError(METHOD_NOT_FOUND, "Method not found", f"{method[:100]}; rpc_methods lists what is served")


def unsafe_refused() -> RpcError:
    """The method is for those who run the node."""
    return RpcError(METHOD_NOT_FOUND, "RPC call is unsafe to be called externally")


def invalid_params(reason: str) -> RpcError:
    """The parameters are not those of the method; `reason` says which, and what it should be."""
    return RpcError(INVALID_PARAMS, "Invalid params", reason)


def client_error(reason: str) -> RpcError:
    """The chain or its runtime has no answer."""
    return RpcError(CLIENT_ERROR, f"Client error: {reason}")


def refusal_of(error: Exception) -> RpcError | None:
    """What a client is told of an error that a chain or a pool may raise; None for what is a bug."""
    if isinstance(error, RpcError):
        return error
    if isinstance(error, PrunedBlock):  # before UnknownBlock, which it is, too
        return client_error(f"Api called for an unknown Block: {error}")
    if isinstance(error, UnknownBlock):
        return client_error(f"UnknownBlock: Header was not found in the database: 0x{error.block_hash.hex()}")
    if isinstance(error, UnknownRuntimeMethod):
        return client_error(f"Execution failed: Exported method {error.method} is not found")
    if isinstance(error, TransactionInvalid):
        return _transaction_refused(error)
    if isinstance(error, PoolError):
        code, message, data = _POOL.get(type(error), (OTHER_TRANSACTION_ERROR, "", None))
        return RpcError(code, message or str(error), data)
    return None


def panic_of(error: Undecodable) -> str:
    """What a node says of a runtime that panics over the bytes of a transaction."""
    return f"Runtime error: Execution failed: Runtime panicked: {_bad_input('validate_transaction', error.error)}"


def bad_input(method: str, error: DecodeError) -> RpcError:
    """A runtime's method was called with bytes that are not its arguments."""
    return client_error(f"Execution failed: Runtime panicked: {_bad_input(method.partition('_')[2], error)}")


def _bad_input(function: str, error: DecodeError) -> str:
    return f"Bad input data provided to {function}: {error}"


def _transaction_refused(error: TransactionInvalid) -> RpcError:
    if isinstance(error, Undecodable):
        panic = panic_of(error)
        shown = panic.removeprefix("Runtime error: ").replace("\\", "\\\\").replace('"', '\\"')
        return RpcError(VERIFICATION_ERROR, f"Verification Error: {panic}", f'RuntimeApi("{shown}")')
    if isinstance(error, InvalidTransaction):
        reason = error.reason if error.custom is None else f"Custom error: {error.custom}"
        return RpcError(INVALID_TRANSACTION, "Invalid Transaction", reason)
    return RpcError(UNKNOWN_VALIDITY, "Unknown Transaction Validity", error.name)
