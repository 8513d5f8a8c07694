"""What `chainHead_v1_` methods refuse; codes are the interface's, texts those of sc_rpc_spec_v2::chain_head."""

from __future__ import annotations

from typing import Final

from chain.rpc.errors import RpcError

TOO_MANY_FOLLOWS: Final = -32800
BLOCK_NOT_PINNED: Final = -32801
WITHOUT_RUNTIME: Final = -32802
NOT_WAITING: Final = -32803
DUPLICATE_HASHES: Final = -32804


def too_many_follows() -> RpcError:
    """The connection follows as often as it may."""
    return RpcError(TOO_MANY_FOLLOWS, "Maximum number of chainHead_follow has been reached")


def block_not_pinned() -> RpcError:
    """The session has not told of the block, or the client has unpinned it."""
    return RpcError(BLOCK_NOT_PINNED, "Invalid block hash")


def without_runtime() -> RpcError:
    """The session tells nothing of runtimes, so it calls none."""
    return RpcError(
        WITHOUT_RUNTIME, "The runtime updates flag must be set", "call chainHead_v1_follow with withRuntime true"
    )


def not_waiting() -> RpcError:
    """The operation has not asked its client to continue."""
    return RpcError(NOT_WAITING, "Wait for continue event was not generated for the subscription")


def duplicate_hashes() -> RpcError:
    """A list of blocks to unpin has one of them twice."""
    return RpcError(DUPLICATE_HASHES, "Received duplicate hashes for the `chainHead_unpin` method")
