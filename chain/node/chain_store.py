"""The blocks that a node has imported: a tree from genesis, its best chain and its finalized chain.

The best block is the one with the highest number; among equals the one that was seen first. Each block has its whole
state, which versions of the trie share. Finalized blocks that are older than the store's window are the store's alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chain.block import Block, Header, extrinsics_root
from chain.primitives import BlockNumber, Hash
from chain.record import record
from chain.state.overlay import Overlay
from chain.store.block_store import BlockStore, KeptChain
from chain.store.block_store import ImportedBlock as ImportedBlock  # also for those who take it from here
from chain.store.block_store import UnknownBlock as UnknownBlock
from chain.store.memory import MemoryStore
from chain.trie.trie import Trie
from chain.validity import InvalidBlock

NO_PARENT: Final = Hash(bytes(32))
"""The parent hash of a genesis block."""


class NotFinalizable(Exception):
    """A block does not descend from the one that was finalized last."""

    def __init__(self, block_hash: Hash, finalized: Hash) -> None:
        super().__init__(block_hash, finalized)
        self.block_hash = block_hash
        self.finalized = finalized

    def __str__(self) -> str:
        return f"block 0x{self.block_hash.hex()} does not descend from the finalized block 0x{self.finalized.hex()}"


@record
class Route:
    """From one best block to the next: back over `retracted`, newest first, then along `enacted`, oldest first."""

    retracted: tuple[ImportedBlock, ...]
    enacted: tuple[ImportedBlock, ...]


@record
class Finality:
    """What a finalization settled: `finalized`, oldest first, and the blocks of other forks, now forgotten.

    route: to the best block, where the best chain was among those
    """

    finalized: tuple[ImportedBlock, ...]
    pruned: tuple[ImportedBlock, ...]
    route: Route


@record
class ChainSnapshot:
    """A chain as it was at one moment.

    blocks, children, best_chain, oldest: as the store keeps them, with all forks; nobody writes to these
    """

    genesis: ImportedBlock
    best: ImportedBlock
    finalized: ImportedBlock
    blocks: dict[Hash, ImportedBlock]
    children: dict[Hash, tuple[Hash, ...]]
    best_chain: list[Hash]
    oldest: BlockNumber = 0


class ForeignSnapshot(ValueError):
    """A snapshot of a chain with another genesis."""

    def __init__(self, own: Hash, foreign: Hash) -> None:
        super().__init__(own, foreign)
        self.own = own
        self.foreign = foreign

    def __str__(self) -> str:
        return f"a snapshot of the chain 0x{self.foreign.hex()} cannot be put into the chain 0x{self.own.hex()}"


def genesis_block(state: Trie) -> Block:
    """Block zero of a chain that starts with `state`."""
    return Block(Header(NO_PARENT, 0, Hash(state.root), extrinsics_root(()), ()), ())


class ChainStore:
    """The tree of blocks; `store` keeps them, in memory by default."""

    def __init__(self, genesis: Block, state: Trie, store: BlockStore | None = None) -> None:
        """Begin with genesis, or go on with what the store has of that chain; raises as the store's `open` does."""
        if genesis.header.state_root != state.root:
            raise InvalidBlock("state root of genesis", genesis.header.state_root, state.root)
        first = ImportedBlock(genesis, state)
        self._store: BlockStore = MemoryStore() if store is None else store
        kept = self._store.open(first)
        self.genesis = kept.blocks[0] if kept.blocks[0].hash == first.hash else first
        self.finalized = self.best = kept.blocks[0]
        self._blocks: dict[Hash, ImportedBlock] = {self.finalized.hash: self.finalized}
        self._children: dict[Hash, tuple[Hash, ...]] = {self.finalized.hash: ()}
        self._oldest = self.finalized.number
        self._best_chain: list[Hash] = [self.finalized.hash]
        """By number from the oldest block that is held here."""
        self._snapshot: ChainSnapshot | None = None
        """Of the chain as it is: it has these containers, which are copied before anything is written to them."""
        self._take_up(kept)

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def __contains__(self, block_hash: Hash) -> bool:
        try:
            self[block_hash]
        except UnknownBlock:
            return False
        return True

    def __len__(self) -> int:
        """How many blocks there are, those that were pruned among them."""
        return self._oldest + len(self._blocks)

    def __getitem__(self, block_hash: Hash) -> ImportedBlock:
        """The block of this hash; raises `UnknownBlock`, of which `PrunedBlock` is one."""
        found = self._blocks.get(block_hash)
        if found is None:
            found = self.genesis if block_hash == self.genesis.hash else self._store.get(block_hash)
        if found is None:
            raise UnknownBlock(block_hash)
        return found

    def hash_of(self, number: BlockNumber) -> Hash | None:
        """The block of this number in the best chain, if it is that long."""
        if number < self._oldest:
            return self._store.hash_of(number)
        place = number - self._oldest
        return self._best_chain[place] if place < len(self._best_chain) else None

    def at(self, number: BlockNumber) -> ImportedBlock | None:
        """The block of this number in the best chain, if it is that long; raises `PrunedBlock`."""
        block_hash = self.hash_of(number)
        return None if block_hash is None else self[block_hash]

    def children(self, block_hash: Hash) -> Sequence[Hash]:
        """The blocks on top of this one, in the order in which they were seen; raises `UnknownBlock`."""
        known = self._children.get(block_hash)
        if known is not None:
            return known
        after = self.hash_of(self[block_hash].number + 1)
        return () if after is None else (after,)

    def justification(self, block_hash: Hash) -> bytes | None:
        """What proves that the block is finalized, where its finality came with a proof."""
        return self._store.justification(block_hash)

    def leaves(self) -> Sequence[Hash]:
        """The blocks without a child: the longest fork first, then the one seen first."""
        leaves = [entry for entry in self._blocks.values() if not self._children[entry.hash]]
        return tuple(entry.hash for entry in sorted(leaves, key=lambda entry: -entry.number))

    def is_in_best_chain(self, block_hash: Hash) -> bool:
        """Whether the block is the best one or an ancestor of it; raises `UnknownBlock`."""
        return self.hash_of(self[block_hash].number) == block_hash

    def on_other_forks(self) -> Iterator[Hash]:
        """The blocks that are there and not in the best chain."""
        return (each for each in self._blocks if not self.is_in_best_chain(each))

    def add(self, block: Block, state: Trie, overlay: Overlay | None = None) -> Route | None:
        """Keep a block; the way to it where it is the best now. One that is kept already changes nothing.

        overlay: the one of which `state` was made, over the parent's, where it is at hand: a store writes its changes
        Raises InvalidBlock where its parent is not there, or behind the finalized block; as the store's `add` does.
        """
        if block.hash in self:
            return None
        parent = self.parent_for(block.header)
        imported = ImportedBlock(block, state)
        best = imported if imported.number > self.best.number else self.best
        self._store.add(imported, parent, best.hash, overlay)
        self._own()
        self._blocks[imported.hash] = imported
        self._children[imported.hash] = ()
        self._children[parent.hash] += (imported.hash,)
        return self._make_best(imported) if best is imported else None

    def parent_for(self, header: Header) -> ImportedBlock:
        """The block on which one of that header would stand; raises InvalidBlock where it could not be added."""
        try:
            parent = self[header.parent_hash]
        except UnknownBlock:
            raise InvalidBlock("the parent is known", actual=header.parent_hash) from None
        if parent.number < self.finalized.number:
            raise InvalidBlock("number above the finalized block", self.finalized.number + 1, header.number)
        return parent

    def choose_best(self, block_hash: Hash) -> Route:
        """Make this block the best one, and the finalized one where that is above it; raises UnknownBlock."""
        self._recall(block_hash)
        block = self._blocks[block_hash]
        finalized = block if block.number < self.finalized.number else self.finalized
        self._store.replace(self._blocks, finalized, block_hash)
        self._own()
        self.finalized = finalized
        return self._make_best(block)

    def replace_state(self, block_hash: Hash, state: Trie) -> ImportedBlock:
        """Keep another state as that after a block; raises UnknownBlock.

        Of a block that the store alone had, no earlier snapshot brings the old state back.
        """
        self._recall(block_hash)
        changed = ImportedBlock(self._blocks[block_hash].block, state)
        blocks = {**self._blocks, block_hash: changed}
        finalized = blocks[self.finalized.hash]
        self._store.replace(blocks, finalized, self.best.hash)
        self._own()
        self._blocks, self.finalized, self.best = blocks, finalized, blocks[self.best.hash]
        if self.genesis.hash == block_hash:
            self.genesis = changed
        return changed

    def route(self, start: Hash, end: Hash) -> Route:
        """The way between two blocks, over their common ancestor; raises `UnknownBlock`."""
        back, forth = self[start], self[end]
        retracted, enacted = list[ImportedBlock](), list[ImportedBlock]()
        while back.hash != forth.hash:
            if back.number >= forth.number:
                retracted.append(back)
                back = self[back.header.parent_hash]
            else:
                enacted.append(forth)
                forth = self[forth.header.parent_hash]
        return Route(tuple(retracted), tuple(reversed(enacted)))

    def finalize(self, block_hash: Hash, justification: bytes | None = None) -> Finality:
        """Settle on the block and its ancestors; forget the forks beside them.

        justification: what proves it to others, where there is such a thing
        Raises UnknownBlock, NotFinalizable, and as the store's `finalize` does. Where the best chain is such a fork,
        or ends before the block, the longest one that is left becomes the best.
        """
        target = self[block_hash]
        way = self.route(self.finalized.hash, block_hash)
        if way.retracted:
            raise NotFinalizable(block_hash, self.finalized.hash)
        pruned = self._forks_beside(way.enacted)
        best = self.best
        if best.number < target.number or any(entry.hash == best.hash for entry in pruned):
            left = {entry.hash for entry in self._subtree(block_hash)}
            in_order_seen = [entry for entry in self._blocks.values() if entry.hash in left]
            best = max(in_order_seen, key=lambda entry: entry.number)
        self._store.finalize(way.enacted, pruned, best.hash, justification)
        self._own()
        self.finalized = target
        route = self._make_best(best)
        for entry in pruned:
            self._forget(entry)
        self._leave_to_store()
        return Finality(way.enacted, tuple(pruned), route)

    def snapshot(self) -> ChainSnapshot:
        """The chain as it is; takes as long for any state."""
        if self._snapshot is None:
            self._snapshot = ChainSnapshot(
                self.genesis, self.best, self.finalized, self._blocks, self._children, self._best_chain, self._oldest
            )
        return self._snapshot

    def revert(self, snapshot: ChainSnapshot) -> None:
        """Be what it was: blocks since are forgotten, finality since is taken back. Raises `ForeignSnapshot`."""
        if snapshot.genesis.hash != self.genesis.hash:
            raise ForeignSnapshot(self.genesis.hash, snapshot.genesis.hash)
        self._store.replace(snapshot.blocks, snapshot.finalized, snapshot.best.hash)
        self.genesis, self.best, self.finalized = snapshot.genesis, snapshot.best, snapshot.finalized
        self._blocks, self._children = snapshot.blocks, snapshot.children
        self._best_chain, self._oldest = snapshot.best_chain, snapshot.oldest
        self._snapshot = snapshot

    def _own(self) -> None:
        """Leave the containers to the snapshots that have them: the chain is about to change."""
        if self._snapshot is not None:
            self._blocks, self._children = dict(self._blocks), dict(self._children)
            self._best_chain = list(self._best_chain)
            self._snapshot = None

    def _take_up(self, kept: KeptChain) -> None:
        """Put what the store had upon the finalized block."""
        for entry in kept.blocks[1:]:
            parent = entry.header.parent_hash
            if parent not in self._blocks:
                raise InvalidBlock("the parent is known", actual=parent)
            self._blocks[entry.hash] = entry
            self._children[entry.hash] = ()
            self._children[parent] += (entry.hash,)
        self._make_best(self[kept.best])

    def _leave_to_store(self) -> None:
        """Hold no more finalized blocks than the store's window."""
        window = self._store.window
        settled = 0 if window is None else self.finalized.number - window + 1 - self._oldest
        if settled > 0:
            for block_hash in self._best_chain[:settled]:
                del self._blocks[block_hash], self._children[block_hash]
            del self._best_chain[:settled]
            self._oldest += settled

    def _recall(self, block_hash: Hash) -> None:
        """Hold this block again, with those after it, where the store has it alone; raises `UnknownBlock`."""
        number = self[block_hash].number
        if block_hash in self._blocks:
            return
        self._own()
        recalled = [entry for each in range(number, self._oldest) if (entry := self.at(each)) is not None]
        hashes = [entry.hash for entry in recalled]
        after = [*hashes[1:], self._best_chain[0]]
        self._blocks = {**{entry.hash: entry for entry in recalled}, **self._blocks}
        self._children.update({each: (child,) for each, child in zip(hashes, after, strict=True)})
        self._best_chain = hashes + self._best_chain
        self._oldest = number

    def _make_best(self, block: ImportedBlock) -> Route:
        if block is self.best:
            return Route((), ())
        route = self.route(self.best.hash, block.hash)
        del self._best_chain[len(self._best_chain) - len(route.retracted) :]
        self._best_chain += [entry.hash for entry in route.enacted]
        self.best = block
        return route

    def _forks_beside(self, chain: Sequence[ImportedBlock]) -> list[ImportedBlock]:
        pruned: list[ImportedBlock] = []
        for entry in chain:
            for sibling in self._children[entry.header.parent_hash]:
                if sibling != entry.hash:
                    pruned += self._subtree(sibling)
        return pruned

    def _subtree(self, block_hash: Hash) -> list[ImportedBlock]:
        """The block and its descendants, parents first, in the order in which they were seen."""
        found = [self._blocks[block_hash]]
        for entry in found:
            found += [self._blocks[child] for child in self._children[entry.hash]]
        return found

    def _forget(self, block: ImportedBlock) -> None:
        del self._blocks[block.hash], self._children[block.hash]
        parent = block.header.parent_hash
        siblings = self._children.get(parent)
        if siblings is not None:
            self._children[parent] = tuple(sibling for sibling in siblings if sibling != block.hash)
