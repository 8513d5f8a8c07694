"""Whatever forks, reorganisations and finality do: what subscribers were told adds up to what the node has."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chain.primitives import Hash
from tests.chain.node.fake_runtime import encode
from tests.chain.rpc.served_chain import ServedChain, to_hex
from tests.effort import EFFORT

KEYS = [b"\x02", b"\x03", b"\x04"]
PLACE = st.integers(0, 2**16)


class Follower:
    """What a client of the new interface knows of the chain."""

    def __init__(self) -> None:
        self.parents: dict[str, str | None] = {}
        self.finalized = self.best = ""

    def hear(self, event: dict[str, Any]) -> list[str]:
        """Take note; blocks that need not be pinned any more."""
        match event["event"]:
            case "initialized":
                for block in event["finalizedBlockHashes"]:
                    self.parents[block] = None
                    self.finalized = block
            case "newBlock":
                assert event["parentBlockHash"] in self.parents
                assert event["blockHash"] not in self.parents
                self.parents[event["blockHash"]] = event["parentBlockHash"]
            case "bestBlockChanged":
                self.best = event["bestBlockHash"]
                assert self.is_on(self.best, self.finalized)
            case "finalized":
                return self._finalize(event["finalizedBlockHashes"], event["prunedBlockHashes"])
            case other:
                raise AssertionError(other)
        return []

    def is_on(self, block: str | None, ancestor: str) -> bool:
        while block is not None and block != ancestor:
            block = self.parents[block]
        return block == ancestor

    def _finalize(self, blocks: list[str], pruned: list[str]) -> list[str]:
        before, gone = self.finalized, [*pruned]
        for block in blocks:
            assert self.parents[block] == self.finalized
            self.finalized = block
        assert self.is_on(self.best, self.finalized), "the best block is told before others are pruned"
        for block in pruned:
            assert not self.is_on(block, self.finalized)
        gone += [before, *blocks[:-1]]
        for block in gone:
            del self.parents[block]
        self.parents[self.finalized] = None
        return gone


class SubscribedMachine(RuleBasedStateMachine):
    """A chain of many forks, and a client with all subscriptions."""

    @initialize(lag=st.sampled_from([None, None, 0, 1, 3]))
    def start(self, lag: int | None) -> None:
        self.chain, self.lag = ServedChain(finality_lag=lag), lag
        self.client, self.made = self.chain.client(), 0
        self.blocks = [self.chain.node.best.hash]
        self.headers = {self.header(self.blocks[0]): to_hex(self.blocks[0])}
        self.final_number = -1
        self.follower, self.heads, self.storage = Follower(), dict[str, str](), dict[str, str | None]()
        self.ids = {
            self.client.call(f"chain_subscribe{name}"): name for name in ("NewHeads", "FinalizedHeads", "AllHeads")
        }
        self.ids[self.client.call("state_subscribeStorage", [to_hex(key) for key in KEYS])] = "Storage"
        self.follow = self.client.call("chainHead_v1_follow", True)
        self.ids[self.follow] = "Follow"

    def header(self, block_hash: Hash) -> str:
        return str(self.client.call("chain_getHeader", to_hex(block_hash)))

    @rule(place=PLACE, length=st.integers(1, 3), key=st.integers(2, 4), is_best=st.booleans())
    def make_blocks(self, place: int, length: int, key: int, is_best: bool) -> None:
        """Blocks on any block that is not settled."""
        node = self.chain.node
        parent = node.best.hash if is_best else self.blocks[-1 - place % min(len(self.blocks), 5)]
        for _ in range(length):
            if parent not in node.chain or node.chain[parent].number < node.chain.finalized.number:
                return
            self.made += 1
            node.submit(encode(self.made.to_bytes(2, "big"), 0, key, self.made % 250))
            parent = node.seal(parent).hash
            if parent not in self.blocks:
                self.blocks.append(parent)
                self.headers[self.header(parent)] = to_hex(parent)

    @precondition(lambda self: self.lag is None)
    @rule(place=PLACE)
    def finalize(self, place: int) -> None:
        chain = self.chain.node.chain
        target = self.blocks[-1 - place % min(len(self.blocks), 6)]
        if target in chain and not chain.route(chain.finalized.hash, target).retracted:
            self.chain.node.finalize(target)

    @rule(place=PLACE)
    def choose_the_best(self, place: int) -> None:
        chain = self.chain.node.chain
        target = self.blocks[-1 - place % min(len(self.blocks), 6)]
        if target in chain and not chain.route(chain.finalized.hash, target).retracted:
            self.chain.node.set_best(target)

    @rule(key=st.sampled_from(KEYS), value=st.binary(min_size=1, max_size=2))
    def set_storage(self, key: bytes, value: bytes) -> None:
        self.chain.node.set_storage({key: value})

    @invariant()
    def what_was_told_adds_up(self) -> None:
        self.client.read()
        told, self.client.told = self.client.told, []
        for each in told:
            self._hear(self.ids[each["params"]["subscription"]], each["params"]["result"])
        node = self.chain.node
        best, finalized = to_hex(node.best.hash), to_hex(node.chain.finalized.hash)
        assert (self.follower.best, self.follower.finalized) == (best, finalized)
        assert (self.heads["NewHeads"], self.heads["FinalizedHeads"]) == (best, finalized)
        assert set(self.follower.parents) == {to_hex(block) for block in self._open_blocks()}
        for key in KEYS:
            value = node.best.state.get(key)
            assert self.storage[to_hex(key)] == (None if value is None else to_hex(value))
        if self.lag is not None:
            assert node.chain.finalized.number >= node.best.number - self.lag

    def _open_blocks(self) -> list[Hash]:
        """The finalized block, and what stands on it."""
        chain = self.chain.node.chain
        there = [block for block in self.blocks if block in chain]
        return [block for block in there if not chain.route(chain.finalized.hash, block).retracted]

    def _hear(self, name: str, result: Any) -> None:
        match name:
            case "Storage":
                self.storage.update(result["changes"])
            case "Follow":
                gone = self.follower.hear(result)
                if gone:
                    self.client.call("chainHead_v1_unpin", self.follow, gone)
            case "AllHeads":
                assert str(result) in self.headers
            case _:
                if name == "FinalizedHeads":  # of those that become final together the last, as in Substrate
                    number = int(result["number"], 16)
                    assert number > self.final_number
                    self.final_number = number
                self.heads[name] = self.headers[str(result)]


TestSubscriptions = SubscribedMachine.TestCase
TestSubscriptions.settings = settings(max_examples=30 * EFFORT, stateful_step_count=20, deadline=None)
