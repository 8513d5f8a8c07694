"""Importing a block: execute it on its parent's state, keep it, choose the best."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from chain.block import Block, Header
from chain.node.chain_store import ChainStore, ImportedBlock, Route
from chain.node.collector import collected_after
from chain.node.inherents import InherentData
from chain.record import record
from chain.runtime_api import MakeOverlay, RuntimeFactory
from chain.state.offchain_index import indexed_by
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from chain.validity import InvalidBlock


@record
class BlockImport:
    """What an import did.

    route: from the best block before to this one, where this one is the best now
    is_known: the block was there before, and nothing happened
    indexed: what its execution left for offchain workers
    """

    block: ImportedBlock
    route: Route | None
    is_known: bool = False
    indexed: Mapping[bytes, bytes | None] = field(default_factory=dict)


Verify = Callable[[Header, ImportedBlock], None]
"""Raises InvalidBlock where a header's author may not have made it on that parent."""


def import_block(
    store: ChainStore,
    runtime_factory: RuntimeFactory,
    block: Block,
    state: Trie | None = None,
    verify: Verify | None = None,
    overlay: Overlay | None = None,
    inherent_data: InherentData | None = None,
    make_overlay: MakeOverlay = Overlay,
) -> BlockImport:
    """Add a block to the store; raises `InvalidBlock` and adds nothing.

    state: that after the block, where this node built it and need not execute it again
    verify: what the consensus engine asks of a block of others
    overlay: of which `state` was made, over the parent's
    inherent_data: what this node knows itself, where it does, as the time: a block of others has to fit it
    make_overlay: in what the block is executed; that of whoever made it has to be alike
    """
    if block.hash in store:
        return BlockImport(store[block.hash], route=None, is_known=True)
    parent = store.parent_for(block.header)
    if block.header.number != parent.number + 1:
        raise InvalidBlock("number", parent.number + 1, block.header.number)
    is_ours = state is None
    if state is None:
        if verify is not None:
            verify(block.header, parent)
        if inherent_data is not None:
            runtime_factory(Overlay(parent.state)).require_inherents(block, inherent_data)
        overlay = executed(runtime_factory, parent.state, block, make_overlay)
        state = overlay.committed()
    if state.root != block.header.state_root:
        raise InvalidBlock("state root", block.header.state_root, state.root)
    route, indexed = store.add(block, state, overlay), indexed_by(overlay)
    if overlay is not None and is_ours:
        overlay.release()
    return BlockImport(store[block.hash], route, indexed=indexed)


def execute(runtime_factory: RuntimeFactory, parent_state: Trie, block: Block) -> Trie:
    """The state after `block`; raises `InvalidBlock`."""
    overlay = executed(runtime_factory, parent_state, block)
    state = overlay.committed()
    overlay.release()
    return state


@collected_after()
def executed(
    runtime_factory: RuntimeFactory, parent_state: Trie, block: Block, make_overlay: MakeOverlay = Overlay
) -> Overlay:
    """What `block` changes; raises `InvalidBlock`."""
    overlay = make_overlay(parent_state)
    runtime_factory(overlay).execute_block(block)
    overlay.committed()
    return overlay
