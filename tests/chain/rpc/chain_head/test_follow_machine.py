"""Whatever a chain does, what a session tells of it is the chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chain.node.service import NodeSnapshot
from chain.primitives import Hash
from tests.chain.rpc.served_chain import ServedChain, to_hex


class Follower:
    """A client that believes what it is told, and checks what the interface promises."""

    def __init__(self, chain: ServedChain) -> None:
        self.client = chain.client()
        self.name = self.client.call("chainHead_v1_follow", True)
        self.parents: dict[str, str] = {}
        """Of the blocks that are not finalized."""
        self.finalized = ""
        self.best = ""
        self.pinned: set[str] = set()
        self.is_stopped = False
        self._handlers: dict[str, Callable[[dict[str, Any]], None]] = {
            "initialized": self._initialized,
            "newBlock": self._new_block,
            "bestBlockChanged": self._best_block_changed,
            "finalized": self._finalized,
            "stop": self._stop,
        }

    def read(self) -> None:
        for event in self.client.events():
            assert not self.is_stopped
            self._handlers[event["event"]](event)

    def _initialized(self, event: dict[str, Any]) -> None:
        self.finalized = event["finalizedBlockHashes"][-1]
        self.pinned.update(event["finalizedBlockHashes"])

    def _new_block(self, event: dict[str, Any]) -> None:
        block, parent = event["blockHash"], event["parentBlockHash"]
        assert block not in self.pinned
        assert parent == self.finalized or parent in self.parents
        self.parents[block] = parent
        self.pinned.add(block)

    def _best_block_changed(self, event: dict[str, Any]) -> None:
        assert event["bestBlockHash"] != self.best
        self.best = event["bestBlockHash"]
        assert self.best == self.finalized or self.best in self.parents

    def _finalized(self, event: dict[str, Any]) -> None:
        for block in event["finalizedBlockHashes"]:
            assert self.parents.pop(block) == self.finalized
            self.finalized = block
        for block in event["prunedBlockHashes"]:
            del self.parents[block]
        assert self.best == self.finalized or self.best in self.parents

    def _stop(self, event: dict[str, Any]) -> None:
        self.is_stopped = True


class FollowMachine(RuleBasedStateMachine):
    @initialize(blocks=st.integers(0, 3))
    def start(self, blocks: int) -> None:
        self.chain = ServedChain()
        self.marks = 0
        self.snapshots: list[NodeSnapshot] = []
        for _ in range(blocks):
            self.chain.block()
        self.followers = [Follower(self.chain)]

    @rule()
    def seal(self) -> None:
        self.chain.block()

    @rule(data=st.data())
    def fork(self, data: st.DataObject) -> None:
        if self.marks < 50:
            self.marks += 1
            self.chain.fork(self._any_block(data), self.marks)

    @rule(data=st.data())
    def finalize(self, data: st.DataObject) -> None:
        self.chain.node.finalize(self._any_block(data))

    @rule(data=st.data())
    def choose_best(self, data: st.DataObject) -> None:
        self.chain.node.set_best(self._any_block(data))

    @rule()
    def take_snapshot(self) -> None:
        self.snapshots.append(self.chain.node.snapshot())

    @precondition(lambda self: self.snapshots)
    @rule(data=st.data())
    def revert(self, data: st.DataObject) -> None:
        self.chain.node.revert(data.draw(st.sampled_from(self.snapshots)))
        for follower in self.followers:
            follower.read()
        self.followers = [each for each in self.followers if not each.is_stopped] or [Follower(self.chain)]

    @rule()
    def follow(self) -> None:
        self.followers.append(Follower(self.chain))

    @rule(data=st.data())
    def unpin(self, data: st.DataObject) -> None:
        follower = data.draw(st.sampled_from(self.followers))
        follower.read()
        if follower.pinned and not follower.is_stopped:
            block = data.draw(st.sampled_from(sorted(follower.pinned)))
            follower.client.call("chainHead_v1_unpin", follower.name, block)
            follower.pinned.discard(block)

    @invariant()
    def what_is_told_is_the_chain(self) -> None:
        chain = self.chain.node.chain
        open_blocks = {to_hex(block_hash) for block_hash in self._open()}
        for follower in self.followers:
            follower.read()
            assert not follower.is_stopped
            assert follower.finalized == to_hex(chain.finalized.hash)
            assert follower.best == to_hex(chain.best.hash)
            assert set(follower.parents) | {follower.finalized} == open_blocks
            for block in follower.pinned:
                assert follower.client.call("chainHead_v1_header", follower.name, block) is not None

    def _open(self) -> list[Hash]:
        """The finalized block and those above it."""
        chain = self.chain.node.chain
        found = [chain.finalized.hash]
        for block_hash in found:
            found += chain.children(block_hash)
        return found

    def _any_block(self, data: st.DataObject) -> Hash:
        return data.draw(st.sampled_from(self._open()))


TestFollowMachine = FollowMachine.TestCase
TestFollowMachine.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
