"""chain: headers, blocks, and being told of new ones."""

from __future__ import annotations

from collections.abc import Callable

from chain.block import Header
from chain.node.chain_store import Finality
from chain.node.importer import BlockImport
from chain.primitives import Hash
from chain.rpc.context import Context
from chain.rpc.parameters import Json, NumberOrHex
from chain.rpc.shapes import block_json, header_json
from chain.rpc.subscriptions import Subscription

ALIASES = {
    "chain_getHead": "chain_getBlockHash",
    "chain_getFinalisedHead": "chain_getFinalizedHead",
    "chain_subscribeNewHead": "chain_subscribeNewHeads",
    "subscribe_newHead": "chain_subscribeNewHeads",
    "chain_unsubscribeNewHead": "chain_unsubscribeNewHeads",
    "unsubscribe_newHead": "chain_unsubscribeNewHeads",
    "chain_subscribeFinalisedHeads": "chain_subscribeFinalizedHeads",
    "chain_unsubscribeFinalisedHeads": "chain_unsubscribeFinalizedHeads",
}

NEW_HEAD = "chain_newHead"
FINALIZED_HEAD = "chain_finalizedHead"
ALL_HEAD = "chain_allHead"


def chain_getHeader(context: Context, block_hash: Hash | None = None) -> Json:
    """The header of a block, the best one by default; null where there is no such block."""
    if block_hash is not None and block_hash not in context.node.chain:
        return None
    return header_json(context.block(block_hash).header)


def chain_getBlock(context: Context, block_hash: Hash | None = None) -> Json:
    """A block, the best one by default; null where there is none of that hash."""
    if block_hash is not None and block_hash not in context.node.chain:
        return None
    return block_json(context.block(block_hash))


def chain_getBlockHash(context: Context, number: NumberOrHex | list[NumberOrHex] | None = None) -> Json:
    """The hash of the best chain's block of this number, of the best block by default; of a list, a list."""
    chain = context.node.chain
    if number is None:
        return chain.best.hash
    if isinstance(number, list):
        return [chain.hash_of(each) for each in number]
    return chain.hash_of(number)


def chain_getFinalizedHead(context: Context) -> Hash:
    """The hash of the block that was finalized last."""
    return context.node.chain.finalized.hash


def chain_subscribeNewHeads(context: Context) -> str:
    """Tell of the best block, now and whenever it is another."""
    subscription = _begun(context, NEW_HEAD, context.node.best.header)

    return _told_of_imports(context, subscription, lambda imported: imported.route is not None)


def chain_unsubscribeNewHeads(context: Context, subscription: str) -> bool:
    """Be told no more; whether there was such a subscription."""
    return context.subscriptions.end(subscription, NEW_HEAD)


def chain_subscribeAllHeads(context: Context) -> str:
    """Tell of the best block now, and then of every block, whether or not it is the best."""
    subscription = _begun(context, ALL_HEAD, context.node.best.header)
    return _told_of_imports(context, subscription, lambda imported: not imported.is_known)


def chain_unsubscribeAllHeads(context: Context, subscription: str) -> bool:
    """Be told no more; whether there was such a subscription."""
    return context.subscriptions.end(subscription, ALL_HEAD)


def chain_subscribeFinalizedHeads(context: Context) -> str:
    """Tell of the block that was finalized last, now and after each finalization."""
    subscription = _begun(context, FINALIZED_HEAD, context.node.chain.finalized.header)

    def tell(finality: Finality) -> None:
        if finality.finalized:
            subscription.send(header_json(finality.finalized[-1].header))

    subscription.on_end(context.node.on_finality(tell))
    return subscription.id


def chain_unsubscribeFinalizedHeads(context: Context, subscription: str) -> bool:
    """Be told no more; whether there was such a subscription."""
    return context.subscriptions.end(subscription, FINALIZED_HEAD)


def _begun(context: Context, method: str, header: Header) -> Subscription:
    subscription = context.subscribe(method)
    subscription.send(header_json(header))
    return subscription


def _told_of_imports(context: Context, subscription: Subscription, is_wanted: Callable[[BlockImport], bool]) -> str:
    def tell(imported: BlockImport) -> None:
        if is_wanted(imported):
            subscription.send(header_json(imported.block.header))

    subscription.on_end(context.node.on_block(tell))
    return subscription.id
