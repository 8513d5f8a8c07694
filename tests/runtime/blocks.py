"""Builds blocks on a development chain, without a node."""

from __future__ import annotations

from dataclasses import dataclass

from chain.block import Block, Header
from chain.crypto import development
from chain.crypto.keys import KeyPair
from chain.extrinsic import Id
from chain.primitives import Hash
from chain.state.overlay import Overlay
from chain.trie.trie import Trie
from pallets.frame.call import RuntimeCall, call_of
from pallets.frame.error import DispatchFailure
from runtime.dev import GENESIS_TIME_MS, SLOT_DURATION_MS, DevRuntime, genesis_state
from runtime.genesis import genesis_header
from runtime.signing import signed

ALICE, BOB, CHARLIE = (development.pair(name) for name in ("Alice", "Bob", "Charlie"))
NO_ROOT = Hash(bytes(32))


def time_of(number: int) -> bytes:
    """The development clock at a block, as inherent data."""
    return (GENESIS_TIME_MS + number * SLOT_DURATION_MS).to_bytes(8, "little")


@dataclass
class Draft:
    """A block that is being built."""

    runtime: DevRuntime
    extrinsics: list[bytes]

    def apply(self, extrinsic: bytes) -> DispatchFailure | None:
        """Apply one more extrinsic."""
        outcome = self.runtime.apply_extrinsic(extrinsic)
        self.extrinsics.append(extrinsic)
        return outcome

    def call(self, key: KeyPair, call: RuntimeCall) -> DispatchFailure | None:
        """Sign a call and apply it."""
        return self.apply(signed(self.runtime, key, call))


class DevChain:
    """A chain of blocks, each with its state."""

    def __init__(self, state: Trie | None = None) -> None:
        self.states = [genesis_state() if state is None else state]
        self.headers = [genesis_header(self.states[0])]
        self.blocks: list[Block] = []

    def overlay(self) -> Overlay:
        """A fresh overlay over the newest state."""
        return Overlay(self.states[-1])

    def runtime(self) -> DevRuntime:
        """A runtime on the newest state."""
        return DevRuntime(self.overlay())

    def begin(self, *, inherents: bool = True) -> Draft:
        """Begin the next block."""
        parent = self.headers[-1]
        runtime = self.runtime()
        draft = Draft(runtime, [])
        runtime.initialize_block(Header(parent.hash, parent.number + 1, NO_ROOT, NO_ROOT, ()))
        for extrinsic in runtime.inherent_extrinsics({b"timstap0": time_of(parent.number + 1)}) if inherents else ():
            draft.apply(extrinsic)
        return draft

    def end(self, draft: Draft) -> Block:
        """End the block, check every pallet's state, and keep it."""
        block = Block(draft.runtime.finalize_block(), tuple(draft.extrinsics))
        draft.runtime.try_state()
        self.headers.append(block.header)
        self.blocks.append(block)
        self.states.append(draft.runtime.storage.committed())
        return block

    def seal(self, *calls: tuple[KeyPair, RuntimeCall]) -> Block:
        """A block of signed calls."""
        draft = self.begin()
        for key, call in calls:
            draft.call(key, call)
        return self.end(draft)


def transfer(runtime: DevRuntime, dest: KeyPair, value: int) -> RuntimeCall:
    """A transfer that keeps the sender alive."""
    return call_of(runtime.balances.transfer_keep_alive, dest=Id(dest.account), value=value)
