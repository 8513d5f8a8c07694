"""A node's loan to one run, without a chain: what the authoring kit and the layers are tested with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chain.content.memory import MemoryStore
from chain.crypto.hashing import blake2_256
from chain.crypto.keys import KeyPair
from chain.node.chain_store import genesis_block
from chain.offchain.hook import Encodable, WorkerHook
from chain.offchain.host import Host
from chain.offchain.layers import MakeLayer, stacked
from chain.offchain.lent_node import LentNode
from chain.offchain.node_side import at_once
from chain.offchain.outbound import Outbound
from chain.offchain.participant import Participant
from chain.offchain.run import Run, WorkerLimits
from chain.offchain.time_source import MachineTime, WorkerTime
from chain.offchain.worker_run import WorkerRun
from chain.primitives import Hash
from chain.runtime_api import TransactionSource
from chain.store.block_store import ImportedBlock
from chain.trie.trie import Trie

ALICE = KeyPair.from_uri("//Alice")


@dataclass
class FakeNodeSide:
    """Takes whatever is submitted."""

    submitted: list[tuple[str, bytes]] = field(default_factory=list)

    def submit_call(self, key: KeyPair, call: Any) -> Hash:
        return self._taken(f"signed by {key.public.hex()}", call.encode())

    def submit_general(self, call: Encodable) -> Hash:
        return self._taken("general", call.encode())

    def submit(self, extrinsic: bytes, source: TransactionSource) -> Hash:
        return self._taken(source.name, extrinsic)

    def request_block(self) -> bool:
        return True

    def lineage(self, block_hash: Hash) -> Iterable[Hash]:
        return (block_hash,)

    def _taken(self, how: str, data: bytes) -> Hash:
        self.submitted.append((how, data))
        return Hash(blake2_256(data))


def run_of(participant: Participant, limits: WorkerLimits | None = None, state: Trie | None = None) -> Run:
    """A run on a genesis block."""
    block = ImportedBlock(genesis_block(state or Trie.empty(1)), state or Trie.empty(1))
    record = WorkerRun(participant.account, block.hash, block.number, "Test")
    return Run(participant, block, WorkerHook("Test"), limits or WorkerLimits(), record)


def lent(
    participant: Participant | None = None,
    *,
    run: Run | None = None,
    side: FakeNodeSide | None = None,
    time: WorkerTime | None = None,
    outbound: Outbound | None = None,
    layers: tuple[MakeLayer, ...] = (),
) -> LentNode:
    """What a worker of that participant holds in its hand."""
    run = run or run_of(participant or Participant(ALICE))
    host = Host(run, side or FakeNodeSide(), MemoryStore(), time or MachineTime(), outbound or Outbound(), at_once)
    return LentNode(run.participant.account, run.participant.data, stacked(run, host, layers))
