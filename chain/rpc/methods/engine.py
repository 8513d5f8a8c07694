"""engine: making and finalizing blocks by hand."""

from __future__ import annotations

from chain.node.chain_store import NotFinalizable
from chain.node.consensus import NotOurTurn
from chain.primitives import Hash
from chain.rpc.context import Context
from chain.rpc.errors import RpcError
from chain.rpc.parameters import Json
from chain.rpc.registry import unsafe
from chain.validity import InvalidBlock

EMPTY_POOL = 12_000
BLOCK_NOT_FOUND = 13_000
CONSENSUS_ERROR = 14_000


@unsafe
def engine_createBlock(context: Context, create_empty: bool, finalize: bool, parent_hash: Hash | None = None) -> Json:
    """Make a block on the best one, or on another; without transactions only where `create_empty` says so."""
    node = context.node
    if parent_hash is not None and parent_hash not in node.chain:
        raise RpcError(BLOCK_NOT_FOUND, "Supplied parent_hash doesn't exist in chain")
    if not create_empty and next(node.pool.ready(), None) is None:
        raise RpcError(
            EMPTY_POOL, "Transaction pool is empty, set create_empty to true, if you want to create empty blocks"
        )
    try:
        block = node.seal(parent_hash)
    except (InvalidBlock, NotOurTurn) as error:
        raise RpcError(CONSENSUS_ERROR, str(error)) from None
    if finalize:
        _finalize(context, block.hash)
    return {
        "hash": block.hash,
        "aux": {
            "header_only": False,
            "clear_justification_requests": False,
            "needs_justification": False,
            "bad_justification": False,
            "is_new_best": node.best.hash == block.hash,
        },
    }


@unsafe
def engine_finalizeBlock(context: Context, block_hash: Hash, _justification: Json = None) -> bool:
    """Finalize a block and what is before it; there is nothing that would need a justification."""
    if block_hash not in context.node.chain:
        raise RpcError(BLOCK_NOT_FOUND, "The block doesn't exist in chain")
    _finalize(context, block_hash)
    return True


def _finalize(context: Context, block_hash: Hash) -> None:
    try:
        context.node.finalize(block_hash)
    except NotFinalizable as error:
        raise RpcError(CONSENSUS_ERROR, str(error)) from None
