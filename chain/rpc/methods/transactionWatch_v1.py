"""transactionWatch_v1: submitting a transaction and being told what becomes of it."""

from __future__ import annotations

from chain.extrinsic import extrinsic_hash, without_length_prefix
from chain.node.pool_errors import (
    AlreadyImported,
    CycleDetected,
    ImmediatelyDropped,
    NoTagsProvided,
    PoolError,
    TemporarilyBanned,
    TooLowPriority,
)
from chain.node.transaction_status import StatusChange, TransactionStatus
from chain.primitives import Hash
from chain.rpc.context import Context
from chain.rpc.errors import panic_of
from chain.rpc.parameters import Json
from chain.rpc.watched import WatchedTransactions
from chain.scale import DecodeError
from chain.validity import InvalidTransaction, TransactionInvalid, Undecodable

EVENT = "transactionWatch_v1_watchEvent"

REASONS = {
    TransactionStatus.USURPED: ("invalid", "Extrinsic was rendered invalid by another extrinsic"),
    TransactionStatus.INVALID: ("invalid", "Extrinsic marked as invalid"),
    TransactionStatus.DROPPED: ("dropped", "Extrinsic dropped from the pool due to exceeding limits"),
    TransactionStatus.FINALITY_TIMEOUT: ("dropped", "Maximum number of finality watchers has been reached"),
}
"""The event for the end of a transaction that is not final, and what it says (sc_rpc_spec_v2::transaction)."""

REFUSALS: dict[type[PoolError], str] = {
    TemporarilyBanned: "Transaction is temporarily banned",
    AlreadyImported: "Transaction is already imported",
    CycleDetected: "The transaction contains a cyclic dependency",
    ImmediatelyDropped: "The transaction could not enter the pool because of the limit",
    NoTagsProvided: "Transaction does not provide any tags, so the pool cannot identify it",
}
"""What the event of a transaction says that the pool does not take."""


def transactionWatch_v1_submitAndWatch(context: Context, transaction: bytes) -> str:
    """Put a transaction into the pool and tell of it until it is final; a refusal is told, too."""
    subscription = context.subscribe(EVENT)

    def tell(event: Json) -> None:
        subscription.send(event)
        if event["event"] in ("finalized", "invalid", "dropped"):
            subscription.end()

    def hear(change: StatusChange) -> None:
        event = _event(context, change, bare)
        if event is not None:
            tell(event)

    try:
        bare = without_length_prefix(transaction)
    except DecodeError:
        tell({"event": "invalid", "error": "Extrinsic bytes cannot be decoded"})
        return subscription.id
    early = list[StatusChange]()
    watched = context.services.shared(WatchedTransactions, lambda: WatchedTransactions(context.node.pool))
    end_early = watched.watch(extrinsic_hash(bare), early.append)
    try:
        context.node.submit(bare)
    except (TransactionInvalid, PoolError) as error:
        tell({"event": "invalid", "error": _refusal(error)})  # and nothing of how it came to be refused
        return subscription.id
    finally:
        end_early()
    subscription.on_end(watched.watch(extrinsic_hash(bare), hear))
    for change in early:
        hear(change)
    return subscription.id


def transactionWatch_v1_unwatch(context: Context, subscription: str) -> None:
    """Be told no more; the transaction stays where it is."""
    context.subscriptions.end(subscription, EVENT)


def _event(context: Context, change: StatusChange, extrinsic: bytes) -> Json | None:
    """What the client is told of a change; None of those that it need not know."""
    match change.status:
        case TransactionStatus.READY | TransactionStatus.FUTURE:
            return {"event": "validated"}
        case TransactionStatus.IN_BLOCK if change.detail is not None:
            return {"event": "bestChainBlockIncluded", "block": _place(context, change.detail, extrinsic)}
        case TransactionStatus.RETRACTED:
            return {"event": "bestChainBlockIncluded", "block": None}
        case TransactionStatus.FINALIZED if change.detail is not None:
            return {"event": "finalized", "block": _place(context, change.detail, extrinsic)}
        case status if status in REASONS:
            event, reason = REASONS[status]
            return {"event": event, "error": reason}
        case _:
            return None


def _place(context: Context, block_hash: Hash, extrinsic: bytes) -> Json:
    return {"hash": block_hash, "index": context.block(block_hash).block.extrinsics.index(extrinsic)}


def _refusal(error: TransactionInvalid | PoolError) -> str:
    if isinstance(error, TooLowPriority):
        return f"The priority of the transaction is too low (pool {error.old} > current {error.new})"
    if isinstance(error, PoolError):
        return REFUSALS.get(type(error), str(error))
    if isinstance(error, Undecodable):
        return f"Verification error: {panic_of(error)}"
    if error.custom is not None and isinstance(error, InvalidTransaction):
        return f"Invalid transaction with custom error: {error.custom}"
    kind = "Invalid transaction" if isinstance(error, InvalidTransaction) else "Unknown transaction validity"
    return f"{kind}: {error.reason}"
