"""Nodes that lend workers what a real one does, and a devnet of them on one mock runtime."""

from __future__ import annotations

from dataclasses import dataclass, field

from chain.content.memory import MemoryStore
from chain.crypto.hashing import blake2_256
from chain.offchain.hook import Encodable
from chain.offchain.lent_node import LendsNothing, LentNode
from chain.offchain.node_key import NodeKey
from chain.primitives import AccountId, Hash
from pallets.federated_round.data import Operator
from pallets.frame.call import RuntimeCall
from pallets.frame.error import DispatchError
from pallets.frame.origin import Signed
from pallets.frame.testing import run_to_block
from tests.pallets.federated_round.mock import RoundRuntime


@dataclass
class FakeNode(LentNode):
    """A node's loan to one account's worker; submitted calls wait in `pool`."""

    account: AccountId
    data: object
    content: MemoryStore
    pool: list[RuntimeCall] = field(default_factory=list)
    local: dict[bytes, bytes] = field(default_factory=dict)
    seeds_given: int = 0

    def __post_init__(self) -> None:
        super().__init__(self.account, self.data, LendsNothing())  # but for what is below

    def random_seed(self) -> bytes:
        self.seeds_given += 1
        return blake2_256(self.account + self.seeds_given.to_bytes(4, "little"))

    def local_get(self, key: bytes) -> bytes | None:
        return self.local.get(key)

    def local_set(self, key: bytes, value: bytes) -> None:
        self.local[key] = value

    def local_clear(self, key: bytes) -> None:
        self.local.pop(key, None)

    def local_compare_and_set(self, key: bytes, old: bytes | None, new: bytes) -> bool:
        if self.local.get(key) != old:
            return False
        self.local[key] = new
        return True

    def content_put(self, data: bytes) -> str:
        return self.content.put(data)

    def content_get(self, cid: str) -> bytes:
        return self.content.get(cid)

    def submit_signed(self, call: Encodable, key: NodeKey | None = None) -> Hash:
        assert isinstance(call, RuntimeCall)
        assert key is None
        self.pool.append(call)
        return Hash(blake2_256(call.encode()))


class Devnet:
    """Blocks on a mock runtime; after each, every node's worker runs, and its calls are in the next block."""

    def __init__(self, runtime: RoundRuntime, operators: dict[AccountId, Operator]) -> None:
        self.runtime = runtime
        self.content = MemoryStore()
        self.nodes = {who: FakeNode(who, operator, self.content) for who, operator in operators.items()}
        self.failed: list[tuple[RuntimeCall, DispatchError]] = []
        self.submitted = 0

    def block(self) -> None:
        """One more block with all pending calls, then the workers."""
        now = self.runtime.system.number.get() + 1
        run_to_block(self.runtime, now)
        for node in self.nodes.values():
            for call in node.pool:
                try:
                    self.runtime.dispatch(call, Signed(node.account))
                except DispatchError as error:
                    self.failed.append((call, error))
            self.submitted += len(node.pool)
            node.pool.clear()
        self.run_workers()

    def run_workers(self) -> None:
        """What every node does after a block was imported; none of it may write to the state."""
        before = dict(self.runtime.storage.changes)
        for node in self.nodes.values():
            self.runtime.federated_round.offchain_worker(self.runtime.system.number.get(), node)
        assert dict(self.runtime.storage.changes) == before
