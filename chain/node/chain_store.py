"""The blocks that a node has imported: a tree from genesis, its best chain and its finalized chain.

The best block is the one with the highest number; among equals the one that was seen first. Every block is kept
with its whole state, which versions of the trie share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chain.block import Block, Header, extrinsics_root
from chain.primitives import BlockNumber, Hash
from chain.record import record
from chain.trie.trie import Trie
from chain.validity import InvalidBlock

NO_PARENT: Final = Hash(bytes(32))
"""The parent hash of a genesis block."""


class UnknownBlock(LookupError):
    """No block of this hash was imported, or finality has removed it."""

    def __init__(self, block_hash: Hash) -> None:
        super().__init__(block_hash)
        self.block_hash = block_hash

    def __str__(self) -> str:
        return f"unknown block 0x{self.block_hash.hex()}"


class NotFinalizable(Exception):
    """A block does not descend from the one that was finalized last."""

    def __init__(self, block_hash: Hash, finalized: Hash) -> None:
        super().__init__(block_hash, finalized)
        self.block_hash = block_hash
        self.finalized = finalized

    def __str__(self) -> str:
        return f"block 0x{self.block_hash.hex()} does not descend from the finalized block 0x{self.finalized.hex()}"


@record
class ImportedBlock:
    """A block and the state after it."""

    block: Block
    state: Trie

    @property
    def header(self) -> Header:
        return self.block.header

    @property
    def hash(self) -> Hash:
        return self.block.header.hash

    @property
    def number(self) -> BlockNumber:
        return self.block.header.number

    @property
    def is_overridden(self) -> bool:
        """Whether somebody wrote to the state by hand: it is not the one that the header names."""
        return self.block.header.state_root != self.state.root


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

    blocks, children, best_chain: as the store keeps them, with all forks
    """

    genesis: ImportedBlock
    best: ImportedBlock
    finalized: ImportedBlock
    blocks: Mapping[Hash, ImportedBlock]
    children: Mapping[Hash, tuple[Hash, ...]]
    best_chain: Sequence[Hash]


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
    """The tree of blocks, in memory."""

    def __init__(self, genesis: Block, state: Trie) -> None:
        if genesis.header.state_root != state.root:
            raise InvalidBlock("state root of genesis", genesis.header.state_root, state.root)
        first = ImportedBlock(genesis, state)
        self.genesis = first
        self.best = first
        self.finalized = first
        self._blocks: dict[Hash, ImportedBlock] = {first.hash: first}
        self._children: dict[Hash, tuple[Hash, ...]] = {first.hash: ()}
        self._best_chain: list[Hash] = [first.hash]
        """By number from genesis."""

    def __contains__(self, block_hash: Hash) -> bool:
        return block_hash in self._blocks

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, block_hash: Hash) -> ImportedBlock:
        """The block of this hash; raises `UnknownBlock`."""
        try:
            return self._blocks[block_hash]
        except KeyError:
            raise UnknownBlock(block_hash) from None

    def hash_of(self, number: BlockNumber) -> Hash | None:
        """The block of this number in the best chain, if it is that long."""
        return self._best_chain[number] if 0 <= number < len(self._best_chain) else None

    def at(self, number: BlockNumber) -> ImportedBlock | None:
        """The block of this number in the best chain, if it is that long."""
        block_hash = self.hash_of(number)
        return None if block_hash is None else self._blocks[block_hash]

    def children(self, block_hash: Hash) -> Sequence[Hash]:
        """The blocks on top of this one, in the order in which they were seen; raises `UnknownBlock`."""
        return self._children[self[block_hash].hash]

    def leaves(self) -> Sequence[Hash]:
        """The blocks without a child: the longest fork first, then the one seen first."""
        leaves = [entry for entry in self._blocks.values() if not self._children[entry.hash]]
        return tuple(entry.hash for entry in sorted(leaves, key=lambda entry: -entry.number))

    def is_in_best_chain(self, block_hash: Hash) -> bool:
        """Whether the block is the best one or an ancestor of it; raises `UnknownBlock`."""
        return self.hash_of(self[block_hash].number) == block_hash

    def add(self, block: Block, state: Trie) -> Route | None:
        """Keep a block; the way to it where it is the best now. One that is kept already changes nothing.

        Raises InvalidBlock where its parent is not there, or behind the finalized block.
        """
        if block.hash in self._blocks:
            return None
        parent = self.parent_for(block.header)
        imported = ImportedBlock(block, state)
        self._blocks[imported.hash] = imported
        self._children[imported.hash] = ()
        self._children[parent.hash] += (imported.hash,)
        return self._make_best(imported) if imported.number > self.best.number else None

    def parent_for(self, header: Header) -> ImportedBlock:
        """The block on which one of that header would stand; raises InvalidBlock where it could not be added."""
        parent = self._blocks.get(header.parent_hash)
        if parent is None:
            raise InvalidBlock("the parent is known", actual=header.parent_hash)
        if parent.number < self.finalized.number:
            raise InvalidBlock("number above the finalized block", self.finalized.number + 1, header.number)
        return parent

    def choose_best(self, block_hash: Hash) -> Route:
        """Make this block the best one, and the finalized one where that is above it; raises UnknownBlock."""
        block = self[block_hash]
        if block.number < self.finalized.number:
            self.finalized = block
        return self._make_best(block)

    def replace_state(self, block_hash: Hash, state: Trie) -> ImportedBlock:
        """Keep another state as that after a block; raises UnknownBlock."""
        changed = ImportedBlock(self[block_hash].block, state)
        self._blocks[block_hash] = changed
        if self.best.hash == block_hash:
            self.best = changed
        if self.finalized.hash == block_hash:
            self.finalized = changed
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

    def finalize(self, block_hash: Hash) -> Finality:
        """Settle on the block and its ancestors; forget the forks beside them.

        Raises UnknownBlock, NotFinalizable. Where the best chain is such a fork, the longest one that is left
        becomes the best.
        """
        target = self[block_hash]
        way = self.route(self.finalized.hash, block_hash)
        if way.retracted:
            raise NotFinalizable(block_hash, self.finalized.hash)
        previous_best, self.finalized = self.best, target
        pruned = self._forks_beside(way.enacted)
        route = Route((), ())
        if any(entry.hash == previous_best.hash for entry in pruned):
            left = {entry.hash for entry in self._subtree(block_hash)}
            in_order_seen = [entry for entry in self._blocks.values() if entry.hash in left]
            route = self._make_best(max(in_order_seen, key=lambda entry: entry.number))
        for entry in pruned:
            self._forget(entry)
        return Finality(way.enacted, tuple(pruned), route)

    def snapshot(self) -> ChainSnapshot:
        """The chain as it is; takes as long for any state."""
        return ChainSnapshot(
            self.genesis, self.best, self.finalized, dict(self._blocks), dict(self._children), list(self._best_chain)
        )

    def revert(self, snapshot: ChainSnapshot) -> None:
        """Be what it was: blocks since are forgotten, finality since is taken back. Raises `ForeignSnapshot`."""
        if snapshot.genesis.hash != self.genesis.hash:
            raise ForeignSnapshot(self.genesis.hash, snapshot.genesis.hash)
        self.best, self.finalized = snapshot.best, snapshot.finalized
        self._blocks, self._children = dict(snapshot.blocks), dict(snapshot.children)
        self._best_chain = list(snapshot.best_chain)

    def _make_best(self, block: ImportedBlock) -> Route:
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
