"""author: submitting transactions, watching them, and the node's own keys."""

from __future__ import annotations

from chain.extrinsic import extrinsic_hash, with_length_prefix
from chain.node.pool_errors import AlreadyImported
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.offchain.keystore import KeystoreError, MemoryKeystore
from chain.primitives import Bytes4, Hash
from chain.record import record
from chain.rpc.context import Context
from chain.rpc.errors import OTHER_TRANSACTION_ERROR, RpcError
from chain.rpc.extrinsics import extrinsic_of
from chain.rpc.parameters import Json
from chain.rpc.registry import unsafe
from chain.rpc.watched import WatchedTransactions
from chain.scale import codec_of

EXTRINSIC_UPDATE = "author_extrinsicUpdate"

ALREADY_IMPORTED = 1013


@record
class TransactionName:
    """A transaction, by its hash or as a whole."""

    hash: Hash | None = None
    extrinsic: bytes | None = None


@record
class SessionKey:
    """One of a session's keys."""

    public: bytes
    key_type: Bytes4


def author_submitExtrinsic(context: Context, extrinsic: bytes) -> Hash:
    """Put a transaction into the pool; its hash."""
    return _submitted(context, extrinsic_of(extrinsic))


def author_submitAndWatchExtrinsic(context: Context, extrinsic: bytes) -> str:
    """Put a transaction into the pool and tell of its status until it is final."""
    bare = extrinsic_of(extrinsic)
    subscription = context.subscribe(EXTRINSIC_UPDATE)
    early = list[StatusChange]()
    watched = context.services.shared(WatchedTransactions, lambda: WatchedTransactions(context.node.pool))

    def tell(change: StatusChange) -> None:
        subscription.send(_status_json(change))
        if change.status.is_terminal:
            subscription.end()

    end_early = watched.watch(extrinsic_hash(bare), early.append)
    try:
        _submitted(context, bare)
    except BaseException:
        subscription.end()  # a refusal is the reply to the call, and nobody is told more
        raise
    finally:
        end_early()
    subscription.on_end(watched.watch(extrinsic_hash(bare), tell))
    for change in early:
        tell(change)
    return subscription.id


def author_unwatchExtrinsic(context: Context, subscription: str) -> bool:
    """Be told no more; whether there was such a subscription."""
    return context.subscriptions.end(subscription, EXTRINSIC_UPDATE)


def author_pendingExtrinsics(context: Context) -> list[bytes]:
    """The transactions that are ready, in the order in which an author takes them."""
    return [with_length_prefix(transaction.extrinsic) for transaction in context.node.pool.ready()]


@unsafe
def author_removeExtrinsic(context: Context, bytes_or_hash: list[TransactionName]) -> list[Hash]:
    """Take transactions out of the pool and refuse them for some time; the hashes of those that were there."""
    pool, removed = context.node.pool, list[Hash]()
    for name in bytes_or_hash:
        known = name.hash if name.extrinsic is None else extrinsic_hash(extrinsic_of(name.extrinsic))
        if known is not None and known in pool:
            pool.ban(known)
            removed.append(known)
    return removed


@unsafe
def author_insertKey(context: Context, key_type: str, suri: str, public_key: bytes) -> None:
    """Let the node sign with a key."""
    try:
        _keystore(context).insert(_key_type(key_type), suri, public_key)
    except KeystoreError as error:
        raise RpcError(OTHER_TRANSACTION_ERROR, str(error)) from None


@unsafe
def author_rotateKeys(context: Context) -> bytes:
    """New session keys, which the node keeps: their public keys, one after the other."""
    runtime = context.runtime()
    runtime.keystore = _keystore(context)
    answer = runtime.call("SessionKeys_generate_session_keys", codec_of(bytes | None).encode(None))
    made: bytes = codec_of(bytes).decode(answer)
    return made


@unsafe
def author_hasSessionKeys(context: Context, session_keys: bytes) -> bool:
    """Whether the node has all these session keys."""
    answer = context.runtime().call("SessionKeys_decode_session_keys", codec_of(bytes).encode(session_keys))
    keys = codec_of(list[SessionKey] | None).decode(answer)
    if keys is None:
        raise RpcError(OTHER_TRANSACTION_ERROR, "Session keys are not encoded correctly")
    return all(_keystore(context).has(key.key_type, key.public) for key in keys)


@unsafe
def author_hasKey(context: Context, public_key: bytes, key_type: str) -> bool:
    """Whether the node has a key of this type."""
    return _keystore(context).has(_key_type(key_type), public_key)


def _keystore(context: Context) -> MemoryKeystore:
    return context.node.workers.keystore


def _key_type(text: str) -> bytes:
    encoded = text.encode(errors="replace")
    if len(encoded) != 4:
        raise RpcError(OTHER_TRANSACTION_ERROR, "Invalid key type ID format (should be of length four)")
    return encoded


def _submitted(context: Context, extrinsic: bytes) -> Hash:
    try:
        return context.node.submit(extrinsic)
    except AlreadyImported as error:
        name = f"0x{extrinsic_hash(extrinsic).hex()}"
        raise RpcError(ALREADY_IMPORTED, str(error), name) from None


def _status_json(change: StatusChange) -> Json:
    if change.status is TransactionStatus.BROADCAST:
        return {change.status.value: list(change.peers)}
    return change.status.value if change.detail is None else {change.status.value: change.detail}
