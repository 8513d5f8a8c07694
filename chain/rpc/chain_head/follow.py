"""One follow session: a client is told of blocks, and may ask of each until it unpins it.

    initialized → newBlock for each block that is not finalized → bestBlockChanged
    then, as the node goes on: newBlock, bestBlockChanged, finalized
    stop, where the session cannot be told on

A session holds the blocks that it has pinned, also those that the node forgets.
"""

from __future__ import annotations

from collections.abc import Sequence

from chain.node.chain_store import ChainStore, Finality, ImportedBlock
from chain.node.importer import BlockImport
from chain.primitives import Hash
from chain.rpc.chain_head import events
from chain.rpc.chain_head.errors import block_not_pinned, duplicate_hashes, without_runtime
from chain.rpc.chain_head.limits import FollowLimits
from chain.rpc.chain_head.operations import Operations
from chain.rpc.context import ServedNode, ServedRuntime
from chain.rpc.subscriptions import Subscription
from chain.runtime_api import RuntimeVersion


class Follow:
    """A session; it ends with its subscription.

    with_runtime: whether it tells of runtimes, and calls them
    """

    def __init__(self, node: ServedNode, subscription: Subscription, limits: FollowLimits, with_runtime: bool) -> None:
        self.subscription = subscription
        self.operations = Operations(subscription, limits.operations)
        self.with_runtime = with_runtime
        self._node = node
        self._limits = limits
        self._pinned: dict[Hash, ImportedBlock] = {}
        self._open: dict[Hash, RuntimeVersion | None] = {}
        """The blocks that may have children yet: the finalized one and those above it, and the runtimes after them."""
        self._finalized = node.chain.finalized.hash
        self._best: Hash | None = None
        subscription.on_end(node.on_block(self._on_block))
        subscription.on_end(node.on_finality(self._on_finality))
        subscription.on_end(node.on_revert(self._on_revert))
        subscription.on_end(self._pinned.clear)
        self._begin()

    def pinned(self, block_hash: Hash) -> ImportedBlock:
        """The block; raises RpcError where it is not pinned."""
        block = self._pinned.get(block_hash)
        if block is None:
            raise block_not_pinned()
        # while the node has the block its state may be set
        chain = self._node.chain
        return chain[block_hash] if block_hash in chain else block  # noqa: SIM401

    def unpin(self, block_hashes: Sequence[Hash]) -> None:
        """Let go of all these blocks; raises RpcError, and lets go of none."""
        if len(set(block_hashes)) < len(block_hashes):
            raise duplicate_hashes()
        for block_hash in block_hashes:
            self.pinned(block_hash)
        for block_hash in block_hashes:
            del self._pinned[block_hash]

    def runtime(self, block_hash: Hash) -> ServedRuntime:
        """A runtime on the state after a pinned block; raises RpcError."""
        block = self.pinned(block_hash)
        if not self.with_runtime:
            raise without_runtime()
        return self._node.runtime_on(block.state)

    def _begin(self) -> None:
        chain = self._node.chain
        for block in _newest_finalized(chain, self._limits.finalized):
            self._pinned[block.hash] = block
        self._open[self._finalized] = self._version(chain.finalized)
        self.subscription.send(events.initialized(self._pinned, self._open[self._finalized]))
        for block in _descendants(chain, self._finalized):
            if not self._tell(block):
                return
        self._tell_best()

    def _on_block(self, imported: BlockImport) -> None:
        if self._tell(imported.block) and imported.route is not None:
            self._tell_best()

    def _on_finality(self, finality: Finality) -> None:
        if not finality.finalized:
            return
        if finality.finalized[0].header.parent_hash != self._finalized:
            self._stop()
            return
        # whoever finalizes at once may have been called before this session heard of the block
        if not all(self._tell(block) for block in finality.finalized):
            return
        self._tell_best()
        pruned = [block.hash for block in finality.pruned if block.hash in self._open]
        for block_hash in (self._finalized, *(block.hash for block in finality.finalized[:-1]), *pruned):
            del self._open[block_hash]
        self._finalized = finality.finalized[-1].hash
        self.subscription.send(events.finalized([block.hash for block in finality.finalized], pruned))

    def _on_revert(self) -> None:
        chain = self._node.chain
        finalized = chain.finalized.hash
        there = {finalized, *(block.hash for block in _descendants(chain, finalized))}
        if (chain.best.hash, finalized, there) != (self._best, self._finalized, set(self._open)):
            self._stop()

    def _tell(self, block: ImportedBlock) -> bool:
        """Tell of a block once; False where the session had to be stopped."""
        if block.hash in self._open:
            return True
        parent = block.header.parent_hash
        # a parent that is not open is no block of this chain any more
        if parent not in self._open or len(self._pinned) >= self._limits.pinned:
            self._stop()
            return False
        self._pinned[block.hash] = block
        version = self._open[block.hash] = self._version(block)
        event = events.new_block(block.hash, parent)
        if version is not None:
            event["newRuntime"] = None if version == self._open[parent] else events.runtime_json(version)
        self.subscription.send(event)
        return True

    def _tell_best(self) -> None:
        best = self._node.best.hash
        if best != self._best:
            self._best = best
            self.subscription.send(events.best_block_changed(best))

    def _version(self, block: ImportedBlock) -> RuntimeVersion | None:
        return self._node.runtime_on(block.state).version if self.with_runtime else None

    def _stop(self) -> None:
        self.subscription.send(events.STOP)
        self.subscription.end()


def _newest_finalized(chain: ChainStore, count: int) -> list[ImportedBlock]:
    """The last finalized blocks, the oldest first."""
    block = chain.finalized
    found = [block]
    while len(found) < count and block.number and block.header.parent_hash in chain:
        block = chain[block.header.parent_hash]
        found.append(block)
    return found[::-1]


def _descendants(chain: ChainStore, block_hash: Hash) -> list[ImportedBlock]:
    """The blocks above this one, parents first."""
    found = [chain[child] for child in chain.children(block_hash)]
    for block in found:
        found += [chain[child] for child in chain.children(block.hash)]
    return found
