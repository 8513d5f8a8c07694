"""A block executed again on the state of its parent: what it did, and whether it comes out as its header says."""

from __future__ import annotations

from typing import TypeVar

from chain.node.service import Node
from chain.node.trial import execution
from chain.primitives import Hash
from chain.record import record
from chain.validity import InvalidBlock
from pallets.frame.event import EventRecord
from pallets.frame.state_diff import Change, state_diff
from runtime.construct import Runtime

R = TypeVar("R", bound=Runtime)


@record
class Replay:
    """What a block did.

    refused: the rule that it breaks, None where it comes out as its header says
    state_root: after it, as far as execution came
    """

    refused: InvalidBlock | None
    state_root: Hash
    events: tuple[EventRecord, ...]
    changes: tuple[Change, ...]


def replay_block(node: Node[R], block_hash: Hash) -> Replay:
    """Execute a block of the node again; raises UnknownBlock, NothingToReplay."""
    block = node.chain[block_hash]
    runtime = node.runtime_at(block.header.parent_hash if block.number else block_hash)
    found = execution(runtime, runtime.storage, block.block)
    changes = state_diff(runtime, found.after, found.before.get, found.after.get)
    return Replay(found.refused, found.state_root, tuple(runtime.system.events.get()), changes)
