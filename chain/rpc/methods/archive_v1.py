"""archive_v1: any block that the node has, from genesis on, without following the chain."""

from __future__ import annotations

from collections.abc import Iterator

from chain.extrinsic import with_length_prefix
from chain.node.chain_store import ImportedBlock
from chain.primitives import U32, Hash
from chain.rpc.context import Context
from chain.rpc.errors import RpcError, client_error, refusal_of
from chain.rpc.parameters import Json
from chain.rpc.runtime_call import called
from chain.rpc.storage_difference import DifferenceQuery, differences
from chain.rpc.storage_query import StorageQuery, results
from chain.rpc.subscriptions import Subscription
from chain.runtime_api import UnknownRuntimeMethod

STORAGE = "archive_v1_storageEvent"
STORAGE_DIFFERENCE = "archive_v1_storageDiffEvent"

ALIASES = {"archive_v1_storageDiff_stopStorageDiff": "archive_v1_stopStorageDiff"}
"""The interface has the one name, Substrate's nodes the other."""


def archive_v1_genesisHash(context: Context) -> Hash:
    """The chain's first block."""
    return context.node.chain.genesis.hash


def archive_v1_finalizedHeight(context: Context) -> int:
    """The number of the finalized block."""
    return context.node.chain.finalized.number


def archive_v1_hashByHeight(context: Context, height: U32) -> list[Hash]:
    """The blocks of a number: one that is final, or those of all forks, that of the best chain first."""
    chain = context.node.chain
    best = chain.hash_of(height)
    if height <= chain.finalized.number:
        return [] if best is None else [best]
    found = [chain.finalized.hash]
    for _ in range(height - chain.finalized.number):
        found = [child for parent in found for child in chain.children(parent)]
        if not found:
            break
    return sorted(found, key=lambda block_hash: block_hash != best)


def archive_v1_header(context: Context, hash: Hash) -> bytes | None:
    """The encoded header of a block; null where there is none."""
    block = _block(context, hash)
    return None if block is None else block.header.encoded


def archive_v1_body(context: Context, hash: Hash) -> list[bytes] | None:
    """The extrinsics of a block, each led by its length; null where there is none."""
    block = _block(context, hash)
    return None if block is None else [with_length_prefix(extrinsic) for extrinsic in block.block.extrinsics]


def archive_v1_call(context: Context, hash: Hash, function: str, call_parameters: bytes = b"") -> Json:
    """The answer of the runtime after a block, or why it has none; null where there is no such block."""
    block = _block(context, hash)
    if block is None:
        return None
    try:
        return {"success": True, "value": called(context.runtime(hash), function, call_parameters)}
    except (RpcError, UnknownRuntimeMethod) as error:
        refusal = refusal_of(error)
        return {"success": False, "error": str(error) if refusal is None else refusal.message}


def archive_v1_storage(context: Context, hash: Hash, items: list[StorageQuery], child_trie: bytes | None = None) -> str:
    """Tell what the state after a block has."""
    block = _block(context, hash)
    found = None if block is None else results(block.state, items, child_trie)
    subscription = context.subscribe(STORAGE)
    return _tell(subscription, "storage", _unknown(hash) if found is None else found)


def archive_v1_stopStorage(context: Context, subscription: str) -> None:
    """Tell no more."""
    context.subscriptions.end(subscription, STORAGE)


def archive_v1_storageDiff(
    context: Context, hash: Hash, items: list[DifferenceQuery] | None = None, previous_hash: Hash | None = None
) -> str:
    """Tell how the state after a block differs from that after its parent, or after an earlier block."""
    subscription = context.subscribe(STORAGE_DIFFERENCE)
    block = _block(context, hash)
    if block is None:
        return _tell(subscription, "storageDiff", _unknown(hash))
    earlier = _block(context, block.header.parent_hash if previous_hash is None else previous_hash)
    if earlier is None:
        return _tell(subscription, "storageDiff", _unknown(previous_hash or block.header.parent_hash))
    if context.node.chain.route(earlier.hash, block.hash).retracted:
        return _tell(subscription, "storageDiff", client_error("previousHash is no ancestor of hash"))
    return _tell(subscription, "storageDiff", differences(earlier.state, block.state, items))


def archive_v1_stopStorageDiff(context: Context, subscription: str) -> None:
    """Tell no more."""
    context.subscriptions.end(subscription, STORAGE_DIFFERENCE)


def _block(context: Context, block_hash: Hash) -> ImportedBlock | None:
    chain = context.node.chain
    return chain[block_hash] if block_hash in chain else None  # noqa: SIM401


def _unknown(block_hash: Hash) -> RpcError:
    return client_error(f"UnknownBlock: Header was not found in the database: 0x{block_hash.hex()}")


def _tell(subscription: Subscription, event: str, found: Iterator[Json] | RpcError) -> str:
    """Tell what is found and that it is all, or the error; nothing more after either."""

    def events() -> Iterator[Json]:
        if isinstance(found, RpcError):
            yield {"event": f"{event}Error", "error": found.message}
        else:
            yield from ({"event": event, **each} for each in found)
            yield {"event": f"{event}Done"}
        subscription.end()

    subscription.stream(events())
    return subscription.id
