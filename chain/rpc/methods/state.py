"""state: reading the state after a block, calling the runtime on it, and being told of changes."""

from __future__ import annotations

from collections.abc import Callable

from chain.node.chain_store import ImportedBlock
from chain.node.importer import BlockImport
from chain.primitives import U32, Hash
from chain.rpc.block_trace import block_trace
from chain.rpc.context import Context
from chain.rpc.errors import INVALID_BLOCK_RANGE, RpcError, client_error, unsafe_refused
from chain.rpc.parameters import Json
from chain.rpc.reading import child_at, in_order, keys_page, value_hash, value_size
from chain.rpc.registry import unsafe
from chain.rpc.runtime_call import called
from chain.rpc.shapes import change_set, runtime_version_json
from chain.rpc.subscriptions import Subscription
from chain.trie.trie import Trie

ALIASES = {
    "state_callAt": "state_call",
    "state_getStorageAt": "state_getStorage",
    "state_getStorageHashAt": "state_getStorageHash",
    "state_getStorageSizeAt": "state_getStorageSize",
    "state_getKeysPagedAt": "state_getKeysPaged",
    "chain_getRuntimeVersion": "state_getRuntimeVersion",
    "chain_subscribeRuntimeVersion": "state_subscribeRuntimeVersion",
    "chain_unsubscribeRuntimeVersion": "state_unsubscribeRuntimeVersion",
}

METADATA_VERSION = 14
"""Of `state_getMetadata`; newer ones are asked for by `state_call`."""

STORAGE = "state_storage"
RUNTIME_VERSION = "state_runtimeVersion"


def state_getStorage(context: Context, key: bytes, at: Hash | None = None) -> bytes | None:
    """The value of a key, null where there is none."""
    return context.block(at).state.get(key)


def state_getStorageHash(context: Context, key: bytes, at: Hash | None = None) -> Hash | None:
    """The hash of a value."""
    return value_hash(context.block(at).state, key)


def state_getStorageSize(context: Context, key: bytes, at: Hash | None = None) -> int | None:
    """Bytes of a value, or of all values under a prefix."""
    return value_size(context.block(at).state, key)


def state_getKeys(context: Context, prefix: bytes, at: Hash | None = None) -> list[bytes]:
    """All keys with the prefix."""
    return list(context.block(at).state.keys(prefix))


@unsafe
def state_getPairs(context: Context, prefix: bytes, at: Hash | None = None) -> Json:
    """All keys with the prefix, and their values."""
    return [[key, value] for key, value in context.block(at).state.items(prefix)]


def state_getKeysPaged(
    context: Context, prefix: bytes | None, count: U32, start_key: bytes | None = None, at: Hash | None = None
) -> list[bytes]:
    """At most `count` keys with the prefix, from the first one after `start_key`."""
    return keys_page(context.block(at).state, prefix or b"", count, start_key)


def state_queryStorageAt(context: Context, keys: list[bytes], at: Hash | None = None) -> Json:
    """The values of these keys, in a list of one change set."""
    block = context.block(at)
    return [change_set(block.hash, _values(block.state, keys))]


@unsafe
def state_queryStorage(context: Context, keys: list[bytes], from_block: Hash, to_block: Hash | None = None) -> Json:
    """The values of these keys after the first block of a range, and then what each block changed of them."""
    found, last = list[Json](), dict[bytes, bytes | None]()
    for block_hash in _range(context, from_block, context.block(to_block).hash):
        state = context.block(block_hash).state
        changed = [(key, value) for key, value in _values(state, keys) if key not in last or last[key] != value]
        last.update(changed)
        if changed:
            found.append(change_set(block_hash, changed))
    return found


def state_getReadProof(context: Context, keys: list[bytes], at: Hash | None = None) -> Json:
    """The trie nodes that prove the values of these keys, or that they have none."""
    block = context.block(at)
    return {"at": block.hash, "proof": in_order(block.state.prove(keys))}


def state_getChildReadProof(
    context: Context, child_storage_key: bytes, keys: list[bytes], at: Hash | None = None
) -> Json:
    """The same of a child trie, with what proves its root."""
    block = context.block(at)
    child = child_at(block.state, child_storage_key)
    nodes = [*block.state.prove([child_storage_key]), *child.prove(keys)]
    return {"at": block.hash, "proof": in_order(nodes)}


