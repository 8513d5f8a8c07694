"""chainHead_v1: following the head of the chain, and asking of the blocks that a session has pinned.

Of a session that is over nothing is refused: operations reach their limit, everything else does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from chain.extrinsic import with_length_prefix
from chain.node.chain_store import ImportedBlock
from chain.primitives import Hash
from chain.rpc.chain_head.follows import Follows
from chain.rpc.chain_head.operations import LIMIT_REACHED, WAITING
from chain.rpc.context import Context, ServedRuntime
from chain.rpc.parameters import Json
from chain.rpc.runtime_call import called
from chain.rpc.storage_query import StorageQuery, results


def chainHead_v1_follow(context: Context, with_runtime: bool) -> str:
    """Tell of the newest blocks and of those to come, and keep each until the client unpins it."""
    return Follows.of(context).begin(with_runtime)


def chainHead_v1_unfollow(context: Context, follow_subscription: str) -> None:
    """End a session."""
    Follows.of(context).end(follow_subscription)


def chainHead_v1_header(context: Context, follow_subscription: str, hash: Hash) -> bytes | None:
    """The encoded header of a pinned block."""
    follow = Follows.of(context).find(follow_subscription)
    return None if follow is None else follow.pinned(hash).header.encoded


def chainHead_v1_body(context: Context, follow_subscription: str, hash: Hash) -> Json:
    """Begin to tell the extrinsics of a pinned block."""
    follow = Follows.of(context).find(follow_subscription)
    return LIMIT_REACHED if follow is None else follow.operations.start(_body(follow.pinned(hash)))


def chainHead_v1_call(
    context: Context, follow_subscription: str, hash: Hash, function: str, call_parameters: bytes = b""
) -> Json:
    """Begin a call of the runtime after a pinned block."""
    follow = Follows.of(context).find(follow_subscription)
    if follow is None:
        return LIMIT_REACHED
    return follow.operations.start(_call(follow.runtime(hash), function, call_parameters))


def chainHead_v1_storage(
    context: Context,
    follow_subscription: str,
    hash: Hash,
    items: list[StorageQuery],
    child_trie: bytes | None = None,
) -> Json:
    """Begin to tell what the state after a pinned block has."""
    follows = Follows.of(context)
    follow = follows.find(follow_subscription)
    if follow is None:
        return LIMIT_REACHED
    found = results(follow.pinned(hash).state, items, child_trie)
    limits = follows.limits
    reply = follow.operations.start(_storage(found, limits.page_items, limits.page_bytes))
    return reply if reply is LIMIT_REACHED else {**reply, "discardedItems": 0}


def chainHead_v1_continue(context: Context, follow_subscription: str, operation_id: str) -> None:
    """Tell more of an operation that waits for its client."""
    follow = Follows.of(context).find(follow_subscription)
    if follow is not None:
        follow.operations.resume(operation_id)


def chainHead_v1_stopOperation(context: Context, follow_subscription: str, operation_id: str) -> None:
    """Tell no more of an operation."""
    follow = Follows.of(context).find(follow_subscription)
    if follow is not None:
        follow.operations.stop(operation_id)


def chainHead_v1_unpin(context: Context, follow_subscription: str, hash_or_hashes: Hash | list[Hash]) -> None:
    """Let go of blocks: all of them, or none and an error."""
    follow = Follows.of(context).find(follow_subscription)
    if follow is not None:
        follow.unpin(hash_or_hashes if isinstance(hash_or_hashes, list) else [hash_or_hashes])


def _body(block: ImportedBlock) -> Iterator[Json]:
    yield {
        "event": "operationBodyDone",
        "value": [with_length_prefix(extrinsic) for extrinsic in block.block.extrinsics],
    }


def _call(runtime: ServedRuntime, function: str, data: bytes) -> Iterator[Json]:
    yield {"event": "operationCallDone", "output": called(runtime, function, data)}


def _storage(found: Iterator[Json], page_items: int, page_bytes: int) -> Iterator[Json]:
    """Pages of what is found; between two of them it is the client's turn."""
    for at, page in enumerate(_pages(found, page_items, page_bytes)):
        if at:
            yield {"event": WAITING}
        yield {"event": "operationStorageItems", "items": page}
    yield {"event": "operationStorageDone"}


def _pages(found: Iterator[Json], page_items: int, page_bytes: int) -> Iterator[list[Json]]:
    page, size = list[Json](), 0
    for item in found:
        if len(page) >= page_items or size >= page_bytes:
            yield page
            page, size = [], 0
        page.append(item)
        size += sum(map(len, item.values()))
    if page:
        yield page
