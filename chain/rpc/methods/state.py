"""state: reading the state after a block, calling the runtime on it, and being told of changes."""

from __future__ import annotations

from collections.abc import Callable

from chain.node.chain_store import ImportedBlock
from chain.node.importer import BlockImport
from chain.primitives import U32, Hash
from chain.rpc.block_trace import block_trace
from chain.rpc.context import Context
from chain.rpc.errors import INVALID_BLOCK_RANGE, RpcError, client_error, unsafe_refused
from chain.rpc.hexadecimal import to_hex
from chain.rpc.parameters import Json
from chain.rpc.reading import changes, child_at, keys_page, proof, unhashed_values, value_hash, value_size, values
from chain.rpc.registry import unsafe
from chain.rpc.runtime_call import called
from chain.rpc.shapes import change_set, runtime_version_json
from chain.rpc.subscriptions import Subscription
from chain.rpc.turns import JsonText, Turns, written_in_turns

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


def state_getStorageSize(context: Context, key: bytes, at: Hash | None = None) -> Turns[int | None]:
    """Bytes of a value, or of all values under a prefix."""
    return value_size(context.block(at).state, key)


def state_getKeys(context: Context, prefix: bytes, at: Hash | None = None) -> Turns[JsonText]:
    """All keys with the prefix."""
    return written_in_turns(context.block(at).state.keys(prefix))


@unsafe
def state_getPairs(context: Context, prefix: bytes, at: Hash | None = None) -> Turns[JsonText]:
    """All keys with the prefix, and their values."""
    return written_in_turns(context.block(at).state.items(prefix))


def state_getKeysPaged(
    context: Context, prefix: bytes | None, count: U32, start_key: bytes | None = None, at: Hash | None = None
) -> list[bytes]:
    """At most `count` keys with the prefix, from the first one after `start_key`."""
    return keys_page(context.block(at).state, prefix or b"", count, start_key)


def state_queryStorageAt(context: Context, keys: list[bytes], at: Hash | None = None) -> Turns[JsonText]:
    """The values of these keys, in a list of one change set."""
    block = context.block(at)
    written = yield from written_in_turns((key, block.state.get(key)) for key in keys)
    return JsonText(f'[{{"block":"{to_hex(block.hash)}","changes":{written}}}]')


@unsafe
def state_queryStorage(
    context: Context, keys: list[bytes], from_block: Hash, to_block: Hash | None = None
) -> Turns[Json]:
    """The values of these keys after the first block of a range, and then what each block changed of them."""
    first, *others = _range(context, from_block, context.block(to_block).hash)
    state = context.block(first).state
    found: list[Json] = [change_set(first, (yield from values(state, keys)))] if keys else []
    for block_hash in others:
        before, state = state, context.block(block_hash).state
        changed = changes(before, state, keys)
        if changed:
            found.append(change_set(block_hash, changed))
        yield None
    return found


def state_getReadProof(context: Context, keys: list[bytes], at: Hash | None = None) -> Turns[JsonText]:
    """The trie nodes that prove the values of these keys, or that they have none."""
    block = context.block(at)
    return proof(block.hash, (), block.state, keys)


def state_getChildReadProof(
    context: Context, child_storage_key: bytes, keys: list[bytes], at: Hash | None = None
) -> Turns[JsonText]:
    """The same of a child trie, with what proves its root."""
    block = context.block(at)
    child = child_at(block.state, child_storage_key)
    return proof(block.hash, block.state.prove([child_storage_key]), child, keys)


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
) -> Turns[Json]:
    """Execute a block again, and tell what it read and wrote."""
    return block_trace(context.node, context.block(block), targets, storage_keys, methods)


@unsafe
def state_trieMigrationStatus(context: Context, at: Hash | None = None) -> Turns[Json]:
    """How many values still have the form of state version 0, of how many there are."""
    state = context.block(at).state
    old, total = yield from unhashed_values(state)
    old_in_children = total_in_children = 0
    for child in state.children.values():
        old_here, total_here = yield from unhashed_values(child)
        old_in_children, total_in_children = old_in_children + old_here, total_in_children + total_here
    return {
        "topRemainingToMigrate": old,
        "childRemainingToMigrate": old_in_children,
        "totalTop": total,
        "totalChild": total_in_children,
    }


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


def state_subscribeStorage(context: Context, keys: list[bytes] | None = None) -> Turns[str]:
    """Tell of the values of these keys, now and when they change; of all keys, only what changes."""
    if keys is None and not context.services.is_unsafe_allowed:
        raise unsafe_refused()
    best = context.node.best
    first = yield from values(best.state, keys or [])
    subscription = context.subscribe(STORAGE)
    if keys:
        subscription.send(change_set(best.hash, first))
    last = best.state

    def tell(block: ImportedBlock) -> None:
        nonlocal last
        changed = changes(last, block.state, keys)
        last = block.state
        if changed:
            subscription.send(change_set(block.hash, changed))

    _follow_best(context, subscription, tell)
    tell(context.node.best)  # which may be another since
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


def _range(context: Context, first: Hash, last: Hash) -> list[Hash]:
    """The hashes of the blocks from one to another that descends from it; raises RpcError where it does not."""
    route = context.node.chain.route(first, last)
    if route.retracted:
        reason = "from and to are on different forks" if route.enacted else "from number > to number"
        message = f"Cannot resolve a block range ['0x{first.hex()}' ... '0x{last.hex()}]. {reason}"
        raise RpcError(INVALID_BLOCK_RANGE, message)
    return [first, *(block.hash for block in route.enacted)]