def state_getMetadata(context: Context, at: Hash | None = None) -> bytes:
    """What the runtime says of itself, in version 14."""
    metadata = context.runtime(at).metadata_at_version(METADATA_VERSION)
    if metadata is None:
        raise client_error(f"the runtime has no metadata of version {METADATA_VERSION}")
    return metadata


def state_getRuntimeVersion(context: Context, at: Hash | None = None) -> Json:
    """Which runtime a block's state is for."""
    return runtime_version_json(context.runtime(at).version)


def state_call(context: Context, name: str, data: bytes = b"", at: Hash | None = None) -> bytes:
    """The encoded answer of a runtime API's method; what it writes is not kept."""
    return called(context.runtime(at), name, data)


@unsafe
def state_traceBlock(
    context: Context,
    block: Hash,
    targets: str | None = None,
    storage_keys: str | None = None,
    methods: str | None = None,
) -> Json:
    """Execute a block again, and tell what it read and wrote."""
    return block_trace(context.node, context.block(block), targets, storage_keys, methods)


def state_subscribeRuntimeVersion(context: Context) -> str:
    """Tell of the runtime's version, now and when it is another."""
    last = context.runtime().version
    subscription = context.subscribe(RUNTIME_VERSION)
    subscription.send(runtime_version_json(last))

    def tell(_block: ImportedBlock) -> None:
        nonlocal last
        version = context.runtime().version
        if version != last:
            last = version
            subscription.send(runtime_version_json(version))

    _follow_best(context, subscription, tell)
    return subscription.id


def state_unsubscribeRuntimeVersion(context: Context, subscription: str) -> bool:
    """Be told no more; whether there was such a subscription."""
    return context.subscriptions.end(subscription, RUNTIME_VERSION)


def state_subscribeStorage(context: Context, keys: list[bytes] | None = None) -> str:
    """Tell of the values of these keys, now and when they change; of all keys, only what changes."""
    if keys is None and not context.services.is_unsafe_allowed:
        raise unsafe_refused()
    best = context.node.best
    last = dict(_values(best.state, keys))
    subscription = context.subscribe(STORAGE)
    if keys:
        subscription.send(change_set(best.hash, last.items()))

    def tell(block: ImportedBlock) -> None:
        nonlocal last
        now = dict(_values(block.state, keys))
        gone = [(key, None) for key in last if key not in now]
        changed = [(key, value) for key, value in now.items() if last.get(key) != value]
        last = now
        if changed or gone:
            subscription.send(change_set(block.hash, [*changed, *gone]))

    _follow_best(context, subscription, tell)
    return subscription.id


def state_unsubscribeStorage(context: Context, subscription: str) -> bool:
    """Be told no more; whether there was such a subscription."""
    return context.subscriptions.end(subscription, STORAGE)


def _follow_best(context: Context, subscription: Subscription, tell: Callable[[ImportedBlock], None]) -> None:
    """Call `tell` whenever the best block or its state is another, until the subscription ends."""

    def on_block(imported: BlockImport) -> None:
        if imported.route is not None:
            tell(imported.block)

    def on_storage_set(block: ImportedBlock) -> None:
        if block.hash == context.node.best.hash:
            tell(block)

    subscription.on_end(context.node.on_block(on_block))
    subscription.on_end(context.node.on_storage_set(on_storage_set))


def _values(state: Trie, keys: list[bytes] | None) -> list[tuple[bytes, bytes | None]]:
    """Keys with their values, all that there are where none is named."""
    return list(state.items()) if keys is None else [(key, state.get(key)) for key in keys]


def _range(context: Context, first: Hash, last: Hash) -> list[Hash]:
    """The hashes of the blocks from one to another that descends from it; raises RpcError where it does not."""
    route = context.node.chain.route(first, last)
    if route.retracted:
        reason = "from and to are on different forks" if route.enacted else "from number > to number"
        message = f"Cannot resolve a block range ['0x{first.hex()}' ... '0x{last.hex()}]. {reason}"
        raise RpcError(INVALID_BLOCK_RANGE, message)
    return [first, *(block.hash for block in route.enacted)]
